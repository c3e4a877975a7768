"""Scoring Arrow batches: the results of `score(read_sheets(...))`, however the rows are cut."""

from __future__ import annotations

import csv
import io
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop.scoring.packing import pack
from ocop.scoring.scores import gather

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

LAW = "qd-26-2026"
KEEP = ("commune", "assessor")
COMMUNES = ("Xã Một", "Xã, Hai", "")


class Case:
    """Sheets of all sets of a decision in mixed order: as a table, as CSV, and their results."""

    def __init__(self, law: str, generate: ModuleType, each: int, seed: int = 7) -> None:
        self.law = ocop.decision(law)
        self.codes = list(dict.fromkeys(c for s in self.law.sets.values() for c in s.codes))
        found = [
            (chosen, sheet)
            for chosen in self.law.sets.values()
            for sheet in generate.sheets(chosen, each, seed)
        ]
        Random(seed).shuffle(found)
        self.columns: dict[str, list[Any]] = {
            "product": [f"Sản phẩm {n:05}" for n in range(len(found))],
            "set": [chosen.number for chosen, _ in found],
            "findings": [";".join(sorted(sheet.findings)) for _, sheet in found],
            "assessor": [f"a-{n % 3}" for n in range(len(found))],
            "commune": [COMMUNES[n % 3] for n in range(len(found))],
            **{code: [sheet.answers.get(code) for _, sheet in found] for code in self.codes},
        }
        self.table = pa.table(self.columns)
        self.scores = [ocop.score(batch) for batch in self.read()]

    def read(self) -> tuple[ocop.Sheets, ...]:
        """Return the sheets as `read_sheets` reads them from CSV."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows(zip(*self.columns.values(), strict=True))
        source = io.BytesIO(text.getvalue().encode())
        return ocop.read_sheets(source, self.law, keep=["commune"])

    def expected(self) -> dict[str, list[Any]]:
        """Return the results in the order of the rows, as `ocop score` writes them."""
        source = np.repeat(np.arange(len(self.scores)), [len(s) for s in self.scores])
        row = np.concatenate([np.arange(len(s)) for s in self.scores])
        lines = np.concatenate([s.sheets.rows for s in self.scores])
        order = np.argsort(lines)
        return gather(self.scores, source[order], row[order])


@pytest.fixture(scope="module", params=[law.id for law in ocop.decisions()])
def every(request: pytest.FixtureRequest, generate: ModuleType) -> Case:
    """Return a case of each decision."""
    return Case(request.param, generate, 12)


@pytest.fixture(scope="module")
def case(generate: ModuleType) -> Case:
    """Return a case of the decision in force."""
    return Case(LAW, generate, 20)


def joined(results: Iterable[Any]) -> dict[str, list[Any]]:
    """Return the results of all batches by column."""
    found: dict[str, list[Any]] = pa.Table.from_batches(list(results)).to_pydict()
    return found


def test_all_sets_of_a_decision(every: Case) -> None:
    """Names, order and every value of the columns are those of `ocop score`."""
    found = joined(ocop.score_batches(every.table, every.law, keep=KEEP))
    assert list(found) == list(every.expected())
    assert found == every.expected()


@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 520), max_size=9), law=st.booleans())
def test_batches_do_not_matter(case: Case, cuts: list[int], law: bool) -> None:
    """A batch comes out for each that goes in, empty ones too, in the order of the rows."""
    edges = [0, *sorted(min(cut, len(case.table)) for cut in cuts), len(case.table)]
    whole = case.table.combine_chunks().to_batches()[0]
    batches = [whole[low:high] for low, high in pairwise(edges)]
    results = list(ocop.score_batches(batches, LAW if law else case.law, keep=KEEP))
    assert [len(result) for result in results] == [len(batch) for batch in batches]
    assert joined(results) == case.expected()


def test_the_packed_form(case: Case) -> None:
    """Words, and findings as bits, give the same results as columns by criterion."""
    rows = []
    for batch in case.read():
        assert batch.rows is not None
        assert batch.findings is not None
        words = pack(batch)
        for n, line in enumerate(batch.rows):
            values = dict(zip(("word_0", "word_1", "word_2"), words[n].tolist(), strict=False))
            rows.append((line, batch.criteria_set.number, int(batch.findings[n]), values))
    rows.sort(key=lambda row: row[0])
    names = sorted({name for row in rows for name in row[3]})
    packed = pa.table(
        {
            "product": case.columns["product"],
            "set": pa.array([row[1] for row in rows], pa.uint8()),
            "findings": pa.array([row[2] for row in rows], pa.uint64()),
            "assessor": case.columns["assessor"],
            "commune": case.columns["commune"],
            **{n: pa.array([row[3].get(n) for row in rows], pa.uint64()) for n in names},
        }
    )
    assert joined(ocop.score_batches(packed, LAW, keep=KEEP)) == case.expected()
    for cast in (signed, decimals):
        other = packed.set_column(5, "word_0", cast(packed["word_0"]))
        other = other.set_column(2, "findings", cast(packed["findings"]))
        assert joined(ocop.score_batches(other, LAW, keep=KEEP)) == case.expected()


def signed(column: Any) -> Any:
    """Return the words as int64: the highest bit is a sign, as in engines on the JVM."""
    values = column.combine_chunks().to_numpy(zero_copy_only=False).astype(np.uint64)
    return pa.array(values.view(np.int64))


def decimals(column: Any) -> Any:
    """Return the words as decimals, as Spark reads them from Parquet."""
    values = [None if v is None else Decimal(v) for v in column.to_pylist()]
    return pa.array(values, pa.decimal128(20, 0))


def test_a_packed_file_by_batches(case: Case, tmp_path: Path) -> None:
    """What `dump_sheets` wrote is scored batch by batch; its header is checked against the law."""
    path = tmp_path / "sheets.parquet"
    sheets = ocop.load_sheets(dumped(case, path))
    want = [row for batch in sheets for row in rows_of(ocop.score(batch))]
    with parquet.ParquetFile(path) as file:
        found = list(ocop.score_batches(file.iter_batches(100), LAW, keep=KEEP))
    assert [row for batch in found for row in batch.to_pylist()] == want
    with parquet.ParquetFile(path) as file:
        columns = ["product", "word_0", "word_1", "set", "findings"]
        some = file.iter_batches(64, columns=columns)
        found = list(ocop.score_batches(some, ocop.decision(LAW)))
    assert [row["star"] for batch in found for row in batch.to_pylist()] == [
        row["star"] for row in want
    ]


def dumped(case: Case, path: Path) -> Path:
    """Write the sheets of a case packed."""
    ocop.dump_sheets(case.read(), path)
    return path


def rows_of(scores: ocop.Scores) -> list[dict[str, Any]]:
    """Return results as rows."""
    columns = scores.columns(np.arange(len(scores)))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_a_packed_file_of_other_content_is_refused(case: Case, tmp_path: Path) -> None:
    """The header says that the answers were given under other options."""
    path = dumped(case, tmp_path / "sheets.parquet")
    edit = ocop.SetPoints(criterion="1.1", option=1, points=2, sets=["tea"])
    reform = ocop.Reform(id="other", title=ocop.Label("Khác", "Other"), edits=[edit])
    other = attrs.evolve(ocop.apply_reform(reform, LAW).decision, id=LAW)
    with parquet.ParquetFile(path) as file:
        for law, code in (("qd-148-2023", "decision-differs"), (other, "digest-differs")):
            with pytest.raises(ocop.SheetError) as caught:
                next(ocop.score_batches(file.iter_batches(), law, keep=KEEP))
            assert [problem.code for problem in caught.value.problems] == [code]


INTS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()]
INTS += [pa.uint64(), pa.decimal128(20, 0), pa.decimal256(40, 0)]


@pytest.mark.parametrize("kind", INTS, ids=str)
def test_answers_of_any_type_of_whole_numbers(case: Case, kind: Any) -> None:
    """What an engine makes of small numbers does not matter, nulls included."""
    table = case.table
    for place, name in enumerate(table.column_names):
        if name == "set" or name in case.codes:
            table = table.set_column(place, name, table[name].cast(pa.int64()).cast(kind))
    assert joined(ocop.score_batches(table, LAW, keep=KEEP)) == case.expected()


def test_answers_as_dictionaries_and_nulls(case: Case) -> None:
    """A dictionary of numbers is read through; a column of nulls was answered nowhere."""
    table, codes = case.table, ("1.1", "1.2")
    for code in codes:
        place = table.column_names.index(code)
        table = table.set_column(place, code, table[code].cast(pa.int8()).dictionary_encode())
    assert joined(ocop.score_batches(table, LAW, keep=KEEP)) == case.expected()
    empty = case.table.set_column(place, code, pa.nulls(len(case.table)))
    none = case.table.set_column(place, code, pa.nulls(len(case.table), pa.int8()))
    first, second = (joined(ocop.score_batches(t, LAW, keep=KEEP)) for t in (empty, none))
    assert first == second
    assert first["answered"] != case.expected()["answered"]


def dictionary(column: Any) -> Any:
    """Return texts as a dictionary whose chunks have dictionaries of their own."""
    low, high = column.slice(0, 100), column.slice(100)
    chunks = [part.combine_chunks().dictionary_encode() for part in (low, high)]
    return pa.chunked_array(chunks)


def with_null_in_dictionary(column: Any) -> Any:
    """Return texts as a dictionary that holds null as one of its values, and another's place."""
    texts = [None, *dict.fromkeys(column.to_pylist())]
    places = [texts.index(text) for text in column.to_pylist()]
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int16()), pa.array(texts))


