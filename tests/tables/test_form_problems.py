"""Forms with faults, and files that are no sound workbooks: exact messages, never a crash."""

from __future__ import annotations

import importlib.util
import io
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ocop
from ocop.tables import _excel_guard
from ocop.tables._source import BrokenFileError

TEA = ocop.criteria_set("qd-26-2026", "tea")
LABEL = TEA.item("5.1").criterion.options[2].label.vi


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ocop_forms", Path(__file__).parent / "forms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ocop_forms"] = module
    spec.loader.exec_module(module)
    return module


forms = _load()
Rows = list[list[Any]]


def row_of(rows: Rows, code: str) -> int:
    """Return where a criterion stands, from 0."""
    return next(n for n, cells in enumerate(rows) if cells[0] == code)


def problems(content: bytes, law: str = "qd-26-2026", **more: Any) -> list[str]:
    """Return what reading a workbook called tea.xlsx tells."""
    file = io.BytesIO(content)
    file.name = "tea.xlsx"
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(file, law, **more)
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def changed() -> Callable[..., bytes]:
    """Return a maker of forms of two products, changed by a function of each one's rows."""

    def make(*changes: Callable[[Rows], object], **more: Any) -> bytes:
        sheets = forms.rows_of(forms.blank(TEA, products=["Chè 1", "Chè 2"], **more))
        for rows, change in zip(sheets.values(), changes, strict=False):
            change(rows)
        content: bytes = forms.as_xlsx(sheets)
        return content

    return make


def answer(code: str, value: Any) -> Callable[[Rows], None]:
    """Return a change that writes an answer."""

    def change(rows: Rows) -> None:
        rows[row_of(rows, code)][4] = value

    return change


def test_every_wrong_answer_of_every_worksheet_is_told(changed: Any) -> None:
    """A problem names the worksheet and the cell; all of them come at once."""

    def first(rows: Rows) -> None:
        answer("5.1", "zzz")(rows)
        answer("5.3", "2; 3")(rows)
        answer("5.2", 9)(rows)
        rows[row_of(rows, "5.1") + 2][4] = "x"

    def second(rows: Rows) -> None:
        answer("5.1", f"4 - {LABEL}")(rows)
        answer("1.1", 2.5)(rows)

    rows = forms.rows_of(forms.blank(TEA))["Phiếu 1"]
    at = {code: row_of(rows, code) + 1 for code in TEA.codes}
    fourth = TEA.item("5.1").criterion.options[3].label.vi
    assert problems(changed(first, second)) == [
        f"tea.xlsx:Chè 1!E{at['5.1']}: 5.1: found 'zzz', allowed are 0 to 5, a label of "
        "an option, or empty; copy the label, or write its position [unknown-option]",
        f"tea.xlsx:Chè 1!E{at['5.1'] + 2}: found 'x' in a row without a criterion; write the "
        "answer in the row of the criterion's code [stray-answer]",
        f"tea.xlsx:Chè 1!E{at['5.2']}: 5.2: found '9', allowed are 0 to 3 or empty "
        "[option-out-of-range]",
        f"tea.xlsx:Chè 1!E{at['5.3']}: 5.3: found '2; 3', allowed is one answer; keep one "
        "[several-answers]",
        f"tea.xlsx:Chè 2!E{at['1.1']}: 1.1: found '2.5', allowed are 0 to 3, a label of an option, "
        "or empty; copy the label, or write its position [unknown-option]",
        f"tea.xlsx:Chè 2!E{at['5.1']}: 5.1: found '4 - {LABEL[:23]}...', but option 4 is "
        f"'{fourth}'; copy the label, or write its position [unknown-option]",
    ]


