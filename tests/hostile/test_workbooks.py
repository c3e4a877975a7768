"""Workbooks that no spreadsheet program wrote: read within bounds, or refused with our errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("python_calamine")

FAR = '<row r="1048576"><c r="XFD1048576"{more}><v>1</v></c></row>'
CORNER = "cells over 1,048,576 rows and 16,384 columns, allowed are 2,1"
NO_XML = "cannot read the Excel file: a worksheet is not written as XML is [cannot-read]"

REPACK = """
import io, re, zipfile, forms
BLANK = forms.blank(TEA, layout="rows", products=["a"])
SHEET = "xl/worksheets/sheet1.xml"
def repacked(changes, more=(), rename=()):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BLANK)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for part in old.namelist():
            content = old.read(part).decode()
            for before, after in changes.get(part, ()):
                assert before in content, (part, before)
                content = content.replace(before, after, 1)
            new.writestr(dict(rename).get(part, part), content)
        for part, content in more:
            new.writestr(part, content)
    file.seek(0)
    return file
def tell(file):
    told(ocop.read_sheets, file, "qd-26-2026", set="tea")
"""

CELLS = {
    "a cell far away": (FAR.format(more=""), CORNER),
    "in small letters": (FAR.format(more="").replace("XFD", "xfd"), CORNER),
    "behind another name that ends alike": (
        '<row r="1048576"><c x:r="A1" r="XFD1048576"><v>1</v></c></row>',
        CORNER,
    ),
    "behind the sign of an end": (FAR.format(more="").replace(" r=", ' a=">" r='), NO_XML),
    "behind the sign of a start": (FAR.format(more="").replace("<c ", "<c < "), NO_XML),
    "without a space": (FAR.format(more="").replace("<c r=", '<c s="1"r='), NO_XML),
    "in a comment that opens a mark": (
        "<!-- <c a=' -->" + FAR.format(more=" b='x'"),
        NO_XML,
    ),
    "without a place": (
        '<row r="1048576">' + "<c><v>1</v></c>" * 16_384 + "</row>",
        CORNER,
    ),
    "too many in a row": (
        '<row r="9">' + "<c><v>1</v></c>" * 20_000 + "</row>",
        "cells over 20,000 columns, allowed are 16,384",
    ),
    "a row of too many digits": (
        '<row r="9"><c r="B99999999999999999999"><v>1</v></c></row>',
        "[absurd-size]",
    ),
    "a column of too many letters": (
        '<row r="9"><c r="' + "A" * 99 + '1"><v>1</v></c></row>',
        "[absurd-size]",
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_far_away_is_found(bounded: Callable[..., str], name: str) -> None:
    """However a cell hides, it is found before the reader makes room for it."""
    cells, told = CELLS[name]
    code = f"tell(repacked({{SHEET: [('</sheetData>', {cells + '</sheetData>'!r})]}}))"
    found = bounded(REPACK + code)
    assert told in found
    assert found.startswith("input: ")


def test_a_worksheet_under_any_name(bounded: Callable[..., str]) -> None:
    """The relations of a workbook may name any part as a worksheet: all are measured."""
    cells = FAR.format(more="") + "</sheetData>"
    code = f"""
changes = {{
    SHEET: [("</sheetData>", {cells!r})],
    "xl/_rels/workbook.xml.rels": [("worksheets/sheet1.xml", "media/image1.png")],
}}
tell(repacked(changes, rename=[(SHEET, "xl/media/image1.png")]))
"""
    assert CORNER in bounded(REPACK + code)


def test_one_text_in_many_cells(bounded: Callable[..., str]) -> None:
    """A text of a million letters in 20,000 cells is one in the file and 20,000 in memory."""
    code = """
with zipfile.ZipFile(io.BytesIO(BLANK)) as archive:
    count = archive.read("xl/sharedStrings.xml").decode().count("<si>")
def book(size, rows):
    row = f'<row r="{{0}}"><c r="A{{0}}" t="s"><v>{count}</v></c></row>'
    cells = "".join(row.format(n) for n in range(10, 10 + rows))
    text = f"<si><t>{'x' * size}</t></si></sst>"
    parts = {SHEET: [("</sheetData>", cells + "</sheetData>")],
             "xl/sharedStrings.xml": [("</sst>", text)]}
    return repacked(parts)
tell(book(1_000_000, 20_000))
tell(book(30_000, 50))
"""
    first, *rest = bounded(REPACK + code).splitlines()
    assert first.startswith("input: the cells hold 20,000,4")
    assert first.endswith("bytes of text, allowed are 268,435,456 [absurd-size]")
    assert "absurd-size" not in "".join(rest)


def test_an_ods_that_does_not_end(bounded: Callable[..., str]) -> None:
    """A table without its end is waited for for ever by the reader, so it does not come to it."""
    code = """
def book(old, new):
    ods = forms.as_ods({"a": [["product", *TEA.codes], ["x", *[1] * 32]]})
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as parts, zipfile.ZipFile(file, "w", 8) as made:
        for part in parts.namelist():
            content = parts.read(part)
            made.writestr(part, content.replace(old, new) if part == "content.xml" else content)
    file.seek(0)
    return file
