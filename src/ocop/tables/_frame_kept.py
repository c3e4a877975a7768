"""The columns of a frame that travel with its sheets: as they are, and as texts when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ocop._frames import Origin
from ocop.tables._frame_columns import text_of


class KeptTexts(Mapping[str, tuple[str, ...]]):
    """The kept columns of sheets by name, as texts, made when they are first asked for."""

    def __init__(self, origin: Origin, names: Sequence[str]) -> None:
        self._origin, self._names = origin, tuple(names)
        self._texts: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._texts:
            self._texts[name] = tuple(_texts(self._origin, name))
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _texts(origin: Origin, name: str) -> list[str]:
    import narwhals.stable.v2 as nw

    column = nw.from_native(origin.kept)[name]
    if origin.rows is not None:
        column = column[origin.rows]
    return cell_texts(column)


def cell_texts(column: Any) -> list[str]:
    """Return a column of any type as texts, empty for null; equal ones are one object."""
    import narwhals.stable.v2 as nw

    known: dict[Any, str] = {}
    texts = []
    nulls = column.is_null().to_list() if column.null_count() else [False] * len(column)
    is_text = column.dtype == nw.String
    for value, null in zip(column.to_list(), nulls, strict=True):
        text = "" if null else value if is_text else text_of(value)
        texts.append(known.setdefault(text, text))
    return texts
