"""Libraries for multi-criteria decisions: the total and a rank by it, from a ready points matrix.

They know no options, parts, bands, floors or rules. All weights are equal, so that the weighted sum
is the total; where a library insists on scaling first, the scaling is undone by the weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pymcdm
import skcriteria
from numpy.typing import NDArray
from pyDecision.algorithm import saw_method
from skcriteria.agg.simple import WeightedSumModel

from contest import Arrays, Contestant, min_ranks
from problem import Problem

SCOPE = "total and rank by total only, from a ready points matrix"
Matrix = NDArray[np.float64]


def prepare_named(problem: Problem) -> tuple[Matrix, list[str]]:
    """Return the points, and the names of the criteria."""
    return problem.points, list(problem.law.codes)


def decision_matrix(named: tuple[Matrix, list[str]]) -> Any:
    """Return the library's own object for a matrix, weights 1."""
    matrix, names = named
    return skcriteria.mkdm(matrix, [max] * len(names), criteria=names)


def prepare_skcriteria(problem: Problem) -> Any:
    """Return a decision matrix."""
    return decision_matrix(prepare_named(problem))


def run_skcriteria(matrix: Any) -> Any:
    """Weigh, sum and rank."""
    return WeightedSumModel().evaluate(matrix)


def run_from_matrix(named: tuple[Matrix, list[str]]) -> Any:
    """Make the decision matrix, weigh, sum and rank."""
    return run_skcriteria(decision_matrix(named))


def read_skcriteria(result: Any) -> Arrays:
    """Return totals and ranks; the library counts 1 1 2."""
    return {"total": result.e_.score, "rank_by_total": min_ranks(result.rank_)}


def prepare_matrix(problem: Problem) -> Matrix:
    """Return the points."""
    return problem.points


def unscaled(column: Matrix, cost: bool) -> Matrix:  # noqa: ARG001 - as the library calls it
    """Return a column of points as it is."""
    return column


def run_pymcdm(matrix: Matrix) -> tuple[Any, Any]:
    """Weigh, sum and rank, without the library's checks of the input, which take longer."""
    method = pymcdm.methods.WSM(normalization_function=unscaled)
    ones = np.ones(matrix.shape[1])
    totals = method(matrix, ones, ones, validation=False)
    return totals, method.rank(totals)


def read_pymcdm(result: tuple[Any, Any]) -> Arrays:
    """Return totals and ranks; the library counts 1 2.5 2.5."""
    return {"total": result[0], "rank_by_total": min_ranks(result[1])}


def run_pydecision(matrix: Matrix) -> tuple[Any, Any]:
    """Scale, weigh and sum; the library returns totals, so the order is numpy's."""
    best = matrix.max(axis=0)
    best[best == 0] = 1
    flow = saw_method(matrix, ["max"] * len(best), best, graph=False, verbose=False)
    return flow[:, 1], np.argsort(-flow[:, 1], kind="stable")


def read_pydecision(result: tuple[Any, Any]) -> Arrays:
    """Return totals and ranks in this order; scaling by thirds and back may miss by 1e-14."""
    totals, order = np.rint(result[0]), result[1]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(1, len(order) + 1)
    first = np.unique(-totals[order], return_index=True, return_inverse=True)
    return {"total": totals, "rank_by_total": first[1][first[2]][place - 1] + 1}


CONTESTANTS = [
    Contestant(
        name="scikit-criteria",
        prepare=prepare_named,
        run=run_from_matrix,
        read=read_skcriteria,
        scope=SCOPE,
    ),
    Contestant(
        name="scikit-criteria, decision matrix ready",
        prepare=prepare_skcriteria,
        run=run_skcriteria,
        read=read_skcriteria,
        scope=SCOPE,
    ),
    Contestant(
        name="pymcdm", prepare=prepare_matrix, run=run_pymcdm, read=read_pymcdm, scope=SCOPE
    ),
    Contestant(
        name="pyDecision",
        prepare=prepare_matrix,
        run=run_pydecision,
        read=read_pydecision,
        scope=SCOPE,
    ),
]
