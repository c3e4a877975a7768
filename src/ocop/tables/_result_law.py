"""What the law says about the numbers of one result row, without its answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet, Item
from ocop.scoring.table import ScoreTable, table_of
from ocop.text import quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Reasons", "SetFacts", "set_facts"]

NEVER = 1 << 14
"""So many criteria no set has: what a sum takes that no answers give."""

Ints = NDArray[np.int64]


@frozen(eq=False)
class Reasons:
    """A text of `missing_floors` or `excluded`: what is wrong with it, and the stars it names.

    Without any the lowest star is 9 and the highest 0.
    """

    wrong: str | None
    lowest: int = 9
    highest: int = 0


@frozen(eq=False, kw_only=True)
class SetFacts:
    """A criteria set as results show it.

    `fewest` holds for every choice of cases and every part an array: how many criteria at least
    have points where the part has so many points, `NEVER` where no answers give them.
    """

    source: CriteriaSet
    table: ScoreTable
    fewest: tuple[tuple[Ints, ...], ...]

    def bands(self, total: Ints) -> Ints:
        """Return the star that a total opens."""
        found: Ints = np.searchsorted(np.array(self.table.thresholds), total, side="right") + 1
        return found

    def stars(self, band: Ints, lowest: Ints) -> Ints:
        """Return the star of a band where `lowest` is the lowest star that is kept from it."""
        found: Ints = np.where(lowest <= band, np.maximum(lowest - 1, 2), band)
        return found

    def answered_at_least(self, parts: Sequence[Ints]) -> Ints:
        """Return how many criteria have points at least, `NEVER` where no answers give these."""
        found: Ints = np.full(len(parts[0]), NEVER)
        for tables in self.fewest:
            here = np.zeros(len(parts[0]), dtype=np.int64)
            for points, table in zip(parts, tables, strict=True):
                inside = (points >= 0) & (points < len(table))
                here += np.where(inside, table[np.where(inside, points, 0)], NEVER)
            np.minimum(found, here, out=found)
        return found

    def missed(self, text: str) -> Reasons:
        """Read missed floors, such as ``4.1:3;5.3:3``."""
        place = {code: n for n, code in enumerate(self.table.codes)}
        before, stars = -1, []
        for each in text.split(";") if text else ():
            code, colon, star = each.rpartition(":")
            level = {str(s): n for n, s in enumerate(STARS_WITH_FLOORS)}.get(star)
            if not colon or code not in place or level is None:
                return Reasons(f"found {quoted(each)}, allowed is CODE:STAR of a floor of the set")
            column = self.table.floors[:, place[code]]
            if column[level] == (column[level - 1] if level else 0):
                return Reasons(f"found {quoted(each)}, but {code} asks for nothing at {star} stars")
            if place[code] <= before:
                return Reasons(f"found {quoted(each)}, allowed is each criterion once, as printed")
            before = place[code]
            stars.append(int(star))
        return Reasons(None, min(stars, default=9), max(stars, default=0))

    def excluded(self, text: str) -> Reasons:
        """Read reasons of exclusion: ids of findings, then knock-outs, such as ``zero:6.1``."""
        known = [*self.table.findings]
        known += [f"zero:{self.table.codes[i]}" for i in self.table.knock_outs]
        place = {reason: n for n, reason in enumerate(known)}
        before = -1
        for each in text.split(";") if text else ():
            if each not in place:
                return Reasons(f"found {quoted(each)}, allowed are {', '.join(known) or 'none'}")
            if place[each] <= before:
                return Reasons(f"found {quoted(each)}, allowed is each reason once, as listed")
            before = place[each]
        return Reasons(None)


def set_facts(source: CriteriaSet) -> SetFacts:
    """Return what results of a criteria set can hold."""
    names = [[case.id for case in kind.cases] for kind in source.case_kinds]
    kinds = [kind.id for kind in source.case_kinds]
    fewest = tuple(
        tuple(
            _fewest(source, part.items, dict(zip(kinds, choice, strict=True)))
            for part in source.parts
        )
        for choice in product(*names)
    )
    return SetFacts(source=source, table=table_of(source), fewest=fewest)


def _fewest(source: CriteriaSet, items: Sequence[Item], cases: dict[str, str]) -> Ints:
    """Return how many criteria of a part have points, at least, for every sum of points."""
    others = {rule.item: rule.other for rule in source.rules.needs}
    inside = {item.code for item in items}
    whole = np.zeros(1, dtype=np.int64)
    for item in items:
        if others.get(item.code) in inside:
            continue  # it is taken with the criterion that it needs
        some = _points(item, cases)
        some[0] = NEVER
        for other in items:
            if others.get(other.code) == item.code:
                some = _joined(some, _points(other, cases))
        some[0] = 0
        whole = _joined(whole, some)
    return whole


def _points(item: Item, cases: dict[str, str]) -> Ints:
    """Return how many criteria it takes, none or one, for the points of a criterion."""
    case = cases.get(item.criterion.case_kind or "")
    found = np.full(item.criterion.best + 1, NEVER)
    for option in item.criterion.options:
        if option.case in (None, case):
            found[option.points] = 1
    found[0] = 0
    return found


def _joined(some: Ints, more: Ints) -> Ints:
    """Return the same for the sums of two."""
    found: Ints = np.full(len(some) + len(more) - 1, NEVER)
    for points in np.flatnonzero(more < NEVER).tolist():
        here = found[points : points + len(some)]
        np.minimum(here, some + more[points], out=here)
    return found
