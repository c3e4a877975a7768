"""PAWN: exact distances by full enumeration, dummies, no variation, broken input."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

import ocop


def plain_distances(choices: Any, outcomes: Any, lever: int) -> list[Fraction]:
    """Return each level's largest difference of distribution functions, counted one by one."""

    def share(values: list[Any], least: Any) -> Fraction:
        return Fraction(sum(value <= least for value in values), len(values))

    whole = list(outcomes)
    found = []
    for level in sorted({row[lever] for row in choices}):
        own = [v for row, v in zip(choices, outcomes, strict=True) if row[lever] == level]
        found.append(max(abs(share(own, value) - share(whole, value)) for value in whole))
    return found


@given(data=st.data())
def test_distances_by_definition(data: st.DataObject) -> None:
    """For any samples distances are those counted one by one, and those of scipy; in any order."""
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    row = st.tuples(*(st.integers(0, size - 1) for size in sizes))
    pairs = data.draw(st.lists(st.tuples(row, st.integers(-3, 3)), min_size=1, max_size=30))
    names = [f"lever {n}" for n in range(len(sizes))]

    def measured(pairs: Any) -> ocop.PawnIndices:
        choices, outcomes = zip(*pairs, strict=True)
        return ocop.pawn_from_samples(choices, outcomes, names, sizes, dummies=20, rng=1)

    found = measured(pairs)
    choices, outcomes = zip(*pairs, strict=True)
    for n in range(len(sizes)):
        exact = plain_distances(choices, outcomes, n)
        np.testing.assert_allclose(found.distances[n], list(map(float, exact)), atol=1e-12)
        levels = found.levels[n].tolist()
        assert levels == sorted({row[n] for row in choices})
        assert found.counts[n].tolist() == [[row[n] for row in choices].count(x) for x in levels]
        for level, distance in zip(levels, found.distances[n], strict=True):
            own = [v for row, v in pairs if row[n] == level]
            assert ks_2samp(own, outcomes).statistic == pytest.approx(distance, abs=1e-12)
        values = found.distances[n]
        assert found.indices[n].tolist() == [np.median(values), np.mean(values), np.max(values)]
    again = measured(data.draw(st.permutations(pairs)))
    assert again.rows() == found.rows()
    assert again.level_rows() == found.level_rows()


def test_all_combinations_have_known_indices() -> None:
    """Of x + 3 y each level of y moves a third of the outcomes aside, those of x less."""
    rows = list(itertools.product(range(3), repeat=2))
    found = ocop.pawn_from_samples(
        rows, [x + 3 * y for x, y in rows], ["x", "y"], [3, 3],
        labels=[list("abc"), list("def")], rng=0,
    )  # fmt: skip
    thirds = np.array([2, 1, 2]) / 3
    np.testing.assert_allclose(found.distances[1], thirds)
    np.testing.assert_allclose(found.distances[0], np.array([2, 1, 2]) / 9)
    np.testing.assert_allclose(found.indices[1], [2 / 3, 5 / 9, 2 / 3])
    assert [(row["lever"], row["level"], row["samples"]) for row in found.level_rows()] == [
        ("x", "a", 3), ("x", "b", 3), ("x", "c", 3), ("y", "d", 3), ("y", "e", 3), ("y", "f", 3),
    ]  # fmt: skip


def test_samples_come_near_all_combinations() -> None:
    """Drawn samples give the indices of all combinations nearly, and leave the dummy lever out."""
    sizes, names = [4, 3, 2, 5], ["points", "floor", "mark", "scale"]
    seen: list[Any] = []

    def outcome(choices: Any) -> Any:
        return (choices[:, 0] * choices[:, 1] > 2) * 2 + choices[:, 2] * 0.25

    def evaluate(choices: Any) -> Any:
        seen.extend(map(tuple, choices.tolist()))
        return outcome(choices)

    rows = np.array(list(itertools.product(*map(range, sizes))))
    exact = ocop.pawn_from_samples(rows, outcome(rows), names, sizes, rng=0)
    found = ocop.pawn(evaluate, names, sizes, samples=6000, confidence=0.99, rng=1)
    assert sorted(seen) == list(map(tuple, rows.tolist()))
    np.testing.assert_allclose(found.indices, exact.indices, atol=0.05)
    assert not exact.indices[3].any()
    assert found.above_dummy.tolist() == [True, True, True, False]
    for count, size in zip(found.counts, sizes, strict=True):
        assert abs(count - 6000 / size).max() <= 1


def test_a_lever_without_influence_is_seldom_above_its_dummies() -> None:
    """Its share of seeds is about what the confidence leaves over."""
    above = [
        ocop.pawn(
            lambda choices: choices[:, 0], ["a", "none"], [6, 4], samples=200, dummies=60, rng=seed
        ).above_dummy.tolist()
        for seed in range(100)
    ]
    with_effect, without = np.mean(above, axis=0)
    assert with_effect == 1
    assert 0 < without < 0.15


def test_levels_occur_by_their_chances() -> None:
    """A level of chance 0 is in no sample and has no distance."""
    found = ocop.pawn(
        lambda choices: choices[:, 0], ["a", "b"], [3, 2],
        chances={"a": [0.25, 0, 0.75]}, samples=400, rng=0,
    )  # fmt: skip
    assert found.levels[0].tolist() == [0, 2]
    assert found.counts[0].tolist() == [100, 300]
    np.testing.assert_allclose(found.distances[0], [0.75, 0.25])