tell(book(b"</table:table>", b'</table:table><table:table table:name="b">'))
tell(book(b"</table:table>", b"</table:table><table:table-row>"))
tell(book(b"<office:document-content", b"<!DOCTYPE x><office:document-content"))
tell(book(b"", b""))
"""
    first, second, third, *rest = bounded(REPACK + code).splitlines()
    broken = "input: cannot read the Excel file: "
    assert first.startswith(f"{broken}a worksheet is not written as XML is: mismatched tag")
    assert second.startswith(f"{broken}a worksheet is not written as XML is: mismatched tag")
    assert third == f"{broken}found a document type; workbooks have none [cannot-read]"
    assert "cannot-read" not in "".join(rest)


def test_one_text_in_repeated_cells_of_an_ods(bounded: Callable[..., str]) -> None:
    """A repeated cell of .ods holds its text as often as it stands."""
    code = """
def book(size, times):
    ods = forms.as_ods({"a": [["product", *TEA.codes], ["x", *[1] * 32]]})
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "content.xml":
                cell = (f'<table:table-row table:number-rows-repeated="{times}"><table:table-cell '
                        f'table:number-columns-repeated="9" office:value-type="string"><text:p>'
                        f'{"x" * size}</text:p></table:table-cell></table:table-row></table:table>')
                content = content.replace(b"</table:table>", cell.encode(), 1)
            new.writestr(part, content)
    file.seek(0)
    return file
tell(book(100_000, 10_000))
tell(book(100, 10))
"""
    first, *rest = bounded(REPACK + code).splitlines()
    assert first.startswith("input: the cells hold 9,0")
    assert first.endswith("bytes of text, allowed are 268,435,456 [absurd-size]")
    assert "absurd-size" not in "".join(rest)


def test_attributes_without_end(bounded: Callable[..., str]) -> None:
    """A tag with 120,000 places takes no time that grows with their square."""
    code = """
tag = "<row r='9'><c" + ' r="A1"' * 120_000 + "/></row></sheetData>"
tell(repacked({SHEET: [("</sheetData>", tag)]}))
tag = "<row r='9'><c" + ' r="A1"' * 120_000 + "<v>1</v></row></sheetData>"
tell(repacked({SHEET: [("</sheetData>", tag)]}))
"""
    assert bounded(REPACK + code).splitlines() == ["read", f"input: {NO_XML}"]


def test_entities_are_not_followed(bounded: Callable[..., str]) -> None:
    """Definitions in a part, which would grow to billions of letters, are not read."""
    code = """
names = "abcdefghij"
grow = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip(names, names[1:]))
head = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{grow}<!ENTITY z SYSTEM "file:///etc/passwd">]><sst '
for entity in "jz":
    text = f"<si><t>&{entity};"
    tell(repacked({"xl/sharedStrings.xml": [("<sst ", head), ("<si><t>", text)]}))
    tell(repacked({SHEET: [("<worksheet ", head.replace("<sst ", "<worksheet ")),
                           ("<v>0</v>", f"<v>&{entity};</v>")]}))
"""
    lines = bounded(REPACK + code).splitlines()
    assert len(lines) == 4
    assert all(line.startswith("input: cannot read the Excel file: ") for line in lines)
    assert not any("root:" in line for line in lines)


def test_too_many_parts(bounded: Callable[..., str]) -> None:
    """A hundred thousand empty parts are counted before they are listed."""
    code = "tell(repacked({}, more=[(f'xl/media/{n}', '') for n in range(10_000)]))"
    assert bounded(REPACK + code) == (
        "input: the workbook has 10,011 parts, allowed are 10,000 [absurd-size]"
    )


def test_a_workbook_in_a_workbook(bounded: Callable[..., str]) -> None:
    """Archives inside are not opened, and count as large as they are."""
    code = """
inner = repacked({}, more=[("xl/media/a.bin", bytes(200 << 20))]).getvalue()
tell(repacked({}, more=[("xl/embeddings/a.xlsx", inner)]))
tell(repacked({}, more=[("xl/media/a.bin", bytes(300 << 20))]))
"""
    first, second = bounded(REPACK + code).splitlines()
    assert first == "read"
    assert second.endswith("bytes unpacked, allowed are 268,435,456 [absurd-size]")


def test_binary_worksheets_are_refused(bounded: Callable[..., str]) -> None:
    """An .xlsb under another name would not be measured."""
    code = """
tell(repacked({}, rename=[("xl/workbook.xml", "xl/workbook.bin")]))
"""
    assert bounded(REPACK + code) == (
        "input: cannot read the Excel file: found .xlsb; allowed are .xlsx and .ods [cannot-read]"
    )


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e-320", "1e999", "NaN", "9" * 5000])
def test_numbers_of_cells(bounded: Callable[..., str], number: str) -> None:
    """Numbers that no answer has are problems of their cells, or of the file."""
    cells = f'<row r="2"><c r="A2" t="str"><v>a</v></c><c r="C2"><v>{number}</v></c></row>'
    code = f"""
with zipfile.ZipFile(io.BytesIO(BLANK)) as archive:
    sheet = archive.read(SHEET).decode()
row = re.search('<row r="2".*?</row>', sheet)[0]
tell(repacked({{SHEET: [(row, {cells!r})]}}))
"""
    found = bounded(REPACK + code)
    codes = ("[not-a-whole-number]", "[option-out-of-range]", "[cannot-read]")
    assert found.endswith(codes)
