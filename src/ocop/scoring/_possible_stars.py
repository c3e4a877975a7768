"""Which stars a sheet can get when several answers are possible: exactly those, no interval.

The lowest and the highest star are known from the extreme sheets. A star between them is not always
possible: one open answer can decide between two stars and five. Exactly s stars are given where the
floors of s are met and either the total lies in the band of s, or it reaches that band and a floor
of s + 1 is missed. More points never lower a total, so it is enough to look at

- the most points with a floor of s + 1 missed, and
- the totals that are possible with the floors of s met. On the way from the least to the most of
  them, one raise at a time, a raise that is no wider than the band cannot step over it; where one
  is wider, all totals are listed.

Criteria that depend on each other make one unit; units are free of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet
from ocop.scoring.possible import Possible, choices
from ocop.scoring.table import ScoreTable, table_of
from ocop.types import STARS_WITH_FLOORS

__all__ = ["possible_stars"]

Sums = NDArray[np.bool_]
"""Which sums of points a unit can reach, shape (2, sums, sheets): 1 where a floor is missed."""

BLOCK = 1 << 14


def possible_stars(
    possible: Possible, source: CriteriaSet, low: NDArray[np.int8], high: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Return which stars sheets can get, shape (sheets, 6), column 0 for excluded.

    Parameters
    ----------
    possible : list of ndarray of bool
        The possible answers, as in `ocop.scoring.possible`.
    source : CriteriaSet
    low, high : ndarray of int8, shape (sheets,)
        The lowest and the highest star of each sheet, both possible.
    """
    found = np.zeros((len(low), 6), dtype=np.bool_)
    every = np.arange(len(low))
    found[every, low] = found[every, high] = True
    table = table_of(source)
    for star in range(1, 5):
        between = np.flatnonzero((low < star) & (star < high))
        for start in range(0, len(between), BLOCK):
            rows = between[start : start + BLOCK]
            some = [answers[:, rows] for answers in possible]
            for fits, narrowed in choices(some, source):
                found[rows, star] |= fits & _exactly(table, narrowed, star)
    return found


@frozen(eq=False)
class _Floors:
    """What a criterion asks for: for star s, and for star s + 1."""

    least: int
    next: int


def _exactly(table: ScoreTable, possible: Possible, star: int) -> NDArray[np.bool_]:
    """Say which sheets can get exactly these stars."""
    first = STARS_WITH_FLOORS[0]
    nothing = np.zeros(len(table.codes), dtype=np.int64)
    asked = [nothing if s < first else table.floors[s - first] for s in (star, star + 1)]
    floors = [_Floors(*pair) for pair in zip(*(a.tolist() for a in asked), strict=True)]
    units = [_unit(table, possible, floors, members) for members in _members(table)]
    thresholds = (0, *table.thresholds)
    begin, end = thresholds[star - 1], thresholds[star]
    reached: list[NDArray[np.bool_]] = [unit[0] | unit[1] for unit in units]
    met = np.all([sums.any(axis=0) for sums in reached], axis=0)
    never = -table.limit - 1
    least, most, step = np.zeros((3, len(met)), dtype=np.int64)
    missing = np.full(len(met), never)
    for sums, unit in zip(reached, units, strict=True):
        highest = _last(sums)
        most_missing = np.where(unit[1].any(axis=0), _last(unit[1]) - highest, never)
        np.maximum(missing, most_missing, out=missing)
        np.maximum(step, _largest_step(sums), out=step)
        least += sums.argmax(axis=0)
        most += highest
    inside = (least < end) & (most >= begin)
    for row in np.flatnonzero(met & inside & (step > end - begin)).tolist():
        inside[row] = _some_total(reached, row, begin, end)
    result: NDArray[np.bool_] = met & (inside | (most + missing >= begin))
    return result


def _members(table: ScoreTable) -> list[tuple[int, ...]]:
    """Return the units: a criterion and those that count only where it scores."""
    needed = table.conditional
    return [
        (i, *(item for item, other in table.needs if other == i))
        for i in range(len(table.codes))
        if i not in needed
    ]


def _unit(
    table: ScoreTable, possible: Possible, floors: Sequence[_Floors], members: tuple[int, ...]
) -> Sums:
    """Return the sums of a unit with the floors of the star met and no knock-out."""
    first, *rest = (_points(table, possible, floors, i) for i in members)
    if not rest:
        return first
    # Without points in the first, the others count nothing, whatever was answered.
    without = first[:, :1].copy()
    scored = first.copy()
    scored[:, 0] = False
    for i, own in zip(members[1:], rest, strict=True):
        scored = _both(scored, own)
        knocked_out = i in table.knock_outs and ~possible[i][-1]
        without &= ~np.asarray((floors[i].least > 0) | knocked_out)
        if floors[i].next > 0:
            without[1] |= without[0]
            without[0] = False
    scored[:, :1] |= without
    return scored


def _points(table: ScoreTable, possible: Possible, floors: Sequence[_Floors], i: int) -> Sums:
    """Return the points of one criterion with its floor met and no knock-out by itself."""
    # None met, the options, and not assessed, which never knocks out.
    worth = [*table.points[i][1:].tolist(), 0]
    found = np.zeros((2, max(worth) + 1, possible[i].shape[1]), dtype=np.bool_)
    for row, (value, answered) in enumerate(zip(worth, possible[i], strict=True)):
        knocked_out = i in table.knock_outs and value == 0 and row < len(worth) - 1
        if value >= floors[i].least and not knocked_out:
            found[int(value < floors[i].next), value] |= answered
    return found


def _both(one: Sums, other: Sums) -> Sums:
    """Return the sums of two that are free of each other; a miss of either is a miss."""
    size = one.shape[1] + other.shape[1] - 1
    found = np.zeros((2, size, one.shape[2]), dtype=np.bool_)
    for mine in (0, 1):
        for its in (0, 1):
            for n, reached in enumerate(other[its]):
                found[mine | its, n : n + one.shape[1]] |= one[mine] & reached
    return found


def _last(sums: Sums) -> NDArray[np.int64]:
    last: NDArray[np.int64] = len(sums) - 1 - sums[::-1].argmax(axis=0)
    return last


def _largest_step(sums: Sums) -> NDArray[np.int64]:
    """Return the widest gap between neighbouring sums."""
    before, step = np.full(sums.shape[1], -1), np.zeros(sums.shape[1], dtype=np.int64)
    for value, reached in enumerate(sums):
        np.maximum(step, value - before, out=step, where=reached & (before >= 0))
        before[reached] = value
    return step


def _some_total(units: Sequence[Sums], row: int, begin: int, end: int) -> bool:
    """Say whether a total from `begin` to below `end` is possible; bits stand for totals."""
    totals = 1
    for sums in units:
        reached = np.flatnonzero(sums[:, row]).tolist()
        totals = reduce(or_, (totals << value for value in reached))
    return bool(totals >> begin & ((1 << (end - begin)) - 1))
