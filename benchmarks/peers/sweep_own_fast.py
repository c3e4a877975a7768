"""Sweeps with ocop and its extra `fast`: the same public functions, compiled loops."""

from __future__ import annotations

import ocop
from contest import Contestant
from peers.sweep_own import Prepared, prepare, read


def run(prepared: Prepared) -> ocop.VariantScores:
    """Check the scenarios, then count stars by scenario and by product, on all cores."""
    sheets, points = prepared
    variants = ocop.Variants(criteria_set=sheets.criteria_set, points=points)
    return ocop.score_variants(sheets, variants, fast=True)


SWEEP = [Contestant(name="ocop, extra fast", prepare=prepare, run=run, read=read, fresh=True)]
