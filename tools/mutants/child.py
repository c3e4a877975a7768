"""Work in a fork of its own: its answer, or how it ended without one."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["begins", "in_child"]

MEMORY = 3 << 30
"""Bytes of address space on top of what the process had."""
CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)

_pipe: int | None = None
"""In a child: what leads to its parent."""


def begins(test: str) -> None:
    """Tell the parent which test begins, in case that it crashes."""
    if _pipe is not None:
        os.write(_pipe, f"{test}\n".encode())


def in_child(work: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Run something in a fork and return its answer, or ``timed out`` or ``broken`` without one.

    A child that crashes is run once more: where it does so again in the same test, that kills.
    """
    answer = _once(work, seconds)
    if answer["outcome"] != "crashed":
        return answer
    if answer["by"] and _once(work, seconds) == answer:
        return {"outcome": "killed", "by": answer["by"]}
    return {"outcome": "broken", "by": f"a crash, not once more: {answer['by'] or 'no test'}"}


def _once(work: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    home = tempfile.mkdtemp(prefix="mutant-")
    out, into = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later Pythons warn of forks where libraries keep threads
        child = os.fork()
    if child == 0:
        _be_child(work, home, into)
    os.close(into)
    said = b""
    late = False
    until = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([out], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            late = True
            break
        piece = os.read(out, 1 << 16)
        if not piece:
            break
        said += piece
    os.close(out)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # with whatever it started
    _, status = os.waitpid(child, 0)
    shutil.rmtree(home, ignore_errors=True)
    *tests, last = said.decode().split("\n")
    if last:
        answer: dict[str, Any] = json.loads(last)
        return answer
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF):
        return {"outcome": "timed out", "by": "wall time" if late else "processor time"}
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in CRASHES:
        return {"outcome": "crashed", "by": tests[-1] if tests else ""}
    return {"outcome": "broken", "by": f"the process ended with status {status}"}


def _be_child(work: Callable[[], dict[str, Any]], home: str, into: int) -> None:
    global _pipe
    _pipe = into
    try:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = home
        limit = _address_space() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_PROF, 60.0)
        answer = work()
    except BaseException:  # whatever it is, it belongs to the harness
        answer = {"outcome": "broken", "by": traceback.format_exc()}
    with contextlib.suppress(BaseException):
        signal.setitimer(signal.ITIMER_PROF, 0)
        os.write(into, json.dumps(answer).encode())
    os._exit(0)


def _address_space() -> int:
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 16 << 30
    return int(pages) * resource.getpagesize()
