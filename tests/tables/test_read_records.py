"""Registers from files: rows become records, and every problem names row and column."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from attrs import frozen

import ocop
from ocop.programme import Certificate, Place, Producer, Recognition, dump_record, parse_code
from ocop.tables.read_records import read_records

TEA = Recognition(
    code=parse_code("00-00001-1-2026"),
    name="Trà, giả định",
    group="tea",
    star=4,
    level="province",
    decision="qd-26-2026",
    certificate=Certificate(recognised_on=date(2026, 7, 1)),
    producer="htx-1",
)
CSV = """\ufeffcode;name;group;star;level;decision;recognised_on;months;withdrawn_on;producer
00-00001-1-2026;"Trà, giả định";tea;4;province;qd-26-2026;2026-07-01;36;;htx-1

"""


@frozen(kw_only=True)
class Note:
    """A record with a field of truth and a list of numbers."""

    id: str
    level: str
    evidence: bool = False
    points: tuple[int, ...] = ()


def problems_of(text: str | bytes, kind: type, name: str = "x.csv") -> list[str]:
    """Return the problems of a file as lines."""
    source = io.BytesIO(text.encode() if isinstance(text, str) else text)
    source.name = name
    with pytest.raises(ocop.InputError) as caught:
        read_records(source, kind)
    return [str(problem) for problem in caught.value.problems]


def test_a_register_from_csv() -> None:
    """Short names of certificate fields, a byte order mark, semicolons, blank rows."""
    assert read_records(io.BytesIO(CSV.encode()), Recognition) == (TEA,)
    full = CSV.replace("recognised_on", "certificate.recognised_on")
    assert read_records(io.BytesIO(full.encode()), Recognition) == (TEA,)


def test_a_register_from_json(tmp_path: Path) -> None:
    """A list of plain records, as `dump_record` gives them."""
    path = tmp_path / "sổ.json"
    path.write_text(json.dumps([dump_record(TEA)], ensure_ascii=False), encoding="utf-8")
    assert read_records(path, Recognition) == (TEA,)
    assert read_records(str(path), Recognition) == (TEA,)


def test_a_register_from_excel(tmp_path: Path) -> None:
    """The first worksheet; numbers come as numbers, days as days."""
    path = tmp_path / "sổ.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "name", "type", "community_capital", "province"])
    sheet.write_row(1, 0, ["p-1", "Công ty", "joint-stock-company", 51, "83"])
    book.close()
    assert read_records(path, Producer) == (
        Producer(
            id="p-1",
            name="Công ty",
            type="joint-stock-company",
            community_capital=51,
            place=Place(province="83"),
        ),
    )


def test_every_problem_names_row_and_column() -> None:
    """Wrong cells of several rows are told at once."""
    rows = CSV.splitlines()[1]
    wrong = [
        rows.replace(";4;", ";6;").replace("2026-07-01", "01/07/2026"),
        rows.replace("00-00001-1-2026", "00-00001-x-2026").replace(";36;", ";ba năm;"),
        rows.replace(";tea", ""),
    ]
    found = problems_of("\n".join([CSV.splitlines()[0], *wrong]), Recognition)
    assert found == [
        "x.csv:2:4: star: found 6, allowed is one of 1, 2, 3, 4, 5 [wrong-value]",
        "x.csv:2:7: certificate.recognised_on: found '01/07/2026', allowed is a date in quotes "
        "such as '2026-05-22' [wrong-date]",
        "x.csv:3:1: code.serial: found 'x', allowed are 1 to 999999 [wrong-code-part]",
        "x.csv:3:8: certificate.months: found 'ba năm', allowed is a whole number [wrong-type]",
        "x.csv:4: found 9 cells, allowed are 10 [wrong-width]",
    ]


def test_yes_and_no_are_true_and_false() -> None:
    """A field of truth takes the words true and false, in any case."""
    text = "id,level,evidence,points\na,commune,TRUE,3;4\nb,commune,,"
    found = read_records(io.BytesIO(text.encode()), Note)
    assert [(note.evidence, note.points) for note in found] == [(True, (3, 4)), (False, ())]
    assert problems_of(text.replace("TRUE", "yes"), Note) == [
        "x.csv:2:3: evidence: found 'yes', allowed is true or false [wrong-type]"
    ]


def test_a_missing_cell_is_a_missing_field() -> None:
    """An empty cell leaves the field out; where it is needed that is told."""
    found = problems_of("code,name\n,Trà", Recognition)
    assert "x.csv:2: the key 'code' is missing; add it [missing-key]" in found


def test_columns_that_are_not_fields() -> None:
    """Unknown, doubled and unnamed columns are told with the nearest name."""
    assert problems_of("province,comune,province,\n83,1,2,3", Place) == [
        "x.csv:1:2: unknown column 'comune'; allowed are province, district, commune, name; did "
        "you mean 'commune'? [unknown-column]",
        "x.csv:1:3: the column 'province' stands twice [duplicate-column]",
        "x.csv:1:4: unknown column ''; allowed are province, district, commune, name "
        "[unknown-column]",
    ]


@pytest.mark.parametrize(
    ("raw", "name", "start"),
    [
        (b"", "x.csv", "x.csv: the file is empty [empty-file]"),
        (b"\xff\xfea", "x.csv", "x.csv:1:1: found UTF-16"),
        (b'province\n"83', "x.csv", "x.csv:2: the row is not CSV"),
        (b"{", "x.json", "x.json:1: the file is not JSON in UTF-8"),
        (b"\xff", "x.json", "x.json: the file is not JSON in UTF-8"),
        (b"[" * 100_000, "x.json", "x.json: the file is not JSON in UTF-8"),
        (b'{"a": 1}', "x.json", "x.json: found no list of records [not-json]"),
        (b"[1]", "x.json", "x.json: record 1 is not a map of names and values [not-json]"),
    ],
)
def test_files_that_cannot_be_read(raw: bytes, name: str, start: str) -> None:
    """Nothing crashes, and the message says what was found."""
    (line,) = problems_of(raw, Place, name)
    assert line.startswith(start)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The name as it was given stands in the message."""
    for name in ("none.csv", "none.json"):
        with pytest.raises(ocop.InputError, match="cannot read the file: No such file"):
            read_records(tmp_path / name, Place)
