"""Errors: one family, every problem with its place, all problems of one input at once.

A message says where, what is wrong, what was found, what is allowed and what to do. Codes are
stable kebab-case words: programs match on the code, people read the message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ocop._visible import visible

__all__ = [
    "InputError",
    "LawError",
    "MissingExtraError",
    "NotTranscribedError",
    "OcopError",
    "Problem",
    "ProblemsError",
    "SheetError",
    "UnknownDecisionError",
    "UnknownSetError",
]


MOST_SHOWN = 20
"""Problems that the text of an error lists, so that a traceback stays readable."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place.

    Parameters
    ----------
    code : str
        Stable kebab-case code, such as ``"unknown-key"``.
    message : str
        What is wrong, what was found and what is allowed.
    file : str, optional
        Name of the file as the user gave it.
    line, column : int, optional
        Counted from 1. In a table of sheets, ``line`` is the row (the header is row 1).
    path : str, optional
        Place inside the document (``options[2].points``) or the column of a table.
    hint : str, optional
        What to do about it.
    worksheet : str, optional
        Name of the worksheet of a workbook; ``line`` and ``column`` are then shown as a cell.

    Examples
    --------
    >>> print(Problem("not-a-number", "found 'x', allowed 0 to 4", "tea.csv", 3, 7, "4.1"))
    tea.csv:3:7: 4.1: found 'x', allowed 0 to 4 [not-a-number]
    >>> print(Problem("empty-text", "found nothing", "tea.xlsx", 4, 2, worksheet="Chè 1"))
    tea.xlsx:Chè 1!B4: found nothing [empty-text]
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None
    hint: str | None = None
    worksheet: str | None = None

    def __str__(self) -> str:
        steps: tuple[Any, ...] = (self.file, self.line, self.column)
        if self.worksheet is not None:
            steps = (self.file, *self._in_worksheet())
        place = ":".join(str(x) for x in steps if x is not None)
        head = ": ".join(x for x in (place, self.path) if x)
        text = f"{head}: {self.message}" if head else self.message
        hint = f"; {self.hint}" if self.hint else ""
        # Names of files, worksheets and columns are those of others.
        return visible(f"{text}{hint} [{self.code}]")

    def _in_worksheet(self) -> tuple[str | int | None, int | None]:
        """Return the cell, else the worksheet and the row."""
        if self.line is None or self.column is None:
            return self.worksheet, self.line
        letters, rest = "", self.column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{self.worksheet}!{letters}{self.line}", None

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as a plain dict, without the empty fields.

        Examples
        --------
        >>> Problem("empty-file", "the file is empty", file="tea.csv").to_dict()
        {'code': 'empty-file', 'message': 'the file is empty', 'file': 'tea.csv'}
        """
        names = ("code", "message", "file", "worksheet", "line", "column", "path", "hint")
        return {n: getattr(self, n) for n in names if getattr(self, n) is not None}


class OcopError(Exception):
    """The parent of every error that `ocop` raises on purpose."""


class ProblemsError(OcopError, ValueError):
    """An input with problems, all of them in `problems`; as text it shows the first 20.

    Parameters
    ----------
    problems : iterable of Problem
        At least one; kept in the order given.
    more : int, default 0
        How many further problems were counted but not kept.

    Examples
    --------
    >>> err = ProblemsError([Problem("a", "first"), Problem("b", "second")])
    >>> print(err)
    2 problems:
      first [a]
      second [b]
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.more = more
        super().__init__(self.problems, more)

    def __str__(self) -> str:
        count = len(self.problems) + self.more
        if count == 1:
            return str(self.problems[0])
        shown = self.problems[:MOST_SHOWN]
        lines = [f"{count:,} problems:", *(f"  {p}" for p in shown)]
        if count > len(shown):
            lines.append(f"  ... and {count - len(shown):,} more")
        return "\n".join(lines)


class LawError(ProblemsError):
    """A decision, criteria set or group file has problems."""


class InputError(ProblemsError):
    """A call's arguments do not fit: wrong shape, unknown name, values out of range."""


class SheetError(InputError):
    """Score sheets have problems: unknown criteria, options out of range, mixed cases."""


class UnknownDecisionError(ProblemsError, LookupError):
    """No decision of that id, or none in force on that day."""


class UnknownSetError(ProblemsError, LookupError):
    """The decision has no criteria set of that number or group."""


class NotTranscribedError(UnknownSetError):
    """The decision declares the set, but its criteria are not in the data yet."""


class MissingExtraError(ProblemsError, ImportError):
    """An optional dependency is not installed; the message names the extra."""
