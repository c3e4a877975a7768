"""The scenario kernel's loops as compiled code, where the extra ``fast`` is installed.

One product after the other, a row of variants at a time: rows of points are added four at once,
and what a threshold says is counted by variant and by product in the same pass.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ocop.scoring._compiled import compile_loop, fill

__all__ = ["sweep"]

WIDTH = 1024
"""Variants of one lookup; at most 2040, so that a byte holds an eighth of them."""


@compile_loop
def _add_rows(total: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    for k in range(len(total)):
        total[k] += a[k] + b[k] + c[k] + d[k]


@compile_loop
def _lower(stars: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    for k in range(len(stars)):
        stars[k] = min(stars[k], min(min(a[k], b[k]), min(c[k], d[k])))


@compile_loop
def _note(flags: Any, counts: Any, total: Any, least: Any) -> None:
    for k in range(len(total)):
        reached = np.uint8(total[k] >= least[k])
        flags[k] = reached
        counts[k] += reached


@compile_loop
def _note_floors(flags: Any, counts: Any, total: Any, least: Any, stars: Any, star: Any) -> None:
    for k in range(len(total)):
        reached = np.uint8(total[k] >= least[k]) & np.uint8(stars[k] >= star)
        flags[k] = reached
        counts[k] += reached


@compile_loop
def _raised(flags: Any) -> Any:
    # Eight flags are one word; so few are added that no byte of the sum overflows.
    together = np.uint64(0)
    for word in flags.view(np.uint64):
        together += word
    found = np.uint64(0)
    for shift in range(0, 64, 8):
        found += (together >> np.uint64(shift)) & np.uint64(255)
    return found


@compile_loop
def _spill(by_variant: Any, counts: Any) -> None:
    for k in range(len(by_variant)):
        for level in range(len(counts)):
            by_variant[k, level] += counts[level, k]
            counts[level, k] = 0


@compile_loop
def sweep(
    totals: Any,
    total_rows: Any,
    stars: Any,
    star_rows: Any,
    thresholds: Any,
    products: Any,
    doubtful: Any,
    open_floors: Any,
    by_variant: Any,
    by_product: Any,
) -> None:
    """Count at least 1 to 5 stars of products by variant and by product, where it is in doubt.

    The rows of a product add up to its totals; the least of its star rows is what floors and
    knock-outs leave. Both are multiples of four.
    """
    levels, variants = thresholds.shape
    total, flags = np.empty(WIDTH, np.uint8), np.zeros(WIDTH, np.uint8)
    most = np.empty(WIDTH, np.uint8)
    counts = np.zeros((levels, WIDTH), np.uint8)
    for low in range(0, variants, WIDTH):
        size = min(WIDTH, variants - low)
        here = slice(low, low + size)
        flags[size:] = 0
        held = 0
        for n in range(len(products)):
            product, rows = products[n], total_rows[n]
            fill(total[:size], np.uint8(0))
            for g in range(0, len(rows), 4):
                _add_rows(
                    total[:size],
                    totals[rows[g], here],
                    totals[rows[g + 1], here],
                    totals[rows[g + 2], here],
                    totals[rows[g + 3], here],
                )
            if open_floors[product].any():
                fill(most[:size], np.uint8(levels))
                asked = star_rows[n]
                for g in range(0, len(asked), 4):
                    _lower(
                        most[:size],
                        stars[asked[g], here],
                        stars[asked[g + 1], here],
                        stars[asked[g + 2], here],
                        stars[asked[g + 3], here],
                    )
            for level in range(levels):
                if not doubtful[product, level]:
                    continue
                least, seen = thresholds[level, here], counts[level, :size]
                if open_floors[product, level]:
                    star = np.uint8(level + 1)
                    _note_floors(flags[:size], seen, total[:size], least, most[:size], star)
                else:
                    _note(flags[:size], seen, total[:size], least)
                by_product[product, level] += _raised(flags)
            held += 1
            if held == 255:
                _spill(by_variant[here], counts)
                held = 0
        _spill(by_variant[here], counts)
