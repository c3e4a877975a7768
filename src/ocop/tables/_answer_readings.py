"""What the text of an answer means: a position, a printed label, or points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

from ocop.law.model import Criterion
from ocop.scoring._sheet_checks import NONE_MET, UNANSWERED
from ocop.tables._answers import ODD, answer_value, report_answer
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.text import closest, nfc, quoted

AnswersAs = Literal["positions", "labels", "points"]
"""What answers are written as."""


class Reading(Protocol):
    """Understands the text of answers."""

    def value(self, criterion: Criterion, text: str) -> int:
        """Return the stored answer, `UNANSWERED` for an empty text, `ODD` for a wrong one."""

    def report(
        self, problems: Problems, text: str, criterion: Criterion, row: int, name: str, code: str
    ) -> None:
        """Report a wrong text in the column `name`."""


class Positions:
    """Answers are positions of options from 1, 0 for none met."""

    def value(self, criterion: Criterion, text: str) -> int:
        """Return the stored answer, or `ODD`."""
        found = answer_value(text)
        return found if found <= len(criterion.options) or found == UNANSWERED else ODD

    def report(
        self, problems: Problems, text: str, criterion: Criterion, row: int, name: str, code: str
    ) -> None:
        """Report a wrong text in the column `name`."""
        report_answer(problems, text, len(criterion.options), row, name, code)


class Points:
    """Answers are the points of options; 0 is none met where no option has 0 points."""

    def value(self, criterion: Criterion, text: str) -> int:
        """Return the stored answer, or `ODD` where several options have these points or none."""
        found = answer_value(text)
        if found in (UNANSWERED, ODD):
            return found
        options = _of_points(criterion, found)
        if not options and found == 0:
            return NONE_MET
        return options[0] if len(options) == 1 else ODD

    def report(
        self, problems: Problems, text: str, criterion: Criterion, row: int, name: str, code: str
    ) -> None:
        """Report a wrong text in the column `name`."""
        cell, found = describe(text.strip()), answer_value(text)
        options = _of_points(criterion, found)
        if len(options) > 1:
            message = f"found {cell}, the points of the options {_listed(options)}"
            hint = "several options have these points: write positions or labels"
            problems.cell("ambiguous-answer", message, row, name, hint, code)
            return
        allowed = sorted({0, *(option.points for option in criterion.options)})
        message = f"found {cell}, allowed are the points {_listed(allowed)} or empty"
        problems.cell("unknown-answer", message, row, name, None, code)


class Labels:
    """Answers are printed labels, Vietnamese or English; 0 is none met."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Criterion, dict[str, list[int]]]] = {}

    def value(self, criterion: Criterion, text: str) -> int:
        """Return the stored answer, or `ODD` where several options have this label or none."""
        label = _folded(text)
        if not label:
            return UNANSWERED
        options = self._labels(criterion).get(label, [])
        if not options and label == "0":
            return NONE_MET
        return options[0] if len(options) == 1 else ODD

    def report(
        self, problems: Problems, text: str, criterion: Criterion, row: int, name: str, code: str
    ) -> None:
        """Report a wrong text in the column `name`."""
        cell, labels = describe(text.strip()), self._labels(criterion)
        options = labels.get(_folded(text), [])
        if len(options) > 1:
            message = f"found {cell}, the label of the options {_listed(options)}"
            told = "several options have this label: write positions"
            problems.cell("ambiguous-answer", message, row, name, told, code)
            return
        allowed = ", ".join(quoted(option.label.vi, 40) for option in criterion.options)
        near = closest(_folded(text), labels)
        hint = f"did you mean option {labels[near][0]}, {quoted(near)}?" if near else None
        message = f"found {cell}, allowed are {allowed}, their labels in English, 0 or empty"
        problems.cell("unknown-answer", message, row, name, hint, code)

    def _labels(self, criterion: Criterion) -> dict[str, list[int]]:
        """Return the positions of options by folded label."""
        if id(criterion) not in self._known:
            found: dict[str, list[int]] = {}
            for position, option in enumerate(criterion.options, start=1):
                for label in {_folded(option.label.vi), _folded(option.label.en)}:
                    found.setdefault(label, []).append(position)
            # The criterion is kept too, so that its id is not that of another one later.
            self._known[id(criterion)] = criterion, found
        return self._known[id(criterion)][1]


POSITIONS = Positions()


def _of_points(criterion: Criterion, points: int) -> list[int]:
    options = enumerate(criterion.options, start=1)
    return [position for position, option in options if option.points == points]


def _folded(text: str) -> str:
    return " ".join(nfc(text).casefold().split())


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
