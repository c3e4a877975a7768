"""Whole points in proportion: among criteria by the largest remainder, inside one by rounding."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ocop.law.model import Option

__all__ = ["apportion", "scaled"]


def apportion(weights: Sequence[int], total: int) -> list[int]:
    """Return whole numbers in proportion to `weights` that add up to `total` exactly.

    Shares are rounded down; what is missing goes one each to the largest remainders, ties to the
    earlier one.

    Examples
    --------
    >>> apportion([3, 3, 2], 10)
    [4, 4, 2]
    >>> apportion([1, 1, 1], 2)
    [1, 1, 0]
    """
    whole = sum(weights)
    shares = [weight * total // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: -(weights[n] * total % whole))
    for n in order[: total - sum(shares)]:
        shares[n] += 1
    return shares


def scaled(option: Option, best: int, new_best: int) -> Option:
    """Return an option of a criterion whose best points become `new_best`; halves go up."""
    points = (2 * option.points * new_best + best) // (2 * best)
    return option if points == option.points else evolve(option, points=points)
