"""Packed files and checkpoints that say little and hold much."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MENDED = Path(__file__).resolve().parents[1] / "fuzz" / "mended" / "parquet"
ENDED = ("661da429c0b6f40e", "eab3a1a7cd4a9af6")
"""Files of the fuzzing session, each of which ended the program in C++."""

PACK = """
import io, sys, zipfile, pathlib, json
import numpy as np
path = pathlib.Path(sys.argv[1])
answers = np.zeros((3, len(TEA.codes)), np.uint8)
sheets = ocop.Sheets(criteria_set=TEA, products=["a", "b", "c"], answers=answers,
                     columns={"xã": ("x", "y", "z")})
ocop.dump_sheets(sheets, path)
def members(**changes):
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **changes}.items():
            new.writestr(name, content)
def columns(count, **changes):
    import pyarrow as pa, pyarrow.parquet as pq
    table = pq.read_table(path)
    made = {name: pa.array([table[name][0].as_py()] * count, table[name].type)
            for name in table.column_names}
    made["product"] = pa.array([str(n) for n in range(count)], pa.large_string())
    options = changes.pop("options", {})
    made |= {name: make(pa) for name, make in changes.items()}
    pq.write_table(pa.table(made).replace_schema_metadata(table.schema.metadata), path, **options)
def array(shape, kind="<u8"):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue()
"""


def test_arrays_that_say_they_are_huge(bounded: Callable[..., str], tmp_path: Path) -> None:
    """What an array says of its shape is compared with the bytes that are there."""
    code = """
for shape in [(10**15,), (10**18, 10**18), (2**63,), (-1,)]:
    members(**{"11/word_0.npy": array(shape)})
    told(ocop.load_sheets, path)
"""
    lines = bounded(PACK + code, tmp_path / "a.npz").splitlines()
    assert len(lines) == 4
    codes = [line[line.rindex("[") :] for line in lines]
    assert codes == ["[damaged-file]", "[wrong-shape]", "[damaged-file]", "[damaged-file]"]


def test_arrays_that_say_it_in_another_way(bounded: Callable[..., str], tmp_path: Path) -> None:
    """Headers of Python 2, which numpy reads with a warning, and some that are no header."""
    code = """
import warnings
warnings.simplefilter("error")
sound = array((3,))
for head in [sound[10:].replace(b"(3,)", b"(3L,)"), b"-" * 9_990 + b"1", b"(" * 9_990, b"\\0 1",
             b"{}", sound[10:] + b" " * 20_000]:
    members(**{"11/word_0.npy": sound[:8] + len(head).to_bytes(2, "little") + head + bytes(24)})
    told(ocop.load_sheets, path)
"""
    lines = bounded(PACK + code, tmp_path / "a.npz").splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["[damaged-file]"] * 6


def test_objects_are_not_unpickled(bounded: Callable[..., str], tmp_path: Path) -> None:
    """An array of objects, which could run any code, is refused unread."""
    code = """
import pickle
class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('ran')",)
for member in ("11/product.npy", "11/word_0.npy"):
    members(**{member: array((3,), "|O") + pickle.dumps([Bomb()] * 3)})
    told(ocop.load_sheets, path)
    break
"""
    found = bounded(PACK + code, tmp_path / "a.npz")
    assert found.endswith("11/product.npy: found dtype object, allowed is uint8 [wrong-dtype]")


def test_members_by_the_thousand(bounded: Callable[..., str], tmp_path: Path) -> None:
    """Of 20,000 members that no header names, 10,000 are told and the others are counted."""
    code = """
members(**{f"x{n}.npy": b"" for n in range(20_000)})
try:
    ocop.load_sheets(path)
except ocop.SheetError as error:
    print(len(error.problems), error.more)
"""
    assert bounded(PACK + code, tmp_path / "a.npz") == "10000 10000"


def test_headers_that_are_wild(bounded: Callable[..., str], tmp_path: Path) -> None:
    """A header of deep lists, of huge numbers or of half characters is our error."""
    code = r"""
with zipfile.ZipFile(path) as archive:
    head = json.loads(archive.read("header.json"))
