"""Sweeps with numba: for each product, add rows of points over many scenarios at once.

The best kernel we can write; compiled outside the clock.
"""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from peers.sweep_numpy import caps_of_choices, choices, exactly, points_of_choices, read
from scenarios import Draws

# Counts of products per scenario fit a byte: at most 255 products in a chunk.
CHUNK = 255
BLOCK = 1024
Prepared = tuple[Draws, int]


def prepare(given: Draws) -> Prepared:
    """Return the draws, for all cores."""
    return given, nb.config.NUMBA_NUM_THREADS


def prepare_single(given: Draws) -> Prepared:
    """Return the draws, for one thread."""
    return given, 1


def chosen_rows(given: Draws) -> NDArray[np.int64]:
    """Return for each product its choice under each criterion, (products, criteria)."""
    law, codes = given.sheets.law, given.codes
    conditional = dict(law.needs)
    first: dict[int, int] = {}
    for n, ((i, _), *_) in enumerate(choices(law)):
        first.setdefault(i, n)
    rows = []
    for i in range(len(codes)):
        row = codes[i].astype(np.int64)
        if i in conditional:
            other = conditional[i]
            row = row * len(law.points[other]) + codes[other]
        rows.append(first[i] + row)
    # Whole groups of eight: the row after the last choice has no points.
    rows += [np.full_like(rows[0], len(choices(law)))] * (-len(rows) % 8)
    return np.array(rows).T.copy()


@nb.njit(cache=True)
def _add(into, a, b, c, d, e, f, g, h):
    for k in range(len(into)):
        into[k] += a[k] + b[k] + c[k] + d[k] + e[k] + f[k] + g[k] + h[k]


@nb.njit(cache=True)
def _lower(into, row):
    for k in range(len(into)):
        into[k] = min(into[k], row[k])


@nb.njit(cache=True)
def _reach(flags, counts, total, least):
    for k in range(len(total)):
        reached = np.uint8(total[k] >= least)
        flags[k] = reached
        counts[k] += reached


@nb.njit(cache=True)
def _reach_capped(flags, counts, total, least, cap, level):
    for k in range(len(total)):
        reached = np.uint8(total[k] >= least) & np.uint8(cap[k] >= level)
        flags[k] = reached
        counts[k] += reached


@nb.njit(cache=True)
def _sum(flags):
    # Eight flags are one word: bytes of the sum stay below 256.
    words = flags.view(np.uint64)
    together = np.uint64(0)
    for word in words:
        together += word
    found = 0
    for shift in range(0, 64, 8):
        found += (together >> np.uint64(shift)) & np.uint64(255)
    return found


@nb.njit(parallel=True, cache=True)
def _sweep(points, caps, fixed, bands, rows, included):
    scenarios = points.shape[1]
    products = len(rows)
    chunks = (products + CHUNK - 1) // CHUNK
    counts = np.zeros((chunks, 6, scenarios), np.uint8)
    frequencies = np.zeros((6, products), np.int64)
    for chunk in nb.prange(chunks):
        buffer, caps_here = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
        flags = np.zeros(BLOCK, np.uint8)
        for low in range(0, scenarios, BLOCK):
            size = min(BLOCK, scenarios - low)
            here = points[:, low : low + size]
            total, cap = buffer[:size], caps_here[:size]
            flags[size:] = 0
            for product in range(chunk * CHUNK, min((chunk + 1) * CHUNK, products)):
                if not included[product]:
                    continue
                row = rows[product]
                total[:] = 0
                for i in range(0, len(row), 8):
                    _add(
                        total, here[row[i]], here[row[i + 1]], here[row[i + 2]], here[row[i + 3]],
                        here[row[i + 4]], here[row[i + 5]], here[row[i + 6]], here[row[i + 7]],
                    )  # fmt: skip
                best, drawn = np.uint8(5), False
                for choice in row:
                    if fixed[choice]:
                        best = min(best, caps[choice, 0])
                    elif not drawn:
                        cap[:] = caps[choice, low : low + size]
                        drawn = True
                    else:
                        _lower(cap, caps[choice, low : low + size])
                counts[chunk, 1, low : low + size] += np.uint8(1)
                frequencies[1, product] += size
                for level in range(2, best + 1):
                    row_of_counts = counts[chunk, level, low : low + size]
                    if drawn:
                        _reach_capped(flags, row_of_counts, total, bands[level], cap, level)
                    else:
                        _reach(flags, row_of_counts, total, bands[level])
                    frequencies[level, product] += _sum(flags)
    return counts, frequencies


def run(prepared: Prepared) -> Arrays:
    """Count stars by scenario and by product."""
    given, threads = prepared
    nb.set_num_threads(threads)
    law = given.sheets.law
    points = points_of_choices(given)
    caps = caps_of_choices(given, points)
    points = np.append(points, np.zeros_like(points[:1]), axis=0)
    caps = np.append(caps, np.full_like(caps[:1], 5), axis=0)
    fixed = (caps == caps[:, :1]).all(axis=1)
    bands = np.array([0, 0, *law.bands], dtype=np.uint8)
    included = given.sheets.findings == 0
    chunked, frequencies = _sweep(points, caps, fixed, bands, chosen_rows(given), included)
    counts = chunked.sum(axis=0, dtype=np.int64)
    return {
        "star_counts": exactly(counts, len(included)).T,
        "star_frequencies": exactly(frequencies, len(given)).T,
    }


SWEEP = [
    Contestant(name="numba, 1 thread", prepare=prepare_single, run=run, read=read),
    Contestant(name="numba, all cores", prepare=prepare, run=run, read=read),
]
