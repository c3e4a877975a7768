"""Recognitions: levels, next steps, upgrades, renewals and withdrawals."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.errors import InputError, UnknownDecisionError
from ocop.programme.certificate import grace_of
from ocop.programme.code import parse_code
from ocop.programme.recognition import Recognition, recognise, recogniser, renew, upgrade
from ocop.programme.results import NextStep, next_step
from ocop.programme.withdrawal import check_ground, withdrawal_authority, withdrawal_deadline

LAW = ocop.decision("qd-26-2026")
DISTRICT_LAW = ocop.decision("qd-148-2023")
NEW_CODE, OLD_CODE = parse_code("83-28780-3-2026"), parse_code("83-829-28780-3-2022")


def _recognise(on: str = "2026-06-30", **values: Any) -> Recognition:
    given_values = {"code": NEW_CODE, "name": "Trà", "group": "tea", "star": 3, **values}
    return recognise(on=date.fromisoformat(on), **given_values)


@pytest.mark.parametrize(
    ("law", "levels"),
    [
        ("qd-1048-2019", [None, None, "province", "province", "centre"]),
        ("qd-781-2020", [None, None, "province", "province", "centre"]),
        ("qd-148-2023", [None, None, "district", "province", "centre"]),
        ("qd-1489-2025", [None, None, "province", "province", "centre"]),
        ("qd-26-2026", [None, None, "province", "province", "centre"]),
    ],
)
def test_who_recognises_each_star(law: str, levels: list[str | None]) -> None:
    """The district recognised three stars under 148/QĐ-TTg alone; nobody below three."""
    assert [recogniser(ocop.decision(law), star) for star in range(1, 6)] == levels
    assert recogniser(ocop.decision(law), 6) is None


@pytest.mark.parametrize(
    ("on", "code", "level", "law"),
    [
        ("2022-12-23", OLD_CODE, "province", "qd-781-2020"),
        ("2023-02-23", OLD_CODE, "province", "qd-781-2020"),
        ("2023-02-24", OLD_CODE, "district", "qd-148-2023"),
        ("2025-06-30", OLD_CODE, "district", "qd-148-2023"),
        ("2025-07-06", NEW_CODE, "province", "qd-1489-2025"),
        ("2026-05-21", NEW_CODE, "province", "qd-1489-2025"),
        ("2026-05-22", NEW_CODE, "province", "qd-26-2026"),
    ],
)
def test_a_recognition_follows_the_decision_of_its_day(
    on: str, code: Any, level: str, law: str
) -> None:
    """Level and decision change on the day on which a decision comes into force."""
    found = _recognise(on, code=code)
    assert (found.level, found.decision, found.certificate.months) == (level, law, 36)
    assert found.recognised_on == date.fromisoformat(on)
    assert found.place.commune == "28780"


def test_a_dossier_filed_before_the_decision_goes_on_under_the_one_before() -> None:
    """Filed on 2026-05-21 a first dossier has until 2026-07-21, a re-assessment until 06-21."""
    filed = date(2026, 5, 21)
    days = ("2026-06-21", "2026-06-22", "2026-07-21", "2026-07-22")
    first = [_recognise(day, filed_on=filed).decision for day in days]
    again = [_recognise(day, filed_on=filed, kind="re-assessment").decision for day in days]
    assert first == ["qd-1489-2025"] * 3 + ["qd-26-2026"]
    assert again == ["qd-1489-2025"] + ["qd-26-2026"] * 3


def test_all_problems_of_a_recognition_come_at_once() -> None:
    """A star nobody recognises, an unknown group and a district after they ended."""
    with pytest.raises(InputError) as caught:
        _recognise(star=2, group="teas", code=OLD_CODE, producer_type="association")
    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("star-not-recognised", "star"),
        ("unknown-group", "group"),
        ("district-ended", "district"),
        ("producer-not-admitted", "type"),
    ]
    assert (
        caught.value.problems[0].message == "found 2, qd-26-2026 lets recognise the stars 3, 4, 5"
    )


def test_no_recognition_before_the_first_decision() -> None:
    """Before 2019-08-21 the data holds no decision."""
    with pytest.raises(UnknownDecisionError, match="no-decision-in-force"):
        _recognise("2019-08-20", code=OLD_CODE)


@pytest.mark.parametrize(
    ("law", "points", "at", "stars", "level"),
    [
        (LAW, 90, "province", (5,), "centre"),
        (LAW, Fraction(8995, 100), "province", (4,), "province"),
        (LAW, 70, "province", (4,), "province"),
        (LAW, Fraction(6999, 100), "province", (3,), "province"),
        (LAW, 50, "province", (3,), "province"),
        (LAW, Fraction(4999, 100), "province", (), None),
        (LAW, 0, "province", (), None),
        (LAW, 100, "centre", (5,), "centre"),
        (LAW, 90, "centre", (5,), "centre"),
        (LAW, Fraction(8999, 100), "centre", (3, 4), "province"),
        (LAW, 40, "centre", (3, 4), "province"),
        (DISTRICT_LAW, 60, "district", (3,), "district"),
        (DISTRICT_LAW, 70, "district", (4,), "province"),
        (DISTRICT_LAW, 95, "district", (5,), "province"),
        (DISTRICT_LAW, 95, "province", (5,), "centre"),
        (DISTRICT_LAW, 60, "province", (3,), "district"),
        (DISTRICT_LAW, 40, "province", (), None),
        (DISTRICT_LAW, 40, "district", (), None),
        (DISTRICT_LAW, 89, "centre", (4,), "province"),
    ],
)
def test_what_follows_from_a_result(
    law: ocop.Decision, points: Fraction | int, at: Any, stars: Any, level: Any
) -> None:
    """90 points go on to the centre, less there falls back to the province; nothing is rounded."""
    assert next_step(law, points, at) == NextStep(stars=stars, level=level)


@given(st.fractions(0, 100), st.sampled_from(["province", "centre"]))
def test_a_next_step_names_a_level_where_a_star_is_possible(points: Fraction, at: Any) -> None:
    """Stars and level come together, five stars if and only if the points are 90 or more."""
    step = next_step(LAW, points, at)
    assert (step.stars == ()) == (step.level is None)
    assert (step.stars == (5,)) == (points >= 90) == (step.level == "centre")


def test_points_and_levels_out_of_bounds() -> None:
    """More than 100 points, and a level that recognises nothing, are both named."""
    with pytest.raises(InputError) as caught:
        next_step(LAW, Fraction(201, 2), "district")
    assert [str(p) for p in caught.value.problems] == [
        "points: found 201/2, allowed are 0 to 100 points [out-of-range]",
        "at: found 'district', under qd-26-2026 stars are recognised by province, centre"
        " [wrong-level]",
    ]


def test_an_upgrade_replaces_the_old_certificate_on_its_day() -> None:
    """The day of the new recognition is the new one's: one certificate is valid on every day."""
    three = _recognise(producer="p-1", producer_type="co-operative")
    day = date(2027, 3, 1)
    old, new = upgrade(three, 4, on=day)
    assert (old.certificate.valid_until, new.recognised_on) == (date(2027, 2, 28), day)
    assert old.certificate.status(day) == "replaced"
    assert evolve(old, certificate=three.certificate) == three
    assert (new.star, new.level, new.code, new.name) == (4, "province", three.code, three.name)
    assert (new.producer, new.producer_type) == ("p-1", "co-operative")
    assert new.certificate.expires_on == date(2030, 3, 1)
    assert upgrade(new, 5, on=date(2028, 3, 1))[1].level == "centre"


