"""What a sweep gives: star counts by scenario, chances and ranges of ranks by product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._renamed import renamed_attribute
from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.scenario._matching import carried_columns
from ocop.scenario.choices import Choices
from ocop.scenario.draws import Draws
from ocop.scenario.reform import Reform
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import origin_kind
from ocop.scoring.sheet import Sheets
from ocop.text import number_of, quoted

__all__ = ["RankRanges", "Sweep"]

STARS = (5, 4, 3, 2, 1)
NAMES = {5: "5", 4: "4", 3: "3", 2: "2", 1: "1", 0: "excluded"}


@frozen(kw_only=True, eq=False, repr=False)
class RankRanges(Comparable):
    """Ranks of products over all scenarios (khoảng thứ hạng); arrays are read-only.

    Attributes
    ----------
    ties : {"min", "dense", "ordinal"}
    order : tuple of str
        What decided, as for `rank`.
    lowest, highest : ndarray of int64, shape (products,)
        The smallest and the largest number that a product's rank has; 1 is the best rank.
    total : ndarray of int64, shape (products,)
        Sum of the ranks over all scenarios, exact.
    scenarios : int
    """

    ties: str
    order: tuple[str, ...]
    lowest: NDArray[np.int64]
    highest: NDArray[np.int64]
    total: NDArray[np.int64]
    scenarios: int

    @property
    def mean(self) -> NDArray[np.float64]:
        """The mean rank of each product."""
        return self.total / self.scenarios

    def __repr__(self) -> str:
        products = number_of(len(self.total), "product")
        return f"<RankRanges of {products} over {number_of(self.scenarios, 'scenario')}>"


@frozen(kw_only=True, eq=False, repr=False)
class Sweep:
    """Products under many scenarios of a law (quét kịch bản); arrays are read-only.

    Scenarios are numbered from 0 in their order, products in the order of the sheets.

    Attributes
    ----------
    sheets : tuple of Sheets
        What was scored, one batch per criteria set.
    scenarios : Choices, Draws or tuple of Reform
        What was asked.
    star_counts : ndarray of int64, shape (scenarios, 6)
        Products with 0 (excluded), 1, ... 5 stars in each scenario.
    star_counts_by_set : ndarray of int64, shape (scenarios, batches, 6), or None
        The same for each batch of sheets, where asked for.
    star_frequencies : ndarray of int64, shape (products, 6)
        Scenarios that give each product 0 (excluded), 1, ... 5 stars.
    baseline : ndarray of int64, shape (6,)
        Products with 0 to 5 stars under the law as it is.
    open_answers : ndarray of int64, shape (scenarios,)
        Answers that the law of a scenario asks for and that sheets cannot say, for the criterion
        is new or the option is gone; they count as not assessed. 0 under levers and draws.
    ranks : RankRanges or None
        Where asked for.
    seed : int or None
        The seed, where scenarios were drawn.
    redone : int
        Scenarios that an executor was asked for in vain and that were done in this process.
    version : str
        Version of ocop that computed the sweep.
    """

    sheets: tuple[Sheets, ...]
    scenarios: Choices | Draws | tuple[Reform, ...]
    star_counts: NDArray[np.int64]
    star_counts_by_set: NDArray[np.int64] | None
    star_frequencies: NDArray[np.int64]
    baseline: NDArray[np.int64]
    open_answers: NDArray[np.int64]
    ranks: RankRanges | None
    seed: int | None
    redone: int
    version: str = __version__

    @property
    def decision(self) -> str:
        """Id of the decision that the scenarios change."""
        return self.sheets[0].criteria_set.decision

    @property
    def digests(self) -> dict[int, str]:
        """Content digests of the criteria sets before any change, by set number."""
        return {s.criteria_set.number: s.criteria_set.digest for s in self.sheets}

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes."""
        return tuple(code for batch in self.sheets for code in batch.products)

    @cached_property
    def chance(self) -> NDArray[np.float64]:
        """Share of scenarios that give each product 0 to 5 stars, shape (products, 6)."""
        return self.star_frequencies / len(self)

    def __len__(self) -> int:
        return len(self.star_counts)

    def __repr__(self) -> str:
        products = number_of(sum(map(len, self.sheets)), "product")
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"<Sweep {self.decision}: {number_of(len(self), 'scenario')} x {products}{seed}>"

    def best(self, star: int = 4, count: int = 10) -> NDArray[np.int64]:
        """Return the numbers of the scenarios that give the most products `star` or more.

        The most first, equal ones in the order of the scenarios.

        Raises
        ------
        InputError
            ``out-of-range``.
        """
        if star not in STARS:
            message = f"found {quoted(star)}, allowed are 1 to 5"
            raise InputError([Problem("out-of-range", message, path="star")])
        reached = self.star_counts[:, star:].sum(axis=1)
        return np.argsort(-reached, kind="stable")[:count]

    def rows(
        self, start: int = 0, stop: int | None = None, *, numbers: Sequence[int] | None = None
    ) -> list[dict[str, Any]]:
        """Return scenarios as rows of a table.

        Number, the label of each lever or the id of the reform, and products by star.

        Parameters
        ----------
        start, stop : int, optional
        numbers : sequence of int, optional
            Which scenarios instead, such as those of `best`.
        """
        given = range(len(self))[start:stop] if numbers is None else numbers
        chosen = np.array([range(len(self))[n] for n in given], dtype=np.int64)
        return [
            {"scenario": number, **told, **_stars(counts)}
            for number, told, counts in zip(
                chosen.tolist(), self._told(chosen), self.star_counts[chosen].tolist(), strict=True
            )
        ]

    def pieces(self, size: int = 8192) -> Iterator[dict[str, list[Any]]]:
        """Yield all scenarios by column, `size` at a time, with the columns of `rows`."""
        told = self.scenarios.pieces(size) if isinstance(self.scenarios, Choices) else iter(())
        for low in range(0, len(self), size):
            numbers = range(low, min(low + size, len(self)))
            columns: dict[str, list[Any]] = {"scenario": list(numbers)}
            if isinstance(self.scenarios, tuple):
                columns["reform"] = [self.scenarios[n].id for n in numbers]
            if isinstance(self.scenarios, Choices) and self.scenarios.count is not None:
                columns |= self.scenarios.labels(next(told))
            counts = self.star_counts[numbers.start : numbers.stop]
            yield columns | {NAMES[star]: counts[:, star].tolist() for star in (*STARS, 0)}

    if not TYPE_CHECKING:
        columns = renamed_attribute("pieces", "0.3")

    def _told(self, chosen: NDArray[np.int64]) -> list[dict[str, Any]]:
        """Return what says what each of some scenarios is."""
        if isinstance(self.scenarios, Choices):
            return self.scenarios.told(chosen)
        if isinstance(self.scenarios, Draws):
            return [{} for _ in chosen]
        return [{"reform": self.scenarios[n].id} for n in chosen.tolist()]

    def to_frame(self, like: Any = None) -> Any:
        """Return all scenarios as a data frame, as `Scores.to_frame` does."""
        columns: dict[str, list[Any]] = {}
        for piece in self.pieces():
            for name, values in piece.items():
                columns.setdefault(name, []).extend(values)
        return columns_frame(columns, like, origin_kind(self.sheets))

    def product_rows(self, start: int = 0, stop: int | None = None) -> list[dict[str, Any]]:
        """Return products as rows of a table, in the order of the sheets.

        Product, set, what travels with the sheets, the chance of each star, and ranges of ranks
        where they were asked for.
        """
        rows = np.arange(len(self.star_frequencies))[start:stop]
        columns = carried_columns(self.sheets, rows)
        for star in (*STARS, 0):
            columns[NAMES[star]] = self.chance[rows, star].tolist()
        if self.ranks is not None:
            columns["rank_lowest"] = self.ranks.lowest[rows].tolist()
            columns["rank_mean"] = self.ranks.mean[rows].tolist()
            columns["rank_highest"] = self.ranks.highest[rows].tolist()
        return [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]

    def equals(self, other: Any) -> bool:
        """Say whether another sweep has the same law, products and numbers."""
        return (
            isinstance(other, Sweep)
            and (self.decision, self.digests, self.products, self.seed)
            == (other.decision, other.digests, other.products, other.seed)
            and all(_same(getattr(self, name), getattr(other, name)) for name in ARRAYS)
            and _same_ranks(self.ranks, other.ranks)
        )


ARRAYS = ("star_counts", "star_counts_by_set", "star_frequencies", "baseline", "open_answers")


def _same(mine: Any, its: Any) -> bool:
    if mine is None or its is None:
        return mine is its
    return np.array_equal(mine, its)


def _same_ranks(mine: RankRanges | None, its: RankRanges | None) -> bool:
    if mine is None or its is None:
        return mine is its
    return (mine.ties, mine.order) == (its.ties, its.order) and all(
        np.array_equal(getattr(mine, name), getattr(its, name))
        for name in ("lowest", "highest", "total")
    )


def _stars(counts: Sequence[int]) -> dict[str, int]:
    return {NAMES[star]: counts[star] for star in (*STARS, 0)}
