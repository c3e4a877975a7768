"""What changed between two decisions, or between two criteria sets, as rows a person can check.

Criteria of two sets stand for each other where they have the same id, else the same Vietnamese
title; what is left was added or dropped. Options stand for each other where their labels are the
same; between such options the others are paired in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from attrs import evolve, frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet, Criterion, Item, Option
from ocop.text import Label, fold

__all__ = ["Change", "compare"]


@frozen(kw_only=True)
class Change:
    """One difference. `what` is a stable kebab-case word; `before` and `after` may be None.

    `group` is the product group's slug, None for what a decision says of all its sets; `part`,
    `section` and `code` are printed codes, of the later set where the criterion is still there.
    `clause` names the annex of the later set, of the earlier one for what was dropped.
    """

    what: str
    group: str | None = None
    part: str | None = None
    section: str | None = None
    code: str | None = None
    criterion: Label | None = None
    before: Label | None = None
    after: Label | None = None
    clause: Label | None = None


def compare(
    before: Decision | CriteriaSet, after: Decision | CriteriaSet, *, group: str | None = None
) -> tuple[Change, ...]:
    """Return what changed from `before` to `after`; empty where nothing did.

    Parameters
    ----------
    before, after : Decision or CriteriaSet
        Two of a kind. Decisions are compared group by group: the slug is a group's identity.
    group : str, optional
        Only this product group of two decisions.

    Returns
    -------
    tuple of Change
        In printed order. Words of `what`: ``part-points``, ``band``, ``recognised-by``,
        ``group-added``, ``group-dropped``, ``group-renamed``, ``group-renumbered``,
        ``section-points``, ``criterion-added``, ``criterion-dropped``, ``criterion-renamed``,
        ``criterion-moved``, ``criterion-points``, ``criterion-mark``, ``option-added``,
        ``option-dropped``, ``option-reworded``, ``option-points``, ``option-mark``,
        ``rule-added``, ``rule-dropped``, ``finding-added``, ``finding-dropped``.

    Raises
    ------
    InputError
        ``mixed-kinds`` where one is a decision and the other a set.
    UnknownSetError, NotTranscribedError
        Where `group` is not in one of the decisions.

    Examples
    --------
    >>> import ocop
    >>> old, new = ocop.decision("qd-148-2023"), ocop.decision("qd-26-2026")
    >>> [c.criterion.en for c in ocop.compare(old, new, group="tea") if c.what == "criterion-added"]
    ['Raw-material area with quality certification', 'Bilingual labelling of goods']
    """
    if isinstance(before, CriteriaSet) and isinstance(after, CriteriaSet):
        return tuple(_sets(before, after))
    if isinstance(before, Decision) and isinstance(after, Decision):
        if group is not None:
            pair = criteria_set(before, group), criteria_set(after, group)
            return tuple(_sets(*pair))
        return tuple(_decisions(before, after))
    message = "found a decision and a criteria set, allowed are two of a kind"
    raise InputError([Problem("mixed-kinds", message)])


def _text(value: object) -> Label:
    return Label(str(value), str(value))


def _decisions(before: Decision, after: Decision) -> Iterator[Change]:
    points = {part.code: part.points for part in before.parts}
    for part in after.parts:
        old = points.pop(part.code, None)
        if old != part.points:
            was = None if old is None else _text(old)
            yield Change(what="part-points", part=part.code, before=was, after=_text(part.points))
    for code, old in points.items():
        yield Change(what="part-points", part=code, before=_text(old))
    for was_band, band in zip(before.bands, after.bands, strict=True):
        place = f"{'★' * band.star} "
        if was_band.at_least != band.at_least:
            texts = _text(place + str(was_band.at_least)), _text(place + str(band.at_least))
            yield Change(what="band", before=texts[0], after=texts[1])
        if was_band.recognised_by != band.recognised_by:
            names = [place + (b.recognised_by or "-") for b in (was_band, band)]
            yield Change(what="recognised-by", before=_text(names[0]), after=_text(names[1]))
    declared = {d.group: d for d in before.declared}
    for new in after.declared:
        old_set = declared.pop(new.group, None)
        if old_set is None:
            yield Change(what="group-added", group=new.group, after=new.label)
            continue
        if fold(old_set.label.vi) != fold(new.label.vi):
            what = "group-renamed"
            yield Change(what=what, group=new.group, before=old_set.label, after=new.label)
        if old_set.number != new.number:
            numbers = _text(old_set.number), _text(new.number)
            what = "group-renumbered"
            yield Change(what=what, group=new.group, before=numbers[0], after=numbers[1])
        if old_set.number in before.sets and new.number in after.sets:
            yield from _sets(before.sets[old_set.number], after.sets[new.number])
    for slug, dropped in declared.items():
        yield Change(what="group-dropped", group=slug, before=dropped.label)


@frozen
class _Place:
    """A criterion with the codes of where it stands."""

    part: str
    section: str
    item: Item


def _places(chosen: CriteriaSet) -> list[_Place]:
    return [
        _Place(part.code, section.code, item)
        for part in chosen.parts
        for section in part.sections
        for item in section.items
    ]


def _sets(before: CriteriaSet, after: CriteriaSet) -> Iterator[Change]:
    base = Change(what="", group=after.group.slug, clause=after.clause)
    old_sections = {fold(s.title.vi): s for part in before.parts for s in part.sections}
    for part in after.parts:
        for section in part.sections:
            old_section = old_sections.get(fold(section.title.vi))
            if old_section is not None and old_section.points != section.points:
                yield evolve(
                    base,
                    what="section-points",
                    part=part.code,
                    section=section.code,
                    before=_text(old_section.points),
                    after=_text(section.points),
                )
    left = _places(before)
    codes: dict[str, str] = {}
    for place in _places(after):
        here = evolve(
            base,
            part=place.part,
            section=place.section,
            code=place.item.code,
            criterion=place.item.criterion.title,
        )
        found = _counterpart(place, left)
        if found is None:
            yield evolve(here, what="criterion-added", after=_text(place.item.criterion.best))
            continue
        left.remove(found)
        codes[found.item.code] = place.item.code
        yield from _criteria(here, found, place)
    for place in left:
        criterion = place.item.criterion
        yield Change(
            what="criterion-dropped",
            group=before.group.slug,
            part=place.part,
            section=place.section,
            code=place.item.code,
            criterion=criterion.title,
            before=_text(criterion.best),
            clause=before.clause,
        )
    yield from _rules(base, before, after, codes)


def _counterpart(place: _Place, left: Sequence[_Place]) -> _Place | None:
    criterion = place.item.criterion
    for found in left:
        if found.item.criterion.id == criterion.id:
            return found
    for found in left:
        if fold(found.item.criterion.title.vi) == fold(criterion.title.vi):
            return found
    return None


def _criteria(here: Change, old: _Place, new: _Place) -> Iterator[Change]:
    before, after = old.item.criterion, new.item.criterion
    if fold(before.title.vi) != fold(after.title.vi):
        yield evolve(here, what="criterion-renamed", before=before.title, after=after.title)
    if old.item.code != new.item.code:
        codes = _text(old.item.code), _text(new.item.code)
        yield evolve(here, what="criterion-moved", before=codes[0], after=codes[1])
    if before.best != after.best:
        points = _text(before.best), _text(after.best)
        yield evolve(here, what="criterion-points", before=points[0], after=points[1])
    if before.mark != after.mark:
        yield evolve(
            here, what="criterion-mark", before=_star(before.mark), after=_star(after.mark)
        )
    yield from _options(here, before, after)


def _star(mark: int | None) -> Label | None:
    return None if mark is None else _text(f"★{mark}")


def _options(here: Change, before: Criterion, after: Criterion) -> Iterator[Change]:
    old, new = before.options, after.options
    matcher = SequenceMatcher(
        None, [fold(o.label.vi) for o in old], [fold(o.label.vi) for o in new], autojunk=False
    )
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        pairs = min(i2 - i1, j2 - j1)
        for k in range(pairs):
            yield from _option(here, old[i1 + k], new[j1 + k])
        for option in old[i1 + pairs : i2]:
            yield evolve(here, what="option-dropped", before=_described(option))
        for option in new[j1 + pairs : j2]:
            yield evolve(here, what="option-added", after=_described(option))


def _option(here: Change, before: Option, after: Option) -> Iterator[Change]:
    if fold(before.label.vi) != fold(after.label.vi):
        yield evolve(
            here, what="option-reworded", before=_described(before), after=_described(after)
        )
    elif before.points != after.points:
        yield evolve(here, what="option-points", before=_described(before), after=_described(after))
    if before.mark != after.mark:
        label = after.label
        stars = [Label(f"{_mark(o)} {label.vi}", f"{_mark(o)} {label.en}") for o in (before, after)]
        yield evolve(here, what="option-mark", before=stars[0], after=stars[1])


def _mark(option: Option) -> str:
    return "-" if option.mark is None else f"★{option.mark}"


def _described(option: Option) -> Label:
    return Label(f"{option.points}: {option.label.vi}", f"{option.points}: {option.label.en}")


def _rules(
    base: Change, before: CriteriaSet, after: CriteriaSet, codes: Mapping[str, str]
) -> Iterator[Change]:
    """Compare rules and findings; `codes` says which code of `before` stands where in `after`."""
    sections = {old.split(".")[0]: new.split(".")[0] for old, new in codes.items()}
    old_needs = {(codes.get(r.item), codes.get(r.other)): r for r in before.rules.needs}
    new_needs = {(r.item, r.other): r for r in after.rules.needs}
    old_outs = {sections.get(r.section): r for r in before.rules.knock_outs}
    new_outs = {r.section: r for r in after.rules.knock_outs}
    dropped = [r.label for key, r in old_needs.items() if key not in new_needs]
    dropped += [r.label for key, r in old_outs.items() if key not in new_outs]
    for rule in dropped:
        yield evolve(base, what="rule-dropped", before=rule, clause=before.clause)
    added = [r.label for key, r in new_needs.items() if key not in old_needs]
    added += [r.label for key, r in new_outs.items() if key not in old_outs]
    for rule in added:
        yield evolve(base, what="rule-added", after=rule)
    old = {e.finding.id: e.finding.label for e in before.exclusions}
    new = {e.finding.id: e.finding.label for e in after.exclusions}
    for name in [name for name in old if name not in new]:
        yield evolve(base, what="finding-dropped", before=old[name], clause=before.clause)
    for name in [name for name in new if name not in old]:
        yield evolve(base, what="finding-added", after=new[name])
