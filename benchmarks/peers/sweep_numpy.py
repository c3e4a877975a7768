"""Sweeps with numpy: one scenario after the other, or all totals as one matrix product."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from problem import STARS_WITH_FLOORS, Law
from scenarios import Draws

BLOCK = 256


def itself(given: Draws) -> Draws:
    """Return the draws as they are."""
    return given


def run_straight(given: Draws) -> Arrays:
    """Score scenario by scenario; count stars by scenario and by product."""
    excluded = given.sheets.findings != 0
    counts = np.zeros((len(given), 6), dtype=np.int64)
    frequencies = np.zeros((len(excluded), 6), dtype=np.int64)
    rows = np.arange(len(excluded))
    for scenario, tables in enumerate(given.tables):
        star = stars(given.sheets.law, tables, given.codes)
        star[excluded] = 0
        counts[scenario] = np.bincount(star, minlength=6)
        frequencies[rows, star] += 1
    return {"star_counts": counts, "star_frequencies": frequencies}


def stars(law: Law, tables: NDArray[np.uint8], codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the stars of all products under the points of one scenario, in bytes."""
    points = [table[x] for table, x in zip(tables, codes, strict=True)]
    for item, other in law.needs:
        points[item] *= points[other] > 0
    total = sum(points)
    band = np.ones_like(total)
    for least in law.bands:
        band += total >= least
    star = np.minimum(band, 2)
    for level in STARS_WITH_FLOORS:
        met = band >= level
        for i, marks in enumerate(law.marks):
            least = max((tables[i, answer] for answer, mark in marks if mark <= level), default=0)
            if least:
                met &= points[i] >= least
        star[met] = level
    return star


# As a matrix product: products x chosen options, times chosen options x scenarios.


def choices(law: Law) -> list[tuple[tuple[int, int], ...]]:
    """Return what a product can choose: (criterion, answer), and pairs under a needs rule."""
    conditional = dict(law.needs)
    found: list[tuple[tuple[int, int], ...]] = []
    for i, options in enumerate(law.points):
        for answer in range(len(options)):
            if i in conditional:
                other = conditional[i]
                found += [((i, answer), (other, b)) for b in range(len(law.points[other]))]
            else:
                found.append(((i, answer),))
    return found


def points_of_choices(given: Draws) -> NDArray[np.uint8]:
    """Return the points of each choice, (choices, scenarios)."""
    rows = []
    for (i, answer), *needed in choices(given.sheets.law):
        row = given.tables[:, i, answer]
        for other, b in needed:
            row = row * (given.tables[:, other, b] > 0)
        rows.append(row)
    return np.array(rows)


def caps_of_choices(given: Draws, points: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the highest star that each choice allows, (choices, scenarios)."""
    caps = np.full(points.shape, 5, dtype=np.uint8)
    for n, ((i, _), *_) in enumerate(choices(given.sheets.law)):
        for answer, mark in sorted(given.sheets.law.marks[i], key=lambda m: -m[1]):
            floor = given.tables[:, i, answer]
            caps[n][points[n] < floor] = mark - 1
    return caps


def run_product(given: Draws) -> Arrays:
    """Score blocks of scenarios as matrix products in float32, exact for whole numbers."""
    law, codes = given.sheets.law, given.codes
    points = points_of_choices(given)
    caps = caps_of_choices(given, points)
    chosen = np.array(
        [np.all([codes[i] == a for i, a in choice], axis=0) for choice in choices(law)]
    ).T
    included = given.sheets.findings == 0
    one_hot = chosen.astype(np.float32)
    counts = np.zeros((6, len(given)), dtype=np.int64)
    frequencies = np.zeros((6, len(codes[0])), dtype=np.int64)
    for low in range(0, len(given), BLOCK):
        block = slice(low, low + BLOCK)
        total = one_hot @ points[:, block].astype(np.float32)
        reached = np.broadcast_to(included[:, None], total.shape)
        for level in range(6):
            if level:
                reached = reached & allowed(one_hot, chosen, caps[:, block], level)
            if level > 1:
                reached = reached & (total >= law.bands[level - 2])
            counts[level, block] = np.count_nonzero(reached, axis=0)
            frequencies[level] += np.count_nonzero(reached, axis=1)
    # From "at least this star" to "this star"; excluded products have none.
    return {
        "star_counts": exactly(counts, len(included)).T,
        "star_frequencies": exactly(frequencies, len(given)).T,
    }


def allowed(one_hot: Any, chosen: Any, caps: NDArray[np.uint8], level: int) -> Any:
    """Say where floors allow a star, (products, scenarios or 1)."""
    barred = caps < level
    if not barred.any():
        return True
    if (barred == barred[:, :1]).all():
        return ~chosen[:, barred[:, 0]].any(axis=1)[:, None]
    return one_hot @ barred.astype(np.float32) == 0


def exactly(at_least: NDArray[np.int64], every: int) -> NDArray[np.int64]:
    """Return how many have just each star, from how many have it or a higher one."""
    found = at_least - np.append(at_least[1:], np.zeros_like(at_least[:1]), axis=0)
    found[0] = every - at_least[1]
    return found


def read(result: Arrays) -> Arrays:
    """Return the counts."""
    return result


STRAIGHT = Contestant(name="numpy, straightforward", prepare=itself, run=run_straight, read=read)
SWEEP = [
    STRAIGHT,
    Contestant(name="numpy, matrix product", prepare=itself, run=run_product, read=read),
]
