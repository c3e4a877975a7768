"""The sheets of one set: their columns by name, and gathered again from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem, SheetError
from ocop.scoring.packing import unpack
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_header import word_names
from ocop.tables._packed_law import Chosen
from ocop.tables._packed_text import Lines

NUMBERS: dict[str, Any] = {"findings": np.uint64, "row": np.int64}
"""The types of the optional columns that are not text."""


def values_of(batch: Sheets, name: str) -> Any:
    """Return a column of a batch, one value per sheet; None where the batch does not state it."""
    own = {
        "product": batch.products,
        "findings": batch.findings,
        "assessor": batch.assessors,
        "row": batch.rows,
    }
    return own[name] if name in own else batch.columns.get(name)


class Gathered:
    """Sheets of one set as they come out of a file; `count` of them are expected.

    `problems` and `more` are what was found wrong with them, and how much more was counted.
    """

    def __init__(self, chosen: Chosen, count: int, shown: str) -> None:
        self.chosen, self.shown = chosen, shown
        self.problems: list[Problem] = []
        self.more = 0
        shape = (count, len(chosen.criteria_set.items))
        self.answers = np.empty(shape, dtype=np.uint8, order="F")
        self.values: dict[str, Any] = {
            name: np.empty(count, dtype=NUMBERS[name]) if name in NUMBERS else []
            for name in ("product", *chosen.columns)
        }
        self.lines: list[Lines] = []

    def add(self, lines: Lines, values: Mapping[str, list[str] | NDArray[Any]]) -> None:
        """Take further sheets, each column by its name; `lines` are their places in the file."""
        first = len(self.values["product"])
        part = slice(first, first + len(lines))
        for name, column in self.values.items():
            column[part] = values[name]
        self.lines.append(lines)
        words = [values[name] for name in word_names(self.chosen.words)]
        matrix = np.array(words, dtype=np.uint64).reshape(len(words), len(lines)).T
        try:
            self.answers[part] = unpack(matrix, self.chosen.criteria_set)
        except SheetError as error:
            self.more += error.more
            for problem in error.problems:
                row = (problem.line or 1) - 1
                path = f"{values['product'][row]}: {problem.path}"
                placed = replace(problem, file=self.shown, line=int(lines[row]), path=path)
                self.problems.append(placed)

    def sheets(self) -> Sheets | None:
        """Return the batch, or None where something is wrong with it."""
        if self.problems:
            return None
        columns: dict[str, Any] = {
            name: values if name in NUMBERS else tuple(values)
            for name, values in self.values.items()
        }
        for name in NUMBERS.keys() & columns:
            columns[name].setflags(write=False)
        try:
            return Sheets(
                criteria_set=self.chosen.criteria_set,
                products=columns.pop("product"),
                answers=self.answers,
                findings=columns.pop("findings", None),
                assessors=columns.pop("assessor", None),
                rows=columns.pop("row", None),
                columns=columns,
            )
        except SheetError as error:
            self.more += error.more
            self.problems += map(self._in_file, error.problems)
            return None

    def _in_file(self, problem: Problem) -> Problem:
        """Return a problem of the batch with the places of its rows in the file."""
        line = problem.line and self._line(problem.line)
        message = re.sub(
            "(?<= in row )[0-9]+$", lambda row: str(self._line(int(row[0]))), problem.message
        )
        return replace(problem, message=message, file=self.shown, line=line, column=None)

    def _line(self, row: int) -> int:
        for lines in self.lines:
            if row <= len(lines):
                return int(lines[row - 1])
            row -= len(lines)
        raise IndexError(row)
