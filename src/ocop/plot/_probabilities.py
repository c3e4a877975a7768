"""Chances of stars: how sure the star of a product is, or of many."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np

from ocop.errors import Problem
from ocop.plot._checks import check, type_problems, whole_problems
from ocop.plot._stacked import OUTCOMES, star_bars, star_legend
from ocop.plot._style import Look, begin, cut
from ocop.scoring.noise import StarProbabilities
from ocop.text import Label, quoted
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["probabilities"]

WORDS = {
    "title": Label("Xác suất đạt từng hạng sao", "Chances of each star"),
    "of": Label("{product}: xác suất đạt từng hạng sao", "{product}: chances of each star"),
    "shown": Label(
        "{label}: {shown} sản phẩm có số sao kỳ vọng cao nhất trong {products} sản phẩm",
        "{label}: the {shown} products with the most stars to expect, of {products}",
    ),
    "all": Label("{label}: {products} sản phẩm", "{label}: {products} products"),
    "axis": Label("Xác suất (%)", "Chance (%)"),
    "none": Label("không có sản phẩm nào", "no products"),
}


def probabilities(
    chances: StarProbabilities,
    row: int | None = None,
    *,
    limit: int = 30,
    ax: Axes | None = None,
    lang: Lang = "en",
) -> Axes:
    """Draw how likely each star is (xác suất đạt sao), for one product or for many.

    One product: a bar a star. Many: a bar a product, pieces are stars, ordered by the mean number
    of stars, the most first, equal ones by product code.

    Parameters
    ----------
    chances : StarProbabilities
        What `star_probabilities` returns.
    row : int, optional
        Which product alone, counted from 0; negative from the end.
    limit : int, default 30
        How many products are shown at most; the picture says of how many.
    ax : Axes, optional
        Where to draw; by default in a new figure.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``row-out-of-range``, ``out-of-range``, ``not-a-whole-number``,
        ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in tea.items}
    >>> chances = ocop.star_probabilities(ocop.Sheet(criteria_set=tea, answers=best))
    >>> ax = ocop.plot.probabilities(chances, 0, ax=Figure().subplots())
    >>> [float(bar.get_width().round(1)) for bar in ax.patches]
    [63.0, 10.5, 26.5, 0.0, 0.0, 0.0]
    """
    hint = "make them with ocop.star_probabilities(sheets)"
    problems = type_problems("chances", chances, StarProbabilities, hint)
    problems += whole_problems("limit", limit)
    if row is not None and not problems:
        problems += _row_problems(row, len(chances))
    check(problems, ax, lang)
    if row is not None:
        return _one(chances, range(len(chances))[index(row)], ax, lang)
    expected = chances.probabilities @ np.arange(6)
    # Chances are off by rounding: what is equal but for that stands by product code.
    keys = zip((-expected).round(9).tolist(), chances.products, range(len(chances)), strict=True)
    shown = [place for _, _, place in sorted(keys)[:limit]]
    amounts = chances.probabilities[shown].reshape(-1, 6)
    look = begin(ax, lang, 8.4, 1.7 + 0.25 * max(3, len(shown)))
    star_bars(look, amounts, [[_percent(look, value) for value in own] for own in amounts.tolist()])
    look.ticks("y", range(len(shown)), [cut(chances.products[place], 34) for place in shown])
    look.labels(WORDS["axis"][lang])
    if not shown:
        look.write(50, 0, WORDS["none"][lang], ha="center")
    note = WORDS["shown" if len(shown) < len(chances) else "all"][lang].format(
        label=chances.criteria_set.label[lang],
        shown=len(shown),
        products=look.number(len(chances)),
    )
    look.title(WORDS["title"][lang], note, width=84)
    star_legend(look, [star for star in OUTCOMES if (amounts[:, star] > 0).any()], below=36)
    return look.ax


def _row_problems(row: object, count: int) -> list[Problem]:
    """Return what is wrong with the row that was asked for."""
    try:
        range(count)[index(row)]  # type: ignore[arg-type]  # that is what is asked
    except TypeError:
        message = f"found {quoted(row)}, allowed is a whole number"
        return [Problem("not-a-whole-number", message, path="row")]
    except IndexError:
        message = f"found {row}, allowed are {-count} to {count - 1}"
        return [Problem("row-out-of-range", message, path="row")]
    return []


def _percent(look: Look, chance: float) -> str:
    """Return a chance in whole percent; what is not quite certain never reads as 0 or 100."""
    if chance in (0, 1):
        return f"{chance:.0%}"
    if chance < 0.01:
        return "<1%"
    return f"{look.number(100 * chance)}%" if chance <= 0.99 else ">99%"


def _one(chances: StarProbabilities, place: int, ax: Axes | None, lang: Lang) -> Axes:
    """Draw the chances of one product."""
    look = begin(ax, lang, 7.2, 3.2)
    for y, star in enumerate(OUTCOMES):
        chance = float(chances.probabilities[place, star])
        look.ax.barh(y, 100 * chance, height=0.7, **look.fill(star))
        look.ax.annotate(
            _percent(look, chance),
            (100 * chance, y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=look.ink,
            fontfamily=look.family,
        )
    look.frame("bottom", "left", grid="x")
    look.ax.set_xlim(0, 108)
    look.ax.set_xticks(range(0, 101, 20))
    look.ax.set_ylim(len(OUTCOMES) - 0.5, -0.5)
    look.ticks("y", range(len(OUTCOMES)), [look.star(star) for star in OUTCOMES])
    look.ax.tick_params(axis="y", length=0)
    look.labels(WORDS["axis"][lang])
    title = WORDS["of"][lang].format(product=cut(chances.products[place], 40))
    look.title(title, chances.criteria_set.label[lang], width=78)
    return look.ax
