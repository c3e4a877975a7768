"""Cells of result files as numbers and texts: of JSON as they are, of tables from their text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.tables._result_findings import Findings, Piece
from ocop.text import quoted

__all__ = ["texts", "whole_numbers"]

LONGEST = 9
"""Digits of the largest number that is read; no points, counts or ranks have more."""

Ints = NDArray[np.int64]


def whole_numbers(piece: Piece, name: str, findings: Findings, *, empty: bool = False) -> Ints:
    """Return a column of whole numbers from 0; -1 where a cell is none, which is a problem.

    With `empty`, a cell without content is 0.
    """
    cells = piece.columns[name]
    found: list[int] | None
    if piece.textual:
        found = _digits(cells, empty=empty)
        if found is None:
            found = [(_digits([cell], empty=empty) or [-1])[0] for cell in cells]
    else:
        found = [_number(cell, empty=empty) for cell in cells]
    numbers = np.array(found, dtype=np.int64)

    def message(row: int) -> str:
        return f"found {quoted(cells[row])}, allowed are whole numbers{' or nothing' * empty}"

    findings.cell("not-a-whole-number", numbers < 0, message, name)
    return numbers


def texts(piece: Piece, name: str, findings: Findings) -> list[str]:
    """Return a column of texts; an empty one where a cell is none, which is a problem."""
    cells = piece.columns[name]
    if set(map(type, cells)) <= {str}:
        return list(cells)
    wrong = np.array([type(cell) is not str for cell in cells], dtype=np.bool_)

    def message(row: int) -> str:
        return f"found {quoted(cells[row])}, allowed is text"

    findings.cell("wrong-type", wrong, message, name)
    return [cell if type(cell) is str else "" for cell in cells]


def _digits(cells: Sequence[str], *, empty: bool) -> list[int] | None:
    """Return the numbers of texts that hold digits alone; None where one does not."""
    together = "".join(cells)
    if together and not (together.isascii() and together.isdigit()):
        return None
    if max(map(len, cells)) > LONGEST or not (empty or all(cells)):
        return None
    known = {text: int(text or 0) for text in set(cells)}
    return [known[text] for text in cells]


def _number(cell: Any, *, empty: bool) -> int:
    if cell is None and empty:
        return 0
    return cell if type(cell) is int and 0 <= cell < 10**LONGEST else -1
