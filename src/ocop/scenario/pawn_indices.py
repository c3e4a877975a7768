"""How far each lever moves the distribution of an outcome: what was measured."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import rows_frame
from ocop._version import __version__
from ocop.scenario._lever_space import sealed
from ocop.scenario._text_table import text_table
from ocop.scoring._comparable import Comparable

__all__ = ["PawnIndices"]

SUMMARIES = ("median", "mean", "maximum")

Array = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class PawnIndices(Comparable):
    """How far each lever moves the distribution of an outcome (chỉ số PAWN); arrays are read-only.

    For each level that the samples have, `distances` holds the Kolmogorov-Smirnov statistic: the
    largest difference between the distribution function of all outcomes and that of the outcomes
    at this level, 0 to 1.

    Attributes
    ----------
    names : tuple of str
        The levers, in the order given.
    labels : tuple of tuple of str
        The names of each lever's levels.
    levels : tuple of ndarray of int64, each of shape (levels,)
        The levels of each lever that the samples have, rising.
    counts : tuple of ndarray of int64, each of shape (levels,)
        How many samples have them.
    distances : tuple of ndarray of float64, each of shape (levels,)
        The statistic at each of them.
    indices : ndarray of float64, shape (levers, 3)
        Median, mean and maximum of each lever's distances: its PAWN indices.
    dummy : ndarray of float64, shape (levers, 3)
        What a lever with as many samples a level, but without influence, stays below with this
        confidence. Distances of few samples are large by chance alone.
    status : str
        ``"no-variation"`` where all outcomes are equal, and all distances 0; else ``"computed"``.
    confidence : float
        Of `dummy`.
    samples, dummies : int
        How many samples there are, and how many dummies of each lever.
    seed : int
        Gives the same result again.
    version : str
        Version of ocop that computed them.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    levels: tuple[NDArray[np.int64], ...]
    counts: tuple[NDArray[np.int64], ...]
    distances: tuple[Array, ...]
    indices: Array
    dummy: Array
    status: Literal["computed", "no-variation"]
    confidence: float
    samples: int
    dummies: int
    seed: int
    version: str = __version__

    @property
    def above_dummy(self) -> NDArray[np.bool_]:
        """Whether each lever's maximum is above that of its dummies, shape (levers,)."""
        return sealed(self.indices[:, 2] > self.dummy[:, 2])

    def to_frame(self, like: Any = None) -> Any:
        """Return the rows of `rows` as a data frame, as `Scores.to_frame` does."""
        return rows_frame(self.rows(), like)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each lever, the largest median first, equal ones by mean."""
        return [
            {
                "lever": self.names[n],
                **dict(zip(SUMMARIES, self.indices[n].tolist(), strict=True)),
                **{
                    f"dummy_{name}": value
                    for name, value in zip(SUMMARIES, self.dummy[n].tolist(), strict=True)
                },
                "above_dummy": bool(self.above_dummy[n]),
            }
            for n in self._order()
        ]

    def level_rows(self) -> list[dict[str, Any]]:
        """Return a row for each level that the samples have, levers in the order given."""
        return [
            {"lever": name, "level": labels[level], "samples": count, "distance": distance}
            for name, labels, levels, counts, distances in zip(
                self.names, self.labels, self.levels, self.counts, self.distances, strict=True
            )
            for level, count, distance in zip(
                levels.tolist(), counts.tolist(), distances.tolist(), strict=True
            )
        ]

    def text(self) -> str:
        """Return the levers as a table of at most 80 columns, the largest median first."""
        head = f"{self.samples:,} samples, {self.dummies} dummies a lever, seed {self.seed}\n"
        if self.status == "no-variation":
            return head + "no variation: every outcome is the same, so no lever moves it\n"
        names = ["lever", *SUMMARIES, "dummy maximum", "above"]
        rows = [
            [
                row["lever"],
                *(f"{row[name]:.3f}" for name in (*SUMMARIES, "dummy_maximum")),
                "yes" if row["above_dummy"] else "no",
            ]
            for row in self.rows()
        ]
        return head + text_table(names, rows, ["lever"]) + "\n"

    def _order(self) -> list[int]:
        keys = self.indices[:, :2].T[::-1]
        order: list[int] = np.lexsort(-keys).tolist()
        return order

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        told = f"{len(self.names)} levers, {self.samples} samples, {self.status}"
        return f"<PawnIndices: {told}, seed {self.seed}>"
