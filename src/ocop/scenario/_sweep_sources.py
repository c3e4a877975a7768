"""Where the scenarios of a sweep come from: levers, draws, or a list of reforms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scenario._carry import Carry, carried, carry_of
from ocop.scenario._lever_tables import LeverTable
from ocop.scenario._sweep_work import Group, Piece
from ocop.scenario.apply_reform import apply_reform
from ocop.scenario.draws import Draws
from ocop.scoring._variant_sheets import FEW, ReadySheets
from ocop.scoring.variants import Variants

__all__ = ["DrawSource", "LeverSource", "ReformSource"]

MOST_KEYS = 2**62
FEWER = 512
"""Variants that take as long as making one more group ready."""


def _pays(times: int, variants: int) -> bool:
    """Say whether scoring some variants once for many scenarios saves more than it costs."""
    return times > 1 and ((times - 1) * variants >= FEWER or (variants <= FEW and times > FEW))


@frozen(eq=False)
class LeverSource:
    """Scenarios of levers; a piece gives rows of level positions."""

    tables: dict[int, LeverTable]
    sizes: tuple[int, ...]

    def laws(self, piece: Piece) -> None:
        """Return nothing: each set has its table."""

    def groups(self, ready: ReadySheets, piece: Piece, laws: None) -> Iterator[Group]:  # noqa: ARG002 - as every source
        """Yield the scenarios; those that are alike for a set are scored once."""
        table = self.tables[ready.sheets.criteria_set.number]
        rows = piece.given
        first, inverse, counts = self._distinct(rows, table.levers)
        often = np.zeros(len(first), dtype=np.bool_)
        for times in np.unique(counts).tolist():
            alike = counts == times
            if _pays(times, int(alike.sum())):
                often |= alike
                place = np.cumsum(alike) - 1
                which = np.flatnonzero(alike[inverse])
                variants = table.variants(rows[first[alike]])
                yield Group(ready, variants, which, place[inverse[which]], times)
        rest = np.flatnonzero(~often[inverse])
        if len(rest):
            yield Group(ready, table.variants(rows[rest]), rest, np.arange(len(rest)))

    def _distinct(
        self, rows: NDArray[np.uint16], levers: Sequence[int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return where each choice of some levers stands first, which each row has, how often."""
        some = rows[:, levers].astype(np.int64)
        sizes = [self.sizes[n] for n in levers]
        if prod(sizes) <= MOST_KEYS:
            keys = np.zeros(len(rows), dtype=np.int64)
            for n, size in enumerate(sizes):
                keys = keys * size + some[:, n]
            _, first, inverse, counts = np.unique(
                keys, return_index=True, return_inverse=True, return_counts=True
            )
        else:
            _, first, inverse, counts = np.unique(
                some, axis=0, return_index=True, return_inverse=True, return_counts=True
            )
        return first, inverse.reshape(-1), counts


@frozen(eq=False)
class DrawSource:
    """Scenarios drawn around the law, by their numbers."""

    draws: Draws

    def laws(self, piece: Piece) -> None:
        """Return nothing: each set is drawn for itself."""

    def groups(self, ready: ReadySheets, piece: Piece, laws: None) -> Iterator[Group]:  # noqa: ARG002 - as every source
        """Yield the scenarios as one group."""
        stop = piece.first + piece.count
        every = np.arange(piece.count)
        yield Group(
            ready, self.draws.variants(ready.sheets.criteria_set, piece.first, stop), every, every
        )


@frozen(eq=False)
class ReformSource:
    """Reforms of a decision; a piece gives reforms."""

    decision: Decision

    def laws(self, piece: Piece) -> list[Decision]:
        """Return the decision that each reform makes."""
        return [apply_reform(reform, self.decision).decision for reform in piece.given]

    def groups(self, ready: ReadySheets, piece: Piece, laws: list[Decision]) -> Iterator[Group]:  # noqa: ARG002 - as every source
        """Yield the scenarios by criteria and options; sheets follow their law."""
        before = ready.sheets.criteria_set
        places: dict[tuple[object, ...], list[int]] = {}
        sets = [law.sets[before.number] for law in laws]
        for k, after in enumerate(sets):
            places.setdefault(_structure(before, after), []).append(k)
        for key, which in places.items():
            mine = [sets[k] for k in which]
            other, open_answers = ready, 0
            if key != _structure(before, before):
                sheets, open_answers = carried(ready.sheets, mine[0], carry_of(before, mine[0]))
                other = ReadySheets(sheets)
            yield Group(
                other,
                Variants.of(mine),
                np.array(which),
                np.arange(len(which)),
                open_answers=open_answers,
            )


def _structure(before: CriteriaSet, after: CriteriaSet) -> tuple[object, ...]:
    """Return what is the same for all variants of a set, and how answers carry over to it."""
    carry: Carry = carry_of(before, after)
    cases = tuple(tuple(o.case for o in item.criterion.options) for item in after.items)
    kinds = tuple(item.criterion.case_kind for item in after.items)
    return carry, after.codes, cases, kinds, after.rules, after.exclusions
