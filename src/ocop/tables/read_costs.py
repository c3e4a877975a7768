"""Costs of raises from a CSV file: a line for each option of a criterion."""

from __future__ import annotations

import re
from pathlib import Path

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.tables._problems import Problems
from ocop.tables._rows import BrokenFileError, clean_header, open_rows
from ocop.text import closest, quoted

__all__ = ["read_costs"]

COLUMNS = ("code", "option", "cost")


def read_costs(source: str | Path, criteria_set: CriteriaSet) -> dict[str, list[int | None]]:
    """Read what raises cost under one criteria set, as `ocop.upgrade` takes it.

    Parameters
    ----------
    source : str or Path
        CSV with the columns ``code`` (of the criterion), ``option`` (position of the option
        raised to) and ``cost`` (whole number, in any unit). With a column ``set`` the lines of
        other sets, by number or product group, are passed over; where it is empty a line holds
        for every set.
    criteria_set : CriteriaSet

    Returns
    -------
    dict
        Criterion code to the cost of each option in printed order, None where the file has none.

    Raises
    ------
    InputError
        ``missing-column``, ``unknown-column``, ``wrong-width``, ``not-a-whole-number``,
        ``unknown-criterion``, ``option-out-of-range``, ``duplicate-id`` and those of the file
        itself: all at once.
    """
    shown, problems = str(source), Problems(str(source))
    sizes = {item.code: len(item.criterion.options) for item in criteria_set.items}
    found: dict[str, list[int | None]] = {}
    try:
        with open_rows(source, shown, problems.add, None) as rows:
            names = clean_header(next(rows, []))
            for wrong in _header_problems(names, shown):
                problems.add(wrong)
            for line, cells in enumerate([] if len(problems) else rows, start=2):
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    message = f"found {len(cells)} cells, allowed are {len(names)}"
                    problems.add(Problem("wrong-width", message, shown, line))
                    continue
                row = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
                own = ("", str(criteria_set.number), criteria_set.group.slug)
                if row.get("set", "") in own:
                    problem = _put(found, row, sizes, criteria_set, shown, line)
                    if problem is not None:
                        problems.add(problem)
    except BrokenFileError as error:
        problems.add(error.problem)
    if len(problems):
        raise InputError(*problems.listed())
    return found


def _header_problems(names: list[str], shown: str) -> list[Problem]:
    problems = []
    for name in COLUMNS:
        if name not in names:
            message = f"the column {quoted(name)} is missing"
            problems.append(Problem("missing-column", message, shown, 1))
    for column, name in enumerate(names, start=1):
        if name not in (*COLUMNS, "set"):
            near = closest(name, (*COLUMNS, "set"))
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"unknown column {quoted(name)}; allowed are set, {', '.join(COLUMNS)}"
            problems.append(Problem("unknown-column", message, shown, 1, column, hint=hint))
    return problems


def _put(
    found: dict[str, list[int | None]],
    row: dict[str, str],
    sizes: dict[str, int],
    criteria_set: CriteriaSet,
    shown: str,
    line: int,
) -> Problem | None:
    """Put the cost of a line in its place, or return what is wrong with it."""
    code = row["code"]
    if code not in sizes:
        message = f"{criteria_set.group.slug} has no criterion {quoted(code)}"
        return Problem("unknown-criterion", message, shown, line, path="code")
    for name in ("option", "cost"):
        if not re.fullmatch("-?[0-9]{1,15}", row[name]):
            message = f"found {quoted(row[name])}, allowed are whole numbers"
            return Problem("not-a-whole-number", message, shown, line, path=name)
    option = int(row["option"])
    if not 1 <= option <= sizes[code]:
        message = f"found {option}, allowed are 1 to {sizes[code]}"
        return Problem("option-out-of-range", message, shown, line, path="option")
    costs = found.setdefault(code, [None] * sizes[code])
    if costs[option - 1] is not None:
        message = f"option {option} of {code} has two costs"
        return Problem("duplicate-id", message, shown, line, path="option")
    costs[option - 1] = int(row["cost"])
    return None
