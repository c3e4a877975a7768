"""Text reprs of records: every field, but short, however much a record holds."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

__all__ = ["short_repr"]

LIMIT = 600

_SHORT = Repr()
_SHORT.maxlevel = 2
_SHORT.maxtuple = _SHORT.maxlist = _SHORT.maxfrozenset = 3
_SHORT.maxdict = 4
_SHORT.maxstring = 60
_SHORT.maxother = 90


def short_repr(record: Any) -> str:
    """Return the repr of an attrs object, with long values and long lists cut; its `__repr__`."""
    shown = (
        f"{field.name}={_SHORT.repr(getattr(record, field.name))}"
        for field in record.__attrs_attrs__
        if field.repr
    )
    text = ", ".join(shown)
    if len(text) > LIMIT:
        text = text[: LIMIT - 3] + "..."
    return f"{type(record).__name__}({text})"
