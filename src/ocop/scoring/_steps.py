"""Turn the points and floors of a criteria set into comparisons of whole columns.

An answer x is -1 (unanswered), 0 (none met) or the position of an option. Whatever depends on one
answer is then a sum of steps: points(x) = sum over j of d(j) * [x >= j], with d(j) the difference
between option j and the one before. Comparing and adding columns of bytes uses the vector units
of the processor and needs no gather.

Most criteria give one point more with each option from some position on. Such a ramp,
max(x, a) - a, takes one operation in place of one comparison for each of its steps; what is left
over stays a step. A set of answers, such as those that meet a floor, is the sequence of positions
at which being inside changes: x is inside where an odd number of them is at or below x.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from operator import le

from attrs import frozen

from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["ColumnSteps", "Flips", "Steps", "steps_of"]

Flips = tuple[int, ...]
"""Answers that belong to a set, as the positions at which membership changes."""


@frozen(eq=False)
class ColumnSteps:
    """What one criterion asks of the kernel.

    Attributes
    ----------
    column, part : int
        Its column, and the part that its points count for.
    ramp : int or None
        Where the ramp starts; no ramp where None.
    tests : tuple of (position, accumulator or None, gate or None)
        Compare with `position`; add the outcome to the accumulator and to the gate.
    floors : tuple of (gate, flips)
        Floors whose answers need more than one comparison.
    needs : (column, flips) or None
        The criterion counts only where that column's answer is among these.
    zero : flips or None
        Answers without points, where they knock the product out.
    """

    column: int
    part: int
    ramp: int | None
    tests: tuple[tuple[int, int | None, int | None], ...]
    floors: tuple[tuple[int, Flips], ...]
    needs: tuple[int, Flips] | None
    zero: Flips | None


@frozen(eq=False)
class Steps:
    """A criteria set as the kernel runs it.

    The first accumulators are those of the parts, `start` is what they begin with; the others
    collect the steps of more than one point: `weights` holds (part, points of a step) for each.
    """

    columns: tuple[ColumnSteps, ...]
    start: tuple[int, ...]
    weights: tuple[tuple[int, int], ...]


@lru_cache(maxsize=256)
def steps_of(table: ScoreTable) -> Steps:
    """Return the steps of a compiled set; worked out once per table."""
    parts = len(table.part_codes)
    accumulators = {(part, 1): part for part in range(parts)}
    start = [0] * parts
    columns = []
    for i, coded in enumerate(table.points):
        points = coded[1:].tolist()  # by answer: none met, option 1, ...
        part = table.part_of[i]
        ramp, rises = _ramp(points)
        start[part] -= ramp or 0
        adds = {j: accumulators.setdefault((part, d), len(accumulators)) for j, d in rises}
        tests: dict[int, tuple[int | None, int | None]] = {j: (a, None) for j, a in adds.items()}
        floors = []
        for gate, floor in _rising(table.floors[:, i].tolist()):
            flips = _flips(points, partial(le, floor))
            if len(flips) == 1 and tests.get(flips[0], (None, None))[1] is None:
                tests[flips[0]] = (adds.get(flips[0]), gate)
            else:
                floors.append((gate, flips))
        columns.append(
            ColumnSteps(
                column=i,
                part=part,
                ramp=ramp,
                tests=tuple((j, *test) for j, test in sorted(tests.items())),
                floors=tuple(floors),
                needs=_needed(table, i),
                zero=(0, *_flips(points, bool)) if i in table.knock_outs else None,
            )
        )
    return Steps(tuple(columns), tuple(start), tuple(accumulators)[parts:])


def _ramp(points: list[int]) -> tuple[int | None, list[tuple[int, int]]]:
    """Return where a ramp starts, if one saves comparisons, and the steps that remain."""
    steps = [(j, points[j] - points[j - 1]) for j in range(1, len(points))]
    best: tuple[int | None, list[tuple[int, int]]] = (None, [(j, d) for j, d in steps if d])
    for ramp in range(len(steps)):
        rest = [(j, d - (j > ramp)) for j, d in steps]
        rest = [(j, d) for j, d in rest if d]
        if len(rest) + 1 < len(best[1]) + (best[0] is not None):
            best = (ramp, rest)
    return best


def _rising(floors: list[int]) -> list[tuple[int, int]]:
    """Return (gate, points) where a floor rises above that of the star below."""
    return [
        (gate, floors[gate])
        for gate in range(len(STARS_WITH_FLOORS))
        if floors[gate] > (floors[gate - 1] if gate else 0)
    ]


def _flips(points: list[int], inside: Callable[[int], bool]) -> Flips:
    """Return where points by answer enter or leave what `inside` says; 0 points are outside."""
    member = [bool(inside(p)) for p in points]
    return tuple(j for j in range(1, len(points)) if member[j] != member[j - 1])


def _needed(table: ScoreTable, i: int) -> tuple[int, Flips] | None:
    other = table.conditional.get(i)
    return None if other is None else (other, _flips(table.points[other][1:].tolist(), bool))
