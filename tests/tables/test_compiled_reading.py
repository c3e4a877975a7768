"""Reading with compiled loops: that they run, what happens without them, and large files."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.tables import _compiled, _skim, _slots, _source, _split
from ocop.tables._cells import Cells
from ocop.tables._slots import Slots

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
HEADER = "product,criterion,answer\n"
LOOPS = ["changes", "hashes", "lines", "move", "number", "places", "single_digits", "skim", "state"]


def read(text: str, **options: Any) -> tuple[ocop.Sheets, ...]:
    """Read a file by blocks."""
    source: Any = io.BufferedReader(io.BytesIO(text.encode(errors="surrogateescape")))  # type: ignore[type-var]  # raw bytes stand in for a file
    return ocop.read_sheets(source, LAW, **options)


def same(text: str, **options: Any) -> tuple[ocop.Sheets, ...]:
    """Read a file both ways, compare, and return what was read."""
    slow, fast = read(text, **options), read(text, fast=True, **options)
    assert len(slow) == len(fast)
    for one, other in zip(slow, fast, strict=True):
        assert one.products == other.products
        assert one.assessors == other.assessors
        assert one.columns == other.columns
        for name in ("answers", "findings", "rows"):
            first, second = getattr(one, name), getattr(other, name)
            assert np.array_equal(first, second)
            assert first.dtype == second.dtype
            assert first.flags == second.flags
    return fast


def problems_of(text: str, **options: Any) -> list[tuple[ocop.Problem, ...]]:
    """Return what is wrong with a file as it is told without and with the loops."""
    told = []
    for fast in (False, True):
        with pytest.raises(ocop.SheetError) as caught:
            read(text, fast=fast, **options)
        told.append(caught.value.problems)
    return told


def long_rows(first: int, last: int, end: str = "\n") -> str:
    """Return rows of the long form for some products."""
    return "".join(
        f"P{n:05},{code},{(n + k) % 3 or ''}{end}"
        for n in range(first, last)
        for k, code in enumerate(TEA.codes)
    )


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count how often each loop runs."""
    counts = dict.fromkeys(LOOPS, 0)

    def counted(name: str) -> Any:
        loop = getattr(_compiled, name)

        def run(*args: Any) -> Any:
            counts[name] += 1
            return loop(*args)

        return run

    for name in LOOPS:
        monkeypatch.setattr(_compiled, name, counted(name))
    return counts


def test_the_loops_run_where_they_are_asked_for(ran: dict[str, int]) -> None:
    """Reading the long and the wide form runs every loop, and none by itself."""
    wide = ",".join(["product", "note", *TEA.codes]) + "\n"
    wide += "".join(f"P{n},{'chè' * (n % 3)}{',1' * len(TEA.codes)}\n" for n in range(50))
    files = [(HEADER + long_rows(0, 900), {}), (wide, {"keep": ("note",)})]
    for text, options in files:
        read(text, set="tea", **options)
    assert not any(ran.values())
    for text, options in files:
        same(text, set="tea", **options)
    assert all(ran.values()), ran


