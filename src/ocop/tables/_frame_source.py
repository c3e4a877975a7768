"""Whatever holds a frame, as a frame in memory whose columns are named by text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from attrs import frozen

from ocop._frames import FrameKind, frame_library
from ocop.errors import InputError, MissingExtraError, Problem
from ocop.text import quoted

SHOWN = "frame"
"""What problems call the frame."""

ALLOWED = "allowed are frames of pandas, polars, pyarrow and duckdb, and Arrow streams"


@frozen(eq=False)
class OpenedFrame:
    """A frame of narwhals, None where columns of one name keep it from being read."""

    kind: FrameKind
    names: tuple[str, ...]
    frame: Any


def open_frame(given: Any) -> OpenedFrame:
    """Return a frame in memory; what is lazy is computed, a stream is read.

    Raises
    ------
    InputError
        ``wrong-type``, ``cannot-read``.
    """
    import narwhals.stable.v2 as nw
    from narwhals.exceptions import DuplicateError

    if isinstance(given, type):
        raise _no_frame(given)
    given = _with_names(nw.to_native(given, pass_through=True))
    try:
        opened = nw.from_native(given, pass_through=True)
        if isinstance(opened, nw.LazyFrame):
            return _collected(opened)
    except DuplicateError:
        names = given.column_names if hasattr(given, "column_names") else given.columns
        return OpenedFrame("pandas", tuple(names), None)
    if not isinstance(opened, nw.DataFrame):
        opened = _of_stream(given)
    return _opened(opened, None)


def _with_names(given: Any) -> Any:
    """Return a frame of pandas with texts for the names of columns, others as they are."""
    if not hasattr(given, "set_axis") or not hasattr(given, "columns"):
        return given
    columns = given.columns
    if getattr(columns, "nlevels", 1) > 1:
        message = f"found names of columns in {columns.nlevels} levels, allowed is one"
        hint = "join the levels: frame.columns = [...]"
        raise InputError([Problem("wrong-type", message, SHOWN, path="columns", hint=hint)])
    if all(isinstance(name, str) for name in columns):
        return given
    return given.set_axis([_name(name) for name in columns], axis=1)


def _name(given: Any) -> str:
    if given is None or (isinstance(given, float) and given != given):
        return ""
    whole = isinstance(given, float) and given.is_integer()
    return str(int(given) if whole else given)


def _collected(lazy: Any) -> OpenedFrame:
    kind: FrameKind | None = "duckdb" if lazy.implementation.value == "duckdb" else None
    with _foreign("the frame cannot be computed"):
        return _opened(lazy.collect(), kind)


def _of_stream(given: Any) -> Any:
    import narwhals.stable.v2 as nw

    if not hasattr(given, "__arrow_c_stream__"):
        raise _no_frame(given)
    with _foreign("the Arrow stream cannot be read as a frame"):
        return nw.from_arrow(given, backend=_backend())


def _no_frame(given: Any) -> InputError:
    message = f"found {quoted(given, 30)} ({type(given).__name__}), {ALLOWED}"
    return InputError([Problem("wrong-type", message, path=SHOWN)])


def _backend() -> Literal["pyarrow", "polars"]:
    try:
        frame_library("pyarrow")
    except MissingExtraError:
        frame_library("polars")
        return "polars"
    return "pyarrow"


def _opened(frame: Any, kind: FrameKind | None) -> OpenedFrame:
    import narwhals.stable.v2 as nw

    known: Sequence[FrameKind] = ("pandas", "polars", "pyarrow")
    found = next((name for name in known if name == frame.implementation.value), None)
    if found is None:
        found, frame = "pandas", nw.from_native(frame.to_pandas())
    return OpenedFrame(kind or found, tuple(frame.columns), frame)


@contextmanager
def _foreign(what: str) -> Iterator[None]:
    """Turn whatever the library of a frame raises into an error of our own."""
    from narwhals.exceptions import DuplicateError

    try:
        yield
    except (DuplicateError, MissingExtraError):
        raise
    except Exception as error:
        message = f"{what}: {quoted(error, 300)}"
        raise InputError([Problem("cannot-read", message, SHOWN)]) from error
