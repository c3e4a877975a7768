"""Packed sheets as .npz: a zip of plain arrays and a header, for numpy alone.

Members are ``header.json`` and, for every set, ``11/product.npy`` and so on, 11 being its number.
Words, findings and rows are whole numbers, one per sheet. Text is two members: its UTF-8 in one
run, and in ``11/product_bytes.npy`` how many bytes of it each cell takes. Kept columns are
``column_0``, ``column_1`` and so on, in the order in which the header names them. Nothing is
pickled.
"""

from __future__ import annotations

import ast
import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.errors import Problem, SheetError
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.packing import pack
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_batch import NUMBERS, Gathered, values_of
from ocop.tables._packed_files import NO_HEADER, reading
from ocop.tables._packed_header import OPTIONAL, Header, PackedSet, word_names, write_header
from ocop.tables._packed_law import Chosen
from ocop.tables._packed_text import ROWS, decode, encode, not_utf8
from ocop.text import quoted

HEADER = "header.json"

FREE, RATIO = 1 << 26, 256
"""What a file may unpack to: so many bytes, and so many times its own size more."""

HEAD = 10_000
"""Most bytes of what an array says of itself."""

DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError,
    NotImplementedError, RuntimeError, SyntaxError, ValueError,
)  # fmt: skip
"""What zipfile and numpy raise where bytes are not as they should be."""


@frozen
class _Column:
    """A column of a set: its name, its member without ending, and its type, None for text."""

    name: str
    member: str
    kind: Any

    @property
    def members(self) -> dict[str, Any]:
        """The members that hold it, with their types."""
        if self.kind is not None:
            return {f"{self.member}.npy": self.kind}
        return {f"{self.member}.npy": np.uint8, f"{self.member}_bytes.npy": np.uint32}


def _columns(entry: PackedSet, optional: Iterable[str]) -> Iterator[_Column]:
    kept = (name for name in entry.columns if name not in OPTIONAL)
    numbered = {name: f"column_{n}" for n, name in enumerate(kept)}
    words = word_names(entry.words)
    for name in ("product", *words, *optional):
        kind = np.uint64 if name in words else NUMBERS.get(name)
        yield _Column(name, f"{entry.number}/{numbered.get(name, name)}", kind)


