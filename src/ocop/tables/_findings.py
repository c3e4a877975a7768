"""The column `findings`: ids joined by semicolons, read into one bit each."""

from __future__ import annotations

from collections.abc import Sequence

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
        which = self._texts.numbers(cells, (begins[rows], ends[rows]))
        bits[rows] = finding_bits(
            which, self._texts.texts, sets[rows], self._law, self._problems, cells.numbers[rows]
        )
        return bits


def finding_bits(
    which: NDArray[np.int64],
    texts: Sequence[str],
    sets: NDArray[np.int64],
    law: Decision,
    problems: Problems,
    rows: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Return the findings of rows, one bit each: `which` of the texts and which set each has.

    `rows` are the numbers that problems call the rows.
    """
    pairs, distinct = np.unique(sets * len(texts) + which, return_inverse=True)
    values, unknown = [], []
    for number, text in (divmod(pair, len(texts)) for pair in pairs.tolist()):
        known = table_of(law.sets[number]).findings
        stated = [part.strip() for part in texts[text].split(";")]
        values.append(sum(1 << n for n, finding in enumerate(known) if finding in stated))
        unknown.append([finding for finding in stated if finding and finding not in known])
    wrong = np.array([bool(found) for found in unknown])[distinct]
    for place in np.flatnonzero(wrong).tolist():
        known = table_of(law.sets[int(sets[place])]).findings
        for finding in unknown[distinct[place]]:
            problem = unknown_finding(finding, known)
            row = int(rows[place])
            problems.cell(problem.code, problem.message, row, "findings", problem.hint)
    return np.array(values, dtype=np.uint64)[distinct]