def dictionary_of_views(column: Any) -> Any:
    """Return texts as a dictionary of string views, as polars keeps categories."""
    texts = list(dict.fromkeys(column.to_pylist()))
    places = pa.array([texts.index(text) for text in column.to_pylist()], pa.uint32())
    return pa.DictionaryArray.from_arrays(places, pa.array(texts, pa.string_view()))


TEXTS: list[Callable[[Any], Any]] = [
    lambda column: column.cast(pa.large_string()),
    lambda column: column.cast(pa.string_view()),
    dictionary,
    with_null_in_dictionary,
    dictionary_of_views,
]


@pytest.mark.parametrize("kind", TEXTS, ids=["large", "view", "dictionary", "null", "views"])
def test_texts_of_any_type(case: Case, kind: Callable[[Any], Any]) -> None:
    """Products, findings, sets and kept columns come as frames and engines keep them."""
    table = case.table.set_column(1, "set", case.table["set"].cast(pa.string()))
    for place, name in enumerate(("product", "set", "findings", "assessor", "commune")):
        table = table.set_column(place, name, kind(table[name]))
    assert joined(ocop.score_batches(table, LAW, keep=KEEP)) == case.expected()


def test_nulls_in_texts(case: Case) -> None:
    """Null findings are none; a null in a kept column stays null, also in a dictionary."""
    findings = pa.array([text or None for text in case.columns["findings"]])
    commune = pa.array([text or None for text in case.columns["commune"]])
    want = case.expected() | {"commune": commune.to_pylist()}
    for encode in (lambda column: column, lambda column: column.dictionary_encode()):
        table = case.table.set_column(2, "findings", encode(findings))
        table = table.set_column(4, "commune", encode(commune))
        # Several chunks: a dictionary's null must not become its last value.
        cut = pa.concat_tables([table.slice(0, 50), table.slice(50)])
        assert joined(ocop.score_batches(cut, LAW, keep=KEEP)) == want


