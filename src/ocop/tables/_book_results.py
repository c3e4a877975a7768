"""The book of scores or of a ranking: products, a summary of each set, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ocop.law.model import CriteriaSet
from ocop.scoring.ranking import Ranking
from ocop.scoring.scores import Scores, gather
from ocop.tables._book_sheet import Value, about, add_table, reason_text
from ocop.tables._excel_file import Formats
from ocop.types import SYNTHETIC, Lang

__all__ = ["write_results"]

HEADINGS: Mapping[str, str] = {
    "rank": "hạng",
    "group": "nhóm",
    "product": "sản phẩm",
    "set": "bộ",
    "assessor": "người chấm",
    "total": "tổng điểm",
    "band": "khung điểm",
    "star": "sao",
    "answered": "đã chấm",
    "of": "số tiêu chí",
    "missing_floors": "dưới mức tối thiểu",
    "excluded": "bị loại vì",
    SYNTHETIC: "số liệu giả định",
}
"""Vietnamese names of the columns of results."""

_WORDS = {
    "results": ("Kết quả", "Results"),
    "ranking": ("Xếp hạng", "Ranking"),
    "summary": ("Tổng hợp", "Summary"),
    "about": ("Nguồn", "About"),
    "name": ("tên bộ", "name"),
    "products": ("số sản phẩm", "products"),
    "excluded": ("bị loại", "excluded"),
    "incomplete": ("chưa chấm đủ", "incomplete"),
    "mean": ("điểm trung bình", "mean total"),
    "all": ("tất cả", "all"),
    "ties": ("hạng bằng nhau", "ties"),
    "order": ("thứ tự xét", "order"),
    "places": ("chỉ các hạng đầu", "first places only"),
    "made up": ("lưu ý", "note"),
    "synthetic": ("có số liệu giả định (cột synthetic)", "holds made-up products (synthetic)"),
}


def write_results(
    book: Any, formats: Formats, result: Ranking | Sequence[Scores], lang: Lang
) -> None:
    """Write the worksheets of a book."""
    is_ranking = isinstance(result, Ranking)
    batches = result.scores if isinstance(result, Ranking) else tuple(result)
    sets = [batch.criteria_set for batch in batches]
    columns = result.columns() if isinstance(result, Ranking) else _in_file_order(batches)
    table, stars = _readable(columns, sets, lang)
    sheet = book.add_worksheet(_word("ranking" if is_ranking else "results", lang))
    footer = sets[0].decision if sets else ""
    add_table(sheet, formats, table, stars=stars, footer=footer)
    sheet.autofilter(0, 0, max(len(columns["product"]), 1), len(table) - 1)
    sheet.freeze_panes(1, 1 + list(columns).index("product"))
    summary = book.add_worksheet(_word("summary", lang))
    add_table(summary, formats, _summary(batches, lang), bold_rows=[len(batches)], footer=footer)
    facts = {}
    if isinstance(result, Ranking):
        facts = {_word("order", lang): ", ".join(result.order), _word("ties", lang): result.ties}
        if result.limit is not None:
            facts[_word("places", lang)] = str(result.limit)
    if any(SYNTHETIC in batch.sheets.columns for batch in batches):
        facts[_word("made up", lang)] = _word("synthetic", lang)
    sheets = [batch.sheets.digest for batch in batches]
    told = about(sets, facts, lang, sheets)
    add_table(book.add_worksheet(_word("about", lang)), formats, told)


def _word(name: str, lang: Lang) -> str:
    return _WORDS[name][lang == "en"]


def _in_file_order(batches: Sequence[Scores]) -> dict[str, list[Any]]:
    """Return results in the order of the file's rows, where they are known."""
    source = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    row = np.concatenate([np.arange(len(batch)) for batch in batches])
    places = [batch.sheets.rows for batch in batches if batch.sheets.rows is not None]
    if len(places) == len(batches):
        order = np.argsort(np.concatenate(places), kind="stable")
        source, row = source[order], row[order]
    return gather(batches, source, row)


def _readable(
    columns: Mapping[str, list[Any]], sets: Sequence[CriteriaSet], lang: Lang
) -> tuple[dict[str, Sequence[Value]], list[str]]:
    """Return the columns as people read them, and which of them hold stars."""
    texts: dict[str, str] = {}

    def reasons(text: str) -> str:
        if text not in texts:
            texts[text] = "; ".join(reason_text(r, sets, lang) for r in text.split(";") if r)
        return texts[text]

    table: dict[str, Sequence[Value]] = {}
    stars = []
    for name, values in columns.items():
        shown = HEADINGS.get(name, name) if lang == "vi" else name
        if shown in table:
            shown = name
        if name == "excluded":
            values = [reasons(text) for text in values]
        elif name == "missing_floors":
            values = [_floors(text) for text in values]
        elif name in ("band", "star"):
            stars.append(shown)
        table[shown] = values
    return table, stars


def _floors(text: str) -> str:
    """Return missed minimums as people read them: ``4.1 (3★); 5.3 (3★)``."""
    pairs = (floor.split(":") for floor in text.split(";") if floor)
    return "; ".join(f"{code} ({star}★)" for code, star in pairs)


def _summary(batches: Sequence[Scores], lang: Lang) -> dict[str, Sequence[Value]]:
    """Return a row a set, and one for all: products, stars, excluded, incomplete, mean total."""
    rows: list[list[Value]] = []
    for batch in batches:
        counts, source = batch.star_counts(), batch.criteria_set
        incomplete = int((batch.answered < batch.of).sum())
        total = int(batch.total.sum(dtype=np.int64))
        stars = [counts[star] for star in (5, 4, 3, 2, 1, 0)]
        rows.append([source.number, source.label[lang], len(batch), *stars, incomplete, total])
    sums = [sum(int(str(row[n])) for row in rows) for n in range(2, 11)]
    rows.append([None, _word("all", lang), *sums])
    for row in rows:
        count = int(str(row[2]))
        row[-1] = Fraction(int(str(row[-1])), count) if count else None
    heads = [HEADINGS["set"] if lang == "vi" else "set"]
    heads += [_word("name", lang), _word("products", lang)]
    heads += [f"{star}★" for star in (5, 4, 3, 2, 1)]
    heads += [_word(name, lang) for name in ("excluded", "incomplete", "mean")]
    return {head: [row[n] for row in rows] for n, head in enumerate(heads)}
