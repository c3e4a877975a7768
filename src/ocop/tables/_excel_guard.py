"""Bounds on workbooks, checked before a workbook is unpacked into memory.

The library that reads workbooks keeps every worksheet as a rectangle in memory, and ends the whole
program where there is not enough of it. So nothing comes to it that was not measured here.
"""

from __future__ import annotations

import zlib
from copy import copy
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ocop.errors import Problem
from ocop.tables._excel_extent import Extent, check_closed, ods_extent, text_of_shared, xlsx_extent
from ocop.tables._source import BrokenFileError
from ocop.text import quoted

__all__ = ["MAX_UNPACKED", "measured"]

MAX_UNPACKED = 1 << 28
"""Most bytes that the parts of a workbook may have, unpacked, and the texts of its cells."""

MAX_CELLS, FREE_CELLS, CELLS_PER_BYTE = 1 << 24, 1 << 21, 2
"""Most cells of the rectangle that holds what a worksheet says; all of it is kept in memory.

Small files may have fewer: so many, and so many for each of their bytes.
"""

MAX_COLUMNS = 1 << 14
"""Most columns of a worksheet, as Excel and LibreOffice have them."""

MAX_PARTS = 10_000
"""Most parts of a workbook: worksheets, pictures and so on."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What old Excel files begin with, and those that have a password."""

_ENTRY = b"PK\x01\x02"
"""What each part begins with in the directory of the archive."""

_END = b"PK\x05\x06"
"""Begins the end of a zip; where it stands twice, programs may differ about what the zip holds."""


def measured(handle: BytesIO, shown: str) -> BytesIO:
    """Return a workbook that is within bounds, as it is to be read.

    Raises
    ------
    BrokenFileError
        ``absurd-size`` where parts or worksheets are larger than any sound one, ``cannot-read``
        where the file is damaged or of another kind.
    """
    raw = handle.getvalue()
    if raw[: len(_OLE)] == _OLE:
        message = "found an old Excel file, or one with a password; allowed are .xlsx and .ods"
        hint = "save it as .xlsx without a password"
        raise BrokenFileError(Problem("cannot-read", message, shown, hint=hint))
    # The directory is read into memory as a whole, so its entries are counted before.
    if (count := raw.count(_ENTRY)) > MAX_PARTS:
        message = f"the workbook has {count:,} parts, allowed are {MAX_PARTS:,}"
        raise BrokenFileError(Problem("absurd-size", message, shown))
    try:
        with ZipFile(handle) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MAX_UNPACKED:
                message = f"the workbook has {size:,} bytes unpacked, allowed are {MAX_UNPACKED:,}"
                raise BrokenFileError(Problem("absurd-size", message, shown))
            _check_names(parts)
            if any(part.compress_size > len(raw) for part in parts):
                raise ValueError("a part is larger than the file")
            most = min(MAX_CELLS, FREE_CELLS + CELLS_PER_BYTE * len(raw))
            extents = [_extent(archive, part) for part in parts]
            for extent in extents:
                _check_extent(extent, most, shown)
            _check_text(archive, extents, shown)
            ends = raw.count(_END)
            return handle if ends == 1 else _copied(archive)
    except (
        BadZipFile,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
    ) as error:
        message = f"cannot read the Excel file: {error}"
        raise BrokenFileError(Problem("cannot-read", message, shown)) from error


def _check_names(parts: list[ZipInfo]) -> None:
    names = set[str]()
    for part in parts:
        # Names of parts are the same in small and capital letters.
        name = part.filename.lower()
        if name in names:
            raise ValueError(f"the part {quoted(part.filename)} stands twice")
        if name.endswith("workbook.bin"):
            raise ValueError("found .xlsb; allowed are .xlsx and .ods")
        names.add(name)


def _check_extent(extent: Extent, most: int, shown: str) -> None:
    rows, columns = extent.rows, extent.columns
    if columns > MAX_COLUMNS:
        message = f"a worksheet has cells over {columns:,} columns, allowed are {MAX_COLUMNS:,}"
        raise BrokenFileError(Problem("absurd-size", message, shown))
    if rows * columns > most:
        message = f"a worksheet has cells over {rows:,} rows and {columns:,} columns, allowed are "
        message += f"{most:,} cells in a file of this size"
        hint = "delete what stands far from the table"
        raise BrokenFileError(Problem("absurd-size", message, shown, hint=hint))


def _check_text(archive: ZipFile, extents: list[Extent], shown: str) -> None:
    """Refuse cells that hold more text, each for itself, than any sound workbook."""
    text = sum(extent.text for extent in extents)
    cells, longest = sum(e.shared for e in extents), max((e.longest for e in extents), default=0)
    if text + cells * longest > MAX_UNPACKED:
        text += text_of_shared(archive, archive.infolist(), longest)
    if text > MAX_UNPACKED:
        message = f"the cells hold {text:,} bytes of text, allowed are {MAX_UNPACKED:,}"
        raise BrokenFileError(Problem("absurd-size", message, shown))


def _copied(archive: ZipFile) -> BytesIO:
    """Return the parts that were measured, and nothing else."""
    file = BytesIO()
    with ZipFile(file, "w") as new:
        for part in archive.infolist():
            new.writestr(part.filename, archive.read(part))
    file.seek(0)
    return file


def _extent(archive: ZipFile, part: ZipInfo) -> Extent:
    """Return the extent of a part; any may be a worksheet, whatever it is called."""
    # Asked for one byte more than it says, a part that has more of them gives it.
    whole = copy(part)
    whole.file_size += 1
    with archive.open(whole) as stream:
        is_ods = part.filename == "content.xml"
        found = ods_extent(stream) if is_ods else xlsx_extent(stream)
        if stream.tell() != part.file_size:
            raise ValueError("a part is not as large as it says")
        if is_ods:
            stream.seek(0)
            check_closed(stream)
    return found
