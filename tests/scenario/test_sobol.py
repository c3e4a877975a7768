"""Sobol indices: exact ones by full enumeration, intervals, no variation, broken input."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.scenario._lever_space import LeverSpace

Outcome = Callable[[Any], Any]


def exact(
    outcome: Outcome, sizes: Sequence[int], chances: Sequence[Sequence[float]] | None = None
) -> tuple[list[float], list[float]]:
    """Return the true first and total indices: variances of conditional means, all choices."""
    shares = chances or [[Fraction(1, size)] * size for size in sizes]
    rows = list(itertools.product(*map(range, sizes)))
    values = dict(zip(rows, map(Fraction, outcome(np.array(rows)).tolist()), strict=True))

    def variance_of_means(kept: Sequence[int]) -> Fraction:
        """Return the variance of the mean outcome by the levels of the kept levers."""
        sums: dict[tuple[int, ...], Fraction] = {}
        weights: dict[tuple[int, ...], Fraction] = {}
        for row, value in values.items():
            weight = math.prod(Fraction(shares[n][level]) for n, level in enumerate(row))
            key = tuple(row[n] for n in kept)
            sums[key] = sums.get(key, Fraction(0)) + weight * value
            weights[key] = weights.get(key, Fraction(0)) + weight
        whole = sum(sums.values())
        return sum((sums[k] ** 2 / w for k, w in weights.items() if w), Fraction(0)) - whole**2

    every = range(len(sizes))
    variance = variance_of_means(every)
    return (
        [float(variance_of_means([n]) / variance) for n in every],
        [float(1 - variance_of_means([m for m in every if m != n]) / variance) for n in every],
    )


def additive(choices: Any) -> Any:
    return 3 * choices[:, 0] + choices[:, 1] - 2 * choices[:, 2]


def product(choices: Any) -> Any:
    return (choices[:, 0] - 1) * (choices[:, 1] + 0.5) * (choices[:, 2] + 1)


def g_function(choices: Any) -> Any:
    """Return Sobol's g-function over levels in the middle of equal parts of 0 to 1."""
    values = (choices + 0.5) / 8
    return np.prod([(abs(4 * values[:, n] - 2) + a) / (1 + a) for n, a in G.items()], axis=0)


def ishigami(choices: Any) -> Any:
    x, y, z = (np.pi * (2 * (choices[:, n] + 0.5) / 8 - 1) for n in range(3))
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


G = {0: 0, 1: 1, 2: 4.5, 3: 9}
PROBLEMS: list[tuple[Outcome, list[int]]] = [
    (additive, [4, 3, 5, 2]),
    (product, [3, 4, 2]),
    (g_function, [8, 8, 8, 8]),
    (ishigami, [8, 8, 8]),
    (lambda choices: (choices.sum(axis=1) >= 5).astype(int), [4, 3, 2]),
]


@pytest.mark.parametrize(("outcome", "sizes"), PROBLEMS)
def test_known_indices_lie_in_the_intervals(outcome: Outcome, sizes: list[int]) -> None:
    """For 12 seeds the intervals cover the exact indices as often as they say, or more."""
    first, total = exact(outcome, sizes)
    covered = []
    for seed in range(12):
        found = ocop.sobol(
            outcome, list("abcd")[: len(sizes)], sizes, samples=512, resamples=200, rng=seed
        )
        for interval, index in ((found.first_interval, first), (found.total_interval, total)):
            assert interval is not None
            slack = 1e-12
            covered += ((interval[:, 0] <= np.array(index) + slack)
                        & (np.array(index) - slack <= interval[:, 1])).tolist()  # fmt: skip
    assert np.mean(covered) >= 0.9


@pytest.mark.parametrize(("outcome", "sizes"), PROBLEMS)
def test_many_samples_come_near_the_known_indices(outcome: Outcome, sizes: list[int]) -> None:
    """With 16,384 samples nothing is further off than 0.02, and each choice is evaluated once."""
    first, total = exact(outcome, sizes)
    seen: list[tuple[int, ...]] = []

    def evaluate(choices: Any) -> Any:
        seen.extend(map(tuple, choices.tolist()))
        return outcome(choices)

    names = list("abcd")[: len(sizes)]
    found = ocop.sobol(evaluate, names, sizes, samples=1 << 14, resamples=100, rng=0)
    np.testing.assert_allclose(found.first, first, atol=0.02)
    np.testing.assert_allclose(found.total, total, atol=0.02)
    assert len(seen) == len(set(seen)) == found.evaluations == math.prod(sizes)


