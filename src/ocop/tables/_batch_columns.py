"""Columns of an Arrow batch as texts and whole numbers, in whatever type they come."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import MissingExtraError, Problem
from ocop.text import nfc

Flags = NDArray[np.bool_]


def pyarrow() -> Any:
    """Return pyarrow; without it the error names the extra."""
    try:
        return import_module("pyarrow")
    except ImportError as error:
        message = "Arrow batches need the extra 'arrow'"
        hint = 'pip install "ocop[arrow]"'
        raise MissingExtraError([Problem("missing-extra", message, hint=hint)]) from error


def whole_numbers(column: Any, arrow: Any) -> tuple[NDArray[Any], Flags] | None:
    """Return the values of a column, 0 for null, and where it is null.

    None where its type is not one of whole numbers. Decimals without places are such, in which
    engines keep what no type of theirs holds.
    """
    kinds = arrow.types
    if kinds.is_null(column.type):
        column = column.cast(arrow.uint8())
    kind = column.type.value_type if kinds.is_dictionary(column.type) else column.type
    is_decimal = kinds.is_decimal(kind) and kind.scale == 0
    if not (kinds.is_integer(kind) or is_decimal):
        return None
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    nulls = column.is_null().to_numpy(zero_copy_only=False)
    if is_decimal:
        try:
            column = column.cast(arrow.uint64())
        except arrow.ArrowInvalid:
            # Numbers that it does not hold stay exact as Python's.
            exact = [0 if value is None else int(value) for value in column.to_pylist()]
            return np.array(exact, dtype=object), nulls
    return column.fill_null(0).to_numpy(zero_copy_only=False), nulls


def words(column: Any, arrow: Any) -> tuple[NDArray[np.uint64], Flags, Flags] | None:
    """Return 64-bit words, where they are null, and where they do not fit; None as above.

    In a column of int64 the numbers below 0 are words whose highest bit is set.
    """
    found = whole_numbers(column, arrow)
    if found is None:
        return None
    values, nulls = found
    if values.dtype == np.int64:
        return values.view(np.uint64), nulls, np.zeros(len(values), dtype=np.bool_)
    odd = np.asarray((values < 0) | (values > 2**64 - 1), dtype=np.bool_)
    return np.where(odd, 0, values).astype(np.uint64), nulls, odd


def texts(column: Any, arrow: Any) -> tuple[Any, list[int]] | None:
    """Return a column as an array of texts, and the rows that are not UTF-8, null from then on.

    None where its type is not one of text.
    """
    kinds = arrow.types
    if kinds.is_dictionary(column.type):
        return _looked_up(column, arrow)
    if kinds.is_null(column.type):
        column = column.cast(arrow.large_string())
    if not (
        kinds.is_string(column.type)
        or kinds.is_large_string(column.type)
        or kinds.is_string_view(column.type)
    ):
        return None
    try:
        column.validate(full=True)
    except arrow.ArrowInvalid:
        return _one_by_one(column, arrow)
    if kinds.is_string_view(column.type):
        # Not every version of pyarrow can cast it.
        return arrow.array(column.to_pylist(), arrow.large_string()), []
    return column.cast(arrow.large_string()), []


def _looked_up(column: Any, arrow: Any) -> tuple[Any, list[int]] | None:
    # The values first: not every type of text can be looked up as it is.
    found = texts(column.dictionary, arrow)
    if found is None:
        return None
    values, wrong = found
    places = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
    rows = np.isin(places, wrong) & column.indices.is_valid().to_numpy(zero_copy_only=False)
    whole = arrow.DictionaryArray.from_arrays(column.indices, values).dictionary_decode()
    return whole, np.flatnonzero(rows).tolist()


def _one_by_one(column: Any, arrow: Any) -> tuple[Any, list[int]]:
    found: list[str | None] = []
    wrong = []
    for row, cell in enumerate(column):
        try:
            found.append(cell.as_py())
        except UnicodeDecodeError:
            found.append(None)
            wrong.append(row)
    return arrow.array(found, arrow.large_string()), wrong


def clean_names(names: Sequence[str]) -> Sequence[str]:
    """Return names in normal form, without spaces around them: the same object where they are."""
    whole = "\n".join(names)
    if (
        whole.count("\n") == len(names) - 1
        and whole.replace("\n", "").isprintable()
        and unicodedata.is_normalized("NFC", whole)
        and not (whole[:1] == " " or whole[-1:] == " " or "\n " in whole or " \n" in whole)
    ):
        return names
    return [nfc(name).strip() for name in names]