def write_npz(stream: IO[bytes], batches: Sequence[Sheets], header: Header) -> None:
    """Write batches; uncompressed where compression gains more than a reader allows."""
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        stream.seek(0)
        stream.truncate()
        with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
            # Members opened by their name all bear the same date.
            with archive.open(HEADER, "w") as member:
                member.write(write_header(header))
            for batch, entry in zip(batches, header.sets, strict=True):
                for name, array in _arrays(batch, entry):
                    with archive.open(name, "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, array, allow_pickle=False)
        if _unpacked(archive) <= _allowed(stream.tell()):
            return


def _arrays(batch: Sheets, entry: PackedSet) -> Iterator[tuple[str, NDArray[Any]]]:
    words = dict(zip(word_names(entry.words), pack(batch).T, strict=True))
    for column in _columns(entry, entry.columns):
        values = words.get(column.name)
        if values is None:
            values = values_of(batch, column.name)
        if column.kind is None:
            arrays = _text(values, f"{entry}: {column.name}")
        else:
            arrays = [np.asarray(values)]
        for (member, kind), array in zip(column.members.items(), arrays, strict=True):
            yield member, array.astype(np.dtype(kind).newbyteorder("<"), copy=False)


def _text(values: Sequence[str], place: str) -> list[NDArray[Any]]:
    parts = [encode(values[low : low + ROWS], place, low) for low in range(0, len(values), ROWS)]
    run = np.frombuffer(b"".join(run for run, _ in parts), dtype=np.uint8)
    return [run, np.concatenate([np.empty(0, dtype=np.uint32), *(n for _, n in parts)])]


def _unpacked(archive: zipfile.ZipFile) -> int:
    return sum(info.file_size for info in archive.infolist())


def _check_head(head: bytes) -> None:
    """Raise where numpy would not read what an array says of itself, or only with a warning.

    It takes headers as Python 2 wrote them, which ours never were.
    """
    try:
        ast.literal_eval(head[:HEAD].decode("latin-1"))
    except MemoryError as error:  # as Python tells that signs are nested too deep
        raise ValueError("the header is nested too deep") from error


def _allowed(size: int) -> int:
    return FREE + RATIO * size


@contextmanager
def open_npz(path: Path, shown: str) -> Iterator[NpzSheets]:
    """Open a packed file; what is wrong with it is told as our errors."""
    with reading(path, shown, b"PK\x03\x04", DAMAGE) as stream, zipfile.ZipFile(stream) as archive:
        yield NpzSheets(archive, path.stat().st_size, shown)


class NpzSheets:
    """An open file; `header` is as it stands there."""

    def __init__(self, archive: zipfile.ZipFile, size: int, shown: str) -> None:
        self.archive, self.shown = archive, shown
        if _unpacked(archive) > _allowed(size):
            message = f"the file has {size:,} bytes and says that it unpacks to "
            message += f"{_unpacked(archive):,}, allowed are {_allowed(size):,}"
            raise SheetError([Problem("absurd-size", message, shown)])
        if any(info.compress_size > size for info in archive.infolist()):
            # So much memory would be asked for, though the file does not have it.
            raise ValueError("a member is larger than the file")
        if HEADER not in archive.namelist():
            message = f"found no member {quoted(HEADER)}, which says whose answers these are"
            raise SheetError([Problem("missing-header", message, shown, hint=NO_HEADER)])
        self.header = archive.read(HEADER)

    def read(self, header: Header, chosen: Sequence[Chosen]) -> Iterator[Gathered]:
        """Yield the sheets of each set that is wanted."""
        self._check_members(header)
        entries = {entry.number: entry for entry in header.sets}
        for each in chosen:
            columns = list(_columns(entries[each.criteria_set.number], each.columns))
            yield self._gathered(each, columns)

    def _check_members(self, header: Header) -> None:
        columns = (c for entry in header.sets for c in _columns(entry, entry.columns))
        allowed = {HEADER, *(member for column in columns for member in column.members)}
        found = Counter(self.archive.namelist())
        problems = []
        for name in sorted(allowed - found.keys()):
            message = f"the member {quoted(name)} is missing"
            problems.append(Problem("missing-column", message, self.shown))
        for name in sorted(found.keys() - allowed):
            message = f"the header knows nothing of the member {quoted(name)}"
            problems.append(Problem("unknown-column", message, self.shown))
        for name in sorted(name for name, count in found.items() if count > 1):
            message = f"the member {quoted(name)} stands twice"
            problems.append(Problem("duplicate-column", message, self.shown))
        if problems:
            raise SheetError(problems[:MAX_LISTED], max(len(problems) - MAX_LISTED, 0))

    def _gathered(self, chosen: Chosen, columns: Sequence[_Column]) -> Gathered:
        problems: list[Problem] = []
        arrays = {
            column.name: [self._array(*member, problems) for member in column.members.items()]
            for column in columns
        }
        count = len(arrays["product"][-1])
        if not problems:
            problems += self._wrong_lengths(columns, arrays, count)
        gathered = Gathered(chosen, 0 if problems else count, self.shown)
        gathered.problems += problems
        if not problems:
            lines = range(1, count + 1)
            values: dict[str, Any] = {}
            for column in columns:
                run, *sizes = arrays[column.name]
                if sizes:
                    values[column.name], wrong = decode(run.tobytes(), sizes[0])
                    gathered.problems += not_utf8(wrong, lines, column.name, self.shown)
                else:
                    values[column.name] = run
            gathered.add(lines, values)
        return gathered

    def _wrong_lengths(
        self, columns: Sequence[_Column], arrays: dict[str, list[NDArray[Any]]], count: int
    ) -> Iterator[Problem]:
        for column in columns:
            *runs, per_sheet = arrays[column.name]
            if len(per_sheet) != count:
                message = f"found {len(per_sheet)} values, allowed are {count}, one per sheet"
                yield Problem("wrong-length", message, self.shown, path=list(column.members)[-1])
            elif runs and len(runs[0]) != per_sheet.sum(dtype=np.int64):
                message = f"found {len(runs[0])} bytes, allowed are "
                message += f"{per_sheet.sum(dtype=np.int64)}, as many as its cells take"
                yield Problem("wrong-length", message, self.shown, path=f"{column.member}.npy")

    def _array(self, member: str, kind: Any, problems: list[Problem]) -> NDArray[Any]:
        """Return the array that a member holds, an empty one where there is a problem."""
        raw = self.archive.read(member)
        stream = io.BytesIO(raw)
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("another version of the array format")
        _check_head(raw[10:][: int.from_bytes(raw[8:10], "little")])
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=HEAD)
        expected = np.dtype(kind).newbyteorder("<")
        if dtype == expected and len(shape) == 1:
            if shape[0] * dtype.itemsize != len(raw) - stream.tell():
                raise ValueError("more or fewer items than the array says")
            return np.frombuffer(raw, dtype=dtype, offset=stream.tell()).astype(kind, copy=False)
        if dtype != expected:
            message = f"found dtype {dtype}, allowed is {expected}"
            problems.append(Problem("wrong-dtype", message, self.shown, path=member))
        if len(shape) != 1:
            message = f"found {len(shape)} dimensions, allowed is 1"
            problems.append(Problem("wrong-shape", message, self.shown, path=member))
        return np.empty(0, dtype=expected)
