"""Which columns of a table hold the answers to one criteria set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.model import CriteriaSet
from ocop.scoring.table import table_of


@frozen(eq=False)
class SetColumns:
    """The columns of a set among those that are named by criterion codes.

    `places` has the place of each criterion, -1 where it has no column. `limits` holds, for each
    column, the least answer that is too high; 0 where the set has no such criterion.
    """

    places: NDArray[np.int64]
    limits: NDArray[np.uint8]


def set_columns(source: CriteriaSet, codes: Sequence[str]) -> SetColumns:
    """Find the columns of a set among columns of these codes."""
    table = table_of(source)
    index = {code: n for n, code in enumerate(codes)}
    places = np.array([index.get(code, -1) for code in table.codes], dtype=np.int64)
    limits = np.zeros(len(codes), dtype=np.uint8)
    limits[places[places >= 0]] = table.sizes[places >= 0] + 1
    return SetColumns(places, limits)


def missing_columns(
    source: CriteriaSet, codes: Sequence[str], shown: str, line: int | None
) -> list[Problem]:
    """Return the problem of a set some of whose criteria have no column, if there are such."""
    missing = [code for code in source.codes if code not in codes]
    if not missing:
        return []
    message = f"set {source.number} {source.group.slug} needs the columns {', '.join(missing)}"
    return [Problem("missing-column", message, shown, line)]
