"""Straightforward numpy: a lookup per criterion, sums, comparisons, `np.lexsort`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem

Prepared = tuple[Law, NDArray[np.uint8], NDArray[np.uint64]]


def prepare(problem: Problem) -> Prepared:
    """Return one contiguous row of answers per criterion."""
    return problem.law, problem.columns, problem.findings


def prepare_rows(problem: Problem) -> Prepared:
    """Return the same answers as they lie in a row-major matrix (sheets, criteria)."""
    return prepare(problem.by_rows())


def run(prepared: Prepared) -> Arrays:
    """Score, then rank."""
    scores = score(*prepared)
    scores["rank"] = ranks(scores)
    return scores


def score(law: Law, columns: NDArray[np.uint8], findings: NDArray[np.uint64]) -> Arrays:
    """Score all sheets, criterion by criterion."""
    points = [np.take(table, x) for table, x in zip(law.lookup(), columns, strict=True)]
    for item, other in law.needs:
        points[item] = np.where(points[other] > 0, points[item], 0)
    parts = [
        sum(x for x, part in zip(points, law.part_of, strict=True) if part == number)
        for number in range(len(law.part_codes))
    ]
    total = sum(parts)
    band = 1 + sum((total >= least).astype(np.int64) for least in law.bands)
    star = np.minimum(band, 2)
    for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        met = band >= level
        for i, least in floors:
            met &= points[i] >= least
        star[met] = level
    excluded = findings != 0
    star[excluded] = 0
    return {
        "parts": np.array(parts).T,
        "total": total,
        "band": band,
        "star": star,
        "answered": (columns != UNANSWERED).sum(axis=0),
        "excluded": excluded,
    }


def ranks(scores: Arrays) -> NDArray[np.int64]:
    """Return the rank of each sheet by star, total, C, A, B; equal sheets share the best one."""
    a, b, c = scores["parts"].T
    keys = (-b, -a, -c, -scores["total"], -scores["star"])
    order = np.lexsort(keys)
    first = np.zeros(len(order), dtype=bool)
    first[:1] = True
    for key in keys:
        first[1:] |= np.diff(key[order]) != 0
    place = np.arange(1, len(order) + 1)
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.maximum.accumulate(np.where(first, place, 0))
    return found


def read(result: Arrays) -> Arrays:
    """Return the results: they are arrays already."""
    return result


NAME = "numpy, straightforward"
CONTESTANTS = [Contestant(name=NAME, prepare=prepare, run=run, read=read)]
ROWS = [Contestant(name=NAME, prepare=prepare_rows, run=run, read=read)]
