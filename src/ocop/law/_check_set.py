"""Cross checks of one criteria set: points add up, codes belong, references exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ocop.errors import Problem
from ocop.law._files import DecisionFile, PartEntry, SectionEntry, SetFile
from ocop.law._names import check_known, check_unique
from ocop.law._read import Loaded
from ocop.law._yaml import Path
from ocop.law.decision import DeclaredSet
from ocop.law.model import Criterion, Gap
from ocop.text import quoted

DOSSIER = "dossier"


def check_set(
    file: Loaded[SetFile],
    declared: DeclaredSet,
    decision: DecisionFile,
    criteria: Mapping[str, Criterion],
    *,
    all_read: bool,
) -> Iterator[Problem]:
    """Check one set file against its decision and the decision's criteria.

    Where a criteria file could not be read (`all_read` is False), criteria that are not known
    are no problem of the set.
    """
    value = file.value
    assert value is not None
    if (value.number, value.group) != (declared.number, declared.group):
        message = (
            f"found set {value.number} {quoted(value.group)}, declared in decision.yaml is "
            f"set {declared.number} {quoted(declared.group)}"
        )
        yield file.problem("set-differs", message, ("number",))
    yield from _parts(file, value, decision)
    yield from _codes(file, value, criteria, all_read=all_read)
    yield from _points(file, value, criteria)
    yield from _exclusions(file, value, decision)
    yield from _rules(file, value)


def item_codes(value: SetFile) -> list[str]:
    """Return the printed codes of all criteria in printed order."""
    return [code for part in value.parts for s in part.sections for code in s.criteria]


def section_codes(value: SetFile) -> list[str]:
    """Return the printed codes of all sections in printed order."""
    return [section.code for part in value.parts for section in part.sections]


def _sections(value: SetFile) -> Iterator[tuple[Path, PartEntry, SectionEntry]]:
    for i, part in enumerate(value.parts):
        for j, section in enumerate(part.sections):
            yield ("parts", i, "sections", j), part, section


def _parts(file: Loaded[SetFile], value: SetFile, decision: DecisionFile) -> Iterator[Problem]:
    found = [(part.code, part.points) for part in value.parts]
    allowed = [(part.code, part.points) for part in decision.parts]
    if found != allowed:
        show = ", ".join(f"{code} {points}" for code, points in found)
        want = ", ".join(f"{code} {points}" for code, points in allowed)
        message = f"found the parts {show}; the decision has {want}"
        yield file.problem("parts-differ", message, ("parts",))


def _codes(
    file: Loaded[SetFile], value: SetFile, criteria: Mapping[str, Criterion], *, all_read: bool
) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    sections: dict[str, Path] = {}
    for path, _, section in _sections(value):
        if section.code in sections:
            message = f"section {quoted(section.code)} stands twice"
            yield file.problem("duplicate-id", message, (*path, "code"))
        sections[section.code] = path
        if not section.criteria:
            yield file.problem("no-criteria", "the section has no criteria", (*path, "criteria"))
        for code, name in section.criteria.items():
            where = (*path, "criteria", code)
            if code != section.code and not code.startswith(section.code + "."):
                message = f"code {quoted(code)} does not belong to section {quoted(section.code)}"
                yield file.problem("code-outside-section", message, where)
            if code in seen:
                yield file.problem("duplicate-id", f"code {quoted(code)} stands twice", where)
            seen[code] = where
            if all_read:
                yield from check_known(file, where, name, criteria, "criterion")
        for index, heading in enumerate(section.headings):
            if not any(code.startswith(heading.code + ".") for code in section.criteria):
                message = f"no criterion stands under the heading {quoted(heading.code)}"
                yield file.problem("empty-heading", message, (*path, "headings", index, "code"))


def _points(
    file: Loaded[SetFile], value: SetFile, criteria: Mapping[str, Criterion]
) -> Iterator[Problem]:
    gaps = {gap.where: (index, gap) for index, gap in enumerate(value.gaps)}
    yield from check_unique(file, ("gaps",), "where", [gap.where for gap in value.gaps])
    for path, _, section in _sections(value):
        gap = gaps.pop(section.code, None)
        found = [criteria.get(name) for name in section.criteria.values()]
        known = [criterion.best for criterion in found if criterion and criterion.options]
        if len(known) == len(found):
            what = f"section {section.code}"
            yield from _sum(file, path, what, section.points, sum(known), gap)
    for index, part in enumerate(value.parts):
        reach = sum(section.points for section in part.sections)
        gap = gaps.pop(part.code, None)
        yield from _sum(file, ("parts", index), f"part {part.code}", part.points, reach, gap)
    for where, (index, _) in gaps.items():
        message = f"there is no part or section {quoted(where)} to have a gap"
        yield file.problem("unknown-reference", message, ("gaps", index, "where"))


def _sum(
    file: Loaded[SetFile],
    path: Path,
    what: str,
    heading: int,
    reach: int,
    gap: tuple[int, Gap] | None,
) -> Iterator[Problem]:
    if gap is None:
        if heading != reach:
            message = f"{what} has {heading} points in its heading, its contents reach {reach}"
            hint = "correct the points, or state the difference under gaps"
            yield file.problem("points-do-not-add-up", message, (*path, "points"), hint)
        return
    index, stated = gap
    if (stated.heading, stated.reachable) != (heading, reach) or heading == reach:
        message = (
            f"the gap of {what} says {stated.heading} and {stated.reachable} points, "
            f"found are {heading} and {reach}"
        )
        hint = "remove it" if heading == reach else "state what is found"
        yield file.problem("wrong-gap", message, ("gaps", index), hint)


def _exclusions(file: Loaded[SetFile], value: SetFile, decision: DecisionFile) -> Iterator[Problem]:
    findings = [finding.id for finding in decision.findings]
    places = {DOSSIER, *item_codes(value), *section_codes(value)}
    yield from check_unique(file, ("exclusions",), "finding", [e.finding for e in value.exclusions])
    for index, entry in enumerate(value.exclusions):
        path = ("exclusions", index)
        yield from check_known(file, (*path, "finding"), entry.finding, findings, "finding")
        yield from check_known(file, (*path, "where"), entry.where, places, "item or section")


def _rules(file: Loaded[SetFile], value: SetFile) -> Iterator[Problem]:
    codes, conditional = item_codes(value), {rule.item for rule in value.rules.needs}
    yield from check_unique(
        file, ("rules", "needs"), "item", [rule.item for rule in value.rules.needs]
    )
    for index, rule in enumerate(value.rules.needs):
        path = ("rules", "needs", index)
        yield from check_known(file, (*path, "item"), rule.item, codes, "criterion with code")
        yield from check_known(file, (*path, "other"), rule.other, codes, "criterion with code")
        if rule.other in conditional:
            message = f"{quoted(rule.other)} depends on another criterion itself"
            yield file.problem("rules-chain", message, (*path, "other"))
    for index, knock_out in enumerate(value.rules.knock_outs):
        where = ("rules", "knock_outs", index, "section")
        sections = section_codes(value)
        yield from check_known(file, where, knock_out.section, sections, "section")
