"""Sweeps with ocop through its public functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import ocop
from contest import Arrays, Contestant
from peers import own
from scenarios import Draws

Prepared = tuple[ocop.Sheets, NDArray[np.uint8]]


def prepare(given: Draws) -> Prepared:
    """Return the sheets and the points; making variants of them is timed."""
    return own.sheets(given.sheets), given.points


def run(prepared: Prepared, threads: int | None = None) -> ocop.VariantScores:
    """Check the scenarios, then count stars by scenario and by product, on all cores."""
    sheets, points = prepared
    variants = ocop.Variants(criteria_set=sheets.criteria_set, points=points)
    return ocop.score_variants(sheets, variants, threads=threads)


def run_single(prepared: Prepared) -> ocop.VariantScores:
    """Do the same in one thread."""
    return run(prepared, threads=1)


def read(result: ocop.VariantScores) -> Arrays:
    """Return the counts."""
    return {"star_counts": result.star_counts, "star_frequencies": result.star_frequencies}


OCOP = Contestant(name="ocop", prepare=prepare, run=run, read=read, fresh=True)
SWEEP = [
    OCOP,
    Contestant(name="ocop, 1 thread", prepare=prepare, run=run_single, read=read, fresh=True),
]
