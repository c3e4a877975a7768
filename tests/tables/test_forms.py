"""Blank forms: written, filled in as people do, read back and scored as if built directly."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import openpyxl
import pytest

import ocop

TEA = ocop.criteria_set("qd-26-2026", "tea")
EVERY = [
    pytest.param(law.id, number, id=f"{law.id}-{number}")
    for law in ocop.decisions()
    for number in law.sets
]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ocop_forms", Path(__file__).parent / "forms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ocop_forms"] = module
    spec.loader.exec_module(module)
    return module


forms = _load()


def filled(
    law: ocop.CriteriaSet, given: list[Any], lang: Any, seed: int
) -> tuple[bytes, dict[str, list[tuple[int, int, Any]]]]:
    """Return a blank form for these sheets, and what is to be filled in by worksheet."""
    products = [f"sp-{n:04d}" for n in range(len(given))]
    book, rng = forms.blank(law, products=products, lang=lang), Random(seed)
    rows = forms.rows_of(book)
    cells = {
        name: list(forms.inputs(law, rows[name], each, rng, lang))
        for name, each in zip(products, given, strict=True)
    }
    return book, cells


def same_scores(file: Any, law: ocop.CriteriaSet, wanted: ocop.Sheets) -> None:
    """Check that what is read is what was meant, and scores so."""
    (sheets,) = ocop.read_sheets(file, law.decision)
    assert sheets.criteria_set.number == law.number
    assert sheets.answers.tolist() == wanted.answers.tolist()
    assert ocop.score(sheets).equals(ocop.score(wanted))
    assert sheets.assessors is None


@pytest.mark.parametrize(("decision", "number"), EVERY)
def test_every_set_comes_back(generate: Any, decision: str, number: int, tmp_path: Path) -> None:
    """A form of every set of every decision, filled in by a script, gives the same scores."""
    law = ocop.criteria_set(decision, number)
    given = generate.sheets(law, 2, seed=number)
    book, cells = filled(law, given, "vi" if number % 2 else "en", number)
    path = forms.save(tmp_path / "phiếu.xlsx", forms.as_xlsx(forms.put(book, cells)))
    same_scores(path, law, generate.batch(law, given))


@pytest.mark.parametrize(
    ("decision", "number"),
    [("qd-26-2026", 11), ("qd-26-2026", 26), ("qd-148-2023", 21), ("qd-781-2020", 1)],
)
@pytest.mark.parametrize("way", ["openpyxl", "ods"])
def test_a_form_filled_in_by_other_programs(
    generate: Any, decision: str, number: int, way: str, tmp_path: Path
) -> None:
    """Through openpyxl, which opens our file and saves it; as .ods, LibreOffice's own format."""
    law = ocop.criteria_set(decision, number)
    given = generate.sheets(law, 3, seed=5)
    book, cells = filled(law, given, "vi", 7)
    if way == "ods":
        content = forms.as_ods(forms.put(book, cells))
    else:
        content = forms.fill_with_openpyxl(book, cells)
    path = forms.save(tmp_path / f"phiếu.{'ods' if way == 'ods' else 'xlsx'}", content)
    same_scores(path, law, generate.batch(law, given))
    same_scores(io.BytesIO(content), law, generate.batch(law, given))


@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-781-2020"])
def test_the_form_by_rows_comes_back(generate: Any, decision: str) -> None:
    """One row a product; the set is that of the legend beside it."""
    for number in (1, 11, 26):
        law = ocop.criteria_set(decision, number)
        given = generate.sheets(law, 12, seed=1)
        wanted = generate.batch(law, given)
        book = forms.blank(law, products=wanted.products, layout="rows")
        cells = [
            (n, 2 + law.codes.index(code), answer)
            for n, each in enumerate(given, start=1)
            for code, answer in each.answers.items()
            if answer is not None
        ]
        cells += [(n, 1, ";".join(each.findings)) for n, each in enumerate(given, start=1)]
        name = next(iter(forms.rows_of(book)))
        same_scores(io.BytesIO(forms.fill_with_openpyxl(book, {name: cells})), law, wanted)


