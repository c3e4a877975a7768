"""Outcomes of levers: counts are those of scoring under each reform."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import ocop

LAW = "qd-26-2026"


@pytest.fixture(scope="module")
def made() -> ocop.Population:
    """Return made-up products of three sets."""
    return ocop.synthesize(LAW, products={"tea": 40, 1: 30, 16: 20}, rng=8)


@pytest.fixture(scope="module")
def levers() -> ocop.Levers:
    """Return levers on one set, on all sets, and on marks."""
    return ocop.Levers(
        LAW,
        [
            ocop.Lever.of_scale([20, 35, 60], part="C", sets="tea"),
            ocop.Lever.of_threshold(4, [65, 70, 75]),
            ocop.Lever.of_threshold(5, [85, 90]),
            ocop.Lever.floors_off(LAW, sets=1),
        ],
    )


@pytest.mark.parametrize("star", [1, 3, 4, 5])
def test_counts_are_those_of_scoring_under_each_reform(made: Any, levers: Any, star: int) -> None:
    """Every choice gives what `apply_reform` and `score` give; shares are of all products."""
    rows = np.array([[1, 1, 1, 0], [0, 0, 0, 1], [2, 2, 1, 1], [1, 0, 1, 0], [0, 0, 0, 1]])
    counts = []
    for row in rows:
        law = ocop.apply_reform(levers.reform(row), LAW).decision
        counts.append(0)
        for batch in made.sheets:
            sheets = ocop.Sheets(
                criteria_set=law.sets[batch.criteria_set.number],
                products=batch.products,
                answers=batch.answers,
                findings=batch.findings,
            )
            counts[-1] += int((ocop.score(sheets).star >= star).sum())
    assert counts[0] == sum(made.star_counts[s] for s in range(star, 6))
    outcome = ocop.star_outcome(made, levers, star=star)
    found = np.asarray(outcome(rows))
    assert found.tolist() == counts
    assert found.dtype == np.float64
    share = ocop.star_outcome(made.sheets[::-1], levers, star=star, share=True)
    assert np.asarray(share(rows)).tolist() == [count / 90 for count in counts]
    fast = ocop.star_outcome(made, levers, star=star, fast=True)
    assert np.asarray(fast(rows)).tolist() == counts


def test_what_a_sweep_takes_goes_to_it(made: Any, levers: Any) -> None:
    """Sheets of an iterator are read once; progress is told; an executor changes nothing."""
    seen: list[Any] = []
    outcome = ocop.star_outcome(
        iter(made.sheets), levers, threads=1, progress=lambda *done: seen.append(done)
    )
    every = levers.every().array()
    found = np.asarray(outcome(every))
    assert seen[-1] == (36, 36)
    assert np.array_equal(outcome(every), found)
    with ThreadPoolExecutor(2) as executor:
        spread = ocop.star_outcome(made, levers, executor=executor)
        assert np.array_equal(spread(every), found)


def test_it_works_with_every_method(made: Any, levers: Any) -> None:
    """A tornado from the law, indices and distances of the same outcome name the same levers."""
    outcome = ocop.star_outcome(made, levers)
    about = (levers.names, levers.sizes)
    swings = ocop.tornado(outcome, *about, labels=levers.labels, base=levers.base)
    assert swings.base_outcome == sum(made.star_counts[star] for star in (4, 5))
    exact = ocop.sobol(outcome, *about, samples=None)
    estimated = ocop.sobol(outcome, *about, samples=1 << 12, resamples=100, rng=0)
    np.testing.assert_allclose(estimated.total, exact.total, atol=0.03)
    every = levers.every().array()
    pawn = ocop.pawn_from_samples(every, outcome(every), *about, rng=0)
    assert exact.total is not None
    still = {n for n, own in zip(levers.names, exact.total, strict=True) if own < 1e-12}
    # A lever that matters nowhere does not matter from the law either; the reverse may not hold.
    assert still == {"5 stars from"}
    assert still < set(swings.without_effect)
    assert [bool(own.any()) for own in pawn.distances] == [True, True, False, True]


def test_broken_input(made: Any, levers: Any) -> None:
    """Stars, sheets and choices are checked."""
    other = ocop.synthesize("qd-148-2023", products={"tea": 2}, rng=1)

    def problems(call: Any, *args: Any, **more: Any) -> list[str]:
        with pytest.raises(ocop.InputError) as error:
            call(*args, **more)
        return [problem.code for problem in error.value.problems]

    assert problems(ocop.star_outcome, made, levers, star=6) == ["out-of-range"]
    assert problems(ocop.star_outcome, made, levers, star="4") == ["not-a-whole-number"]
    row = [[1, 1, 1, 0]]
    assert problems(ocop.star_outcome([], levers), row) == ["no-sheets"]
    assert problems(ocop.star_outcome(other, levers), row) == ["other-law"]
    assert problems(ocop.star_outcome(made, levers), [[3, 0, 0, 0]]) == ["out-of-range"]


def test_levers_bring_their_names_sizes_labels_and_base() -> None:
    """Passing them gives what passing each of these gives; sizes of their own are refused."""
    made = ocop.synthesize("qd-26-2026", products=60, rng=1)
    levers = ocop.Levers(
        "qd-26-2026",
        [ocop.Lever.of_threshold(4, [68, 70, 75]), ocop.Lever.of_threshold(3, [45, 50])],
    )
    outcome = ocop.star_outcome(made, levers)
    names, sizes, labels = levers.names, levers.sizes, levers.labels
    swings = ocop.tornado(outcome, levers)
    assert swings.equals(ocop.tornado(outcome, names, sizes, labels=labels, base=levers.base))
    assert swings.base.tolist() == [1, 1]
    assert ocop.tornado(outcome, levers, base=[0, 0]).base.tolist() == [0, 0]
    named = ocop.tornado(outcome, levers, labels=[[*"abc"], [*"de"]])
    assert named.labels == (("a", "b", "c"), ("d", "e"))
    exact = ocop.sobol(outcome, levers, samples=None)
    assert exact.equals(ocop.sobol(outcome, names, sizes, samples=None))
    drawn = ocop.pawn(outcome, levers, samples=64, rng=0)
    assert drawn.equals(ocop.pawn(outcome, names, sizes, labels=labels, samples=64, rng=0))
    rows = levers.every().array()
    seen = ocop.pawn_from_samples(rows, outcome(rows.astype("int64")), levers, rng=0)
    assert seen.labels == labels
    with pytest.raises(ocop.InputError) as caught:
        ocop.tornado(outcome, levers, sizes)
    assert list(map(str, caught.value.problems)) == [
        "sizes: found (3, 2) beside Levers, which have their own sizes [wrong-type]"
    ]


def test_a_lever_that_cannot_be_left_alone_has_no_base() -> None:
    """Without a level that leaves the law as it is, a tornado asks for its base."""
    levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(4, [68, 75])])
    with pytest.raises(ocop.InputError) as caught:
        ocop.tornado(lambda rows: rows[:, 0], levers)
    assert list(map(str, caught.value.problems)) == [
        "base: 4 stars from: found None, allowed are whole numbers 0 to 1 [not-a-whole-number]"
    ]
