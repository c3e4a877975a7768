"""Sobol indices of all combinations of levels: exact, where there are not too many."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scenario._lever_space import Evaluate, LeverSpace, sealed

__all__ = ["ExactIndices", "exact_indices"]

MOST = 1 << 20
"""Combinations that are evaluated at once."""

ROUNDING = 1e-12
"""Indices that are 0 come out below it."""

Array = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class ExactIndices:
    """First and total indices, None where the outcome does not vary; its mean and variance."""

    first: Array | None
    total: Array | None
    mean: float
    variance: float
    evaluations: int


def exact_indices(evaluate: Evaluate, space: LeverSpace) -> ExactIndices:
    """Return the indices by their definition, from every combination that has a chance."""
    count = prod(space.sizes)
    if count > MOST:
        message = f"found {count:,} combinations of levels, allowed are {MOST:,} or fewer"
        hint = "give a number of samples"
        raise InputError([Problem("too-many-scenarios", message, path="samples", hint=hint)])
    choices = np.empty((count, len(space.sizes)), dtype=np.int64)
    weights = np.ones(count)
    rest = np.arange(count)
    strides = [prod(space.sizes[n + 1 :]) for n in range(len(space.sizes))]
    for n, stride in enumerate(strides):
        choices[:, n], rest = np.divmod(rest, stride)
        weights *= (np.array(space.chances[n]) / sum(space.chances[n]))[choices[:, n]]
    places = np.flatnonzero(weights)
    choices, weights = choices[places], weights[places]
    outcomes, evaluations = space.outcomes(evaluate, choices)
    if not (outcomes != outcomes[0]).any():
        return ExactIndices(
            first=None, total=None, mean=float(outcomes[0]), variance=0.0, evaluations=evaluations
        )
    mean = float(weights @ outcomes)
    apart = outcomes - mean
    variance = float(weights @ apart**2)
    first, total = [], []
    for column, stride in zip(choices.T, strides, strict=True):
        means = _means(column, weights, apart)
        first.append(_index(weights @ means**2 / variance))
        means = _means(places - column * stride, weights, apart)
        total.append(_index(weights @ (apart - means) ** 2 / variance))
    return ExactIndices(
        first=sealed(np.array(first)),
        total=sealed(np.array(total)),
        mean=mean,
        variance=variance,
        evaluations=evaluations,
    )


def _index(found: Any) -> float:
    """Return an index; what rounding leaves of nothing is nothing."""
    return float(found) if found > ROUNDING else 0.0


def _means(group: NDArray[np.int64], weights: Array, values: Array) -> Array:
    """Return for each value the weighted mean of its group."""
    sums, whole = (np.bincount(group, w).astype(np.float64) for w in (weights * values, weights))
    result: Array = sums[group] / whole[group]
    return result
