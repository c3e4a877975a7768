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


class Calls:
    """Counts calls of functions, and sends a signal at one of them."""

    def __init__(self, number: int, at: int) -> None:
        self.number, self.at, self.count = number, at, 0
        self.take = _process._take_signals

    def __call__(self, frame: FrameType, what: str, given: Any) -> None:  # noqa: ARG002 - as a profiler's
        """Take note of a call."""
        if what == "call":
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), self.number)

    def begin(self, handler: Any) -> None:
        """Count from the moment at which the command listens, to that at which it does no more."""
        if handler is not _process._stop:
            sys.setprofile(None)
            self.take(handler)
            if not self.at:
                print(self.count, file=sys.stderr)
            return
        self.take(handler)
        if self.at >= 0:
            sys.setprofile(self)
            return
        Cleared(self.number)
        for _ in range(10_000_000):
            pass


class Cleared:
    """Sends the signal when it is cleared, and takes its time."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self.number)
        for _ in range(1000):
            pass


if __name__ == "__main__":
    calls = Calls(int(sys.argv[1]), int(sys.argv[2]))
    sys.argv = ["ocop", *sys.argv[3:]]
    _process._take_signals = calls.begin
    main()
