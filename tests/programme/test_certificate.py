"""Certificates: term, window for renewal, status on every day, and bad dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop.errors import InputError
from ocop.programme.certificate import Certificate, Status, after_months, grace_of

LAW = ocop.decision("qd-26-2026")
OLD_LAW = ocop.decision("qd-1489-2025")
DAY = timedelta(days=1)
VALID = {"current", "renewable", "late", "extended"}
ENDED = {"expired", "replaced", "withdrawn"}


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _certificate(recognised_on: str, **values: Any) -> Certificate:
    days: dict[str, Any] = {k: _on(v) if k.endswith("_on") else v for k, v in values.items()}
    return Certificate(recognised_on=_on(recognised_on), **days)


@st.composite
def certificates(draw: st.DrawFn) -> Certificate:
    """Draw a certificate of a short term with any events whose dates are in order."""
    start = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 900)))

    def later(first: date) -> date | None:
        days = draw(st.none() | st.integers(0, 700))
        return None if days is None else first + timedelta(days=days)

    filed = later(start)
    decided = None if filed is None else later(filed)
    replaced, withdrawn = later(filed or start), later(filed or start)
    return Certificate(
        recognised_on=start,
        months=draw(st.integers(1, 18)),
        renewal_filed_on=filed,
        renewal_decided_on=decided,
        replaced_on=replaced,
        withdrawn_on=withdrawn,
        grace=draw(st.sampled_from([0, 1, 180])),
    )


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-06-30", 36, "2029-06-30"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-10-31", 2, "2026-12-31"),
        ("2026-03-31", 6, "2026-09-30"),
    ],
)
def test_a_term_ends_with_the_same_day_of_the_month(first: str, months: int, last: str) -> None:
    """The last valid day is the same day of the month, or the last one of a shorter month."""
    assert _certificate(first, months=months).expires_on == _on(last)


@given(st.dates(date(2018, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_later_keeps_the_day_or_takes_the_last(first: date, months: int) -> None:
    """Year and month always move by whole months; a day lower than before is a month's last."""
    last = after_months(first, months)
    assert (last.year - first.year) * 12 + last.month - first.month == months
    assert last.day == first.day or (last.day < first.day and (last + DAY).day == 1)


def test_the_certificate_is_valid_on_its_first_and_last_day_alone_inside_its_term() -> None:
    """Not yet on the day before, expired on the day after the last valid day."""
    tea = _certificate("2026-06-30")
    days = [_on(d) for d in ("2026-06-29", "2026-06-30", "2029-06-30", "2029-07-01")]
    assert [tea.status(d) for d in days] == ["not-yet", "current", "current", "expired"]
    assert [tea.valid(d) for d in days] == [False, True, True, False]


def test_the_window_for_renewal_has_both_its_days() -> None:
    """180 to 120 days before 2029-06-30; each boundary day has its status."""
    tea = _certificate("2026-06-30")
    first, last = _on("2029-01-01"), _on("2029-03-02")
    assert tea.renewal_window(LAW) == (first, last)
    assert [(tea.expires_on - day).days for day in (first, last)] == [180, 120]
    days = [first - DAY, first, last, last + DAY, tea.expires_on, tea.expires_on + DAY]
    expected = ["current", "renewable", "renewable", "late", "late", "expired"]
    assert [tea.status(day, LAW) for day in days] == expected
    assert [tea.valid(day) for day in days] == [True] * 5 + [False]


def test_without_terms_of_renewal_there_is_no_window() -> None:
    """1489/QĐ-TTg holds no window in our data: nothing is renewable or late under it."""
    tea = _certificate("2026-06-30")
    assert tea.renewal_window(OLD_LAW) is None
    day = _on("2029-02-01")
    found = (tea.status(day), tea.status(day, OLD_LAW), tea.status(day, LAW))
    assert found == ("current", "current", "renewable")


def test_a_filed_dossier_makes_the_certificate_current_again() -> None:
    """From the day of filing on it is neither renewable nor late, but it still expires."""
    tea = _certificate("2026-06-30", renewal_filed_on="2029-03-05")
    days = [_on(d) for d in ("2029-03-04", "2029-03-05", "2029-06-30", "2029-07-01")]
    assert [tea.status(day, LAW) for day in days] == ["late", "current", "current", "expired"]


