"""The shapes of the YAML files, where they differ from the objects built from them.

They are neither compared nor shown, so attrs compiles no methods for that at import.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen

from ocop.law.decision import (
    Agency,
    Category,
    DeclaredSet,
    PartHeading,
    Source,
    Transition,
)
from ocop.law.matching import AddedCriterion, CriterionMatch, GroupMatch
from ocop.law.model import (
    CaseKind,
    Criterion,
    Erratum,
    Finding,
    Gap,
    Heading,
    Rules,
    Sector,
    StarBand,
)
from ocop.law.process import Process
from ocop.text import Label
from ocop.types import CriterionMarkReading

__all__ = [
    "KINDS",
    "AmendmentFile",
    "CriteriaFile",
    "CrosswalkFile",
    "DecisionFile",
    "ExclusionEntry",
    "GroupEntry",
    "GroupsFile",
    "NotHeld",
    "PartEntry",
    "SectionEntry",
    "SetFile",
]


@frozen(kw_only=True, eq=False, repr=False)
class GroupEntry:
    """A product group; `sector` is the slug of a sector in the same file or in groups.yaml."""

    slug: str
    label: Label
    sector: str


@frozen(kw_only=True, eq=False, repr=False)
class GroupsFile:
    """groups.yaml: the sectors and the product groups that all decisions share."""

    format: Literal["ocop-groups/1"]
    sectors: tuple[Sector, ...]
    groups: tuple[GroupEntry, ...]


@frozen(kw_only=True, eq=False, repr=False)
class DecisionFile:
    """decision.yaml: everything a decision says once for all its sets."""

    format: Literal["ocop-decision/1"]
    id: str
    number: str
    title: Label
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    parts: tuple[PartHeading, ...]
    bands: tuple[StarBand, ...]
    star_marks: bool
    source: Source
    sets: tuple[DeclaredSet, ...]
    amends: str | None = None
    replaces: tuple[str, ...] = ()
    certificate_months: int | None = None
    criterion_mark: CriterionMarkReading = "any"
    categories: tuple[Category, ...] = ()
    agencies: tuple[Agency, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    findings: tuple[Finding, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    transitions: tuple[Transition, ...] = ()
    process: Process = field(factory=Process)
    errata: tuple[Erratum, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class NotHeld:
    """A set of the base decision whose own text for this decision is not in our sources."""

    number: int
    why: Label


@frozen(kw_only=True, eq=False, repr=False)
class AmendmentFile:
    """decision.yaml of a decision that shares its criteria with `base`: only what differs."""

    format: Literal["ocop-amendment/1"]
    base: str
    id: str
    number: str
    title: Label
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    source: Source
    amends: str | None = None
    replaces: tuple[str, ...] = ()
    bands: tuple[StarBand, ...] | None = None
    process: Process | None = None
    not_held: tuple[NotHeld, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class CriteriaFile:
    """criteria/<theme>.yaml: each distinct criterion of a theme once."""

    format: Literal["ocop-criteria/1"]
    theme: str
    criteria: tuple[Criterion, ...]


@frozen(kw_only=True, eq=False, repr=False)
class SectionEntry:
    """A section of a set: printed code -> id of the criterion that stands there."""

    code: str
    title: Label
    points: int
    criteria: dict[str, str]
    headings: tuple[Heading, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class PartEntry:
    """A part of a set; its title stands in decision.yaml."""

    code: str
    points: int
    sections: tuple[SectionEntry, ...]


@frozen(kw_only=True, eq=False, repr=False)
class ExclusionEntry:
    """A finding of the decision that this set knows, and where its annex names it."""

    finding: str
    where: str


@frozen(kw_only=True, eq=False, repr=False)
class SetFile:
    """sets/NN-<slug>.yaml: the tree of one criteria set, short enough to hold against the annex."""

    format: Literal["ocop-set/1"]
    number: int
    group: str
    clause: Label
    parts: tuple[PartEntry, ...]
    exclusions: tuple[ExclusionEntry, ...] = ()
    rules: Rules = field(factory=Rules)
    errata: tuple[Erratum, ...] = ()
    gaps: tuple[Gap, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class CrosswalkFile:
    """crosswalks/<before>--<after>.yaml: which criteria of two decisions stand for each other."""

    format: Literal["ocop-crosswalk/1"]
    before: str
    after: str
    criteria: tuple[CriterionMatch, ...]
    groups: tuple[GroupMatch, ...] = ()
    added: tuple[AddedCriterion, ...] = ()


KINDS: dict[str, type] = {
    "ocop-groups/1": GroupsFile,
    "ocop-decision/1": DecisionFile,
    "ocop-amendment/1": AmendmentFile,
    "ocop-criteria/1": CriteriaFile,
    "ocop-set/1": SetFile,
    "ocop-crosswalk/1": CrosswalkFile,
}
