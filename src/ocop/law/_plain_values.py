"""Reads a YAML text that breaks no rule into plain values, without noting where they stand.

Whatever is out of the ordinary is left to `_yaml`, which tells what is wrong and where.
"""

from __future__ import annotations

import re
from typing import Any

from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from ocop.text import nfc

__all__ = ["MAX_DEPTH", "UnsoundError", "plain_values", "scalar"]

MAX_DEPTH = 24

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_WORDS = {"true": True, "false": False, "null": None, "": None}
_STARTS: dict[type, type] = {MappingStartEvent: dict, SequenceStartEvent: list}


class UnsoundError(Exception):
    """Something is wrong; what it is says the reader that is slower and more careful."""


def scalar(event: ScalarEvent) -> Any:
    """Return what a scalar means: text, but for whole numbers, true, false and null."""
    value = event.value
    if event.implicit[0]:
        if value in _WORDS:
            return _WORDS[value]
        if _INTEGER.match(value):
            return int(value)
    return nfc(value)


def plain_values(text: str, loader: Any, most: int) -> Any:
    """Return the values of a text; UnsoundError where it breaks a rule, MarkedYAMLError for YAML.

    `most` is the number of the last parser event allowed, counted from 0. Nothing is recursive:
    deep nesting ends at its bound and not in a crash.
    """
    parser = loader(text)
    try:
        return _values(parser.get_event, most)
    finally:
        parser.dispose()


def _values(next_event: Any, most: int) -> Any:
    # One loop, and types compared by identity: it runs thousands of times for one file.
    root: list[Any] = []
    holder: Any = root
    key: str | None = None
    stack: list[Any] = []
    begun = False
    for _ in range(most + 1):
        event = next_event()
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor or event.tag:
                raise UnsoundError
            value = scalar(event)
            if type(holder) is list:
                holder.append(value)
            elif key is not None:
                holder[key] = value
                key = None
            elif type(value) is str and value != "<<" and value not in holder:
                key = value
            else:
                raise UnsoundError
        elif kind in _STARTS:
            if event.anchor or event.tag or len(stack) >= MAX_DEPTH:
                raise UnsoundError
            new = _STARTS[kind]()
            if type(holder) is list:
                holder.append(new)
            elif key is not None:
                holder[key] = new
                key = None
            else:
                raise UnsoundError
            stack.append(holder)
            holder = new
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            holder = stack.pop()
        elif kind is StreamEndEvent:
            return root[0] if root else None
        elif kind is DocumentStartEvent and not begun:
            begun = True
        elif kind is not DocumentEndEvent and kind is not StreamStartEvent:
            raise UnsoundError
    raise UnsoundError
