"""Fills in forms as people and programs do: through openpyxl, as .ods, and through xlsxwriter."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import python_calamine
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

import ocop
from ocop.tables._answer_kinds import list_entry

Rows = list[list[Any]]
FIRST = 5
"""The row of a form, from 0, at which its table begins."""


def blank(criteria_set: ocop.CriteriaSet, **more: Any) -> bytes:
    """Return a blank form, in Vietnamese where no language is named."""
    file = io.BytesIO()
    ocop.write_form(criteria_set, file, **({"lang": "vi"} | more))
    return file.getvalue()


def rows_of(book: bytes) -> dict[str, Rows]:
    """Return the worksheets of a workbook as rows of values."""
    opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {
        name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in opened.sheet_names
    }


def written(rng: Random, item: Any, position: int, lang: Any) -> Any:
    """Return an answer in one of the ways in which people write it."""
    entry = list_entry(item.criterion, position, lang)
    label = entry.partition(" - ")[2]
    return rng.choice(
        [entry, entry, position, float(position), f" {position} ", label, f"{entry} "]
    )


def inputs(
    law: ocop.CriteriaSet, rows: Rows, given: Any, rng: Random, lang: Any
) -> Iterator[tuple[int, int, Any]]:
    """Yield what is filled into the form of one product: row and column from 0, and the value."""
    labels = {e.finding.label[lang]: e.finding.id for e in law.exclusions}
    items = {item.code: item for item in law.items}
    for number, cells in enumerate(rows[FIRST:], start=FIRST):
        code = str(cells[0])
        if code in items and given.answers[code] is not None:
            yield number, 4, written(rng, items[code], given.answers[code], lang)
        elif labels.get(str(cells[1])) in given.findings:
            yield number, 4, rng.choice(["có", "x", "Yes", 1])


def fill_with_openpyxl(book: bytes, cells: Mapping[str, Sequence[tuple[int, int, Any]]]) -> bytes:
    """Open the form, write the answers and save it."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    for name, filled in cells.items():
        for row, column, value in filled:
            opened[name].cell(row + 1, column + 1).value = value
    file = io.BytesIO()
    opened.save(file)
    return file.getvalue()


def put(book: bytes, cells: Mapping[str, Sequence[tuple[int, int, Any]]]) -> dict[str, Rows]:
    """Return the values of a form with answers in them."""
    sheets = rows_of(book)
    for name, filled in cells.items():
        for row, column, value in filled:
            sheets[name][row][column] = value
    return sheets


def as_ods(sheets: Mapping[str, Rows]) -> bytes:
    """Return worksheets in LibreOffice's own format."""
    document = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for cells in rows:
            row = TableRow()
            for value in cells:
                if value == "":
                    cell = TableCell()
                elif isinstance(value, int | float):
                    cell = TableCell(valuetype="float", value=str(value))
                    cell.addElement(P(text=str(value)))
                else:
                    cell = TableCell(valuetype="string")
                    cell.addElement(P(text=str(value)))
                row.addElement(cell)
            table.addElement(row)
        document.spreadsheet.addElement(table)
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def as_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """Return worksheets as a plain workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)
                    else:
                        sheet.write(number, column, value)
    return file.getvalue()


def save(path: Path, content: bytes) -> Path:
    """Write a file; return its path."""
    path.write_bytes(content)
    return path
