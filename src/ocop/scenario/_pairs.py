"""Counts of concordant, discordant and tied pairs, exactly, in O(n log n)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["count_pairs"]


def count_pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> dict[str, int]:
    """Count all pairs by their order in two rankings.

    Parameters
    ----------
    first, second : ndarray of int64, shape (products,)
        The number of each product's place, from 0 without gaps.

    Returns
    -------
    dict
        ``concordant``, ``discordant``, ``tied_before``, ``tied_after`` and ``tied_both``, which
        add up to n (n - 1) / 2.
    """
    wide = int(second.max(initial=-1)) + 1
    # Ties of the first ranking stand in the order of the second, so that none of them is turned.
    joint = np.sort(first * wide + second)
    edges = np.flatnonzero(np.diff(joint, prepend=-1) != 0)
    tied_both = _pairs(np.diff(edges, append=len(joint)))
    tied_first = _pairs(np.bincount(first))
    tied_second = _pairs(np.bincount(second))
    discordant = _inversions(joint % max(wide, 1), wide)
    every = len(first) * (len(first) - 1) // 2
    tied = tied_first + tied_second - tied_both
    return {
        "concordant": every - tied - discordant,
        "discordant": discordant,
        "tied_before": tied_first - tied_both,
        "tied_after": tied_second - tied_both,
        "tied_both": tied_both,
    }


def _pairs(sizes: NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _inversions(values: NDArray[np.int64], wide: int) -> int:
    """Count the pairs of numbers below `wide` of which the earlier is the larger.

    Bit by bit from the highest: among numbers that agree in all higher bits, each with bit 0
    makes a pair with every earlier one with bit 1. Then they are parted stably by that bit.
    """
    # Where the numbers of each value begin in sorted order.
    least = np.zeros(wide + 1, dtype=np.int64)
    np.cumsum(np.bincount(values, minlength=wide), out=least[1:])
    found, place = 0, np.arange(len(values))
    for bit in reversed(range(max(wide - 1, 0).bit_length())):
        ones = (values >> bit & 1).astype(np.bool_)
        ones_before: NDArray[np.int64] = np.cumsum(ones) - ones
        start = values >> (bit + 1) << (bit + 1)
        begin = least[start]
        ones_in_group: NDArray[np.int64] = ones_before - ones_before[begin]
        found += int(ones_in_group[~ones].sum())
        middle = least[np.minimum(start + (1 << bit), wide)]
        order = np.where(ones, middle + ones_in_group, place - ones_in_group)
        parted = np.empty_like(values)
        parted[order] = values
        values = parted
    return found