def test_days_of_grace_run_until_they_end_or_the_result_comes() -> None:
    """Undecided: the 180th day is the last; decided without a new one: expired from that day."""
    tea = _certificate("2023-08-15", renewal_filed_on="2026-06-01", grace=180)
    last = _on("2027-02-11")
    assert (last - tea.expires_on).days == 180
    days = [tea.expires_on, tea.expires_on + DAY, last, last + DAY]
    assert [tea.status(d, LAW) for d in days] == ["current", "extended", "extended", "expired"]
    assert [tea.valid(d) for d in days] == [True, True, True, False]
    refused = evolve(tea, renewal_decided_on=_on("2026-10-01"))
    days = [_on("2026-09-30"), _on("2026-10-01")]
    assert [refused.status(d) for d in days] == ["extended", "expired"]
    renewed = evolve(refused, replaced_on=_on("2026-10-01"))
    assert [renewed.status(d) for d in days] == ["extended", "replaced"]


def test_grace_needs_a_dossier_that_was_filed_by_the_expiry() -> None:
    """No dossier, or one filed a day too late, or one decided by then: no day past the expiry."""
    tea = _certificate("2023-08-15", grace=180)
    after = tea.expires_on + DAY
    assert tea.status(after) == "expired"
    assert evolve(tea, renewal_filed_on=tea.expires_on).status(after) == "extended"
    assert evolve(tea, renewal_filed_on=after).status(after) == "expired"
    decided = evolve(tea, renewal_filed_on=tea.expires_on, renewal_decided_on=after)
    assert decided.status(after) == "expired"


@pytest.mark.parametrize(
    ("first", "grace"),
    [
        ("2023-05-21", 0),  # expired on the day before 26/2026 came into force
        ("2023-05-22", 180),
        ("2023-09-18", 180),  # the last day for filing was 2026-05-21
        ("2023-09-19", 0),  # the last day for filing is 2026-05-22: one day is left
        ("2026-05-22", 0),
    ],
)
def test_grace_is_for_windows_that_closed_before_the_decision(first: str, grace: int) -> None:
    """Article 12.3: only where the window was over, but the certificate was not."""
    assert grace_of(_certificate(first), LAW) == grace
    assert grace_of(_certificate(first), OLD_LAW) == 0


def test_a_short_certificate_of_after_the_decision_has_no_transition() -> None:
    """Its window lies before the decision, but it was given under it."""
    assert grace_of(_certificate("2026-05-22", months=1), LAW) == 0
    assert grace_of(_certificate("2026-05-21", months=1), LAW) == 180


def test_what_ended_a_certificate_first_stays_its_status() -> None:
    """Replaced then withdrawn stays replaced; withdrawn on the same day or before is withdrawn."""
    tea = _certificate("2026-06-30", replaced_on="2027-06-30")
    assert tea.status(_on("2027-06-29")) == "current"
    assert tea.status(_on("2027-06-30")) == "replaced"
    later = evolve(tea, withdrawn_on=_on("2027-07-01"))
    assert later.status(_on("2028-01-01")) == "replaced"
    same = evolve(tea, withdrawn_on=_on("2027-06-30"), ground="false-documents")
    assert same.status(_on("2027-06-30")) == "withdrawn"
    assert same.status(_on("2035-01-01")) == "withdrawn"


def test_a_certificate_that_never_was_valid_has_no_last_day() -> None:
    """Withdrawn on the day of its recognition: no valid day at all."""
    tea = _certificate("2026-06-30", withdrawn_on="2026-06-30")
    assert tea.valid_until is None
    assert not tea.valid(_on("2026-06-30"))
    assert tea.status(_on("2026-06-30")) == "withdrawn"


