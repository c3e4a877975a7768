"""Reads the worksheet of one product, as `write_form` made it and people filled it in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._entries import Cell, Entry, Gatherer, bits_of, is_stated
from ocop.tables._form_text import FORM, is_one_of
from ocop.tables._rows import describe
from ocop.text import fold, nfc, quoted

__all__ = ["HEAD_ROWS", "FormReader", "is_form", "kind_of"]

HEAD_ROWS = 40
"""Rows of a worksheet among which stands what it is, and what it was made of."""

_HEAD_COLUMNS = 12
_DATA = re.compile(r"(\S+) \| ([0-9]+) (\S+) \| (sha256:[0-9a-f]{64})")
_CODE = re.compile(r"[0-9]+(\.[0-9]+)*")

Rows = list[list[str]]


def kind_of(rows: Rows) -> str:
    """Say what a worksheet is: a form, a legend, both by their names, or nothing of ours."""
    for _, _, text in _cells(rows):
        if re.fullmatch(r"ocop-(form|legend)/[0-9]+", text):
            return text
    return ""


def is_form(kind: str) -> bool:
    """Say whether a worksheet of that kind is a form, of this version or another."""
    return kind.startswith("ocop-form/")


def _cells(rows: Rows) -> Iterator[tuple[int, int, str]]:
    """Yield the first cells of a worksheet that hold something: row, column, text."""
    for row, cells in enumerate(rows[:HEAD_ROWS]):
        for column, text in enumerate(cells[:_HEAD_COLUMNS]):
            if text.strip():
                yield row, column, nfc(text).strip()


@define(eq=False)
class FormReader:
    """Reads forms under one law; `fixed` is the set of all of them where one is named."""

    law: Decision
    fixed: CriteriaSet | None
    gatherer: Gatherer
    worksheet: str = field(default="", init=False)
    rows: Rows = field(factory=list, init=False)

    def read(self, worksheet: str, rows: Rows, number: int) -> None:
        """Take the form of a worksheet; one that is all blank is passed over."""
        self.worksheet, self.rows = worksheet, rows
        kind = kind_of(rows)
        if kind != FORM:
            message = f"found the form {kind}, allowed is {FORM}"
            hint = "a later version of ocop made it; install that version"
            self._at("newer-format", message, Cell("", 1, 1), hint=hint)
            return
        source = self._law()
        head = self._header()
        if source is None or head is None:
            return
        row, code, text, answer = head
        answers, findings, filled = self._answers(source, row + 1, code, text, answer)
        product, assessor = self._named("product"), self._named("assessor")
        if product.is_blank and assessor.is_blank and not filled:
            return
        self.gatherer.take(
            Entry(
                number=number,
                criteria_set=source,
                product=product,
                findings=bits_of(source, findings),
                assessor=None if assessor.is_blank else assessor,
                worksheet=worksheet,
            ),
            answers,
        )

    def check_legend(self, worksheet: str, rows: Rows) -> CriteriaSet | None:
        """Return the set of the legend beside a table, where that is what is asked for."""
        self.worksheet, self.rows = worksheet, rows
        return self._law()

    def _at(
        self, code: str, message: str, cell: Cell, path: str | None = None, hint: str | None = None
    ) -> None:
        self.gatherer.place(Problem(code, message, hint=hint), cell, self.worksheet, path)

    def _law(self) -> CriteriaSet | None:
        """Return the set that the form was made of, where that is what is asked for."""
        for row, column, text in _cells(self.rows):
            if found := _DATA.fullmatch(text):
                return self._agreed(Cell(text, row + 1, column + 1), *found.groups())
        message = "the line with decision, set and digest is missing"
        self._at("broken-form", message, Cell(""), hint="take a new form")
        return None

    def _agreed(
        self, cell: Cell, decision: str, number: str, slug: str, digest: str
    ) -> CriteriaSet | None:
        if decision != self.law.id:
            message = f"found a form of {decision}, allowed is {self.law.id} as named"
            hint = f"read it with the decision {decision} (--decision)"
            self._at("decision-differs", message, cell, hint=hint)
            return None
        try:
            source = criteria_set(self.law, number)
        except ProblemsError as error:
            (problem,) = error.problems
            self.gatherer.place(problem, cell, self.worksheet)
            return None
        if self.fixed is not None and self.fixed.number != source.number:
            message = f"found set {number} {slug}, allowed is set {self.fixed.number} as named"
            self._at("set-differs", message, cell)
            return None
        if source.digest != digest:
            message = f"the form was made of other content of set {number} {slug}"
            hint = "take a new form, or read it with the version or decision that it was made with"
            self._at("digest-differs", message, cell, hint=hint)
            return None
        return source

    def _header(self) -> tuple[int, int, int, int] | None:
        """Return the header row and the columns of codes, texts and answers, from 0."""
        at: dict[tuple[int, str], int] = {}
        for row, column, cell in _cells(self.rows):
            for name in ("code", "criterion", "answer"):
                if is_one_of(cell, name):
                    at[row, name] = column
        for row, name in at:
            if name == "code" and {(row, "criterion"), (row, "answer")} <= at.keys():
                return row, at[row, "code"], at[row, "criterion"], at[row, "answer"]
        message = "the header row with codes, criteria and answers is missing"
        self._at("broken-form", message, Cell(""), hint="take a new form")
        return None

    def _answers(
        self, source: CriteriaSet, first: int, code: int, text: int, answer: int
    ) -> tuple[dict[str, Cell], list[str], bool]:
        """Return the answers by criterion, the findings stated, and whether anything is filled."""
        codes, stated, filled = set(source.codes), list[str](), False
        answers: dict[str, Cell] = {}
        findings = {
            fold(exclusion.finding.label[lang]): exclusion.finding.id
            for exclusion in source.exclusions
            for lang in ("vi", "en")
        }
        for number, cells in enumerate(self.rows[first:], start=first + 1):
            cell, key = Cell(cells[answer], number, answer + 1), nfc(cells[code]).strip()
            filled = filled or not cell.is_blank
            if key in answers:
                message = f"the criterion {key} stands twice"
                hint = f"the first is in row {answers[key].row}"
                self._at("duplicate-criterion", message, cell._replace(column=code + 1), hint=hint)
            elif key in codes:
                answers[key] = cell
            elif key and is_one_of(key, "finding"):
                stated += self._finding(findings, cells[text], cell)
            elif _CODE.fullmatch(key):
                message = f"set {source.number} {source.group.slug} has no criterion {quoted(key)}"
                self._at("unknown-criterion", message, cell._replace(column=code + 1))
            elif not cell.is_blank:
                message = f"found {describe(cell.text)} in a row without a criterion"
                hint = "write the answer in the row of the criterion's code"
                self._at("stray-answer", message, cell, hint=hint)
        for missing in [code for code in source.codes if code not in answers]:
            message = f"the form has no row for the criterion {missing}"
            self._at("missing-criterion", message, Cell(""), hint="take a new form")
        return answers, stated, filled

    def _finding(self, known: dict[str, str], label: str, cell: Cell) -> list[str]:
        finding = known.get(fold(label))
        if finding is None:
            message = f"found the finding {describe(label.strip())}, which the set does not know"
            self._at("unknown-finding", message, cell._replace(column=None), hint="take a new form")
            return []

        def told(problem: Problem) -> None:
            self.gatherer.place(problem, cell, self.worksheet, finding)

        return [finding] if is_stated(cell, told) else []

    def _named(self, name: str) -> Cell:
        """Return the cell to the right of a label of the head; a blank one without a place."""
        for row, column, text in _cells(self.rows):
            if is_one_of(text, name):
                for right in range(column + 1, len(self.rows[row])):
                    cell = Cell(self.rows[row][right], row + 1, right + 1)
                    if is_one_of(cell.text, "assessor"):
                        break
                    if not cell.is_blank:
                        return cell
                return Cell("", row + 1, column + 2)
        return Cell("")
