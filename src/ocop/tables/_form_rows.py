"""The form with one row a product, and cells that take only what an answer may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ocop.law.model import CriteriaSet, Item
from ocop.tables._answer_kinds import list_entry
from ocop.tables._excel_file import Formats, print_on_a4
from ocop.tables._form_text import WORDS
from ocop.text import nfc
from ocop.types import Lang

ROWS = 1000
"""Rows that are made ready for answers, where fewer products are named."""

_PROMPT = 255
_TITLE = 32


def write_rows_form(
    worksheet: Any, formats: Formats, source: CriteriaSet, products: Sequence[str], lang: Lang
) -> None:
    """Write the header and the named products, and check what is typed below."""
    words, last = WORDS[lang], max(ROWS, len(products))
    names = ["product", "findings", *source.codes]
    head = {"bold": True, "bg_color": "#DDE7DD", "border": 1}
    for column, name in enumerate(names):
        worksheet.write_string(0, column, name, formats(**head))
    worksheet.set_column(0, 0, max(24, *(len(name) + 2 for name in ("", *products))))
    worksheet.set_column(1, 1, max(12, *(len(e.finding.id) + 2 for e in source.exclusions), 12))
    worksheet.set_column(2, len(names) - 1, 7)
    for row, product in enumerate(products, start=1):
        if product:
            worksheet.write_string(row, 0, nfc(product), formats())
    for column, item in enumerate(source.items, start=2):
        size = len(item.criterion.options)
        worksheet.data_validation(
            *(1, column, last, column),
            {
                "validate": "list",
                "source": [str(n) for n in range(size + 1)],
                "input_title": _cut(f"{item.code} {item.criterion.title[lang]}", _TITLE),
                "input_message": _prompt(item, lang),
                "error_title": item.code,
                "error_message": words.warning.format(size=size),
            },
        )
    worksheet.freeze_panes(1, 1)
    print_on_a4(worksheet, 0, landscape=True, footer=nfc(source.clause[lang]))


def _prompt(item: Item, lang: Lang) -> str:
    """Return the options in as many characters as a prompt may have, each of them as much."""
    count = len(item.criterion.options) + 1
    entries = [list_entry(item.criterion, position, lang) for position in range(count)]
    room = (_PROMPT - count) // count
    return "\n".join(_cut(entry, room) for entry in entries)


def _cut(text: str, most: int) -> str:
    return nfc(text) if len(text) <= most else nfc(text)[: most - 1].rstrip() + "…"
