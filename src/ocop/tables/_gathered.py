"""What is read of one criteria set, and the checks that need the whole file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import Origin
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import mixed_cases
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import table_of
from ocop.tables._problems import Problems
from ocop.tables._rows import describe


@frozen(eq=False, kw_only=True)
class Gathered:
    """The sheets of one criteria set in the order of the file, not yet checked as a whole."""

    criteria_set: CriteriaSet
    products: Sequence[str]
    answers: NDArray[np.uint8]
    findings: NDArray[np.uint64]
    assessors: Sequence[str] | None
    columns: Mapping[str, Sequence[str]]
    rows: NDArray[np.int64]
    origin: Origin | None = None

    def sheets(self) -> Sheets:
        """Return the sheets of a file without problems."""
        columns = self.columns
        if isinstance(columns, dict):
            columns = {name: tuple(values) for name, values in columns.items()}
        return Sheets._as_checked(
            criteria_set=self.criteria_set,
            products=tuple(self.products),
            answers=self.answers,
            findings=self.findings,
            assessors=None if self.assessors is None else tuple(self.assessors),
            columns=columns,
            rows=self.rows,
            origin=self.origin,
        )


def report_mixed_cases(batches: Sequence[Gathered], problems: Problems) -> None:
    """Report sheets that mix the cases of one kind."""
    for batch in batches:
        for index, text in mixed_cases(table_of(batch.criteria_set), batch.answers):
            problems.cell("mixed-cases", text, int(batch.rows[index]))


def report_duplicates(
    batches: Sequence[Gathered], hashes: NDArray[np.uint64], problems: Problems
) -> None:
    """Report sheets whose product (and assessor) stands in a row above.

    `hashes` has a number for each sheet, in any order; those of equal names are equal.
    """
    ordered = np.sort(hashes)
    if not (ordered[1:] == ordered[:-1]).any():
        return
    placed = [
        (row, *key)
        for batch in batches
        for row, key in zip(batch.rows.tolist(), _keys(batch), strict=True)
    ]
    first: dict[tuple[str, str], int] = {}
    for row, product, assessor in sorted(placed):
        other = first.setdefault((product, assessor), row)
        if other != row and product:
            by = f" by {describe(assessor)}" if assessor else ""
            message = f"the product {describe(product)}{by} stands twice"
            hint = f"the first is in row {other}"
            problems.cell("duplicate-product", message, row, "product", hint)


def _keys(batch: Gathered) -> Iterable[tuple[str, str]]:
    return zip(batch.products, batch.assessors or repeat(""), strict=False)
