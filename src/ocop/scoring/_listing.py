"""Lists of products in order: slots by radix, equal products by code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["in_order"]


def in_order(numbers: NDArray[np.int64], codes: Sequence[str]) -> NDArray[np.int64]:
    """Return the order of products by number, and by code point of their code where equal.

    Parameters
    ----------
    numbers : ndarray of int64, shape (products,)
        From 0.
    codes : sequence of str
        Unique among equal numbers.
    """
    order = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int64)
    # numpy sorts 16-bit numbers by radix, and stably; wider numbers take a pass for every 16 bits.
    for shift in range(0, int(numbers.max(initial=0)).bit_length(), 16):
        digit = (numbers[order] >> shift & 0xFFFF).astype(np.uint16)
        order = order[np.argsort(digit, kind="stable")]
    return order
