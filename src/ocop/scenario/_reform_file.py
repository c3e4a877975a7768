"""The shape of a reform's file, and what is checked of it without any decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from attrs import fields, frozen

from ocop.errors import Problem
from ocop.law._document import Document, Path
from ocop.law._names import check_slug
from ocop.law._read import Loaded
from ocop.scenario.edits import (
    KINDS_OF_EDITS,
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
from ocop.text import Label

__all__ = ["FORMATS", "EditEntry", "ReformFile", "Unfiled", "check_reform", "path_of"]

MOST = 100


@frozen(kw_only=True, eq=False, repr=False)
class EditEntry:
    """One edit under the name of its kind."""

    set_points: SetPoints | None = None
    set_mark: SetMark | None = None
    set_threshold: SetThreshold | None = None
    set_mark_reading: SetMarkReading | None = None
    set_heading: SetHeading | None = None
    add_option: AddOption | None = None
    drop_option: DropOption | None = None
    add_criterion: AddCriterion | None = None
    drop_criterion: DropCriterion | None = None
    restate_criterion: RestateCriterion | None = None
    replace_criterion: ReplaceCriterion | None = None
    scale: Scale | None = None

    @property
    def given(self) -> tuple[Edit, ...]:
        """The edits that stand here; one, where the file is sound."""
        found = (getattr(self, name) for name in KINDS_OF_EDITS)
        return tuple(edit for edit in found if edit is not None)


@frozen(kw_only=True, eq=False, repr=False)
class ReformFile:
    """A reform: an ordered list of edits."""

    format: Literal["ocop-reform/1"]
    id: str
    title: Label
    edits: tuple[EditEntry, ...]
    decision: str | None = None


FORMATS: dict[str, type] = {"ocop-reform/1": ReformFile}


class Unfiled(Document):
    """Plain values that stand in no file: problems say the path alone."""

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        hint: str | None = None,
        *,
        of_key: bool = False,
    ) -> Problem:
        """Return a problem with its path, and without file, line and column."""
        found = super().problem(code, message, path, hint, of_key=of_key)
        return replace(found, file=None, line=None, column=None)


def path_of(index: int, edit: Edit) -> Path:
    """Return the place of an edit in its reform."""
    (name,) = (name for name, kind in KINDS_OF_EDITS.items() if kind is type(edit))
    return ("edits", index, name)


def check_reform(file: Loaded[ReformFile], unsound: set[int] | None = None) -> Iterator[Problem]:
    """Check a reform on its own: one kind an entry, and numbers that the law's format allows.

    Edits in `unsound` are left out; those with problems join them.
    """
    value = file.value
    assert value is not None
    unsound = set() if unsound is None else unsound
    yield from check_slug(file, ("id",), value.id)
    for index, entry in enumerate(value.edits):
        if index not in unsound:
            problems = list(_check_entry(file, index, entry))
            if problems:
                unsound.add(index)
            yield from problems


def _check_entry(file: Loaded[ReformFile], index: int, entry: EditEntry) -> Iterator[Problem]:
    if len(entry.given) != 1:
        found = [name for name in KINDS_OF_EDITS if getattr(entry, name) is not None]
        message = f"found {', '.join(found) or 'no edit'}, allowed is one edit an entry"
        yield file.problem("one-edit", message, ("edits", index))
    for edit in entry.given:
        yield from _check_edit(file, path_of(index, edit), edit)


def _check_edit(file: Loaded[ReformFile], path: Path, edit: Edit) -> Iterator[Problem]:
    if isinstance(edit, Scale | SetHeading):
        if (edit.part is None) == (edit.section is None):
            found = "neither" if edit.part is None else "both"
            message = f"found {found} of part and section, allowed is one of them"
            yield file.problem("part-or-section", message, path)
        elif isinstance(edit, SetHeading) and edit.part is not None and edit.sets:
            message = "the heading of a part holds for all sets of the decision"
            yield file.problem("part-or-section", message, (*path, "sets"), "remove them")
    if isinstance(edit, AddCriterion | RestateCriterion):
        name = "criterion" if isinstance(edit, AddCriterion) else "by"
        yield from check_slug(file, (*path, name, "id"), getattr(edit, name).id)
    kind: Any = type(edit)
    for field in fields(kind):
        found = getattr(edit, field.name)
        least = {"points": 0, "at_least": 1, "option": 1, "before": 1}.get(field.name)
        if isinstance(edit, Scale):
            least = 1 if field.name == "points" else None
        if least is not None and isinstance(found, int) and not least <= found <= MOST:
            message = f"found {found}, allowed are {least} to {MOST}"
            yield file.problem("out-of-range", message, (*path, field.name))
