"""Ranking by counting: ranks from histograms, without sorting the products.

Points are whole and few, so star and parts together take few values. A product's values are read
as the digits of one number; a histogram says how often each number occurs, the few that occur
are put in order, and a running sum over them gives every rank. Time grows with the number of
products; only distinct values are ever sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring.kernel import LEAST_SHARE, in_shares
from ocop.scoring.scores import Scores

__all__ = ["Slots", "in_groups", "slots_of"]

BLOCK = 1 << 16
LARGE_PAGES = 1 << 22
LEAST_COMPILED = 1 << 20
"""Rows of compiled loops below which another thread costs more than it saves."""

LEAST_GRID = 1 << 21
"""A histogram may have this many entries, however few the products are."""


@frozen(eq=False)
class Slots:
    """Products sorted into slots, one for each distinct worth, best first.

    Attributes
    ----------
    keys : ndarray of int64 or int32, shape (products,)
        A number below `size` for each product; equal numbers are equal worth.
    size : int
    sorted_keys : ndarray of int64, shape (slots,)
        The numbers that occur, best first, group by group.
    counts : ndarray of int64, shape (slots,)
        Products in each slot.
    group : ndarray of int64, shape (slots,)
        The group of each slot.
    fast : bool
        Whether compiled loops look up.
    """

    keys: NDArray[Any]
    size: int
    sorted_keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    group: NDArray[np.int64]
    fast: bool = False

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

    def _spread(self, by_slot: NDArray[Any]) -> NDArray[Any]:
        """Return for each product what its slot says."""
        # A place or a rank is at most the number of products; a small table stays in the cache.
        table = np.zeros(self.size, dtype=np.int32 if self.fast else by_slot.dtype)
        table[self.sorted_keys] = by_slot
        out = np.empty(len(self.keys), dtype=by_slot.dtype)

        def work(low: int, high: int) -> None:
            if self.fast:
                compiled().look_up(out[low:high], table, self.keys[low:high])
            else:
                # No key is out of range; asked to clip, numpy writes straight into the output.
                np.take(table, self.keys[low:high], out=out[low:high], mode="clip")

        in_shares(work, len(out), None, LEAST_COMPILED if self.fast else LEAST_SHARE)
        return out


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
    limits = [max(int(c.max(initial=0)) for c in known[name]) + 1 for name in digits]
    size = int(np.prod(limits, dtype=np.float64))
    if size > max(LEAST_GRID, 4 * sum(map(len, batches))):
        return _sorted_slots([np.concatenate(known[name]) for name in known])
    count = sum(map(len, batches))
    # numpy counts and looks up by 64-bit numbers; compiled code takes half the memory.
    keys = _on_large_pages(count, np.int32 if fast else np.int64)
    low = 0
    for n, batch in enumerate(batches):
        rows = keys[low : low + len(batch)]
        fill = _fill_compiled if fast else _fill
        fill(rows, [known[name][n] for name in digits], limits)
        low += len(batch)
    counts = _histogram(keys, size) if fast else np.bincount(keys, minlength=size)
    occurring = np.flatnonzero(counts != 0)
    values = dict(zip(digits, _digits(occurring, limits), strict=True))
    weights, excluding = _weights(order, parts, dict(zip(digits, limits, strict=True)))
    worth = -sum(
        (values[name] * np.int64(weight) for name, weight in weights.items()),
        start=np.zeros_like(occurring),
    )
    worth += (values["star"] == 0 if "star" in values else values["excluded"]) * excluding
    sorted_keys = occurring[np.argsort(worth)]
    group = np.zeros(len(sorted_keys), dtype=np.int64)
    return Slots(keys, size, sorted_keys, counts[sorted_keys].astype(np.int64), group, fast)


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
        return Slots(keys, size, occurring, every[occurring], occurring // wide)
    occurring, keys, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return Slots(keys, len(occurring), np.arange(len(occurring)), counts, occurring // wide)


def _sorted_slots(columns: list[NDArray[Any]]) -> Slots:
    """Sort what cannot be counted: sets of somebody's own, with thousands of points in a part."""
    first, *rest = (column.astype(np.int64) for column in columns)
    worth = np.stack([first, *(-column for column in rest)], axis=1)
    found, keys, counts = np.unique(worth, axis=0, return_inverse=True, return_counts=True)
    every = np.arange(len(found))
    return Slots(keys.reshape(-1), len(found), every, counts, np.zeros_like(every))


