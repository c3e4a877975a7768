"""Criteria under noise: which points they can come to, and with what chance.

A criterion that counts only where another scores above 0 stands in one group with it; groups move
independently of each other. Everything is told by level, a row of least points per criterion (no
floors first, then those of the stars), and by class of answers: answers that move alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable

__all__ = ["Group", "Reach", "Spread", "groups_of"]

POINTS = (1 << 20) - 1
COUNT = (1 << 11) - 1
HIGH, IMPOSSIBLE, FAILS = 20, 40, 51
"""Where a packed reach holds its parts: points below 2^20, then how many groups say so."""

Codes = tuple[NDArray[np.intp], ...]
"""For each criterion of a group an array of classes; they broadcast to one shape."""


@frozen(eq=False)
class Spread:
    """How one criterion spreads over points.

    Attributes
    ----------
    class_of : ndarray of uint8, shape (256,)
        The class of each stored answer.
    points : ndarray of int64, shape (values,)
        Rising from 0.
    chance : ndarray of float64, shape (levels, classes, values)
        Without the answers that fail: those below the floor, and those that knock out.
    fails : ndarray of bool, shape (levels, classes)
        Some answer that fails has a chance.
    idle : ndarray of bool, shape (levels, classes)
        Nothing fails where the rules make the criterion count 0.
    """

    class_of: NDArray[np.uint8]
    points: NDArray[np.int64]
    chance: NDArray[np.float64]
    fails: NDArray[np.bool_]
    idle: NDArray[np.bool_]

    @property
    def classes(self) -> int:
        """How many classes of answers there are."""
        return len(self.fails[0])


@frozen(eq=False)
class Reach:
    """The least and the most points, all arrays (levels, ...).

    `impossible` says that every answer fails, `fails` that one may.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    impossible: NDArray[np.bool_]
    fails: NDArray[np.bool_]

    @property
    def packed(self) -> NDArray[np.int64]:
        """All four in one number; the sum of those of two groups is that of both together."""
        ends = self.low | (self.high << HIGH)
        return ends | (self.impossible.astype(np.int64) << IMPOSSIBLE) | (self.fails << FAILS)

    @classmethod
    def unpacked(cls, packed: NDArray[np.int64]) -> Reach:
        """Return what was packed."""
        low, high = packed & POINTS, (packed >> HIGH) & POINTS
        return cls(low, high, (packed >> IMPOSSIBLE) & COUNT > 0, packed >> FAILS > 0)


@frozen(eq=False)
class Group:
    """A criterion and those that count only where it scores above 0, with their spreads."""

    items: tuple[int, ...]
    spreads: tuple[Spread, ...]

    @property
    def levels(self) -> int:
        """How many levels there are; 1 where all are alike."""
        return len(self.spreads[0].chance)

    @property
    def grid(self) -> Codes:
        """All combinations of classes."""
        return np.ix_(*(range(spread.classes) for spread in self.spreads))

    def reach(self, codes: Codes) -> Reach:
        """Return which points the group can come to, (levels, ...)."""
        first = self.spreads[0]
        low, high, above = _ends(first.chance[..., 1:], first.points[1:], codes[0])
        zero = idle = first.chance[:, codes[0], 0] > 0
        fails = first.fails[:, codes[0]]
        for spread, code in zip(self.spreads[1:], codes[1:], strict=True):
            least, most, some = _ends(spread.chance, spread.points, code)
            passes = spread.idle[:, code]
            fails = fails | (above & spread.fails[:, code]) | (zero & ~passes)
            low, high, above, idle = low + least, high + most, above & some, idle & passes
        low = np.where(above & ~idle, low, 0)
        return Reach(low, np.where(above, high, 0), ~(above | idle), fails)

    def waves(self, wave: NDArray[np.complex128]) -> tuple[NDArray[np.complex128], ...]:
        """Return the transform of each criterion, (levels, classes, frequencies).

        `wave` is (points, frequencies). Zero points of the first criterion are left out.
        """
        result = []
        for n, spread in enumerate(self.spreads):
            total = np.zeros((*spread.fails.shape, wave.shape[1]), dtype=np.complex128)
            for value in range(0 if n else 1, len(spread.points)):
                total += spread.chance[..., value, None] * wave[spread.points[value]]
            result.append(total)
        return tuple(result)

    def transform(
        self, waves: tuple[NDArray[np.complex128], ...], codes: Codes, levels: slice = slice(None)
    ) -> NDArray[np.complex128]:
        """Return the transform of the points of the group, (levels, ..., frequencies)."""
        total = waves[0][levels, codes[0]]
        zero = self.spreads[0].chance[levels, codes[0], 0]
        for spread, wave, code in zip(self.spreads[1:], waves[1:], codes[1:], strict=True):
            total = total * wave[levels, code]
            zero = zero * spread.idle[levels, code]
        return total + zero[..., None]


def _ends(
    chance: NDArray[np.float64], points: NDArray[np.int64], code: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the least and the most points with a chance, and whether there are any, by code."""
    some = chance > 0
    most = points.max(initial=0)
    low = np.where(some, points, most).min(axis=-1, initial=most)
    high = (some * points).max(axis=-1, initial=0)
    found: Any = some.any(axis=-1)
    return low[:, code], high[:, code], found[:, code]


def groups_of(
    table: ScoreTable, moves: tuple[NDArray[np.float64], ...], floors: NDArray[np.int64]
) -> tuple[Group, ...]:
    """Return the groups of a criteria set, in printed order of their first criteria.

    `floors` is (levels, criteria); a group without floors has one level.
    """
    together: dict[int, list[int]] = {i: [i] for i in range(len(table.codes))}
    for item, other in sorted(table.needs):
        together[other] += together.pop(item)
    groups = []
    for items in together.values():
        levels = floors if floors[:, items].any() else floors[:1]
        spreads = (_spread(table, i, moves[i], levels[:, i, None]) for i in items)
        groups.append(Group(tuple(items), tuple(spreads)))
    return tuple(groups)


def _spread(
    table: ScoreTable, i: int, moves: NDArray[np.float64], floors: NDArray[np.int64]
) -> Spread:
    """Return the spread of a criterion; `floors` is (levels, 1)."""
    scored = table.points[i]
    codes = np.arange(len(scored))
    # What was not assessed, code 0, never knocks out.
    watched = (codes > 0) if i in table.knock_outs else (codes < 0)
    passes = (scored >= floors) & ~(watched & (scored == 0))
    idle = (floors == 0) & ~watched
    fails = ((moves > 0) & ~passes[:, None]).any(axis=2)
    points = np.array(sorted(set(scored.tolist())), dtype=np.int64)
    chance = (moves * passes[:, None]) @ (scored[:, None] == points).astype(np.float64)
    alike: dict[bytes, list[int]] = {}
    for code in codes.tolist():
        content = b"".join(array[:, code].tobytes() for array in (chance, fails, idle))
        alike.setdefault(content, []).append(code)
    class_of = np.zeros(256, dtype=np.uint8)
    for number, members in enumerate(alike.values()):
        # Unanswered, code 0, is stored as 255.
        class_of[np.array(members) - 1] = number
    kept = [members[0] for members in alike.values()]
    return Spread(class_of, points, chance[:, kept], fails[:, kept], idle[:, kept])
