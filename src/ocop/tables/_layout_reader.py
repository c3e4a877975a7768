"""Reads a file of sheets as a layout describes it: a workbook, or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._entries import Cell, Gatherer
from ocop.tables._excel_book import Book, is_excel, open_book
from ocop.tables._gathered import Gathered
from ocop.tables._layout_cells import CellsReader
from ocop.tables._layout_file import Layout
from ocop.tables._layout_rows import LawReader, RowsReader
from ocop.tables._problems import Problems
from ocop.tables._rows import csv_rows, open_source
from ocop.tables._source import Progress, Source
from ocop.text import closest, quoted

__all__ = ["gather_layout"]


def gather_layout(
    source: str | Path | IO[bytes],
    layout: Layout,
    law: Decision,
    fixed: CriteriaSet | None,
    keep: tuple[str, ...],
    problems: Problems,
    progress: Progress | None,
) -> list[Gathered]:
    """Return the sheets of a file by set."""
    gatherer = Gatherer(problems, layout.answers, layout.blank, layout.none_met)
    reader = LawReader(law, fixed, gatherer)
    if is_excel(source):
        with open_book(source, problems.shown) as book:
            _read_book(book, layout, reader, keep)
    else:
        with open_source(source, problems.shown, problems.add, progress) as opened:
            rows = _csv_rows(opened, layout.header if layout.layout == "rows" else 1)
            if layout.layout == "rows":
                RowsReader(layout, reader, keep).read(rows, None, 0)
            else:
                CellsReader(layout, reader).read(list(rows), None, 1)
    batches = gatherer.finish()
    if not batches and not len(problems):
        message = "the file has no sheets where the layout says"
        problems.add(Problem("no-sheets", message, problems.shown))
    return batches


def _read_book(book: Book, layout: Layout, reader: LawReader, keep: tuple[str, ...]) -> None:
    names = _worksheets(book, layout, reader.gatherer)
    if layout.layout == "cells":
        if keep:
            message = f"the column {quoted(keep[0])} is missing: there are no columns to keep"
            reader.gatherer.place(Problem("missing-column", message), Cell(""), None)
        cells = CellsReader(layout, reader)
        for number, name in enumerate(names, start=1):
            cells.read(book.rows(name), name, number)
        return
    rows, before = RowsReader(layout, reader, keep), 0
    for name in names:
        before += rows.read(book.rows(name), name, before)


def _worksheets(book: Book, layout: Layout, gatherer: Gatherer) -> list[str]:
    """Return the worksheets to read: those named, else the first one, of cells all."""
    for name in layout.worksheets:
        if name not in book.names:
            near = closest(name, book.names)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"there is no worksheet {quoted(name)}, which the layout names"
            gatherer.place(Problem("missing-worksheet", message, hint=hint), Cell(""), None)
    first = book.names[:1] if layout.layout == "rows" else book.names
    wanted = layout.worksheets or first
    return [name for name in wanted if name in book.names and name not in layout.skip]


def _csv_rows(source: Source, header: int) -> Iterator[list[str]]:
    """Yield the rows of a CSV file; its header shows which delimiter it has."""
    lines = source.lines()
    head = list(islice(lines, header))
    delimiter = max(",;\t", key=(head or [""])[-1].count)
    return csv_rows(chain(head, lines), delimiter, source.shown)
