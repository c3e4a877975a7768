"""Published totals: figures of a place where its single recognitions are not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.programme.place import Place
from ocop.programme.recognition import Recognition
from ocop.text import quoted
from ocop.types import Star

__all__ = ["StarCount", "Total"]

NUMBERS = (
    "products",
    "communes",
    "districts",
    "producers",
    "recognised",
    "rounds",
    "linkage_projects",
)
"""The fields of a total that hold a number."""

OVER_TIME = ("recognised", "rounds", "linkage_projects")
"""Those that tell what happened from one day to another."""


@frozen(kw_only=True)
class StarCount:
    """How many products have a star, in a total."""

    star: Star
    count: int


@frozen(kw_only=True)
class Total:
    """A published total, where the single recognitions are not known (số liệu tổng hợp).

    Parameters
    ----------
    where : tuple of str
        Names of the place, the largest unit first, such as ``("Sơn La", "Thuận Châu")``.
    as_of : date
        The last day that the figure covers.
    period : str
        The time in the words of the source, such as ``"about 2022"``.
    source : str
        Who published it.
    place : Place, optional
        The codes of the place, where they are known.
    products : int, optional
        All recognised products; None where they are not told, or as many as `stars` add up to.
    stars : tuple of StarCount
        Those whose star is told; what `products` has more is of unknown star.
    communes, districts, producers : int, optional
        How many of them have products.
    recognised, rounds : int, optional
        How many products were recognised from `since` to `as_of`, and in how many rounds.
    linkage_projects : int, optional
        How many were approved from `since` to `as_of`.
    since : date, optional
        The first day of what happened over a time.

    Raises
    ------
    InputError
        ``out-of-range`` for numbers below 0, ``duplicate-id`` for a star that stands twice,
        ``wrong-total`` where the stars add up to more than the products, ``empty-text`` without
        a name of the place, ``missing-date`` for what happened over a time without `since`,
        ``dates-out-of-order``: all of them at once.

    Examples
    --------
    >>> total = Total(
    ...     where=("Sơn La",), as_of=date(2022, 12, 31), period="about 2022", source="press",
    ...     stars=(StarCount(star=4, count=29), StarCount(star=3, count=56)),
    ... )
    >>> total.size
    85
    """

    where: tuple[str, ...]
    as_of: date
    period: str
    source: str
    place: Place | None = None
    products: int | None = None
    stars: tuple[StarCount, ...] = ()
    communes: int | None = None
    districts: int | None = None
    producers: int | None = None
    recognised: int | None = None
    rounds: int | None = None
    linkage_projects: int | None = None
    since: date | None = None

    def __attrs_post_init__(self) -> None:
        problems = list(_check_total(self))
        if problems:
            raise InputError(problems)

    @property
    def size(self) -> int:
        """How many recognised products it tells of; 0 where it tells of none."""
        told = sum(entry.count for entry in self.stars)
        return told if self.products is None else self.products

    def by_star(self) -> dict[Star | None, int]:
        """Return the products by star; under None those whose star is not told."""
        found: dict[Star | None, int] = {entry.star: entry.count for entry in self.stars}
        rest = self.size - sum(found.values())
        return {**found, None: rest} if rest else found

    def covers(self, other: Total) -> bool:
        """Say whether the place of another total is this one or lies in it."""
        if self.place is not None and other.place is not None:
            return other.place.within(self.place)
        return other.where[: len(self.where)] == self.where


def counted_twice(
    totals: Sequence[Total], recognitions: Sequence[Recognition]
) -> Iterator[Problem]:
    """Yield ``counted-twice`` for totals within totals, and recognitions that a total holds."""
    for n, first in enumerate(totals):
        for second in totals[n + 1 :]:
            if first.covers(second) or second.covers(first):
                message = f"{_said(first)} and {_said(second)} hold the same products"
                yield Problem("counted-twice", message, path="totals", hint="keep one of them")
    placed = [total for total in totals if total.place is not None]
    found = [(r.place, r.recognised_on) for r in recognitions] if placed else []
    for total in placed:
        assert total.place is not None
        held = sum(day <= total.as_of and place.within(total.place) for place, day in found)
        if held:
            message = f"{_said(total)} holds {held} recognitions that are given one by one too"
            hint = "leave out the total, or the recognitions of its place up to its day"
            yield Problem("counted-twice", message, path="totals", hint=hint)


def _said(total: Total) -> str:
    return f"the total of {', '.join(total.where)} ({total.period})"


def _check_total(total: Total) -> Iterator[Problem]:
    """Yield what is wrong with the names, numbers and days of a total."""
    if not total.where or not all(name.strip() for name in total.where):
        message = f"found {total.where}, allowed are names of places, the largest unit first"
        yield Problem("empty-text", message, path="where")
    for path in NUMBERS:
        value = getattr(total, path)
        if value is not None and value < 0:
            message = f"found {value}, allowed are 0 and more"
            yield Problem("out-of-range", message, path=path)
    stars = [entry.star for entry in total.stars]
    for n, entry in enumerate(total.stars):
        if entry.count < 0:
            message = f"found {entry.count}, allowed are 0 and more"
            yield Problem("out-of-range", message, path=f"stars[{n}].count")
        if entry.star in stars[:n]:
            message = f"{quoted(entry.star)} stars stand there twice"
            yield Problem("duplicate-id", message, path=f"stars[{n}].star")
    told = sum(entry.count for entry in total.stars)
    if total.products is not None and told > total.products:
        message = f"the stars add up to {told} products, more than all {total.products}"
        yield Problem("wrong-total", message, path="products")
    over_time = [path for path in OVER_TIME if getattr(total, path) is not None]
    if over_time and total.since is None:
        message = f"{', '.join(over_time)} are those of a time, and its first day was not given"
        yield Problem("missing-date", message, path="since")
    if total.since is not None and total.as_of < total.since:
        message = f"found {total.as_of}, before the beginning on {total.since}"
        yield Problem("dates-out-of-order", message, path="as_of")
