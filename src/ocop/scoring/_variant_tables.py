"""Joint tables: several criteria looked up at once, under many point tables side by side.

Criteria are joined in pairs, and the pairs in pairs, as long as few combinations of answers occur.
What is left are groups, each with a table of one row per combination and one column per variant,
so that one lookup adds a whole row of variants. A criterion that counts only where another scores
is joined with it from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable
from ocop.scoring.variants import Variants
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Group", "VariantTables", "groups_of", "joint"]

MOST_ROWS = 1024
"""Combinations of answers that joined criteria may have."""


@frozen(eq=False)
class Group:
    """Some criteria, and the combinations of answers that occur in them.

    `which` names the combination of each sheet. A group is either `columns` with, for each of them,
    the coded `answers` of the combinations (0 unanswered, 1 none met, k + 1 option k), or two
    `halves` with the combinations of theirs that make up each of its own.
    """

    which: NDArray[np.int64]
    count: int
    columns: tuple[int, ...] = ()
    answers: tuple[NDArray[np.int64], ...] = ()
    halves: tuple[tuple[Group, NDArray[np.int64]], ...] = ()

    @property
    def criteria(self) -> tuple[int, ...]:
        """All criteria of the group."""
        return self.columns or tuple(i for half, _ in self.halves for i in half.criteria)


def groups_of(table: ScoreTable, answers: NDArray[np.uint8]) -> list[Group]:
    """Return groups that cover all criteria."""
    codes = answers + np.uint8(1)
    tied: dict[int, list[int]] = {}
    for i in range(len(table.codes)):
        tied.setdefault(table.conditional.get(i, i), []).append(i)
    groups = [_alone(sorted(columns), codes) for columns in tied.values()]
    while len(joined := _in_pairs(groups)) < len(groups):
        groups = joined
    return groups


def _alone(columns: list[int], codes: NDArray[np.uint8]) -> Group:
    which, count, first = _combinations([codes[:, i] for i in columns])
    return Group(
        which, count, tuple(columns), tuple(codes[first, i].astype(np.int64) for i in columns)
    )


def _in_pairs(groups: list[Group]) -> list[Group]:
    """Join neighbours, two at a time, where that keeps combinations few."""
    result: list[Group] = []
    rest = list(groups)
    while rest:
        left = rest.pop(0)
        if rest and left.count * rest[0].count <= MOST_ROWS:
            right = rest.pop(0)
            which, count, first = _combinations([left.which, right.which])
            halves = ((left, left.which[first]), (right, right.which[first]))
            result.append(Group(which, count, halves=halves))
        else:
            result.append(left)
    return result


def _combinations(columns: list[NDArray[Any]]) -> tuple[NDArray[np.int64], int, NDArray[np.int64]]:
    """Give each combination that occurs a number, and name a sheet for each."""
    which = columns[0].astype(np.int64)
    for column in columns[1:]:
        which = which * (int(column.max(initial=0)) + 1) + column
        which = _closed_up(which)
    which = _closed_up(which)
    count = int(which.max(initial=-1)) + 1
    first = np.zeros(count, dtype=np.int64)
    first[which] = np.arange(len(which))
    return which, count, first


def _closed_up(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return other numbers without gaps, in the same order."""
    occurs = np.bincount(numbers, minlength=1) > 0
    place: NDArray[np.int64] = np.cumsum(occurs) - 1
    return place[numbers]


def joint(
    group: Group, leaf: Callable[[Group], NDArray[Any] | None], combine: Callable[..., NDArray[Any]]
) -> NDArray[Any] | None:
    """Return a table of the group's combinations from tables of single criteria.

    A criterion without a table has nothing to say, nor has a group of such ones.
    """
    if not group.halves:
        return leaf(group)
    result: NDArray[Any] | None = None
    for half, rows in group.halves:
        table = joint(half, leaf, combine)
        if table is not None:
            table = table.take(rows, axis=0)
            result = table if result is None else combine(result, table, out=result)
    return result


