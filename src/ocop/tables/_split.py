"""Splits a block of CSV into cells all at once, where it is written without mischief.

A block is refused, and left to the reader of the standard library, where a quotation mark stands
where none belongs, where a carriage return does not end a row, where a row is longer than a cell
may be, and where the text is not UTF-8.
"""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.tables._cells import MARKS, PADDING, Cells

_FEED, _RETURN, _QUOTE = b'\n\r"'
_KEPT_QUOTE, _DROPPED = 0xFD, 0xFC
_CLEAN = bytes(range(256)).replace(bytes([_KEPT_QUOTE]), b'"')


@frozen
class Block:
    """What was split: the cells, and how many bytes, lines and rows of the file they are.

    `wrong` are the rows of another width than the header, with how many cells they have.
    """

    cells: Cells
    size: int
    lines: int
    rows: int
    wrong: list[tuple[int, int]]


def split(block: bytes, delimiter: str, width: int, number: int, loops: Any = None) -> Block | None:
    """Split the rows of a block, the first of which is row `number`; None if it is refused.

    The block ends at the end of a line, which need not be the end of a row: then its last row is
    left over.
    """
    if not is_utf8(block):
        return None
    ended = block if block.endswith(b"\n") else block + b"\n"
    if b'"' not in block:
        found = _split(ended, (ord(delimiter), _FEED), width, number, loops)
        return found and Block(found[0], len(block), found[1], found[1], found[2])
    taken = _unquoted(np.frombuffer(ended, dtype=np.uint8), ord(delimiter))
    if taken is None:
        return None
    clean, size, lines = taken
    found = _split(clean, MARKS, width, number, loops)
    return found and Block(found[0], min(size, len(block)), lines, found[1], found[2])


def is_utf8(block: bytes) -> bool:
    """Say whether bytes are text in UTF-8."""
    try:
        return block.isascii() or bool(block.decode())
    except UnicodeDecodeError:
        return False


def _unquoted(raw: NDArray[np.uint8], delimiter: int) -> tuple[bytes, int, int] | None:
    """Return the text with marks in place of delimiters, and without its quotation marks.

    With it: how many bytes and lines of the block it is. A last row whose quotation mark is not
    closed in this block is cut off.
    """
    quote, feed, comma = raw == _QUOTE, raw == _FEED, raw == delimiter
    # Inside is from an opening quotation mark up to the closing one, without that.
    inside = (np.cumsum(quote, dtype=np.uint8) & 1).view(np.bool_)
    outside = ~inside
    opening, returned = quote & inside, (raw == _RETURN) & outside
    edge = feed | comma | quote
    fits_behind, fits_before = np.append(True, edge[:-1]), np.append((edge | returned)[1:], True)
    if (opening & ~fits_behind).any() or (quote & outside & ~fits_before).any():
        return None
    if (returned[:-1] & ~feed[1:]).any():
        return None
    row_end = feed & outside
    size = len(raw) - int(np.argmax(row_end[::-1]))
    if not row_end[size - 1]:
        return None
    marked = raw[:size].copy()
    np.putmask(marked, row_end[:size], MARKS[1])
    np.putmask(marked, (comma & outside)[:size], MARKS[0])
    np.putmask(marked, returned[:size], _DROPPED)
    # An opening quotation mark right behind a closing one: together they are one of the text.
    np.putmask(marked, (opening & np.append(False, quote[:-1]))[:size], _KEPT_QUOTE)
    clean = marked.tobytes().translate(_CLEAN, bytes([_QUOTE, _DROPPED]))
    return clean, size, int(np.count_nonzero(feed[:size]))


def _split(
    block: bytes, marks: tuple[int, int], width: int, number: int, loops: Any
) -> tuple[Cells, int, list[tuple[int, int]]] | None:
    """Return the cells of a block without quotation marks, its count of rows and wrong rows."""
    text = np.frombuffer(b"".join((bytes(marks[1:]), block, PADDING)), dtype=np.uint8)
    data = text[1:]
    if loops is None:
        row_end = data == marks[1]
        places = np.flatnonzero(row_end | (data == marks[0]))
        count = int(np.count_nonzero(row_end))
    else:
        places, count = loops.places(data, *marks)
    stops = places[width - 1 :: width].copy()
    last = None
    if len(places) != count * width or (data.take(stops) != marks[1]).any():
        last = np.flatnonzero(data.take(places) == marks[1])
        stops = places.take(last)
    begins = np.zeros(count, dtype=np.int64)
    np.add(stops[:-1], 1, out=begins[1:])
    if marks != MARKS and b"\r" in block:
        returned = data == _RETURN
        if (returned[:-1] & (data[1:] != marks[1])).any():
            return None
        stops -= returned.take(stops - 1)
        places[slice(width - 1, None, width) if last is None else last] = stops
    sizes = stops - begins
    if sizes.max() > csv.field_size_limit():
        return None
    numbers = np.arange(number, number + count)
    # A row without text has nothing but its marks.
    if last is None:
        cells = Cells(text, begins, places.reshape(-1, width), marks, numbers, None, loops)
        return cells if sizes.min() >= width else cells.rows(sizes >= width), count, []
    widths = np.diff(last, prepend=-1)
    good = (widths == width) & (sizes >= width)
    ends = places[last[good][:, np.newaxis] + np.arange(1 - width, 1)]
    cells = Cells(text, begins[good], ends, marks, numbers[good], None, loops)
    wrong = (widths != width) & (sizes >= widths)
    return cells, count, list(zip(numbers[wrong].tolist(), widths[wrong].tolist(), strict=True))
