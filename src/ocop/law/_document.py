"""A file as plain values, and where in the file every one of them stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ocop.errors import Problem
from ocop.text import quoted

__all__ = ["Document", "Path", "Places", "show"]

Path = tuple[str | int, ...]

Places = dict[Path, tuple[int, int]]


def _nowhere() -> tuple[Places, Places]:
    """Return the places of values that stand in no file."""
    return {}, {}


@dataclass(eq=False, repr=False)
class Document:
    """A YAML file as plain values, with the line and column of every value and key.

    Places are needed only to tell a problem, so a file without any is not searched for them:
    `find` does so when the first place is asked for.
    """

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    find: Callable[[], tuple[Places, Places]] = field(default=_nowhere)

    @cached_property
    def _places(self) -> tuple[Places, Places]:
        return self.find()

    @property
    def marks(self) -> Places:
        """The (line, column) of the value at each path, counted from 1."""
        return self._places[0]

    @property
    def keys(self) -> Places:
        """The (line, column) of the key at each path, counted from 1."""
        return self._places[1]

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        hint: str | None = None,
        *,
        of_key: bool = False,
    ) -> Problem:
        """Return a problem placed at `path`, or at the nearest parent that stands in the file."""
        at: Path = path
        while at not in self.marks and at:
            at = at[:-1]
        line, column = (self.keys if of_key else self.marks).get(at, (1, 1))
        return Problem(code, message, self.file, line, column, show(path) or None, hint)


def show(path: Path) -> str:
    """Return a path as people write it: ``parts[0].sections[1].code``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[\w-]+", step):
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text
