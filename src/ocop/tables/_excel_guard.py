"""Bounds on workbooks, checked before a workbook is unpacked into memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ocop.errors import Problem
from ocop.tables._source import BrokenFileError

MAX_UNPACKED = 1 << 28
"""Most bytes that the parts of a workbook may have, unpacked."""

MAX_CELLS = 1 << 24
"""Most cells of the rectangle that holds what a worksheet says; all of it is kept in memory."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old Excel files begin with, and those that have a password."""

_STEP = 1 << 20
_XLSX_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br=["\']([A-Z]{1,3})([0-9]{1,7})["\'][^<>]*(?<!/)>"""
)
_ODS_PART = re.compile(rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>")
_ODS_REPEATED = re.compile(rb"""number-(?:columns|rows)-repeated=["\']([0-9]{1,9})["\']""")


def check_bounds(handle: IO[bytes], shown: str) -> None:
    """Refuse a workbook whose parts are larger than any sound one, or damaged."""
    begin = handle.read(len(_OLE))
    handle.seek(0)
    if begin == _OLE:
        message = "found an old Excel file, or one with a password; allowed are .xlsx and .ods"
        hint = "save it as .xlsx without a password"
        raise BrokenFileError(Problem("cannot-read", message, shown, hint=hint))
    try:
        with ZipFile(handle) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MAX_UNPACKED:
                message = f"the workbook has {size:,} bytes unpacked, allowed are {MAX_UNPACKED:,}"
                raise BrokenFileError(Problem("absurd-size", message, shown))
            for part in parts:
                _check_part(archive, part, shown)
    except (
        BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
    ) as error:
        message = f"cannot read the Excel file: {error}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error


def _check_part(archive: ZipFile, part: ZipInfo, shown: str) -> None:
    rows = columns = 0
    is_ods = part.filename == "content.xml"
    # Reading to the end compares the checksum: no part is larger than it says.
    with archive.open(part) as stream:
        if is_ods:
            rows, columns = _ods_extent(stream)
        elif part.filename.startswith("xl/") and part.filename.endswith(".xml"):
            rows, columns = _xlsx_extent(stream)
        while stream.read(_STEP):
            pass
    if rows * columns > MAX_CELLS:
        message = f"a worksheet has cells over {rows:,} rows and {columns:,} columns, allowed are "
        message += f"{MAX_CELLS:,} cells"
        hint = "delete what stands far from the table"
        raise BrokenFileError(Problem("absurd-size", message, shown, hint=hint))


def _xlsx_extent(stream: IO[bytes]) -> tuple[int, int]:
    """Return how many rows and columns a part has up to its last cell with a value."""
    rows, letters = 0, {b""}
    for piece in _pieces(stream):
        if found := _XLSX_CELL.findall(piece):
            columns, numbers = map(set, zip(*found, strict=True))
            letters |= columns
            rows = max(rows, *map(int, numbers))
    return rows, max(map(_number, letters))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _ods_extent(stream: IO[bytes]) -> tuple[int, int]:
    """Return the same of the tables of an .ods, whose cells and rows may be repeated."""
    rows = columns = row = column = more = 0
    for piece in _pieces(stream):
        for match in _ODS_PART.finditer(piece):
            kind, rest = match[1], match[2]
            found = _ODS_REPEATED.search(rest)
            count = int(found[1]) if found else 1
            if kind == b"table":
                row = more = 0
            elif kind == b"table-row":
                row, more, column = row + more, count, 0
            else:
                column += count
                if b"value-type=" in rest:
                    rows, columns = max(rows, row + more), max(columns, column)
    return rows, columns


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces that end where a tag does."""
    rest = b""
    while block := stream.read(_STEP):
        whole = rest + block
        end = whole.rfind(b">") + 1
        yield whole[:end]
        rest = whole[end:]
        if len(rest) > _STEP:
            raise ValueError("a piece of text without any tag is too long")
