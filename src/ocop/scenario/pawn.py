"""How far each lever moves the whole distribution of an outcome: PAWN indices, by levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ocop.scenario._lever_space import Asked, Evaluate, LeverSpace, sealed
from ocop.scenario.levers import Levers
from ocop.scenario.pawn_indices import PawnIndices

__all__ = ["pawn", "pawn_from_samples"]

LEAST_DUMMIES = 20
"""Fewer say nothing of what chance gives."""

Array = NDArray[np.float64]


def pawn(
    evaluate: Evaluate,
    names: Sequence[str] | Levers,
    sizes: Sequence[int] | None = None,
    *,
    samples: int = 4096,
    labels: Sequence[Sequence[str]] | None = None,
    chances: Mapping[str, ArrayLike] | None = None,
    confidence: float = 0.95,
    dummies: int = 200,
    rng: np.random.Generator | int | None = None,
) -> PawnIndices:
    """Measure how far each lever moves the distribution of an outcome, all other levers moving.

    Unlike variances, distributions also tell levers apart that move an outcome rarely and far, or
    its tails alone.

    Parameters
    ----------
    evaluate : callable
        Gives the outcome of each row of choices: an int64 array (rows, levers) of levels from 0
        to an array of numbers (rows,). It is called once, each row is another one.
    names : sequence of str or Levers
        The levers. They move independently of each other.
    sizes : sequence of int, optional
        How many levels each lever has; not where `Levers` are given, which know it.
    samples : int, default 4096
        How many rows of choices to draw, by Latin hypercube: each level occurs as often as its
        chance says, within one sample.
    labels : sequence of sequence of str, optional
        Names of the levels of each lever; by default those of `Levers`, else their positions.
    chances : mapping of str to array_like of float, optional
        Lever to the chance of each of its levels, adding up to 1; without it all are alike.
    confidence : float, default 0.95
        Of `dummy`, between 0 and 1.
    dummies : int, default 200
        How many dummies of each lever to measure, 20 or more: the lever's own column, shuffled.
    rng : Generator, int or None
        The same number gives the same result.

    Returns
    -------
    PawnIndices

    Raises
    ------
    InputError
        ``wrong-type``, ``wrong-length``, ``out-of-range``, ``no-levers``, ``duplicate-name``,
        ``empty-text``, ``not-a-whole-number``, ``not-a-number``, ``wrong-sum``,
        ``unknown-lever``, all of them at once; ``wrong-shape`` and ``not-a-number`` for what
        `evaluate` returns.

    References
    ----------
    F. Pianosi and T. Wagener (2015), A simple and efficient method for global sensitivity
    analysis based on cumulative distribution functions, doi:10.1016/j.envsoft.2015.01.004;
    F. Pianosi and T. Wagener (2018), Distribution-based sensitivity analysis from a generic
    input-output sample, doi:10.1016/j.envsoft.2018.07.019.

    Examples
    --------
    >>> import ocop
    >>> found = ocop.pawn(
    ...     lambda choices: choices[:, 0] + 2 * choices[:, 1], ["points", "floor", "mark"],
    ...     [3, 3, 2], rng=1,
    ... )
    >>> found
    <PawnIndices: 3 levers, 4096 samples, computed, seed 1>
    >>> found.indices[:, 2].round(2).tolist(), found.above_dummy.tolist()
    ([0.23, 0.56, 0.01], [True, True, False])
    """
    asked = Asked()
    asked.evaluate(evaluate)
    space = asked.space(names, sizes, labels, chances)
    asked.whole(samples, "samples", 1)
    seed = _settings(asked, confidence, dummies, rng)
    asked.stop()
    draws = np.random.default_rng([seed, 0])
    strata = np.tile(np.arange(samples)[:, None], (1, len(space.names)))
    shares = (draws.permuted(strata, axis=0) + draws.random(strata.shape)) / samples
    choices = space.levels_at(shares)
    outcomes, _ = space.outcomes(evaluate, choices)
    return _measured(space, choices, outcomes, float(confidence), int(dummies), seed)


def pawn_from_samples(
    choices: ArrayLike,
    outcomes: ArrayLike,
    names: Sequence[str] | Levers,
    sizes: Sequence[int] | None = None,
    *,
    labels: Sequence[Sequence[str]] | None = None,
    confidence: float = 0.95,
    dummies: int = 200,
    rng: np.random.Generator | int | None = None,
) -> PawnIndices:
    """Measure the same from scenarios that were evaluated before, such as those of a sweep.

    Parameters
    ----------
    choices : array_like of int, shape (scenarios, levers)
        The level of each lever, from 0. Levers should have moved independently of each other:
        all combinations, or random ones. The order of scenarios does not matter.
    outcomes : array_like of float, shape (scenarios,)
        What came of each.
    names, sizes, labels, confidence, dummies, rng
        As for `pawn`.

    Returns
    -------
    PawnIndices

    Raises
    ------
    InputError
        As for `pawn`, and ``wrong-dtype`` for choices.

    Examples
    --------
    Of all combinations the indices are exact.

    >>> import ocop
    >>> found = ocop.pawn_from_samples(
    ...     [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 2], ["points", "floor"], [2, 2], rng=1
    ... )
    >>> found.indices.tolist()
    [[0.25, 0.25, 0.25], [0.25, 0.25, 0.25]]
    """
    asked = Asked()
    space = asked.space(names, sizes, labels, None)
    rows = asked.choices(choices, space)
    found = asked.outcomes(outcomes, None if rows is None else len(rows))
    seed = _settings(asked, confidence, dummies, rng)
    asked.stop()
    assert rows is not None
    return _measured(space, rows, found, float(confidence), int(dummies), seed)


def _settings(asked: Asked, confidence: Any, dummies: Any, rng: Any) -> int:
    asked.share(confidence, "confidence")
    asked.whole(dummies, "dummies", LEAST_DUMMIES)
    return asked.seed(rng)


def _measured(
    space: LeverSpace,
    choices: NDArray[np.int64],
    outcomes: Array,
    confidence: float,
    dummies: int,
    seed: int,
) -> PawnIndices:
    values, place = np.unique(outcomes, return_inverse=True)
    place = place.reshape(-1)
    in_order = np.sort(place)
    rng = np.random.default_rng([seed, 1])
    levels, counts, distances, dummy = [], [], [], []
    for lever in range(len(space.names)):
        found, column, count = np.unique(choices[:, lever], return_inverse=True, return_counts=True)
        column = column.reshape(-1)
        own = _distances(column, place, count, len(values))
        # From sorted columns, so that the order of the samples does not matter.
        still = np.repeat(np.arange(len(count)), count)
        shuffled = [
            _summaries(_distances(rng.permutation(still), in_order, count, len(values)))
            for _ in range(dummies)
        ]
        levels.append(sealed(found))
        counts.append(sealed(count.astype(np.int64)))
        distances.append(sealed(own))
        dummy.append(np.quantile(shuffled, confidence, axis=0))
    return PawnIndices(
        names=space.names,
        labels=space.labels,
        levels=tuple(levels),
        counts=tuple(counts),
        distances=tuple(distances),
        indices=sealed(np.array([_summaries(own) for own in distances])),
        dummy=sealed(np.array(dummy)),
        status="computed" if len(values) > 1 else "no-variation",
        confidence=confidence,
        samples=len(choices),
        dummies=dummies,
        seed=seed,
    )


def _distances(
    column: NDArray[np.intp], place: NDArray[np.intp], counts: NDArray[np.intp], values: int
) -> Array:
    """Return the largest difference of distribution functions at each level, (levels,).

    `column` is the level of each sample and `place` the position of its outcome among the
    `values` different ones, both from 0 without gaps.
    """
    joint = np.bincount(column * values + place, minlength=len(counts) * values)
    below = np.cumsum(joint.reshape(len(counts), values), axis=1)
    all_below = below.sum(axis=0) / len(column)
    result: Array = np.abs(below / counts[:, None] - all_below).max(axis=1)
    return result


def _summaries(distances: Array) -> list[float]:
    return [float(np.median(distances)), float(distances.mean()), float(distances.max())]