def test_assessors_make_a_council(generate: Any) -> None:
    """Copies of a form by several assessors are the sheets of a council."""
    given = generate.sheets(TEA, 2, seed=3)
    book, cells = filled(TEA, given, "vi", 1)
    for name, assessor in zip(cells, ("An", "Bình"), strict=True):
        cells[name] += [(3, 1, "Chè Shan"), (3, 4, assessor)]
    (sheets,) = ocop.read_sheets(io.BytesIO(forms.fill_with_openpyxl(book, cells)), "qd-26-2026")
    assert sheets.products == ("Chè Shan", "Chè Shan")
    assert sheets.assessors == ("An", "Bình")
    (council,) = ocop.councils([sheets])
    assert council.assessors == ("An", "Bình")


def test_rows_that_people_insert_and_blank_forms_are_passed_over(generate: Any) -> None:
    """Blank rows and columns move nothing; a form without name and answers is not a sheet."""
    given = generate.sheets(TEA, 1, seed=3)
    book, cells = filled(TEA, given, "vi", 1)
    sheets = forms.put(book, cells)
    rows = sheets["sp-0000"]
    for place in (40, 12, 5, 2, 0):
        rows.insert(place, [""] * len(rows[0]))
    sheets["sp-0000"] = [["", *row] for row in rows]
    sheets["khác"] = forms.rows_of(forms.blank(TEA))["Phiếu 1"]
    same_scores(io.BytesIO(forms.as_xlsx(sheets)), TEA, generate.batch(TEA, given))


def test_totals_in_a_form_are_never_read(generate: Any) -> None:
    """What stands in the computed cells, or is written over them, changes nothing."""
    given = generate.sheets(TEA, 1, seed=3)
    book, cells = filled(TEA, given, "vi", 1)
    cells["sp-0000"] += [(row, 5, 99) for row in range(5, 200)]
    file = io.BytesIO(forms.fill_with_openpyxl(book, cells))
    same_scores(file, TEA, generate.batch(TEA, given))


def test_the_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    """To a file and to memory; nothing is left beside it."""
    path = tmp_path / "chè.xlsx"
    ocop.write_form(TEA, path, products=["a"])
    assert path.read_bytes() == forms.blank(TEA, products=["a"], lang="en")
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(scope="module", params=["vi", "en"])
def form(request: pytest.FixtureRequest) -> Any:
    """Return a form as openpyxl reads it, by its first worksheet."""
    book = openpyxl.load_workbook(
        io.BytesIO(forms.blank(TEA, products=["=1+1", "a/b:c"], lang=request.param, protect=True))
    )
    return book, request.param


def test_a_form_shows_all_that_the_annex_prints(form: Any) -> None:
    """Parts, sections, criteria and options stand in printed order, with points and marks."""
    book, lang = form
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    codes = [row[0] for row in rows if row[0] in TEA.codes]
    assert codes == list(TEA.codes)
    for item in TEA.items:
        at = next(n for n, row in enumerate(rows) if row[0] == item.code)
        assert rows[at][1:3] == [item.criterion.title[lang], item.criterion.best]
        note = item.criterion.note
        rules = [rule.label[lang] for rule in TEA.rules.needs if rule.item == item.code]
        if note or rules:
            at += 1
            assert rows[at][1] == ". ".join([*([note[lang]] if note else []), *rules])
            assert not any(rows[at][2:])
        for position, option in enumerate(item.criterion.options, start=1):
            mark = f"★{option.mark}" if option.mark else None
            text = f"{position} - {option.label[lang]}"
            assert rows[at + position][1:4] == [text, option.points, mark]
    text = " ".join(str(cell) for row in rows for cell in row if cell)
    for part in TEA.parts:
        assert f"{part.code}: {part.title[lang]}" in text
        assert all(f"{s.code}. {s.title[lang]}" in text for s in part.sections)
    assert all(exclusion.finding.label[lang] in text for exclusion in TEA.exclusions)
    assert TEA.clause[lang] in text
    assert f"qd-26-2026 | 11 tea | {TEA.digest}" in text
    assert unicodedata.is_normalized("NFC", text)


def test_names_are_text_and_worksheets_are_called_by_them(form: Any) -> None:
    """A name that begins like a formula stays text; signs that no worksheet may have go."""
    book, lang = form
    assert book.sheetnames == ["=1+1", "a b c", "Chú giải" if lang == "vi" else "Legend"]
    assert book["=1+1"]["B4"].value == "=1+1"
    assert book["=1+1"]["B4"].data_type == "s"


