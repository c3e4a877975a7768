"""Checks of the entries of a crosswalk, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from ocop.errors import Problem
from ocop.law._files import CrosswalkFile
from ocop.law._names import check_known, check_unique
from ocop.law._read import Loaded
from ocop.law._yaml import Path
from ocop.law.decision import Decision
from ocop.law.matching import CriterionMatch
from ocop.law.model import Criterion
from ocop.text import fold, quoted


def check_group_matches(
    file: Loaded[CrosswalkFile], before: Decision, after: Decision
) -> Iterator[Problem]:
    """Check which product groups stand for which: known ones, and every older one."""
    value = file.value
    assert value is not None
    old = [declared.group for declared in before.declared]
    new = [declared.group for declared in after.declared]
    yield from check_unique(file, ("groups",), "before", [g.before for g in value.groups])
    targets = [slug for g in value.groups for slug in g.after]
    for index, match in enumerate(value.groups):
        path: Path = ("groups", index)
        yield from check_known(file, (*path, "before"), match.before, old, f"{before.id} group")
        for n, slug in enumerate(match.after):
            yield from check_known(file, (*path, "after", n), slug, new, f"{after.id} group")
        kept = [slug for slug in old if slug in match.after and slug in new]
        fits = {
            "none": not match.after,
            "split": len(match.after) > 1,
            "merged": any(targets.count(slug) > 1 or slug in kept for slug in match.after),
        }
        if not fits.get(match.relation, len(match.after) == 1):
            found = ", ".join(match.after) or "no group"
            message = f"{quoted(match.relation)} does not fit {found}"
            yield file.problem("wrong-relation", message, (*path, "relation"))
    named = [match.before for match in value.groups]
    for slug in old:
        if slug not in named and slug not in new:
            message = f"{quoted(slug)} of {before.id} is not in {after.id}"
            hint = "say under groups where its products went, or that nothing stands for it"
            yield file.problem("group-not-mapped", message, ("groups",), hint)


def _criteria(decision: Decision) -> dict[str, Criterion]:
    return {i.criterion.id: i.criterion for s in decision.sets.values() for i in s.items}


def check_matches(
    file: Loaded[CrosswalkFile], before: Decision, after: Decision
) -> Iterator[Problem]:
    """Check each entry: known criteria, every answer mapped, a relation that fits."""
    value = file.value
    assert value is not None
    old, new = _criteria(before), _criteria(after)
    slugs = [declared.group for declared in before.declared]
    for index, match in enumerate(value.criteria):
        path: Path = ("criteria", index)
        for earlier, other in enumerate(value.criteria[:index]):
            if _overlap(match, other):
                line = file.problem("", "", ("criteria", earlier)).line
                message = f"{match.before} to {match.after} stands twice for a group; the first is "
                message += f"on line {line}"
                yield file.problem("duplicate-id", message, path, "join them, or name the groups")
        what = f"{before.id} criterion"
        yield from check_known(file, (*path, "before"), match.before, old, what)
        for n, slug in enumerate(match.groups):
            yield from check_known(file, (*path, "groups", n), slug, slugs, f"{before.id} group")
        if match.after is None or match.relation == "none":
            yield from _without_counterpart(file, path, match)
            continue
        what = f"{after.id} criterion"
        yield from check_known(file, (*path, "after"), match.after, new, what)
        if match.before in old and match.after in new:
            yield from _options(file, path, match, old[match.before], new[match.after])
    for index, added in enumerate(value.added):
        path = ("added", index)
        what = f"{after.id} criterion"
        yield from check_known(file, (*path, "after"), added.after, new, what)
        for n, slug in enumerate(added.groups):
            yield from check_known(file, (*path, "groups", n), slug, slugs, f"{before.id} group")


def _overlap(one: CriterionMatch, other: CriterionMatch) -> bool:
    if (one.before, one.after) != (other.before, other.after):
        return False
    return not one.groups or not other.groups or bool(set(one.groups) & set(other.groups))


def _without_counterpart(
    file: Loaded[CrosswalkFile], path: Path, match: CriterionMatch
) -> Iterator[Problem]:
    if match.relation != "none" or match.after is not None or match.options is not None:
        message = "an entry has after and a relation, or the relation none and neither after "
        message += "nor options"
        yield file.problem("wrong-relation", message, (*path, "relation"))
    elif match.why is None:
        yield _no_reason(file, path)


def _no_reason(file: Loaded[CrosswalkFile], path: Path) -> Problem:
    message = "the key 'why' is missing; only criteria that read alike need no reason"
    return file.problem("missing-key", message, path, "add it")


def _options(
    file: Loaded[CrosswalkFile], path: Path, match: CriterionMatch, old: Criterion, new: Criterion
) -> Iterator[Problem]:
    if match.options is None:
        alike = [fold(o.label.vi) for o in old.options] == [fold(o.label.vi) for o in new.options]
        if match.relation != "same" or not alike:
            message = "the options of the two criteria do not read alike, so they must be mapped"
            yield file.problem("option-not-mapped", message, path, "add options")
        return
    if match.why is None:
        yield _no_reason(file, path)
    where = (*path, "options")
    wanted = [str(answer) for answer in range(len(old.options) + 1)]
    if list(match.options) != wanted:
        found = ", ".join(match.options) or "none"
        message = f"found the answers {found}, allowed are {', '.join(wanted)} in this order"
        yield file.problem("option-not-mapped", message, where)
        return
    highest = len(new.options)
    for key, answers in match.options.items():
        if not answers or list(answers) != sorted(set(answers) & {*range(highest + 1)}):
            message = f"found {list(answers)}, allowed are rising answers from 0 to {highest}"
            yield file.problem("answers-not-rising", message, (*where, key))
            return
    yield from _cases(file, where, match, old, new)
    if match.relation == "same" and list(match.options.values()) != [
        (answer,) for answer in range(highest + 1)
    ]:
        message = "'same' does not fit options that are not one to one, in order"
        yield file.problem("wrong-relation", message, (*path, "relation"))


def _cases(
    file: Loaded[CrosswalkFile], where: Path, match: CriterionMatch, old: Criterion, new: Criterion
) -> Iterator[Problem]:
    """Two criteria with the same kind of cases keep the case of every option."""
    if old.case_kind is None or old.case_kind != new.case_kind or match.options is None:
        return
    for position, option in enumerate(old.options, start=1):
        for answer in match.options[str(position)]:
            if answer and new.options[answer - 1].case != option.case:
                message = f"option {position} is of the case {option.case}, option {answer} is not"
                yield file.problem("wrong-case", message, (*where, str(position)))
