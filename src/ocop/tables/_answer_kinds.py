"""Answers as people write them: the position of an option, its label, or its points."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import frozen

from ocop.errors import Problem
from ocop.law.model import Criterion
from ocop.scoring._sheet_checks import NONE_MET, UNANSWERED
from ocop.tables._answers import ODD, wrong_position
from ocop.tables._rows import describe
from ocop.text import Label, closest, nfc, quoted
from ocop.types import Lang

__all__ = ["AnswerKind", "Lookup", "key", "list_entry", "lookup"]

AnswerKind = Literal["positions", "labels", "points"]
"""What answers are: positions of options from 1, their labels, or their points."""

_LANGS: tuple[Lang, ...] = ("vi", "en")
_NONE = Label("Không đạt mức nào", "None met")
_NUMBERED = re.compile(r"([0-9]{1,3})(\s*[-–—:)]|\.(?![0-9]))\s*\S")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_WHOLE = re.compile(r"0*([0-9]{1,3})(\.0+)?")


def list_entry(criterion: Criterion, position: int, lang: Lang) -> str:
    """Return an option as lists show it, such as ``2 - Label``; 0 is none met."""
    label = criterion.options[position - 1].label if position else _NONE
    return nfc(f"{position} - {label[lang]}")


@frozen(eq=False, kw_only=True)
class Lookup:
    """The answers to one criterion by their texts.

    `found` holds the positions that each text fits, mostly one. Positions stand in it as they are
    to be written, labels and points as `key` makes them.
    """

    criterion: Criterion
    kind: AnswerKind
    found: Mapping[str, Sequence[int]]

    def value(self, text: str) -> int:
        """Return the stored answer, `UNANSWERED` for an empty text, `ODD` for a wrong one."""
        if not text.strip():
            return UNANSWERED
        fits = self._fits(text)
        return fits[0] if len(fits) == 1 else ODD

    def fault(self, text: str) -> Problem:
        """Return what is wrong with a text, without its place."""
        cell, size = nfc(text).strip(), len(self.criterion.options)
        fits, found = self._fits(text), f"found {describe(cell)}"
        if fits:
            which = " and ".join(map(str, fits))
            hint = "write which one by its position"
            if self.kind == "points":
                hint = "points cannot tell them apart: write labels or positions"
            message = f"{found}, which fits the options {which}"
            return Problem("ambiguous-answer", message, hint=hint)
        wrong = wrong_position(cell, size)
        if self.kind == "positions" or wrong.code == "several-answers":
            return wrong
        if self.kind == "points":
            points = sorted({0, *(option.points for option in self.criterion.options)})
            allowed = f"allowed are the points {', '.join(map(str, points))}, or empty"
            return Problem("unknown-option", f"{found}, {allowed}")
        return wrong if _INTEGER.fullmatch(cell) else self._unknown_label(cell)

    def _fits(self, text: str) -> Sequence[int]:
        name = text.strip()
        return self.found.get(name if self.kind == "positions" else key(name), ())

    def _unknown_label(self, cell: str) -> Problem:
        options, hint = self.criterion.options, "copy the label, or write its position"
        found, size = f"found {describe(cell)}", len(options)
        numbered = _NUMBERED.match(cell)
        if numbered and 1 <= int(numbered[1]) <= size:
            label = options[int(numbered[1]) - 1].label
            message = f"{found}, but option {int(numbered[1])} is {quoted(label.vi, 120)}"
            return Problem("unknown-option", message, hint=hint)
        labels = [option.label[lang] for option in options for lang in _LANGS]
        known = {key(label): label for label in labels}
        near = closest(key(cell), known)
        if near:
            hint = f"did you mean {quoted(known[near], 120)}?"
        message = f"{found}, allowed are 0 to {size}, a label of an option, or empty"
        return Problem("unknown-option", message, hint=hint)


def lookup(criterion: Criterion, kind: AnswerKind) -> Lookup:
    """Return the answers to a criterion by their texts.

    Labels are those of either language, alone or as `list_entry` shows them; among labels a
    position stands for itself. Points of 0 are the option that has them, where there is one, else
    none met: the score is the same.
    """
    found: dict[str, list[int]] = {}

    def add(text: str, position: int) -> None:
        fits = found.setdefault(key(text), [])
        if position not in fits:
            fits.append(position)

    positions = range(1, len(criterion.options) + 1)
    if kind == "points":
        for position in positions:
            add(str(criterion.options[position - 1].points), position)
        found.setdefault("0", [NONE_MET])
        return Lookup(criterion=criterion, kind=kind, found=found)
    for lang in _LANGS if kind == "labels" else ():
        for position in (NONE_MET, *positions):
            entry = list_entry(criterion, position, lang)
            add(entry, position)
            add(entry.partition(" - ")[2], position)
    for position in (NONE_MET, *positions):
        # A label that is a number stands before the position of that number.
        found.setdefault(str(position), [position])
    return Lookup(criterion=criterion, kind=kind, found=found)


def key(text: str) -> str:
    """Return a text as lookups compare it: one form for letters, case, spaces and numbers."""
    whole = _WHOLE.fullmatch(text)
    if whole:
        return str(int(whole[1]))
    return " ".join(nfc(text).casefold().split())
