"""A command as a process: it stops when it is told to, and its streams are what they seem.

Loaded before anything else, so that a command can be stopped with one line from its start.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

__all__ = ["Stopped", "as_a_process"]

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, the request to end, and a terminal that is closed."""

CLOSED = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
"""Streams with what stands in for a closed one: what is read there or written fails, as it should.

Messages alone are dropped.
"""


class Stopped(BaseException):
    """The process was told to stop; holds the number of the signal.

    No ``KeyboardInterrupt``, which libraries catch for ends of their own.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def as_a_process(command: Callable[[], None]) -> NoReturn:
    """Run a command to its exit code: 128 and the number of the signal where it was stopped."""
    _open_closed_streams()
    try:
        sys.unraisablehook = _ask_again
        _take_signals(_stop)
        code = _ended(command)
        # The last statement: from here on all is done, and nothing can be stopped.
        _take_signals(signal.SIG_IGN)
    except Stopped as stopped:
        # Who asks twice does not want to wait, and a reader may take nothing more.
        _take_signals(signal.SIG_DFL)
        _drop(sys.stdout)
        code = 128 + stopped.number
        with suppress(OSError):
            print("stopped", file=sys.stderr, flush=True)
    _let_go(sys.stdout)
    _let_go(sys.stderr)
    sys.exit(code)


def _ended(command: Callable[[], None]) -> Any:
    try:
        command()
    except SystemExit as ended:
        return ended.code
    return 0


def _take_signals(handler: Any) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    for name in STOPS:
        number = getattr(signal, name, None)
        # What the caller has turned off, as nohup does, stays off.
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - as a handler's
    raise Stopped(number)


def _ask_again(dropped: Any) -> None:
    """Stop a moment later where Python drops the request: it came while an object was cleared."""
    stopped = dropped.exc_value
    if not isinstance(stopped, Stopped) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(dropped)
        return
    signal.signal(signal.SIGALRM, lambda _, frame: _stop(stopped.number, frame))
    signal.setitimer(signal.ITIMER_REAL, 0.01)


def _open_closed_streams() -> None:
    """Fill the places of streams that the caller has closed: else a file would take them."""
    for place, (name, mode, flags) in enumerate(CLOSED):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.open(os.devnull, flags)
            setattr(sys, name, open(place, mode, closefd=False))  # noqa: SIM115 - a place, and it stays open


def _let_go(stream: Any) -> None:
    """Drop what a stream cannot take; that was told before."""
    try:
        stream.flush()
    except (OSError, ValueError):
        _drop(stream)


def _drop(stream: Any) -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
