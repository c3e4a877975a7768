"""Workbooks: .xlsx and .ods, their worksheets as rows of the text that a CSV file would hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from ocop.errors import MissingExtraError, Problem
from ocop.tables._excel_guard import MAX_UNPACKED, measured
from ocop.tables._excel_unread import Unread, unread_cells
from ocop.tables._source import BrokenFileError, unchanged

__all__ = ["ENDINGS", "Book", "is_excel", "open_book"]

ENDINGS = (".xlsx", ".xlsm", ".ods")
_ARCHIVE = b"PK\x03\x04"
_STEP = 1 << 20


def is_excel(source: str | Path | IO[bytes]) -> bool:
    """Say whether a file is a workbook: a path by its ending, an open file by its first bytes."""
    if isinstance(source, str | Path):
        return str(source).lower().endswith(ENDINGS)
    peek = getattr(source, "peek", None)
    if peek is not None:
        try:
            return bytes(peek(4)[:4]) == _ARCHIVE
        except OSError:  # told where it is read
            return False
    if type(source) is BytesIO:
        return source.getbuffer()[source.tell() :][:4] == _ARCHIVE
    return False


@frozen(eq=False)
class Book:
    """An opened workbook; `names` are those of its worksheets, in their order."""

    names: tuple[str, ...]
    _book: Any
    _shown: str
    _unread: Unread

    def rows(self, name: str, most: int | None = None) -> list[list[str]]:
        """Return the rows of a worksheet, the first `most`, all as long as the longest.

        Errors, and formulas without a value, stand as they are written: they are not empty.
        """
        with _telling(self._shown):
            sheet = self._book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=most)
        texts = [[_text(value) for value in row] for row in rows]
        for row, column, text in self._unread.get(name, ()):
            if row < len(texts) and column < len(texts[row]):
                texts[row][column] = text
        return texts


@contextmanager
def _telling(shown: str) -> Iterator[None]:
    """Turn what can go wrong in a workbook into a problem of the file."""
    import python_calamine

    try:
        yield
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        message = f"cannot read the Excel file: {error}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error
    except BaseException as error:
        # The compiled reader tells bugs of its own by an exception that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        message = "cannot read the Excel file: it is damaged"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error


@contextmanager
def open_book(source: str | Path | IO[bytes], shown: str) -> Iterator[Book]:
    """Open a workbook, its bounds checked; what is given open stays open."""
    try:
        import python_calamine
    except ImportError as error:
        message = "reading Excel files needs the extra 'excel'"
        hint = 'pip install "ocop[excel]"'
        raise MissingExtraError([Problem("missing-extra", message, shown, hint=hint)]) from error
    with _telling(shown):
        if isinstance(source, str | Path):
            with Path(source).open("rb") as handle, unchanged(handle, shown):
                raw = _in_memory(handle)
        else:
            raw = _in_memory(source)
    raw = measured(raw, shown)
    raw.seek(0)
    with _telling(shown):
        book = python_calamine.CalamineWorkbook.from_filelike(raw)
        kinds = python_calamine.SheetTypeEnum
        found = [sheet.name for sheet in book.sheets_metadata if sheet.typ == kinds.WorkSheet]
        raw.seek(0)
        unread = unread_cells(raw)
    yield Book(tuple(found), book, shown, unread)


def _in_memory(stream: IO[bytes]) -> BytesIO:
    """Return a file, or more of it than a workbook may have; room is taken as it is needed."""
    raw = BytesIO()
    while raw.tell() <= MAX_UNPACKED and (block := stream.read(_STEP)):
        raw.write(block)
    return raw


def _text(value: Any) -> str:
    """Return a cell as the text that a CSV file would hold."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