def test_levels_occur_by_their_chances() -> None:
    """Indices, mean and variance are those of the stated chances; a chance of 0 never occurs."""
    chances = {"a": [0.5, 0.5, 0], "c": [0.125, 0, 0.125, 0.25, 0.5]}
    full = [[0.5, 0.5, 0], [0.25] * 4, chances["c"]]
    seen = set()

    def outcome(choices: Any) -> Any:
        return choices[:, 0] * choices[:, 2] + choices[:, 1] ** 2

    def evaluate(choices: Any) -> Any:
        seen.update(map(tuple, choices.tolist()))
        return outcome(choices)

    found = ocop.sobol(evaluate, list("abc"), [3, 4, 5], chances=chances, samples=1 << 13, rng=0)
    assert seen == set(itertools.product([0, 1], range(4), [0, 2, 3, 4]))
    first, total = exact(outcome, [3, 4, 5], full)
    np.testing.assert_allclose(found.first, first, atol=0.02)
    np.testing.assert_allclose(found.total, total, atol=0.02)
    rows = list(itertools.product(range(3), range(4), range(5)))
    weights = [math.prod(full[n][level] for n, level in enumerate(row)) for row in rows]
    values = outcome(np.array(rows))
    mean = np.average(values, weights=weights)
    assert found.mean == pytest.approx(mean, rel=0.02)
    assert found.variance == pytest.approx(
        np.average((values - mean) ** 2, weights=weights), rel=0.05
    )


@pytest.mark.parametrize(("outcome", "sizes"), PROBLEMS)
def test_all_combinations_give_exact_indices(outcome: Outcome, sizes: list[int]) -> None:
    """Without samples the indices are exact, whatever the chances, and scipy is not needed."""
    names = list("abcd")[: len(sizes)]
    uneven = [[(n + 1) / sum(range(1, size + 1)) for n in range(size)] for size in sizes]
    uneven[0] = [0, *[1 / (sizes[0] - 1)] * (sizes[0] - 1)]
    for chances in (None, uneven):
        first, total = exact(outcome, sizes, chances)
        stated = None if chances is None else dict(zip(names, chances, strict=True))
        found = ocop.sobol(outcome, names, sizes, samples=None, chances=stated)
        np.testing.assert_allclose(found.first, first, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found.total, total, rtol=0, atol=1e-12)
        left_out = 0 if chances is None else math.prod(sizes) // sizes[0]
        assert found.evaluations == math.prod(sizes) - left_out
        assert found.first_interval is found.samples is found.seed is found.confidence is None
        assert ", exact\n" in str(found)
        assert repr(found).endswith(" evaluations, computed, exact>")


def test_an_exact_index_of_nothing_is_zero() -> None:
    """Rounding leaves no crumbs: a lever without effect, and one that acts with others only."""
    values = np.random.default_rng(3).integers(100, 200, size=(7, 1, 3)).astype(np.float64)
    even = ocop.sobol(
        lambda c: values[c[:, 0], 0, c[:, 2]], ["a", "b", "c"], [7, 5, 3], samples=None
    )
    assert (even.first[1], even.total[1]) == (0, 0)
    crossed = ocop.sobol(
        lambda c: 0.1 + 0.3 * (c[:, 0] == c[:, 1]), ["a", "b"], [6, 6], samples=None
    )
    assert crossed.first.tolist() == [0, 0]
    assert crossed.total.round(9).tolist() == [1, 1]


def test_combinations_without_variation_and_too_many() -> None:
    """Exact indices of a constant outcome do not exist; a million combinations are the most."""
    found = ocop.sobol(lambda choices: choices[:, 0] * 0 + 2, ["a"], [3], samples=None)
    assert (found.status, found.first, found.mean, found.variance) == ("no-variation", None, 2, 0)
    only = ocop.sobol(
        lambda choices: choices[:, 0], ["a"], [3], samples=None, chances={"a": [0, 1, 0]}
    )
    assert (only.status, only.mean) == ("no-variation", 1)
    names = [f"lever {n}" for n in range(21)]
    assert problems(additive, names, [2] * 21, samples=None) == [
        "samples: found 2,097,152 combinations of levels, allowed are 1,048,576 or fewer; "
        "give a number of samples [too-many-scenarios]"
    ]


def test_one_lever_explains_everything() -> None:
    """A single lever has both indices near 1, a lever of one level exactly 0."""
    alone = ocop.sobol(lambda choices: choices[:, 0] ** 2, ["a"], [5], rng=0)
    assert alone.first is not None
    assert alone.first.shape == (1,)
    np.testing.assert_allclose([alone.first, alone.total], 1, atol=0.02)
    beside = ocop.sobol(lambda choices: choices[:, 1], ["fixed", "a", "b"], [1, 5, 3], rng=0)
    for values in (beside.first, beside.total, beside.first_interval, beside.total_interval):
        assert values is not None
        assert not values[[0, 2]].any()


