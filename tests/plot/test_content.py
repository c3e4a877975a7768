"""What pictures show is what the results hold: counts, points, ranks, marks, caps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

import ocop
from ocop.plot._style import STAR_COLOURS

OUTCOMES = (5, 4, 3, 2, 1, 0)


@pytest.fixture
def ax() -> Axes:
    """Return axes of a figure that pyplot does not know."""
    return Figure(figsize=(12, 12)).subplots()


def words(ax: Axes) -> list[str]:
    """Return what is written into axes."""
    return [text.get_text() for text in ax.texts]


def widths(ax: Axes) -> list[list[float]]:
    """Return the lengths of bars, a list for each container."""
    return [[float(bar.get_width()) for bar in found] for found in ax.containers]


def test_a_waterfall_adds_up(results: Any, ax: Axes) -> None:
    """Bars have the criteria's points and join up to the total; the pale rest reaches the best."""
    held = int(np.argmax((results.tea.band > results.tea.star) & (results.tea.star > 0)))
    account = ocop.explain(results.tea, held)
    ocop.plot.waterfall(account, ax=ax)
    bars = [found.patches[0] for found in ax.containers]
    total = bars.pop()
    assert total.get_width() == account.total
    assert total.get_facecolor()[:3] == pytest.approx(to_rgb(STAR_COLOURS[account.star or 0]))
    strong = [bar for bar in bars if bar.get_zorder() == 3]
    pale = [bar for bar in bars if bar.get_zorder() == 2]
    assert [b.get_width() for b in strong] == [c.points for c in account.criteria if c.points]
    assert [b.get_width() for b in pale] == [c.best for c in account.criteria]
    ends = [bar.get_x() + bar.get_width() for bar in strong]
    assert [bar.get_x() for bar in strong] == [0, *ends[:-1]]
    assert ends[-1] == account.total
    holding = [c for c in account.criteria if c.kept_from and c.kept_from <= account.band]
    assert holding
    assert sum(bar.get_hatch() is not None for bar in strong) == sum(c.points > 0 for c in holding)
    crossed = [text for text in words(ax) if text.startswith("✗")]
    needs = {c.code: next(f.least for f in c.floors if not f.met) for c in holding}
    assert len(crossed) == len(holding)
    for criterion, text in zip(holding, crossed, strict=True):
        assert text.startswith(f"✗ {criterion.kept_from}★ needs {needs[criterion.code]}")
    for code, points in account.parts.items():
        part = next(part for part in account.criteria_set.parts if part.code == code)
        assert f"{points}/{part.points}" in words(ax)
    assert [line.get_xdata()[0] for line in ax.lines if len(set(line.get_ydata())) == 2][-4:] == [
        band.at_least for band in account.bands if band.at_least
    ]


def test_a_waterfall_says_why_a_criterion_has_no_points(ax: Axes) -> None:
    """Not assessed, and struck by a rule, are told in words."""
    law = next(found for found in ocop.decision("qd-26-2026").sets.values() if found.rules.needs)
    rule = law.rules.needs[0]
    best = {item.code: len(item.criterion.options) for item in law.items}
    blank = next(code for code in best if code not in (rule.item, rule.other))
    sheet = ocop.Sheet(criteria_set=law, answers=best | {rule.other: 0, blank: None})
    ocop.plot.waterfall(ocop.explain(sheet), ax=ax)
    assert any("not assessed" in text for text in words(ax))
    assert any(f"no points: {rule.item} counts only" in text for text in words(ax))


def test_star_shares_have_the_lengths_and_counts_of_the_data(results: Any, ax: Axes) -> None:
    """Pieces are the shares of the stars of each set; the counts at the right are the products."""
    ocop.plot.star_shares(results.scores, ax=ax)
    shares = np.array(widths(ax))
    for place, batch in enumerate(results.scores):
        counts = batch.star_counts()
        expected = [100 * counts[star] / len(batch) for star in OUTCOMES]
        assert shares[:, place] == pytest.approx(expected)
    beside = [int(text[4:]) for text in words(ax) if text.startswith("n = ")]
    assert beside == [len(batch) for batch in results.scores]
    inside = [text for text in words(ax) if text.isdecimal()]
    every = [str(n) for batch in results.scores for n in batch.star_counts().values() if n]
    assert set(inside) <= set(every)
    assert len(inside) > len(every) / 2


