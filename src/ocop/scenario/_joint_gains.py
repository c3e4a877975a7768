"""How many products every combination of at most three steps moves, kept by what is joint.

A step moves one lever to one level. What a combination moves is the sum, over the sets, of what its
steps that concern the set move there. So every set is counted by itself, for all combinations of
its own steps, and the counts are kept as gains of single steps, of pairs and of triples: what a
pair moves beyond its two steps, and a triple beyond its three pairs. The sum of these over all sets
is exact for every combination, also for those of steps that concern different sets.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scenario._lever_tables import LeverTable
from ocop.scenario.levers import Levers
from ocop.scoring.score_variants import score_variants
from ocop.scoring.sheet import Sheets

__all__ = ["JointGains", "Steps", "joint_gains"]

PIECE = 8192
"""Combinations whose point tables are made at once."""


@frozen(eq=False)
class JointGains:
    """What steps move alone and jointly; arrays are read-only.

    `single` has shape (steps,); `pair` has shape (steps, steps), above the diagonal; `triples` are
    keys ``(i * steps + j) * steps + k`` with i < j < k, rising, of the triples with a gain of their
    own, and `triple` these gains. `apart` says which pairs move the same lever, and are no
    combination.
    """

    single: NDArray[np.int64]
    pair: NDArray[np.int64]
    triples: NDArray[np.int64]
    triple: NDArray[np.int64]
    apart: NDArray[np.bool_]

    def among(self, used: NDArray[np.int64]) -> JointGains:
        """Return the gains of some steps, by their positions among `used`, which rise."""
        count, few = len(self.single), len(used)
        place = np.full(count, -1, dtype=np.int64)
        place[used] = np.arange(few)
        i, rest = np.divmod(self.triples, count**2)
        i, j, k = (place[n] for n in (i, *np.divmod(rest, count)))
        there = (i >= 0) & (j >= 0) & (k >= 0)
        square = np.ix_(used, used)
        return JointGains(
            self.single[used],
            self.pair[square],
            ((i * few + j) * few + k)[there],
            self.triple[there],
            self.apart[square],
        )

    def with_first(self, i: int, size: int) -> NDArray[np.int64]:
        """Return what the combinations of `size` steps move whose first step is i.

        The shape is (1,), (rest,) or (rest, rest), for the steps after i; -1 stands where the
        others do not rise, or where two move the same lever.
        """
        count = len(self.single)
        if size == 1:
            return self.single[i : i + 1]
        later = slice(i + 1, count)
        gains = self.single[later] + self.pair[i, later]
        bad = self.apart[i, later]
        if size == 2:
            return np.where(bad, -1, self.single[i] + gains)
        moved: NDArray[np.int64]
        moved = gains[:, None] + (gains + self.single[i]) + self.pair[later, later]
        start, stop = np.searchsorted(self.triples, [i * count**2, (i + 1) * count**2])
        j, k = np.divmod(self.triples[start:stop] - i * count**2, count)
        moved[j - i - 1, k - i - 1] += self.triple[start:stop]
        moved[bad], moved[:, bad], moved[self.apart[later, later]] = -1, -1, -1
        moved[np.tri(len(moved), dtype=np.bool_)] = -1
        return moved


@frozen(eq=False)
class Steps:
    """All steps of levers: which lever each one moves, and to which level."""

    levers: Levers
    lever: NDArray[np.int64]
    level: NDArray[np.int64]

    @classmethod
    def of(cls, levers: Levers) -> Steps:
        """Return the steps in order of levers and levels."""
        every = [
            (n, m)
            for n, (size, base) in enumerate(zip(levers.sizes, levers.base, strict=True))
            for m in range(size)
            if m != base
        ]
        lever, level = np.array(every, dtype=np.int64).reshape(-1, 2).T
        return cls(levers, lever, level)

    @property
    def apart(self) -> NDArray[np.bool_]:
        """Which pairs of steps move the same lever."""
        same: NDArray[np.bool_] = self.lever[:, None] == self.lever
        return same

    def choices(self, steps: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the scenarios of combinations of steps, one per row."""
        result = np.tile(np.array(self.levers.base, dtype=np.int64), (len(steps), 1))
        np.put_along_axis(result, self.lever[steps], self.level[steps], axis=1)
        return result

    def __len__(self) -> int:
        return len(self.lever)


def joint_gains(steps: Steps, sheets: Iterable[Sheets], star: int, at_most: int) -> JointGains:
    """Count what steps move to `star` or above, among sheets that are all below it."""
    count, apart = len(steps), steps.apart
    single = np.zeros(count, dtype=np.int64)
    pair = np.zeros((count, count), dtype=np.int64)
    keys, values = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for batch in sheets:
        table = steps.levers.table(batch.criteria_set.number)
        own = np.flatnonzero(np.isin(steps.lever, table.levers))

        def moved(
            chosen: NDArray[np.int64],
            table: LeverTable = table,
            batch: Sheets = batch,
            own: NDArray[np.int64] = own,
        ) -> NDArray[np.int64]:
            return _moved(table, batch, steps, own[chosen], star)

        one = moved(np.arange(len(own))[:, None])
        single[own] += one
        if at_most == 1:
            continue
        clash = apart[np.ix_(own, own)]
        two = _combinations(len(own), 2, clash)
        both = np.zeros((len(own), len(own)), dtype=np.int64)
        both[two[:, 0], two[:, 1]] = moved(two) - one[two].sum(axis=1)
        pair[np.ix_(own, own)] += both
        if at_most == 2:
            continue
        three = _combinations(len(own), 3, clash)
        a, b, c = three.T
        gain = moved(three) - one[three].sum(axis=1) - both[a, b] - both[a, c] - both[b, c]
        there = np.flatnonzero(gain)
        keys.append((own[a[there]] * count + own[b[there]]) * count + own[c[there]])
        values.append(gain[there])
    triples, where = np.unique(np.concatenate(keys), return_inverse=True)
    triple = np.zeros(len(triples), dtype=np.int64)
    np.add.at(triple, where, np.concatenate(values))
    for array in (single, pair, triples, triple, apart):
        array.setflags(write=False)
    return JointGains(single, pair, triples, triple, apart)


def _combinations(count: int, size: int, apart: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the combinations of `size` of `count` steps, one per row."""
    flat = (n for combination in combinations(range(count), size) for n in combination)
    rows = np.fromiter(flat, dtype=np.int64).reshape(-1, size)
    keep = np.ones(len(rows), dtype=np.bool_)
    for a, b in combinations(range(size), 2):
        keep &= ~apart[rows[:, a], rows[:, b]]
    return rows[keep]


def _moved(
    table: LeverTable, batch: Sheets, steps: Steps, chosen: NDArray[np.int64], star: int
) -> NDArray[np.int64]:
    """Count the products that each combination of steps moves."""
    if not len(chosen) or not len(batch):
        return np.zeros(len(chosen), dtype=np.int64)
    pieces = (
        table.variants(steps.choices(chosen[start : start + PIECE]))
        for start in range(0, len(chosen), PIECE)
    )
    moved: NDArray[np.int64] = score_variants(batch, pieces).star_counts[:, star:].sum(axis=1)
    return moved
