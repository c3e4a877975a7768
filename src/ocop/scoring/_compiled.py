"""The kernel's loops as compiled code, where the extra ``fast`` is installed.

A set becomes a short program, and each instruction one pass over a block of bytes that stays in
the first cache: where numpy compares in one pass and adds in another, one pass does both. Loops
stand in functions of their own, so that the compiler turns each into vector instructions. The
code is compiled once and kept beside this file or in the user's cache. It touches no Python
objects, so threads run side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numba import njit

from ocop.scoring._compiled_cache import Cache

__all__ = ["compile_loop", "count_digits", "fill", "look_up_digits", "score"]

BLOCK = 8192


def compile_loop(loop: Callable[..., Any]) -> Any:
    """Compile at the first call, and keep the code where there is a folder to keep it in."""
    made: Any = njit(nogil=True)(loop)
    with suppress(RuntimeError):
        made._cache = Cache(loop)
    return made


# The instructions; each comes with up to three numbers.
LOAD, COUNT, CLEAR, FLIP, KEEP, RISE, STEP, CLOSE, BOTH, KNOCK = range(10)


@compile_loop
def _count(seen: Any, answer: Any) -> None:
    for k in range(len(seen)):
        seen[k] += np.uint8(answer[k] >= 0)


@compile_loop
def _flip(flag: Any, answer: Any, position: Any) -> None:
    for k in range(len(flag)):
        flag[k] ^= np.uint8(answer[k] >= position)


@compile_loop
def _keep(kept: Any, answer: Any, flag: Any) -> None:
    for k in range(len(kept)):
        kept[k] = answer[k] if flag[k] else np.int8(0)


@compile_loop
def _rise(total: Any, answer: Any, start: Any) -> None:
    for k in range(len(total)):
        total[k] += np.uint8(max(answer[k], start))


@compile_loop
def _step(total: Any, answer: Any, position: Any, points: Any) -> None:
    for k in range(len(total)):
        total[k] += points if answer[k] >= position else np.uint8(0)


@compile_loop
def _close(gate: Any, answer: Any, position: Any) -> None:
    for k in range(len(gate)):
        gate[k] &= np.uint8(answer[k] >= position)


@compile_loop
def _both(gate: Any, flag: Any) -> None:
    for k in range(len(gate)):
        gate[k] &= flag[k]


@compile_loop
def _knock(knocked: Any, flag: Any, answer: Any) -> None:
    for k in range(len(knocked)):
        knocked[k] |= (flag[k] != 0) & (answer[k] >= 0)


@compile_loop
def _reach(band: Any, star: Any, total: Any, gate: Any, least: Any) -> None:
    for k in range(len(band)):
        reached = np.uint8(total[k] >= least)
        band[k] += reached
        star[k] += reached & gate[k]


@compile_loop
def _find(excluded: Any, knocked: Any, findings: Any) -> None:
    for k in range(len(excluded)):
        excluded[k] = knocked[k] | (findings[k] != 0)


@compile_loop
def _exclude(star: Any, excluded: Any) -> None:
    for k in range(len(star)):
        star[k] = np.int8(0) if excluded[k] else star[k]


@compile_loop
def _sum(total: Any, values: Any) -> None:
    for k in range(len(total)):
        total[k] += values[k]


@compile_loop
def _copy(out: Any, values: Any) -> None:
    for k in range(len(out)):
        out[k] = values[k]


@compile_loop
def fill(out: Any, value: Any) -> None:
    for k in range(len(out)):
        out[k] = value


@compile_loop
def score(
    program: Any,
    start: Any,
    thresholds: Any,
    answers: Any,
    findings: Any,
    low: int,
    high: int,
    parts: Any,
    total: Any,
    band: Any,
    star: Any,
    answered: Any,
    knocked: Any,
    excluded: Any,
) -> None:
    """Score the rows from `low` to under `high`; `findings` may be empty."""
    sums = np.empty((len(start), BLOCK), np.uint8)
    gates = np.empty((4, BLOCK), np.uint8)
    seen, whole = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint8)
    flags = np.empty(BLOCK, np.uint8)
    spare = np.empty(BLOCK, np.int8)
    for first in range(low, high, BLOCK):
        rows = slice(first, min(first + BLOCK, high))
        size = rows.stop - first
        flag = flags[:size]
        answer = answers[0, rows]
        for part in range(len(start)):
            fill(sums[part, :size], start[part])
        for gate in range(4):
            fill(gates[gate, :size], np.uint8(1))
        fill(seen[:size], np.uint8(0))
        fill(knocked[rows], False)
        for n in range(len(program)):
            op, a, b, c = program[n]
            if op == LOAD:
                answer = answers[a, rows]
            elif op == COUNT:
                _count(seen[:size], answer)
            elif op == CLEAR:
                fill(flag, np.uint8(0))
            elif op == FLIP:
                _flip(flag, answer, np.int8(a))
            elif op == KEEP:
                _keep(spare[:size], answer, flag)
                answer = spare[:size]
            elif op == RISE:
                _rise(sums[a, :size], answer, np.int8(b))
            elif op == STEP:
                _step(sums[a, :size], answer, np.int8(b), np.uint8(c))
            elif op == CLOSE:
                _close(gates[a, :size], answer, np.int8(b))
            elif op == BOTH:
                _both(gates[a, :size], flag)
            else:
                _knock(knocked[rows], flag, answers[a, rows])
        _copy(answered[rows], seen[:size])
        fill(whole[:size], np.uint8(0))
        for part in range(len(start)):
            _copy(parts[part, rows], sums[part, :size])
            _sum(whole[:size], sums[part, :size])
        _copy(total[rows], whole[:size])
        fill(band[rows], np.int8(1))
        fill(star[rows], np.int8(1))
        for level in range(4):
            # The gate of two stars is always open; one of a lower star holds for the higher ones.
            if level:
                _both(gates[level, :size], gates[level - 1, :size])
            opened = gates[level, :size]
            _reach(band[rows], star[rows], whole[:size], opened, thresholds[level])
        if len(findings):
            _find(excluded[rows], knocked[rows], findings[rows])
        else:
            _copy(excluded[rows], knocked[rows])
        _exclude(star[rows], excluded[rows])


@compile_loop
def _add_digit(keys: Any, digit: Any, limit: Any) -> None:
    for k in range(len(keys)):
        keys[k] = keys[k] * limit + np.uint32(digit[k])


@compile_loop
def _largest(digit: Any) -> Any:
    found = digit[0]
    for k in range(len(digit)):
        found = max(found, digit[k])
    return found


@compile_loop
def _join(head: Any, digits: Any, limits: Any, rows: Any, keys: Any) -> None:
    _copy(keys, head[rows])
    for n in range(len(digits)):
        _add_digit(keys, digits[n][rows], np.uint32(limits[n + 1]))


@compile_loop
def _below(head: Any, digits: Any, limits: Any, rows: Any) -> Any:
    fit = _largest(head[rows]) < limits[0]
    for n in range(len(digits)):
        fit &= _largest(digits[n][rows]) < limits[n + 1]
    return fit


@compile_loop
def count_digits(head: Any, digits: Any, limits: Any, low: int, high: int, counts: Any) -> Any:
    """Count how often each number occurs from `low` to under `high`: columns are its digits.

    Stop and say no where a digit is not below its limit.
    """
    keys = np.empty(BLOCK, np.uint32)
    for first in range(low, high, BLOCK):
        rows = slice(first, min(first + BLOCK, high))
        if not _below(head, digits, limits, rows):
            return False
        size = rows.stop - first
        _join(head, digits, limits, rows, keys[:size])
        for k in range(size):
            counts[keys[k]] += 1
    return True


@compile_loop
def look_up_digits(
    head: Any, digits: Any, limits: Any, low: int, high: int, table: Any, out: Any
) -> None:
    """Write what the table says of each number from `low` to under `high`."""
    keys = np.empty(BLOCK, np.uint32)
    for first in range(low, high, BLOCK):
        rows = slice(first, min(first + BLOCK, high))
        size = rows.stop - first
        _join(head, digits, limits, rows, keys[:size])
        here = out[rows]
        for k in range(size):
            here[k] = table[keys[k]]
