"""The footer of a Parquet file is read as pyarrow reads it, and refused where pyarrow would end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.tables._parquet_footer import MAX_BYTES, FooterError, read_footer

TYPES = "BOOLEAN INT32 INT64 INT96 FLOAT DOUBLE BYTE_ARRAY FIXED_LEN_BYTE_ARRAY".split()  # noqa: SIM905
ENCODINGS = {
    0: "PLAIN",
    2: "PLAIN_DICTIONARY",
    3: "RLE",
    4: "BIT_PACKED",
    5: "DELTA_BINARY_PACKED",
    6: "DELTA_LENGTH_BYTE_ARRAY",
    7: "DELTA_BYTE_ARRAY",
    8: "RLE_DICTIONARY",
    9: "BYTE_STREAM_SPLIT",
}
I32, I64, BINARY, LIST, MAP, STRUCT = 5, 6, 8, 9, 11, 12


# Files of pyarrow


def a_table(count: int) -> Any:
    """Return a table of every type that a column of a flat file may have."""
    schema = pa.schema(
        [
            pa.field("chữ", pa.large_string()),
            pa.field("a.b", pa.string(), nullable=False),
            pa.field("số", pa.uint64()),
            pa.field("nhỏ", pa.uint8(), nullable=False),
            pa.field("phẩy", pa.float64()),
            pa.field("half", pa.float32()),
            pa.field("đúng", pa.bool_()),
            pa.field("fixed", pa.binary(4)),
            pa.field("trống", pa.int32()),
        ]
    )
    rows = range(count)
    values = [
        [None if n % 3 == 0 else "x" * (n % 300) for n in rows],
        [str(n % 7) for n in rows],
        [None if n % 5 == 0 else n << 40 for n in rows],
        [n % 200 for n in rows],
        [n / 3 for n in rows],
        np.arange(count, dtype=np.float32),
        [n % 2 == 0 for n in rows],
        [b"abcd"] * count,
        [None] * count,
    ]
    arrays = [pa.array(v, field.type) for v, field in zip(values, schema, strict=True)]
    return pa.table(arrays, schema=schema).replace_schema_metadata({"ocop": "x" * 70_000})


OPTIONS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "many groups": {"row_group_size": 7},
    "no dictionary": {"use_dictionary": False, "compression": "none"},
    "first version": {"version": "1.0", "data_page_version": "2.0", "write_statistics": False},
    "differences": {
        "use_dictionary": False,
        "column_encoding": {
            "chữ": "DELTA_BYTE_ARRAY",
            "a.b": "DELTA_LENGTH_BYTE_ARRAY",
            "số": "DELTA_BINARY_PACKED",
            "phẩy": "BYTE_STREAM_SPLIT",
        },
    },
    "all that can be written": {
        "write_page_index": True,
        "write_page_checksum": True,
        "sorting_columns": [pq.SortingColumn(1), pq.SortingColumn(0, descending=True)],
    },
}


def told_by_pyarrow(data: bytes) -> list[Any]:
    """Return what pyarrow says of the row groups of a sound file."""
    metadata = pq.read_metadata(io.BytesIO(data))
    groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
    return [
        (
            group.num_rows,
            [
                (c.path_in_schema, c.physical_type, c.encodings, c.total_uncompressed_size)
                for c in map(group.column, range(group.num_columns))
            ],
        )
        for group in groups
    ]


def told_by_us(data: bytes) -> list[Any]:
    """Return the same as it is read here."""
    return [
        (
            rows,
            [
                (path, TYPES[kind], tuple(map(ENCODINGS.get, of)), n)
                for path, kind, of, n in columns
            ],
        )
        for rows, columns in read_footer(io.BytesIO(data))
    ]


@pytest.mark.parametrize("count", [0, 1, 500])
@pytest.mark.parametrize("name", OPTIONS)
def test_what_pyarrow_says_of_a_sound_file(name: str, count: int) -> None:
    """Rows, paths, types, encodings and sizes are those that pyarrow finds."""
    stream = io.BytesIO()
    pq.write_table(a_table(count), stream, **OPTIONS[name])
    found = told_by_us(stream.getvalue())
    assert found == told_by_pyarrow(stream.getvalue())
    assert len(found) == (-(-count // 7) if name == "many groups" and count else len(found))


def test_a_file_without_columns() -> None:
    """A schema may be a root alone."""
    stream = io.BytesIO()
    pq.write_table(pa.table({}), stream)
    assert told_by_us(stream.getvalue()) == told_by_pyarrow(stream.getvalue())


def test_nested_columns_are_refused() -> None:
    """No packed file has lists or structs: nobody knows their levels here."""
    for value in ([1, 2], {"a": 1}):
        stream = io.BytesIO()
        pq.write_table(pa.table({"x": [value]}), stream)
        with pytest.raises(FooterError):
            read_footer(stream)


# Footers written by hand


def varint(number: int) -> bytes:
    """Return a number as the compact protocol writes it."""
    found = b""
    while number >= 128:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def whole(number: int) -> bytes:
    """Return a number that has a sign."""
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def text(value: bytes) -> bytes:
    """Return a text."""
    return varint(len(value)) + value


def items(kind: int, values: list[bytes]) -> bytes:
    """Return a list."""
    return bytes([0xF0 | kind]) + varint(len(values)) + b"".join(values)


def struct(*fields: tuple[int, int, bytes]) -> bytes:
    """Return a struct of numbered fields with their types; a number is written in full."""
    return b"".join(bytes([kind]) + whole(n) + value for n, kind, value in fields) + b"\0"


def a_column(
    levels: tuple[int, int] | None = (0, 2), size: int = 9, **more: tuple[int, int, bytes]
) -> bytes:
    """Return a column in a row group: with the lengths of its histograms, and other fields."""
    fields = [
        (1, I32, whole(6)),
        (2, LIST, items(I32, [whole(0), whole(8)])),
        (3, LIST, items(BINARY, [text(b"a")])),
        (6, I64, whole(size)),
    ]
    if levels:
        lists = [
            (n, LIST, items(I64, [whole(1)] * count))
            for n, count in zip((2, 3), levels, strict=True)
        ]
        fields.append((16, STRUCT, struct((1, I64, whole(5)), *lists)))
    if "meta" in more:
        fields.append(more.pop("meta"))
    return struct((2, I64, whole(4)), (3, STRUCT, struct(*fields)), *more.values())


def an_element(kind: int = 6, repetition: int = 1, children: int = 0) -> bytes:
    """Return a column of the schema."""
    fields = [(1, I32, whole(kind)), (3, I32, whole(repetition)), (4, BINARY, text(b"a"))]
    return struct(*fields, *([(5, I32, whole(children))] if children else []))


def a_footer(
    column: bytes,
    element: bytes | None = None,
    columns: int = 1,
    children: int = 1,
    before: bytes = b"",
) -> bytes:
    """Return a footer of one group; `before` are fields that stand first."""
    root = struct((4, BINARY, text(b"r")), (5, I32, whole(children)))
    group = struct((1, LIST, items(STRUCT, [column] * columns)), (3, I64, whole(7)))
    fields = [
        (2, LIST, items(STRUCT, [root, element or an_element()])),
        (4, LIST, items(STRUCT, [group])),
    ]
    return before + struct(*fields)


def a_file(footer: bytes) -> io.BytesIO:
    """Return a file that is nothing but its footer."""
    return io.BytesIO(b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1")


SOUND = a_footer(a_column())
REQUIRED = an_element(repetition=0)


@pytest.mark.parametrize(
    "footer",
    [
        SOUND,
        a_footer(a_column((1, 0))),
        a_footer(a_column((1, 1)), REQUIRED),
        a_footer(a_column(None), an_element(kind=1)),
        a_footer(a_column(), before=b"\x01\x90\x4e\x02\x92\x4e"),
        a_footer(a_column(), before=bytes([7]) + whole(90) + b"\xff" * 8),
    ],
)
def test_footers_that_are_sound(footer: bytes) -> None:
    """Histograms have as many places as there are levels, or none; other fields are passed over."""
    assert read_footer(a_file(footer)) == [(7, [("a", 6, (0, 8), 9)])]


def damaged() -> Iterator[Any]:
    """Yield footers that nothing must read, by what is wrong with them."""
    twice = (6, I64, whole(1))
    yield pytest.param(a_footer(a_column((2, 2))), id="repetition levels")
    yield pytest.param(a_footer(a_column((0, 1))), id="too few definition levels")
    yield pytest.param(a_footer(a_column((0, 3))), id="too many definition levels")
    yield pytest.param(a_footer(a_column(), REQUIRED), id="levels of a required column")
    yield pytest.param(a_footer(a_column(), an_element(kind=1)), id="text of numbers")
    yield pytest.param(a_footer(a_column(size=-1)), id="a size below zero")
    yield pytest.param(a_footer(a_column(), columns=0), id="too few columns")
    yield pytest.param(a_footer(a_column(), columns=2), id="too many columns")
    yield pytest.param(a_footer(struct((2, I64, whole(4)))), id="nothing said of a column")
    yield pytest.param(a_footer(a_column(crypto=(8, STRUCT, struct()))), id="encrypted")
    yield pytest.param(a_footer(a_column(crypto=(9, BINARY, text(b"x")))), id="encrypted metadata")
    yield pytest.param(a_footer(a_column(meta=twice)), id="a field twice")
    yield pytest.param(a_footer(a_column(), an_element(repetition=2)), id="repeated")
    yield pytest.param(a_footer(a_column(), an_element(repetition=1 << 32)), id="cut off")
    yield pytest.param(a_footer(a_column(), an_element(children=1)), id="nested")
    yield pytest.param(a_footer(a_column(), children=2), id="more columns than there are")
    yield pytest.param(SOUND[:-30], id="cut short")
    yield pytest.param(SOUND.replace(text(b"a"), text(b"\xff")), id="not UTF-8")
    yield pytest.param(b"\x1c" * 100_000, id="deep structs")
    yield pytest.param(b"\x19" * 100_000, id="deep lists")
    yield pytest.param(b"\x16" + b"\xff" * 11 + b"\0", id="a number of eleven bytes")
    yield pytest.param(b"\x18" + varint((1 << 31) - 1) + b"x", id="a text of gigabytes")
    yield pytest.param(b"\x29\xfc" + varint((1 << 31) - 1) + b"\0", id="elements by the billion")
    yield pytest.param(b"\x19\x10\0\0", id="a list of nothing")
    yield pytest.param(b"\x1d" + b"\0" * 20, id="an unknown type")
    yield pytest.param(b"\x0c" + whole(-1) + b"\0\0", id="a field below one")
    yield pytest.param(a_footer(a_column(), before=bytes([MAP]) + whole(90) + b"\0"), id="a map")
    yield pytest.param(b"", id="empty")


@pytest.mark.parametrize("footer", list(damaged()))
def test_footers_that_are_damaged(footer: bytes, tmp_path: Path) -> None:
    """They are told as a damaged file, before pyarrow sees them."""
    with pytest.raises(FooterError):
        read_footer(a_file(footer))
    path = tmp_path / "a.parquet"
    path.write_bytes(a_file(footer).getvalue())
    with pytest.raises(ocop.SheetError) as caught:
        ocop.load_sheets(path)
    assert [problem.code for problem in caught.value.problems] == ["damaged-file"]


@pytest.mark.parametrize("end", [b"", b"PAR1", b"\0\0\0\0PARE", b"\xff\xff\xff\xffPAR1"])
def test_files_that_end_otherwise(end: bytes) -> None:
    """The end of a file says where its footer begins."""
    with pytest.raises(FooterError, match="does not end with a footer"):
        read_footer(io.BytesIO(SOUND + end if end else b""))


def test_a_footer_of_many_bytes() -> None:
    """A footer has a bound of its own."""
    with pytest.raises(FooterError, match="does not end with a footer"):
        read_footer(a_file(bytes(MAX_BYTES + 1)))


@given(st.data())
def test_any_bytes_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands there, it is row groups or our error."""
    footer = bytearray(data.draw(st.one_of(st.just(SOUND), st.binary(max_size=60))))
    for place in data.draw(st.lists(st.integers(0, max(len(footer) - 1, 0)), max_size=4)):
        footer[place : place + 1] = data.draw(st.binary(max_size=2))
    try:
        groups = read_footer(a_file(bytes(footer)))
    except FooterError:
        return
    assert all(column.total_uncompressed_size >= 0 for group in groups for column in group.columns)