@settings(max_examples=60)
@given(certificates(), st.sampled_from([None, LAW, OLD_LAW]))
def test_every_day_has_one_status_and_no_status_comes_back(
    certificate: Certificate, law: ocop.Decision | None
) -> None:
    """Statuses follow each other in unbroken runs; valid days are one run, from first to last."""
    days = [certificate.recognised_on + timedelta(days=n) for n in range(-2, 1500)]
    found = [certificate.status(day, law) for day in days]
    runs = [s for i, s in enumerate(found) if i == 0 or s != found[i - 1]]
    assert set(runs) <= set(get_args(Status))
    assert runs[0] == "not-yet"
    # A dossier filed late makes a renewable or late certificate current a second time.
    assert all(runs.count(s) == 1 for s in runs if s != "current")
    assert runs.count("current") <= 2
    assert runs[-1] in ENDED
    firsts = [s for s in runs if s in ENDED]
    assert runs[len(runs) - len(firsts) :] == firsts
    valid = [day for day in days if certificate.valid(day)]
    assert valid == [day for day, s in zip(days, found, strict=True) if s in VALID]
    if valid:
        assert (valid[0], valid[-1]) == (certificate.recognised_on, certificate.valid_until)
        assert (valid[-1] - valid[0]).days == len(valid) - 1
    else:
        assert certificate.valid_until is None


def test_all_problems_of_a_certificate_come_at_once() -> None:
    """Dates out of order, a ground without withdrawal, term and grace out of range."""
    with pytest.raises(InputError) as caught:
        _certificate(
            "2026-06-30",
            months=0,
            renewal_filed_on="2026-06-29",
            renewal_decided_on="2026-06-28",
            replaced_on="2026-06-01",
            ground="false-documents",
            grace=-1,
        )
    assert [(p.code, p.path, p.message) for p in caught.value.problems] == [
        (
            "dates-out-of-order",
            "renewal_filed_on",
            "filed for renewal on 2026-06-29, before it was recognised on 2026-06-30",
        ),
        (
            "dates-out-of-order",
            "replaced_on",
            "replaced on 2026-06-01, before it was recognised on 2026-06-30",
        ),
        (
            "dates-out-of-order",
            "renewal_decided_on",
            "decided on 2026-06-28, before it was filed for renewal on 2026-06-29",
        ),
        (
            "dates-out-of-order",
            "replaced_on",
            "replaced on 2026-06-01, before it was filed for renewal on 2026-06-29",
        ),
        (
            "ground-without-withdrawal",
            "ground",
            "found the ground 'false-documents' without a day of withdrawal",
        ),
        ("out-of-range", "months", "found 0, allowed are 1 to 1200 months"),
        ("out-of-range", "grace", "found -1, allowed are 0 to 3650 days"),
    ]


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"withdrawn_on": "2026-06-29"}, [("dates-out-of-order", "withdrawn_on")]),
        ({"renewal_decided_on": "2029-03-01"}, [("missing-date", "renewal_filed_on")]),
        (
            {"renewal_filed_on": "2029-02-01", "withdrawn_on": "2029-01-31"},
            [("dates-out-of-order", "withdrawn_on")],
        ),
        ({"months": 1201}, [("out-of-range", "months")]),
        ({"grace": 3651}, [("out-of-range", "grace")]),
    ],
)
def test_each_problem_alone(values: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    """Each slip gives its own problem and no other."""
    with pytest.raises(InputError) as caught:
        _certificate("2026-06-30", **values)
    assert [(p.code, p.path) for p in caught.value.problems] == problems


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_days_that_no_certificate_has(day: str) -> None:
    """Far from our time the calendar ends before a term does; such a day is a slip."""
    with pytest.raises(InputError) as caught:
        _certificate(day)
    assert [str(p) for p in caught.value.problems] == [
        f"recognised_on: found {day}, allowed are 1900-01-01 to 2999-12-31 [out-of-range]"
    ]


def test_events_on_the_same_day_are_in_order() -> None:
    """Filed, decided and replaced on one day is allowed; so is a ground with its day."""
    one = "2029-02-01"
    tea = _certificate("2026-06-30", renewal_filed_on=one, renewal_decided_on=one, replaced_on=one)
    assert tea.status(_on(one), LAW) == "replaced"
    gone = _certificate("2026-06-30", withdrawn_on=one, ground="production-ended")
    assert gone.ground == "production-ended"
