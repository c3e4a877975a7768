"""Checks packed sheets: header, law, words, and that they are the sheets given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ocop.errors import Problem, SheetError
from ocop.law.decision import Decision
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.sheet import Sheets
from ocop.tables._given_sheets import GivenSheets
from ocop.tables._packed_files import ending_of
from ocop.tables._packed_header import read_header
from ocop.tables._packed_npz import open_npz
from ocop.tables._packed_parquet import open_parquet
from ocop.tables._result_findings import MOST_KEPT
from ocop.tables.load_sheets import load_sheets
from ocop.tables.verification import Verification
from ocop.text import quoted

__all__ = ["verify_packed"]


def verify_packed(
    path: Path, shown: str, law: str | Decision | None, given: GivenSheets
) -> Verification:
    """Check a packed file; a header that cannot be read is raised."""
    opened = open_npz if ending_of(path) == ".npz" else open_parquet
    with opened(path, shown) as file:
        header = read_header(file.header, shown)
    problems: list[Problem] = []
    batches: tuple[Sheets, ...] = ()
    more = 0
    try:
        batches = load_sheets(path, law)
    except SheetError as error:
        problems, more = list(error.problems), error.more
    kept = dict.fromkeys(name for batch in batches for name in batch.columns)
    own = None if problems else given.read(header.decision if law is None else law, tuple(kept))
    if own is not None:
        problems = list(_compared(batches, own, shown))
    checked = ["header", "law", "packed", "products"]
    more += max(0, len(problems) - MOST_KEPT)
    return Verification(
        file=shown,
        command="pack",
        form=ending_of(path).removeprefix("."),
        decision=header.decision,
        version=header.ocop,
        rows=sum(map(len, batches)),
        differ=len({problem.path for problem in problems if problem.path}),
        checked=tuple(checked if own is None else [*checked, "answers"]),
        unchecked=() if own is not None else ("answers",),
        problems=tuple(problems[:MOST_KEPT]),
        more=more,
    )


def _compared(batches: Sequence[Sheets], given: Sequence[Sheets], shown: str) -> Iterator[Problem]:
    """Yield in what packed sheets are not those given."""
    theirs = {batch.criteria_set.number: batch for batch in given}
    mine = {batch.criteria_set.number: batch for batch in batches}
    for number in sorted({*mine, *theirs}):
        if number not in mine or number not in theirs:
            where = "file" if number in mine else "sheets given"
            message = f"only the {where} have set {number}"
            yield Problem("sheets-differ", message, shown, path=f"set {number}")
        elif mine[number].digest != theirs[number].digest:
            yield from _products(mine[number], theirs[number], shown)


def _products(mine: Sheets, its: Sheets, shown: str) -> Iterator[Problem]:
    codes = mine.criteria_set.codes
    places = {key: row for row, key in enumerate(_keys(its))}
    for row, key in enumerate(_keys(mine)):
        path, other = quoted(key[0]), places.pop(key, None)
        if other is None:
            message = "the sheets given have no such product"
            yield Problem("unknown-product", message, shown, path=path)
            continue
        for code, a, b in zip(
            codes, mine.answers[row].tolist(), its.answers[other].tolist(), strict=True
        ):
            if a != b:
                message = f"found {_answer(a)}, the sheets given have {_answer(b)}"
                yield Problem("result-differs", message, shown, path=f"{path}: {code}")
        bits = [
            0 if s.findings is None else int(s.findings[n]) for s, n in ((mine, row), (its, other))
        ]
        if bits[0] != bits[1]:
            message = "the findings are not those of the sheets given"
            yield Problem("result-differs", message, shown, path=f"{path}: findings")
    for name, *_ in places:
        message = "the sheets given have this product, the file has not"
        yield Problem("result-missing", message, shown, path=quoted(name))


def _keys(sheets: Sheets) -> list[tuple[str, ...]]:
    if sheets.assessors is None:
        return [(name,) for name in sheets.products]
    return list(zip(sheets.products, sheets.assessors, strict=True))


def _answer(stored: int) -> str:
    return "not assessed" if stored == UNANSWERED else str(stored)