class VariantTables:
    """Some variants, laid out for lookups: a row for each coded answer, a column each variant."""

    def __init__(self, table: ScoreTable, variants: Variants) -> None:
        self.table = table
        count, criteria, options = variants.points.shape
        best = int(variants.points.max(axis=2).sum(axis=1, dtype=np.int64).max(initial=0))
        highest = max(best, int(variants.thresholds.max(initial=0)))
        self.kind: Any = np.uint8 if highest < 256 else np.uint32
        self.points = np.zeros((criteria, options + 2, count), dtype=self.kind)
        self.points[:, 2:] = variants.points.transpose(1, 2, 0)
        self.floors = variants.floors.transpose(2, 1, 0).astype(np.uint32)
        # One star takes no points.
        self.thresholds = np.zeros((5, count), dtype=self.kind)
        self.thresholds[1:] = variants.thresholds.T
        self.fixed = [self._is_fixed(i) for i in range(criteria)]

    def totals(self, group: Group, chosen: slice) -> NDArray[Any]:
        """Return the points of each combination under the chosen variants."""
        table = joint(group, lambda leaf: self._leaf_totals(leaf, chosen), np.add)
        assert table is not None
        return table

    def stars(self, group: Group, chosen: slice) -> NDArray[np.uint8] | None:
        """Return the most stars that floors and knock-outs leave to each combination; 0 for out."""
        return joint(group, lambda leaf: self._leaf_stars(leaf, chosen), np.minimum)

    def bounds(self, group: Group, worst: bool) -> tuple[NDArray[Any], NDArray[np.uint8] | None]:
        """Return the least or the most points and stars of each combination under all variants."""
        every = slice(0, self.thresholds.shape[1])
        pick = np.min if worst else np.max

        def over(table: NDArray[Any] | None, dtype: Any) -> NDArray[Any] | None:
            return None if table is None else pick(table, axis=1).astype(dtype)

        points = joint(group, lambda leaf: over(self._leaf_totals(leaf, every), np.int64), np.add)
        stars = joint(group, lambda leaf: over(self._leaf_stars(leaf, every), np.uint8), np.minimum)
        assert points is not None
        return points, stars

    def is_fixed(self, criteria: Sequence[int]) -> bool:
        """Say whether floors and knock-outs are the same under all variants."""
        return all(self.fixed[i] for i in criteria)

    def _effective(self, leaf: Group, chosen: slice) -> list[NDArray[Any]]:
        """Return the points of each criterion of a leaf, rules applied."""
        points = [
            self.points[i, :, chosen].take(codes, axis=0)
            for i, codes in zip(leaf.columns, leaf.answers, strict=True)
        ]
        for n, i in enumerate(leaf.columns):
            if i in self.table.conditional:
                points[n] *= points[leaf.columns.index(self.table.conditional[i])] > 0
        return points

    def _leaf_totals(self, leaf: Group, chosen: slice) -> NDArray[Any]:
        total, *more = self._effective(leaf, chosen)
        for points in more:
            total += points
        return total

    def _leaf_stars(self, leaf: Group, chosen: slice) -> NDArray[np.uint8] | None:
        asked = [i for i in leaf.columns if self.floors[i].any() or i in self.table.knock_outs]
        if not asked:
            return None
        most = np.full((leaf.count, chosen.stop - chosen.start), 5, dtype=np.uint8)
        effective = self._effective(leaf, chosen)
        for i, codes, points in zip(leaf.columns, leaf.answers, effective, strict=True):
            for floor, star in zip(self.floors[i], STARS_WITH_FLOORS, strict=True):
                if floor.any():
                    below = np.where(points < floor[chosen], np.uint8(star - 1), np.uint8(5))
                    np.minimum(most, below, out=most)
            if i in self.table.knock_outs:
                most[(points == 0) & (codes > 0)[:, None]] = 0
        return most

    def _is_fixed(self, i: int) -> bool:
        """Say whether a criterion lets the same answers pass under all variants."""
        passing = [self.points[i] >= floor for floor in self.floors[i]]
        passing.append(self.points[i] > 0)
        if i in self.table.conditional:
            passing.append(self.points[self.table.conditional[i]] > 0)
        return all(bool((rows == rows[:, :1]).all()) for rows in passing)
