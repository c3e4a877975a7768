"""How all pictures look: axes, colours that follow the background, letters, short labels."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from ocop._visible import visible, visible_lines
from ocop.plot._checks import matplotlib
from ocop.text import Label
from ocop.types import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

__all__ = ["DOWN", "HATCH", "SMALL", "STAR_COLOURS", "Look", "begin", "cut", "wrapped"]

STAR_COLOURS = ("#8c8c8c", "#f4e9a6", "#9fd4a3", "#4db6b6", "#2b76ab", "#2a3a8f")
"""Colours of 0 (excluded) and 1 to 5 stars; from one star to five each is clearly darker."""

HATCH = "////"
"""Lies over the colour of excluded products, so that no colour has to say it alone."""

DOWN = "#d55e00"
"""Vermilion for less, of the palette of Okabe and Ito; `Look.up` is its blue for more."""

SMALL = 8.0
"""Size of letters inside pictures, in points."""

SIGNS = str.maketrans(",.", ".,")
EXCLUDED = Label("bị loại", "excluded")
DARK_INK, LIGHT_INK = "#1c1c1c", "#f2f2f2"


@frozen(kw_only=True)
class Look:
    """One picture in the making: its axes, its language, and what is readable on its background.

    `ink` is for text and lines inside the axes, `faint` and `pale` for surfaces behind them,
    `outer` for what stands outside of the axes, on the figure. `family` is the user's font, with
    DejaVu Sans for letters that it lacks. `own` says that the figure is ours.
    """

    ax: Axes
    figure: Figure
    lang: Lang
    paper: str
    ink: str
    faint: str
    pale: str
    outer: str
    family: list[str]
    own: bool

    @property
    def dark(self) -> bool:
        """Whether the background is dark."""
        return self.ink == LIGHT_INK

    @property
    def up(self) -> str:
        """Blue for more, the lighter one on a dark background."""
        return "#56b4e9" if self.dark else "#0072b2"

    @property
    def alert(self) -> str:
        """The colour of text that warns, readable on the figure."""
        return "#b34700" if self.outer == DARK_INK else "#ff9a57"

    @property
    def width(self) -> float:
        """The width of the axes as they are now, in points of print."""
        return float(self.ax.bbox.width) * 72 / self.figure.dpi

    def star(self, star: int) -> str:
        """Return the short name of a star level."""
        return f"{star}★" if star else EXCLUDED[self.lang]

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with the signs of the language: 1,234.5 or 1.234,5."""
        text = f"{value:,.{digits}f}"
        return text.translate(SIGNS) if self.lang == "vi" else text

    def fill(self, star: int) -> dict[str, Any]:
        """Return how a surface of a star level is drawn."""
        style: dict[str, Any] = {
            "facecolor": STAR_COLOURS[star],
            "edgecolor": self.ink,
            "linewidth": 0.5,
        }
        return style if star else style | {"hatch": HATCH, "facecolor": self.paper}

    def on(self, star: int) -> str:
        """Return the colour of text that is readable on the surface of a star level."""
        return ink_on(STAR_COLOURS[star]) if star else self.ink

    def write(self, x: float, y: float, text: str, **style: Any) -> Text:
        """Write inside the axes."""
        style = {"color": self.ink, "fontsize": SMALL, "va": "center", **style}
        shown = visible_lines(text)
        return self.ax.text(x, y, shown, fontfamily=self.family, parse_math=False, **style)

    def beside(self, x: float, y: float, text: str, **style: Any) -> Text:
        """Write right of the axes: `x` in letters' heights from the edge, `y` as in the picture."""
        style = {"color": self.outer, "fontsize": SMALL, "va": "center", **style}
        return self.ax.annotate(
            visible_lines(text),
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(x * SMALL, 0),
            textcoords="offset points",
            annotation_clip=False,
            fontfamily=self.family,
            parse_math=False,
            **style,
        )

    def above(self, x: float, text: str, **style: Any) -> None:
        """Write just above the axes, `x` as in the picture."""
        style = {"color": self.outer, "fontsize": 7.5, "ha": "center", **style}
        self.ax.annotate(
            visible_lines(text),
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 2),
            textcoords="offset points",
            va="bottom",
            fontfamily=self.family,
            parse_math=False,
            **style,
        )

    def title(self, title: str, note: str = "", *, width: int = 80, above: float = 0.0) -> None:
        """Set the title, and a smaller note of one or more lines under it.

        Lines are wrapped at `width` letters, in the user's axes where these end; both stand
        `above` points higher than usual.
        """
        if not self.own:
            width = max(16, int(self.width / (0.58 * SMALL)))
        parts = map(visible, note.split("\n"))
        lines = [line for part in parts for line in textwrap.wrap(part, width)]
        pad = 8.5 + above
        if lines:
            written = self.ax.annotate(
                "\n".join(lines),
                (0, 1),
                xycoords="axes fraction",
                xytext=(0, 5 + above),
                textcoords="offset points",
                va="bottom",
                fontsize=SMALL,
                color=self.outer,
                fontfamily=self.family,
                parse_math=False,
            )
            # Vietnamese letters with two marks need higher lines: measured, not guessed.
            pad += written.get_window_extent().height * 72 / self.figure.dpi
        self.ax.set_title(
            "\n".join(textwrap.wrap(visible(title), int(width * 0.78))),
            loc="left",
            fontsize=11,
            fontweight="bold",
            color=self.outer,
            fontfamily=self.family,
            parse_math=False,
            pad=pad,
        )

    def legend(self, handles: list[Any], *, below: float = 0.0, columns: int = 6) -> None:
        """Put a legend under the axes, `below` points lower than their edge."""
        if not handles:
            return
        transforms = matplotlib("transforms")
        shift = transforms.ScaledTranslation(0, -below / 72, self.figure.dpi_scale_trans)
        self.ax.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=self.ax.transAxes + shift,
            borderaxespad=0,
            ncols=columns,
            frameon=False,
            handlelength=1.4,
            columnspacing=1.4,
            prop={"family": self.family, "size": SMALL},
            labelcolor=self.outer,
        )

    def labels(self, x: str = "", y: str = "") -> None:
        """Name the axes."""
        style: dict[str, Any] = {"color": self.outer, "fontfamily": self.family, "fontsize": 9}
        style |= {"parse_math": False}
        self.ax.set_xlabel(x, **style)
        self.ax.set_ylabel(y, **style)

    def ticks(
        self, axis: Literal["x", "y"], places: Any, names: Iterable[str], **style: Any
    ) -> None:
        """Name places of an axis by texts as they are: a dollar sign begins no formula."""
        shown = [visible_lines(name) for name in names]
        getattr(self.ax, f"set_{axis}ticks")(places, shown, parse_math=False, **style)

    def frame(self, *sides: str, grid: Literal["x", "y"] | None = None) -> None:
        """Keep the named edges of the axes; ticks and grid lines take readable colours."""
        for side, spine in self.ax.spines.items():
            spine.set_visible(side in sides)
            spine.set_color(self.outer)
        self.ax.tick_params(
            color=self.outer, labelcolor=self.outer, labelsize=SMALL, labelfontfamily=self.family
        )
        self.ax.grid(visible=False)
        if grid:
            self.ax.grid(visible=True, axis=grid, color=self.faint, linewidth=0.5)
            self.ax.set_axisbelow(True)


