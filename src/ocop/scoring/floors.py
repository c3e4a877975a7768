"""Which floors a sheet misses: the reason why a band does not become a star."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["MissedFloor", "missed_floors"]


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
) -> Iterator[tuple[MissedFloor, ...]]:
    """Yield, for each sheet, the floors of the stars up to its band that it misses.

    Parameters
    ----------
    table : ScoreTable
    answers : ndarray of uint8, shape (sheets, criteria)
    band : ndarray of int8, shape (sheets,)
        Stars beyond the band are not asked for.
    """
    points = _points(table, answers)
    floors: list[MissedFloor] = []
    missed: list[NDArray[np.bool_]] = []
    for i, code in enumerate(table.codes):
        free = np.ones(len(answers), dtype=np.bool_)
        below = 0
        for star, floor in zip(STARS_WITH_FLOORS, table.floors[:, i].tolist(), strict=True):
            if floor == below:
                continue
            below = floor
            fails = free & (points[i] < floor) & (band >= star)
            free &= ~fails
            floors.append(MissedFloor(code, star, floor))
            missed.append(fails)
    if not missed:
        yield from [()] * len(answers)
        return
    # Few combinations occur in a batch: each is spelt out once.
    packed = np.packbits(np.array(missed), axis=0).T

    @cache
    def spelt(key: bytes) -> tuple[MissedFloor, ...]:
        bits = np.unpackbits(np.frombuffer(key, dtype=np.uint8))
        return tuple(floor for floor, bit in zip(floors, bits, strict=False) if bit)

    for row in np.ascontiguousarray(packed):
        yield spelt(row.tobytes())


def _points(table: ScoreTable, answers: NDArray[np.uint8]) -> list[NDArray[np.int64]]:
    """Return the points of each criterion, rules applied."""
    codes = answers + np.uint8(1)
    points = [table.points[i][codes[:, i]] for i in range(len(table.codes))]
    for i, other in table.needs:
        points[i] = np.where(points[other] > 0, points[i], 0)
    return points
