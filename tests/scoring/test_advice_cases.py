"""Law cases on advice: what is in the way, the cheapest upgrade, margins."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import ocop
from ocop.scoring.explain import explain
from ocop.scoring.margin import margin, robust
from ocop.scoring.upgrade import upgrade

FOLDER = Path(__file__).parents[1] / "law_cases" / "advice"
KEYS = {"id", "decision", "set", "vi", "en", "clause", "start", "answers", "findings"}
ANSWERS = {"first", "upgrade", "margin", "robust"}


def load() -> list[Any]:
    """Return the cases of the folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))]
    return [case for text in texts for case in yaml.safe_load(text)["cases"]]


def of_law_cases() -> Any:
    """Return the module that reads the law cases of scoring."""
    path = Path(__file__).with_name("test_law_cases.py")
    spec = importlib.util.spec_from_file_location("law_cases_for_advice", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


LAW_CASES = of_law_cases()


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in load()])
def test_the_advice_of_the_case_is_given(case: Any, plain: Any) -> None:
    """What is in the way, the plan and the margin are those of the case; the plan works."""
    assert set(case) <= KEYS | ANSWERS
    law, answers, findings = LAW_CASES.sheet_of(case)
    sheet = ocop.Sheet(criteria_set=law, answers=answers, findings=findings)
    if "first" in case:
        found = explain(sheet).first
        assert found is not None
        assert {name: getattr(found, name) for name in case["first"]} == case["first"]
    if "upgrade" in case:
        asked = dict(case["upgrade"])
        star = asked.pop("star")
        result = upgrade(sheet, star, locked=asked.pop("locked", ()))
        if "reason" in asked:
            assert (str(result.reason(0)), result[0]) == (asked["reason"], ())
        else:
            (plan,) = result[0]
            names = ("cost", "points", "total")
            assert {"raises": str(plan), **{n: getattr(plan, n) for n in names}} == asked
            raised = {raise_.code: raise_.after for raise_ in plan.raises}
            assert plain.score(law, answers | raised, findings).star == star
    if "margin" in case:
        found_margin = margin(sheet)[0]
        names = ("points", "criteria")
        assert {name: getattr(found_margin, name) for name in names} == case["margin"]
    for doubts, star in case.get("robust", {}).items():
        assert robust(sheet, doubts).tolist() == [star]
