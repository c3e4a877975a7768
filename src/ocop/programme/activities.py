"""What a programme does around its products: linkage projects, support, points of sale, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.programme.place import Place
from ocop.text import quoted

__all__ = [
    "Activity",
    "ActivityKind",
    "LinkageProject",
    "PointKind",
    "PointOfSale",
    "Support",
    "TourismKind",
    "TourismModel",
]

ActivityKind = Literal["communication", "training", "fair", "promotion", "other"]
"""Kind of an activity: telling people of the programme, a course, a fair, other promotion."""

PointKind = Literal["shop", "supermarket", "market", "hotel", "tourist-site", "online", "other"]
"""Kind of a point of sale: where it stands."""

TourismKind = Literal["community", "site"]
"""Kind of a tourism model: run by a community, or a tourist site."""


@frozen(kw_only=True)
class LinkageProject:
    """A production linkage project (dự án liên kết sản xuất), from raw material to product.

    Parameters
    ----------
    id, name : str
    approved_on : date, optional
        Where only years are known, leave it out and give `from_year`.
    from_year, until_year : int, optional
        The first and the last year in which it runs.
    place : Place, optional
    materials : tuple of str
        The raw materials or products, such as ``("tea",)``.
    partners : tuple of str
        Ids of the producers, or names of others that take part.

    Raises
    ------
    InputError
        ``missing-date`` with neither a day of approval nor a first year; ``dates-out-of-order``
        where the years run backwards; ``out-of-range`` for a year not of four digits.

    Examples
    --------
    >>> tea = LinkageProject(id="tea", name="Shan Tuyết tea", from_year=2022, until_year=2025)
    >>> print(tea.begins_on)
    2022-01-01
    """

    id: str
    name: str
    approved_on: date | None = None
    from_year: int | None = None
    until_year: int | None = None
    place: Place | None = None
    materials: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [
            Problem("out-of-range", f"found {year}, allowed are years of four digits", path=path)
            for path in ("from_year", "until_year")
            if (year := getattr(self, path)) is not None and not 1000 <= year <= 9999
        ]
        first = self.from_year
        if first is None and self.approved_on is not None:
            first = self.approved_on.year
        if first is None:
            message = f"the project {quoted(self.id)} has neither a day of approval nor a year"
            hint = "name one in approved_on or from_year"
            problems.append(Problem("missing-date", message, path="approved_on", hint=hint))
        elif self.until_year is not None and self.until_year < first:
            message = f"found {self.until_year}, before the project begins in {first}"
            problems.append(Problem("dates-out-of-order", message, path="until_year"))
        if problems:
            raise InputError(problems)

    @property
    def begins_on(self) -> date:
        """The day of approval; where only years are known, the first day of the first year."""
        if self.approved_on is not None:
            return self.approved_on
        assert self.from_year is not None
        return date(self.from_year, 1, 1)


@frozen(kw_only=True)
class Support:
    """Support for products or producers (hỗ trợ): who funds what, and how much.

    Parameters
    ----------
    funder, what : str
        Such as a programme's name, and ``"packaging"``.
    year : int
        The year of the budget.
    amount : int, optional
        In whole đồng; None where it is not known.
    place : Place, optional
    producer : str, optional
        Id of the producer that it goes to.

    Raises
    ------
    InputError
        ``out-of-range`` for an amount below 0.
    """

    funder: str
    what: str
    year: int
    amount: int | None = None
    place: Place | None = None
    producer: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.amount is not None and self.amount < 0:
            message = f"found {self.amount}, allowed are 0 đồng and more"
            raise InputError([Problem("out-of-range", message, path="amount")])


@frozen(kw_only=True)
class PointOfSale:
    """A point of sale of OCOP products (điểm giới thiệu và bán sản phẩm OCOP).

    Parameters
    ----------
    id, name : str
    kind : str
        One of `PointKind`.
    place : Place, optional
    opened_on : date, optional
        The first day; None where it is not known, which reads as open from the beginning.
    closed_on : date, optional
        The first day on which it is closed.
    stalls : int, default 1
        How many stalls stand there. Targets count points, not stalls.

    Raises
    ------
    InputError
        ``dates-out-of-order`` where it closed before it opened, ``out-of-range`` without a stall.

    Examples
    --------
    >>> shop = PointOfSale(id="s1", name="OCOP shop", kind="shop", closed_on=date(2024, 3, 1))
    >>> shop.open(date(2024, 2, 29)), shop.open(date(2024, 3, 1))
    (True, False)
    """

    id: str
    name: str
    kind: PointKind
    place: Place | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    stalls: int = 1

    def __attrs_post_init__(self) -> None:
        problems = list(_out_of_order(self.opened_on, self.closed_on, "closed_on"))
        if self.stalls < 1:
            message = f"found {self.stalls}, allowed are 1 stall and more"
            problems.append(Problem("out-of-range", message, path="stalls"))
        if problems:
            raise InputError(problems)

    def open(self, on: date) -> bool:
        """Say whether it is open on the day `on`."""
        return _stands(self.opened_on, self.closed_on, on)


@frozen(kw_only=True)
class TourismModel:
    """A tourism model that a programme builds (mô hình du lịch): a community's, or a site.

    It counts from the day it opens, whether or not it is recognised as a product yet. Days are
    those of `PointOfSale`.

    Raises
    ------
    InputError
        ``dates-out-of-order`` where it closed before it opened.
    """

    id: str
    name: str
    kind: TourismKind
    place: Place | None = None
    opened_on: date | None = None
    closed_on: date | None = None

    def __attrs_post_init__(self) -> None:
        problems = list(_out_of_order(self.opened_on, self.closed_on, "closed_on"))
        if problems:
            raise InputError(problems)

    def open(self, on: date) -> bool:
        """Say whether it is open on the day `on`."""
        return _stands(self.opened_on, self.closed_on, on)


@frozen(kw_only=True)
class Activity:
    """An activity of the programme (hoạt động): a course, a fair or other promotion.

    Parameters
    ----------
    id, name : str
    kind : str
        One of `ActivityKind`.
    from_on : date
        Its first day; the activity counts from then on.
    until : date, optional
        Its last day; None for one day.
    place : Place, optional
    participants : tuple of str
        Ids of the producers that take part.

    Raises
    ------
    InputError
        ``dates-out-of-order`` where it ends before it begins, ``duplicate-id`` for a producer
        that takes part twice.
    """

    id: str
    name: str
    kind: ActivityKind
    from_on: date
    until: date | None = None
    place: Place | None = None
    participants: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = list(_out_of_order(self.from_on, self.until, "until"))
        for producer, times in Counter(self.participants).items():
            if times == 1:
                continue
            message = f"the producer {quoted(producer)} stands there {times} times"
            problems.append(Problem("duplicate-id", message, path="participants"))
        if problems:
            raise InputError(problems)


def _stands(opened_on: date | None, closed_on: date | None, on: date) -> bool:
    return (opened_on is None or opened_on <= on) and (closed_on is None or on < closed_on)


def _out_of_order(first: date | None, last: date | None, path: str) -> Iterator[Problem]:
    if first is not None and last is not None and last < first:
        message = f"found {last}, before the beginning on {first}"
        yield Problem("dates-out-of-order", message, path=path)
