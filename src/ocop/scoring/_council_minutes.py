"""The minutes of a council: a table for the record, with means as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from ocop.law.model import CriteriaSet
from ocop.scoring.table import ScoreTable, table_of
from ocop.types import STARS_WITH_FLOORS, Lang

HEADINGS: Mapping[Lang, tuple[str, str, str, str, str]] = {
    "vi": ("mã", "tiêu chí", "trung bình", "mức tối thiểu", "dưới mức của"),
    "en": ("code", "criterion", "mean", "floors", "below the floor of"),
}
"""Headings: two before the columns of the assessors, three after them."""


def decimal_text(value: Fraction, places: int = 2, lang: Lang = "en") -> str:
    """Return a number rounded for display, half away from zero, with the sign of the language.

    Examples
    --------
    >>> decimal_text(Fraction(269, 3)), decimal_text(Fraction(-1, 8), lang="vi")
    ('89.67', '-0,13')
    """
    scale = 10**places
    whole, rest = divmod((2 * scale * abs(value) + 1) // 2, scale)
    sign = "-" if value < 0 and (whole or rest) else ""
    return f"{sign}{whole}{',' if lang == 'vi' else '.'}{rest:0{places}d}"


def part_sums(table: ScoreTable, points: Sequence[int]) -> dict[str, int]:
    """Return the points of each part, from the points of each criterion in printed order."""
    sums = dict.fromkeys(table.part_codes, 0)
    for part, value in zip(table.part_of, points, strict=True):
        sums[table.part_codes[part]] += value
    return sums


def minutes_table(
    source: CriteriaSet,
    answers: Mapping[str, Sequence[int | None]],
    points: Mapping[str, Sequence[int]],
    missed: Mapping[str, int],
    lang: Lang,
) -> list[dict[str, Any]]:
    """Return the rows of the minutes; `missed` is the lowest star that a criterion misses."""
    code, title, mean, floors, below = HEADINGS[lang]
    table = table_of(source)
    names = [name + "'" * (name in HEADINGS[lang]) for name in points]
    sums = [part_sums(table, row) for row in points.values()]

    def row(
        shown: str, text: str, cells: Sequence[int | None], asked: str = "", star: int | None = None
    ) -> dict[str, Any]:
        average = Fraction(sum(cell or 0 for cell in cells), len(names))
        return {
            code: shown,
            title: text,
            **dict(zip(names, cells, strict=True)),
            mean: decimal_text(average, lang=lang),
            floors: asked,
            below: star,
        }

    rows = []
    place = 0
    for part in source.parts:
        for item in part.items:
            given = zip(points.values(), answers.values(), strict=True)
            cells = [p[place] if a[place] is not None else None for p, a in given]
            asked = _floors_text(table, place, lang)
            rows.append(
                row(item.code, item.criterion.title[lang], cells, asked, missed.get(item.code))
            )
            place += 1
        rows.append(row(part.code, part.title[lang], [found[part.code] for found in sums]))
    totals = [sum(found.values()) for found in sums]
    rows.append(row("", "Tổng điểm" if lang == "vi" else "Total", totals))
    return rows


def _floors_text(table: ScoreTable, place: int, lang: Lang) -> str:
    """Return the floors of a criterion where they rise, such as ``3 stars: 1; 5 stars: 4``."""
    word = "sao" if lang == "vi" else "stars"
    rising = table.floors[:, place].tolist()
    steps = zip(STARS_WITH_FLOORS, [0, *rising[:-1]], rising, strict=True)
    return "; ".join(f"{star} {word}: {floor}" for star, below, floor in steps if floor > below)
