"""duckdb: one SQL query from a table of answers to a table of results, ranks by a window."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd

from contest import Arrays, Contestant
from peers import sweep_frames
from problem import STARS_WITH_FLOORS, UNANSWERED, Law, Problem
from scenarios import Draws

Prepared = tuple[duckdb.DuckDBPyConnection, str]


def prepare(problem: Problem) -> Prepared:
    """Return a database in memory with the sheets in a table, and the query."""
    names = [f"x{i}" for i in range(len(problem.columns))]
    frame = pd.DataFrame(dict(zip(names, problem.columns, strict=True)), copy=False)
    frame["findings"] = problem.findings
    frame.insert(0, "id", np.arange(len(problem), dtype=np.int64))
    connection = duckdb.connect()
    connection.execute("CREATE TABLE sheets AS SELECT * FROM frame")
    return connection, query(problem.law)


def run(prepared: Prepared) -> duckdb.DuckDBPyConnection:
    """Score and rank into a new table."""
    connection, text = prepared
    connection.execute(f"CREATE OR REPLACE TABLE results AS {text}")
    return connection


def query(law: Law) -> str:
    """Return the query."""
    conditional = dict(law.needs)
    points = [f"{_points(i, options)} AS p{i}" for i, options in enumerate(law.points)]
    counted = [
        f"CASE WHEN p{conditional[i]} > 0 THEN p{i} ELSE 0 END" if i in conditional else f"p{i}"
        for i in range(len(law.points))
    ]
    parts = [
        " + ".join(x for x, p in zip(counted, law.part_of, strict=True) if p == number)
        + f" AS {code}"
        for number, code in enumerate(law.part_codes)
    ]
    answered = " + ".join(f"(x{i} <> {UNANSWERED})::UTINYINT" for i in range(len(law.points)))
    met = [
        " AND ".join(f"{counted[i]} >= {least}" for i, least in floors) + f" AS met{level}"
        for level, floors in zip(STARS_WITH_FLOORS, law.floors, strict=True)
    ]
    band = " + ".join(f"(total >= {least})::UTINYINT" for least in law.bands)
    stars = " ".join(
        f"WHEN band >= {level} AND met{level} THEN {level}" for level in reversed(STARS_WITH_FLOORS)
    )
    return f"""
    WITH points AS (SELECT id, findings, {answered} AS answered, {", ".join(points)} FROM sheets),
    parts AS (SELECT id, answered, findings <> 0 AS excluded, {", ".join(parts)}, {", ".join(met)}
              FROM points),
    totals AS (SELECT *, {" + ".join(law.part_codes)} AS total FROM parts),
    bands AS (SELECT *, 1 + {band} AS band FROM totals),
    stars AS (SELECT *, CASE WHEN excluded THEN 0 {stars} ELSE least(band, 2) END AS star
              FROM bands)
    SELECT id, {", ".join(law.part_codes)}, total, band, star, answered, excluded,
           rank() OVER (ORDER BY star DESC, total DESC, C DESC, A DESC, B DESC) AS rank
    FROM stars
    """


def _points(i: int, options: tuple[int, ...]) -> str:
    cases = " ".join(f"WHEN {n} THEN {points}" for n, points in enumerate(options))
    return f"(CASE x{i} {cases} ELSE 0 END)::UTINYINT"


def read(result: duckdb.DuckDBPyConnection) -> Arrays:
    """Return the columns as arrays, in the order of the input."""
    found = result.execute("SELECT * FROM results ORDER BY id").fetchnumpy()
    parts = np.array([found[code] for code in "ABC"]).T
    names = ("total", "band", "star", "answered", "excluded", "rank")
    return {name: np.asarray(found[name]) for name in names} | {"parts": parts}


def start_sweep(given: Draws) -> sweep_frames.StarsOf:
    """Return what computes the stars of all products under a law, in the order of the sheets."""
    connection, _ = prepare(given.sheets)

    def stars_of(law: Law) -> Any:
        text = f"SELECT star FROM ({query(law)}) ORDER BY id"
        return np.asarray(connection.execute(text).fetchnumpy()["star"])

    return stars_of


CONTESTANTS = [Contestant(name="duckdb SQL", prepare=prepare, run=run, read=read)]
SWEEP = [sweep_frames.contestant("duckdb SQL", start_sweep)]
