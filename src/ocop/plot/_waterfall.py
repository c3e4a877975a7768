"""The score waterfall: how criteria add up to a total, and what holds the product back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ocop.plot._checks import check, matplotlib, type_problems
from ocop.plot._style import DOWN, HATCH, Look, begin, cut
from ocop.scoring.account import Account, CriterionAccount
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["waterfall"]

LETTERS = 54
BAR = "#56a0c8"
WORDS = {
    "title": Label("{product}: {star}, {total} điểm", "{product}: {star}, {total} points"),
    "set": Label("{label} ({clause})", "{label} ({clause})"),
    "excluded": Label("Bị loại: {what}", "Excluded: {what}"),
    "points": Label(
        "Để lên {star} còn thiếu {lacking} điểm (từ {least})",
        "{lacking} points short of {star}, which starts from {least}",
    ),
    "floor": Label(
        "Vướng trước hết để lên {star}: tiêu chí {code}, cần {least} điểm",
        "First in the way to {star}: criterion {code} needs {least} points",
    ),
    "highest": Label("Đã đạt hạng sao cao nhất", "This is the highest star"),
    "total": Label("Tổng", "Total"),
    "axis": Label("Điểm cộng dồn", "Points added up"),
    "needs": Label("{star} cần {least}", "{star} needs {least}"),
    "blank": Label("chưa chấm", "not assessed"),
    "idle": Label("không tính: {rule}", "no points: {rule}"),
    "got": Label("điểm đạt", "points got"),
    "lost": Label("điểm chưa đạt", "points left out"),
    "holds": Label("mức sàn chưa đạt, giữ sao lại (✗)", "missed minimum that costs a star (✗)"),
}


@frozen
class _Row:
    """A line of the picture: a part (no criterion), a criterion, or the total (neither)."""

    label: str
    start: int
    points: int
    best: int
    criterion: CriterionAccount | None = None


def waterfall(account: Account, *, ax: Axes | None = None, lang: Lang = "en") -> Axes:
    """Draw how a product's criteria add up to its total (biểu đồ thác nước).

    A bar a criterion, from the points before it to the points with it, grouped by part; the pale
    rest of a bar is what the best option would add. Upright lines are the thresholds of the star
    bands. A criterion below the minimum of a star that the total opens is hatched and marked ✗:
    it holds the product back. Minimums of higher stars are named in plain letters.

    Parameters
    ----------
    account : Account
        What `explain` returns.
    ax : Axes, optional
        Where to draw; by default in a new figure that has room for every criterion.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {item.code: len(item.criterion.options) for item in tea.items}
    >>> sheet = ocop.Sheet(criteria_set=tea, product="tea-1", answers={**best, "4.1": 3})
    >>> ax = ocop.plot.waterfall(ocop.explain(sheet), ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'tea-1: 4★, 98 points'
    """
    hint = "make one with ocop.explain(scores, row)"
    check(type_problems("account", account, Account, hint), ax, lang)
    rows = list(_rows(account, lang))
    look = begin(ax, lang, 9.6, 1.35 + 0.225 * len(rows))
    width = max(account.total, sum(part.points for part in account.criteria_set.parts))
    for place, row in enumerate(rows):
        if row.criterion is not None:
            _criterion(look, place, row, row.criterion, account.band)
        elif row.best:
            look.beside(0.8, place, f"{row.points}/{row.best}", fontweight="bold")
            look.ax.axhspan(place - 0.5, place + 0.5, color=look.faint, linewidth=0)
    _joints(look, rows)
    _total(look, len(rows) - 1, account)
    for band in account.bands:
        if band.at_least:
            style = "--" if band.lacking else "-"
            look.ax.axvline(band.at_least, color=look.ink, linewidth=0.8, linestyle=style, zorder=1)
        side = "center" if band.at_least else "left"
        look.above(band.at_least, f"{look.star(band.star)}\n{band.at_least}", ha=side)
    look.frame("bottom")
    look.ax.set_xlim(0, width)
    look.ax.set_ylim(len(rows) - 0.4, -0.6)
    look.ticks("y", range(len(rows)), [row.label for row in rows])
    look.ax.tick_params(axis="y", length=0)
    for row, label in zip(rows, look.ax.get_yticklabels(), strict=True):
        label.set_fontweight("normal" if row.criterion else "bold")
    look.labels(WORDS["axis"][lang])
    _title(look, account)
    _legend(look, account)
    return look.ax


def _rows(account: Account, lang: Lang) -> Iterator[_Row]:
    start = 0
    for part in account.criteria_set.parts:
        title = cut(f"{part.code}. {part.title[lang]}", LETTERS)
        yield _Row(title, start, account.parts[part.code], part.points)
        for line in account.criteria:
            if line.part == part.code:
                label = cut(f"{line.code}  {line.title[lang]}", LETTERS)
                yield _Row(label, start, line.points, line.best, line)
                start += line.points
    yield _Row(WORDS["total"][lang], 0, account.total, 0)


def _criterion(look: Look, place: int, row: _Row, line: CriterionAccount, band: int) -> None:
    """Draw the bar of a criterion, and what there is to say about it right of the axes."""
    kept = line.kept_from
    holds = kept is not None and kept <= band
    edge: dict[str, Any] = {"edgecolor": look.ink, "linewidth": 0.5}
    rest: dict[str, Any] = {"edgecolor": DOWN, "linewidth": 1.2} if holds else {"linewidth": 0}
    look.ax.barh(
        place, row.best, left=row.start, height=0.62, facecolor=look.pale, zorder=2, **rest
    )
    if row.points:
        style = edge | ({"hatch": HATCH, "facecolor": DOWN} if holds else {"facecolor": BAR})
        look.ax.barh(place, row.points, left=row.start, height=0.62, zorder=3, **style)
    look.beside(0.8, place, f"{row.points}/{row.best}")
    said, style = _remark(look, line, kept, holds)
    if said:
        look.beside(4.4, place, said, **style)


def _joints(look: Look, rows: list[_Row]) -> None:
    """Draw what leads from a bar to the next one, and faint lines between sections."""
    bars = [(place, row) for place, row in enumerate(rows) if row.criterion is not None]
    for (place, row), (below, after) in pairwise(bars):
        end = [after.start] * 2
        look.ax.plot(end, [place, below], color=look.ink, linewidth=0.5, zorder=2.5)
        if row.criterion and after.criterion and row.criterion.section != after.criterion.section:
            look.ax.axhline(below - 0.5, color=look.faint, linewidth=1, zorder=0)


def _remark(
    look: Look, line: CriterionAccount, kept: int | None, holds: bool
) -> tuple[str, dict[str, str]]:
    """Return what stands beside a criterion: why it has no points, and the minimum it misses."""
    lang, said = look.lang, []
    if kept is not None:
        floor = next(floor for floor in line.floors if floor.star == kept)
        needs = WORDS["needs"][lang].format(star=look.star(kept), least=floor.least)
        said.append(f"✗ {needs}" if holds else needs)
    if line.answer is None:
        said.append(WORDS["blank"][lang])
    elif line.rule is not None:
        said.append(WORDS["idle"][lang].format(rule=line.rule[lang]))
    return cut("; ".join(said), 42), {"color": look.alert, "fontweight": "bold"} if holds else {}


def _total(look: Look, place: int, account: Account) -> None:
    star = account.star or 0
    style = look.fill(star) | {"linewidth": 0.8}
    look.ax.barh(place, account.total, height=0.8, zorder=3, **style)
    look.beside(0.8, place, f"{account.total} → {look.star(star)}", fontweight="bold")


def _title(look: Look, account: Account) -> None:
    lang, first = look.lang, account.first
    title = WORDS["title"][lang].format(
        product=cut(account.product, 40), star=look.star(account.star or 0), total=account.total
    )
    if account.excluded:
        what = "; ".join(one.label[lang] for one in account.excluded)
        note = WORDS["excluded"][lang].format(what=cut(what, 150))
    elif first is None:
        note = WORDS["highest"][lang]
    else:
        star = look.star(first.star)
        note = WORDS["points" if first.kind == "points" else "floor"][lang].format(
            star=star, code=first.code, least=first.least, lacking=first.lacking
        )
    law = account.criteria_set
    where = WORDS["set"][lang].format(label=law.label[lang], clause=law.clause[lang])
    look.title(title, f"{where}\n{note}", width=88, above=24)


def _legend(look: Look, account: Account) -> None:
    patch = matplotlib("patches").Patch
    edge = {"edgecolor": look.outer, "linewidth": 0.5}
    handles = [
        patch(facecolor=BAR, label=WORDS["got"][look.lang], **edge),
        patch(facecolor=look.pale, label=WORDS["lost"][look.lang]),
    ]
    if any(line.kept_from and line.kept_from <= account.band for line in account.criteria):
        words = WORDS["holds"][look.lang]
        handles.append(patch(facecolor=DOWN, hatch=HATCH, label=words, **edge))
    star = account.star or 0
    handles.append(
        patch(**look.fill(star), label=f"{WORDS['total'][look.lang]}: {look.star(star)}")
    )
    look.legend(handles, below=36, columns=4)
