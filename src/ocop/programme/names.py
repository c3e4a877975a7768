"""Official names of places, and where old places went in the reform of mid-2025.

The list of units is that of the package vietnam-provinces (extra ``places``): the units of today in
every version of it, those of before mid-2025 in the versions for Python 3.12 and later.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from attrs import evolve

from ocop.errors import InputError, MissingExtraError, Problem
from ocop.programme.place import Place

__all__ = ["moved", "named"]

KINDS = ("Tỉnh ", "Thành phố ")
"""What stands before the name of a province in some versions of the list."""


def moved(place: Place, table: Mapping[str, str] | None = None) -> Place:
    """Return the place after the reform of mid-2025.

    Parameters
    ----------
    place : Place
        A commune of before the reform; a place without commune or district is returned as it is.
    table : mapping of str to str, optional
        Old commune code (five digits) to ``PROVINCE-COMMUNE`` such as ``"86-28789"``. Without it
        the list of the extra ``places`` tells, where its version holds the old units.

    Raises
    ------
    MissingExtraError
        ``missing-extra`` without a table, where the extra or its old units are not there.
    InputError
        ``unknown-place`` where the table or the list does not have the commune;
        ``several-counterparts`` where it went to several communes: all of them are named.

    Examples
    --------
    >>> old = Place(province="83", district="829", commune="28780")
    >>> moved(old, {"28780": "86-28789"})
    Place(province='86', district=None, commune='28789', name=None)
    """
    if place.commune is None or place.district is None:
        return place
    if table is not None:
        if place.commune not in table:
            message = f"the table has no commune {place.commune}"
            raise InputError([Problem("unknown-place", message, path="commune")])
        province, _, commune = table[place.commune].partition("-")
        return Place(province=province, commune=commune)
    wards = _package("Old places").Ward
    if not hasattr(wards, "search_from_legacy"):
        message = "this version of vietnam-provinces holds no places of before mid-2025"
        hint = "pass a table, or use Python 3.12 or later with a newer version"
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)])
    found = [entry.ward for entry in wards.search_from_legacy(code=int(place.commune))]
    if not found:
        message = f"there was no commune {place.commune} before mid-2025"
        raise InputError([Problem("unknown-place", message, path="commune")])
    places = [_place_of(ward) for ward in found]
    if len(places) > 1:
        message = f"{place} went to several communes: {', '.join(map(str, places))}"
        raise InputError([Problem("several-counterparts", message, hint="choose one of them")])
    return places[0]


def _place_of(ward: Any) -> Place:
    province = f"{int(ward.province_code):02}"
    return Place(province=province, commune=f"{int(ward.code):05}", name=ward.name)


def named(place: Place) -> Place:
    """Return the place with its official name.

    Raises
    ------
    MissingExtraError
        ``missing-extra`` without the extra ``places``; for a place with a district also where its
        version holds the units of today alone.
    InputError
        ``unknown-place`` where no such unit exists, or it does not lie where the codes say.

    References
    ----------
    19/2025/QĐ-TTg, codes of administrative units, as the package vietnam-provinces holds them.
    """
    today = _package("Names of places")
    if place.district is None:
        source, codes = today, today
    else:
        source = _package("Names of places of before mid-2025", ".legacy")
        codes = _package("Names of places of before mid-2025", ".legacy.codes")
    try:
        province = source.Province.from_code(codes.ProvinceCode(int(place.province)))
        names = [_short(province.name)]
        inside = {"province": province.code}
        if place.district is not None:
            district = source.District.from_code(codes.DistrictCode(int(place.district)))
            names.insert(0, district.name)
            _check_inside(district, inside, place)
            inside = {"district": district.code}
        if place.commune is not None:
            ward = source.Ward.from_code(codes.WardCode(int(place.commune)))
            names.insert(0, ward.name)
            _check_inside(ward, inside, place)
    except InputError:
        raise
    except ValueError as error:
        when = "since" if place.district is None else "before"
        message = f"there is no unit {place.code} {when} mid-2025"
        raise InputError([Problem("unknown-place", message)]) from error
    return evolve(place, name=", ".join(names))


def _short(name: str) -> str:
    """Return the name of a province without its kind, as older versions of the list give it."""
    for kind in KINDS:
        name = name.removeprefix(kind)
    return name


def _check_inside(unit: Any, inside: Mapping[str, Any], place: Place) -> None:
    for level, code in inside.items():
        if getattr(unit, f"{level}_code") != code:
            message = f"{unit.name} does not lie in the {level} of {place.code}"
            raise InputError([Problem("unknown-place", message)])


def _package(what: str, inside: str = "") -> Any:
    """Return the package, or a module of it; the error names the extra."""
    try:
        return import_module(f"vietnam_provinces{inside}")
    except ImportError as error:
        message = f"{what} need the extra 'places'"
        if inside:
            message = f"{what} need a version of vietnam-provinces for Python 3.12 or later"
        hint = 'pip install "ocop[places]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error
