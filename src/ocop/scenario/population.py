"""Synthetic populations: made-up products with their sheets, quality and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._version import __version__
from ocop.law.model import CriteriaSet
from ocop.scenario._population_columns import wide
from ocop.scenario.population_model import PopulationModel
from ocop.scoring.sheet import Sheets
from ocop.text import number_of

__all__ = ["STARS", "Population", "PopulationGroup", "off"]

STARS = (5, 4, 3, 2, 1)


@frozen(kw_only=True, eq=False, repr=False)
class PopulationGroup:
    """The made-up products of one criteria set; arrays are read-only.

    Attributes
    ----------
    sheets : Sheets
        With the column ``synthetic`` and those of the places.
    quality : ndarray of float64, shape (products,)
        Latent quality of each product.
    difficulty : ndarray of float64, shape (criteria,)
        Difficulty of each criterion, on the scale of the quality.
    parameters : PopulationModel
        The model with the mean and spread that were calibrated.
    expected : mapping of int to float, optional
        Star to the share that the parameters give on the numbers of the calibration; None where
        no shares were asked for.
    kept : float
        Share of drawn products whose star was asked for; the others were drawn again.
    star_counts : mapping of int to int
        Products with each star, 5 to 1, and 0 for excluded ones.
    """

    sheets: Sheets
    quality: NDArray[np.float64]
    difficulty: NDArray[np.float64]
    parameters: PopulationModel
    expected: Mapping[int, float] | None
    kept: float
    star_counts: Mapping[int, int]

    @property
    def criteria_set(self) -> CriteriaSet:
        """The criteria set of the sheets."""
        return self.sheets.criteria_set

    def __len__(self) -> int:
        return len(self.sheets)

    def __repr__(self) -> str:
        source = self.criteria_set
        return f"<PopulationGroup set {source.number} {source.group.slug}: {len(self)} synthetic>"


@frozen(kw_only=True, eq=False, repr=False)
class Population:
    """Made-up products with sheets (quần thể giả định); nothing in it is real.

    Every product's code begins with ``SYN-``, and every batch of sheets has the column
    ``synthetic``, which files keep.

    Attributes
    ----------
    decision : str
        Id of the decision.
    groups : tuple of PopulationGroup
        One for each criteria set, in order of set numbers.
    asked : mapping of int to float, optional
        Star to the share asked for; None where none were.
    model : PopulationModel
        As given; the groups hold what was calibrated.
    seed : int
        The seed; given as `rng` it makes the same population again.
    version : str
        Version of ocop that made it.
    """

    decision: str
    groups: tuple[PopulationGroup, ...]
    asked: Mapping[int, float] | None
    model: PopulationModel
    seed: int
    version: str = __version__

    @property
    def sheets(self) -> tuple[Sheets, ...]:
        """The sheets, a batch for each criteria set."""
        return tuple(group.sheets for group in self.groups)

    @property
    def quality(self) -> tuple[NDArray[np.float64], ...]:
        """The latent quality of each product, an array for each batch of sheets."""
        return tuple(group.quality for group in self.groups)

    @property
    def parameters(self) -> dict[int, PopulationModel]:
        """Set number to the model with the mean and spread that were used."""
        return {group.criteria_set.number: group.parameters for group in self.groups}

    @property
    def digests(self) -> dict[int, str]:
        """Set number to the content digest of the criteria set."""
        return {g.criteria_set.number: g.criteria_set.digest for g in self.groups}

    @cached_property
    def star_counts(self) -> dict[int, int]:
        """How many products have each star, 5 to 1, and 0 for excluded ones."""
        return {star: sum(g.star_counts[star] for g in self.groups) for star in (*STARS, 0)}

    def stars(self) -> list[dict[str, Any]]:
        """Return a row for each star, with the shares asked for, expected and achieved.

        Shares are of the products that are not excluded. `asked` and `expected` are None where
        no shares were asked for, and for the excluded (star 0).
        """
        counts = self.star_counts
        graded = sum(counts.values()) - counts[0]
        rows: list[dict[str, Any]] = []
        for star in (*STARS, 0):
            told = self.asked is not None and star > 0
            share = None if star == 0 or not graded else counts[star] / graded
            rows.append(
                {
                    "star": star,
                    "asked": self.asked.get(star, 0.0) if self.asked and told else None,
                    "expected": self._expected(star) / graded if told and graded else None,
                    "achieved": share,
                    "count": counts[star],
                }
            )
        return rows

    def to_frame(self, like: Any = None) -> Any:
        """Return the columns of `columns` as a data frame, as `Scores.to_frame` does."""
        return columns_frame(self.columns(), like)

    def columns(self) -> dict[str, list[Any]]:
        """Return all products by column, as a file of sheets in the wide form has them.

        After product, set, ``synthetic``, places and findings come the printed codes of all sets;
        answers are positions from 1, 0 for none met, None for unanswered or not in the set.
        """
        result: dict[str, list[Any]] = {}
        for columns in wide(self.sheets, max(1, len(self))):
            for name, values in columns.items():
                result.setdefault(name, []).extend(values)
        return result

    def _expected(self, star: int) -> float:
        return sum(
            (len(group) - group.star_counts[0]) * group.expected.get(star, 0.0)
            for group in self.groups
            if group.expected is not None
        )

    @property
    def off(self) -> float:
        """How far an expected share is from the one asked for, at most; of any group, 0 to 1."""
        pairs = [(group.expected, self.asked) for group in self.groups]
        return max((off(e, a) for e, a in pairs if e is not None and a is not None), default=0.0)

    def __len__(self) -> int:
        return sum(map(len, self.groups))

    def __repr__(self) -> str:
        stars = ", ".join(f"{star}: {count}" for star, count in self.star_counts.items())
        products = number_of(len(self), "synthetic product")
        size = f"{products} in {number_of(len(self.groups), 'group')}"
        return f"<Population {self.decision}: {size}, stars {{{stars}}}, seed {self.seed}>"

    def equals(self, other: Any) -> bool:
        """Say whether another population has the same law, products, answers and parameters."""
        return (
            isinstance(other, Population)
            and (self.decision, self.digests, self.asked, self.parameters)
            == (other.decision, other.digests, other.asked, other.parameters)
            and all(map(_equal, self.groups, other.groups))
        )


def _equal(mine: PopulationGroup, its: PopulationGroup) -> bool:
    a, b = mine.sheets, its.sheets
    return (a.products, dict(a.columns)) == (b.products, dict(b.columns)) and all(
        np.array_equal(x, y)
        for x, y in (
            (a.answers, b.answers),
            (_bits(a), _bits(b)),
            (mine.quality, its.quality),
            (mine.difficulty, its.difficulty),
        )
    )


def _bits(sheets: Sheets) -> Any:
    return 0 if sheets.findings is None else sheets.findings


def off(expected: Mapping[int, float], asked: Mapping[int, float]) -> float:
    """Return the largest difference between two shares of a star."""
    return max(abs(expected.get(star, 0.0) - asked.get(star, 0.0)) for star in STARS)