def test_known_pairs_are_skimmed(ran: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are split only up to where all pairs have come up, and where a row is not plain."""
    monkeypatch.setattr(_source, "STEP", 20_000)
    text = HEADER + long_rows(0, 400)
    same(text, set="tea")
    split, skimmed = ran["places"], ran["skim"]
    assert split == 1
    assert skimmed > 8
    odd = f"{HEADER}{long_rows(0, 100)}\n\n{long_rows(100, 400)}"
    (sheets,) = same(odd, set="tea")
    assert len(sheets) == 400
    assert ran["places"] - split == 2
    same(HEADER + long_rows(0, 400, end="\r\n"), set="tea")
    assert ran["places"] > 8


def test_every_row_of_a_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with rows that are skimmed is told row by row, in the same words."""
    monkeypatch.setattr(_source, "STEP", 400)
    head = "product,set,xã,criterion,answer\n"
    rows = ["A,11,x,1.1,1", "A,11,x,1.2,9", "A,11,x,1.3,2", "A,11,x,13,"]
    good = "".join(f"{row.replace('A', f'A{n}')}\n" for n in range(20) for row in rows)
    wrong = [",11,x", "B\x07,11,x", "C,99,x", "C,tee,x", "C,99,x", "A1,12,x", "A1,11,y", "A1,11,x"]
    bad = "".join(f"{start},{pair}\n" for start in wrong for pair in ("1.1,1", "1.2,9", "1.3,2"))
    slow, fast = problems_of(head + good + bad, keep=("xã",))
    assert slow == fast
    assert {problem.code for problem in fast} >= {
        "missing-product",
        "bad-character",
        "unknown-set",
        "set-differs",
        "column-differs",
        "duplicate-criterion",
        "option-out-of-range",
    }


def test_a_column_behind_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where rows end with the answer though another column should follow, that is told."""
    monkeypatch.setattr(_source, "STEP", 200)
    rows = [f"{n},1.1,1{',x' if n < 60 else ''}\n" for n in range(120)]
    head = "product,criterion,answer,xã\n"
    slow, fast = problems_of(head + "".join(rows), set="tea", keep=("xã",))
    assert slow == fast
    told = [(problem.line, problem.code) for problem in fast]
    assert told == [(line, "wrong-width") for line in range(62, 122)]


def test_names_that_are_equal_once_they_are_cleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product stands twice, once with a space behind it and blocks further down."""
    monkeypatch.setattr(_source, "STEP", 300)
    rows = [f"{name}{',1' * len(TEA.codes)}\n" for name in ("P", *map(str, range(20)), "P ")]
    slow, fast = problems_of(",".join(["product", *TEA.codes]) + "\n" + "".join(rows), set="tea")
    assert slow == fast
    assert [(problem.line, problem.code) for problem in fast] == [(23, "duplicate-product")]


def test_findings_of_rows_that_state_what_others_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file with findings every row is looked at, though its last cells are known."""
    monkeypatch.setattr(_source, "STEP", 300)
    finding = TEA.exclusions[0].finding.id
    rows = [
        f"P{n},{finding if n == 17 == k + 14 else ''},1.{k},1\n"
        for n in range(30)
        for k in (1, 2, 3)
    ]
    (sheets,) = same("product,findings,criterion,answer\n" + "".join(rows), set="tea")
    assert sheets.findings is not None
    assert np.flatnonzero(sheets.findings).tolist() == [17]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(",,", id="nothing but delimiters"),
        pytest.param("P00000,1.1", id="too few cells"),
        pytest.param("P00000,1.1,1,", id="too many cells"),
        pytest.param("P00000,x,1.1,1", id="too many cells before the pair"),
        pytest.param("P00000", id="one cell"),
        pytest.param("Q\n1.1,1", id="two rows that are one without a line end"),
        pytest.param("x" * 140_000 + ",1.1,1", id="too long a row"),
        pytest.param("P\xa00,1.1,1", id="another space"),
        pytest.param("P\udcff0,1.1,1", id="not UTF-8"),
        pytest.param(",1.1,1", id="no product"),
        pytest.param('"P0""",1.1,1', id="quotation marks"),
        pytest.param("P0\r0,1.1,1", id="a carriage return"),
        pytest.param("x" * 70 + ",1.1,1", id="a long name"),
    ],
)
@pytest.mark.parametrize("place", ["above", "between", "at the end"])
def test_one_row_of_another_kind(row: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is not plain is read as it is without the loops, wherever it stands."""
    monkeypatch.setattr(_source, "STEP", 2000)
    before, behind = {"above": (0, 20), "between": (10, 20), "at the end": (20, 20)}[place]
    text = long_rows(0, before) + row + "\n" + long_rows(before, behind)
    found = []
    for fast in (False, True):
        # A pair of empty cells is a known one, too, once it came up.
        for data in (HEADER + text, HEADER + text[:-1], HEADER + "P0,,\n" + text):
            try:
                (sheets,) = read(data, set="tea", fast=fast)
                found.append((sheets.products, sheets.answers.tolist()))
            except ocop.SheetError as error:
                found.append((error.problems, error.more))
    assert found[:3] == found[3:]


def test_numbers_of_texts_of_every_size() -> None:
    """Each text gets one number whatever its size, texts that begin alike others."""
    rng = np.random.default_rng(0)
    texts = ["", "\0", "\0\0", *("x" * size for size in range(1, 40))]
    texts += ["".join(rng.choice(["a", "b", "\0"], size)) for size in rng.integers(0, 30, 4000)]
    slots, known = Slots(), dict[str, int]()
    for start in range(0, len(texts), 500):
        some = [*texts[start : start + 500], *texts[:50]]
        cells = Cells.of_rows([[text] for text in some], range(len(some)), 1, _compiled)
        numbers, new = slots.numbers(cells, cells.span(0))
        for place in new.tolist():
            assert some[place] not in known
            known[some[place]] = int(numbers[place])
        assert numbers.tolist() == [known[text] for text in some]
    assert sorted(known.values()) == list(range(len({*texts})))
    held = cells.loops.hashes(cells.text, *cells.span(0), np.uint64(12345 * 2 + 1))
    assert len({*held.tolist()}) == len({*some})


def test_texts_that_fall_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts with one hash keep numbers of their own, where they are learned and looked up."""
    monkeypatch.setattr(_slots, "FACTOR", 0)
    texts = [letter * 9 + "\0" * n for letter in "abc" for n in range(9)]
    texts += [letter + "\0" * n for letter in "abc" for n in range(8)]
    slots = Slots()
    for some in (texts, texts[::-1]):
        cells = Cells.of_rows([[text] for text in some], range(len(some)), 1, _compiled)
        numbers, _ = slots.numbers(cells, cells.span(0))
        assert sorted(numbers.tolist()) == list(range(len(texts)))
    assert numbers.tolist() == list(range(len(texts)))[::-1]
    monkeypatch.setattr(_source, "STEP", 600)
    codes = [f"{' ' * (n % 9)}{code}" for n, code in enumerate(TEA.codes)]
    rows = [f"P{n},{code},{n % 3}\n" for n in range(9) for code in codes]
    (sheets,) = same(HEADER + "".join(rows), set="tea")
    assert sheets.answers.tolist() == [[n % 3] * len(codes) for n in range(9)]
    rows += [f"Q,{code},1\0\n" for code in codes]
    slow, fast = problems_of(HEADER + "".join(rows), set="tea")
    assert slow == fast
    assert len(fast) == len(codes)


def test_rows_that_are_skimmed_come_in_runs() -> None:
    """Rows with equal cells before the pair are one run, counted, with its first row."""
    slots = Slots()
    known = split(b"1.1,1\n", _compiled)
    slots.numbers(known, known.span(0, 1))
    block = b"A,1.1,1\nA,1.1,1\nBB,1.1,1\nA,1.1,1\nA,1.1,1\nA,1.1,1\nA,1.1,2\nA,1.1,1\n"
    at = {"product": 0, "criterion": 1, "answer": 2}
    found = _skim.skimmed(block, ",", at, slots, 7, _compiled)
    assert found is not None
    assert block[found.size :] == b"A,1.1,2\nA,1.1,1\n"
    assert found.pairs.tolist() == [0] * 6
    assert found.counts.tolist() == [2, 1, 3]
    assert found.rows.tolist() == [7, 8, 9, 10, 11, 12]
    assert found.heads.numbers.tolist() == [7, 9, 10]
    assert found.heads.texts(found.heads.span(0)) == ["A", "BB", "A"]
    cut = _skim.skimmed(block[:15], ",", at, slots, 7, _compiled)
    assert cut is not None
    assert (cut.size, cut.counts.tolist()) == (15, [2])


def test_words_of_a_text_at_its_end() -> None:
    """A cell at the very end of a block is read without what stands behind it."""
    for size in range(1, 30):
        block = split(b"a" * size + b"," + b"a" * size, _compiled)
        slots = Slots()
        numbers = [slots.numbers(block, block.span(column))[0][0] for column in (0, 1)]
        assert numbers == [0, 0]


def split(block: bytes, loops: Any) -> Cells:
    """Split a block of two columns."""
    found = _split.split(block, ",", 2, 2, loops)
    assert found is not None
    return found.cells


def test_without_numba_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numba is missing, asking for compiled loops says which extra to install."""
    for name in ("ocop.tables._compiled", "ocop.scoring._compiled"):
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr(name)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ocop.MissingExtraError, match="need the extra 'fast'") as error:
        read(HEADER + long_rows(0, 1), set="tea", fast=True)
    assert 'pip install "ocop[fast]"' in str(error.value)
    assert [problem.code for problem in error.value.problems] == ["missing-extra"]
    assert len(read(HEADER + long_rows(0, 1), set="tea")) == 1


def test_excel_rows_are_read_with_the_loops_too() -> None:
    """Rows that were split before are read by the same loops."""
    rows = [["A", "1", ""], ["B", "22", "x"]]
    cells = Cells.of_rows(rows, [2, 3], 3, _compiled)
    assert cells.texts(cells.span(2)) == ["", "x"]
    assert cells.lines(cells.span(1)).tobytes() == b"1\n22\n"
