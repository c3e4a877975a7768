"""Reads the cells of answers: single digits all at once, other cells by the texts met so far."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._cells import Cells, Places
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.tables._vocabulary import Texts
from ocop.text import quoted

ODD = 254
"""Read from a cell that is neither empty nor a whole number as numbers are written."""

_MANY = 4096
# A comma without a space may be that of a decimal number.
_SEVERAL = re.compile(r"[0-9]+((\s*[;/&+]\s*|\s*,\s+)[0-9]+)+")

Answers = NDArray[np.uint8]


class AnswerReader:
    """Reads the answers in some columns; remembers the values of cells that are no digit."""

    def __init__(self, columns: Places) -> None:
        self._columns = columns
        # The first and the last of columns that stand side by side.
        chosen = {*columns.tolist()}
        firsts = sorted(column for column in chosen if column - 1 not in chosen)
        lasts = sorted(column for column in chosen if column + 1 not in chosen)
        self._groups = list(zip(firsts, lasts, strict=True))
        self._texts, self._values = Texts(), np.empty(0, dtype=np.uint8)

    def read(self, cells: Cells) -> Answers:
        """Return the numbers in the columns, shape (columns, rows).

        Empty cells give `UNANSWERED`, those that are no whole number below 254 give `ODD`.
        """
        if cells.loops is not None:
            return self._read_compiled(cells)
        # The last byte of each cell; of an empty cell, the mark before it.
        last = np.ascontiguousarray(cells.last_bytes().T)[self._columns]
        empty = (last == cells.marks[0]) | (last == cells.marks[1])
        values = last ^ np.uint8(ord("0"))
        odd = ~(empty | (values <= 9))
        # Where a row has as many bytes in these columns as cells filled, none has two.
        filled = (~empty).sum(axis=0, dtype=np.uint16)
        longer = np.flatnonzero(self._bytes(cells) != filled)
        if len(longer):
            odd[:, longer] |= (cells.rows(longer).sizes() > 1)[:, self._columns].T
        values |= np.negative(empty.view(np.uint8))
        if odd.any():
            which, rows = np.nonzero(odd)
            values[which, rows] = self._others(cells, rows, self._columns[which])
        return values

    def _read_compiled(self, cells: Cells) -> Answers:
        order = np.arange(len(cells)) if cells.order is None else cells.order
        values = np.empty((len(self._columns), len(cells)), dtype=np.uint8)
        place = cells.begins, cells.ends, order, self._columns
        if cells.loops.single_digits(cells.text, *place, UNANSWERED, ODD, values):
            which, rows = np.nonzero(values == ODD)
            values[which, rows] = self._others(cells, rows, self._columns[which])
        return values

    def _bytes(self, cells: Cells) -> Places:
        """Return how many bytes of text each row has in the columns."""
        found = np.zeros(len(cells), dtype=np.int64)
        for first, last in self._groups:
            begins, ends = cells.span(first, last)
            found += ends - begins - (last - first)
        return found

    def _others(self, cells: Cells, rows: Places, columns: Places) -> Answers:
        if len(self._values) > _MANY:
            self._texts, self._values = Texts(), self._values[:0]
        numbers = self._texts.numbers(cells, cells.some(rows, columns))
        new = [answer_value(text) for text in self._texts.texts[len(self._values) :]]
        self._values = np.append(self._values, np.array(new, dtype=np.uint8))
        return self._values[numbers]


def answer_value(text: str) -> int:
    """Return the answer that a cell holds, `UNANSWERED` where it is empty, else `ODD`."""
    cell = text.strip()
    if not cell:
        return UNANSWERED
    plain = cell.isascii() and cell.isdigit() and len(cell) <= 3 and str(int(cell)) == cell
    return min(int(cell), ODD) if plain else ODD


def wrong_position(text: str, size: int) -> Problem:
    """Return what is wrong with a cell that is no answer to a criterion of `size` options."""
    cell = text.strip()
    found = f"found {describe(cell)}"
    if _SEVERAL.fullmatch(cell):
        return Problem("several-answers", f"{found}, allowed is one answer", hint="keep one")
    allowed = [str(n) for n in range(size + 1)]
    digits = cell[1:] if cell[:1] in ("-", "+") else cell
    whole = digits.isascii() and digits.isdigit()
    code, hint = "option-out-of-range" if whole else "not-a-whole-number", None
    if whole and cell[0] != "-" and (plain := digits.lstrip("0") or "0") in allowed:
        code, hint = "not-a-whole-number", f"write {quoted(plain)}"
    return Problem(code, f"{found}, allowed are 0 to {size} or empty", hint=hint)


def report_foreign(
    problems: Problems, text: str, source: CriteriaSet, row: int, name: str, code: str, hint: str
) -> None:
    """Report an answer in the column `name` to a criterion that the row's set does not have."""
    message = f"found {describe(text)}, but set {source.number} {source.group.slug} "
    message += f"has no criterion {code}"
    problems.cell("criterion-not-in-set", message, row, name, hint, code)
