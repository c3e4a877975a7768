"""What the tests of pictures share: results to draw, and a look at what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from attrs import evolve
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import ocop

mpl.use("Agg")

Draw = Callable[..., Axes]
LAW = "qd-26-2026"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Close every figure, and see that no setting of matplotlib was changed."""
    before = dict(mpl.rcParams)
    yield
    plt.close("all")
    assert dict(mpl.rcParams) == before


class Results:
    """One of everything that can be drawn; the same on every run."""

    def __init__(self) -> None:
        self.made = ocop.synthesize(LAW, products=300, rng=1)
        self.scores = [ocop.score(batch) for batch in self.made.sheets]
        (plain,) = ocop.synthesize(LAW, products={"tea": 60}, rng=4).sheets
        rng = np.random.default_rng(5)
        answers = plain.answers.copy()
        answers[rng.random(answers.shape) < 0.03] = ocop.UNANSWERED
        codes = [f"SP chè Shan tuyết {n}" for n in range(60)]
        findings = np.zeros(60, dtype=np.uint64)
        findings[7] = 1
        self.tea = ocop.score(
            evolve(plain, answers=answers, products=tuple(codes), findings=findings)
        )
        worse = answers.copy()
        worse[(rng.random(answers.shape) < 0.12) & (worse > 1) & (worse < 200)] -= 1
        kept = slice(0, 50)
        law = evolve(self.tea.criteria_set, decision="stricter-26", criterion_mark="full")
        after = ocop.Sheets(criteria_set=law, products=(*codes[:49], "mới"), answers=worse[kept])
        self.after = ocop.score(after)
        self.transition = ocop.transition(self.tea, self.after)
        levers = [
            ocop.Lever.of_threshold(4, [65, 70, 75]),
            ocop.Lever.of_threshold(3, [45, 50]),
            ocop.Lever.floors_off(LAW),
        ]
        self.levers = ocop.Levers(LAW, levers)
        self.sweep = ocop.sweep(self.made, self.levers.every())
        self.tornado = ocop.tornado(
            ocop.star_outcome(self.made, self.levers),
            self.levers.names,
            self.levers.sizes,
            labels=self.levers.labels,
            base=self.levers.base,
        )
        base = plain.answers[int(np.argmax(self.tea.band > self.tea.star))]
        panel = np.repeat(base[None, :], 4, axis=0)
        panel[(rng.random(panel.shape) < 0.4) & (panel > 1)] -= 1
        panel[1, 4] = ocop.UNANSWERED
        names = ("Nguyễn Thị Ánh Tuyết", "Trần Văn Bình", "Đặng Thuỳ Dương", "Võ Ngọc Mỹ")
        sheets = ocop.Sheets(
            criteria_set=plain.criteria_set,
            products=["Chè 1"] * 4,
            answers=panel,
            assessors=names,
        )
        self.council = ocop.council(sheets, leave_out={"Võ Ngọc Mỹ": "người thân của chủ thể"})
        self.chances = ocop.star_probabilities(self.tea.sheets)

    def pictures(self) -> dict[str, Draw]:
        """Return a picture of each kind, and further ones, named after their functions."""
        plot, tea = ocop.plot, self.tea
        held = int(np.argmax((tea.band > tea.star) & (tea.star > 0)))
        out = int(np.argmax(tea.excluded))
        law = tea.criteria_set
        best = {item.code: len(item.criterion.options) for item in law.items}
        full = ocop.Sheet(criteria_set=law, product="Chè 5 sao", answers=best)
        orders = ocop.rank(tea), ocop.rank(tea, order=["C", "total"])
        return {
            "waterfall": partial(plot.waterfall, ocop.explain(tea, held)),
            "waterfall-excluded": partial(plot.waterfall, ocop.explain(tea, out)),
            "waterfall-five": partial(plot.waterfall, ocop.explain(full)),
            "heat_map": partial(plot.heat_map, tea, limit=20),
            "tornado": partial(plot.tornado, self.tornado, outcome="4★"),
            "transition_chart": partial(plot.transition_chart, self.transition),
            "rank_slope": partial(plot.rank_slope, *orders, first=8),
            "rank_slope-other": partial(plot.rank_slope, orders[0], ocop.rank(self.after)),
            "star_shares": partial(plot.star_shares, self.scores),
            "star_shares-sector": partial(plot.star_shares, self.scores, by="sector"),
            "council_spread": partial(plot.council_spread, self.council),
            "council_spread-assessor": partial(plot.council_spread, self.council, by="assessor"),
            "probabilities": partial(plot.probabilities, self.chances, limit=12),
            "probabilities-one": partial(plot.probabilities, self.chances, 3),
            "sweep_stars": partial(plot.sweep_stars, self.sweep),
        }


