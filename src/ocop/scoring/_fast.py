"""The compiled loops, for those who ask for them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ocop.errors import MissingExtraError, Problem

__all__ = ["compiled"]


def compiled(module: str = "ocop.scoring._compiled") -> Any:
    """Return a module of compiled loops.

    Raises
    ------
    MissingExtraError
        ``missing-extra`` where numba is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        message = "compiled loops need the extra 'fast'"
        hint = 'pip install "ocop[fast]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error
