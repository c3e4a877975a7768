"""Which floors a sheet misses: the reason why a band does not become a star."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["MissedFloor", "missed_floors", "points_of"]

_BLOCK = 1 << 15


@frozen
class MissedFloor:
    """A criterion below its floor; `star` is the lowest star that it keeps the product from."""

    code: str
    star: int
    needed: int

    def __str__(self) -> str:
        return f"{self.code}:{self.star}"


def missed_floors(
    table: ScoreTable, answers: NDArray[np.uint8], band: NDArray[np.int8]
) -> tuple[list[tuple[MissedFloor, ...]], NDArray[np.int64]]:
    """Return the floors of the stars up to its band that each sheet misses.

    Few combinations occur in a batch, so each is returned once.

    Parameters
    ----------
    table : ScoreTable
    answers : ndarray of uint8, shape (sheets, criteria)
    band : ndarray of int8, shape (sheets,)
        Stars beyond the band are not asked for.

    Returns
    -------
    combinations : list of tuple of MissedFloor
        In printed order of the criteria.
    which : ndarray of int64, shape (sheets,)
        For each sheet, its place in `combinations`.
    """
    floors = _floors(table)
    which = np.zeros(len(answers), dtype=np.int64)
    places: dict[tuple[int, ...], int] = {}
    # By the block, so that what is in between stays in the cache.
    for low in range(0, len(answers), _BLOCK):
        here = slice(low, low + _BLOCK)
        keys = _missed(table, floors, answers[here], band[here])
        first, number = _distinct(keys)
        found = map(tuple, keys[first].tolist())
        given = [places.setdefault(key, len(places)) for key in found]
        which[here] = np.array(given, dtype=np.int64)[number]
    combinations = [
        tuple(f for n, (_, f) in enumerate(floors) if key[n // 64] >> n % 64 & 1) for key in places
    ]
    return combinations, which


def _floors(table: ScoreTable) -> list[tuple[int, MissedFloor]]:
    """Return every floor of the set with the place of its criterion."""
    found = []
    for i, code in enumerate(table.codes):
        below = 0
        for star, floor in zip(STARS_WITH_FLOORS, table.floors[:, i].tolist(), strict=True):
            if floor != below:
                found.append((i, MissedFloor(code, star, floor)))
            below = floor
    return found


def _missed(
    table: ScoreTable,
    floors: list[tuple[int, MissedFloor]],
    answers: NDArray[np.uint8],
    band: NDArray[np.int8],
) -> NDArray[np.uint64]:
    """Return which floors each sheet misses first at their star, as bits of words."""
    words = np.zeros((len(floors) // 64 + 1, len(answers)), dtype=np.uint64)
    kept = {i: _kept_from(table, answers, i) for i in {i for i, _ in floors}}
    reached: dict[int, NDArray[np.bool_]] = {star: band >= star for star in STARS_WITH_FLOORS}
    for n, (i, floor) in enumerate(floors):
        missed = (kept[i] == floor.star) & reached[floor.star]
        words[n // 64] |= missed.astype(np.uint64) << np.uint64(n % 64)
    return words.T


def _kept_from(table: ScoreTable, answers: NDArray[np.uint8], i: int) -> NDArray[np.uint8]:
    """Return the lowest star that a criterion keeps each sheet from, 0 for none."""
    short = table.points[i][:, np.newaxis] < table.floors[:, i]
    stars = np.array(STARS_WITH_FLOORS, dtype=np.uint8)
    of_code = np.where(short.any(axis=1), stars[short.argmax(axis=1)], 0).astype(np.uint8)
    kept: NDArray[np.uint8] = of_code.take(answers[:, i] + np.uint8(1))
    for item, other in table.needs:
        if item == i:
            counts = (table.points[other] > 0).take(answers[:, other] + np.uint8(1))
            # An answer of code 1, none met, has no points: what is left where a rule strikes.
            kept = np.where(counts, kept, of_code[1])
    return kept


def _distinct(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each key of shape (sheets, words) stands first, in order, and which each is."""
    _, first, number = np.unique(keys[:, 0], return_index=True, return_inverse=True)
    for word in keys.T[1:]:
        _, mine = np.unique(word, return_inverse=True)
        _, first, number = np.unique(
            number * len(keys) + mine, return_index=True, return_inverse=True
        )
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[number]


def points_of(table: ScoreTable, answers: NDArray[np.uint8]) -> list[NDArray[np.int64]]:
    """Return the points of each criterion, rules applied."""
    codes = answers + np.uint8(1)
    points = [table.points[i][codes[:, i]] for i in range(len(table.codes))]
    for i, other in table.needs:
        points[i] = np.where(points[other] > 0, points[i], 0)
    return points
