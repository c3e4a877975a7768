"""Accounts and councils as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ocop._html import ROWS, bilingual, card, cut, fold_away, listed, pairs, stars, table
from ocop.scoring._council_minutes import decimal_text
from ocop.scoring._sheets_html import MOST, set_html
from ocop.text import number_of

if TYPE_CHECKING:
    # The classes show themselves, so at run time they import this module.
    from ocop.scoring.account import Account, CriterionAccount
    from ocop.scoring.council_result import Council

__all__ = ["account_html", "council_html"]


def account_html(account: Account) -> str:
    """Return what a result is made of; every criterion is a click away."""
    facts = pairs(
        [
            ("star", stars(account.star)),
            ("total", f"{account.total} points, band {stars(account.band)}"),
            ("parts", listed([f"{code} {points}" for code, points in account.parts.items()])),
            ("answered", f"{account.answered} of {account.of}"),
            ("excluded", "; ".join(bilingual(one.label) for one in account.excluded[:ROWS])),
            ("rules", "; ".join(bilingual(rule.label) for rule in account.rules[:ROWS])),
            ("first in the way", _first(account)),
            ("clause", bilingual(account.clause)),
        ]
    )
    criteria = table(
        ["code", "criterion", "answer", "points", "best", "kept from"],
        map(_line, account.criteria[:MOST]),
        len(account.criteria),
    )
    title = f"{cut(account.product)}, {set_html(account.criteria_set)}"
    stars_to_go = table(["star", "from", "lacking", "minimums missed"], _to_go(account))
    every = fold_away(number_of(len(account.criteria), "criterion"), criteria)
    return card("Account", title, facts, stars_to_go, every)


def _first(account: Account) -> str:
    first = account.first
    if first is None:
        return ""
    if first.kind == "points":
        return f"{first.lacking} points to {stars(first.star)}"
    label = "" if first.label is None else bilingual(first.label)
    if first.kind == "exclusion":
        return f"excluded: {label}"
    return f"{cut(first.code)} {label}: at least {first.least} for {stars(first.star)}"


def _to_go(account: Account) -> Iterator[tuple[str | int, ...]]:
    """Yield a row for each star: its band, the points lacking, the floors missed."""
    for band in account.bands[:MOST]:
        missed = [
            f"{floor.code} ({floor.points} of {floor.least})"
            for floor in account.missing_for(band.star)
        ]
        yield stars(band.star), band.at_least, band.lacking, listed(missed)


def _line(line: CriterionAccount) -> tuple[str | int, ...]:
    answer = "none met" if line.answer_label is None else bilingual(line.answer_label)
    if line.answer is None:
        answer = '<span class="ocop-dim">not assessed</span>'
    kept = "" if line.kept_from is None else stars(line.kept_from)
    return cut(line.code), bilingual(line.title), answer, line.points, line.best, kept


def council_html(council: Council) -> str:
    """Return the star on the means, and the total of each assessor."""
    floors = [f"{floor.code} (from {floor.star} stars)" for floor in council.missing_floors]
    parts = [f"{code} {decimal_text(points)}" for code, points in council.parts.items()]
    facts = pairs(
        [
            ("star", stars(council.star)),
            ("mean total", f"{decimal_text(council.total)} points, band {stars(council.band)}"),
            ("parts", listed(parts)),
            ("minimums missed", listed(floors)),
            ("excluded", listed(tuple(council.excluded))),
            ("incomplete", listed(tuple(council.unanswered))),
            ("left out", listed(tuple(council.left_out))),
        ]
    )
    first = islice(council.totals.items(), ROWS)
    totals = table(
        ["assessor", "total"],
        [(cut(name), total) for name, total in first],
        len(council.assessors),
    )
    title = f"{cut(council.product)}, {set_html(council.criteria_set)}"
    return card("Council", title, facts, totals)
