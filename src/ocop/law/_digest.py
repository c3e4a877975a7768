"""Content digests: the same law gives the same digest, however its files are laid out.

What a decision or a criterion is called among files is not content: a decision with a reform that
is undone, or a copy under another id, has the digest of the start.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

import attrs

from ocop.text import Label

Names = Callable[[type], tuple[str, ...] | None]

CALLED: dict[str, bool] = {"called": True}
"""Metadata of a field that only says what something is called."""


def plain(value: Any, names: Names | None = None) -> Any:
    """Return law objects as plain dicts, lists, strings and numbers.

    `names` says which fields of a class count; all of them by default.
    """
    names = names or _field_names
    kind: Any = type(value)
    if kind is str or kind is int or value is None:
        return value
    if isinstance(value, Label):
        return {"vi": value.vi, "en": value.en}
    fields = names(kind)
    if fields is not None:
        return {name: plain(getattr(value, name), names) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key], names) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [plain(item, names) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Return the names of the fields of an attrs class, None for any other."""
    return tuple(a.name for a in attrs.fields(kind)) if attrs.has(kind) else None


@cache
def _content_names(kind: type) -> tuple[str, ...] | None:
    """Return the names of the fields that are content."""
    if not attrs.has(kind):
        return None
    return tuple(a.name for a in attrs.fields(kind) if "called" not in a.metadata)


def digest_of(value: Any) -> str:
    """Return the SHA-256 of an object's content, as ``sha256:`` and 64 hexadecimal digits."""
    content = plain(value, _content_names)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
