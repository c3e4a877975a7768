"""Decisions and criteria sets as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ocop._html import bilingual, card, cut, fold_away, listed, pairs, stars, table
from ocop.text import number_of

if TYPE_CHECKING:
    # The classes show themselves, so at run time they import this module.
    from ocop.law.decision import Decision
    from ocop.law.model import CriteriaSet, Criterion, Item, Part, StarBand

__all__ = ["criteria_set_html", "criterion_html", "decision_html", "item_html"]

MOST = 100
"""How many criteria, options or sets are listed."""


def decision_html(law: Decision) -> str:
    """Return what a decision says once for all its sets, and the list of these, none loaded."""
    last = law.in_force_until
    until = f" to {last.isoformat()}" if last else ""
    facts = pairs(
        [
            ("title", bilingual(law.title, 200)),
            ("id", f"<code>{cut(law.id)}</code>"),
            ("signed", law.signed_on.isoformat()),
            ("in force", f"from {law.in_force_from.isoformat()}{until}"),
            ("replaces", listed(law.replaces)),
            ("amends", cut(law.amends or "")),
            ("stars", _bands(law.bands)),
            ("parts", "; ".join(f"{cut(p.code)} {p.points}" for p in law.parts[:MOST])),
        ]
    )
    sets = table(
        ["set", "product group", ""],
        (
            (one.number, bilingual(one.label), "" if one.transcribed else "not transcribed")
            for one in law.declared[:MOST]
        ),
        len(law.declared),
    )
    number = number_of(len(law.declared), "criteria set")
    return card("Decision", cut(law.number), facts, fold_away(number, sets))


def criteria_set_html(source: CriteriaSet) -> str:
    """Return the parts of a set, each opened by a click to its criteria."""
    rules = [rule.label.en for rule in source.rules.needs]
    rules += [rule.label.en for rule in source.rules.knock_outs]
    findings = len(source.exclusions)
    facts = pairs(
        [
            ("product group", bilingual(source.label, 200)),
            ("slug", f"<code>{cut(source.group.slug)}</code>"),
            ("clause", bilingual(source.clause)),
            ("reachable", f"{source.reachable} points"),
            ("stars", _bands(source.bands)),
            ("rules", "; ".join(map(cut, rules[:MOST]))),
            ("excluded by", number_of(findings, "finding") if findings else ""),
        ]
    )
    criteria = number_of(len(source.items), "criterion")
    title = f"{cut(source.decision)} set {source.number}: {criteria}"
    return card("CriteriaSet", title, facts, *map(_part, source.parts[:MOST]))


def item_html(item: Item) -> str:
    """Return the criterion of an item under its printed code."""
    return _criterion("Item", f"{cut(item.code)} ", item.criterion)


def criterion_html(criterion: Criterion) -> str:
    """Return a criterion with its options in printed order."""
    return _criterion("Criterion", "", criterion)


def _criterion(kind: str, code: str, criterion: Criterion) -> str:
    mark = f" {stars(criterion.mark)}" if criterion.mark else ""
    rows: list[list[str | int]] = []
    cases = criterion.case_kind is not None
    for place, option in enumerate(criterion.options[:MOST], start=1):
        case = [cut(option.case or "")] if cases else []
        star = stars(option.mark) if option.mark else ""
        rows.append([place, bilingual(option.label, 300), *case, option.points, star])
    head = ["option", "", *(["case"] if cases else []), "points", "mark"]
    body = table(head, rows, len(criterion.options))
    return card(kind, code + bilingual(criterion.title, 200) + mark, body)


def _bands(bands: tuple[StarBand, ...]) -> str:
    return ", ".join(f"{stars(band.star)}&nbsp;from&nbsp;{band.at_least}" for band in bands[:MOST])


def _part(part: Part) -> str:
    rows = [
        (
            cut(item.code),
            bilingual(item.criterion.title),
            _points(item.criterion),
            item.criterion.best,
        )
        for item in part.items[:MOST]
    ]
    criteria = table(["code", "criterion", "points of the options", "best"], rows, len(part.items))
    summary = f"{cut(part.code)} {bilingual(part.title)}: {part.points} points"
    return fold_away(f"{summary}, {number_of(len(part.items), 'criterion')}", criteria)


def _points(criterion: Criterion) -> str:
    """Return the points of the options, with the star marks that stand at them."""
    marked = [f"{stars(criterion.mark)}: "] if criterion.mark else []
    return "".join(marked) + " · ".join(_option_points(criterion))


def _option_points(criterion: Criterion) -> Iterator[str]:
    for option in criterion.options[:MOST]:
        yield str(option.points) + (f"&nbsp;{stars(option.mark)}" if option.mark else "")
