"""From files that are sound to the objects of the law."""

from __future__ import annotations

from collections.abc import Mapping

from ocop.law._files import DecisionFile, GroupEntry, SetFile
from ocop.law.decision import Decision, DeclaredSet
from ocop.law.model import (
    CriteriaSet,
    Criterion,
    Exclusion,
    Item,
    Part,
    ProductGroup,
    Section,
    Sector,
)


def build_groups(
    entries: tuple[GroupEntry, ...], sectors: Mapping[str, Sector]
) -> dict[str, ProductGroup]:
    """Return product groups by slug."""
    return {
        e.slug: ProductGroup(slug=e.slug, label=e.label, sector=sectors[e.sector]) for e in entries
    }


def build_decision(
    header: DecisionFile,
    groups: Mapping[str, ProductGroup],
    sets: Mapping[int, CriteriaSet],
) -> Decision:
    """Build a decision from its header; `sets` may load them when they are asked for."""
    return Decision(
        id=header.id,
        number=header.number,
        title=header.title,
        signed_on=header.signed_on,
        in_force_from=header.in_force_from,
        in_force_until=header.in_force_until,
        amends=header.amends,
        replaces=header.replaces,
        parts=header.parts,
        bands=header.bands,
        star_marks=header.star_marks,
        certificate_months=header.certificate_months,
        source=header.source,
        declared=header.sets,
        groups=tuple(groups[declared.group] for declared in header.sets),
        categories=header.categories,
        agencies=header.agencies,
        case_kinds=header.case_kinds,
        findings=header.findings,
        criterion_mark=header.criterion_mark,
        transitions=header.transitions,
        process=header.process,
        errata=header.errata,
        sets=sets,
    )


def build_set(
    header: DecisionFile,
    declared: DeclaredSet,
    value: SetFile,
    criteria: Mapping[str, Criterion],
    groups: Mapping[str, ProductGroup],
) -> CriteriaSet:
    """Build one criteria set from its file and the criteria of its decision."""
    titles = {part.code: part.title for part in header.parts}
    findings = {finding.id: finding for finding in header.findings}
    parts = tuple(
        Part(
            code=part.code,
            title=titles[part.code],
            points=part.points,
            sections=tuple(
                Section(
                    code=section.code,
                    title=section.title,
                    points=section.points,
                    headings=section.headings,
                    items=tuple(
                        Item(code=code, criterion=criteria[name])
                        for code, name in section.criteria.items()
                    ),
                )
                for section in part.sections
            ),
        )
        for part in value.parts
    )
    kinds = {i.criterion.case_kind for part in parts for i in part.items}
    return CriteriaSet(
        decision=header.id,
        number=value.number,
        group=groups[value.group],
        label=declared.label,
        clause=value.clause,
        parts=parts,
        bands=header.bands,
        case_kinds=tuple(kind for kind in header.case_kinds if kind.id in kinds),
        exclusions=tuple(
            Exclusion(finding=findings[e.finding], where=e.where) for e in value.exclusions
        ),
        rules=value.rules,
        criterion_mark=header.criterion_mark,
        errata=value.errata,
        gaps=value.gaps,
        confidence=header.source.confidence,
    )
