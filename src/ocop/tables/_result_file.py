"""Result files: what they say of themselves, and their rows piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.tables._result_findings import Piece
from ocop.text import quoted

__all__ = ["LAST", "PIECE", "Head", "ResultFile", "head_of", "kept_names", "unreadable"]

PIECE = 1 << 14
"""Rows that are looked at together."""

LAST = ("total", "band", "star", "answered", "of", "missing_floors", "excluded")
"""The columns that stand last in every result."""

Kinds = dict[str, tuple[str, Any]]
TEXT: tuple[str, Any] = ("text", str)
KEYS: Kinds = {
    "ocop": TEXT,
    "decision": TEXT,
    "digests": ("a map of texts", dict),
    "sheets": ("a map of texts", dict),
    "ties": TEXT,
    "within": TEXT,
    "order": ("a list of texts", list),
    "top": ("a whole number", int),
    "command": TEXT,
}
NULLABLE = ("within", "top")
HINT = "ocop verify reads what ocop score, ocop rank, ocop council and ocop pack write"


@frozen(kw_only=True)
class Head:
    """What a result file says above its rows; None where it does not say it.

    `told` names what it says, for some of it may be None.
    """

    version: str | None = None
    decision: str | None = None
    digests: dict[str, str] | None = None
    sheets: dict[str, str] | None = None
    ties: str | None = None
    within: str | None = None
    order: tuple[str, ...] | None = None
    top: int | None = None
    told: frozenset[str] = frozenset()


@frozen(eq=False, kw_only=True)
class ResultFile:
    """An open result file.

    Attributes
    ----------
    form : str
        One of json, ndjson, csv, xlsx.
    command : str
        One of score, rank, council.
    head : Head
    names : tuple of str
        Columns of the rows; empty where JSON has no rows.
    pieces : iterator of Piece
        To be read once; problems of the file itself are raised on the way.
    """

    form: str
    command: str
    head: Head
    names: tuple[str, ...]
    pieces: Iterator[Piece]


def unreadable(code: str, message: str, shown: str, line: int | None = None) -> InputError:
    """Return the error that a file cannot be read as a result."""
    hint = HINT if code == "not-a-result" else None
    return InputError([Problem(code, message, shown, line, hint=hint)])


def head_of(data: dict[str, Any], shown: str) -> Head:
    """Return what the start of a JSON object says.

    Raises
    ------
    InputError
        ``wrong-type``, ``newer-format``, all at once.
    """
    problems = []
    for key, (what, kind) in KEYS.items():
        value = data.get(key)
        if value is None and (key in NULLABLE or key not in data):
            continue
        whole = type(value) is kind
        if whole and isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            whole = all(type(each) is str for each in inner)
        if not whole:
            message = f"found {quoted(value)}, allowed is {what}"
            problems.append(Problem("wrong-type", message, shown, path=key))
    schema = data.get("schema", 1)
    if type(schema) is not int or schema > 1:
        message = f"found the schema {quoted(schema)}, ocop {__version__} reads 1"
        hint = f"verify it with ocop {quoted(data.get('ocop'))}, which wrote it, or a later one"
        problems.append(Problem("newer-format", message, shown, hint=hint))
    if problems:
        raise InputError(problems)
    order = data.get("order")
    return Head(
        version=data.get("ocop"),
        decision=data.get("decision"),
        digests=data.get("digests"),
        sheets=data.get("sheets"),
        ties=data.get("ties"),
        within=data.get("within"),
        order=None if order is None else tuple(order),
        top=data.get("top"),
        told=frozenset(data),
    )


def kept_names(names: Sequence[str], parts: Sequence[str], shown: str) -> tuple[str, ...]:
    """Return the columns that travel along, between those that every result has.

    Raises
    ------
    InputError
        ``not-a-result`` where the columns are not those of a result; ``duplicate-column``.
    """
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"the column {quoted(twice[0])} stands twice"
        raise unreadable("duplicate-column", message, shown, 1)
    rest = list(names)
    first: list[str] = [name for name in ("rank", "group") if name in rest[:2]]
    first += ["product", "set"]
    if rest[len(first) : len(first) + 1] == ["assessor"]:
        first.append("assessor")
    last = [*parts, *LAST]
    end = rest.index("excluded") + 1 if "excluded" in rest else len(rest)
    if rest[: len(first)] != first or rest[end - len(last) : end] != last:
        message = f"found the columns {', '.join(map(quoted, rest[:20])) or 'none'}; "
        message += f"a result has {', '.join([*first, '...', *last])}"
        raise unreadable("not-a-result", message, shown, 1)
    return tuple(rest[len(first) : end - len(last)])
