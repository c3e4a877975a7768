"""What sheets must reach for a comparison to mean something, counted in what the SQL scored.

Each situation is a condition on a row of the table ``scored``. A situation that no sheet reaches
is named, and the proof fails: agreement on sheets that never touch a floor says nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
from law_files import Law, rising_floors
from sql_scorer import answer, counted, finding, missed, points

Situation = tuple[str, str]
"""What is reached: a group of situations, and which of them."""


def conditions(law: Law) -> dict[Situation, str]:
    """Return every situation of a criteria set that sheets must reach, as a condition in SQL."""
    return {(group, name): text for group, name, text in _conditions(law)}


def count(db: duckdb.DuckDBPyConnection, law: Law) -> Counter[Situation]:
    """Return how many rows of ``scored`` are in each situation; none is 0, not absent."""
    asked = conditions(law)
    columns = ", ".join(f"count_if({text})" for text in asked.values())
    (row,) = db.execute(f"select {columns} from scored").fetchall()
    return Counter(dict(zip(asked, row, strict=True)))


def _conditions(law: Law) -> Iterator[tuple[str, str, str]]:
    for code, criterion in law["criteria"].items():
        for n in range(len(criterion["options"]) + 1):
            yield "answers", f"{code}={n}", f"{answer(code)} = {n}"
        yield "answers", f"{code} unanswered", f"{answer(code)} is null"
    for star in law["thresholds"]:
        yield "stars", f"star {star}", f"star = {star}"
    yield from _band_edges(law)
    for code, star, needed in rising_floors(law):
        name = missed(code, star, needed)
        yield "floors missed alone", name, f"missing = '{name}' and excluded = ''"
        yield "floors just met", name, f"{counted(code)} = {needed} and star >= {star}"
    for item, other in law["needs"].items():
        for how, test in (("none met", "= 0"), ("unanswered", "is null"), ("answered", "> 0")):
            cut = f"{answer(other)} {test} and {points(item)} > 0"
            if how != "answered":
                yield "rules", f"{item} without {other} ({how})", f"{cut} and {counted(item)} = 0"
            else:
                yield "rules", f"{item} with {other}", f"{cut} and {counted(item)} > 0"
    yield from _exclusions(law)


def _band_edges(law: Law) -> Iterator[tuple[str, str, str]]:
    for star, least in law["thresholds"].items():
        if least > 0:
            yield "band edges", f"{least}", f"total = {least} and star = {star}"
            below = f"total = {least - 1} and band < {star} and missing = '' and excluded = ''"
            yield "band edges", f"{least - 1}", below


def _exclusions(law: Law) -> Iterator[tuple[str, str, str]]:
    for name in law["findings"]:
        yield "findings", name, f"excluded = '{name}' and {finding(name)}"
    if len(law["findings"]) > 1:
        every = ";".join(law["findings"])
        yield "findings", "all of them", f"excluded = '{every}'"
    for code in law["knock_outs"]:
        options = enumerate(law["criteria"][code]["options"], start=1)
        for n in [0, *(n for n, option in options if option["points"] == 0)]:
            alone = f"{answer(code)} = {n} and excluded = 'zero:{code}'"
            yield "knock-outs", f"{code}={n}", alone
        spared = f"{answer(code)} is null and excluded = ''"
        yield "knock-outs", f"{code} unanswered", spared
