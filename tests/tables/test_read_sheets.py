"""`read_sheets`: what of a CSV file is understood, and what it becomes."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ocop

pytestmark = pytest.mark.usefixtures("fast")

Form = Literal["NFC", "NFD"]

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
COFFEE = ocop.criteria_set(LAW, "coffee-and-cocoa")
TOURISM = ocop.criteria_set(LAW, 26)


def as_csv(rows: Iterable[Sequence[object]], **options: Any) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n", **options}).writerows(rows)
    return text.getvalue().encode("utf-8")


def tea(*rows: Sequence[object], head: Sequence[str] = ("product",), **options: Any) -> bytes:
    """Return a file for tea; each row is its first cells, then one answer for all criteria."""
    table = [[*row[: len(head)], *[row[len(head)]] * len(TEA.codes)] for row in rows]
    return as_csv([[*head, *TEA.codes], *table], **options)


def read(data: bytes, which: int | str | None = "tea", **options: Any) -> tuple[ocop.Sheets, ...]:
    """Read a file under 26/2026."""
    return ocop.read_sheets(io.BytesIO(data), LAW, set=which, **options)


def one(data: bytes, which: int | str | None = "tea", **options: Any) -> ocop.Sheets:
    """Read a file that holds one criteria set."""
    (sheets,) = read(data, which, **options)
    return sheets


PLAIN = tea(("chè-1", "1"), ("chè-2", "0"), ("chè-3", ""))


def test_a_plain_file() -> None:
    """Products, answers and row numbers come out as they stand in the file."""
    sheets = one(PLAIN)
    assert sheets.criteria_set.digest == TEA.digest
    assert sheets.products == ("chè-1", "chè-2", "chè-3")
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [2, 3, 4]
    assert sheets.assessors is None
    assert sheets.columns == {}


def test_zero_is_none_met_and_empty_is_unanswered() -> None:
    """Both score 0 points, but only 0 counts as answered."""
    sheets = one(PLAIN)
    assert set(sheets.answers[1].tolist()) == {ocop.NONE_MET}
    assert set(sheets.answers[2].tolist()) == {ocop.UNANSWERED}
    scores = ocop.score(sheets)
    assert scores.total.tolist()[1:] == [0, 0]
    assert scores.answered.tolist() == [32, 32, 0]


def test_each_answer_stands_under_its_own_criterion() -> None:
    """Columns may come in any order; every answer goes to the criterion named above it."""
    sizes = {i.code: len(i.criterion.options) for i in TEA.items}
    codes = list(reversed(TEA.codes))
    rows: list[list[object]] = [["product", *codes], ["chè-1", *(sizes[c] for c in codes)]]
    rows.append(["chè-2", *(n % (sizes[c] + 1) for n, c in enumerate(codes))])
    sheets = one(as_csv(rows))
    assert sheets.answers[0].tolist() == [sizes[c] for c in TEA.codes]
    expected = {c: n % (sizes[c] + 1) for n, c in enumerate(codes)}
    assert sheets.answers[1].tolist() == [expected[c] for c in TEA.codes]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xef\xbb\xbf" + PLAIN, id="byte order mark"),
        pytest.param(PLAIN.replace(b",", b";"), id="semicolons"),
        pytest.param(PLAIN.replace(b",", b"\t"), id="tabs"),
        pytest.param(b"\xef\xbb\xbf" + PLAIN.replace(b",", b";"), id="mark and semicolons"),
        pytest.param(PLAIN.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(PLAIN.rstrip(b"\n"), id="no line end at the end"),
        pytest.param(PLAIN.replace(b",1,", b", 1 ,"), id="spaces around answers"),
        pytest.param(PLAIN.replace("chè-1".encode(), "  chè-1\t ".encode()), id="spaces around"),
        pytest.param(PLAIN.replace(b"product,1.1", b" product , 1.1"), id="spaces in the header"),
        pytest.param(
            b'"' + PLAIN.replace(b",", b'","').replace(b"\n", b'"\n"')[:-1], id="all quoted"
        ),
        pytest.param(PLAIN + b"\n\n" + b"," * 32 + b"\n", id="blank rows at the end"),
    ],
)
def test_ways_to_write_the_same_file(data: bytes) -> None:
    """What spreadsheet programs make of the file does not change what is read."""
    assert (one(data).products, one(data).answers.tolist()) == (
        one(PLAIN).products,
        one(PLAIN).answers.tolist(),
    )


def test_blank_rows_are_skipped_and_counted() -> None:
    """Row numbers are those that a spreadsheet shows, blank rows included."""
    lines = PLAIN.split(b"\n")
    data = b"\n".join([lines[0], b"", lines[1], b"," * 32, b"", lines[2], lines[3], b""])
    sheets = one(data)
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [3, 6, 7]
    assert sheets.products == ("chè-1", "chè-2", "chè-3")


def test_line_breaks_inside_quotation_marks() -> None:
    """A cell with line breaks is one cell, and the row after it is the next row."""
    data = tea(("chè-1", "một\nhai", "1"), ("chè-2", 'ba "bốn"', "1"), head=("product", "ghi chú"))
    sheets = one(data, keep=("ghi chú",))
    assert sheets.columns == {"ghi chú": ("một\nhai", 'ba "bốn"')}
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [2, 3]


@pytest.mark.parametrize("in_file", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
def test_vietnamese_column_names_in_either_form(in_file: Form, asked: Form) -> None:
    """A kept column is found however its accents are stored, and is called by its usual form."""
    head = ("product", unicodedata.normalize(in_file, "tên sản phẩm"))
    name = unicodedata.normalize(asked, "tên sản phẩm")
    sheets = one(tea(("chè-1", "Chè Shan Tuyết Tà Xùa", "1"), head=head), keep=(name,))
    assert sheets.columns == {
        unicodedata.normalize("NFC", "tên sản phẩm"): ("Chè Shan Tuyết Tà Xùa",)
    }


def test_kept_columns_are_carried_as_they_stand() -> None:
    """Kept cells are not trimmed, checked or converted; empty ones stay empty."""
    data = tea(("chè-1", " Xã 1 ", "", "1"), ("chè-2", "007", "9", "1"), head=("product", "a", "b"))
    assert one(data, keep=("b", "a")).columns == {"b": ("", "9"), "a": (" Xã 1 ", "007")}


def test_a_column_kept_twice_is_kept_once() -> None:
    """Naming a column twice changes nothing."""
    data = tea(("chè-1", "x", "1"), head=("product", "a"))
    assert one(data, keep=("a", "a")).columns == {"a": ("x",)}


def test_several_sets_in_a_file() -> None:
    """One batch per set comes out, by set number, with the rows of the file."""
    codes = list(dict.fromkeys([*TEA.codes, *COFFEE.codes]))

    def line(product: str, name: str, source: ocop.CriteriaSet) -> list[str]:
        return [product, name, *("1" if c in source.codes else "" for c in codes)]

    rows = [["product", "set", *codes], line("cà-phê-1", "coffee-and-cocoa", COFFEE)]
    rows += [line("chè-1", "tea", TEA), line("cà-phê-2", "13", COFFEE), line("chè-2", " 11", TEA)]
    batches = read(as_csv(rows), which=None)
    assert [b.criteria_set.number for b in batches] == [11, 13]
    assert [b.products for b in batches] == [("chè-1", "chè-2"), ("cà-phê-1", "cà-phê-2")]
    assert [b.rows.tolist() for b in batches if b.rows is not None] == [[3, 5], [2, 4]]
    assert all((b.answers == 1).all() for b in batches)


def test_a_set_column_that_agrees_with_the_set_named() -> None:
    """The column `set` may stay where the set is named too."""
    assert len(one(tea(("chè-1", "tea", "1"), ("chè-2", "11", "1"), head=("product", "set")))) == 2


def test_columns_of_other_sets_may_stay_empty() -> None:
    """A file made for many sets can be cut down to one: the other criteria are empty."""
    extra = [c for c in COFFEE.codes if c not in TEA.codes]
    assert extra, "the two sets must differ for this test"
    rows = [
        ["product", "set", *TEA.codes, *extra],
        ["chè-1", "tea", *["1"] * 32, *[" "] * len(extra)],
    ]
    assert len(one(as_csv(rows), which=None)) == 1


def test_assessors_tell_sheets_of_a_product_apart() -> None:
    """Several sheets of one product are kept where their assessors differ."""
    data = tea(("chè-1", " Lan", "1"), ("chè-1", "Minh", "2"), head=("product", "assessor"))
    sheets = one(data)
    assert sheets.products == ("chè-1", "chè-1")
    assert sheets.assessors == ("Lan", "Minh")


def test_findings_become_bits_in_the_order_of_the_exclusions() -> None:
    """Findings are joined by semicolons; spaces, empty parts and repetitions do not matter."""
    ids = [exclusion.finding.id for exclusion in TEA.exclusions]
    data = tea(
        ("chè-1", "", "1"),
        ("chè-2", ids[0], "1"),
        ("chè-3", f" {ids[-1]} ;; {ids[1]};{ids[1]}", "1"),
        head=("product", "findings"),
    )
    sheets = one(data)
    assert sheets.findings is not None
    assert sheets.findings.tolist() == [0, 1, 1 << 1 | 1 << len(ids) - 1]
    scores = ocop.score(sheets)
    assert scores.excluded.tolist() == [False, True, True]
    assert [scores.reasons(row) for row in range(3)] == [(), (ids[0],), (ids[1], ids[-1])]


def test_findings_in_a_file_with_semicolons() -> None:
    """Several findings in a cell survive the semicolon as delimiter, in quotation marks."""
    ids = [exclusion.finding.id for exclusion in TEA.exclusions][:2]
    data = tea(("chè-1", ";".join(ids), "1"), head=("product", "findings"), delimiter=";")
    sheets = one(data)
    assert sheets.findings is not None
    assert sheets.findings.tolist() == [3]


@pytest.mark.parametrize("case", [1, 3])
def test_one_case_of_a_kind_is_right(case: int) -> None:
    """A tourism sheet may be all community or all operator."""
    cells = ["1"] * len(TOURISM.codes)
    for code in ("8", "9", "15"):
        cells[TOURISM.codes.index(code)] = str(case)
    sheets = one(as_csv([["product", *TOURISM.codes], ["du-lịch-1", *cells]]), which=26)
    assert sheets.answers[0, TOURISM.codes.index("8")] == case


def test_a_decision_object_in_place_of_its_id() -> None:
    """A decision that was loaded before can be given itself."""
    law = ocop.decision(LAW)
    (sheets,) = ocop.read_sheets(io.BytesIO(PLAIN), law, set=11)
    assert sheets.criteria_set is law.sets[11]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_as_text_or_path(tmp_path: Path, kind: type) -> None:
    """A file is found by its path, of either type, with letters of Vietnamese in it."""
    path = tmp_path / "phiếu chấm điểm.csv"
    path.write_bytes(PLAIN)
    (sheets,) = ocop.read_sheets(kind(path), LAW, set="tea")
    assert sheets.products == ("chè-1", "chè-2", "chè-3")


def test_progress_counts_every_byte() -> None:
    """The bytes told to `progress` add up to the file."""
    told: list[int] = []
    read(PLAIN, progress=told.append)
    assert sum(told) == len(PLAIN)
    assert len(told) == 4


def test_answers_are_small_and_sealed() -> None:
    """Answers are one byte each and cannot be changed by accident."""
    sheets = one(PLAIN)
    assert sheets.answers.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        sheets.answers[0, 0] = 2


class Rows(io.RawIOBase):
    """A file of many rows that exists only line by line."""

    def __init__(self, count: int) -> None:
        self.lines = self._lines(count)

    @staticmethod
    def _lines(count: int) -> Iterable[bytes]:
        yield (",".join(["product", *TEA.codes]) + "\n").encode()
        tail = ",1" * len(TEA.codes) + "\n"
        for n in range(count):
            yield f"00-00001-{n:06d}-2026{tail}".encode()

    def readline(self, *_size: int | None) -> bytes:
        return next(iter(self.lines), b"")

    def read(self, *_size: int | None) -> bytes:
        raise AssertionError("the file was read as a whole")


def peak(count: int) -> int:
    """Return the most memory in use while a file of `count` rows is read, in bytes."""
    tracemalloc.start()
    (sheets,) = ocop.read_sheets(Rows(count), LAW, set="tea")  # type: ignore[arg-type]  # wrong on purpose
    assert len(sheets) == count
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


def test_a_long_stream_in_little_memory() -> None:
    """Beyond the first chunks, a row costs its answers, its product and little else."""
    peak(100)
    short, long = peak(10_000), peak(30_000)
    # A row of 33 cells as Python text is far above 1,000 bytes; its answers are 32.
    assert (long - short) / 20_000 < 500


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_written_and_read_back(data: st.DataObject) -> None:
    """Whatever sheets are written as CSV, in any dialect, the same are read."""
    sizes = [len(i.criterion.options) for i in TEA.items]
    name = st.text("abcÀĐếợ-_/ .1\"'", min_size=1, max_size=12).map(str.strip).filter(bool)
    # What an output writes in place of a formula is refused: tests/hostile/test_formulas.py.
    name = name.filter(lambda product: not re.match("' *-", product))
    products = data.draw(st.lists(name, min_size=1, max_size=5, unique=True))
    answers = [
        [data.draw(st.sampled_from([None, *range(size + 1)])) for size in sizes] for _ in products
    ]
    notes = data.draw(
        st.lists(
            st.text("xyÂư,;\t\n\"' ", max_size=8), min_size=len(products), max_size=len(products)
        )
    )
    rows: list[list[Any]] = [["product", "ghi chú", *TEA.codes]]
    rows += [[p, note, *row] for p, note, row in zip(products, notes, answers, strict=True)]
    options = {
        "delimiter": data.draw(st.sampled_from(",;\t")),
        "lineterminator": data.draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }
    mark = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    sheets = one(mark + as_csv(rows, **options), keep=("ghi chú",))
    assert sheets.products == tuple(products)
    assert sheets.columns["ghi chú"] == tuple(notes)
    expected = [[ocop.UNANSWERED if a is None else a for a in row] for row in answers]
    assert sheets.answers.tolist() == expected


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=120).map(lambda tail: PLAIN + tail),
        st.binary(min_size=1, max_size=8).map(lambda x: PLAIN.replace(b",1,", b"," + x + b",", 3)),
    )
)
@example(b"PK\x03\x04")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
@example(b"")
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    """Any bytes are either read or told in problems with a place; nothing else is raised."""
    problems: tuple[ocop.Problem, ...] = ()
    batches: tuple[ocop.Sheets, ...] = ()
    try:
        batches = read(data)
    except ocop.SheetError as error:
        problems = error.problems
    assert bool(problems) != bool(batches)
    assert all(problem.file == "input" for problem in problems)
    if data.startswith(b"PK\x03\x04"):  # a workbook: damaged, it has no lines
        assert [problem.code for problem in problems] == ["cannot-read"]
    else:
        assert all(problem.line for problem in problems)
    assert all(len(batch) for batch in batches)


def test_of_very_many_unknown_sets_the_first_are_told_at_length() -> None:
    """What is near to a name is not looked for thousands of times."""
    text = "product,set,1.1\n" + "".join(f"t{n},s{n},1\n" for n in range(1_002))
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(io.BytesIO(text.encode()), "qd-26-2026")
    last = caught.value.problems[-3:]
    assert [p.code for p in last] == ["unknown-set"] * 3
    assert "allowed are the numbers 1 to 26" in last[0].message
    assert [p.message for p in last[1:]] == [f"qd-26-2026 has no set 's{n}'" for n in (1000, 1001)]
