"""Columns of frames as whole numbers and as texts, in whatever type they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal as Exact
from numbers import Integral, Real
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.scoring._sheet_checks import UNANSWERED
from ocop.tables._answers import ODD

Flags = NDArray[np.bool_]

_BLOCK = 1 << 15

_DIGITS = (*map(str, range(ODD)), "?", "")
"""The text of each answer as it is stored; that of `ODD` is no answer."""


@frozen(eq=False)
class Answers:
    """A column of answers: `keys` says which of `texts` stands in each row.

    Where `stored` is true the keys are answers as they are stored, and `ODD` stands for numbers
    that no criterion has.
    """

    keys: NDArray[Any]
    texts: Sequence[str]
    stored: bool
    column: Any

    def text(self, row: int) -> str:
        """Return the text of a row."""
        key = int(self.keys[row])
        return text_of(self.column[row]) if self.stored and key == ODD else self.texts[key]


def answers_of(column: Any) -> Answers | None:
    """Return a column of answers; None where its type holds no answers."""
    import narwhals.stable.v2 as nw

    wide = column.dtype in (nw.Int128, nw.UInt128)  # numpy has no such numbers
    if column.dtype.is_float() or (column.dtype.is_integer() and not wide):
        keys = _stored(column)
        if keys is not None:
            return Answers(keys, _DIGITS, True, column)
    found = distinct(column)
    return None if found is None else Answers(found[0], [*map(text_of, found[1])], False, column)


def _stored(column: Any) -> NDArray[np.uint8] | None:
    """Return numbers as answers are stored: null and NaN `UNANSWERED`, what is none `ODD`."""
    nulls = nulls_of(column)
    values = column.to_numpy() if nulls is None else column.fill_null(0).to_numpy()
    if values.dtype.kind not in "iuf":
        return None
    stored = np.empty(len(values), dtype=np.uint8)
    # By the block, so that what is in between stays in the cache.
    for low in range(0, len(values), _BLOCK):
        given = values[low : low + _BLOCK]
        # The range first: a cast of 300 to bytes is 44.
        sound = (given >= 0) & (given < ODD)
        if given.dtype.kind == "f":
            sound &= given == np.floor(given)
        if not sound.all():
            missing = given != given
            given = np.where(sound, given, np.where(missing, UNANSWERED, ODD))
        stored[low : low + _BLOCK] = given
    if nulls is not None:
        stored[nulls] = UNANSWERED
    return stored


def nulls_of(column: Any) -> Flags | None:
    """Return where a column is null, None where it is so nowhere; NaN is a number."""
    native = column.to_native()
    if isinstance(getattr(native, "dtype", None), np.dtype) and native.dtype.kind in "iuf":
        return None
    if not column.null_count():
        return None
    found: Flags = column.is_null().to_numpy()
    return found


def distinct(column: Any) -> tuple[NDArray[np.int64], list[Any]] | None:
    """Return which value each row has, and the values, None for null.

    None where the type is none of text, numbers and objects.
    """
    import narwhals.stable.v2 as nw

    kind, native = column.dtype, column.to_native()
    if kind == nw.Object and _is_pandas(native) and _are_integers(native):
        return _coded(native)
    if kind == nw.Object or kind.is_decimal() or (kind.is_float() and not _is_pandas(native)):
        return _one_by_one(column.to_list(), nulls_of(column))
    if kind == nw.Unknown and column.null_count() == len(column):
        return np.zeros(len(column), dtype=np.int64), [None]
    is_text = kind in (nw.String, nw.Categorical) or isinstance(kind, nw.Enum)
    if not (is_text or kind.is_numeric()):
        return None
    if _is_pandas(native):
        return _coded(native)
    nulls = nulls_of(column)
    # As text first: the parts of a column may have categories of their own.
    filled = (column.cast(nw.String()) if is_text else column).fill_null("" if is_text else 0)
    values = filled.unique().to_list()
    places = list(range(len(values)))
    which = filled.replace_strict(values, places, return_dtype=nw.Int64()).to_numpy()
    return (which if nulls is None else np.where(nulls, len(values), which)), [*values, None]


def _is_pandas(native: Any) -> bool:
    return hasattr(native, "factorize")


def _are_integers(native: Any) -> bool:
    """Say whether objects are whole numbers and nulls, where equal ones are the same."""
    from pandas.api.types import infer_dtype

    return bool(infer_dtype(native, skipna=True) == "integer")


def _coded(native: Any) -> tuple[NDArray[np.int64], list[Any]]:
    which, values = native.factorize()
    return np.where(which < 0, len(values), which), [*values.tolist(), None]


def _one_by_one(values: Iterable[Any], nulls: Flags | None) -> tuple[NDArray[np.int64], list[Any]]:
    """Return the same for any objects; 1, 1.0 and true are different ones."""
    places: dict[Any, int] = {}
    found: list[Any] = []
    which = []
    for value in values:
        key = type(value), value if value.__hash__ else repr(value)
        place = places.setdefault(key, len(found))
        if place == len(found):
            found.append(value)
        which.append(place)
    numbers = np.array(which, dtype=np.int64)
    return (numbers if nulls is None else np.where(nulls, len(found), numbers)), [*found, None]


def text_of(value: Any) -> str:
    """Return a value as a file would hold it: whole numbers without places, nothing for NaN."""
    if value is None or isinstance(value, bool | np.bool_ | str):
        return "" if value is None else str(value)
    if isinstance(value, Exact):
        return "" if value.is_nan() else str(int(value)) if _is_whole(value) else str(value)
    if isinstance(value, Real):
        number = float(value) if not isinstance(value, Integral) else int(value)
        return "" if number != number else str(int(number)) if _is_whole(number) else str(number)
    return str(value)


def _is_whole(number: Any) -> bool:
    return number not in (float("inf"), -float("inf")) and number == int(number)


def texts_of(column: Any) -> tuple[NDArray[np.int64], list[str]] | None:
    """Return which text each row has, and the texts, empty for null.

    None where the type is none of text and whole numbers; 1.1 and 1.10 are one number, and no text.
    """
    found = distinct(column)
    if found is None:
        return None
    texts = [text_of(value) for value in found[1]]
    numbers = (isinstance(value, Real | Exact) for value in found[1])
    if any(is_number and "." in text for is_number, text in zip(numbers, texts, strict=True)):
        return None
    return found[0], texts


def names_of(column: Any) -> list[str] | None:
    """Return the text of each row, mostly another one in each; None as above."""
    import narwhals.stable.v2 as nw

    if column.dtype == nw.String:
        texts = column.fill_null("") if column.null_count() else column
        found: list[str] = texts.to_list()
        return found
    coded = texts_of(column)
    return None if coded is None else [coded[1][place] for place in coded[0].tolist()]


def can_go_out(column: Any) -> bool:
    """Say whether a column of names that are normal as they are is one of text or numbers."""
    import narwhals.stable.v2 as nw

    kind = column.dtype
    plain = kind in (nw.String, nw.Categorical) or isinstance(kind, nw.Enum) or kind.is_integer()
    return plain and not column.null_count()
