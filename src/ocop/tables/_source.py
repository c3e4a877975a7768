"""The bytes of a CSV file, by lines or by blocks of whole lines, bounded in memory."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from ocop.errors import Problem

MAX_LINE = 1 << 20
"""Longest line of a CSV file, in bytes; also the longest block of lines."""

STEP = MAX_LINE - (1 << 16)
"""How many bytes are read at a time."""

OTHER_FORMATS = (
    (b"\xff\xfe", "UTF-16", "not-utf8", "save the file as CSV UTF-8"),
    (b"\xfe\xff", "UTF-16", "not-utf8", "save the file as CSV UTF-8"),
    (b"PK\x03\x04", "an Excel file or another archive", "not-csv", "name the file .xlsx"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "not-csv", "save it as .xlsx or CSV UTF-8"),
)
"""First bytes of files that are not CSV, with what they are and what to do."""

Progress = Callable[[int], None]
Report = Callable[[Problem], None]


class BrokenFileError(Exception):
    """The file cannot be read on; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Source:
    """A binary file from which lines and blocks of whole lines are taken in turn.

    `offset` counts the bytes that were taken.
    """

    def __init__(
        self, handle: IO[bytes], shown: str, report: Report, progress: Progress | None
    ) -> None:
        self.shown, self.offset = shown, 0
        self._report, self._progress = report, progress
        self._handle = handle
        self._rest, self._at, self._line = b"", 0, 0
        self._ended = False
        self._failure: OSError | None = None

    def lines(self) -> Iterator[str]:
        """Take line by line, decoded; bytes that are not UTF-8 are reported and replaced."""
        while end := self._reach(bytes.find):
            raw = self._rest[self._at : end]
            self.skip(len(raw), 1)
            yield self._decoded(raw)

    def block(self) -> bytes:
        """Return the whole lines that come next, without taking them; empty at the end."""
        end = self._reach(bytes.rfind)
        return self._rest[self._at : end]

    def skip(self, size: int, lines: int) -> None:
        """Take the first `size` bytes of the block, which are `lines` lines."""
        self.offset += size
        self._at += size
        self._line += lines

    def _reach(self, find: Callable[[bytes, bytes, int, int], int]) -> int:
        """Return where the line, or the last whole line, ends that comes next; 0 at the end."""
        while (end := find(self._rest, b"\n", self._at, self._at + MAX_LINE)) < 0:
            if len(self._rest) - self._at > MAX_LINE:
                message = f"the line is longer than {MAX_LINE:,} bytes"
                problem = Problem("line-too-long", message, self.shown, self._line + 1)
                raise BrokenFileError(problem)
            if self._failure is not None:
                raise cannot_read(self._failure, self.shown) from self._failure
            if self._ended:
                return len(self._rest) if self._at < len(self._rest) else 0
            self._read_on()
        return end + 1

    def _read_on(self) -> None:
        pieces = [self._rest[self._at :]]
        size = 0
        try:
            while size < STEP and not self._ended:
                read = self._read()
                pieces += read
                sizes = list(map(len, read))
                size += sum(sizes)
                self._ended = not any(sizes)
                if self._progress is not None:
                    for told in filter(None, sizes):
                        self._progress(told)
        except OSError as error:
            # The lines before the failure are handed out first.
            self._failure = error
        self._rest, self._at = b"".join(pieces), 0
        if not self.offset:
            _refuse_other_formats(self._rest, self.shown)

    def _read(self) -> list[bytes]:
        """Read some bytes; none at the end."""
        if type(self._handle) is io.BufferedReader:
            return [self._handle.read(STEP)]
        if type(self._handle) is io.BytesIO:
            return self._handle.readlines(STEP)
        # Of other objects only lines are asked, and no longer ones than are allowed.
        return [self._handle.readline(MAX_LINE + 1)]

    def _decoded(self, raw: bytes) -> str:
        encoding = "utf-8-sig" if self._line == 1 else "utf-8"
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            # The decoder counts from behind a byte order mark.
            found = error.object[error.start]
            column = error.start + len(raw) - len(error.object) + 1
            message = f"found byte 0x{found:02x}, which is not UTF-8; allowed is UTF-8"
            hint = "save the file as CSV UTF-8"
            self._report(Problem("not-utf8", message, self.shown, self._line, column, hint=hint))
            return raw.decode(encoding, errors="replace")


@contextmanager
def unchanged(handle: IO[bytes], shown: str) -> Iterator[None]:
    """Refuse an opened file that someone writes while it is read: it may be half of each.

    Raises
    ------
    BrokenFileError
        ``file-changed``.
    """
    before = _written(handle)
    yield
    if _written(handle) != before:
        message = "the file was changed while it was read"
        hint = "read it again when it is complete"
        raise BrokenFileError(Problem("file-changed", message, shown, hint=hint))


def _written(handle: IO[bytes]) -> tuple[int, int] | None:
    """Return how long a file is and when it was written last; None for a pipe or a device."""
    found = os.fstat(handle.fileno())
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def cannot_read(error: OSError, shown: str) -> BrokenFileError:
    """Return the system's error as a problem of the file."""
    reason = error.strerror or type(error).__name__
    return BrokenFileError(Problem("cannot-read", f"cannot read the file: {reason}", shown))


def _refuse_other_formats(start: bytes, shown: str) -> None:
    for signature, name, code, hint in OTHER_FORMATS:
        if start.startswith(signature):
            message = f"found {name}; allowed is CSV in UTF-8"
            raise BrokenFileError(Problem(code, message, shown, 1, 1, hint=hint))
