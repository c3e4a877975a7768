"""Much of anything: digits, columns, rows, problems, marks on a letter, half characters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ocop
from ocop.text import fold, nfc, quoted

TEA = ocop.criteria_set("qd-26-2026", "tea")

READ = """
import io, json
from ocop.programme import Recognition
from ocop.tables.read_places import read_places
from ocop.tables.read_costs import read_costs
def csv(*rows, **options):
    raw = io.BytesIO("\\n".join(rows).encode())
    told(ocop.read_sheets, raw, "qd-26-2026", set="tea", **options)
HEAD = ",".join(["product", *TEA.codes])
ONES = ",".join(["1"] * len(TEA.codes))
"""


def test_numbers_of_a_million_digits(bounded: Callable[..., str], tmp_path: Path) -> None:
    """They are text that is no answer, whatever the file; Python's own limit is never met."""
    code = """
import pathlib, sys
digits = "9" * 120_000
csv("product,criterion,answer", f"a,1.1,{digits}")
csv("product,criterion,answer", f"a,1.1,{'9' * 1_000_000}")
folder = pathlib.Path(sys.argv[1])
reform = folder / "reform.yaml"
reform.write_text("format: ocop-reform/1\\nid: a\\ntitle: {vi: a, en: a}\\nedits:\\n"
                  f"  - set_threshold: {{star: 5, at_least: {'9' * 900_000}}}\\n")
told(ocop.load_reform, reform, "qd-26-2026")
for number in ("9" * 100_000, "9" * 4_000, "1e400", "NaN"):
    register = folder / "a.json"
    record = {"code": "83-28780-3-2026", "name": "a", "group": "tea", "star": 3,
              "level": "province", "decision": "qd-26-2026"}
    inside = {"recognised_on": "2026-06-01", "months": 0}
    text = json.dumps([{**record, "certificate": inside}])
    register.write_text(text.replace('"months": 0', '"months": ' + number))
    told(ocop.read_records, register, Recognition)
"""
    lines = bounded(READ + code, tmp_path).splitlines()
    assert [line[line.rindex("[") :] for line in lines] == [
        *("[option-out-of-range]", "[csv-syntax]", "[wrong-type]"),
        *("[not-json]", "[out-of-range]", "[wrong-type]", "[wrong-type]"),
    ]


def test_codes_of_products_are_short(bounded: Callable[..., str]) -> None:
    """Digits of other scripts, and too many of ours, are no product code."""
    code = """
from ocop.programme import parse_code
for text in ("٨٣-28780-3-2026", "83-28780-" + "9" * 100_000 + "-2026", "83-28780-3-" + "9" * 9_999,
             "-" * 100_000, "83-28780-３-2026", "../83-28780-3-2026"):
    told(parse_code, text)
"""
    lines = bounded(code).splitlines()
    assert len(lines) >= 6
    assert "read" not in lines


def test_messages_show_any_number() -> None:
    """A number too long to be written out does not break the message about it."""
    assert quoted(10**5000) == "a number of too many digits"
    with pytest.raises(ocop.SheetError, match="too many digits, allowed are 0 to 3"):
        ocop.Sheet(criteria_set=TEA, answers={"1.1": 10**5000})


def test_a_million_columns(bounded: Callable[..., str], tmp_path: Path) -> None:
    """A header of more columns than a worksheet has is refused, one that long as usual told."""
    code = """
import pathlib, sys
path = pathlib.Path(sys.argv[1]) / "a.csv"
for names in (["a"] * 500_000, [f"x{n}" for n in range(16_000)]):
    path.write_text(",".join(names) + "\\n1\\n")
    for function, *more in ((ocop.read_sheets, "qd-26-2026"), (ocop.read_records, Recognition),
                            (read_places,), (read_costs, TEA)):
        try:
            function(path, *more)
        except ocop.InputError as error:
            print(error.problems[0].code, len(error.problems) + error.more)
"""
    lines = bounded(READ + code, tmp_path).splitlines()
    assert lines[:4] == ["absurd-size 1"] * 4
    assert [line.split()[0] for line in lines[4:]] == [
        "missing-column",
        "unknown-column",
        "wrong-width",
        "missing-column",
    ]


def test_problems_by_the_thousand(bounded: Callable[..., str], tmp_path: Path) -> None:
    """10,000 problems of a file are kept and the others counted, in every reader."""
    code = """
import functools, pathlib, sys
path = pathlib.Path(sys.argv[1]) / "a.csv"
def count(function, *more):
    try:
        function(path, *more)
    except ocop.InputError as error:
        print(len(error.problems), len(error.problems) + error.more)
path.write_text("product,criterion,answer\\n" + "".join(f"a{n},1.1,x\\n" for n in range(40_000)))
count(functools.partial(ocop.read_sheets, law="qd-26-2026", set="tea"))
path.write_text("province\\n" + "83,1\\n" * 40_000)
count(read_places)
count(ocop.read_records, Recognition)
path.write_text("code,option,cost\\n" + "x,1,1\\n" * 40_000)
count(read_costs, TEA)
path = path.with_suffix(".json")
path.write_text("[" + ",".join(["{}"] * 12_000) + "]")
count(ocop.read_records, Recognition)
"""
    lines = bounded(READ + code, tmp_path).splitlines()
    assert lines[0] == "10000 40000"
    assert lines[1] == "10000 40000"
    assert lines[3] == "10000 40000"
    assert all(line.startswith("10000 ") for line in (lines[0], lines[1], lines[3], lines[4]))


