"""The column `findings`: ids joined by semicolons, read into one bit each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.scoring._sheet_checks import unknown_finding
from ocop.scoring.table import table_of
from ocop.tables._cells import Cells
from ocop.tables._problems import Problems
from ocop.tables._vocabulary import Texts


class Findings:
    """Reads findings; one that is not among those of the row's set is a problem."""

    def __init__(self, law: Decision, problems: Problems) -> None:
        self._law, self._problems = law, problems
        self._texts = Texts()

    def bits(self, cells: Cells, sets: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Return the findings of each row, whose set's number is given, one bit each."""
        bits = np.zeros(len(cells), dtype=np.uint64)
        if "findings" not in self._problems.at:
            return bits
        begins, ends = cells.span(self._problems.at["findings"])
        rows = np.flatnonzero(begins < ends)
        if not len(rows):
            return bits
        texts = self._texts.numbers(cells, (begins[rows], ends[rows]))
        count = len(self._texts.texts)
        pairs, which = np.unique(sets[rows] * count + texts, return_inverse=True)
        values, unknown = [], []
        for number, text in (divmod(pair, count) for pair in pairs.tolist()):
            known = table_of(self._law.sets[number]).findings
            stated = [part.strip() for part in self._texts.texts[text].split(";")]
            values.append(sum(1 << n for n, finding in enumerate(known) if finding in stated))
            unknown.append([finding for finding in stated if finding and finding not in known])
        bits[rows] = np.array(values, dtype=np.uint64)[which]
        wrong = np.array([bool(found) for found in unknown])[which]
        for place in np.flatnonzero(wrong).tolist():
            known = table_of(self._law.sets[int(sets[rows[place]])]).findings
            self._report(unknown[which[place]], known, int(cells.numbers[rows[place]]))
        return bits

    def _report(self, unknown: list[str], known: tuple[str, ...], row: int) -> None:
        column = self._problems.at["findings"] + 1
        place = {"file": self._problems.shown, "line": row, "column": column, "path": "findings"}
        for finding in unknown:
            self._problems.add(unknown_finding(finding, known, **place))
