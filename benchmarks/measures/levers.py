"""Sweeps of levers: choices of levels over 20,000 products, as point tables made on the way."""

from __future__ import annotations

from contest import Arrays, Contestant, Row, Run, race, summary, warm_up
from measures import memory
from measures.score_and_rank import told
from peers import sweep_levers
from scenarios import PRODUCTS

PEERS: list[tuple[str, tuple[str, ...]]] = [("sweep_levers", ())]
ROUNDS = 3


def measure(run: Run) -> Row:
    """Measure both numbers of scenarios, and extra memory."""
    contestants = run.load(PEERS, "LEVERS")
    products = 2_000 if run.short else PRODUCTS
    sizes = [100, 1_000] if run.short else [1_000, 10_000]
    warm_up(contestants, sweep_levers.choices(8, 1_000))
    figures: Row = {"levers": sweep_levers.DIALS, "times": {}, "memory": {}}
    for size in sizes:
        given = sweep_levers.choices(size, products)
        problems = {c.name: given.head(min(size, c.at_most or size)) for c in contestants}
        equal: dict[str, bool] = {}

        def check(contestant: Contestant, found: Arrays) -> None:
            asked = problems[contestant.name]  # noqa: B023 - called within this round
            expected = sweep_levers.read(sweep_levers.run(sweep_levers.prepare(asked)))
            where = f"levers, {contestant.name}, {len(asked):,} scenarios"
            equal[contestant.name] = run.compare(where, expected, found)  # noqa: B023 - as above

        times = race(contestants, problems, ROUNDS, check)
        rows = []
        for contestant in contestants:
            count = len(problems[contestant.name])
            seconds = summary(times[contestant.name], size / count)
            row: Row = {
                "name": contestant.name,
                "seconds": seconds,
                "equal": equal[contestant.name],
            }
            if count < size:
                row["extrapolated_from"] = count
            rows.append(row)
            run.say(told(row, size, "scenarios"))
        figures["times"][str(size)] = rows
        if not run.short:
            ours = [sweep_levers.OCOP]
            figures["memory"][str(size)] = memory.measure(run, "levers", ours, size)
    return figures