def test_star_shares_show_the_largest_groups_and_say_so(results: Any, ax: Axes) -> None:
    """The groups with the most products stay, in order of their names."""
    group = ["small"] * 20 + ["a large"] * 100 + ["the largest"] * 180
    ocop.plot.star_shares(results.scores, by=group, limit=2, ax=ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a large", "the largest"]
    assert any("the 2 largest of 3 groups" in text for text in words(ax))


def test_a_transition_shows_every_count(results: Any, ax: Axes) -> None:
    """Blocks and ribbons are as high as the matrix says; every count is written somewhere."""
    moves = results.transition
    ocop.plot.transition_chart(moves, ax=ax)
    blocks = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    sides = [*moves.matrix.sum(axis=1)[::-1], *moves.matrix.sum(axis=0)[::-1]]
    heights = [block.get_height() * len(moves) for block in blocks]
    assert heights == pytest.approx([count for count in sides if count])
    ribbons = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    flows = [(b, a, moves.matrix[b, a]) for b in OUTCOMES for a in OUTCOMES if moves.matrix[b, a]]
    assert len(ribbons) == len(flows)
    said = "\n".join(words(ax)).replace("\u00a0", " ")
    for (before, after, count), ribbon in zip(flows, ribbons, strict=True):
        edge = ribbon.get_path().vertices[:, 1]
        assert (edge[7] - edge[0]) * len(moves) == pytest.approx(count)
        names = [f"{star}★" if star else "excluded" for star in (before, after)]
        assert f"{names[0]} → {names[1]}: {count}" in said or str(count) in words(ax)
    assert f"{len(moves)} products: {moves.counts.up} up" in said
    assert f"{len(moves.only_before)} only before, {len(moves.only_after)} only after" in said


def test_a_heat_map_holds_the_shares_by_rank(results: Any, ax: Axes) -> None:
    """Cells are points over the criterion's best; crosses and rings stand where they should."""
    tea = results.tea
    ocop.plot.heat_map(tea, limit=25, ax=ax)
    first = ocop.rank(tea).top(25)
    cells = ax.collections[0].get_array()
    rings, crosses = (found.get_offsets() for found in ax.collections[1:3])
    seen, missed, blank = [], set(), set()
    for place, row in enumerate(first.row.tolist()):
        account = ocop.explain(tea, row)
        seen.append(
            [c.points / tea.criteria_set.item(c.code).criterion.best for c in account.criteria]
        )
        missed |= {
            (x + 0.5, place + 0.5)
            for x, c in enumerate(account.criteria)
            if c.kept_from and c.kept_from <= account.band
        }
        blank |= {
            (x + 0.5, place + 0.5) for x, c in enumerate(account.criteria) if c.answer is None
        }
        assert words(ax)[place] == str(account.total)
    assert {tuple(at) for at in crosses.tolist()} == missed
    assert {tuple(at) for at in rings.tolist()} == blank
    assert missed
    assert blank
    assert np.ma.getmaskarray(cells).sum() == len(blank)
    assert cells.compressed() == pytest.approx(np.array(seen)[~np.ma.getmaskarray(cells)])
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == 25
    assert labels[0].startswith(f"1. {first.products[0]}"[:20])
    assert any("the first 25 of 60 products" in text for text in words(ax))


def test_a_tornado_reaches_from_lowest_to_highest(results: Any, ax: Axes) -> None:
    """Bars start at the base; ends carry level and outcome; what has no effect is named."""
    swings = results.tornado
    ocop.plot.tornado(swings, ax=ax)
    rows = [row for row in swings.rows() if row["swing"]]
    ends = [
        (row[end], f"{row[end + '_at']}: {row[end]:.0f}")
        for row in rows
        for end in ("lowest", "highest")
        if row[end] != swings.base_outcome
    ]
    bars = [found.patches[0] for found in ax.containers]
    reached = [bar.get_x() + bar.get_width() for bar in bars]
    assert reached == [value for value, _ in ends]
    assert {bar.get_x() for bar in bars} == {swings.base_outcome}
    assert words(ax)[: len(ends)] == [text for _, text in ends]
    ocop.plot.tornado(swings, limit=1, ax=ax)
    assert any("the 1 widest of 3 levers" in text for text in words(ax))


def test_a_tornado_without_effect_says_so(ax: Axes) -> None:
    """Constant outcomes are no error."""
    still = ocop.tornado(lambda choices: choices[:, 0] * 0 + 2.5, ["a", "b"], [2, 2])
    ocop.plot.tornado(still, ax=ax, lang="vi")
    assert "không tham số nào làm thay đổi kết quả" in words(ax)
    assert any("Mức gốc: 2,5\nKhông ảnh hưởng: a, b" in text for text in words(ax))


def test_a_slope_joins_the_ranks_of_both_sides(results: Any, ax: Axes) -> None:
    """Every product among the first of either side stands there with its rank; ties are marked."""
    before, after = ocop.rank(results.tea), ocop.rank(results.after)
    ocop.plot.rank_slope(before, after, first=10, ax=ax)
    sides = []
    for ranking in (before, after):
        (batch,) = ranking.scores
        sides.append(dict(zip(batch.products, ranking.ranks.tolist(), strict=True)))
    shown = {*before.top(10).products, *after.top(10).products}
    both = shown & sides[0].keys() & sides[1].keys()
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(lines) == len(both)
    assert len(ax.lines) - len(lines) == len(shown) - len(both)
    said = words(ax)
    for side in sides:
        ranks = list(side.values())
        for code in shown & side.keys():
            tied = ranks.count(side[code]) > 1
            places = [n for n, text in enumerate(said) if text == code]
            assert f"{side[code]}{'=' if tied else ''}" in {said[n - 1] for n in places}
    dashed = [line for line in lines if line.get_linestyle() != "-"]
    assert len(dashed) == sum(sides[1][code] > sides[0][code] for code in both)
    only = len(sides[0].keys() - sides[1].keys()), len(sides[1].keys() - sides[0].keys())
    assert any(f"Only before: {only[0]} products; only after: {only[1]}" in text for text in said)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["qd-26-2026", "stricter-26"]


def test_a_slope_says_how_many_ties_it_cuts(ax: Axes) -> None:
    """Where more products share the last rank than are shown, the picture says so."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    best = {item.code: len(item.criterion.options) for item in tea.items}
    sheets = [ocop.Sheet(criteria_set=tea, product=f"p{n}", answers=best) for n in range(9)]
    ranking = ocop.rank(ocop.score(ocop.Sheets.of(sheets)))
    ocop.plot.rank_slope(ranking, ranking, first=4, ax=ax)
    assert "before: 5 more share rank 1 and are not shown" in "\n".join(words(ax))
    whole = Figure().subplots()
    ocop.plot.rank_slope(ranking, ranking, first=9, ax=whole)
    assert "not shown" not in "\n".join(words(whole))


def test_a_council_shows_range_points_and_mean(results: Any, ax: Axes) -> None:
    """By criterion: every assessor's points, the mean beside; by assessor: the totals."""
    council = results.council
    ocop.plot.council_spread(council, ax=ax)
    means = {
        line.get_ydata()[0]: line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"
    }
    assert list(means.values()) == pytest.approx([float(mean) for mean in council.means.values()])
    rings = {
        (line.get_ydata()[0], line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "o"
    }
    given = {(n, p) for points in council.points.values() for n, p in enumerate(points)}
    assert rings == given
    assert sum(text.startswith("✗") for text in words(ax)) == len(council.missing_floors)
    other = Figure().subplots()
    ocop.plot.council_spread(council, by="assessor", ax=other)
    rings = [line.get_xdata()[0] for line in other.lines if line.get_marker() == "o"]
    assert rings == list(council.totals.values())
    assert any("Left out: Võ Ngọc Mỹ" in text for text in words(other))
    assert any("not assessed: 1" in text for text in words(other))


def test_chances_have_their_lengths_and_never_read_as_certain(results: Any, ax: Axes) -> None:
    """Pieces add up to 100; the order is by the mean number of stars."""
    chances = results.chances
    ocop.plot.probabilities(chances, limit=60, ax=ax)
    pieces = np.array(widths(ax))
    assert pieces.sum(axis=0) == pytest.approx([100] * 60)
    codes = [label.get_text() for label in ax.get_yticklabels()]
    rows = [chances.products.index(code) for code in codes]
    shares = pieces.T / 100
    assert shares == pytest.approx(chances.probabilities[rows][:, ::-1])
    mean = chances.probabilities[rows] @ np.arange(6)
    assert (np.diff(mean) < 1e-6).all()
    for text in words(ax):
        if text.endswith("%"):
            assert text.strip("<>%").isdecimal()
    one = Figure().subplots()
    row = int(
        np.argmax(
            (chances.probabilities > 0.99).any(axis=1) & (chances.probabilities < 1).all(axis=1)
        )
    )
    ocop.plot.probabilities(chances, row, ax=one)
    certain = (chances.probabilities[row] == 1).any()
    assert ("100%" in words(one)) == certain


def test_stars_of_a_sweep_stack_up(results: Any, ax: Axes) -> None:
    """Steps are the counts of the scenarios, ordered by the products with the star or more."""
    sweep = results.sweep
    ocop.plot.sweep_stars(sweep, star=4, ax=ax)
    reached = np.sort(sweep.star_counts[:, 4:].sum(axis=1))
    area = ax.collections[1].get_paths()[0].vertices
    assert {int(y) for y in area[:, 1]} >= set(reached.tolist())
    assert ax.lines[-1].get_ydata()[0] == sweep.baseline[4:].sum()
    note = f"4★ or more: {reached[0]} to {reached[-1]} products; under the law as it is"
    assert any(note in text for text in words(ax))
    assert ax.get_ylim() == (0, 300)


def lightness(colour: Any) -> float:
    """Return the lightness L* of a colour, 0 to 100."""
    return float(lab(linear(colour))[0])


def linear(colour: Any) -> np.ndarray[Any, Any]:
    parts = np.array(to_rgb(colour))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return linear red, green and blue in the space CIELAB."""
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ light
        / [0.9505, 1, 1.089]
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_colours_of_the_stars_are_told_apart_in_grey_print() -> None:
    """From one star to five each is darker by at least ten steps of lightness."""
    steps = -np.diff([lightness(colour) for colour in STAR_COLOURS[1:]])
    assert (steps >= 10).all()


# G. M. Machado, M. M. Oliveira and L. A. F. Fernandes (2009), doi:10.1109/TVCG.2009.113, full
# deficiency.
SEEN = {
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


@pytest.mark.parametrize("kind", SEEN)
def test_the_colours_of_the_stars_are_told_apart_by_everybody(kind: str) -> None:
    """Neighbours stay at least 12 apart in CIELAB for each kind of colour blindness."""
    seen = [lab(np.clip(np.array(SEEN[kind]) @ linear(c), 0, 1)) for c in STAR_COLOURS[1:]]
    assert min(np.linalg.norm(a - b) for a, b in pairwise(seen)) >= 12


def test_excluded_products_are_hatched(results: Any, ax: Axes) -> None:
    """No colour has to say alone that a product is out."""
    ocop.plot.star_shares(results.scores, ax=ax)
    assert [found.patches[0].get_hatch() for found in ax.containers] == [None] * 5 + ["////"]
    assert mpl.colors.to_rgb(ax.get_facecolor()) == ax.containers[5].patches[0].get_facecolor()[:3]
