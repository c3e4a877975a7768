"""Deadlines: the boundary days of rounds, first looks, re-assessments and renewals."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.law.process import Process, Round
from ocop.programme.deadlines import (
    filing_days,
    first_look_until,
    reassessment_due,
    renewal_window,
    round_of,
    working_days_after,
)
from ocop.programme.withdrawal import withdrawal_deadline
from ocop.types import Level

NEW = ocop.decision("qd-26-2026")
OLD = [law for law in ocop.decisions() if law.id != NEW.id]
DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))


class OnlyIn:
    """A calendar of which only `in` can be used."""

    def __init__(self, *days: date) -> None:
        self.days = days

    def __contains__(self, day: object) -> bool:
        return day in self.days


def test_weekends_are_no_working_days() -> None:
    """From Friday, the first working day is Monday; Saturday and Sunday count alike."""
    friday = date(2026, 8, 14)
    for start in (friday, friday + timedelta(days=1), friday + timedelta(days=2)):
        assert working_days_after(start, 1) == date(2026, 8, 17)
    assert working_days_after(friday, 5) == date(2026, 8, 21)
    assert working_days_after(friday, 6) == date(2026, 8, 24)
    assert working_days_after(date(2026, 8, 15), 0) == date(2026, 8, 15)


def test_the_commune_looks_for_fifteen_working_days() -> None:
    """Two days of national holiday put the end off by two working days, over the weekend."""
    filed = date(2026, 8, 14)
    assert first_look_until(NEW, filed) == date(2026, 9, 4)
    holidays = OnlyIn(date(2026, 9, 1), date(2026, 9, 2))
    assert first_look_until(NEW, filed, holidays) == date(2026, 9, 8)
    assert first_look_until(NEW, filed, OnlyIn(date(2026, 8, 16))) == date(2026, 9, 4)
    named = {date(2026, 9, 2): "Quốc khánh"}
    assert first_look_until(NEW, filed, named) == date(2026, 9, 7)


@given(DAYS, st.integers(0, 60), st.sets(DAYS, max_size=40))
def test_working_days_are_counted_one_by_one(start: date, count: int, off: set[date]) -> None:
    """Between start and end lie as many working days as asked for, and the end is one."""
    end = working_days_after(start, count, off)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    working = [day for day in days if day.weekday() < 5 and day not in off]
    assert len(working) == count
    assert end == (working[-1] if working else start)


@pytest.mark.parametrize(
    ("start", "count", "message"),
    [
        (date(2026, 8, 14), -1, "found -1, allowed are numbers of working days from 0 on"),
        (
            date(9999, 12, 30),
            2,
            "the calendar ends before 2 working days after 9999-12-30, 1 of them are left",
        ),
    ],
)
def test_counts_that_cannot_be(start: date, count: int, message: str) -> None:
    """A negative count and the end of the calendar are told, not passed on."""
    with pytest.raises(ocop.InputError) as caught:
        working_days_after(start, count)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path, problem.message) == ("out-of-range", "count", message)


@pytest.mark.parametrize(
    ("level", "filed", "last", "decided"),
    [
        ("province", "2027-01-01", "2027-04-29", "2027-06-29"),
        ("province", "2027-04-29", "2027-04-29", "2027-06-29"),
        ("province", "2027-04-30", "2027-10-29", "2027-12-29"),
        ("province", "2027-10-29", "2027-10-29", "2027-12-29"),
        ("province", "2027-10-30", "2028-04-29", "2028-06-29"),
        ("province", "2027-12-31", "2028-04-29", "2028-06-29"),
        ("centre", "2027-01-29", "2027-01-29", "2027-03-29"),
        ("centre", "2027-01-30", "2027-07-29", "2027-09-29"),
        ("centre", "2027-07-29", "2027-07-29", "2027-09-29"),
        ("centre", "2027-07-30", "2028-01-29", "2028-03-29"),
    ],
)
def test_rounds_at_their_boundary_days(level: Level, filed: str, last: str, decided: str) -> None:
    """Filed on the day before is in time; the day itself is in the next round."""
    found = round_of(NEW, date.fromisoformat(filed), level)
    assert found is not None
    assert (found.level, str(found.filed_until), str(found.decided_until)) == (level, last, decided)


@given(DAYS, st.sampled_from(["province", "centre"]))
def test_every_day_has_just_one_round(filed: date, level: Level) -> None:
    """Rounds follow each other without a gap, and a dossier is decided after it was filed."""
    found = round_of(NEW, filed, level)
    assert found is not None
    assert found.filed_from <= filed <= found.filed_until < found.decided_until
    year = found.filed_until.year
    every = [r for y in (year - 1, year, year + 1) for r in filing_days(NEW, level, y)]
    assert [r for r in every if r.filed_from <= filed <= r.filed_until] == [found]
    for one, following in pairwise(every):
        assert following.filed_from == one.filed_until + timedelta(days=1)


def test_filing_days_stand_in_the_order_of_the_year() -> None:
    """The data names the centre's July round first; January comes first in the year."""
    months = [dates.filed_until.month for dates in filing_days(NEW, "centre", 2027)]
    assert months == [1, 7]


