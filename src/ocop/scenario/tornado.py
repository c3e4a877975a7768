"""One lever at a time: how far each moves the outcome from a base."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import rows_frame
from ocop._version import __version__
from ocop.scenario._lever_space import Asked, Evaluate, sealed
from ocop.scenario._text_table import number, text_table
from ocop.scenario.levers import Levers
from ocop.scoring._comparable import Comparable

__all__ = ["Tornado", "tornado"]


@frozen(kw_only=True, eq=False, repr=False)
class Tornado(Comparable):
    """How far each lever alone moves an outcome (phân tích từng yếu tố); arrays are read-only.

    Attributes
    ----------
    names : tuple of str
        The levers, in the order given.
    labels : tuple of tuple of str
        The names of each lever's levels.
    base : ndarray of int64, shape (levers,)
        The level of each lever that the others are compared with.
    base_outcome : float
        The outcome there.
    outcomes : tuple of ndarray of float64, each of shape (levels,)
        The outcome at every level of each lever, all other levers at the base.
    version : str
        Version of ocop that computed them.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    base: NDArray[np.int64]
    base_outcome: float
    outcomes: tuple[NDArray[np.float64], ...]
    version: str = __version__

    @property
    def lowest(self) -> NDArray[np.float64]:
        """The lowest outcome that each lever gives alone, shape (levers,)."""
        return sealed(np.array([own.min() for own in self.outcomes]))

    @property
    def highest(self) -> NDArray[np.float64]:
        """The highest outcome that each lever gives alone, shape (levers,)."""
        return sealed(np.array([own.max() for own in self.outcomes]))

    @property
    def swing(self) -> NDArray[np.float64]:
        """The highest less the lowest outcome of each lever, shape (levers,)."""
        return sealed(self.highest - self.lowest)

    @property
    def order(self) -> NDArray[np.intp]:
        """The levers by swing, the largest first, equal ones in the order given."""
        return sealed(np.argsort(-self.swing, kind="stable"))

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The levers that leave the outcome as it is at every level."""
        still = self.swing == 0
        return tuple(name for name, own in zip(self.names, still, strict=True) if own)

    @property
    def status(self) -> Literal["computed", "no-variation"]:
        """``"no-variation"`` where no lever changes the outcome, else ``"computed"``."""
        return "computed" if self.swing.any() else "no-variation"

    def to_frame(self, like: Any = None) -> Any:
        """Return the rows of `rows` as a data frame, as `Scores.to_frame` does."""
        return rows_frame(self.rows(), like)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each lever, the largest swing first, with the labels of its levels.

        Where several levels give the lowest or highest outcome, the base is named if it is one
        of them, else the first.
        """
        return [
            {
                "lever": self.names[n],
                "lowest": float(self.lowest[n]),
                "lowest_at": self._at(n, self.lowest[n]),
                "highest": float(self.highest[n]),
                "highest_at": self._at(n, self.highest[n]),
                "swing": float(self.swing[n]),
            }
            for n in self.order.tolist()
        ]

    def text(self) -> str:
        """Return the levers as a table of at most 80 columns, the largest swing first."""
        rows = [
            [value if isinstance(value, str) else number(value) for value in row.values()]
            for row in self.rows()
            if row["swing"]
        ]
        lines = [f"base outcome {number(self.base_outcome)}"]
        if rows:
            words = ["lever", "lowest_at", "highest_at"]
            lines.append(text_table(list(self.rows()[0]), rows, words))
        if self.without_effect:
            lines.append(f"without effect: {', '.join(self.without_effect)}")
        return "\n".join(lines) + "\n"

    def _at(self, lever: int, outcome: float) -> str:
        own, base = self.outcomes[lever], int(self.base[lever])
        level = base if own[base] == outcome else int(np.argmax(own == outcome))
        return self.labels[lever][level]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        still = len(self.without_effect)
        told = f"{len(self.names)} levers, {still} without effect"
        return f"<Tornado: {told}, base outcome {number(self.base_outcome)}>"


def tornado(
    evaluate: Evaluate,
    names: Sequence[str] | Levers,
    sizes: Sequence[int] | None = None,
    *,
    base: Sequence[int | None] | NDArray[np.integer[Any]] | None = None,
    labels: Sequence[Sequence[str]] | None = None,
) -> Tornado:
    """Move one lever at a time from a base, and see how far the outcome goes.

    Parameters
    ----------
    evaluate : callable
        Gives the outcome of each row of choices: an int64 array (rows, levers) of levels from 0
        to an array of numbers (rows,). It is called once, each row is another one.
    names : sequence of str or Levers
        The levers.
    sizes : sequence of int, optional
        How many levels each lever has; not where `Levers` are given, which know it.
    base : sequence of int, optional
        The level of each lever to start from; by default the law as it is where `Levers` are
        given, which is `Levers.base`, else the first.
    labels : sequence of sequence of str, optional
        Names of the levels of each lever; by default those of `Levers`, else their positions.

    Returns
    -------
    Tornado
        What two levers do together is not in it: see `sobol`.

    Raises
    ------
    InputError
        ``wrong-type``, ``wrong-length``, ``out-of-range``, ``no-levers``, ``duplicate-name``,
        ``empty-text``, ``not-a-whole-number``, all of them at once; ``wrong-shape`` and
        ``not-a-number`` for what `evaluate` returns.

    Examples
    --------
    >>> import ocop
    >>> def products(choices):
    ...     return 100 - 5 * choices[:, 0] + choices[:, 1] ** 2
    >>> found = ocop.tornado(products, ["threshold", "points", "mark"], [4, 3, 2])
    >>> found
    <Tornado: 3 levers, 1 without effect, base outcome 100>
    >>> print(found)
    base outcome 100
    lever      lowest  lowest_at  highest  highest_at  swing
    threshold      85  3              100  0              15
    points        100  0              104  2               4
    without effect: mark
    """
    asked = Asked()
    asked.evaluate(evaluate)
    space = asked.space(names, sizes, labels, None)
    start = asked.base(names.base if base is None and isinstance(names, Levers) else base, space)
    asked.stop()
    choices = np.repeat(start[None, :], sum(space.sizes), axis=0)
    ends = np.cumsum(space.sizes)
    for lever, (end, size) in enumerate(zip(ends, space.sizes, strict=True)):
        choices[end - size : end, lever] = np.arange(size)
    found, _ = space.outcomes(evaluate, choices)
    return Tornado(
        names=space.names,
        labels=space.labels,
        base=sealed(start),
        base_outcome=float(found[start[0]]),
        outcomes=tuple(sealed(own) for own in np.split(found, ends[:-1])),
    )
