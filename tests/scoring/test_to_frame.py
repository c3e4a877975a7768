"""Results as data frames of every kind: the same values as in `columns` and `rows`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ocop
from ocop.programme import Certificate, Portfolio, Recognition, parse_code
from ocop.scoring.floors import missed_floors, points_of
from ocop.scoring.table import table_of
from ocop.types import STARS_WITH_FLOORS

LAW = "qd-26-2026"
KINDS = ("pandas", "polars", "pyarrow", "duckdb")
TYPES: dict[str, type] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.Table,
    "duckdb": duckdb.DuckDBPyRelation,
}


def as_columns(frame: Any) -> dict[str, list[Any]]:
    """Return any frame by column as plain values, None for null."""
    if isinstance(frame, pd.DataFrame):
        return {
            name: [None if pd.isna(value) else value for value in frame[name].tolist()]
            for name in frame.columns
        }
    return pa.table(frame).to_pydict()


@pytest.fixture(scope="module")
def scored(generate: Any) -> tuple[ocop.Scores, ...]:
    """Return scores of two sets, with findings, columns and assessors."""
    found = []
    for number in (11, 26):
        source = ocop.criteria_set(LAW, number)
        given = generate.sheets(source, 120, 5)
        more = {
            "products": [f"{number}-{n}" for n in range(120)],
            "columns": {"commune": tuple(f"Xã {n % 7}" for n in range(120))},
            "assessors": tuple(f"A{n % 3}" for n in range(120)) if number == 11 else None,
        }
        found.append(ocop.score(generate.batch(source, given, **more)))
    return tuple(found)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_and_rankings_have_the_values_of_their_columns(
    kind: str, scored: tuple[ocop.Scores, ...]
) -> None:
    """Every value of every row, null for the star of what is excluded."""
    for scores in scored:
        frame = scores.to_frame(kind)
        assert type(frame) is TYPES[kind]
        assert as_columns(frame) == scores.columns(np.arange(len(scores)))
    for within in (None, "set", "commune"):
        ranking = ocop.rank(scored, within=within)
        expected = ranking.columns()
        expected["assessor"] = [name or "" for name in expected["assessor"]]
        assert as_columns(ranking.to_frame(kind)) == expected
        first = ocop.rank(scored[1], within=within).top(5)
        assert as_columns(first.to_frame(kind)) == first.columns()


def test_numbers_are_compact(scored: tuple[ocop.Scores, ...]) -> None:
    """A column takes as many bytes as its numbers need, in every kind."""
    table = scored[0].to_frame("pyarrow")
    assert str(table.schema.field("total").type) == "int16"
    assert str(table.schema.field("star").type) == "int8"
    assert table["star"].null_count == scored[0].star_counts()[0] > 0
    assert scored[0].to_frame("polars").schema["band"] == pl.Int8
    frame = scored[0].to_frame("pandas")
    assert str(frame["star"].dtype) == "Int8"
    frame.loc[0, "total"] = 1
    assert scored[0].total.flags.writeable is False


def test_libraries_take_results_as_they_are(scored: tuple[ocop.Scores, ...]) -> None:
    """Scores, rankings and sheets are Arrow streams."""
    scores = scored[0]
    expected = scores.columns(np.arange(len(scores)))
    assert pa.table(scores).to_pydict() == expected
    assert pl.DataFrame(scores).to_dict(as_series=False) == expected
    assert pa.table(duckdb.from_arrow(pa.table(scores))).to_pydict() == expected
    assert pl.DataFrame(ocop.rank(scored[1]))["rank"][0] == 1
    (again,) = ocop.read_frame(scores.sheets, LAW, set=11)
    assert np.array_equal(again.answers, scores.sheets.answers)
    assert np.array_equal(again.findings, scores.sheets.findings)
    assert ocop.score(again).equals(scores)


def test_sheets_without_a_frame_need_a_kind(
    scored: tuple[ocop.Scores, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is guessed: the error says what to write; a missing library is named."""
    with pytest.raises(ocop.InputError) as caught:
        scored[0].to_frame()
    assert str(caught.value) == (
        "like: no kind of frame is named, and the sheets came from none; write like='pandas', or "
        "another of pandas, polars, pyarrow, duckdb [no-frame-kind]"
    )
    for like in ("excel", 5, np.zeros(3)):
        with pytest.raises(ocop.InputError) as caught:
            scored[0].to_frame(like)
        assert caught.value.problems[0].code == "wrong-value"
    for like in (pd.DataFrame(), pl.DataFrame(), pa.table({"a": [1]})):
        assert type(scored[0].to_frame(like)) is type(like)
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for kind, hint in (("polars", "pip install polars"), ("pyarrow", 'pip install "ocop[arrow]"')):
        with pytest.raises(ocop.MissingExtraError) as missing:
            scored[0].to_frame(kind)
        assert missing.value.problems[0].hint == hint


