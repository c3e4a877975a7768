"""The columns of a batch of sheets: which is what, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from attrs import frozen

from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._header import LONG, read_header
from ocop.tables._rows import clean_header
from ocop.text import quoted

SHOWN = "batches"
"""What problems call the stream of batches."""

WORD = re.compile("word_(0|[1-9][0-9]{0,2})")

CODE = re.compile("[0-9]+(_[0-9]+)+")
"""A criterion code for engines that take a dot in a column's name for something else."""


@frozen(eq=False)
class BatchHeader:
    """The columns of a batch: `at` is the place of each name, `codes` the criterion columns.

    `packed` says that the answers stand in words. `sound` is False where the problems are such
    that the rows cannot be told.
    """

    at: dict[str, int]
    codes: tuple[str, ...]
    packed: bool
    problems: tuple[Problem, ...]
    sound: bool


def batch_header(
    names: Sequence[str], law: Decision, fixed: CriteriaSet | None, keep: Sequence[str]
) -> BatchHeader:
    """Sort the columns of a batch; `keep` names those that travel, the assessor among them."""
    names = [
        name.replace("_", ".") if CODE.fullmatch(name) and name not in keep else name
        for name in clean_header(list(names))
    ]
    present = list(dict.fromkeys(name for name in names if WORD.fullmatch(name)))
    also = [*present, "row"] if present and "row" in names else present
    others = [name for name in keep if name != "assessor"]
    read = read_header(names, law, fixed, [*dict.fromkeys((*others, *also))], SHOWN)
    problems = [replace(problem, line=None) for problem in read.problems]
    sound = read.sound
    if read.is_long:
        message = f"found the columns {' and '.join(LONG)}, allowed is one row a product"
        hint = "bring the answers into columns by criterion, or read a file with read_sheets"
        problems, sound = [Problem("unknown-column", message, SHOWN, hint=hint)], False
    if "assessor" in names and "assessor" not in keep:
        message = "found the column 'assessor', which is not among those to keep"
        hint = "name it with keep, or leave it out"
        column = names.index("assessor") + 1
        problems.append(Problem("unknown-column", message, SHOWN, None, column, hint=hint))
    if "assessor" in keep and "assessor" not in names:
        problems.append(Problem("missing-column", "the column 'assessor' is missing", SHOWN))
    for code in read.codes if present else ():
        message = f"found the column {quoted(code)} beside words, which hold all answers"
        place = SHOWN, None, names.index(code) + 1
        problems.append(Problem("unknown-column", message, *place, hint="leave one of them out"))
    return BatchHeader(
        at=read.at,
        codes=tuple(read.codes),
        packed=bool(present),
        problems=tuple(problems),
        sound=sound,
    )
