"""Reads the plainest blocks of the long form with compiled loops, without splitting them."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.tables._cells import PADDING, Cells, Places
from ocop.tables._slots import Slots
from ocop.tables._split import is_utf8
from ocop.tables._vocabulary import Numbers


@frozen(eq=False)
class Skimmed:
    """Some rows: how many bytes they are, and the number of the pair in each.

    `heads` holds the cells before the pair, once for rows together where they are equal, which
    `counts` counts; `rows` is the row of the file of each single row.
    """

    size: int
    pairs: Numbers
    heads: Cells
    counts: Places
    rows: NDArray[np.int64]


def skimmed(
    block: bytes, delimiter: str, at: dict[str, int], slots: Slots, row: int, loops: Any
) -> Skimmed | None:
    """Return the first rows of a block, up to one that has to be split; None where there is none.

    The pair of criterion and answer must stand at the end of rows, and be one of the known ones.
    Without quotation marks and carriage returns, all text is what it seems.
    """
    width = at["criterion"]
    # What rows find is put together, not the same for rows that are otherwise equal.
    if not 0 < width == len(at) - 2 or at["answer"] != width + 1 or "findings" in at:
        return None
    if b'"' in block or b"\r" in block or not is_utf8(block):
        return None
    text = np.frombuffer(b"".join((b"\n", block, b"\n", PADDING)), dtype=np.uint8)
    most = len(block) // (width + 2) + 1
    begins, stops, pairs = (np.empty(most, dtype=np.int64) for _ in range(3))
    ends = np.empty((most, width), dtype=np.int64)
    place = begins, ends, stops, pairs
    byte, limit = ord(delimiter), csv.field_size_limit()
    size, count, runs = loops.skim(text, len(block), byte, limit, *slots.held, *place)
    if not count:
        return None
    rows = np.arange(row, row + count)
    counts = np.diff(stops[:runs], prepend=0)
    first = rows[stops[:runs] - counts]
    heads = Cells(text, begins[:runs], ends[:runs], (byte, byte), first, None, loops)
    return Skimmed(min(size, len(block)), pairs[:count], heads, counts, rows)