def test_an_upgrade_across_the_end_of_districts_takes_a_new_code() -> None:
    """The old code names a district, so the new certificate needs a code without one."""
    old = _recognise("2024-07-01", code=OLD_CODE)
    with pytest.raises(InputError, match="district-ended"):
        upgrade(old, 4, on=date(2026, 7, 1))
    assert upgrade(old, 4, on=date(2026, 7, 1), code=NEW_CODE)[1].code == NEW_CODE


def test_what_is_no_upgrade() -> None:
    """The same star on an expired certificate: both are said."""
    with pytest.raises(InputError) as caught:
        upgrade(_recognise(star=4), 4, on=date(2029, 7, 1))
    assert [str(p) for p in caught.value.problems] == [
        "on: the certificate of 83-28780-3-2026 is expired on 2029-07-01 [certificate-not-valid]",
        "star: found 4, allowed are more than the 4 stars of the old certificate [not-an-upgrade]",
    ]


def test_a_renewal_keeps_the_product_recognised_without_a_gap() -> None:
    """Filed in the window and decided before the expiry; fewer stars may come of it."""
    four = _recognise(star=4)
    old, new = renew(four, 3, on=date(2029, 3, 20), filed_on=date(2029, 2, 10))
    assert (old.certificate.renewal_filed_on, old.certificate.renewal_decided_on) == (
        date(2029, 2, 10),
        date(2029, 3, 20),
    )
    assert old.certificate.valid_until == new.recognised_on - timedelta(days=1)
    assert (new.star, new.certificate.renewal_filed_on) == (3, None)


def test_an_extended_certificate_is_renewed_until_its_grace_ends() -> None:
    """180 days past the expiry the last day is reached; without grace the expiry is the last."""
    old = _recognise("2023-08-15", code=OLD_CODE)
    days = grace_of(old.certificate, LAW)
    longer = evolve(old, certificate=evolve(old.certificate, grace=days))
    filed, last = date(2026, 6, 1), date(2027, 2, 11)
    assert renew(longer, 3, on=last, filed_on=filed, code=NEW_CODE)[1].recognised_on == last
    for late, day in ((longer, last + timedelta(days=1)), (old, date(2026, 8, 16))):
        with pytest.raises(InputError, match=f"is expired on {day}"):
            renew(late, 3, on=day, filed_on=filed, code=NEW_CODE)


def test_a_renewal_decided_before_it_was_filed_is_none() -> None:
    """The dates of the old certificate must stay in order."""
    with pytest.raises(InputError, match="dates-out-of-order"):
        renew(_recognise(), 3, on=date(2029, 2, 1), filed_on=date(2029, 2, 2))


def test_who_withdraws_and_by_when() -> None:
    """The province withdraws 3 and 4 stars, the centre 5, within 15 days of the finding."""
    levels = [withdrawal_authority(LAW, star) for star in range(1, 6)]
    assert levels == [None, None, "province", "province", "centre"]
    assert withdrawal_deadline(LAW, date(2026, 12, 20)) == date(2027, 1, 4)


def test_where_the_data_holds_no_withdrawal_the_answer_is_none() -> None:
    """Of earlier decisions our sources hold neither authority, deadline nor grounds."""
    assert withdrawal_authority(DISTRICT_LAW, 3) is None
    assert withdrawal_deadline(DISTRICT_LAW, date(2024, 1, 1)) is None
    assert check_ground(DISTRICT_LAW, "anything") is None


def test_grounds_are_those_of_the_decision() -> None:
    """A known ground is fine, a misspelt one is named with its neighbour."""
    assert check_ground(LAW, "misuse-of-mark") is None
    problem = check_ground(LAW, "misuse-of-marks")
    assert problem is not None
    assert problem.code == "unknown-ground"
    assert problem.hint == "did you mean 'misuse-of-mark'?"
    assert "production-ended" in problem.message
