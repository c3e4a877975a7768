"""Cross checks of law files: what a shape alone cannot say.

Each function returns problems with their places; nothing here raises. The checks of one criteria
set are in `_check_set`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from ocop.errors import Problem
from ocop.law._check_process import check_process
from ocop.law._files import CriteriaFile, DecisionFile, GroupsFile
from ocop.law._names import check_known, check_slug, check_unique
from ocop.law._read import Loaded
from ocop.law._yaml import Path
from ocop.law.decision import Decision
from ocop.law.model import CaseKind, Criterion
from ocop.text import Label, quoted
from ocop.types import Lang

MAX_POINTS = 100
MAX_OPTIONS = 100


def check_groups(file: Loaded[GroupsFile]) -> Iterator[Problem]:
    """Check groups.yaml: unique slugs, known sectors."""
    value = file.value
    assert value is not None
    sectors = [sector.slug for sector in value.sectors]
    yield from check_unique(file, ("sectors",), "slug", sectors)
    yield from check_unique(file, ("groups",), "slug", [g.slug for g in value.groups])
    for index, slug in enumerate(sectors):
        yield from check_slug(file, ("sectors", index, "slug"), slug)
    for index, group in enumerate(value.groups):
        yield from check_slug(file, ("groups", index, "slug"), group.slug)
        path = ("groups", index, "sector")
        yield from check_known(file, path, group.sector, sectors, "sector")


def check_decision(
    file: Loaded[DecisionFile], groups: Collection[str], sectors: Collection[str]
) -> Iterator[Problem]:
    """Check decision.yaml on its own; `groups` and `sectors` are the known slugs."""
    value = file.value
    assert value is not None
    # A plus joins the reforms that a decision was made with to its id.
    for piece in value.id.split("+"):
        yield from check_slug(file, ("id",), piece)
    yield from _dates(file, value)
    yield from _bands(file, value)
    yield from check_unique(file, ("parts",), "code", [p.code for p in value.parts])
    for index, part in enumerate(value.parts):
        if not re.fullmatch("[A-Z]", part.code):
            message = f"found {quoted(part.code)}, allowed is one capital letter"
            yield file.problem("bad-id", message, ("parts", index, "code"))
    total = sum(part.points for part in value.parts)
    if total != MAX_POINTS:
        message = f"the parts add up to {total} points, allowed is {MAX_POINTS}"
        yield file.problem("points-do-not-add-up", message, ("parts",))
    named = {
        "case_kinds": [kind.id for kind in value.case_kinds],
        "findings": [finding.id for finding in value.findings],
        "agencies": [agency.id for agency in value.agencies],
    }
    for key, ids in named.items():
        yield from check_unique(file, (key,), "id", ids)
        for index, slug in enumerate(ids):
            yield from check_slug(file, (key, index, "id"), slug)
    yield from _case_kinds(file, value.case_kinds)
    yield from check_unique(file, ("categories",), "slug", [c.slug for c in value.categories])
    for index, category in enumerate(value.categories):
        path = ("categories", index, "sector")
        yield from check_known(file, path, category.sector, sectors, "sector")
    yield from check_unique(file, ("groups",), "slug", [g.slug for g in value.groups])
    for index, group in enumerate(value.groups):
        yield from check_slug(file, ("groups", index, "slug"), group.slug)
        if group.slug in groups:
            message = f"{quoted(group.slug)} is a product group that all decisions share"
            hint = "remove it, or choose another slug"
            yield file.problem("duplicate-id", message, ("groups", index, "slug"), hint)
        path = ("groups", index, "sector")
        yield from check_known(file, path, group.sector, sectors, "sector")
    known = {*groups, *(g.slug for g in value.groups)}
    yield from _declared_sets(file, value, known)
    yield from check_process(file, known)


def _dates(file: Loaded[DecisionFile], value: DecisionFile) -> Iterator[Problem]:
    if value.in_force_from < value.signed_on:
        message = f"in force from {value.in_force_from}, before it was signed on {value.signed_on}"
        yield file.problem("dates-out-of-order", message, ("in_force_from",))
    if value.in_force_until is not None and value.in_force_until < value.in_force_from:
        message = f"ends on {value.in_force_until}, before it begins on {value.in_force_from}"
        yield file.problem("dates-out-of-order", message, ("in_force_until",))


def _bands(file: Loaded[DecisionFile], value: DecisionFile) -> Iterator[Problem]:
    stars = [band.star for band in value.bands]
    if stars != [5, 4, 3, 2, 1]:
        message = f"found the stars {stars}, allowed are 5, 4, 3, 2, 1 in this order"
        yield file.problem("wrong-bands", message, ("bands",))
        return
    starts = [band.at_least for band in value.bands]
    if starts[-1] != 0 or any(a <= b for a, b in pairwise(starts)):
        message = f"found the thresholds {starts}, allowed are falling numbers that end with 0"
        yield file.problem("wrong-bands", message, ("bands",))


def _case_kinds(file: Loaded[DecisionFile], kinds: Sequence[CaseKind]) -> Iterator[Problem]:
    for index, kind in enumerate(kinds):
        path = ("case_kinds", index, "cases")
        if len(kind.cases) < 2:
            yield file.problem("cases-incomplete", "a kind has at least two cases", path)
        yield from check_unique(file, path, "id", [case.id for case in kind.cases])


def _declared_sets(
    file: Loaded[DecisionFile], value: DecisionFile, groups: Collection[str]
) -> Iterator[Problem]:
    yield from check_unique(file, ("sets",), "number", [s.number for s in value.sets])
    yield from check_unique(file, ("sets",), "group", [s.group for s in value.sets])
    categories = [category.slug for category in value.categories]
    agencies = [agency.id for agency in value.agencies]
    for index, declared in enumerate(value.sets):
        path: Path = ("sets", index)
        if not 1 <= declared.number <= 99:
            message = f"found {declared.number}, allowed are set numbers from 1 to 99"
            yield file.problem("out-of-range", message, (*path, "number"))
        yield from check_known(file, (*path, "group"), declared.group, groups, "product group")
        if declared.category is not None:
            where: Path = (*path, "category")
            yield from check_known(file, where, declared.category, categories, "category")
        for number, agency in enumerate(declared.agencies):
            where = (*path, "agencies", number)
            yield from check_known(file, where, agency, agencies, "agency")


def check_criteria(
    file: Loaded[CriteriaFile], decision: DecisionFile | Decision
) -> Iterator[Problem]:
    """Check one criteria file: ids, points, marks, cases and labels of every criterion."""
    value = file.value
    assert value is not None
    yield from check_unique(file, ("criteria",), "id", [c.id for c in value.criteria])
    for index, criterion in enumerate(value.criteria):
        path: Path = ("criteria", index)
        yield from check_slug(file, (*path, "id"), criterion.id)
        if not 1 <= len(criterion.options) <= MAX_OPTIONS:
            message = f"found {len(criterion.options)} options, allowed are 1 to {MAX_OPTIONS}"
            yield file.problem("out-of-range", message, (*path, "options"))
            continue
        yield from _points_and_marks(file, path, criterion, decision.star_marks)
        yield from _cases(file, path, criterion, decision.case_kinds)
        yield from _labels(file, path, [option.label for option in criterion.options])


def _points_and_marks(
    file: Loaded[CriteriaFile], path: Path, criterion: Criterion, star_marks: bool
) -> Iterator[Problem]:
    for index, option in enumerate(criterion.options):
        where = (*path, "options", index)
        if not 0 <= option.points <= MAX_POINTS:
            message = f"found {option.points}, allowed are 0 to {MAX_POINTS} points"
            yield file.problem("out-of-range", message, (*where, "points"))
        if option.mark is not None and not star_marks:
            message = "the decision prints no star marks (star_marks: false)"
            yield file.problem("mark-not-allowed", message, (*where, "mark"))
    if criterion.mark is not None and not star_marks:
        message = "the decision prints no star marks (star_marks: false)"
        yield file.problem("mark-not-allowed", message, (*path, "mark"))
    if criterion.best <= 0:
        message = "no option has points, so the criterion can never count"
        yield file.problem("no-points", message, (*path, "options"))
    marked = [(o.points, o.mark, i) for i, o in enumerate(criterion.options) if o.mark is not None]
    for points, mark, index in marked:
        higher = [m for p, m, _ in marked if p < points and m > mark]
        if higher:
            message = f"{points} points are marked {mark}, fewer points are marked {max(higher)}"
            where = (*path, "options", index, "mark")
            yield file.problem("marks-fall", message, where, "marks rise with points")


def _cases(
    file: Loaded[CriteriaFile], path: Path, criterion: Criterion, kinds: Sequence[CaseKind]
) -> Iterator[Problem]:
    known = {kind.id: [case.id for case in kind.cases] for kind in kinds}
    if criterion.case_kind is None:
        for index, option in enumerate(criterion.options):
            if option.case is not None:
                where = (*path, "options", index, "case")
                message = f"found the case {quoted(option.case)} in a criterion without case_kind"
                yield file.problem("case-without-kind", message, where, "add case_kind")
        return
    where = (*path, "case_kind")
    if criterion.case_kind not in known:
        yield from check_known(file, where, criterion.case_kind, known, "case kind")
        return
    allowed = known[criterion.case_kind]
    for index, option in enumerate(criterion.options):
        if option.case not in allowed:
            found = quoted(option.case) if option.case else "nothing"
            message = f"found {found}, allowed is {', '.join(allowed)}"
            yield file.problem("wrong-case", message, (*path, "options", index, "case"))
    missing = [case for case in allowed if case not in {o.case for o in criterion.options}]
    if missing:
        message = f"no option for the case {', '.join(missing)}"
        yield file.problem("cases-incomplete", message, where)


def _labels(file: Loaded[CriteriaFile], path: Path, labels: Sequence[Label]) -> Iterator[Problem]:
    languages: tuple[Lang, ...] = ("vi", "en")
    for lang in languages:
        first: dict[str, int] = {}
        for index, label in enumerate(labels):
            # Accents and the signs < > ≥ ≤ % carry meaning; case and other punctuation do not.
            text = re.sub(r"[^\w<>≥≤%]+", " ", label[lang].casefold()).strip()
            if text in first:
                message = f"the label is the same as that of option {first[text] + 1}"
                where = (*path, "options", index, "label", lang)
                hint = "say what tells the options apart"
                yield file.problem("labels-alike", message, where, hint)
            first.setdefault(text, index)
