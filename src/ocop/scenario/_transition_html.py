"""Transitions as HTML for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocop._html import card, cut, stars, table
from ocop.scenario.transition_counts import OUTCOMES
from ocop.text import number_of

if TYPE_CHECKING:
    # The class shows itself, so at run time it imports this module.
    from ocop.scenario.transition import Transition

__all__ = ["transition_html"]


def transition_html(transition: Transition) -> str:
    """Return the matrix; reasons are not counted for it."""
    counts, (before, after) = transition.counts, transition.decisions
    rows = [
        (stars(star), *(int(transition.matrix[star, other]) or None for other in OUTCOMES))
        for star in OUTCOMES
    ]
    matrix = table(["before ↓ after →", *map(stars, OUTCOMES)], rows)
    alone = len(transition.only_before) + len(transition.only_after)
    moves = f"{counts.up:,} up, {counts.same:,} same, {counts.down:,} down"
    unmatched = f"; {alone:,} on one side only" if alone else ""
    products = number_of(len(transition), "product")
    title = f"{cut(before)} to {cut(after)}: {products}, {moves}{unmatched}"
    return card("Transition", title, matrix)
