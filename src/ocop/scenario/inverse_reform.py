"""The reform that takes back another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from ocop._renamed import renamed_arguments
from ocop.errors import InputError, Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet, Criterion, Section
from ocop.scenario.apply_reform import apply_reform
from ocop.scenario.edits import (
    AddCriterion,
    DropCriterion,
    Edit,
    RestateCriterion,
    SetHeading,
    SetMarkReading,
    SetThreshold,
)
from ocop.scenario.reform import Reform
from ocop.text import Label

__all__ = ["inverse_reform"]


@renamed_arguments("0.3", decision="law")
def inverse_reform(reform: Reform, law: str | Decision) -> Reform:
    """Return the reform that makes the old law of the new one again, with the same digests.

    Every kind of edit is taken back: changed criteria are written out as they were, added ones
    dropped, dropped ones added at their place. What follows a dropped criterion without an edit of
    its own cannot be brought back: a rule, the place of a finding, a sub-heading, a whole section,
    and how producers answer a criterion whose options were changed in number or order.

    Parameters
    ----------
    reform : Reform
    law : str or Decision
        What the reform was, or would be, applied to.

    Returns
    -------
    Reform
        Its id is ``undo-`` and that of `reform`; it is applied to the new decision.

    Raises
    ------
    InputError
        ``not-invertible``, naming what cannot be brought back; and what `apply_reform` raises.

    Examples
    --------
    >>> import ocop
    >>> reform = ocop.Reform(
    ...     id="strict-five",
    ...     title=ocop.Label("Năm sao chặt hơn", "A stricter five stars"),
    ...     edits=[ocop.SetThreshold(star=5, at_least=92)],
    ... )
    >>> law = ocop.decision("qd-26-2026")
    >>> new = ocop.apply_reform(reform, law).decision
    >>> undo = ocop.inverse_reform(reform, law)
    >>> ocop.apply_reform(undo, new).decision.digest == law.digest
    True
    """
    done = apply_reform(reform, law)
    old, new = done.before, done.decision
    edits: list[Edit] = []
    for was, now in zip(old.bands, new.bands, strict=True):
        if was.at_least != now.at_least and was.star != 1:
            edits.append(SetThreshold(star=was.star, at_least=was.at_least))
    if old.criterion_mark != new.criterion_mark:
        edits.append(SetMarkReading(reading=old.criterion_mark))
    for part, changed in zip(old.parts, new.parts, strict=True):
        if part.points != changed.points:
            edits.append(SetHeading(part=part.code, points=part.points))
    for number in old.sets:
        if new.sets[number].parts is not old.sets[number].parts:
            edits += _back(old.sets[number], new.sets[number])
    title = Label(f"Bỏ sửa đổi: {reform.title.vi}", f"Undo: {reform.title.en}")
    undo = Reform(id=f"undo-{reform.id}", title=title, edits=_together(edits))
    _check(undo, old, new)
    return undo


def _back(old: CriteriaSet, new: CriteriaSet) -> Iterator[Edit]:
    """Yield the edits that bring the criteria and headings of one set back."""
    sets = (old.number,)
    here = {section.code: section for part in new.parts for section in part.sections}
    now = {item.code: item.criterion for item in new.items}
    was = {item.code: item.criterion for item in old.items}
    for section in (section for part in old.parts for section in part.sections):
        if section.code not in here:
            continue  # a section cannot be added; the check at the end names it
        if section.points != here[section.code].points:
            yield SetHeading(section=section.code, points=section.points, sets=sets)
        yield from _section_back(section, here[section.code], now, sets)
    for code in now:
        if code not in was:
            yield DropCriterion(criterion=code, sets=sets)


def _section_back(
    section: Section, here: Section, now: dict[str, Criterion], sets: tuple[int, ...]
) -> Iterator[Edit]:
    left = [item.code for item in here.items]
    codes = [item.code for item in section.items]
    for place, item in enumerate(section.items):
        if item.code in left:
            if now[item.code] != item.criterion:
                yield RestateCriterion(criterion=item.code, by=item.criterion, sets=sets)
            continue
        before = next((code for code in codes[place + 1 :] if code in left), None)
        yield AddCriterion(
            section=section.code,
            code=item.code,
            criterion=item.criterion,
            before=before,
            sets=sets,
        )


def _together(edits: list[Edit]) -> list[Edit]:
    """Join edits that differ in nothing but the set."""
    joined: dict[Any, list[int | str]] = {}
    for edit in edits:
        alone: Any = edit
        names = getattr(edit, "sets", ())
        joined.setdefault(evolve(alone, sets=()) if names else edit, []).extend(names)
    return [evolve(edit, sets=names) if names else edit for edit, names in joined.items()]


def _check(undo: Reform, old: Decision, new: Decision) -> None:
    back = apply_reform(undo, new).decision
    lost = [
        f"set {number} ({old.sets[number].group.slug})"
        for number in old.sets
        if back.sets[number].digest != old.sets[number].digest
    ]
    if not lost and back.digest == old.digest:
        return
    what = ", ".join(lost) or "what the decision says of its process"
    message = f"what the reform changes cannot be brought back by edits alone: {what}"
    hint = "keep the old decision: applying a reform never touches it"
    raise InputError([Problem("not-invertible", message, hint=hint)])
