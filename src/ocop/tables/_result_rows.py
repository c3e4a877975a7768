"""Rows of scores and rankings against the law: what each row's numbers must be to each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.tables._result_cells import texts, whole_numbers
from ocop.tables._result_findings import Findings, Piece
from ocop.tables._result_law import NEVER, Reasons, SetFacts, set_facts
from ocop.text import quoted

__all__ = ["NUMBERS", "Columns", "RowChecks"]

NUMBERS = ("total", "band", "star", "answered", "of")

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@frozen(eq=False, kw_only=True)
class Columns:
    """The rows of a piece as numbers and texts; -1 stands for what is no number."""

    products: list[str]
    assessors: list[str] | None
    sets: Ints
    numbers: dict[str, Ints]
    missing: list[str]
    excluded: list[str]

    def take(self, rows: Ints) -> Columns:
        """Return some of the rows."""
        places = rows.tolist()
        assessors = self.assessors
        return Columns(
            products=[self.products[n] for n in places],
            assessors=None if assessors is None else [assessors[n] for n in places],
            sets=self.sets[rows],
            numbers={name: values[rows] for name, values in self.numbers.items()},
            missing=[self.missing[n] for n in places],
            excluded=[self.excluded[n] for n in places],
        )


@frozen(eq=False)
class RowChecks:
    """Checks rows piece by piece; sets of the law are looked up when they occur."""

    law: Decision
    parts: tuple[str, ...]
    findings: Findings
    whole: bool
    """Whether a product may stand once in all sets, as in a ranking."""
    _facts: dict[int, SetFacts | None] = field(factory=dict, init=False)
    _texts: dict[tuple[int, str, str], Reasons] = field(factory=dict, init=False)
    _seen: dict[int, set[str]] = field(factory=dict, init=False)

    def read(self, piece: Piece) -> Columns:
        """Return the cells of a piece; those that are of another kind are problems."""
        numbers = [name for name in ("rank", *self.parts, *NUMBERS) if name in piece.columns]
        found = self.findings
        return Columns(
            products=texts(piece, "product", found),
            assessors=texts(piece, "assessor", found) if "assessor" in piece.columns else None,
            sets=whole_numbers(piece, "set", found),
            numbers={n: whole_numbers(piece, n, found, empty=n == "star") for n in numbers},
            missing=texts(piece, "missing_floors", found),
            excluded=texts(piece, "excluded", found),
        )

    def check(self, columns: Columns, piece: Piece) -> None:
        """Check every row by itself, and that no product stands twice."""
        empty = np.array([not name for name in columns.products], dtype=np.bool_)
        self.findings.cell("missing-product", empty, lambda _: "the product is empty", "product")
        for number in np.unique(columns.sets[columns.sets >= 0]).tolist():
            facts = self.facts(number)
            if facts is not None:
                rows = np.flatnonzero(columns.sets == number)
                self.findings.only(rows)
                mine = columns.take(rows)
                self._numbers(mine, facts)
                self._stars(mine, facts)
        self.findings.only(None)
        self._twice(columns)
        self._origin(columns, piece)

    def facts(self, number: int) -> SetFacts | None:
        """Return what the law says of a set; None where there is no such set, which is told."""
        if number not in self._facts:
            self._facts[number] = None
            try:
                source = criteria_set(self.law, number)
            except ProblemsError as error:
                for problem in error.problems:
                    self.findings.add(Problem(problem.code, problem.message, self.findings.shown))
                return None
            own = tuple(part.code for part in source.parts)
            if own != self.parts:
                message = f"set {number} has the parts {', '.join(own)}, the file has "
                message += ", ".join(self.parts)
                self.findings.add(Problem("other-parts", message, self.findings.shown))
                return None
            self._facts[number] = set_facts(source)
        return self._facts[number]

    def _numbers(self, columns: Columns, facts: SetFacts) -> None:
        """Check sums, counts, and that there are answers that give these points."""
        found, numbers = self.findings, columns.numbers
        parts = [numbers[part] for part in self.parts]
        sound = np.all([values >= 0 for values in parts], axis=0)
        total, answered, of = (numbers[name] for name in ("total", "answered", "of"))
        given = sum(parts, start=np.zeros_like(total))
        found.differs(
            "wrong-result", sound & (total >= 0) & (total != given), total, given, "total"
        )
        most = len(facts.table.codes)
        every = np.full_like(of, most)
        found.differs("wrong-result", (of >= 0) & (of != most), of, every, "of")

        def too_many(row: int) -> str:
            return f"found {answered[row]} criteria assessed, the set has {most}"

        found.cell("impossible-result", answered > most, too_many, "answered")
        least = facts.answered_at_least(parts)
        named = ", ".join(self.parts)

        def never(row: int) -> str:
            points = ", ".join(str(values[row]) for values in parts)
            return f"found the points {points} in {named}, which no answers to the set give"

        found.cell("impossible-result", sound & (least >= NEVER), never, self.parts[0])

        def too_few(row: int) -> str:
            return f"found {answered[row]} criteria assessed, such points take {least[row]} or more"

        few = sound & (least < NEVER) & (answered >= 0) & (answered < least)
        found.cell("impossible-result", few, too_few, "answered")

    def _stars(self, columns: Columns, facts: SetFacts) -> None:
        """Check band, missed floors, exclusions and star."""
        found = self.findings
        total, band, star = (columns.numbers[name] for name in ("total", "band", "star"))
        opened = facts.bands(total)
        wrong = (total >= 0) & (band >= 0) & (band != opened)
        found.differs("wrong-result", wrong, band, opened, "band")
        missing = self._read(facts, "missing_floors", columns.missing)
        self._read(facts, "excluded", columns.excluded)
        lowest = np.array([each.lowest for each in missing], dtype=np.int64)
        highest = np.array([each.highest for each in missing], dtype=np.int64)

        def beyond(row: int) -> str:
            return f"found a floor of {highest[row]} stars, the band is {band[row]}"

        too_high = (band >= 0) & (highest > band)
        found.cell("impossible-result", too_high, beyond, "missing_floors")
        out = np.array([bool(text) for text in columns.excluded], dtype=np.bool_)
        given = np.where(out, 0, facts.stars(band, lowest))
        sound = np.array([not each.wrong for each in missing], dtype=np.bool_)
        wrong = sound & (band >= 0) & (star >= 0) & (star != given)
        found.differs("wrong-result", wrong, star, given, "star")

    def _read(self, facts: SetFacts, name: str, column: Sequence[str]) -> list[Reasons]:
        """Return what the texts of a column say; what the set does not know is a problem."""
        number, known = facts.source.number, self._texts
        read = facts.missed if name == "missing_floors" else facts.excluded
        for text in set(column):
            if (number, name, text) not in known:
                known[number, name, text] = read(text)
        result = [known[number, name, text] for text in column]
        wrong = np.array([bool(each.wrong) for each in result], dtype=np.bool_)
        self.findings.cell("impossible-result", wrong, lambda row: str(result[row].wrong), name)
        return result

    def _twice(self, columns: Columns) -> None:
        keys = columns.products
        if columns.assessors is not None:
            keys = ["\0".join(pair) for pair in zip(keys, columns.assessors, strict=True)]
        flags = np.zeros(len(keys), dtype=np.bool_)
        for number in (None,) if self.whole else np.unique(columns.sets).tolist():
            rows = range(len(keys)) if number is None else np.flatnonzero(columns.sets == number)
            seen = self._seen.setdefault(-1 if number is None else number, set())
            mine = [keys[row] for row in rows]
            once = set(mine)
            if len(once) == len(mine) and seen.isdisjoint(once):
                seen |= once
                continue
            for row in rows:
                flags[row] = keys[row] in seen
                seen.add(keys[row])
        name = columns.products

        def twice(row: int) -> str:
            return f"the product {quoted(name[row])} stands twice"

        self.findings.cell("duplicate-product", flags, twice, "product")

    def _origin(self, columns: Columns, piece: Piece) -> None:
        """Check decision and digest where every row names them, as in NDJSON."""
        found = self.findings
        if "digest" not in piece.columns:
            return
        decisions, digests = texts(piece, "decision", found), texts(piece, "digest", found)
        other = np.array([name != self.law.id for name in decisions], dtype=np.bool_)
        found.cell(
            "decision-differs",
            other,
            lambda row: f"found {quoted(decisions[row])}, the file is of {self.law.id}",
            "decision",
        )
        known = {number: facts for number, facts in self._facts.items() if facts is not None}
        own = {number: facts.source.digest for number, facts in known.items()}
        wrong = np.array(
            [own.get(n, d) != d for n, d in zip(columns.sets.tolist(), digests, strict=True)],
            dtype=np.bool_,
        )
        found.cell("digest-differs", wrong, lambda row: f"found {quoted(digests[row])}", "digest")
