"""Sweeps: many scenarios of points over 20,000 products; star counts and frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contest import Arrays, Contestant, Row, Run, race, summary, warm_up
from measures import levers, memory
from measures.score_and_rank import told
from peers import sweep_own
from scenarios import PRODUCTS, Draws, draws

PEERS: list[tuple[str, Sequence[str]]] = [
    ("sweep_own", ()),
    ("sweep_own_fast", ("numba",)),
    ("sweep_numba", ("numba",)),
    ("sweep_numpy", ()),
    ("with_polars", ("polars",)),
    ("with_pandas", ("pandas",)),
    ("with_duckdb", ("duckdb", "pandas")),
]
ROUNDS = {1_000: 5, 10_000: 3}
LARGEST = 100_000


def measure(run: Run) -> Row:
    """Measure all numbers of scenarios, and extra memory."""
    contestants = run.load(PEERS, "SWEEP")
    products = 2_000 if run.short else PRODUCTS
    sizes = [100, 1_000] if run.short else [1_000, 10_000]
    warm_up(contestants, draws(8, 1_000))
    figures: Row = {"products": products, "times": {}, "any_order": {}, "memory": {}}
    for size in sizes:
        figures["times"][str(size)] = compete(run, contestants, draws(size, products))
    # Draws that may turn the order of a criterion's options around.
    mixed = draws(sizes[0], products, ordered=False)
    ours = [c for c in contestants if c.at_most is None]
    figures["any_order"][str(sizes[0])] = compete(run, ours, mixed)
    if not run.short:
        for size in (*sizes, LARGEST):
            chosen = ours if size < LARGEST else [sweep_own.OCOP]
            figures["memory"][str(size)] = memory.measure(run, "sweep", chosen, size)
    figures["levers"] = levers.measure(run)
    return figures


def compete(run: Run, contestants: Sequence[Contestant], given: Draws) -> list[Row]:
    """Time all contestants in turn; those that take too long on their first scenarios only."""
    problems = {c.name: given.head(c.at_most) if c.at_most else given for c in contestants}
    expected: dict[int, Arrays] = {}
    for size in {len(problem) for problem in problems.values()}:
        expected[size] = sweep_own.read(sweep_own.run(sweep_own.prepare(given.head(size))))
    equal: dict[str, bool] = {}

    def check(contestant: Contestant, found: Arrays) -> None:
        count = len(problems[contestant.name])
        where = f"sweep, {contestant.name}, {count:,} scenarios"
        equal[contestant.name] = run.compare(where, expected[count], found)

    times = race(contestants, problems, 3 if run.short else ROUNDS[len(given)], check)
    rows: list[dict[str, Any]] = []
    for contestant in contestants:
        count = len(problems[contestant.name])
        seconds = summary(times[contestant.name], len(given) / count)
        row = {"name": contestant.name, "seconds": seconds, "equal": equal[contestant.name]}
        if count < len(given):
            row["extrapolated_from"] = count
        rows.append(row)
        run.say(told(row, len(given), "scenarios"))
    return rows
