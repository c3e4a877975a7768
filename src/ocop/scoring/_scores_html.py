"""Scores and rankings as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ocop._html import ROWS, card, cut, listed, pairs, stars, table
from ocop.law.model import CriteriaSet
from ocop.scoring._sheets_html import CARRIED, NARROW, set_html
from ocop.text import number_of

if TYPE_CHECKING:
    # The classes show themselves, so at run time they import this module.
    from ocop.scoring.ranking import Ranking
    from ocop.scoring.scores import Score, Scores

__all__ = ["ranking_html", "score_html", "scores_html", "star_row"]

FIRST = ("rank", "group", "product", "set", "assessor")
RESULT = ("star", "total")
LAST = ("band", "answered", "missing_floors", "excluded")


def score_html(score: Score) -> str:
    """Return one product's result."""
    floors = [f"{floor.code} (from {floor.star} stars)" for floor in score.missing_floors]
    facts = pairs(
        [
            ("star", stars(score.star)),
            ("total", f"{score.total} points"),
            ("parts", listed([f"{code} {points}" for code, points in score.parts.items()])),
            ("band", stars(score.band)),
            ("answered", f"{score.answered} of {score.of}"),
            ("minimums missed", listed(floors)),
            ("excluded", listed(score.excluded)),
        ]
    )
    return card("Score", cut(score.product), facts)


def star_row(counts: Mapping[int, int]) -> str:
    """Return how many products have each star, in one row."""
    return table([stars(star) for star in counts], [list(counts.values())])


def scores_html(scores: Scores) -> str:
    """Return how many products have each star, and the first results."""
    count = len(scores)
    columns = scores.columns(np.arange(min(ROWS, count)))
    del columns["set"]
    title = f"{set_html(scores.criteria_set)}: {number_of(count, 'product')}"
    first = _results(columns, scores.criteria_set, count)
    return card("Scores", title, star_row(scores.star_counts()), first)


def ranking_html(ranking: Ranking) -> str:
    """Return the first places; only products that can stand there are put in order."""
    columns = ranking.top(ROWS).columns(0, ROWS)
    order = f'<span class="ocop-dim">by {listed(ranking.order)}; ties {cut(ranking.ties)}</span>'
    first = _results(columns, ranking.scores[0].criteria_set, len(ranking))
    return card("Ranking", f"{number_of(len(ranking), 'product')} {order}", first)


def _results(columns: Mapping[str, Sequence[Any]], source: CriteriaSet, total: int) -> str:
    """Return results as a table: what tells the products apart, points, stars, what is missed."""
    parts = [part.code for part in source.parts][:ROWS]
    carried = [name for name in columns if name not in {*FIRST, *RESULT, *LAST, *parts, "of"}]
    before = [name for name in FIRST if name in columns]
    names = [*before, *RESULT, *carried[:CARRIED], *parts, *LAST]
    told = [name for name in names if name in ("band", "star") or any(columns[name])]
    rows = [[_cell(name, columns[name][n]) for name in told] for n in range(len(columns["total"]))]
    return table([cut(name.replace("_", " "), NARROW) for name in told], rows, total, wide=True)


def _cell(name: str, value: Any) -> str | int | None:
    if name in ("band", "star"):
        return stars(value)
    return value if value is None or isinstance(value, int) else cut(value, NARROW)
