"""Careful numpy: the same steps in bytes, and one packed key or byte keys instead of five sorts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contest import Arrays, Contestant
from peers.straight_numpy import Prepared, prepare, prepare_rows, read
from problem import STARS_WITH_FLOORS, UNANSWERED, Law


def score(law: Law, columns: NDArray[np.uint8], findings: NDArray[np.uint64]) -> Arrays:
    """Score all sheets in bytes: no sum of this law is above 255."""
    count = columns.shape[1]
    tables = law.lookup(np.uint8)
    kept = {i for floors in law.floors for i, _ in floors} | {i for pair in law.needs for i in pair}
    conditional = dict(law.needs)
    points: dict[int, NDArray[np.uint8]] = {}
    parts = np.zeros((len(law.part_codes), count), dtype=np.uint8)
    answered = np.zeros(count, dtype=np.uint8)
    for i in sorted(range(len(columns)), key=lambda i: (i in conditional, i)):
        found = tables[i][columns[i]]
        if i in conditional:
            found *= points[conditional[i]] > 0
        if i in kept:
            points[i] = found
        parts[law.part_of[i]] += found
        answered += columns[i] != UNANSWERED
    total = parts.sum(axis=0, dtype=np.uint8)
    band = np.ones(count, dtype=np.uint8)
    for least in law.bands:
        band += total >= least
    star = np.minimum(band, 2)
    for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        met = band >= level
        for i, least in floors:
            met &= points[i] >= least
        star[met] = level
    excluded = findings != 0
    star[excluded] = 0
    return {
        "parts": parts.T,
        "total": total,
        "band": band,
        "star": star,
        "answered": answered,
        "excluded": excluded,
    }


def by_packed_key(scores: Arrays) -> NDArray[np.int64]:
    """Rank by one integer per sheet: star, total, C, A, B in digits, and a stable argsort."""
    a, b, c = scores["parts"].T
    key = scores["star"].astype(np.int64)
    for digit in (scores["total"], c, a, b):
        key = key * 256 + digit
    key = -key
    order = np.argsort(key, kind="stable")
    rising = key[order]
    return _by_runs(order, rising[1:] != rising[:-1])


def by_byte_keys(scores: Arrays) -> NDArray[np.int64]:
    """Rank by `np.lexsort` over bytes, which numpy sorts by radix; B follows from the others."""
    a, _, c = scores["parts"].T
    keys = [255 - key for key in (a, c, scores["total"], scores["star"])]
    order = np.lexsort(keys)
    first = np.zeros(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        rising = key[order]
        first |= rising[1:] != rising[:-1]
    return _by_runs(order, first)


def _by_runs(order: NDArray[np.int64], first: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return ranks where `first` says which places after the first one start a run of equals."""
    starts = np.flatnonzero(np.append(True, first)[: len(order)])
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.repeat(starts + 1, np.diff(np.append(starts, len(order))))
    return found


def run_packed(prepared: Prepared) -> Arrays:
    """Score, then rank by the packed key."""
    scores = score(*prepared)
    return scores | {"rank": by_packed_key(scores)}


def run_bytes(prepared: Prepared) -> Arrays:
    """Score, then rank by byte keys."""
    scores = score(*prepared)
    return scores | {"rank": by_byte_keys(scores)}


PACKED, BYTES = "numpy, careful: packed key", "numpy, careful: byte keys"
CONTESTANTS = [
    Contestant(name=PACKED, prepare=prepare, run=run_packed, read=read),
    Contestant(name=BYTES, prepare=prepare, run=run_bytes, read=read),
]
ROWS = [
    Contestant(name=PACKED, prepare=prepare_rows, run=run_packed, read=read),
    Contestant(name=BYTES, prepare=prepare_rows, run=run_bytes, read=read),
]
