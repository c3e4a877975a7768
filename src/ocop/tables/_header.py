"""The header row of a file of sheets: which column is what, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from attrs import Factory, define

from ocop.errors import MOST_SHOWN, Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.text import closest, quoted

RESERVED = ("product", "set", "findings", "assessor")
"""Column names that are not criteria."""

CODE = re.compile(r"[0-9]+(\.[0-9]+)*")
"""What looks like the printed code of a criterion."""

LONG = ("criterion", "answer")
"""Columns of the long form: one row an answer."""

RESULTS = ("rank", "group", "total", "band", "star", "answered", "of", "missing_floors", "excluded")
"""Column names that results use; a kept column may not hide them."""


@define
class Header:
    """The columns of a file: `at` is the place of each name, `codes` the criterion columns.

    `sound` is False where the problems are such that cells cannot be told apart.
    """

    names: Sequence[str]
    is_long: bool = False
    at: dict[str, int] = Factory(dict)
    codes: list[str] = Factory(list)
    problems: list[Problem] = Factory(list)

    @property
    def sound(self) -> bool:
        """Whether the rows can be read, the unknown columns left aside."""
        bearable = ("unknown-column", "unknown-criterion")
        return all(problem.code in bearable for problem in self.problems)


def read_header(
    names: Sequence[str],
    law: Decision,
    fixed: CriteriaSet | None,
    keep: Sequence[str],
    shown: str,
    ignored: Collection[str] = (),
) -> Header:
    """Sort the columns of a header row; `fixed` is the set of all rows where there is one.

    Columns that are `ignored` are neither read nor kept.
    """
    known = known_codes(law, fixed)
    is_long = is_long_form(names, keep, known)
    reserved = (*RESERVED, *LONG) if is_long else RESERVED
    header = Header(names, is_long)
    header.problems += _taken_names(law, keep, (*reserved, *known), shown)
    for index, name in enumerate(names):
        place = (shown, 1, index + 1)
        if not name:
            message = "the column has no name; give it one, or delete it"
            header.problems.append(Problem("unknown-column", message, *place))
            continue
        if name in header.at:
            message = f"the column {quoted(name)} stands twice"
            header.problems.append(Problem("duplicate-column", message, *place))
            continue
        header.at[name] = index
        if name in known and not is_long:
            header.codes.append(name)
        elif name not in (*reserved, *keep, *ignored):
            # To look for names that are near takes long where thousands are wrong.
            hints = len(header.problems) < MOST_SHOWN
            unknown = _unknown_column(name, law, fixed, known, place, is_long, hints)
            header.problems.append(unknown)
    for name in ("product", *(LONG if is_long else ()), *keep):
        if name not in header.at:
            message = f"the column {quoted(name)} is missing"
            header.problems.append(Problem("missing-column", message, shown, 1))
    if fixed is None and "set" not in header.at:
        message = "no criteria set: there is no column 'set'"
        hint = "name the set (--set), or add the column"
        header.problems.append(Problem("missing-column", message, shown, 1, hint=hint))
    return header


def known_codes(law: Decision, fixed: CriteriaSet | None) -> list[str]:
    """Return the codes that can be columns."""
    sets = [fixed] if fixed is not None else list(law.sets.values())
    return list(dict.fromkeys(code for s in sets for code in s.codes))


def is_long_form(names: Sequence[str], keep: Sequence[str], known: Sequence[str]) -> bool:
    """Say whether a file has one row an answer; one column of the two is enough to mean it."""
    found = [name for name in LONG if name in names]
    if len(found) == 1 and not set(known) & set(names):
        return found[0] not in keep
    return len(found) == 2


def _taken_names(
    law: Decision, keep: Sequence[str], names: Sequence[str], shown: str
) -> Iterator[Problem]:
    taken = {*names, *RESULTS, *(part.code for part in law.parts)}
    for name in [name for name in keep if name in taken]:
        message = f"the name {quoted(name)} is taken and cannot be kept"
        yield Problem("name-taken", message, shown, 1, hint="give the column another name")


def _unknown_column(
    name: str,
    law: Decision,
    fixed: CriteriaSet | None,
    known: Sequence[str],
    place: tuple[str, int, int],
    is_long: bool,
    hints: bool,
) -> Problem:
    is_code = CODE.fullmatch(name) is not None
    if is_code and is_long:
        message = f"the column {quoted(name)} has no place where each answer has a row"
        told = "write its answers under 'criterion' and 'answer'"
        return Problem("unknown-column", message, *place, hint=told)
    if not is_code:
        words = [*RESERVED, *(LONG if is_long else known)]
        near = closest(name, words) if hints else None
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"unknown column {quoted(name)}; name it with keep (--keep) to carry it along"
        return Problem("unknown-column", message, *place, hint=hint)
    if fixed is None:
        message = f"no set of {law.id} has the criterion {quoted(name)}"
        return Problem("unknown-criterion", message, *place)
    message = f"set {fixed.number} {fixed.group.slug} has no criterion {quoted(name)}"
    hint = f"its criteria are {known[0]} to {known[-1]}; ocop show lists them"
    return Problem("unknown-criterion", message, *place, hint=hint)
