"""The worksheet of a form with its legend, from which the lists of its cells are taken."""

from __future__ import annotations

from typing import Any

from ocop.law.model import CriteriaSet, Item
from ocop.tables._answer_kinds import list_entry
from ocop.tables._excel_file import LINE, Formats, lines_of, print_on_a4
from ocop.tables._form_text import LEGEND, WORDS
from ocop.text import nfc
from ocop.types import Lang

WIDTHS = (14, 44, 72, 8, 8, 24)


def data_line(source: CriteriaSet) -> str:
    """Return what a form says of its law for programs."""
    return f"{source.decision} | {source.number} {source.group.slug} | {source.digest}"


def add_legend(book: Any, formats: Formats, source: CriteriaSet, lang: Lang) -> dict[str, str]:
    """Add the worksheet; return where it has the list of each criterion, as a formula."""
    words = WORDS[lang]
    worksheet = book.add_worksheet(words.legend)
    for column, width in enumerate(WIDTHS):
        worksheet.set_column(column, column, width)
    worksheet.write_string(0, 0, LEGEND, formats(font_color="#808080", font_size=8))
    worksheet.write_string(0, 1, nfc(source.label[lang]), formats(bold=True))
    worksheet.write_string(1, 1, data_line(source), formats(font_color="#808080", font_size=8))
    heads = (words.column, words.label, words.write, words.points, words.mark, words.case)
    for column, head in enumerate(heads):
        worksheet.write_string(2, column, head, formats(bold=True, bg_color="#DDE7DD", border=1))
    lists: dict[str, str] = {}
    row = 3
    for item in source.items:
        stop = _add_item(worksheet, formats, item, lang, row)
        lists[item.code] = f"='{words.legend}'!$C${row + 1}:$C${stop}"
        row = stop
    for exclusion in source.exclusions:
        texts = ("findings", exclusion.finding.label[lang], exclusion.finding.id)
        for column, text in enumerate(texts):
            worksheet.write_string(row, column, nfc(text), formats(text_wrap=True))
        where = words.dossier if exclusion.where == "dossier" else exclusion.where
        worksheet.write_string(row, 5, where, formats(text_wrap=True))
        worksheet.set_row(row, LINE * lines_of(texts[1], WIDTHS[1]))
        row += 1
    worksheet.freeze_panes(3, 1)
    print_on_a4(worksheet, 2, landscape=True, footer=nfc(source.clause[lang]))
    worksheet.print_area(0, 0, row - 1, len(WIDTHS) - 1)
    return lists


def _add_item(worksheet: Any, formats: Formats, item: Item, lang: Lang, row: int) -> int:
    """Write the options of a criterion, none met first; return the row below them."""
    plain = formats(text_wrap=True)
    title = nfc(item.criterion.title[lang])
    for position in range(len(item.criterion.options) + 1):
        entry = list_entry(item.criterion, position, lang)
        worksheet.write_string(row, 0, item.code, plain)
        worksheet.write_string(row, 1, title, plain)
        worksheet.write_string(row, 2, entry, plain)
        points, mark, case = 0, None, None
        if position:
            option = item.criterion.options[position - 1]
            points, mark, case = option.points, option.mark, option.case
        worksheet.write_number(row, 3, points, plain)
        if mark is not None:
            worksheet.write_string(row, 4, f"★{mark}", formats(bold=True, font_color="#9C5700"))
        if case is not None:
            worksheet.write_string(row, 5, case, plain)
        worksheet.set_row(row, LINE * max(lines_of(entry, WIDTHS[2]), lines_of(title, WIDTHS[1])))
        row += 1
    return row
