"""Columns as a data frame of the kind that somebody works with: pandas, polars, pyarrow, duckdb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, get_args

from ocop.errors import InputError, MissingExtraError, Problem
from ocop.text import quoted

FrameKind = Literal["pandas", "polars", "pyarrow", "duckdb"]
"""The kinds of frames that results come as."""


@dataclass(frozen=True, eq=False)
class Origin:
    """The frame that sheets came from.

    `kept` is a frame of pandas, polars or pyarrow, `names` those of its columns that go out again
    as they came; `rows` says which of its rows each sheet is, None for all in order.
    """

    kind: FrameKind
    kept: Any
    names: tuple[str, ...]
    rows: Any = None

    def __reduce__(self) -> tuple[type[Origin], tuple[Any, ...]]:
        """Pickle the rows of these sheets alone."""
        return Origin, (self.kind, take_kept([self]), self.names)


@dataclass(frozen=True, eq=False)
class Few:
    """A column of few distinct texts: `which` of `texts` each row has, an array."""

    texts: Sequence[str]
    which: Any


@dataclass(frozen=True, eq=False)
class Nullable:
    """A column of whole numbers, an array, with another one that says where it is null."""

    values: Any
    nulls: Any


@dataclass(frozen=True, eq=False)
class Kept:
    """A column that stands in the frame of what was kept."""

    name: str


def kind_of(like: Any, origin: FrameKind | None) -> FrameKind:
    """Return the kind of frame asked for, by name or by a frame of it; else that of the origin.

    Raises
    ------
    InputError
        ``no-frame-kind`` where nothing tells, ``wrong-value``.
    """
    allowed = get_args(FrameKind)
    hint = f"write like={allowed[0]!r}, or another of {', '.join(allowed)}"
    if like is None and origin is None:
        message = "no kind of frame is named, and the sheets came from none"
        raise InputError([Problem("no-frame-kind", message, path="like", hint=hint)])
    if like is None:
        assert origin is not None  # as was seen above
        return origin
    name = like if isinstance(like, str) else _kind_of_frame(like)
    found: FrameKind | None = next((kind for kind in allowed if kind == name), None)
    if found is not None:
        return found
    message = f"found {quoted(like, 30)}, allowed are {', '.join(allowed)}, or a frame of these"
    raise InputError([Problem("wrong-value", message, path="like", hint=hint)])


def _kind_of_frame(like: Any) -> str:
    import narwhals.stable.v2 as nw

    opened = nw.from_native(like, pass_through=True)
    if not isinstance(opened, nw.DataFrame | nw.LazyFrame):
        return type(like).__module__.partition(".")[0]
    return str(opened.implementation.value)


def columns_frame(columns: Mapping[str, Any], like: Any, origin: FrameKind | None = None) -> Any:
    """Return columns as a frame like another one, or of the kind of their origin."""
    return make_frame(columns, kind_of(like, origin))


def rows_frame(
    rows: Sequence[Mapping[str, Any]], like: Any, origin: FrameKind | None = None
) -> Any:
    """Return rows as a frame like another one, or of the kind of their origin."""
    names = dict.fromkeys(name for row in rows for name in row)
    return columns_frame({name: [row.get(name) for row in rows] for name in names}, like, origin)


def make_frame(columns: Mapping[str, Any], kind: FrameKind, kept: Any = None) -> Any:
    """Return columns as a frame.

    A column is an array, a list in which None stands for null, or one of the classes above.
    `kept` is the frame of what was kept, with the rows in the order of the columns.

    Raises
    ------
    MissingExtraError
        ``missing-extra`` where the library of the frame is not installed.
    """
    library = frame_library("pyarrow" if kind == "duckdb" else kind)
    if kept is not None:
        kept = _converted(kept, "pyarrow" if kind == "duckdb" else kind)
    make = {"pandas": _to_pandas, "polars": _to_polars}.get(kind, _to_pyarrow)
    frame = make(columns, kept, library)
    return frame_library("duckdb").from_arrow(frame) if kind == "duckdb" else frame


def frame_library(kind: FrameKind) -> Any:
    """Return the library of a kind of frames; without it the error names what to install."""
    try:
        return import_module(kind)
    except ImportError as error:
        message = f"frames of {kind} need the library {kind}"
        hint = 'pip install "ocop[arrow]"' if kind == "pyarrow" else f"pip install {kind}"
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error


def take_kept(origins: Sequence[Origin | None], order: Any = None) -> Any:
    """Return what was kept of several batches of sheets, one below the other, then in an order.

    None where not all of it can stand in one frame.
    """
    import narwhals.stable.v2 as nw

    known = [origin for origin in origins if origin is not None]
    if not known or len(known) < len(origins):
        return None
    parts = [_rows(nw.from_native(origin.kept), origin.rows) for origin in known]
    alike = {(part.implementation, *part.schema.items()) for part in parts}
    if len(alike) > 1 or len({origin.names for origin in known}) > 1:
        return None
    whole = parts[0] if len(parts) == 1 else nw.concat(parts)
    return _rows(whole, order).to_native()


def _rows(frame: Any, rows: Any) -> Any:
    if rows is None:
        return frame
    return _without_views(frame)[rows, :]


def _without_views(frame: Any) -> Any:
    """Return a frame of pyarrow with plain texts and bytes: views of them cannot be taken from."""
    if frame.implementation.value != "pyarrow":
        return frame
    import narwhals.stable.v2 as nw

    pyarrow = frame_library("pyarrow")
    plain = {"string_view": pyarrow.large_string(), "binary_view": pyarrow.large_binary()}
    table = frame.to_native()
    if not any(str(kind) in plain for kind in table.schema.types):
        return frame
    fields = [each.with_type(plain.get(str(each.type), each.type)) for each in table.schema]
    return nw.from_native(table.cast(pyarrow.schema(fields, table.schema.metadata)))


def _converted(kept: Any, kind: str) -> Any:
    import narwhals.stable.v2 as nw

    frame = nw.from_native(kept)
    if frame.implementation.value == kind:
        return kept
    convert = {"pandas": frame.to_pandas, "polars": frame.to_polars, "pyarrow": frame.to_arrow}
    try:
        return convert[kind]()
    except Exception as error:
        message = f"columns that were carried along do not fit {kind}: {quoted(error, 300)}"
        hint = "name those to carry along with keep, or ask for the kind that the sheets came from"
        raise InputError([Problem("wrong-type", message, path="like", hint=hint)]) from error


def _to_pandas(columns: Mapping[str, Any], kept: Any, pandas: Any) -> Any:
    made = {}
    for name, column in columns.items():
        match column:
            case Kept():
                made[name] = kept[column.name]
            case Few():
                made[name] = pandas.Series([*column.texts, ""]).array.take(column.which)
            case Nullable():
                made[name] = pandas.arrays.IntegerArray(column.values.copy(), column.nulls)
            case list() if None in column and all(_is_whole(v) for v in column if v is not None):
                made[name] = pandas.array(column, dtype="Int64")
            case tuple():
                made[name] = pandas.array(list(column), dtype=pandas.Series([""]).dtype)
            case _:
                made[name] = pandas.Series(column).array
    return pandas.DataFrame(made, index=None if kept is None else kept.index)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _to_polars(columns: Mapping[str, Any], kept: Any, polars: Any) -> Any:
    made = []
    for name, column in columns.items():
        match column:
            case Kept():
                series = kept[column.name]
            case Few():
                series = polars.Series([*column.texts, ""], dtype=polars.String)
                series = series.gather(column.which)
            case Nullable():
                given = polars.DataFrame({"values": column.values, "nulls": column.nulls})
                series = given.select(
                    polars.when(~polars.col("nulls")).then(polars.col("values")).alias(name)
                )[name]
            case tuple():
                series = polars.Series(name, column, dtype=polars.String)
            case _:
                series = polars.Series(name, column, strict=False)
        made.append(series.alias(name))
    return polars.DataFrame(made)


def _to_pyarrow(columns: Mapping[str, Any], kept: Any, pyarrow: Any) -> Any:
    made = {}
    for name, column in columns.items():
        match column:
            case Kept():
                made[name] = kept[column.name]
            case Few():
                texts = pyarrow.array([*column.texts, ""], pyarrow.string())
                indices = pyarrow.array(column.which)
                made[name] = pyarrow.DictionaryArray.from_arrays(indices, texts).dictionary_decode()
            case Nullable():
                made[name] = pyarrow.array(column.values, mask=column.nulls)
            case tuple():
                made[name] = pyarrow.array(column, pyarrow.string())
            case _:
                made[name] = pyarrow.array(column)
    return pyarrow.table(made)
