"""The long form of a frame: one row an answer, read as the cells of a file are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._answer_kinds import AnswerKind
from ocop.tables._cells import MARKS, PADDING, Cells
from ocop.tables._frame_columns import texts_of
from ocop.tables._frame_kept import cell_texts
from ocop.tables._gathered import Gathered
from ocop.tables._header import Header
from ocop.tables._long import LongReader
from ocop.tables._problems import Problems

_ROWS = 1 << 16

Coded = tuple[NDArray[np.int64], list[bytes]]
"""Which piece of text stands in each row, and the pieces."""


def read_long(
    frame: Any,
    law: Decision,
    fixed: CriteriaSet | None,
    keep: tuple[str, ...],
    header: Header,
    problems: Problems,
    kind: AnswerKind,
) -> list[Gathered]:
    """Return the sheets of a frame by set; every wrong cell becomes a problem."""
    columns: dict[int, Coded] = {}
    wanted = ("product", "set", "findings", "assessor", "criterion", "answer", *keep)
    for name in wanted:
        if name in header.at:
            place = header.at[name]
            found = _coded(frame[:, place], name, name in keep, problems)
            if found is None:
                return []
            columns[place] = found
    reader = LongReader(law, fixed, keep, header, problems, kind)
    for low in range(0, len(frame), _ROWS):
        here = slice(low, min(low + _ROWS, len(frame)))
        parts = {place: (which[here], texts) for place, (which, texts) in columns.items()}
        reader.take(_cells(parts, len(header.names), np.arange(here.start + 1, here.stop + 1)))
    return reader.finish()


def _coded(column: Any, name: str, kept: bool, problems: Problems) -> Coded | None:
    """Return a column as pieces of text; what cannot be is reported."""
    if kept:
        places: dict[str, int] = {}
        cells = cell_texts(column)
        which = np.array([places.setdefault(c, len(places)) for c in cells], dtype=np.int64)
        texts = list(places)
    else:
        found = texts_of(column)
        if found is None:
            message = f"found {column.dtype}, allowed are text and whole numbers"
            hint = "write codes as text: 1.10 and 1.1 are one number"
            problems.column("wrong-type", message, name, hint)
            return None
        which, texts = found
    try:
        return which, [text.encode() for text in texts]
    except UnicodeEncodeError:
        for place in [n for n, text in enumerate(texts) if not _is_unicode(text)]:
            for row in (np.flatnonzero(which == place) + 1).tolist():
                problems.cell("not-utf8", "found half a character, no Unicode text", row, name)
        return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _cells(columns: dict[int, Coded], width: int, numbers: NDArray[np.int64]) -> Cells:
    """Return rows as the cells of one text; columns that are not given are empty."""
    sizes = np.zeros((len(numbers), width), dtype=np.int64)
    lengths = {}
    for place, (which, texts) in columns.items():
        lengths[place] = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        sizes[:, place] = lengths[place][which]
    ends = (np.cumsum(sizes + 1) - 1).reshape(-1, width)
    text = np.full(int(ends[-1, -1]) + 2 + len(PADDING), MARKS[1], dtype=np.uint8)
    body = text[1:]
    for place, (which, texts) in columns.items():
        pool = np.frombuffer(b"".join(texts), dtype=np.uint8)
        starts = np.cumsum(lengths[place]) - lengths[place]
        size = sizes[:, place]
        done = np.cumsum(size) - size
        step = np.arange(int(size.sum()))
        to = np.repeat(ends[:, place] - size - done, size) + step
        body[to] = pool[np.repeat(starts[which] - done, size) + step]
    return Cells(
        text=text,
        begins=np.append(0, ends[:-1, -1] + 1),
        ends=ends,
        marks=(MARKS[1], MARKS[1]),
        numbers=numbers,
    )
