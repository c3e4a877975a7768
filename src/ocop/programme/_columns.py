"""What recognitions are counted by: columns, and places as keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Literal, get_args

from ocop.errors import InputError, Problem
from ocop.law.catalogue import product_groups
from ocop.programme.code import ProductCode
from ocop.programme.place import Place
from ocop.programme.producer import Producer
from ocop.programme.recognition import Recognition
from ocop.programme.totals import Total
from ocop.text import closest, quoted

Column = Literal[
    "star",
    "group",
    "sector",
    "province",
    "district",
    "commune",
    "producer",
    "producer_type",
    "year",
    "level",
    "decision",
    "status",
]
"""What recognitions are counted by; ``year`` is that of the recognition."""

Key = tuple[str, str | None, str | None]
"""A place as a key of a dict: province, district and commune, None where they do not matter."""


def key_of(place: Place | ProductCode, like: Place | None = None) -> Key:
    """Return the key of a place; with `like` only the units that this other place names."""
    shape = like or place
    return (
        place.province,
        None if shape.district is None else place.district,
        None if shape.commune is None else place.commune,
    )


def shapes(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return one of the places for each choice of units that they name."""
    found = {(p.district is None, p.commune is None): p for p in places}
    return tuple(found.values())


def checked(by: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns, or raise what is wrong with their names."""
    known: dict[str, Column] = {column: column for column in get_args(Column)}
    problems = []
    for name, times in Counter(by).items():
        if name not in known:
            near = closest(name, known)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"found {quoted(name)}, allowed are {', '.join(known)}"
            problems.append(Problem("unknown-column", message, path="by", hint=hint))
        elif times > 1:
            message = f"the column {quoted(name)} stands {times} times"
            problems.append(Problem("duplicate-column", message, path="by"))
    if problems:
        raise InputError(problems)
    return tuple(known[name] for name in by)


def values_of(
    columns: Sequence[Column],
    records: Sequence[Recognition],
    producers: Sequence[Producer],
    on: date | None,
) -> list[list[Any]]:
    """Return the values of some columns, a list a column."""
    types = {producer.id: producer.type for producer in producers}
    sectors = {group.slug: group.sector.slug for group in product_groups()}
    read: dict[Column, Callable[[Recognition], Any]] = {
        "sector": lambda r: sectors.get(r.group),
        "province": lambda r: r.code.province,
        "district": lambda r: _unit(r.code, "district"),
        "commune": lambda r: _unit(r.code, "commune"),
        "producer_type": lambda r: r.producer_type or types.get(r.producer or ""),
        "year": lambda r: r.certificate.recognised_on.year,
        "status": lambda r: None if on is None else r.certificate.status(on),
    }
    return [
        list(map(read[c], records)) if c in read else [getattr(r, c) for r in records]
        for c in columns
    ]


def _unit(place: Place | ProductCode, column: Column) -> str | None:
    """Return the code of the unit that a column names, with those above it."""
    if column == "province":
        return place.province
    district = place.district and f"{place.province}-{place.district}"
    if column == "district":
        return district
    return place.commune and f"{district or place.province}-{place.commune}"


def told(total: Total, star: int | None, column: Column) -> str | int | None:
    """Return what a total tells of a column."""
    if column == "star":
        return star
    if total.place is not None and column in ("province", "district", "commune"):
        return _unit(total.place, column)
    return None


def none_last(key: Sequence[Any]) -> list[tuple[bool, Any]]:
    """Return what sorts a tuple of values that may be None."""
    return [(value is None, 0 if value is None else value) for value in key]
