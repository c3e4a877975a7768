"""A budget shared by many products: which upgrades give the most products at a star."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop.errors import InputError, Problem
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import origin_kind
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.upgrade import upgrade
from ocop.scoring.upgrade_plans import UpgradePlan, Upgrades
from ocop.text import number_of, quoted

__all__ = ["Costs", "Spending", "spend"]

Costs = Mapping[str, Sequence[int | None]]
"""Criterion code to the cost of a raise to each option, as `upgrade` takes it."""


@frozen(kw_only=True, eq=False, repr=False)
class Spending(Comparable):
    """The upgrades that a budget pays for (phân bổ kinh phí nâng hạng), the cheapest first.

    Arrays are read-only and have one entry per upgraded product.

    Attributes
    ----------
    upgrades : tuple of Upgrades
        The cheapest upgrade of every product, one per batch.
    star : int
        The star to reach.
    budget, spent : int
        In the unit of the costs.
    source, row : ndarray of int64, shape (products,)
        Which of `upgrades`, and which row of it, is paid for.
    cost : ndarray of int64, shape (products,)
    next_cost : int, optional
        What the cheapest product that is not paid for would cost; None where all are.
    """

    upgrades: tuple[Upgrades, ...]
    star: int
    budget: int
    spent: int
    source: NDArray[np.int64]
    row: NDArray[np.int64]
    cost: NDArray[np.int64]
    next_cost: int | None

    def __len__(self) -> int:
        return len(self.row)

    def __repr__(self) -> str:
        share = f"{self.spent} of {self.budget} spent"
        return f"<Spending: {number_of(len(self), 'product')} newly at {self.star} stars, {share}>"

    def __iter__(self) -> Iterator[UpgradePlan]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> UpgradePlan:
        n = range(len(self))[place]
        upgrades: Upgrades = self.upgrades[self.source[n]]
        return upgrades[int(self.row[n])][0]

    @property
    def products(self) -> tuple[str, ...]:
        """The codes of the products that are upgraded, the cheapest first."""
        return tuple(
            self.upgrades[s].products[r]
            for s, r in zip(self.source.tolist(), self.row.tolist(), strict=True)
        )

    def to_frame(self, like: Any = None) -> Any:
        """Return the columns of `columns` as a data frame, as `Scores.to_frame` does."""
        origin = origin_kind([upgrades.scores.sheets for upgrades in self.upgrades])
        return columns_frame(self.columns(), like, origin)

    def columns(self) -> dict[str, list[Any]]:
        """Return the upgrades by column, as tables show them; columns as in `Upgrades`."""
        names = list(self.upgrades[0].columns(np.zeros(0, dtype=np.int64)))
        for upgrades in self.upgrades[1:]:
            own = upgrades.columns(np.zeros(0, dtype=np.int64))
            names += [name for name in own if name not in names]
        result: dict[str, list[Any]] = {name: [None] * len(self) for name in names}
        for number in np.unique(self.source).tolist():
            mine = np.flatnonzero(self.source == number)
            for name, values in self.upgrades[number].columns(self.row[mine]).items():
                for place, value in zip(mine.tolist(), values, strict=True):
                    result[name][place] = value
        return result


def spend(
    sheets: Sheets | Sheet | Iterable[Sheets],
    star: int,
    budget: int,
    costs: Costs | Sequence[Costs | None] | None = None,
    *,
    locked: Iterable[str] = (),
) -> Spending:
    """Choose the upgrades that bring the most products to a star for a given sum.

    Exact: no other choice within the budget brings more products newly to `star`, and none that
    brings as many costs less. Every product counts as one and needs one plan, its cheapest; so
    the k cheapest products are the k that cost least, and as many of them as the budget pays for
    are the most. Whole-number sums, no solver and no rounding.

    Parameters
    ----------
    sheets : Sheets, Sheet or iterable of Sheets
        The product codes must be unique over all of them.
    star : int
        The star to reach, 1 to 5; products that have it already are left out.
    budget : int
        The sum to spend, from 0, in the unit of the costs.
    costs : mapping, or sequence of mappings, optional
        As for `upgrade`; one for all batches, or one for each, since criteria sets differ. By
        default every raise costs 1, so that the budget is a number of raises.
    locked : iterable of str, optional
        Codes of criteria whose answers stay, in every batch.

    Returns
    -------
    Spending
        The cheapest first, then by product code; of products that cost the same those with the
        earlier codes are chosen. It does not depend on the order of the input.

    Raises
    ------
    InputError
        ``negative-budget``, ``not-a-whole-number``, ``out-of-range``, ``no-sheets``,
        ``wrong-length``, ``duplicate-product``, and what `upgrade` says of costs and locks.

    Examples
    --------
    Three products short of 5 stars, by one, two and three raises; three raises can be paid for.

    >>> import ocop
    >>> from ocop.scoring.budget import spend
    >>> fresh = ocop.criteria_set("qd-26-2026", 1)
    >>> best = {i.code: len(i.criterion.options) for i in fresh.items}
    >>> low = {"4.1": 3, "5.3": 1, "6.2": 1}
    >>> sheets = [
    ...     ocop.Sheet(criteria_set=fresh, product=name, answers=best | dict(list(low.items())[:n]))
    ...     for name, n in (("a", 3), ("b", 2), ("c", 1))
    ... ]
    >>> spending = spend(ocop.Sheets.of(sheets), star=5, budget=3)
    >>> spending.products, spending.spent
    (('c', 'b'), 3)
    """
    batches = _batches(sheets)
    _check(batches, star, budget)
    locks = [locked] if isinstance(locked, str) else list(locked)
    each = _costs_of_each(costs, len(batches))
    upgrades = tuple(
        upgrade(batch, star, costs=own, locked=locks)
        for batch, own in zip(batches, each, strict=True)
    )
    rows = [np.flatnonzero(found.reachable) for found in upgrades]
    source = np.repeat(np.arange(len(rows)), [len(own) for own in rows])
    row = np.concatenate(rows)
    cost = np.concatenate([found.cost[own] for found, own in zip(upgrades, rows, strict=True)])
    products = [upgrades[s].products[r] for s, r in zip(source.tolist(), row.tolist(), strict=True)]
    by_code = np.argsort(np.array(products, dtype=object), kind="stable")
    order = by_code[np.argsort(cost[by_code], kind="stable")]
    # Sums in Python's whole numbers: many costs near the largest would not fit 64 bits.
    count, spent = 0, 0
    for price in cost[order].tolist():
        if spent + price > budget:
            break
        count, spent = count + 1, spent + price
    chosen = order[:count]
    arrays = {"source": source[chosen], "row": row[chosen], "cost": cost[chosen]}
    for array in arrays.values():
        array.setflags(write=False)
    return Spending(
        upgrades=upgrades,
        star=int(star),
        budget=int(budget),
        spent=spent,
        next_cost=int(cost[order[count]]) if count < len(order) else None,
        **arrays,
    )


def _batches(sheets: Sheets | Sheet | Iterable[Sheets]) -> tuple[Sheets, ...]:
    if isinstance(sheets, Sheet):
        return (Sheets.of([sheets]),)
    batches = (sheets,) if isinstance(sheets, Sheets) else tuple(sheets)
    if not batches:
        raise InputError([Problem("no-sheets", "found no sheets, allowed is one batch or more")])
    return batches


def _check(batches: tuple[Sheets, ...], star: Any, budget: Any) -> None:
    problems = []
    for name, value, allowed in (
        ("star", star, "whole numbers 1 to 5"),
        ("budget", budget, "whole numbers from 0"),
    ):
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            message = f"found {quoted(value)}, allowed are {allowed}"
            problems.append(Problem("not-a-whole-number", message, path=name))
        elif name == "star" and not 1 <= value <= 5:
            message = f"found {value}, allowed are {allowed}"
            problems.append(Problem("out-of-range", message, path=name))
        elif value < 0:
            message = f"found {value}, allowed are {allowed}"
            problems.append(Problem("negative-budget", message, path=name))
    counts = Counter(product for batch in batches for product in batch.products)
    hint = "several sheets of one product need one council result first"
    problems += [
        Problem("duplicate-product", f"the product {quoted(product)} stands twice", hint=hint)
        for product in sorted(product for product, count in counts.items() if count > 1)
    ]
    if problems:
        raise InputError(problems)


def _costs_of_each(costs: Costs | Sequence[Costs | None] | None, count: int) -> list[Costs | None]:
    if costs is None or isinstance(costs, Mapping):
        return [costs] * count
    if len(costs) != count:
        message = f"found {len(costs)} tables of costs, allowed are {count}, one per batch"
        raise InputError([Problem("wrong-length", message, path="costs")])
    return list(costs)
