"""Score sheets into a packed file: Parquet, or .npz where pyarrow is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ocop._renamed import renamed_arguments
from ocop._whole_file import writing
from ocop.errors import InputError, Problem
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_files import ending_of
from ocop.tables._packed_header import MAX_NUMBER, header_of, is_taken
from ocop.tables._packed_npz import write_npz
from ocop.tables._packed_parquet import write_parquet
from ocop.tables._packed_text import encode
from ocop.text import quoted

__all__ = ["dump_sheets"]


@renamed_arguments("0.3", batches="sheets")
def dump_sheets(sheets: Sheets | Iterable[Sheets], path: str | Path) -> None:
    """Write score sheets packed: the answers of a sheet in two 64-bit words.

    The file says which decision, sets and content the answers were given under. It appears when
    it is complete; the same sheets give the same bytes.

    Parameters
    ----------
    sheets : Sheets or iterable of Sheets
        One batch, or several of one decision and different sets.
    path : str or Path
        Ends in ``.parquet``, which needs the extra ``arrow``, or in ``.npz``, which needs nothing
        and is slower to write.

    Raises
    ------
    InputError
        ``unknown-ending``, ``no-sheets``, ``mixed-decisions``, ``duplicate-id``, ``out-of-range``,
        ``wrong-dtype``, ``name-taken``, ``not-text``, ``bad-character``.
    MissingExtraError
        ``missing-extra``.
    OcopError
        Where the file cannot be written.

    See Also
    --------
    load_sheets : Read it back.
    ocop.scoring.packing : The layout of the words.

    Examples
    --------
    >>> import tempfile, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheet = ocop.Sheet(criteria_set=tea, product="tea-1", answers={"1.1": 3})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dump_sheets(ocop.Sheets.of([sheet]), f"{folder}/tea.npz")
    ...     ocop.load_sheets(f"{folder}/tea.npz")
    (<Sheets qd-26-2026 set 11 tea: 1 sheet x 32 criteria>,)
    """
    ending = ending_of(path)
    given = (sheets,) if isinstance(sheets, Sheets) else tuple(sheets)
    problems = list(_problems(given))
    if problems:
        raise InputError(problems)
    header = header_of(given)
    with writing(Path(path)) as stream:
        if ending == ".npz":
            write_npz(stream, given, header)
        else:
            write_parquet(stream, given, header, str(path))


def _problems(batches: Sequence[Sheets]) -> Iterator[Problem]:
    if not batches:
        yield Problem("no-sheets", "found no batch of sheets, allowed is one or more")
    decisions = sorted({batch.criteria_set.decision for batch in batches})
    if len(decisions) > 1:
        message = f"the sheets are of {', '.join(decisions)}, allowed is one decision"
        yield Problem("mixed-decisions", message, hint="write a file for each")
    numbers = [batch.criteria_set.number for batch in batches]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        message = f"{numbers.count(number)} batches are of set {number}, allowed is one"
        yield Problem("duplicate-id", message, hint="make one batch per set")
    for batch in batches:
        place = f"set {batch.criteria_set.number}"
        if not 0 <= batch.criteria_set.number <= MAX_NUMBER:
            message = f"found the set number {batch.criteria_set.number}, allowed are 0 to "
            yield Problem("out-of-range", f"{message}{MAX_NUMBER}", path=place)
        if batch.rows is not None and np.asarray(batch.rows).dtype.kind not in "iu":
            message = f"found dtype {np.asarray(batch.rows).dtype}, allowed are whole numbers"
            yield Problem("wrong-dtype", message, path=f"{place}: rows")
        try:
            encode(tuple(batch.columns), f"{place}: columns", 0)
        except InputError as error:
            yield from error.problems
            continue
        for name in filter(is_taken, batch.columns):
            message = f"the name {quoted(name)} is taken and cannot be kept"
            hint = "give the column another name"
            yield Problem("name-taken", message, path=place, hint=hint)
