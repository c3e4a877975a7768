"""Stacked bars of stars, which several pictures are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ocop.plot._checks import matplotlib
from ocop.plot._style import SMALL, Look

if TYPE_CHECKING:
    from matplotlib.artist import Artist

__all__ = ["OUTCOMES", "star_bars", "star_legend"]

OUTCOMES = (5, 4, 3, 2, 1, 0)
"""Stars as pictures list them; 0 stands for excluded."""


def star_bars(look: Look, amounts: NDArray[np.float64], texts: Sequence[Sequence[str]]) -> None:
    """Draw a lying bar of 100 % for each row of amounts, which has a column for each star.

    A piece carries its text where it is long enough for it. There is a container of bars for each
    star, in the order of `OUTCOMES`, with a piece for every row.
    """
    total = amounts.sum(axis=1, keepdims=True)
    shares = np.divide(100 * amounts, total, out=np.zeros_like(amounts), where=total > 0)
    left = np.zeros(len(amounts))
    # Letters that fit into a hundredth of the width, on the safe side: a layout takes some of it.
    room = look.width * 0.75 / 100 / (SMALL * 0.7)
    for star in OUTCOMES:
        widths = shares[:, star]
        look.ax.barh(range(len(amounts)), widths, left=left, height=0.72, **look.fill(star))
        for place, width in enumerate(widths.tolist()):
            text = texts[place][star]
            if width > 0 and len(text) + 0.7 <= width * room:
                box = {"facecolor": look.paper, "edgecolor": "none", "pad": 1} if not star else None
                middle = left[place] + width / 2
                look.write(middle, place, text, ha="center", color=look.on(star), bbox=box)
        left += widths
    look.ax.set_xlim(0, 100)
    look.ax.set_ylim(max(1, len(amounts)) - 0.5, -0.5)
    look.frame("bottom", grid="x")
    look.ax.tick_params(axis="y", length=0)


def star_legend(
    look: Look, stars: Iterable[int], *, below: float, more: Sequence[Artist] = ()
) -> None:
    """Name the colours of the stars, and `more` that has a label, under the axes."""
    patch = matplotlib("patches").Patch
    handles = [patch(**look.fill(star), label=look.star(star)) for star in stars]
    for handle in handles:
        handle.set_edgecolor(look.outer)
    look.legend([*handles, *more], below=below, columns=7)
