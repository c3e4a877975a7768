"""What each kind of edit does to the drafts."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ocop.errors import UnknownDecisionError, UnknownSetError
from ocop.law.catalogue import criteria_set, decision
from ocop.law.model import Criterion
from ocop.scenario._draft import CriterionDraft, SetDraft
from ocop.scenario._reform_file import path_of
from ocop.scenario._run import Run
from ocop.scenario._scaling import apportion, scaled
from ocop.scenario.edits import (
    AddCriterion,
    AddOption,
    DropCriterion,
    DropOption,
    Edit,
    ReplaceCriterion,
    RestateCriterion,
    Scale,
    SetHeading,
    SetMark,
    SetMarkReading,
    SetPoints,
    SetThreshold,
)
from ocop.text import fold, quoted

__all__ = ["take_step"]


def take_step(run: Run, index: int, edit: Edit) -> None:
    """Do one edit; what cannot be done is noted as a problem."""
    step: Any = _STEPS[type(edit)]
    step(run, index, edit)


def _set_points(run: Run, index: int, edit: SetPoints) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        if run.option(index, edit, draft, code, edit.option) and run.claim_item(
            index, edit, draft, code, (edit.option, "points"), edit.points
        ):
            _change_option(run, index, draft.criteria[code], edit.option, points=edit.points)


def _set_mark(run: Run, index: int, edit: SetMark) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        if edit.option is None:
            if run.claim_item(index, edit, draft, code, ("mark",), edit.mark):
                held = draft.criteria[code]
                if held.base.mark != edit.mark:
                    run.effect.add(index)
                    held.base = evolve(held.base, mark=edit.mark)
        elif run.option(index, edit, draft, code, edit.option) and run.claim_item(
            index, edit, draft, code, (edit.option, "mark"), edit.mark
        ):
            _change_option(run, index, draft.criteria[code], edit.option, mark=edit.mark)


def _change_option(
    run: Run, index: int, held: CriterionDraft, position: int, **changes: Any
) -> None:
    slot = held.slot(position)
    old = held.slots[slot][1]
    assert old is not None
    new = evolve(old, **changes)
    if new != old:
        run.effect.add(index)
        held.slots[slot] = (position, new)


def _set_threshold(run: Run, index: int, edit: SetThreshold) -> None:
    what = f"the band of {edit.star} stars"
    if run.claim(index, edit, ("band", edit.star), edit.at_least, what):
        bands = tuple(
            evolve(band, at_least=edit.at_least) if band.star == edit.star else band
            for band in run.levers.bands
        )
        if bands != run.levers.bands:
            run.effect.add(index)
            run.levers.bands = bands


def _set_mark_reading(run: Run, index: int, edit: SetMarkReading) -> None:
    what = "the reading of criterion marks"
    if run.claim(index, edit, ("reading",), edit.reading, what):
        if run.levers.reading != edit.reading:
            run.effect.add(index)
        run.levers.reading = edit.reading


def _set_heading(run: Run, index: int, edit: SetHeading) -> None:
    if edit.part is not None:
        if edit.part not in run.levers.parts:
            path = (*path_of(index, edit), "part")
            run.unknown(path, edit.part, run.levers.parts, "part", "")
        elif run.claim(index, edit, ("part", edit.part), edit.points, f"part {edit.part}"):
            run.headings[edit.part] = (edit.points, index, True)
        return
    for draft, section in _sections(run, index, edit, edit.section or ""):
        path = (draft.before.number, "heading", section)
        what = f"the heading of {section}"
        if run.claim(index, edit, path, edit.points, what, draft.name):
            _head(run, index, draft, section, edit.points)


def _head(run: Run, index: int, draft: SetDraft, section: str, points: int) -> None:
    if draft.headings[section] != points:
        run.effect.add(index)
        draft.headings[section] = points


def _sections(run: Run, index: int, edit: Edit, section: str) -> list[tuple[SetDraft, str]]:
    """Return the drafts that have a section; note those that are named and have not."""
    chosen = run.chosen(index, edit)
    found = [draft for draft in chosen if section in draft.codes]
    for draft in chosen if getattr(edit, "sets", ()) or not found else ():
        if draft not in found:
            path = (*path_of(index, edit), "section")
            run.unknown(path, section, draft.codes, "section", draft.name)
    return [(draft, section) for draft in found]


def _add_option(run: Run, index: int, edit: AddOption) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        if edit.before is not None and not run.option(index, edit, draft, code, edit.before):
            continue
        new = ("new", fold(edit.option.label.vi))
        held = draft.criteria.get(code)
        value = (edit.option, edit.before)
        if not run.claim_item(index, edit, draft, code, new, value) or held is None:
            continue
        if any(option == edit.option for _, option in held.slots):
            continue  # added twice
        run.effect.add(index)
        place = len(held.slots) if edit.before is None else held.slot(edit.before)
        held.slots.insert(place, (None, edit.option))


def _drop_option(run: Run, index: int, edit: DropOption) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        if run.option(index, edit, draft, code, edit.option) and run.claim_item(
            index, edit, draft, code, (edit.option,), "drop"
        ):
            run.effect.add(index)
            held = draft.criteria[code]
            held.slots[held.slot(edit.option)] = (edit.option, None)


def _add_criterion(run: Run, index: int, edit: AddCriterion) -> None:
    path = path_of(index, edit)
    if edit.code != edit.section and not edit.code.startswith(edit.section + "."):
        message = f"code {quoted(edit.code)} does not belong to section {quoted(edit.section)}"
        run.refuse((*path, "code"), "code-outside-section", message)
        return
    for draft, section in _sections(run, index, edit, edit.section):
        printed = [item.code for item in draft.before.section_items(section)]
        if edit.before is not None and edit.before not in printed:
            run.unknown((*path, "before"), edit.before, printed, "criterion", draft.name)
            continue
        if edit.code in draft.before.codes:
            message = f"the code {quoted(edit.code)} stands already"
            run.refuse((*path, "code"), "duplicate-id", message, draft.name)
            continue
        draft.section_of.setdefault(edit.code, section)
        value = (section, edit.criterion, edit.before)
        if not run.claim_item(index, edit, draft, edit.code, (), value):
            continue
        if edit.code not in draft.criteria:
            run.effect.add(index)
            draft.criteria[edit.code] = CriterionDraft(edit.criterion)
            codes = draft.codes[section]
            behind = printed[printed.index(edit.before) :] if edit.before is not None else []
            place = next((n for n, code in enumerate(codes) if code in behind), len(codes))
            codes.insert(place, edit.code)


def _drop_criterion(run: Run, index: int, edit: DropCriterion) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        if run.claim_item(index, edit, draft, code, (), "drop") and code in draft.criteria:
            run.effect.add(index)
            del draft.criteria[code]
            draft.codes[draft.section_of[code]].remove(code)


def _restate_criterion(run: Run, index: int, edit: RestateCriterion) -> None:
    for draft, code in run.items(index, edit, edit.criterion):
        _put(run, index, edit, draft, code, edit.by)


def _put(run: Run, index: int, edit: Edit, draft: SetDraft, code: str, by: Criterion) -> None:
    if run.claim_item(index, edit, draft, code, (), by) and draft.criteria[code].now != by:
        run.effect.add(index)
        draft.criteria[code] = CriterionDraft(by)


def _replace_criterion(run: Run, index: int, edit: ReplaceCriterion) -> None:
    path = path_of(index, edit)
    try:
        other = decision(edit.decision)
    except UnknownDecisionError as error:
        (problem,) = error.problems
        run.refuse((*path, "decision"), problem.code, problem.message, hint=problem.hint)
        return
    for draft, code in run.items(index, edit, edit.criterion):
        which = draft.before.group.slug if edit.set is None else edit.set
        try:
            source = criteria_set(other, which)
        except UnknownSetError as error:
            (problem,) = error.problems
            run.refuse((*path, "set"), problem.code, problem.message, hint=problem.hint)
            continue
        names = {name for i in source.items for name in (i.code, i.criterion.id)}
        found = [i for i in source.items if edit.by in (i.code, i.criterion.id)]
        if not found:
            where = f"{other.id} set {source.number} ({source.group.slug})"
            run.unknown((*path, "by"), edit.by, names, "criterion", where)
            continue
        _put(run, index, edit, draft, code, found[0].criterion)


def _scale(run: Run, index: int, edit: Scale) -> None:
    if edit.part is not None and edit.part not in run.levers.parts:
        path = (*path_of(index, edit), "part")
        run.unknown(path, edit.part, run.levers.parts, "part", "")
        return
    if edit.part is None:
        drafts = [draft for draft, _ in _sections(run, index, edit, edit.section or "")]
    else:
        drafts = run.chosen(index, edit)
        if not edit.sets:
            what = f"part {edit.part}"
            if not run.claim(index, edit, ("part", edit.part), edit.points, what):
                return
            run.headings.setdefault(edit.part, (edit.points, index, False))
    for draft in drafts:
        _scale_set(run, index, edit, draft)


def _scale_set(run: Run, index: int, edit: Scale, draft: SetDraft) -> None:
    codes = draft.scope(edit.part, edit.section) or []
    sections = list(dict.fromkeys(draft.section_of[code] for code in codes))
    value = ("scale", edit.part, edit.section, edit.points)
    for section in sections:
        path = (draft.before.number, "heading", section)
        if not run.claim(index, edit, path, value, f"section {section}", draft.name):
            return
        run.claims.scale(index, draft.before.number, section)
    now = [draft.criteria[code].now for code in codes]
    if not codes or any(not c.options or c.best <= 0 for c in now):
        return  # the criterion itself is told as a problem
    for code, old, best in zip(
        codes, now, apportion([c.best for c in now], edit.points), strict=True
    ):
        held = draft.criteria[code]
        run.touched[draft.before.number, code] = index
        held.slots = [
            (place, None if option is None else scaled(option, old.best, best))
            for place, option in held.slots
        ]
        if held.now != old:
            run.effect.add(index)
    for section in sections:
        points = sum(draft.criteria[code].now.best for code in draft.codes[section])
        _head(run, index, draft, section, points)


_STEPS: dict[type, object] = {
    SetPoints: _set_points,
    SetMark: _set_mark,
    SetThreshold: _set_threshold,
    SetMarkReading: _set_mark_reading,
    SetHeading: _set_heading,
    AddOption: _add_option,
    DropOption: _drop_option,
    AddCriterion: _add_criterion,
    DropCriterion: _drop_criterion,
    RestateCriterion: _restate_criterion,
    ReplaceCriterion: _replace_criterion,
    Scale: _scale,
}
