"""The council spread: how far assessors are apart, and what they give together."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from ocop.errors import Problem
from ocop.plot._checks import check, matplotlib, type_problems
from ocop.plot._style import Look, begin, cut
from ocop.scoring.council_result import Council
from ocop.text import Label, quoted
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["council_spread"]

LETTERS = 54
WORDS = {
    "title": Label(
        "{product}: hội đồng cho {star}, {total} điểm",
        "{product}: the council gives {star}, {total} points",
    ),
    "counts": Label(
        "{count} thành viên, tổng điểm từ {low} đến {high}",
        "{count} assessors, totals from {low} to {high}",
    ),
    "out": Label("Không tính: {names}", "Left out: {names}"),
    "excluded": Label("Bị loại: {what}", "Excluded: {what}"),
    "criterion": Label("Điểm", "Points"),
    "assessor": Label("Tổng điểm", "Total points"),
    "needs": Label("✗ {star} cần {least}", "✗ {star} needs {least}"),
    "blank": Label("{count} tiêu chí chưa chấm", "not assessed: {count}"),
    "range": Label("từ thấp nhất đến cao nhất", "lowest to highest"),
    "one": Label("một thành viên (số: nhiều người)", "an assessor (a number: several)"),
    "total": Label("tổng điểm của một thành viên", "an assessor's total"),
    "mean": Label("trung bình của hội đồng", "mean of the council"),
}


def council_spread(
    council: Council,
    *,
    by: Literal["criterion", "assessor"] = "criterion",
    ax: Axes | None = None,
    lang: Lang = "en",
) -> Axes:
    """Draw the points of a council's assessors beside their mean (độ phân tán của hội đồng).

    By criterion, a line reaches from the lowest to the highest points, a ring stands for the
    assessors who gave them, a diamond for the mean; a mean below the minimum of a star that the
    total opens is marked ✗. By assessor, the totals stand against the mean and the star bands.

    Parameters
    ----------
    council : Council
        What `council` returns.
    by : {"criterion", "assessor"}, default "criterion"
    ax : Axes, optional
        Where to draw; by default in a new figure that has room for every row.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``unknown-key``, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheets = [ocop.Sheet(criteria_set=tea, answers={"5.1": n}) for n in (4, 5)]
    >>> both = ocop.council(sheets, assessors=["An", "Bình"])
    >>> ax = ocop.plot.council_spread(both, by="assessor", ax=Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['An', 'Bình']
    """
    problems = type_problems("council", council, Council, "make one with ocop.council(sheets)")
    if by not in ("criterion", "assessor"):
        message = f"found {quoted(by)}, allowed are criterion, assessor"
        problems.append(Problem("unknown-key", message, path="by"))
    check(problems, ax, lang)
    rows = len(council.criteria_set.items) if by == "criterion" else len(council.assessors)
    height = 1.9 + (0.235 if by == "criterion" else 0.34) * max(2, rows)
    look = begin(ax, lang, 9.2 if by == "criterion" else 8.4, height)
    look.frame("bottom", grid="x")
    if by == "criterion":
        _criteria(look, council)
    else:
        _assessors(look, council)
    look.ax.tick_params(axis="y", length=0)
    look.ax.set_ylim(rows - 0.4, -0.6)
    look.labels(WORDS[by][lang])
    _title(look, council, above=24 if by == "assessor" else 0)
    _legend(look, by)
    return look.ax


def _criteria(look: Look, council: Council) -> None:
    """Draw the points of every criterion."""
    items = council.criteria_set.items
    missed = {floor.code: floor for floor in council.missing_floors}
    best = max(item.criterion.best for item in items)
    for place, item in enumerate(items):
        given = Counter(points[place] for points in council.points.values())
        mean = council.means[item.code]
        line: dict[str, Any] = {"color": look.pale, "linewidth": 5, "solid_capstyle": "round"}
        look.ax.plot([min(given), max(given)], [place, place], zorder=2, **line)
        for points, count in given.items():
            look.ax.plot(points, place, zorder=3, **_ring(look))
            if count > 1:
                look.write(points, place, str(count), ha="center", fontsize=6.5, zorder=4)
        # The mean stands a little lower, where it hides nobody's points.
        look.ax.plot(float(mean), place + 0.3, zorder=5, **_diamond(look))
        look.beside(0.8, place, f"{_short(look, mean)}/{item.criterion.best}")
        floor = missed.get(item.code)
        if floor is not None:
            needs = WORDS["needs"][look.lang]
            text = needs.format(star=look.star(floor.star), least=floor.needed)
            look.beside(6.2, place, text, color=look.alert, fontweight="bold")
    names = [cut(f"{i.code}  {i.criterion.title[look.lang]}", LETTERS) for i in items]
    look.ax.set_xlim(-0.3, best + 0.3)
    look.ax.set_xticks(range(best + 1))
    look.ticks("y", range(len(items)), names)
    start = 0
    for part in council.criteria_set.parts:
        if start:
            look.ax.axhline(start - 0.45, color=look.ink, linewidth=0.6)
        start += len(part.items)


def _assessors(look: Look, council: Council) -> None:
    """Draw the total of every assessor."""
    blank = council.unanswered
    for place, (name, total) in enumerate(council.totals.items()):
        ends = [float(council.total), total]
        look.ax.plot(ends, [place, place], color=look.pale, linewidth=5, zorder=2)
        look.ax.plot(total, place, zorder=4, **_ring(look))
        apart = total - council.total
        sign = "+" if apart > 0 else "−" if apart < 0 else "±"
        text = f"{total}  ({sign}{_short(look, abs(apart))})"
        if name in blank:
            text += "  " + WORDS["blank"][look.lang].format(count=len(blank[name]))
        look.beside(0.8, place, text)
    look.ax.axvline(float(council.total), color=look.up, linewidth=2.2, zorder=3)
    for band in council.criteria_set.bands:
        if band.at_least:
            reached = council.total >= band.at_least
            style: dict[str, Any] = {"linewidth": 0.8, "linestyle": "-" if reached else "--"}
            look.ax.axvline(band.at_least, color=look.ink, zorder=1, **style)
            look.above(band.at_least, f"{look.star(band.star)}\n{band.at_least}")
    look.ax.set_xlim(0, max(100, *council.totals.values()))
    look.ticks("y", range(len(council.assessors)), [cut(n, 40) for n in council.assessors])


def _ring(look: Look) -> dict[str, Any]:
    style: dict[str, Any] = {
        "marker": "o",
        "markersize": 8.5,
        "linestyle": "none",
        "markerfacecolor": look.paper,
    }
    return style | {"color": look.ink}


def _diamond(look: Look) -> dict[str, Any]:
    style: dict[str, Any] = {
        "marker": "D",
        "markersize": 4.5,
        "linestyle": "none",
        "color": look.up,
    }
    return style | {"markeredgecolor": look.paper, "markeredgewidth": 0.5}


def _short(look: Look, value: Fraction | int) -> str:
    """Return a number with two decimals where it is not whole."""
    return look.number(float(value), 0 if Fraction(value).denominator == 1 else 2)


def _title(look: Look, council: Council, *, above: float) -> None:
    lang, totals = look.lang, council.totals.values()
    title = WORDS["title"][lang].format(
        product=cut(council.product, 40),
        star=look.star(council.star or 0),
        total=_short(look, council.total),
    )
    note = WORDS["counts"][lang].format(count=len(totals), low=min(totals), high=max(totals))
    if council.left_out:
        note += "\n" + WORDS["out"][lang].format(names=cut(", ".join(council.left_out), 150))
    if council.excluded:
        note += "\n" + WORDS["excluded"][lang].format(what=cut(", ".join(council.excluded), 150))
    look.title(title, note, width=84, above=above)


def _legend(look: Look, by: str) -> None:
    line, lang = matplotlib("lines").Line2D, look.lang
    if by == "criterion":
        handles = [
            line([], [], color=look.pale, linewidth=5, label=WORDS["range"][lang]),
            line([], [], label=WORDS["one"][lang], **_ring(look) | {"color": look.outer}),
            line([], [], label=WORDS["mean"][lang], **_diamond(look)),
        ]
    else:
        handles = [
            line([], [], label=WORDS["total"][lang], **_ring(look) | {"color": look.outer}),
            line([], [], color=look.up, linewidth=2.2, label=WORDS["mean"][lang]),
        ]
    look.legend(handles, below=36, columns=2)
