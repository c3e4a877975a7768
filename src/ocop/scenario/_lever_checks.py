"""Checks of levers: each level is a sound reform, and so is every combination of levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, permutations, product
from typing import Any

from ocop.errors import Problem
from ocop.law._read import Loaded
from ocop.law.decision import Decision
from ocop.law.model import Criterion
from ocop.scenario._claims import Claimed
from ocop.scenario._lever_effects import Effect, effect_of
from ocop.scenario._levers_file import LeversFile, label_place
from ocop.scenario.edits import Edit
from ocop.scenario.lever import Level, Lever
from ocop.text import quoted

__all__ = ["Effects", "check_kinds", "check_levers"]

Effects = tuple[tuple[Effect, ...], ...]
"""What each level of each lever changes."""

Cell = tuple[str, int]

MOST_LEVERS, MOST_LEVELS = 1_000, 10_000
"""How many levers there may be, and levels of all of them: every two levers are compared."""

MOST_TOLD = 10_000
"""Problems of levers with each other that are told."""


def check_kinds(given: Sequence[Any]) -> Iterator[Problem]:
    """Check that levers, levels and edits are what they should be."""
    for n, lever in enumerate(given):
        where = f"levers[{n}]"
        if not isinstance(lever, Lever):
            yield _something_else(where, "an ocop.Lever")
            continue
        levels: Sequence[Any] = lever.levels
        for m, level in enumerate(levels):
            if not isinstance(level, Level):
                yield _something_else(f"{where}.levels[{m}]", "an ocop.Level")
                continue
            edits: Sequence[Any] = level.edits
            for k, edit in enumerate(edits):
                if not isinstance(edit, Edit):
                    path = f"{where}.levels[{m}].edits[{k}]"
                    yield _something_else(path, "edits such as ocop.SetPoints", "are")


def _something_else(path: str, allowed: str, verb: str = "is") -> Problem:
    return Problem("wrong-type", f"found something else, allowed {verb} {allowed}", path=path)


def check_levers(
    file: Loaded[LeversFile], given: Sequence[Lever | None], law: Decision
) -> tuple[Effects, list[Problem]]:
    """Return what the levels change, and every problem; with problems, nothing changes.

    A lever that is None has problems of its own already; the others are then checked one by one.
    """
    too_many = list(_too_many(file, given))
    if too_many:
        return (), too_many
    problems = list(_names(file, given))
    told = set(problems)
    found: list[tuple[Effect, ...]] = []
    for n, lever in enumerate(given):
        if lever is None:
            continue
        effects = []
        for m in range(len(lever.levels)):
            effect, wrong = effect_of(file, law, lever, n, m)
            # What is wrong with a dial as a whole is wrong at every level of it.
            problems += (problem for problem in wrong if problem not in told)
            told.update(wrong)
            if effect is not None:
                effects.append(effect)
        found.append(tuple(effects))
    levers = [lever for lever in given if lever is not None]
    if len(levers) < len(given):
        return (), problems
    if not problems:
        problems += islice(_collisions(file, levers, found), MOST_TOLD)
    if not problems:
        problems += islice(_bands(file, levers, found), MOST_TOLD)
        problems += _criteria(file, levers, found, law)
    return (() if problems else tuple(found)), problems


def _too_many(file: Loaded[LeversFile], levers: Sequence[Lever | None]) -> Iterator[Problem]:
    levels = sum(len(lever.levels) for lever in levers if lever is not None)
    for what, count, most in (
        ("levers", len(levers), MOST_LEVERS),
        ("levels", levels, MOST_LEVELS),
    ):
        if count > most:
            message = f"found {count:,} {what}, allowed are up to {most:,}"
            yield file.problem("out-of-range", message, ("levers",))


def _names(file: Loaded[LeversFile], levers: Sequence[Lever | None]) -> Iterator[Problem]:
    value = file.value
    assert value is not None
    if not levers:
        yield file.problem("no-levers", "found no levers, allowed is one or more", ("levers",))
    first: dict[str, int] = {}
    for n, lever in enumerate(levers):
        if lever is None:
            continue
        if first.setdefault(lever.name, n) != n:
            message = f"levers[{first[lever.name]}] has the name {quoted(lever.name)} already"
            yield file.problem("duplicate-name", message, ("levers", n, "name"))
        if not lever.levels:
            message = f"found no levels in {quoted(lever.name)}, allowed is one or more"
            yield file.problem("no-levels", message, ("levers", n))
        labels = set[str]()
        for m, level in enumerate(lever.levels):
            label = level.label
            if label in labels:
                message = f"another level of {quoted(lever.name)} has the label {quoted(label)}"
                yield file.problem("duplicate-name", message, label_place(value.levers[n], n, m))
            labels.add(label)


def _collisions(
    file: Loaded[LeversFile], levers: Sequence[Lever], effects: Sequence[Sequence[Effect]]
) -> Iterator[Problem]:
    """Find levers of which one writes what another writes differently, or scales."""
    values: list[dict[Claimed, list[object]]] = []
    for levels in effects:
        mine: dict[Claimed, list[object]] = {}
        for effect in levels:
            for path, value in effect.written.items():
                mine.setdefault(path, []).append(value)
        values.append(mine)
    hint = "make one lever of both"
    for a, b in combinations(range(len(levers)), 2):
        shared = [path for path in values[a] if path in values[b]]
        for path in shared:
            if any(x != y for x, y in product(values[a][path], values[b][path])):
                message = f"levers[{a}] {quoted(levers[a].name)} writes {_what(path)} differently"
                yield file.problem("levers-collide", message, ("levers", b), hint)
                break
        else:
            scaled = _common(effects[a], effects[b]) or _common(effects[b], effects[a])
            if scaled is not None:
                message = f"one of {quoted(levers[a].name)} and {quoted(levers[b].name)} scales "
                message += f"section {scaled[1]} of set {scaled[0]}, the other sets points in it"
                yield file.problem("levers-collide", message, ("levers", b), hint)


def _common(scaling: Sequence[Effect], setting: Sequence[Effect]) -> tuple[int, str] | None:
    scaled = {place for effect in scaling for place in effect.scaled}
    return next((p for e in setting for p in sorted(e.sections) if p in scaled), None)


def _what(path: Claimed) -> str:
    match path:
        case (number, "criterion", code, int(option), field):
            return f"the {field} of option {option} of {code} in set {number}"
        case (number, "criterion", code, *_):
            return f"the mark of {code} in set {number}"
        case (number, "heading", section):
            return f"section {section} of set {number}"
        case ("part", part):
            return f"part {part}"
        case ("band", star):
            return f"the threshold of {star} stars"
    return "the reading of criterion marks"


def _told(levers: Sequence[Lever], chosen: Iterator[tuple[int, int]]) -> str:
    """Name levels as people say them: 'name' at 'label'."""
    names = (f"{quoted(levers[n].name)} at {levers[n].levels[m].label}" for n, m in chosen)
    return " and ".join(names)


def _bands(
    file: Loaded[LeversFile], levers: Sequence[Lever], effects: Sequence[Sequence[Effect]]
) -> Iterator[Problem]:
    """Find levels of two levers that put thresholds out of order together."""
    moving = [n for n, levels in enumerate(effects) if any(effect.bands for effect in levels)]
    for a, b in permutations(moving, 2):
        pairs = product(enumerate(effects[a]), enumerate(effects[b]))
        for (m, low), (k, high) in pairs:
            stars = [s for s in low.bands if s + 1 in high.bands]
            wrong = [s for s in stars if low.bands[s] >= high.bands[s + 1]]
            if wrong:
                star = wrong[0]
                message = (
                    f"{_told(levers, iter([(a, m), (b, k)]))} give {low.bands[star]} points for "
                    f"{star} stars and {high.bands[star + 1]} for {star + 1}; allowed are rising "
                    "points in every combination"
                )
                yield file.problem("wrong-bands", message, ("levers", max(a, b)))
                break


def _criteria(
    file: Loaded[LeversFile],
    levers: Sequence[Lever],
    effects: Sequence[Sequence[Effect]],
    law: Decision,
) -> Iterator[Problem]:
    """Find levels that are sound alone, and together break the law's format in a criterion."""
    told: set[tuple[str, tuple[int, ...]]] = set()
    writers: dict[tuple[int, int], set[int]] = {}
    for n, levels in enumerate(effects):
        for effect in levels:
            for number, changes in effect.sets.items():
                for i in changes.criteria:
                    writers.setdefault((number, i), set()).add(n)
    for (number, i), several in sorted(writers.items()):
        if len(several) < 2:
            continue
        item = law.sets[number].items[i]
        cells = {n: [_cells(effect, number, i) for effect in effects[n]] for n in several}
        for code, chosen, words in _broken(item.criterion, cells):
            if (code, tuple(chosen)) in told:
                continue
            told.add((code, tuple(chosen)))
            message = f"{_told(levers, iter(chosen.items()))} make {item.code} of set {number} "
            message += f"unsound: {words}"
            yield file.problem(code, message, ("levers", max(chosen)))


