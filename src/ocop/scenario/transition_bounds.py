"""Transitions between decisions whose criteria differ: bounds of what is possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.scenario._matching import carried_columns, check_side, groups_of, in_code_order
from ocop.scenario._transition_text import bounds_text
from ocop.scenario.transition_counts import matrix_rows
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import origin_kind
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.scores import score
from ocop.scoring.translation import Translation
from ocop.text import number_of
from ocop.types import Lang

__all__ = ["BoundCounts", "TransitionBounds", "transition_bounds"]


@frozen(kw_only=True, eq=False, repr=False)
class BoundCounts:
    """Bounds of a transition matrix, of one group of products or of all.

    Sums of a column of `lower` and of `upper` bound the products that have its star after.

    Attributes
    ----------
    within : str or None
        The value that the products share; None over all.
    products : int
        Products counted.
    lower, upper : ndarray of int64, shape (6, 6), read-only
        Products that certainly go from one star (rows, 0 for excluded) to another (columns), and
        those that possibly do.
    up, same, down : tuple of int
        Products that certainly go up, stay or go down, and those that possibly do.
    """

    within: str | None
    products: int
    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    up: tuple[int, int]
    same: tuple[int, int]
    down: tuple[int, int]

    def __repr__(self) -> str:
        within = "" if self.within is None else f" {self.within}:"
        moves = ", ".join(
            f"{low:,} to {high:,} {name}"
            for name, (low, high) in (("up", self.up), ("same", self.same), ("down", self.down))
        )
        return f"<BoundCounts{within} {number_of(self.products, 'product')}, {moves}>"

    def to_dict(self) -> dict[str, Any]:
        """Return one row of a table, the two ends of an interval in columns of their own."""
        row: dict[str, Any] = {"within": self.within, "products": self.products}
        for name in ("up", "same", "down"):
            row[f"{name}_low"], row[f"{name}_high"] = getattr(self, name)
        return row


@frozen(kw_only=True, eq=False, repr=False)
class TransitionBounds(Comparable):
    """What a transition can be where answers under the later decision are open.

    Every product has a set of stars that it can get: those of the sheets that its older answers
    leave possible. What is open for one product says nothing of another, so every cell of `lower`
    and of `upper`, every number of products that go up, and every sum of a column is reached by
    some completion of the sheets. Not by one for all cells at once: a product that is counted in
    two cells of `upper` ends in one of them. Possible is what the translations leave possible: over
    several crosswalks that may be more than needed, and findings that only the later decision
    knows are taken as not stated.

    Attributes
    ----------
    translations : tuple of Translation
        What was translated, one batch per criteria set.
    star_before : ndarray of int8, shape (products,)
        Stars under the older decision; 0 where the product is excluded.
    possible : ndarray of bool, shape (products, 6)
        Which stars each product can get under the later one; column 0 stands for excluded.
    version : str
        Version of ocop that computed the bounds.
    """

    translations: tuple[Translation, ...]
    star_before: NDArray[np.int8]
    possible: NDArray[np.bool_]
    version: str = __version__

    @property
    def decisions(self) -> tuple[str, str]:
        """Ids of the two decisions."""
        first = self.translations[0]
        return first.sheets.criteria_set.decision, first.criteria_set.decision

    @property
    def digests(self) -> tuple[dict[int, str], dict[int, str]]:
        """Content digests of the criteria sets of both sides, by set number."""
        before = (one.sheets.criteria_set for one in self.translations)
        after = (one.criteria_set for one in self.translations)
        first, second = ({law.number: law.digest for law in side} for side in (before, after))
        return first, second

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return tuple(code for one in self.translations for code in one.products)

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Which products can get one star only, shape (products,)."""
        result: NDArray[np.bool_] = self.possible.sum(axis=1) == 1
        return result

    def __len__(self) -> int:
        return len(self.star_before)

    def __repr__(self) -> str:
        first, second = self.decisions
        known = int(self.certain.sum())
        products = number_of(len(self), "product")
        return f"<TransitionBounds {first} to {second}: {products}, {known:,} certain>"

    @cached_property
    def counts(self) -> BoundCounts:
        """The bounds over all products."""
        (counts,) = self._counted([None], np.zeros(len(self), dtype=np.int64))
        return counts

    def within(self, by: str | Sequence[str]) -> tuple[BoundCounts, ...]:
        """Bound winners and losers within groups.

        Parameters
        ----------
        by : str or sequence of str
            ``"set"``, ``"group"`` or ``"sector"`` of the older decision, a column that travels
            with all sheets, or one value for each product.

        Returns
        -------
        tuple of BoundCounts
            In order of their names.

        Raises
        ------
        InputError
            ``unknown-key``, ``wrong-length``.
        """
        names, group = groups_of([one.sheets for one in self.translations], by)
        return self._counted(names, group)

    def _counted(
        self, names: Sequence[str | None], group: NDArray[np.int64]
    ) -> tuple[BoundCounts, ...]:
        size, cell = len(names), group * 6 + self.star_before
        lower, upper = np.zeros((2, size, 6, 6), dtype=np.int64)
        for star, possible in enumerate(self.possible.T):
            for counts, chosen in ((upper, possible), (lower, possible & self.certain)):
                found = np.bincount(cell[chosen], minlength=size * 6)
                counts[:, :, star] = found.reshape(size, 6)
        stars, before = np.arange(6), self.star_before[:, None]
        moves = {"up": stars > before, "same": stars == before, "down": stars < before}
        ends: dict[str, list[tuple[int, int]]] = {}
        for name, move in moves.items():
            sure = ~(self.possible & ~move).any(axis=1)
            maybe = (self.possible & move).any(axis=1)
            both = (np.bincount(group[way], minlength=size).tolist() for way in (sure, maybe))
            ends[name] = list(zip(*both, strict=True))
        for counts in (lower, upper):
            counts.setflags(write=False)
        products = np.bincount(group, minlength=size).tolist()
        return tuple(
            BoundCounts(
                within=name,
                products=products[n],
                lower=lower[n],
                upper=upper[n],
                **{move: pairs[n] for move, pairs in ends.items()},
            )
            for n, name in enumerate(names)
        )

    def columns(self, start: int = 0, stop: int | None = None) -> dict[str, list[Any]]:
        """Return products by column, as tables show them, by product code.

        After product and set come the assessor and the columns that travel with the sheets.
        Stars are None where the product is excluded. `stars` lists those that are possible, such
        as ``2;5``, with ``0`` for excluded; `change` is up, same or down where it is certain.
        """
        rows = self._in_order[start:stop]
        before, possible = self.star_before[rows], self.possible[rows]
        low, high = possible.argmax(axis=1), 5 - possible[:, ::-1].argmax(axis=1)
        change = np.where(low > before, 1, np.where(high < before, 2, 0))
        change[(low == before) & (high == before)] = 3
        names = (None, "up", "down", "same")
        return {
            **carried_columns([one.sheets for one in self.translations], rows),
            "star_before": [star or None for star in before.tolist()],
            "star_low": [star or None for star in low.tolist()],
            "star_high": [star or None for star in high.tolist()],
            "stars": [";".join(map(str, np.flatnonzero(row).tolist())) for row in possible],
            "change": [names[n] for n in change.tolist()],
        }

    def to_frame(self, like: Any = None) -> Any:
        """Return the products of `columns` as a data frame, as `Scores.to_frame` does."""
        origin = origin_kind([one.sheets for one in self.translations])
        return columns_frame(self.columns(), like, origin)

    @cached_property
    def _in_order(self) -> NDArray[np.int64]:
        return in_code_order([one.sheets for one in self.translations], np.arange(len(self)))

    def rows(self) -> list[dict[str, Any]]:
        """Return the matrix as rows of a table; a cell is a number, or two such as ``3-7``."""
        lower, upper = self.counts.lower.tolist(), self.counts.upper.tolist()

        def cell(before: int, after: int) -> str:
            low, high = lower[before][after], upper[before][after]
            return str(low) if low == high else f"{low}-{high}"

        return matrix_rows(cell)

    def text(self, lang: Lang = "en") -> str:
        """Return the bounds as plain text; an interval is two numbers such as ``3-7``.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        return bounds_text(self, lang)


def transition_bounds(translations: Translation | Iterable[Translation]) -> TransitionBounds:
    """Bound how the stars of products change from one decision to a later one.

    Parameters
    ----------
    translations : Translation or iterable of Translation
        Sheets of one decision read under a later one by `translate`, one batch per criteria set.

    Returns
    -------
    TransitionBounds

    Raises
    ------
    InputError
        ``no-translations``, ``mixed-decisions``, ``duplicate-product``.

    Examples
    --------
    >>> import ocop
    >>> old = ocop.criteria_set("qd-148-2023", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in old.items}
    >>> sheets = [
    ...     ocop.Sheet(criteria_set=old, product=name, answers=answers)
    ...     for name, answers in (("good", best), ("poor", dict.fromkeys(best, 0)))
    ... ]
    >>> found = transition_bounds(ocop.translate(ocop.Sheets.of(sheets), "qd-26-2026"))
    >>> found.counts
    <BoundCounts 2 products, 0 to 0 up, 1 to 2 same, 0 to 1 down>
    """
    given = (translations,) if isinstance(translations, Translation) else tuple(translations)
    problems = []
    if not given:
        message = "found no translations, allowed is one or more"
        problems.append(Problem("no-translations", message))
    problems += check_side([one.sheets for one in given], "before")
    goals = sorted({one.criteria_set.decision for one in given})
    if len(goals) > 1:
        message = f"found translations to {', '.join(goals)}, allowed is one decision"
        problems.append(Problem("mixed-decisions", message, path="after"))
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    star_before = np.concatenate([score(one.sheets).star for one in given])
    possible = np.concatenate([one.possible_stars for one in given])
    for array in (star_before, possible):
        array.setflags(write=False)
    return TransitionBounds(translations=given, star_before=star_before, possible=possible)
