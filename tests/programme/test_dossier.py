"""Dossiers: what a decision asks for, what lacks and who adds it, what does not fit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.law.process import Paper
from ocop.programme.dossier import (
    Dossier,
    MissingPaper,
    applicable_law,
    check_dossier,
    missing_papers,
    required_papers,
)
from ocop.programme.records import dump_record, load_record
from ocop.text import Label
from ocop.types import DossierKind

NEW = ocop.decision("qd-26-2026")
OLD = [law for law in ocop.decisions() if law.id != NEW.id]
FORMS = ("registration-form", "self-assessment", "business-registration")
COMMUNE = ("commune-report", "commune-proposal")
EVIDENCE = tuple(paper.id for paper in NEW.process.papers if paper.evidence)


def tea(**changes: Any) -> Dossier:
    """Return a full dossier of a tea, with changes."""
    full: dict[str, Any] = {
        "name": "Trà Shan tuyết",
        "group": "tea",
        "kind": "first",
        "filed_on": date(2026, 8, 3),
        "papers": (*FORMS, *COMMUNE),
        "samples": 5,
    }
    return Dossier(**{**full, **changes})


def codes(law: ocop.Decision, dossier: Dossier) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.path) for problem in check_dossier(law, dossier)]


@pytest.mark.parametrize("kind", get_args(DossierKind))
def test_what_every_dossier_of_2026_needs(kind: DossierKind) -> None:
    """Two forms, business registration, samples, and two papers of the commune; all kinds alike."""
    papers = required_papers(NEW, kind, "tea")
    assert [paper.id for paper in papers] == [*FORMS, "samples", *COMMUNE]
    assert [paper.id for paper in papers if paper.by == "commune"] == [*COMMUNE]
    assert [paper.count for paper in papers if paper.id == "samples"] == [5]


def test_tourism_brings_no_samples() -> None:
    """No sample products are asked of tourism, and none are missing."""
    assert "samples" not in [p.id for p in required_papers(NEW, "first", "rural-tourism")]
    assert missing_papers(NEW, tea(group="rural-tourism", samples=0)) == ()


def test_a_full_dossier_lacks_nothing() -> None:
    """Nothing is missing, nothing is wrong, and it survives its way through plain data."""
    dossier = tea(papers=(*FORMS, *COMMUNE, "test-results"), claims=("test-results",))
    assert missing_papers(NEW, dossier) == ()
    assert check_dossier(NEW, dossier) == ()
    assert load_record(Dossier, dump_record(dossier)) == dossier


def test_what_is_missing_says_by_whom_and_how_many() -> None:
    """A claimed paper, one sample of five and the commune's report, in the decision's order."""
    dossier = tea(
        papers=(*FORMS, "commune-proposal", "awards"),
        claims=("awards", "product-story", "product-story"),
        samples=4,
    )
    assert missing_papers(NEW, dossier) == (
        MissingPaper(paper="product-story", by="producer", claimed=True, needed=1, found=0),
        MissingPaper(paper="samples", by="producer", claimed=False, needed=5, found=4),
        MissingPaper(paper="commune-report", by="commune", claimed=False, needed=1, found=0),
    )
    (lack, *_) = missing_papers(NEW, dossier)
    assert load_record(MissingPaper, dump_record(lack)) == lack


@given(
    st.sets(st.sampled_from((*FORMS, *COMMUNE, *EVIDENCE))),
    st.sets(st.sampled_from(EVIDENCE)),
    st.integers(0, 8),
)
def test_adding_what_is_missing_makes_a_full_dossier(
    papers: set[str], claims: set[str], samples: int
) -> None:
    """Only required and claimed papers are missing, none that is there, and no more after them."""
    dossier = tea(papers=tuple(papers), claims=tuple(claims), samples=samples)
    lacking = missing_papers(NEW, dossier)
    ids = {lack.paper for lack in lacking}
    assert ids - {"samples"} == ({*FORMS, *COMMUNE} | claims) - papers
    assert ("samples" in ids) == (samples < 5)
    assert {lack.paper for lack in lacking if lack.claimed} == claims - papers
    full = attrs.evolve(dossier, papers=(*papers, *(ids - {"samples"})), samples=max(samples, 5))
    assert missing_papers(NEW, full) == ()


@pytest.mark.parametrize("law", OLD, ids=lambda law: law.id)
def test_papers_of_earlier_decisions_are_not_held(law: ocop.Decision) -> None:
    """Nothing is asked for and no paper is unknown where our sources hold no list."""
    filed = law.in_force_from
    dossier = tea(papers=("form-x",), claims=("award",), filed_on=filed)
    assert required_papers(law, "first", "tea") == ()
    assert missing_papers(law, dossier) == ()
    assert check_dossier(law, dossier) == ()


def test_copies_are_counted_in_a_decision_of_ones_own() -> None:
    """Where a decision asks for two copies, a paper listed once is one too few."""
    label = Label("Bản cam kết", "Commitment")
    papers = (Paper(id="commitment", label=label, by="district", count=2),)
    law = attrs.evolve(NEW, process=attrs.evolve(NEW.process, papers=papers))
    (lack,) = missing_papers(law, tea(papers=("commitment",)))
    assert (lack.by, lack.found, lack.needed) == ("district", 1, 2)
    assert missing_papers(law, tea(papers=("commitment", "commitment"))) == ()


def test_names_that_are_none_are_told_with_the_nearest() -> None:
    """Kind, group, paper and claim at once; a claim is compared with evidence alone."""
    dossier = tea(
        kind="renewal", group="teas", papers=(*FORMS, "comune-report"), claims=("test-result",)
    )
    assert codes(NEW, dossier) == [
        ("unknown-kind", "kind"),
        ("unknown-group", "group"),
        ("unknown-paper", "papers[3]"),
        ("unknown-paper", "claims[0]"),
    ]
    kind, _, paper, claim = check_dossier(NEW, dossier)
    assert kind.message == "found 'renewal', allowed are first, upgrade, re-assessment"
    assert paper.hint == "did you mean 'commune-report'?"
    assert paper.message.startswith("found 'comune-report', qd-26-2026 asks for registration-form,")
    assert claim.hint == "did you mean 'test-results'?"
    assert "registration-form" not in claim.message
    with pytest.raises(ocop.InputError) as caught:
        missing_papers(NEW, dossier)
    assert caught.value.problems == check_dossier(NEW, dossier)
    with pytest.raises(ocop.InputError) as caught:
        required_papers(NEW, "renewal", "teas")  # type: ignore[arg-type]  # wrong on purpose
    assert [p.code for p in caught.value.problems] == ["unknown-kind", "unknown-group"]


def test_a_group_that_the_decision_does_not_have() -> None:
    """Medical equipment has a set in 2020 and none in 2026."""
    dossier = tea(group="medical-equipment")
    (problem,) = check_dossier(NEW, dossier)
    assert (problem.code, problem.path) == ("group-not-in-decision", "group")
    assert problem.message == "qd-26-2026 has no criteria set for 'medical-equipment'"
    old = ocop.decision("qd-781-2020")
    assert check_dossier(old, attrs.evolve(dossier, filed_on=date(2021, 3, 1))) == ()


def test_claims_and_samples_that_do_not_fit() -> None:
    """A form proves no criterion; samples are a number, not a line on the list."""
    dossier = tea(papers=(*FORMS, *COMMUNE, "samples"), claims=("registration-form",), samples=0)
    assert codes(NEW, dossier) == [
        ("not-evidence", "claims[0]"),
        ("samples-not-counted", "samples"),
    ]
    assert [lack.paper for lack in missing_papers(NEW, dossier)] == ["samples"]
    assert codes(NEW, attrs.evolve(dossier, claims=(), samples=5)) == []
    with pytest.raises(ocop.InputError, match="found -1, allowed are numbers of samples") as caught:
        tea(samples=-1)
    assert [(p.code, p.path) for p in caught.value.problems] == [("out-of-range", "samples")]


def test_the_decision_that_a_dossier_was_written_for() -> None:
    """A dossier written for 1489 and assessed under 26/2026 is told so."""
    dossier = tea(decision="qd-1489-2025", filed_on=date(2026, 5, 21))
    (problem,) = check_dossier(NEW, dossier)
    assert (problem.code, problem.path) == ("other-decision", "decision")
    assert problem.message == "found 'qd-1489-2025', the dossier is checked under qd-26-2026"
    assert check_dossier(ocop.decision("qd-1489-2025"), dossier) == ()
    assert applicable_law(dossier, date(2026, 7, 21)).id == "qd-1489-2025"
    assert applicable_law(dossier, date(2026, 7, 22)).id == "qd-26-2026"


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("qd-1048-2019", date(2020, 6, 7)),
        ("qd-781-2020", date(2023, 2, 23)),
        ("qd-148-2023", date(2025, 7, 5)),
        # It ceases 60 days later, but takes no new dossiers.
        ("qd-1489-2025", date(2026, 5, 21)),
    ],
)
def test_no_new_dossiers_under_a_decision_that_was_replaced(name: str, last: date) -> None:
    """The last day is the one before the next decision came into force."""
    law = ocop.decision(name)
    assert check_dossier(law, tea(filed_on=last)) == ()
    after = tea(filed_on=last + timedelta(days=1))
    (problem,) = check_dossier(law, after)
    assert (problem.code, problem.path) == ("filed-after-end", "filed_on")
    assert problem.message == (
        f"filed on {after.filed_on}, when a newer decision had taken the place of {name}"
    )
    assert applicable_law(after, after.filed_on).id != name


@pytest.mark.parametrize(
    ("filed", "found"),
    [
        ("2028-07-03", ["filed-too-early"]),
        ("2028-07-04", []),
        ("2028-09-02", []),
        ("2028-09-03", ["filed-too-late"]),
    ],
)
def test_a_reassessment_is_filed_in_its_window(filed: str, found: list[str]) -> None:
    """180 to 120 days before the expiry on 2028-12-31; other kinds have no window."""
    expires, filed_on = date(2028, 12, 31), date.fromisoformat(filed)
    dossier = tea(kind="re-assessment", filed_on=filed_on, expires_on=expires)
    problems = check_dossier(NEW, dossier)
    assert [problem.code for problem in problems] == found
    for problem in problems:
        assert problem.message == (
            f"filed on {filed}, allowed are 2028-07-04 to 2028-09-02 for a certificate that "
            "expires on 2028-12-31"
        )
    assert check_dossier(NEW, attrs.evolve(dossier, kind="upgrade")) == ()
    assert check_dossier(NEW, attrs.evolve(dossier, expires_on=None)) == ()


@pytest.mark.parametrize(
    ("expires", "filed", "found"),
    [
        # The window closed on 2026-05-21, the day before 26/2026 came into force.
        (date(2026, 9, 18), date(2026, 6, 10), []),
        # The certificate had expired by then, or expired on that day.
        (date(2026, 5, 21), date(2026, 6, 10), ["filed-too-late"]),
        (date(2026, 5, 22), date(2026, 6, 10), []),
        # It closed on 2026-05-22, its first day: that day was left.
        (date(2026, 9, 19), date(2026, 5, 22), []),
        (date(2026, 9, 19), date(2026, 5, 23), ["filed-too-late"]),
        # Filed under the earlier rules, whose window our sources do not hold.
        (date(2028, 12, 31), date(2026, 5, 21), []),
    ],
)
def test_a_window_that_the_transition_made_impossible(
    expires: date, filed: date, found: list[str]
) -> None:
    """Who could not file in the window is not late."""
    dossier = tea(kind="re-assessment", filed_on=filed, expires_on=expires)
    assert [problem.code for problem in check_dossier(NEW, dossier)] == found


def test_an_assessment_before_the_filing_is_refused() -> None:
    """Dates out of order are an error of the call."""
    with pytest.raises(ocop.InputError, match="before it was filed on 2026-08-03") as caught:
        applicable_law(tea(), date(2026, 8, 2))
    assert [p.code for p in caught.value.problems] == ["dates-out-of-order"]