wild = [b"[" * 200_000, b'{"format": ' + b"9" * 100_000 + b"}",
        json.dumps(head | {"decision": "\ud800\x1b[2J../../etc"}).encode(),
        json.dumps(head).replace('"number": 11', '"number": 1e999').encode()]
for content in wild:
    members(**{"header.json": content})
    told(ocop.load_sheets, path)
"""
    found = bounded(PACK + code, tmp_path / "a.npz")
    lines = found.splitlines()
    assert [line[line.rindex("[") :] for line in lines] == [
        "[broken-header]",
        "[broken-header]",
        "[unknown-decision]",
        "[broken-header]",
    ]
    assert "\x1b" not in found


def test_one_text_in_all_rows_of_parquet(bounded: Callable[..., str], tmp_path: Path) -> None:
    """A dictionary says a long text once; it is counted as often as it stands before it is read."""
    code = """
columns(60_000, **{"xã": lambda pa: pa.DictionaryArray.from_arrays(
    pa.array([0] * 60_000, pa.int32()), pa.array(["x" * 1_000_000]))})
print(path.stat().st_size < 2_000_000)
told(ocop.load_sheets, path)
columns(1_000, **{"xã": lambda pa: pa.DictionaryArray.from_arrays(
    pa.array([0] * 1_000, pa.int32()), pa.array(["x" * 1_000]))})
print(len(ocop.load_sheets(path)[0]))
"""
    first, second, third = bounded(PACK + code, tmp_path / "a.parquet").splitlines()
    assert first == "True"
    assert ": its texts come to 60,000," in second
    assert second.endswith("[absurd-size]")
    assert third == "1000"


def test_differences_in_parquet(bounded: Callable[..., str], tmp_path: Path) -> None:
    """A column that says each text by what differs from the one before is refused."""
    code = """
columns(60_000, options={"use_dictionary": False,
    "column_encoding": {"xã": "DELTA_BYTE_ARRAY"}},
    **{"xã": lambda pa: pa.array(["x" * 5_000] * 60_000, pa.large_string())})
told(ocop.load_sheets, path)
"""
    found = bounded(PACK + code, tmp_path / "a.parquet")
    assert "the column 'xã' is packed by differences" in found
    assert found.endswith("[damaged-file]")


def test_parquet_columns_that_would_end_the_program(bounded: Callable[..., str]) -> None:
    """What is counted of nulls does not fit what the schema says of them: pyarrow is not asked."""
    code = """
import pathlib, shutil, tempfile
for stored in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as folder:
        told(ocop.load_sheets, shutil.copy(stored, pathlib.Path(folder) / "a.parquet"))
"""
    lines = bounded(code, *(MENDED / name for name in ENDED)).splitlines()
    assert len(lines) == len(ENDED)
    assert all(line.endswith("[damaged-file]") for line in lines)


def test_sheets_by_the_million_in_few_bytes(bounded: Callable[..., str], tmp_path: Path) -> None:
    """Rows that take no bytes are refused by their number."""
    code = """
import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"set": np.zeros(50_000_000, np.uint8)}), path)
told(ocop.load_sheets, path)
"""
    assert bounded(PACK + code, tmp_path / "a.parquet").endswith("[absurd-size]")


def test_a_checkpoint_that_unpacks_to_more(bounded: Callable[..., str], tmp_path: Path) -> None:
    """The file of a sweep is written as it stands; one that is packed, or huge, is refused."""
    code = """
levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(5, [88, 90])])
def go():
    ocop.sweep(sheets, levers.every(), checkpoint=sys.argv[2])
packed = io.BytesIO()
np.savez_compressed(packed, head=np.zeros(500 << 20, np.uint8))
pathlib.Path(sys.argv[2]).write_bytes(packed.getvalue())
told(go)
with zipfile.ZipFile(sys.argv[2], "w") as archive:
    archive.writestr("head.npy", array((10**15,)))
told(go)
"""
    lines = bounded(PACK + code, tmp_path / "a.npz", tmp_path / "b.npz").splitlines()
    assert len(lines) == 2
    assert all("[damaged-checkpoint]" in line for line in lines)
