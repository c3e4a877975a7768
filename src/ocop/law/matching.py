"""The nouns of a crosswalk: what of an older decision stands for what of a newer one.

Criteria are matched by id, answers by printed position: 0 where no option is met, else the option
counted from 1. A map of answers says, for each older answer, every newer answer that a fair
assessor could give for the same product. Points and marks play no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from ocop._repr import short_repr
from ocop.law.model import CriteriaSet, Item
from ocop.text import Label
from ocop.types import Relation

__all__ = ["AddedCriterion", "CriterionMatch", "Crosswalk", "GroupMatch", "Match"]

Answers = tuple[tuple[int, ...], ...]


@frozen(kw_only=True)
class GroupMatch:
    """A product group of the older decision and the groups that hold its products in the newer."""

    before: str
    after: tuple[str, ...]
    relation: Relation
    why: Label


@frozen(kw_only=True)
class CriterionMatch:
    """An older criterion and a newer one; `after` is None where there is no counterpart.

    What is said of no counterpart holds in the sets where no other match of the criterion does.

    `options` maps each older answer, as text, to the newer answers it leaves possible; it may be
    missing where the relation is ``"same"`` and the options read alike, one by one. With `groups`
    the match holds in these product groups of the older decision alone.
    """

    before: str
    relation: Relation
    after: str | None = None
    why: Label | None = None
    options: dict[str, tuple[int, ...]] | None = None
    groups: tuple[str, ...] = ()

    def holds_in(self, group: str) -> bool:
        """Say whether the match holds in a product group of the older decision."""
        return not self.groups or group in self.groups


@frozen(kw_only=True)
class AddedCriterion:
    """A newer criterion that no older one tells anything about."""

    after: str
    why: Label
    groups: tuple[str, ...] = ()

    def holds_in(self, group: str) -> bool:
        """Say whether the criterion is new for a product group of the older decision."""
        return not self.groups or group in self.groups


@frozen(kw_only=True)
class Match:
    """A row of a crosswalk between two criteria sets.

    `before` is None for a newer criterion without source, `after` for an older one without
    counterpart. ``answers[k]`` are the newer answers that the older answer k leaves possible;
    empty where there is no counterpart.
    """

    before: Item | None
    after: Item | None
    relation: Relation
    why: Label | None
    answers: Answers = ()


@frozen(kw_only=True)
class Crosswalk:
    """Which criteria and options of an older decision stand for which of a newer one.

    `before` and `after` are ids of decisions. A product group that `groups` does not name keeps
    its slug.
    """

    before: str
    after: str
    groups: tuple[GroupMatch, ...]
    criteria: tuple[CriterionMatch, ...]
    added: tuple[AddedCriterion, ...] = ()

    __repr__ = short_repr

    def groups_after(self, group: str) -> tuple[str, ...]:
        """Return the product groups that hold an older group's products; empty for none."""
        for match in self.groups:
            if match.before == group:
                return match.after
        return (group,)

    def between(self, before: CriteriaSet, after: CriteriaSet) -> tuple[Match, ...]:
        """Return the rows for two sets: the older criteria as printed, then the newer ones added.

        Examples
        --------
        >>> import ocop
        >>> walk = ocop.crosswalk("qd-148-2023", "qd-26-2026")
        >>> tea = [ocop.criteria_set(d, "tea") for d in (walk.before, walk.after)]
        >>> [m.after.criterion.id for m in walk.between(*tea) if m.before is None]
        ['certified-material-area', 'bilingual-label']
        """
        return tuple(self._rows(before, after))

    def _rows(self, before: CriteriaSet, after: CriteriaSet) -> Iterator[Match]:
        group = before.group.slug
        there = {item.criterion.id: item for item in after.items}
        by_id: Mapping[str, list[CriterionMatch]] = {i.criterion.id: [] for i in before.items}
        for match in self.criteria:
            if match.before in by_id and match.holds_in(group):
                by_id[match.before].append(match)
        for item in before.items:
            mine = by_id[item.criterion.id]
            mapped = [match for match in mine if match.after in there]
            for match in mapped or [match for match in mine if match.after is None]:
                yield Match(
                    before=item,
                    after=None if match.after is None else there[match.after],
                    relation=match.relation,
                    why=match.why,
                    answers=() if match.after is None else _answers(match, item),
                )
        for added in self.added:
            if added.after in there and added.holds_in(group):
                item = there[added.after]
                yield Match(before=None, after=item, relation="none", why=added.why)


def _answers(match: CriterionMatch, item: Item) -> Answers:
    count = len(item.criterion.options) + 1
    if match.options is None:
        return tuple((answer,) for answer in range(count))
    return tuple(match.options[str(answer)] for answer in range(count))
