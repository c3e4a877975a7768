"""Progress: how far a portfolio has come towards a target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from attrs import frozen

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.programme._columns import Key, key_of, shapes
from ocop.programme._measures import Item, found_in, told_by
from ocop.programme.place import Place
from ocop.programme.portfolio import Portfolio
from ocop.programme.targets import Target
from ocop.text import quoted

__all__ = ["TargetProgress", "target_progress"]

ALL: Key = ("", None, None)
"""The key under which everything counts for a target that is one number."""


@frozen(kw_only=True)
class TargetProgress:
    """How far a target is reached on a day (tiến độ thực hiện chỉ tiêu).

    Parameters
    ----------
    target : str
        Its id.
    on : date
        The day of the state: the day asked for, or the last of the plan where that is earlier.
    reached : int
        How many there are, less the baseline; for a target per unit, how many units keep it.
    wanted : int or None
        The least number; for a target per unit, how many units there are. None without one.
    gap : int
        How many are lacking.
    over : int
        How many there are above `at_most`; 0 for a target per unit.
    met : bool
        Within the bounds; for a target per unit, in every unit.
    lacking : tuple of Place
        The units that do not keep the bounds, in the order given.
    undecided : int
        How many more there may be of which the data does not tell whether they count, for want
        of a place, a day, a star or a group. They are not in `reached`.
    """

    target: str
    on: date
    reached: int
    wanted: int | None
    gap: int
    over: int
    met: bool
    lacking: tuple[Place, ...] = ()
    undecided: int = 0

    __repr__ = short_repr


def target_progress(
    target: Target,
    portfolio: Portfolio,
    on: date,
    places: Sequence[Place] = (),
    *,
    totals: bool = False,
) -> TargetProgress:
    """Return how far a portfolio has reached a target on a day.

    Parameters
    ----------
    target : Target
    portfolio : Portfolio
    on : date
        After the last day of the plan the state of that last day stands.
    places : sequence of Place
        For a target per unit all units that it means; those outside its place are left out.
    totals : bool, default False
        Add the published totals, as far as they tell what the target asks.

    Raises
    ------
    InputError
        ``missing-places`` for a target per unit without units, ``wrong-level`` for units of
        another level; with totals also as `Portfolio.latest_totals`.

    Examples
    --------
    >>> target = Target(
    ...     id="shops", label="a point of sale in each district", measure="points-of-sale",
    ...     per="district", at_least=1,
    ... )
    >>> districts = [Place(province="00", district="001"), Place(province="00", district="002")]
    >>> state = target_progress(target, Portfolio(), date(2025, 6, 30), districts)
    >>> state.gap, [place.code for place in state.lacking]
    (2, ['00-001', '00-002'])
    """
    day = on if target.until is None else min(on, target.until)
    found = list(found_in(target, portfolio, day))
    if totals:
        found += told_by(target, portfolio, day)
    units = () if target.per == "all" else _units(target, places)
    ways = shapes(units)
    held: dict[Key, dict[object, int]] = defaultdict(dict)
    undecided = 0
    for item in found:
        inside = _inside(item, target.place, ways)
        if inside is None:
            undecided += item.count
        elif inside and item.place is not None and ways:
            for way in ways:
                held[key_of(item.place, way)][item.key] = item.count
        elif inside:
            held[ALL][item.key] = item.count
    if target.per == "all":
        reached = sum(held[ALL].values()) - target.baseline
        gap, over = _off(target, reached)
        return TargetProgress(
            target=target.id,
            on=day,
            reached=reached,
            wanted=target.at_least,
            gap=gap,
            over=over,
            met=gap == over == 0,
            undecided=undecided,
        )
    lacking = tuple(u for u in units if _off(target, sum(held[key_of(u)].values())) != (0, 0))
    return TargetProgress(
        target=target.id,
        on=day,
        reached=len(units) - len(lacking),
        wanted=len(units),
        gap=len(lacking),
        over=0,
        met=not lacking,
        lacking=lacking,
        undecided=undecided,
    )


def _units(target: Target, places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the units that a target per unit means, each once."""
    for n, place in enumerate(places):
        if place.level != target.per:
            message = f"found the {place.level} {place}, allowed is the level {quoted(target.per)}"
            raise InputError([Problem("wrong-level", message, path=f"places[{n}]")])
    inside = (p for p in places if target.place is None or p.within(target.place))
    units = tuple(dict.fromkeys(inside))
    if not units:
        message = f"the target {quoted(target.id)} is one per {target.per}, and no {target.per} "
        message += "of its place was given"
        hint = "name all of them in places"
        raise InputError([Problem("missing-places", message, path="places", hint=hint)])
    return units


def _inside(item: Item, place: Place | None, ways: Sequence[Place]) -> bool | None:
    """Say whether an item counts in a place and by units; None where that cannot be told."""
    if place is not None and item.place is not None and not item.place.within(place):
        mine, theirs = key_of(item.place), key_of(place)
        apart = any(
            None not in pair and pair[0] != pair[1] for pair in zip(mine, theirs, strict=True)
        )
        return False if apart else None
    if item.place is None and (place is not None or ways):
        return None
    coarse = any(item.place is None or _coarser(item.place, way) for way in ways)
    return None if coarse or not item.sure else True


def _coarser(place: Place, unit: Place) -> bool:
    """Say whether a place lacks a code that tells units of this form apart."""
    return any(
        b is not None and a is None for a, b in zip(key_of(place), key_of(unit), strict=True)
    )


def _off(target: Target, count: int) -> tuple[int, int]:
    """Return how many are lacking to the lower bound, and how many are above the upper one."""
    low = 0 if target.at_least is None else max(0, target.at_least - count)
    return low, 0 if target.at_most is None else max(0, count - target.at_most)
