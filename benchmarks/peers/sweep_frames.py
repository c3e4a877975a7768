"""Sweeps with data frames and SQL: one scoring per scenario, stars counted by numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from problem import Law
from scenarios import Draws

AT_MOST = 5
StarsOf = Callable[[Law], NDArray[Any]]


def contestant(name: str, start: Callable[[Draws], StarsOf]) -> Contestant:
    """Return a contestant; `start` returns what computes the stars of all products under a law."""

    def prepare(given: Draws) -> tuple[Draws, StarsOf]:
        return given, start(given)

    return Contestant(name=name, prepare=prepare, run=run, read=dict, at_most=AT_MOST)


def run(prepared: tuple[Draws, StarsOf]) -> Arrays:
    """Count stars by scenario and by product."""
    given, stars_of = prepared
    rows = np.arange(len(given.sheets))
    counts = np.zeros((len(given), 6), dtype=np.int64)
    frequencies = np.zeros((len(rows), 6), dtype=np.int64)
    for scenario, law in enumerate(laws(given)):
        star = stars_of(law)
        counts[scenario] = np.bincount(star, minlength=6)
        frequencies[rows, star] += 1
    return {"star_counts": counts, "star_frequencies": frequencies}


def laws(given: Draws) -> Iterator[Law]:
    """Yield the law of each scenario."""
    return (given.law(scenario) for scenario in range(len(given)))