def test_findings_that_say_neither_yes_nor_nothing(changed: Any) -> None:
    """A finding excludes a product, so nothing is guessed."""

    def change(rows: Rows) -> None:
        at = next(n for n, cells in enumerate(rows) if cells[0] == "loại")
        rows[at][4] = "chưa rõ"
        rows[at + 1][1] = "Điều khác"

    found = problems(changed(change))
    assert found[0].startswith("tea.xlsx:Chè 1!E")
    assert found[0].endswith(
        "forged-dossier: found 'chưa rõ', allowed are yes (có, x) or empty [not-yes-or-no]"
    )
    assert found[1].endswith(
        "found the finding 'Điều khác', which the set does not know; take a new form "
        "[unknown-finding]"
    )


def swap(old: str, new: str) -> Callable[[Rows], None]:
    """Return a change of the line that names the law."""

    def change(rows: Rows) -> None:
        assert old in rows[2][1]
        rows[2][1] = rows[2][1].replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "more", "message"),
    [
        pytest.param(
            swap("qd-26-2026", "qd-148-2023"),
            {},
            "tea.xlsx:Chè 1!B3: found a form of qd-148-2023, allowed is qd-26-2026 as named; read "
            "it with the decision qd-148-2023 (--decision) [decision-differs]",
            id="decision",
        ),
        pytest.param(
            swap("| 11 tea", "| 99 tea"),
            {},
            "tea.xlsx:Chè 1!B3: qd-26-2026 has no set '99'; allowed are the numbers 1 to 26 or a "
            "product group such as 'fresh-produce'; ocop show lists them [unknown-set]",
            id="set",
        ),
        pytest.param(
            swap("sha256:", "sha256:0"[:-1]),
            {"set": 12},
            "tea.xlsx:Chè 1!B3: found set 11 tea, allowed is set 12 as named [set-differs]",
            id="another set",
        ),
        pytest.param(
            swap(TEA.digest, "sha256:" + "0" * 64),
            {},
            "tea.xlsx:Chè 1!B3: the form was made of other content of set 11 tea; take a new form, "
            "or read it with the version or decision that it was made with [digest-differs]",
            id="digest",
        ),
        pytest.param(
            swap("sha256:", "sha:"),
            {},
            "tea.xlsx:Chè 1: the line with decision, set and digest is missing; take a new form "
            "[broken-form]",
            id="no digest",
        ),
        pytest.param(
            lambda rows: rows[4].__setitem__(4, "Kết quả"),
            {},
            "tea.xlsx:Chè 1: the header row with codes, criteria and answers is missing; take a "
            "new form [broken-form]",
            id="header",
        ),
        pytest.param(
            lambda rows: rows.pop(row_of(rows, "5.2")),
            {},
            "tea.xlsx:Chè 1: the form has no row for the criterion 5.2; take a new form "
            "[missing-criterion]",
            id="row cut",
        ),
        pytest.param(
            lambda rows: rows[row_of(rows, "5.2")].__setitem__(0, "5.9"),
            {},
            "tea.xlsx:Chè 1: the form has no row for the criterion 5.2; take a new form "
            "[missing-criterion]",
            id="code changed",
        ),
        pytest.param(
            lambda rows: rows[row_of(rows, "5.2")].__setitem__(0, "5.1"),
            {},
            "tea.xlsx:Chè 1: the form has no row for the criterion 5.2; take a new form "
            "[missing-criterion]",
            id="code twice",
        ),
        pytest.param(
            lambda rows: rows[0].__setitem__(0, "ocop-form/2"),
            {},
            "tea.xlsx:Chè 1!A1: found the form ocop-form/2, allowed is ocop-form/1; a later "
            "version of ocop made it; install that version [newer-format]",
            id="newer",
        ),
        pytest.param(
            lambda rows: (rows[3].__setitem__(1, ""), answer("5.1", 3)(rows)),
            {},
            "tea.xlsx:Chè 1!B4: product: the product's code is empty [missing-product]",
            id="nameless",
        ),
        pytest.param(
            lambda rows: rows[3].__setitem__(1, "Chè 2"),
            {},
            "tea.xlsx:Chè 2!B4: product: the product 'Chè 2' stands twice; the first is in the "
            "worksheet 'Chè 1' [duplicate-product]",
            id="twice",
        ),
    ],
)
def test_a_form_that_was_changed(changed: Any, change: Any, more: Any, message: str) -> None:
    """What does not fit is told, with its place."""
    assert message in problems(changed(change), **more)


