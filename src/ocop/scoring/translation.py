"""Translation: what sheets of one decision could have got under another.

A crosswalk says which newer answers an older answer leaves possible. So every sheet becomes a set
of possible sheets, and its total, band and star become intervals.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._repr import short_repr
from ocop.law.model import CriteriaSet
from ocop.scoring._comparable import Comparable
from ocop.scoring._possible_stars import possible_stars
from ocop.scoring._score_columns import origin_kind
from ocop.scoring.possible import Possible, points_of_answers
from ocop.scoring.scores import Scores
from ocop.scoring.sheet import Sheets
from ocop.text import number_of

__all__ = ["OpenCriterion", "TranslatedSheet", "Translation"]


@frozen(kw_only=True)
class OpenCriterion:
    """A criterion whose points a translation leaves open.

    `answers` are the possible answers: 0 for none met, else the option counted from 1; `lowest`
    and `highest` are points.
    """

    code: str
    answers: tuple[int, ...]
    lowest: int
    highest: int

    def __str__(self) -> str:
        return f"{self.code}:{self.lowest}-{self.highest}"


@frozen(kw_only=True)
class TranslatedSheet:
    """One product's translation; intervals are (lowest, highest), both possible.

    `star` holds None where the product is excluded. `open` names the criteria that leave the
    result open; it is empty where the result is determined.
    """

    product: str
    total: tuple[int, int]
    band: tuple[int, int]
    star: tuple[int | None, int | None]
    open: tuple[OpenCriterion, ...]

    __repr__ = short_repr

    @property
    def determined(self) -> bool:
        """Whether every criterion has its points."""
        return not self.open


@frozen(kw_only=True, eq=False, repr=False)
class Translation(Comparable):
    """Translated sheets, one row per sheet in the order of the sheets; arrays are read-only.

    Attributes
    ----------
    sheets : Sheets
        What was translated.
    criteria_set : CriteriaSet
        The set it was translated to.
    lowest, highest : Scores
        Scores of a possible sheet with the lowest and with the highest total.
    star_low, star_high : ndarray of int8, shape (sheets,)
        The lowest and the highest possible star; 0 where the product is excluded.
    lost_findings : tuple of str
        Findings of the older set that the newer one does not know.
    new_findings : tuple of str
        Findings of the newer set that the older sheets could not state; taken as not found.
    """

    sheets: Sheets
    criteria_set: CriteriaSet
    lowest: Scores
    highest: Scores
    star_low: NDArray[np.int8]
    star_high: NDArray[np.int8]
    lost_findings: tuple[str, ...]
    new_findings: tuple[str, ...]
    _possible: Possible

    def __len__(self) -> int:
        return len(self.sheets)

    def __repr__(self) -> str:
        source, target = self.sheets.criteria_set, self.criteria_set
        where = f"{source.decision} {source.group.slug} to {target.decision} {target.group.slug}"
        known = int(self.determined.sum())
        return f"<Translation {where}: {number_of(len(self), 'product')}, {known:,} determined>"

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return self.sheets.products

    @property
    def determined(self) -> NDArray[np.bool_]:
        """Which sheets have one answer: every criterion has its points, shape (sheets,)."""
        result = np.ones(len(self), dtype=np.bool_)
        for least, most in self._ends():
            result &= least == most
        return result

    def _ends(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the least and the most points of every criterion, one value per sheet."""
        for answers, item in zip(self._possible, self.criteria_set.items, strict=True):
            points = points_of_answers(item.criterion)[:, None]
            least = np.where(answers, points, points.max()).min(axis=0)
            yield least, np.where(answers, points, 0).max(axis=0)

    def __getitem__(self, row: int) -> TranslatedSheet:
        place = range(len(self))[row]
        return TranslatedSheet(
            product=self.products[place],
            total=(int(self.lowest.total[place]), int(self.highest.total[place])),
            band=(int(self.lowest.band[place]), int(self.highest.band[place])),
            star=(int(self.star_low[place]) or None, int(self.star_high[place]) or None),
            open=self._open(place),
        )

    def __iter__(self) -> Iterator[TranslatedSheet]:
        return (self[row] for row in range(len(self)))

    def _open(self, row: int) -> tuple[OpenCriterion, ...]:
        found = []
        for answers, item in zip(self._possible, self.criteria_set.items, strict=True):
            possible = np.flatnonzero(answers[:, row])
            points = points_of_answers(item.criterion)[possible]
            if points.min() != points.max():
                ends = {"lowest": int(points.min()), "highest": int(points.max())}
                found.append(
                    OpenCriterion(code=item.code, answers=tuple(possible.tolist()), **ends)
                )
        return tuple(found)

    @cached_property
    def possible_stars(self) -> NDArray[np.bool_]:
        """Which stars each sheet can get, shape (sheets, 6); column 0 stands for excluded.

        Exactly those: where one open answer decides between two stars and five, three and four
        are not possible.
        """
        stars = possible_stars(self._possible, self.criteria_set, self.star_low, self.star_high)
        stars.setflags(write=False)
        return stars

    def possible(self, row: int) -> dict[str, tuple[int | None, ...]]:
        """Return the possible answers of one sheet by criterion code; (None,) for not assessed."""
        place = range(len(self))[row]
        return {
            item.code: (None,)
            if answers[-1, place]
            else tuple(np.flatnonzero(answers[:, place]).tolist())
            for answers, item in zip(self._possible, self.criteria_set.items, strict=True)
        }

    def to_frame(self, like: Any = None) -> Any:
        """Return the columns of `columns` as a data frame, as `Scores.to_frame` does."""
        return columns_frame(self.columns(), like, origin_kind([self.sheets]))

    def columns(self) -> dict[str, list[Any]]:
        """Return the results by column, as tables show them.

        `star_low` and `star_high` are None where the product is excluded. `open` is text such as
        ``3.3:1-2;7:0-3``: criterion and its lowest and highest points. `missing_floors` are those
        that even the sheet with the highest total misses.
        """
        texts: list[list[str]] = [[] for _ in range(len(self))]
        for code, (least, most) in zip(self.criteria_set.codes, self._ends(), strict=True):
            for row in np.flatnonzero(least != most).tolist():
                texts[row].append(f"{code}:{least[row]}-{most[row]}")
        rows = np.arange(len(self))
        scores = self.lowest.columns(rows)
        return {
            **{name: scores[name] for name in list(scores)[: list(scores).index("A")]},
            "total_low": self.lowest.total.tolist(),
            "total_high": self.highest.total.tolist(),
            "band_low": self.lowest.band.tolist(),
            "band_high": self.highest.band.tolist(),
            "star_low": [star or None for star in self.star_low.tolist()],
            "star_high": [star or None for star in self.star_high.tolist()],
            "open": [";".join(text) for text in texts],
            "missing_floors": self.highest.columns(rows)["missing_floors"],
        }
