"""A criteria set as ladders: the options of a criterion, worst first, and what floors ask."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet, Criterion
from ocop.scoring.table import ScoreTable, table_of
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Ladder", "Rungs", "ladders_of", "limits"]

STARS = 6


@frozen(eq=False)
class Ladder:
    """The options of a criterion in one case; a rung is 0 for none met, else from the worst on.

    `positions` and `points` are those of each rung; `asked` holds, for the stars 0 to 5, the rung
    that a producer who aims at this star sees to.
    """

    positions: NDArray[np.uint8]
    points: NDArray[np.int64]
    asked: NDArray[np.uint8]

    @property
    def options(self) -> int:
        """How many options there are."""
        return len(self.positions) - 1


@frozen(eq=False)
class Rungs:
    """The ladders of one criterion: one, or one for each case of its kind.

    `kind` is the place of the kind among those of the set, None where all sheets use one ladder.
    """

    kind: int | None
    ladders: tuple[Ladder, ...]

    @property
    def any_asked(self) -> bool:
        """Whether some star asks for something here."""
        return any(bool(ladder.asked.any()) for ladder in self.ladders)


def ladders_of(criteria_set: CriteriaSet) -> tuple[Rungs, ...]:
    """Return the ladders of each criterion in printed order."""
    table = table_of(criteria_set)
    floors = _floors(table)
    kinds = [kind.id for kind in criteria_set.case_kinds]
    result = []
    for i, item in enumerate(criteria_set.items):
        kind = item.criterion.case_kind
        number = None if kind is None else kinds.index(kind)
        cases: tuple[str | None, ...] = (None,)
        if number is not None:
            cases = tuple(case.id for case in criteria_set.case_kinds[number].cases)
        made = tuple(_ladder(item.criterion, case, floors[:, i]) for case in cases)
        result.append(Rungs(number, made))
    return tuple(result)


def _floors(table: ScoreTable) -> NDArray[np.int64]:
    """Return what the stars 3 to 5 ask, and points where none exclude or a floor needs them."""
    floors = table.floors.copy()
    floors[:, list(table.knock_outs)] = np.maximum(floors[:, list(table.knock_outs)], 1)
    for item, other in table.needs:
        floors[:, other] = np.where(
            floors[:, item] > 0, np.maximum(floors[:, other], 1), floors[:, other]
        )
    return floors


def _ladder(criterion: Criterion, case: str | None, floors: NDArray[np.int64]) -> Ladder:
    options = criterion.options
    mine = [n for n, option in enumerate(options, start=1) if option.case == case]
    mine.sort(key=lambda n: options[n - 1].points)
    points = np.array([0, *(options[n - 1].points for n in mine)], dtype=np.int64)
    asked = np.zeros(STARS, dtype=np.uint8)
    for star, floor in zip(STARS_WITH_FLOORS, floors.tolist(), strict=True):
        enough = np.flatnonzero(points >= floor)
        # Where no option of the case is enough there is nothing to see to.
        asked[star] = enough[0] if floor and len(enough) else 0
    np.maximum.accumulate(asked, out=asked)
    return Ladder(np.array([0, *mine], dtype=np.uint8), points, asked)


@cache
def limits(options: int) -> tuple[float, ...]:
    """Return the limits between options that have equal chances at mean 0 and spread 1."""
    return tuple(NormalDist().inv_cdf(k / options) for k in range(1, options))
