"""What the rows of the long form say of their sheet: product, assessor, set, kept columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._cells import Cells, Places, Span
from ocop.tables._header import Header
from ocop.tables._names import Names, report_name
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.tables._set_names import NO_SET, SetNames
from ocop.tables._vocabulary import Keys, Numbers, Texts, Vocabulary, grown, too_long

NO_SHEET = -1
"""In place of a sheet: the row has no product, or not the set of its sheet."""


@frozen(eq=False)
class _Runs:
    """Rows that say the same of their sheet as the row above, together.

    `numbers` holds, by column, the numbers of what each run says; `rows` is the row of the file of
    each single row.
    """

    starts: Places
    counts: Places
    numbers: dict[str, Numbers]
    rows: NDArray[np.int64]

    def each(self, runs: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
        """Yield the run and the row of the file for every row of some runs."""
        for run in np.flatnonzero(runs).tolist():
            start, stop = self.starts[run], self.starts[run] + self.counts[run]
            yield from ((run, row) for row in self.rows[start:stop].tolist())


class Heads:
    """Finds the sheet of every row.

    By the number of the sheet, `sets` holds the number of its set and `rows` its first row, 0 where
    the number is not in use.
    """

    def __init__(
        self,
        law: Decision,
        fixed: CriteriaSet | None,
        keep: Sequence[str],
        header: Header,
        problems: Problems,
    ) -> None:
        self._problems = problems
        self._set_names = SetNames(law, fixed, problems)
        self._fixed = NO_SET if fixed is None else fixed.number
        named: list[str] = [name for name in ("product", "assessor") if name in header.at]
        self._names = {name: Names() for name in named}
        self._kept = {name: Texts() for name in keep}
        self._pairs = Vocabulary()
        # By the number of the sheet: the numbers of its texts.
        self._texts = {name: np.zeros(64, dtype=np.int64) for name in (*named, *keep)}
        self._columns = [name for name in ("set", *self._texts) if name in header.at]
        self.sets, self.rows = np.zeros(64, dtype=np.int64), np.zeros(64, dtype=np.int64)

    def read(self, cells: Cells) -> tuple[Places, Numbers]:
        """Return each row's sheet, and the number of its set; what is wrong is reported."""
        runs = self._look_up(cells)
        return self._resolve(runs, cells, runs.starts)

    def read_runs(
        self, heads: Cells, counts: Places, rows: NDArray[np.int64]
    ) -> tuple[Places, Numbers]:
        """Return the same for runs of rows, of which `heads` has the first ones."""
        spans = {name: heads.span(self._problems.at[name]) for name in self._columns}
        numbers = {name: self._find(heads, name, span) for name, span in spans.items()}
        runs = _Runs(np.cumsum(counts) - counts, counts, numbers, rows)
        return self._resolve(runs, heads, np.arange(len(counts)))

    def _resolve(self, runs: _Runs, cells: Cells, first: Places) -> tuple[Places, Numbers]:
        """Return the sheets and sets of runs by row; `first` says where in `cells` each starts."""
        sheets = runs.numbers["product"]
        if "assessor" in runs.numbers:
            pairs = np.stack((sheets, runs.numbers["assessor"])).view(np.uint64)
            sheets, _ = self._pairs.numbers(pairs)
        sets = runs.numbers.get("set", np.broadcast_to(self._fixed, len(sheets)))
        known = sets != NO_SET
        good = known & (runs.numbers["product"] != self._names["product"].blank)
        if not known.all():
            heads = cells.rows(first[~known])
            texts = self._set_names.texts(heads)
            which = np.cumsum(~known) - 1
            for run, row in runs.each(~known):
                self._set_names.report(texts[which[run]], row)
        for _, row in runs.each(known & ~good):
            message = "the product's code is empty"
            self._problems.cell("missing-product", message, row, "product")
        self._report_names(runs, known)
        self._begin(runs, sheets, sets, good)
        good &= self._fit(runs, sheets, good)
        found = np.repeat(np.where(good, sheets, NO_SHEET), runs.counts)
        if "set" not in runs.numbers:
            return found, np.broadcast_to(self._fixed, len(found))
        return found, np.repeat(sets, runs.counts)

    def _look_up(self, cells: Cells) -> _Runs:
        at = self._problems.at
        spans = {name: cells.span(at[name]) for name in self._columns}
        changed = np.zeros(len(cells), dtype=np.bool_)
        changed[0] = True
        keys: dict[str, Keys] = {}
        for name, span in spans.items():
            if cells.loops is not None:
                cells.loops.changes(cells.text, *span, changed)
                continue
            keys[name] = cells.keys(span)
            changed |= too_long(span, keys[name])
            for word in keys[name]:
                changed[1:] |= word[1:] != word[:-1]
        starts = np.flatnonzero(changed)
        numbers = {}
        for name, (begins, ends) in spans.items():
            key = keys[name][:, starts] if keys else None
            numbers[name] = self._find(cells, name, (begins[starts], ends[starts]), key)
        return _Runs(starts, np.diff(starts, append=len(cells)), numbers, cells.numbers)

    def _find(self, cells: Cells, name: str, span: Span, keys: Keys | None = None) -> Numbers:
        known = self._names.get(name) or self._kept.get(name)
        find = self._set_names.find if known is None else known.numbers
        return find(cells, span, keys)

    def _report_names(self, runs: _Runs, known: NDArray[np.bool_]) -> None:
        for name, names in self._names.items():
            if len(names.odd):
                which = runs.numbers[name]
                for run, row in runs.each(known & np.isin(which, names.odd)):
                    report_name(names.names[which[run]], row, name, self._problems)

    def _begin(self, runs: _Runs, sheets: Places, sets: Numbers, good: NDArray[np.bool_]) -> None:
        """Begin the sheets that come up first in these runs."""
        count = int(sheets.max()) + 1
        self.sets, self.rows = grown(self.sets, count), grown(self.rows, count)
        # Backwards: where a sheet comes up twice, its first run is written last and stays.
        new = np.flatnonzero(good & (self.rows.take(sheets) == 0))[::-1]
        if len(new):
            self.rows[sheets[new]] = runs.rows[runs.starts[new]]
            self.sets[sheets[new]] = sets[new]
            for name, texts in self._texts.items():
                self._texts[name] = grown(texts, count)
                self._texts[name][sheets[new]] = runs.numbers[name][new]

    def _fit(self, runs: _Runs, sheets: Places, good: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which runs have the set of their sheet; report what differs from its first row."""
        fits = good
        if "set" in runs.numbers:
            sets, first = runs.numbers["set"], self.sets.take(sheets)
            fits = good & (sets == first)
            for run, row in runs.each(good & ~fits):
                self._differs(
                    "set-differs", "set", f"set {sets[run]}", str(first[run]), int(sheets[run]), row
                )
        for name, known in self._kept.items():
            numbers, first = runs.numbers[name], self._texts[name].take(sheets)
            for run, row in runs.each(fits & (numbers != first)):
                found, before = (describe(known.texts[n[run]]) for n in (numbers, first))
                self._differs("column-differs", name, found, before, int(sheets[run]), row)
        return fits

    def _differs(self, code: str, name: str, found: str, first: str, sheet: int, row: int) -> None:
        message = (
            f"found {found}, but row {self.rows[sheet]} of {self.described(sheet)} says {first}"
        )
        self._problems.cell(code, message, row, name, "a sheet has one of them")

    def described(self, sheet: int) -> str:
        """Return how messages call a sheet."""
        which = np.array([sheet])
        product, *assessor = ((self.texts(name, which) or [""])[0] for name in self._names)
        by = f" by {describe(assessor[0])}" if any(assessor) else ""
        return f"the product {describe(product)}{by}"

    def texts(self, name: str, sheets: Places) -> list[str] | None:
        """Return what sheets say in a column, None where the file has no such column."""
        if name not in self._texts:
            return None
        known = self._names[name].names if name in self._names else self._kept[name].texts
        return [known[number] for number in self._texts[name][sheets].tolist()]
