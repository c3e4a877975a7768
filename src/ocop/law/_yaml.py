"""A strict YAML reader that remembers where every value stands.

Only maps, lists, strings, whole numbers, true/false and null; no tags, anchors, aliases, merges or
duplicate keys; bounded size and depth. The tree is built from parser events, never by PyYAML's
composer: deep nesting crashes the composer of libyaml together with the interpreter.

A file is first read for its values alone. Only where something is wrong with it is it read again
for the places and all its problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import yaml

from ocop.errors import Problem
from ocop.law._document import Document, Path, Places, show
from ocop.law._plain_values import MAX_DEPTH, UnsoundError, plain_values, scalar
from ocop.text import quoted

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_EVENTS", "Document", "Path", "places", "read", "show"]

MAX_BYTES = 1_048_576
MAX_EVENTS = 100_000

# These are all the characters that YAML refuses, so the parser never meets one.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(raw: bytes, file: str) -> Document:
    """Read one YAML file from bytes; problems are collected in the document, never raised."""
    doc = Document(file)
    text = _decode(raw, doc)
    if text is None:
        return doc
    try:
        doc.data = plain_values(text, _LOADER, MAX_EVENTS)
        doc.find = partial(places, raw)
    except (UnsoundError, yaml.MarkedYAMLError):
        found = _read_with_places(text, doc)
        doc.find = lambda: found
    return doc


def places(raw: bytes) -> tuple[Places, Places]:
    """Return where the values and the keys of a file without problems stand."""
    return _read_with_places(raw.decode("utf-8-sig"), Document(""))


def _read_with_places(text: str, doc: Document) -> tuple[Places, Places]:
    builder = _Builder(doc)
    try:
        builder.run(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        doc.data = None
        doc.problems.append(_syntax_problem(error, doc.file, text))
    return builder.marks, builder.keys


def _decode(raw: bytes, doc: Document) -> str | None:
    if len(raw) > MAX_BYTES:
        message = f"the file has {len(raw):,} bytes, allowed are {MAX_BYTES:,}"
        doc.problems.append(Problem("file-too-large", message, doc.file))
        return None
    if not raw.strip():
        doc.problems.append(Problem("empty-file", "the file is empty", doc.file))
        return None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        doc.problems.append(_encoding_problem(doc.file, "found UTF-16", 1, 1))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The error counts from behind a byte order mark, so its own bytes are taken.
        before = error.object[: error.start].decode("utf-8")
        line, column = _line_column(before, len(before))
        found = f"found byte 0x{error.object[error.start]:02x}, which is not UTF-8"
        doc.problems.append(_encoding_problem(doc.file, found, line, column))
        return None
    control = _CONTROL.search(text)
    if control:
        line, column = _line_column(text, control.start())
        message = f"found the control character U+{ord(control.group()):04X}, text only is allowed"
        doc.problems.append(Problem("bad-character", message, doc.file, line, column))
        return None
    return text


def _encoding_problem(file: str, found: str, line: int, column: int) -> Problem:
    hint = "save the file as UTF-8"
    return Problem("not-utf8", f"{found}; allowed is UTF-8", file, line, column, hint=hint)


def _line_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _syntax_problem(error: yaml.MarkedYAMLError, file: str, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    words = [w for w in (error.context, error.problem) if w]
    lines = text.splitlines()
    tab = line <= len(lines) and lines[line - 1][column - 1 : column] == "\t"
    hint = "indent with spaces, not tabs" if tab else None
    return Problem("yaml-syntax", ", ".join(words), file, line, column, hint=hint)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _StopError(Exception):
    """The file breaks a bound; reading on would only cost time."""


class _Builder:
    """Turns parser events into plain values with one stack, without recursion."""

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.stack: list[tuple[Any, Path]] = []
        self.key: list[str | None] = []
        self.marks: Places = {}
        self.keys: Places = {}
        self.documents = 0

    def run(self, events: Iterator[yaml.Event]) -> None:
        try:
            for count, event in enumerate(events):
                if count > MAX_EVENTS:
                    self._stop(event, "too-many-values", f"more than {MAX_EVENTS:,} values")
                self._event(event)
        except _StopError:
            self.doc.data = None

    def _stop(self, event: yaml.Event, code: str, message: str) -> None:
        self._add(event, code, message, ())
        raise _StopError

    def _add(
        self, event: yaml.Event, code: str, message: str, path: Path, hint: str | None = None
    ) -> None:
        line, column = _place(event)
        where = (self.doc.file, line, column, show(path) or None)
        self.doc.problems.append(Problem(code, message, *where, hint))

    def _event(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(event, "second-document", "found a second document, allowed is one")
        elif isinstance(event, yaml.AliasEvent):
            message = f"found the alias *{event.anchor}; aliases are not allowed"
            self._add(event, "alias", message, self._here(), "write the value out")
            self._value(event, None)
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.key.pop()

    def _node(self, event: yaml.NodeEvent) -> None:
        path = self._here()
        if event.anchor:
            message = f"found the anchor &{event.anchor}; anchors are not allowed"
            self._add(event, "anchor", message, path, "write the value where it is needed")
        tag = getattr(event, "tag", None)
        if tag:
            message = f"found the tag {quoted(tag)}; tags are not allowed"
            self._add(event, "tag", message, path, "remove it")
        if isinstance(event, yaml.ScalarEvent):
            self._value(event, scalar(event))
            return
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            self._stop(event, "too-deep", message)
        if self._is_key():
            self._stop(event, "complex-key", "found a list or map as a key, allowed is text")
        new: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._value(event, new)
        self.stack.append((new, path))
        self.key.append(None)

    def _is_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.key[-1] is None

    def _here(self) -> Path:
        """Return the path that the next value will have."""
        if not self.stack:
            return ()
        holder, path = self.stack[-1]
        if isinstance(holder, list):
            return (*path, len(holder))
        key = self.key[-1]
        return path if key is None else (*path, key)

    def _value(self, event: yaml.Event, value: Any) -> None:
        mark = _place(event)
        if self._is_key():
            self._take_key(event, value)
            return
        path = self._here()
        self.marks[path] = mark
        if not self.stack:
            self.doc.data = value
            return
        holder, _ = self.stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[self.key[-1]] = value
            self.key[-1] = None

    def _take_key(self, event: yaml.Event, value: Any) -> None:
        holder, path = self.stack[-1]
        if isinstance(event, yaml.AliasEvent):
            value = f"*{event.anchor}"
        elif isinstance(event, yaml.ScalarEvent) and not isinstance(value, str):
            value = event.value
            message = f"found the key {value or 'nothing'}, allowed is text"
            self._add(event, "key-not-text", message, path, "put the key in quotes")
        if value == "<<":
            self._add(event, "merge", "merge keys are not allowed", path, "write the values out")
        if value in holder:
            line, _ = self.keys[(*path, value)]
            message = f"the key {quoted(value)} stands twice; the first is on line {line}"
            self._add(event, "duplicate-key", message, path, "remove one of them")
        self.keys.setdefault((*path, value), _place(event))
        self.key[-1] = value
