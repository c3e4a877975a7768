"""Rows of a CSV file from columns: the text that `csv.writer` gives, a column at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any


def rows_text(columns: Sequence[Sequence[Any]]) -> str:
    r"""Return rows as ``csv.writer(lineterminator="\n")`` writes them, given by column.

    What a cell's text is, and whether a column needs quotation marks at all, is asked once for a
    whole column.

    Examples
    --------
    >>> rows_text([[1, 2], ["Chè", "Chè, loại A"], [None, 5]])
    '1,Chè,\n2,"Chè, loại A",5\n'
    """
    if len(columns) < 2:
        # A row of one empty cell is written in quotation marks, so that it is not a blank line.
        return _written(zip(*columns, strict=True))
    lines = list(map(",".join, zip(*map(_texts, columns), strict=True)))
    return "\n".join([*lines, ""])


def _texts(column: Sequence[Any]) -> Sequence[str]:
    """Return the text of each cell, in quotation marks where it needs them."""
    kinds = set(map(type, column))
    if kinds <= {str}:
        return _quoted(column)
    if kinds <= {int, type(None)}:
        known = set(column)
        if 2 * len(known) > len(column):
            return ["" if value is None else str(value) for value in column]
        table = {value: "" if value is None else str(value) for value in known}
        return list(map(table.__getitem__, column))
    return [_written([(value, "")])[:-2] for value in column]


def _quoted(texts: Sequence[str]) -> Sequence[str]:
    together = "".join(texts)
    if "\r" in together:
        # Whether a carriage return needs quotation marks differs between Pythons.
        return [_written([(text, "")])[:-2] for text in texts]
    if '"' in together or "\n" in together:
        return [
            '"' + text.replace('"', '""') + '"'
            if "," in text or '"' in text or "\n" in text
            else text
            for text in texts
        ]
    if "," in together:
        return [f'"{text}"' if "," in text else text for text in texts]
    return texts


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
