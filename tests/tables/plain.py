"""The plain reader of sheets: row by row with the csv module, cell by cell, without arrays.

It is the oracle of `read_sheets`, so it shares nothing with `ocop.tables`. It takes files with a
sound header, wide or long, and says what is wrong in them and what they hold, in plain values.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import ocop
from ocop.tables._formulas import is_guarded

Wrong = tuple[int, int, str, str, str, str]
"""Row, column (0: the whole row), path, message, hint, code."""


class Batch(NamedTuple):
    """The sheets of one set, as `ocop.Sheets` holds them."""

    number: int
    products: list[str]
    rows: list[int]
    answers: list[list[int]]
    findings: list[int]
    assessors: list[str] | None
    columns: dict[str, list[str]]


class Sheet:
    """One sheet of a file."""

    def __init__(self, law: ocop.CriteriaSet, row: int, names: tuple[str, str]) -> None:
        self.law, self.row = law, row
        self.product, self.assessor = names
        self.answers: dict[str, int | None] = {}
        self.findings: set[str] = set()
        self.kept: dict[str, str] = {}

    def described(self) -> str:
        """Return how messages call the sheet."""
        by = f" by {shown(self.assessor)}" if self.assessor else ""
        return f"the product {shown(self.product)}{by}"


def normal(text: str) -> str:
    """Return a name in normal form, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def shown(text: str) -> str:
    """Return a text as messages show it."""
    return repr(text if len(text) <= 30 else text[:27] + "...")


