"""Where a function of the programme takes a decision, it takes the id of a shipped one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from inspect import signature
from typing import Any

import pytest

import ocop
from ocop import programme as p

LAW = "qd-26-2026"
DAY = date(2026, 7, 1)
DOSSIER = p.Dossier(name="Trà", group="tea", kind="first", filed_on=DAY)
OLD = p.Certificate(recognised_on=date(2023, 9, 18))
TEA = ocop.criteria_set(LAW, "tea")

CALLS: dict[str, Callable[[Any], Any]] = {
    "admits": lambda law: p.admits(law, "association", "tea"),
    "check_dossier": lambda law: p.check_dossier(law, DOSSIER),
    "filing_days": lambda law: p.filing_days(law, "province", 2027),
    "first_look_until": lambda law: p.first_look_until(law, DAY),
    "form_answers": lambda law: p.form_answers(law, TEA, "co-operative"),
    "grace_of": lambda law: p.grace_of(OLD, law),
    "missing_papers": lambda law: p.missing_papers(law, DOSSIER),
    "next_step": lambda law: p.next_step(law, 92, at="province"),
    "reassessment_due": lambda law: p.reassessment_due(law, DAY),
    "recogniser": lambda law: p.recogniser(law, 5),
    "renewal_window": lambda law: p.renewal_window(law, DAY),
    "required_papers": lambda law: p.required_papers(law, "first", "tea"),
    "round_of": lambda law: p.round_of(law, DAY, "province"),
    "withdrawal_authority": lambda law: p.withdrawal_authority(law, 5),
    "withdrawal_deadline": lambda law: p.withdrawal_deadline(law, DAY),
    "Certificate.renewal_window": lambda law: OLD.renewal_window(law),
    "Certificate.status": lambda law: OLD.status(DAY, law),
}


def test_no_function_is_left_out() -> None:
    """Every public function with the argument `law` is tried."""
    functions = {name: getattr(p, name) for name in p.__all__}
    takers = {n for n, f in functions.items() if n in CALLS or _takes_law(f)}
    assert takers == {name for name in CALLS if "." not in name}


def _takes_law(value: Any) -> bool:
    return hasattr(value, "__code__") and "law" in signature(value).parameters


@pytest.mark.parametrize("name", CALLS)
def test_an_id_stands_for_a_shipped_decision(name: str) -> None:
    """It gives what the decision gives; an unknown one is named."""
    call = CALLS[name]
    assert call(LAW) == call(ocop.decision(LAW))
    with pytest.raises(ocop.UnknownDecisionError, match="there is no decision 'qd-26-2027'"):
        call("qd-26-2027")
