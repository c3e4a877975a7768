"""Targets of a plan: what is wanted, of what, where and by which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.programme.activities import ActivityKind, PointKind, TourismKind
from ocop.programme.place import Place
from ocop.programme.product import check_group
from ocop.text import quoted
from ocop.types import Star

__all__ = ["Measure", "Per", "Target"]

Measure = Literal[
    "products",
    "recognitions",
    "communes-with-products",
    "districts-with-products",
    "producers",
    "points-of-sale",
    "tourism-models",
    "linkage-projects",
    "supports",
    "activities",
]
"""What a target counts.

Valid on the day: products, the communes, districts and producers that have such products, open
points of sale and tourism models. From the first day of the plan on: recognitions given (renewals
too), linkage projects, supports and activities.
"""

OF_PRODUCTS: tuple[Measure, ...] = (
    "products",
    "recognitions",
    "communes-with-products",
    "districts-with-products",
    "producers",
)
"""The measures that stars and product groups narrow."""

KINDS: dict[Measure, tuple[str, ...]] = {
    "points-of-sale": get_args(PointKind),
    "tourism-models": get_args(TourismKind),
    "activities": get_args(ActivityKind),
}
"""The measures that kinds narrow, and the kinds that they have."""

Per = Literal["all", "province", "district", "commune"]
"""Whether a target is one number, or one for each unit of a level."""


@frozen(kw_only=True)
class Target:
    """A target of a plan (chỉ tiêu): at least or at most so many of something.

    Parameters
    ----------
    id : str
    label : str
        The target in words.
    measure : str
        One of `Measure`: what is counted.
    at_least, at_most : int, optional
        The bounds, both included; one of them at least. A plan that is glad of more than its
        upper number leaves `at_most` out.
    stars : tuple of int, optional
        Products, and places and producers with products, of these stars alone.
    groups : tuple of str, optional
        Slugs of product groups; likewise.
    kinds : tuple of str, optional
        Kinds of points of sale, tourism models or activities.
    per : {"all", "province", "district", "commune"}, default "all"
        The bounds hold for each such unit.
    place : Place, optional
        What lies outside does not count.
    baseline : int, default 0
        How many there were before, for targets of so many more.
    from_on, until : date, optional
        The first and the last day of the plan. What happens over a time, such as approvals and
        activities, counts from the first day on.

    Raises
    ------
    InputError
        ``missing-bound`` without a number; ``out-of-range`` for numbers below 0 and for
        `at_most` below `at_least`; ``dates-out-of-order``; ``unknown-group``; ``wrong-value``
        for stars, groups or kinds that the measure does not have, and for a baseline of a target
        per unit: all of them at once.

    Examples
    --------
    >>> target = Target(
    ...     id="five-stars", label="2 to 3 more at 5 stars", measure="products",
    ...     stars=(5,), at_least=2, at_most=3, until=date(2025, 12, 31),
    ... )
    >>> target.at_least, target.per
    (2, 'all')
    """

    id: str
    label: str
    measure: Measure
    at_least: int | None = None
    at_most: int | None = None
    stars: tuple[Star, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    per: Per = "all"
    place: Place | None = None
    baseline: int = 0
    from_on: date | None = None
    until: date | None = None

    def __attrs_post_init__(self) -> None:
        problems = list(_check(self))
        if problems:
            raise InputError(problems)


def _check(target: Target) -> Iterator[Problem]:
    """Yield what is wrong with the bounds, days and filters of a target."""
    low, high = target.at_least, target.at_most
    if low is None and high is None:
        message = f"the target {quoted(target.id)} has no number"
        hint = "give at_least, at_most or both"
        yield Problem("missing-bound", message, path="at_least", hint=hint)
    for path in ("at_least", "at_most", "baseline"):
        value = getattr(target, path)
        if value is not None and value < 0:
            message = f"found {value}, allowed are 0 and more"
            yield Problem("out-of-range", message, path=path)
    if low is not None and high is not None and high < low:
        message = f"found {high}, allowed are {low} (at_least) and more"
        yield Problem("out-of-range", message, path="at_most")
    if target.from_on is not None and target.until is not None and target.until < target.from_on:
        message = f"found {target.until}, before the beginning on {target.from_on}"
        yield Problem("dates-out-of-order", message, path="until")
    if target.baseline and target.per != "all":
        message = f"found {target.baseline} for a target per {target.per}, allowed is 0"
        yield Problem("wrong-value", message, path="baseline")
    if target.measure not in OF_PRODUCTS:
        for path in ("stars", "groups"):
            if getattr(target, path):
                message = f"{target.measure} have no {path}, allowed is none"
                yield Problem("wrong-value", message, path=path)
    problems = (check_group(group, path="groups") for group in target.groups)
    yield from (problem for problem in problems if problem is not None)
    allowed = KINDS.get(target.measure, ())
    for kind in target.kinds:
        if kind not in allowed:
            message = f"found {quoted(kind)}, allowed for {target.measure} are "
            message += ", ".join(allowed) or "none"
            yield Problem("wrong-value", message, path="kinds")
