"""The stars of a sweep: how many products have which star, scenario by scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ocop.errors import Problem
from ocop.plot._checks import check, matplotlib, type_problems, whole_problems
from ocop.plot._stacked import OUTCOMES, star_legend
from ocop.plot._style import Look, begin
from ocop.scenario.sweep_result import Sweep
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sweep_stars"]

WORDS = {
    "title": Label("Hạng sao theo kịch bản", "Stars by scenario"),
    "note": Label(
        "{decision}: {scenarios} kịch bản, {products} sản phẩm",
        "{decision}: {scenarios} scenarios, {products} products",
    ),
    "range": Label(
        "Từ {star} trở lên: {low} đến {high} sản phẩm; theo luật hiện có: {base}",
        "{star} or more: {low} to {high} products; under the law as it is: {base}",
    ),
    "axis": Label(
        "Kịch bản, xếp theo số sản phẩm từ {star} trở lên",
        "Scenarios, by how many products have {star} or more",
    ),
    "products": Label("Số sản phẩm", "Products"),
    "base": Label("luật hiện có, từ {star}", "the law as it is, {star} or more"),
}


def sweep_stars(sweep: Sweep, *, star: int = 4, ax: Axes | None = None, lang: Lang = "en") -> Axes:
    """Draw how many products have which star in every scenario of a sweep (hạng sao theo kịch bản).

    Scenarios stand side by side, those that give the fewest products `star` or more on the left,
    equal ones by the products with five stars, with four, and so on. Stars are stacked, five at
    the bottom, so that the upper edge of a star counts the products with it or more. The dashed
    line is that count under the law as it is.

    Parameters
    ----------
    sweep : Sweep
        What `ocop.sweep` returns.
    star : int, default 4
        1 to 5.
    ax : Axes, optional
        Where to draw; by default in a new figure.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``not-a-whole-number``, ``out-of-range``, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> made = ocop.synthesize("qd-26-2026", products=100, rng=1)
    >>> levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(4, [65, 70, 75])])
    >>> ax = ocop.plot.sweep_stars(ocop.sweep(made, levers.every()), ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'Stars by scenario'
    """
    hint = "make one with ocop.sweep(population, scenarios)"
    problems = [*type_problems("sweep", sweep, Sweep, hint), *whole_problems("star", star)]
    if not problems and star > 5:
        problems.append(Problem("out-of-range", f"found {star}, allowed are 1 to 5", path="star"))
    check(problems, ax, lang)
    counts = sweep.star_counts
    reached = counts[:, star:].sum(axis=1)
    counts = counts[np.lexsort((*counts.T[1:], reached))]
    look = begin(ax, lang, 8.4, 4.6)
    _stack(look, counts)
    base = int(sweep.baseline[star:].sum())
    look.ax.axhline(base, color=look.paper, linewidth=3.6, zorder=3)
    look.ax.axhline(base, color=look.alert, linewidth=1.8, linestyle=(0, (5, 2)), zorder=4)
    look.frame("bottom", "left")
    look.ax.set_xlim(0, len(counts))
    look.ax.set_xticks([])
    look.ax.set_ylim(0, max(1, int(counts.sum(axis=1).max(initial=0))))
    ticker = matplotlib("ticker")
    look.ax.yaxis.set_major_locator(ticker.MaxNLocator(6, integer=True))
    look.ax.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: look.number(value)))
    name = look.star(star)
    look.labels(WORDS["axis"][lang].format(star=name), WORDS["products"][lang])
    note = WORDS["note"][lang].format(
        decision=sweep.decision,
        scenarios=look.number(len(counts)),
        products=look.number(len(sweep.products)),
    )
    if len(counts):
        low, high = look.number(reached.min()), look.number(reached.max())
        values = {"star": name, "low": low, "high": high, "base": look.number(base)}
        note += "\n" + WORDS["range"][lang].format(**values)
    look.title(WORDS["title"][lang], note, width=88)
    line = matplotlib("lines").Line2D([], [], color=look.alert, linestyle=(0, (5, 2)))
    line.set_label(WORDS["base"][lang].format(star=name))
    star_legend(look, [s for s in OUTCOMES if counts[:, s].any()], below=26, more=[line])
    return look.ax


def _stack(look: Look, counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
    """Draw the counts of the stars over each other, a step for every scenario."""
    edges = np.arange(len(counts) + 1)
    under = np.zeros(len(counts) + 1)
    for star in OUTCOMES:
        own = counts[:, star]
        if own.any():
            upper = under + np.append(own, own[-1:])
            look.ax.fill_between(edges, under, upper, step="post", **look.fill(star))
            under = upper
