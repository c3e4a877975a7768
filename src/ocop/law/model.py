"""The nouns of the law: criteria sets and what they are made of.

All classes are frozen and know nothing of YAML. Points and stars are whole numbers; options are
counted from 1 in printed order.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from attrs import field, frozen

from ocop._repr import short_repr
from ocop.law._digest import CALLED, digest_of
from ocop.law._law_html import criteria_set_html, criterion_html, item_html
from ocop.text import Label, number_of
from ocop.types import CriterionMarkReading, Mark, Star

__all__ = [
    "Case",
    "CaseKind",
    "CriteriaSet",
    "Criterion",
    "Erratum",
    "Exclusion",
    "Finding",
    "Gap",
    "Heading",
    "Item",
    "KnockOut",
    "Needs",
    "Option",
    "Part",
    "ProductGroup",
    "Rules",
    "Section",
    "Sector",
    "StarBand",
]


@frozen(kw_only=True)
class Option:
    """One printed answer of a criterion (mức), with its whole points.

    `mark` is the printed star mark: the option is the least that this star level accepts.
    `case` names the case of the criterion's kind that the option belongs to.
    """

    points: int
    label: Label
    mark: Mark | None = None
    case: str | None = None


@frozen(kw_only=True)
class Criterion:
    """A distinct criterion (tiêu chí) of a decision: a title and options in printed order.

    A mark on the criterion itself (`mark`) says that a star level needs points here, without
    saying which option; how it is read is a setting of the decision.
    """

    id: str = field(metadata=CALLED)
    title: Label
    options: tuple[Option, ...]
    mark: Mark | None = None
    case_kind: str | None = None
    note: Label | None = None

    __repr__ = short_repr
    _repr_html_ = criterion_html

    @property
    def best(self) -> int:
        """The highest points of any option, in points."""
        return max(option.points for option in self.options)

    def best_of(self, case: str | None) -> int:
        """Return the highest points among the options of one case."""
        return max((o.points for o in self.options if o.case == case), default=0)

    def floor(self, star: int, reading: CriterionMarkReading = "any") -> int:
        """Return the least points that `star` accepts here; 0 where nothing is asked.

        Floors are cumulative: five stars also need the marks for four and three.
        """
        marked = [o.points for o in self.options if o.mark is not None and o.mark <= star]
        if self.mark is not None and self.mark <= star:
            marked.append(1 if reading == "any" else self.best)
        return max(marked, default=0)


@frozen(kw_only=True)
class Item:
    """A criterion at its printed code in a criteria set, such as 1.2 or 6.1.3."""

    code: str
    criterion: Criterion

    __repr__ = short_repr
    _repr_html_ = item_html


@frozen(kw_only=True)
class Heading:
    """A printed sub-heading inside a section; it carries no points of its own."""

    code: str
    title: Label


@frozen(kw_only=True)
class Section:
    """A numbered section (mục) of a part, with the points printed in its heading."""

    code: str
    title: Label
    points: int
    items: tuple[Item, ...]
    headings: tuple[Heading, ...] = ()

    __repr__ = short_repr


@frozen(kw_only=True)
class Part:
    """Part A, B or C (phần) of a criteria set, with the points printed in its heading."""

    code: str
    title: Label
    points: int
    sections: tuple[Section, ...]

    __repr__ = short_repr

    @property
    def items(self) -> tuple[Item, ...]:
        """The criteria of the part in printed order."""
        return tuple(item for section in self.sections for item in section.items)


@frozen(kw_only=True)
class StarBand:
    """A band of total points (khung điểm) and the star it opens; bands are half-open.

    `recognised_by` is the level that recognises the star, None where nobody does.
    """

    star: Star
    at_least: int
    recognised_by: Literal["district", "province", "centre"] | None = None


@frozen(kw_only=True)
class Case:
    """One of the cases of a kind, such as services provided by the community."""

    id: str
    label: Label


@frozen(kw_only=True)
class CaseKind:
    """A choice that the annex asks the assessor to make once for the whole sheet."""

    id: str
    label: Label
    cases: tuple[Case, ...]


@frozen(kw_only=True)
class Finding:
    """A fact that an assessor states and that excludes a product, such as forged papers."""

    id: str
    label: Label


@frozen(kw_only=True)
class Exclusion:
    """A finding that a criteria set knows, and where the annex names it.

    `where` is an item or section code, or ``"dossier"`` for the line above the table.
    """

    finding: Finding
    where: str


@frozen(kw_only=True)
class Needs:
    """Rule: `item` counts only where `other` scores above 0; otherwise it scores 0."""

    item: str
    other: str

    @property
    def label(self) -> Label:
        """The rule in words."""
        vi = f"{self.item} chỉ tính khi {self.other} có điểm"
        return Label(vi, f"{self.item} counts only where {self.other} scores above 0")


@frozen(kw_only=True)
class KnockOut:
    """Rule: an assessed criterion of `section` that scores 0 points excludes the product."""

    section: str

    @property
    def label(self) -> Label:
        """The rule in words."""
        vi = f"0 điểm ở một tiêu chí của mục {self.section} thì bị loại"
        return Label(vi, f"0 points in a criterion of section {self.section} excludes")


@frozen(kw_only=True)
class Rules:
    """The rules that a criteria set computes from the sheet itself."""

    needs: tuple[Needs, ...] = ()
    knock_outs: tuple[KnockOut, ...] = ()


@frozen(kw_only=True)
class Erratum:
    """Where the print and our reading differ: what was printed, what is read."""

    where: str
    printed: str
    read: str


@frozen(kw_only=True)
class Gap:
    """A heading whose points its options do not reach in the source.

    `where` is a part or section code, `heading` and `reachable` are points.
    """

    where: str
    heading: int
    reachable: int


@frozen(kw_only=True)
class Sector:
    """One of the programme's sectors (ngành sản phẩm)."""

    slug: str
    label: Label


