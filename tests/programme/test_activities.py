"""Linkage projects, support, points of sale, tourism models and activities."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import ocop
from ocop.programme.activities import (
    Activity,
    LinkageProject,
    PointOfSale,
    Support,
    TourismModel,
)
from ocop.programme.place import Place
from ocop.programme.records import dump_record, load_record


def problems_of(record: type[Any], **fields: Any) -> list[tuple[str, str | None]]:
    """Return code and path of what is wrong with a record."""
    with pytest.raises(ocop.InputError) as caught:
        record(**fields)
    return [(problem.code, problem.path) for problem in caught.value.problems]


def test_a_project_begins_with_its_approval_or_its_first_year() -> None:
    """The day of approval goes before the year; a year alone means its first day."""
    project = LinkageProject(id="a", name="Chè", from_year=2022, until_year=2025)
    assert project.begins_on == date(2022, 1, 1)
    approved = LinkageProject(id="b", name="Chè", approved_on=date(2022, 5, 4), from_year=2023)
    assert approved.begins_on == date(2022, 5, 4)


def test_a_project_without_day_and_year_is_refused() -> None:
    """The message names the project and what to do."""
    with pytest.raises(ocop.InputError) as caught:
        LinkageProject(id="hong", name="Hồng không hạt")
    assert str(caught.value) == (
        "approved_on: the project 'hong' has neither a day of approval nor a year; "
        "name one in approved_on or from_year [missing-date]"
    )


def test_years_of_a_project() -> None:
    """The last year is not before the first, also where that is the year of approval."""
    wrong = [("dates-out-of-order", "until_year")]
    assert problems_of(LinkageProject, id="a", name="a", from_year=2025, until_year=2024) == wrong
    day = date(2025, 1, 1)
    assert problems_of(LinkageProject, id="a", name="a", approved_on=day, until_year=2024) == wrong
    assert LinkageProject(id="a", name="a", from_year=2025, until_year=2025).until_year == 2025
    assert problems_of(LinkageProject, id="a", name="a", from_year=22) == [
        ("out-of-range", "from_year")
    ]


def test_support_is_a_whole_number_of_dong_or_unknown() -> None:
    """0 is an amount, below 0 is none."""
    fields: dict[str, Any] = {"funder": "Nông thôn mới", "what": "bao bì", "year": 2021}
    assert Support(**fields).amount is None
    assert Support(**fields, amount=0).amount == 0
    assert problems_of(Support, **fields, amount=-1) == [("out-of-range", "amount")]


@pytest.mark.parametrize("kind", ["point", "model"])
def test_open_from_the_first_day_until_the_day_it_closes(kind: str) -> None:
    """Open on the first day, closed on the day of closing, open again never."""
    days: dict[str, Any] = {"opened_on": date(2024, 1, 10), "closed_on": date(2024, 3, 1)}
    place: PointOfSale | TourismModel = PointOfSale(id="p", name="p", kind="shop", **days)
    if kind == "model":
        place = TourismModel(id="p", name="p", kind="community", **days)
    asked = [date(2024, 1, 9), date(2024, 1, 10), date(2024, 2, 29), date(2024, 3, 1)]
    assert [place.open(on) for on in asked] == [False, True, True, False]


def test_unknown_days_of_a_point_of_sale_read_as_open() -> None:
    """Without days it is open on every day."""
    assert PointOfSale(id="p", name="p", kind="hotel", stalls=9).open(date(2018, 1, 1))


def test_wrong_points_of_sale() -> None:
    """Both mistakes are told at once."""
    assert problems_of(
        PointOfSale,
        id="p",
        name="p",
        kind="shop",
        opened_on=date(2024, 2, 1),
        closed_on=date(2024, 1, 31),
        stalls=0,
    ) == [("dates-out-of-order", "closed_on"), ("out-of-range", "stalls")]
    fields = {"opened_on": date(2024, 2, 1), "closed_on": date(2024, 1, 31)}
    assert problems_of(TourismModel, id="m", name="m", kind="site", **fields) == [
        ("dates-out-of-order", "closed_on")
    ]


def test_wrong_activities() -> None:
    """It ends on its first day at the earliest, and each producer takes part once."""
    day = date(2024, 5, 5)
    fields: dict[str, Any] = {"id": "f", "name": "Hội chợ", "kind": "fair", "from_on": day}
    assert Activity(**fields, until=day).until == day
    assert problems_of(
        Activity, **fields, until=date(2024, 5, 4), participants=("a", "b", "a")
    ) == [("dates-out-of-order", "until"), ("duplicate-id", "participants")]


@pytest.mark.parametrize(
    "record",
    [
        LinkageProject(id="a", name="Chè", from_year=2022, materials=("chè",), partners=("x",)),
        Support(funder="Tỉnh", what="tem", year=2023, amount=5_000_000),
        PointOfSale(id="p", name="p", kind="online", place=Place(province="00", district="001")),
        TourismModel(id="m", name="m", kind="site", opened_on=date(2024, 1, 1)),
        Activity(id="f", name="f", kind="training", from_on=date(2024, 1, 1), participants=("x",)),
    ],
    ids=lambda record: type(record).__name__,
)
def test_records_come_back_from_plain_dicts(record: Any) -> None:
    """Every record can be written and read again."""
    assert load_record(type(record), dump_record(record)) == record
