"""How safe a star is: what must be lost before it drops, and what doubt it withstands."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.scoring._comparable import Comparable
from ocop.scoring._lowering import (
    alone,
    dependants_of,
    guards_of,
    losses_of,
    matrix_of,
    worst_stars,
)
from ocop.scoring._margin_dp import fewest
from ocop.scoring.scores import Scores, score
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of
from ocop.text import number_of, quoted

__all__ = ["Lowered", "Margin", "Margins", "margin", "robust"]


@frozen(kw_only=True)
class Lowered:
    """One answer lowered: from option `answer` to option `to`, 0 for none met.

    `lost` is what the total loses by it, in points: its own, and where it goes to 0 those of the
    criteria that count only where it scores.
    """

    code: str
    answer: int
    to: int
    lost: int


@frozen(kw_only=True)
class Margin:
    """The margin (khoảng an toàn) of one product's star.

    `points` are the fewest points whose loss drops the star, `criteria` the fewest criteria; both
    None where the product is excluded, has one star, or nothing can drop the star. `by_points`
    and `by_criteria` show one way each; `pivotal` holds every criterion that alone drops the
    star, with the least loss that does. `star` is None where the product is excluded.
    """

    product: str
    star: int | None
    points: int | None
    criteria: int | None
    by_points: tuple[Lowered, ...]
    by_criteria: tuple[Lowered, ...]
    pivotal: tuple[Lowered, ...]

    __repr__ = short_repr


@frozen(kw_only=True, eq=False, repr=False)
class Margins(Comparable):
    """The margins (khoảng an toàn) of a batch, one row per sheet; arrays are read-only.

    Attributes
    ----------
    scores : Scores
        The scores of the sheets as they are.
    points : ndarray of int16, shape (sheets,)
        The fewest points lost that drop the star; -1 where there is no margin: the product is
        excluded, has one star, or nothing can drop the star.
    criteria : ndarray of int16, shape (sheets,)
        The fewest criteria lowered that drop the star; -1 likewise.
    by_points, by_criteria : ndarray of uint8, shape (sheets, criteria)
        The answers after one way of dropping the star, each. The first loses the fewest points
        and lowers as few criteria as that allows; the second lowers the fewest criteria and loses
        as few points as that allows. Of equal ways it is always the same one.
    pivotal : ndarray of int16, shape (sheets, criteria)
        The least points lost by lowering this criterion alone so that the star drops; -1 where
        it cannot.
    pivotal_to : ndarray of uint8, shape (sheets, criteria)
        The answer that does so; the given answer where `pivotal` is -1.
    """

    scores: Scores
    points: NDArray[np.int16]
    criteria: NDArray[np.int16]
    by_points: NDArray[np.uint8]
    by_criteria: NDArray[np.uint8]
    pivotal: NDArray[np.int16]
    pivotal_to: NDArray[np.uint8]

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return self.scores.products

    def __len__(self) -> int:
        return len(self.points)

    def __repr__(self) -> str:
        source = self.scores.criteria_set
        known = int((self.points >= 0).sum())
        where = f"{source.decision} set {source.number} {source.group.slug}"
        return (
            f"<Margins {where}: {number_of(len(self), 'product')}, {known:,} with a star to lose>"
        )

    def __getitem__(self, row: int) -> Margin:
        row = range(len(self))[row]
        points, criteria = int(self.points[row]), int(self.criteria[row])
        return Margin(
            product=self.scores.products[row],
            star=int(self.scores.star[row]) or None,
            points=None if points < 0 else points,
            criteria=None if criteria < 0 else criteria,
            by_points=self._lowered(row, self.by_points[row]),
            by_criteria=self._lowered(row, self.by_criteria[row]),
            pivotal=self._lowered(row, self.pivotal_to[row]),
        )

    def columns(self) -> dict[str, list[Any]]:
        """Return the margins by column, one row per sheet, as tables show them.

        After product and set come the assessor and the columns that travel with the sheets.
        `star` is None where the product is excluded, `points` and `criteria` where there is no
        margin. `pivotal` lists the criteria that alone drop the star, joined by ``;``.
        """
        sheets, codes = self.scores.sheets, self.scores.criteria_set.codes
        return {
            "product": list(self.products),
            "set": [self.scores.criteria_set.number] * len(self),
            **({} if sheets.assessors is None else {"assessor": list(sheets.assessors)}),
            **{name: list(values) for name, values in sheets.columns.items()},
            "star": [star or None for star in self.scores.star.tolist()],
            "points": [None if n < 0 else n for n in self.points.tolist()],
            "criteria": [None if n < 0 else n for n in self.criteria.tolist()],
            "pivotal": [
                ";".join(codes[i] for i in np.flatnonzero(row >= 0)) for row in self.pivotal
            ],
        }

    def _lowered(self, row: int, to: NDArray[np.uint8]) -> tuple[Lowered, ...]:
        """Return what changed in a row; what one answer loses does not depend on the others."""
        table = table_of(self.scores.criteria_set)
        answers = self.scores.sheets.answers[row]
        dependants = dependants_of(table)
        found = []
        for i in np.flatnonzero(answers != to).tolist():
            rest = int(table.points[i][int(to[i]) + 1])
            along = [] if rest else dependants.get(i, [])
            before = sum(int(table.points[j][(int(answers[j]) + 1) % 256]) for j in [i, *along])
            found.append(
                Lowered(
                    code=table.codes[i],
                    answer=int(answers[i]),
                    to=int(to[i]),
                    lost=before - rest,
                )
            )
        return tuple(found)


def margin(sheets: Sheet | Sheets) -> Margins:
    """Say how safe each star is: the fewest points, and the fewest criteria, that drop it.

    An answer is lowered to an option with fewer points of the same case, or to none met. The star
    drops where the total falls below its band, where a criterion falls below a floor of the star,
    and where a knock-out excludes the product. A criterion that falls to 0 takes along the points
    of the criteria that need it. What was not assessed stays so; findings stay as stated.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.

    Returns
    -------
    Margins
        Exact whole numbers, in the order of the sheets.

    References
    ----------
    26/2026/QĐ-TTg, Annex II: bands of points, star marks, and what excludes a product.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.margin import margin
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> single = margin(ocop.Sheet(criteria_set=tea, answers=best))[0]
    >>> single.star, single.points, single.criteria, single.by_points[0].code
    (5, 1, 1, '1.5')
    """
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    scores = score(batch)
    count, criteria = batch.answers.shape
    result: dict[str, NDArray[Any]] = {
        "points": np.full(count, -1, dtype=np.int16),
        "criteria": np.full(count, -1, dtype=np.int16),
        "by_points": batch.answers.copy(),
        "by_criteria": batch.answers.copy(),
        "pivotal": np.full((count, criteria), -1, dtype=np.int16),
        "pivotal_to": batch.answers.copy(),
    }
    rows = np.flatnonzero(scores.star > 1)
    for name, values in _margins(scores, rows).items():
        result[name][rows] = values
    for array in result.values():
        array.setflags(write=False)
    return Margins(scores=scores, **result)


def _margins(scores: Scores, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return the arrays of Margins for the rows that have a star above one, not excluded."""
    table, losses = table_of(scores.criteria_set), losses_of(scores.criteria_set)
    answers, star = scores.sheets.answers[rows], scores.star[rows]
    points = matrix_of(table, answers)
    at_least = np.array([0, 0, *table.thresholds], dtype=np.int64)
    need = scores.total[rows] - at_least[star] + 1
    pivotal, to = alone(table, losses, answers, points, need, guards_of(table, answers, star))

    # A criterion alone that breaks a floor, or excludes, is one way; all others are by points.
    # They cost `need` at least, so a criterion alone that costs no more is best in both respects.
    most = np.iinfo(np.int64).max
    losing = np.where(pivotal < 0, most, pivotal)
    first = losing.argmin(axis=1)
    every = np.arange(len(rows))
    single = losing[every, first]
    by_single = answers.copy()
    drops = np.flatnonzero(single < most)
    by_single[drops, first[drops]] = to[drops, first[drops]]

    result = {
        "points": np.where(single < most, single, -1),
        "criteria": np.ones(len(rows), dtype=np.int64),
        "by_points": by_single,
        "by_criteria": by_single.copy(),
        "pivotal": pivotal,
        "pivotal_to": to,
    }
    asked = np.flatnonzero(single > need)
    best = fewest(table, losses, answers[asked], points[:, asked], need[asked])
    fewer = (best.points >= 0) & (best.points < single[asked])
    result["points"][asked[fewer]] = best.points[fewer]
    result["by_points"][asked[fewer]] = best.by_points[fewer]
    several = single[asked] == most
    result["criteria"][asked[several]] = best.criteria[several]
    result["by_criteria"][asked[several]] = best.by_criteria[several]
    return result