def test_worksheets_of_long_and_like_names() -> None:
    """Names that a workbook does not allow are cut and told apart; products keep theirs."""
    names = ["Chè " * 12 + "1", "Chè " * 12 + "2", "CHÈ/A", "chè:a", "Chú giải", "'History'", ""]
    book = forms.blank(TEA, products=names)
    assert list(forms.rows_of(book)) == [
        "Chè Chè Chè Chè Chè Chè Chè Chè"[:31],
        "Chè Chè Chè Chè Chè Chè Chè (2)",
        "CHÈ A",
        "chè a (2)",
        "Chú giải (2)",
        "History (2)",
        "Phiếu 7",
        "Chú giải",
    ]
    (sheets,) = ocop.read_sheets(io.BytesIO(book), "qd-26-2026")
    assert sheets.products == tuple(name.strip() for name in names[:-1])


def test_every_answer_has_the_list_of_its_options(form: Any) -> None:
    """The list of a cell is the range of the legend with none met and the criterion's options."""
    book, lang = form
    sheet, legend = book.worksheets[0], book.worksheets[-1]
    lists = {
        str(validation.sqref): validation.formula1
        for validation in sheet.data_validations.dataValidation
    }
    found = {}
    for cell in sheet["A"]:
        if cell.value in TEA.codes:
            first, last = re.findall(r"\$C\$(\d+)", lists.pop(f"E{cell.row}"))
            rows = range(int(first), int(last) + 1)
            found[cell.value] = [legend[f"C{row}"].value for row in rows]
            assert {legend[f"A{row}"].value for row in rows} == {cell.value}
    none = "0 - Không đạt mức nào" if lang == "vi" else "0 - None met"
    assert found == {
        item.code: [
            none,
            *(f"{n} - {o.label[lang]}" for n, o in enumerate(item.criterion.options, start=1)),
        ]
        for item in TEA.items
    }
    assert set(lists.values()) == {'"có"' if lang == "vi" else '"yes"'}
    assert len(lists) == len(TEA.exclusions)


def test_a_form_is_ready_to_print_and_to_fill_in(form: Any) -> None:
    """A4, one page wide, the header on every page and in view; only what is filled in is open."""
    book, _ = form
    for sheet in book.worksheets:
        assert sheet.page_setup.paperSize == "9" or sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows
        assert sheet.freeze_panes
    sheet = book.worksheets[0]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$5:$5", "A6")
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    loose = {cell.coordinate for row in sheet for cell in row if not cell.protection.locked}
    codes = {f"E{cell.row}" for cell in sheet["A"] if cell.value in (*TEA.codes, "loại", "out")}
    assert loose == codes | {"B4", "E4"}


@pytest.mark.parametrize("number", [11, 26])
@pytest.mark.parametrize("layout", ["annex", "rows"])
def test_no_text_is_cut_off(number: int, layout: Any) -> None:
    """Text is no longer than its column is wide, or wrapped in a row that is high enough."""
    for law in ("qd-26-2026", "qd-781-2020"):
        source = ocop.criteria_set(law, number)
        book = openpyxl.load_workbook(io.BytesIO(forms.blank(source, layout=layout)))
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.data_type == "s":
                        assert fits(sheet, cell), (sheet.title, cell.coordinate, cell.value)


