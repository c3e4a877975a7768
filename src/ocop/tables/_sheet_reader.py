"""Reads the sheets of an opened file: its header, then its rows."""

from __future__ import annotations

from typing import Any

from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._gathered import Gathered, report_mixed_cases
from ocop.tables._header import read_header
from ocop.tables._long import LongReader
from ocop.tables._problems import Problems
from ocop.tables._rows import clean_header
from ocop.tables._source import BrokenFileError
from ocop.tables._table import Table
from ocop.tables._wide import WideReader
from ocop.types import SYNTHETIC


def gather_sheets(
    table: Table,
    law: Decision,
    fixed: CriteriaSet | None,
    keep: tuple[str, ...],
    problems: Problems,
    loops: Any = None,
) -> list[Gathered]:
    """Return the sheets of a file by set; `fixed` is the set of all rows where there is one.

    With compiled `loops` they are read faster. Where the file cannot be read on, what stands above
    that place is checked all the same.
    """
    first = table.header()
    if first is None or not any(cell.strip() for cell in first):
        problems.add(Problem("empty-file", "the file has no header row", problems.shown, 1))
        return []
    names = clean_header(first)
    if SYNTHETIC in names:
        # What is made up stays marked so, whether or not anyone asked.
        keep = tuple(dict.fromkeys((*keep, SYNTHETIC)))
    header = read_header(names, law, fixed, keep, problems.shown)
    for problem in header.problems:
        problems.add(problem)
    if not header.sound:
        return []
    problems.at = header.at
    width = len(header.names)

    def wrong(row: int, count: int) -> None:
        message = f"found {count} cells, allowed are {width} as in the header"
        problems.cell("wrong-width", message, row)

    def skim(block: bytes, delimiter: str, row: int) -> tuple[int, int]:
        if loops is None or not isinstance(reader, LongReader):
            return 0, 0
        return reader.skim(block, delimiter, row, loops)

    kind = LongReader if header.is_long else WideReader
    reader = kind(law, fixed, keep, header, problems)
    any_rows = False
    try:
        for cells in table.blocks(width, wrong, skim):
            any_rows = any_rows or len(cells) > 0
            reader.take(cells)
    except BrokenFileError as error:
        problems.add(error.problem)
    if not any_rows and not len(problems):
        message = "the file has a header and no rows"
        problems.add(Problem("no-sheets", message, problems.shown, 2))
    batches = reader.finish()
    report_mixed_cases(batches, problems)
    return batches
