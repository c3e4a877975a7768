"""What the levels of levers write in one criteria set, as arrays: scenarios without the engine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet
from ocop.scenario._lever_effects import Effect
from ocop.scoring.variants import Variants
from ocop.types import STARS_WITH_FLOORS

__all__ = ["LeverTable"]


@frozen(eq=False)
class Writes:
    """What one level of a lever writes: flat places in an array, and the values there."""

    lever: int
    level: int
    places: NDArray[np.int64]
    values: NDArray[np.int64]


@frozen(eq=False, kw_only=True)
class LeverTable:
    """One criteria set, and what levels write in it.

    Levers that do not collide write other cells, or the same values, so their order does not
    matter. Floors follow from the points and marks of all levers together.
    """

    criteria_set: CriteriaSet
    base: Variants
    marks: NDArray[np.int64]
    whole: NDArray[np.int64]
    levers: tuple[int, ...]
    """The levers that change anything in the set."""
    writes: dict[str, tuple[Writes, ...]]
    """Writes by what is written: points, marks, whole, thresholds, full (the reading)."""
    floored: NDArray[np.int64]
    """The criteria whose floors may be others."""

    @classmethod
    def of(cls, source: CriteriaSet, effects: Sequence[Sequence[Effect]]) -> LeverTable:
        """Return the table of a set."""
        base = Variants.of([source])
        options = base.points.shape[2]
        marks = np.zeros(base.points.shape[1:], dtype=np.int64)
        for i, item in enumerate(source.items):
            found = [option.mark or 0 for option in item.criterion.options]
            marks[i, : len(found)] = found
        whole = np.array([item.criterion.mark or 0 for item in source.items], dtype=np.int64)
        writes: dict[str, list[Writes]] = {name: [] for name in NAMES}
        touched: set[int] = set()
        for n, levels in enumerate(effects):
            for m, effect in enumerate(levels):
                changes: dict[str, dict[int, int]] = {name: {} for name in NAMES}
                changes["thresholds"] = {star - 2: least for star, least in effect.bands.items()}
                if effect.reading is not None:
                    changes["full"] = {0: int(effect.reading == "full")}
                    touched |= {
                        i for i in range(len(whole)) if _marked_as_whole(effects, source, i)
                    }
                if source.number in effect.sets:
                    mine = effect.sets[source.number]
                    changes["points"] = {i * options + o: v for (i, o), v in mine.points.items()}
                    changes["marks"] = {i * options + o: v for (i, o), v in mine.marks.items()}
                    changes["whole"] = mine.whole
                    touched |= mine.criteria
                for name, cells in changes.items():
                    if cells:
                        places = np.array(list(cells), dtype=np.int64)
                        values = np.array(list(cells.values()), dtype=np.int64)
                        writes[name].append(Writes(n, m, places, values))
        return cls(
            criteria_set=source,
            base=base,
            marks=marks,
            whole=whole,
            levers=tuple(sorted({w.lever for found in writes.values() for w in found})),
            writes={name: tuple(found) for name, found in writes.items()},
            floored=np.array(sorted(touched), dtype=np.int64),
        )

    def variants(self, choices: NDArray[np.integer]) -> Variants:
        """Return the point tables of scenarios, rows of level positions that are in range."""
        points = self._written("points", self.base.points[0], choices)
        return Variants(
            criteria_set=self.criteria_set,
            points=points,
            thresholds=self._written("thresholds", self.base.thresholds[0], choices),
            floors=self._floors(points, choices),
        )

    def _written(
        self, name: str, base: NDArray[np.integer], choices: NDArray[np.integer]
    ) -> NDArray[np.integer]:
        """Return one copy of `base` for each scenario, with what its levels write."""
        result = np.repeat(base[None], len(choices), axis=0)
        flat = result.reshape(len(choices), -1)
        for write in self.writes[name]:
            rows = np.flatnonzero(choices[:, write.lever] == write.level)
            flat[rows[:, None], write.places] = write.values
        return result

    def _floors(
        self, points: NDArray[np.integer], choices: NDArray[np.integer]
    ) -> NDArray[np.integer]:
        floors = np.repeat(self.base.floors, len(choices), axis=0)
        some = self.floored
        if not len(some):
            return floors
        marks = self._written("marks", self.marks, choices)[:, some]
        whole = self._written("whole", self.whole, choices)[:, some]
        reading = np.array([self.criteria_set.criterion_mark == "full"], dtype=np.int64)
        full = self._written("full", reading, choices).astype(np.bool_)
        mine = points[:, some]
        # What a mark on the whole criterion asks for: any points, or all.
        asked = np.where(full, mine.max(axis=2), 1)
        for gate, star in enumerate(STARS_WITH_FLOORS):
            marked = (marks > 0) & (marks <= star)
            least = np.where(marked, mine, 0).max(axis=2)
            guarded = (whole > 0) & (whole <= star)
            floors[:, gate, some] = np.maximum(least, np.where(guarded, asked, 0))
        return floors


NAMES = ("points", "marks", "whole", "thresholds", "full")


def _marked_as_whole(effects: Sequence[Sequence[Effect]], source: CriteriaSet, i: int) -> bool:
    """Say whether a criterion can have a mark as a whole, in the law or by a level."""
    return source.items[i].criterion.mark is not None or any(
        i in effect.sets[source.number].whole
        for levels in effects
        for effect in levels
        if source.number in effect.sets
    )
