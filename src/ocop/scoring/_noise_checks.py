"""What can be wrong with stated noise; every function yields all problems it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.model import CriteriaSet, Item
from ocop.text import closest, quoted

__all__ = ["noise_problems", "step_problems"]

TOLERANCE = 1e-9
"""How far from 1 stated chances may add up."""


def step_problems(criteria_set: CriteriaSet, up: Any, down: Any) -> Iterator[Problem]:
    """Yield what is wrong with the chances of moving by one option."""
    found = [*_chances(criteria_set, "up", up), *_chances(criteria_set, "down", down)]
    yield from found
    if found:
        return
    by_code = isinstance(up, Mapping) or isinstance(down, Mapping)
    for code in criteria_set.codes if by_code else ("",):
        chances = [g.get(code, 0) if isinstance(g, Mapping) else g for g in (up, down)]
        if sum(chances) > 1 + TOLERANCE:
            message = f"found {chances[0]} up and {chances[1]} down, allowed is 1 together"
            yield Problem("wrong-sum", message, path=f"up, down: {code}" if code else "up, down")


def _chances(criteria_set: CriteriaSet, name: str, given: Any) -> Iterator[Problem]:
    if not isinstance(given, Mapping):
        yield from _chance(given, name)
        return
    for code, value in given.items():
        if code in criteria_set.codes:
            yield from _chance(value, f"{name}: {code}")
        else:
            yield _unknown(criteria_set, code, name)


def _chance(value: Any, path: str) -> Iterator[Problem]:
    allowed = "allowed are 0 to 1"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        yield Problem("not-a-number", f"found {quoted(value)}, {allowed}", path=path)
    elif not 0 <= value <= 1:
        yield Problem("out-of-range", f"found {value}, {allowed}", path=path)


def noise_problems(criteria_set: CriteriaSet, noise: Any) -> Iterator[Problem]:
    """Yield what is wrong with the matrices of `noise`."""
    if not isinstance(noise, Mapping):
        message = f"found {quoted(noise)}, allowed is a matrix by criterion code"
        yield Problem("wrong-type", message, path="noise")
        return
    for code, value in noise.items():
        if code in criteria_set.codes:
            yield from _matrix(criteria_set.item(code), value)
        else:
            yield _unknown(criteria_set, code, "noise")


def _matrix(item: Item, value: Any) -> Iterator[Problem]:
    path = f"noise: {item.code}"
    size = len(item.criterion.options) + 1
    allowed = f"allowed are {size} x {size} numbers: none met, then the options"
    try:
        array = np.asarray(value)
    except ValueError:
        yield Problem("wrong-shape", f"found rows of different lengths, {allowed}", path=path)
        return
    if array.shape != (size, size):
        shape = " x ".join(map(str, array.shape)) or "one value"
        yield Problem("wrong-shape", f"found {shape}, {allowed}", path=path)
    elif array.dtype.kind not in "iuf":
        yield Problem("not-a-number", f"found dtype {array.dtype}, {allowed}", path=path)
    else:
        yield from _rows(item, array, path)


def _rows(item: Item, array: NDArray[Any], path: str) -> Iterator[Problem]:
    cases = [None, *(option.case for option in item.criterion.options)]
    for given, row in enumerate(array):
        fine = (row >= 0) & (row <= 1 + TOLERANCE)
        for to in np.flatnonzero(~fine).tolist():
            message = f"found {row[to]}, allowed are 0 to 1"
            yield Problem("out-of-range", message, path=f"{path}[{given}][{to}]")
        if not fine.all():
            continue
        total = float(row.sum())
        if abs(total - 1) > TOLERANCE:
            message = f"found chances that add up to {total:.10g}, allowed is 1"
            yield Problem("wrong-sum", message, path=f"{path}[{given}]")
        for to in np.flatnonzero(row).tolist():
            if to and cases[to] != cases[given]:
                before = cases[given] or "none met"
                message = f"found a move from {before} to {cases[to]}, allowed is one case"
                yield Problem("mixed-cases", message, path=f"{path}[{given}][{to}]")


def _unknown(criteria_set: CriteriaSet, code: Any, path: str) -> Problem:
    near = closest(str(code), criteria_set.codes)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found {quoted(code)}, allowed are the codes of the set"
    return Problem("unknown-criterion", message, path=path, hint=hint)
