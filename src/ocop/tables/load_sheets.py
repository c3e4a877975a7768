"""Score sheets from a packed file, checked against the law that they were given under."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ocop.errors import SheetError
from ocop.law.decision import Decision
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_files import ending_of
from ocop.tables._packed_header import read_header
from ocop.tables._packed_law import choose
from ocop.tables._packed_npz import open_npz
from ocop.tables._packed_parquet import open_parquet

__all__ = ["load_sheets"]


def load_sheets(
    path: str | Path,
    law: str | Decision | None = None,
    *,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    keep: Sequence[str] | None = None,
) -> tuple[Sheets, ...]:
    """Read score sheets that `dump_sheets` wrote.

    Parameters
    ----------
    path : str or Path
        Ends in ``.parquet``, which needs the extra ``arrow``, or in ``.npz``.
    law : str or Decision, optional
        The decision that the answers were given under, or its id; by default the shipped one that
        the file names.
    set : int or str, optional
        Number or product group of the one set to read; by default all.
    keep : sequence of str, optional
        Those of the kept columns to carry along; by default all. A column ``synthetic``, the
        mark of made-up sheets, always is.

    Returns
    -------
    tuple of Sheets
        One batch per criteria set, in the order in which they were written.

    Raises
    ------
    SheetError
        With every problem that was found. Of the file: ``cannot-read``, ``not-packed``,
        ``damaged-file``, ``absurd-size``, ``missing-header``, ``broken-header``,
        ``newer-format``. Of its law: ``unknown-decision``, ``decision-differs``, ``unknown-set``,
        ``set-not-transcribed``, ``digest-differs`` where the answers were given under other
        content. Of its columns: ``missing-column``, ``unknown-column``, ``duplicate-column``,
        ``wrong-type``, ``wrong-dtype``, ``wrong-shape``, ``wrong-length``. Of its sheets:
        ``null-value``, ``not-utf8``, ``stray-bits``, ``option-out-of-range``,
        ``duplicate-product``, ``mixed-cases``, ``unknown-finding``; `line` is the sheet's place
        in the file, of an .npz its place among those of its set, from 1.
    InputError
        ``unknown-ending``.
    UnknownDecisionError
        ``unknown-decision``, where `law` is no id of a shipped decision.
    MissingExtraError
        ``missing-extra``.

    Examples
    --------
    >>> import ocop
    >>> load_sheets("sheets.csv")
    Traceback (most recent call last):
    ocop.errors.InputError: sheets.csv: found the ending '.csv', allowed are .parquet and .npz
    """
    shown = str(path)
    opened = open_npz if ending_of(path) == ".npz" else open_parquet
    with opened(Path(path), shown) as file:
        header = read_header(file.header, shown)
        gathered = list(file.read(header, choose(header, law, set, keep, shown)))
    batches = [each.sheets() for each in gathered]
    problems = [problem for each in gathered for problem in each.problems]
    if problems:
        more = sum(each.more for each in gathered) + max(len(problems) - MAX_LISTED, 0)
        raise SheetError(problems[:MAX_LISTED], more)
    return tuple(batch for batch in batches if batch is not None)
