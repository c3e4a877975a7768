"""The rank slope chart: where the first products of two rankings stand in each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ocop.errors import Problem
from ocop.plot._checks import check, matplotlib, type_problems, whole_problems
from ocop.plot._style import DOWN, Look, begin, cut
from ocop.scoring.ranking import Ranking
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["rank_slope"]

WORDS = {
    "title": Label("Thứ hạng trước và sau", "Ranks before and after"),
    "before": Label("trước", "before"),
    "after": Label("sau", "after"),
    "note": Label(
        "{first} sản phẩm xếp đầu ở mỗi bên, trong {before} trước và {after} sau; "
        "dấu = là đồng hạng\nDưới khoảng trống: chỉ xếp đầu ở bên kia",
        "the first {first} of either side, of {before} before and {after} after; "
        "= marks equal ranks\nBelow the gap: first on the other side alone",
    ),
    "only": Label(
        "Chỉ có ở bên trước: {before} sản phẩm; chỉ có ở bên sau: {after}",
        "Only before: {before} products; only after: {after}",
    ),
    "tied": Label(
        "Bên {side}: còn {count} sản phẩm đồng hạng {rank} không vẽ",
        "{side}: {count} more share rank {rank} and are not shown",
    ),
    "none": Label("không có sản phẩm nào", "no products"),
    "up": Label("lên hạng", "up"),
    "down": Label("xuống hạng", "down"),
    "same": Label("giữ hạng", "the same"),
    "one": Label("chỉ có ở một bên", "on one side only"),
}


@frozen
class _Side:
    """The ranks of a ranking by product, and which of them several products share."""

    ranks: dict[str, int]
    shared: frozenset[int]

    @classmethod
    def of(cls, ranking: Ranking) -> _Side:
        codes = [code for batch in ranking.scores for code in batch.products]
        ranks = dict(zip(codes, ranking.ranks.tolist(), strict=True))
        return cls(ranks, frozenset(n for n, count in Counter(ranks.values()).items() if count > 1))

    def first(self, count: int) -> list[str]:
        """Return the products that stand first, equal ones by code."""
        return sorted(self.ranks, key=lambda code: (self.ranks[code], code))[:count]

    def cut_off(self, count: int) -> tuple[int, int]:
        """Return the rank of the last of the first, and how many more share it."""
        last = max((self.ranks[code] for code in self.first(count)), default=0)
        return last, max(0, sum(rank <= last for rank in self.ranks.values()) - count)

    def places(self, chosen: set[str], count: int) -> dict[str, float]:
        """Return how far from the top products stand; a gap parts those beyond the first."""
        mine = sorted(chosen & self.ranks.keys(), key=lambda code: (self.ranks[code], code))
        near = set(self.first(count))
        return {code: n + (0 if code in near else 0.8) for n, code in enumerate(mine)}

    def shown(self, code: str) -> str:
        rank = self.ranks[code]
        return f"{rank}=" if rank in self.shared else str(rank)


def rank_slope(
    before: Ranking,
    after: Ranking,
    *,
    first: int = 15,
    labels: Sequence[str] | None = None,
    ax: Axes | None = None,
    lang: Lang = "en",
) -> Axes:
    """Draw the ranks of the first products in two rankings, joined by lines (biểu đồ độ dốc).

    Shown are the products that stand among the first of either ranking, in the order of each
    side; a gap parts those that stand among the first on the other side alone. Lines go up (blue,
    whole), down (vermilion, dashed) or stay (thin). Equal ranks carry a ``=``. Products that one
    ranking lacks have no line and a ring; the picture says how many there are in all.

    Parameters
    ----------
    before, after : Ranking
        Of the same products under two laws, or two orders. Products are matched by code.
    first : int, default 15
        How many of each side.
    labels : sequence of two str, optional
        Names of the sides; by default the decisions, or before and after.
    ax : Axes, optional
        Where to draw; by default in a new figure.
    lang : {"en", "vi"}, default "en"

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        ``wrong-type``, ``out-of-range``, ``not-a-whole-number``, ``wrong-length``,
        ``ranked-in-groups`` for rankings within groups, ``unknown-language``.
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.

    Examples
    --------
    >>> import ocop
    >>> from matplotlib.figure import Figure
    >>> (sheets,) = ocop.synthesize("qd-26-2026", products={"tea": 50}, rng=1).sheets
    >>> scores = ocop.score(sheets)
    >>> by_total, by_quality = ocop.rank(scores), ocop.rank(scores, order=["C", "total"])
    >>> ax = ocop.plot.rank_slope(by_total, by_quality, first=5, ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'Ranks before and after'
    """
    problems = [*_problems("before", before), *_problems("after", after)]
    problems += whole_problems("first", first)
    if labels is not None and (isinstance(labels, str) or len(labels) != 2):
        found = "one text" if isinstance(labels, str) else f"{len(labels)} names"
        message = f"found {found}, allowed are 2, one per side"
        problems.append(Problem("wrong-length", message, path="labels"))
    check(problems, ax, lang)
    sides = _Side.of(before), _Side.of(after)
    chosen = {code for side in sides for code in side.first(first)}
    places = [side.places(chosen, first) for side in sides]
    rows = max((y for side in places for y in side.values()), default=0) + 1
    look = begin(ax, lang, 7.6, 1.7 + 0.23 * max(4, rows))
    for code in sorted(chosen):
        _product(look, code, sides, places)
    if not chosen:
        look.write(0.5, 0, WORDS["none"][lang], ha="center")
    look.frame()
    look.ax.set_xlim(-0.85, 1.85)
    look.ax.set_ylim(rows - 0.3, -0.7)
    look.ax.set_yticks([])
    look.ticks("x", [0, 1], _names(before, after, labels, lang))
    look.ax.xaxis.tick_top()
    look.ax.tick_params(axis="x", length=0, labelsize=9)
    _title(look, sides, first)
    _legend(look)
    return look.ax


def _problems(name: str, ranking: Any) -> list[Problem]:
    """Return what is wrong with one of the rankings."""
    found = type_problems(name, ranking, Ranking, "make one with ocop.rank(scores)")
    if not found and ranking.group is not None:
        message = "found a ranking within groups, allowed is one over all products"
        hint = "rank the scores of one group, or rank without within="
        found.append(Problem("ranked-in-groups", message, path=name, hint=hint))
    return found


def _names(before: Ranking, after: Ranking, labels: Sequence[str] | None, lang: Lang) -> list[str]:
    if labels is not None:
        return [cut(str(label), 30) for label in labels]
    laws = [ranking.scores[0].criteria_set.decision for ranking in (before, after)]
    if laws[0] != laws[1]:
        return [cut(law, 30) for law in laws]
    return [WORDS["before"][lang], WORDS["after"][lang]]


def _style(look: Look, ranks: list[int]) -> dict[str, Any]:
    """Return how the line of a product is drawn."""
    if ranks[1] < ranks[0]:
        return {"color": look.up, "linewidth": 1.8}
    if ranks[1] > ranks[0]:
        return {"color": DOWN, "linewidth": 1.6, "linestyle": (0, (4, 1.5))}
    return {"color": look.ink, "linewidth": 0.9}


def _product(
    look: Look, code: str, sides: tuple[_Side, _Side], places: list[dict[str, float]]
) -> None:
    """Write a product on both sides, as far as it stands there, and join them."""
    both = all(code in side.ranks for side in sides)
    ends = [(x, side[code]) for x, side in enumerate(places) if code in side]
    for x, y in ends:
        away, ha = (1, "left") if x else (-1, "right")
        look.write(x + 0.05 * away, y, sides[x].shown(code), ha=ha, fontweight="bold")
        look.write(x + 0.2 * away, y, cut(code, 26), ha=ha)
    if both:
        style = _style(look, [side.ranks[code] for side in sides])
        look.ax.plot(*zip(*ends, strict=True), marker="o", markersize=3.5, **style)
    else:
        look.ax.plot(*ends[0], "o", markersize=5, markerfacecolor="none", color=look.ink)


def _title(look: Look, sides: tuple[_Side, _Side], first: int) -> None:
    lang = look.lang
    one, other = (side.ranks.keys() for side in sides)
    note = WORDS["note"][lang].format(
        first=first, before=look.number(len(one)), after=look.number(len(other))
    )
    if one != other:
        only = {"before": look.number(len(one - other)), "after": look.number(len(other - one))}
        note += "\n" + WORDS["only"][lang].format(**only)
    for name, side in zip(("before", "after"), sides, strict=True):
        rank, more = side.cut_off(first)
        if more:
            words = {"side": WORDS[name][lang], "count": look.number(more), "rank": rank}
            note += "\n" + WORDS["tied"][lang].format(**words)
    look.title(WORDS["title"][lang], note, width=96, above=20)


def _legend(look: Look) -> None:
    line, lang = matplotlib("lines").Line2D, look.lang
    handles = [
        line([], [], label=WORDS[name][lang], **_style(look, ranks))
        for name, ranks in (("up", [2, 1]), ("down", [1, 2]), ("same", [1, 1]))
    ]
    ring = {"marker": "o", "markerfacecolor": "none", "linestyle": "none", "color": look.outer}
    handles[-1].set_color(look.outer)
    handles.append(line([], [], label=WORDS["one"][lang], **ring))
    look.legend(handles, below=8)
