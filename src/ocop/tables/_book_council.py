"""The book of a council: results, the minutes of each product, agreement, what it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ocop.scoring._council_minutes import HEADINGS, decimal_text
from ocop.scoring.agreement import Agreement, agreement
from ocop.scoring.council_result import Council
from ocop.tables._book_sheet import Value, about, add_table, reason_text
from ocop.tables._excel_file import Formats, cell_text, worksheet_names
from ocop.text import nfc
from ocop.types import Lang

__all__ = ["write_councils"]

_WORDS = {
    "results": ("Kết quả", "Results"),
    "agreement": ("Mức độ thống nhất", "Agreement"),
    "about": ("Nguồn", "About"),
    "minutes": ("Biên bản", "Minutes"),
    "product": ("sản phẩm", "product"),
    "set": ("bộ", "set"),
    "assessors": ("số người chấm", "assessors"),
    "total": ("điểm trung bình", "mean total"),
    "exact": ("số chính xác", "exact"),
    "lowest": ("thấp nhất", "lowest"),
    "highest": ("cao nhất", "highest"),
    "band": ("khung điểm", "band"),
    "star": ("sao", "star"),
    "missing": ("dưới mức tối thiểu", "below minimums"),
    "excluded": ("bị loại vì", "excluded"),
    "out": ("bị loại", "excluded"),
    "incomplete": ("chưa chấm đủ", "incomplete"),
    "left out": ("không tính phiếu của", "left out"),
    "spread": ("chênh lệch", "spread"),
    "answers": ("mức đã chọn", "options"),
    "what": ("nội dung", "what"),
    "who": ("ai", "who"),
    "value": ("giá trị", "value"),
    "deviation": ("lệch so với trung bình", "deviation from the mean"),
    "apart": ("cách xa nhau (điểm)", "far apart (points)"),
    "without": ("sao khi không tính", "star without"),
    "alpha": ("hệ số alpha Krippendorff", "Krippendorff's alpha"),
    "date": ("Ngày họp", "Date of the session"),
    "place": ("Địa điểm", "Place"),
    "chair": ("Chủ tịch hội đồng (ký, ghi rõ họ tên)", "Chair (signature, full name)"),
    "secretary": ("Thư ký (ký, ghi rõ họ tên)", "Secretary (signature, full name)"),
    "opinion": ("Ý kiến khác", "Other opinions"),
}


def write_councils(book: Any, formats: Formats, councils: Sequence[Council], lang: Lang) -> None:
    """Write the worksheets of a book."""
    found = agreement(councils)
    fixed = [_word(name, lang) for name in ("results", "agreement", "about")]
    called = worksheet_names(
        [council.product for council in councils], _word("minutes", lang), taken=fixed
    )
    results = book.add_worksheet(fixed[0])
    stars = [_word(name, lang) for name in ("band", "star")]
    add_table(results, formats, _results(councils, lang), stars=stars)
    for council, name in zip(councils, called, strict=True):
        _minutes(book.add_worksheet(name), formats, council, found, lang)
    add_table(book.add_worksheet(fixed[1]), formats, _agreement(found, lang))
    sets = {council.criteria_set.digest: council.criteria_set for council in councils}
    add_table(book.add_worksheet(fixed[2]), formats, about([*sets.values()], {}, lang))


def _word(name: str, lang: Lang) -> str:
    return _WORDS[name][lang == "en"]


def _results(councils: Sequence[Council], lang: Lang) -> dict[str, Sequence[Value]]:
    columns: dict[str, list[Value]] = {}
    parts = list(dict.fromkeys(code for council in councils for code in council.parts))
    for council in councils:
        totals = sorted(council.totals.values())
        row: dict[str, Value] = {
            "product": council.product,
            "set": council.criteria_set.number,
            "assessors": len(council.assessors),
            **{code: council.parts.get(code) for code in parts},
            "total": council.total,
            "exact": str(council.total),
            "lowest": totals[0],
            "highest": totals[-1],
            "band": council.band,
            "star": council.star,
            "missing": "; ".join(f"{m.code} ({m.star}★)" for m in council.missing_floors),
            "excluded": _excluded(council, lang),
            "incomplete": "; ".join(council.unanswered),
            "left out": "; ".join(f"{n}: {reason}" for n, reason in council.left_out.items()),
        }
        for name, value in row.items():
            shown = name if name in parts else _word(name, lang)
            columns.setdefault(shown, []).append(value)
    return dict(columns)


def _excluded(council: Council, lang: Lang) -> str:
    sets = [council.criteria_set]
    said = (
        f"{reason_text(reason, sets, lang)} ({', '.join(names)})"
        for reason, names in council.excluded.items()
    )
    return "; ".join(said)


def _minutes(
    worksheet: Any, formats: Formats, council: Council, found: Agreement, lang: Lang
) -> None:
    """Write the minutes of one product: assessors side by side, then what a council fills in."""
    source = council.criteria_set
    star = "-" if council.star is None else f"{council.star}★"
    head = [
        f"{_word('minutes', lang).upper()}: {council.product}",
        f"{source.number}. {source.label[lang]} ({source.clause[lang]})",
        f"{_word('total', lang)}: {decimal_text(council.total, lang=lang)} = {council.total}; "
        f"{_word('band', lang)}: {council.band}★; {_word('star', lang)}: {star}",
        _excluded(council, lang) and f"{_word('excluded', lang)}: {_excluded(council, lang)}",
    ]
    lines = [line for line in head if line]
    for row, line in enumerate(lines):
        worksheet.write_string(row, 0, cell_text(line), formats(bold=row == 0))
    rows = council.minutes(lang)
    columns: dict[str, list[Value]] = {name: [row[name] for row in rows] for name in rows[0]}
    code, mean = next(iter(columns)), HEADINGS[lang][2]
    exact = {**council.means, **council.parts, "": council.total}
    columns[mean] = [exact[str(text)] for text in columns[code]]
    spreads = found.spreads[council.product]
    answers = dict(zip(source.codes, zip(*council.answers.values(), strict=True), strict=True))
    columns[_word("spread", lang)] = [spreads.get(str(text)) for text in columns[code]]
    columns[_word("answers", lang)] = [
        " / ".join("–" if answer is None else str(answer) for answer in answers.get(str(text), ()))
        for text in columns[code]
    ]
    sums = [n for n, text in enumerate(columns[code]) if text not in answers]
    first = len(lines) + 1
    footer = f"{council.product}  {source.decision}"
    row = add_table(worksheet, formats, columns, first=first, bold_rows=sums, footer=footer)
    for name in ("date", "place", "opinion", "chair", "secretary"):
        row += 1
        worksheet.merge_range(row, 0, row, 1, nfc(_word(name, lang)), formats(bold=True))
        worksheet.set_row(row, 40 if name in ("opinion", "chair", "secretary") else 18)
        worksheet.merge_range(row, 2, row, len(columns) - 1, "", formats(bottom=1, locked=False))


def _agreement(found: Agreement, lang: Lang) -> dict[str, Sequence[Value]]:
    rows: list[tuple[str, str, str, Value]] = []
    alpha = found.alpha
    value = alpha.outcome if alpha.value is None else decimal_text(alpha.value, 3, lang)
    rows.append((_word("alpha", lang), "", "", value))
    for name, deviation in found.deviations.items():
        rows.append((_word("deviation", lang), "", name, deviation))
    for pair in found.apart:
        who = f"{pair.lower}, {pair.higher}"
        rows.append((_word("apart", lang), pair.product, who, pair.points))
    for product, stars in found.stars_without.items():
        for name, star in stars.items():
            shown = _word("out", lang) if star is None else star
            rows.append((_word("without", lang), product, name, shown))
    heads = [_word(name, lang) for name in ("what", "product", "who", "value")]
    return {head: [row[n] for row in rows] for n, head in enumerate(heads)}