def _fill(keys: NDArray[Any], columns: list[NDArray[Any]], limits: list[int]) -> None:
    """Write the columns as digits of one number, the first the highest.

    Digits that fit are joined in 16 bits first, which takes half the time of wider numbers.
    """
    joined: list[tuple[int, list[tuple[NDArray[Any], int]]]] = []
    for column, limit in zip(columns, limits, strict=True):
        if joined and joined[-1][0] * limit <= 1 << 15:
            joined[-1] = (joined[-1][0] * limit, [*joined[-1][1], (column, limit)])
        else:
            joined.append((limit, [(column, limit)]))

    def work(low: int, high: int) -> None:
        narrow = np.empty(min(BLOCK, high - low), dtype=np.int16)
        wide = np.empty(len(narrow), dtype=np.int32)
        for start in range(low, high, BLOCK):
            rows = slice(start, min(start + BLOCK, high))
            few, many = narrow[: rows.stop - start], wide[: rows.stop - start]
            for n, (size, digits) in enumerate(joined):
                few[:] = digits[0][0][rows]
                for column, limit in digits[1:]:
                    np.multiply(few, np.int16(limit), out=few)
                    np.add(few, column[rows], out=few)
                if n:
                    np.multiply(many, np.int32(size), out=many)
                    np.add(many, few, out=many)
                else:
                    many[:] = few
            keys[rows] = many

    in_shares(work, len(keys), None)


def _on_large_pages(count: int, dtype: Any) -> NDArray[Any]:
    """Return an empty array; numpy asks for large pages, which are faster to get, from 4 MiB on."""
    nearly = LARGE_PAGES // 2 < count * np.dtype(dtype).itemsize < LARGE_PAGES
    size = LARGE_PAGES // np.dtype(dtype).itemsize if nearly else count
    return np.empty(size, dtype=dtype)[:count]


def _fill_compiled(keys: NDArray[Any], columns: list[NDArray[Any]], limits: list[int]) -> None:
    first, *rest = columns
    head = np.ascontiguousarray(first, dtype=np.int8 if first.dtype.itemsize == 1 else np.int16)
    digits = tuple(np.ascontiguousarray(column, dtype=np.int16) for column in rest)
    for digit in (head, *digits):
        # Of one type, whether a column was converted or not: what is compiled fits one type.
        digit.setflags(write=False)
    sizes = np.array(limits[1:], dtype=np.int32)

    def work(low: int, high: int) -> None:
        compiled().join_digits(head, digits, sizes, low, high, keys)

    in_shares(work, len(keys), None, least=LEAST_COMPILED)


def _histogram(keys: NDArray[Any], size: int) -> NDArray[np.int32]:
    """Return how often each number below `size` occurs."""
    found = []

    def work(low: int, high: int) -> None:
        counts = np.zeros(size, dtype=np.int32)
        compiled().count(keys[low:high], counts)
        found.append(counts)

    in_shares(work, len(keys), None, least=max(LEAST_COMPILED, 2 * size))
    return sum(found[1:], start=found[0])


def _digits(numbers: NDArray[np.int64], limits: list[int]) -> list[NDArray[Any]]:
    digits = []
    # numpy divides 32-bit numbers by one number in a sixth of the time of `divmod`.
    rest = numbers.astype(np.int32)
    for limit in reversed(limits):
        whole = rest // np.int32(limit)
        digits.append(rest - whole * np.int32(limit))
        rest = whole
    return digits[::-1]


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
