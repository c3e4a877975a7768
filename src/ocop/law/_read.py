"""Reads law files from a folder or from the installed package, with all their problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar

from attrs import field, frozen

from ocop.errors import Problem
from ocop.law._convert import structure
from ocop.law._files import KINDS
from ocop.law._yaml import MAX_BYTES, Document, Path, read
from ocop.text import closest, quoted

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen
class Loaded(Generic[T_co]):
    """A file with its marks and, where its shape is right, the object built from it."""

    doc: Document
    value: T_co | None = field(default=None)

    def problem(self, code: str, message: str, path: Path = (), hint: str | None = None) -> Problem:
        """Return a problem placed in this file."""
        return self.doc.problem(code, message, path, hint)


def load(source: Traversable, shown: str, kind: type[T]) -> Loaded[T]:
    """Read `source` as a `kind` of file; problems are in the result's document."""
    doc = _document(source, shown)
    if doc.problems and doc.data is None:
        return Loaded(doc)
    if _format_is_wrong(doc, kind):
        return Loaded(doc)
    value = structure(doc, kind)
    return Loaded(doc, None if doc.problems else value)


def load_one_of(
    source: Traversable, shown: str, kinds: Collection[type] = tuple(KINDS.values())
) -> Loaded[object]:
    """Read `source` as whichever of `kinds` its `format` line says it is."""
    doc = _document(source, shown)
    if doc.problems and doc.data is None:
        return Loaded(doc)
    data = doc.data if isinstance(doc.data, dict) else {}
    named = data.get("format")
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None or kind not in kinds:
        doc.problems.append(_wrong_format(doc, [n for n, k in KINDS.items() if k in kinds]))
        return Loaded(doc)
    value: object = structure(doc, kind)
    return Loaded(doc, None if doc.problems else value)


def _document(source: Traversable, shown: str) -> Document:
    try:
        with source.open("rb") as handle:
            # One byte more than allowed tells that the file is too large.
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        doc = Document(shown)
        reason = error.strerror or type(error).__name__
        doc.problems.append(Problem("cannot-read", f"cannot read the file: {reason}", shown))
        return doc
    return read(raw, shown)


def _format_is_wrong(doc: Document, kind: type) -> bool:
    allowed = [name for name, known in KINDS.items() if known is kind]
    if isinstance(doc.data, dict) and doc.data.get("format") in allowed:
        return False
    doc.problems.append(_wrong_format(doc, allowed))
    return True


def _wrong_format(doc: Document, allowed: Iterable[str]) -> Problem:
    names = ", ".join(allowed)
    if not isinstance(doc.data, dict):
        return doc.problem("wrong-type", "the file is not a map of keys and values")
    found = doc.data.get("format")
    if found is None:
        return doc.problem("missing-key", "the key 'format' is missing", (), f"add one of {names}")
    near = closest(str(found), allowed)
    hint = f"did you mean {quoted(near)}?" if near else None
    message = f"found {quoted(found)}, allowed is {names}"
    return doc.problem("unknown-format", message, ("format",), hint)
