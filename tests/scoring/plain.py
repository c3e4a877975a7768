"""The plain scorer: the scoring model read off the law objects, sheet by sheet, without arrays.

It is the oracle of the kernel, so it shares nothing with `ocop.scoring`: options, marks, rules and
bands are looked up anew for every sheet, in the words of the decisions.

Readings: a criterion that was not assessed counts 0 points and never knocks a product out; "none
met" does. Floors of stars beyond the band are not asked for. An excluded product keeps its points
and its band and has no star.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ocop import CriteriaSet, Criterion, Score


class PlainScore(NamedTuple):
    """What a sheet reaches; `missing_floors` are (code, star, points needed)."""

    parts: dict[str, int]
    total: int
    band: int
    star: int | None
    answered: int
    of: int
    missing_floors: tuple[tuple[str, int, int], ...]
    excluded: tuple[str, ...]


def score(
    law: CriteriaSet, answers: Mapping[str, int | None], findings: Collection[str] = ()
) -> PlainScore:
    """Score one sheet: code to option position, 0 for none met, None or absent for unanswered."""
    given = {code: answer for code, answer in answers.items() if answer is not None}
    printed = [item for part in law.parts for section in part.sections for item in section.items]
    points = {item.code: _option_points(item.criterion, given.get(item.code)) for item in printed}
    before_rules = dict(points)
    for rule in law.rules.needs:
        if before_rules[rule.other] == 0:
            points[rule.item] = 0

    parts = {
        part.code: sum(points[item.code] for section in part.sections for item in section.items)
        for part in law.parts
    }
    total = sum(parts.values())
    band = max(band.star for band in law.bands if total >= band.at_least)

    missing = []
    for item in printed:
        for star in range(3, band + 1):
            needed = floor(law, item.criterion, star)
            if points[item.code] < needed:
                missing.append((item.code, star, needed))
                break

    excluded = [e.finding.id for e in law.exclusions if e.finding.id in findings]
    watched = {rule.section for rule in law.rules.knock_outs}
    for part in law.parts:
        for section in part.sections:
            if section.code in watched:
                excluded += [
                    f"zero:{item.code}"
                    for item in section.items
                    if item.code in given and points[item.code] == 0
                ]

    return PlainScore(
        parts=parts,
        total=total,
        band=band,
        star=None if excluded else _star(band, {star for _, star, _ in missing}),
        answered=len(given),
        of=len(printed),
        missing_floors=tuple(missing),
        excluded=tuple(excluded),
    )


def floor(law: CriteriaSet, criterion: Criterion, star: int) -> int:
    """Return the least points that `star` accepts: the highest option marked for it or below."""
    least = 0
    for option in criterion.options:
        if option.mark is not None and option.mark <= star and option.points > least:
            least = option.points
    if criterion.mark is not None and criterion.mark <= star:
        every = [option.points for option in criterion.options]
        least = max(least, {"any": 1, "full": max(every)}[law.criterion_mark])
    return least


def of(score: Score) -> PlainScore:
    """Return a score of ocop in the form of the plain scorer."""
    floors = tuple((floor.code, floor.star, floor.needed) for floor in score.missing_floors)
    return PlainScore(
        score.parts,
        score.total,
        score.band,
        score.star,
        score.answered,
        score.of,
        floors,
        score.excluded,
    )


def _option_points(criterion: Criterion, answer: int | None) -> int:
    return criterion.options[answer - 1].points if answer else 0


def _star(band: int, kept_from: set[int]) -> int:
    for star in range(band, 2, -1):
        if not any(lowest <= star for lowest in kept_from):
            return star
    return min(band, 2)
