"""The header of a packed file: what its answers were given under, as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import asdict, frozen

from ocop._version import __version__
from ocop.errors import Problem, SheetError
from ocop.law.model import CriteriaSet
from ocop.scoring.packing import field_widths
from ocop.scoring.sheet import Sheets
from ocop.text import quoted

KIND = "ocop-sheets"
VERSION = 1

MAX_NUMBER = 255
"""Highest set number: it is kept in a byte."""


@frozen(kw_only=True)
class PackedSet:
    """What a header says of one set; `columns` are those that its sheets state."""

    number: int
    group: str
    digest: str
    criteria: list[str]
    widths: list[int]
    words: int
    columns: list[str]

    def __str__(self) -> str:
        return f"set {self.number} {self.group}"


@frozen(kw_only=True)
class Header:
    """A header: the decision, the version of ocop that wrote the file, and the sets."""

    decision: str
    ocop: str
    sets: tuple[PackedSet, ...]


OPTIONAL = ("findings", "assessor", "row")
"""Columns with a meaning of their own that only some sheets state."""

Kinds = dict[str, tuple[str, Any]]

TEXT: tuple[str, Any] = ("text", str)
NUMBER: tuple[str, Any] = ("a whole number", int)
KEYS: Kinds = {"format": TEXT, "ocop": TEXT, "decision": TEXT, "sets": ("a list of maps", [dict])}
SET_KEYS: Kinds = {
    "number": NUMBER,
    "group": TEXT,
    "digest": TEXT,
    "criteria": ("a list of texts", [str]),
    "widths": ("a list of whole numbers", [int]),
    "words": NUMBER,
    "columns": ("a list of texts", [str]),
}


def is_taken(name: str) -> bool:
    """Say whether a column of this name has a meaning of its own, so that none can be kept so."""
    return name in ("product", "set", *OPTIONAL) or bool(re.fullmatch("word_[0-9]+", name))


def word_names(count: int) -> list[str]:
    """Return the columns of so many words."""
    return [f"word_{n}" for n in range(count)]


def packed_set(source: CriteriaSet, columns: Sequence[str]) -> PackedSet:
    """Return what a header says of a criteria set."""
    words = field_widths(source)
    return PackedSet(
        number=source.number,
        group=source.group.slug,
        digest=source.digest,
        criteria=list(source.codes),
        widths=[width for fields in words for width in fields],
        words=len(words),
        columns=list(columns),
    )


def stated(batch: Sheets) -> list[str]:
    """Return the columns that a batch has besides product, set and words."""
    names = ["findings"] if batch.findings is not None else []
    names += ["assessor"] if batch.assessors is not None else []
    names += batch.columns
    return names + (["row"] if batch.rows is not None else [])


def header_of(batches: Sequence[Sheets]) -> Header:
    """Return the header of a file with these batches."""
    sets = tuple(packed_set(batch.criteria_set, stated(batch)) for batch in batches)
    return Header(decision=batches[0].criteria_set.decision, ocop=__version__, sets=sets)


def write_header(header: Header) -> bytes:
    """Return a header as it stands in a file."""
    head = {"format": f"{KIND}/{VERSION}", "ocop": header.ocop, "decision": header.decision}
    whole = {**head, "sets": [asdict(entry) for entry in header.sets]}
    return json.dumps(whole, ensure_ascii=False).encode()


def read_header(raw: bytes, shown: str) -> Header:
    """Return the header that stands in a file.

    Raises
    ------
    SheetError
        ``broken-header``, ``newer-format``.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        message = "the header is not JSON in UTF-8"
        raise SheetError([Problem("broken-header", message, shown)]) from error
    problems = list(_wrong_format(data, shown)) or list(_wrong_keys(data, KEYS, shown, "header"))
    entries = [] if problems else data["sets"]
    seen: set[int] = set()
    for n, entry in enumerate(entries):
        path = f"header: sets[{n}]"
        wrong = list(_wrong_keys(entry, SET_KEYS, shown, path))
        problems += wrong or _wrong_values(entry, seen, shown, path)
    if not problems and not entries:
        problems.append(Problem("broken-header", "it names no sets", shown, path="header"))
    if problems:
        raise SheetError(problems)
    sets = tuple(PackedSet(**{key: entry[key] for key in SET_KEYS}) for entry in entries)
    return Header(decision=data["decision"], ocop=data["ocop"], sets=sets)


def _wrong_format(data: Any, shown: str) -> Iterator[Problem]:
    found = data.get("format") if isinstance(data, dict) else None
    match = re.fullmatch(KIND + "/([1-9][0-9]{0,5})", found) if isinstance(found, str) else None
    if match is None:
        message = f"found the format {quoted(found)}, allowed is {KIND}/{VERSION}"
        yield Problem("broken-header", message, shown, path="header")
    elif int(match[1]) > VERSION:
        message = f"found the format {found}, ocop {__version__} reads up to {KIND}/{VERSION}"
        hint = f"install the version that wrote it, ocop {quoted(data.get('ocop'))}, or a later one"
        yield Problem("newer-format", message, shown, path="header", hint=hint)


def _wrong_keys(data: Any, keys: Kinds, shown: str, path: str) -> Iterator[Problem]:
    for key, (what, kind) in keys.items():
        if key not in data:
            message = f"the key {quoted(key)} is missing, allowed is {what}"
            yield Problem("broken-header", message, shown, path=path)
        elif not _fits(data[key], kind):
            message = f"{key} is {quoted(data[key])}, allowed is {what}"
            yield Problem("broken-header", message, shown, path=path)


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(kind, list):
        return isinstance(value, list) and all(_fits(each, kind[0]) for each in value)
    return type(value) is kind  # True and False are no numbers


def _wrong_values(
    entry: dict[str, Any], seen: set[int], shown: str, path: str
) -> Iterator[Problem]:
    """Yield what would mislead the reader even before the set's law is known."""
    number, words, names = entry["number"], entry["words"], entry["columns"]
    if not 0 <= number <= MAX_NUMBER:
        message = f"number is {quoted(number)}, allowed are 0 to {MAX_NUMBER}"
        yield Problem("broken-header", message, shown, path=path)
    if number in seen:
        yield Problem("broken-header", f"set {number} stands twice", shown, path=path)
    seen.add(number)
    if not 0 <= words <= len(entry["widths"]):
        message = f"words is {quoted(words)}, allowed are 0 to {len(entry['widths'])}"
        yield Problem("broken-header", message, shown, path=path)
    for key in ("group", "digest"):
        if not entry[key].isprintable():
            message = f"{key} is {quoted(entry[key])}, allowed is text of one line"
            yield Problem("broken-header", message, shown, path=path)
    if len({*names}) < len(names) or any(is_taken(n) and n not in OPTIONAL for n in names):
        message = f"columns is {quoted(names)}, allowed are different names, none of them taken"
        yield Problem("broken-header", message, shown, path=path)
