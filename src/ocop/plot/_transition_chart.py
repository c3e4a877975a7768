"""The transition chart: products flow from their star before to their star after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.plot._checks import check, matplotlib, type_problems
from ocop.plot._stacked import OUTCOMES
from ocop.plot._style import HATCH, STAR_COLOURS, Look, begin
from ocop.scenario.transition import Transition
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["transition_chart"]

BLOCK = 0.06
GAP = 0.035
TEXT = 0.026
WORDS = {
    "title": Label("Chuyển dịch hạng sao", "Stars before and after"),
    "note": Label(
        "{products} sản phẩm: {up} tăng hạng, {same} giữ nguyên, {down} giảm hạng",
        "{products} products: {up} up, {same} the same, {down} down",
    ),
    "missing": Label(
        "Không tính: {before} sản phẩm chỉ có ở bên trước, {after} chỉ có ở bên sau",
        "Not counted: {before} only before, {after} only after",
    ),
    "small": Label("Nhánh nhỏ: {flows}", "Thin flows: {flows}"),
}


@frozen
class _Flow:
    """Products that go from one star to another; `left` and `right` are their upper ends."""

    before: int
    after: int
    count: int
    left: float
    right: float


def transition_chart(transition: Transition, *, ax: Axes | None = None, lang: Lang = "en") -> Axes:
    """Draw how many products go from which star to which (biểu đồ chuyển dịch hạng sao).

    Stars before stand on the left, stars after on the right, both as blocks that are as high as
    the products are many. A flow has the colour of the star before; a dark edge marks
    products that move. Counts stand in the flows, those of flows too thin for it below.

    Parameters
    ----------
    transition : Transition
        What `transition` returns.
    ax : Axes, optional
        Where to draw; by default in a new figure.
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
    >>> from attrs import evolve
    >>> from matplotlib.figure import Figure
    >>> (sheets,) = ocop.synthesize("qd-26-2026", products={"tea": 50}, rng=1).sheets
    >>> strict = evolve(sheets.criteria_set, decision="strict", criterion_mark="full")
    >>> after = ocop.score(evolve(sheets, criteria_set=strict))
    >>> moves = ocop.transition(ocop.score(sheets), after)
    >>> ax = ocop.plot.transition_chart(moves, ax=Figure().subplots())
    >>> ax.get_title(loc="left")
    'Stars before and after'
    """
    hint = "make one with ocop.transition(before, after)"
    check(type_problems("transition", transition, Transition, hint), ax, lang)
    matrix = transition.matrix
    look = begin(ax, lang, 8, 5.6)
    products = max(1, int(matrix.sum()))
    tops: dict[str, dict[int, float]] = {}
    for side, counts in (("before", matrix.sum(axis=1)), ("after", matrix.sum(axis=0))):
        tops[side] = _blocks(look, counts / products, counts, side == "before")
    flows = list(_flows(matrix, tops["before"], tops["after"]))
    thin = []
    for flow in flows:
        _draw(look, flow, flow.count / products)
        if flow.count / products >= TEXT:
            _count(look, flow, flow.count / products)
        else:
            thin.append(
                f"{look.star(flow.before)} → {look.star(flow.after)}: {look.number(flow.count)}"
            )
    look.frame()
    look.ticks("x", [-BLOCK / 2, 1 + BLOCK / 2], transition.decisions)
    look.ax.tick_params(axis="x", length=0, labelsize=9, pad=10)
    look.ax.set_yticks([])
    look.ax.set_xlim(-0.16, 1.16)
    look.ax.set_ylim(1 + GAP * (len(OUTCOMES) - 1), -0.02)
    _title(look, transition, thin)
    return look.ax


def _blocks(
    look: Look, shares: NDArray[np.float64], counts: NDArray[np.int64], left: bool
) -> dict[int, float]:
    """Draw the blocks of one side; return where each begins, from the top."""
    tops, y = {}, 0.0
    for star in OUTCOMES:
        tops[star] = y
        share = float(shares[star])
        if share:
            x = -BLOCK if left else 1.0
            patch = matplotlib("patches").Rectangle((x, y), BLOCK, share, **look.fill(star))
            look.ax.add_patch(patch)
            text = f"{look.star(star)}  {look.number(counts[star])}"
            x, side = (-BLOCK - 0.012, "right") if left else (1 + BLOCK + 0.012, "left")
            look.write(x, y + share / 2, text, ha=side, fontsize=9, color=look.ink)
            y += share + GAP
    return tops


def _flows(
    matrix: NDArray[np.int64], before: dict[int, float], after: dict[int, float]
) -> list[_Flow]:
    """Return the flows; within a block they stand as the stars of the other side do."""
    products = matrix.sum()
    left, right = dict(before), dict(after)
    found = []
    for first in OUTCOMES:
        for second in OUTCOMES:
            count = int(matrix[first, second])
            if count:
                found.append(_Flow(first, second, count, left[first], right[second]))
                left[first] += count / products
                right[second] += count / products
    return found


def _draw(look: Look, flow: _Flow, share: float) -> None:
    """Draw a flow as a ribbon of two curves."""
    path = matplotlib("path").Path
    left, right = flow.left, flow.right
    points = [
        *[(0, left), (0.5, left), (0.5, right), (1, right)],
        *[(1, right + share), (0.5, right + share), (0.5, left + share), (0, left + share)],
        (0, left),
    ]
    codes = [path.MOVETO, *[path.CURVE4] * 3, path.LINETO, *[path.CURVE4] * 3, path.CLOSEPOLY]
    moves = flow.before != flow.after
    style: dict[str, Any] = {
        "facecolor": STAR_COLOURS[flow.before],
        "alpha": 0.9 if moves else 0.42,
    }
    if not flow.before:
        style |= {"facecolor": look.faint, "hatch": HATCH}
    edge = {"edgecolor": look.ink, "linewidth": 0.7} if moves else {"linewidth": 0}
    ribbon = matplotlib("patches").PathPatch(
        path(points, codes), zorder=3 if moves else 2, **style, **edge
    )
    look.ax.add_patch(ribbon)


def _count(look: Look, flow: _Flow, share: float) -> None:
    """Write the count of a flow near its left end, where flows of one block do not cross."""
    place = 0.1
    weight = 3 * place**2 - 2 * place**3
    y = flow.left + (flow.right - flow.left) * weight + share / 2
    moves = flow.before != flow.after
    colour = look.on(flow.before) if moves else look.ink
    look.write(place, y, look.number(flow.count), ha="center", color=colour, zorder=5)


def _title(look: Look, transition: Transition, thin: list[str]) -> None:
    lang, counts = look.lang, transition.counts
    note = WORDS["note"][lang].format(
        products=look.number(counts.products),
        up=look.number(counts.up),
        same=look.number(counts.same),
        down=look.number(counts.down),
    )
    only = len(transition.only_before), len(transition.only_after)
    if any(only):
        note += "\n" + WORDS["missing"][lang].format(
            before=look.number(only[0]), after=look.number(only[1])
        )
    if thin:
        # A flow is not broken at the end of a line.
        flows = "; ".join(flow.replace(" ", "\u00a0") for flow in thin)
        note += "\n" + WORDS["small"][lang].format(flows=flows)
    look.title(WORDS["title"][lang], note, width=96)
