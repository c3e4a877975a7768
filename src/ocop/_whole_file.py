"""Files that are written whole or not at all.

What is written stands beside its place, under a name that begins with ``.ocop-``, is brought to the
disk, and then takes its place in one step. Whoever reads finds the file of before or the new one;
of two who write at once the last one stays, whole. An error or an interrupt removes what was begun.
A process that is killed leaves it there, which does no harm. After a loss of power the file of
before may be there again, never half of one.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from ocop.errors import OcopError

__all__ = [
    "bring_to_disk",
    "cannot_write",
    "place_beside",
    "real_path",
    "take_over",
    "writing",
    "writing_text",
]

UNKNOWN = (errno.EINVAL, errno.ENOTSUP)
"""What file systems say that cannot be told to bring a file to the disk."""


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path` that takes its place when all is written.

    The rights of a file that is replaced stay, its owner where the system allows it. A file that
    may not be written is not replaced either.

    Raises
    ------
    OcopError
        Where the file cannot be written.
    """
    try:
        target = real_path(path)
        before = _replaceable(target)
        beside = place_beside(target)
        # What is written over a secret is secret from its first byte on.
        opener = partial(os.open, mode=0o666 if before is None else 0o600)
        try:
            with open(beside, "x+b", opener=opener) as stream:
                yield stream
                stream.flush()
                if before is not None:
                    take_over(beside, before)
                bring_to_disk(stream)
            beside.replace(target)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


@contextmanager
def writing_text(path: Path) -> Iterator[IO[str]]:
    """Yield the same for text in UTF-8, line ends as they are written."""
    with writing(path) as stream:
        raw: Any = stream
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        try:
            yield text
        finally:
            text.detach()


def cannot_write(path: object, error: OSError) -> OcopError:
    """Return the system's error as ours."""
    return OcopError(f"cannot write {path}: {error.strerror or error}")


def real_path(path: str | Path) -> Path:
    """Return where a path leads: a link stays a link, what it leads to is replaced."""
    try:
        return Path(os.path.realpath(path))
    except ValueError as error:  # a null character, or half of a surrogate pair
        raise OSError(errno.EINVAL, f"no such name can be: {error}") from error


def place_beside(target: Path) -> Path:
    """Return a name beside `target` that nobody else has."""
    return target.with_name(f".ocop-{os.urandom(8).hex()}")


def bring_to_disk(stream: IO[Any]) -> None:
    """Wait until the system has written what was flushed; it may fail only now."""
    try:
        os.fsync(stream.fileno())
    except OSError as error:
        if error.errno not in UNKNOWN:
            raise


def take_over(made: Path, before: os.stat_result) -> None:
    """Give what was made the owner and the rights of what it replaces, as far as they can be."""
    if hasattr(os, "chown"):
        # One who may not give a file away may still know its group.
        for uid, gid in ((-1, before.st_gid), (before.st_uid, -1)):
            with suppress(OSError):
                os.chown(made, uid, gid)
        with suppress(OSError):
            made.chmod(stat.S_IMODE(before.st_mode))


def _replaceable(target: Path) -> os.stat_result | None:
    """Return what is known of the file that is replaced, None where there is none."""
    try:
        before = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(before.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, allowed is a file")
    # A file that its owner has closed to writers would be replaced all the same: ask first.
    os.close(os.open(target, os.O_WRONLY))
    return before
