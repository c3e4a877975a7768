"""Checks of names in law files: their form, that they stand once, that they are known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ocop.errors import Problem
from ocop.law._read import Loaded
from ocop.law._yaml import Path
from ocop.text import closest, quoted

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_OF_ID = 200
"""Characters of an id that folders and files are called by; systems take no more than 255."""


def is_id(name: str) -> bool:
    """Say whether a decision can be called so; no other name is looked for in a folder."""
    return len(name) <= MOST_OF_ID and all(_SLUG.fullmatch(piece) for piece in name.split("+"))


def check_slug(file: Loaded[object], path: Path, slug: str) -> Iterator[Problem]:
    """Ids are lower-case ASCII words joined by hyphens, so that they survive every system."""
    if not _SLUG.fullmatch(slug):
        message = f"found {quoted(slug)}, allowed are small letters, digits and single hyphens"
        yield file.problem("bad-id", message, path)


def check_unique(
    file: Loaded[object], path: Path, key: str, values: Sequence[object]
) -> Iterator[Problem]:
    """No two entries of the list at `path` share the same `key`."""
    first: dict[object, int] = {}
    for index, value in enumerate(values):
        if value in first:
            line = file.problem("", "", (*path, first[value], key)).line
            message = f"{quoted(value)} is used twice; the first is on line {line}"
            hint = "rename or remove one of them"
            yield file.problem("duplicate-id", message, (*path, index, key), hint)
        first.setdefault(value, index)


def check_known(
    file: Loaded[object], path: Path, name: str, known: Collection[str], what: str
) -> Iterator[Problem]:
    """Check that the name refers to something that exists."""
    if name not in known:
        near = closest(name, known)
        hint = f"did you mean {quoted(near)}?" if near else None
        yield file.problem("unknown-reference", f"there is no {what} {quoted(name)}", path, hint)
