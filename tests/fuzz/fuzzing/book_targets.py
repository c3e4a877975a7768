"""Targets: workbooks and packed files, changed inside their zips and tables."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np

import ocop
from ocop.programme import Recognition

from .contract import MAX_INPUT, Target, require, told
from .mutate import mutate_bytes, mutate_text, mutate_xml, mutate_zip, parts_of, zip_of
from .shared import (
    LAW,
    TESTS,
    check_scores,
    files,
    key_of_sheets,
    module,
    scratch,
    written,
)
from .sheet_targets import hold_sheets, options_of


def _forms() -> Any:
    return module(TESTS / "tables" / "forms.py")


def _no_lines(data: bytes) -> int:
    """Rows of worksheets and of packed files are not lines of their bytes."""
    return 1 << 24


# Workbooks


def _key_of_book(result: Any) -> Any:
    is_sheets = bool(result) and isinstance(result[0], ocop.Sheets)
    return key_of_sheets(result) if is_sheets else result


def _hold_book(result: Any) -> None:
    if result and isinstance(result[0], ocop.Sheets):
        hold_sheets(result)


def _reading(ending: str) -> Callable[[bytes], list[Any]]:
    def read(data: bytes) -> list[Any]:
        path = written(f"book{ending}", data)
        found = [told(ocop.read_sheets, path, LAW, **options) for options in options_of(data)]
        return [*found, told(ocop.read_records, path, Recognition)]

    return read


def _tables() -> Iterator[dict[str, list[list[Any]]]]:
    """Yield workbooks as rows of values: tables, forms, records."""
    tea = ocop.criteria_set(LAW, "tea")
    yield {"Bảng": [["product", *tea.codes], ["t1", *[1] * 32], ["t2", *["2", ""] * 16]]}
    rows = [["t1", "tea", code, 1] for code in tea.codes[:5]]
    yield {"x": [["product", "set", "criterion", "answer"], *rows], "y": [["other", 1.5]]}
    yield {"r": [["code", "name", "star"], ["00-00001-18-2025", "Mây", 4]]}
    head, *lines = (
        row.split(",") for row in next(files("examples/register*.csv")).decode().split()
    )
    yield {"register": [head, *(line for line in lines[:3] if len(line) == len(head))]}
    forms = _forms()
    blank = forms.rows_of(forms.blank(tea, products=["Chè 1"]))
    for sheet in blank.values():
        for row in sheet[forms.FIRST :]:
            if len(row) > 4 and str(row[0]) in tea.codes[::2]:
                row[4] = 1
    yield blank


def _xlsx_seeds() -> Iterator[bytes]:
    forms = _forms()
    for table in _tables():
        yield forms.as_xlsx(table)
    tea = ocop.criteria_set(LAW, "tea")
    yield forms.blank(tea, products=["Chè 1"])
    yield _by_hand(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>product</t></is></c>'
        '<c r="B1" t="str"><v>1.1</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="e"><v>#REF!</v></c>'
        '<c r="D2" t="b"><v>1</v></c><c r="E2" s="1"><v>45000.5</v></c></row>'
    )


def _by_hand(rows: str) -> bytes:
    """Return a workbook whose one worksheet has these rows, as they are written here."""
    parts = dict(parts_of(_forms().as_xlsx({"a": [["t1"]]})) or [])
    head, _, rest = parts["xl/worksheets/sheet1.xml"].partition(b"<sheetData>")
    tail = rest.partition(b"</sheetData>")[2]
    merged = b'<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    sheet = b"".join((head, b"<sheetData>", rows.encode(), b"</sheetData>", merged, tail))
    return zip_of([*(parts | {"xl/worksheets/sheet1.xml": sheet}).items()])


def _ods_seeds() -> Iterator[bytes]:
    forms = _forms()
    for table in _tables():
        yield forms.as_ods(table)
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    head = "".join(cell.format("string", "", text) for text in ("product", "1.1", "1.2"))
    row = cell.format("string", "", "t1") + cell.format("float", 'office:value="2"', "2")
    row += cell.format("date", 'office:date-value="2026-01-02"', "x")
    row += '<table:covered-table-cell table:number-columns-repeated="3"/>'
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
        f'<office:spreadsheet><table:table table:name="a"><table:table-row>{head}'
        f'</table:table-row><table:table-row table:number-rows-repeated="2">{row}'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    yield zip_of([("mimetype", kind), ("content.xml", content.encode())])


def _mutate_book(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    return mutate_zip(data, rng, pool, lambda part, rng: mutate_xml(part, rng, []))


# Packed files


def _reading_packed(ending: str) -> Callable[[bytes], list[Any]]:
    def read(data: bytes) -> list[Any]:
        path = written(f"packed{ending}", data)
        return [told(ocop.load_sheets, path), told(ocop.load_sheets, path, LAW, set="tea", keep=())]

    return read


def _holding_packed(ending: str) -> Callable[[Any], None]:
    def hold(batches: tuple[ocop.Sheets, ...]) -> None:
        check_scores(batches)
        path = scratch() / f"again{ending}"
        ocop.dump_sheets(batches, path)
        again = ocop.load_sheets(path)
        same = key_of_sheets(again) == key_of_sheets(batches)
        require(same, "round-trip", "the packed file reads otherwise")

    return hold


def _batches() -> Iterator[list[ocop.Sheets]]:
    tea, craft = (ocop.criteria_set(LAW, which) for which in ("tea", "coffee-and-cocoa"))
    bare, full = {}, []
    for law in (tea, craft):
        shape = (3, len(law.items))
        first = [0 if item.criterion.case_kind else 1 for item in law.items]
        answers = np.broadcast_to(np.array(first, dtype=np.uint8), shape).copy()
        answers[1] = 255
        bare = {"criteria_set": law, "products": ("a", "Chè 2", ""), "answers": answers}
        bare["products"] = tuple(f"{name}{law.number}" for name in bare["products"])
        more = {"assessors": ("An", "", "B"), "columns": {"xã": ("x", "", "🍵")}}
        full.append(ocop.Sheets(**bare, **more, rows=np.arange(2, 5)))
    yield [ocop.Sheets(**bare)]
    yield full
    findings = np.array([0, 1, 0], dtype=np.uint64)
    yield [ocop.Sheets(**bare, findings=findings if craft.exclusions else np.zeros(3, np.uint64))]


def _packed_seeds(ending: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for batches in _batches():
            path = scratch() / f"seed{ending}"
            ocop.dump_sheets(batches, path)
            yield path.read_bytes()

    return seeds


def _mutate_npz(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    def change(part: bytes, rng: Random) -> bytes:
        if part[:1] == b"{":
            return mutate_text(part, rng, [])
        return mutate_bytes(part, rng) if rng.random() < 0.8 else mutate_text(part, rng, [])

    return mutate_zip(data, rng, pool, change)


def _mutate_parquet(data: bytes, rng: Random, pool: list[bytes]) -> bytes:
    if rng.random() < 0.4:
        return mutate_bytes(data, rng)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
        table = _change_table(table, rng, pa)
        stream = io.BytesIO()
        pq.write_table(
            table,
            stream,
            compression=rng.choice(("zstd", "none", "snappy", "gzip")),
            row_group_size=rng.choice((1, 2, 1000)),
            write_page_checksum=rng.random() < 0.5,
            use_dictionary=rng.random() < 0.5,
        )
        made = stream.getvalue()
    except Exception:  # whatever the writer makes of a change; what reads is what is tried
        return mutate_bytes(data, rng)
    return made if len(made) <= MAX_INPUT else data


def _change_table(table: Any, rng: Random, pa: Any) -> Any:
    """Return a table with one thing changed: its header, a column, its rows."""
    at = rng.randrange(max(1, table.num_columns))
    kind = rng.randrange(8)
    if kind < 3 or not table.num_columns:
        metadata = dict(table.schema.metadata or {})
        header = metadata.get(b"ocop", b"{}")
        metadata[b"ocop"] = mutate_text(header, rng, [])[: 1 << 16]
        return table.replace_schema_metadata(metadata)
    name, column = table.column_names[at], table.column(at)
    if kind == 3:
        return table.remove_column(at)
    if kind == 4:
        return table.append_column(rng.choice((name, "x", "findings", "row", "word_9")), column)
    if kind == 5:
        types = (pa.string(), pa.int64(), pa.uint64(), pa.float64(), pa.binary(), pa.uint8())
        return table.set_column(at, name, column.cast(rng.choice(types), safe=False))
    if kind == 6:
        values = column.to_pylist()
        new = (None, "", "\0", "1", 0, 2**63, -1, 255, "🍵", values[-1] if values else None)
        if values:
            values[rng.randrange(len(values))] = rng.choice(new)
        return table.set_column(at, name, pa.array(values, column.type))
    return pa.concat_tables([table, table.slice(rng.randrange(3))])


TARGETS = (
    Target(
        "xlsx", _reading(".xlsx"), _xlsx_seeds, _mutate_book, _hold_book, _key_of_book, _no_lines
    ),
    Target("ods", _reading(".ods"), _ods_seeds, _mutate_book, _hold_book, _key_of_book, _no_lines),
    Target(
        "npz",
        _reading_packed(".npz"),
        _packed_seeds(".npz"),
        _mutate_npz,
        _holding_packed(".npz"),
        key_of_sheets,
        _no_lines,
    ),
    Target(
        "parquet",
        _reading_packed(".parquet"),
        _packed_seeds(".parquet"),
        _mutate_parquet,
        _holding_packed(".parquet"),
        key_of_sheets,
        _no_lines,
    ),
)
