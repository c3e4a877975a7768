"""What a folder may look like after a fault: checks that return what is wrong."""

from __future__ import annotations

import gc
import os
import resource
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ocop.errors import OcopError

Content = dict[str, bytes]
Write = Callable[[Path], object]


def content(folder: Path) -> Content:
    """Return the content of every file below a folder by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def put(folder: Path, files: Content) -> None:
    """Make a folder hold just these files."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, raw in files.items():
        (folder / name).write_bytes(raw)


def wrong(found: Content, before: Content, after: Content) -> str | None:
    """Say what is neither as before nor as after; None where nothing is.

    A command that writes two files may stop between them; the files of a folder come together.
    """
    for name, raw in found.items():
        if name not in before and name not in after:
            return f"{name} is left over"
        if raw not in (before.get(name), after.get(name)):
            return f"{name} is broken"
    if gone := before.keys() - found.keys():
        return f"{min(gone)} is gone"
    halves = [name for name in after if "/" in name and name not in found]
    if halves and any("/" in name for name in found):
        return f"{halves[0]} is missing"
    return None


def device(folder: Path, name: str) -> Path:
    """Return a device, one of the test's own where a fault could harm that of the machine."""
    if os.geteuid():
        return Path("/dev", name)
    made = folder / name
    try:
        os.mknod(made, stat.S_IFCHR | 0o666, Path("/dev", name).stat().st_rdev)
        made.open("w").close()
    except OSError:
        pytest.skip("no device can be made here")
    return made


@contextmanager
def most_bytes(count: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: the system refuses to write on."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def points(size: int, most: int) -> list[int]:
    """Return up to `most` places in a length, spread evenly, the first and the last of them."""
    return sorted({n * (size - 1) // max(most - 1, 1) for n in range(most)} if size else set())


def full_disk(
    write: Write, folder: Path, name: str, before: Content, after: Content, most: int
) -> Iterator[str]:
    """Let the disk be full at up to `most` places of the file; yield what is wrong."""
    for count in points(max(map(len, after.values())), most):
        put(folder, before)
        try:
            with most_bytes(count):
                write(folder / name)
        except OcopError as error:
            if not str(error).startswith("cannot write "):
                yield f"at byte {count}: told as {error}"
        else:
            yield f"at byte {count}: was not told"
        if found := wrong(content(folder), before, after):
            yield f"at byte {count}: {found}"


class Interrupt:
    """Counts steps of Python in some files, and interrupts at one of them.

    A step is a single instruction, or a line where `lines` is wished.
    """

    def __init__(self, files: tuple[str, ...], at: int | None, *, lines: bool) -> None:
        self.files, self.at, self.lines = files, at, lines
        self.count = 0

    def __call__(self, frame: FrameType, what: str, given: Any) -> Any:  # noqa: ARG002 - as a tracer's
        """Take a step, where it is one of those that are counted."""
        if not any(file in frame.f_code.co_filename for file in self.files):
            return None
        frame.f_trace_opcodes = not self.lines
        if what == ("line" if self.lines else "opcode"):
            self.count += 1
            if self.count == self.at:
                raise KeyboardInterrupt
        return self

    def run(self, write: Write, path: Path) -> bool:
        """Write, and say whether that was interrupted."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            write(path)
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(before)
        return False


def interrupted(
    write: Write,
    folder: Path,
    name: str,
    before: Content,
    after: Content,
    *,
    files: tuple[str, ...] = ("_whole_file.py", "contextlib.py", "dump_decision.py"),
    most: int,
    lines: bool = False,
) -> Iterator[str]:
    """Interrupt at up to `most` steps; yield what is wrong."""
    # Twice: Python 3.12.1 tells of instructions only from the second time on.
    for _ in range(2):
        put(folder, before)
        counted = Interrupt(files, None, lines=lines)
        counted.run(write, folder / name)
    if not counted.count:
        yield "no step was counted"
    for step in points(counted.count, most):
        put(folder, before)
        stopped = Interrupt(files, step + 1, lines=lines).run(write, folder / name)
        if not stopped:
            yield f"step {step + 1} of {counted.count} was not reached"
        found = wrong(content(folder), before, after)
        if found and gc.collect():  # what is to be cleared up may still be held
            found = wrong(content(folder), before, after)
        if found:
            yield f"step {step + 1} of {counted.count}: {found}"
