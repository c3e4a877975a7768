"""A shared budget: equal to a knapsack solved as a mixed-integer programme."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

import ocop
from ocop.scoring.budget import spend
from ocop.scoring.upgrade import upgrade


def knapsack(costs: list[int], budget: int) -> tuple[int, int]:
    """Return the most products for a budget and the least that so many cost, by two programmes."""
    if not costs:
        return 0, 0
    common: dict[str, Any] = {
        "integrality": np.ones(len(costs)),
        "bounds": Bounds(0, 1),
        "options": {"mip_rel_gap": 0},
    }
    cost = np.array(costs, dtype=float)
    within = LinearConstraint(cost[None, :], -np.inf, budget)
    most = milp(-np.ones(len(costs)), constraints=[within], **common)
    count = round(-most.fun)
    as_many = LinearConstraint(np.ones((1, len(costs))), count, np.inf)
    return count, round(milp(cost, constraints=[within, as_many], **common).fun)


def costs_of(law: ocop.CriteriaSet, rng: Random) -> dict[str, list[int | None]]:
    """Return made-up costs, one option in ten not possible."""
    return {
        item.code: [
            None if rng.random() < 0.1 else rng.randint(1, 60) for _ in item.criterion.options
        ]
        for item in law.items
    }


def short_of_five(fresh: ocop.CriteriaSet, low: dict[str, dict[str, int]]) -> ocop.Sheets:
    """Return full sheets of 26/2026 set 1 but for the answers given."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    return ocop.Sheets.of(
        ocop.Sheet(criteria_set=fresh, product=name, answers=best | answers)
        for name, answers in low.items()
    )


def test_the_cheapest_products_come_first(fresh: ocop.CriteriaSet) -> None:
    """4.1 costs 30, 6.1 costs 20: with 50 to spend, two products get 5 stars, not the dear one."""
    sheets = short_of_five(
        fresh,
        {
            "both": {"4.1": 3, "6.1": 2},
            "chè": {"4.1": 3},
            "an": {"6.1": 2},
            "done": {},
        },
    )
    costs = {"4.1": [0, 0, 0, 30], "6.1": [0, 0, 20]}
    spending = spend(sheets, 5, 50, costs)
    assert spending.products == ("an", "chè")
    assert (spending.spent, spending.cost.tolist(), spending.next_cost) == (50, [20, 30], 50)
    assert [str(plan) for plan in spending] == ["6.1:2>3", "4.1:3>4"]
    assert repr(spending) == "<Spending: 2 products newly at 5 stars, 50 of 50 spent>"
    assert spend(sheets, 5, 49, costs).products == ("an",)
    assert len(spend(sheets, 5, 0, costs)) == 0
    everything = spend(sheets, 5, 1000, costs)
    assert (everything.spent, everything.next_cost, len(everything)) == (100, None, 3)


def test_products_of_equal_cost_are_taken_by_code(fresh: ocop.CriteriaSet) -> None:
    """In any order of input those with the earlier codes are chosen."""
    names = ["c", "a", "d", "b"]
    for order in (names, names[::-1]):
        sheets = short_of_five(fresh, {name: {"4.1": 3} for name in order})
        spending = spend(sheets, 5, 2)
        assert (spending.products, spending.spent) == (("a", "b"), 2)


@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-148-2023"])
def test_equal_to_the_knapsack(decision: str, generate: Any) -> None:
    """Products of several sets share a budget: as many as the programme finds, at the same cost."""
    rng = Random(decision)
    laws = list(ocop.decision(decision).sets.values())
    for round_ in range(8):
        chosen = rng.sample(laws, 3)
        batches = [
            generate.batch(
                law,
                generate.sheets(law, 25, seed=round_),
                products=[f"{law.number}-{n}" for n in range(25)],
            )
            for law in chosen
        ]
        costs = [costs_of(law, rng) for law in chosen]
        star, budget = rng.choice([3, 4, 5]), rng.choice([0, 10, 100, 400, 1500, 10**6])
        spending = spend(batches, star, budget, costs)
        every: list[int] = []
        for batch, own in zip(batches, costs, strict=True):
            found = upgrade(batch, star, costs=own)
            every += found.cost[found.reachable].tolist()
        assert (len(spending), spending.spent) == knapsack(every, budget)
        assert spending.spent == sum(plan.cost for plan in spending) <= budget
        assert all(plan.star >= star for plan in spending)
        turned = spend(batches[::-1], star, budget, costs[::-1])
        assert turned.products == spending.products
        assert turned.columns()["raises"] == spending.columns()["raises"]


