"""Excel on the command line: forms out, filled forms in, books out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import ocop

Run = Callable[..., Any]
LAW = ("--decision", "qd-26-2026")


def test_from_a_form_to_a_ranking_book(run: Run, tmp_path: Path) -> None:
    """A form is made, filled in, scored, ranked and written as a book."""
    form, book = tmp_path / "phiếu.xlsx", tmp_path / "xếp hạng.xlsx"
    names = ("--product", "Chè Shan", "--product", "Chè sen")
    done = run("template", *LAW, "--set", "tea", "--lang", "vi", *names, "-o", form)
    assert (done.code, done.out, done.err) == (0, "", f"form in {form}\n")
    opened = openpyxl.load_workbook(form)
    for sheet in opened.worksheets[:2]:
        for row in sheet.iter_rows():
            if row[0].value in ocop.criteria_set("qd-26-2026", "tea").codes:
                row[4].value = 2
    opened["Chè sen"]["E4"].value = None
    opened.save(form)
    done = run("rank", form, *LAW, "-o", book, "--lang", "vi")
    assert (done.code, done.err) == (0, f"2 rows written to {book}\n")
    rows = list(openpyxl.load_workbook(book)["Xếp hạng"].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [(1, "Chè Shan", 11), (1, "Chè sen", 11)]
    done = run("score", form, *LAW, "--format", "csv")
    assert [line.split(",")[0] for line in done.out.splitlines()[1:]] == ["Chè Shan", "Chè sen"]


def test_a_form_by_rows(run: Run, tmp_path: Path) -> None:
    """One row a product."""
    form = tmp_path / "a.xlsx"
    assert run("template", *LAW, "--set", "tea", "--layout", "rows", "-o", form).code == 0
    assert openpyxl.load_workbook(form).sheetnames == ["Sheet", "Legend"]


@pytest.mark.parametrize("more", [("--layout", "annex"), ("--product", "a"), ("--protect",)])
def test_options_of_forms_in_excel(run: Run, more: tuple[str, ...], tmp_path: Path) -> None:
    """What only Excel has is refused for CSV."""
    done = run("template", *LAW, "--set", "tea", *more, "-o", tmp_path / "a.csv")
    assert done.code == 2
    assert "are for forms in Excel" in done.err
    assert list(tmp_path.iterdir()) == []


def test_the_layout_of_a_district(run: Run) -> None:
    """The example reads with its layout, and not without."""
    examples = Path(__file__).parents[2] / "examples"
    file = (examples / "district-made-up.csv", *LAW, "--set", "tea")
    layout = ("--layout", examples / "layout-district.yaml")
    done = run("rank", *file, *layout, "--keep", "xã", "--format", "csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1].startswith("1,Chè Giả Định 1,11,Hội đồng,Xã Giả Định 02,")
    assert run("explain", *file, *layout, "--product", "Chè Giả Định 6").code == 0
    assert run("rank", *file).code == 1
    done = run("rank", *file, "--layout", "không-có.yaml")
    assert (done.code, "does not exist" in done.err) == (2, True)


def test_a_layout_with_faults_is_told(run: Run, tmp_path: Path) -> None:
    """Problems of the layout come with file, line and column."""
    layout = tmp_path / "layout.yaml"
    layout.write_text('format: "ocop-layout/1"\nlayout: "rows"\n', encoding="utf-8")
    done = run("score", "-", *LAW, "--set", "tea", "--layout", layout, stdin=b"product")
    assert done.code == 1
    assert f"{layout}:1:1: the key 'product' is missing" in done.err


def test_a_layout_is_not_for_packed_files(run: Run, tmp_path: Path) -> None:
    """A packed file says itself what it holds."""
    layout = tmp_path / "layout.yaml"
    layout.write_text('format: "ocop-layout/1"\nlayout: "rows"\nproduct: "A"\n', encoding="utf-8")
    done = run("score", tmp_path / "a.npz", "--layout", layout)
    assert (done.code, "--layout is for tables" in done.err) == (2, True)


def test_a_council_book(run: Run, tmp_path: Path) -> None:
    """Results, minutes and agreement in one book."""
    codes = ocop.criteria_set("qd-26-2026", "tea").codes
    rows = [["product", "assessor", *codes], *(["a", who, *"1" * 32] for who in ("An", "Bình"))]
    file, book = tmp_path / "a.csv", tmp_path / "a.xlsx"
    file.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    done = run("council", file, *LAW, "--set", "tea", "-o", book)
    assert (done.code, done.out, done.err) == (0, "", f"1 product written to {book}\n")
    assert openpyxl.load_workbook(book).sheetnames == ["Results", "a", "Agreement", "About"]
    done = run("council", file, *LAW, "--set", "tea", "--agree", "-o", book)
    assert (done.code, "Cannot write .xlsx" in done.err) == (2, True)


def test_a_format_that_is_not_that_of_the_ending(run: Run, durian: Path, tmp_path: Path) -> None:
    """CSV in a file that is called .xlsx would open nowhere."""
    law = ("--decision", "qd-781-2020", "--set", "1")
    done = run("score", durian, *law, "--format", "csv", "-o", tmp_path / "a.xlsx")
    assert done.code == 2
    assert "Cannot write --format csv to a file that ends in .xlsx" in done.err
