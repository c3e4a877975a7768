"""The steps of a criteria set as instructions for the compiled kernel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring._steps import Flips, Steps, steps_of
from ocop.scoring.table import ScoreTable

__all__ = ["program_of"]


@lru_cache(maxsize=256)
def program_of(table: ScoreTable) -> NDArray[np.int16]:
    """Return the instructions of a set, shape (instructions, 4); worked out once per table."""
    return np.array(list(_instructions(steps_of(table))), dtype=np.int16)


def _instructions(steps: Steps) -> Iterator[tuple[int, int, int, int]]:
    loops = compiled()
    parts = len(steps.start)

    def inside(flips: Flips) -> Iterator[tuple[int, int, int, int]]:
        yield loops.CLEAR, 0, 0, 0
        for position in flips:
            yield loops.FLIP, position, 0, 0

    for column in steps.columns:
        if column.needs is not None:
            other, flips = column.needs
            yield loops.LOAD, other, 0, 0
            yield from inside(flips)
        yield loops.LOAD, column.column, 0, 0
        yield loops.COUNT, 0, 0, 0
        if column.needs is not None:
            yield loops.KEEP, 0, 0, 0
        if column.ramp is not None:
            yield loops.RISE, column.part, column.ramp, 0
        for position, lane, gate in column.tests:
            if lane is not None:
                points = 1 if lane < parts else steps.weights[lane - parts][1]
                yield loops.STEP, column.part, position, points
            if gate is not None:
                yield loops.CLOSE, gate + 1, position, 0
        for gate, flips in column.floors:
            yield from inside(flips)
            yield loops.BOTH, gate + 1, 0, 0
        if column.zero is not None:
            yield from inside(column.zero)
            yield loops.KNOCK, column.column, 0, 0
