"""Packed sheets as Parquet, for programs that read tables: DuckDB, Spark, pandas, polars.

Columns are ``product`` (text), ``set`` (uint8), ``word_0``, ``word_1`` and so on (uint64), and
those that are stated: ``findings`` (uint64), ``assessor`` (text), kept columns (text), ``row``
(int64). A column that only some sets state is null in the rows of the others. The header is the
value of ``ocop`` among the file's metadata.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ocop.errors import MissingExtraError, Problem, SheetError
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.packing import pack
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_batch import Gathered, values_of
from ocop.tables._packed_files import NO_HEADER, reading
from ocop.tables._packed_header import OPTIONAL, Header, is_taken, word_names, write_header
from ocop.tables._packed_law import Chosen
from ocop.tables._packed_text import ROWS, Lines, decode_cells, encode, not_utf8
from ocop.tables._parquet_footer import (
    DICTIONARY,
    DIFFERENCES,
    TEXT,
    FooterError,
    Group,
    read_footer,
)
from ocop.text import quoted

KEY = "ocop"

FREE_SHEETS, RATIO = 1 << 20, 16
"""Sheets that a file may hold: so many, and so many for each of its bytes more."""

FREE, TEXT_RATIO = 1 << 26, 1 << 12
"""Bytes that its columns may unpack to, and those of its texts: the same."""


def _arrow(shown: str) -> Any:
    """Return pyarrow; without it the error names the extra, and the format that needs none."""
    try:
        import_module("pyarrow.parquet")
        import_module("pyarrow.compute")
        return import_module("pyarrow")
    except ImportError as error:
        message = "Parquet files need the extra 'arrow'"
        hint = 'pip install "ocop[arrow]", or use a file that ends in .npz'
        raise MissingExtraError([Problem("missing-extra", message, shown, hint=hint)]) from error


def _types(header: Header, arrow: Any) -> dict[str, Any]:
    """Return the columns of a file in their order, with their types."""
    words = word_names(max(entry.words for entry in header.sets))
    names = dict.fromkeys(name for entry in header.sets for name in entry.columns)
    kept = [name for name in names if name not in OPTIONAL]
    ordered = ["product", "set", *words, "findings", "assessor", *kept, "row"]
    types = {"set": arrow.uint8(), "findings": arrow.uint64(), "row": arrow.int64()}
    types |= dict.fromkeys(words, arrow.uint64())
    return {
        name: types.get(name, arrow.large_string())
        for name in ordered
        if name in names or name not in OPTIONAL
    }


def write_parquet(stream: IO[bytes], batches: Sequence[Sheets], header: Header, shown: str) -> None:
    """Write batches, some rows at a time."""
    arrow = _arrow(shown)
    types = _types(header, arrow)
    schema = arrow.schema(types.items())
    with arrow.parquet.ParquetWriter(
        stream,
        schema,
        compression="zstd",
        use_dictionary=[
            n for n in types if n in ("set", "findings", "assessor") or not is_taken(n)
        ],
        store_schema=False,
        write_page_checksum=True,
    ) as writer:
        writer.add_key_value_metadata({KEY: write_header(header)})
        for batch, entry in zip(batches, header.sets, strict=True):
            words = pack(batch)
            columns = {name: values_of(batch, name) for name in types}
            columns["set"] = np.full(len(batch), entry.number, dtype=np.uint8)
            columns |= zip(word_names(entry.words), words.T, strict=True)
            for low in range(0, len(batch), ROWS):
                count = min(ROWS, len(batch) - low)
                arrays = [
                    _array(columns[name], kind, low, count, f"{entry}: {name}", arrow)
                    for name, kind in types.items()
                ]
                writer.write_batch(arrow.record_batch(arrays, schema=schema))


def _array(values: Any, kind: Any, low: int, count: int, place: str, arrow: Any) -> Any:
    """Return some rows of a column, nulls where the batch does not state it."""
    if values is None:
        return arrow.nulls(count, kind)
    part = values[low : low + count]
    if kind != arrow.large_string():
        return arrow.array(np.asarray(part), kind)
    run, sizes = encode(part, place, low)
    ends = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return arrow.LargeStringArray.from_buffers(count, arrow.py_buffer(ends), arrow.py_buffer(run))


@contextmanager
def open_parquet(path: Path, shown: str) -> Iterator[ParquetSheets]:
    """Open a packed file; what is wrong with it is told as our errors."""
    arrow = _arrow(shown)
    # pyarrow ends the program where its C++ refuses what the footer says of a column: it is never
    # asked about one.
    damage = (arrow.ArrowException, FooterError, UnicodeDecodeError, KeyError)
    with reading(path, shown, b"PAR1", damage) as stream:
        groups = read_footer(stream)
        known = arrow.parquet.read_metadata(stream)
        # A text of a dictionary may stand in all rows: it is told apart until it is counted.
        options = {"read_dictionary": _with_dictionary(groups), "page_checksum_verification": True}
        with arrow.parquet.ParquetFile(stream, metadata=known, **options) as file:
            yield ParquetSheets(file, groups, path.stat().st_size, shown, arrow)


def _with_dictionary(groups: Sequence[Group]) -> list[str]:
    """Return the columns of text that are written as a dictionary."""
    found = (
        column.path_in_schema
        for group in groups
        for column in group.columns
        if column.physical_type == TEXT and not DICTIONARY.isdisjoint(column.encodings)
    )
    return list(dict.fromkeys(found))


def _refuse_amplified(groups: Sequence[Group], size: int, shown: str) -> None:
    """Refuse a file whose columns unpack to far more than a sound one's."""
    unpacked = 0
    for column in (column for group in groups for column in group.columns):
        unpacked += column.total_uncompressed_size
        if not DIFFERENCES.isdisjoint(column.encodings):
            # A few bytes of such a column say again all of the text before them.
            message = f"the column {quoted(column.path_in_schema)} is packed by differences"
            raise SheetError([Problem("damaged-file", message, shown, hint=NO_HEADER)])
    if unpacked > FREE + TEXT_RATIO * size:
        message = f"the file has {size:,} bytes and says that it unpacks to {unpacked:,}, "
        message += f"allowed are {FREE + TEXT_RATIO * size:,}"
        raise SheetError([Problem("absurd-size", message, shown)])


