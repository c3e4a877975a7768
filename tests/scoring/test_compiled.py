"""Compiled loops against the plain scorer, and against the loops of numpy."""

from __future__ import annotations

import sys
from typing import Any

import attrs
import numpy as np
import pytest

import ocop
from ocop.scoring import _compiled, _compiled_sweep, _program
from ocop.scoring.table import table_of


def assert_same(batch: ocop.Sheets, **how: Any) -> ocop.Scores:
    """Score and rank with and without compiled loops; compare, and return the scores."""
    slow, fast = ocop.score(batch), ocop.score(batch, fast=True, **how)
    assert fast.equals(slow)
    assert np.array_equal(fast.knocked_out, slow.knocked_out)
    for name in ("parts", "total", "band", "star", "answered", "excluded", "knocked_out"):
        assert getattr(fast, name).dtype == getattr(slow, name).dtype
        assert not getattr(fast, name).flags.writeable
    for ties in ("min", "dense", "ordinal"):
        ranked = ocop.rank(fast, ties=ties, fast=True)  # type: ignore[arg-type]  # each of the words
        expected = ocop.rank(slow, ties=ties)  # type: ignore[arg-type]  # each of the words
        assert ranked.ranks.tolist() == expected.ranks.tolist()
        assert ranked.ranks.dtype == expected.ranks.dtype
        assert ranked.products == expected.products
    return fast


def test_shipped_sets_score_as_the_plain_scorer(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any
) -> None:
    """On 60 sheets of every set, with rules and findings, all results are the plain scorer's."""
    for law in every_set:
        sheets = generate.sheets(law, 60, seed=5)
        scores = assert_same(generate.batch(law, sheets))
        assert [plain.of(s) for s in scores.scores()] == [plain.score(law, *s) for s in sheets]


@pytest.mark.parametrize("most_points", [1, 4, 12, 90])
def test_wild_sets_score_as_the_plain_scorer(most_points: int, plain: Any, generate: Any) -> None:
    """Falling options, marks anywhere, chains of rules, narrow sums and wide ones."""
    laws = [generate.wild_set(seed, most_points) for seed in range(25)]
    for law in laws:
        sheets = generate.sheets(law, 40, seed=6)
        scores = assert_same(generate.batch(law, sheets))
        assert [plain.of(s) for s in scores.scores()] == [plain.score(law, *s) for s in sheets]
    if most_points == 4:
        assert min(table_of(law).limit for law in laws) < 256


@pytest.mark.parametrize("count", [0, 1, _compiled.BLOCK, 2 * _compiled.BLOCK + 1])
@pytest.mark.parametrize("threads", [1, 3])
def test_borders_of_blocks_and_threads_do_not_show(count: int, threads: int, generate: Any) -> None:
    """Sheets repeated past the borders of blocks score the same wherever they stand."""
    law = ocop.criteria_set("qd-26-2026", 16)
    few = generate.batch(law, generate.sheets(law, 101, seed=7))
    place = np.arange(count) % 101
    batch = ocop.Sheets(
        criteria_set=law,
        products=[str(n) for n in range(count)],
        answers=few.answers[place],
        findings=few.findings[place],
    )
    assert_same(batch, threads=threads)


def test_groups_and_several_sets_rank_the_same(generate: Any) -> None:
    """Within groups and over several sets, compiled counting gives the same list."""
    batches = []
    for number in (3, 16, 26):
        law = ocop.criteria_set("qd-26-2026", number)
        names = [f"{number}-{n}" for n in range(30)]
        sheets = generate.sheets(law, 30, seed=number)
        batches.append(ocop.score(generate.batch(law, sheets, products=names)))
    for within in (None, "set", "sector"):
        fast = ocop.rank(batches, within=within, fast=True)
        slow = ocop.rank(batches, within=within)
        assert fast.columns() == slow.columns()
        assert fast.top(4).columns() == slow.top(4).columns()


@pytest.mark.parametrize("name", ["star", "total", "parts"])
def test_points_beyond_the_law_rank_the_same(name: str, generate: Any) -> None:
    """Scores changed by hand, to more than the set gives, are ranked as numpy alone ranks them."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    scores = ocop.score(generate.batch(tea, generate.sheets(tea, 40, seed=8)))
    more = np.array(getattr(scores, name))
    more[7] = 120
    changed = attrs.evolve(scores, **{name: more})
    order = ["star", "total", "A"]
    ranking = ocop.rank(changed, order=order, fast=True)
    assert ranking.ranks.tolist() == ocop.rank(changed, order=order).ranks.tolist()
    assert getattr(changed, name).flags.writeable


def test_without_numba_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, fresh: ocop.CriteriaSet
) -> None:
    """Where numba is missing, asking for compiled loops says which extra to install."""
    sheets = ocop.Sheets.of([ocop.Sheet(criteria_set=fresh, answers={"1.1": 1})])
    scores = ocop.score(sheets)
    one, five = ([level] * 4 for level in (0, 5))
    points = ocop.Variants.of([fresh]).points.repeat(2, axis=0)
    variants = ocop.Variants(criteria_set=fresh, points=points, thresholds=[one, five])
    for module in (_compiled, _compiled_sweep):
        monkeypatch.delitem(sys.modules, module.__name__)
    monkeypatch.setitem(sys.modules, "numba", None)
    _program.program_of.cache_clear()
    for work in (
        lambda: ocop.score(sheets, fast=True),
        lambda: ocop.rank(scores, fast=True),
        lambda: ocop.score_variants(sheets, variants, fast=True),
    ):
        with pytest.raises(ocop.MissingExtraError, match="need the extra 'fast'") as error:
            work()
        assert 'pip install "ocop[fast]"' in str(error.value)


def test_code_that_cannot_be_kept_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a folder to keep compiled code in, it is compiled in every process."""

    def no_cache(_: object) -> None:
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(_compiled, "Cache", no_cache)
    assert _compiled.compile_loop(lambda number: number + 1)(1) == 2
