"""Reads a table of products as a layout describes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import unknown_finding
from ocop.scoring.table import table_of
from ocop.tables._answer_kinds import key
from ocop.tables._entries import Cell, Entry, Gatherer, bits_of, is_stated
from ocop.tables._layout_file import LETTERS, Layout, column_of
from ocop.text import quoted

__all__ = ["LawReader", "RowsReader"]


@define(eq=False)
class LawReader:
    """What entries say of their set and findings, read under one law."""

    law: Decision
    fixed: CriteriaSet | None
    gatherer: Gatherer

    def source(self, cell: Cell | None, worksheet: str | None) -> CriteriaSet | None:
        """Return the set that a cell names, else the one of all; tell where there is none."""
        if cell is None or (cell.is_blank and self.fixed is not None):
            return self.fixed
        try:
            found = criteria_set(self.law, cell.text.strip())
        except ProblemsError as error:
            self.gatherer.place(error.problems[0], cell, worksheet, "set")
            return None
        if self.fixed is None or found.number == self.fixed.number:
            return found
        message = f"found set {found.number}, allowed is set {self.fixed.number} as named"
        self.gatherer.place(Problem("set-differs", message), cell, worksheet, "set")
        return None

    def findings(
        self,
        source: CriteriaSet,
        listed: Cell | None,
        stated: Mapping[str, Cell],
        worksheet: str | None,
    ) -> int:
        """Return the findings that are listed by id, or stated each in a cell of its own."""
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


@define(eq=False)
class RowsReader:
    """Reads rows of products; `keep` names columns to carry along."""

    layout: Layout
    reader: LawReader
    keep: Sequence[str]

    def read(self, rows: Iterable[Sequence[str]], worksheet: str | None, before: int) -> int:
        """Take the products of a table; `before` sheets stand above. Return how many were taken."""
        gatherer, layout = self.reader.gatherer, self.layout
        at: dict[str, int] | None = None
        count = 0
        for number, cells in enumerate(rows, start=1):
            if number == layout.header:
                at = self._places(cells, worksheet)
                if at is None:
                    return 0
            if number <= layout.header or at is None:
                continue
            texts = {name: Cell(_text_at(cells, n), number, n + 1) for name, n in at.items()}
            if all(cell.is_blank for cell in texts.values()):
                continue
            count += 1
            source = self.reader.source(texts.get("set"), worksheet)
            if source is None:
                continue
            stated = {name: texts[f"stated {name}"] for name in layout.stated}
            place = before + count if worksheet is not None else number
            gatherer.take(
                Entry(
                    number=place,
                    criteria_set=source,
                    product=texts["product"],
                    answers=self._answers(source, texts, worksheet),
                    findings=self.reader.findings(source, texts.get("findings"), stated, worksheet),
                    assessor=texts.get("assessor"),
                    worksheet=worksheet,
                    columns={name: texts[f"keep {name}"].text for name in self.keep},
                )
            )
        if at is None:
            message = f"there is no header row {layout.header}"
            gatherer.place(Problem("empty-file", message), Cell(""), worksheet)
        return count

    def _answers(
        self, source: CriteriaSet, texts: Mapping[str, Cell], worksheet: str | None
    ) -> dict[str, Cell]:
        answers = {}
        for code in source.codes:
            if f"criterion {code}" in texts:
                answers[code] = texts[f"criterion {code}"]
        for name, cell in texts.items():
            code = name.removeprefix("criterion ")
            if code != name and code not in answers and not cell.is_blank:
                message = f"found {quoted(cell.text, 30)}, but set {source.number} "
                message += f"{source.group.slug} has no criterion {code}"
                problem = Problem("criterion-not-in-set", message, hint="leave the cell empty")
                self.reader.gatherer.place(problem, cell, worksheet, code)
        return answers

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


def _text_at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
