"""The long form: one row an answer, that of a product to a criterion, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._answer_kinds import AnswerKind
from ocop.tables._cells import Cells, Places
from ocop.tables._findings import Findings
from ocop.tables._gathered import Gathered
from ocop.tables._header import Header
from ocop.tables._heads import Heads
from ocop.tables._problems import Problems
from ocop.tables._set_names import NO_SET
from ocop.tables._skim import skimmed
from ocop.tables._statements import Statements
from ocop.tables._vocabulary import Numbers, grown

_STEP = 1 << 16


class LongReader:
    """Gathers sheets from blocks of cells; every wrong cell becomes a problem."""

    def __init__(
        self,
        law: Decision,
        fixed: CriteriaSet | None,
        keep: Sequence[str],
        header: Header,
        problems: Problems,
        kind: AnswerKind = "positions",
    ) -> None:
        self._law, self._keep, self._problems = law, keep, problems
        self._heads = Heads(law, fixed, keep, header, problems)
        self._statements = Statements(law, problems, kind)
        self._findings = Findings(law, problems)
        sets = law.sets.values() if fixed is None else [fixed]
        self._most = max(len(source.codes) for source in sets)
        # By sheet and criterion: 0 while no row stated it, then the answer plus 2, 255 being 1.
        self._stated = np.zeros(_STEP, dtype=np.uint8)
        self._bits = np.zeros(64, dtype=np.uint64)

    def take(self, cells: Cells) -> None:
        """Take the next rows of the file."""
        if not len(cells):
            return
        sheets, sets = self._heads.read(cells)
        usable = sets != NO_SET
        if not usable.all():
            cells, sheets, sets = cells.rows(usable), sheets[usable], sets[usable]
        if not len(cells):
            return
        self._store(sheets, sets, self._statements.numbers(cells), cells.numbers, cells.loops)
        if "findings" in self._problems.at:
            bits = self._findings.bits(cells, sets)
            rows = np.flatnonzero((bits != 0) & (sheets >= 0))
            np.bitwise_or.at(self._bits, sheets[rows], bits[rows])

    def skim(self, block: bytes, delimiter: str, row: int, loops: Any) -> tuple[int, int]:
        """Take the first rows of a block, up to one with more to see to; `row` is the first.

        Returns how many bytes and rows were taken.
        """
        found = skimmed(block, delimiter, self._problems.at, self._statements.slots, row, loops)
        if found is None:
            return 0, 0
        sheets, sets = self._heads.read_runs(found.heads, found.counts, found.rows)
        pairs, rows, usable = found.pairs, found.rows, sets != NO_SET
        if not usable.all():
            sheets, sets, pairs, rows = (a[usable] for a in (sheets, sets, pairs, rows))
        if len(rows):
            self._store(sheets, sets, pairs, rows, loops)
        return found.size, len(found.rows)

    def _store(
        self, sheets: Places, sets: Numbers, pairs: Numbers, rows: NDArray[np.int64], loops: Any
    ) -> None:
        """Keep what rows state; what was stated before is reported."""
        count = len(self._heads.rows)
        self._bits, self._stated = grown(self._bits, count), grown(self._stated, count * self._most)
        stated = self._statements.read(pairs, sets, rows)
        if loops is not None:
            again = np.zeros(len(rows), dtype=np.bool_)
            loops.state(stated, sheets, self._most, self._stated, again)
        else:
            fits = (stated >= 0) & (sheets >= 0)
            if not fits.all():
                sheets, pairs, rows, stated = (a[fits] for a in (sheets, pairs, rows, stated))
            again = self._keep_at(sheets * self._most + (stated >> 8), stated)
        if again.any():
            sheets, pairs, rows, stated = (a[again] for a in (sheets, pairs, rows, stated))
            above = self._stated[sheets * self._most + (stated >> 8)]
            self._report_twice(sheets, pairs, rows, above)

    def _keep_at(self, at: Places, stated: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Keep what rows state at some places; return which of these are taken or come twice."""
        again: NDArray[np.bool_] = self._stated.take(at) != 0
        if not (at[1:] > at[:-1]).all():
            ordered = np.sort(at)
            if (ordered[1:] == ordered[:-1]).any():
                order = np.argsort(at, kind="stable")
                again[order[1:]] |= ordered[1:] == ordered[:-1]
        answers = stated.astype(np.uint8) + np.uint8(2)
        if again.any():
            at, answers = at[~again], answers[~again]
        self._stated[at] = answers
        return again

    def _report_twice(
        self, sheets: Places, pairs: Numbers, rows: NDArray[np.int64], stated: NDArray[np.uint8]
    ) -> None:
        each = (array.tolist() for array in (sheets, pairs, rows, stated))
        for sheet, pair, row, value in zip(*each, strict=True):
            code = self._statements.criterion(pair).strip()
            message = f"{self._heads.described(sheet)} has the criterion {code} twice"
            hint = "keep one of its rows"
            if value > 1:
                hint += f"; a row above answers {value - 2}"
            self._problems.cell("duplicate-criterion", message, row, "criterion", hint)

    def finish(self) -> list[Gathered]:
        """Return what was gathered, by set, once the whole file is read."""
        heads = self._heads
        used = np.flatnonzero(heads.rows)
        used = used[np.argsort(heads.rows[used])]
        sets = heads.sets[used]
        return [
            Gathered(
                criteria_set=self._law.sets[number],
                products=heads.texts("product", used[sets == number]) or [],
                answers=self._answers(used[sets == number], len(self._law.sets[number].codes)),
                findings=self._bits[used[sets == number]],
                assessors=heads.texts("assessor", used[sets == number]),
                columns={
                    name: heads.texts(name, used[sets == number]) or [] for name in self._keep
                },
                rows=heads.rows[used[sets == number]],
            )
            for number in np.unique(sets).tolist()
        ]

    def _answers(self, sheets: Places, count: int) -> NDArray[np.uint8]:
        """Return answers of shape (sheets, criteria) with contiguous columns."""
        table = self._stated[: len(self._stated) // self._most * self._most]
        table = table.reshape(-1, self._most)
        result = np.empty((count, len(sheets)), dtype=np.uint8)
        for low in range(0, len(sheets), _STEP):
            stated = table[sheets[low : low + _STEP], :count]
            result[:, low : low + _STEP] = np.where(stated, stated - np.uint8(2), UNANSWERED).T
        return result.T
