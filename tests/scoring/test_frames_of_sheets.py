"""Sheets of frames: sealed, with the columns asked for, which come back in order and as given."""

from __future__ import annotations

from typing import Any

import attrs
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ocop

TEA = ocop.criteria_set("qd-26-2026", "tea")
COLUMNS = {
    "product": ["b", "a", "c"],
    "assessor": ["An", "Bình", "Chi"],
    "xã": ["x", "y", "z"],
    "share": [1.5, 2.5, 3.5],
    **{code: [1, 2, 0] for code in TEA.codes},
}


def frames() -> list[Any]:
    """Return three sheets as frames whose assessors are of a type that names have nowhere else."""
    table = pa.table(COLUMNS)
    place = table.column_names.index("assessor")
    return [
        table.set_column(place, "assessor", table["assessor"].dictionary_encode()),
        pl.DataFrame(COLUMNS).with_columns(pl.col("assessor").cast(pl.Categorical)),
        pd.DataFrame(COLUMNS).astype({"assessor": "category"}),
    ]


@pytest.fixture(params=[0, 1, 2], ids=["pyarrow", "polars", "pandas"])
def frame(request: pytest.FixtureRequest) -> Any:
    """Return one of them; made in the test, for libraries start threads with their first frame."""
    return frames()[request.param]


def lines(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    """Return these columns of any frame, row by row."""
    columns = (frame[name] for name in names)
    lists = [c.to_pylist() if isinstance(frame, pa.Table) else c.to_list() for c in columns]
    return list(zip(*lists, strict=True))


def kind_of(frame: Any, name: str) -> Any:
    """Return the type of a column."""
    return frame.schema.field(name).type if isinstance(frame, pa.Table) else frame[name].dtype


def test_what_was_kept_comes_back_in_order_and_as_it_was(frame: Any) -> None:
    """Names of assessors and other columns keep their types, beside the product they belong to."""
    sheets = ocop.Sheets.from_frame(frame, TEA)
    assert sheets.assessors == ("An", "Bình", "Chi")
    scores = ocop.score(sheets)
    names = ("product", "assessor", "xã", "share")
    rows = [("b", "An", "x", 1.5), ("a", "Bình", "y", 2.5), ("c", "Chi", "z", 3.5)]
    for found, order in ((sheets, [0, 1, 2]), (scores, [0, 1, 2]), (ocop.rank(scores), [1, 0, 2])):
        made = found.to_frame()
        assert lines(made, *names) == [rows[n] for n in order]
        for name in names:
            assert kind_of(made, name) == kind_of(frame, name)


@pytest.mark.parametrize("keep", [None, ["share"], ["xã", "share"], []])
def test_columns_are_carried_along_as_asked(frame: Any, keep: list[str] | None) -> None:
    """All of them by default, else those that are named, and no other."""
    sheets = ocop.Sheets.from_frame(frame, TEA, keep=keep)
    names = ["xã", "share"] if keep is None else keep
    assert list(sheets.columns) == names
    again = sheets.to_frame("pandas")
    assert [name for name in again.columns if name in ("xã", "share")] == names


def test_the_set_may_be_told_beside_the_decision(frame: Any) -> None:
    """By number or by product group; another set's codes are then not those of the frame."""
    for which in (11, "tea"):
        sheets = ocop.Sheets.from_frame(frame, "qd-26-2026", set=which)
        assert sheets.equals(ocop.Sheets.from_frame(frame, TEA))
    with pytest.raises(ocop.SheetError):
        ocop.Sheets.from_frame(frame, "qd-26-2026", set=26)


def test_answers_may_be_points() -> None:
    """As asked: what stands in the frame is then no position."""
    best = {item.code: item.criterion.best for item in TEA.items}
    sheets = ocop.Sheets.from_frame(pl.DataFrame({"product": ["a"], **best}), TEA, answers="points")
    assert ocop.score(sheets).total.tolist() == [sum(best.values())]


def test_sheets_of_a_frame_are_sealed_by_columns() -> None:
    """Answers are bytes that stand column by column and cannot be changed; so are findings."""
    for frame in frames():
        sheets = ocop.Sheets.from_frame(frame, TEA)
        assert (sheets.answers.dtype, sheets.answers.shape) == ("uint8", (3, len(TEA.codes)))
        assert sheets.answers.flags.f_contiguous
        assert sheets.findings is not None
        for array in (sheets.answers, sheets.findings):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_where_sheets_came_from_makes_no_difference() -> None:
    """The same sheets out of every kind of frame are equal, and so are accounts of them."""
    found = [ocop.Sheets.from_frame(frame, TEA) for frame in frames()]
    found.append(attrs.evolve(found[0], origin=None))
    accounts = [ocop.explain(ocop.score(sheets), 1) for sheets in found]
    assert all(sheets.equals(found[0]) for sheets in found)
    assert accounts[1:] == accounts[:-1]


def test_a_frame_of_several_sets_is_refused() -> None:
    """The error names the sets and what reads them all."""
    laws = [ocop.criteria_set("qd-26-2026", n) for n in (1, 11)]
    rows = [
        {"product": f"sp-{law.number}", "set": law.number, **dict.fromkeys(law.codes, 1)}
        for law in laws
    ]
    frame = pl.concat(map(pl.DataFrame, rows), how="diagonal")
    with pytest.raises(ocop.InputError) as error:
        ocop.Sheets.from_frame(frame, "qd-26-2026")
    assert str(error.value) == (
        "frame: the frame has sheets of the sets 1, 11, allowed is one; use read_frame, which "
        "returns a batch for each set [mixed-sets]"
    )