def test_codes_without_dots(case: Case) -> None:
    """Engines that take a dot for something else write 1_1; a kept column has its own name."""
    table = case.table.rename_columns([name.replace(".", "_") for name in case.table.column_names])
    assert joined(ocop.score_batches(table, LAW, keep=KEEP)) == case.expected()
    table = table.append_column("2026_1", case.table["commune"])
    found = joined(ocop.score_batches(table, LAW, keep=[*KEEP, "2026_1"]))
    assert found.pop("2026_1") == case.columns["commune"]
    assert found == case.expected()


def test_names_in_normal_form() -> None:
    """Spaces around a code go and letters are composed, as from a file."""
    codes = ocop.criteria_set(LAW, "tea").codes
    names = [" T-1 ", "Che\u0300", "T-3", "\tT-4"]
    table = pa.table({"product": names, "assessor": names} | dict.fromkeys(codes, [1] * 4))
    found = joined(ocop.score_batches(table, LAW, set="tea", keep=["assessor"]))
    assert found["product"] == found["assessor"] == ["T-1", "Chè", "T-3", "T-4"]


def test_the_set_by_number_group_and_argument() -> None:
    """The set is a number, a text of it, a product group, or named once for all."""
    codes = ocop.criteria_set(LAW, "tea").codes
    sheet = {"product": ["a", "b"]} | {code: [2, 1] for code in codes}
    sets: list[Any] = [[11, 11], ["11", "tea"], [" tea", "11 "], pa.array([11, 11], pa.int8())]
    results = [joined(ocop.score_batches(pa.table(sheet | {"set": s}), LAW)) for s in sets]
    results += [joined(ocop.score_batches(pa.table(sheet), LAW, set=s)) for s in (11, "tea")]
    results += [joined(ocop.score_batches(pa.table(sheet | {"set": s}), LAW, set=11)) for s in sets]
    assert all(result == results[0] for result in results)
    assert results[0]["set"] == [11, 11]


def test_whatever_holds_batches(case: Case) -> None:
    """Tables, readers, single batches, lists of them, and streams of other libraries."""
    table, want = case.table, case.expected()
    sources: list[Callable[[], Any]] = [
        lambda: table,
        lambda: table.to_reader(),
        lambda: table.combine_chunks().to_batches()[0],
        lambda: table.to_batches(max_chunksize=33),
        lambda: iter(table.to_batches(max_chunksize=33)),
        lambda: [table.slice(0, 40), table.slice(40)],
        lambda: [table.slice(0, 40).to_reader(), *table.slice(40).to_batches()],
        lambda: Stream(table),
        lambda: [Struct(batch) for batch in table.to_batches(max_chunksize=100)],
    ]
    for source in sources:
        assert joined(ocop.score_batches(source(), LAW, keep=KEEP)) == want


