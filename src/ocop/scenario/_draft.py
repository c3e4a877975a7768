"""A criteria set while a reform changes it, and the new set that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from ocop.law.decision import Decision
from ocop.law.model import (
    CaseKind,
    CriteriaSet,
    Criterion,
    Exclusion,
    Gap,
    Item,
    Option,
    Part,
    Rules,
    Section,
    StarBand,
)
from ocop.types import CriterionMarkReading

__all__ = ["CriterionDraft", "Levers", "SetDraft"]

DOSSIER = "dossier"


@define(eq=False)
class CriterionDraft:
    """A criterion with its options at their printed positions.

    `slots` holds each option by its position before the reform, None for one that was dropped;
    options that the reform adds have no position.
    """

    base: Criterion
    slots: list[tuple[int | None, Option | None]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.slots = list(enumerate(self.base.options, start=1))

    @property
    def now(self) -> Criterion:
        """The criterion as it is now; the same object where nothing changed."""
        options = tuple(option for _, option in self.slots if option is not None)
        return self.base if options == self.base.options else evolve(self.base, options=options)

    def slot(self, position: int) -> int:
        """Return where the option printed at `position` stands among the slots."""
        return next(n for n, (own, _) in enumerate(self.slots) if own == position)


@define(eq=False, kw_only=True)
class Levers:
    """What a reform changes for all sets: the decision's id, bands, reading and part headings."""

    decision: str
    bands: tuple[StarBand, ...]
    reading: CriterionMarkReading
    parts: dict[str, int]

    @classmethod
    def of(cls, law: Decision, new_id: str) -> Levers:
        """Return the levers as a decision has them, under another id."""
        parts = {part.code: part.points for part in law.parts}
        return cls(decision=new_id, bands=law.bands, reading=law.criterion_mark, parts=parts)


class SetDraft:
    """One criteria set: its criteria by code, the codes of each section, and the headings."""

    def __init__(self, before: CriteriaSet) -> None:
        self.before = before
        sections = [section for part in before.parts for section in part.sections]
        self.criteria = {item.code: CriterionDraft(item.criterion) for item in before.items}
        self.codes = {s.code: [item.code for item in s.items] for s in sections}
        self.headings = {section.code: section.points for section in sections}
        self.section_of = {code: name for name, codes in self.codes.items() for code in codes}

    @property
    def name(self) -> str:
        """The set as messages name it."""
        return f"set {self.before.number} ({self.before.group.slug})"

    def named(self, name: str) -> list[str]:
        """Return the codes of the criteria printed as `name`, or of this id, before the reform."""
        return [item.code for item in self.before.items if name in (item.code, item.criterion.id)]

    def scope(self, part: str | None, section: str | None) -> list[str] | None:
        """Return the codes of a part or of a section as they are now, None where there is none."""
        for candidate in self.before.parts:
            if part is not None and candidate.code == part:
                names = [inner.code for inner in candidate.sections]
                return [code for name in names for code in self.codes[name]]
        return self.codes.get(section) if section is not None else None

    def build(self, law: Levers, kinds: Mapping[str, CaseKind]) -> CriteriaSet:
        """Return the new set; it shares with the old one whatever did not change.

        `kinds` are the case kinds of the decision, by id.
        """
        parts = tuple(_part(self, part, law.parts[part.code]) for part in self.before.parts)
        if all(new is old for new, old in zip(parts, self.before.parts, strict=True)):
            parts = self.before.parts
        changed: dict[str, Any] = {
            "decision": law.decision,
            "bands": law.bands,
            "criterion_mark": law.reading,
        }
        if parts is not self.before.parts:
            used = {c.now.case_kind for c in self.criteria.values()}
            changed |= {
                "parts": parts,
                "case_kinds": tuple(kind for name, kind in kinds.items() if name in used),
                "rules": self._rules(),
                "exclusions": self._exclusions(),
                "gaps": tuple(_gaps(parts)),
            }
        return evolve(self.before, **changed)

    @property
    def left_sections(self) -> set[str]:
        """The codes of the sections that still have criteria."""
        return {name for name, codes in self.codes.items() if codes}

    def _rules(self) -> Rules:
        rules, sections = self.before.rules, self.left_sections
        return Rules(
            needs=tuple(
                r for r in rules.needs if r.item in self.criteria and r.other in self.criteria
            ),
            knock_outs=tuple(r for r in rules.knock_outs if r.section in sections),
        )

    def _exclusions(self) -> tuple[Exclusion, ...]:
        there = {DOSSIER, *self.criteria, *self.left_sections}
        return tuple(
            e if e.where in there else evolve(e, where=DOSSIER) for e in self.before.exclusions
        )


def _part(draft: SetDraft, part: Part, points: int) -> Part:
    sections = tuple(_section(draft, s) for s in part.sections if draft.codes[s.code])
    same = [new is old for new, old in zip(sections, part.sections, strict=False)]
    if points == part.points and all(same) and len(sections) == len(part.sections):
        return part
    return evolve(part, points=points, sections=sections)


def _section(draft: SetDraft, section: Section) -> Section:
    old = {item.code: item for item in section.items}
    codes, points = draft.codes[section.code], draft.headings[section.code]
    items = tuple(_item(old.get(code), code, draft.criteria[code].now) for code in codes)
    same = len(items) == len(section.items)
    same = same and all(a is b for a, b in zip(items, section.items, strict=False))
    if same and points == section.points:
        return section
    headings = tuple(
        h for h in section.headings if any(code.startswith(h.code + ".") for code in codes)
    )
    return evolve(section, points=points, items=items, headings=headings)


def _item(old: Item | None, code: str, criterion: Criterion) -> Item:
    if old is not None and old.criterion is criterion:
        return old
    return Item(code=code, criterion=criterion)


def _gaps(parts: Sequence[Part]) -> Iterator[Gap]:
    """State every heading that its contents do not reach, or exceed."""
    for part in parts:
        for section in part.sections:
            reach = sum(item.criterion.best for item in section.items)
            if reach != section.points:
                yield Gap(where=section.code, heading=section.points, reachable=reach)
        reach = sum(section.points for section in part.sections)
        if reach != part.points:
            yield Gap(where=part.code, heading=part.points, reachable=reach)