def test_levels_and_years_that_are_none() -> None:
    """A misspelt level and a year before the programme are refused together."""
    with pytest.raises(ocop.InputError) as caught:
        filing_days(NEW, "provice", 2017)  # type: ignore[arg-type]  # wrong on purpose
    first, second = caught.value.problems
    assert (first.code, first.path) == ("unknown-level", "level")
    assert first.message == "found 'provice', allowed are commune, district, province, centre"
    assert (second.code, second.path) == ("out-of-range", "year")
    assert second.message == "found 2017, allowed are 2018 to 9998"


def test_communes_hold_no_rounds() -> None:
    """Rounds are those of the province and the centre."""
    assert filing_days(NEW, "commune", 2027) == ()
    assert round_of(NEW, date(2027, 1, 4), "commune") is None


@pytest.mark.parametrize("law", OLD, ids=lambda law: law.id)
def test_terms_of_earlier_decisions_are_not_held(law: ocop.Decision) -> None:
    """Our sources hold terms for 26/2026 alone: nothing is made up for the others."""
    day = date(2024, 3, 1)
    assert first_look_until(law, day) is None
    assert round_of(law, day, "province") is None
    assert filing_days(law, "centre", 2024) == ()
    assert reassessment_due(law, day) is None
    assert renewal_window(law, day) is None


def test_a_round_across_the_new_year_and_one_on_a_leap_day() -> None:
    """Terms of one's own: decided in the next year; before 29 February is all of February."""
    rounds = (
        Round(level="province", filed_before="11-30", decided_before="01-31"),
        Round(level="centre", filed_before="02-29", decided_before="04-30"),
    )
    law = attrs.evolve(NEW, process=Process(rounds=rounds))
    (across,) = filing_days(law, "province", 2027)
    days = (across.filed_from, across.filed_until, across.decided_until)
    assert [str(day) for day in days] == ["2026-11-30", "2027-11-29", "2028-01-30"]
    assert [str(filing_days(law, "centre", y)[0].filed_until) for y in (2027, 2028)] == [
        "2027-02-28",
        "2028-02-28",
    ]


def test_reassessment_and_renewal_count_days_of_the_calendar() -> None:
    """45 days after filing; 180 to 120 days before the expiry, over a leap day too."""
    assert reassessment_due(NEW, date(2028, 2, 1)) == date(2028, 3, 17)
    assert reassessment_due(NEW, date(2027, 2, 1)) == date(2027, 3, 18)
    window = renewal_window(NEW, date(2029, 6, 30))
    assert window == (date(2029, 1, 1), date(2029, 3, 2))


@given(DAYS)
def test_a_dossier_filed_in_the_window_is_decided_before_the_expiry(expires: date) -> None:
    """Even on the last day of the window 75 days are left after the decision is due."""
    window = renewal_window(NEW, expires)
    assert window is not None
    first, last = window
    assert (last - first).days == 60
    due = reassessment_due(NEW, last)
    assert due is not None
    assert (expires - due).days == 75


def test_days_that_the_calendar_does_not_hold() -> None:
    """Terms that would end after the last day of the calendar, or begin before the first."""
    told = []
    for call in (
        lambda: reassessment_due(NEW, date.max),
        lambda: renewal_window(NEW, date.min),
        lambda: withdrawal_deadline(NEW, date.max),
    ):
        with pytest.raises(ocop.InputError) as caught:
            call()
        told += [str(problem) for problem in caught.value.problems]
    assert told == [
        "filed_on: found 9999-12-31, the calendar does not hold the day +45 days from it "
        "[out-of-range]",
        "expires_on: found 0001-01-01, the calendar does not hold the day -180 days from it "
        "[out-of-range]",
        "found_on: found 9999-12-31, the calendar does not hold the day +15 days from it "
        "[out-of-range]",
    ]