@pytest.mark.parametrize("sizes", [[3, 2], [1, 1]])
def test_no_variation_is_named(sizes: list[int]) -> None:
    """A constant outcome has no indices, and no NaN anywhere."""
    found = ocop.sobol(lambda choices: np.full(len(choices), 7), ["a", "b"], sizes, rng=0)
    assert found.status == "no-variation"
    assert found.first is found.total is found.first_interval is found.total_interval is None
    assert (found.mean, found.variance) == (7, 0)
    assert found.rows()[0] == {
        "lever": "a", "first": None, "first_low": None, "first_high": None,
        "total": None, "total_low": None, "total_high": None,
    }  # fmt: skip
    assert str(found) == (
        "mean 7, variance 0, seed 0\n"
        "no variation: every outcome is the same, so there is nothing to share out\n"
    )


def test_an_outcome_that_varies_too_rarely_is_named() -> None:
    """Where it differs only beside the points of the variance, no index is made up."""
    names, sizes = ["a", "b", "c"], [4, 4, 4]
    points: list[list[int]] = []

    def first(choices: Any) -> Any:
        points.extend(choices.tolist())
        return choices[:, 0]

    ocop.sobol(first, names, sizes, samples=2, rng=3)
    statuses = set()
    for row in points:
        found = ocop.sobol(
            lambda choices, row=row: (choices == row).all(axis=1), names, sizes, samples=2, rng=3
        )
        statuses.add(found.status)
        assert (found.first is None) == (found.status != "computed")
        assert ("too few samples" in str(found)) == (found.status == "too-few-samples")
    assert statuses == {"computed", "too-few-samples"}


def test_rare_variation_gives_intervals_without_nan() -> None:
    """Draws in which nothing varies are left out of the intervals."""
    found = ocop.sobol(
        lambda choices: (choices == 0).all(axis=1), ["a", "b"], [8, 8], samples=32, rng=1
    )
    assert found.status == "computed"
    for values in (found.first_interval, found.total_interval):
        assert np.isfinite(values).all()
    # Of four samples many draws are all alike; they would say that the only lever has no effect.
    for seed in range(6):
        alone = ocop.sobol(lambda choices: choices[:, 0] == 0, ["a"], [6], samples=4, rng=seed)
        assert alone.total_interval is not None
        assert alone.total_interval[0, 0] > 1


def test_shares_find_their_levels() -> None:
    """A level begins where the chances before it end; levels without a chance are never found."""
    space = LeverSpace(
        names=("a", "b"),
        sizes=(4, 2),
        labels=(("0", "1", "2", "3"), ("0", "1")),
        chances=((0, 0.25, 0.75, 0), (1, 1)),
    )
    shares = np.array([[0, 0], [0.2, 0.49], [0.25, 0.5], [0.99, 0.51], [1, 1]])
    assert space.levels_at(shares).tolist() == [[1, 0], [1, 0], [2, 1], [2, 1], [2, 1]]


def test_the_seed_makes_the_result() -> None:
    """Seed 0 is a seed; a generator gives one; nothing else decides, nor how rows are evaluated."""

    def run(rng: Any, evaluate: Outcome = product) -> ocop.SobolIndices:
        return ocop.sobol(evaluate, list("abc"), [3, 4, 2], samples=64, resamples=100, rng=rng)

    def one_by_one(choices: Any) -> Any:
        order = np.random.default_rng(4).permutation(len(choices))
        values = np.empty(len(choices))
        for n in order:
            values[n] = product(choices[n : n + 1])[0]
        return values

    first = run(0)
    assert first.seed == 0
    state = np.random.get_state()[1].tolist()  # noqa: NPY002 - that nothing touches it
    for again in (run(0), run(np.int64(0)), run(0, one_by_one)):
        assert again.rows() == first.rows()
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002 - the old state must stay
    assert run(1).rows() != first.rows()
    drawn = run(np.random.default_rng(5))
    assert run(drawn.seed).rows() == drawn.rows()
    assert run(None).seed != run(None).seed


