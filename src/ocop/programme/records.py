"""Records in and out: plain dicts, lists of them, and columns for frames.

A plain record holds texts, whole numbers, true, false and None, lists and maps of them, nothing
else, so that JSON keeps it as it is. Days are texts such as ``"2026-05-22"``, product codes are
texts such as ``"83-28780-3-2026"``. JSON Schemas lie beside this module, in ``schema``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

import attrs
from cattrs import Converter

from ocop.errors import InputError, Problem
from ocop.law._convert import strict_converter, structure
from ocop.law._digest import plain
from ocop.law._yaml import Document
from ocop.programme.code import ProductCode, parse_code
from ocop.text import quoted

__all__ = ["dump_columns", "dump_record", "load_columns", "load_record", "load_records"]

T = TypeVar("T")


def _code(value: Any, _: Any) -> ProductCode:
    if not isinstance(value, str):
        message = f"found {quoted(value)}, allowed is text such as '83-28780-3-2026'"
        raise InputError([Problem("wrong-type", message)])
    return parse_code(value)


@cache
def _converter() -> Converter:
    converter = strict_converter()
    converter.register_structure_hook(ProductCode, _code)
    return converter


def dump_record(record: Any) -> dict[str, Any]:
    """Return a record as a plain dict.

    Parameters
    ----------
    record : any record of the programme
        Such as a `Recognition` or a `Producer`.

    Examples
    --------
    >>> from ocop.programme import Place
    >>> dump_record(Place(province="83"))
    {'province': '83', 'district': None, 'commune': None, 'name': None}
    """
    return {a.name: _plain(getattr(record, a.name)) for a in attrs.fields(type(record))}


def _plain(value: Any) -> Any:
    if isinstance(value, ProductCode):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return dump_record(value) if attrs.has(type(value)) else plain(value)


def load_record(kind: type[T], data: Mapping[str, Any]) -> T:
    """Build a record from a plain dict; unknown keys and wrong types are refused.

    Parameters
    ----------
    kind : type
        The class of the record, such as `Recognition`.
    data : mapping
        What `dump_record` gives; keys with a default may be missing.

    Raises
    ------
    InputError
        With every problem and its place: ``unknown-key``, ``missing-key``, ``wrong-type``,
        ``wrong-value``, ``wrong-date``, ``empty-text``, and those of the record itself.

    Examples
    --------
    >>> from ocop.programme import Place
    >>> load_record(Place, {"province": "83", "commune": "28780"})
    Place(province='83', district=None, commune='28780', name=None)
    """
    value, problems = _load(kind, data)
    if value is None or problems:
        raise InputError(problems)
    return value


def load_records(kind: type[T], rows: Iterable[Mapping[str, Any]]) -> tuple[T, ...]:
    """Build many records; the problems of all of them are raised at once.

    Raises
    ------
    InputError
        As `load_record`; the places begin with the row, counted from 0, such as ``[3].star``.
    """
    found, problems = [], []
    for number, data in enumerate(rows):
        value, wrong = _load(kind, data)
        problems += [
            replace(p, path=f"[{number}].{p.path}" if p.path else f"[{number}]") for p in wrong
        ]
        if value is not None:
            found.append(value)
    if problems:
        raise InputError(problems)
    return tuple(found)


def _load(kind: type[T], data: Any) -> tuple[T | None, list[Problem]]:
    doc = Document("")
    doc.data = dict(data) if isinstance(data, Mapping) else data
    value = structure(doc, kind, _converter())
    return value, [replace(p, file=None, line=None, column=None) for p in doc.problems]


def dump_columns(records: Sequence[Any]) -> dict[str, list[Any]]:
    """Return records as columns, one list a field; records inside have names with a point.

    ``pandas.DataFrame(dump_columns(records))`` makes a frame of them.

    Examples
    --------
    >>> from ocop.programme import Place
    >>> dump_columns([Place(province="83"), Place(province="14", commune="00001")])["commune"]
    [None, '00001']
    """
    rows = [_flat(dump_record(record), "") for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


def _flat(data: Mapping[str, Any], before: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{before}{key}"
        found.update(_flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value})
    return found


def load_columns(kind: type[T], columns: Mapping[str, Sequence[Any]]) -> tuple[T, ...]:
    """Build records from columns such as `dump_columns` gives; the way back from a frame.

    A record inside whose fields are all None is left out. Frames make NaN of what is missing and
    floats of whole numbers beside it: these are read as None and as whole numbers.

    Raises
    ------
    InputError
        ``wrong-length`` where the columns are not of one length; else as `load_records`.
    """
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name} {count}" for name, count in lengths.items())
        message = f"found columns of different lengths: {found}"
        raise InputError([Problem("wrong-length", message)])
    cells = ([_cell(value) for value in values] for values in columns.values())
    rows = zip(*cells, strict=True)
    return load_records(kind, [_deep(dict(zip(columns, row, strict=True))) for row in rows])


def _cell(value: Any) -> Any:
    """Return a cell of a frame as a plain value."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value.is_integer() else value
    return value


def _deep(flat: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    inside: dict[str, dict[str, Any]] = {}
    for name, value in flat.items():
        first, point, rest = name.partition(".")
        if point:
            inside.setdefault(first, {})[rest] = value
        else:
            result[name] = value
    for name, values in inside.items():
        given = any(value is not None for value in values.values())
        result[name] = _deep(values) if given else result.get(name)
    return result
