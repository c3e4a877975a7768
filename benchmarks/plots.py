"""The pictures of the page. They carry the digest of the figures that they were made from.

White ground under dark ink reads on a light and on a dark page; the colours are those of Okabe and
Ito, told apart with any kind of sight. Letters are drawn as paths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from wording import FLOOR, seconds, size

Row = dict[str, Any]
BLUE, ORANGE, GREEN, GREY, BLACK = "#0072B2", "#E69F00", "#009E73", "#8C8C8C", "#1A1A1A"
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "ocop",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": BLACK,
    "axes.labelcolor": BLACK,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": BLACK,
    "ytick.color": BLACK,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#E0E0E0",
}


def write(figures: Row, folder: Path, digest: str) -> None:
    """Write all pictures as SVG."""
    folder.mkdir(exist_ok=True)
    metadata = {"Date": None, "Creator": "benchmarks/plots.py", "Description": digest}
    for name, figure in draw(figures).items():
        with mpl.rc_context(STYLE):
            figure.savefig(folder / f"bench-{name}.svg", metadata=metadata)


def draw(figures: Row) -> dict[str, Figure]:
    """Return all pictures by name."""
    with mpl.rc_context(STYLE):
        score = figures["score"]
        return {
            "score": bars(
                score["score_and_rank"]["1000000"], "Score and rank 1,000,000 sheets, seconds"
            ),
            "growth": lines(score["score_and_rank"], "sheets"),
            "memory": memory_bars(score["memory"]),
            "sweep": bars(
                figures["sweep"]["times"]["10000"],
                f"10,000 scenarios x {figures['sweep']['products']:,} products, seconds",
            ),
        }


def colour(name: str) -> str:
    """Return the colour of a contestant: the same in every picture."""
    if name.startswith("ocop"):
        return BLUE
    if name.startswith("numpy"):
        return ORANGE
    if name.startswith("numba"):
        return GREEN
    return BLACK if name == FLOOR else GREY


def _axes(height: float) -> tuple[Figure, Axes]:
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    figure = Figure(figsize=(7.2, height), layout=layout, facecolor="white")
    return figure, figure.add_subplot()


def bars(rows: Sequence[Row], title: str) -> Figure:
    """Draw medians as bars on a logarithmic scale, with extremes as whiskers."""
    shown = sorted(
        (row for row in rows if "seconds" in row), key=lambda row: -row["seconds"]["median"]
    )
    figure, axes = _axes(0.7 + 0.27 * len(shown))
    for place, row in enumerate(shown):
        time = row["seconds"]
        hatch = "///" if "extrapolated_from" in row else None
        paint = {"color": colour(row["name"]), "edgecolor": "white", "hatch": hatch}
        axes.barh(place, time["median"], height=0.7, **paint)
        axes.hlines(place, time["min"], time["max"], color=BLACK, linewidth=1)
        label = f"  {seconds(time['median'])}"
        axes.text(max(time["median"], time["max"]), place, label, va="center", fontsize=8)
    axes.set_yticks(range(len(shown)), [_label(row) for row in shown])
    axes.set_xscale("log")
    axes.margins(x=0.12)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_title(title, loc="left", fontsize=10)
    _bold(axes)
    return figure


def _label(row: Row) -> str:
    extrapolated = " (extrapolated)" if "extrapolated_from" in row else ""
    return f"{row['name']}{extrapolated}" + (" †" if row.get("scope", "").startswith("tot") else "")


def _bold(axes: Axes) -> None:
    for label in axes.get_yticklabels():
        if label.get_text() == "ocop":
            label.set_fontweight("bold")


def memory_bars(memory: Row) -> Figure:
    """Draw extra memory as bars."""
    shown = sorted(memory["rows"], key=lambda row: -row["extra_bytes"])
    figure, axes = _axes(0.7 + 0.27 * len(shown))
    for place, row in enumerate(shown):
        axes.barh(place, row["extra_bytes"] / 1e6, height=0.7, color=colour(row["name"]))
        axes.text(row["extra_bytes"] / 1e6, place, f"  {size(row['extra_bytes'])}", va="center")
    axes.set_yticks(range(len(shown)), [row["name"] for row in shown])
    axes.margins(x=0.12)
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_title(f"Extra memory for {memory['sheets']:,} sheets, MB", loc="left", fontsize=10)
    _bold(axes)
    return figure


def lines(by_size: dict[str, Sequence[Row]], what: str) -> Figure:
    """Draw how times grow, each line with its name at its end."""
    figure, axes = _axes(4.2)
    sizes = [int(size) for size in by_size]
    named = {row["name"]: None for rows in by_size.values() for row in rows}
    ends: list[tuple[float, str]] = []
    for name in named:
        points = [
            (int(size), row["seconds"]["median"])
            for size, rows in by_size.items()
            for row in rows
            if row["name"] == name and "seconds" in row and "extrapolated_from" not in row
        ]
        if len(points) > 1 and points[-1][0] == sizes[-1]:
            thick = 2.4 if name == "ocop" else 1.2
            axes.plot(
                *zip(*points, strict=True), marker="o", markersize=3, color=colour(name), lw=thick
            )
            ends.append((points[-1][1], name))
    axes.set_xscale("log")
    axes.set_yscale("log")
    _name_ends(axes, ends, sizes[-1])
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel(what)
    axes.grid(axis="y")
    axes.set_title("Score and rank, seconds", loc="left", fontsize=10)
    return figure


def _name_ends(axes: Axes, ends: list[tuple[float, str]], last: int) -> None:
    """Write names beside the ends of lines, apart from each other."""
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    step = (high - low) / 22
    ends.sort()
    heights = [math.log10(value) for value, _ in ends]
    for n in range(1, len(heights)):
        heights[n] = max(heights[n], heights[n - 1] + step)
    for n in range(len(heights) - 1, -1, -1):
        above = heights[n + 1] if n + 1 < len(heights) else high + step
        heights[n] = min(heights[n], above - step)
    for (value, name), height in zip(ends, heights, strict=True):
        axes.annotate(
            name,
            (last, value),
            (last * 1.4, 10**height),
            va="center",
            fontsize=8,
            fontweight="bold" if name == "ocop" else "normal",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour(name),
                "linewidth": 0.8,
                "relpos": (0, 0.5),
            },
        )
    axes.set_xlim(right=last * 1.1)
