"""Simulated noise: stars as the exact chances say, ranks as `rank` gives them, broken input."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

import ocop

DRAWS = 400


@pytest.mark.parametrize("name", ["qd-781-2020", "qd-148-2023", "qd-26-2026"])
def test_simulated_and_exact_chances_agree(name: str, generate: Any) -> None:
    """In sets of all decisions, findings and rules included, within 5 standard errors."""
    law = ocop.decision(name)
    offs: list[float] = []
    with_rules = 0
    for source in (
        list(law.sets.values())[::9] + [s for s in law.sets.values() if s.rules.needs][:1]
    ):
        batch = generate.batch(source, generate.sheets(source, 40, seed=3))
        noise = {source.codes[0]: moves_anywhere(source.items[0].criterion)}
        found = ocop.simulate_noise(batch, up=0.1, down=0.2, noise=noise, draws=DRAWS, rng=7)
        exact = ocop.star_probabilities(batch, up=0.1, down=0.2, noise=noise).probabilities
        assert not found.star_counts[exact == 0].any()
        assert (found.star_counts[exact == 1] == DRAWS).all()
        likely = (exact > 0.02) & (exact < 0.98)
        errors = np.sqrt(exact * (1 - exact) / DRAWS)[likely]
        off = (found.frequencies - exact)[likely] / errors
        offs += off.tolist()
        with_rules += bool(source.rules.needs or source.rules.knock_outs)
        if batch.findings is not None:
            assert (found.star_counts[batch.findings != 0, 0] == DRAWS).all()
    assert len(offs) > 200
    assert np.abs(offs).max() < 5
    assert 0.8 < np.mean(np.square(offs)) < 1.25
    assert with_rules or name == "qd-781-2020"


def moves_anywhere(criterion: ocop.Criterion) -> Any:
    """Return equal chances of any answer of the same case, none met included."""
    cases = [None, *(option.case for option in criterion.options)]
    rows = [[to == 0 or other == case for to, other in enumerate(cases)] for case in cases]
    return np.array(rows, dtype=float) / np.sum(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def batches() -> tuple[ocop.Sheets, ...]:
    """Return made-up products of two sets."""
    return ocop.synthesize("qd-26-2026", products={"tea": 30, 1: 20}, rng=4).sheets


def test_without_noise_ranks_are_those_of_the_sheets(batches: Any) -> None:
    """Every draw gives the stars and the ranks of `score` and `rank`."""
    found = ocop.simulate_noise(batches, up=0, down=0, draws=3, rng=0)
    scores = [ocop.score(batch) for batch in batches]
    stars = np.concatenate([own.star for own in scores])
    ranks = ocop.rank(scores).ranks
    assert (found.star_counts == 3 * (stars[:, None] == np.arange(6))).all()
    assert (found.ranks == ranks).all()
    assert (found.rank_intervals() == ranks[:, None]).all()
    assert (found.chance_of_top(5) == (ranks <= 5)).all()
    assert not found.standard_errors.any()


def test_each_draw_is_a_ranking() -> None:
    """Two products that differ in one doubtful answer: who is first is told by hand."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    best = {item.code: len(item.criterion.options) for item in tea.items}
    sheets = ocop.Sheets.of(
        [ocop.Sheet(criteria_set=tea, product=name, answers=best) for name in ("a", "b")]
    )
    found = ocop.simulate_noise(sheets, up=0, down={"4.1": 0.25}, draws=800, rng=2)
    assert found.ranks.min(axis=1).tolist() == [1] * 800
    # Both stay, both fall: level. Else the one that stays is first alone.
    chances = found.chance_of_top(1)
    np.testing.assert_allclose(chances, 1 - 0.25 * 0.75, atol=5 * (0.1875 * 0.8125 / 800) ** 0.5)
    assert found.rank_intervals(0.5).tolist() == [[1, 1], [1, 1]]
    assert found.rank_intervals(0.9).tolist() == [[1, 2], [1, 2]]


