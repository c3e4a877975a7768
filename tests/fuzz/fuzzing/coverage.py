"""Which steps from line to line of the library an input takes, and the fewest inputs for all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import ocop

from .contract import Target, keys_of

SOURCE = str(Path(ocop.__file__).parent)
Steps = set[tuple[CodeType, int, int]]


def steps_of(call: Callable[[], object]) -> Steps:
    """Return the steps of a call: in which code, from which line, to which."""
    found: Steps = set()

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        code, last = frame.f_code, 0
        if not code.co_filename.startswith(SOURCE):
            return None

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            if event == "line":
                found.add((code, last, frame.f_lineno))
                last = frame.f_lineno
            return step

        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return found


def features_of(target: Target, data: bytes) -> set[Any]:
    """Return what is particular to an input: its steps, and the codes of its problems."""
    told: list[Any] = []
    found: set[Any] = set(steps_of(lambda: told.extend(keys_of(target, data))))
    for n, each in enumerate(told):
        # Results may be tuples too: those of errors begin with a class.
        is_error = isinstance(each, tuple) and len(each) > 0 and isinstance(each[0], type)
        codes = {problem.code for problem in each[1]} if is_error else set[str]()
        found |= {(n, code) for code in codes or {"accepted"}}
    return found


def condense(features: Iterable[tuple[bytes, set[Any]]]) -> list[bytes]:
    """Return inputs that together have every feature, small ones first."""
    kept, seen = [], set[Any]()
    for data, found in sorted(features, key=lambda entry: (len(entry[0]), entry[0])):
        if not found <= seen:
            kept.append(data)
            seen |= found
    return kept
