"""What every picture checks before it draws, so that wrong input leaves no empty figure behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ocop.errors import InputError, MissingExtraError, Problem
from ocop.scoring.scores import Scores
from ocop.text import quoted

__all__ = ["check", "matplotlib", "scores_problems", "type_problems", "whole_problems"]


def matplotlib(module: str) -> Any:
    """Return a module of matplotlib.

    Raises
    ------
    MissingExtraError
        ``missing-extra`` where matplotlib is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"matplotlib.{module}")
    except ImportError as error:
        message = "pictures need the extra 'plot'"
        hint = 'pip install "ocop[plot]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error


def check(problems: Iterable[Problem], ax: Any, lang: Any) -> None:
    """Stop where something is wrong with the input of a picture, with its axes or language."""
    found = list(problems)
    hint = "take one of what plt.subplots() returns"
    if ax is not None and not isinstance(ax, matplotlib("axes").Axes):
        message = f"found {_kind(ax)}, allowed are matplotlib Axes or None"
        found.append(Problem("wrong-type", message, path="ax", hint=hint))
    elif ax is not None and ax.name != "rectilinear":
        message = f"found axes of the projection {ax.name}, allowed are those without one"
        found.append(Problem("wrong-type", message, path="ax", hint=hint))
    if lang not in ("vi", "en"):
        message = f"found {quoted(lang)}, allowed are vi, en"
        found.append(Problem("unknown-language", message, path="lang"))
    if found:
        raise InputError(found)


def type_problems(name: str, value: Any, kind: type, hint: str) -> list[Problem]:
    """Return what is wrong with the type of an argument."""
    if isinstance(value, kind):
        return []
    message = f"found {_kind(value)}, allowed is {kind.__name__}"
    return [Problem("wrong-type", message, path=name, hint=hint)]


def scores_problems(name: str, values: Iterable[Any]) -> list[Problem]:
    """Return what is wrong with one or more batches of scores."""
    hint = "score sheets with ocop.score"
    given = list(values)
    if not given:
        return [Problem("no-scores", "found no scores, allowed is one or more", path=name)]
    kinds = ((f"{name}[{n}]", value) for n, value in enumerate(given))
    return [p for where, value in kinds for p in type_problems(where, value, Scores, hint)]


def whole_problems(name: str, value: Any) -> list[Problem]:
    """Return what is wrong with a number of things to show."""
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"found {quoted(value)}, allowed is a whole number from 1"
        return [Problem("not-a-whole-number", message, path=name)]
    if value < 1:
        message = f"found {value}, allowed is a whole number from 1"
        return [Problem("out-of-range", message, path=name)]
    return []


def _kind(value: Any) -> str:
    return f"a value of type {type(value).__name__}"
