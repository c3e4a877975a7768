"""Arrow batches out of whatever holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ocop.errors import InputError, Problem
from ocop.text import quoted

ALLOWED = "allowed are Arrow record batches, or an Arrow stream"


def record_batches(given: Any, arrow: Any) -> Iterator[Any]:
    """Return the record batches of a stream, a table, or an iterable of such.

    Raises
    ------
    InputError
        ``wrong-type``; for an item when its turn comes.
    """
    if _is_arrow(given):
        return _opened(given, "batches", arrow)
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InputError([_other(given, "batches")])
    return _of_items(given, arrow)


def _of_items(given: Iterable[Any], arrow: Any) -> Iterator[Any]:
    for number, item in enumerate(given):
        place = f"batches[{number}]"
        if not _is_arrow(item):
            raise InputError([_other(item, place)])
        yield from _opened(item, place, arrow)


def _is_arrow(given: Any) -> bool:
    return hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__")


def _opened(given: Any, place: str, arrow: Any) -> Iterator[Any]:
    if isinstance(given, arrow.RecordBatch):
        return iter([given])
    if isinstance(given, arrow.RecordBatchReader):
        return iter(given)
    if isinstance(given, arrow.Table):
        return iter(given.to_batches())
    try:
        if hasattr(given, "__arrow_c_stream__"):
            return iter(arrow.RecordBatchReader.from_stream(given))
        return iter([arrow.record_batch(given)])
    except (arrow.ArrowException, TypeError, ValueError) as error:
        message = f"{type(given).__name__} holds no Arrow record batches: {error}"
        raise InputError([Problem("wrong-type", message, path=place)]) from error


def _other(given: Any, place: str) -> Problem:
    message = f"found {quoted(given, 30)} ({type(given).__name__}), {ALLOWED}"
    return Problem("wrong-type", message, path=place)
