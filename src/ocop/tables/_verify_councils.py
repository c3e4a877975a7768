"""Checks the results of councils: recomputed from the points in the file, and from the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring.council import councils
from ocop.scoring.council_result import Council
from ocop.tables._given_sheets import GivenSheets
from ocop.tables._result_file import ResultFile, unreadable
from ocop.tables._result_findings import MOST_KEPT
from ocop.tables.verification import Verification
from ocop.text import quoted

__all__ = ["verify_councils"]

KEYS: Mapping[str, type] = {
    "product": str,
    "set": int,
    "left_out": dict,
    "points": dict,
    "unanswered": dict,
    "excluded": dict,
}
"""What a result is computed again from, with its types; all else must follow."""

FROM_ANSWERS = ("mixed_cases",)
"""What only the sheets can tell."""

Row = dict[str, Any]


def verify_councils(
    file: ResultFile, law: Decision, shown: str, given: GivenSheets
) -> Verification:
    """Check every result by itself, and against the sheets where they are given."""
    missing = [name for name in (*KEYS, "digest", "total", "star") if name not in file.names]
    if missing:
        raise unreadable("not-a-result", f"found no key {quoted(missing[0])} in the results", shown)
    rows: list[Row] = []
    for piece in file.pieces:
        for values in zip(*piece.columns.values(), strict=True):
            rows.append(dict(zip(piece.columns, values, strict=True)))
    problems: list[Problem] = []
    wrong: set[int] = set()
    batches = given.read(law, ())
    theirs: dict[str, Row] | None = None
    if batches is not None:
        theirs, told = _from_sheets(rows, batches)
        problems += [Problem(p.code, p.message, shown, path=p.path) for p in told]
    seen: set[str] = set()
    for n, row in enumerate(rows):
        found = list(_of_row(row, law))
        name = row["product"] if isinstance(row["product"], str) else ""
        if name in seen:
            found.append(
                ("duplicate-product", f"the product {quoted(name)} stands twice", "product")
            )
        seen.add(name)
        if theirs is not None and not found:
            found = list(_differs(row, theirs.get(name)))
        if found:
            wrong.add(n)
        for code, message, key in found:
            place = f"results[{n}]: {quoted(name)}: {key}"
            problems.append(Problem(code, message, shown, path=place))
    for name in sorted({*(theirs or {})} - seen):
        message = f"the sheets have the product {quoted(name)}, the file has no result of it"
        problems.append(Problem("result-missing", message, shown))
    facts = {
        "header": True,
        "version": file.head.version is not None,
        "law": True,
        "means": True,
        "products": True,
        "answers": theirs is not None,
    }
    return Verification(
        file=shown,
        command="council",
        form=file.form,
        decision=law.id,
        version=file.head.version,
        rows=len(rows),
        differ=len(wrong),
        checked=tuple(name for name, done in facts.items() if done and name != "version"),
        unchecked=tuple(name for name, done in facts.items() if not done),
        problems=tuple(problems[:MOST_KEPT]),
        more=max(0, len(problems) - MOST_KEPT),
    )


Found = tuple[str, str, str]


def _of_row(row: Row, law: Decision) -> Iterator[Found]:
    """Yield what of a result does not follow from its points and from the law."""
    for key, kind in KEYS.items():
        if type(row[key]) is not kind:
            yield "wrong-type", f"found {quoted(row[key])}", key
            return
    try:
        source = criteria_set(law, row["set"])
    except ProblemsError as error:
        yield "unknown-set", error.problems[0].message, "set"
        return
    wrong = list(_wrong_points(row, source))
    yield from wrong
    if not wrong:
        again = _computed(row, source).to_dict()
        for key in (key for key in again if key not in (*KEYS, *FROM_ANSWERS) or key == "excluded"):
            if row.get(key) != again[key]:
                message = f"found {quoted(row.get(key))}, computed {quoted(again[key])}"
                yield "wrong-result", message, key


def _wrong_points(row: Row, source: CriteriaSet) -> Iterator[Found]:
    codes = source.codes
    if not row["points"]:
        yield "impossible-result", "found no assessor", "points"
    for name, points in row["points"].items():
        if not isinstance(points, dict) or tuple(points) != codes:
            yield "wrong-type", f"found {quoted(points)} of {quoted(name)}", "points"
            continue
        for item in source.items:
            allowed = {0, *(option.points for option in item.criterion.options)}
            value = points[item.code]
            if type(value) is not int or value not in allowed:
                message = f"found {quoted(value)} of {quoted(name)}, which no option gives"
                yield "impossible-result", message, f"points: {item.code}"
    for name, missing in row["unanswered"].items():
        if not isinstance(missing, list) or any(code not in codes for code in missing):
            yield "wrong-type", f"found {quoted(missing)} of {quoted(name)}", "unanswered"
    for reason, names in row["excluded"].items():
        if not isinstance(names, list) or any(type(name) is not str for name in names):
            yield "wrong-type", f"found {quoted(names)} for {quoted(reason)}", "excluded"


def _computed(row: Row, source: CriteriaSet) -> Council:
    """Return the result of the points in a row; of answers only whether there is one is known."""
    unanswered = {name: set(codes) for name, codes in row["unanswered"].items()}
    stated: dict[str, list[str]] = {}
    for exclusion in source.exclusions:
        for name in row["excluded"].get(exclusion.finding.id, ()):
            stated.setdefault(name, []).append(exclusion.finding.id)
    return Council(
        product=row["product"],
        criteria_set=source,
        answers={
            name: tuple(None if c in unanswered.get(name, ()) else 0 for c in source.codes)
            for name in row["points"]
        },
        points={name: tuple(points.values()) for name, points in row["points"].items()},
        findings={name: tuple(ids) for name, ids in stated.items()},
        left_out=row["left_out"],
    )


def _from_sheets(rows: list[Row], batches: Any) -> tuple[dict[str, Row], list[Problem]]:
    """Return the results that the sheets give, by product, less whom the file leaves out."""
    left_out = {
        row["product"]: row["left_out"]
        for row in rows
        if isinstance(row["product"], str) and row["left_out"] and isinstance(row["left_out"], dict)
    }
    try:
        found = councils(batches, conflicts=left_out)
    except ProblemsError as error:
        return {}, list(error.problems)
    return {each.product: each.to_dict() for each in found}, []


def _differs(row: Row, given: Row | None) -> Iterator[Found]:
    if given is None:
        yield "unknown-product", "the sheets have no such product", "product"
        return
    for key, value in given.items():
        if row.get(key) != value:
            yield (
                "result-differs",
                f"found {quoted(row.get(key))}, computed {quoted(value)}",
                key,
            )
