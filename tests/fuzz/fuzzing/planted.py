"""Targets with faults put in on purpose: what looks for faults has to find these."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

import ocop

from .contract import Target

_CALLS = count()


def _seeds() -> Iterator[bytes]:
    yield b"harmless"


def _mutate(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    """Return the fault now and then."""
    return rng.choice((b"harmless", b"fault", b"more"))


def _sometimes(fault: Callable[[], Any]) -> Callable[[bytes], list[Any]]:
    return lambda data: [fault() if data == b"fault" else None]


def _raise() -> None:
    raise KeyError("a foreign exception")


def _hang() -> None:
    while True:
        pass


def _eat() -> int:
    return len([bytearray(1 << 24) for _ in range(200)])


def _die() -> None:
    os.abort()


def _warn() -> None:
    warnings.warn("a warning", stacklevel=1)


def _no_problem() -> ocop.LawError:
    return ocop.LawError([])


def _no_line() -> ocop.LawError:
    return ocop.LawError([ocop.Problem("alias", "found something", "a.yaml", 99)])


def _control() -> ocop.LawError:
    return ocop.LawError([ocop.Problem("alias", "found \x1b[31m", "a.yaml", 1)])


def _unknown_code() -> ocop.LawError:
    return ocop.LawError([ocop.Problem("no-such-code", "found something")])


def _other_each_time() -> int:
    return next(_CALLS)


def _wear_out(data: bytes) -> list[bytes]:
    """End a process that has run many inputs, whatever the last one is."""
    if next(_CALLS) > 50:
        print("worn out", flush=True)
        os.abort()
    return [data]


FAULTS: dict[str, tuple[Callable[[], Any], str]] = {
    "exception": (_raise, "exception: builtins.KeyError"),
    "hang": (_hang, "hang: "),
    "memory": (_eat, "memory: "),
    "crash": (_die, "crash: the process died of SIGABRT"),
    "warning": (_warn, "exception: builtins.UserWarning"),
    "no-problem": (_no_problem, "problem: no problem in "),
    "no-line": (_no_line, "problem: no such line"),
    "control": (_control, "problem: a control character"),
    "unknown-code": (_unknown_code, "problem: the code is on no page"),
    "other-each-time": (_other_each_time, "same: "),
}
"""Faults by name: what does it, and how it is told."""

TARGETS = {
    name: Target(name, _sometimes(fault), _seeds, _mutate) for name, (fault, _) in FAULTS.items()
}
TARGETS["harmless"] = Target("harmless", lambda data: [data], _seeds, _mutate)
TARGETS["worn-out"] = Target("worn-out", _wear_out, _seeds, _mutate)
