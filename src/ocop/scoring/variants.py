"""Variants of a criteria set: many point tables for the same criteria and options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet, Item
from ocop.scoring._comparable import Comparable
from ocop.text import number_of, quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Variants"]

MOST_POINTS = 65_535


def _whole(given: ArrayLike, name: str, dimensions: int) -> NDArray[np.uint16]:
    """Return whole numbers from 0, read-only; they are never wrapped."""
    array = np.asarray(given)
    if array.ndim != dimensions:
        message = f"found {array.ndim} dimensions, allowed are {dimensions}"
        raise InputError([Problem("wrong-shape", message, path=name)])
    if array.size and array.dtype.kind not in "iu":
        message = f"found dtype {array.dtype}, allowed are whole numbers"
        raise InputError([Problem("wrong-dtype", message, path=name)])
    if array.size and (array.min() < 0 or array.max() > MOST_POINTS):
        place = np.argwhere((array < 0) | (array > MOST_POINTS))[0].tolist()
        where = ", ".join(map(str, place))
        message = f"found {array[tuple(place)]} at [{where}], allowed are 0 to {MOST_POINTS}"
        raise InputError([Problem("out-of-range", message, path=name)])
    result = array.astype(np.uint16)
    result.setflags(write=False)
    return result


def _points(given: ArrayLike) -> NDArray[np.uint16]:
    return _whole(given, "points", 3)


def _maybe_thresholds(given: ArrayLike | None) -> NDArray[np.uint16] | None:
    return None if given is None else _whole(given, "thresholds", 2)


def _maybe_floors(given: ArrayLike | None) -> NDArray[np.uint16] | None:
    return None if given is None else _whole(given, "floors", 3)


@frozen(kw_only=True, eq=False, repr=False, init=False)
class Variants(Comparable):
    """Point tables for one criteria set: the same criteria and options, other points.

    Rules, exclusions and star marks are those of the set. A floor follows the points: it is the
    highest points among the options that are marked for the star or below.

    Parameters
    ----------
    criteria_set : CriteriaSet
    points : array_like of int, shape (variants, criteria, options)
        Points of each option, criteria in printed order; 0 beyond the options that a criterion
        has. The last axis is as long as the longest list of options, or longer.
    thresholds : array_like of int, shape (variants, 4), optional
        Least points of the bands 2 to 5, rising; those of the set by default.
    floors : array_like of int, shape (variants, 3, criteria), optional
        Least points of each criterion for the stars 3, 4 and 5, where they do not follow the
        marks. A floor of a lower star holds for the higher ones too.

    Raises
    ------
    InputError
        ``wrong-shape``, ``wrong-dtype``, ``out-of-range``, ``not-rising``.

    References
    ----------
    26/2026/QĐ-TTg, Annex II: a star mark is the least to be met for that star level.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> once = ocop.Variants.of([tea, tea])
    >>> once
    <Variants of qd-26-2026 set 11 tea: 2 x 32 criteria>
    """

    criteria_set: CriteriaSet
    points: NDArray[np.uint16] = field(converter=_points)
    _thresholds: NDArray[np.uint16] | None = field(default=None, converter=_maybe_thresholds)
    _floors: NDArray[np.uint16] | None = field(default=None, converter=_maybe_floors)

    def __init__(
        self,
        *,
        criteria_set: CriteriaSet,
        points: ArrayLike,
        thresholds: ArrayLike | None = None,
        floors: ArrayLike | None = None,
    ) -> None:
        self.__attrs_init__(
            criteria_set=criteria_set, points=points, thresholds=thresholds, floors=floors
        )
        problems = list(self._shape_problems())
        if problems:
            raise InputError(problems)
        falls = np.flatnonzero((np.diff(self.thresholds.astype(np.int64), axis=1) < 0).any(axis=1))
        if len(falls):
            found = ", ".join(map(str, self.thresholds[falls[0]].tolist()))
            message = f"found {found} in variant {falls[0]}, allowed are rising points"
            raise InputError([Problem("not-rising", message, path="thresholds")])

    @cached_property
    def thresholds(self) -> NDArray[np.uint16]:
        """Least points of the bands 2 to 5, shape (variants, 4)."""
        if self._thresholds is not None:
            return self._thresholds
        return _whole(np.tile(_bands(self.criteria_set), (len(self), 1)), "thresholds", 2)

    @cached_property
    def floors(self) -> NDArray[np.uint16]:
        """Least points for the stars 3, 4 and 5, shape (variants, 3, criteria)."""
        return self._marked_floors() if self._floors is None else self._floors

    @classmethod
    def of(cls, sets: Iterable[CriteriaSet]) -> Variants:
        """Return the variants that criteria sets make of the first one.

        Points, star marks and bands may differ; codes, numbers of options, rules, exclusions and
        cases must not.

        Raises
        ------
        InputError
            ``no-variants``, ``other-structure``.
        """
        given = list(sets)
        if not given:
            raise InputError([Problem("no-variants", "found no sets, allowed is one or more")])
        first = given[0]
        problems = [
            Problem("other-structure", f"variant {n} has other {name} than the first; {ALIKE}")
            for n, other in enumerate(given)
            for name in _differences(first, other)
        ]
        if problems:
            raise InputError(problems)
        most = max(len(item.criterion.options) for item in first.items)
        points = np.zeros((len(given), len(first.items), most), dtype=np.int64)
        floors = np.zeros((len(given), len(STARS_WITH_FLOORS), len(first.items)), dtype=np.int64)
        for n, source in enumerate(given):
            for i, item in enumerate(source.items):
                points[n, i, : len(item.criterion.options)] = [
                    option.points for option in item.criterion.options
                ]
                for gate, star in enumerate(STARS_WITH_FLOORS):
                    floors[n, gate, i] = item.criterion.floor(star, source.criterion_mark)
        thresholds = np.array([_bands(source) for source in given])
        return cls(criteria_set=first, points=points, thresholds=thresholds, floors=floors)

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, chosen: slice) -> Variants:
        """Return some of the variants."""
        return Variants(
            criteria_set=self.criteria_set,
            points=self.points[chosen],
            thresholds=None if self._thresholds is None else self._thresholds[chosen],
            floors=None if self._floors is None else self._floors[chosen],
        )

    def __repr__(self) -> str:
        source = self.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        return f"<Variants of {where}: {len(self)} x {number_of(len(source.items), 'criterion')}>"

    def _shape_problems(self) -> Iterable[Problem]:
        criteria = len(self.criteria_set.items)
        most = max(len(item.criterion.options) for item in self.criteria_set.items)
        variants, found, options = self.points.shape
        if found != criteria:
            message = f"found {found} criteria, allowed are {criteria}"
            yield Problem("wrong-shape", message, path="points")
        elif options < most:
            message = f"found {options} options, allowed are {most} or more"
            yield Problem("wrong-shape", message, path="points")
        else:
            for i, item in enumerate(self.criteria_set.items):
                size = len(item.criterion.options)
                if self.points[:, i, size:].any():
                    message = f"{item.code} has {size} options, found points beyond them"
                    yield Problem("out-of-range", message, path="points")
        shapes = {
            "thresholds": (variants, 4),
            "floors": (variants, len(STARS_WITH_FLOORS), criteria),
        }
        for name, shape in shapes.items():
            array = {"thresholds": self._thresholds, "floors": self._floors}[name]
            if array is not None and array.shape != shape:
                message = f"found the shape {array.shape}, allowed is {shape}"
                yield Problem("wrong-shape", message, path=name)

    def _marked_floors(self) -> NDArray[np.uint16]:
        items = self.criteria_set.items
        floors = np.zeros((len(self), len(STARS_WITH_FLOORS), len(items)), dtype=np.uint16)
        for i, item in enumerate(items):
            for gate, star in enumerate(STARS_WITH_FLOORS):
                marked = [
                    o
                    for o, option in enumerate(item.criterion.options)
                    if option.mark is not None and option.mark <= star
                ]
                best = self.points[:, i, marked].max(axis=1, initial=0)
                floors[:, gate, i] = np.maximum(best, self._whole_criterion(i, item, star))
        return floors

    def _whole_criterion(self, i: int, item: Item, star: int) -> Any:
        """Return what a mark on the whole criterion asks for: any points, or all."""
        mark = item.criterion.mark
        if mark is None or mark > star:
            return 0
        return 1 if self.criteria_set.criterion_mark == "any" else self.points[:, i].max(axis=1)


ALIKE = "allowed are other points, star marks and bands"


def _bands(source: CriteriaSet) -> Sequence[int]:
    return [band.at_least for band in sorted(source.bands, key=lambda b: b.star) if band.star > 1]


def _differences(first: CriteriaSet, other: CriteriaSet) -> Iterable[str]:
    """Name what keeps `other` from being a variant of `first`."""
    if other.codes != first.codes:
        yield "criteria"
        return
    for mine, its in zip(first.items, other.items, strict=True):
        if len(mine.criterion.options) != len(its.criterion.options):
            yield f"options in {quoted(mine.code)}"
        elif [o.case for o in mine.criterion.options] != [o.case for o in its.criterion.options]:
            yield f"cases in {quoted(mine.code)}"
    for name in ("rules", "exclusions"):
        if getattr(first, name) != getattr(other, name):
            yield name
