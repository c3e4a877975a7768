"""Scoring and ranking one set in memory: all contestants, ocop's steps, row-major input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

import machine
from contest import Arrays, Contestant, Row, Run, min_ranks, race, summary, warm_up
from peers import careful_numpy, listing_numpy, own, straight_numpy
from problem import Problem, problem

PEERS: list[tuple[str, Sequence[str]]] = [
    ("own", ()),
    ("own_fast", ("numba",)),
    ("floor", ()),
    ("with_numba", ("numba",)),
    ("careful_numpy", ()),
    ("with_polars", ("polars",)),
    ("with_duckdb", ("duckdb", "pandas")),
    ("with_pandas", ("pandas",)),
    ("straight_numpy", ()),
    ("with_mcda", ("skcriteria", "pymcdm", "pyDecision")),
    ("plain_python", ()),
]
ROUNDS = {10_000: 21, 1_000_000: 9, 10_000_000: 5}
# At the largest size, ten times the one before and ten times that of memory.
LARGEST, FACTOR = 10_000_000, 10
MOST_SECONDS, MOST_BYTES = 30, 12e9


def measure(run: Run, memory: Row) -> Row:
    """Measure all sizes; `memory` says what a contestant needs, so that none is too large."""
    sizes = [1_000, 10_000] if run.short else [10_000, 1_000_000, LARGEST]
    contestants = run.load(PEERS)
    warm_up([*contestants, *ROWS, *STEPS], problem(1_000))
    figures: Row = {"score_and_rank": {}, "steps": {}, "row_major": {}}
    before: list[Row] = []
    for size in sizes:
        given = problem(size)
        expected = reference(given)
        before = compete(run, contestants, given, expected, before, memory)
        figures["score_and_rank"][str(size)] = before
        figures["steps"][str(size)] = compete(run, STEPS, given, expected, [], {})
        if size < LARGEST:
            figures["row_major"][str(size)] = compete(run, ROWS, given, expected, [], {})
    return figures


STEPS = [*own.STEPS, *listing_numpy.CONTESTANTS]
ROWS = [*own.ROWS, *careful_numpy.ROWS, *straight_numpy.ROWS]


def reference(given: Problem) -> dict[str, NDArray[Any]]:
    """Return ocop's results, which all others must equal."""
    ranking = own.run(own.sheets(given))
    results = own.read(ranking)
    by_total = min_ranks(-results["total"].astype(int))
    return results | {"rank_by_total": by_total, "order": ranking.row}


def compete(
    run: Run,
    contestants: Sequence[Contestant],
    given: Problem,
    expected: dict[str, NDArray[Any]],
    before: Sequence[Row],
    memory: Row,
) -> list[Row]:
    """Time those contestants that are not too slow or too large for this size, in turn."""
    rows = [{"name": c.name, "scope": c.scope} for c in contestants]
    for row in rows:
        if why := too_much(str(row["name"]), len(given), before, memory):
            row["skipped"] = why
    racing = [c for c, row in zip(contestants, rows, strict=True) if "skipped" not in row]
    problems = {
        c.name: given if not c.at_most or len(given) <= c.at_most else given.head(c.at_most)
        for c in racing
    }
    equal: dict[str, bool] = {}

    def check(contestant: Contestant, found: Arrays) -> None:
        count = len(problems[contestant.name])
        if found and count == len(given):
            where = f"{contestant.name}, {count:,} sheets"
            equal[contestant.name] = run.compare(where, expected, found)

    times = race(racing, problems, 5 if run.short else ROUNDS[len(given)], check)
    for row in rows:
        name = str(row["name"])
        if name in times:
            measured = len(problems[name])
            row["seconds"] = summary(times[name], len(given) / measured)
            row["equal"] = equal.get(name)
            if measured < len(given):
                row["extrapolated_from"] = measured
        run.say(told(row, len(given)))
    return rows


def too_much(name: str, size: int, before: Sequence[Row], memory: Row) -> str | None:
    """Say why a contestant is not run at this size: judged by the size before, and its memory."""
    row = next((r for r in before if r["name"] == name), None)
    if size < LARGEST or row is None or "extrapolated_from" in row:
        return None
    seconds = row["seconds"]["median"] * FACTOR
    if seconds > MOST_SECONDS:
        return f"would take about {seconds:.0f} s"
    needs = next((r for r in memory.get("rows", []) if r["name"] == name), None)
    if needs is None:
        return None
    extra, whole = (n * FACTOR for n in (needs["extra_bytes"], sum_of(needs)))
    if whole > MOST_BYTES:
        return f"would need about {whole / 1e9:.0f} GB"
    if extra > 0.8 * machine.memory("SC_AVPHYS_PAGES", "available"):
        return f"would need about {extra / 1e9:.0f} GB, and less was free"
    return None


def sum_of(needs: Row) -> int:
    """Return the bytes of input and extra memory together."""
    return int(needs["input_bytes"] + needs["extra_bytes"])


def told(row: Row, size: int, what: str = "sheets") -> str:
    """Return a row in words."""
    start = f"{size:>10,} {what}   {row['name']:<36}"
    if "skipped" in row:
        return f"{start} skipped: {row['skipped']}"
    words = f"{start} {row['seconds']['median'] * 1e3:10.2f} ms"
    if "extrapolated_from" in row:
        words += f"   extrapolated from {row['extrapolated_from']:,}"
    return words + ("   DIFFERENT" if row.get("equal") is False else "")
