"""Workbooks that are written whole or not at all, the same bytes for the same content."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from ocop._version import __version__
from ocop._visible import visible
from ocop._whole_file import writing
from ocop.errors import InputError, MissingExtraError, Problem
from ocop.text import nfc, quoted

__all__ = [
    "LONGEST_TEXT",
    "Formats",
    "cell_text",
    "check_target",
    "lines_of",
    "new_book",
    "print_on_a4",
    "worksheet_names",
]

_HALF = re.compile("[\ud800-\udfff]")

CREATED = datetime(2026, 1, 1)
"""The date in the properties of every workbook: there is no clock here."""

LONGEST_NAME = 31
LONGEST_TEXT = 32_767
"""Most characters of a cell; a program would cut a longer text without a word."""

FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
LINE = 13.5
"""Height of a line of text, in points."""


def check_target(target: str | Path | IO[bytes]) -> None:
    """Refuse a path that no workbook has."""
    if isinstance(target, str | Path) and Path(target).suffix.lower() != ".xlsx":
        message = f"found the ending {quoted(Path(target).suffix)}, allowed is .xlsx"
        raise InputError([Problem("unknown-ending", message, str(target))])


@contextmanager
def new_book(target: str | Path | IO[bytes], title: str) -> Iterator[Any]:
    """Yield a workbook of xlsxwriter that goes to a path or an open file when it is complete."""
    try:
        import xlsxwriter
    except ImportError as error:
        message, hint = "writing Excel files needs the extra 'excel'", 'pip install "ocop[excel]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error
    raw = BytesIO()
    # Text stays text, whatever it begins with.
    options = {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")}
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **options})
    book.set_properties(
        {"title": nfc(title), "comments": f"ocop {__version__}", "created": CREATED}
    )
    yield book
    book.close()
    if isinstance(target, str | Path):
        with writing(Path(target)) as stream:
            stream.write(raw.getvalue())
    else:
        target.write(raw.getvalue())


class Formats:
    """The cell formats of one workbook, each made when it is first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **look: Any) -> Any:
        """Return the format with this look."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FONT, **look})
        return self._made[key]


def worksheet_names(wanted: Iterable[str], word: str, taken: Iterable[str] = ()) -> list[str]:
    """Return names that a workbook allows: short, without some signs, each once.

    A nameless one is called by `word` and its number.
    """

    def short(text: str, end: str) -> str:
        # Excel counts in units of UTF-16: an emoji is two.
        room = 2 * (LONGEST_NAME - len(end))
        cut = text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore")
        return cut.rstrip(" '") + end

    used = {name.casefold() for name in (*taken, "history")}
    names = []
    for number, text in enumerate(wanted, start=1):
        clean = re.sub(r"[\[\]:*?/\\]", " ", visible(nfc(text))).strip(" '") or f"{word} {number}"
        name, count = short(clean, ""), 1
        while name.casefold() in used:
            count += 1
            name = short(clean, f" ({count})")
        used.add(name.casefold())
        names.append(name)
    return names


def cell_text(text: str) -> str:
    """Return a text as a cell holds it, in normal form; what no cell holds is refused."""
    found = nfc(text)
    if len(found) > LONGEST_TEXT:
        message = f"found a text of {len(found):,} characters, a cell has room for {LONGEST_TEXT:,}"
        raise InputError([Problem("text-too-long", message, hint="shorten it, or write CSV")])
    if not found.isprintable() and _HALF.search(found):
        message = f"found half a character in {quoted(found)}, which no file can hold"
        raise InputError([Problem("bad-character", message)])
    return found


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of that width, wrapped at spaces.

    A word that is wider than the column is broken.
    """
    lines = 0
    for paragraph in text.split("\n"):
        room, lines = 0.0, lines + 1
        for word in paragraph.split(" "):
            if room and room + len(word) > width:
                room, lines = 0.0, lines + 1
            lines += max(0, math.ceil(len(word) / width) - 1)
            room += len(word) + 1
    return lines


def print_on_a4(worksheet: Any, header_row: int, *, landscape: bool, footer: str) -> None:
    """Fit a worksheet to the width of A4, with its header row on every page."""
    worksheet.set_paper(9)
    if landscape:
        worksheet.set_landscape()
    else:
        worksheet.set_portrait()
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(header_row)
    # A space ends the size of letters, so that a name may begin with a digit.
    shown = visible(nfc(footer))[:100].replace("&", "&&")
    worksheet.set_footer(f"&L&8 {shown}&R&8 &P / &N")
