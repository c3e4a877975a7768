"""Rows of a CSV file from columns: byte for byte what `csv.writer` writes."""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop.cli._csv_text import rows_text


class Level(enum.IntEnum):
    """Numbers that are told by their value."""

    PROVINCE = 2


TEXTS = st.one_of(
    st.sampled_from(["", " ", "P1", "Chè Shan Tuyết", "a,b", 'say "A"', '"', "\n", "x\r\ny", "\r"]),
    st.text("aĐợ ,;\"\n\r\t\0'", max_size=8),
)
NUMBERS = st.one_of(st.integers(-3, 300), st.integers())
CELLS = st.one_of(
    TEXTS,
    NUMBERS,
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.sampled_from([Level.PROVINCE, np.int64(7), np.float64(0.5), np.str_("x,y")]),
)


def written(columns: Sequence[Sequence[Any]]) -> str:
    """Return what `csv.writer` makes of the rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(zip(*columns, strict=True))
    return text.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> list[list[Any]]:
    """Draw columns of one kind of cells each, or of all kinds."""
    height = draw(st.integers(0, 12))
    kinds = st.sampled_from([TEXTS, NUMBERS, st.one_of(NUMBERS, st.none()), CELLS, CELLS])
    return [
        draw(st.lists(draw(kinds), min_size=height, max_size=height))
        for _ in range(draw(st.integers(0, 5)))
    ]


@given(tables())
def test_as_csv_writer_writes(columns: list[list[Any]]) -> None:
    """Whatever stands in the columns, the text is that of `csv.writer`."""
    assert rows_text(columns) == written(columns)


@pytest.mark.parametrize("column", [[1, True, 1.0], [True, 1], [0, False, None], [1.0, 1]])
def test_equal_values_of_different_kinds(column: list[Any]) -> None:
    """Values that are equal, yet are written differently, keep their own text."""
    assert rows_text([column, column]) == written([column, column])


def test_many_different_numbers() -> None:
    """A column of a thousand ranks and more is written like a short one."""
    columns = [list(range(5000)), [None, *range(4999)], ["x"] * 5000]
    assert rows_text(columns) == written(columns)


def test_columns_of_different_lengths() -> None:
    """A column that is too short is a fault of the caller, not a shorter file."""
    with pytest.raises(ValueError, match="argument 2"):
        rows_text([[1, 2], [1]])
