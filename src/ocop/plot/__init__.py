"""Pictures of results (biểu đồ), drawn with matplotlib (extra ``plot``).

Every function takes ``ax=``, the axes to draw into, or makes a figure of a fit size, and returns
the axes. Text and lines take their colours from the background. Loading this package does not load
matplotlib; drawing does.
"""

from __future__ import annotations

from ocop.plot._council_spread import council_spread
from ocop.plot._heat_map import heat_map
from ocop.plot._probabilities import probabilities
from ocop.plot._rank_slope import rank_slope
from ocop.plot._star_shares import star_shares
from ocop.plot._sweep_stars import sweep_stars
from ocop.plot._tornado import tornado
from ocop.plot._transition_chart import transition_chart
from ocop.plot._waterfall import waterfall

__all__ = [
    "council_spread",
    "heat_map",
    "probabilities",
    "rank_slope",
    "star_shares",
    "sweep_stars",
    "tornado",
    "transition_chart",
    "waterfall",
]
