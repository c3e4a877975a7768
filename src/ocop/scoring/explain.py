"""Why this star: the full account of one product, read off its sheet and the law."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index

from ocop.errors import InputError, Problem
from ocop.law.model import Case, CriteriaSet, Needs
from ocop.scoring._score_columns import origin_kind
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.account import (
    Account,
    BandAccount,
    CriterionAccount,
    ExclusionAccount,
    FloorAccount,
    LackingFloor,
    Obstacle,
    RuleAccount,
)
from ocop.scoring.floors import points_of
from ocop.scoring.scores import Score, Scores, score
from ocop.scoring.sheet import Sheet
from ocop.scoring.table import table_of
from ocop.text import Label, quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["explain"]


def explain(sheet: Sheet | Scores, row: int = 0) -> Account:
    """Account for one product's result, criterion by criterion.

    Parameters
    ----------
    sheet : Sheet or Scores
        One sheet, or scores of a batch.
    row : int, default 0
        Which product of the batch, counted from 0; negative from the end.

    Returns
    -------
    Account
        Criteria with answers, points and floors; bands, floors missed, rules that changed the
        result, exclusions, and the first thing in the way to the next star: an exclusion before
        all else, then a floor (raising it adds points too), then points.

    Raises
    ------
    InputError
        ``row-out-of-range``, ``not-a-whole-number``.

    References
    ----------
    26/2026/QĐ-TTg, Annex II: a star mark is the least to be met for that star level.

    Examples
    --------
    The best option everywhere but in the distribution area of the product:

    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in tea.items}
    >>> account = explain(ocop.Sheet(criteria_set=tea, answers={**best, "4.1": 3}))
    >>> account.total, account.band, account.star
    (98, 5, 4)
    >>> account.first.kind, account.first.star, account.first.code, account.first.lacking
    ('floor', 5, '4.1', 2)
    """
    scores = sheet if isinstance(sheet, Scores) else score(sheet)
    place = _place(row, len(scores))
    result = scores[place]
    law = scores.criteria_set
    answers = scores.sheets.answers[place].tolist()
    stored = scores.sheets.answers[place : place + 1]
    points = [int(column[0]) for column in points_of(table_of(law), stored)]
    criteria = _criteria(law, answers, points)
    bands = tuple(
        BandAccount(
            star=band.star,
            at_least=band.at_least,
            lacking=max(0, band.at_least - result.total),
        )
        for band in sorted(law.bands, key=lambda band: band.star)
    )
    missing = _missing(criteria, result.band)
    excluded = tuple(_exclusion(law, reason) for reason in result.excluded)
    return Account(
        product=result.product,
        criteria_set=law,
        parts=result.parts,
        total=result.total,
        band=result.band,
        star=result.star,
        answered=result.answered,
        of=result.of,
        first=_first(result, excluded, missing, bands),
        excluded=excluded,
        rules=_rules(law, answers, points, result.excluded),
        bands=bands,
        missing=missing,
        criteria=criteria,
        origin=origin_kind([scores.sheets]),
    )


def _place(row: int, count: int) -> int:
    try:
        place = index(row)
    except TypeError:
        message = f"found {quoted(row)}, allowed is a whole number"
        raise InputError([Problem("not-a-whole-number", message, path="row")]) from None
    if not -count <= place < count:
        allowed = f"allowed are 0 to {count - 1}" if count else "there are no products"
        raise InputError([Problem("row-out-of-range", f"found {place}, {allowed}", path="row")])
    return place % count


def _criteria(
    law: CriteriaSet, answers: Sequence[int], points: Sequence[int]
) -> tuple[CriterionAccount, ...]:
    cases = _cases(law, answers)
    scored = dict(zip(law.codes, points, strict=True))
    idle = {rule.item: rule.label for rule in law.rules.needs if not scored[rule.other]}
    places = [
        (part.code, section.code, item)
        for part in law.parts
        for section in part.sections
        for item in section.items
    ]
    made = []
    for (part, section, item), answer, reached in zip(places, answers, points, strict=True):
        criterion, code = item.criterion, item.code
        case = cases.get(criterion.case_kind or "")
        asked = [(s, criterion.floor(s, law.criterion_mark)) for s in STARS_WITH_FLOORS]
        made.append(
            CriterionAccount(
                code=code,
                title=criterion.title,
                part=part,
                section=section,
                clause=Label(f"{law.clause.vi}, mục {code}", f"{law.clause.en}, item {code}"),
                answer=None if answer == UNANSWERED else answer,
                answer_label=(
                    criterion.options[answer - 1].label if 0 < answer < UNANSWERED else None
                ),
                points=reached,
                best=criterion.best if case is None else criterion.best_of(case.id),
                floors=tuple(
                    FloorAccount(star=star, least=least, met=reached >= least)
                    for star, least in asked
                    if least
                ),
                counts=code not in idle,
                rule=idle.get(code),
                case=case,
            )
        )
    return tuple(made)


def _cases(law: CriteriaSet, answers: Sequence[int]) -> dict[str, Case]:
    """Return the case that the sheet uses, by kind; a valid sheet uses one of each at most."""
    used = {
        (item.criterion.case_kind, item.criterion.options[answer - 1].case)
        for item, answer in zip(law.items, answers, strict=True)
        if 0 < answer < UNANSWERED
    }
    return {
        kind.id: case
        for kind in law.case_kinds
        for case in kind.cases
        if (kind.id, case.id) in used
    }


def _missing(criteria: Sequence[CriterionAccount], band: int) -> tuple[LackingFloor, ...]:
    # The band's star first: it is what the points have earned already.
    below = [star for star in reversed(STARS_WITH_FLOORS) if star <= band]
    above = [star for star in STARS_WITH_FLOORS if star > band]
    binding = {
        line.code for line in criteria if line.kept_from is not None and line.kept_from <= band
    }
    found = []
    for star in (*below, *above):
        missed = [
            LackingFloor(
                star=star,
                code=line.code,
                title=line.title,
                least=floor.least,
                points=line.points,
                lacking=floor.least - line.points,
                rule=line.rule,
            )
            for line in criteria
            if (floor := line.floor(star)) is not None and not floor.met
        ]
        found += sorted(missed, key=lambda one: one.code not in binding)
    return tuple(found)


def _exclusion(law: CriteriaSet, reason: str) -> ExclusionAccount:
    for exclusion in law.exclusions:
        if exclusion.finding.id == reason:
            label = exclusion.finding.label
            return ExclusionAccount(reason=reason, label=label, where=exclusion.where)
    code = reason.removeprefix("zero:")
    title = law.item(code).criterion.title
    where = next(
        rule.section
        for rule in law.rules.knock_outs
        if code in [item.code for item in law.section_items(rule.section)]
    )
    label = Label(f"{code} {title.vi}: 0 điểm", f"{code} {title.en}: 0 points")
    return ExclusionAccount(reason=reason, label=label, where=where)


def _rules(
    law: CriteriaSet, answers: Sequence[int], points: Sequence[int], excluded: Sequence[str]
) -> tuple[RuleAccount, ...]:
    """Return the rules that changed the result: took points, or knocked the product out."""
    place = {code: n for n, code in enumerate(law.codes)}

    def lost(rule: Needs) -> int:
        answer = answers[place[rule.item]]
        if points[place[rule.other]] or not 0 < answer < UNANSWERED:
            return 0
        return law.items[place[rule.item]].criterion.options[answer - 1].points

    fired = [
        RuleAccount(kind="needs", label=rule.label, codes=(rule.item,), lost=lost(rule))
        for rule in law.rules.needs
        if lost(rule)
    ]
    for knock_out in law.rules.knock_outs:
        inside = [item.code for item in law.section_items(knock_out.section)]
        zero = tuple(code for code in inside if f"zero:{code}" in excluded)
        if zero:
            fired.append(RuleAccount(kind="knock-out", label=knock_out.label, codes=zero, lost=0))
    return tuple(fired)


def _first(
    result: Score,
    excluded: Sequence[ExclusionAccount],
    missing: Sequence[LackingFloor],
    bands: Sequence[BandAccount],
) -> Obstacle | None:
    if excluded:
        unmet = {one.star for one in missing}
        reached = [star for star in STARS_WITH_FLOORS if star <= result.band and star not in unmet]
        reason = excluded[0]
        return Obstacle(
            kind="exclusion",
            star=max(reached, default=min(result.band, 2)),
            code=reason.reason,
            label=reason.label,
        )
    following = (result.star or 0) + 1
    if following > bands[-1].star:
        return None
    floors = [one for one in missing if one.star == following]
    if floors:
        # A criterion that a rule leaves without points cannot be raised before its rule is met.
        floor = min(floors, key=lambda one: one.rule is not None)
        return Obstacle(
            kind="floor",
            star=following,
            code=floor.code,
            label=floor.title,
            least=floor.least,
            lacking=floor.lacking,
            rule=floor.rule,
        )
    band = next(band for band in bands if band.star == following)
    return Obstacle(kind="points", star=following, least=band.at_least, lacking=band.lacking)
