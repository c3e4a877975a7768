"""A file as a header and blocks of cells: CSV by the block where that can be, else by the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Protocol

from ocop.tables._cells import Cells
from ocop.tables._rows import csv_rows, first_line, open_source
from ocop.tables._source import BrokenFileError, Progress, Report, Source
from ocop.tables._split import split

CHUNK = 4096

Wrong = Callable[[int, int], None]
"""Told of a row that is not as wide as the header: its number, and how many cells it has."""


Skim = Callable[[bytes, str, int], tuple[int, int]]
"""Takes the first rows of a block without their being split; returns how many bytes and rows.

Told of the block, the delimiter and the number of the first row.
"""


class Table(Protocol):
    """A file that was opened: first its header, then its rows."""

    def header(self) -> list[str] | None:
        """Return the first row, None where there is none."""

    def blocks(self, width: int, wrong: Wrong, skim: Skim) -> Iterator[Cells]:
        """Yield the rows of `width` cells, some at a time; blank and skimmed rows are left out."""


@contextmanager
def open_table(
    source: str | Path | IO[bytes],
    shown: str,
    report: Report,
    progress: Progress | None,
    loops: Any = None,
) -> Iterator[Table]:
    """Open a CSV file, to be read with compiled loops where they are given."""
    with open_source(source, shown, report, progress) as opened:
        yield _CsvTable(opened, loops)


class _CsvTable:
    def __init__(self, source: Source, loops: Any) -> None:
        self._source, self._loops = source, loops
        self._first, self._delimiter = first_line(source)
        self._row = 1

    def header(self) -> list[str] | None:
        lines = chain(self._first, self._source.lines())
        return next(csv_rows(lines, self._delimiter, self._source.shown), None)

    def blocks(self, width: int, wrong: Wrong, skim: Skim) -> Iterator[Cells]:
        while block := self._source.block():
            size, rows = skim(block, self._delimiter, self._row + 1)
            if rows:
                self._source.skip(size, rows)
                self._row += rows
                continue
            found = split(block, self._delimiter, width, self._row + 1, self._loops)
            if found is None:
                yield from self._by_row(len(block), width, wrong)
                continue
            self._source.skip(found.size, found.lines)
            self._row += found.rows
            for row, count in found.wrong:
                wrong(row, count)
            yield found.cells

    def _by_row(self, size: int, width: int, wrong: Wrong) -> Iterator[Cells]:
        """Read at least `size` bytes row by row; the rows above a broken one come out too."""
        shown, stop = self._source.shown, self._source.offset + size
        rows: list[list[str]] = []
        try:
            for row in csv_rows(self._source.lines(), self._delimiter, shown, self._row):
                rows.append(row)
                if self._source.offset >= stop:
                    break
        except BrokenFileError:
            yield _cells(rows, self._row + 1, width, wrong, self._loops)
            raise
        yield _cells(rows, self._row + 1, width, wrong, self._loops)
        self._row += len(rows)


class ExcelTable:
    """The rows of a worksheet."""

    def __init__(self, rows: Iterator[list[str]], loops: Any) -> None:
        self._rows, self._loops = rows, loops

    def header(self) -> list[str] | None:
        return next(self._rows, None)

    def blocks(
        self,
        width: int,
        wrong: Wrong,
        skim: Skim,  # noqa: ARG002 - there are no blocks of bytes
    ) -> Iterator[Cells]:
        row = 2
        while rows := list(islice(self._rows, CHUNK)):
            yield _cells(rows, row, width, wrong, self._loops)
            row += len(rows)


def _cells(rows: list[list[str]], first: int, width: int, wrong: Wrong, loops: Any) -> Cells:
    numbers, good = [], []
    for number, row in enumerate(rows, start=first):
        if len(row) == width and any(row):
            numbers.append(number)
            good.append(row)
        elif any(row):
            wrong(number, len(row))
    return Cells.of_rows(good, numbers, width, loops)
