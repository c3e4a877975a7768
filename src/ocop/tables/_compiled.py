"""The reader's loops as compiled code, where the extra ``fast`` is installed.

Text comes as in `Cells`: a mark, then the cells, then enough padding to read words of eight bytes
from any cell on. Places count from behind the first mark.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ocop.scoring._compiled import compile_loop

__all__ = ["changes", "hashes", "lines", "move", "number", "places", "single_digits", "state"]

_U64 = np.uint64
_SIZE = _U64(40)
_VALUE = (_U64(1) << _SIZE) - _U64(1)
_ONES, _LOWER = _U64(0x0101010101010101), _U64(0x7F7F7F7F7F7F7F7F)
_INDEX = _U64(0x0001020304050607)


@compile_loop
def _word(text: Any, at: Any) -> Any:
    """Return eight bytes as one number; the compiler makes one load of it."""
    # Unsigned throughout: places of that kind are not checked for being negative.
    return (
        _U64(text[at])
        | (_U64(text[at + _U64(1)]) << _U64(8))
        | (_U64(text[at + _U64(2)]) << _U64(16))
        | (_U64(text[at + _U64(3)]) << _U64(24))
        | (_U64(text[at + _U64(4)]) << _U64(32))
        | (_U64(text[at + _U64(5)]) << _U64(40))
        | (_U64(text[at + _U64(6)]) << _U64(48))
        | (_U64(text[at + _U64(7)]) << _U64(56))
    )


@compile_loop
def _part(text: Any, at: Any, size: Any) -> Any:
    """Return the first `size` bytes as one number, at most eight."""
    if size >= 8:
        return _word(text, at)
    return _word(text, at) & ((_U64(1) << _U64(8 * size)) - _U64(1))


@compile_loop
def _same(text: Any, at: Any, other: Any, place: Any, size: Any) -> Any:
    """Say whether `size` bytes of two texts are equal."""
    for k in range(0, size, 8):
        if _part(text, at + _U64(k), size - k) != _part(other, place + _U64(k), size - k):
            return False
    return True


@compile_loop
def _hash(text: Any, at: Any, size: Any, factor: Any) -> Any:
    found = _U64(size) * factor
    for k in range(0, size, 8):
        found = (found ^ _part(text, at + _U64(k), size - k)) * factor
        found ^= found >> _U64(32)
    return found * factor


@compile_loop
def places(data: Any, cell_end: Any, row_end: Any) -> Any:
    """Return where the marks stand that end cells and rows, and how many end rows."""
    marks = np.empty(len(data), np.uint8)
    count = rows = 0
    one, two = np.uint8(cell_end), np.uint8(row_end)
    for k in range(len(data)):
        marks[k] = np.uint8((data[k] == one) | (data[k] == two))
    for k in range(len(data)):
        count += marks[k]
        rows += data[k] == two
    found = np.empty(count + 1, np.int64)
    n = _U64(0)
    for k in range(len(data)):
        # Written over unless it is a mark: without a branch, which would often be mistaken.
        found[n] = k
        n += _U64(marks[k])
    return found[:count], rows


@compile_loop
def changes(text: Any, begins: Any, ends: Any, changed: Any) -> None:
    """Mark cells that differ from the one above."""
    for k in range(1, len(begins)):
        size = ends[k] - begins[k]
        if size != ends[k - 1] - begins[k - 1] or not _same(
            text, _U64(begins[k] + 1), text, _U64(begins[k - 1] + 1), size
        ):
            changed[k] = True


@compile_loop
def hashes(text: Any, begins: Any, ends: Any, factor: Any) -> Any:
    """Return numbers that different cells hardly ever share."""
    found = np.empty(len(begins), np.uint64)
    for k in range(len(begins)):
        found[k] = _hash(text, _U64(begins[k] + 1), ends[k] - begins[k], factor)
    return found


@compile_loop
def lines(text: Any, begins: Any, ends: Any, count: int) -> Any:
    """Return cells one after the other, a line feed behind each; `count` bytes altogether."""
    found = np.empty(count, np.uint8)
    n = _U64(0)
    for k in range(len(begins)):
        for at in range(begins[k] + 1, ends[k] + 1):
            found[n] = text[_U64(at)]
            n += _U64(1)
        found[n] = 10
        n += _U64(1)
    return found


@compile_loop
def _home(key: Any, size: Any, factor: Any) -> Any:
    """Return the number that says in which slot a key belongs."""
    # The factor spreads the lower bits of the text upwards, the shift brings them down again.
    found = (key ^ _U64(size)) * factor
    found = (found ^ (found >> _U64(32))) * factor
    return found ^ (found >> _U64(32))


@compile_loop
def move(old: Any, slots: Any, factor: Any) -> None:
    """Put what stands in slots into other, empty ones."""
    last = _U64(len(slots) - 1)
    for k in range(len(old)):
        key, tag = old[k]
        if tag:
            place = _home(key, tag >> _SIZE, factor) & last
            while slots[place, 1]:
                place = (place + _U64(1)) & last
            slots[place, 0], slots[place, 1] = key, tag


@compile_loop
def _is_kept(text: Any, at: Any, size: Any, kept: Any, place: Any) -> Any:
    for k in range(0, size, 8):
        place += _U64(1)
        if _part(text, at + _U64(k), size - k) != kept[place]:
            return False
    return True


@compile_loop
def number(
    text: Any,
    begins: Any,
    ends: Any,
    first: int,
    factor: Any,
    slots: Any,
    kept: Any,
    used: Any,
    found: Any,
    new: Any,
) -> Any:
    """Write the number of each cell from `first` on, and the places of the new ones.

    A slot in use holds a key and a tag. Of up to eight bytes the key is the text, and the tag the
    size and one more than the number; of others the key is a hash, and the tag the size and where
    number and text stand in `kept`. `used` says how many numbers there are, how much of `kept` is
    in use, and how many numbers are new.

    Returns where it stopped: behind the last cell, or before one that there is no room for.
    """
    last = _U64(len(slots) - 1)
    for k in range(first, len(begins)):
        at, size = _U64(begins[k] + 1), ends[k] - begins[k]
        is_short = size <= 8
        key = _part(text, at, size) if is_short else _hash(text, at, size, factor)
        place = _home(key, size, factor) & last
        while True:
            tag = slots[place, 1]
            if tag == 0:
                words = 0 if is_short else 1 + (size + 7) // 8
                if 2 * used[0] >= len(slots) or used[1] + words > len(kept):
                    return k
                value = _U64(used[0] + 1 if is_short else used[1])
                if words:
                    kept[used[1]] = used[0]
                    for n in range(1, words):
                        start = 8 * (n - 1)
                        kept[used[1] + n] = _part(text, at + _U64(start), size - start)
                slots[place, 0], slots[place, 1] = key, (_U64(size) << _SIZE) | value
                found[k] = used[0]
                new[used[2]] = k
                used[0] += 1
                used[1] += words
                used[2] += 1
                break
            if slots[place, 0] == key and tag >> _SIZE == _U64(size):
                value = tag & _VALUE
                if is_short:
                    found[k] = np.int64(value) - 1
                    break
                if _is_kept(text, at, size, kept, value):
                    found[k] = np.int64(kept[value])
                    break
            place = (place + _U64(1)) & last
    return len(begins)


@compile_loop
def _matches(word: Any, byte: Any) -> Any:
    """Return the upper bit of each byte of a word that equals `byte`."""
    word ^= _U64(byte) * _ONES
    return ~(((word & _LOWER) + _LOWER) | word | _LOWER)


@compile_loop
def _first(matches: Any) -> Any:
    """Return which byte is the first to match."""
    lowest = (matches & (~matches + _U64(1))) >> _U64(7)
    return (lowest * _INDEX) >> _U64(56)


@compile_loop
def skim(
    text: Any,
    size: int,
    delimiter: int,
    limit: int,
    factor: Any,
    slots: Any,
    kept: Any,
    begins: Any,
    ends: Any,
    stops: Any,
    pairs: Any,
) -> Any:
    """Read rows whose last two cells are a pair of texts that `slots` has, up to another row.

    The first cells of rows are compared with those of the row above: `begins` and `ends` say where
    they stand in the first row of each run of equal ones, `stops` before which row it ends. Of
    every row `pairs` gets the number. Returns how many bytes, rows and runs were read.
    """
    last = _U64(len(slots) - 1)
    feed = 10
    at, above, head = _U64(1), _U64(1), _U64(0)
    row = runs = 0
    while at <= _U64(size):
        is_new = runs == 0 or not _same(text, at, text, above, np.int64(head))
        behind = at + head
        if is_new:
            behind = at
            for n in range(ends.shape[1]):
                while True:
                    word = _word(text, behind)
                    found = _matches(word, delimiter) | _matches(word, feed)
                    if found:
                        break
                    behind += _U64(8)
                behind += _first(found)
                if text[behind] == feed:
                    return np.int64(at) - 1, row, runs
                ends[runs, n] = np.int64(behind) - 1
                behind += _U64(1)
        stop = behind
        while True:
            found = _matches(_word(text, stop), feed)
            if found:
                break
            stop += _U64(8)
        stop += _first(found)
        length = np.int64(stop - behind)
        # A row that is too long, or has no text but its delimiters.
        whole = np.int64(stop - at)
        if whole > limit or whole == ends.shape[1] + 1:
            return np.int64(at) - 1, row, runs
        key = _part(text, behind, length) if length <= 8 else _hash(text, behind, length, factor)
        place = _home(key, length, factor) & last
        while True:
            tag = slots[place, 1]
            if tag == 0:
                return np.int64(at) - 1, row, runs
            if slots[place, 0] == key and tag >> _SIZE == _U64(length):
                value = tag & _VALUE
                if length <= 8:
                    pairs[row] = np.int64(value) - 1
                    break
                if _is_kept(text, behind, length, kept, value):
                    pairs[row] = np.int64(kept[value])
                    break
            place = (place + _U64(1)) & last
        if is_new:
            begins[runs] = np.int64(at) - 1
            above, head = at, behind - at
            runs += 1
        row += 1
        stops[runs - 1] = row
        at = stop + _U64(1)
    return np.int64(at) - 1, row, runs


@compile_loop
def single_digits(
    text: Any, begins: Any, ends: Any, order: Any, columns: Any, empty: Any, odd: Any, values: Any
) -> Any:
    """Write the digits in some columns, `empty` for no text, `odd` for more; count those."""
    others = 0
    none, other = np.uint8(empty), np.uint8(odd)
    for k in range(len(begins)):
        row = ends[order[k]]
        for n in range(len(columns)):
            column = columns[n]
            end = row[_U64(column)]
            begin = row[_U64(column - 1)] + 1 if column else begins[k]
            value = text[_U64(end)] ^ np.uint8(48)
            if end == begin:
                value = none
            elif end - begin > 1 or value > 9:
                value = other
                others += 1
            values[_U64(n), _U64(k)] = value
    return others


@compile_loop
def state(stated: Any, sheets: Any, most: int, table: Any, again: Any) -> None:
    """Keep what rows state of their sheets; mark those that state it again."""
    for k in range(len(stated)):
        if stated[k] >= 0 and sheets[k] >= 0:
            at = sheets[k] * most + (stated[k] >> 8)
            if table[at]:
                again[k] = True
            else:
                table[at] = np.uint8(stated[k]) + np.uint8(2)
