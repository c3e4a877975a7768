"""The column `set`: which criteria set each row names."""

from __future__ import annotations

import numpy as np

from ocop.errors import ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._cells import Cells, Span
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.tables._vocabulary import Keys, Numbers, Texts

NO_SET = -1
"""In place of a number: the row names no set that it can be read with."""


AT_LENGTH = 1_000
"""Unknown names that are told with what is near to them; to look for that takes time."""


class SetNames:
    """Finds the sets that rows name, by number or product group."""

    def __init__(self, law: Decision, fixed: CriteriaSet | None, problems: Problems) -> None:
        self._law, self._fixed, self._problems = law, fixed, problems
        self._texts = Texts()
        self._numbers: list[int] = []
        self._told: dict[str, str] = {}
        self._declared: dict[str, int] = {}
        for declared in law.declared:
            for name in (str(declared.number), declared.group):
                self._declared.setdefault(name, declared.number)

    def numbers(self, cells: Cells) -> Numbers:
        """Return the number of each row's set; a row that has `NO_SET` is reported."""
        if "set" not in self._problems.at:
            return np.full(len(cells), NO_SET if self._fixed is None else self._fixed.number)
        found = self.find(cells, cells.span(self._problems.at["set"]))
        wrong = cells.rows(np.flatnonzero(found == NO_SET))
        for row, text in zip(wrong.numbers.tolist(), self.texts(wrong), strict=True):
            self.report(text, row)
        return found

    def find(self, cells: Cells, span: Span, keys: Keys | None = None) -> Numbers:
        """Return the number of the set that each cell of a span names, or `NO_SET`."""
        which = self._texts.numbers(cells, span, keys)
        self._numbers += map(self._number, self._texts.texts[len(self._numbers) :])
        return np.array(self._numbers, dtype=np.int64).take(which)

    def _number(self, text: str) -> int:
        found = self._declared.get(text.strip())
        if found is None or found not in self._law.sets:
            return NO_SET
        return found if self._fixed is None or found == self._fixed.number else NO_SET

    def texts(self, cells: Cells) -> list[str]:
        """Return what each row says."""
        return cells.texts(cells.span(self._problems.at["set"]))

    def report(self, text: str, row: int) -> None:
        """Report a row that has `NO_SET`: at length the first time, then shortly."""
        name = text.strip()
        if name in self._told:
            code, message = self._told[name], f"found {describe(name)}, as above"
            self._problems.cell(code, message, row, "set")
            return
        if len(self._told) >= AT_LENGTH and name not in self._declared:
            message = f"{self._law.id} has no set {describe(name)}"
            self._problems.cell("unknown-set", message, row, "set")
            return
        try:
            found = criteria_set(self._law, name)
        except ProblemsError as error:
            problem = error.problems[0]
            self._problems.cell(problem.code, problem.message, row, "set", problem.hint)
            self._told[name] = problem.code
        else:
            allowed = self._fixed.number if self._fixed is not None else "another"
            message = f"found set {found.number}, allowed is set {allowed} as named"
            self._problems.cell("set-differs", message, row, "set")
