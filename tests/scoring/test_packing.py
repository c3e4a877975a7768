"""`ocop.scoring.packing`: words as the layout says them, back to the same answers, or refused."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import ocop
from ocop.scoring import packing
from ocop.scoring.packing import field_widths, pack, unpack

SETS = [s for law in ocop.decisions() for s in law.sets.values()]
TEA = ocop.criteria_set("qd-26-2026", "tea")


def plain_words(law: ocop.CriteriaSet, row: Sequence[int]) -> list[int]:
    """Pack one sheet bit by bit, as the layout is described for other programs."""
    words: list[int] = []
    shift = 64
    for item, answer in zip(law.items, row, strict=True):
        codes = len(item.criterion.options) + 2
        width = next(n for n in range(1, 64) if 2**n >= codes)
        if shift + width > 64:
            words.append(0)
            shift = 0
        code = 0 if answer == ocop.UNANSWERED else answer + 1
        words[-1] |= code << shift
        shift += width
    return words


def a_set(generate: Any, options: Sequence[int]) -> ocop.CriteriaSet:
    """Return a set of one criterion for each number of options."""
    items = [generate.item(f"1.{n}", *range(count)) for n, count in enumerate(options, start=1)]
    law: ocop.CriteriaSet = generate.criteria_set({"A": [generate.section("1", *items)]})
    return law


def answers_of(law: ocop.CriteriaSet, count: int) -> Any:
    """Return random answers, all of them possible."""
    rng = np.random.default_rng(count)
    columns = [
        rng.choice([ocop.UNANSWERED, *range(len(i.criterion.options) + 1)], count)
        for i in law.items
    ]
    return np.array(columns, dtype=np.uint8).T


def a_batch(law: ocop.CriteriaSet, answers: Any) -> ocop.Sheets:
    """Return a batch with these answers."""
    products = [f"sp-{n}" for n in range(len(answers))]
    return ocop.Sheets(criteria_set=law, products=products, answers=answers)


@pytest.mark.parametrize("law", SETS, ids=lambda s: f"{s.decision}-{s.number}")
def test_every_shipped_set_in_two_words(law: ocop.CriteriaSet, generate: Any) -> None:
    """A sheet of any decision takes two words, which the plain packer makes bit for bit."""
    batch = generate.batch(law, generate.sheets(law, 40, seed=3))
    words = pack(batch)
    assert (words.dtype, words.shape) == (np.uint64, (40, 2))
    assert words.tolist() == [plain_words(law, row) for row in batch.answers.tolist()]
    assert (unpack(words, law) == batch.answers).all()


@pytest.mark.parametrize("law", SETS, ids=lambda s: f"{s.decision}-{s.number}")
def test_a_field_holds_its_codes_and_stays_in_its_word(law: ocop.CriteriaSet) -> None:
    """Fields are as narrow as their codes allow, and every word is filled before the next."""
    words = field_widths(law)
    widths = [width for fields in words for width in fields]
    codes = [len(item.criterion.options) + 2 for item in law.items]
    assert all(2 ** (w - 1) < c <= 2**w for w, c in zip(widths, codes, strict=True))
    assert all(sum(fields) <= 64 for fields in words)
    assert all(sum(a) + b[0] > 64 for a, b in pairwise(words))


@given(st.data())
def test_sets_of_any_size(generate: Any, data: st.DataObject) -> None:
    """From one criterion to many with a hundred options: as many words as it takes, and back."""
    options = data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=70))
    law = a_set(generate, options)
    batch = a_batch(law, answers_of(law, data.draw(st.integers(0, 20))))
    words = pack(batch)
    assert words.shape == (len(batch), len(field_widths(law)))
    assert words.tolist() == [plain_words(law, row) for row in batch.answers.tolist()]
    assert (unpack(words, law) == batch.answers).all()


@pytest.mark.parametrize(
    ("options", "bits"),
    [
        ([6] * 21, [63]),
        ([14] * 16, [64]),
        ([14] * 17, [64, 4]),
        ([6] * 22, [63, 3]),
        ([6] * 20 + [14], [64]),
        ([100] * 30, [63, 63, 63, 21]),
        ([254] * 9, [64, 8]),
    ],
)
def test_where_a_word_is_full(options: list[int], bits: list[int], generate: Any) -> None:
    """The last bit of a word is used where a field ends there; no field is cut in two."""
    law = a_set(generate, options)
    assert [sum(fields) for fields in field_widths(law)] == bits
    best = np.array([options, [0] * len(options), [255] * len(options)], dtype=np.uint8)
    words = pack(a_batch(law, best))
    assert words.tolist() == [plain_words(law, row) for row in best.tolist()]
    assert (unpack(words, law) == best).all()


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 14, 15])
def test_blocks_join_without_a_seam(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets at the borders of blocks are packed and unpacked as all others."""
    answers = answers_of(TEA, count)
    whole = pack(a_batch(TEA, answers))
    monkeypatch.setattr(packing, "BLOCK", 7)
    words = pack(a_batch(TEA, answers))
    assert (words == whole).all()
    assert (unpack(words, TEA) == answers).all()


