"""The tornado chart: how far each lever alone moves an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocop.plot._checks import check, matplotlib, type_problems, whole_problems
from ocop.plot._style import DOWN, HATCH, Look, begin, cut, wrapped
from ocop.scenario.tornado import Tornado
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["tornado"]

WORDS = {
    "title": Label("Ảnh hưởng của từng tham số", "What each lever does alone"),
    "base": Label("Mức gốc: {base}", "Base outcome {base}"),
    "shown": Label(
        "{shown} tham số ảnh hưởng lớn nhất trong {levers}",
        "the {shown} widest of {levers} levers",
    ),
    "still": Label("Không ảnh hưởng: {names}", "Without effect: {names}"),
    "none": Label("không tham số nào làm thay đổi kết quả", "no lever changes the outcome"),
    "axis": Label("Kết quả", "Outcome"),
    "lower": Label("thấp hơn mức gốc", "below the base"),
    "higher": Label("cao hơn mức gốc", "above the base"),
    "levels": Label("các mức của tham số", "the levels of the lever"),
}


def tornado(
    swings: Tornado,
    *,
    outcome: str | None = None,
    limit: int = 20,
    ax: Axes | None = None,
    lang: Lang = "en",
) -> Axes:
    """Draw how far each lever alone moves an outcome from its base (biểu đồ lốc xoáy).

    A bar a lever, from its lowest to its highest outcome, the widest on top; both ends carry the
    level that gives them and the outcome, dots are the outcomes of all levels. Levers without
    effect are named and not drawn.

    Parameters
    ----------
    swings : Tornado
        What `ocop.tornado` returns.
    outcome : str, optional
        What the outcome is, such as ``"products with 4★ or more"``.
    limit : int, default 20
        How many levers are shown at most; the picture says of how many.
    ax : Axes, optional
        Where to draw; by default in a new figure.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``out-of-range``, ``not-a-whole-number``, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> def products(choices):
    ...     return 100 - 5 * choices[:, 0] + choices[:, 1] ** 2
    >>> swings = ocop.tornado(products, ["threshold", "points", "mark"], [4, 3, 2])
    >>> ax = ocop.plot.tornado(swings, ax=Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['threshold', 'points']
    """
    hint = "make one with ocop.tornado(evaluate, names, sizes)"
    problems = [*type_problems("swings", swings, Tornado, hint), *whole_problems("limit", limit)]
    if outcome is not None:
        problems += type_problems("outcome", outcome, str, "say in words what is counted")
    check(problems, ax, lang)
    moving = [n for n in swings.order.tolist() if swings.swing[n]]
    shown = moving[:limit]
    rows = swings.rows()
    look = begin(ax, lang, 8.4, 1.8 + 0.38 * max(2, len(shown)))
    for place, lever in enumerate(shown):
        row = rows[place]
        _bar(look, place, swings.base_outcome, row["lowest"], str(row["lowest_at"]))
        _bar(look, place, swings.base_outcome, row["highest"], str(row["highest_at"]))
        levels = swings.outcomes[lever]
        look.ax.plot(levels, [place] * len(levels), "o", markersize=3, color=look.ink, zorder=4)
    look.ax.axvline(swings.base_outcome, color=look.ink, linewidth=1, zorder=3)
    _room(look, swings, shown)
    look.frame("bottom", grid="x")
    look.ticks("y", range(len(shown)), [wrapped(swings.names[n], 34) for n in shown])
    look.ax.tick_params(axis="y", length=0)
    look.labels(cut(outcome, 80) if outcome else WORDS["axis"][lang])
    _title(look, swings, shown, len(moving))
    if shown:
        _legend(look)
    return look.ax


def _amount(look: Look, value: float) -> str:
    """Return an outcome with as many digits as it needs, six at most."""
    digits = len(f"{value:.6g}".partition(".")[2]) if abs(value) < 1e6 else 0
    return look.number(value, 0 if "e" in f"{value:.6g}" else digits)


def _bar(look: Look, place: int, base: float, end: float, level: str) -> None:
    """Draw one half of a bar, from the base to an end, and say what stands there."""
    if end == base:
        return
    style: dict[str, Any] = (
        {"facecolor": look.up} if end > base else {"facecolor": DOWN, "hatch": HATCH}
    )
    look.ax.barh(
        place, end - base, left=base, height=0.6, edgecolor=look.ink, linewidth=0.5, **style
    )
    look.ax.annotate(
        f"{cut(level, 18)}: {_amount(look, end)}",
        (end, place),
        xytext=(5 if end > base else -5, 0),
        textcoords="offset points",
        ha="left" if end > base else "right",
        va="center",
        fontsize=8,
        color=look.ink,
        fontfamily=look.family,
        parse_math=False,
    )


def _room(look: Look, swings: Tornado, shown: list[int]) -> None:
    """Leave room for the words at both ends of the bars."""
    base = swings.base_outcome
    low = min((float(swings.lowest[n]) for n in shown), default=base)
    high = max((float(swings.highest[n]) for n in shown), default=base)
    span = (high - low) or 1.0
    look.ax.set_xlim(
        low - (0.34 if low < base else 0.06) * span, high + (0.34 if high > base else 0.06) * span
    )
    look.ax.set_ylim(max(1, len(shown)) - 0.4, -0.6)
    ticker = matplotlib("ticker")
    look.ax.xaxis.set_major_locator(ticker.MaxNLocator(6))
    look.ax.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: _amount(look, value)))


def _title(look: Look, swings: Tornado, shown: list[int], moving: int) -> None:
    lang = look.lang
    note = WORDS["base"][lang].format(base=_amount(look, swings.base_outcome))
    if len(shown) < moving:
        note += "; " + WORDS["shown"][lang].format(shown=len(shown), levers=len(swings.names))
    if swings.without_effect:
        names = ", ".join(swings.without_effect)
        note += "\n" + WORDS["still"][lang].format(names=cut(names, 180))
    if not shown:
        look.write(0.5, 0.5, WORDS["none"][lang], ha="center", transform=look.ax.transAxes)
    look.title(WORDS["title"][lang], note, width=88)


def _legend(look: Look) -> None:
    patch, lang = matplotlib("patches").Patch, look.lang
    edge = {"edgecolor": look.outer, "linewidth": 0.5}
    dot = matplotlib("lines").Line2D(
        [], [], linestyle="none", marker="o", markersize=3, color=look.outer
    )
    dot.set_label(WORDS["levels"][lang])
    handles = [
        patch(facecolor=DOWN, hatch=HATCH, label=WORDS["lower"][lang], **edge),
        patch(facecolor=look.up, label=WORDS["higher"][lang], **edge),
        dot,
    ]
    look.legend(handles, below=36)
