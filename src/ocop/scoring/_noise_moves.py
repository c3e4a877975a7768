"""How answers move: from the chances that a caller states to one matrix per criterion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ocop.law.model import CriteriaSet, Criterion

__all__ = ["Chances", "moves_of"]

Chances = float | Mapping[str, float]
"""One chance for all criteria, or a chance by criterion code and 0 for the others."""


def moves_of(
    criteria_set: CriteriaSet, up: Chances, down: Chances, noise: Mapping[str, ArrayLike]
) -> tuple[NDArray[np.float64], ...]:
    """Return the chance of every moved answer by the given one, a matrix per criterion.

    Rows and columns are coded answers: 0 = unanswered, 1 = none met, k + 1 = option k.
    """
    moves = []
    for item in criteria_set.items:
        size = len(item.criterion.options) + 2
        matrix = np.zeros((size, size))
        matrix[0, 0] = 1
        matrix[1:, 1:] = (
            noise[item.code]
            if item.code in noise
            else _steps(item.criterion, _chance(up, item.code), _chance(down, item.code))
        )
        moves.append(matrix / matrix.sum(axis=1, keepdims=True))
    return tuple(moves)


def _chance(given: Chances, code: str) -> float:
    return float(given.get(code, 0) if isinstance(given, Mapping) else given)


def _steps(criterion: Criterion, up: float, down: float) -> NDArray[np.float64]:
    """Return the chances of moving by one option, (options + 1, options + 1); row 0 is none met.

    Of several next options with equal points one stands for all: further on nothing but points
    counts.
    """
    numbered = list(enumerate(criterion.options, start=1))
    matrix = np.eye(len(numbered) + 1)
    for given, option in numbered:
        same = [(o.points, n) for n, o in numbered if o.case == option.case]
        higher = min((x for x in same if x[0] > option.points), default=None)
        lower = max((x for x in same if x[0] < option.points), default=None)
        ways = {x[1]: chance for x, chance in ((higher, up), (lower, down)) if x}
        matrix[given, given] = max(0.0, 1 - sum(ways.values()))
        for to, chance in ways.items():
            matrix[given, to] = chance
    return matrix
