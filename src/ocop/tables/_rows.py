"""Rows of text from a CSV or Excel file, bounded in memory, with problems instead of crashes."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from ocop.errors import Problem
from ocop.tables._excel_book import is_excel, open_book
from ocop.tables._source import (
    MAX_LINE,
    BrokenFileError,
    Progress,
    Report,
    Source,
    cannot_read,
    unchanged,
)
from ocop.text import nfc, quoted

__all__ = [
    "MAX_COLUMNS",
    "BrokenFileError",
    "clean_header",
    "csv_rows",
    "describe",
    "first_line",
    "open_rows",
    "open_source",
]

MAX_COLUMNS = 16_384
"""Most cells of a row, as in a worksheet."""


@contextmanager
def open_rows(
    source: str | Path | IO[bytes], shown: str, report: Report, progress: Progress | None
) -> Iterator[Iterator[list[str]]]:
    """Open `source` and yield its rows, the header first; blank rows come as empty lists."""
    if is_excel(source):
        with open_book(source, shown) as book:
            yield iter(book.rows(book.names[0]) if book.names else [])
        return
    with open_source(source, shown, report, progress) as opened:
        first, delimiter = first_line(opened)
        yield csv_rows(chain(first, opened.lines()), delimiter, shown)


@contextmanager
def open_source(
    source: str | Path | IO[bytes], shown: str, report: Report, progress: Progress | None
) -> Iterator[Source]:
    """Open the bytes of a CSV file; what is given open stays open."""
    if not isinstance(source, str | Path):
        yield Source(source, shown, report, progress)
        return
    try:
        handle = Path(source).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise cannot_read(error, shown) from error
    with handle, unchanged(handle, shown):
        yield Source(handle, shown, report, progress)


def first_line(source: Source) -> tuple[list[str], str]:
    """Take the first line, if there is one; it shows which delimiter the file has."""
    first = next(source.lines(), "")
    return [first] if first else [], max(",;\t", key=first.count)


def csv_rows(
    lines: Iterable[str], delimiter: str, shown: str, before: int = 0
) -> Iterator[list[str]]:
    """Yield the rows of lines, taking no line too many; `before` rows stand above them."""
    row = before + 1
    size = 0

    def counted() -> Iterator[str]:
        nonlocal size
        for line in lines:
            size += len(line)
            if size > MAX_LINE:
                # The reader of the standard library would go on to the end of the file.
                message = f"the row is longer than {MAX_LINE:,} characters"
                hint = "close every quotation mark"
                raise BrokenFileError(Problem("line-too-long", message, shown, row, hint=hint))
            yield line

    try:
        for cells in csv.reader(counted(), delimiter=delimiter, strict=True):
            if len(cells) > MAX_COLUMNS:
                message = f"the row has {len(cells):,} cells, allowed are {MAX_COLUMNS:,}"
                raise BrokenFileError(Problem("absurd-size", message, shown, row))
            row, size = row + 1, 0
            yield cells
    except csv.Error as error:
        # The row that cannot be read is where an open quotation mark stands; the file may be
        # read far beyond it before that shows.
        # What comes after the dash is advice for programmers, and differs between Pythons.
        reason = str(error).partition(" - ")[0].replace("\t", "\\t")
        message = f"the row is not CSV: {reason}"
        ends = "new-line" in str(error)
        hint = "save the file as CSV UTF-8" if ends else "close every quotation mark"
        raise BrokenFileError(Problem("csv-syntax", message, shown, row, hint=hint)) from error


def clean_header(cells: list[str]) -> list[str]:
    """Return column names without spaces around them, in normal form."""
    return [nfc(cell).strip() for cell in cells]


def describe(cell: str) -> str:
    """Return a cell as messages show it."""
    return quoted(cell, 30)
