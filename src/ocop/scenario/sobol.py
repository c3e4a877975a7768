"""How much of an outcome's variance is due to each lever: Sobol indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ocop.errors import MissingExtraError, Problem
from ocop.scenario._exact_indices import exact_indices
from ocop.scenario._lever_space import Asked, Evaluate, LeverSpace, sealed
from ocop.scenario.levers import Levers
from ocop.scenario.sobol_indices import SobolIndices

__all__ = ["sobol"]

LEAST_RESAMPLES = 100
"""Fewer say nothing of an interval."""

Array = NDArray[np.float64]


def sobol(
    evaluate: Evaluate,
    names: Sequence[str] | Levers,
    sizes: Sequence[int] | None = None,
    *,
    samples: int | None = 1024,
    chances: Mapping[str, ArrayLike] | None = None,
    confidence: float = 0.95,
    resamples: int = 999,
    rng: np.random.Generator | int | None = None,
) -> SobolIndices:
    """Estimate how much of an outcome's variance is due to each lever, alone and with others.

    Parameters
    ----------
    evaluate : callable
        Gives the outcome of each row of choices: an int64 array (rows, levers) of levels from 0
        to an array of numbers (rows,). It is called once, each row is another one: of the
        ``samples * (levers + 2)`` points many are the same where levels are few.
    names : sequence of str or Levers
        The levers. They move independently of each other.
    sizes : sequence of int, optional
        How many levels each lever has; not where `Levers` are given, which know it.
    samples : int or None, default 1024
        A power of 2; levers that act together need more. With None every combination of levels
        is evaluated, 1,048,576 at most, and the indices are exact.
    chances : mapping of str to array_like of float, optional
        Lever to the chance of each of its levels, adding up to 1; without it all are alike.
    confidence : float, default 0.95
        Of the intervals, between 0 and 1.
    resamples : int, default 999
        How often the samples are drawn again for the intervals, 100 or more.
    rng : Generator, int or None
        The same number gives the same result.

    Returns
    -------
    SobolIndices
        Estimates: an index of 0 can come out slightly below it, but a lever of one level, or
        one that the outcome never heeds, has indices of exactly 0.

    Raises
    ------
    InputError
        ``wrong-type``, ``wrong-length``, ``out-of-range``, ``no-levers``, ``duplicate-name``,
        ``empty-text``, ``not-a-whole-number``, ``not-a-number``, ``not-a-power-of-two``,
        ``wrong-sum``, ``unknown-lever``, all of them at once; ``too-many-scenarios``
        for None; ``wrong-shape`` and ``not-a-number`` for what `evaluate` returns.
    MissingExtraError
        ``missing-extra`` where scipy is not installed; it is not needed for exact indices.

    Notes
    -----
    Points and estimates are those of `scipy.stats.sobol_indices`: two matrices from one scrambled
    Sobol' sequence, and the estimators of Saltelli and others. Intervals run between the
    percentiles of estimates from rows drawn again with replacement; draws in which the outcome
    does not vary are left out.

    References
    ----------
    I. M. Sobol' (2001), Global sensitivity indices for nonlinear mathematical models and their
    Monte Carlo estimates, doi:10.1016/S0378-4754(00)00270-6; A. Saltelli and others (2010),
    Variance based sensitivity analysis of model output, doi:10.1016/j.cpc.2009.09.018.

    Examples
    --------
    An outcome of two levers with three levels each, of which the second matters twice as much;
    the variances are 2/3 and 8/3.

    >>> import ocop
    >>> found = ocop.sobol(
    ...     lambda choices: choices[:, 0] + 2 * choices[:, 1], ["points", "floor", "mark"],
    ...     [3, 3, 2], rng=1,
    ... )
    >>> found
    <SobolIndices: 3 levers, 18 evaluations, computed, 1024 samples, seed 1>
    >>> found.first.round(2).tolist(), found.total[2].item()
    ([0.2, 0.8, 0.0], 0.0)

    There are no more than 18 combinations: one can as well take all of them.

    >>> found = ocop.sobol(
    ...     lambda choices: choices[:, 0] * choices[:, 1], ["points", "floor"], [3, 3], samples=None
    ... )
    >>> print(found)
    mean 1, variance 1.77778, exact
    lever   first  total
    points  0.375  0.625
    floor   0.375  0.625
    <BLANKLINE>
    """
    asked = Asked()
    asked.evaluate(evaluate)
    space = asked.space(names, sizes, None, chances)
    if samples is not None:
        _check_samples(asked, samples)
    asked.share(confidence, "confidence")
    asked.whole(resamples, "resamples", LEAST_RESAMPLES)
    seed = asked.seed(rng)
    asked.stop()
    if samples is None:
        return _exact(evaluate, space)
    scipy = _scipy()
    points, again = (np.random.default_rng([seed, stream]) for stream in range(2))
    choices = _points(scipy, space, int(samples), points)
    outcomes, evaluations = space.outcomes(evaluate, choices)
    values = outcomes.reshape(len(space.names) + 2, 1, int(samples))
    both = values[:2]
    computed = _varies(both)
    first, total = _indices(scipy, values) if computed else (None, None)
    intervals: list[Array | None] = [None, None]
    if computed:
        drawn = _bootstrap(scipy, values, int(resamples), again)
        ends = (0.5 - confidence / 2, 0.5 + confidence / 2)
        intervals = [sealed(own.T) for own in np.quantile(drawn, ends, axis=0).swapaxes(0, 1)]
    return SobolIndices(
        names=space.names,
        status="computed" if computed else "too-few-samples" if _varies(values) else "no-variation",
        first=first,
        total=total,
        first_interval=intervals[0],
        total_interval=intervals[1],
        mean=float(both.mean()),
        variance=float(both.var()) if computed else 0.0,
        confidence=float(confidence),
        samples=int(samples),
        resamples=int(resamples),
        evaluations=evaluations,
        seed=seed,
    )


def _check_samples(asked: Asked, samples: int) -> None:
    if asked.whole(samples, "samples", 2) and samples & (samples - 1):
        below = 1 << (int(samples).bit_length() - 1)
        message = f"found {samples}, allowed are powers of 2, such as {below} or {2 * below}"
        asked.problems.append(Problem("not-a-power-of-two", message, path="samples"))


def _exact(evaluate: Evaluate, space: LeverSpace) -> SobolIndices:
    found = exact_indices(evaluate, space)
    return SobolIndices(
        names=space.names,
        status="no-variation" if found.first is None else "computed",
        first=found.first,
        total=found.total,
        first_interval=None,
        total_interval=None,
        mean=found.mean,
        variance=found.variance,
        confidence=None,
        samples=None,
        resamples=None,
        evaluations=found.evaluations,
        seed=None,
    )


def _scipy() -> Any:
    try:
        import scipy.stats
    except ImportError as error:
        message = "Sobol indices need the extra 'analysis'"
        hint = 'pip install "ocop[analysis]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error
    return scipy.stats


def _points(
    scipy: Any, space: LeverSpace, samples: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the choices of A, of B, and of A with one lever after another as in B."""
    levers = len(space.names)
    shares = scipy.qmc.Sobol(d=2 * levers, bits=64, rng=rng).random(samples)
    first, second = space.levels_at(shares[:, :levers]), space.levels_at(shares[:, levers:])
    mixed = np.repeat(first[None], levers, axis=0)
    for lever in range(levers):
        mixed[lever, :, lever] = second[:, lever]
    return np.concatenate([first, second, *mixed])


def _varies(values: Array) -> bool:
    return bool((values != values.flat[0]).any())


def _indices(scipy: Any, values: Array) -> tuple[Array, Array]:
    """Return first and total indices, (levers,), of outcomes at A, B and the mixed points."""
    mixed = values[2:]
    # One lever alone would lose its axis in scipy, so it stands there twice.
    mixed = np.repeat(mixed, 2, axis=0) if len(mixed) == 1 else mixed
    given = {"f_A": values[0], "f_B": values[1], "f_AB": mixed}
    found = scipy.sobol_indices(func=given, n=values.shape[2])
    levers = len(values) - 2
    return sealed(found.first_order[:levers]), sealed(found.total_order[:levers])


def _bootstrap(scipy: Any, values: Array, resamples: int, rng: np.random.Generator) -> Array:
    """Return estimates from rows drawn again, (resamples, 2, levers)."""
    found = []
    for _ in range(resamples):
        drawn = values[..., rng.integers(values.shape[2], size=values.shape[2])]
        if _varies(drawn[:2]):
            found.append(_indices(scipy, drawn))
    return np.array(found)
