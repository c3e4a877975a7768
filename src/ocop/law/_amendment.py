"""Amendments: a decision that shares its criteria with another and states only what differs."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ocop.errors import Problem
from ocop.law._files import AmendmentFile, DecisionFile
from ocop.law._names import check_unique
from ocop.law._read import Loaded
from ocop.text import quoted


def check_base(
    file: Loaded[object], own: AmendmentFile, found: bool, base: DecisionFile | None
) -> Iterator[Problem]:
    """Check what an amendment says of its base; `found` says whether the base has a folder."""
    if base is None:
        message = f"there is no decision {quoted(own.base)}"
        if found:
            message = f"{quoted(own.base)} is broken, or an amendment itself"
        hint = "name a decision that holds its own criteria"
        yield file.problem("unknown-reference", message, ("base",), hint)
        return
    yield from check_unique(file, ("not_held",), "number", [entry.number for entry in own.not_held])
    numbers = [declared.number for declared in base.sets]
    for index, entry in enumerate(own.not_held):
        if entry.number not in numbers:
            message = f"{quoted(own.base)} has no set {entry.number}"
            yield file.problem("unknown-reference", message, ("not_held", index, "number"))


def inherited(own: AmendmentFile) -> tuple[str, ...]:
    """Return what an amendment takes over from its base, by the names of `Decision`."""
    always = ("parts", "sets", "findings", "case_kinds", "certificate_months", "criterion_mark")
    own_too = {"bands": own.bands, "process": own.process}
    return (*(name for name, value in own_too.items() if value is None), *always)


def resolve(own: AmendmentFile, base: DecisionFile) -> DecisionFile:
    """Return the whole decision that an amendment stands for."""
    why = {entry.number: entry.why for entry in own.not_held}
    sets = tuple(
        evolve(declared, transcribed=False, why=why[declared.number])
        if declared.number in why
        else declared
        for declared in base.sets
    )
    return evolve(
        base,
        id=own.id,
        number=own.number,
        title=own.title,
        signed_on=own.signed_on,
        in_force_from=own.in_force_from,
        in_force_until=own.in_force_until,
        source=own.source,
        amends=own.amends,
        replaces=own.replaces,
        bands=base.bands if own.bands is None else own.bands,
        sets=sets,
        transitions=(),
        process=base.process if own.process is None else own.process,
    )
