"""The wide form: one row a product, one column a criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import Factory, define, frozen
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._answers import AnswerReader, report_foreign, wrong_position
from ocop.tables._cells import Cells
from ocop.tables._findings import Findings
from ocop.tables._gathered import Gathered, report_duplicates
from ocop.tables._header import Header
from ocop.tables._names import read_names
from ocop.tables._problems import Problems
from ocop.tables._set_columns import missing_columns, set_columns
from ocop.tables._set_names import NO_SET, SetNames
from ocop.tables._vocabulary import Repeated, hashed


@frozen(eq=False)
class _Rows:
    """What is read of a block, the answers under the criteria of the file."""

    numbers: NDArray[np.int64]
    values: NDArray[np.uint8]
    findings: NDArray[np.uint64]
    texts: dict[str, list[str]]


@define(eq=False)
class _Set:
    """What is gathered of one criteria set; `places` says where its criteria stand in the file.

    `limits` holds, for each criterion of the file, the least answer that is too high; 0 where the
    set has no such criterion.
    """

    source: CriteriaSet
    places: NDArray[np.int64]
    limits: NDArray[np.uint8]
    texts: dict[str, list[str]]
    answers: list[NDArray[np.uint8]] = Factory(list)
    findings: list[NDArray[np.uint64]] = Factory(list)
    rows: list[NDArray[np.int64]] = Factory(list)

    def take(self, rows: _Rows, here: slice) -> None:
        """Take the rows of this set."""
        there = self.places >= 0
        values = rows.values[:, here]
        answers = np.full((len(there), values.shape[1]), UNANSWERED, dtype=np.uint8)
        answers[there] = values[self.places[there]]
        self.answers.append(answers)
        self.findings.append(rows.findings[here])
        self.rows.append(rows.numbers[here])
        for name, texts in rows.texts.items():
            self.texts[name] += texts[here]


class WideReader:
    """Gathers sheets from blocks of cells; every wrong cell becomes a problem."""

    def __init__(
        self,
        law: Decision,
        fixed: CriteriaSet | None,
        keep: Sequence[str],
        header: Header,
        problems: Problems,
    ) -> None:
        self._law, self._problems = law, problems
        self._kept = {name: Repeated() for name in keep}
        self._codes, self._at = header.codes, header.at
        self._columns = np.array([header.at[code] for code in header.codes], dtype=np.int64)
        self._names: list[str] = [name for name in ("product", "assessor") if name in header.at]
        self._set_names = SetNames(law, fixed, problems)
        self._answers = AnswerReader(self._columns)
        self._findings = Findings(law, problems)
        self._sets: dict[int, _Set] = {}
        self._hashes: list[NDArray[np.uint64]] = []

    def take(self, cells: Cells) -> None:
        """Take the next rows of the file."""
        numbers = self._set_names.numbers(cells)
        usable = numbers != NO_SET
        if not usable.all():
            cells, numbers = cells.rows(usable), numbers[usable]
        if not len(cells):
            return
        counts = np.bincount(numbers)
        distinct = np.flatnonzero(counts).tolist()
        new = [number for number in distinct if number not in self._sets]
        for number in sorted(new, key=lambda number: int(np.argmax(numbers == number))):
            self._sets[number] = self._start(self._law.sets[number])
        if len(distinct) > 1:
            order = np.argsort(numbers, kind="stable")
            cells, numbers = cells.rows(order), numbers[order]
        stops = np.cumsum(counts).tolist()
        places = {
            number: slice(stops[number] - counts[number], stops[number]) for number in distinct
        }
        rows = _Rows(
            numbers=cells.numbers,
            values=self._read_answers(cells, numbers, places),
            findings=self._findings.bits(cells, numbers),
            texts=self._read_texts(cells),
        )
        for number, here in places.items():
            self._sets[number].take(rows, here)

    def _read_answers(
        self, cells: Cells, numbers: NDArray[np.int64], places: dict[int, slice]
    ) -> NDArray[np.uint8]:
        values = self._answers.read(cells)
        wrong = values != UNANSWERED
        for number, here in places.items():
            wrong[:, here] &= values[:, here] >= self._sets[number].limits[:, np.newaxis]
        if wrong.any():
            self._report(wrong, cells, numbers)
            values[wrong] = UNANSWERED
        return values

    def _report(self, wrong: NDArray[np.bool_], cells: Cells, numbers: NDArray[np.int64]) -> None:
        which, places = np.nonzero(wrong)
        texts = cells.texts(cells.some(places, self._columns[which]))
        for n, place, text in zip(which.tolist(), places.tolist(), texts, strict=True):
            chosen = self._sets[int(numbers[place])]
            row, code, limit = int(cells.numbers[place]), self._codes[n], int(chosen.limits[n])
            if limit:
                self._problems.place(wrong_position(text, limit - 1), row, code, code)
            else:
                hint = "leave the cell empty"
                report_foreign(self._problems, text, chosen.source, row, code, code, hint)

    def _read_texts(self, cells: Cells) -> dict[str, list[str]]:
        texts: dict[str, list[str]] = {}
        keys = []
        for name in self._names:
            texts[name], hashes = read_names(cells, name, self._problems)
            keys.append(hashes)
        self._hashes.append(hashed(np.stack(keys)))
        if not all(texts["product"]):
            for place in [n for n, product in enumerate(texts["product"]) if not product]:
                message, row = "the product's code is empty", int(cells.numbers[place])
                self._problems.cell("missing-product", message, row, "product")
        for name, column in self._kept.items():
            texts[name] = column.read(cells, cells.span(self._at[name]))
        return texts

    def _start(self, source: CriteriaSet) -> _Set:
        for problem in missing_columns(source, self._codes, self._problems.shown, 1):
            self._problems.add(problem)
        columns = set_columns(source, self._codes)
        texts: dict[str, list[str]] = {name: [] for name in (*self._names, *self._kept)}
        return _Set(source, columns.places, columns.limits, texts)

    def finish(self) -> list[Gathered]:
        """Return what was gathered, by set, once the whole file is read."""
        batches = [
            Gathered(
                criteria_set=chosen.source,
                products=chosen.texts["product"],
                answers=_joined(chosen.answers),
                findings=np.concatenate(chosen.findings),
                assessors=chosen.texts.get("assessor"),
                columns={name: chosen.texts[name] for name in self._kept},
                rows=np.concatenate(chosen.rows),
            )
            for _, chosen in sorted(self._sets.items())
        ]
        if self._hashes:
            report_duplicates(batches, np.concatenate(self._hashes), self._problems)
        return batches


def _joined(blocks: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return answers of shape (sheets, criteria) with contiguous columns; empties `blocks`."""
    stop = sum(block.shape[1] for block in blocks)
    result = np.empty((blocks[0].shape[0], stop), dtype=np.uint8)
    while blocks:
        # Each block goes once it is copied, so that the answers are never in memory twice.
        block = blocks.pop()
        result[:, stop - block.shape[1] : stop] = block
        stop -= block.shape[1]
    return result.T