@frozen(kw_only=True)
class ProductGroup:
    """A product group (nhóm sản phẩm): the identity that criteria sets share across decisions.

    Set numbers mean other products in other decisions; the slug never does.
    """

    slug: str
    label: Label
    sector: Sector


@frozen(kw_only=True)
class CriteriaSet:
    """A criteria set (bộ tiêu chí): one decision's criteria for one product group.

    Everything that scoring needs is here, so that a set stands alone: bands, rules, cases and
    the reading of criterion marks come along from the decision.

    References
    ----------
    The binding text is the annex that `clause` names.
    """

    decision: str = field(metadata=CALLED)
    number: int
    group: ProductGroup
    label: Label
    clause: Label
    parts: tuple[Part, ...]
    bands: tuple[StarBand, ...]
    case_kinds: tuple[CaseKind, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    rules: Rules = field(factory=Rules)
    criterion_mark: CriterionMarkReading = "any"
    errata: tuple[Erratum, ...] = ()
    gaps: tuple[Gap, ...] = ()
    confidence: Literal["primary", "secondary"] = "primary"

    def __repr__(self) -> str:
        shape = f"{number_of(len(self.items), 'criterion')}, {self.reachable} points"
        return f"<CriteriaSet {self.decision} set {self.number} {self.group.slug}: {shape}>"

    _repr_html_ = criteria_set_html

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The criteria of all parts in printed order."""
        return tuple(item for part in self.parts for item in part.items)

    @property
    def codes(self) -> tuple[str, ...]:
        """The printed codes in printed order, such as 1.1 or 6.2.3."""
        return tuple(item.code for item in self.items)

    def item(self, code: str) -> Item:
        """Return the item printed as `code`; KeyError where there is none.

        Examples
        --------
        >>> import ocop
        >>> ocop.criteria_set("qd-26-2026", "tea").item("5.1").criterion.best
        5
        """
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def section_items(self, section: str) -> tuple[Item, ...]:
        """Return the items of the section with code `section`; empty where there is none."""
        sections = (one for part in self.parts for one in part.sections if one.code == section)
        return tuple(item for one in sections for item in one.items)

    @property
    def reachable(self) -> int:
        """The highest total that one sheet can reach, in points; computed, never assumed.

        Where options belong to cases, one case of each kind is taken, the better one.
        """
        total = sum(i.criterion.best for i in self.items if i.criterion.case_kind is None)
        for kind in self.case_kinds:
            inside = [i.criterion for i in self.items if i.criterion.case_kind == kind.id]
            total += max(sum(c.best_of(case.id) for c in inside) for case in kind.cases)
        return total

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, as ``sha256:`` and 64 hexadecimal digits.

        The ids of the decision and of criteria are not content.
        """
        return digest_of(self)
