"""How far the parts of a workbook reach and how much text their cells hold, without parsing them.

Every count is what it is in sound files and never too small in others. Patterns go through a part
once, whatever stands in it: none of them gives a character back.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from attrs import define

_STEP = 1 << 20
_MOST = 1 << 40
"""Stands for numbers that are too long to be read."""

_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^<>]*+)>")
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*+)>")
_VALUE = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^<>]*+)><(?:\w+:)?v>([0-9]{1,9})<")
_STRING = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_PLACE = re.compile(rb"""(?<![\w.:-])r\s*+=\s*+["']([A-Za-z]++)([0-9]++)["']""")
_PLACED = re.compile(rb"""\x00[^\x00]*?(?<![\w.:-])r\s*+=\s*+["'][A-Za-z]++[0-9]++["']""")
_ROW = re.compile(rb"""(?<![\w.:-])r\s*+=\s*+["']([0-9]++)["']""")
_SHARED = re.compile(rb"""(?<![\w.:-])t\s*+=\s*+["']s["']""")
_ODS_PART = re.compile(rb"<table:(table|table-row|(?:covered-)?table-cell)(?=[\s/>])([^<>]*+)>")
_ODS_REPEATED = re.compile(rb"""number-(?:columns|rows)-repeated\s*+=\s*+["']([0-9]++)["']""")
_ODS_NAMED = re.compile(rb"number-(?:columns|rows)-repeated")
_ODS_VALUE = re.compile(rb"value-type\s*+=")
_OPEN = re.compile(rb"<[^<>]*+<")
_SOUND = re.compile(
    rb"""(?:\x00(?:\s++[\w:.-]++\s*+=\s*+(?:"[^"\x00]*+"|'[^'\x00]*+'))*+\s*+/?+)*+"""
)
"""Attributes, those of each tag behind a NUL; not so where one holds the end of a tag."""


@define
class Extent:
    """What a part says: rows and columns up to its last cell with a value, and text.

    `text` are bytes of text that stand in repeated cells, `shared` the cells that name a text of
    another part, `longest` the bytes of the longest such text here.
    """

    rows: int = 0
    columns: int = 0
    text: int = 0
    shared: int = 0
    longest: int = 0


def xlsx_extent(stream: IO[bytes]) -> Extent:
    """Return the extent of a part of an .xlsx."""
    found, letters, loose = Extent(), {b""}, False
    tail = 0
    for piece in _pieces(stream):
        cells = [inside for inside in _CELL.findall(piece) if not inside.endswith(b"/")]
        strings = [match.start() for match in _STRING.finditer(piece)]
        if strings and b"<!" in piece:
            raise ValueError("shared strings hold comments or character data")
        places = [0, *strings, len(piece)]
        lengths = [end - start for start, end in pairwise(places)]
        lengths[0] += tail
        tail = lengths[-1]
        found.longest = max(found.longest, *lengths) if strings or found.longest else 0
        if not cells:
            continue
        together = _together(piece, cells)
        if b"&" in together:
            raise ValueError("a cell does not say plainly what it is")
        found.shared += len(_SHARED.findall(together))
        if named := _PLACE.findall(together):
            columns, numbers = map(set, zip(*named, strict=True))
            letters |= columns
            found.rows = max(found.rows, *map(_whole, numbers))
        loose = loose or len(_PLACED.findall(together)) < len(cells)
    found.columns = max(map(_column, letters))
    if loose:
        stream.seek(0)
        _count_loose(stream, found)
    return found


def _count_loose(stream: IO[bytes], found: Extent) -> None:
    """Count cells that do not say where they stand: each is right of the one before."""
    row = column = 0
    for piece in _pieces(stream):
        for kind, inside in _ROW_OR_CELL.findall(piece):
            if kind == b"row":
                named = _ROW.findall(inside)
                if b"&" in inside:
                    raise ValueError("a row does not say plainly which it is")
                row, column = max(map(_whole, named)) if named else row + 1, 0
                continue
            column += 1
            for letters, number in _PLACE.findall(inside):
                row, column = max(row, _whole(number)), max(column, _column(letters))
            if not inside.endswith(b"/"):
                found.rows, found.columns = max(found.rows, row), max(found.columns, column)


def text_of_shared(archive: ZipFile, parts: Sequence[ZipInfo], longest: int) -> int:
    """Return how many bytes of text cells take from others, each as often as it is taken."""
    lengths, named, cells = array("L"), array("L"), 0
    for part in parts:
        begun = len(lengths)
        with archive.open(part) as stream:
            for piece in _pieces(stream):
                ends = [match.start() for match in _STRING.finditer(piece)] + [len(piece)]
                if len(lengths) > begun:
                    lengths[-1] += ends[0]
                lengths.extend(end - start for start, end in pairwise(ends))
                cells += sum(1 for inside in _CELL.findall(piece) if _SHARED.search(inside))
                values = _VALUE.findall(piece)
                named.extend(int(value) for inside, value in values if _SHARED.search(inside))
    text = sum(lengths[n] if n < len(lengths) else longest for n in named)
    return text + longest * (cells - len(named))


def ods_extent(stream: IO[bytes]) -> Extent:
    """Return the extent of the tables of an .ods, whose cells and rows may be repeated."""
    found = Extent()
    row = column = more = 0
    # Bytes of text of the row, and of the cell that is open with how often it stands.
    text = length = count = 0
    for piece in _pieces(stream):
        begin = 0
        _together(piece, [inside for _, inside in _ODS_PART.findall(piece)])
        for match in _ODS_PART.finditer(piece):
            length += match.start() - begin
            begin = match.start()
            text += length * count
            length = 0
            kind, inside = match[1], match[2]
            repeated = _ODS_REPEATED.findall(inside)
            if len(repeated) != len(_ODS_NAMED.findall(inside)):
                raise ValueError("a cell does not say plainly how often it stands")
            times = max(map(_whole, repeated)) if repeated else 1
            if kind == b"table-cell" or kind == b"covered-table-cell":
                column, count = column + times, 0
                if _ODS_VALUE.search(inside):
                    count = times
                    found.rows = max(found.rows, row + more)
                    found.columns = max(found.columns, column)
                continue
            found.text += text * more
            text = count = column = 0
            row, more = (0, 0) if kind == b"table" else (row + more, times)
        length += len(piece) - begin
    found.text += (text + length * count) * more
    return found


def check_closed(stream: IO[bytes]) -> None:
    """Refuse XML that is not well-formed; the reader waits for ever for a row that does not end."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        while block := stream.read(_STEP):
            parser.Parse(block)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(f"a worksheet is not written as XML is: {error}") from error


def _refuse_doctype(*_: object) -> None:
    raise ValueError("found a document type; workbooks have none")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a part in pieces that end where a tag does; what is no text may have none."""
    rest = b""
    while block := stream.read(_STEP):
        whole = rest + block
        end = whole.rfind(b">") + 1
        yield whole[:end]
        rest = whole[end:]
        if len(rest) > _STEP:
            if b"<" in rest:
                raise ValueError("a piece of text without any tag is too long")
            yield rest
            rest = b""


def _together(piece: bytes, insides: Sequence[bytes]) -> bytes:
    """Return what stands in tags, each behind a NUL; tags that hide others are refused."""
    together = b"".join(b"\x00" + inside for inside in insides)
    if _OPEN.search(piece) or not _SOUND.fullmatch(together):
        raise ValueError("a worksheet is not written as XML is")
    return together


def _whole(digits: bytes) -> int:
    return int(digits) if len(digits) < 16 else _MOST


def _column(letters: bytes) -> int:
    """Return the number of a column, from 1; 0 without letters."""
    if len(letters) > 6:
        return _MOST
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
