"""`read_sheets` on the long form: one row an answer."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

import ocop

pytestmark = pytest.mark.usefixtures("fast")

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
COFFEE = ocop.criteria_set(LAW, "coffee-and-cocoa")
TOURISM = ocop.criteria_set(LAW, 26)


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def read(
    rows: Iterable[Sequence[object]], which: int | str | None = "tea", **options: Any
) -> tuple[ocop.Sheets, ...]:
    """Read rows as a file under 26/2026."""
    return ocop.read_sheets(io.BytesIO(as_csv(rows)), LAW, set=which, **options)


def problems_of(rows: Iterable[Sequence[object]], **options: Any) -> list[str]:
    """Return what is told of a file."""
    with pytest.raises(ocop.SheetError) as caught:
        read(rows, **options)
    return [str(problem).removeprefix("input:") for problem in caught.value.problems]


HEAD = ["product", "criterion", "answer"]


def test_rows_in_any_order() -> None:
    """Rows of a product need not stand together; products come as they come up first."""
    rows = [HEAD, ["b", "1.1", 2], ["a", "11", 3], ["b", "11", 0], ["a", "1.1", ""], ["b", 7, 1]]
    (sheets,) = read(rows)
    assert sheets.products == ("b", "a")
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [2, 3]
    expected = {"b": {"1.1": 2, "11": 0, "7": 1}, "a": {"11": 3}}
    for n, product in enumerate(sheets.products):
        given = dict(zip(TEA.codes, sheets.answers[n].tolist(), strict=True))
        answered = {code: value for code, value in given.items() if value != ocop.UNANSWERED}
        assert answered == expected[product]


def test_columns_in_any_order_and_written_in_any_way() -> None:
    """Columns may stand apart; spaces and the normal form of names do not matter."""
    rows = [
        ["answer", "findings", "criterion", "product"],
        [" 2", "", "1.1 ", "che\u0300"],
        ["3 ", "", " 1.2", "chè "],
    ]
    (sheets,) = read(rows)
    assert sheets.products == ("chè",)
    assert sheets.answers[0, :3].tolist() == [2, 3, ocop.UNANSWERED]


def test_several_sets_as_a_table_is_melted() -> None:
    """Empty answers to criteria of other sets are no problem: so a wide table is unfolded."""
    codes = list(dict.fromkeys([*TEA.codes, *COFFEE.codes]))
    rows = [["product", "set", "criterion", "answer"]]
    rows += [
        [product, name, code, "1" if code in source.codes else ""]
        for code in codes
        for product, name, source in (("k", "13", COFFEE), ("t", "tea", TEA), ("u", "11", TEA))
    ]
    batches = read(rows, which=None)
    assert [b.criteria_set.number for b in batches] == [11, 13]
    assert [b.products for b in batches] == [("t", "u"), ("k",)]
    assert all((b.answers == 1).all() for b in batches)


def test_assessors_kept_columns_and_findings() -> None:
    """Sheets are told apart by assessors; kept columns stay, findings are put together."""
    first, last = TEA.exclusions[0].finding.id, TEA.exclusions[-1].finding.id
    rows = [
        ["product", "assessor", "xã", "criterion", "answer", "findings"],
        ["a", "Lan", " Xã 1", "1.1", 1, ""],
        ["a", "Minh", "Xã 2", "1.1", 2, first],
        ["a", "Lan", " Xã 1", "1.2", 3, last],
        ["a", "Lan", " Xã 1", "1.3", 0, f"{first}; {last}"],
    ]
    (sheets,) = read(rows, keep=["xã"])
    assert sheets.products == ("a", "a")
    assert sheets.assessors == ("Lan", "Minh")
    assert sheets.columns == {"xã": (" Xã 1", "Xã 2")}
    assert sheets.findings is not None
    assert sheets.findings.tolist() == [1 | 1 << len(TEA.exclusions) - 1, 1]
    assert sheets.answers[:, :3].tolist() == [[1, 3, 0], [2, 255, 255]]


def test_one_case_of_a_kind_over_several_rows() -> None:
    """A tourism sheet that mixes cases is told with its first row."""
    rows = [HEAD, ["ok", "8", 1], ["bad", "15", 3], ["ok", "9", 1], ["bad", "8", 1]]
    assert [p[:30] for p in problems_of(rows, which=26)] == ["3: the sheet mixes cases of to"]
    assert len(read(rows[:2], which=26)[0]) == 1


@pytest.mark.parametrize(
    ("head", "said"),
    [
        pytest.param(["product", "criterion"], "the column 'answer' is missing", id="no answer"),
        pytest.param(["product", "answer"], "the column 'criterion' is missing", id="no criterion"),
        pytest.param(["criterion", "answer"], "the column 'product' is missing", id="no product"),
        pytest.param([*HEAD, "1.1"], "1:4: the column '1.1' has no place", id="a code"),
        pytest.param([*HEAD, "9.9"], "1:4: the column '9.9' has no place", id="a strange code"),
        pytest.param([*HEAD, "answr"], "did you mean 'answer'?", id="mistyped"),
        pytest.param([*HEAD, "answer"], "the column 'answer' stands twice", id="twice"),
    ],
)
def test_headers_of_the_long_form(head: list[str], said: str) -> None:
    """One of the two columns is enough to be understood; what is wrong is told."""
    assert said in problems_of([head, [""] * len(head)])[0]


def test_a_wide_file_may_keep_a_column_called_answer() -> None:
    """Beside columns of criteria, one of the two names is a column like others."""
    rows = [["product", "answer", *TEA.codes], ["a", "x", *[1] * 32]]
    assert read(rows, keep=["answer"])[0].columns == {"answer": ("x",)}
    assert "unknown column 'answer'" in problems_of(rows)[0]


def test_the_columns_of_the_long_form_cannot_be_kept() -> None:
    """In the long form the two names are taken."""
    told = problems_of([HEAD, ["a", "1.1", 1]], keep=["answer"])
    message = "the name 'answer' is taken and cannot be kept; give the column another name"
    assert told == [f"1: {message} [name-taken]"]


def test_every_row_that_differs_is_told() -> None:
    """Each row that does not agree with the first of its sheet is a problem of its own."""
    rows = [
        ["product", "set", "xã", "criterion", "answer"],
        ["a", "tea", "1", "1.1", 1],
        ["a", "tea", "2", "1.2", 1],
        ["a", "13", "1", "1.1", 1],
        ["a", "13", "1", "1.2", 9],
        ["a", "11", "1", "1.3", 1],
    ]
    assert problems_of(rows, which=None, keep=["xã"]) == [
        "3:3: xã: found '2', but row 2 of the product 'a' says '1'; a sheet has one of them "
        "[column-differs]",
        "4:2: set: found set 13, but row 2 of the product 'a' says 11; a sheet has one of them "
        "[set-differs]",
        "5:2: set: found set 13, but row 2 of the product 'a' says 11; a sheet has one of them "
        "[set-differs]",
        "5:5: 1.2: found '9', allowed are 0 to 3 or empty [option-out-of-range]",
    ]


def test_the_same_criterion_twice() -> None:
    """A second row for a criterion is told, whatever the first one said, next to it or far off."""
    rows = [HEAD, ["a", "1.1", 2], ["a", "1.1", 2], ["b", "1.1", ""], ["a", 7, "x"]]
    rows += [["b", "1.1", 1], ["a", 7, 1]]
    twice = "twice; keep one of its rows{} [duplicate-criterion]"
    answered = "; a row above answers 2"
    assert problems_of(rows) == [
        f"3:2: criterion: the product 'a' has the criterion 1.1 {twice.format(answered)}",
        "5:3: 7: found 'x', allowed are 0 to 4 or empty [not-a-whole-number]",
        f"6:2: criterion: the product 'b' has the criterion 1.1 {twice.format('')}",
        f"7:2: criterion: the product 'a' has the criterion 7 {twice.format('')}",
    ]


def test_an_excel_file(tmp_path: Path) -> None:
    """Numbers in cells are understood as they are in the wide form."""
    path = tmp_path / "phiếu.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        rows = [HEAD, ["chè-1", 1.1, 2], ["chè-1", 10, 0], ["chè-2", "6.1.1", 1.0], [2026, 7, None]]
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(n, column, value)
    (sheets,) = ocop.read_sheets(path, LAW, set="tea")
    assert sheets.products == ("chè-1", "chè-2", "2026")
    given = [dict(zip(TEA.codes, row, strict=True)) for row in sheets.answers.tolist()]
    assert [given[0]["1.1"], given[0]["10"], given[1]["6.1.1"], given[2]["7"]] == [2, 0, 1, 255]


@given(data=st.data())
def test_the_wide_form_unfolded(data: st.DataObject) -> None:
    """Sheets written wide, and written long in any order of rows, are read to equal batches."""
    ids = [exclusion.finding.id for exclusion in TEA.exclusions]
    names = st.text("abĐợ -1", min_size=1, max_size=30).map(str.strip).filter(bool)
    products = data.draw(st.lists(names, min_size=1, max_size=6, unique=True))
    sheets = []
    for product in products:
        source = data.draw(st.sampled_from([TEA, COFFEE]))
        sizes = {item.code: len(item.criterion.options) for item in source.items}
        answers = {
            code: data.draw(st.sampled_from(["", *range(size + 1)])) for code, size in sizes.items()
        }
        findings = data.draw(st.lists(st.sampled_from(ids[:2]), unique=True))
        sheets.append((product, source, answers, findings))
    codes = list(dict.fromkeys([*TEA.codes, *COFFEE.codes]))
    wide: list[list[Any]] = [["product", "set", "findings", *codes]]
    long: list[list[Any]] = [["product", "set", "findings", "criterion", "answer"]]
    for product, source, answers, findings in sheets:
        wide.append(
            [product, source.number, ";".join(findings), *(answers.get(c, "") for c in codes)]
        )
        stated = [(code, answer) for code, answer in answers.items() if answer != ""]
        rows = [[product, source.number, "", *pair] for pair in stated or [("1.1", "")]]
        for finding in findings:
            rows[data.draw(st.integers(0, len(rows) - 1))][2] = finding
        # Two findings drawn for one row: the first is stated in a row of its own.
        if findings and all(row[2] != findings[0] for row in rows):
            free = [code for code in answers if code not in {row[3] for row in rows}]
            rows.append([product, source.number, findings[0], (free or ["12"])[0], ""])
        long += rows
    random = data.draw(st.randoms(use_true_random=False))
    shuffled = long[1:]
    random.shuffle(shuffled)

    def content(rows: list[list[Any]]) -> list[Any]:
        found = []
        for batch in read(rows, which=None):
            assert batch.findings is not None
            order = np.argsort(np.array(batch.products, dtype=object))
            found.append(
                (
                    batch.criteria_set.number,
                    [batch.products[n] for n in order],
                    batch.answers[order].tolist(),
                    batch.findings[order].tolist(),
                )
            )
        return found

    assert content(wide) == content([long[0], *shuffled]) == content(long)


class Rows(io.RawIOBase):
    """A long file of many sheets that exists only line by line."""

    def __init__(self, count: int) -> None:
        self.lines = self._lines(count)

    @staticmethod
    def _lines(count: int) -> Iterable[bytes]:
        yield b"product,criterion,answer\n"
        for n in range(count):
            for code in TEA.codes:
                yield f"00-00001-{n:06d}-2026,{code},1\n".encode()

    def readline(self, *_size: int | None) -> bytes:
        return next(iter(self.lines), b"")

    def read(self, *_size: int | None) -> bytes:
        raise AssertionError("the file was read as a whole")


def test_a_long_file_in_little_memory() -> None:
    """A sheet costs its answers, its product and little else, however many rows it has."""

    def peak(count: int) -> int:
        tracemalloc.start()
        (sheets,) = ocop.read_sheets(Rows(count), LAW, set="tea")  # type: ignore[arg-type]  # has what is asked of a file
        assert len(sheets) == count
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(10)
    # Both have more rows than are read at a time.
    short, long = peak(2_000), peak(6_000)
    # A sheet of 32 rows as Python text is far above 5,000 bytes.
    assert (long - short) / 4_000 < 1_000