def test_kept_columns_of_frames_that_differ(scored: tuple[ocop.Scores, ...]) -> None:
    """Batches of frames with the same columns keep their types; others give text."""
    parts = []
    for scores, first in zip(scored, (1.5, 2.5), strict=True):
        frame = scores.sheets.to_frame("polars").drop("assessor", "set", strict=False)
        frame = frame.with_columns(pl.lit(first).alias("share"))
        parts.append(ocop.Sheets.from_frame(frame, scores.criteria_set))
    ranking = ocop.rank(map(ocop.score, parts)).to_frame()
    assert ranking.schema["share"] == pl.Float64
    assert ranking["share"].n_unique() == 2
    other = scored[1].sheets.to_frame("polars").drop("set").with_columns(pl.lit(7).alias("share"))
    parts[1] = ocop.Sheets.from_frame(other, scored[1].criteria_set)
    ranking = ocop.rank(map(ocop.score, parts)).to_frame()
    assert set(ranking["share"]) == {"1.5", "7"}


def test_columns_that_another_kind_cannot_hold(generate: Any) -> None:
    """Mixed objects of pandas stay in pandas; elsewhere the error says what to do."""
    source = ocop.criteria_set("qd-148-2023", "tea")
    frame = pd.DataFrame(tea_frame(generate).drop("set").to_dict(as_series=False))
    frame["mixed"] = pd.Series([1, "a"] * 20, dtype=object)
    scores = ocop.score(ocop.Sheets.from_frame(frame, source))
    assert scores.to_frame()["mixed"].tolist() == [1, "a"] * 20
    assert scores.sheets.columns["mixed"][:2] == ("1", "a")
    with pytest.raises(ocop.InputError, match="were carried along do not fit pyarrow") as caught:
        scores.to_frame("pyarrow")
    assert caught.value.problems[0].code == "wrong-type"


def tea_frame(generate: Any) -> pl.DataFrame:
    """Return sheets of 148/2023 for tea as a frame, so that results have a kind."""
    source = ocop.criteria_set("qd-148-2023", "tea")
    given = generate.sheets(source, 40, 2)
    return generate.batch(source, given).to_frame("polars")


