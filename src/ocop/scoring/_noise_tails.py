"""The chance of every star or a higher one, by characteristic functions.

Star s or higher means: the total reaches its threshold, every criterion its floor, and nothing
knocks the product out. So the answers that fail are left out of the distribution of every
criterion, and what is asked for is the tail of the total. The transform of the total is the
product of the transforms of independent groups, at as many frequencies as a total has room to
move in; the tail is a weighted sum of it. Where the range of a total tells, nothing is computed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ocop.scoring._noise_groups import Reach, groups_of
from ocop.scoring._noise_tables import Fill, Joint, joined
from ocop.scoring.table import ScoreTable

__all__ = ["tails"]

_Parts = list[tuple[Fill, slice]]

ROWS = 1 << 15
"""Sheets whose ranges are looked at together."""

BLOCK_BYTES = 1 << 18
"""Bytes of the transforms of sheets that are worked on together, so that they stay in the cache."""

TABLE_BYTES = 1 << 17
"""Bytes of one level of a table that groups are joined up to, so that tables stay there too."""

MOST_FREQUENCIES = 256
ROUND_BYTES = 1 << 24
"""Frequencies worked on together, and bytes of their weights; wide totals take several rounds."""

LEVEL = (0, 0, 0, 1, 2, 3)
"""Which row of floors a star asks for; none up to two stars."""


def tails(
    table: ScoreTable,
    moves: tuple[NDArray[np.float64], ...],
    answers: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """Return the chance of each star or a higher one, (sheets, 6); column 0 is 1.

    What is computed may be off by rounding. A row depends on its own answers alone, not on those
    around it.
    """
    floors = np.concatenate([np.zeros_like(table.floors[:1]), table.floors])
    room = ROUND_BYTES // (16 * (table.limit + 1))
    together = max(1, min(MOST_FREQUENCIES, room, table.limit // 2 + 1))
    joints = joined(groups_of(table, moves, floors), TABLE_BYTES // (16 * together))
    length = sum(joint.width for joint in joints) + 1
    result = np.zeros((len(answers), 6))
    result[:, 0] = 1
    for first in range(0, length // 2 + 1, together):
        frequencies = np.arange(first, min(first + together, length // 2 + 1))
        work = _Round(table, joints, length, frequencies)
        for start in range(0, len(answers), ROWS):
            rows = slice(start, start + ROWS)
            work.add(answers[rows], result[rows])
    return result


def _settle(
    thresholds: tuple[int, ...], reach: Reach, out: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Enter what the ranges of totals tell; return what they leave open, bit s for star s."""
    stars = np.zeros(len(out), dtype=np.uint8)
    for star in range(1, 6):
        level, threshold = LEVEL[star], thresholds[star]
        possible = ~reach.impossible[level] & (reach.high[level] >= threshold)
        certain = possible & ~reach.fails[level] & (reach.low[level] >= threshold)
        out[certain, star] = 1
        stars |= (possible & ~certain) * np.uint8(1 << star)
    return stars


class _Round:
    """Some frequencies: the transforms of all groups, the weights of tails, and buffers."""

    def __init__(
        self,
        table: ScoreTable,
        joints: list[Joint],
        length: int,
        frequencies: NDArray[np.int64],
    ) -> None:
        self.joints = joints
        self.length = length
        self.thresholds = (0, 0, *table.thresholds)
        turns = np.exp(2j * np.pi / length * np.arange(length))
        wave = turns[np.arange(table.limit + 1)[:, None] * frequencies % length]
        ends = np.cumsum([joint.rows for joint in joints]).tolist()
        parts = [
            (joint.levels, joint.filler(wave), slice(end - joint.rows, end))
            for joint, end in zip(joints, ends, strict=True)
        ]
        self.alike: _Parts = [(fill, rows) for levels, fill, rows in parts if levels == 1]
        self.others: _Parts = [(fill, rows) for levels, fill, rows in parts if levels > 1]
        self.weights = _weights(length, frequencies, self.thresholds)
        self.block = max(1, BLOCK_BYTES // wave[:1].nbytes)
        self.buffers = np.empty((3, self.block, len(frequencies)), dtype=np.complex128)

    def add(self, answers: NDArray[np.uint8], out: NDArray[np.float64]) -> None:
        """Add the share of these frequencies to the chances of some sheets."""
        codes = [joint.codes(answers) for joint in self.joints]
        packed = np.zeros((max(LEVEL) + 1, len(answers)), dtype=np.int64)
        for joint, own in zip(self.joints, codes, strict=True):
            packed += joint.reach(own)
        reach = Reach.unpacked(packed)
        stars = _settle(self.thresholds, reach, out)
        every = np.concatenate(codes)
        for pattern in np.unique(stars[stars > 0]).tolist():
            rows = np.flatnonzero(stars == pattern)
            for start in range(0, len(rows), self.block):
                block = rows[start : start + self.block]
                looked_up = every.take(block, axis=1).astype(np.intp)
                for star, chance in self._chances(pattern, looked_up, reach.low[0, block]):
                    out[block, star] += chance

    def _chances(
        self, pattern: int, codes: NDArray[np.intp], low: NDArray[np.int64]
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Yield, for each star of the pattern, the share of these frequencies in its chance."""
        shared, product, buffer = self.buffers[:, : len(low)]
        start: NDArray[np.complex128] = np.ones((1, 1), dtype=np.complex128)
        for fill, rows in self.alike:
            fill(0, codes[rows], buffer)
            start = np.multiply(start, buffer, out=shared)
        for level in range(max(LEVEL) + 1):
            stars = [s for s in range(1, 6) if LEVEL[s] == level and pattern >> s & 1]
            whole = start
            for fill, rows in self.others if stars else ():
                fill(level, codes[rows], buffer)
                whole = np.multiply(whole, buffer, out=product)
            for star in stars:
                room = np.clip(self.thresholds[star] - low, 0, self.length)
                weights = buffer.view(np.float64)
                self.weights[star].take(room, axis=0, out=weights, mode="clip")
                yield star, np.einsum("ij,ij->i", whole.view(np.float64), weights)


def _weights(
    length: int, frequencies: NDArray[np.int64], thresholds: tuple[int, ...]
) -> list[NDArray[np.float64]]:
    """Return what sums a transform to the tail from each threshold.

    Arrays are (length + 1, 2 * frequencies). Row j is for sheets whose least total lies j below
    the threshold: their totals fill the residues from the threshold on, length - j of them. A row
    holds conjugates, real and imaginary parts in turn, so that the real part of the product is a
    plain sum of products.
    """
    count = length - np.arange(length + 1)[:, None]
    half_turns = np.arange(2 * length)
    # Sines near a half turn are taken from the other side, for they lose their digits there.
    angle = np.pi / length * np.minimum(half_turns % length, -half_turns % length)
    sine = np.sin(angle) * np.where(half_turns < length, 1, -1)
    turns = np.exp(1j * np.pi / length * half_turns)
    first = frequencies == 0
    ratio = sine[count * frequencies % (2 * length)] / np.where(first, 1, sine[frequencies])
    # All frequencies but the first, and the one in the middle, stand for a pair of conjugates.
    size = np.where(first, count, ratio) * np.where(first | (2 * frequencies == length), 1, 2)
    size = size / length
    return [
        (turns[(2 * t + count - 1) * frequencies % (2 * length)] * size).view(np.float64)
        for t in thresholds
    ]
