"""Reads a few criteria out of a decision's files, so that one set loads without all the others.

The shipped files begin every criterion with the same line, so they can be cut without being read.
Files of another layout, and files with any problem, are left to the reader of whole files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ocop.law._exact import exact
from ocop.law._plain_values import UnsoundError
from ocop.law._yaml import read
from ocop.law.model import Criterion

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_FIRST_LINE = re.compile(rb'\n  - id: "([a-z0-9-]+)"(?=\n)')


class FewCriteria:
    """The criteria of a folder of criteria files, each read when it is first asked for."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._read: dict[str, Criterion] = {}

    @cached_property
    def _pieces(self) -> Mapping[str, bytes]:
        """The text of each criterion by its id."""
        found: dict[str, bytes] = {}
        for file in self._folder.iterdir():
            if file.name.endswith(".yaml"):
                _, *parts = _FIRST_LINE.split(file.read_bytes())
                for name, text in zip(parts[::2], parts[1::2], strict=True):
                    found[name.decode()] = b'  - id: "' + name + b'"' + text
        return found

    def named(self, ids: Collection[str]) -> Mapping[str, Criterion] | None:
        """Return at least the criteria with these ids, None where one cannot be read alone."""
        missing = [name for name in dict.fromkeys(ids) if name not in self._read]
        if any(name not in self._pieces for name in missing):
            return None
        if missing:
            doc = read(b"\n".join(self._pieces[name] for name in missing), "")
            try:
                criteria = exact(tuple[Criterion, ...], doc.data)
            except UnsoundError:
                return None
            if doc.problems or [criterion.id for criterion in criteria] != missing:
                return None
            self._read |= {criterion.id: criterion for criterion in criteria}
        return self._read
