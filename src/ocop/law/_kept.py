"""Keeps what sound files were read as, by their bytes: the same content is read only once.

A file is known by what stands in it, never by its name or its time, so an edited file is always
read anew. Nothing of a file with problems is kept: its messages name the file.
"""

from __future__ import annotations

import hashlib
from threading import Lock

__all__ = ["MOST_BYTES", "Kept"]

MOST_BYTES = 4 * 1_048_576
"""Five times all shipped files, or four files of the largest size."""


class Kept:
    """Objects by the SHA-256 of the bytes they were read from; safe with threads.

    Together the bytes are at most `most`; what was not asked for the longest time goes first.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.size = 0
        self._lock = Lock()
        self._found: dict[bytes, tuple[object, int]] = {}

    def get(self, raw: bytes) -> object | None:
        """Return what was kept for these bytes, None where nothing was."""
        key = hashlib.sha256(raw).digest()
        with self._lock:
            entry = self._found.pop(key, None)
            if entry is None:
                return None
            self._found[key] = entry
            return entry[0]

    def keep(self, raw: bytes, value: object) -> None:
        """Keep a frozen object that was read from these bytes."""
        key = hashlib.sha256(raw).digest()
        with self._lock:
            if key in self._found or len(raw) > self.most:
                return
            self._found[key] = (value, len(raw))
            self.size += len(raw)
            while self.size > self.most:
                _, size = self._found.pop(next(iter(self._found)))
                self.size -= size
