"""Text in two languages: labels, comparison without accents, suggestions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ocop.errors import InputError, Problem
from ocop.types import Lang

__all__ = ["Label", "check_lang", "closest", "fold", "nfc", "number_of", "quoted"]


_LONG = 256
"""Shorter texts are brought into a normal form at once, whatever they hold."""

_MARKS = re.compile(r"([^\w\s\x00-\x7f]{31,})")
"""More marks in a row than any language puts on a letter; also rows of other signs."""


@dataclass(frozen=True, slots=True)
class Label:
    """A short text in Vietnamese and English.

    Examples
    --------
    >>> label = Label("Chè", "Tea")
    >>> label["en"]
    'Tea'
    """

    vi: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.vi if lang == "vi" else self.en


def check_lang(lang: str) -> None:
    """Refuse a language that texts are not written in.

    Raises
    ------
    InputError
        ``unknown-language``.
    """
    if lang not in ("vi", "en"):
        message = f"found {quoted(lang)}, allowed are vi, en"
        raise InputError([Problem("unknown-language", message, path="lang")])


def nfc(text: str) -> str:
    r"""Return `text` in Unicode normal form C, in which Vietnamese letters are one character.

    Examples
    --------
    >>> len(nfc("e\u0323\u0302"))
    1
    """
    return _normal("NFC", text)


def _normal(form: Literal["NFC", "NFD"], text: str) -> str:
    """Return a normal form; marks that stand in a long row, as in no language, stay as they are."""
    if len(text) > _LONG and (pieces := _MARKS.split(text))[1:]:
        # Python sorts a row of marks in a time that grows with its square.
        pieces[::2] = [unicodedata.normalize(form, piece) for piece in pieces[::2]]
        return "".join(pieces)
    return unicodedata.normalize(form, text)


def fold(text: str) -> str:
    """Return `text` without accents, case and punctuation, for searching and comparing.

    Examples
    --------
    >>> fold("Điểm du lịch: Chè Shan Tuyết")
    'diem du lich che shan tuyet'
    """
    text = _normal("NFD", text.casefold().replace("đ", "d"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text).strip()


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to `word`, or None where nothing is near.

    Examples
    --------
    >>> closest("ponits", ["points", "label"])
    'points'
    """
    # Loaded late: only messages about misspelt words need it.
    import difflib

    found = difflib.get_close_matches(word, list(known), n=1)
    return found[0] if found else None


def number_of(count: int, noun: str) -> str:
    """Return a number with its English noun.

    Examples
    --------
    >>> number_of(1, "product"), number_of(1200, "product"), number_of(30, "criterion")
    ('1 product', '1,200 products', '30 criteria')
    """
    many = "criteria" if noun == "criterion" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"


def quoted(value: object, limit: int = 60) -> str:
    """Return `value` as a message shows it: quoted, on one line, cut where it is long.

    Examples
    --------
    >>> quoted("a" * 100, limit=10)
    "'aaaaaaa...'"
    """
    try:
        text = value if isinstance(value, str) else str(value)
    except ValueError:
        # Python writes no number of more than some thousand digits.
        text = "a number of too many digits"
    if len(text) > limit:
        text = text[: limit - 3] + "..."
    return repr(text) if isinstance(value, str) else text
