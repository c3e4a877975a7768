"""polars: lazy expressions over all columns; `rank` of one packed key."""

from __future__ import annotations

import polars as pl

from contest import Arrays, Contestant
from peers import sweep_frames
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem
from scenarios import Draws

Prepared = tuple[Law, pl.DataFrame]


def prepare(problem: Problem) -> Prepared:
    """Return a frame with one column of bytes per criterion."""
    columns = dict(zip(problem.law.codes, problem.columns, strict=True))
    return problem.law, pl.DataFrame({**columns, "findings": problem.findings})


def run(prepared: Prepared) -> pl.DataFrame:
    """Score, then rank."""
    law, frame = prepared
    key = pl.col("star").cast(pl.Int64)
    for name in ("total", "C", "A", "B"):
        key = key * 256 + pl.col(name).cast(pl.Int64)
    ranked = scores(law, frame.lazy()).with_columns(rank=key.rank("min", descending=True))
    return ranked.collect()


def scores(law: Law, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the plan that scores all sheets."""
    points = frame.select(
        "findings",
        *(_points(code, options) for code, options in zip(law.codes, law.points, strict=True)),
        answered=pl.sum_horizontal(
            *((pl.col(code) != UNANSWERED).cast(pl.UInt8) for code in law.codes)
        ),
    ).with_columns(
        pl.when(pl.col(law.codes[other]) > 0).then(pl.col(law.codes[item])).otherwise(0)
        for item, other in law.needs
    )
    parts = {
        part: pl.sum_horizontal(
            code for code, p in zip(law.codes, law.part_of, strict=True) if p == number
        )
        for number, part in enumerate(law.part_codes)
    }
    total, band = pl.sum_horizontal(law.part_codes), pl.col("band")
    star = pl.min_horizontal(band, pl.lit(2, dtype=pl.UInt8))
    for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True):
        met = pl.all_horizontal(
            band >= level, *(pl.col(law.codes[i]) >= least for i, least in floors)
        )
        star = pl.when(met).then(pl.lit(level, dtype=pl.UInt8)).otherwise(star)
    reached = [(pl.col("total") >= least).cast(pl.UInt8) for least in law.bands]
    return (
        points.with_columns(**parts)
        .with_columns(total=total)
        .with_columns(band=pl.sum_horizontal(pl.lit(1, dtype=pl.UInt8), *reached))
        .with_columns(star=star, excluded=pl.col("findings") != 0)
        .with_columns(star=pl.when("excluded").then(0).otherwise("star"))
        .select(*law.part_codes, "total", "band", "star", "answered", "excluded")
    )


def _points(code: str, options: tuple[int, ...]) -> pl.Expr:
    points = pl.lit(0, dtype=pl.UInt8)
    for answer, value in enumerate(options):
        if value:
            value_of_option = pl.lit(value, dtype=pl.UInt8)
            points = pl.when(pl.col(code) == answer).then(value_of_option).otherwise(points)
    return points.alias(code)


def read(result: pl.DataFrame) -> Arrays:
    """Return the columns as arrays."""
    found = {name: result[name].to_numpy() for name in result.columns if name not in "ABC"}
    return found | {"parts": result.select("A", "B", "C").to_numpy()}


def start_sweep(given: Draws) -> sweep_frames.StarsOf:
    """Return what computes the stars of all products under a law."""
    lazy = prepare(given.sheets)[1].lazy()
    return lambda law: scores(law, lazy).select("star").collect()["star"].to_numpy()


CONTESTANTS = [Contestant(name="polars", prepare=prepare, run=run, read=read)]
SWEEP = [sweep_frames.contestant("polars", start_sweep)]
