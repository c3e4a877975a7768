"""Scores by column as arrays, over one criteria set or several, for frames of any size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ocop._frames import Few, FrameKind, Kept, Nullable, kind_of, make_frame, take_kept
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import missed_floors
from ocop.scoring.table import table_of

if TYPE_CHECKING:
    from ocop.scoring.scores import Scores
    from ocop.scoring.sheet import Sheets

__all__ = [
    "floor_texts",
    "kept_columns",
    "numbers_of",
    "origin_kind",
    "reason_texts",
    "score_frame",
    "sheet_frame",
]

Order = NDArray[np.int64]
Placed = tuple[Order, Sequence[str], NDArray[np.int64]]
"""Texts of some rows: the rows, distinct texts, and which of these each of the rows has."""


def numbers_of(scores: Scores) -> dict[str, Any]:
    """Return the numbers of scores by column, in the order of tables; `star` 0 is excluded.

    Numbers that are the same in every row come as one.
    """
    codes = table_of(scores.criteria_set).part_codes
    return {
        "set": scores.criteria_set.number,
        **{code: scores.parts[:, n] for n, code in enumerate(codes)},
        "total": scores.total,
        "band": scores.band,
        "star": scores.star,
        "answered": scores.answered,
        "of": scores.of,
    }


def floor_texts(scores: Scores) -> Placed:
    """Return the floors that sheets miss, as text."""
    # Who has the star that the points open misses no floor.
    short = np.flatnonzero(scores.star < scores.band)
    table = table_of(scores.criteria_set)
    floors, which = missed_floors(table, scores.sheets.answers[short], scores.band[short])
    return short, [";".join(map(str, each)) for each in floors], which


def reason_texts(scores: Scores) -> Placed:
    """Return why products are excluded, as text."""
    out = np.flatnonzero(scores.excluded)
    reasons = [";".join(each) for each in scores._reasons(out)]
    places = {text: place for place, text in enumerate(dict.fromkeys(reasons))}
    return out, list(places), np.array([places[text] for text in reasons], dtype=np.int64)


def origin_kind(batches: Sequence[Sheets]) -> FrameKind | None:
    """Return the kind of frame that the first of some batches with an origin came from."""
    known = (batch.origin.kind for batch in batches if batch.origin is not None)
    return next(known, None)


def kept_columns(
    batches: Sequence[Sheets], order: Order | None = None
) -> tuple[dict[str, Any], Any]:
    """Return product, set and what travels with sheets by column, and the frame of what was kept.

    In the order of the batches, or in another one.
    """
    origins = [batch.origin for batch in batches]
    kept = take_kept(origins, order)
    there = {*origins[0].names} if kept is not None and origins[0] is not None else set()

    def column(name: str, texts_of: Callable[[Sheets], Sequence[str] | None]) -> Any:
        if name in there:
            return Kept(name)
        found = [texts_of(batch) or ("",) * len(batch) for batch in batches]
        texts = found[0] if len(found) == 1 else tuple(chain.from_iterable(found))
        return texts if order is None else tuple(texts[n] for n in order.tolist())

    columns = {
        "product": column("product", lambda batch: batch.products),
        "set": _joined(
            [(batch.criteria_set.number, len(batch)) for batch in batches], order, np.int16
        ),
    }
    if any(batch.assessors is not None for batch in batches):
        columns["assessor"] = column("assessor", lambda batch: batch.assessors)
    for name in dict.fromkeys(name for batch in batches for name in batch.columns):
        columns[name] = column(name, partial(_carried, name))
    return columns, kept


def _carried(name: str, batch: Sheets) -> Sequence[str] | None:
    """Return a column that travels with the sheets of a batch, None where it has none."""
    return batch.columns.get(name)


def score_frame(
    batches: Sequence[Scores], like: Any, order: Order | None = None, **first: Any
) -> Any:
    """Return scores as a frame, in the order of the batches or in another one.

    `first` are columns that stand before all others.
    """
    sheets = [batch.sheets for batch in batches]
    kind = kind_of(like, origin_kind(sheets))
    heads, kept = kept_columns(sheets, order)
    columns = first | heads
    numbers = [numbers_of(batch) for batch in batches]
    for name in [name for name in numbers[0] if name != "set"]:
        each = [(found[name], len(batch)) for found, batch in zip(numbers, batches, strict=True)]
        values = _joined(each, order, np.int16)
        columns[name] = Nullable(values, values == 0) if name == "star" else values
    columns["missing_floors"] = _few(batches, floor_texts, order)
    columns["excluded"] = _few(batches, reason_texts, order)
    return make_frame(columns, kind, kept)


def sheet_frame(sheets: Sheets, like: Any) -> Any:
    """Return sheets as a frame in the wide form."""
    kind = kind_of(like, origin_kind([sheets]))
    columns, kept = kept_columns([sheets])
    for code, answers in zip(sheets.criteria_set.codes, sheets.answers.T, strict=True):
        columns[code] = Nullable(answers, answers == UNANSWERED)
    if sheets.findings is not None and sheets.findings.any():
        bits, which = np.unique(sheets.findings, return_inverse=True)
        known = table_of(sheets.criteria_set).findings
        texts = [";".join(f for n, f in enumerate(known) if b >> n & 1) for b in bits.tolist()]
        columns["findings"] = Few(texts, which.astype(np.int32))
    return make_frame(columns, kind, kept)


def _joined(each: Sequence[tuple[Any, int]], order: Order | None, single: Any) -> NDArray[Any]:
    """Return arrays, or single numbers of so many rows, one after the other."""
    arrays = [
        values if isinstance(values, np.ndarray) else np.full(count, values, dtype=single)
        for values, count in each
    ]
    whole = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    # A column of a matrix is spread over memory; what frames take is not.
    return np.ascontiguousarray(whole) if order is None else whole[order]


def _few(
    batches: Sequence[Scores], texts_of: Callable[[Scores], Placed], order: Order | None
) -> Few:
    which = np.zeros(sum(map(len, batches)), dtype=np.int32)
    texts, start = [""], 0
    for batch in batches:
        rows, own, numbers = texts_of(batch)
        which[start + rows] = numbers + len(texts)
        texts += own
        start += len(batch)
    return Few(texts, which if order is None else which[order])
