"""Sheets of one law read under a reform of it: answers stay with the options they name."""

from __future__ import annotations

import numpy as np
from attrs import evolve

from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.sheet import Sheets

__all__ = ["Carry", "carried", "carry_of"]

Carry = tuple[tuple[int, tuple[int, ...]] | None, ...]
"""For each new criterion the old column and the new answer for each old one, None where new."""


def carry_of(before: CriteriaSet, after: CriteriaSet) -> Carry:
    """Return how answers carry over: criteria by printed code, options by label and case.

    An option that is gone leaves its criterion unanswered, as does a criterion that is new.
    """
    columns = {item.code: n for n, item in enumerate(before.items)}
    found: list[tuple[int, tuple[int, ...]] | None] = []
    for item in after.items:
        if item.code not in columns:
            found.append(None)
            continue
        column = columns[item.code]
        place = {(o.label, o.case): k for k, o in enumerate(item.criterion.options, start=1)}
        old = before.items[column].criterion.options
        answers = tuple(place.get((o.label, o.case), UNANSWERED) for o in old)
        found.append((column, (0, *answers)))
    return tuple(found)


def carried(sheets: Sheets, after: CriteriaSet, carry: Carry) -> tuple[Sheets, int]:
    """Return the sheets under the new set, and how many answers it asks for that are not there.

    What the sheets had not answered before is not counted.
    """
    answers = np.full((len(sheets), len(carry)), UNANSWERED, dtype=np.uint8, order="F")
    open_answers = 0
    for n, source in enumerate(carry):
        if source is None:
            open_answers += len(sheets)
            continue
        column, new = source
        by_old = np.full(256, UNANSWERED, dtype=np.uint8)
        by_old[: len(new)] = new
        old = sheets.answers[:, column]
        answers[:, n] = by_old[old]
        open_answers += int(((answers[:, n] == UNANSWERED) & (old != UNANSWERED)).sum())
    return evolve(sheets, criteria_set=after, answers=answers), open_answers
