"""The criteria set of each row of a batch, by number or product group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ocop.errors import ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._batch_columns import texts, whole_numbers
from ocop.tables._batch_problems import BatchProblems
from ocop.tables._rows import describe
from ocop.tables._set_names import NO_SET

Numbers = NDArray[np.int64]


class Reports(Protocol):
    """What takes the problems of rows."""

    def cell(self, code: str, message: str, row: int, name: str, hint: str | None = None) -> None:
        """Take the problem of a row in the column `name`."""


def set_numbers(
    column: Any, law: Decision, fixed: CriteriaSet | None, problems: BatchProblems, arrow: Any
) -> Numbers:
    """Return the number of the set that each row names; a row that has `NO_SET` is reported."""
    named = _names(column, arrow)
    if named is None:
        message = f"found {column.type}, allowed are text and whole numbers"
        problems.column("wrong-type", message, "set")
        return np.full(len(column), NO_SET)
    return numbers_of_names(*named, law, fixed, problems, np.arange(len(column)))


def numbers_of_names(
    which: Numbers,
    names: Sequence[str],
    law: Decision,
    fixed: CriteriaSet | None,
    problems: Reports,
    rows: Numbers,
) -> Numbers:
    """Return the number of the set that each row names, which of the names it has being given.

    `rows` are the numbers that problems call the rows.
    """
    numbers = []
    for place, name in enumerate(names):
        try:
            found = criteria_set(law, name)
        except ProblemsError as error:
            first = error.problems[0]
            code, message, hint = first.code, first.message, first.hint
        else:
            if fixed is None or found.number == fixed.number:
                numbers.append(found.number)
                continue
            code, hint = "set-differs", None
            message = f"found set {found.number}, allowed is set {fixed.number} as named"
        numbers.append(NO_SET)
        wrong = rows[which == place].tolist()
        for row in wrong[:1]:
            problems.cell(code, message, row, "set", hint)
        for row in wrong[1:]:
            problems.cell(code, f"found {describe(name)}, as above", row, "set")
    return np.array(numbers, dtype=np.int64)[which]


def _names(column: Any, arrow: Any) -> tuple[Numbers, list[str]] | None:
    """Return which name each row has, and the names in the order in which they come up."""
    whole = whole_numbers(column, arrow)
    if whole is not None:
        values, nulls = whole
        given = ["" if null else str(n) for n, null in zip(values.tolist(), nulls, strict=True)]
    else:
        text = texts(column, arrow)
        if text is None:
            return None
        given = [(name or "").strip() for name in text[0].to_pylist()]
    places = {name: place for place, name in enumerate(dict.fromkeys(given))}
    return np.array([places[name] for name in given], dtype=np.int64), list(places)
