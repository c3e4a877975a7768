"""Sheets as forms and layouts give them, cell by cell, gathered and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from attrs import Factory, define, frozen

from ocop.errors import Problem
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import NONE_MET, UNANSWERED, mixed_cases
from ocop.scoring.table import table_of
from ocop.tables._answer_kinds import AnswerKind, Lookup, key, lookup
from ocop.tables._answers import ODD
from ocop.tables._form_text import NO, YES
from ocop.tables._gathered import Gathered
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.text import fold, nfc, quoted

__all__ = ["Cell", "Entry", "Gatherer", "is_stated"]


class Cell(NamedTuple):
    """What stands in a cell, and its row and column, both from 1; a row of its own has neither."""

    text: str
    row: int | None = None
    column: int | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.text.strip()


@frozen(eq=False, kw_only=True)
class Entry:
    """One sheet: where it stands, and whose it is; `number` is its place in the file."""

    number: int
    criteria_set: CriteriaSet
    product: Cell
    findings: int = 0
    assessor: Cell | None = None
    worksheet: str | None = None
    columns: Mapping[str, str] = {}


def is_stated(cell: Cell, told: Callable[[Problem], None]) -> bool:
    """Say whether a cell for yes or nothing says yes; tell where it says neither."""
    word = fold(cell.text)
    if word not in YES and (word not in NO or (not word and not cell.is_blank)):
        message = f"found {describe(cell.text)}, allowed are yes (có, x) or empty"
        told(Problem("not-yes-or-no", message))
    return word in YES


@define(eq=False)
class _Set:
    source: CriteriaSet
    lookups: dict[str, Lookup]
    seen: dict[str, dict[str, int | Problem]]
    entries: list[Entry] = Factory(list)
    answers: list[bytes] = Factory(list)


class Gatherer:
    """Takes entries of a file; every wrong cell becomes a problem.

    `blank` and `none` are texts that stand for unanswered and for none met.
    """

    def __init__(
        self,
        problems: Problems,
        kind: AnswerKind = "labels",
        blank: Iterable[str] = (),
        none: Iterable[str] = (),
    ) -> None:
        self._problems, self._kind = problems, kind
        self._words = {key(text): UNANSWERED for text in blank}
        self._words |= {key(text): NONE_MET for text in none}
        self._sets: dict[int, _Set] = {}

    def place(
        self, problem: Problem, cell: Cell, worksheet: str | None, path: str | None = None
    ) -> None:
        """Take a problem with its place."""
        self._problems.add(
            replace(
                problem,
                file=self._problems.shown,
                worksheet=worksheet,
                line=cell.row,
                column=cell.column,
                path=path,
            )
        )

    def take(
        self, entry: Entry, answers: Mapping[str, Cell], chosen: Mapping[str, int] | None = None
    ) -> None:
        """Take the next sheet of the file, with the cells of its answers by criterion.

        `chosen` holds the positions of options that are marked themselves.
        """
        number, source = entry.criteria_set.number, entry.criteria_set
        if number not in self._sets:
            lookups = {item.code: lookup(item.criterion, self._kind) for item in source.items}
            self._sets[number] = _Set(source, lookups, {code: {} for code in lookups})
        known = self._sets[number]
        known.entries.append(entry)
        if entry.product.is_blank:
            problem = Problem("missing-product", "the product's code is empty")
            self.place(problem, entry.product, entry.worksheet, "product")
        for name, cell in (("product", entry.product), ("assessor", entry.assessor)):
            if cell is not None and not cell.text.isprintable():
                problem = Problem(
                    "bad-character", f"found control characters in {describe(cell.text)}"
                )
                self.place(problem, cell, entry.worksheet, name)
        row = [UNANSWERED] * len(known.seen)
        for place, (code, seen) in enumerate(known.seen.items()):
            cell = answers.get(code)
            if cell is None:
                row[place] = UNANSWERED if chosen is None else chosen.get(code, UNANSWERED)
                continue
            # Few texts occur, and each means the same wherever it stands.
            found = seen.get(cell.text)
            if found is None:
                found = seen[cell.text] = self._understood(known.lookups[code], cell.text)
            if isinstance(found, Problem):
                self.place(found, cell, entry.worksheet, code)
            else:
                row[place] = found
        known.answers.append(bytes(row))

    def _understood(self, asked: Lookup, text: str) -> int | Problem:
        said = self._words.get(key(text.strip())) if self._words else None
        found = asked.value(text) if said is None else said
        return asked.fault(text) if found == ODD else found

    def finish(self) -> list[Gathered]:
        """Return what was gathered, by set; what only shows over all sheets is reported."""
        self._report_duplicates()
        return [self._gathered(known) for _, known in sorted(self._sets.items())]

    def _gathered(self, known: _Set) -> Gathered:
        entries = known.entries
        answers = np.frombuffer(b"".join(known.answers), dtype=np.uint8)
        answers = answers.reshape(len(entries), -1)
        for index, text in mixed_cases(table_of(known.source), answers):
            entry = entries[index]
            place = Cell("", entry.product.row if entry.worksheet is None else None)
            self.place(Problem("mixed-cases", text), place, entry.worksheet)
        named = any(entry.assessor is not None for entry in self._all())
        return Gathered(
            criteria_set=known.source,
            products=[_name(entry.product) for entry in entries],
            answers=np.asfortranarray(answers),
            findings=np.array([entry.findings for entry in entries], dtype=np.uint64),
            assessors=[_name(entry.assessor) for entry in entries] if named else None,
            columns={
                name: [entry.columns[name] for entry in entries] for name in entries[0].columns
            },
            rows=np.array([entry.number for entry in entries], dtype=np.int64),
        )

    def _all(self) -> Iterable[Entry]:
        return (entry for known in self._sets.values() for entry in known.entries)

    def _report_duplicates(self) -> None:
        first: dict[tuple[str, str], Entry] = {}
        for entry in sorted(self._all(), key=lambda entry: entry.number):
            product, assessor = _name(entry.product), _name(entry.assessor)
            other = first.setdefault((product, assessor), entry)
            if other is entry or not product:
                continue
            by = f" by {describe(assessor)}" if assessor else ""
            message = f"the product {describe(product)}{by} stands twice"
            row = f"row {other.product.row}"
            if other.worksheet is not None:
                row = f"the worksheet {quoted(other.worksheet)}"
                row += "" if other.worksheet != entry.worksheet else f", row {other.product.row}"
            problem = Problem("duplicate-product", message, hint=f"the first is in {row}")
            self.place(problem, entry.product, entry.worksheet, "product")


def _name(cell: Cell | None) -> str:
    return "" if cell is None else nfc(cell.text).strip()


def bits_of(source: CriteriaSet, stated: Sequence[str]) -> int:
    """Return findings as bits, in the order of the set's exclusions."""
    known = table_of(source).findings
    return sum(1 << n for n, finding in enumerate(known) if finding in stated)
