"""What all results have in common: they compare, survive pickling, and give columns alike."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import numpy as np
import pytest

import ocop

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
LEVERS = ocop.Levers(LAW, [ocop.Lever.of_threshold(4, [70, 71, 72])])
CHANCE = {"up": 0.1}


@cache
def sheets(seed: int, products: int = 8) -> ocop.Sheets:
    shares = {4: 0.3, 3: 0.7}
    made = ocop.synthesize(TEA, products=products, shares=shares, rng=seed, nearest=True)
    return made.sheets[0]


def old(seed: int) -> ocop.Sheets:
    set_148 = ocop.criteria_set("qd-148-2023", "tea")
    best = {item.code: len(item.criterion.options) - seed for item in set_148.items}
    return ocop.Sheets.of([ocop.Sheet(criteria_set=set_148, product="a", answers=best)])


def outcome(seed: int) -> Any:
    return ocop.star_outcome(sheets(seed, 200), LEVERS, star=4)


def variants(seed: int) -> ocop.Variants:
    return ocop.Draws(scenarios=3, points=1, rng=seed).variants(TEA)


def ranges(seed: int) -> ocop.RankRanges:
    found = ocop.sweep(sheets(seed), LEVERS.every(), ranks=True).ranks
    assert found is not None
    return found


NAMED: tuple[Any, Any] = (LEVERS.names, LEVERS.sizes)
MAKERS: dict[str, Callable[[int], Any]] = {
    "Margins": lambda n: ocop.margin(sheets(n)),
    "NoiseSimulation": lambda n: ocop.simulate_noise(sheets(0), draws=9, rng=n, **CHANCE),
    "PawnIndices": lambda n: ocop.pawn(outcome(0), *NAMED, samples=64, rng=n),
    "Population": lambda n: ocop.synthesize(TEA, products=3, rng=n),
    "RankComparison": lambda n: ocop.compare_ranks([1, 2], [1, 1 + n]),
    "RankRanges": ranges,
    "Ranking": lambda n: ocop.rank(ocop.score(sheets(0)), ties="dense" if n else "min"),
    "Scores": lambda n: ocop.score(sheets(n)),
    "Sheets": sheets,
    "SobolIndices": lambda n: ocop.sobol(outcome(n), *NAMED, samples=None),
    "Spending": lambda n: ocop.spend(sheets(0), 4, 5 + n),
    "StarProbabilities": lambda n: ocop.star_probabilities(sheets(n), **CHANCE),
    "Sweep": lambda n: ocop.sweep(sheets(n), LEVERS.every()),
    "Tornado": lambda n: ocop.tornado(outcome(n), *NAMED),
    "Transition": lambda n: ocop.transition(ocop.score(old(0)), ocop.score(old(n))),
    "TransitionBounds": lambda n: ocop.transition_bounds(ocop.translate(old(n), LAW)),
    "Translation": lambda n: ocop.translate(old(n), LAW),
    "Upgrades": lambda n: ocop.upgrade(sheets(0), 4 + n),
    "VariantScores": lambda n: ocop.score_variants(sheets(0), variants(n)),
    "Variants": variants,
}

# Requests, which hold functions, and the scorer of batches: nobody asks whether two are the same.
NOT_COMPARED = {"BatchScorer", "Choices", "Levers", "ScenarioSearch"}


def test_every_result_with_arrays_can_be_compared() -> None:
    """A class without ``==`` of its own has `equals`, and is tried here."""
    without = {
        name
        for name in ocop.__all__
        if attrs.has(kind := getattr(ocop, name)) and kind.__eq__ is object.__eq__
    }
    assert without == {*MAKERS} | NOT_COMPARED


@pytest.mark.parametrize("name", MAKERS)
def test_equals(name: str) -> None:
    """The same question gives an equal result, also after pickling; another one does not."""
    first, again, other = (MAKERS[name](n) for n in (0, 0, 1))
    assert type(first).__name__ == name
    assert first.equals(first)
    assert first.equals(again)
    assert first.equals(pickle.loads(pickle.dumps(first)))
    assert not first.equals(other)
    assert not other.equals(first)
    assert not first.equals(name)


@pytest.mark.parametrize("name", MAKERS)
def test_another_version_is_as_equal(name: str) -> None:
    """Who computed the same is told by `version`, and is no part of what was computed."""
    first = MAKERS[name](0)
    if hasattr(first, "version"):
        assert first.equals(attrs.evolve(first, version="0.0.0"))


def test_every_field_of_sheets_counts() -> None:
    """Sheets that differ in anything a sheet holds are not equal."""
    whole = attrs.evolve(
        sheets(0), columns={"commune": ("x",) * 8}, assessors=("y",) * 8, rows=range(8)
    )
    assert whole.equals(attrs.evolve(whole, columns={"commune": ("x",) * 8}))
    answers = whole.answers.copy()
    answers[0, 0] = 255
    for change in (
        {"answers": answers},
        {"products": [*"abcdefgh"]},
        {"findings": None if whole.findings is not None else [0] * 8},
        {"columns": {"commune": (*("x",) * 7, "z")}},
        {"columns": {}},
        {"assessors": None},
        {"rows": np.arange(1, 9)},
    ):
        changed = attrs.evolve(whole, **change)
        assert not whole.equals(changed), change
        assert not changed.equals(whole), change


def test_rankings_within_groups_are_not_those_over_all() -> None:
    """Groups count, even where every rank is the same."""
    scores = ocop.score(sheets(0))
    whole, one_group = ocop.rank(scores), ocop.rank(scores, within="set")
    assert np.array_equal(whole.ranks, one_group.ranks)
    assert not whole.equals(one_group)
    assert not whole.equals(whole.top(3))


@pytest.mark.parametrize("name", [n for n in MAKERS if hasattr(getattr(ocop, n), "columns")])
def test_columns_without_arguments_are_the_whole_result(name: str) -> None:
    """`columns()` gives lists of one length under texts, starting with the product."""
    if name in ("Sheets", "Sweep"):
        return  # a field of the first; the old name of `pieces` in the second
    columns = MAKERS[name](0).columns()
    assert "product" in list(columns)[:2]
    assert len({len(values) for values in columns.values()}) == 1
    assert all(type(values) is list for values in columns.values())


def test_where_sheets_came_from_is_no_part_of_them() -> None:
    """Sheets of a frame equal the same ones of a file."""
    pandas = pytest.importorskip("pandas")
    codes = {code: [1, 2] for code in TEA.codes}
    framed = ocop.Sheets.from_frame(pandas.DataFrame({"product": ["a", "b"], **codes}), TEA)
    assert framed.origin is not None
    assert framed.equals(attrs.evolve(framed, origin=None))
