"""Pictures of what users bring: names that look like formulas, odd axes, nothing to show."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.text import Text

import ocop

NAMES = ("$x^2$", r"$\frac{1}$", r"a\$b_c$")


@pytest.fixture(scope="module")
def hostile() -> ocop.Scores:
    """Three teas whose names matplotlib would take for mathematics."""
    (tea,) = ocop.synthesize("qd-26-2026", products={"tea": 3}, rng=1).sheets
    return ocop.score(evolve(tea, products=NAMES))


def _council(scores: ocop.Scores) -> ocop.Council:
    sheets = evolve(scores.sheets, products=(NAMES[1],) * 3, assessors=NAMES)
    return ocop.council(sheets)


def _tornado(_: ocop.Scores, **given: Any) -> Axes:
    swings = ocop.tornado(
        lambda levels: np.asarray(levels).sum(axis=1).astype(float),
        NAMES,
        [2, 2, 2],
        labels=[NAMES[:2]] * 3,
    )
    return ocop.plot.tornado(swings, outcome=NAMES[1], **given)


PICTURES: dict[str, Any] = {
    "waterfall": lambda s, **g: ocop.plot.waterfall(ocop.explain(s, 1), **g),
    "heat_map": lambda s, **g: ocop.plot.heat_map(s, **g),
    "star_shares": lambda s, **g: ocop.plot.star_shares(s, by=list(NAMES), **g),
    "rank_slope": lambda s, **g: ocop.plot.rank_slope(
        ocop.rank(s), ocop.rank(s, order=["C"]), labels=NAMES[:2], **g
    ),
    "probabilities": lambda s, **g: ocop.plot.probabilities(ocop.star_probabilities(s.sheets), **g),
    "one": lambda s, **g: ocop.plot.probabilities(ocop.star_probabilities(s.sheets), 1, **g),
    "council": lambda s, **g: ocop.plot.council_spread(_council(s), **g),
    "assessors": lambda s, **g: ocop.plot.council_spread(_council(s), by="assessor", **g),
    "transition": lambda s, **g: ocop.plot.transition_chart(ocop.transition(s, s), **g),
    "tornado": _tornado,
}


@pytest.mark.parametrize("name", PICTURES)
def test_names_are_never_read_as_mathematics(name: str, hostile: ocop.Scores) -> None:
    """A dollar sign is one, in every text and file format, also where no formula could be read."""
    figure: Any = PICTURES[name](hostile).get_figure(root=True)
    for kind in ("png", "svg", "pdf"):
        figure.savefig(BytesIO(), format=kind)
    texts = [text for text in figure.findobj(Text) if "$" in text.get_text()]
    assert bool(texts) == (name != "transition")
    assert [text.get_text() for text in texts if text.get_parse_math()] == []


@pytest.mark.parametrize("name", PICTURES)
def test_log_axes_become_plain_ones(name: str, hostile: ocop.Scores) -> None:
    """Axes that had a log scale show the same as new ones."""
    figure, axes = plt.subplots()
    axes.set_xscale("log")
    axes.set_yscale("log")
    drawn = PICTURES[name](hostile, ax=axes)
    new = PICTURES[name](hostile, ax=plt.figure().subplots())
    figure.savefig(BytesIO())
    assert (drawn.get_xlim(), drawn.get_ylim()) == (new.get_xlim(), new.get_ylim())


@pytest.mark.parametrize("projection", ["3d", "polar"])
def test_axes_of_a_projection_are_refused(projection: str, hostile: ocop.Scores) -> None:
    """What is drawn on flat axes is not drawn on others."""
    axes = plt.figure().add_subplot(projection=projection)
    with pytest.raises(ocop.InputError) as caught:
        ocop.plot.heat_map(hostile, ax=axes)
    assert str(caught.value) == (
        f"ax: found axes of the projection {projection}, allowed are those without one; "
        "take one of what plt.subplots() returns [wrong-type]"
    )


def test_a_transition_of_nothing_is_drawn(hostile: ocop.Scores) -> None:
    """Without products there are no shares to divide by."""
    tea = hostile.sheets
    none = ocop.Sheets(criteria_set=tea.criteria_set, products=(), answers=tea.answers[:0])
    ax = ocop.plot.transition_chart(ocop.transition(ocop.score(none), ocop.score(none)))
    assert ax.get_title(loc="left") == "Stars before and after"
