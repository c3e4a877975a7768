"""Numbers for distinct texts, whole columns of cells at a time: a hash table over arrays."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ocop.tables._cells import LONGEST_KEY, Cells, Span
from ocop.tables._slots import FACTOR, Slots

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

Kind = TypeVar("Kind", bound=np.generic)


class Vocabulary:
    """Gives every distinct key a number from 0; a key is a column of words, shape (words, keys).

    Words of 0 at the end do not make another key.
    """

    def __init__(self) -> None:
        self._keys: Keys = np.zeros((1, 64), dtype=np.uint64)
        self._slots = np.full(512, -1, dtype=np.int32)
        self._count = 0

    def numbers(self, keys: Keys) -> tuple[Numbers, Numbers]:
        """Return the number of each key, and a place of each new one in the order of numbers."""
        self._make_room(len(keys), 0)
        hashes = hashed(keys)
        found, missing = self._look_up(keys, hashes)
        firsts = [missing[:0]]
        while len(missing):
            first, which = _distinct(hashes[missing])
            first = missing[first]
            given = self._learn(keys[:, first], hashes[first])
            firsts.append(first)
            # Different keys with one hash are rare, and wait for the next round.
            same = (keys[:, missing] == keys[:, first[which]]).all(axis=0)
            found[missing[same]] = given[which[same]]
            missing = missing[~same]
        return found, np.concatenate(firsts)

    def reserve(self) -> int:
        """Return a number that no key gets."""
        self._make_room(1, 1)
        self._count += 1
        return self._count - 1

    def _look_up(self, keys: Keys, hashes: Keys) -> tuple[Numbers, Numbers]:
        """Return the number of each key, and the places of those that have none yet."""
        slots = self._home(hashes)
        found = self._slots.take(slots).astype(np.int64)
        todo = np.flatnonzero(~self._equal(found, keys) | (found < 0))
        missing = [todo[:0]]
        while len(todo):
            free = found[todo] < 0
            missing.append(todo[free])
            todo = todo[~free]
            slots[todo] = (slots[todo] + 1) % len(self._slots)
            found[todo] = self._slots[slots[todo]]
            todo = todo[~self._equal(found[todo], keys[:, todo]) | (found[todo] < 0)]
        return found, np.sort(np.concatenate(missing))

    def _equal(self, numbers: Numbers, keys: Keys) -> NDArray[np.bool_]:
        equal: NDArray[np.bool_] = self._keys[0].take(numbers) == keys[0]
        for n in range(1, len(self._keys)):
            equal &= self._keys[n].take(numbers) == (keys[n] if n < len(keys) else 0)
        return equal

    def _learn(self, keys: Keys, hashes: Keys) -> Numbers:
        numbers = np.arange(self._count, self._count + len(hashes))
        self._make_room(len(keys), len(hashes))
        self._keys[: len(keys), numbers] = keys
        self._count += len(hashes)
        self._place(numbers, hashes)
        return numbers

    def _place(self, numbers: Numbers, hashes: Keys) -> None:
        slots = self._home(hashes)
        while len(numbers):
            free = self._slots[slots] < 0
            self._slots[slots[free]] = numbers[free]
            lost = self._slots[slots] != numbers
            numbers, slots = numbers[lost], (slots[lost] + 1) % len(self._slots)

    def _home(self, hashes: Keys) -> Numbers:
        bits = len(self._slots).bit_length() - 1
        return (hashes >> np.uint64(64 - bits)).view(np.int64)

    def _make_room(self, words: int, more: int) -> None:
        has_words, has_room = self._keys.shape
        room = has_room
        while room < self._count + more:
            room *= 2
        if words > has_words or room > has_room:
            keys = np.zeros((max(words, has_words), room), dtype=np.uint64)
            keys[:has_words, :has_room] = self._keys
            self._keys = keys
        if room > has_room:
            placed = self._slots[self._slots >= 0].astype(np.int64)
            self._slots = np.full(8 * room, -1, dtype=np.int32)
            self._place(placed, hashed(self._keys[:, placed]))


def _distinct(hashes: Keys) -> tuple[Numbers, Numbers]:
    """Return where distinct hashes stand first, in that order, and which of them each one is."""
    ordered = np.sort(hashes)
    if not (ordered[1:] == ordered[:-1]).any():
        return np.arange(len(hashes)), np.arange(len(hashes))
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[which]


def hashed(keys: Keys) -> Keys:
    """Return a number for each key, which different keys hardly ever share."""
    hashes: Keys = keys[0] * np.uint64(FACTOR)
    for n in range(1, len(keys)):
        hashes += keys[n] * np.uint64(pow(FACTOR, n + 1, 1 << 64))
    return hashes


def hashes(cells: Cells, span: Span) -> Keys:
    """Return a number for each cell, equal where the cells are, hardly ever elsewhere."""
    if cells.loops is None:
        return hashed(cells.keys(span))
    found: Keys = cells.loops.hashes(cells.text, *span, np.uint64(FACTOR))
    return found


def too_long(span: Span, keys: Keys) -> NDArray[np.bool_]:
    """Return which pieces of text have more in them than their keys hold."""
    if 8 * len(keys) < LONGEST_KEY:
        return np.zeros(1, dtype=np.bool_)
    return span[1] - span[0] > LONGEST_KEY


class Spans:
    """Gives every distinct piece of text a number from 0; in `slots` with compiled loops."""

    def __init__(self) -> None:
        self._vocabulary, self.slots = Vocabulary(), Slots()
        self._long: dict[bytes, int] = {}

    def numbers(
        self, cells: Cells, span: Span, keys: Keys | None = None
    ) -> tuple[Numbers, Numbers]:
        """Return the number of each piece, and a place of each new one in the order of numbers.

        `keys` may hold what `cells` says of the span.
        """
        if cells.loops is not None:
            return self.slots.numbers(cells, span)
        keys = cells.keys(span) if keys is None else keys
        begins, ends = span
        is_long = too_long(span, keys)
        if not is_long.any():
            return self._vocabulary.numbers(keys)
        found = np.empty(len(begins), dtype=np.int64)
        short = np.flatnonzero(~is_long)
        found[short], new = self._vocabulary.numbers(keys[:, short])
        more = []
        text = cells.text[1:]
        for place in np.flatnonzero(is_long).tolist():
            piece = text[begins[place] : ends[place]].tobytes()
            if piece not in self._long:
                self._long[piece] = self._vocabulary.reserve()
                more.append(place)
            found[place] = self._long[piece]
        return found, np.append(short[new], np.array(more, dtype=np.int64))


class Texts:
    """Gives every distinct text a number from 0; `texts` holds them, as they stand in the file."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._spans = Spans()

    def numbers(self, cells: Cells, span: Span, keys: Keys | None = None) -> Numbers:
        """Return the number of each text; `keys` may hold what `cells` says of the span."""
        found, new = self._spans.numbers(cells, span, keys)
        if len(new):
            self.texts += cells.texts((span[0][new], span[1][new]))
        return found


class Repeated:
    """Reads the texts of a column; as long as they repeat, equal ones are one object."""

    def __init__(self) -> None:
        self._known: Texts | None = Texts()

    def read(self, cells: Cells, span: Span) -> list[str]:
        """Return cells as they stand."""
        if self._known is None:
            return cells.texts(span)
        texts, before = self._known.texts, len(self._known.texts)
        numbers = self._known.numbers(cells, span).tolist()
        if 2 * (len(texts) - before) > len(numbers):
            self._known = None
        return [texts[number] for number in numbers]


def grown(array: NDArray[Kind], size: int) -> NDArray[Kind]:
    """Return an array with at least `size` places, new ones 0: the same where it has them."""
    if size <= len(array):
        return array
    result = np.zeros(max(size, 2 * len(array)), dtype=array.dtype)
    result[: len(array)] = array
    return result