def test_the_seed_makes_the_result_in_any_order(batches: Any) -> None:
    """Orders of batches and of sheets change nothing; seed 0 is a seed; a generator gives one."""

    def by_product(found: ocop.NoiseSimulation) -> Any:
        return {
            product: (tuple(counts), tuple(ranks))
            for product, counts, ranks in zip(
                found.products, found.star_counts.tolist(), found.ranks.T.tolist(), strict=True
            )
        }

    def shuffled(batch: ocop.Sheets) -> ocop.Sheets:
        order = Random(3).sample(range(len(batch)), len(batch))
        return ocop.Sheets(
            criteria_set=batch.criteria_set,
            products=[batch.products[n] for n in order],
            answers=batch.answers[order],
        )

    first = ocop.simulate_noise(batches, draws=40, rng=0)
    assert first.seed == 0
    again = ocop.simulate_noise([shuffled(b) for b in batches[::-1]], draws=40, rng=np.int64(0))
    assert by_product(again) == by_product(first)
    assert by_product(ocop.simulate_noise(batches, draws=40, rng=1)) != by_product(first)
    drawn = ocop.simulate_noise(batches, draws=40, rng=np.random.default_rng(5))
    same = ocop.simulate_noise(batches, draws=40, rng=drawn.seed)
    assert by_product(same) == by_product(drawn)


def test_the_result_records_its_origin(batches: Any) -> None:
    """It holds what was asked, as read-only arrays, and tells it by column."""
    noise = {"4.1": np.eye(len(batches[0].criteria_set.item("4.1").criterion.options) + 1)}
    found = ocop.simulate_noise(batches[0], up={"1.1": 0.2}, noise=noise, draws=50, rng=9)
    assert (found.up, found.down, list(found.noise)) == ({"1.1": 0.2}, 0.05, ["4.1"])
    assert (found.draws, found.seed, found.version) == (50, 9, ocop.__version__)
    source = batches[0].criteria_set
    assert found.digests == {source.number: source.digest}
    assert len(found) == len(batches[0])
    assert repr(found) == f"<NoiseSimulation qd-26-2026: {len(found)} products, 50 draws, seed 9>"
    assert (found.star_counts.sum(axis=1) == 50).all()
    columns = found.columns()
    assert list(columns) == [
        "product", "set", "excluded", "star_1", "star_2", "star_3", "star_4", "star_5",
        "rank_low", "rank_median", "rank_high",
    ]  # fmt: skip
    assert columns["star_3"] == found.frequencies[:, 3].tolist()
    assert all(len(values) == len(found) for values in columns.values())
    arrays = (found.star_counts, found.ranks, found.frequencies, found.rank_intervals())
    assert not any(array.flags.writeable for array in arrays)


def problems(*args: Any, **more: Any) -> list[str]:
    """Return the problems of a call."""
    with pytest.raises(ocop.InputError) as error:
        ocop.simulate_noise(*args, **more)
    return list(map(str, error.value.problems))


def test_broken_input(batches: Any) -> None:
    """Noise, draws and seed are looked at together, once for all sets; so are the sheets."""
    assert problems(batches, up=2, down={"9.9": 0.1}, draws=0, rng=-1) == [
        "up: found 2, allowed are 0 to 1 [out-of-range]",
        "down: found '9.9', allowed are the codes of the set [unknown-criterion]",
        "draws: found 0, allowed are from 1 on [out-of-range]",
        "rng: found -1, allowed are numbers from 0 on [out-of-range]",
    ]
    assert problems([]) == ["found no sheets, allowed is a batch or more [no-sheets]"]
    assert problems([batches[0], batches[0]])[0].endswith("[duplicate-product]")
    other = ocop.synthesize("qd-781-2020", products={"tea": 2}, rng=1).sheets
    assert problems([*batches, *other])[0].endswith("[mixed-decisions]")


@pytest.mark.parametrize(
    ("method", "value", "expected"),
    [
        ("chance_of_top", 0, "places: found 0, allowed are from 1 on [out-of-range]"),
        ("chance_of_top", 1.5, "places: found 1.5, allowed are whole numbers from 1 on "
         "[not-a-whole-number]"),
        ("rank_intervals", 1, "chance: found 1, allowed are numbers above 0 and below 1 "
         "[out-of-range]"),
        ("rank_intervals", None, "chance: found None, allowed are 0 to 1 [not-a-number]"),
    ],
)  # fmt: skip
def test_broken_questions(batches: Any, method: str, value: Any, expected: str) -> None:
    """What is asked of a result is checked too."""
    found = ocop.simulate_noise(batches[0], draws=2, rng=0)
    with pytest.raises(ocop.InputError) as error:
        getattr(found, method)(value)
    assert list(map(str, error.value.problems)) == [expected]
