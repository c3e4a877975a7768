"""Places from a CSV or Excel file: a row a place, columns such as province and commune."""

from __future__ import annotations

from pathlib import Path

from ocop.errors import InputError, Problem
from ocop.tables._problems import Problems
from ocop.tables._rows import BrokenFileError, clean_header, open_rows
from ocop.text import quoted

__all__ = ["read_places"]


def read_places(source: str | Path) -> dict[str, list[str]]:
    """Read places by column, as `ocop.synthesize` takes them.

    Raises
    ------
    InputError
        ``empty-file``, ``duplicate-column``, ``wrong-width`` and those of the file itself: all at
        once.
    """
    shown, problems = str(source), Problems(str(source))
    names: list[str] = []
    places: list[list[str]] = []
    try:
        with open_rows(source, shown, problems.add, None) as rows:
            names = clean_header(next(rows, []))
            if not any(names):
                problems.add(Problem("empty-file", "the file has no header row", shown, 1))
            seen: set[str] = set()
            for column, name in enumerate(names, start=1):
                if name in seen:
                    message = f"the column {quoted(name)} stands twice"
                    problems.add(Problem("duplicate-column", message, shown, 1, column))
                seen.add(name)
            for line, cells in enumerate(rows, start=2):
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    message = f"found {len(cells)} cells, allowed are {len(names)}"
                    problems.add(Problem("wrong-width", message, shown, line))
                places.append(cells)
    except BrokenFileError as error:
        problems.add(error.problem)
    if len(problems):
        raise InputError(*problems.listed())
    return {name: [cells[n] for cells in places] for n, name in enumerate(names)}
