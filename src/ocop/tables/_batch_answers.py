"""The answers of a batch: a column for each criterion, or packed words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem, SheetError
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.packing import field_widths, unpack
from ocop.tables._answers import ODD
from ocop.tables._batch_columns import Flags, whole_numbers, words
from ocop.tables._batch_header import SHOWN, WORD, BatchHeader
from ocop.tables._batch_problems import BatchProblems
from ocop.tables._packed_header import word_names
from ocop.tables._set_columns import missing_columns, set_columns

Answers = NDArray[np.uint8]
Rows = NDArray[np.int64]

CAST = "cast the column to whole numbers, null for what was not assessed"


class WideAnswers:
    """Answers under printed codes; `of` takes those of one set out and reports wrong ones."""

    def __init__(
        self, batch: Any, header: BatchHeader, problems: BatchProblems, arrow: Any
    ) -> None:
        self._batch, self._header, self._problems = batch, header, problems
        shape = (len(header.codes), batch.num_rows)
        self._values = np.full(shape, UNANSWERED, dtype=np.uint8)
        for row, code in zip(self._values, header.codes, strict=True):
            column = batch.column(header.at[code])
            found = whole_numbers(column, arrow)
            if found is None:
                message = f"found {column.type}, allowed are whole numbers"
                problems.column("wrong-dtype", message, code, CAST)
            else:
                row[:] = _stored(*found)

    def of(self, source: CriteriaSet, rows: Rows) -> Answers:
        """Return the answers of the rows of one set, shape (rows, criteria)."""
        codes = self._header.codes
        for problem in missing_columns(source, codes, SHOWN, None):
            self._problems.add(problem)
        columns = set_columns(source, codes)
        places, limits, there = columns.places, columns.limits, columns.places >= 0
        values = self._values[:, rows]
        wrong = (values != UNANSWERED) & (values >= limits[:, np.newaxis])
        if wrong.any():
            self._report(wrong, source, rows, limits)
            values[wrong] = UNANSWERED
        answers = np.full((len(there), len(rows)), UNANSWERED, dtype=np.uint8)
        answers[there] = values[places[there]]
        return answers.T

    def _report(self, wrong: Flags, source: CriteriaSet, rows: Rows, limits: Answers) -> None:
        for n, place in zip(*(each.tolist() for each in np.nonzero(wrong)), strict=True):
            code, row, limit = self._header.codes[n], int(rows[place]), int(limits[n])
            found = self._batch.column(self._header.at[code])[row].as_py()
            if limit:
                message = f"found {found}, allowed are 0 to {limit - 1} or null"
                self._problems.cell("option-out-of-range", message, row, code)
            else:
                message = f"found {found}, but set {source.number} {source.group.slug} "
                message += f"has no criterion {code}"
                self._problems.cell("criterion-not-in-set", message, row, code, "leave it null")


def _stored(values: NDArray[Any], nulls: Flags) -> Answers:
    """Return answers as they are stored, `ODD` for what no criterion has."""
    odd = np.asarray((values < 0) | (values >= ODD), dtype=np.bool_)
    # Not ODD at once, which does not fit into every type that a column can have.
    stored = np.where(odd, 0, values).astype(np.uint8)
    stored[odd] = ODD
    stored[nulls] = UNANSWERED
    return stored


class PackedAnswers:
    """Answers in words; `of` takes those of one set out and reports wrong ones."""

    def __init__(
        self, batch: Any, header: BatchHeader, problems: BatchProblems, arrow: Any
    ) -> None:
        self._header, self._problems = header, problems
        self._words: dict[str, NDArray[np.uint64]] = {}
        self._nulls: dict[str, Flags] = {}
        for name in filter(WORD.fullmatch, header.at):
            column = batch.column(header.at[name])
            found = words(column, arrow)
            if found is None:
                message = f"found {column.type}, allowed are whole numbers"
                problems.column("wrong-dtype", message, name)
                self._words[name] = np.zeros(batch.num_rows, dtype=np.uint64)
                self._nulls[name] = np.zeros(batch.num_rows, dtype=np.bool_)
                continue
            self._words[name], self._nulls[name], odd = found
            for row in np.flatnonzero(odd).tolist():
                message = f"found {column[row].as_py()}, allowed are 0 to {2**64 - 1}"
                problems.cell("out-of-range", message, row, name)

    def of(self, source: CriteriaSet, rows: Rows) -> Answers:
        """Return the answers of the rows of one set, shape (rows, criteria)."""
        needed = word_names(len(field_widths(source)))
        missing = [name for name in needed if name not in self._words]
        if missing:
            message = f"set {source.number} {source.group.slug} needs the columns "
            self._problems.add(Problem("missing-column", message + ", ".join(missing), SHOWN))
        matrix = np.zeros((len(needed), len(rows)), dtype=np.uint64)
        for name, values in self._words.items():
            if name in needed:
                matrix[needed.index(name)] = values[rows]
                for row in rows[self._nulls[name][rows]].tolist():
                    message = "found null, allowed is a whole number"
                    self._problems.cell("null-value", message, row, name)
                continue
            for row in rows[values[rows] != 0].tolist():
                message = f"found bits in {name}, set {source.number} {source.group.slug} "
                message += f"has {len(needed)} words"
                self._problems.cell("stray-bits", message, row, name)
        try:
            return unpack(matrix.T, source)
        except SheetError as error:
            for problem in error.problems:
                row = int(rows[(problem.line or 1) - 1])
                self._problems.cell(problem.code, problem.message, row, str(problem.path))
            self._problems.count(error.more)
            return np.full((len(rows), len(source.items)), UNANSWERED, dtype=np.uint8)
