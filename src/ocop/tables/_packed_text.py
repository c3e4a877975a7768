"""Columns of text as bytes: one run of UTF-8, and how many bytes of it each cell takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.text import quoted

ROWS = 1 << 16
"""Rows that are written or read at once."""

Lines = Sequence[int] | NDArray[np.int64]
"""The places of rows in their file, from 1."""


def encode(values: Sequence[str], place: str, before: int) -> tuple[bytes, NDArray[np.uint32]]:
    """Return cells as one run of UTF-8 and the bytes of each; `before` rows of `place` stand above.

    Raises
    ------
    InputError
        ``not-text``, ``bad-character``, by row.
    """
    try:
        text = "".join(values)
        cells = values if text.isascii() else [value.encode() for value in values]
    except (TypeError, UnicodeEncodeError) as error:
        raise InputError(_not_encodable(values, place, before)) from error
    lengths = np.fromiter(map(len, cells), dtype=np.uint32, count=len(cells))
    return text.encode(), lengths


def _not_encodable(values: Sequence[object], place: str, before: int) -> Iterable[Problem]:
    for row, value in enumerate(values, start=before + 1):
        if not isinstance(value, str):
            message = f"found {quoted(value)}, allowed is text"
            yield Problem("not-text", message, None, row, path=place)
        elif any("\ud800" <= letter <= "\udfff" for letter in value):
            message = f"found half a character in {quoted(value)}, which no file can hold"
            yield Problem("bad-character", message, None, row, path=place)


def decode(text: bytes, lengths: NDArray[np.uint32]) -> tuple[list[str], list[int]]:
    """Return the cells of a run of text, and the rows of those that are not UTF-8."""
    ends = [0, *np.cumsum(lengths, dtype=np.int64).tolist()]
    if text.isascii():
        letters = text.decode()
        return [letters[low:high] for low, high in pairwise(ends)], []
    return decode_cells(text[low:high] for low, high in pairwise(ends))


def decode_cells(cells: Iterable[bytes]) -> tuple[list[str], list[int]]:
    """Return cells as text, and the rows of those that are not UTF-8."""
    texts, wrong = [], []
    for row, cell in enumerate(cells):
        try:
            texts.append(cell.decode())
        except UnicodeDecodeError:
            texts.append("")
            wrong.append(row)
    return texts, wrong


def not_utf8(wrong: Iterable[int], lines: Lines, name: str, shown: str) -> Iterator[Problem]:
    """Yield the problem of each cell that is not UTF-8; `lines` are the places of all rows."""
    for row in wrong:
        message = "found bytes that are not UTF-8, allowed is UTF-8"
        yield Problem("not-utf8", message, shown, int(lines[row]), path=name)
