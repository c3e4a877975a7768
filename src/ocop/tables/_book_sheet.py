"""Worksheets of result books: tables with a header, as wide as what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.tables._excel_file import LINE, Formats, cell_text, lines_of, print_on_a4
from ocop.types import Lang

__all__ = ["MOST_ROWS", "about", "add_table", "reason_text"]

MOST_ROWS = 1_048_575
WIDEST = 74
HEAD = {"bold": True, "bg_color": "#DDE7DD", "border": 1, "text_wrap": True}
STARS = {"num_format": '0"★"', "align": "center", "bold": True}

Value = str | int | Fraction | None


def add_table(
    worksheet: Any,
    formats: Formats,
    columns: Mapping[str, Sequence[Value]],
    *,
    first: int = 0,
    stars: Iterable[str] = (),
    bold_rows: Iterable[int] = (),
    footer: str = "",
) -> int:
    """Write columns under their names from row `first`; return the row below the table.

    Columns named in `stars` hold stars; text is never read as a formula.
    """
    rows = len(next(iter(columns.values()), ()))
    if rows > MOST_ROWS - first:
        message = f"found {rows:,} rows, a worksheet has room for {MOST_ROWS - first:,}"
        raise InputError([Problem("too-many-rows", message, hint="write CSV, or a book a set")])
    marked, strong = set(stars), set(bold_rows)
    heights: dict[int, int] = {}
    for column, (name, values) in enumerate(columns.items()):
        worksheet.write_string(first, column, cell_text(name), formats(**HEAD))
        look: dict[str, Any] = STARS if name in marked else {"text_wrap": True}
        texts = [_shown(value) for value in values]
        longest = max(map(len, texts), default=0)
        width = min(max(longest, min(len(name) * 1.15, 14)) + 2, WIDEST)
        worksheet.set_column(column, column, width)
        heights[0] = max(heights.get(0, 1), lines_of(name, width / 1.15 - 1))
        for row, (value, text) in enumerate(zip(values, texts, strict=True), start=1):
            more: dict[str, Any] = {"bold": True} if row - 1 in strong else {}
            if isinstance(value, Fraction):
                more |= {"num_format": "0.00", "text_wrap": False}
            _write(worksheet, first + row, column, value, formats(**{**look, **more}))
            if len(text) > width - 1:
                heights[row] = max(heights.get(row, 1), lines_of(text, width - 1))
    for row, lines in heights.items():
        worksheet.set_row(first + row, LINE * lines)
    worksheet.freeze_panes(first + 1, 0)
    print_on_a4(worksheet, first, landscape=len(columns) > 6, footer=footer)
    return first + rows + 1


def _write(worksheet: Any, row: int, column: int, value: Value, form: Any) -> None:
    if isinstance(value, str):
        worksheet.write_string(row, column, cell_text(value), form)
    elif value is not None:
        worksheet.write_number(row, column, float(value), form)


def _shown(value: Value) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.2f}"
    return "" if value is None else str(value)


def about(
    sets: Sequence[CriteriaSet],
    facts: Mapping[str, str],
    lang: Lang,
    sheets: Sequence[str] = (),
) -> dict[str, Sequence[Value]]:
    """Return the columns of a worksheet that says what a book was made of.

    `sheets` are the digests of the sheets of each set, where they are known.
    """
    rows = [("ocop", __version__), *facts.items()]
    law = "quyết định" if lang == "vi" else "decision"
    rows += [(law, name) for name in dict.fromkeys(source.decision for source in sets)]
    word = "bộ" if lang == "vi" else "set"
    for n, source in enumerate(sets):
        rows.append((f"{word} {source.number}", f"{source.label[lang]}; {source.clause[lang]}"))
        rows.append((f"{word} {source.number}: digest", source.digest))
        if sheets:
            name = "phiếu chấm" if lang == "vi" else "sheets"
            rows.append((f"{word} {source.number}: {name}", sheets[n]))
        if source.gaps:
            told = (
                "nguồn của chúng tôi chỉ đạt tới {} điểm"
                if lang == "vi"
                else "our source reaches {} points"
            )
            rows.append((f"{word} {source.number}", told.format(source.reachable)))
    heads = ("mục", "nội dung") if lang == "vi" else ("what", "is")
    return {
        heads[0]: [name for name, _ in rows],
        heads[1]: [text for _, text in rows],
    }


def reason_text(reason: str, sets: Iterable[CriteriaSet], lang: Lang) -> str:
    """Return why a product is excluded, in words."""
    if reason.startswith("zero:"):
        code = reason.removeprefix("zero:")
        return f"0 điểm ở tiêu chí {code}" if lang == "vi" else f"0 points in {code}"
    for source in sets:
        for exclusion in source.exclusions:
            if exclusion.finding.id == reason:
                return exclusion.finding.label[lang]
    return reason
