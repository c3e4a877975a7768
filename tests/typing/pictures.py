"""Pictures of results: axes in, axes out."""

from __future__ import annotations

from typing import assert_type

from matplotlib.axes import Axes

import ocop
from ocop import plot

tea = ocop.criteria_set("qd-26-2026", "tea")
batches = ocop.read_sheets("tea.csv", "qd-26-2026", set="tea", keep=["commune"])
scores = ocop.score(batches[0])
own = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(4, [65, 70])])
outcome = ocop.star_outcome(batches, own, star=4)
panel = ocop.council([ocop.Sheet(criteria_set=tea, answers={})], assessors=["An"])
chances = ocop.star_probabilities(batches[0], up=0.1)


def picture(ax: Axes | None) -> None:
    """Draw each picture, in new figures or into the axes given."""
    assert_type(plot.waterfall(ocop.explain(scores, 0), ax=ax, lang="vi"), Axes)
    assert_type(plot.heat_map(scores, limit=20, ax=ax), Axes)
    assert_type(plot.tornado(ocop.tornado(outcome, own), outcome=None, ax=ax), Axes)
    assert_type(plot.transition_chart(ocop.transition([scores], [scores]), ax=ax), Axes)
    ranking = ocop.rank(scores)
    assert_type(plot.rank_slope(ranking, ranking, first=9, labels=["a", "b"], ax=ax), Axes)
    assert_type(plot.star_shares([scores], by="commune", ax=ax), Axes)
    assert_type(plot.council_spread(panel, by="assessor", ax=ax), Axes)
    assert_type(plot.probabilities(chances, 0, ax=ax), Axes)
    assert_type(plot.sweep_stars(ocop.sweep(batches, own.every()), star=3, ax=ax), Axes)


assert_type(ocop.plot.heat_map(scores), Axes)
