"""`read_sheets` on Excel files: what numbers, texts and blanks become."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import ocop

Rows = Sequence[Sequence[Any]]

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")


def write(path: Path, rows: Rows) -> Path:
    """Write rows as the first worksheet of a workbook, and nonsense as the second."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Phiếu")
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(n, column, value)
        book.add_worksheet("Khác").write(0, 0, "không đọc")
    return path


def number_or_text(code: str) -> float | str:
    """Return a criterion code as Excel keeps it when it is typed: 1.1 and 10 are numbers."""
    return code if code.count(".") > 1 else float(code)


HEADER = ["product", *(number_or_text(code) for code in TEA.codes)]


def test_numbers_in_cells_and_in_the_header(tmp_path: Path) -> None:
    """Codes and answers typed as numbers are understood; blank cells are unanswered."""
    assert any(isinstance(code, float) and code == 10 for code in HEADER)
    rows: Rows = [HEADER, ["chè-1", *[1.0] * 32], ["chè-2", *["2"] * 31, None], [2026.0, *[0] * 32]]
    (sheets,) = ocop.read_sheets(write(tmp_path / "chè.xlsx", rows), LAW, set="tea")
    assert sheets.products == ("chè-1", "chè-2", "2026")
    assert sheets.answers.tolist() == [[1] * 32, [2] * 31 + [ocop.UNANSWERED], [0] * 32]
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [2, 3, 4]


def test_the_same_as_csv(tmp_path: Path) -> None:
    """An Excel file and the CSV file with the same cells give the same scores."""
    rows = [["product", "set", *TEA.codes], ["chè-1", "tea", *["2"] * 32]]
    text = "\n".join(",".join(row) for row in rows) + "\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    (from_csv,) = ocop.read_sheets(tmp_path / "a.csv", LAW)
    (from_excel,) = ocop.read_sheets(write(tmp_path / "a.XLSX", rows), LAW)
    assert ocop.score(from_excel).equals(ocop.score(from_csv))


def test_blank_rows_count(tmp_path: Path) -> None:
    """Row numbers are those that Excel shows."""
    rows: Rows = [HEADER, [], ["chè-1", *[1] * 32], [], [], ["chè-2", *[1] * 32]]
    (sheets,) = ocop.read_sheets(write(tmp_path / "a.xlsx", rows), LAW, set="tea")
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [3, 6]


def test_dates_and_numbers_in_kept_columns(tmp_path: Path) -> None:
    """Kept cells become text that a CSV file would hold: dates as ISO, whole numbers plain."""
    rows: Rows = [
        [*HEADER, "ngày", "doanh thu", "tỷ lệ"],
        ["chè-1", *[1] * 32, date(2026, 5, 22), 1_200_000, 0.5],
    ]
    path = write(tmp_path / "a.xlsx", rows)
    (sheets,) = ocop.read_sheets(path, LAW, set="tea", keep=("ngày", "doanh thu", "tỷ lệ"))
    assert sheets.columns["doanh thu"] == ("1200000",)
    assert sheets.columns["tỷ lệ"] == ("0.5",)
    assert datetime.fromisoformat(sheets.columns["ngày"][0]).date() == date(2026, 5, 22)


def test_problems_have_row_and_column(tmp_path: Path) -> None:
    """Wrong cells of an Excel file are told as those of a CSV file."""
    rows: Rows = [HEADER, ["chè-1", 2.5, 9, "hai", True, *[1] * 28], ["", *[1] * 32]]
    path = write(tmp_path / "a.xlsx", rows)
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, LAW, set="tea")
    assert [str(p).replace(f"{path}:", "") for p in caught.value.problems] == [
        "2:2: 1.1: found '2.5', allowed are 0 to 3 or empty [not-a-whole-number]",
        "2:3: 1.2: found '9', allowed are 0 to 3 or empty [option-out-of-range]",
        "2:4: 1.3: found 'hai', allowed are 0 to 4 or empty [not-a-whole-number]",
        "2:5: 1.4: found 'True', allowed are 0 to 3 or empty [not-a-whole-number]",
        "3:1: product: the product's code is empty [missing-product]",
    ]


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where python-calamine is not installed, the message says what to install."""
    path = write(tmp_path / "a.xlsx", [HEADER, ["chè-1", *[1] * 32]])
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(ocop.MissingExtraError) as caught:
        ocop.read_sheets(path, LAW, set="tea")
    assert str(caught.value) == (
        f"{path}: reading Excel files needs the extra 'excel'; "
        'pip install "ocop[excel]" [missing-extra]'
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"product,1.1\n", id="CSV"),
        pytest.param(b"PK\x03\x04" + b"\0" * 40, id="broken archive"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, id="archive of nothing"),
        pytest.param(None, id="missing"),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes | None) -> None:
    """What Excel could not open is one problem, not a crash."""
    path = tmp_path / "hỏng.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, LAW, set="tea")
    assert [(p.code, p.file) for p in caught.value.problems] == [("cannot-read", str(path))]


def test_a_cut_off_workbook(tmp_path: Path) -> None:
    """A download that broke off is one problem."""
    path = write(tmp_path / "a.xlsx", [HEADER, ["chè-1", *[1] * 32]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ocop.SheetError, match="cannot read the Excel file"):
        ocop.read_sheets(path, LAW, set="tea")


def test_an_empty_worksheet(tmp_path: Path) -> None:
    """A workbook without any cell has no header row."""
    path = write(tmp_path / "a.xlsx", [])
    with pytest.raises(ocop.SheetError, match="the file has no header row"):
        ocop.read_sheets(path, LAW, set="tea")
