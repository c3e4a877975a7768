"""Code as a user would write it; mypy must agree with every type, and reject what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import ocop
from ocop import programme

law = ocop.in_force(date(2026, 6, 1))
assert_type(law, ocop.Decision)
tea = ocop.criteria_set(law, "tea")
assert_type(tea, ocop.CriteriaSet)
assert_type(tea.items[0].criterion.options[0].points, int)
assert_type(tea.label["vi"], str)

sheet = ocop.Sheet(criteria_set=tea, product="a", answers={"5.1": 5, "5.2": None}, findings=[])
batch = ocop.Sheets.of([sheet])
assert_type(batch, ocop.Sheets)
ocop.dump_sheets([batch], "a.npz")
assert_type(ocop.load_sheets("a.npz", law, set=11, keep=["name"]), tuple[ocop.Sheets, ...])
scores = ocop.score(batch)
assert_type(scores, ocop.Scores)
assert_type(scores.total, NDArray[np.int16])
assert_type(scores[0], ocop.Score)
assert_type(scores[0].star, int | None)

ranking = ocop.rank([scores], ties="dense", within="set")
assert_type(ranking.products, tuple[str, ...])
assert_type(ocop.read_sheets("tea.csv", law, set=11), tuple[ocop.Sheets, ...])

translation = ocop.translate(batch, law)
assert_type(translation.lowest, ocop.Scores)
assert_type(translation[0].total, tuple[int, int])
assert_type(ocop.crosswalk("qd-148-2023", law), ocop.Crosswalk)
moves = ocop.transition(scores, [scores])
assert_type(moves.matrix, NDArray[np.int64])
assert_type(moves.compare_ranks(p=0.5).tau.value, float | None)
assert_type(ocop.transition_bounds([translation]).counts.up, tuple[int, int])
assert_type(ocop.compare_ranks([1, 2], ranking.ranks), ocop.RankComparison)

reform = ocop.load_reform("reform.yaml", law)
assert_type(reform, ocop.Reform)
edits = [ocop.SetPoints(criterion="1.2", option=3, points=4), ocop.Scale(part="A", points=40)]
assert_type(edits, list[ocop.Edit])
done = ocop.apply_reform(ocop.Reform(id="a", title=tea.label, edits=edits), law)
assert_type(done.decision, ocop.Decision)
assert_type(done.misfits, tuple[ocop.Misfit, ...])
assert_type(ocop.inverse_reform(reform, "qd-26-2026"), ocop.Reform)
ocop.SetMark(criterion="1.2", option=3, mark=2)  # type: ignore[arg-type]

made = ocop.synthesize(law, products={"tea": 9, 1: 3}, shares={4: 0.3, 3: 0.7}, rng=0)
assert_type(made, ocop.Population)
assert_type(made.sheets, tuple[ocop.Sheets, ...])
assert_type(made.parameters, dict[int, ocop.PopulationModel])

levers = ocop.Levers(law, [ocop.Lever.of_threshold(4, [65, 70])])
outcome = ocop.star_outcome(made, levers, star=4, share=True)
swings = ocop.tornado(outcome, levers.names, levers.sizes, labels=levers.labels, base=levers.base)
assert_type(swings.swing, NDArray[np.float64])
indices = ocop.sobol(outcome, levers.names, levers.sizes, samples=None)
assert_type(indices.total, NDArray[np.float64] | None)
assert_type(ocop.pawn(outcome, ["a"], [2], rng=0).level_rows()[0]["level"], Any)
assert_type(ocop.simulate_noise(made.sheets, draws=9).ranks, NDArray[np.int32])

code = programme.parse_code("83-28780-3-2026")
assert_type(code, programme.ProductCode)
recognition = programme.recognise(code=code, name="a", group="tea", star=4, on=date(2026, 7, 1))
assert_type(recognition.certificate.status(date(2027, 1, 1)), programme.Status)
assert_type(ocop.read_records("a.csv", programme.Recognition), tuple[programme.Recognition, ...])
assert_type(programme.load_record(programme.Place, {"province": "83"}), programme.Place)
programme.recognise(code=code, name="a", group="tea", star=6, on=date(2026, 7, 1))  # type: ignore[arg-type]

try:
    ocop.decision("qd-1-1900")
except ocop.ProblemsError as error:
    assert_type(error.problems[0].line, int | None)

ocop.rank(scores, ties="best")  # type: ignore[arg-type]
ocop.typo  # type: ignore[attr-defined]  # noqa: B018
