"""The order of a listing with numpy, from results that are ready."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from peers.straight_numpy import score
from problem import Problem

Keys = tuple[NDArray[Any], ...]


def prepare(problem: Problem) -> Keys:
    """Return what decides, least important first; equal sheets stay in input order."""
    scores = score(problem.law, problem.columns, problem.findings)
    a, b, c = scores["parts"].T
    return (-b, -a, -c, -scores["total"], -scores["star"])


def prepare_with_codes(problem: Problem) -> Keys:
    """Return the same keys with the product codes under them, as ocop lists equal products."""
    return (np.array(problem.products), *prepare(problem))


def run(keys: Keys) -> NDArray[np.int64]:
    """Sort."""
    return np.lexsort(keys)


def read(order: NDArray[np.int64]) -> Arrays:
    """Return the order."""
    return {"order": order}


CONTESTANTS = [
    Contestant(name="np.lexsort, ties in input order", prepare=prepare, run=run),
    Contestant(
        name="np.lexsort, ties by product code", prepare=prepare_with_codes, run=run, read=read
    ),
]
