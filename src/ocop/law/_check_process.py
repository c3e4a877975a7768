"""Checks of what a decision says of its process: known names, possible days."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from ocop.errors import Problem
from ocop.law._files import DecisionFile
from ocop.law._names import check_known, check_slug, check_unique
from ocop.law._read import Loaded
from ocop.law._yaml import Path
from ocop.law.model import Criterion
from ocop.text import quoted


def check_process(file: Loaded[DecisionFile], groups: Collection[str]) -> Iterator[Problem]:
    """Check the process of decision.yaml on its own; `groups` are the known slugs."""
    value = file.value
    assert value is not None
    process, root = value.process, ("process",)
    types = [admitted.type for admitted in process.producer_types]
    yield from check_unique(file, (*root, "producer_types"), "type", types)
    for index, admitted in enumerate(process.producer_types):
        for n, slug in enumerate(admitted.groups):
            path: Path = (*root, "producer_types", index, "groups", n)
            yield from check_known(file, path, slug, groups, "product group")
    for key, ids in (
        ("papers", [paper.id for paper in process.papers]),
        ("withdrawal", [ground.id for ground in process.withdrawal]),
    ):
        yield from check_unique(file, (*root, key), "id", ids)
        for index, slug in enumerate(ids):
            yield from check_slug(file, (*root, key, index, "id"), slug)
    for index, paper in enumerate(process.papers):
        for n, slug in enumerate(paper.except_groups):
            path = (*root, "papers", index, "except_groups", n)
            yield from check_known(file, path, slug, groups, "product group")
    for index, entry in enumerate(process.rounds):
        for key in ("filed_before", "decided_before"):
            yield from _day(file, (*root, "rounds", index, key), getattr(entry, key))
    if process.renewal is not None and process.renewal.not_earlier <= process.renewal.not_later:
        message = f"found {process.renewal.not_earlier} days, allowed are more than not_later, "
        message += f"{process.renewal.not_later}"
        yield file.problem("out-of-range", message, (*root, "renewal", "not_earlier"))


def _day(file: Loaded[DecisionFile], path: Path, text: str) -> Iterator[Problem]:
    try:
        # A year with a 29 February.
        date.fromisoformat(f"2024-{text}")
        if re.fullmatch("[0-9]{2}-[0-9]{2}", text):
            return
    except ValueError:
        pass
    message = f"found {quoted(text)}, allowed is a day of the year such as '04-30'"
    yield file.problem("wrong-date", message, path)


def check_form_answers(
    file: Loaded[DecisionFile], criteria: Mapping[str, Criterion]
) -> Iterator[Problem]:
    """Check that the answers of producer types are options of criteria that exist."""
    value = file.value
    assert value is not None
    for index, entry in enumerate(value.process.form_answers):
        path: Path = ("process", "form_answers", index)
        yield from check_known(file, (*path, "criterion"), entry.criterion, criteria, "criterion")
        if entry.criterion not in criteria:
            continue
        size = len(criteria[entry.criterion].options)
        for name, positions in entry.options.items():
            if not positions or not {*positions} <= {*range(1, size + 1)}:
                message = f"found {list(positions)}, allowed are options 1 to {size}"
                yield file.problem("out-of-range", message, (*path, "options", name))