def test_columns_are_contiguous() -> None:
    """Words and answers come by column, as Arrow and the scorer take them; words are sealed."""
    words = pack(a_batch(TEA, answers_of(TEA, 50)))
    answers = unpack(words, TEA)
    assert words.flags.f_contiguous
    assert answers.flags.f_contiguous
    assert answers.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        words[0, 0] = 1
    assert (unpack(np.ascontiguousarray(words), TEA) == answers).all()


def test_little_is_made_on_the_way() -> None:
    """Beside words and answers, packing takes a few megabytes, whatever the number of sheets."""
    batch = a_batch(TEA, answers_of(TEA, 300_000))
    tracemalloc.start()
    words = pack(batch)
    packing_peak = tracemalloc.get_traced_memory()[1] - words.nbytes
    tracemalloc.reset_peak()
    answers = unpack(words, TEA)
    unpacking_peak = tracemalloc.get_traced_memory()[1] - words.nbytes - answers.nbytes
    tracemalloc.stop()
    assert packing_peak < 4_000_000
    assert unpacking_peak < 4_000_000


def test_an_array_of_another_type() -> None:
    """Signed words, as some programs write them, are refused by name, never reinterpreted."""
    with pytest.raises(ocop.SheetError) as error:
        unpack(np.zeros((1, 2), dtype=np.int64), TEA)  # type: ignore[arg-type]  # wrong on purpose
    assert str(error.value) == "words: found dtype int64, allowed is uint64 [wrong-dtype]"


@pytest.mark.parametrize("shape", [(2,), (1, 1), (1, 3), (1, 2, 1)])
def test_an_array_of_another_shape(shape: tuple[int, ...]) -> None:
    """There is one row per sheet and one column per word of the set."""
    with pytest.raises(ocop.SheetError) as error:
        unpack(np.zeros(shape, dtype=np.uint64), TEA)
    message = f"words: found the shape {shape}, allowed is (sheets, 2) [wrong-shape]"
    assert str(error.value) == message


def test_bits_beyond_the_fields_and_codes_without_an_option() -> None:
    """Each wrong word is told by row, with what is allowed; all of them at once."""
    words = np.zeros((4, 2), dtype=np.uint64)
    words[1] = 1 << 62, 1 << 29
    words[2, 0] = 7 << 3  # 1.2 has three options: codes 0 to 4
    words[3, 1] = (1 << 63) | 0b001
    with pytest.raises(ocop.SheetError) as error:
        unpack(words, TEA)
    assert [str(problem) for problem in error.value.problems] == [
        "2: word_0: found bit 62 set, allowed are bits 0 to 61 [stray-bits]",
        "2: word_1: found bit 29 set, allowed are bits 0 to 28 [stray-bits]",
        "3: 1.2: found the code 7, allowed are 0 (unanswered), 1 (none met) and 2 to 4 (options 1 "
        "to 3) [option-out-of-range]",
        "4: word_1: found bit 63 set, allowed are bits 0 to 28 [stray-bits]",
    ]


def test_a_full_field_is_read_right_beside_a_stray_bit(generate: Any) -> None:
    """A stray bit above the last field is told alone, whatever the field holds."""
    law = a_set(generate, [5, 5])
    words = np.array([[0b1_000_110]], dtype=np.uint64)
    with pytest.raises(ocop.SheetError) as error:
        unpack(words, law)
    assert [problem.code for problem in error.value.problems] == ["stray-bits"]


def test_a_code_without_an_option_in_a_later_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are counted through all blocks."""
    monkeypatch.setattr(packing, "BLOCK", 7)
    words = np.zeros((20, 2), dtype=np.uint64)
    words[[3, 15], 0] = 7, 5  # the most that the field holds, and the least that is too much
    with pytest.raises(ocop.SheetError) as error:
        unpack(words, TEA)
    assert [problem.line for problem in error.value.problems] == [4, 16]
    assert error.value.more == 0


def unpack_problems(words: NDArray[np.uint64]) -> tuple[ocop.Problem, ...]:
    """Return what is wrong with words of tea, all of it."""
    with pytest.raises(ocop.SheetError) as error:
        unpack(words, TEA)
    assert error.value.more == 0
    return error.value.problems


def test_only_the_first_problems_are_kept() -> None:
    """A hopeless array gives 10,000 problems and the number of the others."""
    with pytest.raises(ocop.SheetError) as error:
        unpack(np.full((8_000, 2), 2**64 - 1, dtype=np.uint64), TEA)
    assert len(error.value.problems) == 10_000
    assert [problem.line for problem in error.value.problems[:3]] == [1, 1, 1]
    one = unpack_problems(np.full((1, 2), 2**64 - 1, dtype=np.uint64))
    assert error.value.more == 8_000 * len(one) - 10_000
