"""Gathers score sheets from the rows of a file; every wrong cell becomes a problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import numpy as np
from attrs import Factory, define
from numpy.typing import NDArray

from ocop.errors import Problem, ProblemsError, SheetError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import MAX_LISTED, UNANSWERED, mixed_cases, unknown_finding
from ocop.scoring.sheet import Sheets
from ocop.scoring.table import ScoreTable, table_of
from ocop.tables._header import Header, read_header
from ocop.tables._rows import BrokenFileError, clean_header, describe
from ocop.text import nfc, quoted

CHUNK = 4096


@define
class _Batch:
    """What is gathered for one criteria set while the file is read."""

    criteria_set: CriteriaSet
    table: ScoreTable
    products: list[str] = Factory(list)
    rows: list[int] = Factory(list)
    answers: list[NDArray[np.uint8]] = Factory(list)
    findings: list[int] = Factory(list)
    assessors: list[str] = Factory(list)
    columns: dict[str, list[str]] = Factory(dict)
    lookups: list[dict[str, int]] = Factory(list)


class SheetReader:
    """Reads the rows of one file; `finish` returns the batches or raises with every problem."""

    def __init__(self, law: Decision, shown: str, keep: tuple[str, ...]) -> None:
        self.law, self.shown, self.keep = law, shown, keep
        self.fixed: CriteriaSet | None = None
        self.problems: list[Problem] = []
        self.more = 0
        self.header = Header([])
        self.at: dict[str, int] = {}
        self.batches: dict[int, _Batch] = {}
        self.set_names: dict[str, int | str] = {}

    def report(self, problem: Problem) -> None:
        """Take a problem; beyond a bound only count it."""
        if len(self.problems) < MAX_LISTED:
            self.problems.append(problem)
        else:
            self.more += 1

    def _at(
        self, code: str, message: str, row: int, name: str | None = None, hint: str | None = None
    ) -> None:
        column = self.at[name] + 1 if name in self.at and name is not None else None
        self.report(Problem(code, message, self.shown, row, column, name, hint))

    def read(self, rows: Iterator[list[str]]) -> None:
        """Read all rows, the header first."""
        rows = self._until_broken(rows)
        header = next(rows, None)
        if header is None and self.problems:
            return
        if header is None or not any(cell.strip() for cell in header):
            self.report(Problem("empty-file", "the file has no header row", self.shown, 1))
            return
        self.header = read_header(clean_header(header), self.law, self.fixed, self.keep, self.shown)
        for problem in self.header.problems:
            self.report(problem)
        self.at = self.header.at
        if not self.header.sound:
            return
        numbered = enumerate(rows, start=2)
        seen_any = False
        while chunk := list(islice(numbered, CHUNK)):
            chunk = [(n, row) for n, row in chunk if any(row)]
            seen_any = seen_any or bool(chunk)
            width = len(self.header.names)
            for n, row in chunk:
                if len(row) != width:
                    message = f"found {len(row)} cells, allowed are {width} as in the header"
                    self._at("wrong-width", message, n)
            self._read_chunk([(n, row) for n, row in chunk if len(row) == width])
        if not seen_any and not self.problems:
            message = "the file has a header and no rows"
            self.report(Problem("no-sheets", message, self.shown, 2))

    def _until_broken(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Yield the rows before the place where the file cannot be read on, if there is one."""
        try:
            yield from rows
        except BrokenFileError as error:
            self.report(error.problem)

    def _read_chunk(self, chunk: list[tuple[int, list[str]]]) -> None:
        groups: dict[int, list[tuple[int, list[str]]]] = {}
        if "set" in self.at:
            for n, row in chunk:
                number = self._set_number(n, row[self.at["set"]].strip())
                if number is not None:
                    groups.setdefault(number, []).append((n, row))
        elif self.fixed is not None and chunk:
            groups[self.fixed.number] = chunk
        for number, rows in groups.items():
            self._read_rows(self._batch(number), rows)

    def _set_number(self, row: int, text: str) -> int | None:
        if text not in self.set_names:
            try:
                found = criteria_set(self.law, text)
            except ProblemsError as error:
                problem = error.problems[0]
                self._at(problem.code, problem.message, row, "set", problem.hint)
                self.set_names[text] = problem.code
                return None
            self.set_names[text] = found.number
        number = self.set_names[text]
        if isinstance(number, str):
            self._at(number, f"found {describe(text)}, as above", row, "set")
            return None
        if self.fixed is not None and number != self.fixed.number:
            message = f"found set {number}, allowed is set {self.fixed.number} as named"
            self._at("set-differs", message, row, "set")
            return None
        return number

    def _batch(self, number: int) -> _Batch:
        if number not in self.batches:
            source = self.law.sets[number]
            table = table_of(source)
            lookups = [
                {"": UNANSWERED, **{str(n): n for n in range(size + 1)}}
                for size in table.sizes.tolist()
            ]
            batch = _Batch(criteria_set=source, table=table, lookups=lookups)
            batch.columns = {name: [] for name in self.keep}
            missing = [code for code in table.codes if code not in self.at]
            if missing:
                message = f"set {number} {source.group.slug} needs the columns "
                message += ", ".join(missing)
                self.report(Problem("missing-column", message, self.shown, 1))
            self.batches[number] = batch
        return self.batches[number]

    def _read_rows(self, batch: _Batch, rows: list[tuple[int, list[str]]]) -> None:
        numbers = [n for n, _ in rows]
        columns = list(zip(*(row for _, row in rows), strict=True))
        products = self._names("product", columns, numbers)
        for n, product in zip(numbers, products, strict=True):
            if not product:
                self._at("missing-product", "the product's code is empty", n, "product")
        shape = (len(rows), len(batch.table.codes))
        answers = np.full(shape, UNANSWERED, dtype=np.uint8, order="F")
        for i, code in enumerate(batch.table.codes):
            if code in self.at:
                cells = columns[self.at[code]]
                answers[:, i] = self._answers(cells, batch.lookups[i], code, numbers)
        for name in [name for name in self.header.codes if name not in batch.table.codes]:
            self._must_be_empty(columns[self.at[name]], name, numbers, batch)
        batch.products += products
        batch.rows += numbers
        batch.answers.append(answers)
        batch.findings += self._findings(columns, numbers, batch)
        if "assessor" in self.at:
            batch.assessors += self._names("assessor", columns, numbers)
        for name in self.keep:
            batch.columns[name] += columns[self.at[name]]

    def _names(self, name: str, columns: Sequence[Sequence[str]], numbers: list[int]) -> list[str]:
        """Return a column of products or assessors: in normal form, no spaces around, one line."""
        texts = [nfc(text).strip() for text in columns[self.at[name]]]
        for n, text in zip(numbers, texts, strict=True):
            if not text.isprintable():
                message = f"found control characters in {describe(text)}"
                self._at("bad-character", message, n, name)
        return texts

    def _answers(
        self, cells: Sequence[str], lookup: dict[str, int], code: str, numbers: list[int]
    ) -> NDArray[np.uint8]:
        try:
            values = bytes(map(lookup.__getitem__, cells))
        except KeyError:
            pairs = zip(cells, numbers, strict=True)
            values = bytes(self._answer(cell.strip(), lookup, code, n) for cell, n in pairs)
        return np.frombuffer(values, dtype=np.uint8)

    def _answer(self, cell: str, lookup: dict[str, int], code: str, row: int) -> int:
        if cell in lookup:
            return lookup[cell]
        digits = cell[1:] if cell[:1] in ("-", "+") else cell
        whole = digits.isascii() and digits.isdigit()
        problem = "option-out-of-range" if whole else "not-a-whole-number"
        hint = None
        if whole and cell[0] != "-" and (plain := digits.lstrip("0") or "0") in lookup:
            problem, hint = "not-a-whole-number", f"write {quoted(plain)}"
        message = f"found {describe(cell)}, allowed are 0 to {len(lookup) - 2} or empty"
        self._at(problem, message, row, code, hint)
        return UNANSWERED

    def _must_be_empty(
        self, cells: Sequence[str], name: str, numbers: list[int], batch: _Batch
    ) -> None:
        for cell, n in zip(cells, numbers, strict=True):
            if cell.strip():
                source = batch.criteria_set
                message = f"found {describe(cell)}, but set {source.number} "
                message += f"{source.group.slug} has no criterion {name}"
                self._at("criterion-not-in-set", message, n, name, "leave the cell empty")

    def _findings(
        self, columns: Sequence[Sequence[str]], numbers: list[int], batch: _Batch
    ) -> list[int]:
        if "findings" not in self.at:
            return [0] * len(numbers)
        known = batch.table.findings
        bits = []
        for cell, n in zip(columns[self.at["findings"]], numbers, strict=True):
            value = 0
            for finding in filter(None, (part.strip() for part in cell.split(";"))):
                if finding in known:
                    value |= 1 << known.index(finding)
                else:
                    column = self.at["findings"] + 1
                    self.report(
                        unknown_finding(
                            finding, known, file=self.shown, line=n, column=column, path="findings"
                        )
                    )
            bits.append(value)
        return bits

    def _check_batches(self) -> None:
        for batch in self.batches.values():
            matrix = np.concatenate(batch.answers)
            batch.answers = [matrix]
            for index, text in mixed_cases(batch.table, matrix):
                self._at("mixed-cases", text, batch.rows[index])
        batches = self.batches.values()
        products = chain.from_iterable(b.products for b in batches)
        assessors = chain.from_iterable(b.assessors for b in batches)
        count = sum(len(b.rows) for b in batches)
        by_assessor = "assessor" in self.at
        keys = zip(products, assessors, strict=True) if by_assessor else iter(products)
        if len(set(keys)) < count:
            self._name_duplicates()

    def _name_duplicates(self) -> None:
        keys = [
            key
            for b in self.batches.values()
            for key in zip(b.products, b.assessors or [""] * len(b.rows), b.rows, strict=True)
        ]
        first: dict[tuple[str, str], int] = {}
        for product, assessor, row in sorted(keys, key=lambda key: key[2]):
            other = first.setdefault((product, assessor), row)
            if other != row and product:
                by = f" by {describe(assessor)}" if assessor else ""
                message = f"the product {describe(product)}{by} stands twice"
                hint = f"the first is in row {other}"
                self._at("duplicate-product", message, row, "product", hint)

    def finish(self) -> tuple[Sheets, ...]:
        """Return the batches; raises with every problem of the file."""
        if self.batches:
            self._check_batches()
        if self.problems:
            problems = sorted(self.problems, key=lambda p: (p.line or 0, p.column or 0))
            raise SheetError(problems, self.more)
        return tuple(
            Sheets(
                criteria_set=batch.criteria_set,
                products=batch.products,
                answers=batch.answers[0],
                findings=batch.findings,
                assessors=tuple(batch.assessors) if "assessor" in self.at else None,
                columns={name: tuple(values) for name, values in batch.columns.items()},
                rows=np.array(batch.rows, dtype=np.int64),
            )
            for _, batch in sorted(self.batches.items())
        )
