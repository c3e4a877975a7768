"""The kernel against the plain scorer, and the properties that a scorer must have."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop.scoring import _steps, kernel

PER_SET = 330
ARRAYS = ("parts", "total", "band", "star", "answered", "excluded", "knocked_out")


def assert_scored_as(scores: ocop.Scores, expected: list[Any], plain: Any) -> None:
    """Compare every array and every single result with the plain scorer's."""
    codes = [part.code for part in scores.criteria_set.parts]
    assert scores.parts.tolist() == [[e.parts[code] for code in codes] for e in expected]
    assert scores.total.tolist() == [e.total for e in expected]
    assert scores.band.tolist() == [e.band for e in expected]
    assert scores.star.tolist() == [e.star or 0 for e in expected]
    assert scores.answered.tolist() == [e.answered for e in expected]
    assert scores.excluded.tolist() == [bool(e.excluded) for e in expected]
    zero = [any(reason.startswith("zero:") for reason in e.excluded) for e in expected]
    assert scores.knocked_out.tolist() == zero
    assert [plain.of(score) for score in scores.scores()] == expected


@pytest.fixture(scope="module")
def bulk(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any
) -> list[tuple[ocop.CriteriaSet, list[Any], list[Any]]]:
    """Return 330 sheets of each set and what the plain scorer says of them."""
    made = []
    for law in every_set:
        sheets = generate.sheets(law, PER_SET, seed=1)
        made.append((law, sheets, [plain.score(law, *sheet) for sheet in sheets]))
    return made


def test_bulk_sheets_of_every_shipped_set_score_as_the_plain_scorer(
    bulk: list[tuple[ocop.CriteriaSet, list[Any], list[Any]]], plain: Any, generate: Any
) -> None:
    """On 330 sheets of each set, parts, stars, floors and reasons are those of the plain scorer."""
    assert len(bulk) >= 27
    for law, sheets, expected in bulk:
        assert_scored_as(ocop.score(generate.batch(law, sheets)), expected, plain)


def test_bulk_sheets_reach_every_band_star_and_rule(
    bulk: list[tuple[ocop.CriteriaSet, list[Any], list[Any]]],
) -> None:
    """The bulk sheets are worth comparing: in each set all bands occur and floors cost stars."""
    fired = set()
    for law, sheets, results in bulk:
        where = (law.decision, law.number)
        marked = any(o.mark for item in law.items for o in item.criterion.options)
        assert {r.band for r in results} == {1, 2, 3, 4, 5}, where
        assert 5 in {r.star for r in results}, where
        held_back = [r for r in results if r.star is not None and r.star < r.band]
        assert bool(held_back) == marked, where
        assert any(r.answered < r.of for r in results), where
        excluding = bool(law.exclusions or law.rules.knock_outs)
        assert any(r.excluded for r in results) == excluding, where
        fired |= {reason.split(":")[0] for r in results for reason in r.excluded}
        fired |= {f"{code}:{star}" for r in results for code, star, _ in r.missing_floors}
        for kind in law.case_kinds:
            inside = [item for item in law.items if item.criterion.case_kind == kind.id]
            used = {
                item.criterion.options[answer - 1].case
                for sheet in sheets
                for item in inside
                if (answer := sheet.answers[item.code])
            }
            assert used == ({case.id for case in kind.cases} if inside else set()), where
    assert fired >= {"zero", "forged-dossier", "unsafe-impurities", "3.5:3", "3.5:4", "4.1:5"}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_drawn_sheets_score_as_the_plain_scorer(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any, data: st.DataObject
) -> None:
    """Any valid batch of any shipped set scores as the plain scorer says."""
    law = data.draw(st.sampled_from(every_set))
    sheets = data.draw(st.lists(generate.drawn_sheets(law), min_size=1, max_size=4))
    expected = [plain.score(law, *sheet) for sheet in sheets]
    assert_scored_as(ocop.score(generate.batch(law, sheets)), expected, plain)


def test_single_sheets_score_as_in_a_batch(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """A sheet scored alone, and many joined by Sheets.of, give what the matrix gives."""
    sheets = generate.sheets(fresh, 40, seed=2)
    whole = ocop.score(generate.batch(fresh, sheets))
    singles = [
        ocop.Sheet(
            criteria_set=fresh, answers=s.answers, findings=s.findings, product=f"sp-{n:04d}"
        )
        for n, s in enumerate(sheets)
    ]
    assert ocop.score(ocop.Sheets.of(singles)).equals(whole)
    assert [ocop.score(single)[0] for single in singles] == list(whole.scores())


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 13, 14, 15, 21])
def test_block_borders_do_not_show(
    count: int, monkeypatch: pytest.MonkeyPatch, plain: Any, generate: Any
) -> None:
    """With blocks of 7 sheets, batches around the border score as the plain scorer says."""
    law = ocop.criteria_set("qd-26-2026", 16)
    monkeypatch.setattr(kernel, "BLOCK", 7)
    sheets = generate.sheets(law, count, seed=count)
    expected = [plain.score(law, *sheet) for sheet in sheets]
    assert_scored_as(ocop.score(generate.batch(law, sheets)), expected, plain)


