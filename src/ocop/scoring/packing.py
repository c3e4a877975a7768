"""Answers packed into 64-bit words: two words hold a sheet of any shipped criteria set.

The layout follows from the options of the criteria alone, so that other programs can read it:

- Every criterion has one bit field. Fields stand in printed order, the first in the lowest bits of
  word 0, each next one in the bits above it.
- A criterion with k options has k + 2 codes, 0 to k + 1, and a field as wide as k + 1 in binary:
  2 bits for 1 or 2 options, 3 bits for 3 to 6, 4 bits for 7 to 14.
- The codes are 0 for unanswered, 1 for none met, and p + 1 for option p.
- A field never crosses words: one that does not fit into what is left begins the next word. Bits
  above the last field of a word are 0.

So the code of a criterion is ``(word >> shift) & ((1 << width) - 1)``, where `shift` is the sum of
the widths before it in its word. `field_widths` gives the widths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem, SheetError
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import table_of

__all__ = ["field_widths", "pack", "unpack"]

WORD = 64
"""Bits of a word."""

BLOCK = 1 << 15
"""Sheets packed or unpacked at once: what is made on the way takes about 2 MB."""


def field_widths(criteria_set: CriteriaSet) -> tuple[tuple[int, ...], ...]:
    """Return the widths of the fields in bits, one tuple per word, in printed order.

    Examples
    --------
    >>> import ocop
    >>> first, second = field_widths(ocop.criteria_set("qd-26-2026", "tea"))
    >>> first[:7], len(first), len(second)
    ((3, 3, 3, 3, 3, 3, 2), 22, 10)
    """
    words: list[list[int]] = []
    free = 0
    for options in table_of(criteria_set).sizes.tolist():
        width = (options + 1).bit_length()
        if width > free:
            words.append([])
            free = WORD
        words[-1].append(width)
        free -= width
    return tuple(map(tuple, words))


def pack(sheets: Sheets) -> NDArray[np.uint64]:
    """Return the answers of a batch as words, shape (sheets, words), each word a whole column.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheet = ocop.Sheet(criteria_set=tea, answers={"1.1": 3, "1.2": 0})
    >>> pack(ocop.Sheets.of([sheet])).tolist()
    [[12, 0]]
    """
    widths = field_widths(sheets.criteria_set)
    words = np.empty((len(sheets), len(widths)), dtype=np.uint64, order="F")
    for low in range(0, len(sheets), BLOCK):
        block = slice(low, low + BLOCK)
        # A stored answer plus one is its code: unanswered, 255, becomes 0.
        codes = sheets.answers[block].T + np.uint8(1)
        for word, (first, fields) in enumerate(_placed(widths)):
            words[block, word] = _joined(codes[first : first + len(fields)], fields)
    words.setflags(write=False)
    return words


def unpack(words: NDArray[np.uint64], criteria_set: CriteriaSet) -> NDArray[np.uint8]:
    """Return the answers that words hold, shape (sheets, criteria), with contiguous columns.

    Parameters
    ----------
    words : ndarray of uint64, shape (sheets, words)
        As `pack` makes them.
    criteria_set : CriteriaSet
        The set that the sheets belong to.

    Raises
    ------
    SheetError
        ``wrong-shape``, ``wrong-dtype``; ``stray-bits`` where a bit is set that belongs to no
        criterion, ``option-out-of-range`` where a code has no option: all of them, by row.

    Examples
    --------
    >>> import numpy as np, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> unpack(np.array([[12, 0]], dtype=np.uint64), tea)[0, :3].tolist()
    [3, 0, 255]
    """
    widths = field_widths(criteria_set)
    _check_array(words, len(widths))
    table = table_of(criteria_set)
    answers = np.empty((len(words), len(table.codes)), dtype=np.uint8, order="F")
    problems = list(_stray_bits(words, widths))
    if problems:
        words = words & np.array([(1 << sum(fields)) - 1 for fields in widths], dtype=np.uint64)
    for low in range(0, len(words), BLOCK):
        codes = answers[low : low + BLOCK].T
        for word, (first, fields) in enumerate(_placed(widths)):
            _split(words[low : low + BLOCK, word], fields, codes[first : first + len(fields)])
        for code, size, row in zip(table.codes, table.sizes.tolist(), codes, strict=True):
            if row.max() > size + 1:
                problems += _without_option(row, code, size, low)
        codes -= np.uint8(1)
    if problems:
        problems.sort(key=lambda problem: problem.line or 0)
        raise SheetError(problems[:MAX_LISTED], max(len(problems) - MAX_LISTED, 0))
    return answers


def _placed(widths: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield, for every word, the number of its first criterion and the widths of its fields."""
    first = 0
    for fields in widths:
        yield first, fields
        first += len(fields)


def _smallest(bits: int) -> type[np.unsignedinteger]:
    """Return the smallest type that holds so many bits; small types go through faster."""
    kinds = ((8, np.uint8), (16, np.uint16), (32, np.uint32))
    return next((kind for limit, kind in kinds if bits <= limit), np.uint64)


def _joined(codes: NDArray[np.uint8], widths: tuple[int, ...]) -> NDArray[np.unsignedinteger]:
    """Return the fields of one word joined, halves first."""
    word: NDArray[np.unsignedinteger] = codes[0]
    if len(widths) > 1:
        half = len(widths) // 2
        low, high = _joined(codes[:half], widths[:half]), _joined(codes[half:], widths[half:])
        word = np.left_shift(high, sum(widths[:half]), dtype=_smallest(sum(widths)))
        word |= low
    return word


def _split(
    values: NDArray[np.unsignedinteger], widths: tuple[int, ...], codes: NDArray[np.uint8]
) -> None:
    """Split the fields of one word into rows of codes, halves first."""
    if len(widths) == 1:
        codes[0] = values
        return
    half = len(widths) // 2
    low, high = sum(widths[:half]), sum(widths[half:])
    kind = values.dtype.type
    lower = (values & kind((1 << low) - 1)).astype(_smallest(low), copy=False)
    upper = (values >> kind(low)).astype(_smallest(high), copy=False)
    _split(lower, widths[:half], codes[:half])
    _split(upper, widths[half:], codes[half:])


def _check_array(words: NDArray[np.uint64], count: int) -> None:
    if words.dtype != np.uint64:
        message = f"found dtype {words.dtype}, allowed is uint64"
        raise SheetError([Problem("wrong-dtype", message, path="words")])
    if words.ndim != 2 or words.shape[1] != count:
        message = f"found the shape {words.shape}, allowed is (sheets, {count})"
        raise SheetError([Problem("wrong-shape", message, path="words")])


def _stray_bits(words: NDArray[np.uint64], widths: Sequence[tuple[int, ...]]) -> Iterator[Problem]:
    for word, fields in enumerate(widths):
        used = sum(fields)
        if used < WORD:
            stray = words[:, word] >= np.uint64(1 << used)
            for row in np.flatnonzero(stray).tolist():
                highest = int(words[row, word]).bit_length() - 1
                message = f"found bit {highest} set, allowed are bits 0 to {used - 1}"
                yield Problem("stray-bits", message, None, row + 1, path=f"word_{word}")


def _without_option(
    codes: NDArray[np.uint8], name: str, options: int, before: int
) -> Iterator[Problem]:
    for row in np.flatnonzero(codes > options + 1).tolist():
        message = f"found the code {codes[row]}, allowed are 0 (unanswered), 1 (none met) "
        message += f"and 2 to {options + 1} (options 1 to {options})"
        yield Problem("option-out-of-range", message, None, before + row + 1, path=name)
