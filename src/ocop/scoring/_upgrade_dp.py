"""The cheapest raises by dynamic programming over the points that are still needed.

For the criteria from the last to the first, `least[r]` is the least weight with which the criteria
from here on give at least r points, each of them at its floor or above; r counts from 0 to the
threshold, where it is capped. Adding a criterion takes the best over its possible points v:

    least_here[r] = min over v of  weight(v) + least_after[max(0, r - v)]

A criterion that counts only where another scores is solved for both states, right after the other.
All sheets of a block go through each step together. Walking from the first criterion to the last
along equal weights then gives the plans; the numbers of cheapest plans behind each state tell,
without a search, which walk is the k-th plan.

References
----------
Bellman, R. (1957), Dynamic Programming, Princeton University Press.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._upgrade_steps import Group, Prices, Step

__all__ = ["BLOCK", "Found", "order_of", "solve"]

BLOCK = 1024

Weights = NDArray[np.signedinteger]
Ints = NDArray[np.int64]


@frozen(eq=False)
class Found:
    """The cheapest plans of some sheets.

    Each plan is a row of `targets`, (plans, criteria): the option raised to, 0 where the answer
    stays; `row` is its sheet and `weight` what it costs, both (plans,). A sheet that no raises
    bring to the star has no plan.
    """

    row: Ints
    weight: Ints
    targets: NDArray[np.uint8]


@frozen(eq=False)
class _Layer:
    """One step solved: the least weights before it, and after it by whether it scores."""

    step: Step
    here: int
    scored: int
    unscored: int
    first: bool


def order_of(groups: Iterable[Group]) -> list[int]:
    """Return the criteria in the order in which plans of equal weight are compared."""
    return [step.criterion for group in groups for step in (group.first, *group.needing)]


def solve(
    groups: tuple[Group, ...], prices: Prices, needed: int, answers: NDArray[np.uint8], plans: int
) -> Found:
    """Find the cheapest plans of each sheet, at most `plans`, in the order of `order_of`.

    Of plans with equal weight the one that raises an earlier criterion comes first, to the
    option printed first.

    Parameters
    ----------
    groups : tuple of Group
    prices : Prices
    needed : int
        Points at which the band of the star begins.
    answers : ndarray of uint8, shape (sheets, criteria)
    plans : int
    """
    found = []
    for start in range(0, len(answers), BLOCK):
        block = _Block(groups, prices, needed, answers[start : start + BLOCK], plans)
        row, weight, targets = block.plans()
        found.append((row + start, weight, targets))
    if not found:
        empty = np.zeros(0, dtype=np.int64)
        return Found(empty, empty, np.zeros(answers.shape, dtype=np.uint8))
    return Found(*(np.concatenate(column) for column in zip(*found, strict=True)))


class _Block:
    """The states of one block of sheets; a state array is (points needed, sheets)."""

    def __init__(
        self,
        groups: tuple[Group, ...],
        prices: Prices,
        needed: int,
        answers: NDArray[np.uint8],
        plans: int,
    ) -> None:
        # The smallest integers that hold the sum of two weights: more of them fit a vector unit.
        kinds = (np.int16, np.int32, np.int64)
        self.kind = next(k for k in kinds if np.iinfo(k).max // 2 > prices.most)
        self.none = prices.most
        self.codes = np.ascontiguousarray((answers + np.uint8(1)).T)
        self.needed = needed
        self.limit = plans
        self.shape = (needed + 1, len(answers))
        self.least: list[Weights] = [np.full(self.shape, self.none, dtype=self.kind)]
        self.least[0][0] = 0
        # How many cheapest plans lie behind each state, counted up to the plans asked for.
        self.ways: list[Ints] = []
        if plans > 1:
            self.ways.append((self.least[0] == 0).astype(np.int64))
        self.spare = np.empty(self.shape, dtype=self.kind)
        self.layers: list[_Layer] = []
        last = 0
        for group in reversed(groups):
            last = self._group(group, last)
        self.layers.reverse()

    def _group(self, group: Group, after: int) -> int:
        """Add a criterion and those that need it; return the place of its states."""
        scored = unscored = after
        for step in reversed(group.needing):
            here = self._add(step, scored, scored)
            self.layers.append(_Layer(step, here, scored, scored, False))
            scored = here
            unscored = self._idle(step, unscored)
        here = self._add(group.first, scored, unscored)
        self.layers.append(_Layer(group.first, here, scored, unscored, True))
        return here

    def _weights(self, step: Step, by_code: Ints) -> Weights:
        weights: Weights = by_code.astype(self.kind)[self.codes[step.criterion]]
        return weights

    def _idle(self, step: Step, after: int) -> int:
        """Add a criterion that counts 0 by a rule: its answer stays."""
        total = self.least[after] + self._weights(step, step.idle)
        self.least.append(np.minimum(total, self.none))
        if self.ways:
            self.ways.append(np.where(self.least[-1] < self.none, self.ways[after], 0))
        return len(self.least) - 1

    def _add(self, step: Step, scored: int, unscored: int) -> int:
        least = np.full(self.shape, self.none, dtype=self.kind)
        for points, by_code in step.merged(self.none).items():
            after = self.least[scored if points else unscored]
            weight = self._weights(step, by_code)
            shift = min(points, self.needed)
            rest, spare = self.needed + 1 - shift, self.spare
            np.add(after[:rest], weight, out=spare[shift:])
            np.minimum(least[shift:], spare[shift:], out=least[shift:])
            if shift:
                np.add(after[0], weight, out=spare[0])
                np.minimum(least[:shift], spare[0], out=least[:shift])
        self.least.append(least)
        if self.ways:
            self.ways.append(self._count(step, least, scored, unscored))
        return len(self.least) - 1

    def _count(self, step: Step, least: Weights, scored: int, unscored: int) -> Ints:
        """Return how many cheapest plans each state has, from those of the states behind it."""
        ways = np.zeros(self.shape, dtype=np.int64)
        choices = [*((p, w) for _, p, w in step.raises), *step.stays]
        for points, by_code in choices:
            after = scored if points else unscored
            behind = np.maximum(np.arange(self.needed + 1) - points, 0)
            total = self.least[after][behind] + self._weights(step, by_code)
            cheapest = (total == least) & (least < self.none)
            ways += np.where(cheapest, self.ways[after][behind], 0)
        return np.minimum(ways, self.limit)

    def plans(self) -> tuple[Ints, Ints, NDArray[np.uint8]]:
        """Walk along the cheapest states; return row, weight and targets of every plan."""
        top = self.layers[0].here
        weight = self.least[top][self.needed].astype(np.int64)
        reached = np.flatnonzero(weight < self.none)
        count = self.ways[top][self.needed, reached] if self.ways else np.ones_like(reached)
        row = np.repeat(reached, count)
        # Which of its sheet's plans a walk looks for, counted from 0.
        place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        targets = np.zeros((len(row), len(self.codes)), dtype=np.uint8)
        needed = np.full(len(row), self.needed)
        scores = np.ones(len(row), dtype=np.bool_)
        for layer in self.layers:
            self._walk(layer, row, place, needed, scores, targets[:, layer.step.criterion])
        return row, weight[row], targets

    def _walk(
        self,
        layer: _Layer,
        row: Ints,
        place: Ints,
        needed: Ints,
        scores: NDArray[np.bool_],
        target: NDArray[np.uint8],
    ) -> None:
        """Decide one criterion of every walk; changes all arguments but the first two in place."""
        step = layer.step
        codes = self.codes[step.criterion][row]
        goal = self.least[layer.here][needed, row]
        # A criterion whose other does not score stays as it is and gives nothing.
        open_ = np.ones(len(row), dtype=np.bool_) if layer.first else scores.copy()
        if layer.first:
            scores.fill(False)
        choices = [(n, p, w) for n, p, w in step.raises] + [(0, p, w) for p, w in step.stays]
        for position, points, by_code in choices:
            after = layer.scored if points else layer.unscored
            behind = np.maximum(needed - points, 0)
            total = self.least[after][behind, row] + by_code.astype(self.kind)[codes]
            fits = np.flatnonzero(open_ & (total == goal))
            if self.ways:
                behind_it = self.ways[after][behind[fits], row[fits]]
                passed = place[fits] >= behind_it
                place[fits[passed]] -= behind_it[passed]
                fits = fits[~passed]
            target[fits] = position
            needed[fits] = behind[fits]
            open_[fits] = False
            if layer.first:
                scores[fits] = points > 0
