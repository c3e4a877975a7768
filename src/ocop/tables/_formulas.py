"""Texts that a spreadsheet would run as a formula where it opens a CSV file.

An apostrophe in front keeps such a text a text, in Excel and in LibreOffice. Plain numbers with a
sign, such as telephone numbers, are no danger and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ocop.text import number_of

SIGNS = "=+@＝＋－＠-"
"""What a formula begins with, also in full width."""

BREAKS = "\t\r\n;"
"""Where a spreadsheet that takes another sign for the comma begins a new cell."""

SPACES = " \u00a0\u2009\u200b\u3000\ufeff"
"""What may stand before it, seen or not."""

CELL_END = "\0"
"""Stands between cells that are searched together."""

_PIECES = re.compile(f"([{BREAKS}])")
_PLAIN = re.compile(r"[-+]([0-9]+([.,][0-9]+)?([eE][-+]?[0-9]+)?)?\s*")
_AFTER_SPACE = re.compile(f"[{CELL_END}{BREAKS}][{SPACES}]+[{SIGNS}]")
_SUSPECT = re.compile(f"^[{SPACES}{SIGNS}]|[{BREAKS}]")


def may_hold_formulas(together: str) -> bool:
    """Say whether any of the cells, each behind a `CELL_END`, may be read as a formula."""
    # Substrings are found far faster than a pattern: most columns have none of these.
    if "\t" in together or "\r" in together or "\n" in together:
        return True
    signs = [sign for sign in SIGNS if sign in together]
    starts = (CELL_END, ";") if ";" in together else (CELL_END,)
    if any(start + sign in together for sign in signs for start in starts):
        return True
    spaces = [space for space in SPACES if space in together] if signs else []
    if not any(start + space in together for space in spaces for start in starts):
        return False
    return _AFTER_SPACE.search(together) is not None


def without_formula(text: str) -> str:
    """Return a text with an apostrophe where a spreadsheet would begin a formula.

    Examples
    --------
    >>> without_formula("=HYPERLINK(1)"), without_formula("+84912345678"), without_formula("a;=b")
    ("'=HYPERLINK(1)", '+84912345678', "a;'=b")
    """
    pieces = _PIECES.split(text)
    for n in range(0, len(pieces), 2):
        start = pieces[n].lstrip(SPACES)
        if start[:1] and start[0] in SIGNS and not _PLAIN.fullmatch(start):
            pieces[n] = f"'{pieces[n]}"
    found = "".join(pieces)
    return f"'{found}" if found[:1] and found[0] in BREAKS[:3] else found


def with_formula(text: str) -> str:
    """Return the text in whose place `without_formula` wrote another.

    Examples
    --------
    >>> with_formula("'=HYPERLINK(1)"), with_formula("'tis"), with_formula("a;'=b")
    ('=HYPERLINK(1)', "'tis", 'a;=b')
    """
    begun = text[1:] if text[:1] == "'" and text[1:2] in tuple(BREAKS[:3]) else text
    pieces = (
        piece[1:] if piece.startswith("'") and without_formula(piece[1:]) == piece else piece
        for piece in _PIECES.split(begun)
    )
    found = "".join(pieces)
    return found if without_formula(found) == text else text


def is_guarded(text: str) -> bool:
    """Say whether a text was written here in place of another, which began like a formula."""
    return text.startswith("'") and without_formula(text[1:]) != text[1:]


def note_on_formulas(counts: Mapping[str, int]) -> str:
    """Return what people are told of the cells that were changed, by column.

    Examples
    --------
    >>> note_on_formulas({"product": 2, "name": 0})[:45]
    'note: 2 cells (product) begin like formulas a'
    """
    cells = number_of(sum(counts.values()), "cell")
    names = ", ".join(name for name, count in counts.items() if count)
    return (
        f"note: {cells} ({names}) begin like formulas and got an apostrophe (') in front, so that "
        "no spreadsheet runs them; JSON and NDJSON keep them as they are"
    )


def guarded(cells: Sequence[str]) -> tuple[list[str], int]:
    """Return cells without formulas, and how many of them were changed."""
    safe = [without_formula(cell) if _SUSPECT.search(cell) else cell for cell in cells]
    return safe, sum(one != other for one, other in zip(cells, safe, strict=True))