def test_the_result_as_rows_and_text() -> None:
    """Rows stand by total index; the table has 80 columns at most; arrays are read-only."""
    found = ocop.sobol(additive, ["a" * 90, "b", "c", "d"], [4, 3, 5, 2], rng=0)
    assert [row["lever"][0] for row in found.rows()] == list("acbd")
    row = found.rows()[1]
    assert found.total is not None
    assert found.total_interval is not None
    assert (row["total"], row["total_low"]) == (found.total[2], found.total_interval[2, 0])
    lines = str(found).splitlines()
    assert lines[0].endswith(", seed 0")
    assert lines[1].split() == ["lever", "first", "interval", "total", "interval"]
    assert max(map(len, lines)) == 80
    assert repr(found) == (
        "<SobolIndices: 4 levers, 120 evaluations, computed, 1024 samples, seed 0>"
    )
    assert found.version == ocop.__version__
    arrays = (found.first, found.total, found.first_interval, found.total_interval)
    assert not any(array is None or array.flags.writeable for array in arrays)


def problems(*args: Any, **more: Any) -> list[str]:
    """Return the problems of a call."""
    with pytest.raises(ocop.InputError) as error:
        ocop.sobol(*args, **more)
    return list(map(str, error.value.problems))


def test_every_problem_is_told_at_once() -> None:
    """Levers, chances, samples, intervals and seed are all looked at."""
    assert problems(
        additive, ["a", "bee"], [2],
        chances={"a": [0.5, 0.6], "be": [1]}, samples=1000, confidence=1, resamples=99, rng=-1,
    ) == [
        "sizes: found 1 sizes for 2 names, allowed are as many [wrong-length]",
        "chances: found 'be', allowed are the names of the levers [unknown-lever]",
        "chances: a: found chances that add up to 1.1, allowed is 1 [wrong-sum]",
        "samples: found 1000, allowed are powers of 2, such as 512 or 1024 [not-a-power-of-two]",
        "confidence: found 1, allowed are numbers above 0 and below 1 [out-of-range]",
        "resamples: found 99, allowed are from 100 on [out-of-range]",
        "rng: found -1, allowed are numbers from 0 on [out-of-range]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"samples": 1}, "samples: found 1, allowed are from 2 on [out-of-range]"),
        ({"samples": 64.0}, "samples: found 64.0, allowed are whole numbers from 2 on "
         "[not-a-whole-number]"),
        ({"confidence": "high"}, "confidence: found 'high', allowed are 0 to 1 [not-a-number]"),
        ({"confidence": float("nan")}, "confidence: found nan, allowed are numbers above 0 and "
         "below 1 [out-of-range]"),
        ({"chances": [0.5, 0.5]}, "chances: found [0.5, 0.5], allowed is a list of chances by "
         "lever [wrong-type]"),
        ({"chances": {"points": [1.0]}}, "chances: points: found 1, allowed are 2 chances, one for "
         "each level [wrong-length]"),
        ({"chances": {"points": 1}}, "chances: points: found one value, allowed are 2 chances, one "
         "for each level [wrong-length]"),
        ({"chances": {"points": [1.5, -0.5]}}, "chances: points: found 1.5, allowed are 0 to 1 "
         "[out-of-range]"),
        ({"chances": {"points": [float("nan"), 1]}}, "chances: points: found nan, allowed are 0 to "
         "1 [out-of-range]"),
        ({"chances": {"points": ["a", "b"]}}, "chances: points: found dtype <U1, allowed are "
         "numbers from 0 to 1 [not-a-number]"),
        ({"chances": {"point": [1]}}, "chances: found 'point', allowed are the names of the "
         "levers; did you mean 'points'? [unknown-lever]"),
        ({"rng": "one"}, "rng: found 'one', allowed are a generator, a whole number or None "
         "[wrong-type]"),
        ({"rng": True}, "rng: found True, allowed are a generator, a whole number or None "
         "[wrong-type]"),
    ],
)  # fmt: skip
def test_broken_settings(more: Any, expected: str) -> None:
    """Each says where, what was found and what is allowed."""
    assert problems(lambda choices: choices[:, 0], ["points"], [2], **more) == [expected]


def test_broken_outcomes() -> None:
    """Infinite outcomes are told, not made into indices."""
    found = problems(lambda choices: np.where(choices[:, 0], np.inf, 0), ["a"], [2], rng=0)
    assert found == [
        "outcomes: found inf in row 1, allowed are finite numbers [not-a-number]"
    ]  # fmt: skip


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without scipy the error says what to install."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(ocop.MissingExtraError) as error:
        ocop.sobol(additive, list("abc"), [2, 2, 2])
    assert str(error.value) == (
        "Sobol indices need the extra 'analysis'; pip install \"ocop[analysis]\" [missing-extra]"
    )