class Reader:
    """Reads one file; `wrong` and `sheets` fill as it goes."""

    def __init__(self, law: ocop.Decision, which: int | None, keep: Sequence[str]) -> None:
        self.law, self.which, self.keep = law, which, keep
        self.wrong: list[Wrong] = []
        self.sheets: list[Sheet] = []
        self.at: dict[str, int] = {}
        self.told_sets: dict[str, str] = {}
        self.told_columns: set[int] = set()

    def tell(self, row: int, column: str, message: str, code: str, hint: str = "") -> None:
        """Note a problem of the cell in a column, or of a row for no column."""
        place = self.at[column] + 1 if column else 0
        self.wrong.append((row, place, column, message, hint, code))

    def lines(self, data: bytes) -> Iterator[str]:
        """Yield the lines; bytes that are not UTF-8 are told and replaced."""
        whole = data.split(b"\n")
        for number, raw in enumerate(whole, start=1):
            line = raw if number == len(whole) else raw + b"\n"
            if not line:
                return
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            try:
                yield text.decode()
            except UnicodeDecodeError as error:
                message = f"found byte 0x{text[error.start]:02x}, which is not UTF-8"
                message += "; allowed is UTF-8"
                place = error.start + len(line) - len(text) + 1
                hint = "save the file as CSV UTF-8"
                self.wrong.append((number, place, "", message, hint, "not-utf8"))
                yield text.decode(errors="replace")

    def rows(self, data: bytes) -> Iterator[tuple[int, list[str]]]:
        """Yield the numbered rows, the header too, as far as they can be read."""
        lines = self.lines(data)
        first = next(lines, "")
        row = 0

        def again() -> Iterator[str]:
            yield first
            yield from lines

        try:
            delimiter = max(",;\t", key=first.count)
            for row, cells in enumerate(csv.reader(again(), delimiter=delimiter, strict=True), 1):
                yield row, cells
        except csv.Error as error:
            reason = str(error).split(" - ")[0].replace("\t", "\\t")
            hint = "close every quotation mark"
            if "new-line" in reason:
                hint = "save the file as CSV UTF-8"
            self.tell(row + 1, "", f"the row is not CSV: {reason}", "csv-syntax", hint)

    def read(self, data: bytes) -> None:
        """Read a file."""
        rows = self.rows(data)
        names = [normal(name) for name in next(rows)[1]]
        self.at = {name: place for place, name in enumerate(names)}
        take = self.state if "criterion" in self.at else self.fill
        filled = 0
        for row, cells in rows:
            filled += any(cells)
            if any(cells) and len(cells) != len(names):
                message = f"found {len(cells)} cells, allowed are {len(names)} as in the header"
                self.tell(row, "", message, "wrong-width")
            elif any(cells):
                take(row, dict(zip(names, cells, strict=True)))
        if not filled and not self.wrong:
            self.tell(2, "", "the file has a header and no rows", "no-sheets")
        for sheet in self.sheets:
            self.check_cases(sheet)
            # Which texts these are is tested with the formulas of hostile files.
            if is_guarded(sheet.product):
                message = f"found {shown(sheet.product)}, which stands for a name without the "
                hint = "read the .json, .xlsx or packed file, or give the product another name"
                self.tell(sheet.row, "product", f"{message}apostrophe", "guarded-text", hint)

    def fill(self, row: int, cells: dict[str, str]) -> None:
        """Take a row of the wide form: a sheet."""
        law = self.set_of(row, cells)
        if law is None:
            return
        lacking = [code for code in law.codes if code not in cells]
        if lacking and law.number not in self.told_columns:
            message = f"set {law.number} {law.group.slug} needs the columns {', '.join(lacking)}"
            self.tell(1, "", message, "missing-column")
            self.told_columns.add(law.number)
        sheet = Sheet(law, row, self.names(row, cells))
        other = self.same(sheet)
        if not sheet.product:
            self.tell(row, "product", "the product's code is empty", "missing-product")
        elif other is not None:
            hint = f"the first is in row {other.row}"
            message = f"{sheet.described()} stands twice"
            self.tell(row, "product", message, "duplicate-product", hint)
        for code in [name for name in cells if name[:1].isdigit() and name not in self.keep]:
            self.answer(row, code, code, cells[code], sheet.law, sheet)
        self.take_findings(row, cells, sheet.law, sheet)
        sheet.kept = {name: cells[name] for name in self.keep}
        self.sheets.append(sheet)

    def state(self, row: int, cells: dict[str, str]) -> None:
        """Take a row of the long form: an answer."""
        law = self.set_of(row, cells)
        if law is None:
            return
        sheet: Sheet | None = Sheet(law, row, self.names(row, cells))
        assert sheet is not None
        sheet.kept = {name: cells[name] for name in self.keep}
        other = self.same(sheet)
        if not sheet.product:
            self.tell(row, "product", "the product's code is empty", "missing-product")
            sheet = None
        elif other is None:
            self.sheets.append(sheet)
        else:
            sheet = self.fitting(row, sheet, other)
        code = normal(cells["criterion"])
        if not code:
            message = "the criterion's code is empty"
            self.tell(row, "criterion", message, "missing-criterion")
        elif all(code not in source.codes for source in self.law.sets.values()):
            near = get_close_matches(code, law.codes, n=1)
            hint = f"did you mean {near[0]!r}?" if near else ""
            message = f"set {law.number} {law.group.slug} has no criterion {shown(code)}"
            self.tell(row, "criterion", message, "unknown-criterion", hint)
        elif sheet is not None and code in sheet.answers:
            self.answer(row, "answer", code, cells["answer"], law, None)
            before_it = sheet.answers[code]
            hint = "keep one of its rows"
            if before_it is not None:
                hint += f"; a row above answers {before_it}"
            message = f"{sheet.described()} has the criterion {code} twice"
            self.tell(row, "criterion", message, "duplicate-criterion", hint)
        else:
            self.answer(row, "answer", code, cells["answer"], law, sheet)
        self.take_findings(row, cells, law, sheet)

    def fitting(self, row: int, sheet: Sheet, other: Sheet) -> Sheet | None:
        """Return the sheet that a row adds to, None where its set differs."""
        place = f"but row {other.row} of {other.described()} says"
        hint = "a sheet has one of them"
        if sheet.law is not other.law:
            message = f"found set {sheet.law.number}, {place} {other.law.number}"
            self.tell(row, "set", message, "set-differs", hint)
            return None
        for name in self.keep:
            if sheet.kept[name] != other.kept[name]:
                message = f"found {shown(sheet.kept[name])}, {place} {shown(other.kept[name])}"
                self.tell(row, name, message, "column-differs", hint)
        return other

    def same(self, sheet: Sheet) -> Sheet | None:
        """Return the sheet above of the same product and assessor."""
        names = (sheet.product, sheet.assessor)
        return next((s for s in self.sheets if (s.product, s.assessor) == names), None)

    def set_of(self, row: int, cells: dict[str, str]) -> ocop.CriteriaSet | None:
        """Return the set of a row."""
        if "set" not in cells:
            return self.law.sets[self.which or 0]
        name = cells["set"].strip()
        if name in self.told_sets:
            self.tell(row, "set", f"found {shown(name)}, as above", self.told_sets[name])
            return None
        try:
            found = ocop.criteria_set(self.law, name)
        except ocop.ProblemsError as error:
            problem = error.problems[0]
            self.tell(row, "set", problem.message, problem.code, problem.hint or "")
            self.told_sets[name] = problem.code
            return None
        if self.which in (None, found.number):
            return found
        message = f"found set {found.number}, allowed is set {self.which} as named"
        self.tell(row, "set", message, "set-differs")
        return None

    def names(self, row: int, cells: dict[str, str]) -> tuple[str, str]:
        """Return the product and the assessor of a row."""
        for column in ("product", "assessor"):
            name = normal(cells.get(column, ""))
            if not name.isprintable():
                message = f"found control characters in {shown(name)}"
                self.tell(row, column, message, "bad-character")
        return normal(cells["product"]), normal(cells.get("assessor", ""))

    def answer(
        self, row: int, column: str, code: str, text: str, law: ocop.CriteriaSet, to: Sheet | None
    ) -> None:
        """Check the answer to a criterion of some set, and put it on a sheet."""
        sizes = {item.code: len(item.criterion.options) for item in law.items}
        cell, before = text.strip(), len(self.wrong)
        if code not in sizes:
            if cell:
                message = f"found {shown(text)}, but set {law.number} {law.group.slug} "
                message += f"has no criterion {code}"
                hint = "leave the row out" if column == "answer" else "leave the cell empty"
                self.tell(row, column, message, "criterion-not-in-set", hint)
        elif cell and cell not in [str(n) for n in range(sizes[code] + 1)]:
            message = f"found {shown(cell)}, allowed are 0 to {sizes[code]} or empty"
            digits = cell[1:] if cell[0] in "+-" else cell
            plain = digits.lstrip("0") or "0"
            if re.fullmatch(r"[0-9]+((\s*[;/&+]\s*|\s*,\s+)[0-9]+)+", cell):
                message = f"found {shown(cell)}, allowed is one answer"
                self.tell(row, column, message, "several-answers", "keep one")
            elif not (digits.isascii() and digits.isdigit()):
                self.tell(row, column, message, "not-a-whole-number")
            elif cell[0] != "-" and plain in [str(n) for n in range(sizes[code] + 1)]:
                self.tell(row, column, message, "not-a-whole-number", f"write {plain!r}")
            else:
                self.tell(row, column, message, "option-out-of-range")
        if to is not None and code in sizes:
            fine = cell and len(self.wrong) == before
            to.answers[code] = int(cell) if fine else None
        # A problem is told under the criterion, wherever its answer stands.
        self.wrong[before:] = [(r, c, code, *rest) for r, c, _, *rest in self.wrong[before:]]

    def take_findings(
        self, row: int, cells: dict[str, str], law: ocop.CriteriaSet, to: Sheet | None
    ) -> None:
        """Take the findings of a row."""
        known = [exclusion.finding.id for exclusion in law.exclusions]
        for finding in filter(None, map(str.strip, cells.get("findings", "").split(";"))):
            if finding not in known:
                near = get_close_matches(finding, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else ""
                message = f"found the finding {finding!r}, allowed are {', '.join(known) or 'none'}"
                self.tell(row, "findings", message, "unknown-finding", hint)
            elif to is not None:
                to.findings.add(finding)

    def check_cases(self, sheet: Sheet) -> None:
        """Tell a sheet that mixes the cases of a kind."""
        for kind in sheet.law.case_kinds:
            used = {}
            for item in sheet.law.items:
                answer = sheet.answers.get(item.code)
                if item.criterion.case_kind == kind.id and answer:
                    used[item.code] = item.criterion.options[answer - 1].case
            if len(set(used.values())) > 1:
                listed = ", ".join(f"{code} is {case}" for code, case in used.items())
                message = f"the sheet mixes cases of {kind.id}: {listed}; allowed is one case"
                self.tell(sheet.row, "", message, "mixed-cases")

    def batches(self) -> list[Batch]:
        """Return what was read, by the number of the set."""
        result = []
        for number in sorted({sheet.law.number for sheet in self.sheets}):
            own = [sheet for sheet in self.sheets if sheet.law.number == number]
            law = own[0].law
            known = [exclusion.finding.id for exclusion in law.exclusions]
            answers = [[sheet.answers.get(code) for code in law.codes] for sheet in own]
            result.append(
                Batch(
                    number=number,
                    products=[sheet.product for sheet in own],
                    rows=[sheet.row for sheet in own],
                    answers=[[255 if a is None else a for a in row] for row in answers],
                    findings=[sum(1 << known.index(f) for f in sheet.findings) for sheet in own],
                    assessors=[s.assessor for s in own] if "assessor" in self.at else None,
                    columns={name: [s.kept[name] for s in own] for name in self.keep},
                )
            )
        return result


def read(
    data: bytes, law: ocop.Decision, which: int | None = None, keep: Sequence[str] = ()
) -> tuple[list[Wrong], list[Batch]]:
    """Return the problems of a file by row and column, and its sheets."""
    reader = Reader(law, which, keep)
    reader.read(data)
    return sorted(reader.wrong, key=lambda wrong: wrong[:2]), reader.batches()
