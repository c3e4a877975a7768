"""Files that are written whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ocop.errors import OcopError

__all__ = ["writing", "writing_text"]


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path` that takes its place when all is written.

    Raises
    ------
    OcopError
        Where the file cannot be written.
    """
    target = path.resolve()  # a link stays a link
    beside = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=".ocop-", delete=False
        ) as stream:
            beside = Path(stream.name)
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(target)
    except OSError as error:
        raise OcopError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


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
