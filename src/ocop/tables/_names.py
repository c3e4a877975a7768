"""Columns of names: products and assessors in normal form, on one line, no spaces around."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from ocop.tables._cells import Cells, Span
from ocop.tables._problems import Problems
from ocop.tables._rows import describe
from ocop.tables._vocabulary import Keys, Numbers, Spans, hashes
from ocop.text import nfc


def read_names(cells: Cells, name: str, problems: Problems) -> tuple[list[str], NDArray[np.uint64]]:
    """Return the names in a column, and numbers that are equal where names are.

    A name with control characters is reported.
    """
    span = cells.span(problems.at[name])
    lines = cells.lines(span)
    if _are_clean(lines, len(cells)):
        return lines.tobytes().decode().split("\n")[:-1], hashes(cells, span)
    names = [nfc(text).strip() for text in cells.texts(span)]
    for row, text in zip(cells.numbers.tolist(), names, strict=True):
        report_name(text, row, name, problems)
    clean = Cells.of_rows([[text] for text in names], cells.numbers.tolist(), 1, cells.loops)
    return names, hashes(clean, clean.span(0))


def report_name(text: str, row: int, name: str, problems: Problems) -> None:
    """Report a name in the column `name` that has control characters."""
    if not text.isprintable():
        message = f"found control characters in {describe(text)}"
        problems.cell("bad-character", message, row, name)


class Names:
    """Gives every distinct name a number; `names` holds them, by number.

    `blank` is the number of the empty name, -1 where it did not come up; `odd` has the numbers of
    names with control characters.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._spans = Spans()
        self.blank, self.odd = -1, np.empty(0, dtype=np.int64)
        # Where a text is not a name as it stands: by its number, that of the first text of the
        # same name.
        self._name_of: Numbers | None = None
        self._index: dict[str, int] = {}

    def numbers(self, cells: Cells, span: Span, keys: Keys | None) -> Numbers:
        """Return the number of each name; `keys` is what `cells` says of the span."""
        found, new = self._spans.numbers(cells, span, keys)
        if len(new):
            self._learn(cells, (span[0][new], span[1][new]))
        return found if self._name_of is None else self._name_of.take(found)

    def _learn(self, cells: Cells, span: Span) -> None:
        known, lines = len(self.names), cells.lines(span)
        if self._name_of is None and _are_clean(lines, len(span[0])):
            self.names += lines.tobytes().decode().split("\n")[:-1]
            blank = np.flatnonzero(span[0] == span[1])
            self.blank = known + int(blank[0]) if len(blank) else self.blank
            return
        if self._name_of is None:
            self._index = {name: number for number, name in enumerate(self.names)}
            self._name_of = np.arange(known)
        self.names += [nfc(text).strip() for text in cells.texts(span)]
        new = enumerate(self.names[known:], start=known)
        same = [self._index.setdefault(name, number) for number, name in new]
        self._name_of = np.append(self._name_of, np.array(same, dtype=np.int64))
        odd = [n for n, name in enumerate(self.names[known:], known) if not name.isprintable()]
        self.odd = np.append(self.odd, np.array(odd, dtype=np.int64))
        self.blank = self._index.get("", -1)


def _are_clean(lines: NDArray[np.uint8], count: int) -> bool:
    """Say whether `count` lines are names as they stand."""
    raw = lines.tobytes()
    if np.count_nonzero(lines < ord(" ")) != count:
        return False
    if b" " in raw and (raw.startswith(b" ") or b"\n " in raw or b" \n" in raw):
        return False
    if raw.isascii():
        return b"\x7f" not in raw
    # Beside the plain space, no white space is printable.
    text = raw.decode()
    return unicodedata.is_normalized("NFC", text) and text.replace("\n", "").isprintable()
