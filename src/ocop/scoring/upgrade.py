"""Upgrades: the cheapest raises of answers with which a product reaches a star."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scoring._upgrade_dp import Found, order_of, solve
from ocop.scoring._upgrade_steps import Prices, groups_of, prices_of, threshold
from ocop.scoring.kernel import run
from ocop.scoring.scores import Scores, score
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import ScoreTable, table_of
from ocop.scoring.upgrade_plans import Upgrades
from ocop.text import quoted

__all__ = ["MOST_PLANS", "upgrade"]

MOST_PLANS = 1000
"""How many plans of equal cost can be asked for per product."""


def upgrade(
    sheets: Sheets | Sheet,
    star: int | None = None,
    *,
    costs: Mapping[str, Sequence[int | None]] | None = None,
    locked: Iterable[str] = (),
    plans: int = 1,
) -> Upgrades:
    """Find the cheapest raises of answers with which each product reaches a star.

    Exact: no other choice of raises is cheaper. A raise moves an answer to an option with more
    points; none met and unanswered can be raised to any option with points. Points, floors,
    knock-outs and the rules of the set are all looked at together: a criterion that counts only
    where another scores comes to count when the other is raised. A sheet whose answers belong to
    a case keeps it; where no answer does, every case is tried.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.
    star : int, optional
        The star to reach, 1 to 5. By default the next one above each product's star: for a
        product that a knock-out excludes that is 1 star, the knock-out lifted.
    costs : mapping of str to sequence of int, optional
        Criterion code to the cost of a raise to each option in printed order, whole numbers
        from 0 in any unit; None where a raise to the option is not possible. A criterion that is
        left out cannot be raised. Without `costs` every raise costs 1.
    locked : iterable of str, optional
        Codes of criteria whose answers stay.
    plans : int, default 1
        How many plans to return per product where several are equally good, 1 to 1000.

    Returns
    -------
    Upgrades
        The least cost; at equal cost the fewest raises; then the fewest points raised. Equally
        good plans are in a fixed order: the plan comes first that raises the criterion printed
        earlier, and of raises of one criterion the option printed first. (A criterion that needs
        another is looked at right after it, as printed in all decisions.)

    Raises
    ------
    InputError
        ``out-of-range`` and ``not-a-whole-number`` for `star`, `plans` and `costs`;
        ``unknown-criterion`` for `costs` and `locked`; ``wrong-length``, ``wrong-shape``,
        ``negative-cost`` and ``cost-too-large`` for `costs`: all of `costs` and `locked` at once.

    See Also
    --------
    spend : a budget shared by many products.

    Examples
    --------
    The maximum everywhere except for one 5-star minimum: that is the one raise.

    >>> import ocop
    >>> from ocop.scoring.upgrade import upgrade
    >>> fresh = ocop.criteria_set("qd-26-2026", 1)
    >>> best = {i.code: len(i.criterion.options) for i in fresh.items}
    >>> sheet = ocop.Sheet(criteria_set=fresh, answers=best | {"4.1": 3})
    >>> found = upgrade(sheet)
    >>> found.target.tolist(), found.cost.tolist(), found.points.tolist()
    ([5], [1], [2])
    >>> plan = found[0][0]
    >>> print(plan)
    4.1:3>4
    >>> plan.total, plan.star
    (100, 5)
    """
    _check_number(star, "star", 1, 5, optional=True)
    _check_number(plans, "plans", 1, MOST_PLANS)
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    table = table_of(batch.criteria_set)
    prices = prices_of(table, costs, locked)
    scores = score(batch)
    target = np.minimum(scores.star + 1, 5) if star is None else np.full(len(batch), star)
    open_ = scores.star < target
    if batch.findings is not None:
        open_ &= batch.findings == 0
    found = []
    for wanted in range(1, 6):
        rows = np.flatnonzero(open_ & (target == wanted))
        if len(rows):
            found.append(_solved(table, prices, wanted, batch.answers, rows, plans))
    return _upgrades(scores, prices, target.astype(np.int8), found)


def _check_number(value: Any, path: str, low: int, high: int, optional: bool = False) -> None:
    if optional and value is None:
        return
    allowed = f"allowed are {low} to {high}" + (" or None" if optional else "")
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        problem = Problem("not-a-whole-number", f"found {quoted(value)}, {allowed}", path=path)
    elif not low <= value <= high:
        problem = Problem("out-of-range", f"found {value}, {allowed}", path=path)
    else:
        return
    raise InputError([problem])


def _solved(
    table: ScoreTable,
    prices: Prices,
    star: int,
    answers: NDArray[np.uint8],
    rows: NDArray[np.int64],
    plans: int,
) -> Found:
    """Find the plans of some rows for one star, over all choices of cases."""
    fixed = _fixed_cases(table, answers[rows])
    parts: list[Found] = []
    order: list[int] = []
    for choice in product(*(range(1, len(kind.cases) + 1) for kind in table.cases)):
        wanted = np.array(choice, dtype=np.int64)
        mine = rows[((fixed == 0) | (fixed == wanted)).all(axis=1)]
        groups = groups_of(table, prices, star, dict(enumerate(choice)))
        order = order_of(groups)
        part = solve(groups, prices, threshold(table, star), answers[mine], plans)
        parts.append(Found(mine[part.row], part.weight, part.targets))
    if len(parts) == 1:
        return parts[0]
    return _best_of_cases(parts, order, plans)


def _fixed_cases(table: ScoreTable, answers: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the case of each kind that answers belong to, (sheets, kinds); 0 where none does."""
    fixed = np.zeros((len(answers), len(table.cases)), dtype=np.int64)
    for n, kind in enumerate(table.cases):
        for i, case_of in zip(kind.items, kind.case_of, strict=True):
            np.maximum(fixed[:, n], case_of[answers[:, i] + np.uint8(1)], out=fixed[:, n])
    return fixed


