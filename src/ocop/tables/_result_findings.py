"""What is wrong with the rows of a result file: the first problems kept, the rest counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.text import quoted

__all__ = ["MOST_KEPT", "Findings", "Piece"]

MOST_KEPT = 1000

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@frozen(eq=False)
class Piece:
    """Some rows of a result file by column, cells as they stand there.

    `lines` are their lines, or where the file has none, their numbers below 0: -1 for the first.
    `textual` says that numbers stand as text.
    """

    lines: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    textual: bool = False

    def __len__(self) -> int:
        return len(self.lines)


class Findings:
    """Gathers problems of the file and of its rows, which come piece by piece."""

    def __init__(self, shown: str, places: Mapping[str, int]) -> None:
        self.shown, self._places = shown, places
        self._kept: list[Problem] = []
        self.more = 0
        self.lines = np.empty(0, dtype=np.int64)
        self.products: list[str] = []
        self._bad: list[Flags] = []
        self._rows = np.empty(0, dtype=np.int64)

    def start(self, piece: Piece) -> None:
        """Begin a piece: rows are counted from its first one."""
        self.lines = np.array(piece.lines, dtype=np.int64)
        self.products = [cell if type(cell) is str else "" for cell in piece.columns["product"]]
        self._bad.append(np.zeros(len(piece), dtype=np.bool_))
        self.only(None)

    def whole(self, lines: Ints, products: list[str]) -> None:
        """Begin to look at all rows once more."""
        self.lines, self.products = lines, products
        self._bad = [np.concatenate([np.zeros(0, dtype=np.bool_), *self._bad])]
        self.only(None)

    def only(self, rows: Ints | None) -> None:
        """Look at these rows of the piece alone from now on, and number them from 0."""
        self._rows = np.arange(len(self.lines)) if rows is None else rows

    @property
    def rows(self) -> int:
        """How many rows have a problem."""
        return sum(int(flags.sum()) for flags in self._bad)

    def add(self, problem: Problem) -> None:
        """Take a problem."""
        if len(self._kept) < MOST_KEPT:
            self._kept.append(problem)
        else:
            self.more += 1

    def cell(self, code: str, which: Flags, message: Callable[[int], str], name: str) -> None:
        """Take the problem of a column in every row that `which` says."""
        rows = np.flatnonzero(which)
        if not len(rows):
            return
        self._bad[-1][self._rows[rows]] = True
        room = MOST_KEPT - len(self._kept)
        for row in rows[:room].tolist():
            place = int(self._rows[row])
            line = int(self.lines[place])
            path = f"{quoted(self.products[place])}: {name}"
            column: int | None = None
            if line < 0:
                path, line = f"results[{-line - 1}]: {path}", 0
            else:
                column = self._places.get(name)
            self.add(Problem(code, message(row), self.shown, line or None, column, path))
        self.more += max(0, len(rows) - room)

    def differs(self, code: str, which: Flags, found: Ints, computed: Ints, name: str) -> None:
        """Take numbers that are not what they should be; 0 stands for no star."""

        def message(row: int) -> str:
            there, here = (int(values[row]) for values in (found, computed))
            if name == "star":
                return f"found {there or 'no star'}, computed {here or 'no star'}"
            return f"found {there}, computed {here}"

        self.cell(code, which, message, name)

    def sorted(self) -> Iterator[Problem]:
        """Yield what was kept: of the file first, then by line."""
        yield from sorted(self._kept, key=lambda problem: (problem.line or 0, problem.column or 0))
