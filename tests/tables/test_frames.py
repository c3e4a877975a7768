"""Sheets from data frames: every kind of frame, both forms, and every trap that frames have."""

from __future__ import annotations

import io
import pickle
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter

import ocop
from ocop.scoring._sheet_checks import UNANSWERED

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
TOURISM = ocop.criteria_set(LAW, 26)

Columns = dict[str, list[Any]]


def to_duckdb(columns: Columns) -> Any:
    """Return a relation of the connection that is always open."""
    return duckdb.from_arrow(pa.table(columns))


KINDS: dict[str, Callable[[Columns], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "duckdb": to_duckdb,
}
MAKERS: dict[str, Callable[[Columns], Any]] = {
    **KINDS,
    "pandas-nullable": lambda columns: pd.DataFrame(columns).convert_dtypes(),
    "pandas-arrow": lambda columns: pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow"),
    "pandas-object": lambda columns: pd.DataFrame(columns, dtype=object),
    "polars-lazy": pl.LazyFrame,
    "reader": lambda columns: pa.table(columns).to_reader(),
    "batch": lambda columns: pa.RecordBatch.from_pydict(columns),
    "chunks": lambda columns: pa.concat_tables(
        pa.table(columns).slice(n, 1) for n in range(len(columns["product"]))
    ),
}


def wide(answers: dict[str, list[Any]] | None = None, **more: list[Any]) -> Columns:
    """Return columns of tea sheets: all answers 1 but those given."""
    given = {**more, **(answers or {})}
    count = len(next(iter(given.values()), [0]))
    head = {"product": [f"T-{n + 1}" for n in range(count)]}
    return {**head, **{code: [1] * count for code in TEA.codes}, **given}


def read(frame: Any, **more: Any) -> ocop.Sheets:
    """Return the tea sheets of a frame."""
    return ocop.Sheets.from_frame(frame, TEA, **more)


def problems(frame: Any, **more: Any) -> list[str]:
    """Return what is wrong with a frame of tea sheets."""
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_frame(frame, LAW, **({"set": "tea"} | more))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_frame_is_read(kind: str) -> None:
    """The same answers come out of every kind; null is unanswered."""
    frame = MAKERS[kind](wide({"1.1": [3, None, 0]}, commune=["Xã A", None, "Xã C"]))
    sheets = read(frame)
    assert sheets.products == ("T-1", "T-2", "T-3")
    assert sheets.answers[:, :2].tolist() == [[3, 1], [UNANSWERED, 1], [0, 1]]
    assert sheets.answers.flags.f_contiguous
    assert dict(sheets.columns) == {"commune": ("Xã A", "", "Xã C")}
    assert sheets.rows is not None
    assert sheets.rows.tolist() == [1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_of_the_kind_of_the_sheets(kind: str) -> None:
    """The kind that goes in comes out, with the columns of the user and their types."""
    columns = wide(born=[1990, 2001], share=[0.25, 1.5], note=["a", "b"])
    frame = KINDS[kind](columns)
    scores = ocop.score(read(frame))
    for result in (scores.to_frame(), ocop.rank(scores).to_frame(), scores.sheets.to_frame()):
        assert type(result) is type(frame)
        table = as_arrow(result)
        assert table["share"].to_pylist() == [0.25, 1.5]
        assert table["born"].to_pylist() == [1990, 2001]
        assert table.schema.field("born").type == pa.int64()
    for like in ("pandas", "polars", "pyarrow", "duckdb", pl.LazyFrame()):
        assert as_arrow(scores.to_frame(like))["born"].to_pylist() == [1990, 2001]


def as_arrow(frame: Any) -> pa.Table:
    """Return any frame as an Arrow table."""
    if isinstance(frame, pd.DataFrame):
        return pa.Table.from_pandas(frame, preserve_index=False)
    return pa.table(frame)


def test_the_index_and_the_types_of_pandas_survive() -> None:
    """Rows keep their index; dates, categories and whole numbers with gaps keep their types."""
    columns = wide(n=[1, 2, 3])
    frame = pd.DataFrame(columns, index=[30, 10, 20])
    frame["day"] = pd.to_datetime(["2026-01-02", None, "2026-01-04"])
    frame["kind"] = pd.Categorical(["x", "y", "x"])
    frame["whole"] = pd.array([1, None, 3], dtype="Int64")
    frame["5.1"] = [1, 5, 3]
    scores = ocop.score(read(frame))
    found = scores.to_frame()
    assert found.index.tolist() == [30, 10, 20]
    for name in ("day", "kind", "whole", "n"):
        pd.testing.assert_series_equal(found[name], frame[name])
    ranked = ocop.rank(scores).to_frame()
    assert ranked.index.tolist() == [10, 20, 30]
    assert ranked["rank"].tolist() == [1, 2, 3]
    pd.testing.assert_series_equal(ranked["day"], frame["day"].loc[[10, 20, 30]])


def test_numbers_as_product_codes_stay_numbers() -> None:
    """A frame with numbers for codes can be joined with its results."""
    frame = pl.DataFrame(wide(product=[7, 5]))
    sheets = read(frame)
    assert sheets.products == ("7", "5")
    assert ocop.score(sheets).to_frame()["product"].to_list() == [7, 5]


def test_names_that_change_go_out_as_they_were_read() -> None:
    """A product code with spaces around it is the code without them, here and in results."""
    frame = pd.DataFrame(wide(product=[" T-1", "T-2"]))
    assert ocop.score(read(frame)).to_frame()["product"].tolist() == ["T-1", "T-2"]


def test_keep_says_which_columns_travel() -> None:
    """Without it all do; with it only those named, and the mark of made-up sheets."""
    columns = wide(a=[1], b=["x"], synthetic=[True], star=[5])
    frame = pl.DataFrame(columns)
    assert list(read(frame, keep=["b"]).columns) == ["b", "synthetic"]
    assert list(read(frame, keep=[]).columns) == ["synthetic"]
    assert list(read(frame.drop("star")).columns) == ["a", "b", "synthetic"]
    assert problems(frame) == [
        "frame: the name 'star' is taken and cannot be kept; give the column another name, or "
        "name those to carry along with keep [name-taken]"
    ]
    assert problems(frame, keep=["c"]) == ["frame: the column 'c' is missing [missing-column]"]


def test_kept_columns_group_rankings() -> None:
    """`within` takes a kept column of any type, by its text."""
    frame = pl.DataFrame(wide({"5.1": [1, 5, 3]}, district=[2, 1, 2]))
    ranking = ocop.rank(ocop.score(read(frame)), within="district")
    table = ranking.to_frame()
    assert table.select("group", "rank", "product", "district").rows() == [
        ("1", 1, "T-2", 1),
        ("2", 1, "T-3", 2),
        ("2", 2, "T-1", 2),
    ]


def test_a_column_that_looks_like_a_criterion_is_one() -> None:
    """A code that the set does not have is never carried along by default."""
    frame = pd.DataFrame(wide({"12.9": [1]}))
    assert problems(frame) == [
        "frame:34: set 11 tea has no criterion '12.9'; its criteria are 1.1 to 11; ocop show lists "
        "them [unknown-criterion]"
    ]
    assert dict(read(frame, keep=["12.9"]).columns) == {"12.9": ("1",)}


def test_names_of_columns() -> None:
    """Numbers as names, underscores for dots, spaces around: all are understood."""
    named = {code: code.replace(".", "_") for code in TEA.codes} | {"7": 7, "1.1": 1.1, "8": 8.0}
    frame = pd.DataFrame(wide({"7": [2], "1.1": [3]})).rename(columns=named)
    sheets = read(frame.rename(columns={"product": " product "}))
    assert sheets.answers[0, [0, TEA.codes.index("7")]].tolist() == [3, 2]


def test_names_in_levels_are_refused() -> None:
    """A table with names in two levels is told as such."""
    frame = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    with pytest.raises(ocop.InputError, match="in 2 levels, allowed is one; join the levels"):
        read(frame)


@pytest.mark.parametrize("kind", ["pandas", "pyarrow", "duckdb"])
def test_a_column_twice_is_told(kind: str) -> None:
    """Names that stand twice, also after clean-up, are a problem of their own."""
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["product", "product"])
    if kind == "duckdb":
        frame: Any = duckdb.sql("select 'a' as product, 'b' as product")
    else:
        frame = table if kind == "pyarrow" else pd.DataFrame([["a", "b"]], columns=["product"] * 2)
    assert problems(frame)[0] == "frame:2: the column 'product' stands twice [duplicate-column]"
    assert problems(pl.DataFrame({"product": ["a"], "product ": ["b"]}))[0].endswith(
        "[duplicate-column]"
    )


def test_columns_without_a_name_are_told() -> None:
    """Two names that are empty or missing are a problem, not a crash."""
    frame = pd.DataFrame([["a", 1, 2]], columns=["product", None, float("nan")])
    assert problems(frame)[0] == (
        "frame:2: the column has no name; give it one, or delete it [unknown-column]"
    )


WHOLE = "allowed are 0 to 3 or empty"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([300, 1], f"found '300', {WHOLE} [option-out-of-range]"),
        ([-1, 1], f"found '-1', {WHOLE} [option-out-of-range]"),
        ([255, 1], f"found '255', {WHOLE} [option-out-of-range]"),
        ([254, 1], f"found '254', {WHOLE} [option-out-of-range]"),
        ([2**40, 1], f"found '{2**40}', {WHOLE} [option-out-of-range]"),
        ([2.5, 1.0], f"found '2.5', {WHOLE} [not-a-whole-number]"),
        ([9.0, None], f"found '9', {WHOLE} [option-out-of-range]"),
        ([float("inf"), 1.0], f"found 'inf', {WHOLE} [not-a-whole-number]"),
        ([1e300, 1.0], "[option-out-of-range]"),
        (["two", "1"], f"found 'two', {WHOLE} [not-a-whole-number]"),
        (["2.0", "1"], f"found '2.0', {WHOLE} [not-a-whole-number]"),
        ([Decimal("1.5"), Decimal(1)], f"found '1.5', {WHOLE} [not-a-whole-number]"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_answers(kind: str, values: list[Any], told: str) -> None:
    """Nothing wraps, nothing is rounded: what no option has is a problem of its cell."""
    (found,) = problems(KINDS[kind](wide({"1.1": values})))
    assert found.startswith("frame:1:2: 1.1: ")
    assert found.endswith(told)


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([2.0, 0.0, float("nan")], [2, 0, UNANSWERED]),
        ([2.0, None, 3.0], [2, UNANSWERED, 3]),
        (["2", "", " 3 "], [2, UNANSWERED, 3]),
        (["2", None, "0"], [2, UNANSWERED, 0]),
        ([Decimal(2), None, Decimal(0)], [2, UNANSWERED, 0]),
        ([None, None, None], [UNANSWERED] * 3),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_answers_in_any_type(kind: str, values: list[Any], stored: list[int]) -> None:
    """Floats without places, text, decimals and nothing at all are read as what they say."""
    sheets = read(KINDS[kind](wide({"1.1": values})))
    assert sheets.answers[:, 0].tolist() == stored


def test_truth_values_are_no_answers() -> None:
    """True is not option 1: a whole column of it, or among objects."""
    told = "frame:2: 1.1: found Boolean, allowed are whole numbers and text; write positions of "
    told += "options as whole numbers, null for what was not assessed [wrong-dtype]"
    for make in (pd.DataFrame, pl.DataFrame, pa.table):
        assert problems(make(wide({"1.1": [True, False]}))) == [told]
    mixed = pd.DataFrame(wide({"1.1": [1, 1]}))
    mixed["1.1"] = pd.Series([1, True], dtype=object)
    assert problems(mixed) == [f"frame:2:2: 1.1: found 'True', {WHOLE} [not-a-whole-number]"]


def test_objects_of_pandas() -> None:
    """A column of mixed objects is read by the value; lists and the like are told."""
    frame = pd.DataFrame(wide({"1.1": [0] * 6}))
    given = [1, 2.0, "3", None, pd.NA, np.int8(2)]
    frame["1.1"] = pd.Series(given, dtype=object)
    assert read(frame).answers[:, 0].tolist() == [1, 2, 3, 255, 255, 2]
    frame["1.1"] = pd.Series([[1], 1, 1, 1, Fraction(1, 2), pd.NaT], dtype=object)
    assert problems(frame) == [
        f"frame:1:2: 1.1: found '[1]', {WHOLE} [not-a-whole-number]",
        f"frame:5:2: 1.1: found '0.5', {WHOLE} [not-a-whole-number]",
    ]


def test_types_that_hold_no_answers() -> None:
    """Dates and lists are refused by column, with what is allowed."""
    day = pl.Series([None], dtype=pl.Date)
    (told,) = problems(pl.DataFrame(wide({"1.1": [1]})).with_columns(day.alias("1.1")))
    assert "1.1: found Date, allowed are whole numbers and text" in told


def test_whole_numbers_with_gaps_arrive_as_floats() -> None:
    """Bytes with nulls, which become floats on the way to arrays, keep every answer."""
    answers = [3, None, 0]
    frames = [
        pl.DataFrame(wide({"1.1": answers})).cast({"1.1": pl.UInt8}),
        pa.table(wide({"1.1": answers})).set_column(1, "1.1", pa.array(answers, pa.uint8())),
        pd.DataFrame(wide({"1.1": answers})).astype({"1.1": "UInt8"}),
        pd.DataFrame(wide({"1.1": answers})).astype({"1.1": "float32"}),
        pl.DataFrame(wide({"1.1": answers})).cast({"1.1": pl.Int8}),
    ]
    for frame in frames:
        assert read(frame).answers[:, 0].tolist() == [3, UNANSWERED, 0]


@pytest.mark.parametrize("words", [["3", None, "1"], [3, None, 1]])
def test_categories(words: list[Any]) -> None:
    """Null stays null, also where each part of a column has categories of its own."""
    parts = [pa.array([word]).dictionary_encode() for word in (words[0], words[2])]
    parts.insert(1, pa.array([None], parts[0].type.value_type).dictionary_encode())
    column = pa.chunked_array(parts)
    table = pa.table(wide({"1.1": words}))
    assert read(table.set_column(1, "1.1", column)).answers[:, 0].tolist() == [3, 255, 1]
    assert read(pd.DataFrame(wide({"1.1": words})).astype({"1.1": "category"})).answers[
        :, 0
    ].tolist() == [3, 255, 1]
    if isinstance(words[0], str):
        frame = pl.DataFrame(wide({"1.1": words}))
        for kind in (pl.Categorical, pl.Enum(["1", "2", "3"])):
            assert read(frame.cast({"1.1": kind})).answers[:, 0].tolist() == [3, 255, 1]


def test_a_stream_is_read_once() -> None:
    """The second reading finds nothing, and says why."""
    reader = pa.table(wide()).to_reader()
    assert len(read(reader)) == 1
    assert problems(reader) == [
        "frame: the frame has no rows; a stream can be read once; add sheets [no-sheets]"
    ]


def test_frames_without_rows() -> None:
    """No rows are a problem in every kind."""
    for make in KINDS.values():
        (told,) = problems(make({name: [] for name in wide()}))
        assert told.endswith("[no-sheets]")


def test_parts_of_frames() -> None:
    """A slice of a table, and rows in another order, are read from where they begin."""
    table = pa.table(wide({"1.1": [0, 1, 2, 3]}))
    assert read(table.slice(1, 2)).answers[:, 0].tolist() == [1, 2]
    frame = pd.DataFrame(wide({"1.1": [0, 1, 2, 3]})).iloc[::-2]
    sheets = read(frame)
    assert (sheets.products, sheets.answers[:, 0].tolist()) == (("T-4", "T-2"), [3, 1])


def test_what_is_no_frame() -> None:
    """Anything else is refused by name, and so is a lazy frame that fails."""
    for given in ({"product": ["a"]}, [1], "sheets.csv", None, pa.array([1])):
        with pytest.raises(ocop.InputError) as caught:
            read(given)
        assert caught.value.problems[0].code in ("wrong-type", "cannot-read")
    lazy = pl.LazyFrame(wide()).with_columns(pl.col("nothing"))
    with pytest.raises(ocop.InputError, match="the frame cannot be computed"):
        read(lazy)
    with pytest.raises(ocop.InputError, match="allowed are positions, labels, points"):
        read(pl.DataFrame(wide()), answers="marks")


def test_all_problems_at_once_with_their_places() -> None:
    """Products, sets, findings, answers and cases: every problem of the frame in one error."""
    frame = pd.DataFrame(
        {
            "product": ["a", "", "c\n", "a", "e", "f"],
            "set": [11, 11, 11, "tea", 99, "nothing"],
            "findings": [None, "", "what", None, None, None],
        }
        | {code: [1] * 6 for code in TEA.codes}
    )
    frame.loc[3, "2.1"] = 77
    assert problems(frame, set=None) == [
        "frame:2:1: product: the product's code is empty [missing-product]",
        "frame:3:3: findings: found the finding 'what', allowed are "
        + ", ".join(exclusion.finding.id for exclusion in TEA.exclusions)
        + " [unknown-finding]",
        "frame:4:1: product: the product 'a' stands twice; the first is in row 1 "
        "[duplicate-product]",
        "frame:4:11: 2.1: found '77', allowed are 0 to 4 or empty [option-out-of-range]",
        "frame:5:2: set: qd-26-2026 has no set '99'; allowed are the numbers 1 to 26 or a product "
        "group such as 'fresh-produce'; ocop show lists them [unknown-set]",
        "frame:6:2: set: qd-26-2026 has no set 'nothing'; allowed are the numbers 1 to 26 or a "
        "product group such as 'fresh-produce'; ocop show lists them [unknown-set]",
    ]


def test_several_sets() -> None:
    """A column `set` sorts the rows; other sets' criteria are left empty, or told."""
    codes = list(dict.fromkeys((*TEA.codes, *TOURISM.codes)))
    columns: Columns = {"product": ["a", "b", "c"], "set": ["tea", 26, "11"]}
    for code in codes:
        columns[code] = [
            1 if code in known else None for known in (TEA.codes, TOURISM.codes, TEA.codes)
        ]
    frame = pd.DataFrame(columns | {"kept": [1.5, 2.5, 3.5]})
    tea, tourism = ocop.read_frame(frame, LAW)
    assert (tea.products, tourism.products) == (("a", "c"), ("b",))
    ranked = ocop.rank(ocop.score(batch) for batch in (tea, tourism)).to_frame()
    kept = dict(zip(ranked["product"], ranked["kept"], strict=True))
    assert kept == {"a": 1.5, "b": 2.5, "c": 3.5}
    assert ranked["kept"].dtype == np.float64
    with pytest.raises(ocop.InputError, match="sets 11, 26, allowed is one; use read_frame"):
        ocop.Sheets.from_frame(frame, LAW)
    only = next(code for code in TOURISM.codes if code not in TEA.codes)
    frame.loc[0, only] = 2
    assert problems(frame, set=None) == [
        f"frame:1:{frame.columns.get_loc(only) + 1}: {only}: found '2', but set 11 tea has no "
        f"criterion {only}; leave the cell empty [criterion-not-in-set]"
    ]


def test_assessors_and_findings() -> None:
    """Several sheets of a product stand beside each other where an assessor tells them apart."""
    known = [exclusion.finding.id for exclusion in TEA.exclusions]
    columns = wide(product=["a", "a"], assessor=["An", "Bình"], findings=[None, known[0]])
    for make in KINDS.values():
        sheets = read(make(columns))
        assert sheets.assessors == ("An", "Bình")
        assert ocop.score(sheets).star.tolist()[1] == 0
        table = as_arrow(ocop.score(sheets).to_frame())
        assert table["star"].null_count == 1
        assert table["excluded"].to_pylist() == ["", known[0]]
        again = read(as_arrow(sheets.to_frame()))
        assert np.array_equal(again.findings, sheets.findings)


def test_a_set_of_ones_own() -> None:
    """The criteria set itself is enough, also one that no shipped decision has."""
    reform = ocop.Reform(
        id="own",
        title=ocop.Label("Riêng", "Own"),
        edits=[ocop.SetPoints(criterion="1.1", option=3, points=4, sets="tea")],
    )
    own = ocop.apply_reform(reform, LAW).decision.sets[11]
    sheets = ocop.Sheets.from_frame(pl.DataFrame(wide(set=["tea"])), own)
    assert sheets.criteria_set is own


# Labels and points


def test_labels_in_both_languages() -> None:
    """Labels are read without regard to case, spaces and form of the accents."""
    options = TEA.items[0].criterion.options
    loose = unicodedata.normalize("NFD", options[1].label.vi.upper().replace(" ", "  "))
    words = [options[0].label.vi, options[2].label.en, loose, f"3 - {options[2].label.vi}"]
    words += ["2", "0", "none met", None, " "]
    columns = wide({"1.1": words}) | {code: [None] * len(words) for code in TEA.codes[1:]}
    expected = [1, 3, 2, 3, 2, 0, 0, 255, 255]
    for make in (pd.DataFrame, pl.DataFrame, pa.table):
        assert read(make(columns), answers="labels").answers[:, 0].tolist() == expected
    category = pd.DataFrame(columns).astype({"1.1": "category"})
    assert read(category, answers="labels").answers[:, 0].tolist() == expected


def test_labels_that_no_option_has() -> None:
    """The message says what is allowed, and which label was nearly written."""
    columns = wide({"1.1": ["Không rõ"]}) | {code: [None] for code in TEA.codes[1:]}
    (told,) = problems(pl.DataFrame(columns), answers="labels")
    assert told == (
        "frame:1:2: 1.1: found 'Không rõ', allowed are 0 to 3, a label of an option, or empty; "
        "copy the label, or write its position [unknown-option]"
    )
    near = TEA.items[0].criterion.options[0].label.en
    (told,) = problems(pl.DataFrame(columns | {"1.1": [near[:-1]]}), answers="labels")
    assert told.endswith(f"; did you mean {near!r}? [unknown-option]")


def test_points() -> None:
    """Points name the option that has them; where several do, the positions are told."""
    item = TEA.items[0]
    points = [option.points for option in item.criterion.options]
    empty = {code: [None] * (len(points) + 1) for code in TEA.codes[1:]}
    columns = wide({"1.1": [*points, None]}) | empty
    sheets = read(pl.DataFrame(columns), answers="points")
    assert sheets.answers[:, 0].tolist() == [*range(1, len(points) + 1), 255]
    assert ocop.score(sheets).total.tolist() == [*points, 0]
    columns["1.1"][0] = 50
    (told,) = problems(pl.DataFrame(columns), answers="points")
    assert told.endswith("found '50', allowed are the points 0, 1, 2, 3, or empty [unknown-option]")


def test_points_that_several_options_have() -> None:
    """Equal points of two cases are refused with the positions of the options."""
    columns: Columns = {"product": ["a"], "15": [3]}
    columns |= {code: [None] for code in TOURISM.codes if code != "15"}
    with pytest.raises(ocop.SheetError) as caught:
        ocop.Sheets.from_frame(pl.DataFrame(columns), TOURISM, answers="points")
    assert str(caught.value) == (
        "frame:1:2: 15: found '3', which fits the options 2 and 4; points cannot tell them apart: "
        "write labels or positions [ambiguous-answer]"
    )


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_labels_and_points_agree_with_positions(law: ocop.Decision) -> None:
    """Every option of every shipped set, by label and by points, scores as by position."""
    for source in law.sets.values():
        most = max(len(item.criterion.options) for item in source.items)
        by_position: Columns = {"product": [str(n) for n in range(most)]}
        by_label, by_points = dict(by_position), dict(by_position)
        for item in source.items:
            options = item.criterion.options
            place = [n % len(options) for n in range(most)]
            points = [option.points for option in options]
            # Of one case, and of points that no other option has.
            place = [
                n if options[n].case == options[0].case and points.count(points[n]) == 1 else None
                for n in place
            ]
            by_position[item.code] = [None if n is None else n + 1 for n in place]
            by_label[item.code] = [None if n is None else options[n].label.vi for n in place]
            by_points[item.code] = [None if n is None else points[n] for n in place]
        first = ocop.Sheets.from_frame(pl.DataFrame(by_position), source)
        labels = ocop.Sheets.from_frame(pl.DataFrame(by_label), source, answers="labels")
        given = ocop.Sheets.from_frame(pl.DataFrame(by_points), source, answers="points")
        assert np.array_equal(first.answers, labels.answers)
        assert np.array_equal(first.answers, given.answers)


# The long form


def long(**more: list[Any]) -> Columns:
    """Return the answers of two products to tea, mixed, one row each."""
    pairs = [(product, code) for code in TEA.codes for product in ("b", "a")]
    columns: Columns = {
        "product": [product for product, _ in pairs],
        "criterion": [code for _, code in pairs],
        "answer": [1 if product == "a" else 2 for product, _ in pairs],
    }
    return columns | more


@pytest.mark.parametrize("kind", MAKERS)
def test_the_long_form(kind: str) -> None:
    """Sheets come in the order of their first rows, with what their rows agree in."""
    columns = long(commune=["Xã B", "Xã A"] * len(TEA.codes), year=[1, 2] * len(TEA.codes))
    frame = MAKERS[kind](columns)
    sheets = read(frame)
    assert (sheets.products, dict(sheets.columns)["year"]) == (("b", "a"), ("1", "2"))
    assert sheets.answers.tolist() == [[2] * 32, [1] * 32]
    table = as_arrow(ocop.score(sheets).to_frame())
    assert table.select(["product", "commune", "year"]).to_pylist() == [
        {"product": "b", "commune": "Xã B", "year": 1},
        {"product": "a", "commune": "Xã A", "year": 2},
    ]


def test_what_is_wrong_in_the_long_form() -> None:
    """Rows of a sheet that disagree, answers twice, criteria that are none."""
    columns = long(note=["x", "y"] * len(TEA.codes))
    columns["note"][2] = "z"
    columns["criterion"][4] = "1.1"
    columns["criterion"][5] = "99"
    columns["answer"][6] = 9
    assert problems(pl.DataFrame(columns)) == [
        "frame:3:4: note: found 'z', but row 1 of the product 'b' says 'x'; a sheet has one of "
        "them [column-differs]",
        "frame:5:2: criterion: the product 'b' has the criterion 1.1 twice; keep one of its rows; "
        "a row above answers 2 [duplicate-criterion]",
        "frame:6:2: criterion: set 11 tea has no criterion '99'; did you mean '9'? "
        "[unknown-criterion]",
        "frame:7:3: 1.4: found '9', allowed are 0 to 3 or empty [option-out-of-range]",
    ]
    assert len(problems(pl.DataFrame(columns))) == 4
    assert len(read(pl.DataFrame(long(note=list(range(64)))), keep=[])) == 2


def test_criteria_as_floats_are_refused() -> None:
    """1.10 and 1.1 are one number, so that codes with places must be text."""
    columns = long(criterion=[1.1, 1.2] * len(TEA.codes))
    for make in (pd.DataFrame, pl.DataFrame, pa.table):
        (told,) = problems(make(columns))
        assert "criterion: found Float64, allowed are text and whole numbers" in told
    mixed = pd.DataFrame(long()).astype({"criterion": object})
    mixed.loc[0, "criterion"] = 1.1
    (told,) = problems(mixed)
    assert told.endswith("1.10 and 1.1 are one number [wrong-type]")


def test_half_characters() -> None:
    """Text that is no Unicode is told in both forms."""
    frame = pd.DataFrame(long()).astype({"product": object})
    frame.loc[3, "product"] = "a\ud800"
    assert problems(frame) == [
        "frame:4:1: product: found half a character, no Unicode text [not-utf8]"
    ]
    frame = pd.DataFrame(wide()).astype({"product": object})
    frame.loc[0, "product"] = "a\ud800"
    (told,) = problems(frame)
    assert told.endswith("[bad-character]")


def test_long_labels_and_points() -> None:
    """Answers by label and by points, one row each."""
    options = TEA.items[0].criterion.options
    columns: Columns = {"product": ["a"], "criterion": ["1.1"], "answer": [options[1].label.en]}
    assert read(pl.DataFrame(columns), answers="labels").answers[0, 0] == 2
    columns["answer"] = [options[2].points]
    assert read(pl.DataFrame(columns), answers="points").answers[0, 0] == 3
    columns["answer"] = [77]
    (told,) = problems(pl.DataFrame(columns), answers="points")
    assert told.endswith("allowed are the points 0, 1, 2, 3, or empty [unknown-option]")


# Frames and files


def many(count: int) -> list[ocop.Sheets]:
    """Return sheets of every set of the decision, `count` in all."""
    numbers = sorted(ocop.decision(LAW).sets)
    products = {n: count // 26 + (place < count % 26) for place, n in enumerate(numbers)}
    made = ocop.synthesize(LAW, products=products, shares={4: 0.4, 3: 0.5, 5: 0.1}, rng=7)
    return list(made.sheets)


@pytest.fixture(scope="module")
def mixed() -> Columns:
    """Return 10,000 sheets of all sets in the wide form, rows of the sets mixed."""
    population = many(10_000)
    codes = list(dict.fromkeys(code for batch in population for code in batch.criteria_set.codes))
    rows: list[dict[str, Any]] = []
    for batch in population:
        own = batch.criteria_set.codes
        for product, answers in zip(batch.products, batch.answers.tolist(), strict=True):
            given = {code: None if a == 255 else a for code, a in zip(own, answers, strict=True)}
            rows.append({"product": product, "set": batch.criteria_set.number, **given})
    order = np.random.default_rng(3).permutation(len(rows))
    return {name: [rows[n].get(name) for n in order] for name in ("product", "set", *codes)}


def unpivoted(columns: Columns) -> Columns:
    """Return sheets in the long form."""
    codes = [name for name in columns if name not in ("product", "set")]
    heads = list(zip(columns["product"], columns["set"], strict=True))
    found = [
        (product, number, code, answer)
        for code in codes
        for (product, number), answer in zip(heads, columns[code], strict=True)
        if answer is not None
    ]
    names = ("product", "set", "criterion", "answer")
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True))


def write_excel(columns: Columns, path: Path) -> None:
    """Write columns as a plain worksheet with one header row."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, (name, values) in enumerate(columns.items()):
            sheet.write_string(0, place, name)
            sheet.write_column(1, place, values)


@pytest.mark.parametrize("form", ["wide", "long"])
def test_ten_thousand_sheets_score_alike_from_everywhere(
    form: str, mixed: Columns, tmp_path: Path
) -> None:
    """pandas, polars, pyarrow, duckdb, CSV and Excel: the same sheets give the same scores."""
    columns = mixed if form == "wide" else unpivoted(mixed)
    table = pa.table(columns)
    text = io.BytesIO()
    pl.from_arrow(table).write_csv(text)
    text.seek(0)
    first = [ocop.score(batch) for batch in ocop.read_sheets(text, LAW)]
    assert sum(map(len, first)) == 10_000
    assert len(first) == 26
    others = {kind: ocop.read_frame(make(columns), LAW) for kind, make in KINDS.items()}
    if form == "wide":
        write_excel(columns, tmp_path / "sheets.xlsx")
        others["excel"] = ocop.read_sheets(tmp_path / "sheets.xlsx", LAW)
    for kind, batches in others.items():
        for one, batch in zip(first, batches, strict=True):
            scores = ocop.score(batch)
            if form == "long":
                assert sorted(scores.products) == sorted(one.products), kind
            assert scores.equals(one), kind
            assert np.array_equal(scores.sheets.answers, one.sheets.answers), kind


def test_sheets_with_an_origin_travel() -> None:
    """Sheets of every kind of frame pickle, and still come out as that kind."""
    for make in KINDS.values():
        frame = make(wide(when=[1.5, 2.5]))
        scores = pickle.loads(pickle.dumps(ocop.score(read(frame))))
        assert type(scores.to_frame()) is type(frame)
        assert as_arrow(scores.to_frame())["when"].to_pylist() == [1.5, 2.5]
