"""Sweeps: many scenarios of points over the same products."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from problem import Law, Problem, problem

PRODUCTS = 20_000


@frozen(kw_only=True, eq=False)
class Draws:
    """Scenarios: `points` is (scenarios, criteria, options), 0 beyond a criterion's options."""

    sheets: Problem
    points: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.points)

    def head(self, count: int) -> Draws:
        """Return the first scenarios."""
        return Draws(sheets=self.sheets, points=self.points[:count])

    def law(self, scenario: int) -> Law:
        """Return the law of one scenario."""
        return self.sheets.law.with_points(self.points[scenario])

    @cached_property
    def tables(self) -> NDArray[np.uint8]:
        """The points of each answer, (scenarios, criteria, answers), 0 for none met."""
        return np.pad(self.points, ((0, 0), (0, 0), (1, 0)))

    @cached_property
    def codes(self) -> NDArray[np.uint8]:
        """Answers with unanswered as none met, (criteria, products): both have no points."""
        columns = self.sheets.columns
        return np.where(columns == 255, 0, columns).astype(np.uint8)


def draws(count: int, products: int = PRODUCTS, *, ordered: bool = True) -> Draws:
    """Return scenarios from a seed: each option one point more, less, or as it is.

    With `ordered` a better option never has fewer points than a worse one.
    """
    sheets = problem(products)
    rng = np.random.default_rng(1)
    most = max(len(options) - 1 for options in sheets.law.points)
    points = np.zeros((count, len(sheets.law.points), most), dtype=np.uint8)
    for i, options in enumerate(sheets.law.points):
        base = np.array(options[1:], dtype=np.int8)
        drawn = base + rng.integers(-1, 2, (count, len(base)), dtype=np.int8)
        np.maximum(drawn, 0, out=drawn)
        points[:, i, : len(base)] = np.sort(drawn, axis=1) if ordered else drawn
    return Draws(sheets=sheets, points=points)
