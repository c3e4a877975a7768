"""The scoring kernel: whole columns of answers into parts, total, band and star.

`_steps.py` compiles a criteria set into comparisons and additions; this module runs them over
columns of bytes. Sums may pass below zero on the way, for unsigned arithmetic wraps around and
comes out exact. Work goes in blocks that stay in the cache, into buffers made once per thread;
numpy lets other threads run while it works on a block, so each core takes a share of the blocks.

`run` equals the plain scorer of the tests on every sheet, with any block size and any number of
threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from threading import Thread
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._fast import compiled
from ocop.scoring._program import program_of
from ocop.scoring._steps import ColumnSteps, Flips, steps_of
from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = ["BLOCK", "LEAST_SHARE", "Outcome", "in_shares", "run"]

BLOCK = 1 << 17
LEAST_SHARE = 1 << 15
"""Rows below which another thread costs more than it saves."""

# Comparing with a number of the column's own type spares numpy a conversion for each call.
_POSITIONS = tuple(np.array(n, dtype=np.int8) for n in range(128))


@frozen(eq=False)
class Outcome:
    """What the kernel computes; all arrays have one row per sheet.

    `parts` is (sheets, parts) in points, `total` in points, `band` and `star` in stars (`star` is
    0 where the product is excluded), `answered` a count of criteria. `knocked_out` says that a
    knock-out fired, `excluded` that one did or a finding was stated.
    """

    parts: NDArray[np.int16]
    total: NDArray[np.int16]
    band: NDArray[np.int8]
    star: NDArray[np.int8]
    answered: NDArray[np.int16]
    knocked_out: NDArray[np.bool_]
    excluded: NDArray[np.bool_]


def run(
    table: ScoreTable,
    answers: NDArray[np.uint8],
    findings: NDArray[np.uint64] | None = None,
    threads: int | None = None,
    *,
    fast: bool = False,
) -> Outcome:
    """Score a matrix of answers, (sheets, criteria) of bytes, columns contiguous.

    `findings` holds those of each sheet, one bit each. With `fast`, compiled loops do the work,
    for all sets whose sums fit bytes.
    """
    count = answers.shape[0]
    out = _outcome(table, count)
    if fast and _is_narrow(table) and len(table.codes) < 256:
        _run_compiled(table, answers, findings, out, threads)
        return out

    def work(low: int, high: int) -> None:
        block = _Block(table, min(BLOCK, high - low))
        for start in range(low, high, BLOCK):
            rows = slice(start, min(start + BLOCK, high))
            block.run(answers, out, rows)
            out.excluded[rows] = out.knocked_out[rows]
            if findings is not None:
                out.excluded[rows] |= findings[rows] != 0
            out.star[rows] *= ~out.excluded[rows]

    in_shares(work, count, threads)
    return out


def _outcome(table: ScoreTable, count: int) -> Outcome:
    """Return room for the results, as one piece of memory: many small pieces cost page faults."""
    parts = len(table.part_codes)
    memory = np.empty((parts + 4) * count, dtype=np.int16)
    band, star, knocked_out, excluded = memory[(parts + 2) * count :].view(np.int8).reshape(4, -1)
    return Outcome(
        parts=memory[: parts * count].reshape(parts, count).T,
        total=memory[parts * count : (parts + 1) * count],
        band=band,
        star=star,
        answered=memory[(parts + 1) * count : (parts + 2) * count],
        knocked_out=knocked_out.view(np.bool_),
        excluded=excluded.view(np.bool_),
    )


def _is_narrow(table: ScoreTable) -> bool:
    """Say whether bytes hold every sum in the end."""
    return max(table.limit, *table.thresholds) < 256


def _run_compiled(
    table: ScoreTable,
    answers: NDArray[np.uint8],
    findings: NDArray[np.uint64] | None,
    out: Outcome,
    threads: int | None,
) -> None:
    loops, program = compiled(), program_of(table)
    start = np.array([n % 256 for n in steps_of(table).start], dtype=np.uint8)
    thresholds = np.array(table.thresholds, dtype=np.uint8)
    # Seen as signed bytes, unanswered is -1, below every option.
    signed = answers.view(np.int8).T
    none = np.empty(0, dtype=np.uint64)
    given = program, start, thresholds, signed, none if findings is None else findings
    flags = out.knocked_out, out.excluded
    results = (out.parts.T, out.total, out.band, out.star, out.answered, *flags)

    def work(low: int, high: int) -> None:
        loops.score(*given, low, high, *results)

    in_shares(work, len(answers), threads)


class _Block:
    """The buffers of one thread, and the work on one block of rows."""

    def __init__(self, table: ScoreTable, size: int) -> None:
        self.table, self.steps = table, steps_of(table)
        # Unsigned arithmetic wraps, so a sum may pass below zero on the way.
        self.kind: Any = np.uint8 if _is_narrow(table) else np.uint32
        self.sums = np.empty((len(table.part_codes) + len(self.steps.weights), size), self.kind)
        self.start = [
            *(self._wrapped(start) for start in self.steps.start),
            *(0 for _ in self.steps.weights),
        ]
        self.gates = np.empty((len(STARS_WITH_FLOORS), size), dtype=np.bool_)
        self.answered = np.empty(size, np.uint8 if len(self.steps.columns) < 256 else np.int16)
        self.flags = np.empty((2, size), dtype=np.bool_)
        self.spare = np.empty((2, size), dtype=np.int8)
        # A ramp is the larger of two columns, which is fast, not of a column and a number.
        starts = {column.ramp for column in self.steps.columns if column.ramp is not None}
        self.ramps = {start: np.full(size, start, dtype=np.int8) for start in starts}

    def run(self, answers: NDArray[np.uint8], out: Outcome, rows: slice) -> None:
        """Score the rows of one block."""
        size = rows.stop - rows.start
        sums, gates = list(self.sums[:, :size]), list(self.gates[:, :size])
        flag, answered = self.flags[0, :size], self.answered[:size]
        bits = flag.view(np.uint8)
        for lane, start in zip(sums, self.start, strict=True):
            lane.fill(start)
        for gate in gates:
            gate.fill(True)
        answered.fill(0)
        out.knocked_out[rows] = False
        # Seen as signed bytes, unanswered is -1, below every option.
        signed = answers[rows].view(np.int8)
        for steps in self.steps.columns:
            answer = signed[:, steps.column]
            np.greater_equal(answer, _POSITIONS[0], out=flag)
            np.add(answered, bits, out=answered)
            if steps.needs is not None:
                answer = self._where_needed(answer, signed, steps.needs)
            self._column(steps, answer, sums, gates)
            if steps.zero is not None:
                self._inside(answer, steps.zero, flag)
                flag &= np.greater_equal(signed[:, steps.column], _POSITIONS[0])
                out.knocked_out[rows] |= flag
        parts = sums[: len(self.table.part_codes)]
        weighted = sums[len(parts) :]
        for lane, (part, weight) in zip(weighted, self.steps.weights, strict=True):
            np.multiply(lane, self._wrapped(weight), out=lane)
            np.add(parts[part], lane, out=parts[part])
        out.answered[rows] = answered
        self._stars(parts, gates, out, rows)

    def _wrapped(self, number: int) -> Any:
        """Return a number, which may be negative, in the arithmetic of the sums."""
        return self.kind(number % (1 << 8 * self.sums.itemsize))

    def _column(
        self,
        steps: ColumnSteps,
        answer: NDArray[np.int8],
        sums: list[NDArray[Any]],
        gates: list[NDArray[np.bool_]],
    ) -> None:
        """Add the points of one criterion, and close the gates that its floors keep closed."""
        size = len(answer)
        flag = self.flags[0, :size]
        bits = flag.view(np.uint8)
        if steps.ramp is not None:
            risen = self.spare[0, :size]
            np.maximum(answer, self.ramps[steps.ramp][:size], out=risen)
            np.add(sums[steps.part], risen.view(np.uint8), out=sums[steps.part])
        for position, lane, gate in steps.tests:
            np.greater_equal(answer, _POSITIONS[position], out=flag)
            if lane is not None:
                np.add(sums[lane], bits, out=sums[lane])
            if gate is not None:
                np.logical_and(gates[gate], flag, out=gates[gate])
        for gate, flips in steps.floors:
            self._inside(answer, flips, flag)
            np.logical_and(gates[gate], flag, out=gates[gate])

    def _where_needed(
        self, answer: NDArray[np.int8], signed: NDArray[np.int8], needs: tuple[int, Flips]
    ) -> NDArray[np.int8]:
        """Return the answers, and none met (0) where the other criterion has no points."""
        other, flips = needs
        flag, kept = self.flags[0, : len(answer)], self.spare[1, : len(answer)]
        self._inside(signed[:, other], flips, flag)
        np.multiply(answer, flag.view(np.int8), out=kept)
        return kept

    def _inside(self, answer: NDArray[np.int8], flips: Flips, out: NDArray[np.bool_]) -> None:
        """Say which answers belong to a set of answers."""
        other = self.flags[1, : len(answer)]
        out.fill(False)
        for position in flips:
            np.greater_equal(answer, _POSITIONS[position], out=other)
            out ^= other

    def _stars(
        self, parts: list[NDArray[Any]], gates: list[NDArray[np.bool_]], out: Outcome, rows: slice
    ) -> None:
        total = parts[0]
        flag = self.flags[0, : len(total)]
        bits = flag.view(np.int8)
        for index, part in enumerate(parts):
            out.parts[rows, index] = part
        for part in parts[1:]:
            np.add(total, part, out=total)
        out.total[rows] = total
        band, star = out.band[rows], out.star[rows]
        band.fill(1)
        star.fill(1)
        for level, threshold in enumerate(self.table.thresholds, start=2):
            np.greater_equal(total, self.kind(threshold), out=flag)
            np.add(band, bits, out=band)
            if level in STARS_WITH_FLOORS:
                gate = level - STARS_WITH_FLOORS[0]
                # A floor of a lower star holds for the higher ones too.
                for lower in gates[: gate + 1]:
                    np.logical_and(flag, lower, out=flag)
            np.add(star, bits, out=star)


def in_shares(
    work: Callable[[int, int], None], count: int, threads: int | None, least: int = LEAST_SHARE
) -> None:
    """Call `work` with ranges that cover `count` rows, one for each thread that is worth it."""
    wanted = usable_cores() if threads is None else threads
    shares = max(1, min(wanted, count // least))
    edges = [count * n // shares for n in range(shares + 1)]
    if shares == 1:
        work(0, count)
        return
    failed: list[BaseException] = []

    def share(low: int, high: int) -> None:
        try:
            work(low, high)
        except BaseException as error:
            failed.append(error)

    here, begun = [(edges[0], edges[1])], []
    try:
        for given in pairwise(edges[1:]):
            thread = Thread(target=share, args=given)
            try:
                thread.start()
            except RuntimeError:  # the system gives no more threads
                here.append(given)
            else:
                begun.append(thread)
        for given in here:
            work(*given)
    finally:
        for thread in begun:
            thread.join()
    if failed:
        raise failed[0]


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
