"""Reads the sheets of a workbook: forms of one product a worksheet, or a table of products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._entries import Cell, Gatherer
from ocop.tables._excel_book import Book
from ocop.tables._form_reader import HEAD_ROWS, FormReader, is_form, kind_of
from ocop.tables._form_text import LEGEND
from ocop.tables._gathered import Gathered
from ocop.tables._problems import Problems
from ocop.tables._rows import clean_header
from ocop.tables._sheet_reader import gather_sheets
from ocop.tables._table import ExcelTable
from ocop.text import quoted


def gather_book(
    book: Book,
    law: Decision,
    fixed: CriteriaSet | None,
    keep: tuple[str, ...],
    problems: Problems,
    loops: Any = None,
) -> list[Gathered]:
    """Return the sheets of a workbook by set.

    Where any worksheet is a form, all of them are to be forms, but for the legend; else the first
    worksheet is the table.
    """
    first = book.rows(book.names[0]) if book.names else []
    if is_form(kind_of(first)):
        return _gather_forms(book, law, fixed, keep, problems)
    # The beginning of a worksheet says what it is: tables beside the first may be long.
    heads = {name: book.rows(name, HEAD_ROWS) for name in book.names[1:]}
    kinds = {name: kind_of(cells) for name, cells in heads.items()}
    if any(map(is_form, kinds.values())):
        return _gather_forms(book, law, fixed, keep, problems)
    for name, kind in kinds.items():
        if kind == LEGEND:
            reader = FormReader(law, fixed, Gatherer(problems))
            named = reader.check_legend(name, heads[name])
            # A form of one set needs neither a column for it nor its name.
            if "set" not in clean_header(first[0] if first else []):
                fixed = named or fixed
    if len(problems):
        return []
    return gather_sheets(ExcelTable(iter(first), loops), law, fixed, keep, problems, loops)


def _gather_forms(
    book: Book,
    law: Decision,
    fixed: CriteriaSet | None,
    keep: Sequence[str],
    problems: Problems,
) -> list[Gathered]:
    for name in keep:
        message = f"the column {quoted(name)} is missing: forms have no columns to keep"
        problems.add(Problem("missing-column", message, problems.shown))
    gatherer = Gatherer(problems)
    reader = FormReader(law, fixed, gatherer)
    for number, name in enumerate(book.names, start=1):
        cells = book.rows(name)
        kind = kind_of(cells)
        if is_form(kind):
            reader.read(name, cells, number)
        elif kind != LEGEND and any(any(row) for row in cells):
            message = "the worksheet is no form"
            hint = "move it to another file, or delete it"
            gatherer.place(Problem("not-a-form", message, hint=hint), Cell(""), name)
    batches = gatherer.finish()
    if not batches and not len(problems):
        message = "every form of the workbook is blank"
        problems.add(Problem("no-sheets", message, problems.shown))
    return batches
