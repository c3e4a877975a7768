"""Places: codes, levels, districts that ended, names and moves."""

from __future__ import annotations

import builtins
from datetime import date, timedelta
from typing import Any

import pytest

import ocop
from ocop.programme.place import DISTRICTS_UNTIL, Place, check_place, moved, named

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
    assert [*check_place(COMMUNE, DISTRICTS_UNTIL)] == []
    assert [problem.code for problem in check_place(COMMUNE, after)] == ["district-ended"]
    assert [*check_place(bare, after)] == []
    assert [problem.code for problem in check_place(bare, DISTRICTS_UNTIL)] == ["district-missing"]
    assert [*check_place(Place(province="83"), DISTRICTS_UNTIL)] == []


def test_names_come_from_the_official_list() -> None:
    """A commune of today gets its name; codes that do not exist or do not fit are refused."""
    assert named(Place(province="15")).name == "Lào Cai"
    commune = named(Place(province="51", commune="23425"))
    assert commune.name == "Xã Tu Mơ Rông, Quảng Ngãi"
    with pytest.raises(ocop.InputError, match=r"no unit 00-99999 since mid-2025 \[unknown-place\]"):
        named(Place(province="00", commune="99999"))
    with pytest.raises(ocop.InputError, match="does not lie in Lào Cai"):
        named(Place(province="15", commune="23425"))
    with pytest.raises(ocop.InputError, match="district-ended"):
        named(COMMUNE)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names need a package that is not always there."""
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "vietnam_provinces":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ocop.MissingExtraError, match=r'pip install "ocop\[places\]"'):
        named(Place(province="15"))


def test_moving_goes_by_a_table() -> None:
    """An old commune becomes a new one; what has no district stays; what is missing is told."""
    table = {"28780": "86-28781"}
    assert moved(COMMUNE, table) == Place(province="86", commune="28781")
    new = Place(province="86", commune="28781")
    assert moved(new, {}) is new
    assert moved(Place(province="83"), {}) == Place(province="83")
    with pytest.raises(ocop.InputError, match="the table has no commune 28780"):
        moved(COMMUNE, {})
