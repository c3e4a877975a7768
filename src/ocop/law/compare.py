"""What changed between two decisions, or between two criteria sets, as rows a person can check.

Which product groups went where the crosswalks say; without one, a group stands for that of the same
slug.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocop.errors import InputError, Problem
from ocop.law._compare_sets import compare_sets
from ocop.law.catalogue import criteria_set, decision
from ocop.law.change import Change, as_label
from ocop.law.crosswalk import successors
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.text import Label, fold

__all__ = ["compare"]


def compare(
    before: str | Decision | CriteriaSet,
    after: str | Decision | CriteriaSet,
    *,
    group: str | None = None,
) -> tuple[Change, ...]:
    """Return what changed from `before` to `after`; empty where nothing did.

    Parameters
    ----------
    before, after : str, Decision or CriteriaSet
        Two of a kind: decisions, or their ids where they are shipped, or sets. Decisions are
        compared group by group: the slug is a group's identity.
    group : str, optional
        Only this product group of two decisions; where only one of them has it, compared with the
        groups that its products went to, or came from.

    Returns
    -------
    tuple of Change
        In printed order. Words of `what`: ``part-points``, ``band``, ``recognised-by``,
        ``group-added``, ``group-dropped``, ``group-merged``, ``group-split``,
        ``group-renamed``, ``group-renumbered``, ``section-points``, ``criterion-added``,
        ``criterion-dropped``, ``criterion-renamed``, ``criterion-moved``, ``criterion-points``,
        ``criterion-mark``, ``option-added``, ``option-dropped``, ``option-reworded``,
        ``option-points``, ``option-mark``, ``rule-added``, ``rule-dropped``, ``finding-added``,
        ``finding-dropped``.

    Raises
    ------
    InputError
        ``mixed-kinds`` where one is a decision and the other a set.
    UnknownDecisionError
        ``unknown-decision``.
    UnknownSetError, NotTranscribedError
        Where `group` is not in one of the decisions.

    Examples
    --------
    >>> import ocop
    >>> changes = ocop.compare("qd-148-2023", "qd-26-2026", group="tea")
    >>> [change.criterion.en for change in changes if change.what == "criterion-added"]
    ['Raw-material area with quality certification', 'Bilingual labelling of goods']
    """
    before = decision(before) if isinstance(before, str) else before
    after = decision(after) if isinstance(after, str) else after
    if isinstance(before, CriteriaSet) and isinstance(after, CriteriaSet):
        return tuple(compare_sets(before, after))
    if isinstance(before, Decision) and isinstance(after, Decision):
        if group is None:
            return tuple(_decisions(before, after))
        pairs = _pairs(before, after, group)
        return tuple(change for pair in pairs for change in compare_sets(*pair))
    message = "found a decision and a criteria set, allowed are two of a kind"
    raise InputError([Problem("mixed-kinds", message)])


def _decisions(before: Decision, after: Decision) -> Iterator[Change]:
    points = {part.code: part.points for part in before.parts}
    for part in after.parts:
        old = points.pop(part.code, None)
        if old != part.points:
            was = None if old is None else as_label(old)
            yield Change(
                what="part-points", part=part.code, before=was, after=as_label(part.points)
            )
    for code, old in points.items():
        yield Change(what="part-points", part=code, before=as_label(old))
    for was_band, band in zip(before.bands, after.bands, strict=True):
        place = f"{'★' * band.star} "
        if was_band.at_least != band.at_least:
            texts = as_label(place + str(was_band.at_least)), as_label(place + str(band.at_least))
            yield Change(what="band", before=texts[0], after=texts[1])
        if was_band.recognised_by != band.recognised_by:
            names = [place + (b.recognised_by or "-") for b in (was_band, band)]
            yield Change(what="recognised-by", before=as_label(names[0]), after=as_label(names[1]))
    yield from _groups(before, after)


def _groups(before: Decision, after: Decision) -> Iterator[Change]:
    """Yield what became of the product groups, and what changed inside those that stayed."""
    old, new = ({d.group: d for d in law.declared} for law in (before, after))
    went = successors(before, after)
    came = [slug for slugs in went.values() for slug in slugs]
    for slug, declared in new.items():
        if slug not in came:
            yield Change(what="group-added", group=slug, after=declared.label)
            continue
        if slug not in old:
            continue
        if fold(old[slug].label.vi) != fold(declared.label.vi):
            labels = old[slug].label, declared.label
            yield Change(what="group-renamed", group=slug, before=labels[0], after=labels[1])
        if old[slug].number != declared.number:
            numbers = as_label(old[slug].number), as_label(declared.number)
            yield Change(what="group-renumbered", group=slug, before=numbers[0], after=numbers[1])
        if old[slug].number in before.sets and declared.number in after.sets:
            yield from compare_sets(before.sets[old[slug].number], after.sets[declared.number])
    for slug, declared in old.items():
        if went[slug] == (slug,):
            continue
        what = "group-dropped"
        if went[slug]:
            alone = came.count(went[slug][0]) == 1
            what = "group-renamed" if alone else "group-merged"
        if len(went[slug]) > 1:
            what = "group-split"
        there = [new[name].label for name in went[slug]]
        joined = Label("; ".join(x.vi for x in there), "; ".join(x.en for x in there))
        yield Change(what=what, group=slug, before=declared.label, after=joined if there else None)


def _pairs(
    before: Decision, after: Decision, group: str
) -> Iterator[tuple[CriteriaSet, CriteriaSet]]:
    """Yield the sets to compare for a product group of either decision."""
    old, new = ([d.group for d in law.declared] for law in (before, after))
    went = successors(before, after)
    came = [slug for slug in old if group in went[slug]]
    if group in old and group not in new and went[group]:
        for slug in went[group]:
            yield criteria_set(before, group), criteria_set(after, slug)
    elif group in new and group not in old and came:
        for slug in came:
            yield criteria_set(before, slug), criteria_set(after, group)
    else:
        yield criteria_set(before, group), criteria_set(after, group)