def test_the_real_block_border_does_not_show(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Sheets repeated past two real blocks score the same wherever they stand."""
    sheets = generate.sheets(fresh, 101, seed=3)
    few = ocop.score(generate.batch(fresh, sheets))
    count = 2 * kernel.BLOCK + 1
    place = np.arange(count) % 101
    many = ocop.Sheets(
        criteria_set=fresh,
        products=[str(n) for n in range(count)],
        answers=few.sheets.answers[place],
        findings=None if few.sheets.findings is None else few.sheets.findings[place],
    )
    scores = ocop.score(many)
    for name in ARRAYS:
        assert np.array_equal(getattr(scores, name), getattr(few, name)[place]), name


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_reordering_sheets_reorders_scores(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any, data: st.DataObject
) -> None:
    """A sheet's score depends on that sheet alone, not on its place in the batch."""
    law = data.draw(st.sampled_from(every_set))
    sheets = generate.sheets(law, 12, seed=data.draw(st.integers(0, 99)))
    order = data.draw(st.permutations(range(12)))
    scores = ocop.score(generate.batch(law, sheets))
    shuffled = ocop.score(generate.batch(law, [sheets[n] for n in order]))
    for name in ARRAYS:
        assert np.array_equal(getattr(shuffled, name), getattr(scores, name)[list(order)]), name


def test_more_points_never_lower_a_result(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Raising one answer to one with at least the points lowers no total, band or star.

    The star is compared with 0 for excluded products, so a raise never excludes either.
    """
    for law in every_set:
        before, after = [], []
        for sheet in generate.sheets(law, 12, seed=4):
            for item in law.items:
                for raised in _raises(item.criterion, sheet.answers[item.code]):
                    before.append(sheet)
                    after.append(sheet._replace(answers=sheet.answers | {item.code: raised}))
        assert len(after) > 50
        low, high = (ocop.score(generate.batch(law, sheets)) for sheets in (before, after))
        for name in ("total", "band", "star"):
            assert np.all(getattr(high, name) >= getattr(low, name)), (law.group.slug, name)
        assert not np.any(high.excluded & ~low.excluded)


def _raises(criterion: ocop.Criterion, answer: int | None) -> list[int]:
    """Return the options of the same case with at least the points of the answer."""
    now = criterion.options[answer - 1] if answer else None
    case = now.case if now else criterion.options[0].case
    points = now.points if now else 0
    if now is None and case is not None:
        return []
    return [
        n
        for n, option in enumerate(criterion.options, start=1)
        if option.case == case and option.points >= points and n != answer and option.points
    ]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "bytes by row": lambda a: np.ascontiguousarray(a),
    "bytes by column": lambda a: np.asfortranarray(a),
    "int64 by row": lambda a: a.astype(np.int64),
    "int64 by column": lambda a: np.asfortranarray(a, dtype=np.int64),
    "int16": lambda a: a.astype(np.int16),
    "big-endian": lambda a: a.astype(">u4"),
    "every other row": lambda a: np.repeat(a, 2, axis=0)[::2],
    "every other column": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "reversed view": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "lists": lambda a: a.tolist(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_memory_order_and_whole_number_type_do_not_matter(
    layout: str, fresh: ocop.CriteriaSet, generate: Any
) -> None:
    """The same answers score the same however their array lies in memory."""
    sheets = generate.sheets(fresh, 37, seed=5)
    plainly = generate.batch(fresh, sheets)
    given_as = LAYOUTS[layout](generate.matrix(fresh, sheets))
    other = ocop.Sheets(
        criteria_set=fresh,
        products=plainly.products,
        answers=given_as,
        findings=plainly.findings,
    )
    assert other.answers.dtype == np.uint8
    assert other.answers.flags.f_contiguous
    assert not other.answers.flags.writeable
    assert ocop.score(other).equals(ocop.score(plainly))


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "bytes by column"])
def test_later_changes_of_the_input_do_not_reach_the_sheets(
    layout: str, fresh: ocop.CriteriaSet, generate: Any
) -> None:
    """Answers that are not yet bytes by column are copied: the caller may reuse the array."""
    sheets = generate.sheets(fresh, 9, seed=6)
    given_as = LAYOUTS[layout](generate.matrix(fresh, sheets))
    kept = ocop.Sheets(criteria_set=fresh, products=[str(n) for n in range(9)], answers=given_as)
    before = ocop.score(kept)
    if isinstance(given_as, list):
        given_as[0][:] = [0] * len(given_as[0])
    else:
        given_as[...] = 0
    assert ocop.score(kept).equals(before)


def test_bytes_by_column_are_shared_and_the_callers_array_stays_writable(
    fresh: ocop.CriteriaSet, generate: Any
) -> None:
    """As documented, bytes by column are not copied; only the view of the sheets is locked."""
    mine = np.asfortranarray(generate.matrix(fresh, generate.sheets(fresh, 5, seed=7)))
    sheets = ocop.Sheets(criteria_set=fresh, products=list("abcde"), answers=mine)
    assert np.shares_memory(sheets.answers, mine)
    assert mine.flags.writeable
    assert not sheets.answers.flags.writeable


def test_scoring_leaves_the_sheets_alone(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Scoring reads the answers and changes nothing; a second run gives the same result."""
    batch = generate.batch(fresh, generate.sheets(fresh, 50, seed=8))
    answers = batch.answers.copy()
    first = ocop.score(batch)
    assert np.array_equal(batch.answers, answers)
    assert ocop.score(batch).equals(first)


@pytest.mark.parametrize("threads", [1, 2, 3, 50])
def test_threads_do_not_matter(
    threads: int, monkeypatch: pytest.MonkeyPatch, generate: Any
) -> None:
    """However many threads share the sheets, unevenly too, the scores are the same."""
    monkeypatch.setattr(kernel, "BLOCK", 5)
    law = ocop.criteria_set("qd-26-2026", 16)
    batch = generate.batch(law, generate.sheets(law, 38, seed=9))
    expected = ocop.score(batch, threads=1)
    shares: list[tuple[int, int]] = []
    kernel.in_shares(lambda low, high: shares.append((low, high)), 38, threads, least=1)
    assert sorted(shares)[0][0] == 0
    assert [low for low, _ in sorted(shares)[1:]] == [high for _, high in sorted(shares)[:-1]]
    assert sorted(shares)[-1][1] == 38
    assert len(shares) == min(threads, 38)
    monkeypatch.setattr(kernel, "LEAST_SHARE", 1)
    monkeypatch.setattr(kernel.in_shares, "__defaults__", (1,))
    begun: list[Thread] = []

    def counted(**how: Any) -> Thread:
        begun.append(Thread(**how))
        return begun[-1]

    monkeypatch.setattr(kernel, "Thread", counted)
    assert ocop.score(batch, threads=threads).equals(expected)
    # The caller's own thread takes a share too.
    assert len(begun) == min(threads, 38) - 1


def test_a_failing_share_is_not_swallowed() -> None:
    """What goes wrong in a thread goes wrong for the caller."""

    def work(low: int, high: int) -> None:
        raise RuntimeError(f"{low} {high}")

    with pytest.raises(RuntimeError, match="0 5"):
        kernel.in_shares(work, 10, 2, least=1)

    def second(low: int, high: int) -> None:
        if low:
            raise RuntimeError(f"{low} {high}")

    with pytest.raises(RuntimeError, match="5 10"):
        kernel.in_shares(second, 10, 2, least=1)


@pytest.mark.parametrize(
    ("points", "ramp", "rises"),
    [
        ([0, 1, 2, 3], 0, []),
        ([0, 0, 1, 2, 3], 1, []),
        ([0, 0, 1, 2, 3, 5], 1, [(5, 1)]),
        ([0, 2, 4, 5], None, [(1, 2), (2, 2), (3, 1)]),
        ([0, 3, 1], None, [(1, 3), (2, -2)]),
        ([0, 1], None, [(1, 1)]),
        ([0, 0], None, []),
    ],
)
def test_steps_of_a_criterion(
    points: list[int], ramp: int | None, rises: list[tuple[int, int]]
) -> None:
    """Points that rise by one from some option on are one operation; what is over stays steps."""
    assert _steps._ramp(points) == (ramp, rises)
    start = 0 if ramp is None else ramp
    rebuilt = [
        (max(x, start) - start if ramp is not None else 0) + sum(d for j, d in rises if x >= j)
        for x in range(len(points))
    ]
    assert rebuilt == points
