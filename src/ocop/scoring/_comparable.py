"""Results that can be compared: arrays have no ``==`` that says yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import fields, has

__all__ = ["Comparable"]


class Comparable:
    """What holds arrays and is compared by `equals`."""

    __slots__ = ()

    def equals(self, other: Any) -> bool:
        """Say whether another result of this kind holds the same; the version may differ."""
        return type(other) is type(self) and _same_fields(self, other)


def _same_fields(mine: Any, its: Any) -> bool:
    names = (a.name for a in fields(type(mine)) if a.eq and a.name != "version")
    return all(_same(getattr(mine, name), getattr(its, name)) for name in names)


def _same(mine: Any, its: Any) -> bool:
    if mine is its:
        return True
    if isinstance(mine, np.ndarray) or isinstance(its, np.ndarray):
        floats = np.asarray(mine).dtype.kind == "f"
        return type(mine) is type(its) and np.array_equal(mine, its, equal_nan=floats)
    if type(mine) is not type(its):
        return False
    if isinstance(mine, Mapping):
        return mine.keys() == its.keys() and all(_same(mine[key], its[key]) for key in mine)
    if isinstance(mine, tuple | list):
        return len(mine) == len(its) and all(map(_same, mine, its))
    if hasattr(mine, "equals"):
        return bool(mine.equals(its))
    kind: Any = type(mine)
    if has(kind) and kind.__eq__ is object.__eq__:
        return _same_fields(mine, its)
    return bool(mine == its)
