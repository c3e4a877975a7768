"""Checks of a crosswalk against its two decisions: nothing forgotten, nothing contradictory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from operator import and_

from attrs import frozen

from ocop.errors import Problem
from ocop.law._check_matches import check_group_matches, check_matches
from ocop.law._files import CrosswalkFile
from ocop.law._read import Loaded
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk, Match
from ocop.law.model import CriteriaSet, Item
from ocop.text import quoted

SHARED = ("merged", "split", "overlapping")
"""Relations that an entry may have where its newer criterion has several sources."""


def check_crosswalk(
    file: Loaded[CrosswalkFile], walk: Crosswalk, before: Decision, after: Decision
) -> Iterator[Problem]:
    """Check the entries one by one, then what they say together of every product group."""
    problems = [*check_group_matches(file, before, after), *check_matches(file, before, after)]
    yield from problems
    if not problems:
        yield from _together(file, walk, before, after)


@frozen
class _Pair:
    """Two sets that the crosswalk matches, and its rows for them."""

    where: str
    old: CriteriaSet
    new: CriteriaSet
    rows: tuple[Match, ...]

    def of(self, item: Item) -> list[Match]:
        """Return the rows of an older item."""
        return [r for r in self.rows if r.before is not None and r.before.code == item.code]

    @property
    def added(self) -> set[str]:
        """The ids of the newer criteria that the rows call added."""
        new = [r.after for r in self.rows if r.before is None]
        return {item.criterion.id for item in new if item is not None}

    def into(self, item: Item) -> list[Match]:
        """Return the rows that lead to a newer item, or say that it is added."""
        return [r for r in self.rows if r.after is not None and r.after.code == item.code]


def _pairs(walk: Crosswalk, before: Decision, after: Decision) -> Iterator[_Pair]:
    sets = {s.group.slug: s for s in after.sets.values()}
    for old in before.sets.values():
        slug = old.group.slug
        for name in walk.groups_after(slug):
            if name in sets:
                where = slug if slug == name else f"{slug} to {name}"
                yield _Pair(where, old, sets[name], walk.between(old, sets[name]))


def _together(
    file: Loaded[CrosswalkFile], walk: Crosswalk, before: Decision, after: Decision
) -> Iterator[Problem]:
    pairs = list(_pairs(walk, before, after))
    for pair in pairs:
        yield from _old_items(file, pair)
        yield from _new_items(file, walk, pair)
    yield from _unused(file, walk, pairs)


def _old_items(file: Loaded[CrosswalkFile], pair: _Pair) -> Iterator[Problem]:
    for item in pair.old.items:
        if not pair.of(item):
            name = quoted(item.criterion.id)
            message = f"{pair.where}: {name} is neither mapped nor declared none"
            yield file.problem("criterion-not-mapped", message, ("criteria",))


def _new_items(file: Loaded[CrosswalkFile], walk: Crosswalk, pair: _Pair) -> Iterator[Problem]:
    for item in pair.new.items:
        rows, name = pair.into(item), quoted(item.criterion.id)
        sources = [(row, row.before.criterion.id) for row in rows if row.before is not None]
        if not rows:
            message = f"{pair.where}: {name} has no source and is not under added"
            yield file.problem("criterion-not-mapped", message, ("criteria",))
        elif sources and len(sources) < len(rows):
            message = f"{pair.where}: {name} has a source and is under added"
            yield file.problem("wrong-relation", message, ("added",), "name the groups")
        if len(sources) < 2:
            continue
        for row, source in sources:
            if row.relation not in SHARED:
                message = f"{pair.where}: {name} has {len(sources)} sources, so {quoted(source)} "
                message += f"is merged, not {row.relation}"
                key = (source, item.criterion.id)
                index = [(m.before, m.after) for m in walk.criteria].index(key)
                yield file.problem("wrong-relation", message, ("criteria", index, "relation"))
        if _contradict([row for row, _ in sources]):
            ids = ", ".join(quoted(source) for _, source in sources)
            message = f"{pair.where}: answers to {ids} can leave no answer to {name}"
            yield file.problem("answers-contradict", message, ("criteria",))


def _contradict(sources: Sequence[Match]) -> bool:
    """Say whether some answers to all sources leave no answer in common."""
    maps = [{frozenset(answers) for answers in row.answers} for row in sources]
    return any(not reduce(and_, combination) for combination in product(*maps))


def _unused(
    file: Loaded[CrosswalkFile], walk: Crosswalk, pairs: Sequence[_Pair]
) -> Iterator[Problem]:
    """Check that every entry holds in some set, and is split or merged where it says so."""
    for index, match in enumerate(walk.criteria):
        path = ("criteria", index)
        rows = [
            (pair, row)
            for pair in pairs
            if match.holds_in(pair.old.group.slug)
            for row in pair.rows
            if row.before is not None and row.before.criterion.id == match.before
            if match.after == (None if row.after is None else row.after.criterion.id)
        ]
        if not rows:
            message = "no product group has both criteria, so the entry never applies"
            if match.after is None:
                message = "the criterion has a counterpart in every set, so 'none' never applies"
            yield file.problem("never-applies", message, path, "remove it")
        elif match.relation == "split" and all(
            len(pair.of(row.before)) < 2 for pair, row in rows if row.before is not None
        ):
            message = "'split' does not fit: the criterion has one counterpart in every set"
            yield file.problem("wrong-relation", message, (*path, "relation"))
        elif match.relation == "merged" and all(
            len(pair.into(row.after)) < 2 for pair, row in rows if row.after is not None
        ):
            message = "'merged' does not fit: the newer criterion has one source in every set"
            yield file.problem("wrong-relation", message, (*path, "relation"))
    for index, added in enumerate(walk.added):
        slugs = [p.old.group.slug for p in pairs if added.after in p.added]
        if not any(added.holds_in(slug) for slug in slugs):
            message = "no product group gets the criterion new, so the entry never applies"
            yield file.problem("never-applies", message, ("added", index), "remove it")
