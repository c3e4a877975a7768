"""Ranking: who stands before whom, with ties handled openly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scoring.scores import Scores, gather
from ocop.text import closest, quoted

__all__ = ["DEFAULT_ORDER", "Ranking", "Ties", "rank"]

Ties = Literal["min", "dense", "ordinal"]
"""How equal products are numbered: 1 2 2 4 (min), 1 2 2 3 (dense), 1 2 3 4 by code (ordinal)."""

DEFAULT_ORDER: tuple[str, ...] = ("star", "total", "C", "A", "B")
"""What decides, most important first; excluded products come after all others."""


@frozen(kw_only=True, eq=False, repr=False)
class Ranking:
    """Products in order: each row is one product, best first (within its group, if any).

    Arrays are read-only.

    Attributes
    ----------
    scores : tuple of Scores
        What was ranked, one per criteria set.
    rank : ndarray of int64, shape (products,)
        Counted from 1; equal products share a rank as `ties` says.
    source, row : ndarray of int64, shape (products,)
        Which of `scores`, and which row of it, stands at each place.
    group : tuple of str, optional
        The group of each place, where the ranking runs within groups.
    ties : {"min", "dense", "ordinal"}
    order : tuple of str
    """

    scores: tuple[Scores, ...]
    rank: NDArray[np.int64]
    source: NDArray[np.int64]
    row: NDArray[np.int64]
    group: tuple[str, ...] | None
    ties: Ties
    order: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rank)

    def __repr__(self) -> str:
        within = "" if self.group is None else f" in {len(set(self.group))} groups"
        return f"<Ranking of {len(self)} products{within}, ties {self.ties}>"

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
        source, row = self.source[places], self.row[places]
        result: dict[str, list[Any]] = {"rank": self.rank[places].tolist()}
        if self.group is not None:
            result["group"] = list(self.group[places])
        result.update(gather(self.scores, source, row))
        return result

    def top(self, count: int) -> Ranking:
        """Return the first `count` places, of each group where the ranking runs within groups."""
        place = np.arange(len(self))
        if self.group is not None:
            names = np.array(self.group, dtype=object)
            starts = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
            place -= np.repeat(starts, np.diff(np.append(starts, len(self))))
        kept = np.flatnonzero(place < count)
        return evolve(
            self,
            rank=_read_only(self.rank[kept]),
            source=_read_only(self.source[kept]),
            row=_read_only(self.row[kept]),
            group=None if self.group is None else tuple(self.group[n] for n in kept.tolist()),
        )

    def head(self, count: int = 10) -> list[dict[str, Any]]:
        """Return the first places as plain dicts: rank, product, set, parts, total, band, star."""
        columns = self.columns(0, count)
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

    Returns
    -------
    Ranking
        It does not depend on the order of the input.

    Raises
    ------
    InputError
        ``mixed-decisions``, ``duplicate-product``, ``unknown-key``, ``unknown-ties``,
        ``wrong-length``, ``no-scores``.

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
    batches = (scores,) if isinstance(scores, Scores) else tuple(scores)
    order = _default_order(batches) if order is None else order
    _check(batches, ties, order)
    products = [product for batch in batches for product in batch.products]
    _check_unique(products)
    groups = _groups(batches, within, len(products))
    names, group_of = np.unique(
        np.zeros(len(products), dtype=np.int64) if groups is None else np.array(groups, dtype=str),
        return_inverse=True,
    )
    # One number per product that rises as the product gets worse, group by group.
    key = group_of.reshape(-1).astype(np.int64)
    key = key * 2 + np.concatenate([batch.excluded for batch in batches])
    for name in order:
        column = np.concatenate([_column(batch, name) for batch in batches])
        key = key * (int(column.max(initial=0)) + 1) + (int(column.max(initial=0)) - column)
        key = np.unique(key, return_inverse=True)[1].reshape(-1)
    by_code = np.argsort(np.array(products, dtype=object), kind="stable")
    listing = by_code[np.argsort(key[by_code], kind="stable")]
    ranks = _ranks(key[listing], group_of.reshape(-1)[listing], ties)
    sizes = [len(batch) for batch in batches]
    source = np.repeat(np.arange(len(batches)), sizes)
    row = np.concatenate([np.arange(size) for size in sizes])
    return Ranking(
        scores=batches,
        rank=_read_only(ranks),
        source=_read_only(source[listing]),
        row=_read_only(row[listing]),
        group=None if groups is None else tuple(str(names[g]) for g in group_of[listing]),
        ties=ties,
        order=tuple(order),
    )


def _read_only(array: NDArray[np.int64]) -> NDArray[np.int64]:
    array.setflags(write=False)
    return array


def _ranks(key: NDArray[np.int64], group: NDArray[np.int64], ties: Ties) -> NDArray[np.int64]:
    """Return ranks of sorted keys, counted from 1 in each group."""
    place = np.arange(len(key))
    new_group = np.diff(group, prepend=-1) != 0
    new_key = np.diff(key, prepend=-1) != 0
    first_of_group: NDArray[np.int64] = np.maximum.accumulate(np.where(new_group, place, 0))
    if ties == "ordinal":
        return place - first_of_group + 1
    if ties == "dense":
        distinct: NDArray[np.int64] = np.cumsum(new_key)
        return distinct - distinct[first_of_group] + 1
    first_of_key: NDArray[np.int64] = np.maximum.accumulate(np.where(new_key, place, 0))
    return first_of_key - first_of_group + 1


def _column(batch: Scores, name: str) -> NDArray[np.int64]:
    """Return one deciding column; an excluded product is compared by its points alone."""
    parts = [part.code for part in batch.criteria_set.parts]
    if name in parts:
        return batch.parts[:, parts.index(name)].astype(np.int64)
    columns: Mapping[str, NDArray[Any]] = {
        "star": batch.star,
        "band": batch.band,
        "total": batch.total,
    }
    return columns[name].astype(np.int64)


def _default_order(batches: tuple[Scores, ...]) -> tuple[str, ...]:
    parts = [part.code for batch in batches[:1] for part in batch.criteria_set.parts]
    if not parts or set(DEFAULT_ORDER) >= {*parts} >= {"A", "B", "C"}:
        return DEFAULT_ORDER
    return ("star", "total", *parts)


def _check(batches: tuple[Scores, ...], ties: str, order: Sequence[str]) -> None:
    problems = []
    if not batches:
        problems.append(Problem("no-scores", "found no scores, allowed is one or more"))
    if ties not in get_args(Ties):
        message = f"found {quoted(ties)}, allowed are {', '.join(get_args(Ties))}"
        problems.append(Problem("unknown-ties", message, path="ties"))
    decisions = sorted({batch.criteria_set.decision for batch in batches})
    if len(decisions) > 1:
        message = f"the scores come from {', '.join(decisions)}, allowed is one decision"
        problems.append(Problem("mixed-decisions", message, hint="score under one decision"))
    for batch in batches[:1]:
        known = ["star", "band", "total", *(part.code for part in batch.criteria_set.parts)]
        for name in [name for name in order if name not in known]:
            near = closest(name, known)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"found {quoted(name)}, allowed are {', '.join(known)}"
            problems.append(Problem("unknown-key", message, path="order", hint=hint))
    if problems:
        raise InputError(problems)


def _check_unique(products: list[str]) -> None:
    if len(set(products)) == len(products):
        return
    twice = sorted(product for product, count in Counter(products).items() if count > 1)
    hint = "several sheets of one product need one council result first"
    raise InputError(
        Problem("duplicate-product", f"the product {quoted(p)} stands twice", hint=hint)
        for p in twice
    )


def _groups(
    batches: tuple[Scores, ...], within: Sequence[str] | str | None, count: int
) -> list[str] | None:
    if within is None:
        return None
    if not isinstance(within, str):
        if len(within) != count:
            message = f"found {len(within)} values, allowed are {count}, one per product"
            raise InputError([Problem("wrong-length", message, path="within")])
        return list(within)
    groups: list[str] = []
    for batch in batches:
        source = batch.criteria_set
        if within == "set":
            groups += [f"{source.number:02d} {source.group.slug}"] * len(batch)
        elif within == "sector":
            groups += [source.group.sector.slug] * len(batch)
        elif within in batch.sheets.columns:
            groups += batch.sheets.columns[within]
        else:
            known = ["set", "sector", *batch.sheets.columns]
            message = f"found {quoted(within)}, allowed are {', '.join(known)}"
            raise InputError([Problem("unknown-key", message, path="within")])
    return groups
