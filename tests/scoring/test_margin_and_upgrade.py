"""Raising and lowering answers: nothing falls by a raise, and margins undo upgrades."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

import ocop

DECISIONS = ("qd-26-2026", "qd-148-2023", "qd-781-2020")


@pytest.mark.parametrize("name", DECISIONS)
def test_a_raise_never_lowers_total_band_or_star(name: str, generate: Any) -> None:
    """One answer raised within its case: total, band and star stay or rise, in every set."""
    rng = Random(name)
    for law in ocop.decision(name).sets.values():
        given = generate.sheets(law, 12, seed=7)
        before = ocop.score(generate.batch(law, given))
        changed = []
        for answers, findings in given:
            item = rng.choice(law.items)
            changed.append(type(given[0])(raised(law, item, dict(answers)), findings))
        after = ocop.score(generate.batch(law, changed))
        for array in ("total", "band", "star"):
            assert (getattr(after, array) >= getattr(before, array)).all(), (law.number, array)


def raised(law: ocop.CriteriaSet, item: Any, answers: dict[str, int | None]) -> Any:
    """Return the answers with one more step in a criterion, in the case that the sheet uses."""
    options = item.criterion.options
    used = {
        i.criterion.case_kind: i.criterion.options[a - 1].case
        for i in law.items
        if i.criterion.case_kind and (a := answers.get(i.code))
    }
    now = answers.get(item.code)
    points = options[now - 1].points if now else 0
    case = used.get(item.criterion.case_kind)
    better = [
        n
        for n, option in enumerate(options, start=1)
        if option.points > points and (case is None or option.case == case)
    ]
    return {**answers, item.code: better[0]} if better else answers


@pytest.mark.parametrize("name", DECISIONS)
def test_undoing_an_upgrade_is_one_way_to_lose_the_star(name: str, generate: Any) -> None:
    """After a plan is carried out the margin is at most what the plan gained, and as many steps."""
    seen = 0
    for law in ocop.decision(name).sets.values():
        batch = generate.batch(law, generate.sheets(law, 16, seed=11))
        upgrades = ocop.upgrade(batch)
        rows = np.flatnonzero(upgrades.reachable & (upgrades.target > 1)).tolist()
        for row in rows:
            plan = upgrades[row][0]
            answers = batch.answers[row : row + 1].copy()
            for step in plan.raises:
                answers[0, law.codes.index(step.code)] = step.after
            done = ocop.Sheets(criteria_set=law, products=["x"], answers=answers)
            safe = ocop.margin(done)[0]
            assert safe.star == plan.star
            gained = plan.total - int(upgrades.scores.total[row])
            assert safe.points is not None
            assert safe.criteria is not None
            assert safe.points <= gained
            assert safe.criteria <= len(plan.raises)
            seen += 1
    assert seen > 100


def test_a_star_lost_by_the_margin_is_won_back_by_an_upgrade(generate: Any) -> None:
    """Carrying out the margin's witness and asking for the star again costs no more raises."""
    law = ocop.criteria_set("qd-26-2026", 1)
    batch = generate.batch(law, generate.sheets(law, 60, seed=13))
    margins = ocop.margin(batch)
    seen = 0
    for row in range(len(batch)):
        single = margins[row]
        if single.star is None or single.points is None:
            continue
        answers = batch.answers[row : row + 1].copy()
        for step in single.by_criteria:
            answers[0, law.codes.index(step.code)] = step.to
        lost = ocop.Sheets(criteria_set=law, products=["x"], answers=answers)
        assert ocop.score(lost).star[0] < single.star
        (plan,) = ocop.upgrade(lost, single.star)[0]
        assert len(plan.raises) <= len(single.by_criteria)
        seen += 1
    assert seen > 20
