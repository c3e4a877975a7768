"""The scenario kernel: blocks of products times chunks of variants, counted as they are scored.

For each product the lookups of its groups are added up for a chunk of variants at once; all that
is kept of the totals is whether they reach the thresholds. A threshold that a product reaches
under all variants of a batch, or under none, is counted without looking: least and most totals
say so. The other products are taken in the order of their totals, so that the products of a block
are in doubt about the same thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring._variant_tables import Group, VariantTables
from ocop.scoring.kernel import in_shares

__all__ = ["BATCH", "AtLeast", "count_stars"]

BATCH = 2048
"""Variants whose tables are held at once."""

CHUNK = 256
"""Variants of one lookup."""

BLOCK = 1024
"""Products of one lookup."""

LEVELS = 5
FOLDS = 7
"""A byte holds the sum of so many times two flags."""


@frozen(eq=False)
class AtLeast:
    """Counts of at least 1, 2, ... 5 stars.

    `by_variant` is (variants, levels): products; `by_product` is (products, levels): variants.
    """

    by_variant: NDArray[np.int64]
    by_product: NDArray[np.int64]


def count_stars(
    tables: VariantTables,
    groups: Sequence[Group],
    excluded: NDArray[np.bool_],
    threads: int | None,
    *,
    fast: bool,
) -> AtLeast:
    """Count the stars of all products under a batch of variants.

    With `fast`, compiled loops do the work, for all tables whose sums fit bytes.
    """
    fast = fast and tables.kind is np.uint8
    batch = _Batch(tables, groups, excluded, BATCH if fast else CHUNK)
    found: list[NDArray[np.int64]] = []
    order = batch.in_doubt()
    compiled_share = _compiled_share(batch, order) if fast else None

    def work(low: int, high: int) -> None:
        by_variant = np.zeros((batch.count, LEVELS), dtype=np.int64)
        if compiled_share is not None:
            compiled_share(low, high, by_variant)
        else:
            share = _Share(batch, by_variant)
            for start in range(low, high, BLOCK):
                share.block(order[start : min(start + BLOCK, high)])
        found.append(by_variant)

    in_shares(work, len(order), threads, least=BLOCK)
    by_variant = np.sum(found, axis=0, dtype=np.int64) + batch.certain.sum(axis=0)
    return AtLeast(by_variant, batch.by_product)


class _Batch:
    """The tables of a batch of variants, and what can be said of products before any lookup."""

    def __init__(
        self,
        tables: VariantTables,
        groups: Sequence[Group],
        excluded: NDArray[np.bool_],
        width: int,
    ) -> None:
        self.kind, self.thresholds = tables.kind, tables.thresholds
        self.count = tables.thresholds.shape[1]
        self.chunks = [slice(n, min(n + width, self.count)) for n in range(0, self.count, width)]
        self.totals = [([tables.totals(g, chunk) for chunk in self.chunks], g) for g in groups]
        self.stars: list[tuple[list[NDArray[np.uint8]], Group]] = []
        for group in groups:
            if not tables.is_fixed(group.criteria):
                pieces = [tables.stars(group, chunk) for chunk in self.chunks]
                # Criteria without floors and knock-outs have no table.
                if said := [piece for piece in pieces if piece is not None]:
                    self.stars.append((said, group))
        self._bound(tables, groups, excluded)

    def _bound(
        self, tables: VariantTables, groups: Sequence[Group], excluded: NDArray[np.bool_]
    ) -> None:
        """Find what is certain for a product, and what is open, at each level."""
        lowest = np.zeros(len(excluded), dtype=np.int64)
        highest = np.zeros(len(excluded), dtype=np.int64)
        fewest = np.where(excluded, 0, LEVELS).astype(np.uint8)
        most = fewest.copy()
        for points, stars, worst in ((lowest, fewest, True), (highest, most, False)):
            for group in groups:
                bound, cap = tables.bounds(group, worst)
                points += bound[group.which]
                if cap is not None:
                    np.minimum(stars, cap[group.which], out=stars)
        level = np.arange(1, LEVELS + 1)
        possible = most[:, None] >= level
        possible &= highest[:, None] >= self.thresholds.min(axis=1)
        self.certain = fewest[:, None] >= level
        self.certain &= lowest[:, None] >= self.thresholds.max(axis=1)
        self.doubtful = possible & ~self.certain
        self.by_product = self.certain * np.int64(self.count)
        self.open_floors = self.doubtful & (fewest[:, None] < level)
        self.middle = lowest + highest

    def in_doubt(self) -> NDArray[np.int64]:
        """Return the products that need a lookup, in an order that keeps doubts together."""
        products = np.flatnonzero(self.doubtful.any(axis=1))
        # Whether floors are in doubt is the dearer question, so it parts the products first.
        doubts = self.doubtful[products] @ (1 << np.arange(LEVELS))
        floors = self.open_floors[products] @ (1 << np.arange(LEVELS))
        return products[np.lexsort((self.middle[products], doubts, floors))]


def _compiled_share(
    batch: _Batch, products: NDArray[np.int64]
) -> Callable[[int, int, NDArray[np.int64]], None]:
    """Return what counts the stars of a range of products, by variant into the array given."""
    loops = compiled("ocop.scoring._compiled_sweep")
    totals, total_rows = _stacked(batch.totals, products, batch.count, 0)
    stars, star_rows = _stacked(batch.stars, products, batch.count, LEVELS)

    def share(low: int, high: int, by_variant: NDArray[np.int64]) -> None:
        loops.sweep(
            totals,
            total_rows[low:high],
            stars,
            star_rows[low:high],
            batch.thresholds,
            products[low:high],
            batch.doubtful,
            batch.open_floors,
            by_variant,
            batch.by_product,
        )

    return share


def _stacked(
    tables: Sequence[tuple[list[NDArray[Any]], Group]],
    products: NDArray[np.int64],
    variants: int,
    nothing: int,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return tables as one, and which rows are those of each product.

    The first row says nothing; the rows of a product are filled up with it to a multiple of four.
    """
    pieces = [np.full((1, variants), nothing, dtype=np.uint8)]
    rows = np.zeros((len(products), -(-len(tables) // 4) * 4), dtype=np.int64)
    start = 1
    for n, ((table,), group) in enumerate(tables):
        pieces.append(table)
        rows[:, n] = group.which[products] + start
        start += len(table)
    return np.concatenate(pieces), rows


class _Share:
    """The buffers of one thread, and its counts by variant."""

    def __init__(self, batch: _Batch, by_variant: NDArray[np.int64]) -> None:
        self.batch, self.by_variant = batch, by_variant
        self.numbers = np.empty((2, BLOCK * CHUNK), dtype=batch.kind)
        self.bytes = np.empty((4, BLOCK * CHUNK), dtype=np.uint8)
        self.reached = np.empty((LEVELS, BLOCK, CHUNK), dtype=np.uint8)

    def block(self, products: NDArray[np.int64]) -> None:
        """Score some products under all variants of the batch."""
        batch, size = self.batch, len(products)
        rows = [group.which[products] for _, group in batch.totals]
        star_rows = [group.which[products] for _, group in batch.stars]
        doubtful = batch.doubtful[products]
        levels = np.flatnonzero(doubtful.any(axis=0)).tolist()
        decided = {level: np.flatnonzero(~doubtful[:, level]) for level in levels}
        floors: list[bool] = np.any(batch.open_floors[products], axis=0).tolist()
        self.reached[levels, :size] = 0
        for n, chunk in enumerate(batch.chunks):
            width = chunk.stop - chunk.start
            total, more = self.numbers[:, : size * width].reshape(2, size, width)
            stars, other, flags, flags_too = self.bytes[:, : size * width].reshape(4, size, width)
            _look_up([t[n] for t, _ in batch.totals], rows, np.add, total, more)
            if any(floors):
                _look_up([t[n] for t, _ in batch.stars], star_rows, np.minimum, stars, other)
            for level in levels:
                seen, seen_too = flags.view(np.bool_), flags_too.view(np.bool_)
                np.greater_equal(total, batch.thresholds[level, chunk], out=seen)
                if floors[level]:
                    np.greater_equal(stars, np.uint8(level + 1), out=seen_too)
                    np.logical_and(seen, seen_too, out=seen)
                flags[decided[level]] = 0
                reached = self.reached[level, :size, :width]
                np.add(reached, flags, out=reached)
                self.by_variant[chunk, level] += _column_sums(flags)
        for level in levels:
            found = self.reached[level, :size].sum(axis=1, dtype=np.uint16)
            batch.by_product[products, level] += found


def _look_up(
    tables: list[NDArray[Any]],
    which: list[NDArray[np.int64]],
    combine: Any,
    out: NDArray[Any],
    more: NDArray[Any],
) -> None:
    """Combine one row of each table for each product; `more` is scratch."""
    # No row is out of range; asked to clip, numpy writes straight into the output.
    np.take(tables[0], which[0], axis=0, out=out, mode="clip")
    for table, rows in zip(tables[1:], which[1:], strict=True):
        np.take(table, rows, axis=0, out=more, mode="clip")
        combine(out, more, out=out)


def _column_sums(flags: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the sums of columns of 0 and 1; overwrites them.

    Halves are added onto each other while a byte holds the sum: whole rows at a time.
    """
    rows = len(flags)
    for _ in range(FOLDS):
        if rows == 1:
            break
        half = rows // 2
        np.add(flags[:half], flags[rows - half : rows], out=flags[:half])
        rows -= half
    total: NDArray[np.int64] = flags[:rows].sum(axis=0, dtype=np.int64)
    return total
