"""Official names of places, and moves over the reform of mid-2025."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

import ocop
from ocop.programme.names import moved, named
from ocop.programme.place import Place

OLD = Place(province="83", district="829", commune="28780")


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the old units as versions of the list for Python 3.12 and later hold them."""

    def unit(name: str, code: int, **inside: int) -> SimpleNamespace:
        return SimpleNamespace(name=name, code=code, **inside)

    def source(*units: SimpleNamespace) -> SimpleNamespace:
        known = {found.code: found for found in units}
        return SimpleNamespace(from_code=lambda code: known[code])

    def codes(*known: int) -> Callable[[int], int]:
        def code_of(number: int) -> int:
            if number not in known:
                raise ValueError(number)
            return number

        return code_of

    legacy = SimpleNamespace(
        Province=source(unit("Tỉnh Bến Tre", 83)),
        District=source(
            unit("Thành phố Bến Tre", 829, province_code=83),
            unit("Huyện Châu Thành", 831, province_code=83),
        ),
        Ward=source(unit("Phường 7", 28780, district_code=829)),
    )
    numbers = SimpleNamespace(
        ProvinceCode=codes(83), DistrictCode=codes(829, 831), WardCode=codes(28780)
    )
    monkeypatch.setitem(sys.modules, "vietnam_provinces.legacy", legacy)
    monkeypatch.setitem(sys.modules, "vietnam_provinces.legacy.codes", numbers)


def test_names_of_today_come_from_the_official_list() -> None:
    """A commune of today gets its name; codes that do not exist or do not fit are refused."""
    assert named(Place(province="15")).name == "Lào Cai"
    assert named(Place(province="01")).name == "Hà Nội"
    commune = named(Place(province="51", commune="23425"))
    assert commune.name == "Xã Tu Mơ Rông, Quảng Ngãi"
    with pytest.raises(ocop.InputError, match=r"no unit 00-99999 since mid-2025 \[unknown-place\]"):
        named(Place(province="00", commune="99999"))
    with pytest.raises(ocop.InputError, match="Xã Tu Mơ Rông does not lie in the province of 15-"):
        named(Place(province="15", commune="23425"))


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names need a package that is not always there; so do moves without a table."""
    monkeypatch.setitem(sys.modules, "vietnam_provinces", None)
    with pytest.raises(ocop.MissingExtraError, match=r'pip install "ocop\[places\]"'):
        named(Place(province="15"))
    with pytest.raises(ocop.MissingExtraError, match="Old places need the extra"):
        moved(OLD)


def test_moving_goes_by_a_table() -> None:
    """An old commune becomes a new one; what has no district stays; what is missing is told."""
    table = {"28780": "86-28789"}
    assert moved(OLD, table) == Place(province="86", commune="28789")
    new = Place(province="86", commune="28789")
    assert moved(new, {}) is new
    assert moved(Place(province="83"), {}) == Place(province="83")
    with pytest.raises(ocop.InputError, match="the table has no commune 28780"):
        moved(OLD, {})


def test_old_places_have_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commune, district and province of 2022; codes that do not fit are refused."""
    stand_in(monkeypatch)
    assert named(OLD).name == "Phường 7, Thành phố Bến Tre, Bến Tre"
    assert named(Place(province="83", district="829")).name == "Thành phố Bến Tre, Bến Tre"
    with pytest.raises(ocop.InputError, match="does not lie in the district of 83-831-28780"):
        named(Place(province="83", district="831", commune="28780"))
    with pytest.raises(ocop.InputError, match="no unit 83-829-99999 before mid-2025"):
        named(Place(province="83", district="829", commune="99999"))


def test_a_list_without_old_units_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions for Python 3.11 know the units of today alone."""
    monkeypatch.setitem(sys.modules, "vietnam_provinces.legacy", None)
    with pytest.raises(ocop.MissingExtraError, match="a version of vietnam-provinces for Python"):
        named(OLD)
    package = SimpleNamespace(Ward=SimpleNamespace())
    monkeypatch.setitem(sys.modules, "vietnam_provinces", package)
    with pytest.raises(ocop.MissingExtraError, match="holds no places of before mid-2025"):
        moved(OLD)


def test_successors_as_a_list_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One successor is returned with its name, several are an error that names them all."""
    wards = [
        SimpleNamespace(name="Xã A", code=28789, province_code=86),
        SimpleNamespace(name="Xã B", code=901, province_code=4),
    ]
    told = {28780: wards[:1], 28781: wards, 28782: []}

    def search(code: int) -> list[SimpleNamespace]:
        return [SimpleNamespace(ward=ward) for ward in told[code]]

    package = SimpleNamespace(Ward=SimpleNamespace(search_from_legacy=search))
    monkeypatch.setitem(sys.modules, "vietnam_provinces", package)
    assert moved(OLD) == Place(province="86", commune="28789")
    assert moved(OLD).name == "Xã A"
    with pytest.raises(ocop.InputError) as caught:
        moved(Place(province="83", district="829", commune="28781"))
    assert str(caught.value) == (
        "83-829-28781 went to several communes: Xã A (86-28789), Xã B (04-00901); choose one of "
        "them [several-counterparts]"
    )
    with pytest.raises(ocop.InputError, match="unknown-place"):
        moved(Place(province="83", district="829", commune="28782"))
