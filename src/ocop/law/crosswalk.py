"""Crosswalks: which are there, read when asked for, and the way from one decision to another."""

from __future__ import annotations

from functools import cache

from ocop._resources import resource
from ocop.errors import InputError, Problem
from ocop.law._crosswalk_file import read_crosswalk
from ocop.law.catalogue import decision
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk

__all__ = ["crosswalk", "route", "successors"]


def crosswalk(before: str | Decision, after: str | Decision) -> Crosswalk:
    """Return the shipped crosswalk from one decision to the next.

    Amendments that share the criteria of another decision share its crosswalks too.

    Parameters
    ----------
    before, after : str or Decision
        The older and the newer decision.

    Raises
    ------
    UnknownDecisionError
        ``unknown-decision``.
    InputError
        ``no-crosswalk`` where the data holds none between the two.

    Examples
    --------
    >>> import ocop
    >>> ocop.crosswalk("qd-1048-2019", "qd-148-2023").groups_after("household-handicrafts")
    ('handicrafts',)
    """
    pair = _home(before), _home(after)
    if pair not in _shipped_pairs():
        raise _no_crosswalk(*pair)
    return _shipped(*pair)


def route(before: str | Decision, after: str | Decision) -> tuple[Crosswalk, ...]:
    """Return the crosswalks that lead from one decision to another, the oldest first.

    Empty where both share their criteria.

    Raises
    ------
    UnknownDecisionError
        ``unknown-decision``.
    InputError
        ``no-crosswalk`` where the data holds no way: crosswalks lead forward in time.
    """
    start, goal = _home(before), _home(after)
    ways: dict[str, tuple[tuple[str, str], ...]] = {start: ()}
    todo = [start]
    for here in todo:
        for pair in _shipped_pairs():
            if pair[0] == here and pair[1] not in ways:
                ways[pair[1]] = (*ways[here], pair)
                todo.append(pair[1])
    if goal not in ways:
        raise _no_crosswalk(start, goal)
    return tuple(_shipped(*pair) for pair in ways[goal])


def successors(before: Decision, after: Decision) -> dict[str, tuple[str, ...]]:
    """Return where the products of every older group went, as far as crosswalks say.

    Without crosswalks a group stays where its slug does.
    """
    there = {declared.group for declared in after.declared}
    try:
        walks = route(before, after)
    except InputError:
        walks = ()
    found = {}
    for declared in before.declared:
        slugs = [declared.group]
        for walk in walks:
            slugs = [name for slug in slugs for name in walk.groups_after(slug)]
        found[declared.group] = tuple(slug for slug in dict.fromkeys(slugs) if slug in there)
    return found


def _home(law: str | Decision) -> str:
    """Return the id of the decision that holds the criteria."""
    found = decision(law) if isinstance(law, str) else law
    return found.base or found.id


@cache
def _shipped_pairs() -> tuple[tuple[str, str], ...]:
    names = (f.name for f in (resource("criteria_sets") / "crosswalks").iterdir())
    stems = (name.removesuffix(".yaml").split("--") for name in names if name.endswith(".yaml"))
    return tuple(sorted((before, after) for before, after in stems))


@cache
def _shipped(before: str, after: str) -> Crosswalk:
    name = f"crosswalks/{before}--{after}.yaml"
    file = read_crosswalk(resource("criteria_sets") / name, f"criteria_sets/{name}", decision)
    return file.crosswalk()


def _no_crosswalk(before: str, after: str) -> InputError:
    pairs = ", ".join(f"{a} to {b}" for a, b in _shipped_pairs())
    message = f"there is no crosswalk from {before} to {after}; there are {pairs}"
    return InputError([Problem("no-crosswalk", message)])