def _cells(effect: Effect, number: int, i: int) -> dict[Cell, int]:
    """Return what a level writes in one criterion: points and marks of its options."""
    changes = effect.sets.get(number)
    if changes is None:
        return {}
    found = {("points", o): v for (c, o), v in changes.points.items() if c == i}
    return found | {("mark", o): v for (c, o), v in changes.marks.items() if c == i}


def _broken(
    criterion: Criterion, cells: dict[int, list[dict[Cell, int]]]
) -> Iterator[tuple[str, dict[int, int], str]]:
    """Yield what combinations of levels do to a criterion: code, level by lever, words."""
    law = {("points", o): option.points for o, option in enumerate(criterion.options)}
    law |= {("mark", o): option.mark or 0 for o, option in enumerate(criterion.options)}
    for a, b in permutations(range(len(criterion.options)), 2):
        asked = [(kind, o) for kind in ("points", "mark") for o in (a, b)]
        for chosen in _combined(cells, asked):
            now = dict(law)
            for n, m in chosen.items():
                now |= cells[n][m]
            (more, fewer), (low, high) = ((now[kind, a], now[kind, b]) for kind in KINDS)
            if low and high and fewer < more and high > low:
                words = f"{more} points are marked {low}, fewer points are marked {high}"
                yield "marks-fall", chosen, words
                break
    every = [("points", o) for o in range(len(criterion.options))]
    zero = {
        n: [m for m, level in enumerate(levels) if not any(level.get(c, law[c]) for c in written)]
        for n, levels in cells.items()
        if (written := [cell for cell in every if any(cell in level for level in levels)])
    }
    moved = {cell for levels in cells.values() for level in levels for cell in level}
    if len(zero) > 1 and all(zero.values()) and not any(law[c] for c in every if c not in moved):
        chosen = {n: levels[0] for n, levels in zero.items()}
        yield "no-points", chosen, "no option has points"


KINDS = ("points", "mark")


def _combined(
    cells: dict[int, list[dict[Cell, int]]], asked: Sequence[Cell]
) -> Iterator[dict[int, int]]:
    """Yield the combinations of levels of the levers that write what is asked, if several do.

    Of combinations that write the same the first is enough: there would be far too many.
    """
    involved = [
        n for n, levels in cells.items() if any(c in level for level in levels for c in asked)
    ]
    if len(involved) < 2:
        return
    reached: dict[tuple[int | None, ...], dict[int, int]] = {(None,) * len(asked): {}}
    for n in involved:
        mine: dict[tuple[int | None, ...], int] = {}
        for m, level in enumerate(cells[n]):
            mine.setdefault(tuple(level.get(cell) for cell in asked), m)
        further: dict[tuple[int | None, ...], dict[int, int]] = {}
        for before, chosen in reached.items():
            for written, m in mine.items():
                now = tuple(b if w is None else w for b, w in zip(before, written, strict=True))
                further.setdefault(now, chosen | {n: m})
        reached = further
    yield from reached.values()
