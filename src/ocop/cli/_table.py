"""Tables for a terminal: they fit its width, and what matters is never cut."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any

GAP = 2
WHOLE_COLUMNS = (
    *("id", "number", "product", "star", "answered", "from", "until", "source", "group"),
    *("total", "relation", "code"),
)
FOLDED_COLUMNS = ("missing", "title", "before", "after", "open", "answers", "why")

Row = dict[str, Any]


def table(rows: Sequence[Row], optional: Sequence[str] = ()) -> str:
    """Return rows as a table that fits the terminal, or 80 columns where there is none.

    Numbers and `WHOLE_COLUMNS` are never cut, other text is. Where that is not enough, the
    `optional` columns go, first come first, and a line says so.
    """
    if not rows:
        return "no rows\n"
    room = shutil.get_terminal_size((80, 24)).columns
    names = list(rows[0])
    left_out: list[str] = []
    for name in optional:
        if sum(_narrowest(rows, n) + GAP for n in names) - GAP <= room:
            break
        if name in names:
            names.remove(name)
            left_out.append(name)
    text = _rendered([{name: row[name] for name in names} for row in rows], room)
    if left_out:
        text += f"(no room for {', '.join(map(_shown, left_out))}; --format csv shows all)\n"
    return text


def _is_number(rows: Sequence[Row], name: str) -> bool:
    return any(isinstance(row[name], int) for row in rows)


def _widest(rows: Sequence[Row], name: str) -> int:
    return max(len(name), *(len(_shown(row[name])) for row in rows))


def _narrowest(rows: Sequence[Row], name: str) -> int:
    """Return how narrow a column may become."""
    if _is_number(rows, name) or name in WHOLE_COLUMNS:
        return _widest(rows, name)
    return min(_widest(rows, name), 10)


def _widths(rows: Sequence[Row], room: int) -> dict[str, int]:
    """Return column widths that fit: the widest column that may be cut gives way first."""
    widths = {name: _widest(rows, name) for name in rows[0]}
    least = {name: _narrowest(rows, name) for name in rows[0]}
    while sum(widths.values()) + GAP * (len(widths) - 1) > room:
        loose = [name for name in widths if widths[name] > least[name]]
        if not loose:
            break
        widths[max(loose, key=lambda name: widths[name])] -= 1
    return widths


def _shown(value: Any) -> str:
    """Return a value as text that cannot steer the terminal or break the row."""
    text = "" if value is None else str(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def _rendered(rows: Sequence[Row], room: int) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name, width in _widths(rows, room).items():
        folded = name in FOLDED_COLUMNS
        grid.add_column(
            Text(_shown(name)),
            justify="right" if _is_number(rows, name) else "left",
            overflow="fold" if folded else "ellipsis",
            no_wrap=not folded,
            width=width,
        )
    for row in rows:
        grid.add_row(*(Text(_shown(value)) for value in row.values()))
    text = io.StringIO()
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    Console(file=text, width=max(room, 20), force_terminal=colour, no_color=not colour).print(grid)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
