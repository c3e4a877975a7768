"""From plain values of just the right shape to objects, without telling what is wrong.

`_convert` is as strict and tells every problem with its place, but cattrs first writes and
compiles a function for every class, which takes longer than reading a set. What is refused here
is left to it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

import attrs

from ocop.law._plain_values import UnsoundError
from ocop.law._read_only import ReadOnlyDict
from ocop.text import Label

__all__ = ["exact"]

T = TypeVar("T")
Build = Callable[[Any], Any]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def exact(kind: type[T], value: Any) -> T:
    """Build a `kind` from plain values; UnsoundError where anything does not fit."""
    known: Any = kind
    return cast("T", _builder(known)(value))


@cache
def _builder(kind: Any) -> Build:
    if kind in _BUILDERS:
        return _BUILDERS[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _one_of(inner)
    if origin is tuple:
        return _list_of(_builder(inner[0]))
    if origin is dict:
        return _map_of(_builder(inner[0]), _builder(inner[1]))
    if origin in (Union, UnionType):
        present = [part for part in inner if part is not NoneType]
        build = _any_of([_builder(part) for part in present])
        return _optional(build) if NoneType in inner else build
    return _object_of(kind)


@cache
def _builder_of(module: str, annotation: str) -> Build:
    """Return the builder of an annotation, which stands in its module as text."""
    # `get_type_hints` does the same for all fields of a class anew, which takes far longer.
    return _builder(eval(annotation, vars(sys.modules[module])))


def _text(value: Any) -> str:
    if type(value) is not str or not value.strip():
        raise UnsoundError
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise UnsoundError
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise UnsoundError
    return value


def _date(value: Any) -> date:
    if type(value) is not str or not _DATE.fullmatch(value):
        raise UnsoundError
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UnsoundError from error


def _label(value: Any) -> Label:
    if type(value) is not dict or len(value) != 2:
        raise UnsoundError
    return Label(_text(value.get("vi")), _text(value.get("en")))


_BUILDERS: dict[Any, Build] = {str: _text, int: _whole, bool: _truth, date: _date, Label: _label}


def _one_of(allowed: tuple[Any, ...]) -> Build:
    def build(value: Any) -> Any:
        for candidate in allowed:
            if type(value) is type(candidate) and value == candidate:
                return candidate
        raise UnsoundError

    return build


def _any_of(builds: list[Build]) -> Build:
    if len(builds) == 1:
        return builds[0]

    def build(value: Any) -> Any:
        for build_one in builds:
            try:
                return build_one(value)
            except UnsoundError:
                continue
        raise UnsoundError

    return build


def _optional(build_present: Build) -> Build:
    def build(value: Any) -> Any:
        return None if value is None else build_present(value)

    return build


def _list_of(build_item: Build) -> Build:
    def build(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise UnsoundError
        return tuple([build_item(item) for item in value])

    return build


def _map_of(build_key: Build, build_item: Build) -> Build:
    def build(value: Any) -> dict[Any, Any]:
        if type(value) is not dict:
            raise UnsoundError
        return ReadOnlyDict({build_key(key): build_item(item) for key, item in value.items()})

    return build


def _object_of(kind: Any) -> Build:
    """Return the builder of an attrs class; its fields are looked at when they are first met."""
    # As text: cattrs puts the types into the attributes when it first meets a class.
    annotations = kind.__annotations__
    required = {a.name for a in attrs.fields(kind) if a.default is attrs.NOTHING}
    builders: dict[str, Build] = {}

    def build(value: Any) -> Any:
        if type(value) is not dict or not required <= value.keys():
            raise UnsoundError
        fields = {}
        for key, item in value.items():
            if key not in builders:
                if key not in annotations:
                    raise UnsoundError
                builders[key] = _builder_of(kind.__module__, annotations[key])
            fields[key] = builders[key](item)
        return kind(**fields)

    return build
