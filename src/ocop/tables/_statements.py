"""What the rows of the long form state: a criterion and the answer to it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._answer_kinds import AnswerKind, Lookup, lookup
from ocop.tables._answers import ODD, report_foreign
from ocop.tables._cells import Cells
from ocop.tables._problems import Problems
from ocop.tables._slots import Slots
from ocop.tables._vocabulary import Numbers, Spans, Texts, Vocabulary
from ocop.text import closest, nfc, quoted

NOTHING = -1
"""In place of a statement: the row states nothing that can be kept."""

_WRONG = -2
_MANY = 1 << 16


class Statements:
    """Reads statements; a pair of texts is understood once for each set, then looked up.

    A statement is a number: 256 times the place of the criterion in the set, plus the answer.
    """

    def __init__(self, law: Decision, problems: Problems, kind: AnswerKind = "positions") -> None:
        self._law, self._problems, self._kind = law, problems, kind
        self._at = problems.at["criterion"], problems.at["answer"]
        self._known: dict[int, dict[str, tuple[int, Lookup]]] = {}
        self._forget()

    def _forget(self) -> None:
        self._pairs: list[tuple[str, str]] = []
        self._spans, self._numbers = Spans(), Vocabulary()
        self._criteria, self._answers = Texts(), Texts()
        # By the set's number and the pair: the statement, or `_WRONG`.
        self._meanings: dict[int, NDArray[np.int64]] = {}

    def read(self, pairs: Numbers, sets: Numbers, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what rows state, of which pair and set are given; what is wrong is reported."""
        first = int(sets[0])
        if (sets == first).all():
            stated = self._meaning(first).take(pairs)
        else:
            distinct = np.flatnonzero(np.bincount(sets))
            start = np.zeros(int(distinct[-1]) + 1, dtype=np.int64)
            start[distinct] = np.arange(len(distinct)) * len(self._pairs)
            meanings = np.concatenate([self._meaning(number) for number in distinct.tolist()])
            stated = meanings.take(start.take(sets) + pairs)
        for place in np.flatnonzero(stated == _WRONG).tolist():
            row, number = int(rows[place]), int(sets[place])
            stated[place] = self._report(*self._pairs[int(pairs[place])], row, number)
        return stated

    def criterion(self, pair: int) -> str:
        """Return the first text of a pair."""
        return self._pairs[pair][0]

    @property
    def slots(self) -> Slots:
        """Where compiled loops find the number of a pair that is one piece of text."""
        return self._spans.slots

    def numbers(self, cells: Cells) -> Numbers:
        """Return the number of the pair of texts in each row; those of rows above may change."""
        if len(self._pairs) > _MANY:
            self._forget()
        criterion, answer = self._at
        if answer == criterion + 1:
            # The two cells and the mark between them are one piece of text.
            span = cells.span(criterion, answer)
            found, new = self._spans.numbers(cells, span)
        else:
            parts = (
                self._criteria.numbers(cells, cells.span(criterion)),
                self._answers.numbers(cells, cells.span(answer)),
            )
            found, new = self._numbers.numbers(np.stack(parts).view(np.uint64))
        if len(new):
            rows = cells.rows(new)
            texts = (rows.texts(rows.span(column)) for column in self._at)
            self._pairs += zip(*texts, strict=True)
        return found

    def _meaning(self, number: int) -> NDArray[np.int64]:
        """Return what the pairs state in a set, those included that came up since."""
        known = self._meanings.get(number, np.empty(0, dtype=np.int64))
        new = [self._understood(*pair, number) for pair in self._pairs[len(known) :]]
        if new:
            known = self._meanings[number] = np.append(known, np.array(new, dtype=np.int64))
        return known

    def _understood(self, criterion: str, answer: str, number: int) -> int:
        code = nfc(criterion).strip()
        if code in self._criteria_of(number):
            place, asked = self._criteria_of(number)[code]
            value = asked.value(answer)
            return 256 * place + value if value != ODD else _WRONG
        return NOTHING if code in self._codes and not answer.strip() else _WRONG

    def _criteria_of(self, number: int) -> dict[str, tuple[int, Lookup]]:
        """Return the criteria of a set by code, with their places."""
        if number not in self._known:
            self._known[number] = {
                item.code: (n, lookup(item.criterion, self._kind))
                for n, item in enumerate(self._law.sets[number].items)
            }
        return self._known[number]

    @cached_property
    def _codes(self) -> set[str]:
        return {code for source in self._law.sets.values() for code in source.codes}

    def _report(self, criterion: str, answer: str, row: int, number: int) -> int:
        """Report what is wrong in a row; return what it states all the same."""
        code, source = nfc(criterion).strip(), self._law.sets[number]
        if code in self._criteria_of(number):
            place, asked = self._criteria_of(number)[code]
            self._problems.place(asked.fault(answer), row, "answer", code)
            return 256 * place + UNANSWERED
        if code in self._codes:
            told = "leave the row out"
            report_foreign(self._problems, answer, source, row, "answer", code, told)
            return NOTHING
        if not code:
            message = "the criterion's code is empty"
            self._problems.cell("missing-criterion", message, row, "criterion")
            return NOTHING
        near = closest(code, source.codes)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"set {source.number} {source.group.slug} has no criterion {quoted(code, 30)}"
        self._problems.cell("unknown-criterion", message, row, "criterion", hint)
        return NOTHING
