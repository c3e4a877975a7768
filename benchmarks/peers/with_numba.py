"""numba: ocop's own ideas (steps of points, a histogram of results) as compiled loops.

The best kernels we can write, to see what a compiled extra would win. Loops over one block of
bytes stand in functions of their own, so that the compiler turns each into vector instructions.
Compiled outside the clock.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem

BLOCK = 8192
Prepared = tuple[tuple[Any, ...], NDArray[np.uint8], NDArray[np.uint64], int]


def prepare(problem: Problem) -> Prepared:
    """Return the law as arrays, and the columns."""
    return tables(problem.law), problem.columns, problem.findings, nb.config.NUMBA_NUM_THREADS


def prepare_single(problem: Problem) -> Prepared:
    """Return the same, for one thread."""
    return (*prepare(problem)[:3], 1)


def tables(law: Law) -> tuple[Any, ...]:
    """Return (criterion, least answer, points more), floors, needs, order, parts, bands, places."""
    steps = [
        (i, answer, (options[answer] - options[answer - 1]) % 256)
        for i, options in enumerate(law.points)
        for answer in range(1, len(options))
        if options[answer] != options[answer - 1]
    ]
    floors = np.zeros((len(law.points), 6), dtype=np.uint8)
    for level, asked in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        for i, least in asked:
            floors[i, level] = least
    needs = np.full(len(law.points), -1)
    for item, other in law.needs:
        needs[item] = other
    # What another criterion needs comes first.
    order = np.array(sorted(range(len(needs)), key=lambda i: (needs[i] >= 0, i)))
    best = [0] * len(law.part_codes)
    for part, options in zip(law.part_of, law.points, strict=True):
        best[part] += max(options)
    bands = np.array([0, 0, *law.bands], dtype=np.uint8)
    return (np.array(steps), floors, needs, order, np.array(law.part_of), bands, *places(best))


def places(best: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return sizes of (star, A, B, C) and their cells, best first: star, total, C, A, B."""
    sizes = np.array([6, *(points + 1 for points in best)], dtype=np.int32)
    star, a, b, c = np.unravel_index(np.arange(sizes.prod()), sizes)
    return sizes, np.lexsort((-b, -a, -c, -(a + b + c), -star))


@nb.njit(cache=True)
def _add_step(points, answers, least, more):
    # Unanswered is 255: as a signed byte it is below every option.
    for k in range(len(answers)):
        points[k] += more if answers[k] >= least else np.uint8(0)


@nb.njit(cache=True)
def _add(into, values):
    for k in range(len(into)):
        into[k] += values[k]


@nb.njit(cache=True)
def _keep_where(values, others):
    for k in range(len(values)):
        values[k] = values[k] if others[k] > 0 else np.uint8(0)


@nb.njit(cache=True)
def _and_at_least(flags, values, least):
    for k in range(len(flags)):
        flags[k] &= np.uint8(values[k] >= least)


@nb.njit(cache=True)
def _count_answered(into, answers):
    for k in range(len(into)):
        into[k] += np.uint8(answers[k] != UNANSWERED)


@nb.njit(cache=True)
def _level(band, star, met, total, least, level):
    for k in range(len(star)):
        reached = total[k] >= least
        band[k] = level if reached else band[k]
        star[k] = level if reached and met[k] else star[k]


@nb.njit(cache=True)
def _close(sums, total):
    for k in range(len(total)):
        total[k] = sums[0, k] + sums[1, k] + sums[2, k]


@nb.njit(cache=True)
def _exclude(star, excluded, findings):
    for k in range(len(star)):
        excluded[k] = findings[k] != 0
        star[k] = np.int8(0) if findings[k] != 0 else star[k]


@nb.njit(cache=True)
def _cells(cell, star, sums, sizes):
    for k in range(len(cell)):
        ab = (np.int32(star[k]) * sizes[1] + np.int32(sums[0, k])) * sizes[2]
        cell[k] = (ab + np.int32(sums[1, k])) * sizes[3] + np.int32(sums[2, k])


@nb.njit(parallel=True, cache=True)
def _score(steps, floors, needs, order, part_of, bands, sizes, columns, findings):
    count = columns.shape[1]
    # Results in ocop's types; within a block everything is a byte.
    parts = np.empty((3, count), np.int16)
    total, answered = np.empty(count, np.int16), np.empty(count, np.int16)
    band, star = np.empty(count, np.int8), np.empty(count, np.int8)
    excluded = np.empty(count, np.bool_)
    cell = np.empty(count, np.int32)
    for block in nb.prange((count + BLOCK - 1) // BLOCK):
        rows = slice(block * BLOCK, min((block + 1) * BLOCK, count))
        size = rows.stop - rows.start
        points = np.empty(size, np.uint8)
        needed = np.empty((len(needs), size), np.uint8)
        met = np.ones((6, size), np.uint8)
        sums = np.zeros((3, size), np.uint8)
        seen, whole = np.zeros(size, np.uint8), np.empty(size, np.uint8)
        for i in order:
            answers = columns[i, rows]
            points[:] = 0
            for n in range(len(steps)):
                if steps[n, 0] == i:
                    more = np.uint8(steps[n, 2])
                    _add_step(points, answers.view(np.int8), np.int8(steps[n, 1]), more)
            if needs[i] >= 0:
                _keep_where(points, needed[needs[i]])
            if (needs == i).any():
                needed[i] = points
            _add(sums[part_of[i]], points)
            _count_answered(seen, answers)
            for level in range(3, 6):
                if floors[i, level] > floors[i, level - 1]:
                    for above in range(level, 6):
                        _and_at_least(met[above], points, floors[i, level])
        _close(sums, whole)
        band[rows] = 1
        star[rows] = 1
        for level in range(2, 6):
            _level(band[rows], star[rows], met[level], whole, bands[level], np.int8(level))
        parts[:, rows] = sums
        total[rows] = whole
        answered[rows] = seen
        _exclude(star[rows], excluded[rows], findings[rows])
        _cells(cell[rows], star[rows], sums, sizes)
    return parts, total, band, star, answered, excluded, cell


@nb.njit(parallel=True, cache=True)
def _ranks(cell, sizes, best_first):
    counts = np.zeros(sizes.prod(), np.int32)
    for c in cell:
        counts[c] += 1
    rank = np.int32(1)
    for c in best_first:
        here = counts[c]
        counts[c] = rank
        rank += here
    found = np.empty(len(cell), np.int64)
    for k in nb.prange(len(cell)):
        found[k] = counts[cell[k]]
    return found


def run(prepared: Prepared) -> tuple[Any, ...]:
    """Score, then rank."""
    law, columns, findings, threads = prepared
    nb.set_num_threads(threads)
    *scores, cell = _score(*law[:-1], columns, findings)
    return *scores, _ranks(cell, law[-2], law[-1])


def read(result: tuple[Any, ...]) -> Arrays:
    """Return the results by name."""
    names = ("parts", "total", "band", "star", "answered", "excluded", "rank")
    found = dict(zip(names, result, strict=True))
    return found | {"parts": found["parts"].T}


CONTESTANTS = [
    Contestant(name="numba, 1 thread", prepare=prepare_single, run=run, read=read),
    Contestant(name="numba, all cores", prepare=prepare, run=run, read=read),
]
