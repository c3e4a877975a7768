"""Places: codes, levels, districts that ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import ocop
from ocop.programme.place import DISTRICTS_UNTIL, Place, check_place

COMMUNE = Place(province="83", district="829", commune="28780", name="Xã Sơn Định")


def test_levels_codes_and_texts() -> None:
    """The smallest unit named gives the level; the name stands before the code."""
    assert COMMUNE.level == "commune"
    assert str(COMMUNE) == "Xã Sơn Định (83-829-28780)"
    district = Place(province="83", district="829")
    assert (district.level, str(district)) == ("district", "83-829")
    assert Place(province="83").level == "province"
    assert Place(province="83", district="829", commune="28780") == COMMUNE
    assert sorted([COMMUNE, district, Place(province="14")])[0].province == "14"


def test_within() -> None:
    """A commune lies in its district and province, not in another."""
    assert COMMUNE.within(Place(province="83"))
    assert COMMUNE.within(Place(province="83", district="829"))
    assert not COMMUNE.within(Place(province="83", district="830"))
    assert not Place(province="83").within(COMMUNE)


def test_wrong_codes_are_named_all_at_once() -> None:
    """Letters, missing digits and empty texts are refused."""
    with pytest.raises(ocop.InputError) as caught:
        Place(province="8", district="", commune="ABCDE")
    assert [problem.path for problem in caught.value.problems] == [
        "province",
        "district",
        "commune",
    ]


def test_districts_end_with_june_2025() -> None:
    """On the last day a commune has a district, on the next it has none."""
    after = DISTRICTS_UNTIL + timedelta(days=1)
    assert after == date(2025, 7, 1)
    bare = Place(province="83", commune="28780")
    assert check_place(COMMUNE, DISTRICTS_UNTIL) == ()
    assert [problem.code for problem in check_place(COMMUNE, after)] == ["district-ended"]
    assert check_place(bare, after) == ()
    assert [problem.code for problem in check_place(bare, DISTRICTS_UNTIL)] == ["district-missing"]
    assert check_place(Place(province="83"), DISTRICTS_UNTIL) == ()
