"""Where compiled code is kept: never in the way, and never another function's.

numba keeps code in files of numbered names, and an index that says which number is what. Two
processes that compile at the same time may give one number to two things, a process that is
killed may leave a number that means something older, and a full disk or a damaged file stops the
work. Here a file's name says what it holds, and what cannot be kept or read is compiled again.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from numba.core import caching

__all__ = ["Cache"]

_numba: Any = caching


class _File(_numba.IndexDataCacheFile):  # type: ignore[misc]  # numba has no types
    def save(self, key: Any, data: Any) -> None:
        """Write the code before the index that names it."""
        named = hashlib.sha256(repr((self._source_stamp, key)).encode()).hexdigest()
        name = f"{self._index_name.removesuffix('.nbi')}.{named[:16]}.nbc"
        self._save_data(name, data)
        self._save_index({**self._kept(), key: name})

    def load(self, key: Any) -> Any:
        """Return what was kept, None where that is nothing whole."""
        with suppress(Exception):  # damaged files fail in many ways
            return super().load(key)
        return None

    def _kept(self) -> dict[Any, str]:
        with suppress(Exception):
            return dict(self._load_index())
        return {}


class Cache(_numba.FunctionCache):  # type: ignore[misc]  # numba has no types
    """The cache of one function."""

    _cache_file: Any

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        kept = self._cache_file
        self._cache_file = _File(
            cache_path=self._cache_path,
            filename_base=kept._index_name.removesuffix(".nbi"),
            source_stamp=kept._source_stamp,
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return kept code, None where it is not there or cannot be taken."""
        with suppress(Exception):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep code where there is room for it."""
        with suppress(OSError):
            super().save_overload(sig, data)
