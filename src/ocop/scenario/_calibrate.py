"""Mean and spread of the quality such that stars have given shares, on fixed random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scenario._draws import Draws, Maker

__all__ = ["LEAST_KEPT", "Fit", "calibrate"]

FEWEST, MOST = 4096, 32_768
"""Products looked at: four times those to be made, within these bounds."""

BLOCK = 8192
LEAST_KEPT = 0.02
"""Share of drawn products that must have one of the stars asked for."""

MEANS = tuple(float(n) / 2 for n in range(-8, 13))
SPREADS = (0.1, 6.0)
HALVINGS = 8
SECANTS = 12
LEAST_STEP, LARGEST_STEP, FURTHEST = 0.02, 0.7, 12.0
EDGE = 0.5
"""Products that stand for those that are too rare to be seen."""

Floats = NDArray[np.float64]
_NORMAL = NormalDist()


@frozen
class Fit:
    """What calibration found: mean, spread, and the shares of stars that follow from them.

    `kept` is the share of drawn products that have one of the stars asked for, `expected` the
    shares among these, None where none were asked for.
    """

    mean: float
    spread: float
    expected: Mapping[int, float] | None
    kept: float


def calibrate(
    maker: Maker, rng: np.random.Generator, asked: Mapping[int, float], products: int
) -> Fit:
    """Return the mean and spread whose shares of stars come near to `asked`.

    The mean matches the cumulated share (from the highest star down) that is nearest to one half.
    The spread matches the others: exactly where there is one, else such that what they are off
    adds up to nothing. With two stars the spread stays that of the model; with one the mean is
    that which gives this star most often.
    """
    count = min(max(4 * products, FEWEST), MOST)
    sample = _Sample(maker, rng, asked, count)
    spread = _spread_for(sample) if len(sample.stars) > 2 else maker.model.spread
    if len(sample.stars) > 1:
        mean, _ = sample.mean_for(spread)
    else:
        mean = max(MEANS, key=lambda mean: sample.shares(mean, spread)[1])
    shares, kept = sample.shares(mean, spread)
    expected = dict(zip(sample.stars, shares.tolist(), strict=True))
    return Fit(mean=mean, spread=spread, expected=expected, kept=kept)


class _Sample:
    """Fixed random numbers, and what stars they give at a mean and a spread."""

    def __init__(
        self, maker: Maker, rng: np.random.Generator, asked: Mapping[int, float], count: int
    ) -> None:
        self._maker = maker
        self.stars = [star for star in (5, 4, 3, 2, 1) if asked.get(star, 0) > 0]
        # The factor that decides most about a star goes evenly over its distribution.
        even = _quantiles(count)
        steps = -(-count // BLOCK)
        blocks = [even[n::steps] for n in range(steps)]
        self._blocks: list[Draws] = [maker.draw(rng, len(b), b) for b in blocks]
        least = EDGE / count
        reached = np.cumsum([asked[star] for star in self.stars])[:-1].clip(least, 1 - least)
        self._wanted = np.array([_NORMAL.inv_cdf(share) for share in reached])
        self._pivot = int(np.abs(self._wanted).argmin()) if len(reached) else 0
        # A wider quality raises the shares reached above the pivot and lowers those below it.
        side = np.sign(self._pivot - np.arange(len(reached)))
        self._outer = side * np.array([_NORMAL.pdf(x) for x in self._wanted])
        self._close = 4 / count
        self._mean = 0.0

    def shares(self, mean: float, spread: float) -> tuple[Floats, float]:
        """Return the share of each star asked for among these, and of these among all."""
        counts = self._counts(mean, spread)
        mine = counts[self.stars]
        return mine / max(1, mine.sum()), float(mine.sum() / counts.sum())

    def mean_for(self, spread: float) -> tuple[float, float]:
        """Return the mean that matches the cumulated share nearest to one half.

        With it comes by how much the shares of the stars further out are too large together.
        """
        at, slope = self._mean, 1 / spread
        low, high = -FURTHEST, FURTHEST
        misses, rare = self._misses(at, spread)
        best = (rare, abs(misses[self._pivot]), at, misses)
        for _ in range(SECANTS):
            miss = misses[self._pivot]
            if not best[0] and best[1] <= self._close:
                break
            low, high = (at, high) if miss < 0 else (low, at)
            there = at + float(np.clip(-miss / slope, -LARGEST_STEP, LARGEST_STEP))
            there = there if low < there < high else (low + high) / 2
            misses, rare = self._misses(there, spread)
            found = (rare, abs(misses[self._pivot]), there, misses)
            best = min(best, found, key=lambda each: each[:2])
            # Chance steps of single products tell no slope, nor does a share of nothing.
            if abs(there - at) > LEAST_STEP:
                grown = (misses[self._pivot] - miss) / (there - at)
                slope = float(np.clip(grown, 0.25 / spread, 4 / spread))
            at = there
        self._mean = best[2]
        return best[2], float(best[3] @ self._outer)

    def _counts(self, mean: float, spread: float) -> NDArray[np.int64]:
        counts = np.zeros(6, dtype=np.int64)
        for draws in self._blocks:
            counts += np.bincount(self._maker.stars(draws, mean, spread)[1], minlength=6)
        return counts

    def _misses(self, mean: float, spread: float) -> tuple[Floats, bool]:
        """Return how far each cumulated share is off, on the scale of the normal distribution.

        There shares go with the mean nearly in a straight line. With it comes whether too few
        products have the stars asked for.
        """
        counts = self._counts(mean, spread)
        mine = counts[self.stars]
        if mine.sum() < LEAST_KEPT * counts.sum():
            # Only which way to go can be told: up where most have fewer stars.
            fewer, more = counts[: self.stars[-1]].sum(), counts[self.stars[0] + 1 :].sum()
            return np.full(len(self._wanted), -1.0 if fewer > more else 1.0), True
        least = EDGE / counts.sum()
        shares = np.clip(np.cumsum(mine)[:-1] / mine.sum(), least, 1 - least)
        return np.array([_NORMAL.inv_cdf(share) for share in shares]) - self._wanted, False


def _spread_for(sample: _Sample) -> float:
    """Return the spread at which what the outer cumulated shares are off adds up to nothing."""
    low, high = np.log(SPREADS)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        too_wide = sample.mean_for(float(np.exp(middle)))[1] > 0
        low, high = (low, middle) if too_wide else (middle, high)
    return float(np.exp((low + high) / 2))


@lru_cache(maxsize=8)
def _quantiles(count: int) -> Floats:
    """Return the middles of `count` equally likely pieces of the normal distribution."""
    middles = np.array([_NORMAL.inv_cdf((k + 0.5) / count) for k in range(count)])
    middles.setflags(write=False)
    return middles