def test_mixed_cases_are_told_by_worksheet() -> None:
    """A form that uses both cases of a kind is named."""
    tourism = ocop.criteria_set("qd-26-2026", 26)
    sheets = forms.rows_of(forms.blank(tourism, products=["Bản"]))
    cased = [item for item in tourism.items if item.criterion.case_kind][:2]
    for item, case in zip(cased, ("community", "operator"), strict=True):
        position = next(
            n for n, option in enumerate(item.criterion.options, start=1) if option.case == case
        )
        answer(item.code, position)(sheets["Bản"])
    assert problems(forms.as_xlsx(sheets)) == [
        f"tea.xlsx:Bản: the sheet mixes cases of tourism-provider: {cased[0].code} is community, "
        f"{cased[1].code} is operator; allowed is one case [mixed-cases]"
    ]


def test_other_worksheets_beside_forms(changed: Any) -> None:
    """A worksheet that is neither form nor legend is told, for it may hold a sheet."""
    sheets = forms.rows_of(forms.blank(TEA, products=["Chè 1"]))
    sheets["Bìa"] = [["Báo cáo"]]
    sheets["Trống"] = []
    assert problems(forms.as_xlsx(sheets), keep=["xã"]) == [
        "tea.xlsx: the column 'xã' is missing: forms have no columns to keep [missing-column]",
        "tea.xlsx:Bìa: the worksheet is no form; move it to another file, or delete it "
        "[not-a-form]",
    ]
    assert problems(forms.blank(TEA)) == [
        "tea.xlsx: every form of the workbook is blank [no-sheets]"
    ]


def test_the_legend_of_a_form_by_rows_is_checked() -> None:
    """A form of another decision is refused by its legend; a header is checked as ever."""
    content = forms.blank(TEA, products=["a"], layout="rows")
    assert problems(content, "qd-148-2023") == [
        "tea.xlsx:Chú giải!B2: found a form of qd-26-2026, allowed is qd-148-2023 as named; read "
        "it with the decision qd-26-2026 (--decision) [decision-differs]"
    ]
    sheets = forms.rows_of(content)
    sheets["Phiếu"][0][2] = "1.0"
    found = problems(forms.as_xlsx(sheets))
    assert found == [
        "tea.xlsx:1: set 11 tea needs the columns 1.1 [missing-column]",
        "tea.xlsx:1:3: set 11 tea has no criterion '1.0'; its criteria are 1.1 to 11; ocop show "
        "lists them [unknown-criterion]",
    ]


def test_a_problem_as_a_plain_dict(changed: Any) -> None:
    """Programs find worksheet, row and column apart."""
    file = io.BytesIO(changed(answer("1.1", 9)))
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(file, "qd-26-2026")
    (problem,) = caught.value.problems
    assert problem.to_dict() == {
        "code": "option-out-of-range",
        "message": "found '9', allowed are 0 to 3 or empty",
        "file": "input",
        "worksheet": "Chè 1",
        "line": row_of(forms.rows_of(forms.blank(TEA))["Phiếu 1"], "1.1") + 1,
        "column": 5,
        "path": "1.1",
    }


def repacked(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Return an archive with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, change(text.decode()) if part == name else text)
    return file.getvalue()


