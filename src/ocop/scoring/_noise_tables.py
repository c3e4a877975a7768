"""Groups of criteria joined into tables, so that one look-up does the work of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from math import prod
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._noise_groups import Group, Reach

__all__ = ["MOST_ENTRIES", "Fill", "Joint", "joined"]

MOST_ENTRIES = 2048
"""Combinations of answers in one table; a group with more is worked out sheet by sheet."""

Fill = Callable[[int, NDArray[np.intp], NDArray[np.complex128]], None]
"""Writes the transforms of sheets at a level, by their codes, into (sheets, frequencies)."""


@frozen(eq=False)
class Joint:
    """Groups with equal levels, looked up together.

    A sheet has one code for all its answers together, which is its place in `reaches`, (levels,
    combinations), packed. A group too wide for a table stands alone: it has no `reaches`, and a
    sheet has one code per criterion.
    """

    groups: tuple[Group, ...]
    reaches: NDArray[np.int64] | None

    @property
    def levels(self) -> int:
        """How many levels there are; 1 where all are alike."""
        return self.groups[0].levels

    @property
    def width(self) -> int:
        """A bound on the points between the least and the most of any sheet."""
        if self.reaches is None:
            return sum(int(spread.points[-1]) for spread in self.groups[0].spreads)
        reach = Reach.unpacked(self.reaches[0])
        return int((reach.high - reach.low).max())

    @property
    def rows(self) -> int:
        """How many codes a sheet has."""
        return 1 if self.reaches is not None else len(self.groups[0].items)

    def codes(self, answers: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """Return the codes of sheets, (rows, sheets)."""
        pairs = [pair for g in self.groups for pair in zip(g.items, g.spreads, strict=True)]
        result = np.zeros((self.rows, len(answers)), dtype=np.uint16)
        for n, (i, spread) in enumerate(pairs):
            code = result[min(n, self.rows - 1)]
            code *= np.uint16(spread.classes)
            code += spread.class_of.take(answers[:, i])
        return result

    def reach(self, codes: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return which points sheets can come to, (levels, sheets), packed."""
        if self.reaches is None:
            return self.groups[0].reach(tuple(codes)).packed
        found: NDArray[np.int64] = self.reaches.take(codes[0], axis=1)
        return found

    def filler(self, wave: NDArray[np.complex128]) -> Fill:
        """Return what writes transforms at the frequencies of `wave`, (points, frequencies)."""
        waves = [group.waves(wave) for group in self.groups]

        def work_out(level: int, codes: NDArray[np.intp], out: NDArray[np.complex128]) -> None:
            one = slice(level, level + 1)
            out[:] = self.groups[0].transform(waves[0], tuple(codes), one)[0]

        if self.reaches is None:
            return work_out
        shape = (self.levels, -1, wave.shape[1])
        parts = (
            group.transform(own, group.grid).reshape(shape)
            for group, own in zip(self.groups, waves, strict=True)
        )
        table = reduce(_every_with_every(np.multiply), parts)

        def look_up(level: int, codes: NDArray[np.intp], out: NDArray[np.complex128]) -> None:
            table[level].take(codes[0], axis=0, out=out, mode="clip")

        return look_up


def joined(groups: Iterable[Group], most: int) -> list[Joint]:
    """Join groups to tables of at most `most` combinations, where a group alone has no more."""
    most = min(most, MOST_ENTRIES)
    bins: list[list[Group]] = []
    sizes: list[int] = []
    for group in groups:
        own = _entries(group)
        for n, inside in enumerate(bins):
            if inside[0].levels == group.levels and sizes[n] * own <= most:
                inside.append(group)
                sizes[n] *= own
                break
        else:
            bins.append([group])
            sizes.append(own)
    return [Joint(tuple(inside), _reaches(inside)) for inside in bins]


def _entries(group: Group) -> int:
    """Return how many combinations of answers a group has."""
    return prod(spread.classes for spread in group.spreads)


def _reaches(groups: list[Group]) -> NDArray[np.int64] | None:
    if _entries(groups[0]) > MOST_ENTRIES:
        return None
    parts = (group.reach(group.grid).packed.reshape(group.levels, -1) for group in groups)
    return reduce(_every_with_every(np.add), parts)


def _every_with_every(combine: np.ufunc) -> Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]:
    """Return what combines every entry of one array with every entry of another.

    The arrays are (levels, entries, ...).
    """

    def combined(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
        result: NDArray[Any] = combine(a[:, :, None], b[:, None])
        return result.reshape(len(a), -1, *a.shape[2:])

    return combined
