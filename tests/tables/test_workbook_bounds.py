"""Workbooks that would take all memory, however they are written: refused before they are read.

The library that reads them would end the whole program, so what it is given was measured before.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow

import ocop

SHEET = "xl/worksheets/sheet1.xml"
FAR = '<row r="1048576"><c {}><v>1</v></c></row>'
Parts = dict[str, bytes]


def repacked(content: bytes, change: Callable[[Parts], Parts]) -> bytes:
    """Return an archive with its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, part in change(parts).items():
            new.writestr(name, part, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def a_book(rows: str, name: str = SHEET) -> bytes:
    """Return a workbook with further rows, written as they are here, in a part of that name."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["product", "1.1"])

    def change(parts: Parts) -> Parts:
        sheet = parts.pop(SHEET)
        parts[name] = sheet.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
        target = SHEET.removeprefix("xl/").encode()
        relations = "xl/_rels/workbook.xml.rels"
        return parts | {
            relations: parts[relations].replace(target, name.removeprefix("xl/").encode())
        }

    return repacked(file.getvalue(), change)


def an_ods(row: str) -> bytes:
    """Return a workbook of LibreOffice whose one cell stands in a row that begins like this."""
    document = OpenDocumentSpreadsheet()
    table, inner = Table(name="a"), TableRow()
    inner.addElement(TableCell(valuetype="float", value="1"))
    table.addElement(inner)
    document.spreadsheet.addElement(table)
    file = io.BytesIO()
    document.write(file)
    return repacked(
        file.getvalue(),
        lambda parts: (
            parts
            | {"content.xml": parts["content.xml"].replace(b"<table:table-row>", row.encode())}
        ),
    )


def told(content: bytes) -> str:
    """Return the one problem of a workbook."""
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(io.BytesIO(content), "qd-26-2026", set="tea")
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    "cell",
    [
        'r="XFD1048576"',
        "r='XFD1048576'",
        'r = "XFD1048576"',
        '\n\tr="XFD1048576"\n',
        'r="xfd1048576"',
        's="1" r="XFD1048576"',
        'a:r="A1" r="XFD1048576" xmlns:a="a"',
    ],
)
def test_a_cell_far_away_is_seen_however_it_is_written(cell: str) -> None:
    """XML has many ways to say one thing, and the reader understands them all."""
    found = told(a_book(FAR.format(cell)))
    assert "cells over 1,048,576 rows and 16,384 columns" in found
    assert found.endswith("delete what stands far from the table [absurd-size]")


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.bin", "xl/x", "xl/WORKSHEETS/sheet1.XML"])
def test_a_worksheet_is_measured_wherever_it_stands(name: str) -> None:
    """The workbook says which part is a worksheet, not the part's name."""
    assert "[absurd-size]" in told(a_book(FAR.format('r="XFD1048576"'), name))


@pytest.mark.parametrize(
    ("rows", "extent"),
    [
        (
            '<row r="9"><c r="XFD9"><v>1</v></c><c><v>1</v></c></row>'
            '<row r="999"><c><v>1</v></c></row>',
            "16,385 columns, allowed are 16,384",
        ),
        ('<row r="4294967295"><c><v>1</v></c></row>', "4,294,967,295 rows and 2 columns"),
        (FAR.format('r="P1048576"'), "1,048,576 rows and 16 columns"),
        ('<x:row><x:c r="AAA9999999"><v>1</v></x:c></x:row>', "9,999,999 rows and 703 columns"),
    ],
)
def test_rows_and_columns_are_counted_as_the_reader_does(rows: str, extent: str) -> None:
    """A cell that does not say where it stands, stands behind the last one."""
    assert f"cells over {extent}" in told(a_book(rows))


@pytest.mark.parametrize(
    "rows",
    [
        FAR.format('r="&#88;FD1048576"'),
        FAR.format('ph=">" r="XFD1048576"'),
        '<row r="&#57;"><c><v>1</v></c></row>',
        '<row r="2"><c r="A2" <v>1</v></row>',
        '<row r="2"><c r="?"><v>1</v></c></row>',
        f'<row r="2"><c r="A2" s="{"1" * (3 << 20)}"><v>1</v></c></row>',
    ],
)
def test_what_no_program_writes_is_refused(rows: str) -> None:
    """A worksheet that cannot be measured is not read."""
    found = told(a_book(rows))
    assert found.startswith("input: cannot read the Excel file: ")
    assert found.endswith("[cannot-read]")


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="9000000">',
        '<table:table-row table:number-rows-repeated = "9000000">',
        "<table:table-row table:number-rows-repeated='9000000'>",
        '<table:table-row table:number-rows-repeated="009000000">',
    ],
)
def test_repeated_rows_of_an_ods_are_seen_however_they_are_written(row: str) -> None:
    """The same for LibreOffice's own format."""
    assert "cells over 9,000,000 rows and 1 columns" in told(an_ods(row))


