"""Names that were renamed: the old ones work a while longer and say what to write instead.

What is promised about them stands in docs/explanation/stability.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from warnings import warn

__all__ = ["renamed_arguments", "renamed_attribute"]

P = ParamSpec("P")
R = TypeVar("R")


def renamed_arguments(gone_in: str, **names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that lets a function take arguments by their old names too.

    `names` maps old names to new ones. Type checkers know the new names only.

    Examples
    --------
    >>> @renamed_arguments("0.3", decision="law")
    ... def title(law):
    ...     return f"Law {law}"
    >>> title(law="26/2026")
    'Law 26/2026'
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for old in names.keys() & kwargs.keys():
                new, name = names[old], function.__qualname__
                if new in kwargs:
                    raise TypeError(f"{name}() got {new!r} and its old name {old!r}")
                _warn(f"{name}({old}=...)", f"{name}({new}=...)", gone_in)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return call

    return decorate


def renamed_attribute(new: str, gone_in: str) -> Any:
    """Return what stands in a class for the old name of an attribute or a method.

    It stands under ``if not TYPE_CHECKING``: type checkers know the new name only.
    """
    return _Renamed(new, gone_in)


class _Renamed:
    def __init__(self, new: str, gone_in: str) -> None:
        self._new, self._gone_in = new, gone_in

    def __set_name__(self, owner: type, name: str) -> None:
        self._old = f"{owner.__name__}.{name}"
        self._owner = owner.__name__

    def __get__(self, held: Any, owner: type) -> Any:
        if held is None:
            return self
        _warn(self._old, f"{self._owner}.{self._new}", self._gone_in)
        return getattr(held, self._new)


def _warn(old: str, new: str, gone_in: str) -> None:
    message = f"{old} is now {new}; the old name goes in ocop {gone_in}"
    # To the line that uses the old name: past this function and the one that calls it.
    warn(message, DeprecationWarning, stacklevel=3)
