"""A decision of the Prime Minister, and what it says once for all its criteria sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Literal

from attrs import field, frozen

from ocop.law._digest import CALLED, digest_of
from ocop.law._law_html import decision_html
from ocop.law.model import CaseKind, CriteriaSet, Erratum, Finding, ProductGroup, StarBand
from ocop.law.process import Process
from ocop.text import Label
from ocop.types import CriterionMarkReading, DossierKind

__all__ = ["Agency", "Category", "Decision", "DeclaredSet", "PartHeading", "Source", "Transition"]


@frozen(kw_only=True)
class PartHeading:
    """What a decision says of a part for all its sets: title and points."""

    code: str
    title: Label
    points: int


@frozen(kw_only=True)
class Source:
    """Where the data comes from and how sure it is.

    `confidence` is ``"primary"`` for the official text, ``"secondary"`` for a keying of it.
    """

    confidence: Literal["primary", "secondary"]
    text: Label
    checked: Label


@frozen(kw_only=True)
class Agency:
    """A ministry that leads a product group (cơ quan chủ trì)."""

    id: str
    label: Label


@frozen(kw_only=True)
class Category:
    """The classification level between sector and product group in an annex (nhóm)."""

    slug: str
    sector: str
    label: Label


@frozen(kw_only=True)
class DeclaredSet:
    """A criteria set as its decision declares it: enough to list it without loading it.

    `why` says why the set is not transcribed, where there is more to say than "not yet".
    """

    number: int
    group: str
    label: Label
    transcribed: bool
    why: Label | None = None
    category: str | None = None
    agencies: tuple[str, ...] = ()


@frozen(kw_only=True)
class Transition:
    """How long dossiers filed before a decision go on under the rules before it.

    A dossier of this kind that was filed before the decision came into force is assessed under
    the earlier rules up to the day `days` days after that day, this day included.
    """

    kind: DossierKind
    days: int


@frozen(kw_only=True)
class Decision:
    """A decision (quyết định) of the Prime Minister that fixes criteria sets.

    `sets` maps set numbers to criteria sets; shipped decisions load a set when it is asked for.
    Dates are inclusive: in force from `in_force_from` to `in_force_until`, both days included.
    `base` is the decision that holds the criteria, where this one shares them, and `inherited`
    names what of this decision comes from there.
    """

    id: str = field(metadata=CALLED)
    number: str = field(metadata=CALLED)
    title: Label
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    amends: str | None
    replaces: tuple[str, ...]
    parts: tuple[PartHeading, ...]
    bands: tuple[StarBand, ...]
    star_marks: bool
    certificate_months: int | None
    source: Source
    declared: tuple[DeclaredSet, ...]
    groups: tuple[ProductGroup, ...]
    categories: tuple[Category, ...] = ()
    agencies: tuple[Agency, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    findings: tuple[Finding, ...] = ()
    criterion_mark: CriterionMarkReading = "any"
    transitions: tuple[Transition, ...] = ()
    process: Process = field(factory=Process)
    base: str | None = field(default=None, metadata=CALLED)
    inherited: tuple[str, ...] = field(default=(), metadata=CALLED)
    errata: tuple[Erratum, ...] = ()
    sets: Mapping[int, CriteriaSet] = field(factory=dict, eq=False, repr=False)

    def __repr__(self) -> str:
        until = "" if self.in_force_until is None else f" to {self.in_force_until}"
        there = sum(one.transcribed for one in self.declared)
        sets = f"{there} of {len(self.declared)} sets transcribed"
        return f"<Decision {self.id}: in force from {self.in_force_from}{until}, {sets}>"

    _repr_html_ = decision_html

    def in_force(self, on: date) -> bool:
        """Say whether the decision is in force on the day `on`."""
        return self.in_force_from <= on and (
            self.in_force_until is None or on <= self.in_force_until
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole content, all transcribed sets included; loads them.

        Id, number and what is inherited from whom are not content.
        """
        return digest_of(self)
