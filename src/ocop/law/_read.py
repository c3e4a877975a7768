"""Reads law files from a folder or from the installed package, with all their problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from ocop.errors import Problem
from ocop.law._exact import exact
from ocop.law._files import KINDS
from ocop.law._kept import Kept
from ocop.law._plain_values import UnsoundError
from ocop.law._yaml import MAX_BYTES, Document, Path, places, read
from ocop.text import closest, quoted

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_KEPT = Kept()


@frozen(eq=False, repr=False)
class Loaded(Generic[T_co]):
    """A file with its marks and, where its shape is right, the object built from it."""

    doc: Document
    value: T_co | None = field(default=None)

    def problem(self, code: str, message: str, path: Path = (), hint: str | None = None) -> Problem:
        """Return a problem placed in this file."""
        return self.doc.problem(code, message, path, hint)


def load(source: Traversable, shown: str, kind: type[T]) -> Loaded[T]:
    """Read `source` as a `kind` of file; problems are in the result's document."""
    file = load_one_of(source, shown, {n: k for n, k in KINDS.items() if k is kind})
    return Loaded(file.doc, file.value if isinstance(file.value, kind) else None)


def load_one_of(
    source: Traversable, shown: str, kinds: Mapping[str, type] = KINDS
) -> Loaded[object]:
    """Read `source` as whichever of `kinds`, by format, its `format` line says it is."""
    try:
        with source.open("rb") as handle:
            # One byte more than allowed tells that the file is too large.
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = Problem("cannot-read", f"cannot read the file: {reason}", shown)
        return Loaded(Document(shown, problems=[problem]))
    kept = _KEPT.get(raw)
    if type(kept) in kinds.values():
        return _sound(raw, shown, kept)
    doc = read(raw, shown)
    if doc.problems and doc.data is None:
        return Loaded(doc)
    named = doc.data.get("format") if isinstance(doc.data, dict) else None
    kind = kinds.get(named) if isinstance(named, str) else None
    if kind is None:
        doc.problems.append(_wrong_format(doc, kinds))
        return Loaded(doc)
    value = structured(doc, kind)
    if doc.problems:
        return Loaded(doc)
    _KEPT.keep(raw, value)
    return _sound(raw, shown, value)


def _sound(raw: bytes, shown: str, value: object) -> Loaded[object]:
    """Return a file by its value; what is found wrong with it later still has its place."""
    return Loaded(Document(shown, find=partial(places, raw)), value)


def structured(doc: Document, kind: type[Any]) -> Any:
    """Build a `kind` from the plain values of a document; problems are added to it."""
    try:
        return exact(kind, doc.data)
    except UnsoundError:
        # Loaded late: sound files do without cattrs.
        from ocop.law._convert import structure

        return structure(doc, kind)


ELSEWHERE = {
    "ocop-reform/1": "a reform is checked by ocop reform check",
    "ocop-levers/1": "levers are checked by ocop simulate and ocop sensitivity",
    "ocop-layout/1": "a layout is checked by ocop score --layout",
}
"""What to do with files that are no part of a law."""


def _wrong_format(doc: Document, allowed: Iterable[str]) -> Problem:
    names = ", ".join(allowed)
    if not isinstance(doc.data, dict):
        return doc.problem("wrong-type", "the file is not a map of keys and values")
    found = doc.data.get("format")
    if found is None:
        return doc.problem("missing-key", "the key 'format' is missing", (), f"add one of {names}")
    near = closest(str(found), allowed)
    hint = ELSEWHERE.get(str(found)) or (f"did you mean {quoted(near)}?" if near else None)
    message = f"found {quoted(found)}, allowed is {names}"
    return doc.problem("unknown-format", message, ("format",), hint)
