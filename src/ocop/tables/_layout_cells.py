"""Reads worksheets of one product each, from the cells that a layout names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define

from ocop.errors import Problem
from ocop.law.model import CriteriaSet
from ocop.tables._answer_kinds import key
from ocop.tables._entries import Cell, Entry
from ocop.tables._layout_file import ADDRESS, Layout, column_of
from ocop.tables._layout_rows import LawReader

__all__ = ["CellsReader"]

Rows = Sequence[Sequence[str]]


@define(eq=False)
class CellsReader:
    """Reads the worksheets of products."""

    layout: Layout
    reader: LawReader

    def read(self, rows: Rows, worksheet: str | None, number: int) -> None:
        """Take the product of a worksheet; one that is blank in all the cells is passed over."""
        layout, gatherer = self.layout, self.reader.gatherer
        answers = {code: _cells(rows, place) for code, place in layout.criteria.items()}
        stated = {name: _cells(rows, place)[0] for name, place in layout.stated.items()}
        named = {
            name: _cells(rows, place)[0]
            for name in ("product", "set", "assessor", "findings")
            if (place := getattr(layout, name)) is not None
        }
        every = [cell for cells in answers.values() for cell in cells]
        if all(map(self._is_blank, (*every, *stated.values()))):
            return
        if "set" not in named and self.reader.fixed is None:
            message = "no criteria set: the layout names no cell 'set'"
            problem = Problem("missing-column", message, hint="name the set (--set)")
            gatherer.place(problem, Cell(""), worksheet)
            return
        source = self.reader.source(named.get("set"), worksheet)
        if source is None:
            return
        single, chosen = self._answers(source, answers, worksheet)
        gatherer.take(
            Entry(
                number=number,
                criteria_set=source,
                product=named.get("product", Cell(worksheet or "")),
                findings=self.reader.findings(source, named.get("findings"), stated, worksheet),
                assessor=named.get("assessor"),
                worksheet=worksheet,
            ),
            single,
            chosen,
        )

    def _is_blank(self, cell: Cell) -> bool:
        return cell.is_blank or key(cell.text.strip()) in map(key, self.layout.blank)

    def _answers(
        self, source: CriteriaSet, answers: Mapping[str, list[Cell]], worksheet: str | None
    ) -> tuple[dict[str, Cell], dict[str, int]]:
        """Return the cells with an answer each, and the options that are marked beside them."""
        single, chosen = {}, {}
        gatherer = self.reader.gatherer
        missing = [code for code in source.codes if code not in answers]
        if missing:
            message = f"the layout names no cells for {', '.join(missing)}"
            gatherer.place(Problem("missing-criterion", message), Cell(""), worksheet)
        for item in source.items:
            cells = answers.get(item.code, [])
            if len(cells) == 1:
                single[item.code] = cells[0]
            elif cells and len(cells) != len(item.criterion.options):
                message = f"the layout has {len(cells)} cells for the options of {item.code}, "
                message += f"which are {len(item.criterion.options)}"
                gatherer.place(Problem("wrong-address", message), cells[0], worksheet, item.code)
            else:
                marked = [n for n, cell in enumerate(cells, 1) if not self._is_blank(cell)]
                if len(marked) == 1:
                    chosen[item.code] = marked[0]
                elif marked:
                    message = f"the options {', '.join(map(str, marked))} are marked, "
                    message += "allowed is one"
                    problem = Problem("several-answers", message, hint="keep one")
                    gatherer.place(problem, cells[marked[1] - 1], worksheet, item.code)
        return single, chosen


def _cells(rows: Rows, place: str) -> list[Cell]:
    """Return the cell of an address, or the cells of a row or column of them."""
    found = ADDRESS.fullmatch(place)
    assert found is not None
    left, top = column_of(found[1]), int(found[2]) - 1
    right, bottom = (left, top) if not found[3] else (column_of(found[3]), int(found[4]) - 1)
    return [
        Cell(_text_at(rows, row, column), row + 1, column + 1)
        for row in range(min(top, bottom), max(top, bottom) + 1)
        for column in range(min(left, right), max(left, right) + 1)
    ]


def _text_at(rows: Rows, row: int, column: int) -> str:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