def by_column(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return rows by column."""
    return {name: [row[name] for row in rows] for name in rows[0]}


Made = Callable[[ocop.Sheets], Any]


def translated(sheets: ocop.Sheets) -> ocop.Translation:
    """Return sheets read under the later decision."""
    return ocop.translate(sheets, LAW)


def columns(result: Any) -> dict[str, list[Any]]:
    """Return what a result says by column."""
    found: dict[str, list[Any]] = result.columns()
    return found


REFORM = ocop.Reform(
    id="more",
    title=ocop.Label("Thêm", "More"),
    edits=[ocop.SetPoints(criterion="1.1", option=1, points=2, sets="tea")],
)
RESULTS: dict[str, tuple[Made, Callable[[Any], dict[str, list[Any]]]]] = {
    "account": (lambda s: ocop.explain(ocop.score(s), 3), lambda r: by_column(r.rows())),
    "translation": (translated, columns),
    "transition": (lambda s: ocop.transition(ocop.score(s), translated(s).lowest), columns),
    "bounds": (lambda s: ocop.transition_bounds([translated(s)]), columns),
    "upgrades": (lambda s: ocop.upgrade(s, 4), columns),
    "spending": (lambda s: ocop.spend(s, 3, 10), columns),
    "chances": (ocop.star_probabilities, columns),
    "noise": (lambda s: ocop.simulate_noise(s, draws=20, rng=1), columns),
    "sweep": (lambda s: ocop.sweep(s, [REFORM]), lambda r: by_column(r.rows())),
}


@pytest.mark.parametrize("name", RESULTS)
def test_other_results(name: str, generate: Any) -> None:
    """They come as the kind of their sheets, or as another one, with the values of `columns`."""
    make, expected = RESULTS[name]
    (sheets,) = ocop.read_frame(tea_frame(generate).head(8), "qd-148-2023", set="tea")
    result = make(sheets)
    assert type(result.to_frame()) is pl.DataFrame
    for kind in KINDS:
        frame = result.to_frame(kind)
        assert isinstance(frame, TYPES[kind])
        assert as_columns(frame) == expected(result), kind


def outcome(choices: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return an outcome that the first lever moves most."""
    return 3.0 * choices[:, 0] + choices[:, 1]


def test_results_without_sheets() -> None:
    """Councils, portfolios and populations come as the kind that is named."""
    source = ocop.criteria_set(LAW, 11)
    given = [ocop.Sheet(criteria_set=source, answers={"5.1": n}) for n in (4, 5)]
    minutes = ocop.council(given, assessors=["An", "Bình"])
    made = ocop.synthesize(LAW, products={"tea": 5}, shares={4: 0.5, 3: 0.5}, rng=0)
    held = Recognition(
        code=parse_code("00-00001-1-2026"),
        name="Chè Giả Định",
        group="tea",
        star=4,
        level="province",
        decision=LAW,
        certificate=Certificate(recognised_on=date(2026, 6, 30)),
    )
    portfolio = Portfolio(recognitions=(held,))
    names, sizes = ["one", "two"], [2, 3]
    indices = ocop.sobol(outcome, names, sizes, samples=None)
    pawn = ocop.pawn(outcome, names, sizes, rng=0)
    swings = ocop.tornado(outcome, names, sizes)
    for kind in KINDS:
        for result in (indices, pawn, swings):
            assert as_columns(result.to_frame(kind)) == by_column(result.rows()), kind
        assert as_columns(minutes.to_frame(kind, lang="en")) == by_column(minutes.minutes("en"))
        assert as_columns(made.to_frame(kind)) == made.columns()
        day = date(2026, 7, 1)
        assert as_columns(portfolio.to_frame(kind, day)) == portfolio.columns(day)
    with pytest.raises(ocop.InputError, match="no-frame-kind"):
        minutes.to_frame()


def slow_floors(
    law: ocop.CriteriaSet, answers: np.ndarray[Any, Any], band: np.ndarray[Any, Any]
) -> list[list[str]]:
    """Return the missed floors of each sheet, one sheet and one criterion at a time."""
    table = table_of(law)
    points = points_of(table, answers)
    found = []
    for row in range(len(answers)):
        missed = []
        for i, code in enumerate(table.codes):
            for star, floor in zip(STARS_WITH_FLOORS, table.floors[:, i].tolist(), strict=True):
                if points[i][row] < floor and star <= band[row]:
                    missed.append(f"{code}:{star}")
                    break
        found.append(missed)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_missed_floors_of_many_sheets(seed: int, generate: Any) -> None:
    """Vectorised floors are those of one sheet at a time, combinations in order of appearance."""
    law = generate.wild_set(seed, 9) if seed else ocop.criteria_set("qd-148-2023", "tea")
    table = table_of(law)
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, table.sizes + 1, (300, len(law.items))).astype(np.uint8)
    answers[rng.random(answers.shape) < 0.05] = 255
    band = rng.integers(1, 6, 300).astype(np.int8)
    combinations, which = missed_floors(table, answers, band)
    found = [[str(floor) for floor in combinations[place]] for place in which.tolist()]
    assert found == slow_floors(law, answers, band)
    assert list(dict.fromkeys(which.tolist())) == list(range(len(combinations)))


def test_missed_floors_of_a_set_with_a_great_many_floors(generate: Any) -> None:
    """One floor more than two words have bits, over more sheets than a block has."""
    option = generate.option
    options = [option(1, 3), option(2, 4), option(3, 5)]
    items = [generate.item(f"1.{n}", *options) for n in range(1, 44)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    table = table_of(law)
    assert (np.diff(table.floors, axis=0, prepend=0) > 0).sum() == 2 * 64 + 1
    rng = np.random.default_rng(0)
    few = rng.integers(0, 4, (50, 43)).astype(np.uint8)
    answers = np.asfortranarray(np.tile(few, (900, 1)))
    band = np.tile(rng.integers(1, 6, 50), 900).astype(np.int8)
    combinations, which = missed_floors(table, answers, band)
    expected = slow_floors(law, few, band[:50])
    for place in (0, 49, 32_767, 32_768, 44_999):
        found = [str(floor) for floor in combinations[which[place]]]
        assert found == expected[place % 50]
