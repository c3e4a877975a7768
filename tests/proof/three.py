"""Compares three scorers on sheets of one criteria set: kernel, plain scorer and SQL.

All three give results in the form of the plain scorer. The kernel runs in every way that it has:
with numpy and compiled, by one thread and by two, wherever there are sheets enough to share.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import sql_scorer
from attrs import field, frozen
from law_files import Law, name_of
from made_sheets import UNANSWERED, Sheets
from reached import Situation, conditions, count

import ocop
from ocop.scoring.kernel import LEAST_SHARE

PIECE = 100_000
"""Sheets scored by the kernel at once: enough for two threads."""
SLICE = 20_000
"""Sheets whose results are Python objects at one time."""
ARRAYS = ("parts", "total", "band", "star", "answered", "excluded", "knocked_out")
WAYS = {
    f"{name} x{threads}": {"threads": threads, "fast": fast}
    for name, fast in (("numpy", False), ("compiled", True))
    for threads in (1, 2)
    if not fast or importlib.util.find_spec("numba")
}
"""The ways of the kernel, by name and number of threads."""


def plain_scorer() -> ModuleType:
    """Return tests/scoring/plain.py."""
    name = "ocop_plain_scorer"
    if name not in sys.modules:
        file = Path(__file__).resolve().parents[1] / "scoring" / "plain.py"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@frozen
class Outcome:
    """What a comparison found: sheets, those on which scorers differ, and the first of them.

    `ways` counts the sheets that the kernel scored in each of its ways, `reached` the sheets in
    each situation.
    """

    sheets: int
    differ: int
    first: str | None
    ways: Counter[str] = field(factory=Counter)
    reached: Counter[Situation] = field(factory=Counter)


class Bench:
    """One criteria set with its three scorers."""

    def __init__(self, law: Law, chosen: ocop.CriteriaSet) -> None:
        self.law, self.chosen = law, chosen
        self.db = sql_scorer.connect()
        self.plain: Callable[..., Any] = plain_scorer().score

    def run(self, sheets: Sheets) -> Outcome:
        """Compare the scorers on sheets; of those on which they differ, tell of the first."""
        unlike = self._unlike_law()
        if unlike is not None:
            return Outcome(len(sheets[0]), len(sheets[0]), unlike)
        ways: Counter[str] = Counter()
        found: Counter[Situation] = Counter(dict.fromkeys(conditions(self.law), 0))
        differ, first = 0, None
        for low in range(0, len(sheets[0]), PIECE):
            piece = sheets[0][low : low + PIECE], sheets[1][low : low + PIECE]
            wrong = self._wrong(piece, ways)
            found.update(count(self.db, self.law))
            differ += len(wrong)
            if first is None and wrong:
                first = self._story((piece[0][wrong[:1]], piece[1][wrong[:1]]))
        return Outcome(len(sheets[0]), differ, first, ways, found)

    def _unlike_law(self) -> str | None:
        """Say where sheets for the one reading of the law are none for the other."""
        mine = list(self.law["criteria"]), self.law["findings"], list(self.law["parts"])
        theirs = (
            list(self.chosen.codes),
            [exclusion.finding.id for exclusion in self.chosen.exclusions],
            [part.code for part in self.chosen.parts],
        )
        if mine == theirs:
            return None
        return f"{name_of(self.law)}: the files say\n  {mine}\nand ocop says\n  {theirs}"

    def _wrong(self, piece: Sheets, ways: Counter[str]) -> list[int]:
        """Return the rows on which any two scorers differ; leave what SQL made in its database."""
        batch = self._batch(piece)
        every = self._kernel(batch)
        ways.update({way: len(batch) for way, _ in every})
        (_, first), *others = every
        wrong: set[int] = set()
        for _, other in others:
            for name in ARRAYS:
                unequal = getattr(other, name) != getattr(first, name)
                wrong.update(np.flatnonzero(unequal.reshape(len(batch), -1).any(axis=1)).tolist())
        sql = self._sql(piece)
        for low in range(0, len(batch), SLICE):
            rows = slice(low, min(low + SLICE, len(batch)))
            kernel = self._told(first, rows)
            plain = self._plain((piece[0][rows], piece[1][rows]))
            by_sql = list(map(self._of_row, sql[rows]))
            flags = first.excluded[rows].tolist(), first.knocked_out[rows].tolist()
            told = zip(kernel, plain, by_sql, *flags, strict=True)
            for n, (one, another, third, excluded, knocked_out) in enumerate(told, low):
                # The arrays of a result say that there are reasons; single results say which.
                zero = any(reason.startswith("zero:") for reason in another.excluded)
                flags_agree = (excluded, knocked_out) == (bool(another.excluded), zero)
                if not (flags_agree and one == another == third):
                    wrong.add(n)
        return sorted(wrong)

    def _batch(self, piece: Sheets) -> ocop.Sheets:
        bits = (piece[1] * (1 << np.arange(piece[1].shape[1], dtype=np.uint64))).sum(axis=1)
        names = [str(n) for n in range(len(piece[0]))]
        return ocop.Sheets(
            criteria_set=self.chosen, products=names, answers=piece[0], findings=bits
        )

    def _kernel(self, batch: ocop.Sheets) -> list[tuple[str, ocop.Scores]]:
        """Score a batch in every way that it is large enough for, numpy by one thread first."""
        return [
            (way, ocop.score(batch, **how))
            for way, how in WAYS.items()
            if how["threads"] == 1 or len(batch) >= how["threads"] * LEAST_SHARE
        ]

    def _told(self, scores: ocop.Scores, rows: slice) -> list[Any]:
        """Return single results as the library gives them."""
        return list(map(plain_scorer().of, scores.scores(np.arange(rows.start, rows.stop))))

    def _plain(self, piece: Sheets) -> list[Any]:
        return [self.plain(self.chosen, *sheet) for sheet in self._by_code(piece)]

    def _by_code(self, piece: Sheets) -> Iterator[tuple[dict[str, int | None], list[str]]]:
        """Yield sheets as an assessor fills them: answers by code, findings by name."""
        codes, names = list(self.law["criteria"]), self.law["findings"]
        for row, stated in zip(piece[0].tolist(), piece[1].tolist(), strict=True):
            given = [None if answer == UNANSWERED else answer for answer in row]
            findings = [name for name, said in zip(names, stated, strict=True) if said]
            yield dict(zip(codes, given, strict=True)), findings

    def _sql(self, piece: Sheets) -> list[tuple[Any, ...]]:
        return sql_scorer.run(self.db, self.law, *piece)

    def _of_row(self, row: tuple[Any, ...]) -> Any:
        parts = list(self.law["parts"])
        total, band, star, answered, of, missing, excluded = row[len(parts) :]
        return plain_scorer().PlainScore(
            parts=dict(zip(parts, row, strict=False)),
            total=total,
            band=band,
            star=star,
            answered=answered,
            of=of,
            missing_floors=_floors(missing),
            excluded=tuple(excluded.split(";")) if excluded else (),
        )

    def _story(self, sheet: Sheets) -> str:
        """Tell of a sheet on which the scorers differ, with as few answers as still show it."""
        small = self._smallest(sheet)
        ((answers, findings),) = self._by_code(small)
        given = " ".join(f"{code}={a}" for code, a in answers.items() if a is not None)
        lines = [
            f"{name_of(self.law)}: the scorers differ",
            f"  answers: {given or '-'} (0: none met; not named: unanswered)",
            f"  findings: {' '.join(findings) or '-'}",
        ]
        told = [(way, self._told(s, slice(0, 1))[0]) for way, s in self._kernel(self._batch(small))]
        told += [("plain", self._plain(small)[0]), ("sql", self._of_row(self._sql(small)[0]))]
        lines += [f"  {name:11} {result}" for name, result in told]
        if not self._wrong(small, Counter()):
            lines.append("  alone they agree on it: its place among other sheets matters")
        return "\n".join(lines)

    def _smallest(self, sheet: Sheets) -> Sheets:
        """Blank answers and take back findings for as long as the scorers still differ.

        First in large groups, then in smaller ones, down to one by one; all groups of a size are
        tried at once.
        """
        criteria = sheet[0].shape[1]
        row = np.concatenate([sheet[0][0], sheet[1][0].astype(np.uint8)])
        blank = np.where(np.arange(len(row)) < criteria, UNANSWERED, 0).astype(np.uint8)
        size = len(row)
        while size:
            left = np.flatnonzero(row != blank)
            groups = [left[low : low + size] for low in range(0, len(left), size)]
            tried = np.tile(row, (len(groups), 1))
            for n, group in enumerate(groups):
                tried[n, group] = blank[group]
            pair = tried[:, :criteria], tried[:, criteria:].astype(bool)
            wrong = self._wrong(pair, Counter()) if groups else []
            if wrong:
                row = tried[wrong[0]]
            else:
                size //= 2
        return row[np.newaxis, :criteria], row[np.newaxis, criteria:].astype(bool)


@cache
def _floors(text: str) -> tuple[tuple[str, int, int], ...]:
    if not text:
        return ()
    split = [entry.split(":") for entry in text.split(";")]
    return tuple((code, int(star), int(needed)) for code, star, needed in split)
