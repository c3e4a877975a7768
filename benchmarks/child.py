"""Measure the memory that one contestant needs on top of its input, in a process of its own.

Usage: python benchmarks/child.py score|sweep|levers NAME SIZE
Prints bytes of the input and extra bytes at the highest point, as JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contest import Contestant, load
from measures import levers, score_and_rank, sweep
from peers.sweep_levers import choices
from problem import problem
from scenarios import draws

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main(kind: str, name: str, size: int) -> None:
    """Measure and print."""
    contestant, small, large = find(kind, name, size)
    contestant.run(contestant.prepare(small))
    given = large()
    settle()
    start = resident()
    prepared = contestant.prepare(given)
    settle()
    ready = resident()
    peak, result = high_water(lambda: contestant.run(prepared))
    figures = {"input_bytes": max(ready - start, 0), "extra_bytes": max(peak - ready, 0)}
    print(json.dumps(figures))
    del result


def find(kind: str, name: str, size: int) -> tuple[Contestant, Any, Callable[[], Any]]:
    """Return the contestant, a small problem to start its library with, and the problem."""
    if kind == "score":
        peers, which = score_and_rank.PEERS, "CONTESTANTS"
        small, large = problem(1_000), lambda: problem(size)
    elif kind == "levers":
        peers, which = levers.PEERS, "LEVERS"
        small, large = choices(8, 1_000), lambda: choices(size)
    else:
        peers, which = sweep.PEERS, "SWEEP"
        small, large = draws(8, 1_000), lambda: draws(size)
    # Module by module: libraries of the others stay away.
    known = (contestant for peer in peers for contestant in load([peer], which)[0])
    return next(c for c in known if c.name == name), small, large


def settle() -> None:
    """Give memory that is free back to the system, so that reusing it counts."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    """Return the bytes of this process that are in memory now."""
    if STATUS.exists():
        return _status("VmRSS")
    import psutil

    return int(psutil.Process().memory_info().rss)


def _status(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) * 1024


def high_water(work: Callable[[], Any]) -> tuple[int, Any]:
    """Return the most bytes in memory while `work` ran, and its result."""
    try:
        CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return sampled(work)
    result = work()
    return _status("VmHWM"), result


def sampled(work: Callable[[], Any]) -> tuple[int, Any]:
    """Do the same by looking every millisecond, where the system keeps no mark to reset."""
    most, done = resident(), threading.Event()

    def look() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, resident())
            time.sleep(0.001)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        result = work()
    finally:
        done.set()
        watcher.join()
    return max(most, resident()), result


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
