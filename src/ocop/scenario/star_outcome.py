"""From levers of the law to an outcome: how many products have a star under each scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ocop.scenario._lever_space import Asked, Evaluate
from ocop.scenario.levers import Levers
from ocop.scenario.population import Population
from ocop.scenario.sweep import sweep
from ocop.scoring.sheet import Sheets

__all__ = ["star_outcome"]


def star_outcome(
    population: Sheets | Iterable[Sheets] | Population,
    levers: Levers,
    *,
    star: int = 4,
    share: bool = False,
    progress: Callable[[int, int | None], object] | None = None,
    executor: Executor | None = None,
    threads: int | None = None,
    fast: bool = False,
) -> Evaluate:
    """Return a function of choices: how many products have at least a star under each scenario.

    It is what `tornado`, `sobol` and `pawn` take.

    Parameters
    ----------
    population : Sheets, iterable of Sheets, or Population
        Sheets of the decision of the levers, one batch per criteria set.
    levers : Levers
    star : int, default 4
        1 to 5.
    share : bool, default False
        Whether to give the share of all products instead, excluded ones among them.
    progress, executor, threads, fast
        As for `sweep`, which does the work.

    Returns
    -------
    callable
        Takes choices, (scenarios, levers), and gives a float64 array (scenarios,). It raises what
        `sweep` and `Levers.scenarios` raise.

    Raises
    ------
    InputError
        ``not-a-whole-number``, ``out-of-range``.

    Examples
    --------
    >>> import ocop
    >>> made = ocop.synthesize("qd-26-2026", products=400, rng=1)
    >>> levers = ocop.Levers(
    ...     "qd-26-2026",
    ...     [
    ...         ocop.Lever.of_threshold(4, [65, 70, 75]),
    ...         ocop.Lever.of_threshold(3, [45, 50]),
    ...         ocop.Lever.floors_off("qd-26-2026"),
    ...     ],
    ... )
    >>> evaluate = ocop.star_outcome(made, levers)
    >>> print(ocop.tornado(evaluate, levers))
    base outcome 90
    lever         lowest  lowest_at  highest  highest_at  swing
    floors            90  on             102  off            12
    4 stars from      87  75              90  70              3
    without effect: 3 stars from
    <BLANKLINE>
    """
    asked = Asked()
    asked.whole(star, "star", 1, 5)
    asked.stop()
    # An iterator of sheets can be read once, the function be called again and again.
    given = population if isinstance(population, Sheets | Population) else tuple(population)

    def outcome(choices: ArrayLike) -> NDArray[np.float64]:
        found = sweep(
            given,
            levers.scenarios(choices),
            progress=progress,
            executor=executor,
            threads=threads,
            fast=fast,
        ).star_counts
        counts: NDArray[np.float64] = found[:, star:].sum(axis=1).astype(np.float64)
        return counts / max(1, int(found[0].sum())) if share else counts

    return outcome
