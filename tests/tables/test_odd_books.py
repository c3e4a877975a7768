"""Workbooks of hard users: formulas in place of answers, odd names, files with a password."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter

import ocop

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")


def blank(products: list[str]) -> bytes:
    """Return a blank form."""
    file = io.BytesIO()
    ocop.write_form(path=file, criteria_set=TEA, products=products, lang="vi")
    return file.getvalue()


def read(file: bytes | io.BytesIO, **more: Any) -> ocop.Sheets:
    """Return the tea sheets of a workbook."""
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    (sheets,) = ocop.read_sheets(source, LAW, **more)
    return sheets


def form(changes: dict[str, Any]) -> io.BytesIO:
    """Return a form of one product into whose cells openpyxl wrote, which computes nothing."""
    book = openpyxl.load_workbook(io.BytesIO(blank(["Chè"])))
    for cell, value in changes.items():
        book.worksheets[0][cell] = value
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def table(*cells: tuple[Any, ...], name: str = "a&b<'\"") -> io.BytesIO:
    """Return a table with one sheet whose first answers are formulas with the values given."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, ["product", *TEA.codes])
    sheet.write(1, 0, "T-1")
    for column, (formula, value) in enumerate(cells, start=1):
        sheet.write_formula(1, column, formula, None, value)
    book.close()
    file.seek(0)
    return file


@pytest.mark.parametrize("value", ["=1+2", '=IF(A1<>"",1&"",0)', "#N/A"])
def test_an_answer_without_a_value_is_not_an_empty_one(value: str) -> None:
    """A formula that no program computed, and an error, are problems of their cells."""
    with pytest.raises(ocop.SheetError) as caught:
        read(form({"E8": value}))
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"input:Chè!E8: 1.1: found {value!r}, allowed are 0 to 3")
    assert read(form({"E8": 3, "F8": value})).answers[0, 0] == 3


def test_formulas_of_a_table_are_read_by_their_values() -> None:
    """What was computed counts, text and numbers; errors and what was not are told."""
    assert read(table(("=1+1", 2), ("=A1", " ")), set="tea").answers[0, :3].tolist() == [
        2,
        255,
        255,
    ]
    with pytest.raises(ocop.SheetError) as caught:
        read(table(("=1/0", "#DIV/0!"), ('="1"', ""), ("=2", 2)), set="tea")
    assert [str(problem) for problem in caught.value.problems] == [
        "input:2:2: 1.1: found '#DIV/0!', allowed are 0 to 3 or empty [not-a-whole-number]",
        "input:2:3: 1.2: found '=\"1\"', allowed are 0 to 3 or empty [not-a-whole-number]",
    ]


def test_computed_empty_text_is_empty() -> None:
    """Excel says of a formula's empty text that it is text."""
    out = io.BytesIO()
    with zipfile.ZipFile(table(("=IF(1,2,3)", ""))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>')
            new.writestr(name, part)
    assert b't="str"' in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert read(out.getvalue(), set="tea").answers[0, 0] == ocop.UNANSWERED


def test_names_of_worksheets_are_counted_as_excel_does() -> None:
    """An emoji takes two of the 31 places, also where names differ in their ends alone."""
    names = ["🍵" * 20, "🍵" * 19, "a" + "🍵" * 20, "x" * 40, "X" * 40]
    book = blank(names)
    titles = openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    assert titles[:3] == ["🍵" * 15, "🍵" * 13 + " (2)", "a" + "🍵" * 15]
    assert all(len(title.encode("utf-16-le")) <= 62 for title in titles)
    assert read(book).products == tuple(names)


def test_a_password_is_named(tmp_path: Path) -> None:
    """Files with a password look like old Excel files: the message names both."""
    path = tmp_path / "kín.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    with pytest.raises(ocop.SheetError, match=r"or one with a password; .* save it as \.xlsx"):
        ocop.read_sheets(path, LAW)


def test_a_ranking_of_nothing_is_a_book() -> None:
    """A book without products has its headings."""
    none = ocop.Sheets(criteria_set=TEA, products=(), answers=np.zeros((0, len(TEA.codes)), int))
    file = io.BytesIO()
    ocop.write_book(ocop.rank(ocop.score(none)), file, lang="en")
    first = openpyxl.load_workbook(file).worksheets[0]
    assert [cell.value for cell in first[1]][:2] == ["rank", "product"]
    assert first.max_row == 1


@pytest.mark.parametrize("wrong", [3, None, "abc", TEA])
def test_no_book_is_made_of_other_things(wrong: Any) -> None:
    """What is no result is an error of ours, also where it cannot be iterated."""
    with pytest.raises(ocop.InputError, match="allowed is a ranking, scores or councils"):
        ocop.write_book(wrong, io.BytesIO())
