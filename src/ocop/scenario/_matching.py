"""Which sheet after stands for which sheet before: by product, and by assessor where stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import InputError, Problem
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.scores import Scores
from ocop.scoring.sheet import Sheets
from ocop.text import closest, quoted

__all__ = [
    "Matched",
    "carried_columns",
    "check_side",
    "groups_of",
    "in_code_order",
    "match",
    "shown",
]

Key = str | tuple[str, str]
"""A product, or a product and an assessor."""


@frozen(eq=False)
class Matched:
    """Sheets that stand on both sides, in the order of the first; rows count over all batches."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def keys_of(batches: Sequence[Sheets]) -> list[Key]:
    """Return what names each sheet."""
    keys: list[Key] = []
    for batch in batches:
        if batch.assessors is None:
            keys += batch.products
        else:
            keys += zip(batch.products, batch.assessors, strict=True)
    return keys


def shown(key: Key) -> str:
    """Return a key as text: the product, and the assessor in brackets."""
    return key if isinstance(key, str) else f"{key[0]} ({key[1]})"


def check_side(batches: Sequence[Sheets], name: str) -> list[Problem]:
    """Return what is wrong with one side: several decisions, or a sheet that stands twice."""
    problems = []
    decisions = sorted({batch.criteria_set.decision for batch in batches})
    if len(decisions) > 1:
        message = f"found scores of {', '.join(decisions)}, allowed is one decision"
        problems.append(Problem("mixed-decisions", message, path=name))
    keys = keys_of(batches) if len(batches) > 1 else []
    if len(set(keys)) < len(keys):
        twice = sorted(shown(key) for key, count in Counter(keys).items() if count > 1)
        problems += [
            Problem("duplicate-product", f"the product {quoted(key)} stands twice", path=name)
            for key in twice
        ]
    return problems


def match(before: Sequence[Scores], after: Sequence[Scores]) -> Matched:
    """Match the sheets of two sides.

    Raises
    ------
    InputError
        ``no-scores``, ``mixed-decisions``, ``duplicate-product``, ``no-common-product``.
    """
    sides = [[batch.sheets for batch in batches] for batches in (before, after)]
    problems = []
    for name, batches in zip(("before", "after"), sides, strict=True):
        if not batches:
            message = "found no scores, allowed is one or more"
            problems.append(Problem("no-scores", message, path=name))
        problems += check_side(batches, name)
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    first, second = map(keys_of, sides)
    if first == second:
        every = np.arange(len(first))
        return Matched(every, every, (), ())
    place = {key: n for n, key in enumerate(second)}
    found = np.array([place.get(key, -1) for key in first], dtype=np.int64)
    rows = np.flatnonzero(found >= 0)
    if not len(rows):
        message = f"none of {len(first)} products before is among {len(second)} after"
        hint = "score the same sheets twice; products are matched by their code"
        raise InputError([Problem("no-common-product", message, hint=hint)])
    lost = (first[n] for n in np.flatnonzero(found < 0).tolist())
    known = set(first)
    new = (key for key in second if key not in known)
    return Matched(rows, found[rows], _sorted(lost), _sorted(new))


def _sorted(keys: Iterator[Key]) -> tuple[str, ...]:
    return tuple(sorted(map(shown, keys)))


def groups_of(
    batches: Sequence[Sheets], by: str | Sequence[str]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of the groups in order, and the group of each sheet.

    Raises
    ------
    InputError
        ``unknown-key``, ``wrong-length``.
    """
    values = _named(batches, by) if isinstance(by, str) else list(map(str, by))
    count = sum(map(len, batches))
    if len(values) != count:
        message = f"found {len(values)} values, allowed are {count}, one per product"
        raise InputError([Problem("wrong-length", message, path="by")])
    names = sorted(set(values))
    number = {name: n for n, name in enumerate(names)}
    return names, np.array([number[value] for value in values], dtype=np.int64)


def carried_columns(batches: Sequence[Sheets], rows: NDArray[np.int64]) -> dict[str, list[Any]]:
    """Return what travels with sheets: product, set, assessor, kept columns.

    `rows` count over all batches; a column that a batch does not have is None there.
    """
    names = dict.fromkeys(name for batch in batches for name in batch.columns)
    assessors = ["assessor"] if any(batch.assessors is not None for batch in batches) else []
    result: dict[str, list[Any]] = {
        name: [None] * len(rows) for name in ("product", "set", *assessors, *names)
    }
    start = 0
    for batch in batches:
        places = np.flatnonzero((rows >= start) & (rows < start + len(batch))).tolist()
        own: dict[str, Sequence[str] | None] = {"assessor": batch.assessors, **batch.columns}
        for place in places:
            row = int(rows[place]) - start
            result["product"][place] = batch.products[row]
            result["set"][place] = batch.criteria_set.number
            for name, values in own.items():
                if values is not None:
                    result[name][place] = values[row]
        start += len(batch)
    return result


def in_code_order(batches: Sequence[Sheets], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of sheets by product code, then assessor; `rows` count over all batches."""
    keys: list[Any] = keys_of(batches)
    if any(batch.assessors is not None for batch in batches):
        keys = [(key, "") if isinstance(key, str) else key for key in keys]
    wanted = [keys[row] for row in rows.tolist()]
    return np.array(sorted(range(len(wanted)), key=wanted.__getitem__), dtype=np.int64)


def _named(batches: Sequence[Sheets], by: str) -> list[str]:
    # A column must travel with all batches; set, group and sector are always known.
    shared = sorted(set.intersection(*(set(batch.columns) for batch in batches)))
    known = ["set", "group", "sector", *shared]
    if by not in known:
        near = closest(by, known)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"found {quoted(by)}, allowed are {', '.join(known)}"
        raise InputError([Problem("unknown-key", message, path="by", hint=hint)])
    values: list[str] = []
    for batch in batches:
        law = batch.criteria_set
        fixed = {
            "set": f"{law.number:02d} {law.group.slug}",
            "group": law.group.slug,
            "sector": law.group.sector.slug,
        }
        values += [fixed[by]] * len(batch) if by in fixed else batch.columns[by]
    return values
