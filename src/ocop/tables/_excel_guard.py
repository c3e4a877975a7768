"""Bounds on workbooks, checked before a workbook is unpacked into memory.

The library that reads workbooks keeps every worksheet as a rectangle in memory, and ends the whole
program where there is not enough of it. So nothing comes to it that was not measured here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from copy import copy
from io import BytesIO
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from ocop.errors import Problem
from ocop.tables._source import BrokenFileError
from ocop.text import quoted

__all__ = ["MAX_UNPACKED", "measured"]

MAX_UNPACKED = 1 << 28
"""Most bytes that the parts of a workbook may have, unpacked."""

MAX_CELLS, FREE_CELLS, CELLS_PER_BYTE = 1 << 24, 1 << 21, 2
"""Most cells of the rectangle that holds what a worksheet says; all of it is kept in memory.

Small files may have fewer: so many, and so many for each of their bytes.
"""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old Excel files begin with, and those that have a password."""

_END = b"PK\x05\x06"
"""Begins the end of a zip; where it stands twice, programs may differ about what the zip holds."""

_STEP = 1 << 20
_XLSX_ANY = re.compile(rb"<(?:[^\s<>/:]*:)?c(?=[\s/>])")
_XLSX_CELL = re.compile(
    rb"""<(?:\w+:)?c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: (?:s|t|cm|vm|ph)="[^"<>&]*")*\s?(/?)>"""
)
_ODS_ANY = re.compile(rb"<table:(?:table|table-row|(?:covered-)?table-cell)(?=[\s/>])")
_ODS_PART = re.compile(
    rb"""<table:(table|table-row|(?:covered-)?table-cell)((?: [\w:-]+="[^"<>&]*")*)\s?/?>"""
)
_ODS_REPEATED = re.compile(rb""" table:number-(?:columns|rows)-repeated="([^"]*)\"""")
_REPEATED = ("table:number-columns-repeated", "table:number-rows-repeated")

Extent = tuple[int, int]
"""How many rows and columns a worksheet has up to its last cell with a value."""


class _OddError(Exception):
    """The part is not as programs write it; it has to be read more carefully."""


def measured(handle: BytesIO, shown: str) -> BytesIO:
    """Return a workbook that is within bounds, as it is to be read.

    Raises
    ------
    BrokenFileError
        ``absurd-size`` where parts or worksheets are larger than any sound one, ``cannot-read``
        where the file is damaged or of another kind.
    """
    raw = handle.getbuffer()
    if raw[: len(_OLE)] == _OLE:
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
            _check_names(parts)
            if any(part.compress_size > len(raw) for part in parts):
                raise ValueError("a part is larger than the file")
            most = min(MAX_CELLS, FREE_CELLS + CELLS_PER_BYTE * len(raw))
            for part in parts:
                _check_extent(_extent(archive, part), most, shown)
            ends = handle.getvalue().count(_END)
            return handle if ends == 1 else _copied(archive)
    except (
        BadZipFile,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        expat.ExpatError,
        zlib.error,
    ) as error:
        message = f"cannot read the Excel file: {error}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error


def _check_names(parts: list[ZipInfo]) -> None:
    names = set[str]()
    for part in parts:
        # Names of parts are the same in small and capital letters.
        name = part.filename.lower()
        if name in names:
            raise ValueError(f"the part {quoted(part.filename)} stands twice")
        if name.endswith("workbook.bin"):
            raise ValueError("found .xlsb; allowed are .xlsx and .ods")
        names.add(name)


def _check_extent(extent: Extent, most: int, shown: str) -> None:
    rows, columns = extent
    if rows * columns > most:
        message = f"a worksheet has cells over {rows:,} rows and {columns:,} columns, allowed are "
        message += f"{most:,} cells in a file of this size"
        hint = "delete what stands far from the table"
        raise BrokenFileError(Problem("absurd-size", message, shown, hint=hint))


def _copied(archive: ZipFile) -> BytesIO:
    """Return the parts that were measured, and nothing else."""
    file = BytesIO()
    with ZipFile(file, "w") as new:
        for part in archive.infolist():
            new.writestr(part.filename, archive.read(part))
    file.seek(0)
    return file


