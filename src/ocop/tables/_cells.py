"""A table of cells over one piece of text: where each begins and ends, for whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

MARKS = (0xFF, 0xFE)
"""Bytes that end a cell and a row where text may hold any other; they never occur in UTF-8."""

LONGEST_KEY = 64
"""Cells of up to so many bytes can be compared as words."""

PADDING = bytes(LONGEST_KEY)

Places = NDArray[np.int64]
Span = tuple[Places, Places]
"""Where some cells begin, and where they end."""

_FIRST_BYTES = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)


@frozen(eq=False)
class Cells:
    """Rows of equally many cells; rows without any text are left out.

    Attributes
    ----------
    text : ndarray of uint8
        A mark, then the cells, each with the mark that ends it, then padding.
    begins : ndarray of int64, shape (rows,)
        Where the first cell of each row begins in ``text[1:]``.
    ends : ndarray of int64, shape (split rows, columns)
        Where each cell ends in ``text[1:]``; the next one begins behind its mark.
    marks : pair of int
        The bytes that end a cell and a row.
    numbers : ndarray of int64, shape (rows,)
        The row of the file, the header being row 1.
    order : ndarray of int64, shape (rows,), optional
        Which of the split rows these are: not all, or in another order.
    loops : module, optional
        The compiled loops to read them with.
    """

    text: NDArray[np.uint8]
    begins: Places
    ends: NDArray[np.int64]
    marks: tuple[int, int]
    numbers: NDArray[np.int64]
    order: Places | None = None
    loops: Any = None

    @classmethod
    def of_rows(
        cls, rows: Sequence[Sequence[str]], numbers: Sequence[int], width: int, loops: Any = None
    ) -> Cells:
        """Return the cells of rows that were split before, all of `width` cells."""
        cells = [cell.encode() for row in rows for cell in row]
        mark = bytes(MARKS[1:])
        text = b"".join((mark, *(part for cell in cells for part in (cell, mark)), PADDING))
        sizes = np.fromiter(map(len, cells), dtype=np.int64, count=len(cells))
        ends = (np.cumsum(sizes + 1) - 1).reshape(-1, width)
        return cls(
            text=np.frombuffer(text, dtype=np.uint8),
            begins=np.append(0, ends[:-1, -1] + 1)[: len(ends)],
            ends=ends,
            marks=(MARKS[1], MARKS[1]),
            numbers=np.array(numbers, dtype=np.int64),
            loops=loops,
        )

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return int(self.ends.shape[1])

    def rows(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Cells:
        """Return some of the rows, in any order."""
        places = np.arange(len(self))[which]
        order = places if self.order is None else self.order[places]
        begins, numbers = self.begins[places], self.numbers[places]
        return Cells(self.text, begins, self.ends, self.marks, numbers, order, self.loops)

    def span(self, column: int, last: int | None = None) -> Span:
        """Return where the cells of a column begin, and where they or the `last` ones end."""
        begins = self._ends(column - 1) + 1 if column else self.begins
        return begins, self._ends(column if last is None else last)

    def _ends(self, column: int) -> Places:
        if self.order is None:
            return np.ascontiguousarray(self.ends[:, column])
        found: Places = self.ends[self.order, column]
        return found

    def some(self, rows: Places, columns: Places) -> Span:
        """Return where some cells begin and end, one in each of the rows."""
        split = rows if self.order is None else self.order[rows]
        begins = np.where(columns > 0, self.ends[split, columns - 1] + 1, self.begins[rows])
        return begins, self.ends[split, columns]

    def sizes(self) -> NDArray[np.int64]:
        """Return how many bytes each cell has, shape (rows, columns)."""
        ends = self.ends if self.order is None else self.ends[self.order]
        return ends - np.column_stack((self.begins - 1, ends[:, :-1])) - 1

    def last_bytes(self) -> NDArray[np.uint8]:
        """Return the last byte of each cell, of an empty one a mark; shape (rows, columns)."""
        found = self.text.take(self.ends)
        return found if self.order is None else found[self.order]

    def lines(self, span: Span) -> NDArray[np.uint8]:
        """Return cells one after the other, a line feed behind each."""
        begins, ends = span
        sizes = ends - begins + 1
        if self.loops is not None:
            found: NDArray[np.uint8] = self.loops.lines(self.text, begins, ends, int(sizes.sum()))
            return found
        least, most = int(sizes.min(initial=1)), int(sizes.max(initial=1))
        if least == most <= LONGEST_KEY:
            lines = self._windows(begins, most).view(np.uint8)
            lines[most - 1 :: most] = ord("\n")
            return lines
        stops = np.cumsum(sizes)
        places = np.repeat(begins - stops + sizes, sizes)
        places += np.arange(len(places))
        lines = self.text[1:].take(places)
        lines[stops - 1] = ord("\n")
        return lines

    def _windows(self, begins: Places, size: int) -> NDArray[np.void]:
        """Return `size` bytes from each place, at most `LONGEST_KEY`."""
        count = len(self.text) - LONGEST_KEY
        every: NDArray[np.void] = np.ndarray(
            (count,), f"V{size}", self.text, offset=1, strides=(1,)
        )
        return every[begins]

    def texts(self, span: Span) -> list[str]:
        """Return cells as they stand."""
        # Lines are split faster than cells are cut out one by one.
        found = self.lines(span).tobytes().decode().split("\n")
        found.pop()
        if len(found) == len(span[0]):
            return found
        text = self.text[1:].tobytes()
        pairs = zip(span[0].tolist(), span[1].tolist(), strict=True)
        return [text[begin:end].decode() for begin, end in pairs]

    def keys(self, span: Span) -> NDArray[np.uint64]:
        """Return cells as columns of words, equal where the cells are; shape (words, cells).

        Only the first `LONGEST_KEY` bytes count. Short cells have words of 0 at the end.
        """
        begins, ends = span
        sizes = ends - begins
        words = min(-(-int(sizes.max(initial=1)) // 8), LONGEST_KEY // 8)
        # Inverted, no byte of a cell is 0, so that 0 behind it is not part of another text.
        keys = np.ascontiguousarray(
            ~self._windows(begins, 8 * words).view("<u8").reshape(-1, words).T
        )
        for word in keys:
            word &= _FIRST_BYTES.take(sizes, mode="clip")
            sizes -= 8
        return keys
