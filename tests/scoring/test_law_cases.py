"""The law cases of tests/law_cases: sentences that an officer can check, scored both ways."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

import ocop

FOLDER = Path(__file__).parents[1] / "law_cases"
KEYS = {"id", "set", "vi", "en", "clause", "start", "case", "answers", "findings"}


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in content["cases"]:
            found.append({"decision": content["decision"], "file": path.name, **case})
    return found


CASES = _cases()


def start_of(law: ocop.CriteriaSet, start: str, case: str | None) -> dict[str, int | None]:
    """Return the answers that a case starts from: best options, none met, or blank."""
    if start != "best":
        return {item.code: {"none": 0, "blank": None}[start] for item in law.items}
    first = {kind.id: kind.cases[0].id for kind in law.case_kinds}
    answers: dict[str, int | None] = {}
    for item in law.items:
        kind = item.criterion.case_kind
        wanted = None if kind is None else case or first[kind]
        options = item.criterion.options
        allowed = [n for n, o in enumerate(options, start=1) if o.case == wanted]
        answers[item.code] = max(allowed, key=lambda n: options[n - 1].points)
    return answers


def sheet_of(case: Any) -> tuple[ocop.CriteriaSet, dict[str, int | None], list[str]]:
    """Return the criteria set, answers and findings of a case."""
    law = ocop.criteria_set(case["decision"], case["set"])
    answers = start_of(law, case.get("start", "blank"), case.get("case"))
    return law, answers | case.get("answers", {}), case.get("findings", [])


def shown(result: Any) -> dict[str, Any]:
    """Return a result of the plain scorer in the words of the cases."""
    return {
        **result.parts,
        "total": result.total,
        "band": result.band,
        "star": result.star,
        "missing": [f"{code}:{star}" for code, star, _ in result.missing_floors],
        "excluded": list(result.excluded),
        "answered": result.answered,
    }


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if "expect" in case]
)
def test_the_law_case_holds(case: Any, plain: Any) -> None:
    """The sheet of the case has the stated result, by ocop and by the plain scorer."""
    law, answers, findings = sheet_of(case)
    expected = {"missing": [], "excluded": [], "answered": None, **case["expect"]}
    if expected["answered"] is None:
        expected["answered"] = sum(answer is not None for answer in answers.values())
    sheet = ocop.Sheet(criteria_set=law, answers=answers, findings=findings)
    assert shown(plain.of(ocop.score(sheet)[0])) == expected
    assert shown(plain.score(law, answers, findings)) == expected


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if "refused" in case]
)
def test_the_sheet_of_the_law_case_is_refused(case: Any) -> None:
    """A sheet that the annex does not allow is refused, in the words of the case."""
    law, answers, findings = sheet_of(case)
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheet(criteria_set=law, answers=answers, findings=findings)
    assert [str(problem) for problem in error.value.problems] == case["refused"]


def test_law_cases_are_well_formed() -> None:
    """Each case has its own id, a sentence in both languages, a clause and one kind of outcome."""
    assert len(CASES) >= 30
    ids = [case["id"] for case in CASES]
    assert sorted(set(ids)) == sorted(ids)
    for case in CASES:
        outcome = {"expect", "refused"} & set(case)
        assert len(outcome) == 1, case["id"]
        assert set(case) - KEYS - outcome == {"decision", "file"}, case["id"]
        vi, en = case["vi"], case["en"]
        assert vi != en, case["id"]
        assert vi.endswith("."), case["id"]
        assert en.endswith("."), case["id"]
        assert unicodedata.is_normalized("NFC", vi), case["id"]
        assert any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", vi)), case["id"]
        assert "QĐ-TTg" in case["clause"], case["id"]
        stated = case.get("expect", {"A": 0, "B": 0, "C": 0, "total": 0})
        assert stated["A"] + stated["B"] + stated["C"] == stated["total"], case["id"]


def test_law_cases_reach_every_outcome() -> None:
    """Together the cases show every star, every band border and an exclusion of each kind."""
    stated = [case["expect"] for case in CASES if "expect" in case]
    assert {expect["star"] for expect in stated} == {None, 1, 2, 3, 4, 5}
    assert {expect["total"] for expect in stated} >= {29, 30, 49, 50, 69, 70, 89, 90, 93, 100}
    missed = {floor.split(":")[1] for expect in stated for floor in expect.get("missing", [])}
    assert missed == {"3", "4", "5"}
    assert {case["set"] for case in CASES} >= {1, 7, 16, 23, 26}
