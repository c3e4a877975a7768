"""Frames of hard users: types that libraries treat unlike others, things that are no frame."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ocop

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")


def columns(count: int = 3, **more: Any) -> dict[str, Any]:
    """Return columns of tea sheets with answers that differ by row."""
    answers = {code: [1 + (n + k) % 2 for k in range(count)] for n, code in enumerate(TEA.codes)}
    return {"product": [f"T-{n}" for n in range(count)], **answers, **more}


def totals(frame: Any) -> list[int]:
    """Return the totals of a frame of tea sheets."""
    found: list[int] = ocop.score(ocop.Sheets.from_frame(frame, TEA)).total.tolist()
    return found


def test_views_of_text_go_out_in_another_order() -> None:
    """What a stream of polars holds as text can be ranked, and kept columns keep their content."""
    table = pa.table(pl.DataFrame(columns(note=["a", None, "c"], raw=[b"x", b"y", None])))
    assert str(table.schema.field("note").type) == "string_view"
    ranking = ocop.rank(ocop.score(ocop.Sheets.from_frame(table, TEA)))
    out = ranking.to_frame()
    given = {"T-0": ("a", b"x"), "T-1": (None, b"y"), "T-2": ("c", None)}
    rows = out.select(["product", "note", "raw"]).to_pylist()
    assert {row["product"]: (row["note"], row["raw"]) for row in rows} == given
    assert [row["product"] for row in rows] != list(given)


def test_wide_whole_numbers_of_polars() -> None:
    """Numbers of 128 bits are answers, and none of them wraps."""
    frame = pl.DataFrame(columns())
    wide = frame.with_columns(pl.col(*TEA.codes).cast(pl.Int128))
    assert totals(wide) == totals(frame)
    with pytest.raises(ocop.SheetError, match="found '332306998946228968225951765"):
        totals(wide.with_columns(pl.Series("1.1", [2**118 + 19] * len(wide), dtype=pl.Int128)))


@pytest.mark.parametrize("null", [None, np.nan, pd.NA])
def test_objects_that_are_whole_numbers(null: Any) -> None:
    """Objects of pandas are read as numbers; what equals a number and is none stays an error."""
    frame = pd.DataFrame(columns(), dtype=object)
    frame.loc[1, "1.1"] = null
    numbers = pd.DataFrame(columns()).astype({"1.1": float})
    numbers.loc[1, "1.1"] = np.nan
    assert totals(frame) == totals(numbers)
    for wrong in (True, 1.5, 10**30):
        frame.loc[1, "1.1"] = wrong
        with pytest.raises(ocop.SheetError, match=r"frame:2:2: 1\.1: found "):
            totals(frame)


@pytest.mark.parametrize(
    "given", [pd.Series([1]), pl.Series([1]), pa.chunked_array([[1]]), pd.DataFrame, np.zeros(3)]
)
def test_what_is_no_frame_is_told(given: Any) -> None:
    """Series, classes and arrays are errors of ours."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.read_frame(given, LAW, set="tea")
    assert {problem.code for problem in caught.value.problems} <= {"wrong-type", "cannot-read"}


def test_one_name_to_keep_is_not_read_by_letters() -> None:
    """`keep="commune"` names one column."""
    frame = pd.DataFrame(columns(commune=["x", "y", "z"], other=[1, 2, 3]))
    (sheets,) = ocop.read_frame(frame, LAW, set="tea", keep="commune")
    assert dict(sheets.columns) == {"commune": ("x", "y", "z")}


def test_only_the_rows_of_a_batch_are_pickled() -> None:
    """A batch of a mixed frame takes no rows of other sets along."""
    cocoa = ocop.criteria_set(LAW, 10)
    both = {code: [1] * 4000 for code in {*TEA.codes, *cocoa.codes}}
    ours = [n % 1000 == 0 for n in range(4000)]
    frame = pl.DataFrame(
        {"product": [f"P{n}" for n in range(4000)], "set": [11 if own else 10 for own in ours]}
        | {
            code: [1 if code in (TEA if own else cocoa).codes else None for own in ours]
            for code in both
        }
        | {"note": [f"note {n} " + "x" * 500 for n in range(4000)]}
    )
    _, tea = ocop.read_frame(frame, LAW)
    assert len(pickle.dumps(tea)) < 200_000
    for again in (pickle.loads(pickle.dumps(tea)), copy.deepcopy(tea)):
        assert again.columns == tea.columns
        assert ocop.score(again).to_frame().equals(ocop.score(tea).to_frame())


class _Counting(Executor):
    """Does the work at once, and counts the bytes that it is sent."""

    def __init__(self) -> None:
        self.sent = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sent += len(pickle.dumps((args, kwargs)))
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_own_columns_do_not_travel_to_the_workers_of_a_sweep() -> None:
    """Workers are sent answers and product codes, not what else a frame holds."""
    levers = ocop.Levers(LAW, [ocop.Lever.of_threshold(4, [65, 70, 75])])
    plain = ocop.Sheets.from_frame(pl.DataFrame(columns(50)), TEA)
    rich = ocop.Sheets.from_frame(pl.DataFrame(columns(50, note=["x" * 5000] * 50)), TEA)
    sent, found = [], []
    for sheets in (plain, rich):
        executor = _Counting()
        found.append(ocop.sweep([sheets], levers.every(), executor=executor))
        sent.append(executor.sent)
    assert sent[1] <= sent[0]
    assert found[0].to_frame("polars").equals(found[1].to_frame("polars"))
