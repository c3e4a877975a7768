"""Every picture: readable in both languages, light and dark; the axes of the user; wrong input."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import ocop

NAMES = [
    "waterfall",
    "waterfall-excluded",
    "waterfall-five",
    "heat_map",
    "tornado",
    "transition_chart",
    "rank_slope",
    "rank_slope-other",
    "star_shares",
    "star_shares-sector",
    "council_spread",
    "council_spread-assessor",
    "probabilities",
    "probabilities-one",
    "sweep_stars",
]
KINDS = [name for name in NAMES if "-" not in name]


def test_every_kind_of_picture_is_looked_at(results: Any) -> None:
    """The list of pictures to look at holds every public function."""
    assert sorted(KINDS) == sorted(ocop.plot.__all__)
    assert list(results.pictures()) == NAMES


@pytest.mark.parametrize(("theme", "lang"), [("default", "en"), ("dark_background", "vi")])
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_readable(results: Any, eye: Any, name: str, theme: str, lang: str) -> None:
    """Nothing is blank, clipped, too small or written over other text; letters are all there."""
    with plt.style.context(theme):
        ax = results.pictures()[name](lang=lang)
        figure = ax.get_figure(root=True)
        assert isinstance(ax, Axes)
        assert plt.get_fignums() == [figure.number]
        assert figure.axes == [ax]
        assert eye.faults(ax) == []
        outside = [eye.title(ax), ax.xaxis.label, *ax.get_yticklabels(), *ax.texts]
        colours = {text.get_color() for text in outside if not text.get_bbox_patch()}
    # What stands on surfaces of stars is looked at below.
    paper = figure.get_facecolor()
    assert name in ON_STARS or [c for c in colours if eye.contrast(c, paper) < 4] == []
    assert eye.contrast(eye.title(ax).get_color(), paper) > 15
    assert all(text.get_fontfamily()[-1] == "DejaVu Sans" for text in eye.texts(ax))


ON_STARS = ("star_shares", "star_shares-sector", "probabilities", "transition_chart")


@pytest.mark.parametrize("name", NAMES)
def test_the_words_differ_by_language(results: Any, eye: Any, name: str) -> None:
    """No title, axis or legend is left in the other language."""
    said: dict[str, set[str]] = {}
    for lang in ("en", "vi"):
        ax = results.pictures()[name](lang=lang)
        legend = ax.get_legend()
        words = [ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()]
        words += [text.get_text() for text in legend.texts] if legend else []
        said[lang] = {word for word in words if any(c.isalpha() for c in word)}
    assert said["en"].isdisjoint(said["vi"])
    assert said["en"]


@pytest.mark.parametrize("name", KINDS)
def test_given_axes_are_drawn_into_and_nothing_else(results: Any, name: str) -> None:
    """The same axes come back; the figure, the axes beside them and pyplot are left alone."""
    figure = Figure(figsize=(16, 9))
    left, right = figure.subplots(1, 2)
    place = left.get_position().bounds
    assert results.pictures()[name](ax=left) is left
    assert left.has_data() or left.patches or left.collections
    assert not right.has_data()
    assert not right.texts
    assert figure.axes == [left, right]
    assert figure.get_layout_engine() is None
    assert left.get_position().bounds == place
    assert to_hex(left.get_facecolor()) == "#ffffff"
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", ["star_shares", "probabilities-one", "tornado", "sweep_stars"])
def test_titles_are_wrapped_in_narrow_axes(results: Any, eye: Any, name: str) -> None:
    """A picture of four in one figure loses no words of its title."""
    figure = Figure(figsize=(13, 12), layout="constrained")
    ax = figure.subplots(2, 2)[1, 1]
    results.pictures()[name](ax=ax, lang="vi")
    assert [fault for fault in eye.faults(ax) if "clipped" in fault] == []


def test_text_follows_the_surface_it_stands_on(results: Any) -> None:
    """Dark axes on a light figure: light letters inside, dark ones outside; the reverse too."""
    for inside, outside in (("#111111", "white"), ("white", "#222222")):
        figure = Figure(facecolor=outside, figsize=(9, 9))
        ax = figure.subplots(subplot_kw={"facecolor": inside})
        ocop.plot.tornado(results.tornado, ax=ax)
        dark = inside == "#111111"
        assert ax.texts[0].get_color() == ("#f2f2f2" if dark else "#1c1c1c")
        assert ax.get_yticklabels()[0].get_color() == ("#1c1c1c" if dark else "#f2f2f2")


def test_transparent_axes_take_the_colour_of_what_lies_behind(results: Any) -> None:
    """No colour of the axes: that of the figure; none either: white paper."""
    for outside, ink in (("black", "#f2f2f2"), ("none", "#1c1c1c")):
        figure = Figure(facecolor=outside)
        ax = figure.subplots(subplot_kw={"facecolor": "none"})
        ocop.plot.tornado(results.tornado, ax=ax)
        assert ax.texts[0].get_color() == ink


def test_letters_that_the_users_font_lacks_are_found(results: Any, eye: Any) -> None:
    """DejaVu Sans Mono has no letters with two marks, and warns of none; DejaVu Sans helps out."""
    with mpl.rc_context({"font.family": "DejaVu Sans Mono"}):
        ax = ocop.plot.council_spread(results.council, by="assessor", lang="vi")
        assert eye.title(ax).get_fontfamily() == ["DejaVu Sans Mono", "DejaVu Sans"]
        assert eye.faults(ax) == []


def test_the_same_input_draws_the_same_pixels(results: Any) -> None:
    """No clock and no chance in a picture."""
    drawn = []
    for _ in range(2):
        canvas: Any = results.pictures()["rank_slope"]().get_figure(root=True).canvas
        canvas.draw()
        drawn.append(np.asarray(canvas.buffer_rgba()).copy())
    assert np.array_equal(*drawn)


def test_the_look_sees_what_is_wrong(eye: Any) -> None:
    """A blank picture, text over the edge, over other text or too small is found."""
    figure = Figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.set_axis_off()
    assert [fault.split(",")[0] for fault in eye.faults(ax)] == [
        "blank: axes",
        "blank: left half",
        "blank: right half",
        "blank: title",
    ]
    ax.text(0.5, 0.5, "here")
    ax.text(0.5, 0.5, "there")
    ax.text(1, 0.2, "a long text that leaves the figure")
    ax.text(0, 0.8, "small", fontsize=4)
    found = eye.faults(ax)
    assert "overlap: 'here' and 'there'" in found
    assert "clipped: 'a long text that leaves the figure'" in found
    assert "too small: 'small'" in found


WRONG = {
    "waterfall": "account: found a value of type int, allowed is Account; "
    "make one with ocop.explain(scores, row) [wrong-type]",
    "heat_map": "scores: found a value of type int, allowed is Scores; "
    "score the sheets of one criteria set with ocop.score [wrong-type]",
    "tornado": "swings: found a value of type int, allowed is Tornado; "
    "make one with ocop.tornado(evaluate, names, sizes) [wrong-type]",
    "transition_chart": "transition: found a value of type int, allowed is Transition; "
    "make one with ocop.transition(before, after) [wrong-type]",
    "star_shares": "scores[0]: found a value of type int, allowed is Scores; "
    "score sheets with ocop.score [wrong-type]",
    "council_spread": "council: found a value of type int, allowed is Council; "
    "make one with ocop.council(sheets) [wrong-type]",
    "probabilities": "chances: found a value of type int, allowed is StarProbabilities; "
    "make them with ocop.star_probabilities(sheets) [wrong-type]",
    "sweep_stars": "sweep: found a value of type int, allowed is Sweep; "
    "make one with ocop.sweep(population, scenarios) [wrong-type]",
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_names_all_that_is_wrong_and_leaves_no_figure(name: str) -> None:
    """The type, the axes and the language are refused at once."""
    with pytest.raises(ocop.InputError) as error:
        getattr(ocop.plot, name)(7, ax="here", lang="fr")
    assert list(map(str, error.value.problems)) == [
        WRONG[name],
        "ax: found a value of type str, allowed are matplotlib Axes or None; "
        "take one of what plt.subplots() returns [wrong-type]",
        "lang: found 'fr', allowed are vi, en [unknown-language]",
    ]
    assert plt.get_fignums() == []


def test_wrong_rankings(results: Any) -> None:
    """Both sides are looked at, and so are the names of the sides."""
    grouped = ocop.rank(results.scores, within="set")
    with pytest.raises(ocop.InputError) as error:
        ocop.plot.rank_slope(results.tea, grouped, first=0, labels=["one"])
    assert list(map(str, error.value.problems)) == [
        "before: found a value of type Scores, allowed is Ranking; "
        "make one with ocop.rank(scores) [wrong-type]",
        "after: found a ranking within groups, allowed is one over all products; "
        "rank the scores of one group, or rank without within= [ranked-in-groups]",
        "first: found 0, allowed is a whole number from 1 [out-of-range]",
        "labels: found 1 names, allowed are 2, one per side [wrong-length]",
    ]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("heat_map", {"limit": 2.5}, "limit: found 2.5, allowed is a whole number from 1"),
        ("heat_map", {"limit": True}, "limit: found True, allowed is a whole number from 1"),
        ("tornado", {"outcome": 4}, "outcome: found a value of type int, allowed is str"),
        ("council_spread", {"by": "part"}, "by: found 'part', allowed are criterion, assessor"),
        ("probabilities-one", {"row": 60}, "row: found 60, allowed are -60 to 59"),
        ("probabilities-one", {"row": "a"}, "row: found 'a', allowed is a whole number"),
        ("sweep_stars", {"star": 6}, "star: found 6, allowed are 1 to 5"),
        ("star_shares", {"by": "comune"}, "by: found 'comune', allowed are"),
        ("star_shares", {"by": ["a"]}, "by: found 1 values, allowed are 300"),
    ],
)
def test_wrong_options(results: Any, name: str, options: dict[str, Any], message: str) -> None:
    """What was found and what is allowed stand in the message; no figure is left."""
    draw = results.pictures()[name]
    given = draw.keywords | options
    arguments = draw.args[:1]
    with pytest.raises(ocop.InputError) as error:
        draw.func(*arguments, **given)
    assert str(error.value).startswith(message)
    assert plt.get_fignums() == []


def test_no_scores_is_an_error() -> None:
    """There is nothing to draw, and nothing that names a decision."""
    with pytest.raises(ocop.InputError, match="no-scores"):
        ocop.plot.star_shares([])


def test_no_products_are_a_picture_that_says_so(results: Any, eye: Any) -> None:
    """Empty batches can happen in a loop over groups: they draw, and do not stop it."""
    empty = ocop.Sheets(
        criteria_set=results.tea.criteria_set,
        products=(),
        answers=np.zeros((0, len(results.tea.criteria_set.items)), dtype=np.uint8),
    )
    scores = ocop.score(empty)
    drawn = [
        ocop.plot.heat_map(scores),
        ocop.plot.star_shares(scores),
        ocop.plot.probabilities(ocop.star_probabilities(empty)),
        ocop.plot.rank_slope(ocop.rank(scores), ocop.rank(scores)),
    ]
    for ax in drawn:
        assert "no products" in [text.get_text() for text in ax.texts]
        assert [fault for fault in eye.faults(ax) if not fault.startswith("blank")] == []


def test_without_matplotlib_the_extra_is_named(
    results: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ocop.MissingExtraError) as error:
        ocop.plot.tornado(results.tornado)
    assert str(error.value) == (
        "pictures need the extra 'plot'; pip install \"ocop[plot]\" [missing-extra]"
    )


def test_the_package_is_reached_without_loading_matplotlib() -> None:
    """``import ocop`` stays light, and so does looking at the pictures there are."""
    code = (
        "import sys, ocop\n"
        "assert 'ocop.plot' not in sys.modules\n"
        "assert callable(ocop.plot.waterfall)\n"
        "from ocop import plot\n"
        "assert plot is ocop.plot\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
