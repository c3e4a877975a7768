"""The heat map: criteria by products, how much of each criterion every product reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ocop.plot._checks import check, matplotlib, type_problems, whole_problems
from ocop.plot._style import DOWN, Look, begin, cut
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import missed_floors, points_of
from ocop.scoring.ranking import rank
from ocop.scoring.scores import Scores
from ocop.scoring.table import table_of
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["heat_map"]

STEPS = (0, 50, 100)
WORDS = {
    "title": Label("Điểm theo tiêu chí", "Points by criterion"),
    "note": Label("{label} ({decision})", "{label} ({decision})"),
    "shown": Label(
        "{shown} sản phẩm xếp đầu trong {products} sản phẩm",
        "the first {shown} of {products} products",
    ),
    "all": Label("{products} sản phẩm theo thứ hạng", "{products} products by rank"),
    "axis": Label("Tiêu chí", "Criterion"),
    "share": Label("{share}% điểm tối đa", "{share}% of the maximum"),
    "blank": Label("chưa chấm", "not assessed"),
    "missed": Label("mức sàn chưa đạt, giữ sao lại", "missed minimum that costs a star"),
    "none": Label("không có sản phẩm nào", "no products"),
}


def heat_map(scores: Scores, *, limit: int = 40, ax: Axes | None = None, lang: Lang = "en") -> Axes:
    """Draw what share of each criterion's points every product has (bản đồ nhiệt).

    A row a product, by rank, the best first, with its star and its total; a column a criterion.
    The stronger the colour, the nearer to the criterion's maximum. A criterion that was not
    assessed is an empty ring, one below the minimum of a star that the total opens is crossed
    out.

    Parameters
    ----------
    scores : Scores
        Scores of one criteria set.
    limit : int, default 40
        How many products are shown at most; the picture says of how many.
    ax : Axes, optional
        Where to draw; by default in a new figure that has room for every product shown.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``out-of-range``, ``not-a-whole-number``, ``duplicate-product``,
        ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> (sheets,) = ocop.synthesize("qd-26-2026", products={"tea": 50}, rng=1).sheets
    >>> ax = ocop.plot.heat_map(ocop.score(sheets), limit=10, ax=Figure().subplots())
    >>> len(ax.get_yticklabels()), len(ax.get_xticklabels())
    (10, 32)
    """
    hint = "score the sheets of one criteria set with ocop.score"
    problems = [*type_problems("scores", scores, Scores, hint), *whole_problems("limit", limit)]
    check(problems, ax, lang)
    ranking = rank(scores).top(limit)
    rows, ranks = ranking.row, ranking.rank.tolist()
    codes = scores.criteria_set.codes
    look = begin(ax, lang, 2.9 + 0.2 * len(codes), 2.3 + 0.19 * max(4, len(rows)))
    if len(rows):
        _cells(look, scores, rows)
    else:
        look.write(len(codes) / 2, 0.5, WORDS["none"][lang], ha="center")
    for place, row in enumerate(rows.tolist()):
        look.beside(0.6, place + 0.5, str(scores.total[row]))
    names = [
        f"{number}. {cut(scores.products[row], 24)}  {look.star(int(scores.star[row]))}"
        for number, row in zip(ranks, rows.tolist(), strict=True)
    ]
    look.frame()
    look.ax.set_xlim(0, len(codes))
    look.ax.set_ylim(max(1, len(rows)), 0)
    look.ticks("y", np.arange(len(rows)) + 0.5, names)
    look.ticks("x", np.arange(len(codes)) + 0.5, codes, rotation=90)
    look.ax.tick_params(length=0)
    look.labels(WORDS["axis"][lang])
    _parts(look, scores)
    products = look.number(len(scores))
    note = WORDS["shown" if len(rows) < len(scores) else "all"][lang]
    law = scores.criteria_set
    where = WORDS["note"][lang].format(label=law.label[lang], decision=law.decision)
    note = f"{where}\n{note.format(shown=len(rows), products=products)}"
    look.title(WORDS["title"][lang], note, width=90, above=14)
    _legend(look)
    return look.ax


def _ramp(look: Look) -> Any:
    """Return colours from none to all points, from near the background to far from it."""
    colours = ["#e9eff5", "#7fb0d6", "#08407e"]
    if look.dark:
        colours = ["#16222f", "#3f7fb3", "#d3e9fb"]
    return matplotlib("colors").LinearSegmentedColormap.from_list("share", colours)


def _cells(look: Look, scores: Scores, rows: NDArray[np.int64]) -> None:
    """Draw the cells of some products, and mark what was not assessed and what holds back."""
    table = table_of(scores.criteria_set)
    answers = scores.sheets.answers[rows]
    best = np.array([item.criterion.best for item in scores.criteria_set.items])
    points = np.array(points_of(table, answers)).T
    blank = answers == UNANSWERED
    shares = np.divide(points, best, out=np.zeros(points.shape), where=best > 0)
    look.ax.pcolormesh(
        np.ma.masked_where(blank, shares),
        cmap=_ramp(look),
        vmin=0,
        vmax=1,
        edgecolors=look.paper,
        linewidth=0.8,
    )
    y, x = np.nonzero(blank)
    look.ax.scatter(x + 0.5, y + 0.5, **_ring(look))
    floors, which = missed_floors(table, answers, scores.band[rows])
    missed = [
        (table.codes.index(floor.code) + 0.5, place + 0.5)
        for place, found in enumerate(which)
        for floor in floors[found]
    ]
    look.ax.scatter(*np.array(missed, dtype=np.float64).reshape(-1, 2).T, **_cross(look))


def _ring(look: Look) -> dict[str, Any]:
    style = {"marker": "o", "s": 14, "linewidths": 0.7, "facecolors": "none"}
    return style | {"edgecolors": look.ink, "label": WORDS["blank"][look.lang]}


def _cross(look: Look) -> dict[str, Any]:
    style = {"marker": "X", "s": 42, "linewidths": 0.6, "facecolors": DOWN}
    return style | {"edgecolors": "white", "label": WORDS["missed"][look.lang]}


def _parts(look: Look, scores: Scores) -> None:
    """Name the parts over their criteria, with lines between them."""
    start = 0
    for part in scores.criteria_set.parts:
        size = len(part.items)
        name = cut(f"{part.code}. {part.title[look.lang]}", 2 + 3 * size)
        look.above(start + 0.1, name, ha="left", fontweight="bold")
        if start:
            look.ax.axvline(start, color=look.ink, linewidth=1)
        start += size


def _legend(look: Look) -> None:
    patch = matplotlib("patches").Patch
    ramp = _ramp(look)
    handles = [
        patch(
            facecolor=ramp(share / 100),
            edgecolor=look.outer,
            linewidth=0.5,
            label=WORDS["share"][look.lang].format(share=share) if share == 100 else f"{share}%",
        )
        for share in STEPS
    ]
    for style in (_ring(look), _cross(look)):
        handles.append(
            matplotlib("lines").Line2D(
                [],
                [],
                linestyle="none",
                marker=style["marker"],
                markersize=6,
                markerfacecolor=style["facecolors"],
                markeredgecolor=look.outer,
                markeredgewidth=0.7,
                label=style["label"],
            )
        )
    look.legend(handles, below=44, columns=7)
