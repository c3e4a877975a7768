"""What a raise of one answer costs, gives and is allowed to do, as small tables for the search.

The weight of a raise packs cost, one raise and its points into one whole number, so that comparing
sums of weights compares cost first, then the number of raises, then points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scoring.table import ScoreTable
from ocop.text import closest, quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Group", "Prices", "Step", "floors_of", "groups_of", "prices_of", "threshold"]

LARGEST_WEIGHT = 1 << 61
"""Sums of weights stay below this, so that 64 bits hold a sum and one more weight."""


@frozen(eq=False)
class Prices:
    """What a raise to each option costs: one tuple per criterion, None where it is not possible.

    `weights` packs the same for the search; `most` is more than the weight of any plan.
    """

    costs: tuple[tuple[int | None, ...], ...]
    weights: tuple[tuple[int | None, ...], ...]
    most: int


@frozen(eq=False)
class Step:
    """One criterion in the search for one star and one choice of cases.

    Weights are arrays by coded answer (0 unanswered, 1 none met, k + 1 option k) and hold
    ``Prices.most`` where something is not allowed. `raises` are (position, points, weights),
    `stays` are (points, weights) by the points of the answer that stays; `idle` are the weights of
    staying while the rules make the criterion count 0.
    """

    criterion: int
    raises: tuple[tuple[int, int, NDArray[np.int64]], ...]
    stays: tuple[tuple[int, NDArray[np.int64]], ...]
    idle: NDArray[np.int64]

    def merged(self, most: int) -> dict[int, NDArray[np.int64]]:
        """Return the least weight for every number of points that the criterion can give."""
        found = dict(self.stays)
        for _, points, weights in self.raises:
            found[points] = np.minimum(found.get(points, most), weights)
        return {points: found[points] for points in sorted(found)}


@frozen(eq=False)
class Group:
    """A criterion, and the criteria that count only where it scores above 0."""

    first: Step
    needing: tuple[Step, ...]


def prices_of(
    table: ScoreTable,
    costs: Mapping[str, Sequence[int | None]] | None,
    locked: Iterable[str],
) -> Prices:
    """Return the prices of all raises; a criterion that `costs` leaves out is not raised."""
    fixed = [locked] if isinstance(locked, str) else list(locked)
    problems = [_unknown(table, code, "locked") for code in fixed if code not in table.codes]
    for code, given in (costs or {}).items():
        if code not in table.codes:
            problems.append(_unknown(table, code, "costs"))
        else:
            size = int(table.sizes[table.codes.index(code)])
            problems += _cost_problems(given, size, f"costs: {code}")
    if problems:
        raise InputError(problems)
    rows: list[tuple[int | None, ...]] = []
    for code, size in zip(table.codes, table.sizes.tolist(), strict=True):
        given = [1] * size if costs is None else costs.get(code, [None] * size)
        rows.append(tuple(None if c is None or code in fixed else int(c) for c in given))
    return _packed(table, tuple(rows), alike=costs is None)


def _unknown(table: ScoreTable, code: Any, path: str) -> Problem:
    near = closest(str(code), table.codes)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found {quoted(code)}, allowed are the codes of the set"
    return Problem("unknown-criterion", message, path=path, hint=hint)


def _cost_problems(given: Any, size: int, path: str) -> list[Problem]:
    allowed = f"allowed are {size}, one per option, None where a raise to it is not possible"
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        return [Problem("wrong-shape", f"found {quoted(given)}, {allowed}", path=path)]
    if len(given) != size:
        return [Problem("wrong-length", f"found {len(given)} costs, {allowed}", path=path)]
    problems = []
    for position, cost in enumerate(given, start=1):
        place = f"{path}[{position}]"
        if cost is None:
            continue
        if isinstance(cost, bool) or not isinstance(cost, int | np.integer):
            message = f"found {quoted(cost)}, allowed are whole numbers from 0, or None"
            problems.append(Problem("not-a-whole-number", message, path=place))
        elif cost < 0:
            message = f"found {cost}, allowed are whole numbers from 0, or None"
            problems.append(Problem("negative-cost", message, path=place))
    return problems


def _packed(table: ScoreTable, rows: tuple[tuple[int | None, ...], ...], alike: bool) -> Prices:
    """Pack costs; where each raise costs alike, the number of raises already says the cost."""
    one = table.limit + 1
    cost = 0 if alike else one * (len(rows) + 1)
    dearest = sum(max((c for c in row if c is not None), default=0) for row in rows)
    most = dearest * cost + len(rows) * one + table.limit + 1
    if most > LARGEST_WEIGHT:
        allowed = LARGEST_WEIGHT // (one * (len(rows) + 1)) - 1
        message = f"the dearest raises cost {dearest} together, allowed are {allowed}"
        hint = "give the costs in a larger unit, such as thousands"
        raise InputError([Problem("cost-too-large", message, path="costs", hint=hint)])
    weights = tuple(tuple(None if c is None else c * cost + one for c in row) for row in rows)
    return Prices(rows, weights, most)


def threshold(table: ScoreTable, star: int) -> int:
    """Return the points at which the band of a star begins."""
    return table.thresholds[star - 2] if star > 1 else 0


def floors_of(table: ScoreTable, star: int) -> list[int]:
    """Return the least points that a star accepts in every criterion; 0 below three stars."""
    if star not in STARS_WITH_FLOORS:
        return [0] * len(table.codes)
    floors: list[int] = table.floors[STARS_WITH_FLOORS.index(star)].tolist()
    return floors


def groups_of(
    table: ScoreTable, prices: Prices, star: int, cases: Mapping[int, int]
) -> tuple[Group, ...]:
    """Return the steps of the search in printed order; who needs another comes right after it.

    Parameters
    ----------
    table : ScoreTable
    prices : Prices
    star : int
        The star to reach; its floors are the least points of every criterion.
    cases : mapping of int to int
        Case kind to the number of its case, both as in the table; the case counts from 1.
    """
    floors = floors_of(table, star)
    case_of = {
        i: case_of == cases[n]
        for n, kind in enumerate(table.cases)
        for i, case_of in zip(kind.items, kind.case_of, strict=True)
    }
    steps = [_step(table, prices, i, floors[i], case_of.get(i)) for i in range(len(table.codes))]
    conditional = table.conditional
    return tuple(
        Group(steps[i], tuple(steps[j] for j, other in sorted(conditional.items()) if other == i))
        for i in range(len(table.codes))
        if i not in conditional
    )


def _step(
    table: ScoreTable, prices: Prices, i: int, floor: int, in_case: NDArray[np.bool_] | None
) -> Step:
    points = table.points[i]
    knock_out = i in table.knock_outs
    # Weights by coded answer: staying is free where the points satisfy the floor; a knock-out
    # looks at assessed criteria only.
    assessed = np.arange(len(points)) > 0
    barred = (points < floor) | (knock_out & assessed & (points == 0))
    idle_barred = np.full(len(points), floor > 0) | (knock_out & assessed)
    stays = tuple(
        (value, np.where((points == value) & ~barred, 0, prices.most))
        for value in sorted(set(points.tolist()))
        if ((points == value) & ~barred).any()
    )
    raises = []
    for position, weight in enumerate(prices.weights[i], start=1):
        goal = int(points[position + 1])
        if weight is None or goal < floor or not (in_case is None or in_case[position + 1]):
            continue
        weights = np.where(points < goal, weight + goal - points, prices.most)
        raises.append((position, goal, weights))
    return Step(i, tuple(raises), stays, np.where(idle_barred, prices.most, 0))
