"""Score sheets from CSV and Excel files, one row a product, checked cell by cell.

The file is streamed in chunks of rows; what stays in memory is one byte per answer and the
product codes. Every problem of the file is reported in one error.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ocop.law.catalogue import criteria_set, decision
from ocop.law.decision import Decision
from ocop.scoring.sheet import Sheets
from ocop.tables._rows import BrokenFileError, Progress, clean_header, open_rows
from ocop.tables._sheet_reader import SheetReader

__all__ = ["read_sheets"]


def read_sheets(
    source: str | Path | IO[bytes],
    law: str | Decision,
    *,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    keep: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Sheets, ...]:
    r"""Read score sheets from a CSV or Excel file.

    Parameters
    ----------
    source : str, Path or binary file
        CSV in UTF-8, with comma, semicolon or tab, or ``.xlsx`` (first worksheet). The column
        ``product`` names the product; columns named by printed criterion codes hold option
        positions from 1, 0 for none met, empty for unanswered. Optional: ``set``, ``findings``
        (ids joined by ``;``), ``assessor``.
    law : str or Decision
        The decision, or its id.
    set : int or str, optional
        Number or product group of the criteria set, where the file has no column ``set``.
    keep : sequence of str, optional
        Further columns to carry along; any other column is an error.
    progress : callable, optional
        Called with the number of bytes read.

    Returns
    -------
    tuple of Sheets
        One batch per criteria set that occurs, in order of set numbers; `rows` holds the row of
        the file, the header being row 1.

    Raises
    ------
    SheetError
        With every problem of the file: ``unknown-column``, ``missing-column``,
        ``duplicate-column``, ``not-a-whole-number``, ``option-out-of-range``,
        ``duplicate-product``, ``mixed-cases``, ``unknown-finding``, ``not-utf8`` and more.
    UnknownDecisionError, UnknownSetError, NotTranscribedError
        Where `law` or `set` does not exist.

    Examples
    --------
    >>> import io, ocop
    >>> text = b"product,1.1\ntea-1,9"
    >>> ocop.read_sheets(io.BytesIO(text), "qd-26-2026", set="tea")
    Traceback (most recent call last):
    ocop.errors.SheetError: 2 problems:
      input:1: set 11 tea needs the columns 1.2, 1.3, 1.4, 1.5, 1.6, ...
      input:2:2: 1.1: found '9', allowed are 0 to 3 or empty [option-out-of-range]
    """
    found = decision(law) if isinstance(law, str) else law
    shown = str(source) if isinstance(source, str | Path) else getattr(source, "name", "input")
    kept = tuple(dict.fromkeys(clean_header(list(keep))))
    reader = SheetReader(found, shown if isinstance(shown, str) else "input", kept)
    if set is not None:
        reader.fixed = criteria_set(found, set)
    try:
        with open_rows(source, reader.shown, reader.report, progress) as rows:
            reader.read(rows)
    except BrokenFileError as error:
        reader.report(error.problem)
    return reader.finish()
