"""Writers that do it wrong: each check of a fault must find one of them out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ocop.errors import OcopError


def in_place(path: Path, content: bytes) -> None:
    """Write where the file stands."""
    try:
        with path.open("wb") as stream:
            for low in range(0, len(content), 100):
                stream.write(content[low : low + 100])
    except OSError as error:
        raise OcopError(f"cannot write {path}: {error.strerror}") from error


def beside_and_left(path: Path, content: bytes) -> None:
    """Write beside, but leave what was begun where that fails."""
    beside = path.with_name(".ocop-beside")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise OcopError(f"cannot write {path}: {error.strerror}") from error


def with_its_own_rights(path: Path, content: bytes) -> None:
    """Write whole, but with the rights of a new file, whatever stood there, and over anything."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".ocop-", delete=False) as stream:
        stream.write(content)
    Path(stream.name).chmod(0o644)
    Path(stream.name).replace(path)


NAIVE = (in_place, beside_and_left, with_its_own_rights)
