"""A population by column, as files of sheets have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import table_of

__all__ = ["by_code", "nested", "wide"]

Columns = dict[str, list[Any]]


def by_code(batches: Sequence[Sheets]) -> list[str]:
    """Return the printed codes of all sets, 2 before 10."""
    codes = {code for sheets in batches for code in sheets.criteria_set.codes}
    return sorted(codes, key=lambda code: [int(number) for number in code.split(".")])


def wide(batches: Sequence[Sheets], chunk: int) -> Iterator[Columns]:
    """Yield columns, at most `chunk` products at a time: one for each code of any set."""
    codes = by_code(batches)
    for sheets, rows in _chunks(batches, chunk):
        columns = _heads(sheets, rows)
        place = {code: n for n, code in enumerate(sheets.criteria_set.codes)}
        for code in codes:
            columns[code] = [None] * (rows.stop - rows.start)
            if code in place:
                given = sheets.answers[rows, place[code]].tolist()
                columns[code] = [None if a == UNANSWERED else a for a in given]
        yield columns


def nested(batches: Sequence[Sheets], chunk: int) -> Iterator[Columns]:
    """Yield columns with the answers of a product by code; what is unanswered is left out."""
    for sheets, rows in _chunks(batches, chunk):
        codes = sheets.criteria_set.codes
        columns = _heads(sheets, rows)
        columns["answers"] = [
            {code: a for code, a in zip(codes, row, strict=True) if a != UNANSWERED}
            for row in sheets.answers[rows].tolist()
        ]
        yield columns


def _chunks(batches: Sequence[Sheets], chunk: int) -> Iterator[tuple[Sheets, slice]]:
    for sheets in batches:
        for low in range(0, len(sheets), chunk):
            yield sheets, slice(low, min(low + chunk, len(sheets)))


def _heads(sheets: Sheets, rows: slice) -> Columns:
    """Return the columns before the answers; a product has one finding at most."""
    known = ("", *table_of(sheets.criteria_set).findings)
    size = rows.stop - rows.start
    bits = [0] * size if sheets.findings is None else sheets.findings[rows].tolist()
    return {
        "product": list(sheets.products[rows]),
        "set": [sheets.criteria_set.number] * size,
        **{name: list(values[rows]) for name, values in sheets.columns.items()},
        "findings": [known[bit.bit_length()] for bit in bits],
    }