def _extent(archive: ZipFile, part: ZipInfo) -> Extent:
    """Return the extent of a part, 0 by 0 of one that is no worksheet.

    Any part may be a worksheet, whatever it is called.
    """
    # Asked for one byte more than it says, a part that has more of them gives it.
    whole = copy(part)
    whole.file_size += 1
    is_ods = part.filename == "content.xml"
    try:
        with archive.open(whole) as stream:
            return (_ods_extent if is_ods else _xlsx_extent)(_pieces(stream, part.file_size))
    except _OddError:
        with archive.open(part) as stream:
            return _OdsParser().read(stream) if is_ods else _XlsxParser().read(stream)


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield a part in pieces that end where a tag does, and compare its size."""
    rest = b""
    while block := stream.read(_STEP):
        size -= len(block)
        whole = rest + block
        end = whole.rfind(b">") + 1
        yield whole[:end]
        begin = whole.find(b"<", end)
        rest = whole[begin:] if begin >= 0 else b""
        if len(rest) > _STEP:
            raise ValueError("a tag is too long")
    if size:
        raise ValueError("a part is not as large as it says")


def _xlsx_extent(pieces: Iterator[bytes]) -> Extent:
    rows, letters = 0, {b""}
    for piece in pieces:
        found = _XLSX_CELL.findall(piece)
        if len(found) != len(_XLSX_ANY.findall(piece)):
            raise _OddError
        if found:
            columns, numbers, ends = zip(*found, strict=True)
            if b"/" in ends:
                # Cells without a value take no room.
                filled = [cell for cell in found if not cell[2]]
                columns = tuple(cell[0] for cell in filled)
                numbers = tuple(cell[1] for cell in filled)
            letters.update(columns)
            rows = max(rows, *map(int, {*numbers, b"0"}))
    return rows, max(map(_number, letters))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _ods_extent(pieces: Iterator[bytes]) -> Extent:
    """Return the same of the tables of an .ods, whose cells and rows may be repeated."""
    table = _OdsTable()
    for piece in pieces:
        found = _ODS_PART.findall(piece)
        if len(found) != len(_ODS_ANY.findall(piece)):
            raise _OddError
        for kind, rest in found:
            repeated = _ODS_REPEATED.search(rest)
            count = int(repeated[1]) if repeated else 1
            table.add(kind, count, filled=b"value-type=" in rest)
    return table.rows, table.columns


class _OdsTable:
    """Counts the rows and columns of tables up to their last cells with a value."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = self._more = 0

    def add(self, kind: bytes, count: int, *, filled: bool) -> None:
        """Count a table, a row or a cell, repeated so often."""
        if kind == b"table":
            self._row = self._more = 0
        elif kind == b"table-row":
            self._row, self._more, self._column = self._row + self._more, count, 0
        else:
            self._column += count
            if filled:
                self.rows = max(self.rows, self._row + self._more)
                self.columns = max(self.columns, self._column)


class _Parser:
    """Reads a part with a parser of XML, which forgives nothing."""

    def read(self, stream: IO[bytes]) -> Extent:
        """Return the extent of the part."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.StartDoctypeDeclHandler = self._refuse
        parser.ParseFile(stream)
        return self.extent()

    def _refuse(self, *_: object) -> None:
        raise ValueError("found a document type, which no workbook has")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        raise NotImplementedError

    def extent(self) -> Extent:
        """Return what was counted."""
        raise NotImplementedError


class _XlsxParser(_Parser):
    """Cells may leave out where they stand: then it is behind the last one."""

    def __init__(self) -> None:
        self._rows = self._columns = 0
        self._row = self._column = 0
        self._in_cell = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        name, place = name.partition(":")[2] or name, attributes.get("r", "")
        if self._in_cell:
            self._in_cell = False
            if name != "c":
                self._rows = max(self._rows, self._row)
                self._columns = max(self._columns, self._column)
        if name == "row":
            self._row = int(place) if place else self._row + 1
            self._column = 0
        elif name == "c":
            self._in_cell = True
            self._column += 1
            if place:
                found = re.fullmatch("([A-Za-z]{1,3})([0-9]{1,7})", place)
                if not found:
                    raise ValueError(f"{quoted(place)} is no cell")
                self._column, self._row = _number(found[1].encode()), int(found[2])

    def extent(self) -> Extent:
        """Return what was counted."""
        return self._rows, self._columns


class _OdsParser(_Parser):
    """Tables and rows are elements around their cells."""

    def __init__(self) -> None:
        self._table = _OdsTable()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        kind = name.removeprefix("table:").removeprefix("covered-")
        if name.startswith("table:") and kind in ("table", "table-row", "table-cell"):
            counts = [int(attributes[key]) for key in _REPEATED if key in attributes]
            filled = any(key.endswith("value-type") for key in attributes)
            self._table.add(kind.encode(), max(counts, default=1), filled=filled)

    def extent(self) -> Extent:
        """Return what was counted."""
        return self._table.rows, self._table.columns
