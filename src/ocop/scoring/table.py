"""Compile a criteria set into small integer tables, once per content.

An answer is coded as 0 = unanswered, 1 = none met, k + 1 = option k. That is the stored answer
plus one in 8-bit arithmetic, since unanswered is stored as 255.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.text import quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["CaseTable", "ScoreTable", "table_of"]


@frozen(eq=False)
class CaseTable:
    """The criteria of one case kind: which case each coded answer belongs to, 0 for none."""

    kind: str
    cases: tuple[str, ...]
    items: tuple[int, ...]
    case_of: tuple[NDArray[np.uint8], ...]


@frozen(eq=False)
class ScoreTable:
    """A criteria set as integers; criteria are numbered in printed order.

    `points` holds one array per criterion, indexed by the coded answer. `floors` holds, for the
    stars 3, 4 and 5, the least points of every criterion. `needs` are pairs (criterion, other).
    `part_limits` holds the most points of each part.
    """

    codes: tuple[str, ...]
    sizes: NDArray[np.uint8]
    points: tuple[NDArray[np.int64], ...]
    floors: NDArray[np.int64]
    part_codes: tuple[str, ...]
    part_of: tuple[int, ...]
    thresholds: tuple[int, ...]
    needs: tuple[tuple[int, int], ...]
    knock_outs: tuple[int, ...]
    findings: tuple[str, ...]
    cases: tuple[CaseTable, ...]
    part_limits: tuple[int, ...]

    @property
    def limit(self) -> int:
        """The most points of all parts together."""
        return sum(self.part_limits)

    @property
    def conditional(self) -> dict[int, int]:
        """The criteria that count only where another scores above 0."""
        return dict(self.needs)


@frozen(eq=False)
class _ByDigest:
    """A criteria set as a cache key: equal content is the same key, whatever the object."""

    value: CriteriaSet = field()

    def __hash__(self) -> int:
        return hash(self.value.digest)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _ByDigest) and self.value.digest == other.value.digest


def table_of(criteria_set: CriteriaSet) -> ScoreTable:
    """Return the compiled table of a criteria set; compiled at most once per content."""
    return _compile(_ByDigest(criteria_set))


@lru_cache(maxsize=256)
def _compile(key: _ByDigest) -> ScoreTable:
    source = key.value
    items = source.items
    _check_rules(source)
    index = {item.code: i for i, item in enumerate(items)}
    points = tuple(
        _frozen([0, 0, *(option.points for option in item.criterion.options)]) for item in items
    )
    floors = np.array(
        [
            [item.criterion.floor(star, source.criterion_mark) for item in items]
            for star in STARS_WITH_FLOORS
        ],
        dtype=np.int64,
    )
    floors.setflags(write=False)
    bands = {band.star: band.at_least for band in source.bands}
    parts = [(n, len(part.items)) for n, part in enumerate(source.parts)]
    knock_outs = [
        index[item.code]
        for rule in source.rules.knock_outs
        for item in source.section_items(rule.section)
    ]
    sizes = np.array([len(item.criterion.options) for item in items], dtype=np.uint8)
    sizes.setflags(write=False)
    return ScoreTable(
        codes=source.codes,
        sizes=sizes,
        points=points,
        floors=floors,
        part_codes=tuple(part.code for part in source.parts),
        part_of=tuple(n for n, count in parts for _ in range(count)),
        thresholds=tuple(bands[star] for star in (2, 3, 4, 5)),
        needs=tuple((index[rule.item], index[rule.other]) for rule in source.rules.needs),
        knock_outs=tuple(sorted(set(knock_outs))),
        findings=tuple(exclusion.finding.id for exclusion in source.exclusions),
        cases=tuple(_case_table(source, kind.id) for kind in source.case_kinds),
        part_limits=tuple(sum(i.criterion.best for i in part.items) for part in source.parts),
    )


def _check_rules(source: CriteriaSet) -> None:
    """Refuse rules that depend on each other; the checks of law files do the same."""
    conditional = [rule.item for rule in source.rules.needs]
    problems = [
        Problem("rules-chain", f"{quoted(rule.other)} depends on another criterion itself")
        for rule in source.rules.needs
        if rule.other in conditional
    ]
    problems += [
        Problem("duplicate-id", f"{quoted(code)} depends on more than one criterion")
        for code in sorted(set(conditional))
        if conditional.count(code) > 1
    ]
    if problems:
        raise InputError(problems)


def _case_table(source: CriteriaSet, kind_id: str) -> CaseTable:
    kind = next(kind for kind in source.case_kinds if kind.id == kind_id)
    names = tuple(case.id for case in kind.cases)
    number = {name: n for n, name in enumerate(names, start=1)}
    inside = [i for i, item in enumerate(source.items) if item.criterion.case_kind == kind_id]
    case_of = tuple(
        np.array(
            [0, 0, *(number[str(o.case)] for o in source.items[i].criterion.options)],
            dtype=np.uint8,
        )
        for i in inside
    )
    return CaseTable(kind_id, names, tuple(inside), case_of)


def _frozen(values: list[int]) -> NDArray[np.int64]:
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array
