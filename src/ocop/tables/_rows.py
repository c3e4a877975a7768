"""Rows of text from a CSV or Excel file, bounded in memory, with problems instead of crashes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from ocop.errors import MissingExtraError, Problem
from ocop.text import nfc, quoted

MAX_LINE = 1 << 20
"""Longest line of a CSV file, in bytes."""

OTHER_FORMATS = (
    (b"\xff\xfe", "UTF-16", "not-utf8", "save the file as CSV UTF-8"),
    (b"\xfe\xff", "UTF-16", "not-utf8", "save the file as CSV UTF-8"),
    (b"PK\x03\x04", "an Excel file or another archive", "not-csv", "name the file .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "not-csv", "save it as .xlsx or CSV UTF-8"),
)
"""First bytes of files that are not CSV, with what they are and what to do."""

Progress = Callable[[int], None]


class BrokenFileError(Exception):
    """The file cannot be read on; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@contextmanager
def open_rows(
    source: str | Path | IO[bytes],
    shown: str,
    report: Callable[[Problem], None],
    progress: Progress | None,
) -> Iterator[Iterator[list[str]]]:
    """Open `source` and yield its rows, the header first; blank rows come as empty lists."""
    if isinstance(source, str | Path) and str(source).lower().endswith((".xlsx", ".xlsm")):
        yield _excel_rows(str(source), shown)
        return
    if isinstance(source, str | Path):
        try:
            handle = Path(source).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise BrokenFileError(
                Problem("cannot-read", f"cannot read the file: {reason}", shown)
            ) from error
        with handle:
            yield _csv_rows(handle, shown, report, progress)
    else:
        yield _csv_rows(source, shown, report, progress)


def _csv_rows(
    handle: IO[bytes], shown: str, report: Callable[[Problem], None], progress: Progress | None
) -> Iterator[list[str]]:
    lines = _lines(handle, shown, report, progress)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)

    def again() -> Iterator[str]:
        yield first
        yield from lines

    row = 1
    try:
        for cells in csv.reader(again(), delimiter=delimiter, strict=True):
            row += 1
            yield cells
    except csv.Error as error:
        # The row that cannot be read is where an open quotation mark stands; the file may be
        # read far beyond it before that shows.
        # What comes after the dash is advice for programmers, and differs between Pythons.
        message = f"the row is not CSV: {str(error).partition(' - ')[0]}"
        ends = "new-line" in str(error)
        hint = "save the file as CSV UTF-8" if ends else "close every quotation mark"
        raise BrokenFileError(Problem("csv-syntax", message, shown, row, hint=hint)) from error


def _lines(
    handle: IO[bytes], shown: str, report: Callable[[Problem], None], progress: Progress | None
) -> Iterator[str]:
    number = 0
    while True:
        try:
            raw = handle.readline(MAX_LINE + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise BrokenFileError(
                Problem("cannot-read", f"cannot read the file: {reason}", shown)
            ) from error
        if not raw:
            return
        number += 1
        if number == 1:
            _refuse_other_formats(raw, shown)
        if len(raw) > MAX_LINE:
            message = f"the line is longer than {MAX_LINE:,} bytes"
            raise BrokenFileError(Problem("line-too-long", message, shown, number))
        if progress is not None:
            progress(len(raw))
        yield _decoded(raw, shown, number, report)


def _refuse_other_formats(start: bytes, shown: str) -> None:
    for signature, name, code, hint in OTHER_FORMATS:
        if start.startswith(signature):
            message = f"found {name}; allowed is CSV in UTF-8"
            raise BrokenFileError(Problem(code, message, shown, 1, 1, hint=hint))


def _decoded(raw: bytes, shown: str, number: int, report: Callable[[Problem], None]) -> str:
    encoding = "utf-8-sig" if number == 1 else "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        # The decoder counts from behind a byte order mark.
        found = error.object[error.start]
        column = error.start + len(raw) - len(error.object) + 1
        message = f"found byte 0x{found:02x}, which is not UTF-8; allowed is UTF-8"
        hint = "save the file as CSV UTF-8"
        report(Problem("not-utf8", message, shown, number, column, hint=hint))
        return raw.decode(encoding, errors="replace")


def _excel_rows(path: str, shown: str) -> Iterator[list[str]]:
    try:
        import python_calamine
    except ImportError as error:
        message = "reading Excel files needs the extra 'excel'"
        hint = 'pip install "ocop[excel]"'
        raise MissingExtraError([Problem("missing-extra", message, shown, hint=hint)]) from error
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        message = f"cannot read the Excel file: {error}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: Any) -> str:
    """Return an Excel cell as the text that a CSV file would hold."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def clean_header(cells: list[str]) -> list[str]:
    """Return column names without spaces around them, in normal form."""
    return [nfc(cell).strip() for cell in cells]


def describe(cell: str) -> str:
    """Return a cell as messages show it."""
    return quoted(cell, 30)