def test_no_variation_is_named() -> None:
    """A constant outcome has distances of 0 and a status that says why."""
    found = ocop.pawn(lambda choices: np.zeros(len(choices)), ["a", "b"], [3, 1], rng=0)
    assert found.status == "no-variation"
    assert not found.indices.any()
    assert not found.dummy.any()
    assert not found.above_dummy.any()
    assert str(found) == (
        "4,096 samples, 200 dummies a lever, seed 0\n"
        "no variation: every outcome is the same, so no lever moves it\n"
    )


def test_the_seed_makes_the_result() -> None:
    """Seed 0 is a seed; a generator gives one."""

    def run(rng: Any) -> ocop.PawnIndices:
        return ocop.pawn(
            lambda choices: choices.sum(axis=1), ["a", "b"], [3, 4], samples=50, dummies=20, rng=rng
        )

    first = run(0)
    assert first.seed == 0
    assert run(0).rows() == first.rows()
    assert run(1).rows() != first.rows()
    drawn = run(np.random.default_rng(5))
    assert run(drawn.seed).rows() == drawn.rows()
    assert run(None).seed != run(None).seed


def test_the_result_as_rows_and_text() -> None:
    """Rows stand by median and then mean; the table has 80 columns at most; arrays are sealed."""
    found = ocop.pawn(
        lambda choices: choices[:, 1] + 0.1 * choices[:, 0], ["b", "a" * 90, "none"], [2, 2, 2],
        samples=1000, rng=0,
    )  # fmt: skip
    rows = found.rows()
    assert [row["lever"][0] for row in rows] == ["a", "b", "n"]
    assert rows[0] == {
        "lever": "a" * 90,
        **dict(zip(["median", "mean", "maximum"], found.indices[1].tolist(), strict=True)),
        **dict(zip(["dummy_median", "dummy_mean", "dummy_maximum"], found.dummy[1].tolist(),
                   strict=True)),
        "above_dummy": True,
    }  # fmt: skip
    lines = str(found).splitlines()
    assert lines[1].endswith("  median   mean  maximum  dummy maximum  above")
    assert lines[2].endswith("  yes")
    assert max(map(len, lines)) == 80
    assert repr(found) == "<PawnIndices: 3 levers, 1000 samples, computed, seed 0>"
    assert found.version == ocop.__version__
    arrays = (*found.levels, *found.counts, *found.distances, found.indices, found.dummy)
    assert not any(array.flags.writeable for array in arrays)


def problems(function: Any, *args: Any, **more: Any) -> list[str]:
    """Return the problems of a call."""
    with pytest.raises(ocop.InputError) as error:
        function(*args, **more)
    return list(map(str, error.value.problems))


def test_every_problem_is_told_at_once() -> None:
    """Levers, chances, samples, dummies and seed are all looked at."""
    assert problems(
        ocop.pawn, None, ["a"], [2], samples=0, chances={"a": [0.5]}, labels=[["x"]],
        confidence=0, dummies=19, rng="x",
    ) == [
        "evaluate: found None, allowed is a function of choices [wrong-type]",
        "labels: a: found 1 labels, allowed are 2, one for each level [wrong-length]",
        "chances: a: found 1, allowed are 2 chances, one for each level [wrong-length]",
        "samples: found 0, allowed are from 1 on [out-of-range]",
        "confidence: found 0, allowed are numbers above 0 and below 1 [out-of-range]",
        "dummies: found 19, allowed are from 20 on [out-of-range]",
        "rng: found 'x', allowed are a generator, a whole number or None [wrong-type]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "outcomes", "expected"),
    [
        ([0, 1], [1, 2], ["choices: found 2, allowed are rows of 2 levels, one per lever "
                          "[wrong-shape]"]),
        ([[0], [1]], [1, 2], ["choices: found 2 x 1, allowed are rows of 2 levels, one per lever "
                              "[wrong-shape]"]),
        ([], [], ["choices: found 0, allowed are rows of 2 levels, one per lever [wrong-shape]"]),
        ([[0, 1], [1]], ["x"], ["choices: found rows of different lengths, allowed are rows of 2 "
                                "levels, one per lever [wrong-shape]",
                                "outcomes: found dtype <U1, allowed are numbers [not-a-number]"]),
        ([[0, 0.5]], [1], ["choices: found dtype float64, allowed are whole numbers "
                           "[wrong-dtype]"]),
        ([[0, 3], [2, 0], [1, -1]], [1, 2, np.nan], [
            "choices: a: found 2 in row 1, allowed are 0 to 1 [out-of-range]",
            "choices: b: found 3 in row 0, allowed are 0 to 2 [out-of-range]",
            "outcomes: found nan in row 2, allowed are finite numbers [not-a-number]"]),
        ([[0, 1], [1, 1]], [1], ["outcomes: found 1, allowed are 2, one for each row "
                                 "[wrong-shape]"]),
    ],
)  # fmt: skip
def test_broken_samples(choices: Any, outcomes: Any, expected: list[str]) -> None:
    """Each says where, what was found and what is allowed."""
    found = problems(ocop.pawn_from_samples, choices, outcomes, ["a", "b"], [2, 3], rng=0)
    assert found == expected
