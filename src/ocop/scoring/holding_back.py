"""Which floors hold back how many products of a batch, over all of them or by group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import Factory, asdict, define, frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scoring.floors import points_of
from ocop.scoring.scores import Scores
from ocop.scoring.table import ScoreTable, table_of
from ocop.text import Label, closest, quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["HeldBack", "holding_back"]

BLOCK = 1 << 16
LEVEL: dict[int, int] = {star: n for n, star in enumerate(STARS_WITH_FLOORS)}


@frozen(kw_only=True)
class HeldBack:
    """A floor (mức sàn) and the products that it keeps from a star that their points open.

    Attributes
    ----------
    code : str
        Printed code of the criterion; `title` its words.
    star : int
        The lowest star that the floor keeps these products from.
    least : int
        The points that this star asks for.
    within : str or None
        The set, group, sector or value that the products share; None over all.
    sets : tuple of int
        Numbers of the sets that the products were scored with, rising.
    count : int
        Products held back.
    alone : int
        Those of them that no other criterion keeps from this star.
    asked : int
        Products of `within` and `sets`, not excluded, whose total opens this star.
    """

    code: str
    title: Label
    star: int
    least: int
    within: str | None
    sets: tuple[int, ...]
    count: int
    alone: int
    asked: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the title is ``{"vi": ..., "en": ...}``."""
        title = {"vi": self.title.vi, "en": self.title.en}
        return asdict(self, recurse=False) | {"title": title, "sets": list(self.sets)}


@define
class _Tally:
    count: int = 0
    alone: int = 0
    asked: int = 0
    sets: set[int] = Factory(set)