def _best_of_cases(parts: list[Found], order: list[int], plans: int) -> Found:
    """Return the cheapest plans over all choices of cases, each once, in the order of plans."""
    row = np.concatenate([part.row for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    targets = np.concatenate([part.targets for part in parts])
    # A raise comes before leaving the answer as it is, which is stored as 0: 0 - 1 wraps to 255.
    keys = targets[:, order] - np.uint8(1)
    sorting = np.lexsort((*keys.T[::-1], weight, row))
    row, weight = row[sorting], weight[sorting]
    targets, keys = targets[sorting], keys[sorting]
    new_row = np.diff(row, prepend=-1) != 0
    new_plan = new_row.copy()
    new_plan[1:] |= (keys[1:] != keys[:-1]).any(axis=1)
    place = np.arange(len(row))
    first = np.maximum.accumulate(np.where(new_row, place, 0))
    chosen = np.flatnonzero(new_plan & (weight == weight[first]))
    number = np.arange(len(chosen)) - np.searchsorted(row[chosen], row[chosen])
    chosen = chosen[number < plans]
    return Found(row[chosen], weight[chosen], targets[chosen])


def _upgrades(
    scores: Scores, prices: Prices, target: NDArray[np.int8], found: list[Found]
) -> Upgrades:
    """Put the plans of all stars in the order of the rows, and say what each leads to."""
    answers = scores.sheets.answers
    table = table_of(scores.criteria_set)
    plan_row = np.concatenate([np.zeros(0, dtype=np.int64), *(part.row for part in found)])
    none = np.zeros((0, len(table.codes)), dtype=np.uint8)
    targets = np.concatenate([none, *(part.targets for part in found)])
    sorting = np.argsort(plan_row, kind="stable")
    plan_row, targets = plan_row[sorting], targets[sorting]
    before = answers[plan_row]
    after = np.where(targets > 0, targets, before)
    outcome = run(table, np.asfortranarray(after))
    cost, points = np.zeros((2, len(plan_row)), dtype=np.int64)
    for i, (prices_here, points_here) in enumerate(zip(prices.costs, table.points, strict=True)):
        by_option = np.array([0, *(c or 0 for c in prices_here)], dtype=np.int64)
        cost += by_option[targets[:, i]]
        points += points_here[after[:, i] + np.uint8(1)] - points_here[before[:, i] + np.uint8(1)]
    arrays: dict[str, Any] = {
        "target": target,
        "first": np.searchsorted(plan_row, np.arange(len(scores) + 1)),
        "targets": targets,
        "plan_cost": cost,
        "plan_raised": (targets > 0).sum(axis=1).astype(np.int16),
        "plan_points": points.astype(np.int16),
        "plan_total": outcome.total,
        "plan_band": outcome.band,
        "plan_star": outcome.star,
    }
    for array in arrays.values():
        array.setflags(write=False)
    return Upgrades(scores=scores, prices=prices, **arrays)
