"""`dump_sheets` and `load_sheets`: everything comes back equal, and nothing else passes for it."""

from __future__ import annotations

import io
import json
import os
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ocop
from ocop.scoring.packing import field_widths
from ocop.tables import _packed_npz, _packed_parquet

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
COFFEE = ocop.criteria_set(LAW, "coffee-and-cocoa")
TOURISM = ocop.criteria_set(LAW, "rural-tourism")
SETS = [s for law in ocop.decisions() for s in law.sets.values()]
FORMS = [".parquet", ".npz"]
TEXTS = (
    "",
    "\0",
    "a\0b",
    " ",
    "Chè Shan Tuyết Tà Xùa",
    "che\u0300",
    "🍵🫖",
    "dòng 1\ndòng 2",
    "x" * 70_000,
)

Change = Callable[[dict[str, Any]], object]

form = pytest.mark.parametrize("form", FORMS)


def possible(law: ocop.CriteriaSet, count: int, seed: int = 0) -> Any:
    """Return random answers that one sheet may hold: of criteria with cases, none of them."""
    rng = np.random.default_rng([seed, law.number])
    sizes = [0 if i.criterion.case_kind else len(i.criterion.options) for i in law.items]
    columns = [rng.choice([255, *range(size + 1)], count) for size in sizes]
    return np.array(columns, dtype=np.uint8).reshape(len(sizes), count).T


def a_batch(law: ocop.CriteriaSet, count: int = 3, **more: Any) -> ocop.Sheets:
    """Return a batch of a set; products say the set."""
    more.setdefault("products", [f"sp-{law.number}-{n}" for n in range(count)])
    return ocop.Sheets(criteria_set=law, answers=possible(law, count), **more)


def a_full_batch(law: ocop.CriteriaSet, count: int = 3, first: int = 2) -> ocop.Sheets:
    """Return a batch that states everything there is to state."""
    return a_batch(
        law,
        count,
        findings=[n % 2 for n in range(count)] if law.exclusions else [0] * count,
        assessors=tuple("An" if n % 2 else "Bình" for n in range(count)),
        columns={"tên": tuple(f"Sản phẩm {n}" for n in range(count)), "xã": ("Tà Xùa",) * count},
        rows=np.arange(first, first + count),
    )


def assert_same(found: Sequence[ocop.Sheets], expected: Sequence[ocop.Sheets]) -> None:
    """Assert that every field of every batch is equal, and sealed as a batch's arrays are."""
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.criteria_set == theirs.criteria_set
        assert mine.products == theirs.products
        assert mine.answers.tolist() == theirs.answers.tolist()
        assert mine.answers.flags.f_contiguous
        assert mine.assessors == theirs.assessors
        assert mine.columns == theirs.columns
        assert list(mine.columns) == list(theirs.columns)
        for name in ("findings", "rows"):
            one, other = getattr(mine, name), getattr(theirs, name)
            assert (one is None) == (other is None)
            if one is not None:
                assert one.tolist() == other.tolist()
                assert one.dtype == {"findings": np.uint64, "rows": np.int64}[name]
                assert not one.flags.writeable


def error_of(path: Path, *args: Any, **options: Any) -> ocop.SheetError:
    """Return the error that reading a file raises."""
    with pytest.raises(ocop.SheetError) as caught:
        ocop.load_sheets(path, *args, **options)
    return caught.value


def told(path: Path, *args: Any, **options: Any) -> list[str]:
    """Return the problems of a file as people see them, without the folder."""
    problems = error_of(path, *args, **options).problems
    return [str(problem).replace(f"{path.parent}{os.sep}", "") for problem in problems]


# Other programs' hands on a file


def members_of(path: Path) -> dict[str, bytes]:
    """Return the members of an .npz file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, members: Mapping[str, bytes]) -> None:
    """Write an .npz file anew."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def as_npy(array: Any) -> bytes:
    """Return an array as a member of an .npz file; what needs pickles is pickled."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def header_of(path: Path) -> dict[str, Any]:
    """Return the header of a file of either format."""
    if path.suffix == ".npz":
        raw = members_of(path)["header.json"]
    else:
        raw = pq.read_metadata(path).metadata[b"ocop"]
    header: dict[str, Any] = json.loads(raw)
    return header


def put_header(path: Path, raw: bytes | None) -> None:
    """Replace or remove the header of a file of either format."""
    if path.suffix == ".npz":
        members = members_of(path)
        members.pop("header.json")
        write_members(path, members if raw is None else {"header.json": raw, **members})
    else:
        metadata = {} if raw is None else {"ocop": raw}
        pq.write_table(pq.read_table(path).replace_schema_metadata(metadata), path)


def change_header(path: Path, change: Change) -> None:
    """Change the header of a file of either format."""
    header = header_of(path)
    change(header)
    put_header(path, json.dumps(header).encode())


def change_members(path: Path, **arrays: Any) -> None:
    """Replace arrays of an .npz file, named as those of set 11; None removes one."""
    members = members_of(path)
    for name, array in arrays.items():
        members.pop(f"11/{name}.npy", None)
        if array is not None:
            members[f"11/{name}.npy"] = array if isinstance(array, bytes) else as_npy(array)
    write_members(path, members)


def change_columns(path: Path, **arrays: Any) -> None:
    """Replace columns of a Parquet file; None removes one."""
    table = pq.read_table(path)
    metadata = table.schema.metadata
    for name, array in arrays.items():
        place = table.schema.get_field_index(name)
        if array is None:
            table = table.remove_column(place)
        elif place < 0:
            table = table.append_column(name, array)
        else:
            table = table.set_column(place, name, array)
    pq.write_table(table.replace_schema_metadata(metadata), path)


def change_words(path: Path, words: Sequence[Sequence[int]]) -> None:
    """Replace the words of the tea in a file of either format."""
    arrays = {f"word_{n}": np.array(column, dtype=np.uint64) for n, column in enumerate(words)}
    if path.suffix == ".npz":
        change_members(path, **arrays)
    else:
        change_columns(path, **{name: pa.array(column) for name, column in arrays.items()})


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that packs batches, by default three sheets of tea, into a file."""

    def pack(form: str, *batches: ocop.Sheets) -> Path:
        path = tmp_path / f"phiếu{form}"
        ocop.dump_sheets(batches or a_batch(TEA), path)
        return path

    return pack


# What comes back


