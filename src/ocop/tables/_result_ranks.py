"""The order and the ranks of a ranking that stands in a file, recomputed from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.scoring.ranking import DEFAULT_ORDER, Ties
from ocop.tables._result_file import Head
from ocop.tables._result_findings import Findings, Piece
from ocop.tables._result_rows import Columns
from ocop.text import quoted

__all__ = ["RankRows"]

Ints = NDArray[np.int64]


@frozen(eq=False)
class RankRows:
    """The rows of a ranking, gathered piece by piece: what decides, and the rank told."""

    law: Decision
    parts: tuple[str, ...]
    head: Head
    kept: tuple[str, ...]
    products: list[str] = field(factory=list, init=False)
    _lines: list[Ints] = field(factory=list, init=False)
    _keys: list[Ints] = field(factory=list, init=False)
    _ranks: list[Ints] = field(factory=list, init=False)
    _groups: list[Ints] = field(factory=list, init=False)
    _number: dict[str, int] = field(factory=dict, init=False)
    _within: list[str] = field(init=False)

    @_within.default
    def _every_column(self) -> list[str]:
        return ["set", "sector", *self.kept]

    @property
    def order(self) -> tuple[str, ...]:
        """What decides, most important first."""
        if self.head.order is not None:
            return self.head.order
        if {*DEFAULT_ORDER} >= {*self.parts} >= {"A", "B", "C"}:
            return DEFAULT_ORDER
        return ("star", "total", *self.parts)

    @property
    def within(self) -> str | None:
        """The column whose values the groups are, as far as rows show."""
        return self._within[0] if self._number and self._within else None

    @property
    def lines(self) -> Ints:
        """The lines of all rows."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self._lines])

    @property
    def ranks(self) -> Ints:
        """The ranks of all rows, as told."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self._ranks])

    def unknown_names(self) -> list[str]:
        """Return what the head names to decide that no column of rows is."""
        known = ("star", "band", "total", *self.parts)
        return [name for name in self.order if name not in known]

    def add(self, columns: Columns, piece: Piece) -> None:
        """Take rows."""
        numbers = columns.numbers
        out = np.array([bool(text) for text in columns.excluded], dtype=np.int64)
        keys = [out, *(-numbers[name] for name in self.order if name in numbers)]
        self._keys.append(np.stack(keys, axis=1).astype(np.int32))
        self._ranks.append(numbers["rank"])
        self._lines.append(np.array(piece.lines, dtype=np.int64))
        self.products.extend(columns.products)
        if "group" in piece.columns:
            names = [str(name) for name in piece.columns["group"]]
            for name in names:
                self._number.setdefault(name, len(self._number))
            self._groups.append(np.array([self._number[name] for name in names], dtype=np.int64))
            self._narrow(names, columns.sets, piece)

    def _narrow(self, groups: Sequence[str], sets: Ints, piece: Piece) -> None:
        """Leave of the columns that groups may come from those whose values they are."""

        def value(column: str) -> list[Any]:
            if column not in ("set", "sector"):
                return list(piece.columns[column])
            known: dict[int, str] = {}
            for number in np.unique(sets).tolist():
                source = self.law.sets.get(number)
                group = None if source is None else source.group
                if group is not None:
                    name = f"{number:02d} {group.slug}"
                    known[number] = name if column == "set" else group.sector.slug
            return [known.get(number) for number in sets.tolist()]

        self._within[:] = [name for name in self._within if value(name) == list(groups)]

    def check(self, ties: Ties | None, findings: Findings) -> Ties | None:
        """Check order and ranks; return how equal products are numbered, None if that is open."""
        if not self.products:
            return ties
        findings.whole(self.lines, self.products)
        self._check_within(findings)
        keys = np.concatenate(self._keys).astype(np.int64)
        group = self._group_places()
        step = np.zeros(len(keys), dtype=np.int64)
        for column in np.column_stack([group, keys]).T:
            step = np.where(step == 0, np.sign(np.diff(column, prepend=column[0])), step)
        same = np.flatnonzero(step == 0)[1:]
        wrong = step < 0
        names = self.products
        wrong[same] = [names[n - 1] > names[n] for n in same.tolist()]

        def before(row: int) -> str:
            return f"found behind {quoted(names[row - 1])}, which it stands before"

        findings.cell("wrong-order", wrong, before, "product")
        order = np.arange(len(keys))
        if wrong.any():
            by_name = np.array(sorted(order.tolist(), key=names.__getitem__))
            order = by_name[np.lexsort(np.column_stack([group, keys])[by_name].T[::-1])]
        computed = {name: _ranks(keys, group, order, name) for name in get_args(Ties)}
        found = self.ranks
        if ties is None:
            ties = min(computed, key=lambda name: int((computed[name] != found).sum()))
        mine = computed[ties]
        findings.differs("wrong-rank", (found >= 0) & (found != mine), found, mine, "rank")
        top = self.head.top
        if top is not None:
            place = _ranks(keys, group, order, "ordinal")

            def beyond(row: int) -> str:
                return f"found place {place[row]}, the file holds the first {top}"

            findings.cell("wrong-rank", place > top, beyond, "rank")
        return ties

    def _check_within(self, findings: Findings) -> None:
        told = self.head.within
        if "within" not in self.head.told:
            return
        known = ("set", "sector", *self.kept)
        if (told is None) != (not self._groups) or (
            told is not None and told in known and told not in self._within
        ):
            message = f"the file says that it ranks within {quoted(told)}, its groups are not that"
            findings.add(Problem("wrong-rank", message, findings.shown, path="group"))

    def _group_places(self) -> Ints:
        """Return the place of each row's group among all, by name."""
        if not self._groups:
            return np.zeros(len(self.products), dtype=np.int64)
        names = sorted(self._number)
        place = np.empty(len(names), dtype=np.int64)
        for n, name in enumerate(names):
            place[self._number[name]] = n
        return place[np.concatenate(self._groups)]


def _ranks(keys: Ints, group: Ints, order: Ints, ties: str) -> Ints:
    """Return the rank of every row in its group, rows being put in order by `order`."""
    sorted_group, sorted_keys = group[order], keys[order]
    place = np.arange(len(order))
    new_group = np.diff(sorted_group, prepend=-1) != 0
    first = np.maximum.accumulate(np.where(new_group, place, 0))
    new = new_group | np.concatenate([[True], (sorted_keys[1:] != sorted_keys[:-1]).any(axis=1)])
    if ties == "ordinal":
        rank = place - first + 1
    elif ties == "min":
        rank = np.maximum.accumulate(np.where(new, place, 0)) - first + 1
    else:
        run = np.cumsum(new)
        rank = run - run[first] + 1
    found = np.empty_like(rank)
    found[order] = rank
    return found
