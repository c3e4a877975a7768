"""Possible stars: exactly those that some sheet among the possible ones gets."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.law import model
from ocop.scoring._possible_stars import possible_stars
from ocop.scoring.possible import extremes

MOST_SHEETS = 200


def drawn(rng: Random, law: ocop.CriteriaSet) -> list[tuple[int | None, ...]]:
    """Return possible answers to each criterion, not too many sheets together."""
    room = MOST_SHEETS
    result: list[tuple[str, tuple[int | None, ...]]] = []
    case = {kind.id: rng.choice(kind.cases).id for kind in law.case_kinds}
    # In any order, so that all criteria may be open.
    for item in rng.sample(law.items, len(law.items)):
        options = item.criterion.options
        answers = list(range(len(options) + 1))
        if item.criterion.case_kind and rng.random() < 0.8:
            mine = case[item.criterion.case_kind]
            answers = [0, *(n for n, option in enumerate(options, 1) if option.case == mine)]
        count = rng.choice([1, 1, 2, len(answers)])
        chosen = sorted(rng.sample(answers, min(count, room, len(answers))))
        room //= len(chosen)
        result.append((item.code, (None,) if rng.random() < 0.05 else tuple(chosen)))
    return [dict(result)[code] for code in law.codes]


def matrices(law: ocop.CriteriaSet, sheets: list[list[tuple[int | None, ...]]]) -> list[Any]:
    """Return possible answers as truth values: one matrix a criterion, one column a sheet."""
    found = []
    for n, item in enumerate(law.items):
        rows = [*range(len(item.criterion.options) + 1), None]
        found.append(np.array([[answer in sheet[n] for sheet in sheets] for answer in rows]))
    return found


def plainly(plain: Any, law: ocop.CriteriaSet, sheet: list[tuple[int | None, ...]]) -> set[int]:
    """Return the stars of all possible sheets that do not mix cases, each scored plainly."""
    stars = set()
    for answers in product(*sheet):
        used: dict[str, set[str | None]] = {}
        for item, answer in zip(law.items, answers, strict=True):
            if item.criterion.case_kind and answer:
                case = item.criterion.options[answer - 1].case
                used.setdefault(item.criterion.case_kind, set()).add(case)
        if all(len(cases) == 1 for cases in used.values()):
            stars.add(plain.score(law, dict(zip(law.codes, answers, strict=True))).star or 0)
    return stars


def ends(law: ocop.CriteriaSet, possible: list[Any], count: int) -> Any:
    """Return the lowest and the highest star of each sheet, as a translation finds them."""
    low, high = np.full(count, 5, dtype=np.int8), np.zeros(count, dtype=np.int8)
    for found in extremes(possible, law):
        for matrix, out, take in (
            (found.lowest, low, np.minimum),
            (found.highest, high, np.maximum),
        ):
            batch = ocop.Sheets(criteria_set=law, products=map(str, range(count)), answers=matrix)
            take(out, ocop.score(batch).star, out=out, where=found.fits)
    return low, high


@pytest.mark.parametrize("seed", range(24))
def test_the_stars_of_wild_sets_are_those_of_all_their_sheets(
    seed: int, plain: Any, generate: Any
) -> None:
    """Rules, knock-outs, cases, floors anywhere and coarse points: nothing more, nothing less."""
    law = generate.wild_set(seed, (3, 9, 40)[seed % 3])
    rng = Random(seed)
    sheets = [drawn(rng, law) for _ in range(25)]
    known = [(sheet, stars) for sheet in sheets if (stars := plainly(plain, law, sheet))]
    possible = matrices(law, [sheet for sheet, _ in known])
    found = possible_stars(possible, law, *ends(law, possible, len(known)))
    assert [set(np.flatnonzero(row).tolist()) for row in found] == [stars for _, stars in known]


def test_coarse_points_leave_out_stars(generate: Any) -> None:
    """Totals of 0, 40, 60 and 100: one, two, three and five stars, never four."""
    law = generate.criteria_set(
        {"A": [generate.section("1", generate.item("1.1", 60), generate.item("1.2", 40))]}
    )
    sheets: list[list[tuple[int | None, ...]]] = [[(0, 1), (0, 1)], [(1,), (0, 1)], [(0,), (None,)]]
    possible = matrices(law, sheets)
    found = possible_stars(possible, law, *ends(law, possible, len(sheets)))
    assert [np.flatnonzero(row).tolist() for row in found] == [[1, 2, 3, 5], [3, 5], [1]]


@pytest.mark.parametrize(
    ("points", "stars"), [(29, [1, 3]), (30, [1, 2, 3]), (49, [1, 2, 3]), (50, [1, 3])]
)
def test_bands_end_where_the_next_begins(points: int, stars: list[int], generate: Any) -> None:
    """Totals of 0, some points and 60: two stars from 30 to 49, whatever is skipped around them."""
    item = generate.item("1.1", points, 60)
    law = generate.criteria_set({"A": [generate.section("1", item)]})
    possible = matrices(law, [[(0, 1, 2)]])
    found = possible_stars(possible, law, *ends(law, possible, 1))
    assert np.flatnonzero(found[0]).tolist() == stars


@pytest.mark.parametrize("floor", [1, 5])
def test_a_criterion_that_counts_nothing_misses_its_floor(floor: int, generate: Any) -> None:
    """Where 1.3 has no points, 1.4 has none either, and its floor of four stars is missed."""
    item = generate.item
    marked = generate.option(floor, mark=4)
    items = (item("1.1", 35), item("1.2", 55), item("1.3", 10 - floor), item("1.4", marked))
    rules = model.Rules(needs=(model.Needs(item="1.4", other="1.3"),), knock_outs=())
    law = generate.criteria_set({"A": [generate.section("1", *items)]}, rules=rules)
    # 35 and 45 points, 90 without the floor, and 100.
    sheets: list[list[tuple[int | None, ...]]] = [[(1,), (0, 1), (0, 1), (1,)]]
    possible = matrices(law, sheets)
    found = possible_stars(possible, law, *ends(law, possible, 1))
    assert np.flatnonzero(found[0]).tolist() == [2, 3, 5]


def test_a_case_that_leaves_a_criterion_no_answer_is_not_possible(generate: Any) -> None:
    """The 80 points of case a do not count, for 1.4 is answered in case b, if for nothing."""
    cases = tuple(model.Case(id=name, label=generate.label(name)) for name in ("a", "b"))
    kind = model.CaseKind(id="form", label=generate.label("form"), cases=cases)
    a, b, five = (generate.option(80, case="a"), generate.option(60, case="b"), 5)
    either = [generate.option(five, case=name) for name in ("a", "b")]
    items = (
        generate.item("1.1", 35),
        generate.item("1.2", a, b, case_kind="form"),
        generate.item("1.3", five),
        generate.item("1.4", *either, case_kind="form"),
    )
    rules = model.Rules(needs=(model.Needs(item="1.4", other="1.3"),), knock_outs=())
    law = generate.criteria_set(
        {"A": [generate.section("1", *items)]}, rules=rules, case_kinds=(kind,)
    )
    sheets: list[list[tuple[int | None, ...]]] = [[(0, 1), (1, 2), (0,), (2,)]]
    possible = matrices(law, sheets)
    found = possible_stars(possible, law, *ends(law, possible, 1))
    assert np.flatnonzero(found[0]).tolist() == [3, 5]


def test_a_translation_has_the_stars_of_its_sheets() -> None:
    """Computed once, read-only; the ends are those of the translation."""
    law = ocop.criteria_set("qd-148-2023", "tea")
    best = {item.code: len(item.criterion.options) for item in law.items}
    found = ocop.translate(ocop.Sheet(criteria_set=law, answers=best), "qd-26-2026")
    stars = found.possible_stars
    assert stars is found.possible_stars
    assert not stars.flags.writeable
    ends_found = (found.star_low[0], found.star_high[0])
    assert tuple(np.flatnonzero(stars[0])[[0, -1]].tolist()) == ends_found
    assert found.star_low[0] < found.star_high[0]
