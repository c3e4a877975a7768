"""From sheets to scores, rankings and what follows from them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, assert_type

import numpy as np
from numpy.typing import NDArray

import ocop

tea = ocop.criteria_set("qd-26-2026", "tea")

# Score and rank a file.
sheets = ocop.read_sheets("tea.csv", "qd-26-2026", set="tea", keep=["commune"])
assert_type(sheets, tuple[ocop.Sheets, ...])
results = [ocop.score(batch) for batch in sheets]
ranking = ocop.rank(results, ties="dense", within="commune")
assert_type(ranking.top(10).columns(), dict[str, list[Any]])
assert_type(ranking.head(3), list[dict[str, Any]])

# Sheets by hand, packed and unpacked.
answers = {"5.1": 5, "5.2": None}
sheet = ocop.Sheet(criteria_set=tea, product="a", answers=answers, findings=[])
batch = ocop.Sheets.of([sheet])
assert_type(batch, ocop.Sheets)
assert_type(batch.answers, NDArray[np.uint8])
assert_type(batch.equals(batch), bool)
ocop.Sheets(criteria_set=tea, products=["a"], answers=[[ocop.NONE_MET, ocop.UNANSWERED]])
ocop.dump_sheets([batch], "a.npz")
content: str = batch.digest
checked: ocop.Verification = ocop.verify("a.json", sheets=[batch], ties="min")
verified: bool = ocop.verify(Path("a.csv"), "qd-26-2026", sheets="a.csv", set="tea").ok
told: str = checked.text("vi")
assert_type(ocop.load_sheets("a.npz", "qd-26-2026", set=11, keep=["name"]), tuple[ocop.Sheets, ...])

# A data frame in, and the same kind out.
assert_type(ocop.read_frame({}, "qd-26-2026", set=11, keep=["name"]), tuple[ocop.Sheets, ...])
assert_type(ocop.read_frame({}, tea, answers="labels"), tuple[ocop.Sheets, ...])
assert_type(ocop.Sheets.from_frame({}, tea, answers="points"), ocop.Sheets)
assert_type(ocop.rank(results).to_frame("polars"), Any)

# Blank forms out, filled ones in, results as a book.
ocop.write_form(tea, "form.xlsx", products=["a", "b"], layout="annex", lang="vi", protect=True)
ocop.write_form(tea, io.BytesIO(), layout="rows")
ocop.read_sheets(Path("form.xlsx"), "qd-26-2026", layout="layout.yaml")
ocop.write_book(results, "scores.xlsx")
ocop.write_book(ranking, Path("ranking.xlsx"), lang="vi")

scores = ocop.score(batch, threads=2, fast=False)
assert_type(scores, ocop.Scores)
assert_type(scores.total, NDArray[np.int16])
assert_type(scores.star, NDArray[np.int8])
assert_type(scores.columns(), dict[str, list[Any]])
assert_type(scores.star_counts(), dict[int, int])
assert_type(scores[0], ocop.Score)
assert_type(scores[0].star, int | None)
assert_type(scores[0].missing_floors, tuple[ocop.MissedFloor, ...])
assert_type(ranking, ocop.Ranking)
assert_type(ranking.products, tuple[str, ...])
assert_type(ranking.ranks, NDArray[np.int64])

# Batches of an engine.
assert_type(ocop.score_batches([], "qd-26-2026", set="tea"), Iterator[Any])
assert_type(ocop.BatchScorer("qd-26-2026", keep=("commune",)).ddl, str)

# Why this star.
account = ocop.explain(sheet)
assert_type(account, ocop.Account)
assert_type(account.text("vi"), str)
if account.first is not None:
    assert_type(account.first.kind, Literal["exclusion", "floor", "points"])
assert_type(ocop.explain(scores, 0).rows("en"), list[dict[str, Any]])
assert_type(ocop.holding_back(results, "commune")[0].count, int)

# The cheapest way up, under costs and a budget; how safe the star is.
upgrades = ocop.upgrade(batch, 5, costs={"1.1": [None, 3, 5]}, locked=["4.1"], plans=3)
assert_type(upgrades, ocop.Upgrades)
assert_type(upgrades[0][0].cost, int)
assert_type(upgrades.cost, NDArray[np.int64])
spending = ocop.spend(sheets, star=4, budget=100)
assert_type(spending, ocop.Spending)
assert_type(spending.spent, int)
margins = ocop.margin(batch)
assert_type(margins, ocop.Margins)
assert_type(margins[0].points, int | None)
assert_type(margins.columns(), dict[str, list[Any]])
assert_type(ocop.robust(batch, 2), NDArray[np.int8])

# A council.
panel = ocop.council([sheet, sheet], assessors=["An", "Bình"], leave_out={"An": "kin"})
assert_type(panel, ocop.Council)
assert_type(panel.total, Fraction)
assert_type(panel.minutes("vi"), list[dict[str, Any]])
found = ocop.councils(sheets, conflicts={"a": {"An": "kin"}})
assert_type(found, tuple[ocop.Council, ...])
ocop.write_book(found, io.BytesIO())
agreed = ocop.agreement(found, threshold=5)
assert_type(agreed, ocop.Agreement)
assert_type(agreed.alpha.value, Fraction | None)

# The same sheet under a newer law.
translation = ocop.translate(batch, "qd-26-2026")
assert_type(translation, ocop.Translation)
assert_type(translation.lowest, ocop.Scores)
assert_type(translation[0].total, tuple[int, int])
assert_type(translation.determined, NDArray[np.bool_])
moves = ocop.transition(results, [scores])
assert_type(moves, ocop.Transition)
assert_type(moves.matrix, NDArray[np.int64])
assert_type(moves.digests, tuple[dict[int, str], dict[int, str]])
assert_type(moves.compare_ranks(p=0.5).tau.value, float | None)
bounds = ocop.transition_bounds([translation])
assert_type(bounds, ocop.TransitionBounds)
assert_type(bounds.counts.up, tuple[int, int])
assert_type(bounds.text("vi"), str)
ranks = ocop.compare_ranks([1, 2], ranking.ranks)
assert_type(ranks, ocop.RankComparison)
assert_type(ranks.overlap, float | None)

# Doubtful answers.
chances = ocop.star_probabilities(batch, up=0.1, down={"1.1": 0.2})
assert_type(chances, ocop.StarProbabilities)
assert_type(chances.at_least(4), NDArray[np.float64])
drawn = ocop.simulate_noise(sheets, draws=9, rng=np.random.default_rng(0))
assert_type(drawn, ocop.NoiseSimulation)
assert_type(drawn.ranks, NDArray[np.int32])
assert_type(drawn.digests, dict[int, str])

# Many tables of points.
tables = ocop.Variants.of([tea])
assert_type(tables, ocop.Variants)
assert_type(ocop.score_variants(batch, tables), ocop.VariantScores)
assert_type(ocop.score_variants(batch, [tables]).star_counts, NDArray[np.int64])

assert_type(ocop.__version__, str)
