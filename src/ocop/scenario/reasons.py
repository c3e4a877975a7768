"""What kept a product from a star: the reasons why it moved, for whole batches at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import points_of
from ocop.scoring.scores import Scores
from ocop.scoring.table import table_of

__all__ = [
    "Direction",
    "Reason",
    "ReasonCount",
    "by_sheet",
    "count_reasons",
    "in_blocks",
    "obstacles",
]

Direction = Literal["down", "up"]

BLOCK = 1 << 16


@frozen(kw_only=True)
class Reason:
    """One thing that a product lacked for the star that it has on the other side of a transition.

    Attributes
    ----------
    kind : {"points", "floor", "finding", "knock-out"}
        The total was below the band; a criterion was below its floor; a finding was stated; a
        criterion with no points knocked the product out.
    code : str or None
        Printed code of the criterion, or the finding's id; None for points.
    criterion : str or None
        Id of the criterion.
    """

    kind: Literal["points", "floor", "finding", "knock-out"]
    code: str | None = None
    criterion: str | None = None

    def __str__(self) -> str:
        if self.code is None:
            return self.kind
        return f"{'zero' if self.kind == 'knock-out' else self.kind}:{self.code}"


@frozen(kw_only=True)
class ReasonCount:
    """How many products a reason moved.

    Attributes
    ----------
    direction : {"down", "up"}
    reason : Reason
        For products that went down what they lack after, for those that went up what they
        lacked before.
    count : int
        Products with this reason.
    alone : int
        Those of them with no other.
    """

    direction: Direction
    reason: Reason
    count: int
    alone: int

    def to_dict(self) -> dict[str, Any]:
        """Return one row of a table."""
        return {
            "direction": self.direction,
            "reason": self.reason.kind,
            "code": self.reason.code,
            "criterion": self.reason.criterion,
            "count": self.count,
            "alone": self.alone,
        }

    def order(self) -> tuple[Any, ...]:
        """Return what sorts counts: direction, the most frequent first, then as printed."""
        numbers = tuple(
            (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
            for piece in (self.reason.code or "").split(".")
        )
        rest = (self.reason.kind, numbers, self.reason.criterion or "")
        return (self.direction, -self.count, *rest)


def obstacles(
    batch: Scores, rows: NDArray[np.int64], stars: NDArray[np.int8]
) -> tuple[tuple[Reason, ...], NDArray[np.bool_]]:
    """Return what keeps sheets from stars that they do not have.

    Parameters
    ----------
    batch : Scores
    rows : ndarray of int64, shape (sheets,)
    stars : ndarray of int8, shape (sheets,)
        The star asked for, 1 to 5.

    Returns
    -------
    reasons : tuple of Reason
        Points, floors, findings, knock-outs; criteria as printed.
    holds : ndarray of bool, shape (reasons, sheets)
    """
    law = batch.criteria_set
    table = table_of(law)
    answers = batch.sheets.answers[rows]
    points = points_of(table, answers)
    ids = [item.criterion.id for item in law.items]
    found = [(Reason(kind="points"), batch.band[rows] < stars)]
    floors = np.concatenate([np.zeros((3, len(ids)), dtype=np.int64), table.floors])
    for i, code in enumerate(table.codes):
        if floors[-1, i]:
            reason = Reason(kind="floor", code=code, criterion=ids[i])
            found.append((reason, points[i] < floors[stars, i]))
    stated = batch.sheets.findings
    for bit, name in enumerate(table.findings if stated is not None else ()):
        assert stated is not None
        there = (stated[rows] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)
        found.append((Reason(kind="finding", code=name), there))
    for i in table.knock_outs:
        reason = Reason(kind="knock-out", code=table.codes[i], criterion=ids[i])
        found.append((reason, (points[i] == 0) & (answers[:, i] != UNANSWERED)))
    return tuple(reason for reason, _ in found), np.array([holds for _, holds in found])


def in_blocks(
    batches: Sequence[Scores], rows: NDArray[np.int64]
) -> Iterator[tuple[Scores, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pieces of sheets numbered over all batches: batch, places in `rows`, rows of it."""
    start = 0
    for batch in batches:
        mine = np.flatnonzero((rows >= start) & (rows < start + len(batch)))
        for low in range(0, len(mine), BLOCK):
            places = mine[low : low + BLOCK]
            yield batch, places, rows[places] - start
        start += len(batch)


def by_sheet(reasons: Sequence[Reason], holds: NDArray[np.bool_]) -> Iterator[tuple[Reason, ...]]:
    """Yield the reasons of each sheet; few combinations occur, each is made once."""
    packed = np.ascontiguousarray(np.packbits(holds, axis=0).T)
    made: dict[bytes, tuple[Reason, ...]] = {}
    for row in packed:
        key = row.tobytes()
        if key not in made:
            bits = np.unpackbits(row, count=len(reasons))
            made[key] = tuple(r for r, bit in zip(reasons, bits, strict=True) if bit)
        yield made[key]


def count_reasons(
    pieces: Iterable[tuple[Direction, Sequence[Reason], NDArray[np.bool_]]],
) -> tuple[ReasonCount, ...]:
    """Count the reasons of many products, given as direction, reasons and which hold."""
    count: Counter[tuple[Direction, Reason]] = Counter()
    alone: Counter[tuple[Direction, Reason]] = Counter()
    for direction, reasons, holds in pieces:
        single = holds & (holds.sum(axis=0) == 1)
        for reason, every, own in zip(reasons, holds, single, strict=True):
            count[direction, reason] += int(every.sum())
            alone[direction, reason] += int(own.sum())
    found = (
        ReasonCount(direction=key[0], reason=key[1], count=number, alone=alone[key])
        for key, number in count.items()
        if number
    )
    return tuple(sorted(found, key=ReasonCount.order))