def robust(sheets: Sheet | Sheets, k: int) -> NDArray[np.int8]:
    """Return the worst star when any `k` criteria are each in doubt by one option.

    A criterion in doubt may turn out as the answer of the same case with the next fewer points,
    or as none met below the lowest option; options with equal points are one step. The worst is
    taken over all choices of up to `k` criteria.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.
    k : int
        How many criteria are in doubt, 0 or more.

    Returns
    -------
    ndarray of int8, shape (sheets,)
        The worst star, 1 to 5; 0 where the product is excluded, or may turn out so.

    Raises
    ------
    InputError
        ``not-a-whole-number``, ``out-of-range``: `k` is not a whole number from 0.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.margin import robust
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> sheet = ocop.Sheet(criteria_set=tea, answers=best)
    >>> [robust(sheet, k).item() for k in (0, 1, 32)]
    [5, 3, 3]
    """
    _check_doubt(k)
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    scores, losses = score(batch), losses_of(batch.criteria_set)
    return worst_stars(
        table_of(batch.criteria_set), losses, batch.answers, scores.total, scores.star, int(k)
    )


def _check_doubt(k: Any) -> None:
    if isinstance(k, bool) or not isinstance(k, int | np.integer):
        message = f"found {quoted(k)}, allowed are whole numbers from 0"
        raise InputError([Problem("not-a-whole-number", message, path="k")])
    if k < 0:
        message = f"found {k}, allowed are whole numbers from 0"
        hint = "say how many criteria are in doubt"
        raise InputError([Problem("out-of-range", message, path="k", hint=hint)])
