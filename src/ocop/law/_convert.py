"""From plain values to objects, strictly: every mismatch is a problem with its place.

cattrs does the structuring with exact-type hooks (no 2.7 -> 2, no true -> 1, no "3" -> 3) and
refuses unknown keys; this module turns its exception tree into problems at file:line:column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from types import GenericAlias
from typing import Any, Literal, TypeVar, get_args, get_origin

import attrs
from cattrs import AttributeValidationNote, Converter, IterableValidationNote
from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_mapping_structure_fn

from ocop.errors import Problem, ProblemsError
from ocop.law._yaml import Document, Path
from ocop.text import closest, quoted

T = TypeVar("T")

_NAMES = {int: "a whole number", str: "text", bool: "true or false"}


class _MismatchError(ValueError):
    """A value of the wrong kind; `code`, `allowed` and `hint` go into the problem."""

    def __init__(self, code: str, found: Any, allowed: str, hint: str | None = None) -> None:
        self.code, self.found, self.allowed, self.hint = code, found, allowed, hint


def _describe(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a map"
    return "a list" if isinstance(value, list) else quoted(value)


def _exact(kind: type[Any]) -> Any:
    def hook(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            hint = "put it in quotes" if kind is str and isinstance(value, int) else None
            if kind is int and isinstance(value, str) and re.fullmatch("-?(0|[1-9][0-9]*)", value):
                hint = "write it without quotes"
            raise _MismatchError("wrong-type", value, _NAMES[kind], hint)
        if kind is str and not value.strip():
            raise _MismatchError("empty-text", value, "text that is not empty")
        return value

    return hook


def _date(value: Any, _: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _MismatchError("wrong-date", value, "a date in quotes such as '2026-05-22'")


def _number_or_text(value: Any, _: Any) -> Any:
    if type(value) not in (int, str):
        raise _MismatchError("wrong-type", value, "a whole number or text")
    return value if type(value) is int else _exact(str)(value, str)


def _literal(value: Any, kind: Any) -> Any:
    for allowed in get_args(kind):
        if type(value) is type(allowed) and value == allowed:
            return value
    names = [str(x) for x in get_args(kind)]
    near = closest(str(value), names)
    hint = f"did you mean {quoted(near)}?" if near else None
    if isinstance(value, str) and value in names:
        hint = "write it without quotes"
    raise _MismatchError("wrong-value", value, f"one of {', '.join(names)}", hint)


def _sequence(converter: Converter, kind: Any) -> Any:
    whole: Any = GenericAlias(list, get_args(kind)[:1])

    def hook(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _MismatchError("wrong-type", value, "a list")
        return tuple(converter.structure(value, whole))

    return hook


def _mapping(inner: Any) -> Any:
    def hook(value: Any, kind: Any) -> Any:
        if not isinstance(value, dict):
            raise _MismatchError("wrong-type", value, "a map")
        return inner(value, kind)

    return hook


def _is_a(kind: Any, origin: object) -> bool:
    return get_origin(kind) is origin


def strict_converter() -> Converter:
    """Return a converter that builds attrs classes from plain values and forgives nothing."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    for kind in (int, str, bool):
        converter.register_structure_hook(kind, _exact(kind))
    converter.register_structure_hook(date, _date)
    converter.register_structure_hook_func(lambda t: t == (int | str), _number_or_text)
    converter.register_structure_hook_func(lambda t: _is_a(t, Literal), _literal)
    converter.register_structure_hook_factory(
        lambda t: _is_a(t, tuple), lambda t: _sequence(converter, t)
    )
    converter.register_structure_hook_factory(
        lambda t: attrs.has(t) or is_dataclass(t),
        lambda t: _mapping(converter.gen_structure_attrs_fromdict(t)),
    )
    converter.register_structure_hook_factory(
        lambda t: _is_a(t, dict),
        # Not the converter's own method, which puts its hook in place of this one.
        lambda t: _mapping(make_mapping_structure_fn(t, converter)),
    )
    return converter


_CONVERTER = strict_converter()


def structure(doc: Document, kind: type[T], converter: Converter = _CONVERTER) -> T | None:
    """Build a `kind` from a document; on mismatch collect the problems and return None."""
    try:
        return converter.structure(doc.data, kind)
    except (BaseValidationError, _MismatchError, ProblemsError) as error:
        doc.problems.extend(_problems(doc, error, ()))
        return None


def _problems(doc: Document, error: BaseException, path: Path) -> Iterator[Problem]:
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _problems(doc, inner, (*path, *_step(inner)))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = list(error.cl.__annotations__)
        for key in sorted(error.extra_fields):
            near = closest(key, known)
            hint = f"did you mean {quoted(near)}?" if near else "remove it"
            message = f"unknown key {quoted(key)}; allowed are {', '.join(known)}"
            yield doc.problem("unknown-key", message, (*path, key), hint, of_key=True)
    elif isinstance(error, KeyError):
        message = f"the key {quoted(error.args[0])} is missing"
        yield doc.problem("missing-key", message, path[:-1] if path else path, "add it")
    elif isinstance(error, _MismatchError):
        message = f"found {_describe(error.found)}, allowed is {error.allowed}"
        yield doc.problem(error.code, message, path, error.hint)
    elif isinstance(error, ProblemsError):
        # The class itself refuses the values: what it names stands below this place.
        for problem in error.problems:
            below = (*path, problem.path) if problem.path else path
            yield doc.problem(problem.code, problem.message, below, problem.hint)
    else:
        yield doc.problem("wrong-type", f"{type(error).__name__}: {error}", path)


def _step(error: BaseException) -> Path:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (note.name,)
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()
