"""Runs a command that sends itself a signal at a call of a function.

``python stopping.py SIGNAL AT COMMAND...``: at call 1, 2 and so on after the command has begun to
listen; at 0 none is sent, and the last line of standard error says how many calls there were; at
-1 it is sent while an object is cleared.
"""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any

from ocop.__main__ import main
from ocop.cli import _process

NUMBER, AT = int(sys.argv[1]), int(sys.argv[2])
sys.argv = ["ocop", *sys.argv[3:]]


class Calls:
    """Counts calls of functions."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: FrameType, what: str, given: Any) -> None:  # noqa: ARG002 - as a profiler's
        """Send the signal at its call."""
        if what == "call":
            self.count += 1
            if self.count == AT:
                os.kill(os.getpid(), NUMBER)


class Cleared:
    """Sends the signal when it is cleared, and takes its time."""

    def __del__(self) -> None:
        os.kill(os.getpid(), NUMBER)
        for _ in range(1000):
            pass


calls = Calls()
take = _process._take_signals


def begun(handler: Any) -> None:
    """Count from the moment at which the command listens, to that at which it does no more."""
    if handler is not _process._stop:
        sys.setprofile(None)
        take(handler)
        if not AT:
            print(calls.count, file=sys.stderr)
        return
    take(handler)
    if AT < 0:
        Cleared()
        for _ in range(10_000_000):
            pass
    else:
        sys.setprofile(calls)


_process._take_signals = begun
main()
