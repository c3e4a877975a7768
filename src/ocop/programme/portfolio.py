"""The portfolio: which products are recognised, counted by star, place, producer and more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

from attrs import frozen

from ocop._frames import columns_frame
from ocop._renamed import renamed_attribute
from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.programme._columns import (
    Column,
    checked,
    key_of,
    none_last,
    shapes,
    told,
    values_of,
)
from ocop.programme.activities import (
    Activity,
    LinkageProject,
    PointOfSale,
    Support,
    TourismModel,
)
from ocop.programme.place import Place
from ocop.programme.producer import Producer
from ocop.programme.recognition import Recognition
from ocop.programme.totals import Total, counted_twice

__all__ = ["Column", "Concentration", "Counts", "Portfolio"]

Counts = dict[tuple[str | int | None, ...], int]
"""How many recognitions have these values, one value a column; None where it is not known."""


@frozen(kw_only=True)
class Concentration:
    """How far products lie in few hands (mức độ tập trung).

    Parameters
    ----------
    by : str
        The column.
    holders : tuple of (value, count)
        The largest first; equal ones by value.
    unknown : int
        How many products have no known holder; they are left out of the shares.

    References
    ----------
    A. O. Hirschman, "The Paternity of an Index", American Economic Review 54 (1964) 761, on the
    index of Herfindahl and Hirschman.
    """

    by: Column
    holders: tuple[tuple[str | int, int], ...]
    unknown: int = 0

    __repr__ = short_repr

    def share(self, largest: int = 1) -> Fraction | None:
        """Return the share of the so many largest holders together; None without products."""
        total = sum(count for _, count in self.holders)
        held = sum(count for _, count in self.holders[: max(largest, 0)])
        return Fraction(held, total) if total else None

    @property
    def index(self) -> Fraction | None:
        """The Herfindahl-Hirschman index: the sum of the squared shares, over 0 to 1."""
        total = sum(count for _, count in self.holders)
        squares = sum(count * count for _, count in self.holders)
        return Fraction(squares, total * total) if total else None


@frozen(kw_only=True, repr=False)
class Portfolio:
    """The recognised products of a place and what goes with them (danh mục sản phẩm OCOP).

    Parameters
    ----------
    recognitions : tuple of Recognition
        All of them, also those that have expired or were replaced.
    producers : tuple of Producer
        They tell the type of a producer that a recognition names by its id.
    totals : tuple of Total
        Published totals. They count only where a call says ``totals=True``.
    points_of_sale, tourism_models, linkage_projects, supports, activities : tuples of records
        What targets count besides products.

    Examples
    --------
    >>> from ocop.programme.certificate import Certificate
    >>> from ocop.programme.code import parse_code
    >>> tea = Recognition(
    ...     code=parse_code("00-00001-1-2026"), name="Chè Giả Định", group="tea", star=4,
    ...     level="province", decision="qd-26-2026",
    ...     certificate=Certificate(recognised_on=date(2026, 6, 30)),
    ... )
    >>> portfolio = Portfolio(recognitions=(tea,))
    >>> portfolio.counts("star", "group")
    {(4, 'tea'): 1}
    >>> portfolio.counts("star", on=date(2030, 1, 1))
    {}
    """

    recognitions: tuple[Recognition, ...] = ()
    producers: tuple[Producer, ...] = ()
    totals: tuple[Total, ...] = ()
    points_of_sale: tuple[PointOfSale, ...] = ()
    tourism_models: tuple[TourismModel, ...] = ()
    linkage_projects: tuple[LinkageProject, ...] = ()
    supports: tuple[Support, ...] = ()
    activities: tuple[Activity, ...] = ()

    def __repr__(self) -> str:
        return f"<Portfolio of {len(self.recognitions)} recognitions, {len(self.totals)} totals>"

    def current(self, on: date) -> tuple[Recognition, ...]:
        """Return the recognitions whose certificate is valid on a day, in the order given."""
        return tuple(r for r in self.recognitions if r.certificate.valid(on))

    def counts(self, *by: Column, on: date | None = None, totals: bool = False) -> Counts:
        """Count recognitions by any columns; the counts always add up to all that are counted.

        Parameters
        ----------
        *by : str
            Any of `Column`, none for one count of all. Places are given by their codes, such as
            ``00-001`` for a district; None where a code has no district.
        on : date, optional
            Count those that are valid on the day. Without a day every recognition counts; with
            ``status`` among the columns every one counts too, under its status on the day.
        totals : bool, default False
            Add the published totals of `latest_totals`. What a total does not tell is None.

        Returns
        -------
        dict
            Tuple of values to count, in rising order of the values, None last.

        Raises
        ------
        InputError
            ``unknown-column``, ``duplicate-column``; ``missing-date`` for ``status`` without a
            day; with totals also as `latest_totals`.
        """
        columns = checked(by)
        if "status" in columns and on is None:
            message = "a status is that of a day, and no day was given"
            raise InputError([Problem("missing-date", message, path="on", hint="name it in on")])
        every = on is None or "status" in columns
        counted = self.recognitions if every or on is None else self.current(on)
        found: Counter[tuple[str | int | None, ...]] = Counter()
        if columns:
            found.update(zip(*values_of(columns, counted, self.producers, on), strict=True))
        else:
            found[()] = len(counted)
        for total in self.latest_totals(on) if totals else ():
            for star, count in total.by_star().items():
                found[tuple(told(total, star, column) for column in columns)] += count
        return {key: found[key] for key in sorted(found, key=none_last)}

    def latest_totals(self, on: date | None = None) -> tuple[Total, ...]:
        """Return the latest total of each place, as far as it is known on a day.

        A total tells nothing of single certificates: some may have expired since `Total.as_of`.

        Raises
        ------
        InputError
            ``counted-twice`` where the place of one of them lies in that of another, or where a
            recognition of its place and time is in the portfolio too. That a total without
            codes of its place holds such a recognition cannot be seen.
        """
        latest: dict[tuple[str, ...], Total] = {}
        for total in sorted(self.totals, key=lambda total: total.as_of):
            if on is None or total.as_of <= on:
                latest[total.where] = total
        found = tuple(latest[where] for where in sorted(latest))
        problems = list(counted_twice(found, self.recognitions))
        if problems:
            raise InputError(problems)
        return found

    def expiring(self, on: date, within_days: int) -> tuple[Recognition, ...]:
        """Return what is valid on a day and expires in so many days, the soonest first.

        The last of these days is included. What runs on past its expiry comes before all others.

        Raises
        ------
        InputError
            ``out-of-range`` for days below 0.
        """
        if within_days < 0:
            message = f"found {within_days}, allowed are 0 days and more"
            raise InputError([Problem("out-of-range", message, path="within_days")])
        try:
            last = on + timedelta(days=within_days)
        except OverflowError:  # the calendar ends before
            last = date.max
        dated = ((r.certificate.expires_on, r) for r in self.current(on))
        soon = [(day, r.code, n, r) for n, (day, r) in enumerate(dated) if day <= last]
        return tuple(entry[3] for entry in sorted(soon))

    def places_without(self, places: Iterable[Place], on: date) -> tuple[Place, ...]:
        """Return those of the places that have no valid product on a day, in the order given.

        A place of before mid-2025 and the one that it went into are two places: see `moved`.
        """
        asked = tuple(dict.fromkeys(places))
        ways = shapes(asked)
        held = {key_of(r.code, way) for r in self.current(on) for way in ways}
        return tuple(place for place in asked if key_of(place) not in held)

    def concentration(self, by: Column = "producer", on: date | None = None) -> Concentration:
        """Return how far products lie in few hands: by producer, commune or any other column.

        Parameters
        ----------
        by : str, default "producer"
        on : date, optional
            As in `counts`.

        Raises
        ------
        InputError
            As `counts`.
        """
        counts = self.counts(by, on=on)
        known = [(key[0], count) for key, count in counts.items() if key[0] is not None]
        known.sort(key=lambda entry: -entry[1])
        return Concentration(by=by, holders=tuple(known), unknown=counts.get((None,), 0))

    def to_frame(self, like: Any, on: date | None = None) -> Any:
        """Return the columns of `columns` as a data frame.

        Parameters
        ----------
        like : {"pandas", "polars", "pyarrow", "duckdb"} or a frame
            The kind of frame.
        on : date, optional
            As in `columns`.

        Raises
        ------
        InputError
            ``wrong-value``.
        MissingExtraError
            ``missing-extra`` where the library of the frame is not installed.
        """
        return columns_frame(self.columns(on), like)

    def columns(self, on: date | None = None) -> dict[str, list[Any]]:
        """Return the recognitions by column, one value each, for a frame; dates as texts.

        With a day the column ``status`` tells the status on it; it is left out without.
        """
        records = self.recognitions
        columns = tuple(c for c in checked(get_args(Column)) if c != "status" or on is not None)
        return {
            "code": [str(r.code) for r in records],
            "name": [r.name for r in records],
            "recognised_on": [r.recognised_on.isoformat() for r in records],
            "expires_on": [r.certificate.expires_on.isoformat() for r in records],
            **dict(zip(columns, values_of(columns, records, self.producers, on), strict=True)),
        }

    if not TYPE_CHECKING:
        to_columns = renamed_attribute("columns", "0.3")
