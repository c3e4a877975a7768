"""Exact chances of stars with ocop, and the same by listing everything that can happen."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ocop
from contest import Arrays, Contestant
from peers import own
from peers.noise_numpy import DOWN, UP, Replicates
from peers.plain_python import score
from problem import UNANSWERED, Law


def prepare(given: Replicates) -> ocop.Sheets:
    """Return the sheets; nothing is replicated."""
    return own.sheets(given.sheets)


def run(sheets: ocop.Sheets) -> Any:
    """Compute the chances."""
    return ocop.star_probabilities(sheets, up=UP, down=DOWN)


def read(result: Any) -> Arrays:
    """Return the chances."""
    return {"shares": np.asarray(result)}


OCOP = Contestant(name="ocop, exact", prepare=prepare, run=run, read=read, fresh=True)


def enumerated(law: Law, answers: list[int], findings: int) -> NDArray[np.float64]:
    """Return the chance of each star of one sheet: every combination of moves, one by one."""
    chances = np.zeros(6)
    ways = [moves(len(options) - 1, a) for options, a in zip(law.points, answers, strict=True)]
    for combination in product(*ways):
        star = score(law, [answer for answer, _ in combination], findings)["star"]
        chances[star] += prod(chance for _, chance in combination)
    return chances


def moves(best: int, answer: int) -> list[tuple[int, float]]:
    """Return where an answer can move, with chances; none met and unanswered stay."""
    if answer in (0, UNANSWERED):
        return [(answer, 1.0)]
    up, down = UP * (answer < best), DOWN * (answer > 1)
    found = [(answer, 1 - up - down), (answer + 1, up), (answer - 1, down)]
    return [(to, chance) for to, chance in found if chance]
