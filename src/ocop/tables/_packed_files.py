"""Packed files as files: their endings, opened with our errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ocop.errors import InputError, OcopError, Problem, SheetError
from ocop.text import quoted

ENDINGS = (".parquet", ".npz")

NO_HEADER = "it was written or changed by another program; write it with ocop pack"
"""What to do about a file without header."""


def ending_of(path: str | Path) -> str:
    """Return the ending of a packed file's name in small letters.

    Raises
    ------
    InputError
        ``unknown-ending``.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        message = f"found the ending {quoted(ending)}, allowed are {' and '.join(ENDINGS)}"
        raise InputError([Problem("unknown-ending", message, str(path))])
    return ending


@contextmanager
def reading(
    path: Path, shown: str, start: bytes, damage: tuple[type[Exception], ...]
) -> Iterator[IO[bytes]]:
    """Open a file that begins with the bytes `start`; `damage` is raised where it is damaged.

    Raises
    ------
    SheetError
        ``cannot-read``, ``not-packed``, ``damaged-file``.
    """
    wrong: tuple[type[Exception], ...] = (OSError, *damage)
    try:
        with path.open("rb") as stream:
            if stream.read(len(start)) != start:
                message = f"the file is not what its ending {path.suffix} says"
                hint = "name it by its kind: .csv, .xlsx, .parquet or .npz"
                raise SheetError([Problem("not-packed", message, shown, hint=hint)])
            stream.seek(0)
            yield stream
    except OcopError:
        raise
    except wrong as error:
        # Libraries raise OSError too where the content is not what they expect.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            message = f"cannot read the file: {error.strerror}"
            raise SheetError([Problem("cannot-read", message, shown)]) from error
        message = "the file is cut short or damaged"
        hint = "copy it again from where it was written"
        raise SheetError([Problem("damaged-file", message, shown, hint=hint)]) from error