@frozen
class _Key:
    """One row of the answer: a floor, told apart by its criterion, and a group."""

    code: str
    star: int
    least: int
    criterion: str
    title: Label
    within: str | None

    @property
    def order(self) -> tuple[Any, ...]:
        """What settles equal counts: 9.1 stands before 10, as printed."""
        numbers = tuple(
            (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            for piece in self.code.split(".")
        )
        rest = (self.least, self.criterion, self.title.vi, self.title.en)
        return (numbers, self.code, self.star, self.within or "", *rest)


def holding_back(scores: Scores | Iterable[Scores], by: str | None = None) -> tuple[HeldBack, ...]:
    """Count which floors hold back how many products.

    A product is held back by a floor where its total opens the star and the criterion's points
    do not reach the floor; each criterion counts once, for the lowest star that it keeps the
    product from, as in ``missing_floors``. Excluded products are held back by no floor.

    Parameters
    ----------
    scores : Scores or iterable of Scores
        Scores of one decision; the product codes must be unique over all of them.
    by : str, optional
        Count within ``"set"``, ``"group"`` or ``"sector"``, or within the values of a column
        that travels with the sheets. Sets that print the same criterion at the same code are
        counted together otherwise.

    Returns
    -------
    tuple of HeldBack
        Count falling, then by code; floors that hold nobody back are left out. It does not
        depend on the order of the input.

    Raises
    ------
    InputError
        ``no-scores``, ``mixed-decisions``, ``duplicate-product``, ``unknown-key``.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in tea.items}
    >>> sheets = [
    ...     ocop.Sheet(criteria_set=tea, product=name, answers={**best, **answers})
    ...     for name, answers in (("a", {"4.1": 3}), ("b", {"4.1": 3, "5.1": 4}), ("c", {}))
    ... ]
    >>> for floor in holding_back(ocop.score(ocop.Sheets.of(sheets))):
    ...     print(floor.code, floor.star, floor.count, floor.alone, floor.asked)
    4.1 5 2 1 3
    5.1 4 1 1 3
    """
    batches = (scores,) if isinstance(scores, Scores) else tuple(scores)
    _check(batches, by)
    tallies: dict[_Key, _Tally] = defaultdict(_Tally)
    for batch in batches:
        _count(batch, by, tallies)
    held = sorted(
        ((key, tally) for key, tally in tallies.items() if tally.count),
        key=lambda pair: (-pair[1].count, pair[0].order),
    )
    return tuple(
        HeldBack(
            code=key.code,
            title=key.title,
            star=key.star,
            least=key.least,
            within=key.within,
            sets=tuple(sorted(tally.sets)),
            count=tally.count,
            alone=tally.alone,
            asked=tally.asked,
        )
        for key, tally in held
    )


def _check(batches: tuple[Scores, ...], by: str | None) -> None:
    problems = []
    if not batches:
        problems.append(Problem("no-scores", "found no scores, allowed is one or more"))
    decisions = sorted({batch.criteria_set.decision for batch in batches})
    if len(decisions) > 1:
        message = f"the scores come from {', '.join(decisions)}, allowed is one decision"
        problems.append(Problem("mixed-decisions", message, hint="score under one decision"))
    # A column must travel with all batches; the set, group and sector are always known.
    columns = [set(batch.sheets.columns) for batch in batches]
    shared = sorted(set.intersection(*columns)) if columns else []
    known = ["set", "group", "sector", *shared]
    if by is not None and by not in known:
        near = closest(str(by), known)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"found {quoted(by)}, allowed are {', '.join(known)}"
        problems.append(Problem("unknown-key", message, path="by", hint=hint))
    counts = Counter(product for batch in batches for product in batch.products)
    hint = "several sheets of one product need one council result first"
    problems += [
        Problem("duplicate-product", f"the product {quoted(product)} stands twice", hint=hint)
        for product in sorted(product for product, count in counts.items() if count > 1)
    ]
    if problems:
        raise InputError(problems)


def _groups(batch: Scores, by: str | None) -> tuple[list[str | None], NDArray[np.int64]]:
    """Return the names of the groups of a batch, and which one each product belongs to."""
    law = batch.criteria_set
    fixed: dict[str | None, str | None] = {
        None: None,
        "set": f"{law.number:02d} {law.group.slug}",
        "group": law.group.slug,
        "sector": law.group.sector.slug,
    }
    if by in fixed:
        return [fixed[by]], np.zeros(len(batch), dtype=np.int64)
    places: dict[str | None, int] = {}
    which = [places.setdefault(value, len(places)) for value in batch.sheets.columns[str(by)]]
    return list(places), np.array(which, dtype=np.int64)


def _count(batch: Scores, by: str | None, tallies: dict[_Key, _Tally]) -> None:
    """Add what holds back the products of one batch."""
    law, table = batch.criteria_set, table_of(batch.criteria_set)
    names, group = _groups(batch, by)
    band = np.where(batch.excluded, np.int8(0), batch.band)
    size = len(names)
    asked: dict[int, NDArray[np.int64]] = {
        s: np.bincount(group[band >= s], minlength=size) for s in STARS_WITH_FLOORS
    }
    floors = _rising(table)
    count = np.zeros((2, len(floors), size), dtype=np.int64)
    for low in range(0, len(batch), BLOCK):
        rows = slice(low, low + BLOCK)
        missed, alone = _missed(table, floors, batch.sheets.answers[rows], band[rows])
        for n, (fails, only) in enumerate(zip(missed, alone, strict=True)):
            count[0, n] += np.bincount(group[rows][fails], minlength=size)
            count[1, n] += np.bincount(group[rows][only], minlength=size)
    for n, (i, star, least) in enumerate(floors):
        criterion = law.items[i].criterion
        for g in np.flatnonzero(asked[star]).tolist():
            key = _Key(table.codes[i], star, least, criterion.id, criterion.title, names[g])
            tally = tallies[key]
            tally.count += int(count[0, n, g])
            tally.alone += int(count[1, n, g])
            tally.asked += int(asked[star][g])
            tally.sets.add(law.number)


def _rising(table: ScoreTable) -> list[tuple[int, int, int]]:
    """Return (criterion, star, least points) wherever a star asks for more than the one below."""
    found: list[tuple[int, int, int]] = []
    for i in range(len(table.codes)):
        below = 0
        for star, least in zip(STARS_WITH_FLOORS, table.floors[:, i].tolist(), strict=True):
            if least > below:
                found.append((i, star, least))
                below = least
    return found


def _missed(
    table: ScoreTable,
    floors: Sequence[tuple[int, int, int]],
    answers: NDArray[np.uint8],
    band: NDArray[np.int8],
) -> tuple[list[NDArray[np.bool_]], list[NDArray[np.bool_]]]:
    """Return which sheets each floor keeps from its star, and which of them it keeps alone."""
    points = points_of(table, answers)
    opened: dict[int, NDArray[np.bool_]] = {star: band >= star for star in STARS_WITH_FLOORS}
    # How many criteria keep each sheet from a star: first by the lowest star, then summed up.
    keeping = np.zeros((len(STARS_WITH_FLOORS), len(answers)), dtype=np.int16)
    missed: list[NDArray[np.bool_]] = []
    before = -1
    for i, star, least in floors:
        fails = (points[i] < least) & opened[star]
        if i != before:
            taken = np.zeros(len(answers), dtype=np.bool_)
            before = i
        fails &= ~taken
        taken |= fails
        keeping[LEVEL[star]] += fails
        missed.append(fails)
    keeping = np.cumsum(keeping, axis=0)
    single: dict[int, NDArray[np.bool_]] = dict(zip(STARS_WITH_FLOORS, keeping == 1, strict=True))
    alone = [fails & single[star] for fails, (_, star, _) in zip(missed, floors, strict=True)]
    return missed, alone
