"""Layouts: YAML files that say where a file of sheets holds what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from ocop.errors import LawError, Problem
from ocop.law._read import Loaded, load_one_of
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._answer_kinds import AnswerKind
from ocop.text import closest, quoted

__all__ = ["ADDRESS", "FORMATS", "LETTERS", "Layout", "column_of", "load_layout"]

LETTERS = re.compile(r"[A-Z]{1,3}")
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")


@frozen(kw_only=True, eq=False, repr=False)
class Layout:
    """Where a file of sheets holds what: one row a product, or cells of one worksheet a product."""

    format: Literal["ocop-layout/1"]
    layout: Literal["rows", "cells"]
    answers: AnswerKind = "positions"
    worksheets: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    header: int = 1
    blank: tuple[str, ...] = ()
    none_met: tuple[str, ...] = ()
    product: str | None = None
    set: str | None = None
    assessor: str | None = None
    findings: str | None = None
    stated: dict[str, str] = field(factory=dict)
    criteria: dict[str, str] = field(factory=dict)
    columns: dict[str, str] = field(factory=dict)


FORMATS: dict[str, type] = {"ocop-layout/1": Layout}


def load_layout(path: str | Path, law: Decision, fixed: CriteriaSet | None) -> Layout:
    """Read a layout, checked against the law that the sheets are read under.

    Raises
    ------
    LawError
        With every problem of the file, each with line and column.
    """
    file = load_one_of(Path(path), str(path), FORMATS)
    layout = file.value
    if not isinstance(layout, Layout):
        raise LawError(file.doc.problems)
    problems = list(_problems(Loaded(file.doc, layout), layout, law, fixed))
    if problems:
        raise LawError(problems)
    return layout


def _problems(
    file: Loaded[Layout], layout: Layout, law: Decision, fixed: CriteriaSet | None
) -> Iterator[Problem]:
    if layout.header < 1:
        message = f"found {layout.header}, allowed are row numbers from 1"
        yield file.problem("out-of-range", message, ("header",))
    if layout.layout == "rows" and layout.product is None:
        message = "the key 'product' is missing"
        yield file.problem("missing-key", message, (), "name the column of the products")
    for name in ("product", "set", "assessor", "findings"):
        place = getattr(layout, name)
        if layout.layout == "cells" and place is not None:
            yield from _check_cell(file, (name,), place, ranges=False)
    for name in ("stated", "criteria", "columns"):
        for key, place in getattr(layout, name).items():
            if layout.layout == "cells":
                yield from _check_cell(file, (name, key), place, ranges=name == "criteria")
    sets = [fixed] if fixed is not None else list(law.sets.values())
    codes = list(dict.fromkeys(code for source in sets for code in source.codes))
    known = list(dict.fromkeys(e.finding.id for source in sets for e in source.exclusions))
    whose = law.id if fixed is None else f"set {fixed.number} {fixed.group.slug}"
    for code in layout.criteria:
        if code not in codes:
            message = f"{whose} has no criterion {quoted(code)}"
            yield file.problem("unknown-criterion", message, ("criteria", code))
    for finding in layout.stated:
        if finding not in known:
            near = closest(finding, known)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"{whose} has no finding {quoted(finding)}"
            yield file.problem("unknown-finding", message, ("stated", finding), hint)


def _check_cell(
    file: Loaded[Layout], path: tuple[str, ...], place: str, *, ranges: bool
) -> Iterator[Problem]:
    found = ADDRESS.fullmatch(place)
    if found and not found[3]:
        return
    if found and ranges and (found[1] == found[3]) != (found[2] == found[4]):
        return
    allowed = "a cell such as E12" + (", or a row or column of cells such as E12:E15" * ranges)
    message = f"found {quoted(place)}, allowed is {allowed}"
    yield file.problem("wrong-address", message, path)


def column_of(letters: str) -> int:
    """Return the number of a column, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
