"""What an input may take: time and memory of the process that runs it, and a place to say so.

The input that is being run stands in a file that both processes see, so that the parent knows it
even where the child was killed.
"""

from __future__ import annotations

import mmap
import os
import resource
import signal
import struct
import time
from pathlib import Path

from .contract import (
    CLOCK,
    MAX_INPUT,
    MEGABYTES,
    SECONDS,
    BrokenContractError,
    Target,
    examine,
)

_HEAD = struct.Struct("<QQddI")
SIZE = _HEAD.size + 2 * MAX_INPUT


class Slot:
    """Numbers and the present input, shared between two processes by a file."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if new:
            path.write_bytes(bytes(SIZE))
        with path.open("r+b") as stream:
            self._map = mmap.mmap(stream.fileno(), SIZE)

    def begin(self, data: bytes) -> None:
        """Note an input before it is run."""
        inputs, most, slowest, *_ = self._head()
        shown = data[: SIZE - _HEAD.size]
        self._map[_HEAD.size : _HEAD.size + len(shown)] = shown
        _HEAD.pack_into(self._map, 0, inputs, most, slowest, time.monotonic(), len(shown))

    def end(self, seconds: float, growth: int) -> None:
        """Note what an input took: seconds of the slowest call, kilobytes above those before."""
        inputs, most, slowest, _, size = self._head()
        _HEAD.pack_into(
            self._map, 0, inputs + 1, max(most, growth), max(slowest, seconds), 0.0, size
        )

    def _head(self) -> tuple[int, int, float, float, int]:
        return _HEAD.unpack_from(self._map, 0)  # type: ignore[return-value]  # as packed above

    @property
    def inputs(self) -> int:
        """How many inputs were run to the end."""
        return self._head()[0]

    @property
    def most(self) -> int:
        """The most kilobytes that one of them took."""
        return self._head()[1]

    @property
    def slowest(self) -> float:
        """The most seconds of computing that one call took."""
        return self._head()[2]

    @property
    def busy(self) -> float:
        """For how long the present input runs by the clock on the wall, 0 without one."""
        since = self._head()[3]
        return time.monotonic() - since if since else 0.0

    @property
    def data(self) -> bytes:
        """The input that was begun last."""
        return bytes(self._map[_HEAD.size : _HEAD.size + self._head()[4]])


def _pages() -> tuple[int, int]:
    """Return the size of the process and what of it is in memory, in kilobytes."""
    size, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    page = os.sysconf("SC_PAGE_SIZE") // 1024
    return int(size) * page, int(resident) * page


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Watch:
    """Runs inputs one by one, within the limits.

    Too much computing kills the process: compiled code would not listen to anything else. Too much
    memory is refused by the system.
    """

    def __init__(self, slot: Slot, *, megabytes: int = MEGABYTES, seconds: float = SECONDS) -> None:
        self.slot, self.seconds = slot, seconds
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        self._peak = _peak()
        self._limit = (_pages()[0] << 10) + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (self._limit, resource.RLIM_INFINITY))

    def run(self, target: Target, data: bytes, *, twice: bool = True) -> BrokenContractError | None:
        """Run a target on an input; return what it broke."""
        before = _pages()[1]
        self.slot.begin(data)
        CLOCK.slowest, CLOCK.arm = 0.0, self._arm
        self._arm()
        broken = None
        try:
            examine(target, data, twice=twice)
        except BrokenContractError as error:
            broken = error.with_traceback(None)
        except MemoryError:
            broken = BrokenContractError("memory", "more memory than allowed", "memory")
        finally:
            CLOCK.arm = lambda: None
            signal.setitimer(signal.ITIMER_PROF, 0)
        growth = 0
        if _peak() > self._peak:
            self._peak = _peak()
            growth = max(0, self._peak - before)
        self.slot.end(CLOCK.slowest, growth)
        return broken

    def _arm(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, self.seconds)
