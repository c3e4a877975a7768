"""Noise by simulation with numpy: draw every answer anew, score, count."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from contest import Arrays, Contestant
from peers.sweep_numpy import stars
from problem import UNANSWERED, Law, Problem
from scenarios import Draws

UP = DOWN = 0.05


@frozen(kw_only=True, eq=False)
class Replicates:
    """Sheets, and how often their answers are drawn anew."""

    sheets: Problem
    count: int


def run(given: Replicates) -> Arrays:
    """Simulate; return how often each product had each star."""
    rng = np.random.default_rng(2)
    law, columns = given.sheets.law, given.sheets.columns
    (tables,) = Draws(sheets=given.sheets, points=printed_points(law)).tables
    excluded = given.sheets.findings != 0
    rows = np.arange(len(excluded))
    counts = np.zeros((len(excluded), 6), dtype=np.int64)
    for _ in range(given.count):
        star = stars(law, tables, drawn(law, columns, rng))
        star[excluded] = 0
        counts[rows, star] += 1
    return {"shares": counts / given.count}


def drawn(law: Law, columns: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return answers that moved one option up or down, or stayed; none met and unanswered stay."""
    best = np.array([[len(options) - 1] for options in law.points])
    chance = rng.random(columns.shape)
    assessed = (columns > 0) & (columns != UNANSWERED)
    moved = np.where(columns == UNANSWERED, 0, columns)
    moved[assessed & (chance < UP) & (columns < best)] += 1
    moved[assessed & (chance >= 1 - DOWN) & (columns > 1)] -= 1
    return moved


def printed_points(law: Law) -> NDArray[np.uint8]:
    """Return the points of the law itself as one scenario, (1, criteria, options)."""
    most = max(len(options) - 1 for options in law.points)
    rows = [[*options[1:], *[0] * (most + 1 - len(options))] for options in law.points]
    return np.array([rows], dtype=np.uint8)


def itself(given: Any) -> Any:
    """Return the sheets as they are."""
    return given


SIMULATION = Contestant(name="numpy, simulated", prepare=itself, run=run, read=dict)