@pytest.fixture(scope="session")
def results() -> Results:
    """Return one of everything that can be drawn."""
    return Results()


@pytest.fixture(scope="session")
def eye() -> SimpleNamespace:
    """Return what looks at pictures: `faults`, `texts`, `title`, `contrast`."""
    return SimpleNamespace(faults=faults, texts=texts, title=title, contrast=contrast)


def texts(ax: Axes) -> list[Text]:
    """Return all text that the figure of the axes shows."""
    found = ax.get_figure(root=True).findobj(Text)
    hidden = set()
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        pairs = zip(axis.get_major_ticks(), axis.get_majorticklocs(), strict=True)
        hidden |= {t for tick, at in pairs if not low <= at <= high for t in tick.findobj(Text)}
    shown = (text for text in found if text.get_visible() and text not in hidden)
    return [text for text in shown if text.get_text().strip()]


def title(ax: Axes) -> Text:
    """Return the title of a picture."""
    (found,) = (text for text in texts(ax) if text.get_text() == ax.get_title(loc="left"))
    return found


def contrast(one: Any, other: Any) -> float:
    """Return the contrast of two colours as the web's guidelines count it, 1 to 21."""
    light = []
    for colour in (one, other):
        parts = np.array(to_rgb(colour))
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        light.append(float(linear @ [0.2126, 0.7152, 0.0722]))
    return (max(light) + 0.05) / (min(light) + 0.05)


def faults(ax: Axes) -> list[str]:
    """Draw the figure of the axes; return what a reader would stumble over."""
    figure = ax.get_figure(root=True)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3].astype(int)
    found = [*_blank(ax, pixels)]
    width, height = pixels.shape[1], pixels.shape[0]
    boxes, shown = [], texts(ax)
    for text in shown:
        box = text.get_window_extent()
        boxes.append((box.x0, box.y0, box.x1, box.y1))
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
            found.append(f"clipped: {text.get_text()!r}")
        if text.get_fontsize() < 6:
            found.append(f"too small: {text.get_text()!r}")
    edges = np.array(boxes)
    for n, (x0, y0, x1, y1) in enumerate(edges):
        rest = edges[n + 1 :]
        apart = (rest[:, 0] >= x1 - 1) | (rest[:, 2] <= x0 + 1)
        apart |= (rest[:, 1] >= y1 - 1) | (rest[:, 3] <= y0 + 1)
        for m in np.flatnonzero(~apart):
            pair = shown[n].get_text(), shown[n + 1 + m].get_text()
            found.append(f"overlap: {pair[0]!r} and {pair[1]!r}")
    return found


def _blank(ax: Axes, pixels: np.ndarray[Any, Any]) -> Iterator[str]:
    """Yield the regions of a picture where nothing stands: inside the axes, and above them."""
    height = pixels.shape[0]
    x0, y0, x1, y1 = (round(edge) for edge in ax.get_window_extent().extents)
    regions = {
        "axes": (pixels[height - y1 : height - y0, x0:x1], 0.01),
        "left half": (pixels[height - y1 : height - y0, x0 : (x0 + x1) // 2], 0.003),
        "right half": (pixels[height - y1 : height - y0, (x0 + x1) // 2 : x1], 0.003),
        "title": (pixels[: height - y1], 0.01),
    }
    for name, (region, least) in regions.items():
        numbers = np.unique(region @ [1 << 16, 1 << 8, 1], return_counts=True)[1]
        share = 1 - numbers.max() / numbers.sum() if region.size else 0
        if share < least:
            yield f"blank: {name}, {share:.2%} of its pixels are drawn"
