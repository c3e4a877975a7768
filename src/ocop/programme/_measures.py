"""What a target counts: single items of a portfolio, and those that its totals tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Literal

from attrs import frozen

from ocop.law.catalogue import decisions
from ocop.programme._columns import key_of
from ocop.programme.place import Place
from ocop.programme.portfolio import Portfolio
from ocop.programme.recognition import Recognition
from ocop.programme.targets import Target
from ocop.programme.totals import Total
from ocop.types import Star


@cache
def recognised_stars() -> frozenset[Star]:
    """Return the stars that any decision recognises; what a total holds has one of them."""
    bands = (band for law in decisions() for band in law.bands)
    return frozenset(band.star for band in bands if band.recognised_by is not None)


@frozen(kw_only=True)
class Item:
    """Something that counts once for its key; `sure` is False where it may not count at all."""

    place: Place | None
    key: object
    count: int = 1
    sure: bool = True


def found_in(target: Target, portfolio: Portfolio, day: date) -> Iterator[Item]:
    """Yield what a portfolio holds of a target's measure on a day."""

    def since_start(happened: date) -> bool:
        return (target.from_on is None or target.from_on <= happened) and happened <= day

    def kept(kind: str) -> bool:
        return not target.kinds or kind in target.kinds

    if target.measure == "points-of-sale":
        points = (p for p in portfolio.points_of_sale if p.open(day) and kept(p.kind))
        yield from (Item(place=p.place, key=p.id) for p in points)
    elif target.measure == "tourism-models":
        models = (m for m in portfolio.tourism_models if m.open(day) and kept(m.kind))
        yield from (Item(place=m.place, key=m.id) for m in models)
    elif target.measure == "linkage-projects":
        projects = (p for p in portfolio.linkage_projects if since_start(p.begins_on))
        yield from (Item(place=p.place, key=p.id) for p in projects)
    elif target.measure == "activities":
        held = (a for a in portfolio.activities if since_start(a.from_on) and kept(a.kind))
        yield from (Item(place=a.place, key=a.id) for a in held)
    elif target.measure == "supports":
        first = 0 if target.from_on is None else target.from_on.year
        given = (s for s in portfolio.supports if first <= s.year <= day.year)
        yield from (Item(place=s.place, key=n) for n, s in enumerate(given))
    else:
        if target.measure == "recognitions":
            new = portfolio.recognitions
            records = tuple(r for r in new if since_start(r.recognised_on))
        else:
            records = portfolio.current(day)
        for n, record in enumerate(records):
            if target.stars and record.star not in target.stars:
                continue
            if target.groups and record.group not in target.groups:
                continue
            yield _of_recognition(target, n, record)


def _of_recognition(target: Target, number: int, record: Recognition) -> Item:
    place = record.place
    if target.measure == "communes-with-products":
        return Item(place=place, key=key_of(place))
    if target.measure == "districts-with-products":
        return Item(place=place, key=key_of(place)[:2], sure=place.district is not None)
    if target.measure == "producers":
        return Item(place=place, key=record.producer, sure=record.producer is not None)
    return Item(place=place, key=number)


def told_by(target: Target, portfolio: Portfolio, day: date) -> Iterator[Item]:
    """Yield what the totals of a portfolio tell of a target's measure on a day.

    Where single records may name the same communes, producers or projects again, the number of
    the total is not sure.
    """
    latest = portfolio.latest_totals(day)
    every_star = not target.stars or set(target.stars) >= recognised_stars()
    if target.measure == "products":
        for total in latest:
            for star, count in total.by_star().items():
                if star is None or not target.stars or star in target.stars:
                    sure = not target.groups and (star is not None or every_star)
                    yield Item(place=total.place, key=(total.where, star), count=count, sure=sure)
    elif target.measure in ("recognitions", "linkage-projects"):
        projects = target.measure == "linkage-projects"
        alone = not (projects and portfolio.linkage_projects)
        field: Literal["linkage_projects", "recognised"]
        field = "linkage_projects" if projects else "recognised"
        for total in _apart(portfolio, field, day):
            assert total.since is not None
            if target.from_on is not None and total.as_of < target.from_on:
                continue
            in_time = target.from_on is None or target.from_on <= total.since
            sure = in_time and alone and every_star and not target.groups
            count = getattr(total, field)
            yield Item(place=total.place, key=(total.where, total.as_of), count=count, sure=sure)
    elif target.measure in FIELDS:
        sure = every_star and not target.groups and not portfolio.current(day)
        for total in latest:
            count = getattr(total, FIELDS[target.measure])
            if count is not None:
                yield Item(place=total.place, key=total.where, count=count, sure=sure)


FIELDS = {
    "communes-with-products": "communes",
    "districts-with-products": "districts",
    "producers": "producers",
}
"""The field of a total that tells a measure."""


def _apart(portfolio: Portfolio, field: str, day: date) -> Iterator[Total]:
    """Yield the totals that tell a number over a time, no two of one place over the same days."""
    begins: dict[tuple[str, ...], date] = {}
    for total in sorted(portfolio.totals, key=lambda total: total.as_of, reverse=True):
        if getattr(total, field) is None or total.as_of > day or total.since is None:
            continue
        if total.as_of < begins.get(total.where, date.max):
            begins[total.where] = total.since
            yield total
