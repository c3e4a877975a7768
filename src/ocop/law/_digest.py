"""Content digests: the same law gives the same digest, however its files are laid out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import attrs

from ocop.text import Label


def plain(value: Any) -> Any:
    """Return law objects as plain dicts, lists, strings and numbers."""
    kind: Any = type(value)
    if kind is str or kind is int or value is None:
        return value
    if isinstance(value, Label):
        return {"vi": value.vi, "en": value.en}
    names = _field_names(kind)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Return the names of the fields of an attrs class, None for any other."""
    return tuple(a.name for a in attrs.fields(kind)) if attrs.has(kind) else None


def digest_of(value: Any) -> str:
    """Return the SHA-256 of an object's content, as ``sha256:`` and 64 hexadecimal digits."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