def fits(sheet: Any, cell: Any) -> bool:
    """Say whether the text of a cell can be read."""
    width = sheet.column_dimensions[cell.column_letter].width
    if cell.coordinate in sheet.merged_cells:
        return True
    room = width * (0.9 if cell.font.bold else 1.0) * 10 / cell.font.size
    height = sheet.row_dimensions[cell.row].height
    if cell.alignment.wrap_text:
        # Without a height of its own a row grows with its text.
        return height is None or -(-len(cell.value) // room) * 12 <= height
    right = sheet.cell(cell.row, cell.column + 1).value if cell.column < 6 else None
    return right is None or len(cell.value) <= room


def test_formulas_show_what_we_compute(generate: Any) -> None:
    """The formulas of a form give parts, total and band as scoring does, rules included."""
    for law in (TEA, ocop.criteria_set("qd-26-2026", 26), ocop.criteria_set("qd-781-2020", 1)):
        for seed in range(3):
            (given,) = generate.sheets(law, 1, seed)
            book, cells = filled(law, [given], "vi", seed)
            opened = openpyxl.load_workbook(io.BytesIO(forms.fill_with_openpyxl(book, cells)))
            sheet = opened.worksheets[0]
            score = ocop.score(generate.batch(law, [given]))[0]
            value = calculator(sheet)
            found = {str(row[1].value): value(row[5].coordinate) for row in sheet.iter_rows()}
            for code, points in score.parts.items():
                (shown,) = [v for name, v in found.items() if name.startswith(f"PHẦN {code}:")]
                assert shown == points
            assert found["Tổng điểm"] == score.total
            (band,) = [v for name, v in found.items() if name.startswith("Hạng theo khung điểm")]
            assert band == score.band


def calculator(sheet: Any) -> Callable[[str], Any]:
    """Return a reader of values that computes the few kinds of formulas that a form has."""

    def value(name: str) -> Any:
        text = sheet[name].value
        if not isinstance(text, str) or not text.startswith("="):
            return text
        if match := re.fullmatch(r"=SUM\(F(\d+):F(\d+)\)", text):
            rows = range(int(match[1]), int(match[2]) + 1)
            return sum(v for v in (value(f"F{row}") for row in rows) if isinstance(v, int))
        if match := re.fullmatch(r"=SUM\(([F\d,]+)\)", text):
            return sum(value(cell) for cell in match[1].split(","))
        if text.startswith("=1+"):
            pairs = re.findall(r"\((F\d+)>=(\d+)\)", text)
            return 1 + sum(value(cell) >= int(points) for cell, points in pairs)
        match = re.fullmatch(
            r'=IF\((E\d+)="","",(?:IF\(N\((F\d+)\)>0,)?'
            r'IFERROR\(CHOOSE\(1\+VALUE\(LEFT\(\1,FIND\(" ",\1&" "\)-1\)\),0,([\d,]+)\),"\?"\)'
            r"(?:,0\))?\)",
            text,
        )
        assert match, text
        answer = sheet[match[1]].value
        if answer is None:
            return ""
        if match[2] and not (value(match[2]) or 0):
            return 0
        item = next(i for i in _items(sheet) if i.code == sheet[f"A{match[1][1:]}"].value)
        from ocop.tables._answer_kinds import lookup

        # A label alone, which the formula cannot tell, is what the reader finds.
        position = lookup(item.criterion, "labels").value(str(answer))
        return (0, *map(int, match[3].split(",")))[position]

    return value


def _items(sheet: Any) -> Any:
    decision, number, _ = re.split(r" \| | ", sheet["B3"].value, maxsplit=2)
    return ocop.criteria_set(decision, int(number)).items


def test_formulas_read_positions_in_every_way_the_list_writes_them() -> None:
    """The text before the first space is the position; the cells hold their results."""
    book = forms.blank(TEA)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    assert text.count("<f>") == len(TEA.items) + len(TEA.parts) + 2
    assert "#" not in "".join(re.findall(r"<v>([^<]*)</v>", text))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"layout": "hàng"}, "layout: found 'hàng', allowed are annex and rows [unknown-layout]"),
        ({"lang": "fr"}, "lang: found 'fr', allowed are vi, en [unknown-language]"),
        ({"products": []}, "products: found no products, allowed is one or more [no-sheets]"),
        ({"products": ["a", " a"]}, "products: the product 'a' stands twice [duplicate-product]"),
        (
            {"products": ["a\x07"]},
            "products: found control characters in 'a\\x07' [bad-character]",
        ),
    ],
)
def test_what_no_form_is_made_of(more: Any, message: str) -> None:
    """The arguments of a call are checked; nothing is written."""
    file = io.BytesIO()
    with pytest.raises(ocop.InputError) as caught:
        ocop.write_form(TEA, file, **more)
    assert str(caught.value) == message
    assert file.getvalue() == b""


def test_a_form_ends_in_xlsx(tmp_path: Path) -> None:
    """Another ending would promise another format."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.write_form(TEA, "chè.csv")
    assert (
        str(caught.value) == "chè.csv: found the ending '.csv', allowed is .xlsx [unknown-ending]"
    )
    with pytest.raises(ocop.OcopError, match="cannot write"):
        ocop.write_form(TEA, tmp_path / "không có" / "chè.xlsx")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where xlsxwriter is not installed, the message says what to install."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ocop.MissingExtraError, match=r"needs the extra 'excel'; pip install"):
        ocop.write_form(TEA, tmp_path / "chè.xlsx")
    assert list(tmp_path.iterdir()) == []
