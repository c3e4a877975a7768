"""Rows of a CSV file from columns: the text that `csv.writer` gives, a column at a time.

Everything that the command line writes as CSV goes through `CsvText`, which lets no text begin
like a formula.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import Factory, define

from ocop.tables._formulas import CELL_END, guarded, may_hold_formulas, note_on_formulas

HEADER = "the header"
"""What the note on formulas calls the names of columns."""

Changed = Callable[[int, int], None]
"""Told of a column, by its number, and how many of its cells were changed."""


@define
class CsvText:
    """Writes a file in pieces, and counts by column what it did not write as it was."""

    changed: Counter[str] = Factory(Counter)

    def head(self, names: Iterable[str]) -> str:
        """Return the row of names."""
        safe, count = guarded(list(names))
        self.changed[HEADER] += count
        return _written([safe])

    def rows(self, columns: Mapping[str, Sequence[Any]]) -> str:
        """Return rows, given by column."""
        names = list(columns)

        def changed(number: int, count: int) -> None:
            self.changed[names[number]] += count

        return rows_text(list(columns.values()), changed)

    def note(self) -> str | None:
        """Return what people are to be told, None where every cell is as it was."""
        return note_on_formulas(self.changed) if self.changed.total() else None


def rows_text(columns: Sequence[Sequence[Any]], changed: Changed | None = None) -> str:
    r"""Return rows as ``csv.writer(lineterminator="\n")`` writes them, given by column.

    What a cell's text is, and whether a column needs quotation marks at all, is asked once for a
    whole column. Texts stay as they are where nobody is told what `changed`.

    Examples
    --------
    >>> rows_text([[1, 2], ["Chè", "Chè, loại A"], [None, 5]])
    '1,Chè,\n2,"Chè, loại A",5\n'
    """
    if len(columns) < 2:
        # A row of one empty cell is written in quotation marks, so that it is not a blank line.
        safe = [_safe(column, number, changed) for number, column in enumerate(columns)]
        return _written(zip(*safe, strict=True))
    texts = [_texts(column, number, changed) for number, column in enumerate(columns)]
    lines = list(map(",".join, zip(*texts, strict=True)))
    return "\n".join([*lines, ""])


def _texts(column: Sequence[Any], number: int, changed: Changed | None) -> Sequence[str]:
    """Return the text of each cell, in quotation marks where it needs them."""
    kinds = set(map(type, column))
    if kinds <= {str}:
        return _quoted(column, number, changed)
    if kinds <= {int, type(None)}:
        known = set(column)
        if 2 * len(known) > len(column):
            return ["" if value is None else str(value) for value in column]
        table = {value: "" if value is None else str(value) for value in known}
        return list(map(table.__getitem__, column))
    quoted = changed is not None
    return [_text(value, quoted=quoted) for value in _safe(column, number, changed)]


def _text(value: Any, *, quoted: bool) -> str:
    if quoted and isinstance(value, str) and "\r" in value:
        return '"' + value.replace('"', '""') + '"'
    return _written([(value, "")])[:-2]


def _quoted(texts: Sequence[str], number: int, changed: Changed | None) -> Sequence[str]:
    together = CELL_END + CELL_END.join(texts)
    if changed is not None and may_hold_formulas(together):
        texts, count = guarded(texts)
        changed(number, count)
    if "\r" in together and changed is None:
        # Whether a carriage return needs quotation marks differs between Pythons.
        return [_written([(text, "")])[:-2] for text in texts]
    if '"' in together or "\n" in together or "\r" in together:
        return [
            '"' + text.replace('"', '""') + '"'
            if "," in text or '"' in text or "\n" in text or "\r" in text
            else text
            for text in texts
        ]
    if "," in together:
        return [f'"{text}"' if "," in text else text for text in texts]
    return texts


def _safe(column: Sequence[Any], number: int, changed: Changed | None) -> Sequence[Any]:
    """Return a column of any kinds with its texts guarded."""
    places = [n for n, value in enumerate(column) if isinstance(value, str)]
    if changed is None or not places:
        return column
    texts, count = guarded([str(column[n]) for n in places])
    changed(number, count)
    safe = list(column)
    for n, text in zip(places, texts, strict=True):
        safe[n] = text
    return safe


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
