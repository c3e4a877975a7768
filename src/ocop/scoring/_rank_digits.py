"""What decides a ranking, as the digits of one number a product: counted, and looked up.

numpy counts and looks up numbers that stand in memory, so they are written once. Compiled loops
join them block by block each time they are needed, which is faster than to write and read them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring.kernel import in_shares

__all__ = ["Digits", "LookUp", "counted", "counted_compiled", "take"]

BLOCK = 1 << 16
LEAST_COMPILED = 1 << 19
"""Rows of compiled loops below which another thread costs more than it saves."""

LookUp = Callable[[NDArray[np.int32]], NDArray[np.int64]]
"""Gives each product what a table says of its number."""


@frozen(eq=False)
class Digits:
    """Columns of whole numbers, the first the highest digit.

    Attributes
    ----------
    batches : sequence of sequences of ndarray
        The columns of each batch of products.
    limits : sequence of int
        What each digit is below.
    """

    batches: Sequence[Sequence[NDArray[Any]]]
    limits: Sequence[int]

    @property
    def size(self) -> float:
        """How many numbers there are, which may be more than a whole number of numpy holds."""
        return float(np.prod(self.limits, dtype=np.float64))

    @property
    def edges(self) -> list[int]:
        """Where each batch begins, and the last one ends."""
        return [0, *np.cumsum([len(columns[0]) for columns in self.batches]).tolist()]

    def values(self, numbers: NDArray[np.int64]) -> list[NDArray[Any]]:
        """Return the digits of some numbers, a column each."""
        digits = []
        # numpy divides 32-bit numbers by one number in a sixth of the time of `divmod`.
        rest = numbers.astype(np.int32)
        for limit in reversed(self.limits):
            whole = rest // np.int32(limit)
            digits.append(rest - whole * np.int32(limit))
            rest = whole
        return digits[::-1]


def counted(digits: Digits) -> tuple[NDArray[Any], LookUp]:
    """Return how often each number occurs, and what looks numbers up."""
    edges = digits.edges
    # numpy counts and looks up by 64-bit numbers.
    keys = np.empty(edges[-1], dtype=np.int64)
    for n, columns in enumerate(digits.batches):
        _join(keys[edges[n] : edges[n + 1]], columns, digits.limits)
    return np.bincount(keys, minlength=int(digits.size)), partial(take, keys)


def take(keys: NDArray[np.int64], table: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return what a table says of each key."""
    wide = table.astype(np.int64)
    out = np.empty(len(keys), dtype=np.int64)

    def work(low: int, high: int) -> None:
        # No key is out of range; asked to clip, numpy writes straight into the output.
        np.take(wide, keys[low:high], out=out[low:high], mode="clip")

    in_shares(work, len(out), None)
    return out


def _join(keys: NDArray[Any], columns: Sequence[NDArray[Any]], limits: Sequence[int]) -> None:
    """Write the numbers of one batch.

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


Typed = tuple[NDArray[Any], tuple[NDArray[np.uint16], ...]]


def counted_compiled(digits: Digits) -> tuple[NDArray[Any], LookUp] | None:
    """Return the same by compiled loops, or None where a digit is not below its limit."""
    batches = [_typed(columns) for columns in digits.batches]
    limits = np.array(digits.limits, dtype=np.int64)
    total = np.zeros(int(digits.size), dtype=np.int32)
    if not all(_count_batch(batch, limits, total) for batch in batches):
        return None
    return total, partial(_look_up, batches, limits, digits.edges)


def _typed(columns: Sequence[NDArray[Any]]) -> Typed:
    """Return columns as what is compiled for; a number below 0 becomes a large one."""
    first, *rest = columns
    head = first.view(np.uint8) if first.itemsize == 1 else _wide(first)
    head.setflags(write=False)
    return head, tuple(map(_wide, rest))


def _wide(column: NDArray[Any]) -> NDArray[np.uint16]:
    # A view, so that the column itself stays writable where it was.
    wide = np.ascontiguousarray(column, dtype=np.int16).view(np.uint16)
    wide.setflags(write=False)
    return wide


def _count_batch(batch: Typed, limits: NDArray[np.int64], total: NDArray[np.int32]) -> bool:
    """Add the counts of one batch; say whether all digits are below their limits."""
    found: list[NDArray[np.int32]] = []
    fit: list[bool] = []

    def work(low: int, high: int) -> None:
        counts = np.zeros_like(total)
        fit.append(compiled().count_digits(*batch, limits, low, high, counts))
        found.append(counts)

    in_shares(work, len(batch[0]), None, least=max(LEAST_COMPILED, 2 * len(total)))
    for counts in found:
        total += counts
    return all(fit)


def _look_up(
    batches: Sequence[Typed],
    limits: NDArray[np.int64],
    edges: Sequence[int],
    table: NDArray[np.int32],
) -> NDArray[np.int64]:
    out = np.empty(edges[-1], dtype=np.int64)
    for n, batch in enumerate(batches):
        _look_up_batch(batch, limits, table, out[edges[n] : edges[n + 1]])
    return out


def _look_up_batch(
    batch: Typed, limits: NDArray[np.int64], table: NDArray[np.int32], out: NDArray[np.int64]
) -> None:
    def work(low: int, high: int) -> None:
        compiled().look_up_digits(*batch, limits, low, high, table, out)

    in_shares(work, len(out), None, least=LEAST_COMPILED)