class Stream:
    """An object that is known by its Arrow stream alone."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


class Struct:
    """An object that is known by its Arrow array alone."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._batch.__arrow_c_array__(requested_schema)


def test_batches_are_taken_one_at_a_time(case: Case) -> None:
    """No batch is asked for before the results of the one before it are taken."""
    taken: list[int] = []

    def source() -> Iterable[Any]:
        for number, batch in enumerate(case.table.to_batches(max_chunksize=100)):
            taken.append(number)
            yield batch

    results = ocop.score_batches(source(), LAW, keep=KEEP)
    assert taken == []
    next(results)
    assert taken == [0]
    next(results)
    assert taken == [0, 1]


def test_nothing_in_nothing_out(case: Case) -> None:
    """No batches give none; an empty batch gives an empty one with all columns."""
    assert list(ocop.score_batches([], LAW)) == []
    (empty,) = ocop.score_batches([case.table.to_batches()[0][:0]], LAW, keep=KEEP)
    assert len(empty) == 0
    assert empty.schema.names == list(case.expected())


def test_a_large_batch_comes_out_in_pieces() -> None:
    """More rows than 65,536 are several batches; together they are the rows that went in."""
    codes = ocop.criteria_set(LAW, "tea").codes
    count = 150_000
    answers = np.arange(count, dtype=np.uint8) % 3
    table = pa.table({"product": np.arange(count).astype(str)} | dict.fromkeys(codes, answers))
    results = list(ocop.score_batches(table, LAW, set="tea"))
    assert [len(result) for result in results] == [65536, 65536, 18928]
    whole = joined(results)
    assert whole["product"] == [str(n) for n in range(count)]
    matrix = np.repeat(answers[:, np.newaxis], len(codes), axis=1)
    tea = ocop.criteria_set(LAW, "tea")
    scores = ocop.score(ocop.Sheets(criteria_set=tea, products=whole["product"], answers=matrix))
    assert whole["total"] == scores.total.tolist()
    assert whole["missing_floors"] == scores.columns(np.arange(count))["missing_floors"]


def score_again(scorer: Any, batches: Sequence[Any]) -> list[Any]:
    """Run a scorer that was pickled."""
    return list(pickle.loads(pickle.dumps(scorer))(batches))


def test_scorers_pickle(case: Case) -> None:
    """A scorer, and `score_batches` with its arguments, do their work elsewhere; also own laws."""
    batches = case.table.to_batches(max_chunksize=64)
    scorer = ocop.BatchScorer(LAW, keep=KEEP)
    assert joined(score_again(scorer, batches)) == case.expected()
    function = partial(ocop.score_batches, law=case.law, keep=KEEP)
    assert joined(score_again(function, batches)) == case.expected()
    edit = ocop.SetThreshold(star=5, at_least=92)
    reform = ocop.Reform(id="r", title=ocop.Label("Sửa", "Reform"), edits=[edit])
    other = ocop.apply_reform(reform, LAW).decision
    found = score_again(ocop.BatchScorer(other, keep=KEEP), batches)
    assert joined(found) == joined(ocop.score_batches(batches, other, keep=KEEP))
    assert joined(found) != case.expected()


def test_the_schema_says_what_the_results_were_computed_with(case: Case) -> None:
    """Every batch has the scorer's schema, with version, decision and digest in its metadata."""
    scorer = ocop.BatchScorer(LAW, keep=KEEP)
    for result in scorer(case.table.to_batches(max_chunksize=200)):
        assert result.schema.equals(scorer.schema, check_metadata=True)
        result.validate(full=True)
    assert scorer.schema.metadata == {
        b"ocop.scores.ocop": ocop.__version__.encode(),
        b"ocop.scores.decision": b"qd-26-2026",
        b"ocop.scores.digest": ocop.decision(LAW).digest.encode(),
    }


def test_the_schema_for_spark() -> None:
    """Names stand in backquotes; types are the nearest that Spark has."""
    scorer = ocop.BatchScorer(LAW, set=11, keep=["a`b", "assessor"])
    assert scorer.ddl == (
        "`product` string, `set` smallint, `assessor` string, `a``b` string, `A` smallint, "
        "`B` smallint, `C` smallint, `total` smallint, `band` tinyint, `star` tinyint, "
        "`answered` smallint, `of` smallint, `missing_floors` string, `excluded` string"
    )
    assert repr(scorer) == "<BatchScorer qd-26-2026 set 11 tea, keeps a`b, assessor>"
    assert repr(ocop.BatchScorer(LAW)) == "<BatchScorer qd-26-2026>"


def test_without_pyarrow_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches need the extra; the schema for Spark does not."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    scorer = ocop.BatchScorer(LAW)
    assert scorer.ddl.startswith("`product` string")
    with pytest.raises(ocop.MissingExtraError, match=r"ocop\[arrow\]"):
        scorer([])
