"""Rows as a plain text table of at most 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from ocop._visible import visible

__all__ = ["number", "text_table"]

WIDTH = 80
GAP = 2


def number(value: float | None) -> str:
    """Return a number as tables show it, with six digits; a dash for None.

    Examples
    --------
    >>> number(17000.0), number(1 / 3), number(None)
    ('17,000', '0.333333', '-')
    """
    return "-" if value is None else f"{value:,.6g}"


def text_table(names: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[str]) -> str:
    """Return a table with a line of names; columns in `words` stand left and are cut to fit.

    Examples
    --------
    >>> print(text_table(["lever", "swing"], [["points", "12"], ["marks", "3"]], ["lever"]))
    lever   swing
    points     12
    marks       3
    """
    lines = [list(map(visible, line)) for line in (names, *rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(names))]
    loose = [n for n, name in enumerate(names) if name in words]
    while sum(widths) + GAP * (len(names) - 1) > WIDTH:
        widest = max(loose, key=lambda n: widths[n])
        if widths[widest] <= GAP * 2:
            break
        widths[widest] -= 1
    return "\n".join(
        (" " * GAP)
        .join(
            _cut(cell, width).ljust(width) if n in loose else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        .rstrip()
        for line in lines
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
