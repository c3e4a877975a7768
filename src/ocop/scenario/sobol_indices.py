"""How much of an outcome's variance is due to each lever: what was estimated."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import rows_frame
from ocop._version import __version__
from ocop.scenario._text_table import number, text_table
from ocop.scoring._comparable import Comparable

__all__ = ["SobolIndices"]

TOLD = {
    "no-variation": "no variation: every outcome is the same, so there is nothing to share out\n",
    "too-few-samples": "too few samples: the outcome varies too rarely to share out; take more\n",
}

Array = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class SobolIndices(Comparable):
    """Shares of an outcome's variance by lever (chỉ số Sobol); arrays are read-only.

    Attributes
    ----------
    names : tuple of str
        The levers, in the order given.
    status : str
        ``"computed"``; ``"no-variation"`` where all outcomes are equal, and
        ``"too-few-samples"`` where they differ, but not among the points that the variance is
        estimated from.
    first : ndarray of float64, shape (levers,), or None
        First-order indices: the share of the variance that is due to the lever alone. None where
        the status is not ``"computed"``, as are the other indices and intervals.
    total : ndarray of float64, shape (levers,), or None
        Total indices: the share due to the lever alone and together with others.
    first_interval, total_interval : ndarray of float64, shape (levers, 2), or None
        Bootstrap confidence intervals, lower and upper end. None also where the indices are
        exact, as are `confidence`, `samples`, `resamples` and `seed`.
    mean, variance : float
        Of the outcome.
    confidence : float or None
        Of the intervals.
    samples, resamples : int or None
        As asked for.
    evaluations : int
        How many different rows of choices were evaluated.
    seed : int or None
        Gives the same result again.
    version : str
        Version of ocop that computed them.
    """

    names: tuple[str, ...]
    status: Literal["computed", "no-variation", "too-few-samples"]
    first: Array | None
    total: Array | None
    first_interval: Array | None
    total_interval: Array | None
    mean: float
    variance: float
    confidence: float | None
    samples: int | None
    resamples: int | None
    evaluations: int
    seed: int | None
    version: str = __version__

    def to_frame(self, like: Any = None) -> Any:
        """Return the rows of `rows` as a data frame, as `Scores.to_frame` does."""
        return rows_frame(self.rows(), like)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each lever, the largest total index first; None where not computed."""
        columns: dict[str, list[float | None]] = {}
        for kind, indices, interval in (
            ("first", self.first, self.first_interval),
            ("total", self.total, self.total_interval),
        ):
            for name, values in (
                (kind, indices),
                (f"{kind}_low", None if interval is None else interval[:, 0]),
                (f"{kind}_high", None if interval is None else interval[:, 1]),
            ):
                columns[name] = [None] * len(self.names) if values is None else values.tolist()
        order: list[int] = list(range(len(self.names)))
        if self.total is not None:
            order = np.argsort(-self.total, kind="stable").tolist()
        return [
            {"lever": self.names[n], **{name: own[n] for name, own in columns.items()}}
            for n in order
        ]

    def text(self) -> str:
        """Return the levers as a table of at most 80 columns, the largest total index first."""
        told = "exact" if self.seed is None else f"seed {self.seed}"
        head = f"mean {number(self.mean)}, variance {number(self.variance)}, {told}\n"
        if self.status != "computed":
            return head + TOLD[self.status]
        names, rows = ["lever"], [[row["lever"]] for row in self.rows()]
        for kind in ("first", "total"):
            names += [kind] if self.first_interval is None else [kind, "interval"]
            for row, cells in zip(self.rows(), rows, strict=True):
                cells.append(f"{row[kind]:.3f}")
                if self.first_interval is not None:
                    cells.append(f"{row[f'{kind}_low']:.3f} to {row[f'{kind}_high']:.3f}")
        return head + text_table(names, rows, ["lever"]) + "\n"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        told = "exact" if self.seed is None else f"{self.samples} samples, seed {self.seed}"
        count = f"{len(self.names)} levers, {self.evaluations} evaluations"
        return f"<SobolIndices: {count}, {self.status}, {told}>"
