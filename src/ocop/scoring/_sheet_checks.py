"""What can be wrong with score sheets; every function returns all problems it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.model import CriteriaSet
from ocop.scoring.table import ScoreTable, table_of
from ocop.text import closest, quoted

NONE_MET: Final = 0
"""Answer: assessed, and no option is met (0 points)."""

UNANSWERED: Final = 255
"""Stored answer of a criterion that was not assessed (0 points, the sheet is incomplete)."""

MAX_LISTED: Final = 10_000
"""Problems kept per input; the rest are counted."""


def unknown_finding(finding: str, known: Sequence[str], **place: Any) -> Problem:
    """Return the problem that a finding is not one of the set's."""
    near = closest(finding, known)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found the finding {quoted(finding)}, allowed are {_listed(known)}"
    return Problem("unknown-finding", message, hint=hint, **place)


def unknown_bits(
    criteria_set: CriteriaSet, findings: NDArray[np.uint64] | None, products: Sequence[str]
) -> list[Problem]:
    """Return a problem for each sheet with a bit beyond the findings of the set."""
    known = table_of(criteria_set).findings
    if findings is None or len(known) >= 64:
        return []
    problems = []
    for row in np.flatnonzero(findings >> np.uint64(len(known))).tolist():
        bit = int(findings[row]).bit_length() - 1
        message = f"found finding number {bit}, counted from 0, allowed are {_listed(known)}"
        problems.append(Problem("unknown-finding", message, None, row + 1, path=products[row]))
    return problems


def _listed(findings: Sequence[str]) -> str:
    return ", ".join(findings) if findings else "none"


def duplicate_products(products: Sequence[str], assessors: Sequence[str] | None) -> list[Problem]:
    """Return a problem for each sheet whose product (and assessor) already stands above."""
    keys: Sequence[Any] = (
        products if assessors is None else list(zip(products, assessors, strict=True))
    )
    # Sorted hashes show in half the time of a set that no two are alike.
    hashes = np.sort(np.fromiter(map(hash, keys), dtype=np.int64, count=len(keys)))
    if not (hashes[1:] == hashes[:-1]).any():
        return []
    first: dict[Any, int] = {}
    problems = []
    for row, key in enumerate(keys, start=1):
        if key in first:
            what = quoted(key) if assessors is None else f"{quoted(key[0])} of {quoted(key[1])}"
            message = f"the product {what} stands twice; the first is in row {first[key]}"
            problems.append(Problem("duplicate-product", message, None, row, path="product"))
        first.setdefault(key, row)
    return problems


def row_problems(
    criteria_set: CriteriaSet, answers: NDArray[np.uint8], products: Sequence[str]
) -> list[Problem]:
    table = table_of(criteria_set)
    problems = []
    for i, size in enumerate(table.sizes.tolist()):
        column = answers[:, i]
        wrong = (column > size) & (column != UNANSWERED)
        for row in np.flatnonzero(wrong).tolist():
            message = f"found {column[row]}, allowed are 0 to {size}, or {UNANSWERED} unanswered"
            path = f"{products[row]}: {table.codes[i]}"
            problems.append(Problem("option-out-of-range", message, None, row + 1, i + 1, path))
    if not problems:
        for row, text in mixed_cases(table, answers):
            problems.append(Problem("mixed-cases", text, None, row + 1, path=products[row]))
    return problems


def mixed_cases(table: ScoreTable, answers: NDArray[np.uint8]) -> list[tuple[int, str]]:
    """Return (row, message) for each sheet that mixes the cases of one kind.

    Source: the annexes ask to choose one of two cases (26/2026 set 26 items 8, 9, 15; 781 item
    3.2); a sheet that uses both is an input problem.
    """
    found = []
    for kind in table.cases:
        seen = np.zeros((len(kind.cases) + 1, answers.shape[0]), dtype=np.bool_)
        for i, case_of in zip(kind.items, kind.case_of, strict=True):
            chosen = case_of[answers[:, i] + np.uint8(1)]
            for number in range(1, len(kind.cases) + 1):
                seen[number] |= chosen == number
        for row in np.flatnonzero(seen[1:].sum(axis=0) > 1).tolist():
            found.append((row, _mixed_message(table, answers[row], kind.kind)))
    return sorted(found)


def _mixed_message(table: ScoreTable, answers: NDArray[np.uint8], kind_id: str) -> str:
    kind = next(kind for kind in table.cases if kind.kind == kind_id)
    used = []
    for i, case_of in zip(kind.items, kind.case_of, strict=True):
        number = int(case_of[(int(answers[i]) + 1) % 256])
        if number:
            used.append(f"{table.codes[i]} is {kind.cases[number - 1]}")
    return f"the sheet mixes cases of {kind.kind}: {', '.join(used)}; allowed is one case"