@form
@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_all_sets_of_a_decision_in_one_file(
    law: ocop.Decision, form: str, packed: Callable[..., Path]
) -> None:
    """Every set of every decision goes through one file, in the order in which it was given."""
    batches = [a_full_batch(law.sets[number]) for number in sorted(law.sets, reverse=True)]
    assert_same(ocop.load_sheets(packed(form, *batches)), batches)


@st.composite
def drawn_batch(draw: st.DrawFn, law: ocop.CriteriaSet) -> ocop.Sheets:
    """Draw a batch with any texts in it; what is optional may be left out."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    products = draw(st.lists(text, max_size=6, unique=True))
    count = len(products)

    def texts() -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(text, min_size=count, max_size=count).map(tuple)

    names = st.sampled_from(
        ["", "a", "a.b", "set.a", "product.x", "tên", "\0", "word_", "Row", "🍵"]
    )
    findings = st.integers(0, 2 ** len(law.exclusions) - 1)
    rows = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=count, max_size=count)
    return ocop.Sheets(
        criteria_set=law,
        products=products,
        answers=possible(law, count, draw(st.integers(0, 1000))),
        findings=draw(st.none() | st.lists(findings, min_size=count, max_size=count)),
        assessors=draw(st.none() | texts()),
        columns=draw(st.dictionaries(names, texts(), max_size=3)),
        rows=draw(st.none() | rows.map(lambda values: np.array(values, dtype=np.int64))),
    )


@form
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_written_and_read_back(
    data: st.DataObject, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever sheets are written, of any sets of any decision, the same are read."""
    for module in (_packed_npz, _packed_parquet):
        monkeypatch.setattr(module, "ROWS", data.draw(st.sampled_from([2, 1 << 16])))
    law = data.draw(st.sampled_from(ocop.decisions()))
    numbers = data.draw(
        st.lists(st.sampled_from(sorted(law.sets)), min_size=1, max_size=3, unique=True)
    )
    batches = [data.draw(drawn_batch(law.sets[number])) for number in numbers]
    ocop.dump_sheets(batches, tmp_path / f"a{form}")
    assert_same(ocop.load_sheets(tmp_path / f"a{form}"), batches)


@form
def test_texts_of_every_kind(form: str, packed: Callable[..., Path]) -> None:
    """Empty cells, NUL, Vietnamese in either form, emoji, line breaks and long texts survive."""
    batch = a_batch(
        TEA,
        len(TEXTS),
        products=TEXTS,
        assessors=tuple(reversed(TEXTS)),
        columns={"ghi chú": TEXTS, "\0": ("",) * len(TEXTS)},
    )
    assert_same(ocop.load_sheets(packed(form, batch)), [batch])


@form
def test_what_only_some_batches_state(form: str, packed: Callable[..., Path]) -> None:
    """A batch without findings, assessors, rows or a kept column comes back without them."""
    batches = [
        a_batch(TEA, findings=[0, 1, 2]),
        a_batch(COFFEE, columns={"xã": ("a", "b", "c")}, rows=np.array([3, 1, 2])),
        a_batch(
            TOURISM, assessors=("An", "An", "An"), columns={"tên": ("", "", ""), "xã": ("", "", "")}
        ),
    ]
    assert_same(ocop.load_sheets(packed(form, *batches)), batches)


@form
def test_no_sheets_at_all(form: str, packed: Callable[..., Path]) -> None:
    """A batch without sheets is a batch still, with its set and its columns."""
    batches = [a_full_batch(TEA, 0), a_batch(COFFEE, 0)]
    assert_same(ocop.load_sheets(packed(form, *batches)), batches)


@form
def test_a_single_batch_needs_no_list(form: str, tmp_path: Path) -> None:
    """One batch may be given alone, a path as text, and an ending in capital letters."""
    path = str(tmp_path / f"A{form.upper()}")
    ocop.dump_sheets(a_batch(TEA), path)
    assert_same(ocop.load_sheets(path), [a_batch(TEA)])


@form
def test_as_many_words_as_it_takes(form: str, tmp_path: Path) -> None:
    """Sets of somebody's own may take one word, or four, in one file."""
    label = ocop.Label("x", "x")

    def own(number: int, codes: int, size: int) -> ocop.CriteriaSet:
        options = tuple(ocop.Option(points=n, label=label) for n in range(size))
        items = tuple(
            attrs.evolve(
                TEA.items[0],
                code=f"1.{n}",
                criterion=ocop.Criterion(id="c", title=label, options=options),
            )
            for n in range(codes)
        )
        section = attrs.evolve(TEA.parts[0].sections[0], items=items)
        part = attrs.evolve(TEA.parts[0], sections=(section,))
        rules = attrs.evolve(TEA.rules, needs=(), knock_outs=())
        return attrs.evolve(
            TEA, number=number, parts=(part,), case_kinds=(), rules=rules, errata=(), exclusions=()
        )

    small, large = own(1, 10, 3), own(2, 60, 14)
    assert [len(field_widths(law)) for law in (small, large)] == [1, 4]
    law = attrs.evolve(ocop.decision(LAW), sets={1: small, 2: large})
    batches = [a_batch(large), a_batch(small)]
    ocop.dump_sheets(batches, tmp_path / f"a{form}")
    assert_same(ocop.load_sheets(tmp_path / f"a{form}", law), batches)


