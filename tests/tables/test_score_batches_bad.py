"""Arrow batches that are no sheets: every problem of a batch, with row, product and column."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import ocop
from ocop.scoring.packing import pack

pa = pytest.importorskip("pyarrow")

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
COUNT = 4
GOOD: dict[str, Any] = {
    "product": [f"T-{n}" for n in range(COUNT)],
    **{code: pa.array([1] * COUNT, pa.int8()) for code in TEA.codes},
}


def found(
    columns: dict[str, Any], before: int = 0, law: Any = LAW, chosen: Any = "tea", keep: Any = ()
) -> list[str]:
    """Return the problems of a batch that a good one of so many rows stands before."""
    batches = [pa.record_batch(columns)]
    if before:
        good = {name: ["x"] * before for name in ("product",)}
        good |= {code: [None] * before for code in TEA.codes}
        batches.insert(0, pa.record_batch(good))
    results = ocop.score_batches(batches, law, set=chosen, keep=keep)
    with pytest.raises(ocop.SheetError) as caught:
        list(results)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {"1.1": pa.array([1, 9, None, -1])},
            [
                "batches:12:2: 'T-1': 1.1: found 9, allowed are 0 to 3 or null "
                "[option-out-of-range]",
                "batches:14:2: 'T-3': 1.1: found -1, allowed are 0 to 3 or null "
                "[option-out-of-range]",
            ],
        ),
        (
            {"1.1": pa.array([255, 254, 300, 2**64 - 1], pa.uint64())},
            [
                f"batches:{11 + n}:2: 'T-{n}': 1.1: found {value}, allowed are 0 to 3 or null "
                "[option-out-of-range]"
                for n, value in enumerate((255, 254, 300, 2**64 - 1))
            ],
        ),
        (
            {"1.1": pa.array([Decimal(10**30), Decimal(-1), Decimal(1), None])},
            [
                f"batches:11:2: 'T-0': 1.1: found {10**30}, allowed are 0 to 3 or null "
                "[option-out-of-range]",
                "batches:12:2: 'T-1': 1.1: found -1, allowed are 0 to 3 or null "
                "[option-out-of-range]",
            ],
        ),
        *(
            (
                {"1.2": column},
                [
                    f"batches:3: 1.2: found {column.type}, allowed are whole numbers; cast the "
                    "column to whole numbers, null for what was not assessed [wrong-dtype]"
                ],
            )
            for column in (
                pa.array([1.0, 2.0, None, float("nan")]),
                pa.array(["1", "2", "3", "4"]),
                pa.array([True, False, None, True]),
                pa.array([Decimal("1.5")] * COUNT),
            )
        ),
        (
            {"product": ["a", None, " ", "b\x00"]},
            [
                "batches:12:1: product: the product's code is empty [missing-product]",
                "batches:13:1: product: the product's code is empty [missing-product]",
                "batches:14:1: 'b\\x00': product: found control characters in 'b\\x00' "
                "[bad-character]",
            ],
        ),
        (
            {"product": [1, 2, 3, 4]},
            [
                "batches:1: product: found int64, allowed is text; cast the column to text "
                "[wrong-type]"
            ],
        ),
        (
            {"findings": ["", None, "imported-material; x", "imported-materials"]},
            [
                "batches:13:34: 'T-2': findings: found the finding 'imported-material', allowed "
                f"are {', '.join(e.finding.id for e in TEA.exclusions)}; did you mean "
                "'imported-materials'? [unknown-finding]",
                "batches:13:34: 'T-2': findings: found the finding 'x', allowed are "
                f"{', '.join(e.finding.id for e in TEA.exclusions)} [unknown-finding]",
            ],
        ),
        (
            {"findings": pa.array([1, None, 64, -1], pa.int8())},
            [
                "batches:13:34: 'T-2': findings: found finding number 6, counted from 0, allowed "
                f"are {', '.join(e.finding.id for e in TEA.exclusions)} [unknown-finding]",
                "batches:14:34: 'T-3': findings: found -1, allowed are whole numbers from 0, one "
                "bit per finding [out-of-range]",
            ],
        ),
        (
            {"findings": [[1], [2], [3], [4]]},
            [
                "batches:34: findings: found list<item: int64>, allowed are text and whole "
                "numbers [wrong-type]"
            ],
        ),
        (
            {"set": ["tea", None, "teas", "teas"]},
            [
                "batches:12:34: 'T-1': set: qd-26-2026 has no set ''; allowed are the numbers 1 "
                "to 26 or a product group such as 'fresh-produce'; ocop show lists them "
                "[unknown-set]",
                "batches:13:34: 'T-2': set: qd-26-2026 has no set 'teas'; allowed are the numbers "
                "1 to 26 or a product group such as 'fresh-produce'; did you mean 'tea' or "
                "'plant-teas'? [unknown-set]",
                "batches:14:34: 'T-3': set: found 'teas', as above [unknown-set]",
            ],
        ),
        (
            {"set": [11, 1, 11, 1]},
            [
                "batches:12:34: 'T-1': set: found set 1, allowed is set 11 as named [set-differs]",
                "batches:14:34: 'T-3': set: found '1', as above [set-differs]",
            ],
        ),
        (
            {"set": [1.0, 2.0, 3.0, 4.0]},
            [
                "batches:34: set: found double, allowed are text and whole numbers [wrong-type]",
            ],
        ),
        (
            {"1.22": [1] * COUNT, "comune": ["x"] * COUNT, "assessor": ["y"] * COUNT},
            [
                "batches:34: set 11 tea has no criterion '1.22'; its criteria are 1.1 to 11; ocop "
                "show lists them [unknown-criterion]",
                "batches:35: unknown column 'comune'; name it with keep (--keep) to carry it along "
                "[unknown-column]",
                "batches:36: found the column 'assessor', which is not among those to keep; name "
                "it with keep, or leave it out [unknown-column]",
            ],
        ),
        (
            {"criterion": ["1.1"] * COUNT, "answer": [1] * COUNT},
            [
                "batches: found the columns criterion and answer, allowed is one row a product; "
                "bring the answers into columns by criterion, or read a file with read_sheets "
                "[unknown-column]"
            ],
        ),
        (
            {"word_0": pa.array([0] * COUNT, pa.uint64())},
            [
                *(
                    f"batches:{n}: found the column '{code}' beside words, which hold all answers; "
                    "leave one of them out [unknown-column]"
                    for n, code in enumerate(TEA.codes, start=2)
                ),
            ],
        ),
    ],
)
def test_problems_of_a_batch(changes: dict[str, Any], problems: list[str]) -> None:
    """Rows are counted over the stream; 10 good rows stand before."""
    told = found({**GOOD, **changes}, before=10)
    assert [text for text in told if "needs the columns" not in text] == problems


def test_all_problems_of_a_batch_at_once() -> None:
    """Columns come first, then rows; a batch before it comes out whole."""
    columns = {**GOOD, "1.1": [1, 7, 1, 1], "1.2": ["x"] * COUNT, "more": [0] * COUNT}
    columns["product"] = ["T-0", "T-1", None, "T-3"]
    del columns["11"]
    assert [text.rpartition(" ")[2] for text in found(columns)] == [
        "[missing-column]",
        "[wrong-dtype]",
        "[unknown-column]",
        "[option-out-of-range]",
        "[missing-product]",
    ]
    good = pa.record_batch(GOOD)
    results = ocop.score_batches([good, pa.record_batch(columns)], LAW, set="tea")
    assert len(next(results)) == COUNT
    with pytest.raises(ocop.SheetError) as caught:
        next(results)
    assert {problem.line for problem in caught.value.problems} == {None, 6, 7}


def test_columns_that_are_missing_or_stand_twice() -> None:
    """A batch must have product, set where none is named, and the criteria of its sets."""
    assert found({"products": ["a"], "1.1": [1]}, chosen=None) == [
        "batches: the column 'product' is missing [missing-column]",
        "batches: no criteria set: there is no column 'set'; name the set (--set), or add the "
        "column [missing-column]",
        "batches:1: unknown column 'products'; name it with keep (--keep) to carry it along; did "
        "you mean 'product'? [unknown-column]",
    ]
    assert found({"product": ["a"], "set": ["tea"]}, chosen=None) == [
        f"batches: set 11 tea needs the columns {', '.join(TEA.codes)} [missing-column]"
    ]
    assert found({"product": ["a"], "set": ["tea"]}, chosen=None, keep=["x", "assessor"]) == [
        "batches: the column 'x' is missing [missing-column]",
        "batches: the column 'assessor' is missing [missing-column]",
    ]
    twice = pa.RecordBatch.from_arrays([pa.array(["a"])] * 2, names=["product", "product"])
    with pytest.raises(ocop.SheetError, match="the column 'product' stands twice"):
        list(ocop.score_batches(twice, LAW, set="tea"))


def test_an_answer_that_the_rows_set_does_not_have() -> None:
    """Columns of all sets stand side by side; a row leaves null what its set lacks."""
    produce = ocop.criteria_set(LAW, 1)
    other = next(code for code in produce.codes if code not in TEA.codes)
    codes = dict.fromkeys([*TEA.codes, *produce.codes])
    columns = {"product": ["a", "b"], "set": [11, 1], **{code: [1, None] for code in codes}}
    place = [*columns].index(other) + 1
    told = found(columns, chosen=None)
    assert (
        f"batches:1:{place}: 'a': {other}: found 1, but set 11 tea has no criterion {other}; leave "
        "it null [criterion-not-in-set]"
    ) in told
    assert {text.rpartition(" ")[2] for text in told} == {"[criterion-not-in-set]"}


def test_sheets_that_mix_cases() -> None:
    """One sheet takes one case of a kind."""
    law = next(s for s in ocop.decision(LAW).sets.values() if s.case_kinds)
    kind = law.case_kinds[0]
    items = [item for item in law.items if item.criterion.case_kind == kind.id]
    answers: dict[str, Any] = {code: [None] for code in law.codes}
    for item, case in zip(items, kind.cases, strict=False):
        options = item.criterion.options
        answers[item.code] = [1 + next(n for n, o in enumerate(options) if o.case == case.id)]
    (told,) = found({"product": ["a"], **answers}, chosen=law.number)
    assert told.startswith("batches:1:1: 'a': product: the sheet mixes cases of ")
    assert told.endswith("[mixed-cases]")


def packed(**changes: Any) -> dict[str, Any]:
    """Return two sheets of tea as words, with some columns changed."""
    sheet = ocop.Sheet(criteria_set=TEA, answers=dict.fromkeys(TEA.codes, 1))
    words = np.repeat(pack(ocop.Sheets.of([sheet])), 2, axis=0)
    columns = {"product": ["a", "b"]}
    columns |= {f"word_{n}": pa.array(words[:, n], pa.uint64()) for n in range(words.shape[1])}
    return columns | changes


def test_packed_sheets_that_are_wrong() -> None:
    """Words that hold no answers of the set are told by row and column."""
    (ones,) = set(packed()["word_0"].to_pylist())
    assert list(ocop.score_batches(pa.table(packed(row=[7, 8])), LAW, set=11))
    assert found(packed(word_0=pa.array([ones, None], pa.uint64()))) == [
        "batches:2:2: 'b': word_0: found null, allowed is a whole number [null-value]"
    ]
    assert found(packed(word_0=pa.array([ones | 7, ones], pa.uint64()))) == [
        "batches:1: 'a': 1.1: found the code 7, allowed are 0 (unanswered), 1 (none met) and 2 to "
        "4 (options 1 to 3) [option-out-of-range]"
    ]
    assert found(packed(word_1=pa.array([0, 2**63], pa.uint64()))) == [
        "batches:2:3: 'b': word_1: found bit 63 set, allowed are bits 0 to 28 [stray-bits]"
    ]
    assert found(
        packed(
            word_1=pa.array(
                [0, 2**64],
                pa.decimal128(30, 0),
            )
        )
    ) == [f"batches:2:3: 'b': word_1: found {2**64}, allowed are 0 to {2**64 - 1} [out-of-range]"]
    assert found(packed(word_1=pa.array([0, -1], pa.int8()))) == [
        f"batches:2:3: 'b': word_1: found -1, allowed are 0 to {2**64 - 1} [out-of-range]"
    ]
    assert found(packed(word_1=[0.0, 1.0])) == [
        "batches:3: word_1: found double, allowed are whole numbers [wrong-dtype]"
    ]
    assert found(packed(word_2=[0, 1])) == [
        "batches:2:4: 'b': word_2: found bits in word_2, set 11 tea has 2 words [stray-bits]",
    ]
    assert found({"product": ["a"], "word_1": [0]}) == [
        "batches: set 11 tea needs the columns word_0 [missing-column]"
    ]


def test_many_problems_are_counted() -> None:
    """At most 10,000 problems are kept, the first ones; the others are counted."""
    columns = {code: pa.array(np.full(400, 99, dtype=np.uint8)) for code in TEA.codes}
    batch = pa.record_batch({"product": ["x"] * 400, **columns})
    with pytest.raises(ocop.SheetError) as caught:
        next(ocop.score_batches(batch, LAW, set="tea"))
    assert len(caught.value.problems) == 10_000
    assert caught.value.more == 400 * len(TEA.codes) - 10_000
    lines = [problem.line or 0 for problem in caught.value.problems]
    assert lines == sorted(lines)
    words = pa.array(np.full(4000, 2**64 - 1, dtype=np.uint64))
    batch = pa.record_batch({"product": ["x"] * 4000, "word_0": words, "word_1": words})
    with pytest.raises(ocop.SheetError) as caught:
        next(ocop.score_batches(batch, LAW, set="tea"))
    assert len(caught.value.problems) == 10_000
    assert caught.value.more > 10_000


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
def test_texts_that_are_not_utf8(kind: Any) -> None:
    """Bytes that are no text are told by row, in every column of text."""
    binary = pa.binary() if kind == pa.string() else pa.large_binary()
    raw = pa.array([b"good", b"\xff\xfe", None, b"b" * 20], binary)
    broken = pa.Array.from_buffers(kind, COUNT, raw.buffers())
    columns = {**GOOD, "product": broken, "commune": broken, "findings": broken}
    told = found(columns, keep=["commune"])
    assert [text for text in told if "not-utf8" in text] == [
        f"batches:2:{place}: {name}: found bytes that are not UTF-8, allowed is UTF-8 [not-utf8]"
        for place, name in ((1, "product"), (34, "commune"), (35, "findings"))
    ]
    assert "batches:3:1: product: the product's code is empty [missing-product]" in told
    assert not any("batches:2" in text and "missing-product" in text for text in told)
    places = pa.array([1, 0, None, 1])
    columns = {**GOOD, "commune": pa.DictionaryArray.from_arrays(places, broken)}
    assert [text.partition(": found")[0] for text in found(columns, keep=["commune"])] == [
        "batches:1:34: 'T-0': commune",
        "batches:4:34: 'T-3': commune",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a.parquet", "batches: found 'a.parquet' (str), allowed are Arrow record batches, or"),
        (7, "batches: found 7 (int), allowed are Arrow record batches, or an Arrow stream"),
        ({"product": ["a"]}, "batches[0]: found 'product' (str), allowed are Arrow record"),
        ([pa.record_batch(GOOD), None], "batches[1]: found None (NoneType), allowed are Arrow"),
        (pa.chunked_array([[1, 2]]), "batches: ChunkedArray holds no Arrow record batches: "),
        (pa.array([1, 2]), "batches: "),
    ],
)
def test_something_else_than_batches(given: Any, message: str) -> None:
    """What holds no record batches is named, with its place."""
    with pytest.raises(ocop.InputError) as caught:
        list(ocop.score_batches(given, LAW, set="tea"))
    assert str(caught.value).startswith(message)
    assert [problem.code for problem in caught.value.problems] == ["wrong-type"]


def test_errors_of_the_source_are_its_own() -> None:
    """What the iterable raises comes through as it is."""

    def source() -> Any:
        yield pa.record_batch(GOOD)
        raise OSError("the disk is gone")

    results = ocop.score_batches(source(), LAW, set="tea")
    next(results)
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)


def test_arguments_are_checked_before_any_batch() -> None:
    """A scorer is checked where it is made, not in the workers."""
    with pytest.raises(ocop.UnknownDecisionError):
        ocop.score_batches([], "qd-1-2000")
    with pytest.raises(ocop.UnknownSetError):
        ocop.BatchScorer(LAW, set="teas")
    with pytest.raises(ocop.InputError) as caught:
        ocop.BatchScorer(LAW, keep=["product", "star", "commune", "A", "1.1"])
    assert [str(problem) for problem in caught.value.problems] == [
        f"keep: the name '{name}' is taken and cannot be kept; give the column another name "
        "[name-taken]"
        for name in ("product", "star", "A", "1.1")
    ]
