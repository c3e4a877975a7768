"""The footer of a Parquet file, read without pyarrow.

Asked about a column of a row group, pyarrow raises nothing where its C++ refuses what the footer
says: it ends the program. So pyarrow is not asked, and what it would not bear is refused before it
sees it. The footer is a `FileMetaData` of the Parquet format in Thrift's compact protocol.
"""

from __future__ import annotations

import os
from typing import IO, Any, NamedTuple

MAX_BYTES, MAX_DEPTH = 1 << 24, 16
"""Most bytes, far more than a sound file has; most structs and lists in one another."""

TEXT, DICTIONARY, DIFFERENCES = 6, frozenset({2, 8}), frozenset({5, 6, 7})
"""The physical type of text, and the encodings by a dictionary and by differences."""

_I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _, _MAP, _STRUCT = range(4, 13)
_BITS = {_I16: 16, _I32: 32, _I64: 64}
_KINDS: dict[type, int] = {tuple: _LIST, dict: _STRUCT}

# What is read of each struct: the type of a field by its number. A tuple is a list of what is in
# it, a mapping another struct; all other fields are skipped.
_ELEMENT = {1: _I32, 3: _I32, 4: _BINARY, 5: _I32}
_LEVELS = {1: _I64, 2: (_I64,), 3: (_I64,)}
_META = {1: _I32, 2: (_I32,), 3: (_BINARY,), 6: _I64, 16: _LEVELS}
_CHUNK = {3: _META, 8: {}, 9: _BINARY}
_GROUP = {1: (_CHUNK,), 3: _I64}
_FILE = {2: (_ELEMENT,), 4: (_GROUP,)}


class FooterError(ValueError):
    """A footer that is damaged, or not of a flat file."""


class Chunk(NamedTuple):
    """A column in a row group; types and encodings are the numbers of the format."""

    path_in_schema: str
    physical_type: int
    encodings: tuple[int, ...]
    total_uncompressed_size: int


class Group(NamedTuple):
    """A row group."""

    num_rows: int
    columns: list[Chunk]


class _Thrift:
    """Reads values one after another; no room is made for what the bytes cannot hold."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def varint(self, bits: int) -> int:
        found = shift = 0
        while (byte := self.byte()) >= 128 and shift < 63:
            found |= (byte & 127) << shift
            shift += 7
        found |= byte << shift
        # Another reader cuts such a number off, and has another one then.
        if found >> bits:
            raise FooterError("a number is too large for its type")
        return found

    def integer(self, kind: int) -> int:
        found = self.varint(_BITS[kind])
        return (found >> 1) ^ -(found & 1)

    def fitting(self, count: int) -> int:
        if count > len(self.data) - self.at:
            raise FooterError("a text or list is longer than the footer")
        return count

    def text(self) -> bytes:
        count = self.fitting(self.varint(31))
        self.at += count
        return self.data[self.at - count : self.at]

    def items(self) -> tuple[int, int]:
        """Read the head of a list: how many values, each of a byte or more, of which type."""
        head = self.byte()
        return self.fitting(self.varint(31) if head >> 4 == 15 else head >> 4), head & 15

    def struct(self, wanted: dict[int, Any], depth: int) -> dict[int, Any]:
        """Read a struct: its wanted fields by number."""
        found: dict[int, Any] = {}
        seen: set[int] = set()
        field = 0
        while kind := (head := self.byte()) & 15:
            field = field + (head >> 4) if head >> 4 else self.integer(_I16)
            # Of a field that stands twice pyarrow may keep parts of both.
            if field in seen or not 0 < field < 1 << 15:
                raise FooterError(f"field {field} stands twice or cannot be")
            seen.add(field)
            if field in wanted:
                found[field] = self.value(wanted[field], kind, depth + 1)
            elif kind > 2:  # a truth value is its own type
                self.skip(kind, depth + 1)
        return found

    def value(self, wanted: Any, kind: int, depth: int) -> Any:
        """Read a value that is wanted; one of another type is refused."""
        if kind != _KINDS.get(type(wanted), wanted):
            raise FooterError(f"a value has the type {kind}")
        if kind == _STRUCT:
            return self.struct(wanted, depth)
        if kind == _LIST:
            count, of = self.items()
            return [self.value(wanted[0], of, depth) for _ in range(count)]
        return self.text().decode() if kind == _BINARY else self.integer(kind)

    def skip(self, kind: int, depth: int) -> None:
        """Pass over a value."""
        if kind not in (*range(1, _MAP), _STRUCT) or depth > MAX_DEPTH:  # there are no maps
            raise FooterError(f"there is a value of type {kind} at depth {depth}")
        if kind in _BITS:
            self.varint(64)
        elif kind == _BINARY:
            self.text()
        elif kind <= _DOUBLE:
            self.at += 8 if kind == _DOUBLE else 1
        elif kind == _STRUCT:
            self.struct({}, depth)
        else:
            count, of = self.items()
            for _ in range(count):
                self.skip(of, depth + 1)


def _chunk(found: dict[int, Any], leaf: dict[int, Any]) -> Chunk:
    """Return a column of a row group, where pyarrow can read what is said of it."""
    meta = found[3]
    sizes, levels = meta.get(16, {}), [0, 1].index(leaf[3]) + 1
    if any(len(sizes.get(field, ())) not in (0, most) for field, most in ((2, 1), (3, levels))):
        raise FooterError("a histogram of levels has another length than there are levels")
    # A negative size would hide others in the sum.
    if 8 in found or 9 in found or (1 in sizes and leaf[1] != TEXT) or meta[6] < 0:
        raise FooterError("a column is encrypted, or has a size that cannot be")
    return Chunk(".".join(meta[3]), meta[1], tuple(meta[2]), meta[6])


def read_footer(stream: IO[bytes]) -> list[Group]:
    """Return the row groups of a flat file; FooterError where pyarrow would not bear its footer."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - 8, 0))
    length, mark = int.from_bytes(stream.read(4), "little"), stream.read(4)
    if mark != b"PAR1" or length > min(size - 8, MAX_BYTES):
        raise FooterError("the file does not end with a footer")
    stream.seek(size - 8 - length)
    data = stream.read(length)
    stream.seek(0)
    try:
        found = _Thrift(data).struct(_FILE, 0)
        root, *leaves = found[2]
        if root.get(5, 0) != len(leaves) or any(leaf.get(5) or 1 not in leaf for leaf in leaves):
            raise FooterError("the columns are nested")
        groups = ((each[3], zip(each[1], leaves, strict=True)) for each in found[4])
        return [Group(rows, [_chunk(*pair) for pair in pairs]) for rows, pairs in groups]
    except (KeyError, IndexError, ValueError) as error:
        raise FooterError("the footer is damaged") from error
