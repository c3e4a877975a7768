"""Records of the programme from CSV, Excel and JSON files, such as a register of recognitions.

A column holds one field of the record. Fields of a record inside a record are named by their own
name, ``recognised_on``, or in full, ``certificate.recognised_on``. Empty cells are fields left out;
lists are joined by semicolons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import UnionType
from typing import IO, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from ocop.errors import MOST_SHOWN, InputError, Problem
from ocop.programme.code import ProductCode
from ocop.programme.records import load_record
from ocop.tables._problems import Problems
from ocop.tables._rows import BrokenFileError, clean_header, open_rows
from ocop.text import closest, quoted

__all__ = ["read_records"]

T = TypeVar("T")
MAX_JSON = 1 << 26
"""Most bytes of a JSON file; as Python objects it takes some twenty times as much."""


def read_records(source: str | Path | IO[bytes], kind: type[T]) -> tuple[T, ...]:
    r"""Read records of one kind from a file.

    Parameters
    ----------
    source : str, Path or binary file
        CSV in UTF-8 or ``.xlsx`` with a header row, or ``.json`` with a list of plain records.
    kind : type
        The class of the records, such as `ocop.programme.Recognition`.

    Raises
    ------
    InputError
        With every problem of the file, by row and column: ``unknown-column``,
        ``duplicate-column``, ``wrong-width``, ``not-json``, those of the file itself, and those
        of `ocop.programme.load_record`.

    Examples
    --------
    >>> import io
    >>> from ocop.programme import Place
    >>> read_records(io.BytesIO(b"province,commune\n83,28780"), Place)
    (Place(province='83', district=None, commune='28780', name=None),)
    """
    shown = str(source) if isinstance(source, str | Path) else getattr(source, "name", "input")
    shown = shown if isinstance(shown, str) else "input"
    problems = Problems(shown)
    found: list[T] = []
    try:
        if shown.lower().endswith(".json"):
            rows = _json_rows(source, shown)
        else:
            rows = _table_rows(source, shown, kind, problems)
        for line, places, data in rows:
            try:
                found.append(load_record(kind, data))
            except InputError as error:
                for problem in error.problems:
                    problems.add(_placed(problem, shown, line, places))
    except BrokenFileError as error:
        problems.add(error.problem)
    if len(problems):
        raise InputError(*problems.listed())
    return tuple(found)


def _placed(problem: Problem, shown: str, line: int, places: Mapping[str, int]) -> Problem:
    # What stands inside a cell, such as a part of a code, is placed at the cell.
    path = problem.path or ""
    while path and path not in places:
        path = path.rpartition(".")[0]
    return replace(problem, file=shown, line=line, column=places.get(path))


Row = tuple[int, Mapping[str, int], dict[str, Any]]


def _json_rows(source: str | Path | IO[bytes], shown: str) -> Iterator[Row]:
    try:
        raw = _read(source)
        if len(raw) > MAX_JSON:
            message = f"the file is larger than {MAX_JSON:,} bytes"
            hint = "divide it, or write CSV"
            raise BrokenFileError(Problem("file-too-large", message, shown, hint=hint))
        data = json.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        message = f"cannot read the file: {error.strerror or type(error).__name__}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error
    except (ValueError, RecursionError) as error:
        reason = str(error).partition(": line")[0]
        line = getattr(error, "lineno", None)
        message = f"the file is not JSON in UTF-8: {reason}"
        raise BrokenFileError(Problem("not-json", message, shown, line)) from error
    if not isinstance(data, list):
        raise BrokenFileError(Problem("not-json", "found no list of records", shown))
    for number, record in enumerate(data, start=1):
        if isinstance(record, dict):
            yield number, {}, record
        else:
            message = f"record {number} is not a map of names and values"
            raise BrokenFileError(Problem("not-json", message, shown))


def _read(source: str | Path | IO[bytes]) -> bytes:
    """Return the bytes of a JSON file, no more than tell that it is too large."""
    if not isinstance(source, str | Path):
        return source.read(MAX_JSON + 1)
    with Path(source).open("rb") as handle:
        return handle.read(MAX_JSON + 1)


def _table_rows(
    source: str | Path | IO[bytes], shown: str, kind: type, problems: Problems
) -> Iterator[Row]:
    fields = dict(_fields(kind, ""))
    with open_rows(source, shown, problems.add, None) as rows:
        names = clean_header(next(rows, []))
        if not any(names):
            raise BrokenFileError(Problem("empty-file", "the file is empty", shown))
        paths = list(_paths(names, fields, shown, problems))
        places = {path: n + 1 for n, path in enumerate(paths) if path is not None}
        if len(places) < len(names):
            return
        for line, cells in enumerate(chain(rows), start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                message = f"found {len(cells)} cells, allowed are {len(names)}"
                problems.add(Problem("wrong-width", message, shown, line))
                continue
            data: dict[str, Any] = {}
            for path, cell in zip(paths, cells, strict=True):
                text = cell.strip()
                if text and path is not None:
                    _put(data, path, _value(text, fields[path]))
            yield line, places, data


def _fields(kind: type, before: str) -> Iterator[tuple[str, Any]]:
    """Yield the full name and the type of every field, those of records inside in their place."""
    hints = get_type_hints(kind)
    for attribute in attrs.fields(kind):
        bare = _without_none(hints[attribute.name])
        if attrs.has(bare) and bare is not ProductCode:
            yield from _fields(bare, f"{before}{attribute.name}.")
        else:
            yield f"{before}{attribute.name}", bare


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint


def _paths(
    names: list[str], fields: Mapping[str, Any], shown: str, problems: Problems
) -> Iterator[str | None]:
    """Yield the field that each column names, None where there is a problem."""
    short: dict[str, list[str]] = {}
    for path in fields:
        short.setdefault(path.rpartition(".")[2], []).append(path)
    taken: set[str] = set()
    for column, name in enumerate(names, start=1):
        meant = name if name in fields else next(iter(short.get(name, [])), None)
        if meant is None or (name not in fields and len(short[name]) > 1):
            known = [*fields, *(key for key, paths in short.items() if len(paths) == 1)]
            near = closest(name, known) if len(problems) < MOST_SHOWN else None
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"unknown column {quoted(name)}; allowed are {', '.join(fields)}"
            problems.add(Problem("unknown-column", message, shown, 1, column, hint=hint))
            meant = None
        elif meant in taken:
            message = f"the column {quoted(name)} stands twice"
            problems.add(Problem("duplicate-column", message, shown, 1, column))
            meant = None
        else:
            taken.add(meant)
        yield meant


def _value(text: str, kind: Any) -> Any:
    """Return a cell as the plain value of its type; what does not fit stays text."""
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return [_value(part.strip(), inner) for part in text.split(";") if part.strip()]
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    numbers = [value for value in get_args(kind) if isinstance(value, int)]
    if (kind is int or numbers) and re.fullmatch("-?(0|[1-9][0-9]{0,14})", text):
        return int(text)
    return text


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *inside, last = path.split(".")
    for name in inside:
        data = data.setdefault(name, {})
    data[last] = value
