"""Numbers for distinct texts with compiled loops: a hash table that reads the text itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocop.tables._cells import Cells, Places, Span

# With the seed of Python's own hashes: no file can be made whose keys all fall together. Nothing
# that is read depends on it.
FACTOR = 0x9E3779B97F4A7C15 ^ (hash("ocop") & 0xFFFF_FFFF_FFFF_FFFE)


class Slots:
    """Gives every distinct piece of text a number from 0; what a slot holds says `number`."""

    def __init__(self) -> None:
        self._slots = np.zeros((512, 2), dtype=np.uint64)
        self._kept = np.zeros(512, dtype=np.uint64)
        self._used = np.zeros(3, dtype=np.int64)

    @property
    def held(self) -> tuple[np.uint64, NDArray[np.uint64], NDArray[np.uint64]]:
        """What a loop needs that looks texts up: the factor, the slots, and longer texts."""
        return np.uint64(FACTOR), self._slots, self._kept

    def numbers(self, cells: Cells, span: Span) -> tuple[Places, Places]:
        """Return the number of each piece, and places of new ones in the order of numbers."""
        begins, ends = span
        found, new = np.empty_like(begins), np.empty_like(begins)
        done = self._used[2] = 0
        while True:
            place = cells.text, begins, ends, done
            done = cells.loops.number(*place, *self.held, self._used, found, new)
            if done == len(begins):
                return found, new[: self._used[2]]
            self._make_room(cells, int(ends[done] - begins[done]))

    def _make_room(self, cells: Cells, size: int) -> None:
        count, kept, _ = self._used.tolist()
        if 2 * count >= len(self._slots):
            slots = np.zeros((2 * len(self._slots), 2), dtype=np.uint64)
            cells.loops.move(self._slots, slots, np.uint64(FACTOR))
            self._slots = slots
        if kept + size > len(self._kept):
            more = np.zeros(len(self._kept) + size, dtype=np.uint64)
            self._kept = np.concatenate((self._kept, more))