def test_columns_are_those_of_the_upgrades(fresh: ocop.CriteriaSet) -> None:
    """Columns of several batches stand under each other; what one batch lacks is None."""
    first = short_of_five(fresh, {"a": {"4.1": 3, "6.1": 2}, "b": {"4.1": 3}})
    second = ocop.Sheets(
        criteria_set=fresh, products=["c"], answers=first.answers[1:], columns={"xã": ("Vân Hồ",)}
    )
    columns = spend([first, second], 5, 9).columns()
    assert columns["product"] == ["b", "c", "a"]
    assert columns["cost"] == [1, 1, 2]
    assert columns["xã"] == [None, "Vân Hồ", None]


def test_a_batch_without_sheets_costs_nothing(fresh: ocop.CriteriaSet) -> None:
    """An empty batch beside another one adds nothing but its columns."""
    first = short_of_five(fresh, {"a": {"4.1": 3}})
    nothing = np.zeros((0, 32), dtype=np.uint8)
    empty = ocop.Sheets(criteria_set=fresh, products=[], answers=nothing, columns={"xã": ()})
    alone = spend(first, 5, 9).columns()
    for batches in ([first, empty], [empty, first]):
        columns = spend(batches, 5, 9).columns()
        assert columns.pop("xã") == [None]
        assert columns == alone


def test_locked_criteria_stay(fresh: ocop.CriteriaSet) -> None:
    """A product that only a locked criterion keeps from the star is not in the choice."""
    sheets = short_of_five(fresh, {"a": {"4.1": 3}, "b": {"6.1": 2}})
    assert spend(sheets, 5, 9, locked="4.1").products == ("b",)
    single = ocop.Sheet(criteria_set=fresh, answers={}, product="one")
    assert spend(single, 2, 100).products == ("one",)


@pytest.mark.parametrize(
    ("star", "budget", "problems"),
    [
        (5, -1, [("negative-budget", "found -1, allowed are whole numbers from 0", "budget")]),
        (
            0,
            1.5,
            [
                ("out-of-range", "found 0, allowed are whole numbers 1 to 5", "star"),
                ("not-a-whole-number", "found 1.5, allowed are whole numbers from 0", "budget"),
            ],
        ),
        (
            None,
            True,
            [
                ("not-a-whole-number", "found None, allowed are whole numbers 1 to 5", "star"),
                ("not-a-whole-number", "found True, allowed are whole numbers from 0", "budget"),
            ],
        ),
    ],
)
def test_bad_numbers(
    fresh: ocop.CriteriaSet, star: Any, budget: Any, problems: list[tuple[str, str, str]]
) -> None:
    """Every problem at once, with its place."""
    with pytest.raises(ocop.InputError) as caught:
        spend(short_of_five(fresh, {"a": {}}), star, budget)
    assert [(p.code, p.message, p.path) for p in caught.value.problems] == problems


def test_bad_batches(fresh: ocop.CriteriaSet) -> None:
    """No batches, a product in two of them, and costs for another number of batches."""
    sheets = short_of_five(fresh, {"a": {}})
    for batches, costs, code, message in (
        ([], None, "no-sheets", "found no sheets, allowed is one batch or more"),
        ([sheets, sheets], None, "duplicate-product", "the product 'a' stands twice"),
        (
            [sheets],
            [None, None],
            "wrong-length",
            "found 2 tables of costs, allowed are 1, one per batch",
        ),
    ):
        with pytest.raises(ocop.InputError) as caught:
            spend(batches, 5, 1, costs)
        assert [(p.code, p.message) for p in caught.value.problems] == [(code, message)]