def test_a_number_that_is_not_plain_is_refused() -> None:
    """A reference to a letter stands for it in XML, and hides it from who only looks."""
    row = '<table:table-row table:number-rows-repeated="&#57;000000">'
    assert "does not say plainly how often it stands [cannot-read]" in told(an_ods(row))


def test_a_document_type_is_refused() -> None:
    """Entities could say a cell's place in yet another way."""
    book = repacked(
        a_book('<row><c r ="A2"/><c r="&a;"><v>1</v></c></row>'),
        lambda parts: (
            parts
            | {
                SHEET: parts[SHEET].replace(
                    b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"
                )
            }
        ),
    )
    assert told(book).endswith("[cannot-read]")


def test_a_name_that_stands_twice_is_refused() -> None:
    """Programs differ about which of two parts of one name counts."""
    book = repacked(a_book(""), lambda parts: parts | {"XL/Workbook.xml": b"<x/>"})
    assert "'XL/Workbook.xml' stands twice [cannot-read]" in told(book)


def test_the_binary_format_is_refused() -> None:
    """Nothing measures .xlsb files, which go by the name .xlsx too."""
    book = repacked(a_book(""), lambda parts: parts | {"xl/workbook.bin": b""})
    assert "found .xlsb; allowed are .xlsx and .ods [cannot-read]" in told(book)


def test_a_part_with_more_in_it_than_it_says_is_refused() -> None:
    """Its checksum is that of its beginning, so that only its length tells."""
    far = FAR.format('r="XFD1048576"').encode()
    book = a_book(far.decode())
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        whole, info = archive.read(SHEET), archive.getinfo(SHEET)
    begin = whole[: whole.index(far)]
    truth = struct.pack("<LLL", info.CRC, info.compress_size, len(whole))
    lie = struct.pack("<LLL", zlib.crc32(begin), info.compress_size, len(begin))
    assert book.count(truth) == 2
    assert told(book.replace(truth, lie)).endswith(
        "cannot read the Excel file: Bad CRC-32 for file 'xl/worksheets/sheet1.xml' [cannot-read]"
    )


def test_a_part_that_says_it_is_larger_than_the_file_is_refused() -> None:
    """So much memory would be asked for, whatever is there to be read."""
    book = a_book("")
    at = book.index(b"PK\x01\x02") + 20
    lying = book[:at] + struct.pack("<L", 1 << 30) + book[at + 4 :]
    assert "a part is larger than the file [cannot-read]" in told(lying)


def test_of_two_zips_in_one_file_only_what_was_measured_is_read() -> None:
    """A comment that looks like the end of an empty zip hides the parts from one program alone."""
    file = io.BytesIO(a_book(FAR.format('r="XFD1048576"')))
    with zipfile.ZipFile(file, "a") as archive:
        archive.comment = b"PK\x05\x06" + bytes(18)
    assert told(file.getvalue()).endswith("Cannot detect file format [cannot-read]")


def test_a_sign_of_an_end_inside_a_part_does_no_harm() -> None:
    """Such a workbook is written anew and read like any other."""
    sound = a_book("")
    file = io.BytesIO(sound)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.bin", b"PK\x05\x06")
    assert told(file.getvalue()) == told(sound)
