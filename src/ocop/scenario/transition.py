"""Transitions: the same products under two laws, who moves, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._version import __version__
from ocop.scenario._matching import Matched, carried_columns, groups_of, in_code_order, match
from ocop.scenario._transition_html import transition_html
from ocop.scenario._transition_text import transition_text
from ocop.scenario.rank_measures import RankComparison, compare_ranks
from ocop.scenario.reasons import (
    Direction,
    Reason,
    ReasonCount,
    by_sheet,
    count_reasons,
    in_blocks,
    obstacles,
)
from ocop.scenario.transition_counts import TransitionCounts, count_matrices, matrix_rows
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import origin_kind
from ocop.scoring.ranking import rank
from ocop.scoring.scores import Scores
from ocop.text import number_of
from ocop.types import Lang

__all__ = ["Transition", "transition"]


@frozen(kw_only=True, eq=False, repr=False)
class Transition(Comparable):
    """Products under two laws (chuyển dịch hạng sao); arrays are read-only.

    One row per product that stands on both sides, in the order of `before`; counts, and the lists
    of products that moved, do not depend on that order.

    A product moves where its star differs; excluded counts as less than one star. **Reasons** are
    read off the side with the fewer stars: everything that stands there between the product and
    the star of the other side. `points`: the total lies below the band of that star. `floor`: a
    criterion is below the floor of that star (26/2026/QĐ-TTg, Annex II: a star mark is the least to
    be met for that star level). `finding`, `knock-out`: what excludes the product. So what a
    product lost is told by what it lacks after, what it gained by what it lacked before; a product
    can have several reasons, and has at least one.

    Attributes
    ----------
    before, after : tuple of Scores
        The two sides, one batch per criteria set.
    star_before, star_after : ndarray of int8, shape (products,)
        Stars; 0 where the product is excluded.
    only_before, only_after : tuple of str
        Products that stand on one side only, in order; they are counted nowhere else.
    version : str
        Version of ocop that computed the transition.
    """

    before: tuple[Scores, ...]
    after: tuple[Scores, ...]
    star_before: NDArray[np.int8]
    star_after: NDArray[np.int8]
    version: str = __version__
    _matched: Matched = field(alias="matched")

    @property
    def only_before(self) -> tuple[str, ...]:
        """Products that stand only before."""
        return self._matched.only_before

    @property
    def only_after(self) -> tuple[str, ...]:
        """Products that stand only after."""
        return self._matched.only_after

    @property
    def decisions(self) -> tuple[str, str]:
        """Ids of the two decisions."""
        return self.before[0].criteria_set.decision, self.after[0].criteria_set.decision

    @property
    def digests(self) -> tuple[dict[int, str], dict[int, str]]:
        """Content digests of the criteria sets of both sides, by set number."""
        first, second = (
            {batch.criteria_set.number: batch.digest for batch in side}
            for side in (self.before, self.after)
        )
        return first, second

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        codes = [code for batch in self.before for code in batch.products]
        return tuple(codes[row] for row in self._matched.before.tolist())

    def __len__(self) -> int:
        return len(self.star_before)

    def __repr__(self) -> str:
        counts, (first, second) = self.counts, self.decisions
        moves = f"{counts.up:,} up, {counts.same:,} same, {counts.down:,} down"
        missing = len(self.only_before) + len(self.only_after)
        unmatched = f", {missing:,} on one side only" if missing else ""
        products = number_of(len(self), "product")
        return f"<Transition {first} to {second}: {products}, {moves}{unmatched}>"

    _repr_html_ = transition_html

    @cached_property
    def counts(self) -> TransitionCounts:
        """The transition matrix of all products, and how many go up and down."""
        none = np.zeros(len(self), dtype=np.int64)
        (matrix,) = count_matrices(self.star_before, self.star_after, none, 1)
        return TransitionCounts(within=None, matrix=matrix)

    @property
    def matrix(self) -> NDArray[np.int64]:
        """Products by star before (rows) and after (columns), 0 for excluded, shape (6, 6)."""
        return self.counts.matrix

    def within(self, by: str | Sequence[str]) -> tuple[TransitionCounts, ...]:
        """Count winners and losers within groups.

        Parameters
        ----------
        by : str or sequence of str
            ``"set"``, ``"group"`` or ``"sector"`` before, a column that travels with all sheets
            of `before`, or one value for each sheet of `before`.

        Returns
        -------
        tuple of TransitionCounts
            In order of their names; groups of which no product stands on both sides are left out.

        Raises
        ------
        InputError
            ``unknown-key``, ``wrong-length``.
        """
        names, group = groups_of([batch.sheets for batch in self.before], by)
        mine = group[self._matched.before]
        matrices = count_matrices(self.star_before, self.star_after, mine, len(names))
        return tuple(
            TransitionCounts(within=name, matrix=matrix)
            for name, matrix in zip(names, matrices, strict=True)
            if matrix.any()
        )

    @cached_property
    def reasons(self) -> tuple[ReasonCount, ...]:
        """Why products moved: down before up, then the most frequent first."""
        return count_reasons(
            (direction, reasons, holds)
            for direction, _, reasons, holds in self._obstacles(self._moved)
        )

    @cached_property
    def _moved(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.star_before != self.star_after)

    @cached_property
    def movers(self) -> NDArray[np.int64]:
        """Rows of the products that moved, by product code (and assessor), shape (movers,)."""
        sheets = [batch.sheets for batch in self.before]
        movers = self._moved[in_code_order(sheets, self._matched.before[self._moved])]
        movers.setflags(write=False)
        return movers

    def _obstacles(
        self, movers: NDArray[np.int64]
    ) -> Iterator[tuple[Direction, NDArray[np.int64], tuple[Reason, ...], NDArray[np.bool_]]]:
        """Yield pieces of `movers`: direction, places in `movers`, reasons, and which hold."""
        first, last = self.star_before[movers], self.star_after[movers]
        sides: tuple[tuple[Direction, Any, Any, Any, Any], ...] = (
            ("down", self.after, self._matched.after, first, first > last),
            ("up", self.before, self._matched.before, last, first < last),
        )
        for direction, batches, numbers, stars, chosen in sides:
            places = np.flatnonzero(chosen)
            for batch, some, rows in in_blocks(batches, numbers[movers[places]]):
                reasons, holds = obstacles(batch, rows, stars[places[some]])
                yield direction, places[some], reasons, holds

    def columns(self, start: int = 0, stop: int | None = None) -> dict[str, list[Any]]:
        """Return products that moved by column, as tables show them, by product code.

        After product and set come the assessor and the columns that travel with `before`. Stars
        are None where the product is excluded; `reasons` is text such as ``points;floor:5.1``.
        """
        movers = self.movers[start:stop]
        first, second = self._matched.before[movers], self._matched.after[movers]
        texts = [""] * len(movers)
        for _, places, reasons, holds in self._obstacles(movers):
            for place, own in zip(places.tolist(), by_sheet(reasons, holds), strict=True):
                texts[place] = ";".join(map(str, own))
        return {
            **carried_columns([batch.sheets for batch in self.before], first),
            "total_before": _joined(self.before, "total")[first].tolist(),
            "total_after": _joined(self.after, "total")[second].tolist(),
            "band_before": _joined(self.before, "band")[first].tolist(),
            "band_after": _joined(self.after, "band")[second].tolist(),
            "star_before": [star or None for star in self.star_before[movers].tolist()],
            "star_after": [star or None for star in self.star_after[movers].tolist()],
            "reasons": texts,
        }

    def to_frame(self, like: Any = None) -> Any:
        """Return the products of `columns` as a data frame, as `Scores.to_frame` does."""
        return columns_frame(self.columns(), like, origin_kind([b.sheets for b in self.before]))

    def head(self, count: int = 10) -> list[dict[str, Any]]:
        """Return the first products that moved as plain dicts, with the columns of `columns`."""
        columns = self.columns(0, count)
        return [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return the matrix as rows of a table: star before, then a column per star after."""
        return matrix_rows(lambda before, after: int(self.matrix[before, after]))

    def text(self, lang: Lang = "en") -> str:
        """Return matrix and reasons as plain text of at most 80 columns.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        return transition_text(self, lang)

    def compare_ranks(
        self, *, p: float = 0.9, order: Sequence[str] | None = None
    ) -> RankComparison:
        """Rank the products of both sides and compare the two rankings.

        Products that stand on one side only are left out before ranks are counted.

        Parameters
        ----------
        p : float, default 0.9
            As for `compare_ranks`.
        order : sequence of str, optional
            What decides a ranking, as for `rank`; the same on both sides.

        Returns
        -------
        RankComparison
            One rank per row of the transition.

        Raises
        ------
        InputError
            ``duplicate-product`` where a product has several sheets, ``unknown-key``,
            ``out-of-range``.
        """
        sides = ((self.before, self._matched.before), (self.after, self._matched.after))
        ranks = (rank(side, order=order).ranks[rows] for side, rows in sides)
        return compare_ranks(*ranks, p=p)


def transition(before: Scores | Iterable[Scores], after: Scores | Iterable[Scores]) -> Transition:
    """Compare the stars of the same products under two laws.

    Sheets are matched by product code, and by assessor where sheets state one. The criteria may be
    others on both sides. Products that stand on one side only are named in the result and left
    out of all counts.

    Parameters
    ----------
    before, after : Scores or iterable of Scores
        Scores of one decision each, one batch per criteria set.

    Returns
    -------
    Transition

    Raises
    ------
    InputError
        ``no-scores``, ``mixed-decisions``, ``duplicate-product``, ``no-common-product``.

    References
    ----------
    26/2026/QĐ-TTg, Annex II: bands of points, star marks as the least for a star level.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in tea.items}
    >>> def scored(**answers):
    ...     sheets = [
    ...         ocop.Sheet(criteria_set=tea, product=name, answers={**best, "4.1": answer})
    ...         for name, answer in answers.items()
    ...     ]
    ...     return ocop.score(ocop.Sheets.of(sheets))
    >>> found = transition(scored(a=4, b=4, c=1), scored(a=4, b=3, c=2))
    >>> found
    <Transition qd-26-2026 to qd-26-2026: 3 products, 1 up, 1 same, 1 down>
    >>> for row in found.head():
    ...     print(row["product"], row["star_before"], row["star_after"], row["reasons"])
    b 5 4 floor:4.1
    c 2 3 floor:4.1
    """
    first, second = (
        (side,) if isinstance(side, Scores) else tuple(side) for side in (before, after)
    )
    matched = match(first, second)
    stars = _joined(first, "star")[matched.before], _joined(second, "star")[matched.after]
    for array in stars:
        array.setflags(write=False)
    return Transition(
        before=first,
        after=second,
        star_before=stars[0],
        star_after=stars[1],
        matched=matched,
    )


def _joined(batches: Sequence[Scores], name: str) -> NDArray[Any]:
    return np.concatenate([getattr(batch, name) for batch in batches])
