"""Translating sheets: along the crosswalks, to the possible answers and their extremes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision, criteria_set
from ocop.law.crosswalk import route
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk, Match
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.possible import Possible, carried, extremes, of_answers
from ocop.scoring.scores import Scores, score
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of
from ocop.scoring.translation import Translation
from ocop.text import quoted

__all__ = ["translate"]


def translate(
    sheets: Sheets | Sheet,
    to: str | Decision,
    *,
    group: str | None = None,
    crosswalks: Sequence[Crosswalk] | None = None,
) -> Translation:
    """Read sheets under the criteria of a later decision.

    Every criterion gets the answers that the older sheet leaves possible; a criterion that no
    older one tells anything about can have any answer. What was not assessed stays not assessed.
    Over several decisions the criteria are carried one decision at a time and each by itself, so
    the interval may then be wider than needed, never too narrow.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.
    to : str or Decision
        The decision to read them under; a shipped decision's id, or a decision.
    group : str, optional
        The product group there, needed where the products of a group went to several.
    crosswalks : sequence of Crosswalk, optional
        The way to go, the oldest first; the shipped crosswalks where left out.

    Returns
    -------
    Translation
        Lowest and highest total, band and star of each product, and the open criteria.

    Raises
    ------
    UnknownDecisionError
        ``unknown-decision``.
    InputError
        ``no-crosswalk`` where no crosswalk leads there; ``no-counterpart`` where nothing stands
        for the product group, or `group` is none of its counterparts; ``several-counterparts``
        where `group` is needed; ``criterion-not-mapped`` and ``answers-contradict`` where
        crosswalks of your own say nothing of a criterion or leave a sheet no answer.
    NotTranscribedError
        ``set-not-transcribed``.

    Examples
    --------
    >>> import ocop
    >>> old = ocop.criteria_set("qd-148-2023", "tea")
    >>> sheet = ocop.Sheet(criteria_set=old, answers={i.code: 1 for i in old.items})
    >>> new = ocop.translate(sheet, "qd-26-2026")[0]
    >>> new.total[0] <= new.total[1]
    True
    """
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    goal = as_decision(to)
    source = batch.criteria_set
    way = tuple(crosswalks) if crosswalks is not None else route(source.decision, goal)
    possible, current = of_answers(source, batch.answers), source
    for walk, slug in zip(way, _groups(source.group.slug, way, group), strict=True):
        following = criteria_set(goal if walk is way[-1] else walk.after, slug)
        rows = walk.between(current, following)
        _refuse_incomplete(walk, rows, current, following)
        possible = carried(possible, rows, current, following)
        current = following
    if not way:
        current = criteria_set(goal, source.group.slug)
    return _translation(batch, current, possible)


def _groups(start: str, way: Sequence[Crosswalk], wanted: str | None) -> tuple[str, ...]:
    """Return the product group after each crosswalk."""
    paths: list[tuple[str, ...]] = [(start,)]
    for walk in way:
        paths = [(*path, slug) for path in paths for slug in walk.groups_after(path[-1])]
    ends = sorted({path[-1] for path in paths})
    if wanted is not None and wanted not in ends:
        allowed = ", ".join(ends) or "none"
        message = f"{quoted(wanted)} does not stand for {quoted(start)}, allowed are {allowed}"
        raise InputError([Problem("no-counterpart", message, path="group")])
    if not paths:
        why = next(m.why.en for walk in way for m in walk.groups if not m.after)
        message = f"no product group stands for {quoted(start)}: {why}"
        raise InputError([Problem("no-counterpart", message)])
    chosen = [path for path in paths if path[-1] == (wanted or start)] or paths
    if len({path[-1] for path in chosen}) > 1:
        message = f"products of {quoted(start)} went to several groups: {', '.join(ends)}"
        hint = "name one of them with group"
        raise InputError([Problem("several-counterparts", message, hint=hint)])
    return chosen[0][1:]


def _refuse_incomplete(
    walk: Crosswalk, rows: Sequence[Match], before: CriteriaSet, after: CriteriaSet
) -> None:
    """Raise where a crosswalk says nothing of a criterion, as for sets it was not made for."""
    old = {row.before.code for row in rows if row.before is not None}
    new = {row.after.code for row in rows if row.after is not None}
    problems = [
        Problem(
            "criterion-not-mapped",
            f"the crosswalk {walk.before} to {walk.after} says nothing of {quoted(item.code)} "
            f"({item.criterion.id}) of {source.decision} {source.group.slug}",
        )
        for source, known in ((before, old), (after, new))
        for item in source.items
        if item.code not in known
    ]
    if problems:
        raise InputError(problems)


def _translation(batch: Sheets, target: CriteriaSet, possible: Possible) -> Translation:
    findings, lost, new = _findings(batch, target)

    def scored(answers: NDArray[np.uint8]) -> Scores:
        return score(evolve(batch, criteria_set=target, answers=answers, findings=findings))

    count, shape = len(batch), (len(batch), len(target.items))
    low, high = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    least, most = np.full(count, 32_000), np.full(count, -1)
    star_low, star_high = np.full(count, 5, dtype=np.int8), np.zeros(count, dtype=np.int8)
    for ends in extremes(possible, target):
        lowest, highest = scored(ends.lowest), scored(ends.highest)
        lower, higher = ends.fits & (lowest.total < least), ends.fits & (highest.total > most)
        low[lower], least[lower] = ends.lowest[lower], lowest.total[lower]
        high[higher], most[higher] = ends.highest[higher], highest.total[higher]
        np.minimum(star_low, lowest.star, out=star_low, where=ends.fits)
        np.maximum(star_high, highest.star, out=star_high, where=ends.fits)
    _refuse_impossible(batch, target, most < 0)
    for array in (star_low, star_high):
        array.setflags(write=False)
    return Translation(
        sheets=batch,
        criteria_set=target,
        lowest=scored(low),
        highest=scored(high),
        star_low=star_low,
        star_high=star_high,
        lost_findings=lost,
        new_findings=new,
        possible=possible,
    )


def _findings(
    batch: Sheets, target: CriteriaSet
) -> tuple[NDArray[np.uint64] | None, tuple[str, ...], tuple[str, ...]]:
    """Return the stated findings that the newer set knows, those it lost and those it added."""
    old = table_of(batch.criteria_set).findings
    new = table_of(target).findings
    lost = tuple(name for name in old if name not in new)
    added = tuple(name for name in new if name not in old)
    if batch.findings is None:
        return None, lost, added
    stated = np.zeros(len(batch), dtype=np.uint64)
    for bit, name in enumerate(old):
        if name in new:
            there = batch.findings >> np.uint64(bit) & np.uint64(1)
            stated |= there << np.uint64(new.index(name))
    return stated, lost, added


def _refuse_impossible(batch: Sheets, target: CriteriaSet, impossible: NDArray[np.bool_]) -> None:
    """Raise where a crosswalk leaves no sheet, such as options of two cases at once."""
    rows = np.flatnonzero(impossible).tolist()
    message = f"no answers to {target.decision} {target.group.slug} fit the sheet"
    hint = "mend the crosswalk: its answers contradict each other"
    problems = [
        Problem("answers-contradict", message, None, row + 1, path=batch.products[row], hint=hint)
        for row in rows[:MAX_LISTED]
    ]
    if problems:
        raise InputError(problems, len(rows) - len(problems))
