"""Checks over all files of a decision's folder: each criterion stands once and is used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from ocop.errors import Problem
from ocop.law._files import CriteriaFile, DecisionFile, SetFile
from ocop.law._read import Loaded
from ocop.law.model import Criterion
from ocop.text import quoted

Files = Sequence[Loaded[CriteriaFile]]


def duplicates(files: Files) -> Iterator[Problem]:
    """Find criterion ids that two files define."""
    owner: dict[str, str] = {}
    for file in files:
        for index, criterion in enumerate(file.value.criteria if file.value else ()):
            other = owner.setdefault(criterion.id, file.doc.file)
            if other != file.doc.file:
                message = f"{quoted(criterion.id)} is also defined in {other}"
                yield file.problem("duplicate-id", message, ("criteria", index, "id"))


def twins(files: Files) -> Iterator[Problem]:
    """Find criteria that differ in nothing but the id: each distinct one stands once."""
    first: dict[Criterion, tuple[str, str]] = {}
    for file in files:
        for index, criterion in enumerate(file.value.criteria if file.value else ()):
            content = evolve(criterion, id="")
            name, where = first.setdefault(content, (criterion.id, file.doc.file))
            if name != criterion.id:
                message = f"{quoted(criterion.id)} is the same as {quoted(name)} in {where}"
                hint = "keep one of them, and name it in every set"
                yield file.problem("same-criterion", message, ("criteria", index, "id"), hint)


def unused(
    header: Loaded[DecisionFile], files: Files, sets: Sequence[SetFile]
) -> Iterator[Problem]:
    """Criteria and findings that no set uses are leftovers or misspelt references."""
    used = {
        name for s in sets for p in s.parts for sec in p.sections for name in sec.criteria.values()
    }
    for file in files:
        for index, criterion in enumerate(file.value.criteria if file.value else ()):
            if criterion.id not in used:
                message = f"no set uses the criterion {quoted(criterion.id)}"
                yield file.problem("not-used", message, ("criteria", index, "id"), "remove it")
    stated = {entry.finding for s in sets for entry in s.exclusions}
    for index, finding in enumerate(header.value.findings if header.value else ()):
        if finding.id not in stated:
            message = f"no set uses the finding {quoted(finding.id)}"
            yield header.problem("not-used", message, ("findings", index, "id"), "remove it")
