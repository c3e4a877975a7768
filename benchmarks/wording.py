"""Numbers and tables in words of Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]
STRAIGHT = "numpy, straightforward"
FLOOR = "memory floor"
OWN, OWN_FAST = "ocop.read_sheets, with all checks", "ocop.read_sheets, extra fast"
PANDAS = "pandas.read_csv, no checks"
PANDAS_LONG = "pandas.read_csv, no checks, still long"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def prose(text: str) -> str:
    """Return a paragraph in lines of at most 100 letters."""
    words = " ".join(text.split())
    return textwrap.fill(words, 100, break_long_words=False, break_on_hyphens=False) + "\n"


def number(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def seconds(value: float) -> str:
    """Return a time."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{number(value * factor)} {unit}"
    return f"{number(value * 1e6)} µs"


def spread(summary: Row) -> str:
    """Return quartiles, then extremes."""
    low, high = seconds(summary["q1"]), seconds(summary["q3"])
    return f"{low} to {high} ({seconds(summary['min'])} to {seconds(summary['max'])})"


def size(value: float | None) -> str:
    """Return a number of bytes."""
    if value is None:
        return "not known"
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if value >= factor:
            return f"{number(value / factor)} {unit}"
    return f"{value:.0f} B"


def of(rows: Sequence[Row], name: str) -> Row | None:
    """Return the row with this name, if it was measured."""
    return next((row for row in rows if row["name"] == name and "skipped" not in row), None)


def median(rows: Sequence[Row], name: str) -> float | None:
    """Return the median seconds of the row with this name, if it was measured."""
    row = of(rows, name)
    return None if row is None else float(row["seconds"]["median"])


def times(rows: Sequence[Row], slow: str, fast: str) -> float | None:
    """Return how many times faster one row is than another, by medians."""
    above, below = median(rows, slow), median(rows, fast)
    return None if above is None or below is None else above / below


def contest_table(
    rows: Sequence[Row], memory: Sequence[Row] | None = None, *, floor: bool = True
) -> str:
    """Return the table of one contest: median, spread, ratios, memory where it was measured."""
    rounds = max(row["seconds"]["rounds"] for row in rows if "seconds" in row)
    head = [f"{rounds} rounds", "median", "quartiles (extremes)", f"times as fast as {STRAIGHT}"]
    head += ["times the floor"] if floor else []
    head += ["extra memory"] if memory is not None else []
    lines = []
    for row in rows:
        name = marked(row)
        if "skipped" in row:
            lines.append([name, "not run", row["skipped"], *[""] * (len(head) - 3)])
            continue
        middle = row["seconds"]["median"]
        line = [name, seconds(middle), spread(row["seconds"])]
        line.append(ratio(median(rows, STRAIGHT), middle))
        if floor:
            line.append(ratio(middle, median(rows, FLOOR)))
        if memory is not None:
            needs = next((m for m in memory if m["name"] == row["name"]), None)
            line.append(size(needs["extra_bytes"]) if needs else "")
        lines.append(line)
    return table(head, lines)


def simple_table(head: str, rows: Sequence[Row], over: str | None = None) -> str:
    """Return a table of medians and spread, and how many times as long as the row `over`."""
    lines = []
    for row in rows:
        middle = row["seconds"]["median"]
        line = [marked(row), seconds(middle), spread(row["seconds"])]
        lines.append(line if over is None else [*line, ratio(middle, median(rows, over))])
    columns = [head, "median", "quartiles (extremes)"]
    if over is not None:
        columns.append(f"times {over.split(',')[0]}")
    return table(columns, lines)


def marked(row: Row) -> str:
    """Return the name of a row with signs for what must be known of it."""
    name = f"**{row['name']}**" if row["name"] == "ocop" else str(row["name"])
    if "extrapolated_from" in row:
        name += f" (from {row['extrapolated_from']:,})"
    return name + (" †" if row.get("scope", "").startswith("total") else "")


def ratio(above: float | None, below: float | None) -> str:
    """Return a ratio."""
    return "" if above is None or below is None else f"{number(above / below)}"
