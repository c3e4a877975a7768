"""The scoring kernel: whole columns of answers into parts, total, band and star.

Points that depend on an option are a sum of steps: points(x) = sum over j of d(j) * [x >= j], with
d(j) the difference between option j and the one before. Comparing and adding whole columns of
bytes uses the vector units of the processor and needs no gather; differences may be negative, for
unsigned arithmetic wraps around and the sum comes out exact. Work goes in blocks that stay in the
cache, into buffers made once.

`run` equals the plain scorer of the tests on every sheet.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["BLOCK", "Outcome", "run"]

BLOCK = 1 << 15


@frozen(eq=False)
class Outcome:
    """What the kernel computes; all arrays have one row per sheet.

    `parts` is (sheets, parts) in points, `total` in points, `band` and `star` in stars (`star`
    before exclusions), `answered` a count of criteria, `knocked_out` says that a knock-out fired.
    """

    parts: NDArray[np.int16]
    total: NDArray[np.int16]
    band: NDArray[np.int8]
    star: NDArray[np.int8]
    answered: NDArray[np.int16]
    knocked_out: NDArray[np.bool_]


def run(table: ScoreTable, answers: NDArray[np.uint8]) -> Outcome:
    """Score a matrix of answers, (sheets, criteria) of bytes, columns contiguous."""
    count = answers.shape[0]
    out = Outcome(
        parts=np.zeros((count, len(table.part_codes)), dtype=np.int16, order="F"),
        total=np.zeros(count, dtype=np.int16),
        band=np.zeros(count, dtype=np.int8),
        star=np.zeros(count, dtype=np.int8),
        answered=np.zeros(count, dtype=np.int16),
        knocked_out=np.zeros(count, dtype=np.bool_),
    )
    work = _Work(table, min(BLOCK, max(count, 1)))
    for start in range(0, count, BLOCK):
        work.block(answers, out, slice(start, min(start + BLOCK, count)))
    return out


class _Work:
    """The buffers of one run and the steps of every criterion."""

    def __init__(self, table: ScoreTable, size: int) -> None:
        self.table = table
        # Unsigned arithmetic wraps, so bytes hold every sum that stays under 256 in the end.
        self.kind: Any = np.uint8 if table.limit < 256 else np.uint32
        self.code = np.empty(size, dtype=np.uint8)
        self.flag = np.empty(size, dtype=np.bool_)
        self.other = np.empty(size, dtype=np.bool_)
        self.step = np.empty(size, dtype=self.kind)
        self.points = np.empty(size, dtype=self.kind)
        self.count = np.empty(size, dtype=np.uint8)
        self.parts = np.empty((len(table.part_codes), size), dtype=self.kind)
        self.floors_met = np.empty((len(STARS_WITH_FLOORS), size), dtype=np.bool_)
        conditional = table.conditional
        self.scored = {
            other: np.empty(size, dtype=np.bool_) for other in sorted(set(conditional.values()))
        }
        # A criterion that needs another comes after it.
        self.order = sorted(range(len(table.codes)), key=lambda i: (i in conditional, i))
        self.steps = [self._steps(points) for points in table.points]
        self.floors = [self._floors(table.floors[:, i]) for i in range(len(table.codes))]

    def _steps(self, points: NDArray[np.int64]) -> list[tuple[int, Any]]:
        differences = np.diff(points)
        wrapped = differences.astype(self.kind)
        return [(j + 1, wrapped[j]) for j in range(len(differences)) if differences[j]]

    @staticmethod
    def _floors(floors: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Return (star index, points) where a floor rises above that of the star below."""
        below = 0
        rising = []
        for index, floor in enumerate(floors.tolist()):
            if floor > below:
                rising.append((index, floor))
                below = floor
        return rising

    def block(self, answers: NDArray[np.uint8], out: Outcome, rows: slice) -> None:
        size = rows.stop - rows.start
        parts, floors_met = self.parts[:, :size], self.floors_met[:, :size]
        count, knocked_out = self.count[:size], out.knocked_out[rows]
        parts.fill(0)
        count.fill(0)
        floors_met.fill(True)
        code, points = self.code[:size], self.points[:size]
        flag = self.flag[:size]
        for i in self.order:
            np.add(answers[rows, i], 1, out=code)
            self._points_of(i, code, points, size)
            parts[self.table.part_of[i]] += points
            np.not_equal(code, 0, out=flag)
            count += flag.view(np.uint8)
            if i in self.table.knock_outs:
                other = self.other[:size]
                np.equal(points, 0, out=other)
                other &= flag
                knocked_out |= other
            for index, floor in self.floors[i]:
                np.greater_equal(points, floor, out=flag)
                floors_met[index] &= flag
        self._stars(parts, floors_met, count, out, rows)

    def _points_of(self, i: int, code: NDArray[np.uint8], points: NDArray[Any], size: int) -> None:
        flag, step = self.flag[:size], self.step[:size]
        bits = flag.view(np.uint8)
        points.fill(0)
        for least, difference in self.steps[i]:
            np.greater_equal(code, least, out=flag)
            if difference == 1:
                points += bits
            else:
                np.multiply(bits, difference, out=step)
                points += step
        if i in self.table.conditional:
            points *= self.scored[self.table.conditional[i]][:size]
        if i in self.scored:
            np.not_equal(points, 0, out=self.scored[i][:size])

    def _stars(
        self,
        parts: NDArray[Any],
        floors_met: NDArray[np.bool_],
        count: NDArray[np.uint8],
        out: Outcome,
        rows: slice,
    ) -> None:
        for index, part in enumerate(parts):
            out.parts[rows, index] = part
        out.answered[rows] = count
        total, band, star = out.total[rows], out.band[rows], out.star[rows]
        total[:] = parts.sum(axis=0, dtype=self.kind)
        band.fill(1)
        for threshold in self.table.thresholds:
            band += total >= threshold
        np.minimum(band, 2, out=star)
        met = np.ones(len(total), dtype=np.bool_)
        for index, level in enumerate(STARS_WITH_FLOORS):
            met &= floors_met[index]
            reached = met & (band >= level)
            np.maximum(star, reached * np.int8(level), out=star)