class _Endless:
    """A file without end that counts what was read of it."""

    def __init__(self, head: bytes, line: bytes) -> None:
        self.head, self.line, self.given = head, line, 0

    def readline(self, most: int) -> bytes:
        piece, self.head = self.head or self.line, b""
        self.given += len(piece)
        assert self.given < 16 << 20, "read on without end"
        return piece[:most]


@pytest.mark.parametrize("line", [b"x" * 4096, b'","\n', b"\n"])
def test_a_row_without_end(line: bytes) -> None:
    """A row is given up after a MiB, also where it has line breaks in quotation marks."""
    head = ",".join(["product", *TEA.codes]).encode() + b"\n" + b'"'
    source = _Endless(head, line)
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(source, "qd-26-2026", set="tea")  # type: ignore[arg-type]  # enough of one
    assert caught.value.problems[-1].code in ("line-too-long", "csv-syntax")


def test_a_json_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register in JSON has at most 64 MiB."""
    from ocop.programme import Recognition
    from ocop.tables import read_records as module

    assert module.MAX_JSON == 1 << 26
    monkeypatch.setattr(module, "MAX_JSON", 1_000)
    path = tmp_path / "a.json"
    path.write_text("[" + "{}," * 1_000, "utf-8")
    with pytest.raises(ocop.InputError) as caught:
        ocop.read_records(path, Recognition)
    assert [problem.code for problem in caught.value.problems] == ["file-too-large"]


def test_marks_by_the_thousand(bounded: Callable[..., str], tmp_path: Path) -> None:
    """A letter with half a million marks takes no time that grows with their square."""
    code = """
import pathlib, sys
marks = "a" + "\\u0301\\u0327" * 30_000
csv(HEAD, f"{marks},{ONES}")
csv("product,criterion,answer", f"a,{marks},1")
csv(marks, "1")
path = pathlib.Path(sys.argv[1]) / "a.yaml"
path.write_text("format: ocop-layout/1\\nlayout: " + "a" + "\\u0301\\u0327" * 250_000, "utf-8")
print(len(ocop.validate(path)))
"""
    assert len(bounded(READ + code, tmp_path).splitlines()) >= 4


def test_normal_form_of_short_rows_of_marks() -> None:
    """Thirty marks in a row are put in order, in texts of any length; more stay as they are."""
    letters = "ệ" * 300
    assert nfc("e\u0323\u0302" + letters) == "ệ" + letters
    row = "a" + "\u0302\u0323" * 15
    assert nfc(row + letters) == nfc(row) + letters
    assert nfc("a" + "\u0302\u0323" * 16 + letters) == "a" + "\u0302\u0323" * 16 + letters
    assert fold("Điểm " + letters) == "diem " + "e" * 300


def test_one_name_written_in_two_ways(tmp_path: Path) -> None:
    """Letters of one character or of two are one name; look-alikes of other scripts are two."""
    path = tmp_path / "a.csv"
    head = "product,criterion,answer\n"
    path.write_text(f"{head}Chè ệ,1.1,1\nChè e\u0323\u0302,1.1,2\n", "utf-8")
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, "qd-26-2026", set="tea")
    assert caught.value.problems[0].code == "duplicate-criterion"
    path.write_text(f"{head}Chè A,1.1,1\nChè \u0410,1.1,2\n", "utf-8")
    (sheets,) = ocop.read_sheets(path, "qd-26-2026", set="tea")
    assert len(sheets) == 2


HALF = "Chè \ud800"


def test_half_characters(tmp_path: Path) -> None:
    """No file holds half a character: each writer refuses it, and shows what it refuses."""
    sheet = ocop.Sheet(criteria_set=TEA, product=HALF, answers={"1.1": 1})
    sheets = ocop.Sheets.of([sheet])
    for name in ("a.xlsx", "a.npz", "a.parquet"):
        write = ocop.write_book if name == "a.xlsx" else ocop.dump_sheets
        with pytest.raises(ocop.InputError) as caught:
            write(ocop.score(sheets) if name == "a.xlsx" else sheets, tmp_path / name)
        assert [problem.code for problem in caught.value.problems] == ["bad-character"]
        str(caught.value).encode()
    assert not [*tmp_path.iterdir()]
    for shown in (repr(sheet), ocop.explain(sheet).text(), sheet._repr_html_()):
        shown.encode()
    with pytest.raises(ocop.OcopError):
        ocop.write_form(TEA, tmp_path / "form.xlsx", products=[HALF])


def test_half_characters_of_the_command_line(tmp_path: Path) -> None:
    """A register in JSON may hold half characters; what would write them says that it cannot."""
    from ocop.cli._output import writing

    out = tmp_path / "a.csv"
    with pytest.raises(ocop.OcopError, match="half a character"), writing(out) as stream:
        stream.write(HALF)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("product,1.1\nChè\0,1".encode(), "bad-character"),
        ("product,1.1\nChè,1".encode("utf-16"), "not-utf8"),
        ("product,1.1\nChè,1".encode("utf-32"), "not-utf8"),
        ("product,1.1\nChè,1\n".encode() + "Chè,1".encode("cp1258"), "not-utf8"),
        ("product,1.1\nChè,1\n".encode() + "Chè,1".encode("utf-16-le"), None),
        (b"product,1.1\n\xed\xa0\x80,1", "not-utf8"),
        (b"product,1.1\n\xc0\xaf,1", "not-utf8"),
    ],
)
def test_mixed_encodings(tmp_path: Path, raw: bytes, code: str | None) -> None:
    """What is not UTF-8 throughout is refused where it begins."""
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(path, "qd-26-2026", set="tea")
    codes = {problem.code for problem in caught.value.problems}
    assert code is None or code in codes
