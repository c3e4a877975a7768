"""Reads Arrow batches of sheets, each checked as a whole, in the order of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import mixed_cases
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import table_of
from ocop.tables._batch_answers import PackedAnswers, WideAnswers
from ocop.tables._batch_columns import clean_names, texts
from ocop.tables._batch_findings import findings_of
from ocop.tables._batch_header import SHOWN, BatchHeader, batch_header
from ocop.tables._batch_problems import BatchProblems
from ocop.tables._batch_sets import set_numbers
from ocop.tables._packed_header import read_header
from ocop.tables._packed_law import choose
from ocop.tables._packed_parquet import KEY
from ocop.tables._rows import describe
from ocop.tables._set_names import NO_SET

Rows = NDArray[np.int64]


@frozen(eq=False, kw_only=True)
class BatchSheets:
    """The sheets of a batch: `parts` holds those of each set with their rows.

    `texts` are the columns product, assessor and those kept, as Arrow arrays in the order of the
    rows; `numbers` the set of each row.
    """

    texts: Mapping[str, Any]
    numbers: Rows
    parts: Sequence[tuple[Rows, Sheets]]


class BatchReader:
    """Reads the batches of one stream one after the other and counts their rows."""

    def __init__(
        self, law: Decision, fixed: CriteriaSet | None, keep: Sequence[str], arrow: Any
    ) -> None:
        self._law, self._fixed, self._keep, self._arrow = law, fixed, keep, arrow
        self._before = 0
        self._schema: Any = None
        self._header: BatchHeader | None = None

    def read(self, batch: Any) -> BatchSheets:
        """Return the sheets of a batch.

        Raises
        ------
        SheetError
            With every problem of the batch.
        """
        header = self._header_of(batch.schema)
        problems = BatchProblems(header, self._before)
        if not header.sound:
            raise problems.error()
        self._before += batch.num_rows
        columns = {
            name: self._texts(batch.column(header.at[name]), name, problems)
            for name in ("product", *self._keep)
            if name in header.at
        }
        numbers = self._set_numbers(batch, header, problems)
        parts = self._parts(batch, header, numbers, problems)
        if len(problems):
            raise problems.error()
        return BatchSheets(texts=columns, numbers=numbers, parts=parts)

    def _header_of(self, schema: Any) -> BatchHeader:
        if self._header is None or not schema.equals(self._schema, check_metadata=True):
            packed = (schema.metadata or {}).get(KEY.encode())
            if packed is not None:
                which = None if self._fixed is None else self._fixed.number
                choose(read_header(packed, SHOWN), self._law, which, None, SHOWN)
            self._header = batch_header(schema.names, self._law, self._fixed, self._keep)
            self._schema = schema
        return self._header

    def _texts(self, column: Any, name: str, problems: BatchProblems) -> Any:
        """Return a column of text; names in normal form."""
        found = texts(column, self._arrow)
        if found is None:
            message = f"found {column.type}, allowed is text"
            problems.column("wrong-type", message, name, "cast the column to text")
            if name == "product":
                problems.products = [""] * len(column)
            return self._arrow.nulls(len(column), self._arrow.large_string())
        cells, wrong = found
        for row in wrong:
            message = "found bytes that are not UTF-8, allowed is UTF-8"
            problems.cell("not-utf8", message, row, name)
        if name not in ("product", "assessor"):
            return cells
        given = [cell or "" for cell in cells.to_pylist()]
        names = clean_names(given)
        if name == "product":
            problems.products = names
            for row in [row for row, text in enumerate(names) if not text and row not in wrong]:
                problems.cell("missing-product", "the product's code is empty", row, name)
        if names is given and not cells.null_count:
            return cells
        for row in [row for row, text in enumerate(names) if not text.isprintable()]:
            message = f"found control characters in {describe(names[row])}"
            problems.cell("bad-character", message, row, name)
        return self._arrow.array(names, self._arrow.large_string())

    def _set_numbers(self, batch: Any, header: BatchHeader, problems: BatchProblems) -> Rows:
        if "set" not in header.at:
            assert self._fixed is not None  # the header is not sound without both
            return np.full(batch.num_rows, self._fixed.number)
        column = batch.column(header.at["set"])
        return set_numbers(column, self._law, self._fixed, problems, self._arrow)

    def _parts(
        self, batch: Any, header: BatchHeader, numbers: Rows, problems: BatchProblems
    ) -> list[tuple[Rows, Sheets]]:
        kind = PackedAnswers if header.packed else WideAnswers
        answers = kind(batch, header, problems, self._arrow)
        parts = []
        found = [number for number in np.unique(numbers).tolist() if number != NO_SET]
        chosen = [(self._law.sets[number], np.flatnonzero(numbers == number)) for number in found]
        findings = findings_of(batch, header, chosen, problems, self._arrow)
        for source, rows in chosen:
            matrix = answers.of(source, rows)
            for place, message in mixed_cases(table_of(source), matrix):
                problems.cell("mixed-cases", message, int(rows[place]), "product")
            sheets = Sheets._as_checked(
                criteria_set=source,
                products=tuple(problems.products[row] for row in rows.tolist()),
                answers=matrix,
                findings=findings[rows],
                assessors=None,
                columns={},
                rows=None,
                origin=None,
            )
            parts.append((rows, sheets))
        return parts