def begin(ax: Axes | None, lang: Lang, width: float, height: float) -> Look:
    """Return the look of the given axes, or of a new figure of a size in inches."""
    own = ax is None
    if ax is None:
        new, ax = matplotlib("pyplot").subplots(figsize=(width, height), layout="constrained")
        new.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
    for axis, scale in (("x", ax.get_xscale()), ("y", ax.get_yscale())):
        # Shares and places begin at 0, which a log scale has not.
        if scale != "linear":
            getattr(ax, f"set_{axis}scale")("linear")
    figure: Any = ax.get_figure(root=True)
    outside = _over("#ffffff", figure.get_facecolor())
    inside = _over(outside, ax.get_facecolor())
    ink = ink_on(inside)
    strong = matplotlib("colors").to_rgb(ink)
    font = matplotlib("font_manager").FontProperties().get_family()
    return Look(
        ax=ax,
        figure=figure,
        lang=lang,
        paper=inside,
        ink=ink,
        faint=_over(inside, (*strong, 0.12)),
        pale=_over(inside, (*strong, 0.28)),
        outer=ink_on(outside),
        family=[*font, "DejaVu Sans"],
        own=own,
    )


def ink_on(colour: str) -> str:
    """Return dark or light ink, whichever is easier to read on a colour."""
    linear = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in matplotlib("colors").to_rgb(colour)
    )
    luminance = sum(
        part * value for part, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    return LIGHT_INK if luminance < 0.18 else DARK_INK


def _over(below: Any, colour: Any) -> str:
    """Return what a colour, transparent or not, looks like over another one."""
    colours = matplotlib("colors")
    red, green, blue, alpha = colours.to_rgba(colour)
    pairs = zip((red, green, blue), colours.to_rgb(below), strict=True)
    result: str = colours.to_hex([top * alpha + under * (1 - alpha) for top, under in pairs])
    return result


def cut(text: str, length: int) -> str:
    """Return text of at most `length` letters, the last one … where some were cut.

    Examples
    --------
    >>> cut("Nguồn nguyên liệu", 9)
    'Nguồn ng…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def wrapped(text: str, length: int, lines: int = 2) -> str:
    """Return text in at most `lines` lines of `length` letters; … where some were cut.

    Examples
    --------
    >>> print(wrapped("one two three four five", 9))
    one two
    three fo…
    """
    found = textwrap.wrap(text, length)
    if len(found) <= lines:
        return "\n".join(found)
    rest = " ".join(found[lines - 1 :])
    return "\n".join([*found[: lines - 1], cut(rest, length)])
