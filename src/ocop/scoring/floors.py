"""Which floors a sheet misses: the reason why a band does not become a star."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["MissedFloor", "missed_floors", "points_of"]


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
) -> tuple[list[tuple[MissedFloor, ...]], list[int]]:
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
    which : list of int
        For each sheet, its place in `combinations`.
    """
    floors, missed = _missed(table, answers, band)
    if not floors:
        return [()], [0] * len(answers)
    packed = np.ascontiguousarray(np.packbits(np.array(missed), axis=0).T)
    places: dict[bytes, int] = {}
    which = [places.setdefault(row.tobytes(), len(places)) for row in packed]
    combinations = []
    for key in places:
        bits = np.unpackbits(np.frombuffer(key, dtype=np.uint8))
        combinations.append(tuple(f for f, bit in zip(floors, bits, strict=False) if bit))
    return combinations, which


def _missed(
    table: ScoreTable, answers: NDArray[np.uint8], band: NDArray[np.int8]
) -> tuple[list[MissedFloor], list[NDArray[np.bool_]]]:
    """Return every floor of the set and which sheets miss it first at its star."""
    points = points_of(table, answers)
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
    return floors, missed


def points_of(table: ScoreTable, answers: NDArray[np.uint8]) -> list[NDArray[np.int64]]:
    """Return the points of each criterion, rules applied."""
    codes = answers + np.uint8(1)
    points = [table.points[i][codes[:, i]] for i in range(len(table.codes))]
    for i, other in table.needs:
        points[i] = np.where(points[other] > 0, points[i], 0)
    return points
