"""Choices: scenarios as rows of level positions, made in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations, islice, product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from ocop.errors import InputError, Problem
from ocop.scenario._seeds import fixed_blocks, seed_of
from ocop.text import quoted

if TYPE_CHECKING:
    from ocop.scenario.levers import Levers

__all__ = [
    "Choices",
    "all_choices",
    "at_most_choices",
    "checked_choices",
    "given_choices",
    "sampled_choices",
]

PIECE = 1024
MOST = 2**53

Rows = NDArray[np.uint16]


@frozen(kw_only=True, eq=False, repr=False)
class Choices:
    """Scenarios of levers, rows of level positions; they are made while they are read.

    Attributes
    ----------
    levers : Levers
    count : int or None
        How many scenarios; None where an iterator gives them.
    seed : int or None
        The seed, where they were drawn.
    """

    levers: Levers
    count: int | None
    seed: int | None = None
    _make: Callable[[], Iterator[Rows]] = field(alias="make")

    def __len__(self) -> int:
        if self.count is None:
            message = "an iterator does not say how many scenarios it gives"
            raise TypeError(message)
        return self.count

    def __repr__(self) -> str:
        many = "scenarios of an iterator" if self.count is None else f"{self.count:,} scenarios"
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"<Choices: {many} of {len(self.levers)} levers{seed}>"

    def pieces(self, size: int = PIECE) -> Iterator[Rows]:
        """Yield the scenarios `size` at a time, shape (rows, levers); the last may be fewer."""
        waiting: list[Rows] = []
        held = 0
        for rows in self._make():
            waiting.append(rows)
            held += len(rows)
            if held >= size:
                whole = np.concatenate(waiting)
                last = held - held % size
                for low in range(0, last, size):
                    yield whole[low : low + size]
                waiting, held = [whole[last:]], held - last
        if held:
            yield np.concatenate(waiting)

    def told(self, numbers: NDArray[np.int64]) -> list[dict[str, str]]:
        """Return the labels of some scenarios by lever; nothing where an iterator gave them."""
        if self.count is None:
            return [{} for _ in numbers]
        rows = np.zeros((len(numbers), len(self.levers)), dtype=np.uint16)
        last = int(numbers.max(initial=-1))
        first = 0
        for piece in self._make():
            if first > last:
                break
            here = np.flatnonzero((numbers >= first) & (numbers < first + len(piece)))
            rows[here] = piece[numbers[here] - first]
            first += len(piece)
        columns = self.labels(rows)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def labels(self, rows: Rows) -> dict[str, list[str]]:
        """Return the labels of rows of level positions, a column for each lever."""
        named = zip(self.levers.names, self.levers.labels, rows.T.tolist(), strict=True)
        return {name: [labels[m] for m in column] for name, labels, column in named}

    def array(self) -> Rows:
        """Return all scenarios at once, shape (scenarios, levers)."""
        found = list(self.pieces())
        return np.concatenate(found) if found else np.zeros((0, len(self.levers)), dtype=np.uint16)


def checked_choices(given: ArrayLike, sizes: Sequence[int], first: int = 0) -> Rows:
    """Return rows of level positions; what is no such row is an error.

    `first` is the number of the first row, for messages.
    """
    try:
        array = np.asarray(given)
    except ValueError as error:
        message = "found rows of different lengths, allowed is one level for each lever"
        raise InputError([Problem("wrong-shape", message, path="choices")]) from error
    if array.ndim != 2 or array.shape[1] != len(sizes):
        message = f"found the shape {array.shape}, allowed is (scenarios, {len(sizes)})"
        raise InputError([Problem("wrong-shape", message, path="choices")])
    if array.dtype.kind not in "iu":
        message = f"found dtype {array.dtype}, allowed are whole numbers"
        raise InputError([Problem("wrong-dtype", message, path="choices")])
    wrong = (array < 0) | (array >= np.array(sizes))
    if wrong.any():
        row, lever = np.argwhere(wrong)[0].tolist()
        message = f"found level {array[row, lever]}, allowed are 0 to {sizes[lever] - 1}"
        path = f"choices[{first + row}, {lever}]"
        raise InputError([Problem("out-of-range", message, path=path)])
    return array.astype(np.uint16)


def given_choices(levers: Levers, given: ArrayLike | Iterable[NDArray[Any]]) -> Choices:
    """Return choices that somebody made."""
    if not isinstance(given, np.ndarray | Sequence):
        pieces: Any = given
        return Choices(levers=levers, count=None, make=partial(_checked, pieces, levers.sizes))
    array = checked_choices(given, levers.sizes)
    return Choices(levers=levers, count=len(array), make=partial(iter, (array,)))


def _checked(pieces: Iterable[Any], sizes: Sequence[int]) -> Iterator[Rows]:
    first = 0
    for piece in pieces:
        yield (rows := checked_choices(piece, sizes, first))
        first += len(rows)


def all_choices(levers: Levers) -> Choices:
    """Return every combination, the last lever varying fastest."""
    count = prod(levers.sizes)
    if count > MOST:
        message = f"found {count:,} combinations, allowed are {MOST:,} or fewer"
        raise InputError([Problem("too-many-scenarios", message, path="levers")])
    return Choices(levers=levers, count=count, make=partial(_all, levers.sizes, count))


def _all(sizes: Sequence[int], count: int) -> Iterator[Rows]:
    for low in range(0, count, PIECE):
        rest = np.arange(low, min(low + PIECE, count))
        rows = np.zeros((len(rest), len(sizes)), dtype=np.uint16)
        for n in reversed(range(len(sizes))):
            rest, rows[:, n] = np.divmod(rest, sizes[n])
        yield rows


def at_most_choices(levers: Levers, moved: int) -> Choices:
    """Return the scenarios that move at most `moved` levers."""
    if isinstance(moved, bool) or not isinstance(moved, int) or not 0 <= moved <= len(levers):
        message = f"found {quoted(moved)}, allowed are 0 to {len(levers)}"
        raise InputError([Problem("out-of-range", message, path="moved")])
    problems = [
        Problem(
            "no-base-level",
            f"no level of {quoted(lever.name)} leaves the law as it is",
            path=f"levers[{n}]",
            hint="add one, such as a level without edits",
        )
        for n, (lever, base) in enumerate(zip(levers.levers, levers.base, strict=True))
        if base is None
    ]
    if problems:
        raise InputError(problems)
    others = [
        [m for m in range(size) if m != own]
        for size, own in zip(levers.sizes, levers.base, strict=True)
    ]
    counts = [1] + [0] * moved  # scenarios by how many levers they move
    for choices in others:
        for n in reversed(range(moved)):
            counts[n + 1] += counts[n] * len(choices)
    base = np.array(levers.base, dtype=np.uint16)
    return Choices(levers=levers, count=sum(counts), make=partial(_few_moved, base, others, moved))


def _few_moved(base: Rows, others: Sequence[Sequence[int]], moved: int) -> Iterator[Rows]:
    for some in range(moved + 1):
        moves = (
            (which, levels)
            for which in combinations(range(len(base)), some)
            for levels in product(*(others[n] for n in which))
        )
        while piece := list(islice(moves, PIECE)):
            rows = np.repeat(base[None], len(piece), axis=0)
            for k in range(some):
                place = [which[k] for which, _ in piece]
                rows[np.arange(len(piece)), place] = [levels[k] for _, levels in piece]
            yield rows


def sampled_choices(
    levers: Levers, scenarios: int, rng: np.random.Generator | int | None
) -> Choices:
    """Return scenarios at random."""
    if isinstance(scenarios, bool) or not isinstance(scenarios, int) or scenarios < 1:
        message = f"found {quoted(scenarios)}, allowed are whole numbers from 1"
        raise InputError([Problem("out-of-range", message, path="scenarios")])
    seed = seed_of(rng)
    make = partial(fixed_blocks, seed, (), scenarios, partial(_drawn, levers.sizes))
    return Choices(levers=levers, count=scenarios, seed=seed, make=make)


def _drawn(sizes: Sequence[int], generator: np.random.Generator, count: int) -> Rows:
    return generator.integers(0, sizes, (count, len(sizes)), dtype=np.uint16)
