"""Star shares by group: which part of each group has which star."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ocop.plot._checks import check, scores_problems, whole_problems
from ocop.plot._stacked import OUTCOMES, star_bars, star_legend
from ocop.plot._style import begin, wrapped
from ocop.scenario._matching import groups_of
from ocop.scoring.scores import Scores
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["star_shares"]

WORDS = {
    "title": Label("Tỷ lệ hạng sao", "Star shares"),
    "by-set": Label("theo bộ tiêu chí", "by criteria set"),
    "by-group": Label("theo nhóm sản phẩm", "by product group"),
    "by-sector": Label("theo ngành sản phẩm", "by sector"),
    "by": Label("theo {by}", "by {by}"),
    "note": Label(
        "{decision}: {products} sản phẩm; số trong thanh là số sản phẩm",
        "{decision}: {products} products; the numbers in the bars count them",
    ),
    "more": Label(
        "{shown} nhóm nhiều sản phẩm nhất trong {groups} nhóm",
        "the {shown} largest of {groups} groups",
    ),
    "axis": Label("Tỷ lệ sản phẩm (%)", "Share of products (%)"),
    "none": Label("không có sản phẩm nào", "no products"),
}


def star_shares(
    scores: Scores | Iterable[Scores],
    *,
    by: str | Sequence[str] = "set",
    limit: int = 30,
    ax: Axes | None = None,
    lang: Lang = "en",
) -> Axes:
    """Draw the shares of the stars in each group of products (cơ cấu hạng sao).

    A bar a group, all of the same length; its pieces are stars, five first, excluded products
    last, and carry how many products they are. The number of products of a group stands right
    of its bar.

    Parameters
    ----------
    scores : Scores or iterable of Scores
        One batch per criteria set.
    by : str or sequence of str, default "set"
        ``"set"``, ``"group"`` or ``"sector"``, a column that travels with all sheets, or one
        value per product in the order of `scores`.
    limit : int, default 30
        How many groups are shown at most, those with the most products; the picture says how
        many there are. Groups stand in order of their names, sets of their numbers.
    ax : Axes, optional
        Where to draw; by default in a new figure.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``no-scores``, ``unknown-key``, ``wrong-length``, ``out-of-range``,
        ``not-a-whole-number``, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> made = ocop.synthesize("qd-26-2026", products=300, rng=1)
    >>> scores = [ocop.score(batch) for batch in made.sheets]
    >>> ax = ocop.plot.star_shares(scores, by="sector", ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'Star shares by sector'
    """
    batches = (scores,) if isinstance(scores, Scores) else scores
    batches = tuple(batches) if isinstance(batches, Iterable) else (batches,)
    check([*scores_problems("scores", batches), *whole_problems("limit", limit)], ax, lang)
    names, group = groups_of([batch.sheets for batch in batches], by)
    stars = np.concatenate([batch.star for batch in batches])
    counts = _counts(group, stars, len(names))
    shown = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:limit])
    titles = _titles(batches, by, lang)
    look = begin(ax, lang, 9, 1.5 + 0.36 * max(2, len(shown)))
    labels = [wrapped(titles.get(names[n], names[n]), 42) for n in shown.tolist()]
    star_bars(
        look,
        counts[shown].astype(np.float64),
        [[look.number(count) for count in row] for row in counts[shown].tolist()],
    )
    for place, n in enumerate(shown.tolist()):
        look.beside(0.8, place, f"n = {look.number(counts[n].sum())}")
    look.ticks("y", range(len(labels)), labels)
    look.labels(WORDS["axis"][lang])
    kind = f"by-{by}" if isinstance(by, str) and f"by-{by}" in WORDS else "by"
    title = WORDS["title"][lang]
    if isinstance(by, str):
        title += f" {WORDS[kind][lang].format(by=by)}"
    decisions = ", ".join(sorted({batch.criteria_set.decision for batch in batches}))
    note = WORDS["note"][lang].format(decision=decisions, products=look.number(len(stars)))
    if len(shown) < len(names):
        note += "\n" + WORDS["more"][lang].format(shown=len(shown), groups=len(names))
    if not len(stars):
        look.write(50, 0, WORDS["none"][lang], ha="center")
    look.title(title, note, width=84)
    star_legend(look, [star for star in OUTCOMES if (stars == star).any()], below=36)
    return look.ax


def _counts(group: NDArray[np.int64], stars: NDArray[np.int8], groups: int) -> NDArray[np.int64]:
    """Return products by group and star, shape (groups, 6)."""
    found: NDArray[np.int64] = np.bincount(group * 6 + stars, minlength=groups * 6)
    return found.reshape(groups, 6)


def _titles(batches: Sequence[Scores], by: str | Sequence[str], lang: Lang) -> dict[str, str]:
    """Return the words of groups that the law names."""
    sets = [batch.criteria_set for batch in batches]
    if by == "set":
        return {f"{s.number:02d} {s.group.slug}": f"{s.number}. {s.label[lang]}" for s in sets}
    if by == "group":
        return {s.group.slug: s.group.label[lang] for s in sets}
    if by == "sector":
        return {s.group.sector.slug: s.group.sector.label[lang] for s in sets}
    return {}
