"""Sheets as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ocop._html import ROWS, bilingual, card, cut, fold_away, listed, table
from ocop.law.model import CriteriaSet
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.text import number_of

if TYPE_CHECKING:
    # The classes show themselves, so at run time they import this module.
    from ocop.scoring.sheet import Sheet, Sheets

__all__ = ["CARRIED", "MOST", "NARROW", "set_html", "sheet_html", "sheets_html"]

CARRIED = 3
"""How many columns that travel with the sheets are shown."""

WIDE = 12
"""How many criteria are shown side by side."""

NARROW = 32
"""How many characters of a text are shown where rows stand side by side."""

MOST = 100
"""How many criteria are shown one below the other."""


def set_html(source: CriteriaSet) -> str:
    """Return in words which set a result belongs to."""
    return f"{cut(source.decision)} set {source.number}, {bilingual(source.group.label)}"


def sheet_html(sheet: Sheet) -> str:
    """Return one sheet with the words of its answers."""
    source = sheet.criteria_set
    given = [sheet.answers.get(item.code) for item in source.items]
    rows = []
    for item, answer in zip(source.items[:MOST], given, strict=False):
        label = bilingual(item.criterion.options[answer - 1].label) if answer else ""
        rows.append(
            (cut(item.code), bilingual(item.criterion.title), _answer(answer), label),
        )
    answered = sum(answer is not None for answer in given)
    head = table(["code", "criterion", "answer", ""], rows, len(given))
    findings = sorted(sheet.findings)
    stated = f"<p>findings: {listed(findings)}</p>" if findings else ""
    summary = f"{answered} of {number_of(len(given), 'criterion')} answered"
    title = f"{cut(sheet.product)}, {set_html(source)}"
    return card("Sheet", title, stated, fold_away(summary, head))


def _answer(answer: int | None) -> str | int:
    if answer is None:
        return '<span class="ocop-dim">not assessed</span>'
    return int(answer) if answer else "none met"


def sheets_html(sheets: Sheets) -> str:
    """Return the first sheets of a batch, and of many criteria the first."""
    source, count = sheets.criteria_set, len(sheets)
    codes = source.codes
    extras = _extras(sheets)
    rows = []
    for row in range(min(ROWS, count)):
        answers = sheets.answers[row, :WIDE].tolist()
        rows.append(
            (
                cut(sheets.products[row], NARROW),
                *(cut(values[row], NARROW) for values in extras.values()),
                *("" if answer == UNANSWERED else str(answer) for answer in answers),
                *(["…"] if len(codes) > WIDE else []),
            )
        )
    head = ["product", *map(cut, extras), *map(cut, codes[:WIDE])]
    if len(codes) > WIDE:
        head.append(f"{len(codes) - WIDE} more")
    size = f"{number_of(count, 'sheet')} × {number_of(len(codes), 'criterion')}"
    title = f"{set_html(source)}: {size}"
    return card("Sheets", title, table(head, rows, count, wide=True))


def _extras(sheets: Sheets) -> dict[str, Any]:
    """Return the first columns that travel with the sheets, who filled them before all others."""
    every: Mapping[str, Any] = sheets.columns
    if sheets.assessors is not None:
        every = {"assessor": sheets.assessors, **sheets.columns}
    return dict(islice(every.items(), CARRIED))
