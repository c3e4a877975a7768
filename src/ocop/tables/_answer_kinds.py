"""Answers as people write them: the position of an option, its label, or its points."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.model import Criterion
from ocop.scoring._sheet_checks import NONE_MET, UNANSWERED
from ocop.text import Label, closest, nfc, quoted
from ocop.types import Lang

__all__ = ["AMBIGUOUS", "NO_OPTION", "AnswerKind", "Lookup", "key", "list_entry", "lookup"]

AnswerKind = Literal["positions", "labels", "points"]
"""What answers are: positions of options from 1, their labels, or their points."""

NO_OPTION = 254
"""In a table of positions: no option fits."""

AMBIGUOUS = 253
"""In a table of positions: several options fit."""

_LANGS: tuple[Lang, ...] = ("vi", "en")
_NONE = Label("Không đạt mức nào", "None met")
_NUMBERED = re.compile(r"([0-9]{1,3})(\s*[-–—:)]|\.(?![0-9]))\s*\S")
_SEVERAL = re.compile(r"[0-9]+(\s*[;,/&+]\s*[0-9]+)+")
_WHOLE = re.compile(r"0*([0-9]{1,3})(\.0+)?")


def list_entry(criterion: Criterion, position: int, lang: Lang) -> str:
    """Return an option as lists show it, such as ``2 - Label``; 0 is none met."""
    label = criterion.options[position - 1].label if position else _NONE
    return nfc(f"{position} - {label[lang]}")


@frozen(eq=False, kw_only=True)
class Lookup:
    """The answers to one criterion by their texts.

    `found` holds the positions that each text fits, mostly one; texts are as `key` makes them.
    """

    criterion: Criterion
    kind: AnswerKind
    found: Mapping[str, Sequence[int]]

    def find(self, text: str) -> int | Problem:
        """Return the stored answer that a cell means, or what is wrong with it, without a place.

        Empty is `UNANSWERED`, 0 is none met.
        """
        cell = nfc(text).strip()
        if not cell:
            return UNANSWERED
        fits = self.found.get(key(cell), ())
        if len(fits) == 1:
            return fits[0]
        if fits:
            which = " and ".join(map(str, fits))
            message = f"found {quoted(cell, 30)}, which fits the options {which}"
            return Problem("ambiguous-answer", message, hint="write which one by its position")
        return self._unknown(cell)

    def _unknown(self, cell: str) -> Problem:
        found, size = f"found {quoted(cell, 30)}", len(self.criterion.options)
        if _SEVERAL.fullmatch(cell):
            return Problem("several-answers", f"{found}, allowed is one answer", hint="keep one")
        if self.kind == "points":
            points = sorted({0, *(option.points for option in self.criterion.options)})
            allowed = f"allowed are the points {', '.join(map(str, points))}, or empty"
            return Problem("unknown-option", f"{found}, {allowed}")
        if re.fullmatch(r"[+-]?[0-9]+", cell):
            return Problem("option-out-of-range", f"{found}, allowed are 0 to {size} or empty")
        if self.kind == "positions":
            return Problem("not-a-whole-number", f"{found}, allowed are 0 to {size} or empty")
        numbered = _NUMBERED.match(cell)
        if numbered and 1 <= int(numbered[1]) <= size:
            label = self.criterion.options[int(numbered[1]) - 1].label
            message = f"{found}, but option {int(numbered[1])} is {quoted(label.vi, 120)}"
            return Problem("unknown-option", message, hint="choose it from the list again")
        known = {key(option.label.vi): option.label.vi for option in self.criterion.options}
        near = closest(key(cell), known)
        hint = f"did you mean {quoted(known[near], 120)}?" if near else "choose one from the list"
        message = f"{found}, allowed are 0 to {size}, a label of an option, or empty"
        return Problem("unknown-option", message, hint=hint)

    def by_number(self) -> NDArray[np.uint8]:
        """Return the stored answer for each whole number from 0 to 255.

        It is `NO_OPTION` where no option fits and `AMBIGUOUS` where several do; 255 is unanswered.
        """
        table = np.full(256, NO_OPTION, dtype=np.uint8)
        for text, fits in self.found.items():
            if text.isdigit() and int(text) < AMBIGUOUS:
                table[int(text)] = fits[0] if len(fits) == 1 else AMBIGUOUS
        table[UNANSWERED] = UNANSWERED
        return table


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
