"""The column `findings` of a batch: ids joined by semicolons, or one bit for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import unknown_bits, unknown_finding
from ocop.scoring.table import table_of
from ocop.tables._batch_columns import texts, words
from ocop.tables._batch_header import BatchHeader
from ocop.tables._batch_problems import BatchProblems

NAME = "findings"

Bits = NDArray[np.uint64]
Chosen = Sequence[tuple[CriteriaSet, NDArray[np.int64]]]
"""Criteria sets, each with the rows of its sheets."""


def findings_of(
    batch: Any, header: BatchHeader, chosen: Chosen, problems: BatchProblems, arrow: Any
) -> Bits:
    """Return the findings of each row, one bit each; those that a row's set has not are told."""
    nothing = np.zeros(batch.num_rows, dtype=np.uint64)
    if NAME not in header.at:
        return nothing
    column = batch.column(header.at[NAME])
    numbers = words(column, arrow)
    if numbers is not None:
        bits, _, odd = numbers
        for row in np.flatnonzero(odd).tolist():
            message = f"found {column[row].as_py()}, allowed are whole numbers from 0, "
            problems.cell("out-of-range", message + "one bit per finding", row, NAME)
        _check_bits(bits, chosen, problems)
        return bits
    found = texts(column, arrow)
    if found is None:
        message = f"found {column.type}, allowed are text and whole numbers"
        problems.column("wrong-type", message, NAME)
        return nothing
    cells, wrong = found
    for row in wrong:
        message = "found bytes that are not UTF-8, allowed is UTF-8"
        problems.cell("not-utf8", message, row, NAME)
    return _read(cells, chosen, problems, arrow)


def _check_bits(bits: Bits, chosen: Chosen, problems: BatchProblems) -> None:
    for source, rows in chosen:
        for problem in unknown_bits(source, bits[rows], [""] * len(rows)):
            row = int(rows[(problem.line or 1) - 1])
            problems.cell(problem.code, problem.message, row, NAME)


def _read(cells: Any, chosen: Chosen, problems: BatchProblems, arrow: Any) -> Bits:
    bits = np.zeros(len(cells), dtype=np.uint64)
    stated = cells.is_valid().to_numpy(zero_copy_only=False)
    for source, rows in chosen:
        known = table_of(source).findings
        values: dict[str, int] = {}
        unknown: dict[str, list[str]] = {}
        here = rows[stated[rows]]
        given = cells.take(arrow.array(here)).to_pylist()
        for row, text in zip(here.tolist(), given, strict=True):
            if text not in values:
                ids = [part.strip() for part in text.split(";")]
                values[text] = sum(1 << n for n, finding in enumerate(known) if finding in ids)
                unknown[text] = [each for each in ids if each and each not in known]
            bits[row] = values[text]
            for each in unknown[text]:
                problem = unknown_finding(each, known)
                problems.cell(problem.code, problem.message, row, NAME, problem.hint)
    return bits
