"""What changed between two criteria sets: sections, criteria, options, rules and findings.

Criteria of two sets stand for each other where they have the same id, else the same Vietnamese
title; what is left was added or dropped. Options stand for each other where their labels are the
same; between such options the others are paired in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from attrs import evolve, frozen

from ocop.law.change import Change, as_label
from ocop.law.model import CriteriaSet, Criterion, Item, Option
from ocop.text import Label, fold


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


def compare_sets(before: CriteriaSet, after: CriteriaSet) -> Iterator[Change]:
    """Yield what changed from one criteria set to another, in printed order."""
    base = Change(what="", group=before.group.slug, clause=after.clause)
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
                    before=as_label(old_section.points),
                    after=as_label(section.points),
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
            yield evolve(here, what="criterion-added", after=as_label(place.item.criterion.best))
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
            before=as_label(criterion.best),
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
        codes = as_label(old.item.code), as_label(new.item.code)
        yield evolve(here, what="criterion-moved", before=codes[0], after=codes[1])
    if before.best != after.best:
        points = as_label(before.best), as_label(after.best)
        yield evolve(here, what="criterion-points", before=points[0], after=points[1])
    if before.mark != after.mark:
        yield evolve(
            here, what="criterion-mark", before=_star(before.mark), after=_star(after.mark)
        )
    yield from _options(here, before, after)


def _star(mark: int | None) -> Label | None:
    return None if mark is None else as_label(f"★{mark}")


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
    return "–" if option.mark is None else f"★{option.mark}"


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
