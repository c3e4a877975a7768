"""The one way up: a method that is sugar for a public function finds it by its public name."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def public(name: str) -> Any:
    """Return a public name of `ocop`, wherever it lives; loaded when it is asked for."""
    return getattr(import_module("ocop"), name)
