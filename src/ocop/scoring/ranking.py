"""Ranking: who stands before whom, with ties handled openly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from ocop._frames import Few
from ocop.scoring._listing import in_order
from ocop.scoring._rank_keys import Slots, in_groups, slots_of
from ocop.scoring._ranking_checks import as_batches, check_request, check_unique, groups_of
from ocop.scoring._score_columns import score_frame
from ocop.scoring._scores_html import ranking_html
from ocop.scoring.scores import Scores, gather
from ocop.text import number_of

__all__ = ["DEFAULT_ORDER", "Ranking", "Ties", "rank"]

Ties = Literal["min", "dense", "ordinal"]
"""How equal products are numbered: 1 2 2 4 (min), 1 2 2 3 (dense), 1 2 3 4 by code (ordinal)."""

DEFAULT_ORDER: tuple[str, ...] = ("star", "total", "C", "A", "B")
"""What decides, most important first; excluded products come after all others."""


@frozen(kw_only=True, eq=False, repr=False)
class Ranking:
    """Products in order; each place is one product, best first (within its group, if any).

    Ranks are counted at once; the list of places is put in order when it is first asked for.
    Arrays are read-only.

    Attributes
    ----------
    scores : tuple of Scores
        What was ranked, one per criteria set.
    ties : {"min", "dense", "ordinal"}
    order : tuple of str
    limit : int or None
        How many places are listed (of each group), where not all are.
    ranks : ndarray of int64, shape (products,)
        The rank of every product, listed or not, in the order of `scores`.
    rank : ndarray of int64, shape (places,)
        Counted from 1; equal products share a rank as `ties` says.
    source, row : ndarray of int64, shape (places,)
        Which of `scores`, and which row of it, stands at each place.
    group : tuple of str or None
        The group of each place, where the ranking runs within groups.
    """

    scores: tuple[Scores, ...]
    ties: Ties
    order: tuple[str, ...]
    limit: int | None = None
    _slots: Slots = field(alias="slots")
    _groups: tuple[str, ...] | None = field(alias="groups")

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """The rank of every product, in the order of `scores`."""
        ranks = self._slots.ranks(dense=self.ties == "dense")
        if self.ties == "ordinal":
            every = self._in_order(np.arange(len(ranks)))
            ranks[every] = self._place_in_group(every) + 1
        return _read_only(ranks)

    @cached_property
    def _listed(self) -> NDArray[np.int64]:
        """The product at each place, numbered in the order of `scores`."""
        if self.limit is None:
            return self._in_order(np.arange(self._slots.products))
        # Whoever is among the first has a rank among the first; few others share it.
        listed = self._in_order(np.flatnonzero(self.ranks <= self.limit))
        return listed[self._place_in_group(listed) < self.limit]

    def _in_order(self, products: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return products as they are listed, equal ones by code."""
        codes = [code for batch in self.scores for code in batch.products]
        return products[
            in_order(self._slots.numbers[products], [codes[n] for n in products.tolist()])
        ]

    def _place_in_group(self, listed: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return places counted from 0 in each group."""
        place = np.arange(len(listed))
        new = np.diff(self._slots.group_of(listed), prepend=-1) != 0
        return place - np.maximum.accumulate(np.where(new, place, 0))

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """The rank at each place."""
        return _read_only(self.ranks[self._listed])

    @cached_property
    def source(self) -> NDArray[np.int64]:
        """Which of `scores` stands at each place."""
        ends = np.cumsum([len(batch) for batch in self.scores])
        return _read_only(np.searchsorted(ends, self._listed, side="right"))

    @cached_property
    def row(self) -> NDArray[np.int64]:
        """Which row of its scores stands at each place."""
        starts = np.cumsum([0, *(len(batch) for batch in self.scores)])
        return _read_only(self._listed - starts[self.source])

    @cached_property
    def group(self) -> tuple[str, ...] | None:
        """The group of each place, where the ranking runs within groups."""
        if self._groups is None:
            return None
        return tuple(self._groups[n] for n in self._slots.group_of(self._listed).tolist())

    def __len__(self) -> int:
        return self._slots.products if self.limit is None else len(self._listed)

    def __repr__(self) -> str:
        within = "" if self._groups is None else f" in {number_of(len(self._groups), 'group')}"
        return f"<Ranking of {number_of(len(self), 'product')}{within}, ties {self.ties}>"

    _repr_html_ = ranking_html

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, best first."""
        return tuple(
            self.scores[s].products[r]
            for s, r in zip(self.source.tolist(), self.row.tolist(), strict=True)
        )

    def columns(self, start: int = 0, stop: int | None = None) -> dict[str, list[Any]]:
        """Return the places from `start` to `stop` by column: rank, group, then as in Scores."""
        places = slice(start, stop)
        result: dict[str, list[Any]] = {"rank": self.rank[places].tolist()}
        if self.group is not None:
            result["group"] = list(self.group[places])
        result.update(gather(self.scores, self.source[places], self.row[places]))
        return result

    def equals(self, other: Any) -> bool:
        """Say whether another ranking has the same scores, ranks and groups."""
        return (
            isinstance(other, Ranking)
            and (self.ties, self.order, self.limit, len(self.scores), self._groups)
            == (other.ties, other.order, other.limit, len(other.scores), other._groups)
            and all(map(Scores.equals, self.scores, other.scores))
            and np.array_equal(self.ranks, other.ranks)
            and self.group == other.group
        )

    def to_frame(self, like: Any = None) -> Any:
        """Return all places as a data frame: rank, group, then as `Scores.to_frame`.

        Parameters
        ----------
        like : {"pandas", "polars", "pyarrow", "duckdb"} or a frame, optional
            The kind of frame; needed where the sheets did not come from a frame.

        Raises
        ------
        InputError
            ``no-frame-kind``, ``wrong-value``.
        MissingExtraError
            ``missing-extra`` where the library of the frame is not installed.
        """
        first: dict[str, Any] = {"rank": self.rank}
        if self._groups is not None:
            first["group"] = Few(self._groups, self._slots.group_of(self._listed))
        return score_frame(self.scores, like, self._listed, **first)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_frame("pyarrow").__arrow_c_stream__(requested_schema)

    def top(self, count: int) -> Ranking:
        """Return the first `count` places, of each group where the ranking runs within groups.

        Only products that can stand there are put in order, not all.
        """
        return evolve(self, limit=count if self.limit is None else min(count, self.limit))

    def head(self, count: int = 10) -> list[dict[str, Any]]:
        """Return the first places as plain dicts: rank, product, set, parts, total, band, star."""
        first = self if self._groups is not None else self.top(count)
        columns = first.columns(0, count)
        return [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]


def rank(
    scores: Scores | Iterable[Scores],
    *,
    ties: Ties = "min",
    order: Sequence[str] | None = None,
    within: Sequence[str] | str | None = None,
    fast: bool = False,
) -> Ranking:
    """Rank products, over one criteria set or several of one decision.

    Parameters
    ----------
    scores : Scores or iterable of Scores
        The product codes must be unique over all of them.
    ties : {"min", "dense", "ordinal"}, default "min"
        Ranks of equal products; `ordinal` breaks ties by product code.
    order : sequence of str, optional
        What decides, highest first: ``star``, ``band``, ``total`` or part codes. By default
        ``star``, ``total``, ``C``, ``A``, ``B``; other parts follow as printed. Excluded
        products always come last; equal products are listed by product code.
    within : str or sequence of str, optional
        Rank within groups: ``"set"``, ``"sector"``, the name of a column that the sheets carry,
        or one value per product in the order of `scores`.
    fast : bool, default False
        Count with compiled loops (extra ``fast``), which pays for many large rankings.

    Returns
    -------
    Ranking
        It does not depend on the order of the input.

    Raises
    ------
    InputError
        ``mixed-decisions``, ``other-parts``, ``duplicate-product``, ``unknown-key``,
        ``unknown-ties``, ``wrong-length``, ``no-scores``, ``wrong-type``.
    MissingExtraError
        ``missing-extra`` where `fast` is asked for and numba is not installed.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheets = [
    ...     ocop.Sheet(criteria_set=tea, product=name, answers={"5.1": option})
    ...     for name, option in (("a", 1), ("b", 5), ("c", 5))
    ... ]
    >>> ranking = ocop.rank(ocop.score(ocop.Sheets.of(sheets)))
    >>> ranking.products, ranking.rank.tolist()
    (('b', 'c', 'a'), [1, 1, 3])
    """
    batches = as_batches(scores)
    order = _default_order(batches) if order is None else order
    check_request(batches, ties, get_args(Ties), order)
    check_unique(batches)
    groups = groups_of(batches, within)
    slots = slots_of(batches, order, fast=fast)
    names: tuple[str, ...] | None = None
    if groups is not None:
        names = tuple(sorted(set(map(str, groups))))
        number = {name: n for n, name in enumerate(names)}
        group_of = np.array([number[str(group)] for group in groups], dtype=np.int64)
        slots = in_groups(slots, group_of, len(names))
    return Ranking(scores=batches, ties=ties, order=tuple(order), slots=slots, groups=names)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array


def _default_order(batches: tuple[Scores, ...]) -> tuple[str, ...]:
    parts = [part.code for batch in batches[:1] for part in batch.criteria_set.parts]
    if not parts or set(DEFAULT_ORDER) >= {*parts} >= {"A", "B", "C"}:
        return DEFAULT_ORDER
    return ("star", "total", *parts)
