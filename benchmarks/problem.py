"""The work that all contestants do: one law as plain tables, and made-up answers from a seed.

The tables are read off the public objects of the law (`ocop.criteria_set`), so that the peers share
nothing with ocop's own scoring.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

import ocop

UNANSWERED = 255
STARS_WITH_FLOORS = (3, 4, 5)
SHARE_WITH_FINDINGS = 0.01


@frozen(kw_only=True, eq=False)
class Law:
    """A criteria set as plain tables; criteria are numbered in printed order.

    `points[i][a]` are the points of criterion i for answer a, 0 for none met. `marks` are pairs
    (answer, star): the option is the least that the star accepts. `part_of[i]` is the part of
    criterion i, `bands` the thresholds of the stars 2 to 5, `needs` pairs (criterion, other): the
    criterion counts only where the other one scores.
    """

    source: ocop.CriteriaSet
    points: tuple[tuple[int, ...], ...]
    marks: tuple[tuple[tuple[int, int], ...], ...]
    part_codes: tuple[str, ...]
    part_of: tuple[int, ...]
    bands: tuple[int, int, int, int]
    needs: tuple[tuple[int, int], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The printed codes of the criteria."""
        return self.source.codes

    @cached_property
    def floors(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For the stars 3, 4 and 5: (criterion, least points) where a floor is asked for."""
        found = []
        for star in STARS_WITH_FLOORS:
            least = [
                max((self.points[i][answer] for answer, mark in marks if mark <= star), default=0)
                for i, marks in enumerate(self.marks)
            ]
            found.append(tuple((i, floor) for i, floor in enumerate(least) if floor))
        return tuple(found)

    def lookup(self, dtype: type = np.int64) -> list[NDArray[np.generic]]:
        """Return the points of each criterion by stored answer, unanswered (255) included."""
        tables = []
        for points in self.points:
            table = np.zeros(256, dtype=dtype)
            table[: len(points)] = points
            tables.append(table)
        return tables

    def with_points(self, points: NDArray[np.uint8]) -> Law:
        """Return the law of one scenario: (criteria, options) of points; floors follow."""
        rows = [(0, *points[i, : len(old) - 1].tolist()) for i, old in enumerate(self.points)]
        return evolve(self, points=tuple(rows))


def law_of(source: ocop.CriteriaSet) -> Law:
    """Return the tables of a criteria set without cases, knock-outs and marks on criteria."""
    assert not source.case_kinds
    assert not source.rules.knock_outs
    assert all(item.criterion.mark is None for item in source.items)
    number = {code: i for i, code in enumerate(source.codes)}
    options = [item.criterion.options for item in source.items]
    bands = {band.star: band.at_least for band in source.bands}
    return Law(
        source=source,
        points=tuple((0, *(option.points for option in each)) for each in options),
        marks=tuple(
            tuple((n, option.mark) for n, option in enumerate(each, start=1) if option.mark)
            for each in options
        ),
        part_codes=tuple(part.code for part in source.parts),
        part_of=tuple(n for n, part in enumerate(source.parts) for _ in part.items),
        bands=(bands[2], bands[3], bands[4], bands[5]),
        needs=tuple((number[rule.item], number[rule.other]) for rule in source.rules.needs),
    )


def tea(decision: str = "qd-26-2026") -> ocop.CriteriaSet:
    """Return the criteria set that is measured."""
    return ocop.criteria_set(decision, "tea")


def small_set() -> ocop.CriteriaSet:
    """Return a set of eight criteria, so few that everything that can happen can be listed."""
    kept = {"1.1", "1.5", "2.3", "4.1", "5.1", "5.2", "7", "9"}
    bands = {5: 26, 4: 20, 3: 15, 2: 10, 1: 0}
    source = tea()
    parts = [
        evolve(
            part,
            sections=tuple(
                evolve(section, items=tuple(item for item in section.items if item.code in kept))
                for section in part.sections
            ),
        )
        for part in source.parts
    ]
    made = tuple(evolve(band, at_least=bands[band.star]) for band in source.bands)
    return evolve(source, decision="small", parts=tuple(parts), bands=made)


@frozen(kw_only=True, eq=False)
class Problem:
    """Sheets to score and rank.

    `columns` holds one contiguous row of bytes per criterion, (criteria, sheets); `findings` one
    bit per finding of each sheet; `products` the codes, in no order.
    """

    law: Law
    columns: NDArray[np.uint8]
    findings: NDArray[np.uint64]
    products: tuple[str, ...]

    def __len__(self) -> int:
        return self.columns.shape[1]

    def head(self, count: int) -> Problem:
        """Return the first sheets."""
        return evolve(
            self,
            columns=np.ascontiguousarray(self.columns[:, :count]),
            findings=self.findings[:count].copy(),
            products=self.products[:count],
        )

    def by_rows(self) -> Problem:
        """Return the same sheets from a row-major matrix: `columns` is a view across it."""
        return evolve(self, columns=np.ascontiguousarray(self.columns.T).T)

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """A ready matrix of points, (sheets, criteria), rules applied: input of MCDA libraries."""
        matrix = np.empty((len(self), len(self.columns)))
        for i, table in enumerate(self.law.lookup()):
            matrix[:, i] = table[self.columns[i]]
        for item, other in self.law.needs:
            matrix[matrix[:, other] == 0, item] = 0
        return matrix


def problem(count: int, seed: int = 0, source: ocop.CriteriaSet | None = None) -> Problem:
    """Return made-up sheets: mostly good, some criteria not met or not assessed, 1% excluded."""
    law = law_of(source or tea())
    rng = np.random.default_rng(seed)
    columns = answers(law.source, count, rng)
    known = len(law.source.exclusions)
    stated = rng.random(count) < SHARE_WITH_FINDINGS
    bits = np.uint64(1) << rng.integers(0, known, count, dtype=np.uint64)
    names = tuple(f"P{n:08d}" for n in rng.permutation(count).tolist())
    findings = np.where(stated, bits, np.uint64(0))
    return Problem(law=law, columns=columns, findings=findings, products=names)


def answers(source: ocop.CriteriaSet, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return made-up answers, (criteria, sheets)."""
    # A hidden quality per sheet: nearly every option at its best, or half of them.
    quality = rng.uniform(0.02, 0.8, count).astype(np.float32)
    columns = np.empty((len(source.items), count), dtype=np.uint8)
    for column, item in zip(columns, source.items, strict=True):
        options = len(item.criterion.options)
        drawn = rng.random(count, dtype=np.float32) ** quality * (options + 1)
        np.minimum(drawn, options, out=drawn)
        column[:] = drawn
        column[rng.random(count, dtype=np.float32) < 0.002] = UNANSWERED
    return columns
