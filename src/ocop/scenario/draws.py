"""Random draws around a law: points and thresholds moved a little, and the law stays sensible."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.scenario._seeds import BLOCK, block_of, noted_seed
from ocop.scoring.variants import Variants
from ocop.text import quoted

__all__ = ["Draws"]

MOST_POINTS = 100
THRESHOLDS = (0,)
"""Key of the draws of thresholds; those of points have the number of their set."""


@frozen(kw_only=True, init=False)
class Draws:
    """Scenarios drawn around the law (các bộ điểm rút ngẫu nhiên quanh luật).

    In every scenario each option has up to `points` points more or fewer, each number with the
    same chance, and is then put in the order that the law has: an option never overtakes another,
    and equal ones stay equal. 0 points stay 0, for 0 means that nothing is met; all others stay
    from 1 to 100. Totals may leave 100. Thresholds move likewise, the same for all sets. Star
    marks stay where they are, and floors follow the points.

    Scenario k is the same however many there are, and whatever is drawn beside it.

    Parameters
    ----------
    scenarios : int
    points : int, default 0
        The most that an option moves, in points.
    thresholds : int, default 0
        The most that a threshold moves, in points; less than half the way between two.
    rng : Generator, int or None
        The same number gives the same scenarios.

    Raises
    ------
    InputError
        ``out-of-range``, ``wrong-type``: all of them at once.

    Examples
    --------
    >>> import ocop
    >>> draws = ocop.Draws(scenarios=1000, points=1, rng=0)
    >>> draws
    Draws(scenarios=1000, points=1, thresholds=0, seed=0)
    >>> draws.variants(ocop.criteria_set("qd-26-2026", "tea"), 998)
    <Variants of qd-26-2026 set 11 tea: 2 x 32 criteria>
    """

    scenarios: int
    points: int
    thresholds: int
    seed: int

    def __init__(
        self,
        *,
        scenarios: int,
        points: int = 0,
        thresholds: int = 0,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        problems = []
        limits = {"scenarios": (scenarios, 1, 2**53), "points": (points, 0, MOST_POINTS)}
        limits["thresholds"] = thresholds, 0, MOST_POINTS
        for name, (value, low, high) in limits.items():
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                message = f"found {quoted(value)}, allowed are whole numbers from {low} to {high}"
                problems.append(Problem("out-of-range", message, path=name))
        seed = noted_seed(rng, problems)
        if problems:
            raise InputError(problems)
        self.__attrs_init__(scenarios=scenarios, points=points, thresholds=thresholds, seed=seed)

    def __len__(self) -> int:
        return self.scenarios

    def variants(
        self, criteria_set: CriteriaSet, start: int = 0, stop: int | None = None
    ) -> Variants:
        """Return the point tables of the scenarios from `start` to `stop` for a criteria set.

        Raises
        ------
        InputError
            ``out-of-range`` where thresholds could pass each other.
        """
        start, stop, _ = slice(start, stop).indices(self.scenarios)
        numbers = np.arange(start, max(start, stop))
        return Variants(
            criteria_set=criteria_set,
            points=self._points(criteria_set, numbers),
            thresholds=self._thresholds(criteria_set, numbers),
        )

    def _drawn(
        self, key: tuple[int, ...], most: int, cells: int, numbers: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return what cells move in some scenarios, shape (scenarios, cells)."""
        if not most or not len(numbers):
            return np.zeros((len(numbers), cells), dtype=np.int64)

        def draw(generator: np.random.Generator, count: int) -> NDArray[np.int64]:
            return generator.integers(-most, most + 1, (count, cells))

        first = int(numbers[0]) // BLOCK
        last = int(numbers[-1]) // BLOCK
        blocks = [block_of(self.seed, key, n, draw) for n in range(first, last + 1)]
        return np.concatenate(blocks)[numbers - first * BLOCK]

    def _points(self, source: CriteriaSet, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        law = Variants.of([source]).points[0].astype(np.int64)
        values = [np.unique(row[row > 0]) for row in law]
        moves = self._drawn((source.number,), self.points, sum(map(len, values)), numbers)
        result = np.zeros((len(numbers), *law.shape), dtype=np.int64)
        start = 0
        for i, own in enumerate(values):
            moved = own + moves[:, start : start + len(own)]
            # Put in order, each is still as near to its own points: they rise as well.
            moved = np.sort(moved.clip(1, MOST_POINTS), axis=1)
            with_zero = np.concatenate([np.zeros((len(numbers), 1), dtype=np.int64), moved], axis=1)
            result[:, i] = with_zero[:, np.searchsorted(own, law[i], side="right")]
            start += len(own)
        return result

    def _thresholds(self, source: CriteriaSet, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        law = Variants.of([source]).thresholds[0].astype(np.int64)
        # The lowest stays above 0, the highest within 100, and neighbours never meet.
        half = (int(np.diff(law).min()) - 1) // 2
        most = max(0, min(half, int(law[0]) - 1, MOST_POINTS - int(law[-1])))
        if self.thresholds > most:
            message = f"found {self.thresholds}, allowed are 0 to {most} with the bands of the law"
            raise InputError([Problem("out-of-range", message, path="thresholds")])
        moved: NDArray[np.int64] = law + self._drawn(THRESHOLDS, self.thresholds, len(law), numbers)
        return moved
