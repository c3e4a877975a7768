"""What each level of each lever writes, worked out once by the engine of reforms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from ocop.errors import Problem
from ocop.law._read import Loaded
from ocop.law.decision import Decision
from ocop.scenario._claims import Claimed
from ocop.scenario._engine import run_reform
from ocop.scenario._levers_file import LeversFile, OneLevel
from ocop.scenario._reform_file import EditEntry, ReformFile, check_reform, path_of
from ocop.scenario._run import Run
from ocop.scenario.edits import (
    KINDS_OF_EDITS,
    AddCriterion,
    AddOption,
    DropCriterion,
    DropOption,
    ReplaceCriterion,
    RestateCriterion,
)
from ocop.scenario.lever import Level, Lever
from ocop.text import Label
from ocop.types import CriterionMarkReading

__all__ = ["Effect", "SetEffect", "effect_of"]

OF_STRUCTURE = (
    AddCriterion,
    AddOption,
    DropCriterion,
    DropOption,
    ReplaceCriterion,
    RestateCriterion,
)


@frozen(eq=False)
class SetEffect:
    """What a level changes in one criteria set; criteria and options are counted from 0.

    `points` and `marks` are by criterion and option, `whole` are marks on whole criteria; 0 is no
    mark.
    """

    points: dict[tuple[int, int], int]
    marks: dict[tuple[int, int], int]
    whole: dict[int, int]

    @property
    def criteria(self) -> set[int]:
        """The criteria that change."""
        return {i for i, _ in (*self.points, *self.marks)} | set(self.whole)


@frozen(eq=False)
class Effect:
    """What a level changes in a decision.

    `written` is what its edits write, changed or not, and `scaled` the sections (set number,
    code) whose points they scale; `sections` are those where they write points. `empty` says that
    the level leaves the law as it is.
    """

    sets: dict[int, SetEffect]
    bands: dict[int, int]
    reading: CriterionMarkReading | None
    written: dict[Claimed, object]
    scaled: frozenset[tuple[int, str]]
    sections: frozenset[tuple[int, str]]
    empty: bool


def effect_of(
    file: Loaded[LeversFile], law: Decision, lever: Lever, n: int, m: int
) -> tuple[Effect | None, list[Problem]]:
    """Return what level `m` of lever `n` changes, or everything that is wrong with it."""
    value = file.value
    assert value is not None
    level = lever.levels[m]
    one = Loaded(OneLevel(file.doc, value.levers[n], n, m), _as_reform(level))
    problems = list(check_reform(one))
    for k, edit in enumerate(level.edits):
        if isinstance(edit, OF_STRUCTURE):
            message = "a lever keeps criteria and options, so that levers can be combined"
            hint = "sweep over a list of reforms"
            problems.append(one.problem("lever-changes-structure", message, path_of(k, edit), hint))
    if problems:
        return None, problems
    run = run_reform(one, law)
    return (None, run.problems) if run.problems else (_effect(run), [])


def _as_reform(level: Level) -> ReformFile:
    names = {kind: name for name, kind in KINDS_OF_EDITS.items()}
    kinds: list[dict[str, Any]] = [{names[type(edit)]: edit} for edit in level.edits]
    edits = tuple(EditEntry(**kind) for kind in kinds)
    return ReformFile(format="ocop-reform/1", id="level", title=Label("Mức", "Level"), edits=edits)


def _effect(run: Run) -> Effect:
    sets = {number: _set_effect(run, number) for number in run.drafts}
    old, new = ({b.star: b.at_least for b in bands} for bands in (run.law.bands, run.levers.bands))
    reading = run.levers.reading
    written = run.claims.taken
    return Effect(
        sets={number: found for number, found in sets.items() if found.criteria},
        bands={star: least for star, least in new.items() if least != old[star]},
        reading=None if reading == run.law.criterion_mark else reading,
        written=written,
        scaled=frozenset(run.claims.scaled),
        sections=frozenset(_sections(run, written)),
        empty=not run.effect,
    )


def _set_effect(run: Run, number: int) -> SetEffect:
    draft = run.drafts[number]
    found = SetEffect({}, {}, {})
    for i, item in enumerate(draft.before.items):
        old, new = item.criterion, draft.criteria[item.code].now
        if new is old:
            continue
        if new.mark != old.mark:
            found.whole[i] = new.mark or 0
        for o, (was, now) in enumerate(zip(old.options, new.options, strict=True)):
            if now.points != was.points:
                found.points[i, o] = now.points
            if now.mark != was.mark:
                found.marks[i, o] = now.mark or 0
    return found


def _sections(run: Run, written: dict[Claimed, object]) -> Iterator[tuple[int, str]]:
    """Yield the sections, by set number, in which single options get other points."""
    for path in written:
        match path:
            case (int(number), "criterion", str(code), int(), "points"):
                yield number, run.drafts[number].section_of[code]
