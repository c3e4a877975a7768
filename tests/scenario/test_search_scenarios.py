"""The search for the best scenarios: every combination, counted as if scored by itself."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import ocop
from ocop import Lever, Levers, SetMark, SetPoints


def levers_of(law: ocop.Decision) -> Levers:
    """Levers of one set, of both and of all; two levels on one of them."""
    return Levers(
        law,
        [
            Lever.of_threshold(4, [70, 68, 60]),
            Lever.switch("marks", SetMark(criterion="1.1", option=3, mark=None)),
            Lever.of_points("5.1", 2, [15, 17]),
            Lever.switch("more", SetPoints(criterion="1.1", option=2, points=14, sets="tea")),
            Lever.of_threshold(3, [50, 45]),
        ],
    )


def made_up(law: ocop.Decision, count: int, seed: int) -> list[ocop.Sheets]:
    """Sheets at random, mostly with high options, so that all stars occur."""
    batches = []
    for number, source in law.sets.items():
        rng = np.random.default_rng([seed, number])
        sizes = [1 + sum(o.case in (None, "a") for o in i.criterion.options) for i in source.items]
        answers = np.floor(rng.random((count, len(sizes))) ** 0.4 * sizes).astype(np.uint8)
        names = [f"{number}-{n}" for n in range(count)]
        batches.append(ocop.Sheets(criteria_set=source, products=names, answers=answers))
    return batches


def stars(batches: list[ocop.Sheets], law: ocop.Decision) -> np.ndarray[Any, Any]:
    laws = [law.sets[batch.criteria_set.number] for batch in batches]
    scores = [ocop.score(evolve(b, criteria_set=s)) for b, s in zip(batches, laws, strict=True)]
    return np.concatenate([one.star for one in scores])


def one_by_one(
    batches: list[ocop.Sheets], levers: Levers, star: int, reach: int
) -> list[tuple[int, tuple[int, ...]]]:
    """Count every scenario by applying its reform and scoring, in the order of the search."""
    before = stars(batches, levers.decision) == star
    base = [0 if own is None else own for own in levers.base]
    found = []
    for size in (1, 2, 3):
        for which in combinations(range(len(levers)), size):
            others = [[m for m in range(levers.sizes[n]) if m != base[n]] for n in which]
            for levels in product(*others):
                choice = list(base)
                for n, m in zip(which, levels, strict=True):
                    choice[n] = m
                law = ocop.apply_reform(levers.reform(choice), levers.decision).decision
                moved = int((before & (stars(batches, law) >= reach)).sum())
                found.append((moved, tuple(choice)))
    return found


@pytest.mark.parametrize(("star", "reach"), [(3, 4), (2, 3), (3, 5)])
def test_every_scenario_equals_its_reform(small: ocop.Decision, star: int, reach: int) -> None:
    """Counts of all scenarios with up to three levers moved are those of reform and scoring."""
    levers, batches = levers_of(small), made_up(small, 150, star)
    search = ocop.search_scenarios(batches, levers, star=star, reach=reach)
    expected = one_by_one(batches, levers, star, reach)
    assert len(search) == len(expected)
    assert search.products == int((stars(batches, small) == star).sum()) > 0
    best = search.best(1000)
    assert {one.choice: one.moved for one in best} == {c: m for m, c in expected}
    moved = sorted((m for m, _ in expected), reverse=True)
    assert [one.moved for one in best] == moved
    assert [one.rank for one in best] == [1 + moved.index(m) for m in moved]
    assert [one.tied for one in best] == [moved.count(m) for m in moved]
    assert moved[0] > 0 or reach == 5


def test_of_equal_scenarios_the_smaller_stand_first(small: ocop.Decision) -> None:
    """Fewer levers first, then in their order; a short list is the head of a long one."""
    levers, batches = levers_of(small), made_up(small, 80, 1)
    search = ocop.search_scenarios(batches, levers)
    best = search.best(1000)
    order = [(-one.moved, len(one.levers)) for one in best]
    assert order == sorted(order)
    for count in (1, 3, 10):
        assert search.best(count) == best[:count]
    for one in best:
        away = [n for n, m in enumerate(one.choice) if m != levers.base[n]]
        assert one.levers == tuple(levers.names[n] for n in away)
        assert one.levels == tuple(levers.labels[n][one.choice[n]] for n in away)


def test_a_part_of_the_search(small: ocop.Decision) -> None:
    """Sizes and names of levers choose among the scenarios; ties are counted among these."""
    levers, batches = levers_of(small), made_up(small, 80, 2)
    search = ocop.search_scenarios(batches, levers)
    every = search.best(1000)
    names = {"marks", "more", levers.names[2]}
    for sizes, among in (([1], levers.names), ([2, 3], names), ([1, 2, 3], names)):
        wanted = [
            (one.moved, one.choice)
            for one in every
            if len(one.levers) in (sizes or (1, 2, 3))
            and {*one.levers} <= {*(among or levers.names)}
        ]
        found = search.best(1000, sizes=sizes, among=among)
        assert [(one.moved, one.choice) for one in found] == wanted
        moved = [m for m, _ in wanted]
        assert [one.tied for one in found] == [moved.count(m) for m in moved]
    assert search.best(among=[]) == ()
    fewer = ocop.search_scenarios(batches, levers, at_most=2)
    assert fewer.best(1000) == search.best(1000, sizes=[1, 2])


def test_order_and_other_products_change_nothing(small: ocop.Decision) -> None:
    """Sheets in another order, and products with other stars, leave the counts as they are."""
    levers, batches = levers_of(small), made_up(small, 100, 3)
    best = ocop.search_scenarios(batches, levers).best(1000)
    turned = []
    for batch in batches[::-1]:
        rows = np.random.default_rng(0).permutation(len(batch))
        names = [batch.products[n] for n in rows.tolist()]
        turned.append(evolve(batch, products=names, answers=batch.answers[rows]))
    assert ocop.search_scenarios(turned, levers).best(1000) == best
    one = ocop.search_scenarios(batches[0], levers, star=1, reach=4)
    assert one.digests == {1: batches[0].criteria_set.digest}
    assert {scenario.moved for scenario in one.best()} == {0}


def test_bad_input_is_told_at_once(small: ocop.Decision, law: ocop.Decision) -> None:
    """Numbers out of range, sheets of another law, unknown names, levers without a base."""
    levers, batches = levers_of(small), made_up(small, 5, 4)
    other = ocop.synthesize(law, products={"tea": 2}, rng=0).sheets
    with pytest.raises(ocop.InputError) as caught:
        ocop.search_scenarios([*batches, *other], levers, star=4, reach=4, at_most=4)
    assert [str(problem) for problem in caught.value.problems] == [
        "sheets[2]: found <Sheets qd-26-2026 set 11 tea: 2 sheets x 32 criteria>, allowed are "
        "sheets of the sets of qd-99-2030 [mixed-sets]",
        "reach: found 4, allowed are 5 to 5 [out-of-range]",
        "at_most: found 4, allowed are 1 to 3 [out-of-range]",
    ]
    with pytest.raises(ocop.InputError, match="no-sheets"):
        ocop.search_scenarios([], levers)
    fixed = Levers(small, [Lever.of_threshold(4, [71, 72])])
    with pytest.raises(ocop.InputError, match="no-base-level"):
        ocop.search_scenarios(batches, fixed)
    search = ocop.search_scenarios(batches, levers, at_most=1)
    with pytest.raises(ocop.InputError) as caught:
        search.best(0, sizes=[1, 2], among=["mark", "more"])
    assert [str(problem) for problem in caught.value.problems] == [
        "count: found 0, allowed are 1 to 10000 [out-of-range]",
        "sizes: found 2, allowed are 1 to 1 [out-of-range]",
        "among: there is no lever 'mark'; did you mean 'marks'? [unknown-key]",
    ]
