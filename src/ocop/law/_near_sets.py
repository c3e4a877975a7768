"""Sets that may be meant where a name is none: by their slugs, or by the words of their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ocop.text import closest, fold, nfc

if TYPE_CHECKING:
    from ocop.law.decision import DeclaredSet

__all__ = ["near_sets"]

MOST = 5
"""How many may be meant: as many stand under "che" (tea, and what is processed)."""


def near_sets(name: str, declared: Iterable[DeclaredSet]) -> list[str]:
    """Return the product groups that may be meant by a name, at most five, the likeliest first.

    The words of labels are looked for as written, and without accents where none has them so.
    """
    known = list(declared)
    by_fold = {fold(each.group): each.group for each in known}
    near = closest(fold(name), by_fold)
    found = _with_words(name, known, _words) or _with_words(name, known, fold)
    return list(dict.fromkeys([*([by_fold[near]] if near else []), *found]))[:MOST]


def _with_words(name: str, known: Iterable[DeclaredSet], plain: Callable[[str], str]) -> list[str]:
    sought = f" {plain(name)} "
    if not sought.strip():
        return []
    return [
        each.group
        for each in known
        if any(sought in f" {plain(label)} " for label in (each.label.vi, each.label.en))
    ]


def _words(text: str) -> str:
    """Return a text in small letters, with spaces for its punctuation."""
    letters = (letter if letter.isalnum() else " " for letter in nfc(text).casefold())
    return " ".join("".join(letters).split())
