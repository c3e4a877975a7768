"""The laboratory: reforms, sweeps, sensitivity and synthetic populations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, assert_type

import numpy as np
from numpy.typing import NDArray

import ocop

tea = ocop.criteria_set("qd-26-2026", "tea")
option = tea.items[0].criterion.options[0]

# A reform as data, applied and taken back.
reform = ocop.load_reform("reform.yaml", law="qd-26-2026")
assert_type(reform, ocop.Reform)
edits: list[ocop.Edit] = [
    ocop.SetPoints(criterion="1.2", option=3, points=4, sets="tea"),
    ocop.SetMark(criterion="1.2", option=3, mark=None, sets=["tea", 12]),
    ocop.SetMarkReading(reading="full"),
    ocop.SetThreshold(star=5, at_least=92),
    ocop.SetHeading(points=30, part="A"),
    ocop.Scale(points=40, part="A"),
    ocop.AddOption(criterion="1.2", option=option),
    ocop.DropOption(criterion="1.2", option=1),
    ocop.AddCriterion(section="1", code="1.9", criterion=tea.items[0].criterion),
    ocop.DropCriterion(criterion="1.2"),
    ocop.RestateCriterion(criterion="1.2", by=tea.items[0].criterion),
    ocop.ReplaceCriterion(criterion="5.1", decision="qd-148-2023", by="5.1"),
]
title = ocop.Label("Cải cách", "A reform")
done = ocop.apply_reform(ocop.Reform(id="a", title=title, edits=edits), "qd-26-2026")
assert_type(done, ocop.Reformed)
assert_type(done.decision, ocop.Decision)
assert_type(done.misfits, tuple[ocop.Misfit, ...])
assert_type(done.notes, tuple[ocop.Problem, ...])
assert_type(done.version, str)
assert_type(ocop.inverse_reform(reform, "qd-26-2026"), ocop.Reform)
ocop.dump_reform(reform, "reform.yaml")

# A population that is made up.
model = ocop.PopulationModel(spread=1.2)
made = ocop.synthesize(
    "qd-26-2026", products={"tea": 9, 1: 3}, shares={4: 0.3, 3: 0.7}, model=model, rng=0
)
assert_type(made, ocop.Population)
assert_type(made.sheets, tuple[ocop.Sheets, ...])
assert_type(made.parameters, dict[int, ocop.PopulationModel])

# Levers, and what happens to the products.
levers = ocop.load_levers("levers.yaml", law="qd-26-2026")
assert_type(levers, ocop.Levers)
ocop.dump_levers(levers, "levers.yaml")
levels = [ocop.Level(label="as it is"), ocop.Level(label="more", edits=edits[:1])]
own = ocop.Levers(
    "qd-26-2026",
    [ocop.Lever.of_threshold(4, [65, 70]), ocop.Lever(name="points", levels=levels)],
)
assert_type(own.names, tuple[str, ...])
assert_type(own.every(), ocop.Choices)
assert_type(own.reform([1, 0]), ocop.Reform)
with ThreadPoolExecutor() as pool:
    swept = ocop.sweep(made, own.every(), ranks=True, executor=pool)
assert_type(swept, ocop.Sweep)
assert_type(swept.star_counts, NDArray[np.int64])
assert_type(swept.best(star=4), NDArray[np.int64])
assert_type(swept.ranks, ocop.RankRanges | None)
assert_type(ocop.sweep(made.sheets, [reform], law="qd-26-2026").rows(), list[dict[str, Any]])
assert_type(ocop.sweep(made, ocop.Draws(scenarios=9, points=1, rng=0)).seed, int | None)
search = ocop.search_scenarios(made.sheets, own, star=3, reach=4, at_most=2)
assert_type(search, ocop.ScenarioSearch)
assert_type(search.best(3), tuple[ocop.FoundScenario, ...])

# What moves the outcome.
outcome = ocop.star_outcome(made, own, star=4, share=True)
swings = ocop.tornado(outcome, own)
assert_type(swings, ocop.Tornado)
assert_type(swings.swing, NDArray[np.float64])
indices = ocop.sobol(outcome, own, samples=None)
assert_type(indices, ocop.SobolIndices)
assert_type(indices.total, NDArray[np.float64] | None)
assert_type(indices.status, Literal["computed", "no-variation", "too-few-samples"])
measured = ocop.pawn(outcome, own, rng=0)
assert_type(measured, ocop.PawnIndices)
assert_type(measured.level_rows()[0]["level"], Any)
assert_type(ocop.pawn_from_samples([[0], [1]], [1.0, 2.0], ["a"], [2], rng=0).text(), str)


def products(choices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an outcome that is no count of stars: any function of rows of choices is one."""
    return choices[:, 0] + choices[:, 1]


assert_type(ocop.tornado(products, ["a", "b"], [2, 3], base=[0, 1]), ocop.Tornado)
