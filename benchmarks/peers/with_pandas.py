"""pandas: a column of points per criterion, sums by part, then ranks in two ways.

As one would write it: `sort_values` over five columns, and a rank that stays where rows are equal.
Or, faster: `Series.rank` of one packed key.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from contest import Arrays, Contestant
from peers import sweep_frames
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem
from scenarios import Draws

Prepared = tuple[Law, pd.DataFrame]


def prepare(problem: Problem) -> Prepared:
    """Return a frame with one column of bytes per criterion."""
    columns = dict(zip(problem.law.codes, problem.columns, strict=True))
    return problem.law, pd.DataFrame({**columns, "findings": problem.findings})


KEYS = ["star", "total", "C", "A", "B"]


def run(prepared: Prepared) -> pd.DataFrame:
    """Score, sort, rank."""
    result = score(*prepared)
    ordered = result.sort_values(KEYS, ascending=False)[KEYS]
    differs = (ordered != ordered.shift()).any(axis=1)
    place = pd.Series(np.arange(1, len(ordered) + 1), index=ordered.index)
    result["rank"] = place.where(differs).ffill().astype("int64")
    return result


def run_packed(prepared: Prepared) -> pd.DataFrame:
    """Score, then rank one number a sheet."""
    result = score(*prepared)
    key = result["star"].astype("int64")
    for name in KEYS[1:]:
        key = key * 256 + result[name]
    result["rank"] = key.rank(method="min", ascending=False).astype("int64")
    return result


def score(law: Law, frame: pd.DataFrame) -> pd.DataFrame:
    """Score all sheets with operations on columns."""
    answers = frame[list(law.codes)]
    points = pd.DataFrame(
        {
            code: table[answers[code].to_numpy()]
            for code, table in zip(law.codes, law.lookup(np.uint8), strict=True)
        },
        index=frame.index,
    )
    for item, other in law.needs:
        points[law.codes[item]] *= points[law.codes[other]] > 0
    result = pd.DataFrame(index=frame.index)
    for number, part in enumerate(law.part_codes):
        mine = [c for c, p in zip(law.codes, law.part_of, strict=True) if p == number]
        result[part] = points[mine].sum(axis=1)
    result["total"] = result[list(law.part_codes)].sum(axis=1)
    result["band"] = 1
    for least in law.bands:
        result["band"] += result["total"] >= least
    result["star"] = result["band"].clip(upper=2)
    for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        met = result["band"] >= level
        for i, least in floors:
            met &= points[law.codes[i]] >= least
        result["star"] = result["star"].mask(met, level)
    result["answered"] = (answers != UNANSWERED).sum(axis=1)
    result["excluded"] = frame["findings"] != 0
    result["star"] = result["star"].mask(result["excluded"], 0)
    return result


def read(result: pd.DataFrame) -> Arrays:
    """Return the columns as arrays."""
    found = {name: result[name].to_numpy() for name in result.columns if name not in "ABC"}
    return found | {"parts": result[["A", "B", "C"]].to_numpy()}


def start_sweep(given: Draws) -> sweep_frames.StarsOf:
    """Return what computes the stars of all products under a law."""
    _, frame = prepare(given.sheets)
    return lambda law: score(law, frame)["star"].to_numpy()


CONTESTANTS = [
    Contestant(name="pandas", prepare=prepare, run=run, read=read),
    Contestant(name="pandas, packed key", prepare=prepare, run=run_packed, read=read),
]
SWEEP = [sweep_frames.contestant("pandas", start_sweep)]
