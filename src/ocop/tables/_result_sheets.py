"""Results in a file against the sheets they came from, scored again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.scoring._score_columns import Placed, floor_texts, reason_texts
from ocop.scoring.ranking import Ties, rank
from ocop.scoring.scores import Scores
from ocop.tables._result_file import Head
from ocop.tables._result_findings import Findings, Piece
from ocop.tables._result_ranks import RankRows
from ocop.tables._result_rows import NUMBERS, Columns
from ocop.text import quoted

__all__ = ["Rescored"]

Ints = NDArray[np.int64]


@frozen(eq=False)
class _Batch:
    """The scores of one set with what is needed to look them up."""

    scores: Scores
    first: int
    place: dict[str, int]
    missing: tuple[Ints, list[str]]
    excluded: tuple[Ints, list[str]]

    def numbers(self, name: str) -> NDArray[Any]:
        """Return a column of numbers; `star` 0 is excluded."""
        if name == "of":
            return np.full(len(self.scores), self.scores.of)
        if name in NUMBERS:
            found: NDArray[Any] = getattr(self.scores, name)
            return found
        codes = [part.code for part in self.scores.criteria_set.parts]
        return self.scores.parts[:, codes.index(name)]


@frozen(eq=False)
class Rescored:
    """Sheets scored again, and which of them the rows of a file were found to be."""

    batches: dict[int, _Batch]
    parts: tuple[str, ...]
    findings: Findings
    _found: list[Ints] = field(factory=list, init=False)

    @classmethod
    def of(
        cls, scores: Sequence[Scores], parts: tuple[str, ...], findings: Findings, assessed: bool
    ) -> Rescored:
        """Look up scores by product, and by assessor where rows name one."""
        batches, first = {}, 0
        for batch in scores:
            names: Sequence[str] = batch.products
            if assessed:
                who = batch.sheets.assessors or ("",) * len(batch)
                names = ["\0".join(pair) for pair in zip(names, who, strict=True)]
            place = {name: n for n, name in enumerate(names)}
            texts = (_spread(batch, placed) for placed in (floor_texts(batch), reason_texts(batch)))
            batches[batch.criteria_set.number] = _Batch(batch, first, place, *texts)
            first += len(batch)
        return cls(batches, parts, findings)

    def compare(self, columns: Columns, kept: Sequence[str], piece: Piece) -> None:
        """Compare rows with what the sheets give."""
        where = np.full(len(columns.products), -1, dtype=np.int64)
        for number in np.unique(columns.sets).tolist():
            rows = np.flatnonzero(columns.sets == number)
            batch = self.batches.get(number)
            if batch is None:
                continue
            mine = columns.take(rows)
            keys = mine.products
            if mine.assessors is not None:
                keys = ["\0".join(pair) for pair in zip(keys, mine.assessors, strict=True)]
            place = np.array([batch.place.get(key, -1) for key in keys], dtype=np.int64)
            known = np.flatnonzero(place >= 0)
            where[rows[known]] = place[known] + batch.first
            self.findings.only(rows[known])
            self._compare(mine.take(known), batch, place[known])
            for name in kept:
                given = batch.scores.sheets.columns.get(name)
                if given is not None:
                    cells = [piece.columns[name][n] for n in rows[known].tolist()]
                    self._texts(name, cells, [given[n] for n in place[known].tolist()])
        self.findings.only(None)
        self._found.append(where)

        def unknown(row: int) -> str:
            return f"the sheets of set {columns.sets[row]} have no such product"

        self.findings.cell("unknown-product", (where < 0) & (columns.sets >= 0), unknown, "product")

    def _compare(self, columns: Columns, batch: _Batch, place: Ints) -> None:
        for name in (*self.parts, *NUMBERS):
            found, given = columns.numbers[name], batch.numbers(name)[place].astype(np.int64)
            wrong = (found >= 0) & (found != given)
            self.findings.differs("result-differs", wrong, found, given, name)
        for name, cells, (which, texts) in (
            ("missing_floors", columns.missing, batch.missing),
            ("excluded", columns.excluded, batch.excluded),
        ):
            self._texts(name, cells, [texts[n] for n in which[place].tolist()])

    def _texts(self, name: str, found: Sequence[Any], given: Sequence[str]) -> None:
        wrong = np.array([a != b for a, b in zip(found, given, strict=True)], dtype=np.bool_)

        def message(row: int) -> str:
            return f"found {quoted(found[row])}, computed {quoted(given[row])}"

        self.findings.cell("result-differs", wrong, message, name)

    def finish(self, head: Head, ranked: RankRows | None, ties: Ties | None) -> None:
        """Check that no product is missing, and order or ranks over all sheets."""
        where = np.concatenate([np.empty(0, dtype=np.int64), *self._found])
        if ranked is None or head.top is None:
            self._missing(where)
        self._digests(head)
        if ranked is None:
            self._file_order(where)
        elif self.batches:
            self._ranks(where, ranked, ties)

    def _missing(self, where: Ints) -> None:
        count = sum(len(batch.scores) for batch in self.batches.values())
        there = np.zeros(count, dtype=np.bool_)
        there[where[where >= 0]] = True
        for batch in self.batches.values():
            own = there[batch.first : batch.first + len(batch.scores)]
            for row in np.flatnonzero(~own).tolist():
                self._absent(batch.scores.products[row], "have")

    def _absent(self, product: str, how: str) -> None:
        message = f"the sheets {how} the product {quoted(product)}, the file has no result of it"
        self.findings.add(Problem("result-missing", message, self.findings.shown))

    def _digests(self, head: Head) -> None:
        for number, told in (head.sheets or {}).items():
            batch = self.batches.get(int(number)) if number.isdecimal() else None
            mine = "none" if batch is None else batch.scores.sheets.digest
            if mine != told:
                message = f"the file names the digest {quoted(told, 80)} of its sheets, "
                message += f"those given have {mine}"
                hint = "give the sheets that were scored"
                place = self.findings.shown, None, None, f"set {number}"
                self.findings.add(Problem("sheets-differ", message, *place, hint))

    def _file_order(self, where: Ints) -> None:
        """Check that scores stand in the order of their sheets, where all sheets know theirs."""
        rows = [batch.scores.sheets.rows for batch in self.batches.values()]
        if any(each is None for each in rows) or (where < 0).any():
            return
        lines = np.concatenate(
            [np.empty(0, dtype=np.int64), *(each for each in rows if each is not None)]
        )
        falls = np.flatnonzero(np.diff(lines[where]) < 0)
        if len(falls):
            message = "the rows are not in the order of the sheets"
            self.findings.add(Problem("wrong-order", message, self.findings.shown))

    def _ranks(self, where: Ints, ranked: RankRows, ties: Ties | None) -> None:
        """Compare every rank with the one among all sheets, those that the file leaves out too."""
        scores = [batch.scores for batch in self.batches.values()]
        within = ranked.head.within if "within" in ranked.head.told else ranked.within
        columns = [batch.sheets.columns for batch in scores]
        if within not in (None, "set", "sector") and any(within not in each for each in columns):
            return
        everything = rank(scores, ties=ties or "min", order=ranked.order, within=within)
        if ranked.head.top is not None:
            first = everything.top(ranked.head.top).products
            for product in sorted({*first} - {*ranked.products}):
                self._absent(product, "are to list")
        found = ranked.ranks
        given = everything.ranks[np.maximum(where, 0)]
        wrong = (where >= 0) & (found >= 0) & (found != given)
        self.findings.differs("result-differs", wrong, found, given, "rank")


def _spread(batch: Scores, placed: Placed) -> tuple[Ints, list[str]]:
    """Return for every row which of some texts it has."""
    rows, texts, numbers = placed
    which = np.zeros(len(batch), dtype=np.int64)
    which[rows] = numbers + 1
    return which, ["", *texts]
