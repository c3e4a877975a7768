"""What can still be checked of a file where some entries of a list have the wrong shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from ocop.errors import Problem
from ocop.law._document import Document
from ocop.law._exact import exact
from ocop.law._plain_values import UnsoundError

__all__ = ["by_place", "sound_entries", "text_of"]

T = TypeVar("T")


def sound_entries(
    doc: Document, key: str, kind: type[T], instead: T
) -> tuple[tuple[T, ...], set[int]]:
    """Return the entries of a list, `instead` for those of unsound shape, and where these stand."""
    given = doc.data.get(key)
    entries: list[T] = []
    unsound = set()
    for n, plain in enumerate(given if isinstance(given, list) else ()):
        try:
            entries.append(exact(kind, plain))
        except UnsoundError:
            entries.append(instead)
            unsound.add(n)
    return tuple(entries), unsound


def text_of(doc: Document, key: str) -> str | None:
    """Return what stands at a key, where it is text."""
    found: Any = doc.data.get(key)
    return found if isinstance(found, str) and found.strip() else None


def by_place(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in the order of their places in the file."""
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
