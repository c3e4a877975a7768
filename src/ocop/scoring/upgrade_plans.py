"""Upgrade plans: which answers to raise to reach a star, and why there is no plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._repr import short_repr
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import origin_kind
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring._upgrade_reasons import in_the_way
from ocop.scoring._upgrade_steps import Prices, threshold
from ocop.scoring.scores import Scores
from ocop.scoring.table import ScoreTable, table_of
from ocop.text import number_of

__all__ = ["NoUpgrade", "NoUpgradeReason", "Raise", "UpgradePlan", "Upgrades"]

NoUpgradeReason = Literal["already-there", "excluded", "locked-floor", "gap"]
"""Why there is no plan: nothing to do, a finding, a criterion that stays, or too few points."""


@frozen(kw_only=True)
class Raise:
    """One answer raised (nâng mức trả lời): a criterion, its answer before and after.

    `before` is the option position, 0 for none met, None for unanswered; `after` is an option
    position. `points` are what the option has more than the answer before, `cost` its price.
    """

    code: str
    before: int | None
    after: int
    points: int
    cost: int

    def __str__(self) -> str:
        return f"{self.code}:{'' if self.before is None else self.before}>{self.after}"


@frozen(kw_only=True)
class UpgradePlan:
    """Raises that together reach a star (phương án nâng hạng); without any of them it is missed.

    `cost` and `points` are sums over the raises. `total`, `band` and `star` are what the product
    reaches with them: the total can rise by more than `points` where a raised criterion lets
    another count, and the star can be higher than the one asked for.
    """

    product: str
    raises: tuple[Raise, ...]
    cost: int
    points: int
    total: int
    band: int
    star: int

    __repr__ = short_repr

    def __str__(self) -> str:
        return ";".join(map(str, self.raises))


@frozen(kw_only=True)
class NoUpgrade:
    """Why a product has no plan to a star (không có phương án nâng hạng).

    Attributes
    ----------
    reason : {"already-there", "excluded", "locked-floor", "gap"}
        The product has the star; a stated finding excludes it, which no answer lifts; criteria
        that are locked (or have no price) stay below a floor or keep a knock-out; or the answers
        that are allowed do not reach the points of the star.
    codes : tuple of str
        The findings (excluded); the criteria that stay (locked-floor); the criteria whose floor
        no option of the sheet's case reaches (gap), empty where points are what is missing.
    most, needed : int, optional
        For locked-floor and gap: the highest total that the allowed raises reach, and where the
        band of the star begins, in points.
    """

    reason: NoUpgradeReason
    codes: tuple[str, ...] = ()
    most: int | None = None
    needed: int | None = None

    def __str__(self) -> str:
        detail = ",".join(self.codes)
        if self.reason == "gap" and not detail:
            detail = f"{self.most}<{self.needed}"
        return f"{self.reason}:{detail}" if detail else self.reason


@frozen(kw_only=True, eq=False, repr=False)
class Upgrades(Comparable):
    """The cheapest upgrades of a batch (nâng hạng sao), one row per sheet; arrays are read-only.

    Attributes
    ----------
    scores : Scores
        What the products have now.
    target : ndarray of int8, shape (sheets,)
        The star to reach.

    See Also
    --------
    upgrade : finds them.
    """

    scores: Scores
    target: NDArray[np.int8]
    _prices: Prices = field(alias="prices")
    _first: NDArray[np.int64] = field(alias="first")
    _targets: NDArray[np.uint8] = field(alias="targets")
    _cost: NDArray[np.int64] = field(alias="plan_cost")
    _raised: NDArray[np.int16] = field(alias="plan_raised")
    _points: NDArray[np.int16] = field(alias="plan_points")
    _total: NDArray[np.int16] = field(alias="plan_total")
    _band: NDArray[np.int8] = field(alias="plan_band")
    _star: NDArray[np.int8] = field(alias="plan_star")

    def __len__(self) -> int:
        return len(self.scores)

    def __repr__(self) -> str:
        source = self.scores.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        reachable = int(self.reachable.sum())
        return f"<Upgrades {where}: {number_of(len(self), 'product')}, {reachable:,} reachable>"

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return self.scores.products

    @property
    def plans(self) -> NDArray[np.int64]:
        """How many plans each row holds, shape (sheets,); 0 where there is none."""
        return np.diff(self._first)

    @property
    def reachable(self) -> NDArray[np.bool_]:
        """Which rows have a plan, shape (sheets,); not those that are at the star already."""
        return self.plans > 0

    @property
    def cost(self) -> NDArray[np.int64]:
        """The least cost of each row, shape (sheets,), in the unit of the costs; 0 without plan."""
        return self._of_first(self._cost)

    @property
    def raised(self) -> NDArray[np.int16]:
        """How many answers the plans of each row raise, shape (sheets,); 0 without plan."""
        return self._of_first(self._raised)

    @property
    def points(self) -> NDArray[np.int16]:
        """The points raised in each row, shape (sheets,); 0 without plan."""
        return self._of_first(self._points)

    def _of_first(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the value of the first plan of each row; plans of one row are equally good."""
        result = np.zeros(len(self), dtype=values.dtype)
        result[self.reachable] = values[self._first[:-1][self.reachable]]
        result.setflags(write=False)
        return result

    def __getitem__(self, row: int) -> tuple[UpgradePlan, ...]:
        place = range(len(self))[row]
        return tuple(self._plan(place, n) for n in range(*self._first[place : place + 2].tolist()))

    def __iter__(self) -> Iterator[tuple[UpgradePlan, ...]]:
        return (self[row] for row in range(len(self)))

    def _plan(self, row: int, number: int) -> UpgradePlan:
        table = table_of(self.scores.criteria_set)
        return UpgradePlan(
            product=self.products[row],
            raises=tuple(
                self._raise(table, i, int(self.scores.sheets.answers[row, i]), after)
                for i, after in enumerate(self._targets[number].tolist())
                if after
            ),
            cost=int(self._cost[number]),
            points=int(self._points[number]),
            total=int(self._total[number]),
            band=int(self._band[number]),
            star=int(self._star[number]),
        )

    def _raise(self, table: ScoreTable, i: int, before: int, after: int) -> Raise:
        points = table.points[i]
        return Raise(
            code=table.codes[i],
            before=None if before == UNANSWERED else before,
            after=after,
            points=int(points[after + 1] - points[(before + 1) % 256]),
            cost=self._prices.costs[i][after - 1] or 0,
        )

    def reason(self, row: int) -> NoUpgrade | None:
        """Return why a row has no plan; None where it has one."""
        place = range(len(self))[row]
        if self.plans[place]:
            return None
        star = int(self.target[place])
        if self.scores.star[place] >= star:
            return NoUpgrade(reason="already-there")
        table = table_of(self.scores.criteria_set)
        stated = self.scores.sheets.findings
        bits = 0 if stated is None else int(stated[place])
        if bits:
            names = tuple(name for n, name in enumerate(table.findings) if bits >> n & 1)
            return NoUpgrade(reason="excluded", codes=names)
        answers = self.scores.sheets.answers[place].tolist()
        found = in_the_way(table, self._prices, star, answers)
        only_locked = bool(found.locked) and not found.short
        return NoUpgrade(
            reason="locked-floor" if only_locked else "gap",
            codes=found.locked if only_locked else found.short,
            most=found.most,
            needed=threshold(table, star),
        )

    def to_frame(self, like: Any = None) -> Any:
        """Return the lines of `columns` as a data frame, as `Scores.to_frame` does."""
        return columns_frame(self.columns(), like, origin_kind([self.scores.sheets]))

    def columns(self, rows: NDArray[np.int64] | None = None) -> dict[str, list[Any]]:
        """Return the plans by column, as tables show them: one line per plan.

        A row without plan has one line, its numbers None and the reason as text, such as
        ``locked-floor:4.1`` or ``gap:86<90``. `raises` is text such as ``4.1:3>4;5.3:>2``:
        criterion, answer before (nothing where unanswered) and after.
        """
        every = np.arange(len(self)) if rows is None else rows
        lines: list[tuple[int, UpgradePlan | None]] = [
            (row, plan) for row in every.tolist() for plan in self[row] or (None,)
        ]
        places = np.array([row for row, _ in lines], dtype=np.int64)
        now = self.scores.columns(places)
        parts = table_of(self.scores.criteria_set).part_codes
        head = {name: now[name] for name in list(now)[: list(now).index(parts[0])]}
        names = ("cost", "points", "total", "band", "star")
        return {
            **head,
            "star_now": now["star"],
            "total_now": now["total"],
            "target": self.target[places].tolist(),
            "raised": [None if plan is None else len(plan.raises) for _, plan in lines],
            **{n: [None if p is None else getattr(p, n) for _, p in lines] for n in names},
            "raises": ["" if plan is None else str(plan) for _, plan in lines],
            "reason": ["" if plan else str(self.reason(row)) for row, plan in lines],
        }
