"""Ranking by counting: ranks from histograms, without sorting the products.

Points are whole and few, so star and parts together take few values. A product's values are read
as the digits of one number; a histogram says how often each number occurs, the few that occur
are put in order, and a running sum over them gives every rank. Time grows with the number of
products; only distinct values are ever sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._rank_digits import Digits, LookUp, counted, counted_compiled, take
from ocop.scoring.scores import Scores
from ocop.scoring.table import table_of

__all__ = ["Slots", "in_groups", "slots_of"]

LEAST_GRID = 1 << 21
"""A histogram may have this many entries, however few the products are."""


@frozen(eq=False)
class Slots:
    """Products sorted into slots, one for each distinct worth, best first.

    Attributes
    ----------
    products : int
    size : int
        Each product has a number below it; equal numbers are equal worth.
    look_up : callable
        Gives each product what a table says of its number.
    sorted_keys : ndarray of int64, shape (slots,)
        The numbers that occur, best first, group by group.
    counts : ndarray of int64, shape (slots,)
        Products in each slot.
    group : ndarray of int64, shape (slots,)
        The group of each slot.
    """

    products: int
    size: int
    look_up: LookUp
    sorted_keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    group: NDArray[np.int64]

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The number of each product's slot, from 0 for the best."""
        return self._spread(np.arange(len(self.sorted_keys)))

    def group_of(self, products: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the group of each product."""
        return self.group[self.numbers[products]]

    def ranks(self, *, dense: bool) -> NDArray[np.int64]:
        """Return the rank of each product in its group, counted from 1."""
        slot = np.arange(len(self.sorted_keys))
        new_group = np.diff(self.group, prepend=-1) != 0
        first: NDArray[np.int64] = np.maximum.accumulate(np.where(new_group, slot, 0))
        before = slot if dense else np.cumsum(self.counts) - self.counts
        return self._spread(before - before[first] + 1)

    def _spread(self, by_slot: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each product what its slot says."""
        # A place or a rank is at most the number of products; a small table stays in the cache.
        table = np.zeros(self.size, dtype=np.int32)
        table[self.sorted_keys] = by_slot
        return self.look_up(table)


def slots_of(batches: Sequence[Scores], order: Sequence[str], *, fast: bool = False) -> Slots:
    """Sort products into slots by what decides; excluded products come after all others.

    Parameters
    ----------
    batches : sequence of Scores
    order : sequence of str
        What decides, highest first: ``star``, ``band``, ``total`` or part codes.
    fast : bool, default False
        Count with compiled loops.
    """
    parts = [part.code for part in batches[0].criteria_set.parts]
    known = {name: [_column(batch, name) for batch in batches] for name in ("excluded", *order)}
    # A star says that a product is not excluded, and all parts together say the total.
    digits = [name for name in known if name != ("excluded" if "star" in known else "")]
    if set(parts) <= set(known):
        digits = [name for name in digits if name != "total"]
    columns = [[known[name][n] for name in digits] for n in range(len(batches))]
    limits = [max(_bound(batch, name) for batch in batches) + 1 for name in digits]
    given = Digits(columns, limits)
    most = max(LEAST_GRID, 4 * sum(map(len, batches)))
    found = counted_compiled(given) if fast and given.size <= most else None
    if found is None:
        limits = [max(int(c.max(initial=0)) for c in known[name]) + 1 for name in digits]
        given = Digits(columns, limits)
        if given.size > most:
            return _sorted_slots([np.concatenate(known[name]) for name in known])
        found = counted(given)
    counts, look_up = found
    occurring = np.flatnonzero(counts != 0)
    values = dict(zip(digits, given.values(occurring), strict=True))
    weights, excluding = _weights(order, parts, dict(zip(digits, limits, strict=True)))
    worth = -sum(
        (values[name] * np.int64(weight) for name, weight in weights.items()),
        start=np.zeros_like(occurring),
    )
    worth += (values["star"] == 0 if "star" in values else values["excluded"]) * excluding
    sorted_keys = _by_worth(occurring, worth, len(counts))
    return Slots(
        products=given.edges[-1],
        size=len(counts),
        look_up=look_up,
        sorted_keys=sorted_keys,
        counts=counts[sorted_keys].astype(np.int64),
        group=np.zeros(len(sorted_keys), dtype=np.int64),
    )


def _by_worth(numbers: NDArray[np.int64], worth: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return numbers below `size`, each of another worth, from the least worth to the highest."""
    bits = size.bit_length()
    least = int(worth.min(initial=0))
    if (int(worth.max(initial=0)) - least).bit_length() + bits > 63:
        return numbers[np.argsort(worth)]
    # Both in one whole number: numpy sorts values in a third of the time of places.
    return np.sort(((worth - least) << bits) | numbers) & ((1 << bits) - 1)


def _bound(batch: Scores, name: str) -> int:
    """Return the most that the law lets a deciding column hold."""
    table = table_of(batch.criteria_set)
    best = dict(zip(table.part_codes, table.part_limits, strict=True))
    return {"excluded": 1, "star": 5, "band": 5, "total": table.limit, **best}[name]


def _weights(
    order: Sequence[str], parts: Sequence[str], limits: dict[str, int]
) -> tuple[dict[str, int], int]:
    """Return what a point of each digit weighs, so that the sum puts products in order.

    `limits` are one more than the largest values of digits. Also returned is what exclusion weighs.
    """
    weights: dict[str, int] = {}
    weight = 1
    for name in reversed(order):
        # A total that is no digit is the sum of the parts.
        summed = [name] if name in limits else parts
        for digit in summed:
            weights[digit] = weights.get(digit, 0) + weight
        weight *= sum(limits[digit] - 1 for digit in summed) + 1
    return weights, weight


def in_groups(slots: Slots, group_of: NDArray[np.int64], groups: int) -> Slots:
    """Sort products into slots group by group; `group_of` numbers the group of each product."""
    wide = len(slots.sorted_keys)
    keys = group_of * wide + slots.numbers
    size = groups * wide
    if size <= max(LEAST_GRID, 4 * len(keys)):
        every = np.bincount(keys, minlength=size)
        occurring = np.flatnonzero(every != 0)
        return _slots(keys, size, occurring, every[occurring], occurring // wide)
    occurring, keys, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return _slots(keys, len(occurring), np.arange(len(occurring)), counts, occurring // wide)


def _slots(
    keys: NDArray[np.int64],
    size: int,
    sorted_keys: NDArray[np.int64],
    counts: NDArray[np.int64],
    group: NDArray[np.int64],
) -> Slots:
    return Slots(len(keys), size, partial(take, keys), sorted_keys, counts, group)


def _sorted_slots(columns: list[NDArray[Any]]) -> Slots:
    """Sort what cannot be counted: sets of somebody's own, with thousands of points in a part."""
    first, *rest = (column.astype(np.int64) for column in columns)
    worth = np.stack([first, *(-column for column in rest)], axis=1)
    found, keys, counts = np.unique(worth, axis=0, return_inverse=True, return_counts=True)
    every = np.arange(len(found))
    return _slots(keys.reshape(-1), len(found), every, counts, np.zeros_like(every))


def _column(batch: Scores, name: str) -> NDArray[Any]:
    """Return one deciding column; an excluded product is compared by its points alone."""
    parts = [part.code for part in batch.criteria_set.parts]
    if name in parts:
        return batch.parts[:, parts.index(name)]
    columns: dict[str, NDArray[Any]] = {
        "excluded": batch.excluded,
        "star": batch.star,
        "band": batch.band,
        "total": batch.total,
    }
    return columns[name]
