"""Plain Python: one sheet after the other, a sort by a tuple. Measured on at most 10,000 sheets."""

from __future__ import annotations

from typing import Any

import numpy as np

from contest import Arrays, Contestant
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem

Prepared = tuple[Law, list[list[int]], list[int]]


def prepare(problem: Problem) -> Prepared:
    """Return the sheets as lists."""
    return problem.law, problem.columns.T.tolist(), problem.findings.tolist()


def run(prepared: Prepared) -> tuple[list[dict[str, Any]], list[int]]:
    """Score every sheet, then rank them."""
    law, sheets, findings = prepared
    scores = [score(law, answers, found) for answers, found in zip(sheets, findings, strict=True)]
    return scores, ranks(scores)


def score(law: Law, answers: list[int], findings: int) -> dict[str, Any]:
    """Score one sheet."""
    points = [
        0 if answer == UNANSWERED else options[answer]
        for options, answer in zip(law.points, answers, strict=True)
    ]
    for item, other in law.needs:
        if points[other] == 0:
            points[item] = 0
    parts = [0] * len(law.part_codes)
    for part, value in zip(law.part_of, points, strict=True):
        parts[part] += value
    total = sum(parts)
    band = 1 + sum(total >= least for least in law.bands)
    star = min(band, 2)
    for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        if band >= level and all(points[i] >= least for i, least in floors):
            star = level
    return {
        "parts": parts,
        "total": total,
        "band": band,
        "star": 0 if findings else star,
        "answered": len(answers) - answers.count(UNANSWERED),
        "excluded": findings != 0,
    }


def ranks(scores: list[dict[str, Any]]) -> list[int]:
    """Return the rank of each sheet; equal sheets share the best one."""

    def key(row: int) -> tuple[int, ...]:
        a, b, c = scores[row]["parts"]
        return (-scores[row]["star"], -scores[row]["total"], -c, -a, -b)

    keys = [key(row) for row in range(len(scores))]
    found = [0] * len(scores)
    before: tuple[int, ...] | None = None
    rank = 0
    for place, row in enumerate(sorted(range(len(scores)), key=keys.__getitem__), start=1):
        if keys[row] != before:
            rank, before = place, keys[row]
        found[row] = rank
    return found


def read(result: tuple[list[dict[str, Any]], list[int]]) -> Arrays:
    """Return the results as arrays."""
    scores, found = result
    return {name: np.array([score[name] for score in scores]) for name in scores[0]} | {
        "rank": np.array(found)
    }


CONTESTANTS = [Contestant(name="plain Python", prepare=prepare, run=run, read=read, at_most=10_000)]
