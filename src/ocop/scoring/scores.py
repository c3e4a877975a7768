"""Scores: what a batch of sheets reaches, with what is needed to check it again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._version import __version__
from ocop.law.model import CriteriaSet
from ocop.scoring.floors import MissedFloor, missed_floors
from ocop.scoring.kernel import run
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of

__all__ = ["Score", "Scores", "score"]


@frozen(kw_only=True)
class Score:
    """One product's result; `star` is None where the product is excluded.

    `parts` maps part codes to points. `missing_floors` are the floors of the stars up to `band`
    that the sheet misses. `excluded` lists why there is no star: ids of findings, or
    ``zero:CODE`` for a criterion that knocks the product out.
    """

    product: str
    parts: dict[str, int]
    total: int
    band: int
    star: int | None
    answered: int
    of: int
    missing_floors: tuple[MissedFloor, ...]
    excluded: tuple[str, ...]


@frozen(kw_only=True, eq=False, repr=False)
class Scores:
    """Scores of a batch, one row per sheet in the order of the sheets.

    Attributes
    ----------
    sheets : Sheets
        What was scored.
    parts : ndarray of int16, shape (sheets, parts)
        Points of parts A, B, C.
    total : ndarray of int16, shape (sheets,)
        Points, 0 to 100.
    band : ndarray of int8, shape (sheets,)
        The star that the total alone would give.
    star : ndarray of int8, shape (sheets,)
        The star with floors and exclusions; 0 where the product is excluded.
    answered : ndarray of int16, shape (sheets,)
        Criteria assessed; fewer than `of` is an incomplete sheet.
    excluded : ndarray of bool, shape (sheets,)
        A finding was stated or a knock-out fired.
    knocked_out : ndarray of bool, shape (sheets,)
        A knock-out fired.
    version : str
        Version of ocop that computed the scores.
    """

    sheets: Sheets
    parts: NDArray[np.int16]
    total: NDArray[np.int16]
    band: NDArray[np.int8]
    star: NDArray[np.int8]
    answered: NDArray[np.int16]
    excluded: NDArray[np.bool_]
    knocked_out: NDArray[np.bool_]
    version: str = __version__

    @property
    def criteria_set(self) -> CriteriaSet:
        """The criteria set that the sheets were scored with."""
        return self.sheets.criteria_set

    @property
    def digest(self) -> str:
        """Content digest of the criteria set."""
        return self.criteria_set.digest

    @property
    def of(self) -> int:
        """How many criteria the set has."""
        return len(self.criteria_set.items)

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return self.sheets.products

    def __len__(self) -> int:
        return len(self.total)

    def __repr__(self) -> str:
        source = self.criteria_set
        stars = ", ".join(f"{k}: {v}" for k, v in self.star_counts().items())
        where = f"{source.decision} set {source.number} {source.group.slug}"
        return f"<Scores {where}: {len(self)} products, stars {{{stars}}}>"

    def star_counts(self) -> dict[int, int]:
        """Return how many products have each star, 5 to 1, and 0 for excluded ones."""
        counts = np.bincount(self.star, minlength=6)
        return {star: int(counts[star]) for star in (5, 4, 3, 2, 1, 0)}

    def __getitem__(self, row: int) -> Score:
        return next(self.scores(np.array([range(len(self))[row]])))

    def scores(self, rows: NDArray[np.int64] | None = None) -> Iterator[Score]:
        """Yield single results for `rows`, or for all rows."""
        table = table_of(self.criteria_set)
        every = np.arange(len(self)) if rows is None else rows
        for low in range(0, len(every), 8192):
            chunk = every[low : low + 8192]
            missed = missed_floors(table, self.sheets.answers[chunk], self.band[chunk])
            for row, floors in zip(chunk.tolist(), missed, strict=True):
                yield Score(
                    product=self.products[row],
                    parts=dict(zip(table.part_codes, self.parts[row].tolist(), strict=True)),
                    total=int(self.total[row]),
                    band=int(self.band[row]),
                    star=int(self.star[row]) or None,
                    answered=int(self.answered[row]),
                    of=self.of,
                    missing_floors=floors,
                    excluded=self.reasons(row),
                )

    def columns(self, rows: NDArray[np.int64]) -> dict[str, list[Any]]:
        """Return the results of `rows` by column, as tables show them.

        `star` is None where the product is excluded; `missing_floors` is text such as
        ``4.1:3;5.3:3`` (criterion and the lowest star it keeps the product from), `excluded` the
        reasons joined by ``;``.
        """
        table = table_of(self.criteria_set)
        missed = missed_floors(table, self.sheets.answers[rows], self.band[rows])
        out = np.flatnonzero(self.excluded[rows])
        reasons = {place: ";".join(self.reasons(rows[place])) for place in out.tolist()}
        parts = self.parts[rows]
        return {
            "product": [self.products[row] for row in rows.tolist()],
            "set": [self.criteria_set.number] * len(rows),
            **{code: parts[:, n].tolist() for n, code in enumerate(table.part_codes)},
            "total": self.total[rows].tolist(),
            "band": self.band[rows].tolist(),
            "star": [star or None for star in self.star[rows].tolist()],
            "answered": self.answered[rows].tolist(),
            "of": [self.of] * len(rows),
            "missing_floors": [_joined(floors) for floors in missed],
            "excluded": [reasons.get(place, "") for place in range(len(rows))],
        }

    def reasons(self, row: int) -> tuple[str, ...]:
        """Return why the product of a row is excluded; empty where it is not."""
        if not self.excluded[row]:
            return ()
        table = table_of(self.criteria_set)
        bits = 0 if self.sheets.findings is None else int(self.sheets.findings[row])
        stated = [name for n, name in enumerate(table.findings) if bits >> n & 1]
        if self.knocked_out[row]:
            answers = self.sheets.answers[row]
            coded = {i: (int(answers[i]) + 1) % 256 for i in table.knock_outs}
            zero = [i for i, code in coded.items() if code and not table.points[i][code]]
            stated += [f"zero:{table.codes[i]}" for i in zero]
        return tuple(stated)

    def equals(self, other: Any) -> bool:
        """Say whether another result has the same law, products and numbers."""
        return (
            isinstance(other, Scores)
            and self.digest == other.digest
            and self.products == other.products
            and all(
                np.array_equal(getattr(self, name), getattr(other, name))
                for name in ("parts", "total", "band", "star", "answered", "excluded")
            )
        )


@lru_cache(maxsize=65536)
def _joined(floors: tuple[MissedFloor, ...]) -> str:
    return ";".join(map(str, floors))


def score(sheets: Sheets | Sheet) -> Scores:
    """Score a batch of sheets.

    Points add up to parts and a total; the total opens a band; the star is the highest whose
    band and floors are both reached. A stated finding or a knock-out excludes: star 0.
    A criterion that was not assessed counts 0 points but never knocks a product out.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.

    Returns
    -------
    Scores
        Whole numbers, in the order of the sheets.

    References
    ----------
    26/2026/QĐ-TTg, Annex II: a star mark is the least to be met for that star level.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> ocop.score(ocop.Sheet(criteria_set=tea, answers=best)).star_counts()[5]
    1
    """
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    outcome = run(table_of(batch.criteria_set), batch.answers)
    excluded = outcome.knocked_out.copy()
    if batch.findings is not None:
        excluded |= batch.findings != 0
    star = np.where(excluded, np.int8(0), outcome.star)
    return Scores(
        sheets=batch,
        parts=outcome.parts,
        total=outcome.total,
        band=outcome.band,
        star=star,
        answered=outcome.answered,
        excluded=excluded,
        knocked_out=outcome.knocked_out,
    )
