"""Levers as numbers: names, how many levels each has, and an outcome for every choice of levels.

The functions of sensitivity need to know nothing of the law: `Levers` stand for their names, their
sizes and their labels. A scenario is a row of choices, the position
of each lever's level from 0; what comes of it is told by a function that the caller gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from ocop.errors import InputError, Problem
from ocop.scenario._seeds import noted_seed
from ocop.scenario.levers import Levers
from ocop.text import closest, quoted

__all__ = ["Asked", "Evaluate", "LeverSpace", "sealed"]

Evaluate = Callable[[NDArray[np.int64]], ArrayLike]
"""Gives the outcome of each row of choices, (scenarios, levers) to (scenarios,)."""

TOLERANCE = 1e-9
"""How far from 1 chances may add up."""

Array = NDArray[np.float64]


@frozen(kw_only=True)
class LeverSpace:
    """Levers by name; `labels` names the levels of each, `chances` says how often they occur."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    labels: tuple[tuple[str, ...], ...]
    chances: tuple[tuple[float, ...], ...]

    def levels_at(self, shares: Array) -> NDArray[np.int64]:
        """Return the levels in which shares from 0 to 1 lie, (rows, levers), by their chances."""
        below_one = np.minimum(shares, np.nextafter(1, 0))
        columns = []
        for chances, column in zip(self.chances, below_one.T, strict=True):
            ends = np.cumsum(chances)
            columns.append(np.searchsorted(ends / ends[-1], column, side="right"))
        return np.stack(columns, axis=1).astype(np.int64)

    def outcomes(self, evaluate: Evaluate, choices: NDArray[np.int64]) -> tuple[Array, int]:
        """Evaluate each different row once, in one call; also say how many there were."""
        different, place = np.unique(choices, axis=0, return_inverse=True)
        asked = Asked()
        found = asked.outcomes(evaluate(sealed(different)), len(different))
        asked.stop()
        return found[place.reshape(-1)], len(different)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """Return the array, read-only from now on."""
    array.setflags(write=False)
    return array