def test_rows_in_another_order(
    packed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Parquet file sorted anew by another program gives the same sheets, in its order."""
    monkeypatch.setattr(_packed_parquet, "ROWS", 4)
    batches = [a_full_batch(law, 5, first) for first, law in ((2, TEA), (7, COFFEE), (12, TOURISM))]
    path = packed(".parquet", *batches)
    order = np.random.default_rng(1).permutation(15)
    pq.write_table(pq.read_table(path).take(order), path)
    for mine, theirs in zip(ocop.load_sheets(path), batches, strict=True):
        assert mine.rows is not None
        assert theirs.rows is not None
        place = {row: n for n, row in enumerate(theirs.rows.tolist())}
        rows = [place[row] for row in mine.rows.tolist()]
        assert sorted(rows) == list(range(5))
        assert mine.products == tuple(theirs.products[row] for row in rows)
        assert mine.answers.tolist() == theirs.answers[rows].tolist()


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_string(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.int32(), pa.large_string()),
    ],
    ids=str,
)
def test_text_as_other_programs_keep_it(kind: Any, packed: Callable[..., Path]) -> None:
    """Text in long form, or coded by a dictionary, is read as the text that it is."""
    batch = a_full_batch(TEA, 4)
    path = packed(".parquet", batch)
    table = pq.read_table(path)
    for name in ("product", "assessor", "tên", "xã"):
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(kind))
    pq.write_table(table, path)
    assert pq.read_schema(path).field("xã").type != pa.string()
    assert_same(ocop.load_sheets(path), [batch])


# The file, as other programs see it


def code_at(header: Mapping[str, Any], words: Sequence[int], code: str) -> int:
    """Return the code of a criterion by what the header says of the layout, and nothing else."""
    word = shift = 0
    for name, width in zip(header["criteria"], header["widths"], strict=True):
        if shift + width > 64:
            word, shift = word + 1, 0
        if name == code:
            return words[word] >> shift & 2**width - 1
        shift += width
    raise KeyError(code)


@form
def test_the_header_is_enough_to_read_the_words(form: str, packed: Callable[..., Path]) -> None:
    """Any program can unpack a file with what the header says."""
    batch = a_full_batch(TEA, 20)
    path = packed(form, batch)
    header = header_of(path)["sets"][0]
    if form == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            words = [arrays[f"11/word_{n}"].tolist() for n in range(header["words"])]
    else:
        words = [pq.read_table(path)[f"word_{n}"].to_pylist() for n in range(header["words"])]
    for row, answers in zip(zip(*words, strict=True), batch.answers.tolist(), strict=True):
        codes = [code_at(header, row, code) for code in TEA.codes]
        assert codes == [0 if answer == 255 else answer + 1 for answer in answers]


@form
def test_what_the_header_says(form: str, packed: Callable[..., Path]) -> None:
    """Format, version, decision, and of each set what identifies it and how it is laid out."""
    header = header_of(packed(form, a_full_batch(TEA), a_batch(COFFEE)))
    assert list(header) == ["format", "ocop", "decision", "sets"]
    assert (header["format"], header["ocop"]) == ("ocop-sheets/1", ocop.__version__)
    assert header["decision"] == LAW
    assert header["sets"][0] == {
        "number": 11,
        "group": "tea",
        "digest": TEA.digest,
        "criteria": list(TEA.codes),
        "widths": [width for fields in field_widths(TEA) for width in fields],
        "words": 2,
        "columns": ["findings", "assessor", "tên", "xã", "row"],
    }
    assert header["sets"][1]["columns"] == []


def test_the_columns_of_a_parquet_file(packed: Callable[..., Path]) -> None:
    """Columns stand in their order with the types that are told; what is not stated is null."""
    path = packed(".parquet", a_full_batch(TEA, 2), a_batch(COFFEE, 1))
    schema = pq.read_schema(path)
    text = pa.string()
    assert list(zip(schema.names, schema.types, strict=True)) == [
        ("product", text),
        ("set", pa.uint8()),
        ("word_0", pa.uint64()),
        ("word_1", pa.uint64()),
        ("findings", pa.uint64()),
        ("assessor", text),
        ("tên", text),
        ("xã", text),
        ("row", pa.int64()),
    ]
    table = pq.read_table(path).to_pydict()
    assert table["set"] == [11, 11, 13]
    assert table["assessor"] == ["Bình", "An", None]
    assert table["row"] == [2, 3, None]
    assert pq.read_metadata(path).row_group(0).column(2).compression == "ZSTD"


def test_the_members_of_an_npz_file(packed: Callable[..., Path]) -> None:
    """Plain numpy reads every array without pickles; text is one run and the bytes of each cell."""
    batch = a_full_batch(TEA, 2)
    with np.load(packed(".npz", batch), allow_pickle=False) as arrays:
        texts = ["product", "assessor", "column_0", "column_1"]
        names = [*(f"{name}{end}" for name in texts for end in ("", "_bytes")), "findings", "row"]
        assert {*arrays} == {"header.json", *(f"11/{n}" for n in [*names, "word_0", "word_1"])}
        assert bytes(arrays["11/column_0"]) == "Sản phẩm 0Sản phẩm 1".encode()
        assert arrays["11/column_0_bytes"].tolist() == [14, 14]
        assert arrays["11/row"].tolist() == [2, 3]


@form
def test_the_same_sheets_give_the_same_bytes(form: str, tmp_path: Path) -> None:
    """Nothing of a file depends on when, where or how often it is written."""
    batches = [a_full_batch(TEA, 50), a_full_batch(COFFEE, 50)]
    for name in ("a", "b"):
        ocop.dump_sheets(batches, tmp_path / f"{name}{form}")
    ocop.dump_sheets(ocop.load_sheets(tmp_path / f"a{form}"), tmp_path / f"c{form}")
    first, *others = ((tmp_path / f"{name}{form}").read_bytes() for name in "abc")
    assert others == [first, first]
    if form == ".npz":
        with zipfile.ZipFile(tmp_path / "a.npz") as archive:
            assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@form
def test_a_sheet_takes_less_than_its_words_and_its_name(form: str, tmp_path: Path) -> None:
    """On disk a sheet takes under 16 bytes and its product's code, half of a byte an answer."""
    count = 20_000
    ocop.dump_sheets(a_batch(TEA, count), tmp_path / f"a{form}")
    names = sum(len(f"sp-11-{n}") for n in range(count))
    assert (tmp_path / f"a{form}").stat().st_size < 16 * count + names


# Writing: whole or not at all


@form
def test_a_file_that_cannot_be_finished_is_not_begun(form: str, tmp_path: Path) -> None:
    """A fault while writing leaves the file before it as it was, and nothing beside it."""
    path = tmp_path / f"a{form}"
    path.write_bytes(b"before")
    broken = a_batch(TEA, assessors=("An", "B\ud800", "C"))
    with pytest.raises(ocop.InputError):
        ocop.dump_sheets([a_batch(COFFEE), broken], path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@form
def test_a_full_disk(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system while the file takes its place is told, and leaves nothing."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    path = tmp_path / f"a{form}"
    with pytest.raises(ocop.OcopError) as error:
        ocop.dump_sheets(a_batch(TEA), path)
    assert str(error.value) == f"cannot write {path}: No space left on device"
    assert list(tmp_path.iterdir()) == []


@form
def test_places_that_cannot_be_written(form: str, tmp_path: Path) -> None:
    """A folder that is not there, and a folder in the file's place, are told as they are."""
    (tmp_path / f"folder{form}").mkdir()
    for name, said in (
        (f"no/a{form}", "No such file or directory"),
        (f"folder{form}", "Is a directory"),
    ):
        with pytest.raises(ocop.OcopError) as error:
            ocop.dump_sheets(a_batch(TEA), tmp_path / name)
        assert str(error.value) == f"cannot write {tmp_path / name}: {said}"
    assert [path.name for path in tmp_path.iterdir()] == [f"folder{form}"]


@form
def test_a_link_stays_a_link(form: str, tmp_path: Path) -> None:
    """The file behind a link is replaced, with the rights that a new file has."""
    (tmp_path / f"a{form}").symlink_to(tmp_path / f"b{form}")
    ocop.dump_sheets(a_batch(TEA), tmp_path / f"a{form}")
    assert (tmp_path / f"a{form}").is_symlink()
    plain = tmp_path / "plain"
    plain.touch()
    assert (tmp_path / f"b{form}").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("name", ["a.csv", "a", "a.npz.gz", ".npz"])
def test_other_endings(name: str, tmp_path: Path) -> None:
    """The ending says the format; others are refused before anything is read or written."""
    path = tmp_path / name
    found = path.suffix
    message = f"{path}: found the ending '{found}', allowed are .parquet and .npz [unknown-ending]"
    with pytest.raises(ocop.InputError) as error:
        ocop.dump_sheets(a_batch(TEA), path)
    assert str(error.value) == message
    with pytest.raises(ocop.InputError) as error:
        ocop.load_sheets(path)
    assert str(error.value) == message


def refused(*batches: ocop.Sheets) -> list[str]:
    """Return what is said of batches that cannot be written."""
    with pytest.raises(ocop.InputError) as error:
        ocop.dump_sheets(batches, "a.npz")
    return [str(problem) for problem in error.value.problems]


def test_batches_that_do_not_belong_together() -> None:
    """No batch, batches of two decisions, and one set twice are refused."""
    assert refused() == ["found no batch of sheets, allowed is one or more [no-sheets]"]
    old = ocop.criteria_set("qd-148-2023", "tea")
    assert refused(a_batch(TEA), a_batch(old)) == [
        "the sheets are of qd-148-2023, qd-26-2026, allowed is one decision; write a file for each "
        "[mixed-decisions]",
        "2 batches are of set 11, allowed is one; make one batch per set [duplicate-id]",
    ]


def test_names_that_a_file_cannot_hold() -> None:
    """Columns that mean something else, and names and numbers without a place, are all told."""
    names = ["product", "set", "findings", "assessor", "row", "word_7"]
    batch = a_batch(TEA, columns=dict.fromkeys(names, ("", "", "")))
    assert refused(batch) == [
        f"set 11: the name '{name}' is taken and cannot be kept; give the column another name "
        "[name-taken]"
        for name in names
    ]
    halves: Any = np.array([0.5, 1.5, 2.5])
    assert refused(a_batch(TEA, rows=halves)) == [
        "set 11: rows: found dtype float64, allowed are whole numbers [wrong-dtype]"
    ]
    far = attrs.evolve(TEA, number=256)
    assert refused(a_batch(far, columns={"\udcff": ("", "", "")})) == [
        "set 256: found the set number 256, allowed are 0 to 255 [out-of-range]",
        "1: set 256: columns: found half a character in '\\udcff', which no file can hold "
        "[bad-character]",
    ]


@form
def test_cells_that_are_no_text(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers, None and halves of characters are told with set, column and row."""
    for module in (_packed_npz, _packed_parquet):
        monkeypatch.setattr(module, "ROWS", 4)
    cells: Any = ("a",) * 4 + (7, "b\udc80c", None)
    with pytest.raises(ocop.InputError) as error:
        ocop.dump_sheets(a_batch(TEA, 7, columns={"xã": cells}), tmp_path / f"a{form}")
    assert [str(problem) for problem in error.value.problems] == [
        "5: set 11 tea: xã: found 7, allowed is text [not-text]",
        "6: set 11 tea: xã: found half a character in 'b\\udc80c', which no file can hold "
        "[bad-character]",
        "7: set 11 tea: xã: found None, allowed is text [not-text]",
    ]


# Files that are something else, or broken


@form
@pytest.mark.parametrize(
    "content", [b"", b"PK", b"product,1.1\nche,3\n", b"\x93NUMPY", b"\0" * 500]
)
def test_files_that_are_something_else(form: str, content: bytes, tmp_path: Path) -> None:
    """A file of another kind under this ending is told as such."""
    path = tmp_path / f"a{form}"
    path.write_bytes(content)
    assert told(path) == [
        f"a{form}: the file is not what its ending {form} says; name it by its kind: .csv, .xlsx, "
        ".parquet or .npz [not-packed]"
    ]


@form
def test_files_that_cannot_be_opened(form: str, tmp_path: Path) -> None:
    """A missing file and a folder are told with the reason that the system gives."""
    (tmp_path / f"folder{form}").mkdir()
    for name, said in (
        (f"a{form}", "No such file or directory"),
        (f"folder{form}", "Is a directory"),
    ):
        assert told(tmp_path / name) == [f"{name}: cannot read the file: {said} [cannot-read]"]


@form
def test_files_that_end_too_early(form: str, packed: Callable[..., Path]) -> None:
    """A file cut short anywhere is told as damaged, never read in part."""
    path = packed(form, a_full_batch(TEA, 100))
    whole = path.read_bytes()
    message = "the file is cut short or damaged; copy it again from where it was written"
    for size in (10, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert told(path) == [f"phiếu{form}: {message} [damaged-file]"]


@form
def test_a_changed_bit_is_seen(form: str, packed: Callable[..., Path]) -> None:
    """Checksums tell a bit that fell over in the words, where it would make another answer."""
    path = packed(form, a_batch(TEA, 2_000))
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 4
    path.write_bytes(whole)
    assert error_of(path).problems[0].code == "damaged-file"


def test_numbers_of_rows_that_disagree(packed: Callable[..., Path]) -> None:
    """A Parquet file says in many places how many rows it has; one that differs loses no sheets."""
    batches = [a_full_batch(TEA, 63), a_full_batch(COFFEE, 63)]
    path = packed(".parquet", *batches)
    whole = path.read_bytes()
    seen = []
    for place in [place for place, byte in enumerate(whole) if byte == 2 * 63]:
        path.write_bytes(whole[:place] + bytes([2 * 62]) + whole[place + 1 :])
        try:
            assert_same(ocop.load_sheets(path), batches)
        except ocop.SheetError as error:
            seen.append(error.problems[0].code)
    assert len(seen) >= 2
    assert {*seen} == {"damaged-file"}


@form
@settings(
    max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_bytes_crash_the_reader(form: str, data: st.DataObject, tmp_path: Path) -> None:
    """Whatever bytes of a file are changed, it is refused with our errors, or read unchanged."""
    batches = [a_full_batch(TEA, 4), a_batch(COFFEE, 2)]
    path = tmp_path / f"a{form}"
    ocop.dump_sheets(batches, path)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    problems: tuple[ocop.Problem, ...] = ()
    try:
        assert_same(ocop.load_sheets(path), batches)
    except ocop.SheetError as error:
        problems = error.problems
    assert all(problem.file == str(path) for problem in problems)


@form
def test_a_file_without_header(form: str, packed: Callable[..., Path]) -> None:
    """Without its header nobody knows what the words mean."""
    path = packed(form)
    put_header(path, None)
    found = {
        ".npz": "member 'header.json', which says",
        ".parquet": "'ocop' in the metadata, which says",
    }[form]
    assert told(path) == [
        f"phiếu{form}: found no {found} whose answers these are; it was written or changed by "
        "another program; write it with ocop pack [missing-header]"
    ]


def broken(*changes: Change) -> Change:
    """Return one change of many."""

    def change(header: dict[str, Any]) -> None:
        for each in changes:
            each(header)

    return change


HEADERS: dict[str, tuple[bytes | Change, list[str]]] = {
    "not JSON": (b"{", ["the header is not JSON in UTF-8"]),
    "not UTF-8": (b'"\xff"', ["the header is not JSON in UTF-8"]),
    "deep": (b"[" * 100_000, ["the header is not JSON in UTF-8"]),
    "a list": (b"[]", ["header: found the format None, allowed is ocop-sheets/1"]),
    "no format": (
        lambda header: header.pop("format"),
        ["header: found the format None, allowed is ocop-sheets/1"],
    ),
    "another format": (
        lambda header: header.update(format="ocop-sheets/01"),
        ["header: found the format 'ocop-sheets/01', allowed is ocop-sheets/1"],
    ),
    "keys": (
        broken(
            lambda header: header.pop("ocop"), lambda header: header.update(decision=7, sets=[[]])
        ),
        [
            "header: the key 'ocop' is missing, allowed is text",
            "header: decision is 7, allowed is text",
            "header: sets is [[]], allowed is a list of maps",
        ],
    ),
    "no sets": (lambda header: header.update(sets=[]), ["header: it names no sets"]),
    "keys of a set": (
        broken(
            lambda header: header["sets"][0].pop("digest"),
            lambda header: header["sets"][0].update(number=True, widths=[3, "3"], words=2.0),
        ),
        [
            "header: sets[0]: number is True, allowed is a whole number",
            "header: sets[0]: the key 'digest' is missing, allowed is text",
            "header: sets[0]: widths is [3, '3'], allowed is a list of whole numbers",
            "header: sets[0]: words is 2.0, allowed is a whole number",
        ],
    ),
    "values of a set": (
        lambda header: header["sets"][0].update(
            number=300, words=10**12, group="tea\n", columns=["a", "product"]
        ),
        [
            "header: sets[0]: number is 300, allowed are 0 to 255",
            "header: sets[0]: words is 1000000000000, allowed are 0 to 32",
            "header: sets[0]: group is 'tea\\n', allowed is text of one line",
            "header: sets[0]: columns is ['a', 'product'], allowed are different names, none of "
            "them taken",
        ],
    ),
    "a set twice": (
        lambda header: header["sets"].append(header["sets"][0]),
        ["header: sets[1]: set 11 stands twice"],
    ),
    "another layout": (
        lambda header: header["sets"][0].update(widths=[4] * 32),
        ["set 11 tea: group, criteria, widths and words are not those of the set with this digest"],
    ),
}


@form
@pytest.mark.parametrize("name", HEADERS)
def test_broken_headers(name: str, form: str, packed: Callable[..., Path]) -> None:
    """Everything that is wrong with a header is told, with its place in it."""
    path = packed(form)
    change, expected = HEADERS[name]
    if isinstance(change, bytes):
        put_header(path, change)
    else:
        change_header(path, change)
    assert told(path) == [f"phiếu{form}: {message} [broken-header]" for message in expected]


@form
def test_a_newer_format(form: str, packed: Callable[..., Path]) -> None:
    """A file of a later layout is not guessed at."""
    path = packed(form)
    change_header(path, lambda header: header.update(format="ocop-sheets/12", ocop="7.1"))
    assert told(path) == [
        f"phiếu{form}: header: found the format ocop-sheets/12, ocop {ocop.__version__} reads up "
        "to ocop-sheets/1; install the version that wrote it, ocop '7.1', or a later one "
        "[newer-format]"
    ]


# The law


@form
def test_a_set_whose_content_has_changed(form: str, tmp_path: Path) -> None:
    """Answers that were given under other options are never read as answers to these."""
    bands = (attrs.evolve(TEA.bands[0], at_least=91), *TEA.bands[1:])
    reform = attrs.evolve(TEA, bands=bands)
    path = tmp_path / f"a{form}"
    ocop.dump_sheets([a_batch(COFFEE), a_batch(reform)], path)
    theirs, ours = reform.digest[7:19], TEA.digest[7:19]
    assert told(path) == [
        f"a{form}: set 11 tea: the answers were given under other content of the set: its digest "
        f"is {theirs} in the file, {ours} in qd-26-2026 as it is here; read it with ocop "
        f"'{ocop.__version__}', which wrote it, or pass the decision that the answers were given "
        "under (law=, --decision FOLDER) [digest-differs]"
    ]
    assert_same(ocop.load_sheets(path, set="coffee-and-cocoa"), [a_batch(COFFEE)])
    law = attrs.evolve(ocop.decision(LAW), sets={11: reform, 13: COFFEE})
    assert_same(ocop.load_sheets(path, law), [a_batch(COFFEE), a_batch(reform)])


@form
def test_the_decision_of_a_file(form: str, packed: Callable[..., Path]) -> None:
    """The decision is that of the header; another one is an error, one that is not shipped too."""
    path = packed(form)
    assert_same(ocop.load_sheets(path, LAW), [a_batch(TEA)])
    assert told(path, "qd-148-2023") == [
        f"phiếu{form}: the file is of the decision 'qd-26-2026', found 'qd-148-2023'; name no "
        "other decision; ocop translate reads sheets under a later one [decision-differs]"
    ]
    with pytest.raises(ocop.UnknownDecisionError):
        ocop.load_sheets(path, "qd-27-2026")
    change_header(path, lambda header: header.update(decision="qd-99-2030"))
    assert told(path) == [
        f"phiếu{form}: the file is of the decision 'qd-99-2030', which is not shipped; pass the "
        "decision that the answers were given under (law=, --decision FOLDER) [unknown-decision]"
    ]


@form
def test_sets_that_the_decision_does_not_have(form: str, packed: Callable[..., Path]) -> None:
    """A set that is unknown or not transcribed is told with its name in the file."""
    path = packed(form, a_batch(ocop.criteria_set("qd-1048-2019", 12)))
    change_header(path, lambda header: header["sets"][0].update(number=99, group="moon"))
    assert told(path)[0].startswith(f"phiếu{form}: set 99 moon: qd-1048-2019 has no set 99; ")
    assert told(path)[0].endswith(" [unknown-set]")
    change_header(path, lambda header: header["sets"][0].update(number=26))
    assert told(path)[0].endswith(" [set-not-transcribed]")


@form
@pytest.mark.parametrize("which", [13, "13", "coffee-and-cocoa"])
def test_one_set_of_many(form: str, which: int | str, packed: Callable[..., Path]) -> None:
    """One set can be read alone, by number or product group."""
    batches = [a_full_batch(law) for law in (TEA, COFFEE, TOURISM)]
    path = packed(form, *batches)
    assert_same(ocop.load_sheets(path, set=which), batches[1:2])
    assert told(path, set="honey") == [
        f"phiếu{form}: found no sheets of set 'honey', the file has 11 tea, 13 coffee-and-cocoa, "
        "26 rural-tourism [unknown-set]"
    ]


@form
def test_some_of_the_kept_columns(form: str, packed: Callable[..., Path]) -> None:
    """Kept columns can be chosen; those that a set does not have are told."""
    batch = a_full_batch(TEA)
    path = packed(form, batch, a_batch(COFFEE, columns={"xã": ("a", "b", "c")}))
    first, second = ocop.load_sheets(path, keep=["xã"])
    assert_same([first], [attrs.evolve(batch, columns={"xã": batch.columns["xã"]})])
    assert second.columns == {"xã": ("a", "b", "c")}
    assert [each.columns for each in ocop.load_sheets(path, keep=())] == [{}, {}]
    assert told(path, keep=["tên", "row"]) == [
        f"phiếu{form}: set 11 tea: found no kept column 'row', there are 'tên', 'xã' "
        "[missing-column]",
        f"phiếu{form}: set 13 coffee-and-cocoa: found no kept column 'tên', there are 'xã' "
        "[missing-column]",
        f"phiếu{form}: set 13 coffee-and-cocoa: found no kept column 'row', there are 'xã' "
        "[missing-column]",
    ]


# The words


@form
def test_words_that_hold_no_answers(form: str, packed: Callable[..., Path]) -> None:
    """Bits beyond the fields and codes without an option are told with product and criterion."""
    path = packed(form)
    change_words(path, [[1 << 63, 7 << 3, 0], [0, 1 << 29, 0]])
    assert told(path) == [
        f"phiếu{form}:1: sp-11-0: word_0: found bit 63 set, allowed are bits 0 to 61 [stray-bits]",
        f"phiếu{form}:2: sp-11-1: word_1: found bit 29 set, allowed are bits 0 to 28 [stray-bits]",
        f"phiếu{form}:2: sp-11-1: 1.2: found the code 7, allowed are 0 (unanswered), 1 (none met) "
        "and 2 to 4 (options 1 to 3) [option-out-of-range]",
    ]


@form
def test_every_check_of_sheets_runs_again(form: str, tmp_path: Path) -> None:
    """Products that stand twice, unknown findings and mixed cases are told at their places."""
    twice = a_batch(TEA, findings=[0, 0, 0])
    object.__setattr__(twice, "products", ("a", "b", "a"))
    object.__setattr__(twice, "findings", np.array([0, 1 << 20, 0], dtype=np.uint64))
    mixed = a_batch(TOURISM, 2)
    answers = np.full((2, 32), 255, dtype=np.uint8)
    answers[1, [22, 23]] = 1, 3
    object.__setattr__(mixed, "answers", answers)
    path = tmp_path / f"a{form}"
    ocop.dump_sheets([twice, mixed], path)
    rows = (2, 3, 5) if form == ".parquet" else (2, 3, 2)
    assert told(path) == [
        f"a{form}:{rows[0]}: b: found finding number 20, counted from 0, allowed are "
        f"{', '.join(e.finding.id for e in TEA.exclusions)} [unknown-finding]",
        f"a{form}:{rows[1]}: product: the product 'a' stands twice; the first is in row 1 "
        "[duplicate-product]",
        f"a{form}:{rows[2]}: sp-26-1: the sheet mixes cases of tourism-provider: 8 is community, 9 "
        "is operator; allowed is one case [mixed-cases]",
    ]


def test_rows_of_problems_in_a_shuffled_file(packed: Callable[..., Path]) -> None:
    """The row that is told is that of the file, wherever the sheets of a set lie in it."""
    path = packed(".parquet", a_batch(TEA), a_batch(COFFEE))
    table = pq.read_table(path)
    products = pa.array(["a", "b", "a", "c", "d", "c"])
    pq.write_table(table.set_column(0, "product", products).take([3, 0, 4, 1, 2, 5]), path)
    assert told(path) == [
        f"phiếu.parquet:{row}: product: the product '{name}' stands twice; the first is in row "
        f"{first} [duplicate-product]"
        for row, name, first in ((5, "a", 2), (6, "c", 1))
    ]


@form
def test_only_the_first_problems_are_kept(form: str, packed: Callable[..., Path]) -> None:
    """A hopeless file gives 10,000 problems and says how many more there are."""
    path = packed(form, a_batch(TEA, 30_000))
    change_words(path, [[1 << 63] * 30_000, [0] * 30_000])
    error = error_of(path)
    assert (len(error.problems), error.more) == (10_000, 20_000)


# Parquet: columns


def test_columns_of_a_parquet_file_that_are_missing_or_too_many(
    packed: Callable[..., Path],
) -> None:
    """Columns are those of the header, with their types; all that differ are told."""
    path = packed(".parquet", a_full_batch(TEA))
    change_columns(
        path,
        word_1=None,
        xã=None,
        tỉnh=pa.array(["a", "b", "c"]),
        set=pa.array([11, 11, 11], pa.int64()),
        word_0=pa.array([1.0, 2.0, 3.0]),
        tên=pa.array([1, 2, 3]),
    )
    assert sorted(told(path)) == [
        "phiếu.parquet: set: found int64, allowed is uint8 [wrong-type]",
        "phiếu.parquet: the column 'word_1' is missing [missing-column]",
        "phiếu.parquet: the column 'xã' is missing [missing-column]",
        "phiếu.parquet: the header knows nothing of the column 'tỉnh' [unknown-column]",
        "phiếu.parquet: tên: found int64, allowed is string [wrong-type]",
        "phiếu.parquet: word_0: found double, allowed is uint64 [wrong-type]",
    ]


def test_a_column_of_a_parquet_file_twice(packed: Callable[..., Path]) -> None:
    """Of two columns of one name nobody knows which is meant."""
    path = packed(".parquet")
    table = pq.read_table(path)
    pq.write_table(table.append_column("product", table["product"]), path)
    assert told(path) == ["phiếu.parquet: the column 'product' stands twice [duplicate-column]"]


def test_nulls_in_a_parquet_file(packed: Callable[..., Path]) -> None:
    """A null where a sheet states something is told with row and column, never filled in."""
    path = packed(".parquet", a_full_batch(TEA, 4), a_batch(COFFEE, 1))
    coded = pa.array(["Tà Xùa", None, "Tà Xùa", "Tà Xùa", None]).dictionary_encode()
    change_columns(
        path,
        product=pa.array(["a", None, "c", "d", None]),
        word_0=pa.array([0, 0, None, 0, 0], pa.uint64()),
        findings=pa.array([None, 0, 0, 0, None], pa.uint64()),
        row=pa.array([1, 2, 3, None, None], pa.int64()),
        xã=coded,
    )
    assert told(path) == [
        "phiếu.parquet:2: product: found null, allowed is text [null-value]",
        "phiếu.parquet:3: word_0: found null, allowed is a whole number [null-value]",
        "phiếu.parquet:1: findings: found null, allowed is a whole number [null-value]",
        "phiếu.parquet:2: xã: found null, allowed is text [null-value]",
        "phiếu.parquet:4: row: found null, allowed is a whole number [null-value]",
        "phiếu.parquet:5: product: found null, allowed is text [null-value]",
    ]


def test_sets_in_a_parquet_file_that_the_header_does_not_name(packed: Callable[..., Path]) -> None:
    """A sheet of no set, or of one that the header says nothing of, is told by its row."""
    path = packed(".parquet")
    change_columns(path, set=pa.array([11, None, 12], pa.uint8()))
    message = "phiếu.parquet:2: set: found null, allowed is a whole number [null-value]"
    assert told(path) == [message]
    change_columns(path, set=pa.array([11, 13, 12], pa.uint8()))
    assert told(path) == [
        "phiếu.parquet:2: set: found set 13, the header names 11 [unknown-set]",
        "phiếu.parquet:3: set: found set 12, the header names 11 [unknown-set]",
    ]


def test_text_in_a_parquet_file_that_is_not_utf_8(packed: Callable[..., Path]) -> None:
    """Bytes that are no text are told with their row."""
    path = packed(".parquet")
    cells = pa.array([b"che", b"\xff", b"\xc3"], pa.binary())
    change_columns(path, product=pa.StringArray.from_buffers(3, *cells.buffers()[1:]))
    assert told(path) == [
        f"phiếu.parquet:{row}: product: found bytes that are not UTF-8, allowed is UTF-8 [not-utf8]"
        for row in (2, 3)
    ]


def test_more_rows_than_a_file_can_hold(tmp_path: Path) -> None:
    """A file that says it holds far more sheets than it has bytes is refused at once."""
    path = tmp_path / "a.parquet"
    count = 3_000_000
    pq.write_table(pa.table({"set": np.zeros(count, dtype=np.uint8)}), path)
    size = path.stat().st_size
    assert told(path) == [
        f"a.parquet: the file has {size:,} bytes and says that it holds 3,000,000 sheets, allowed "
        f"are {1_048_576 + 16 * size:,} [absurd-size]"
    ]


def test_sheets_that_are_all_alike_can_be_read_back(tmp_path: Path) -> None:
    """The bound on sheets per byte is one that no file of our own comes near."""
    assessors = [f"{n:03}" for n in range(500)]
    batch = ocop.Sheets(
        criteria_set=TEA,
        products=[name for name in assessors for _ in assessors],
        assessors=tuple(assessors) * 500,
        answers=np.zeros((250_000, 32), dtype=np.uint8),
    )
    for form in FORMS:
        ocop.dump_sheets(batch, tmp_path / f"a{form}")
        (found,) = ocop.load_sheets(tmp_path / f"a{form}")
        assert found.assessors == batch.assessors


# npz: members


def test_members_of_an_npz_file_that_are_missing_or_too_many(packed: Callable[..., Path]) -> None:
    """Members are those of the header; all that differ are told."""
    path = packed(".npz")
    change_members(path, word_1=None, product_bytes=None, findings=np.zeros(3, dtype=np.uint64))
    assert told(path) == [
        "phiếu.npz: the member '11/product_bytes.npy' is missing [missing-column]",
        "phiếu.npz: the member '11/word_1.npy' is missing [missing-column]",
        "phiếu.npz: the header knows nothing of the member '11/findings.npy' [unknown-column]",
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_member_of_an_npz_file_twice(packed: Callable[..., Path]) -> None:
    """Of two members of one name nobody knows which is meant."""
    path = packed(".npz")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("11/word_0.npy", as_npy(np.zeros(3, dtype=np.uint64)))
    assert told(path) == ["phiếu.npz: the member '11/word_0.npy' stands twice [duplicate-column]"]


class Canary:
    """Says when it is unpickled."""

    woken = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Canary, "woken", True))


def test_a_member_with_pickles_is_never_unpickled(packed: Callable[..., Path]) -> None:
    """Objects, and types other than the one that is due, are refused unread."""
    path = packed(".npz")
    change_members(
        path,
        product=np.array([Canary(), Canary()], dtype=object),
        word_0=np.zeros((3, 1), dtype=np.uint64),
        word_1=np.zeros(3),
    )
    assert told(path) == [
        "phiếu.npz: 11/product.npy: found dtype object, allowed is uint8 [wrong-dtype]",
        "phiếu.npz: 11/word_0.npy: found 2 dimensions, allowed is 1 [wrong-shape]",
        "phiếu.npz: 11/word_1.npy: found dtype float64, allowed is uint64 [wrong-dtype]",
    ]
    assert not Canary.woken


def test_members_of_different_lengths(packed: Callable[..., Path]) -> None:
    """Every member has one value per sheet, and text as many bytes as its cells take."""
    path = packed(".npz", a_full_batch(TEA))
    change_members(
        path,
        word_1=np.zeros(4, dtype=np.uint64),
        row=np.zeros(0, dtype=np.int64),
        assessor=np.zeros(5, dtype=np.uint8),
        column_0_bytes=np.zeros(2, dtype=np.uint32),
    )
    assert told(path) == [
        "phiếu.npz: 11/word_1.npy: found 4 values, allowed are 3, one per sheet [wrong-length]",
        "phiếu.npz: 11/assessor.npy: found 5 bytes, allowed are 12, as many as its cells take "
        "[wrong-length]",
        "phiếu.npz: 11/column_0_bytes.npy: found 2 values, allowed are 3, one per sheet "
        "[wrong-length]",
        "phiếu.npz: 11/row.npy: found 0 values, allowed are 3, one per sheet [wrong-length]",
    ]


def test_lengths_that_are_too_long_to_add_up(packed: Callable[..., Path]) -> None:
    """Lengths whose sum goes round the end of 32 bits do not pass for right ones."""
    path = packed(".npz")
    lengths = np.array([2**32 - 1, 1, 21], dtype=np.uint32)
    change_members(path, product_bytes=lengths)
    assert told(path) == [
        "phiếu.npz: 11/product.npy: found 21 bytes, allowed are 4294967317, as many as its cells "
        "take [wrong-length]"
    ]


def test_text_in_an_npz_file_that_is_not_utf_8(packed: Callable[..., Path]) -> None:
    """Bytes that are no text, and a letter cut in two by the lengths, are told with their row."""
    path = packed(".npz")
    run = np.frombuffer("chè-1\xff".encode("latin-1") + "chè".encode(), dtype=np.uint8)
    change_members(path, product=run, product_bytes=np.array([2, 7, 1], dtype=np.uint32))
    assert [problem.line for problem in error_of(path).problems] == [2, 3]
    assert told(path)[1] == (
        "phiếu.npz:3: product: found bytes that are not UTF-8, allowed is UTF-8 [not-utf8]"
    )


def as_npy_of(shape: str) -> bytes:
    """Return three words under a header that says another shape."""
    head = f"{{'descr': '<u8', 'fortran_order': False, 'shape': {shape}}}".encode().ljust(117)
    return b"\x93NUMPY\x01\x00v\x00" + head + b"\n" + bytes(24)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x93NUMPY\x07\x00",
        as_npy(np.zeros(3, dtype=np.uint64))[:-1],
        as_npy(np.zeros(3, dtype=np.uint64)) + b"x",
        as_npy_of("(4,)"),
        as_npy_of("(-3,)"),
        as_npy_of("(1000000000000,)"),
        as_npy_of("(3.0,)"),
        as_npy_of("(((("),
    ],
)
def test_members_that_are_no_arrays(raw: bytes, packed: Callable[..., Path]) -> None:
    """An array that is not what its first bytes say is damage, and nothing is made for it."""
    path = packed(".npz")
    ocop.load_sheets(path)  # so that what is loaded once is not counted
    change_members(path, word_0=raw)
    tracemalloc.start()
    assert error_of(path).problems[0].code == "damaged-file"
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_zip_bomb(packed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that unpacks to far more than it is refused before anything is unpacked."""
    monkeypatch.setattr(_packed_npz, "FREE", 100_000)
    path = packed(".npz")
    change_members(path, product=np.zeros(20_000_000, dtype=np.uint8))
    error_of(path)  # so that what is loaded once is not counted
    size = path.stat().st_size
    assert size < 50_000
    tracemalloc.start()
    error = error_of(path)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert error.problems[0].code == "absurd-size"
    assert f"the file has {size:,} bytes and says that it unpacks to 20,0" in str(error)
    assert f"allowed are {100_000 + 256 * size:,} [absurd-size]" in str(error)


def test_a_file_that_would_be_a_bomb_is_not_compressed(
    packed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where sheets are so alike that they would be refused, they are written as they stand."""
    monkeypatch.setattr(_packed_npz, "FREE", 100_000)
    monkeypatch.setattr(_packed_npz, "RATIO", 20)
    batch = a_batch(TEA, 300, columns={"xã": ("Tà Xùa, " * 1000,) * 300})
    path = packed(".npz", batch)
    assert path.stat().st_size > 300 * 8_000
    assert_same(ocop.load_sheets(path), [batch])
    monkeypatch.setattr(_packed_npz, "FREE", 100_000_000)
    assert packed(".npz", batch).stat().st_size < 100_000


# Without pyarrow


@pytest.fixture
def without_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take pyarrow away, as where the extra is not installed."""
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_arrow")
def test_the_missing_extra_is_named(tmp_path: Path) -> None:
    """Without pyarrow Parquet is refused with what to install, or to use instead; npz works."""
    path = tmp_path / "a.parquet"
    message = (
        f"{path}: Parquet files need the extra 'arrow'; pip install \"ocop[arrow]\", or use a file "
        "that ends in .npz [missing-extra]"
    )
    with pytest.raises(ocop.MissingExtraError) as error:
        ocop.dump_sheets(a_batch(TEA), path)
    assert str(error.value) == message
    with pytest.raises(ocop.MissingExtraError) as error:
        ocop.load_sheets(path)
    assert str(error.value) == message
    assert list(tmp_path.iterdir()) == []
    batches = [a_full_batch(law) for law in SETS if law.decision == LAW]
    ocop.dump_sheets(batches, tmp_path / "a.npz")
    assert_same(ocop.load_sheets(tmp_path / "a.npz"), batches)


def test_a_member_that_says_it_is_larger_than_the_file_is_damage(tmp_path: Path) -> None:
    """So much memory would be asked for, whatever is there to be read."""
    path = tmp_path / "sheets.npz"
    ocop.dump_sheets(a_batch(TEA), path)
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02") + 20
    path.write_bytes(data[:at] + (1 << 30).to_bytes(4, "little") + data[at + 4 :])
    assert error_of(path).problems[0].code == "damaged-file"
