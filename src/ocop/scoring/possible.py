"""Which answers stay possible when sheets are read under the criteria of another decision.

The possible answers to one criterion are a matrix of truth values, one row per answer and one
column per sheet: rows 0 to n for none met and the n options, the last row for not assessed. Where
that last row is true the others are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.matching import Match
from ocop.law.model import CriteriaSet, Criterion
from ocop.scoring._sheet_checks import UNANSWERED

__all__ = [
    "Extremes",
    "Possible",
    "carried",
    "choices",
    "extremes",
    "of_answers",
    "points_of_answers",
]

Possible = list[NDArray[np.bool_]]


def of_answers(source: CriteriaSet, answers: NDArray[np.uint8]) -> Possible:
    """Return the answers of sheets as they stand: one possible answer each."""
    found = []
    for column, item in zip(answers.T, source.items, strict=True):
        rows = [*range(len(item.criterion.options) + 1), UNANSWERED]
        found.append(column[None, :] == np.array(rows, dtype=np.uint8)[:, None])
    return found


def carried(
    possible: Possible, rows: Sequence[Match], before: CriteriaSet, after: CriteriaSet
) -> Possible:
    """Return the answers to the criteria of `after` that the answers to `before` leave possible.

    Several sources of one criterion must all allow an answer. What was not assessed says nothing,
    and a criterion none of whose sources was assessed is not assessed. A criterion without source
    can have any answer.
    """
    count = possible[0].shape[1]
    place = {item.code: n for n, item in enumerate(before.items)}
    result = []
    for item in after.items:
        size = len(item.criterion.options) + 1
        found = np.ones((size + 1, count), dtype=np.bool_)
        sources = [row for row in rows if row.after == item and row.before is not None]
        found[-1] = bool(sources)
        for row in sources:
            assert row.before is not None
            old = possible[place[row.before.code]]
            allowed = np.zeros((size, count), dtype=np.bool_)
            for answer, newer in enumerate(row.answers):
                allowed[list(newer)] |= old[answer]
            found[:-1] &= allowed | old[-1]
            found[-1] &= old[-1]
        found[:-1] &= ~found[-1]
        result.append(found)
    return result


def points_of_answers(criterion: Criterion) -> NDArray[np.int64]:
    """Return the points of every answer: none met, the options, not assessed."""
    return np.array([0, *(option.points for option in criterion.options), 0], dtype=np.int64)


@frozen(eq=False)
class Extremes:
    """Answers with the least and with the most points that are possible at once.

    `fits` says for which sheets the cases are possible; the answers are (sheets, criteria), not
    assessed where a case leaves nothing.
    """

    fits: NDArray[np.bool_]
    lowest: NDArray[np.uint8]
    highest: NDArray[np.uint8]


def choices(
    possible: Possible, source: CriteriaSet
) -> Iterator[tuple[NDArray[np.bool_], Possible]]:
    """Yield for every choice of cases which sheets it fits, and the answers that it leaves."""
    for choice in product(*(kind.cases for kind in source.case_kinds)):
        cases = {kind.id: case.id for kind, case in zip(source.case_kinds, choice, strict=True)}
        narrowed = [
            answers & _of_case(item.criterion, cases)
            for answers, item in zip(possible, source.items, strict=True)
        ]
        yield np.all([answers.any(axis=0) for answers in narrowed], axis=0), narrowed


def extremes(possible: Possible, source: CriteriaSet) -> Iterator[Extremes]:
    """Yield the extreme sheets for every choice of cases.

    More points in a criterion never lower a total or a star, so the least and the most of every
    criterion together are the least and the most of the sheet.
    """
    for fits, narrowed in choices(possible, source):
        ends = [
            _ends(answers, points_of_answers(item.criterion))
            for answers, item in zip(narrowed, source.items, strict=True)
        ]
        lowest, highest = (np.stack(column, axis=1) for column in zip(*ends, strict=True))
        yield Extremes(fits, lowest, highest)


def _of_case(criterion: Criterion, cases: dict[str, str]) -> NDArray[np.bool_]:
    """Return which answers a choice of cases allows, as a column."""
    case = cases.get(criterion.case_kind or "")
    return np.array([[True], *([o.case == case] for o in criterion.options), [True]])


def _ends(
    answers: NDArray[np.bool_], points: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return for each sheet a possible answer with the least points, and one with the most."""
    nothing = ~answers.any(axis=0)
    stored = np.array([*range(len(points) - 1), UNANSWERED], dtype=np.uint8)
    rising = np.argsort(points, kind="stable")
    falling = rising[::-1]
    least = stored[rising[answers[rising].argmax(axis=0)]]
    most = stored[falling[answers[falling].argmax(axis=0)]]
    least[nothing] = most[nothing] = UNANSWERED
    return least, most