class Asked:
    """Reads the arguments; `problems` holds what is wrong with any of them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def stop(self) -> None:
        """Raise what was found, all of it."""
        if self.problems:
            raise InputError(self.problems)

    def evaluate(self, given: Any) -> None:
        """Check that it can be called."""
        if not callable(given):
            message = f"found {quoted(given)}, allowed is a function of choices"
            self._add("evaluate", "wrong-type", message)

    def space(self, names: Any, sizes: Any, labels: Any, chances: Any) -> LeverSpace:
        """Return the levers; where anything is wrong, `stop` has to follow."""
        if isinstance(names, Levers):
            if sizes is not None:
                message = f"found {quoted(sizes)} beside Levers, which have their own sizes"
                self._add("sizes", "wrong-type", message)
            labels = names.labels if labels is None else labels
            names, sizes = names.names, names.sizes
        known = self._names(names)
        counts = self._sizes(sizes)
        if len(known) != len(counts):
            message = f"found {len(counts)} sizes for {len(known)} names, allowed are as many"
            self._add("sizes", "wrong-length", message)
        levers = list(zip(known, counts, strict=False))
        return LeverSpace(
            names=known,
            sizes=counts,
            labels=self._labels(labels, levers),
            chances=self._chances(chances, levers),
        )

    def base(self, given: Any, space: LeverSpace) -> NDArray[np.int64]:
        """Return one level for each lever, by default the first of each."""
        if given is None:
            return np.zeros(len(space.names), dtype=np.int64)
        levels = list(given) if isinstance(given, Sequence | np.ndarray) else [given]
        if len(levels) != len(space.names):
            message = f"found {len(levels)} levels, allowed are {len(space.names)}, one per lever"
            self._add("base", "wrong-length", message)
        for name, size, level in zip(space.names, space.sizes, levels, strict=False):
            self.whole(level, f"base: {name}", 0, size - 1)
        return np.array([0] if self.problems else levels, dtype=np.int64)

    def whole(self, value: Any, path: str, least: int, most: int | None = None) -> bool:
        """Check a whole number; say whether it is one within its limits."""
        allowed = f"from {least} on" if most is None else f"{least} to {most}"
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            message = f"found {quoted(value)}, allowed are whole numbers {allowed}"
            self._add(path, "not-a-whole-number", message)
        elif value < least or (most is not None and value > most):
            self._add(path, "out-of-range", f"found {value}, allowed are {allowed}")
        else:
            return True
        return False

    def share(self, value: Any, path: str) -> None:
        """Check a number between 0 and 1, both left out."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            self._add(path, "not-a-number", f"found {quoted(value)}, allowed are 0 to 1")
        elif not 0 < value < 1:
            message = f"found {value}, allowed are numbers above 0 and below 1"
            self._add(path, "out-of-range", message)

    def outcomes(self, given: Any, rows: int | None) -> Array:
        """Return outcomes as floats: one for each row, all of them finite."""
        array = _array(given)
        if array is None or array.ndim != 1 or (rows is not None and len(array) != rows):
            allowed = "one for each row of choices" if rows is None else f"{rows}, one for each row"
            self._add("outcomes", "wrong-shape", f"found {_shape(array)}, allowed are {allowed}")
        elif array.dtype.kind not in "iufb":
            message = f"found dtype {array.dtype}, allowed are numbers"
            self._add("outcomes", "not-a-number", message)
        elif not np.isfinite(array).all():
            wrong = np.flatnonzero(~np.isfinite(array))
            more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
            message = f"found {array[wrong[0]]} in row {wrong[0]}{more}, allowed are finite numbers"
            self._add("outcomes", "not-a-number", message)
        else:
            return array.astype(np.float64)
        return np.zeros(0)

    def seed(self, rng: Any) -> int:
        """Return the seed of a generator or number: it gives the same result again."""
        return noted_seed(rng, self.problems)

    def choices(self, given: Any, space: LeverSpace) -> NDArray[np.int64] | None:
        """Return rows of choices, (scenarios, levers), or None where they are no such array."""
        array = _array(given)
        levers = len(space.names)
        if array is None or array.ndim != 2 or array.shape[1] != levers or not len(array):
            message = f"found {_shape(array)}, allowed are rows of {levers} levels, one per lever"
            self._add("choices", "wrong-shape", message)
        elif array.dtype.kind not in "iu":
            message = f"found dtype {array.dtype}, allowed are whole numbers"
            self._add("choices", "wrong-dtype", message)
        else:
            for name, size, column in zip(space.names, space.sizes, array.T, strict=True):
                wrong = np.flatnonzero((column < 0) | (column >= size))
                if len(wrong):
                    found = f"found {column[wrong[0]]} in row {wrong[0]}"
                    self._add(
                        f"choices: {name}", "out-of-range", f"{found}, allowed are 0 to {size - 1}"
                    )
            return array.astype(np.int64)
        return None

    def _names(self, given: Any) -> tuple[str, ...]:
        if isinstance(given, str) or not isinstance(given, Sequence):
            message = f"found {quoted(given)}, allowed is a list of names"
            self._add("names", "wrong-type", message)
            return ()
        if not given:
            self._add("names", "no-levers", "found no names, allowed is one or more")
        for place, name in enumerate(given):
            path = f"names[{place}]"
            if not isinstance(name, str):
                self._add(path, "wrong-type", f"found {quoted(name)}, allowed is text")
            elif not name.strip():
                self._add(path, "empty-text", "found a name without text")
            elif name in given[:place]:
                self._add(path, "duplicate-name", f"the name {quoted(name)} stands twice")
        return tuple(map(str, given))

    def _sizes(self, given: Any) -> tuple[int, ...]:
        if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
            message = f"found {quoted(given)}, allowed is a number of levels for each lever"
            self._add("sizes", "wrong-type", message)
            return ()
        return tuple(
            int(size) if self.whole(size, f"sizes[{place}]", 1) else 1
            for place, size in enumerate(given)
        )

    def _labels(self, given: Any, levers: list[tuple[str, int]]) -> tuple[tuple[str, ...], ...]:
        stated = [range(size) for _, size in levers] if given is None else given
        if isinstance(stated, str) or not isinstance(stated, Sequence):
            message = f"found {quoted(given)}, allowed are the names of levels for each lever"
            self._add("labels", "wrong-type", message)
            return ()
        if len(stated) != len(levers):
            message = f"found labels of {len(stated)} levers, allowed are {len(levers)}"
            self._add("labels", "wrong-length", message)
        for (name, size), own in zip(levers, stated, strict=False):
            if isinstance(own, str) or not isinstance(own, Sequence):
                message = f"found {quoted(own)}, allowed is a list of names"
                self._add(f"labels: {name}", "wrong-type", message)
            elif len(own) != size:
                message = f"found {len(own)} labels, allowed are {size}, one for each level"
                self._add(f"labels: {name}", "wrong-length", message)
        return () if self.problems else tuple(tuple(map(str, own)) for own in stated)

    def _chances(self, given: Any, levers: list[tuple[str, int]]) -> tuple[tuple[float, ...], ...]:
        stated = {} if given is None else given
        if not isinstance(stated, Mapping):
            message = f"found {quoted(given)}, allowed is a list of chances by lever"
            self._add("chances", "wrong-type", message)
            stated = {}
        names = [name for name, _ in levers]
        for name in stated:
            if name not in names:
                near = closest(str(name), names)
                hint = f"did you mean {quoted(near)}?" if near else None
                message = f"found {quoted(name)}, allowed are the names of the levers"
                self.problems.append(Problem("unknown-lever", message, path="chances", hint=hint))
        return tuple(
            self._chances_of(stated[name], name, size) if name in stated else (1.0,) * size
            for name, size in levers
        )

    def _chances_of(self, given: Any, name: str, size: int) -> tuple[float, ...]:
        path = f"chances: {name}"
        array = _array(given)
        if array is None or array.shape != (size,):
            message = f"found {_shape(array)}, allowed are {size} chances, one for each level"
            self._add(path, "wrong-length", message)
        elif array.dtype.kind not in "iuf":
            message = f"found dtype {array.dtype}, allowed are numbers from 0 to 1"
            self._add(path, "not-a-number", message)
        elif not ((array >= 0) & (array <= 1)).all():
            wrong = array[~((array >= 0) & (array <= 1))][0]
            self._add(path, "out-of-range", f"found {wrong}, allowed are 0 to 1")
        elif abs(float(array.sum()) - 1) > TOLERANCE:
            message = f"found chances that add up to {array.sum():.10g}, allowed is 1"
            self._add(path, "wrong-sum", message)
        else:
            return tuple(array.tolist())
        return (1.0,) * size

    def _add(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, path=path))


def _array(given: Any) -> NDArray[Any] | None:
    """Return an array, or None where rows differ in length."""
    try:
        return np.asarray(given)
    except ValueError:
        return None


def _shape(array: NDArray[Any] | None) -> str:
    if array is None:
        return "rows of different lengths"
    return " x ".join(map(str, array.shape)) or "one value"
