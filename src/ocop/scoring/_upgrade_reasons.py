"""What stands in the way of a star when every answer is raised as far as it is allowed.

More points in one criterion never lower those of another, so raising all of them at once is the
best that a sheet can do, and what is missed then is missed whatever is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from attrs import frozen

from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring._upgrade_steps import Prices, floors_of
from ocop.scoring.table import ScoreTable

__all__ = ["InTheWay", "in_the_way"]


@frozen(kw_only=True)
class InTheWay:
    """What keeps a sheet from a star in the case that leaves the least in the way.

    `locked` are criteria that would get over their floor or knock-out if they were free, `short`
    those whose options do not. `most` is the highest total, in points.
    """

    locked: tuple[str, ...]
    short: tuple[str, ...]
    most: int


def in_the_way(table: ScoreTable, prices: Prices, star: int, answers: list[int]) -> InTheWay:
    """Raise everything that has a price and return what stays in the way."""
    found = []
    floors = floors_of(table, star)
    for cases in _choices(table, answers):
        best = [_best(table, prices, i, answer, cases) for i, answer in enumerate(answers)]
        free = [_best(table, None, i, answer, cases) for i, answer in enumerate(answers)]
        conditional = table.conditional
        total = sum(p for i, p in enumerate(best) if best[conditional.get(i, i)] > 0)
        locked: set[int] = set()
        short: set[int] = set()
        for i in range(len(best)):
            for cause in _causes(table, floors[i], answers[i], best, i):
                (locked if free[cause] > best[cause] else short).add(cause)
        found.append((len(short), len(locked), -total, sorted(locked), sorted(short)))
    _, _, lost, locked_, short_ = min(found)
    return InTheWay(
        locked=tuple(table.codes[i] for i in locked_),
        short=tuple(table.codes[i] for i in short_),
        most=-lost,
    )


def _choices(table: ScoreTable, answers: list[int]) -> Iterator[dict[int, int]]:
    """Yield for every choice of cases that the answers allow: criterion to number of its case."""
    for choice in product(*(range(1, len(kind.cases) + 1) for kind in table.cases)):
        pairs = list(zip(table.cases, choice, strict=True))
        if all(
            int(case_of[(answers[i] + 1) % 256]) in (0, wanted)
            for kind, wanted in pairs
            for i, case_of in zip(kind.items, kind.case_of, strict=True)
        ):
            yield {i: wanted for kind, wanted in pairs for i in kind.items}


def _best(
    table: ScoreTable, prices: Prices | None, i: int, answer: int, cases: dict[int, int]
) -> int:
    """Return the most points of a criterion before rules; None for prices: all are allowed."""
    points = table.points[i].tolist()
    allowed = {(answer + 1) % 256, *range(2, len(points))}
    if prices is not None:
        allowed -= {n for n, cost in enumerate(prices.costs[i], start=2) if cost is None}
        allowed.add((answer + 1) % 256)
    for kind in table.cases:
        if i in kind.items:
            case_of = kind.case_of[kind.items.index(i)]
            allowed = {n for n in allowed if case_of[n] in (0, cases[i])}
    return max(int(points[n]) for n in allowed)


def _causes(table: ScoreTable, floor: int, answer: int, best: list[int], i: int) -> Iterator[int]:
    """Yield the criteria because of which criterion `i` misses its floor or is knocked out."""
    other = table.conditional.get(i, i)
    counted = best[i] if best[other] > 0 else 0
    watched = i in table.knock_outs and answer != UNANSWERED
    least = max(floor, 1 if watched else 0)
    if counted >= least:
        return
    if best[other] == 0:
        yield other
    if best[i] < least:
        yield i
