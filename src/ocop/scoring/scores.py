"""Scores: what a batch of sheets reaches, with what is needed to check it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._repr import short_repr
from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.scoring._score_columns import score_frame
from ocop.scoring._scores_html import score_html, scores_html
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import MissedFloor, missed_floors, points_of
from ocop.scoring.kernel import run
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of
from ocop.text import number_of

__all__ = ["Score", "Scores", "gather", "score"]


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

    __repr__ = short_repr

    _repr_html_ = score_html


@frozen(kw_only=True, eq=False, repr=False)
class Scores:
    """Scores of a batch, one row per sheet in the order of the sheets; arrays are read-only.

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
        return f"<Scores {where}: {number_of(len(self), 'product')}, stars {{{stars}}}>"

    _repr_html_ = scores_html

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
            floors, which = missed_floors(table, self.sheets.answers[chunk], self.band[chunk])
            reasons = self._reasons(chunk)
            for row, place, excluded in zip(chunk.tolist(), which.tolist(), reasons, strict=True):
                yield Score(
                    product=self.products[row],
                    parts=dict(zip(table.part_codes, self.parts[row].tolist(), strict=True)),
                    total=int(self.total[row]),
                    band=int(self.band[row]),
                    star=int(self.star[row]) or None,
                    answered=int(self.answered[row]),
                    of=self.of,
                    missing_floors=floors[place],
                    excluded=excluded,
                )

    def columns(self, rows: NDArray[np.int64] | None = None) -> dict[str, list[Any]]:
        """Return the results of `rows`, or of all rows, by column, as tables show them.

        After product and set come the assessor and the columns that travel with the sheets.
        `star` is None where the product is excluded; `missing_floors` is text such as
        ``4.1:3;5.3:3`` (criterion and the lowest star it keeps the product from), `excluded` the
        reasons joined by ``;``.
        """
        rows = np.arange(len(self)) if rows is None else rows
        table = table_of(self.criteria_set)
        floors, which = missed_floors(table, self.sheets.answers[rows], self.band[rows])
        texts = [";".join(map(str, combination)) for combination in floors]
        parts = self.parts[rows]
        return {
            "product": [self.products[row] for row in rows.tolist()],
            "set": [self.criteria_set.number] * len(rows),
            **{name: [values[row] for row in rows] for name, values in self._extras()},
            **{code: parts[:, n].tolist() for n, code in enumerate(table.part_codes)},
            "total": self.total[rows].tolist(),
            "band": self.band[rows].tolist(),
            "star": [star or None for star in self.star[rows].tolist()],
            "answered": self.answered[rows].tolist(),
            "of": [self.of] * len(rows),
            "missing_floors": [texts[place] for place in which.tolist()],
            "excluded": [";".join(reasons) for reasons in self._reasons(rows)],
        }

    def to_frame(self, like: Any = None) -> Any:
        """Return all results as a data frame, with the columns of `columns`.

        The frame is of the kind that the sheets came from; the columns that travel with them are
        as they came, with their types, in pandas with the index. `star` is null where the product
        is excluded.

        Parameters
        ----------
        like : {"pandas", "polars", "pyarrow", "duckdb"} or a frame, optional
            The kind of frame; needed where the sheets did not come from a frame.

        Raises
        ------
        InputError
            ``no-frame-kind``, ``wrong-value``.
        MissingExtraError
            ``missing-extra`` where the library of the frame is not installed.

        Examples
        --------
        >>> import ocop
        >>> tea = ocop.criteria_set("qd-26-2026", "tea")
        >>> scores = ocop.score(ocop.Sheet(criteria_set=tea, answers={"5.1": 5, "5.2": 3}))
        >>> scores.to_frame("pyarrow").select(["product", "set", "total", "star"]).to_pylist()
        [{'product': 'product', 'set': 11, 'total': 7, 'star': 1}]
        """
        return score_frame([self], like)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_frame("pyarrow").__arrow_c_stream__(requested_schema)

    def _extras(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        if self.sheets.assessors is not None:
            yield "assessor", self.sheets.assessors
        yield from self.sheets.columns.items()

    def reasons(self, row: int) -> tuple[str, ...]:
        """Return why the product of a row is excluded; empty where it is not."""
        return self._reasons(np.array([range(len(self))[row]]))[0]

    def _reasons(self, rows: NDArray[np.int64]) -> list[tuple[str, ...]]:
        table = table_of(self.criteria_set)
        found: list[tuple[str, ...]] = [()] * len(rows)
        if self.sheets.findings is not None:
            stated = self.sheets.findings[rows]
            for place in np.flatnonzero(stated).tolist():
                bits = int(stated[place])
                found[place] = tuple(n for k, n in enumerate(table.findings) if bits >> k & 1)
        out = np.flatnonzero(self.knocked_out[rows])
        answers = self.sheets.answers[rows[out]]
        points = points_of(table, answers) if len(out) else []
        for n, place in enumerate(out.tolist()):
            assessed = answers[n] != UNANSWERED
            zero = (i for i in table.knock_outs if assessed[i] and not points[i][n])
            found[place] += tuple(f"zero:{table.codes[i]}" for i in zero)
        return found

    def equals(self, other: Any) -> bool:
        """Say whether another result has the same law, products and numbers."""
        return (
            isinstance(other, Scores)
            and self.criteria_set.decision == other.criteria_set.decision
            and self.digest == other.digest
            and self.products == other.products
            and all(
                np.array_equal(getattr(self, name), getattr(other, name))
                for name in ("parts", "total", "band", "star", "answered", "excluded")
            )
        )


def gather(
    batches: Sequence[Scores], source: NDArray[np.int64], row: NDArray[np.int64]
) -> dict[str, list[Any]]:
    """Return results by column for places that each name a batch and a row of it."""
    if len(batches) == 1:
        return batches[0].columns(row)
    result: dict[str, list[Any]] = {}
    for number in np.unique(source).tolist():
        mine = np.flatnonzero(source == number)
        for name, values in batches[number].columns(row[mine]).items():
            column = result.setdefault(name, [None] * len(source))
            for place, value in zip(mine.tolist(), values, strict=True):
                column[place] = value
    return result


def score(sheets: Sheets | Sheet, *, threads: int | None = None, fast: bool = False) -> Scores:
    """Score a batch of sheets.

    Points add up to parts and a total; the total opens a band; the star is the highest whose
    band and floors are both reached. A stated finding or a knock-out excludes: star 0.
    A criterion that was not assessed counts 0 points but never knocks a product out.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.
    threads : int, optional
        How many threads share the work; by default one for each core where the batch is large
        enough. The result does not depend on it.
    fast : bool, default False
        Score with compiled loops (extra ``fast``). They give the same result; loading them takes
        about a second, once, which pays for many large batches.

    Returns
    -------
    Scores
        Whole numbers, in the order of the sheets.

    Raises
    ------
    InputError
        ``wrong-type`` where `sheets` is something else, such as the batches of a whole file.
    MissingExtraError
        ``missing-extra`` where `fast` is asked for and numba is not installed.

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
    batch: Any = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    if not isinstance(batch, Sheets):
        message = f"found {type(batch).__name__}, allowed are Sheets and Sheet"
        hint = "a file gives one batch a set: [ocop.score(batch) for batch in batches]"
        raise InputError([Problem("wrong-type", message, path="sheets", hint=hint)])
    table = table_of(batch.criteria_set)
    outcome = run(table, batch.answers, batch.findings, threads, fast=fast)
    arrays: dict[str, Any] = {
        "parts": outcome.parts,
        "total": outcome.total,
        "band": outcome.band,
        "star": outcome.star,
        "answered": outcome.answered,
        "excluded": outcome.excluded,
        "knocked_out": outcome.knocked_out,
    }
    for array in arrays.values():
        array.setflags(write=False)
    return Scores(sheets=batch, **arrays)
