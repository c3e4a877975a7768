"""The fewest points and criteria that make a total fall below its band: dynamic programming.

Let D be the points that a total must lose, and m(l) the fewest criteria that lose exactly l points.
Criteria add up, except that one scoring 0 takes the criteria that need it (its dependants) along.
So a criterion and its dependants form a group, and all points of a sheet fall into groups. A group
either keeps its first criterion above 0, and then its losses are independent of each other; or that
criterion goes to 0, and then the group loses all its points with one criterion lowered, and
lowering a dependant as well would change nothing. Taking the least over both, m(l) comes out exact,
group by group.

An answer that is best by (points, criteria) or by (criteria, points) would stay under D with any
one criterion fewer, so it loses less than D and the most of one group together: no l beyond counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._lowering import NOT_LOWER, Losses, dependants_of
from ocop.scoring.table import ScoreTable

__all__ = ["Fewest", "fewest"]

_CELLS = 1 << 24
_ROWS = 2048


@frozen(eq=False)
class Fewest:
    """Best ways to lose points, one per sheet; -1 and the answers as they are where none exists.

    `points` is the least number of points, by as few criteria as that allows; `criteria` is the
    least number of criteria, losing as few points as that allows. The answers are
    (sheets, criteria).
    """

    points: NDArray[np.int64]
    by_points: NDArray[np.uint8]
    criteria: NDArray[np.int64]
    by_criteria: NDArray[np.uint8]


def fewest(
    table: ScoreTable,
    losses: Sequence[Losses],
    answers: NDArray[np.uint8],
    points: NDArray[np.int64],
    need: NDArray[np.int64],
) -> Fewest:
    """Return the cheapest ways in which each sheet loses at least `need` points.

    Parameters
    ----------
    table : ScoreTable
    losses : sequence of Losses
        One per criterion.
    answers : ndarray of uint8, shape (sheets, criteria)
    points : ndarray of int64, shape (criteria, sheets)
        Points with rules applied.
    need : ndarray of int64, shape (sheets,)
        At least 1.
    """
    count = len(answers)
    result = Fewest(
        points=np.full(count, -1, dtype=np.int64),
        by_points=answers.copy(),
        criteria=np.full(count, -1, dtype=np.int64),
        by_criteria=answers.copy(),
    )
    if not count:
        return result
    # Sheets with like needs share a block, so that the arrays are no longer than they must be.
    order = np.argsort(need, kind="stable")
    widest = int(points.sum(axis=0).max()) + 1
    size = min(_ROWS, max(1, _CELLS // (widest * (len(table.codes) + 1))))
    for start in range(0, count, size):
        rows = order[start : start + size]
        block = _Block(table, losses, answers[rows], points[:, rows], need[rows])
        for least, to, criteria_first in (
            (result.points, result.by_points, False),
            (result.criteria, result.by_criteria, True),
        ):
            lost, lowered = block.choose(criteria_first)
            least[rows] = lowered if criteria_first else lost
            to[rows] = block.trace(lost, lowered)
    return result


class _Block:
    """The dynamic programme of some sheets; layers are (points lost, sheets)."""

    def __init__(
        self,
        table: ScoreTable,
        losses: Sequence[Losses],
        answers: NDArray[np.uint8],
        points: NDArray[np.int64],
        need: NDArray[np.int64],
    ) -> None:
        self.losses, self.answers, self.points, self.need = losses, answers, points, need
        self.codes = answers + np.uint8(1)
        self.dependants = dependants_of(table)
        self.first_of = table.conditional
        self.whole = points.copy()
        for first, others in self.dependants.items():
            self.whole[first] += points[others].sum(axis=0)
        # A group stands together: the dependants, then the criterion that they need.
        free = [i for i in range(len(table.codes)) if i not in self.first_of]
        self.order = [i for first in free for i in [*self.dependants.get(first, []), first]]
        # Sums of two such numbers must not wrap around.
        self.never = len(table.codes) + 1
        self.kind: Any = np.uint8 if self.never < 128 else np.uint16
        width = min(int(points.sum(axis=0).max()), int(need.max() + self.whole.max())) + 1
        start = np.full((width, len(need)), self.never, dtype=self.kind)
        start[0] = 0
        self.layers = [start]
        for place, i in enumerate(self.order):
            self.layers.append(self._layer(place, i))

    def _moves(self, i: int) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.bool_]]]:
        """Yield points lost, lower answers and the sheets that have them, the whole group aside."""
        for lost, lower in self.losses[i]:
            to = lower[self.codes[:, i]]
            # Where another criterion scores 0 there is nothing to lose here.
            able = (to != NOT_LOWER) & (self.points[i] > 0)
            if i in self.dependants:
                able &= self.points[i] != lost
            yield lost, to, able

    def _before(self, place: int, i: int) -> NDArray[Any]:
        """Return the layer before the group that criterion `i` closes."""
        return self.layers[place - len(self.dependants.get(i, []))]

    def _layer(self, place: int, i: int) -> NDArray[Any]:
        before = self.layers[place]
        layer = before.copy()
        for lost, _, able in self._moves(i):
            self._shift(before, layer, lost, able)
        if i in self.dependants:
            scored = self.points[i] > 0
            for lost in np.unique(self.whole[i][scored]).tolist():
                self._shift(self._before(place, i), layer, lost, scored & (self.whole[i] == lost))
        return layer

    def _shift(
        self, before: NDArray[Any], layer: NDArray[Any], lost: int, able: NDArray[np.bool_]
    ) -> None:
        """Let the sheets that are able lose so many points by one more criterion."""
        if lost < len(layer) and able.any():
            one = np.where(able, 1, self.never).astype(self.kind)
            np.minimum(layer[lost:], before[:-lost] + one, out=layer[lost:])

    def choose(self, criteria_first: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return points lost and criteria lowered of the best way; -1 where there is none."""
        enough = np.arange(len(self.layers[-1]))[:, None] >= self.need
        lowered = np.where(enough, self.layers[-1], self.never)
        least = lowered.min(axis=0)
        fits = lowered == least if criteria_first else lowered < self.never
        lost = np.argmax(fits, axis=0)
        chosen = lowered[lost, np.arange(len(lost))].astype(np.int64)
        none = least == self.never
        return np.where(none, -1, lost), np.where(none, -1, chosen)

    def trace(self, lost: NDArray[np.int64], lowered: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the answers of one way with so many points and criteria, from the last one back.

        A criterion is lowered only where the ones before cannot do without it, and by as few
        points as will do.
        """
        lost, lowered = lost.copy(), lowered.copy()
        answers = self.answers.copy()
        every = np.arange(len(lost))
        none = np.zeros(len(lost), dtype=np.bool_)
        gone: dict[int, NDArray[np.bool_]] = {}
        for place in reversed(range(len(self.order))):
            i, before = self.order[place], self.layers[place]
            first = self.first_of.get(i)
            todo = (lowered > 0) & ~(none if first is None else gone[first])
            todo &= before[lost, every] != lowered
            for step, to, able in self._moves(i):
                able &= todo & (lost >= step)
                able &= before[np.maximum(lost - step, 0), every] == lowered - 1
                answers[able, i] = to[able]
                lost[able] -= step
                lowered[able] -= 1
                todo &= ~able
            if i in self.dependants:
                # What is left is explained by the whole group alone; its dependants stay.
                gone[i] = todo
                for step, lower in self.losses[i]:
                    zero = todo & (self.points[i] == step)
                    answers[zero, i] = lower[self.codes[zero, i]]
                lost[todo] -= self.whole[i][todo]
                lowered[todo] -= 1
        return answers
