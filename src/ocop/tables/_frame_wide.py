"""The wide form of a frame: one row a product, one column a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._answer_kinds import AnswerKind, lookup
from ocop.tables._answers import ODD, report_foreign
from ocop.tables._batch_columns import clean_names
from ocop.tables._batch_sets import numbers_of_names
from ocop.tables._findings import finding_bits
from ocop.tables._frame_columns import Answers, answers_of, can_go_out, names_of, texts_of
from ocop.tables._gathered import Gathered, report_duplicates
from ocop.tables._header import Header
from ocop.tables._names import report_name
from ocop.tables._problems import Problems
from ocop.tables._set_columns import missing_columns, set_columns
from ocop.tables._set_names import NO_SET

Rows = NDArray[np.int64]


class WideFrame:
    """Reads a frame column by column; every wrong cell becomes a problem."""

    def __init__(
        self,
        frame: Any,
        law: Decision,
        fixed: CriteriaSet | None,
        header: Header,
        problems: Problems,
        kind: AnswerKind,
    ) -> None:
        self._frame, self._law, self._fixed = frame, law, fixed
        self._codes, self._problems, self._kind = header.codes, problems, kind
        self.as_given: list[str] = []

    def read(self) -> list[Gathered]:
        """Return the sheets by set."""
        sets = self._sets()
        usable = sets != NO_SET
        every = np.arange(1, len(sets) + 1)
        names: dict[str, Sequence[str]] = {
            name: self._names(name, usable)
            for name in ("product", "assessor")
            if name in self._problems.at
        }
        columns = [self._answers(code) for code in self._codes]
        findings = self._findings(sets, usable, every)
        batches = []
        for number in np.unique(sets[usable]).tolist():
            whole = bool((sets == number).all())
            rows = every - 1 if whole else np.flatnonzero(sets == number)
            here: slice | Rows = slice(None) if whole else rows
            texts = {
                name: given if whole else [given[row] for row in rows.tolist()]
                for name, given in names.items()
            }
            batches.append(
                Gathered(
                    criteria_set=self._law.sets[number],
                    products=texts["product"],
                    answers=self._of_set(self._law.sets[number], columns, here, rows),
                    findings=findings[here],
                    assessors=texts.get("assessor"),
                    columns={},
                    rows=rows + 1,
                )
            )
        report_duplicates(batches, _hashes(names, usable), self._problems)
        return batches

    def _column(self, name: str) -> Any:
        return self._frame[:, self._problems.at[name]]

    def _wrong_type(self, name: str, code: str, allowed: str, hint: str) -> None:
        found = self._column(name).dtype
        message = f"found {found}, allowed are {allowed}"
        self._problems.column(code, message, name, hint)

    def _sets(self) -> Rows:
        count = len(self._frame)
        if "set" not in self._problems.at:
            assert self._fixed is not None  # the header is not sound without both
            return np.full(count, self._fixed.number)
        found = texts_of(self._column("set"))
        if found is None:
            hint = "write the number or the product group of the set"
            self._wrong_type("set", "wrong-type", "text and whole numbers", hint)
            return np.full(count, NO_SET)
        which, names = found
        # Texts that differ in spaces alone are one name, told at length once.
        first = {name.strip(): place for place, name in reversed([*enumerate(names)])}
        which = np.array([first[name.strip()] for name in names], dtype=np.int64)[which]
        there, which = np.unique(which, return_inverse=True)
        given = [names[place].strip() for place in there.tolist()]
        rows = np.arange(1, count + 1)
        return numbers_of_names(which, given, self._law, self._fixed, self._problems, rows)

    def _names(self, name: str, usable: NDArray[np.bool_]) -> Sequence[str]:
        """Return names in normal form; what is wrong with those of usable rows is reported."""
        column = self._column(name)
        given = names_of(column)
        if given is None:
            hint = "write codes as text; 1.10 and 1.1 are one number"
            self._wrong_type(name, "wrong-type", "text and whole numbers", hint)
            return ["?"] * len(column)
        names = clean_names(given)
        if names is given and can_go_out(column):
            self.as_given.append(name)
        if names is not given:
            for row in np.flatnonzero(usable).tolist():
                report_name(names[row], row + 1, name, self._problems)
        if name == "product" and not all(names):
            for row in np.flatnonzero(usable).tolist():
                if not names[row]:
                    message = "the product's code is empty"
                    self._problems.cell("missing-product", message, row + 1, name)
        return names

    def _answers(self, code: str) -> Answers | None:
        found = answers_of(self._column(code))
        if found is None:
            hint = "write positions of options as whole numbers, null for what was not assessed"
            self._wrong_type(code, "wrong-dtype", "whole numbers and text", hint)
        return found

    def _findings(self, sets: Rows, usable: NDArray[np.bool_], every: Rows) -> NDArray[np.uint64]:
        bits = np.zeros(len(sets), dtype=np.uint64)
        if "findings" not in self._problems.at:
            return bits
        found = texts_of(self._column("findings"))
        if found is None:
            self._wrong_type("findings", "wrong-type", "text", "write ids joined by ;")
            return bits
        which, texts = found
        stated = usable & np.array([bool(text) for text in texts])[which]
        if stated.any():
            bits[stated] = finding_bits(
                which[stated], texts, sets[stated], self._law, self._problems, every[stated]
            )
        return bits

    def _of_set(
        self,
        source: CriteriaSet,
        columns: Sequence[Answers | None],
        here: slice | Rows,
        rows: Rows,
    ) -> NDArray[np.uint8]:
        """Return the answers of the rows of one set, shape (rows, criteria)."""
        for problem in missing_columns(source, self._codes, self._problems.shown, None):
            self._problems.add(problem)
        places = set_columns(source, self._codes).places.tolist()
        answers = np.full((len(places), len(rows)), UNANSWERED, dtype=np.uint8)
        for n, place in enumerate(places):
            column = columns[place] if place >= 0 else None
            if column is not None:
                self._read(source, n, column, here, rows, answers[n])
        for place, column in enumerate(columns):
            if column is not None and place not in places:
                self._refuse(source, self._codes[place], column, here, rows)
        return answers.T

    def _read(
        self,
        source: CriteriaSet,
        n: int,
        column: Answers,
        here: slice | Rows,
        rows: Rows,
        answers: NDArray[np.uint8],
    ) -> None:
        """Write the answers to a criterion of the set."""
        item = source.items[n]
        asked = lookup(item.criterion, self._kind)
        keys = column.keys[here]
        if column.stored and self._kind == "positions":
            answers[:] = keys
            wrong = (keys > len(item.criterion.options)) & (keys != UNANSWERED)
        else:
            read = [asked.value(text) for text in column.texts]
            answers[:] = np.array(read, dtype=np.uint8)[keys]
            wrong = answers == ODD
        if wrong.any():
            for row in rows[wrong].tolist():
                problem = asked.fault(column.text(row))
                self._problems.place(problem, row + 1, item.code, item.code)
            answers[wrong] = UNANSWERED

    def _refuse(
        self, source: CriteriaSet, code: str, column: Answers, here: slice | Rows, rows: Rows
    ) -> None:
        """Report answers to a criterion that the set does not have."""
        stated = np.array([bool(text.strip()) for text in column.texts])[column.keys[here]]
        for row in rows[stated].tolist():
            text, hint = column.text(row), "leave the cell empty"
            report_foreign(self._problems, text, source, row + 1, code, code, hint)


def _hashes(names: dict[str, Sequence[str]], usable: NDArray[np.bool_]) -> NDArray[np.uint64]:
    given = list(names.values())
    keys = given[0] if len(given) == 1 else zip(*given, strict=True)
    found = np.fromiter(map(hash, keys), dtype=np.int64, count=len(usable))
    return found[usable].view(np.uint64)
