"""Counts of a transition: how many products go from which star to which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.text import number_of

__all__ = ["OUTCOMES", "TransitionCounts", "count_matrices", "matrix_rows"]

OUTCOMES = (5, 4, 3, 2, 1, 0)
"""Stars as tables list them; 0 stands for excluded."""


@frozen(kw_only=True, eq=False, repr=False)
class TransitionCounts:
    """A transition matrix (ma trận chuyển dịch) of one group of products, or of all.

    Attributes
    ----------
    within : str or None
        The value that the products share; None over all.
    matrix : ndarray of int64, shape (6, 6), read-only
        Products by star before (rows) and after (columns), 0 for excluded.
    """

    within: str | None
    matrix: NDArray[np.int64]

    @property
    def products(self) -> int:
        """Products counted."""
        return int(self.matrix.sum())

    @property
    def up(self) -> int:
        """Products with more stars after; excluded counts as less than one star."""
        return int(np.triu(self.matrix, 1).sum())

    @property
    def down(self) -> int:
        """Products with fewer stars after."""
        return int(np.tril(self.matrix, -1).sum())

    @property
    def same(self) -> int:
        """Products with the same star, or excluded, on both sides."""
        return int(np.trace(self.matrix))

    def __repr__(self) -> str:
        within = "" if self.within is None else f" {self.within}:"
        return (
            f"<TransitionCounts{within} {number_of(self.products, 'product')}, "
            f"{self.up:,} up, {self.same:,} same, {self.down:,} down>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return one row of a table: within, products, up, same, down."""
        return {
            "within": self.within,
            "products": self.products,
            "up": self.up,
            "same": self.same,
            "down": self.down,
        }


def count_matrices(
    before: NDArray[Any], after: NDArray[Any], group: NDArray[np.int64], groups: int
) -> NDArray[np.int64]:
    """Return counts by group, star before and star after, read-only."""
    cells = (group * 6 + before) * 6 + after
    counts = np.bincount(cells, minlength=groups * 36).reshape(groups, 6, 6)
    counts.setflags(write=False)
    return counts


def matrix_rows(cells: Callable[[int, int], Any]) -> list[dict[str, Any]]:
    """Return a 6 x 6 table as rows, five stars first; `cells` says what stands in each."""
    names = {star: "excluded" if star == 0 else str(star) for star in OUTCOMES}
    return [
        {"before": names[before], **{names[after]: cells(before, after) for after in OUTCOMES}}
        for before in OUTCOMES
    ]