def test_a_cell_far_away_is_refused_before_it_takes_all_memory() -> None:
    """Two cells in opposite corners would be held as a rectangle of billions."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = repacked(
        forms.blank(TEA),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("</sheetData>", far),
    )
    assert problems(content) == [
        "tea.xlsx: a worksheet has cells over 1,048,576 rows and 16,384 columns, allowed are "
        f"{(1 << 21) + 2 * len(content):,} cells in a file of this size; delete what stands far "
        "from the table [absurd-size]"
    ]
    styled = repacked(
        forms.blank(TEA, products=["a"]),
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace("</sheetData>", far.replace("<v>1</v></c>", "</c>")).replace(
            '<c r="XFD1048576"></c>', '<c r="XFD1048576" s="1"/>'
        ),
    )
    (sheets,) = ocop.read_sheets(io.BytesIO(styled), "qd-26-2026")
    assert sheets.products == ("a",)


def test_repeated_cells_of_an_ods_are_counted() -> None:
    """A row that is repeated a million times is no larger in the file."""
    ods = forms.as_ods({"a": [["product", *TEA.codes], ["x", *[1] * 32]]})
    bomb = repacked(
        ods,
        "content.xml",
        lambda text: text.replace(
            "<table:table-row>", '<table:table-row table:number-rows-repeated="1000000">', 1
        ),
    )
    (found,) = problems(bomb, set="tea")
    assert found.startswith("tea.xlsx: a worksheet has cells over 1,000,001 rows and 33 columns")
    trailing = repacked(
        ods,
        "content.xml",
        lambda text: text.replace(
            "</table:table>",
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row></table:table>',
        ),
    )
    (sheets,) = ocop.read_sheets(io.BytesIO(trailing), "qd-26-2026", set="tea")
    assert sheets.products == ("x",)


def test_a_zip_bomb_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is far larger unpacked than any sound workbook is not unpacked."""
    file = io.BytesIO(forms.blank(TEA))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"\0" * (2 << 20))
    monkeypatch.setattr(_excel_guard, "MAX_UNPACKED", 1 << 20)
    (found,) = problems(file.getvalue())
    assert found.startswith("tea.xlsx: the workbook has 2,")
    assert found.endswith("bytes unpacked, allowed are 1,048,576 [absurd-size]")


def test_a_small_file_takes_little_room(tmp_path: Path) -> None:
    """A file costs its own size, not that of the largest one that is allowed."""
    path = tmp_path / "tea.xlsx"
    path.write_bytes(forms.blank(TEA))
    with pytest.raises(ocop.SheetError):  # nothing is filled in; what is loaded late is there now
        ocop.read_sheets(path, "qd-26-2026")
    tracemalloc.start()
    with pytest.raises(ocop.SheetError), path.open("rb") as stream:
        ocop.read_sheets(stream, "qd-26-2026")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 64 << 20


def test_a_refused_file_is_let_go() -> None:
    """While the error is kept, with its traceback, the bytes of the file can be given back."""
    handle = io.BytesIO(b"PK no workbook")
    with pytest.raises(BrokenFileError) as caught:
        _excel_guard.measured(handle, "tea.xlsx")
    handle.close()
    assert caught.value.problem.code == "cannot-read"


def test_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    """The size in the directory is compared with what comes out."""
    content = bytearray(forms.blank(TEA))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    wanted = size.to_bytes(4, "little")
    assert content.count(wanted) == 2
    lying = bytes(content).replace(wanted, (100).to_bytes(4, "little"))
    (found,) = problems(lying)
    assert found.startswith("tea.xlsx: cannot read the Excel file: Bad CRC-32")
    assert found.endswith("[cannot-read]")


@pytest.mark.parametrize("name", ["hỏng.xlsx", "hỏng.ods"])
def test_a_file_that_is_no_archive(tmp_path: Path, name: str) -> None:
    """What no program could open is one problem."""
    path = tmp_path / name
    path.write_bytes(b"product,1.1\n")
    with pytest.raises(ocop.SheetError, match="cannot read the Excel file: File is not a zip file"):
        ocop.read_sheets(path, "qd-26-2026")


def test_an_archive_that_is_no_workbook() -> None:
    """A word processor's file opens as an archive, and is none of ours."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    (found,) = problems(file.getvalue())
    assert found.startswith("tea.xlsx: cannot read the Excel file: ")
