"""Reads a table of products as a layout describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import unknown_finding
from ocop.scoring.table import table_of
from ocop.tables._answer_kinds import key
from ocop.tables._entries import Cell, Entry, Gatherer, bits_of, is_stated
from ocop.tables._layout_file import LETTERS, Layout, column_of
from ocop.tables._set_names import AT_LENGTH
from ocop.text import quoted

__all__ = ["LawReader", "RowsReader"]

Places = list[tuple[str, int]]
"""Names, and the columns that hold them."""


@define(eq=False)
class LawReader:
    """What entries say of their set and findings, read under one law."""

    law: Decision
    fixed: CriteriaSet | None
    gatherer: Gatherer
    _wrong: dict[str, Problem] = field(factory=dict, init=False)

    def source(self, cell: Cell | None, worksheet: str | None) -> CriteriaSet | None:
        """Return the set that a cell names, else the one of all; tell where there is none."""
        if cell is None or (cell.is_blank and self.fixed is not None):
            return self.fixed
        found = self._named(cell.text.strip())
        if isinstance(found, Problem):
            self.gatherer.place(found, cell, worksheet, "set")
            return None
        if self.fixed is None or found.number == self.fixed.number:
            return found
        message = f"found set {found.number}, allowed is set {self.fixed.number} as named"
        self.gatherer.place(Problem("set-differs", message), cell, worksheet, "set")
        return None

    def _named(self, name: str) -> CriteriaSet | Problem:
        """Return the set of a name, or why there is none."""
        if name in self._wrong:
            return self._wrong[name]
        if len(self._wrong) >= AT_LENGTH and not self._is_declared(name):
            return Problem("unknown-set", f"{self.law.id} has no set {quoted(name)}")
        try:
            return criteria_set(self.law, name)
        except ProblemsError as error:
            return self._wrong.setdefault(name, error.problems[0])

    def _is_declared(self, name: str) -> bool:
        return any(name in (str(each.number), each.group) for each in self.law.declared)

    def findings(
        self,
        source: CriteriaSet,
        listed: Cell | None,
        stated: Mapping[str, Cell],
        worksheet: str | None,
    ) -> int:
        """Return the findings that are listed by id, or stated each in a cell of its own."""
        if listed is None and not stated:
            return 0
        known = table_of(source).findings
        text = "" if listed is None else listed.text
        found = [finding for finding in map(str.strip, text.split(";")) if finding]
        for finding in [finding for finding in found if finding not in known]:
            assert listed is not None
            self.gatherer.place(unknown_finding(finding, known), listed, worksheet, "findings")
        for finding, cell in stated.items():

            def told(problem: Problem, cell: Cell = cell, finding: str = finding) -> None:
                self.gatherer.place(problem, cell, worksheet, finding)

            if is_stated(cell, told):
                if finding not in known:
                    self.gatherer.place(unknown_finding(finding, known), cell, worksheet, finding)
                found.append(finding)
        return bits_of(source, found)


class _Columns:
    """Where a table holds what, by column from 0."""

    def __init__(self, at: dict[str, int]) -> None:
        self.at, self.width = at, max(at.values()) + 1
        self.stated = self._of("stated ")
        self._sets: dict[int, tuple[Places, Places]] = {}

    def _of(self, kind: str) -> Places:
        return [
            (name.removeprefix(kind), column)
            for name, column in self.at.items()
            if name.startswith(kind)
        ]

    def of_set(self, source: CriteriaSet) -> tuple[Places, Places]:
        """Return the columns of the criteria that a set has, and of those that it has not."""
        if source.number not in self._sets:
            codes, found = set(source.codes), self._of("criterion ")
            asked = [(code, column) for code, column in found if code in codes]
            foreign = [(code, column) for code, column in found if code not in codes]
            self._sets[source.number] = asked, foreign
        return self._sets[source.number]


@define(eq=False)
class RowsReader:
    """Reads rows of products; `keep` names columns to carry along."""

    layout: Layout
    reader: LawReader
    keep: Sequence[str]

    def read(self, rows: Iterable[Sequence[str]], worksheet: str | None, before: int) -> int:
        """Take the products of a table; `before` sheets stand above. Return how many were taken."""
        header, columns, count = self.layout.header, None, 0
        for number, cells in enumerate(rows, start=1):
            if number == header:
                at = self._places(cells, worksheet)
                if at is None:
                    return 0
                columns = _Columns(at)
            if number <= header or columns is None:
                continue
            texts = [*cells, *[""] * (columns.width - len(cells))]
            if any(texts[column].strip() for column in columns.at.values()):
                count += 1
                place = before + count if worksheet is not None else number
                self._take(texts, columns, number, place, worksheet)
        if columns is None:
            message = f"there is no header row {header}"
            self.reader.gatherer.place(Problem("empty-file", message), Cell(""), worksheet)
        return count

    def _take(
        self,
        texts: Sequence[str],
        columns: _Columns,
        number: int,
        place: int,
        worksheet: str | None,
    ) -> None:
        """Take the product of a row; it is the sheet `place` of the file."""
        reader, at = self.reader, columns.at

        def named(name: str) -> Cell | None:
            return Cell(texts[at[name]], number, at[name] + 1) if name in at else None

        source = reader.source(named("set"), worksheet)
        if source is None:
            return
        asked, foreign = columns.of_set(source)
        for code, column in foreign:
            if texts[column].strip():
                self._refuse(source, code, Cell(texts[column], number, column + 1), worksheet)
        stated = {name: Cell(texts[n], number, n + 1) for name, n in columns.stated}
        entry = Entry(
            number=place,
            criteria_set=source,
            product=Cell(texts[at["product"]], number, at["product"] + 1),
            findings=reader.findings(source, named("findings"), stated, worksheet),
            assessor=named("assessor"),
            worksheet=worksheet,
            columns={name: texts[at[f"keep {name}"]] for name in self.keep},
        )
        answers = {code: Cell(texts[column], number, column + 1) for code, column in asked}
        reader.gatherer.take(entry, answers)

    def _refuse(self, source: CriteriaSet, code: str, cell: Cell, worksheet: str | None) -> None:
        message = f"found {quoted(cell.text, 30)}, but set {source.number} "
        message += f"{source.group.slug} has no criterion {code}"
        problem = Problem("criterion-not-in-set", message, hint="leave the cell empty")
        self.reader.gatherer.place(problem, cell, worksheet, code)

    def _places(self, header: Sequence[str], worksheet: str | None) -> dict[str, int] | None:
        """Return the column of each thing to read, None where any is missing or unclear."""
        layout, fixed = self.layout, self.reader.fixed
        wanted = {"product": str(layout.product)}
        for name in ("set", "assessor", "findings"):
            place = getattr(layout, name)
            wanted |= {} if place is None else {name: place}
        wanted |= {f"stated {name}": place for name, place in layout.stated.items()}
        sets = list(self.reader.law.sets.values()) if fixed is None else [fixed]
        codes = dict.fromkeys(code for source in sets for code in source.codes)
        wanted |= {f"criterion {code}": layout.criteria.get(code, "") for code in codes}
        wanted |= {f"keep {name}": layout.columns.get(name, "") for name in self.keep}
        known: dict[str, list[int]] = {}
        for column, text in enumerate(header):
            known.setdefault(key(text), []).append(column)
        at, sound = {}, True
        for name, place in wanted.items():
            # What the layout does not name is found by its own name, which is no letter.
            heading = place or name.partition(" ")[2]
            if place and LETTERS.fullmatch(place):
                found = [column for column in [column_of(place)] if column < len(header)]
            else:
                found = known.get(key(heading), [])
            optional = not place and name.startswith("criterion ") and fixed is None
            if len(found) == 1:
                at[name] = found[0]
            elif found or not optional:
                sound = False
                self._tell_place(heading, name, len(found), worksheet)
        if fixed is None and layout.set is None:
            sound = False
            message = "no criteria set: the layout names no column 'set'"
            problem = Problem("missing-column", message, hint="name the set (--set)")
            self.reader.gatherer.place(problem, Cell("", layout.header), worksheet)
        return at if sound else None

    def _tell_place(self, heading: str, name: str, count: int, worksheet: str | None) -> None:
        what = name.removeprefix("keep ").removeprefix("stated ")
        if count:
            message = f"{count} columns are called {quoted(heading)}, allowed is one for {what}"
            problem = Problem("duplicate-column", message, hint="name it by its letter")
        else:
            message = f"there is no column {quoted(heading)} for {what}"
            problem = Problem("missing-column", message)
        self.reader.gatherer.place(problem, Cell("", self.layout.header), worksheet)