class ParquetSheets:
    """An open file; `header` is as it stands there."""

    def __init__(
        self, file: Any, groups: Sequence[Group], size: int, shown: str, arrow: Any
    ) -> None:
        self.file, self.groups, self.size, self.shown, self.arrow = file, groups, size, shown, arrow
        self.text = 0
        rows, metadata = file.metadata.num_rows, file.metadata.metadata or {}
        if rows > FREE_SHEETS + RATIO * size:
            message = f"the file has {size:,} bytes and says that it holds {rows:,} sheets, "
            message += f"allowed are {FREE_SHEETS + RATIO * size:,}"
            raise SheetError([Problem("absurd-size", message, shown)])
        _refuse_amplified(groups, size, shown)
        if KEY.encode() not in metadata:
            message = f"found no {quoted(KEY)} in the metadata, which says whose answers these are"
            raise SheetError([Problem("missing-header", message, shown, hint=NO_HEADER)])
        self.header: bytes = metadata[KEY.encode()]

    def read(self, header: Header, chosen: Sequence[Chosen]) -> Iterator[Gathered]:
        """Yield the sheets of each set that is wanted; the file is read in blocks of rows."""
        types = _types(header, self.arrow)
        self._check_columns(types)
        numbers = self._set_numbers(header)
        gathered = {
            each.criteria_set.number: Gathered(
                each, int(np.count_nonzero(numbers == each.criteria_set.number)), self.shown
            )
            for each in chosen
        }
        columns = {name for each in chosen for name in each.columns}
        words = word_names(max(each.words for each in chosen))
        before = 0
        for batch in self._batches(["product", *words, *columns]):
            here = numbers[before : before + len(batch)]
            for number, mine in gathered.items():
                rows = np.flatnonzero(here == number)
                if len(rows):
                    part = batch if len(rows) == len(batch) else batch.take(self.arrow.array(rows))
                    self._add(mine, part, rows + (before + 1))
            before += len(batch)
        # Pages have checksums, what the file says of its rows has not.
        rows_of_groups = sum(group.num_rows for group in self.groups)
        if not before == len(numbers) == rows_of_groups == self.file.metadata.num_rows:
            raise self.arrow.ArrowInvalid("the columns or row groups differ in their rows")
        yield from gathered.values()

    def _batches(self, columns: list[str]) -> Iterator[Any]:
        # Older versions of pyarrow fail on a file without rows.
        if self.file.num_row_groups:
            yield from self.file.iter_batches(ROWS, columns=columns)

    def _check_columns(self, types: dict[str, Any]) -> None:
        found = Counter(self.file.schema_arrow.names)
        problems = []
        for name in [name for name in types if name not in found]:
            message = f"the column {quoted(name)} is missing"
            problems.append(Problem("missing-column", message, self.shown))
        for name, count in found.items():
            if name not in types:
                message = f"the header knows nothing of the column {quoted(name)}"
                problems.append(Problem("unknown-column", message, self.shown))
            elif count > 1:
                message = f"the column {quoted(name)} stands twice"
                problems.append(Problem("duplicate-column", message, self.shown))
            elif not self._fits(kind := self.file.schema_arrow.field(name).type, types[name]):
                message = f"found {kind}, allowed is {str(types[name]).removeprefix('large_')}"
                problems.append(Problem("wrong-type", message, self.shown, path=name))
        if problems:
            raise SheetError(problems)

    def _fits(self, found: Any, allowed: Any) -> bool:
        """Say whether a column has its type; text may come in any of the types that hold it."""
        kinds = self.arrow.types
        if allowed != self.arrow.large_string():
            return bool(found == allowed)
        text = found.value_type if kinds.is_dictionary(found) else found
        return bool(kinds.is_string(text) or kinds.is_large_string(text))

    def _set_numbers(self, header: Header) -> NDArray[np.uint8]:
        """Return the set of every sheet in the file."""
        problems: list[Problem] = []
        parts = [np.empty(0, dtype=np.uint8)]
        before = 0
        for batch in self._batches(["set"]):
            lines = range(before + 1, before + len(batch) + 1)
            parts.append(self._cells(batch.column("set"), "set", lines, problems))
            before += len(batch)
        numbers = np.concatenate(parts)
        known = [entry.number for entry in header.sets]
        for row in [] if problems else np.flatnonzero(~np.isin(numbers, known)).tolist():
            message = f"found set {numbers[row]}, the header names {', '.join(map(str, known))}"
            problems.append(Problem("unknown-set", message, self.shown, row + 1, path="set"))
        if problems:
            raise SheetError(problems[:MAX_LISTED], max(len(problems) - MAX_LISTED, 0))
        return numbers

    def _add(self, mine: Gathered, part: Any, lines: NDArray[np.int64]) -> None:
        words = word_names(mine.chosen.words)
        values = {
            name: self._cells(part.column(name), name, lines, mine.problems)
            for name in ("product", *words, *mine.chosen.columns)
        }
        mine.add(lines, values)

    def _count_text(self, column: Any) -> None:
        """Refuse texts of a dictionary that come to far more than the file has."""
        sizes = self.arrow.compute.binary_length(column.dictionary).take(column.indices)
        self.text += self.arrow.compute.sum(sizes).as_py() or 0
        if self.text > FREE + TEXT_RATIO * self.size:
            message = f"its texts come to {self.text:,} bytes, allowed are "
            message += f"{FREE + TEXT_RATIO * self.size:,} in a file of {self.size:,}"
            raise SheetError([Problem("absurd-size", message, self.shown)])

    def _cells(self, column: Any, name: str, lines: Lines, problems: list[Problem]) -> Any:
        """Return a column as a list of texts or an array of numbers."""
        if self.arrow.types.is_dictionary(column.type):
            self._count_text(column)
            column = column.dictionary_decode()
        text = not self.arrow.types.is_integer(column.type)
        if column.null_count:
            for row in np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)).tolist():
                message = f"found null, allowed is {'text' if text else 'a whole number'}"
                problems.append(
                    Problem("null-value", message, self.shown, int(lines[row]), path=name)
                )
            column = column.fill_null("" if text else 0)
        if not text:
            return column.to_numpy()
        try:
            return column.to_numpy(zero_copy_only=False).tolist()
        except (UnicodeDecodeError, self.arrow.ArrowException):
            cells, wrong = decode_cells(column.cast(self.arrow.large_binary()).to_pylist())
            problems += not_utf8(wrong, lines, name, self.shown)
            return cells
