"""DuckDB: what a query gives is scored as it streams, and results are a table of the next query."""

from __future__ import annotations

from typing import Any

import pytest

import ocop

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")

LAW = "qd-26-2026"


def test_a_query_is_scored_as_it_streams(pile: Any) -> None:
    """Batches of the query's result go in; their number and size do not matter."""
    connection = duckdb.connect()
    query = connection.sql(f"select * from '{pile.wide}'")
    scorer = ocop.BatchScorer(LAW, keep=["synthetic"])
    assert pa.Table.from_batches(scorer(query)).to_pylist() == pile.expected


def test_packed_sheets_are_scored_and_queried_again(pile: Any) -> None:
    """DuckDB reads the words as they are; results are read by the next query."""
    # Older versions close a connection that nobody holds, under the feet of its query.
    first, second = duckdb.connect(), duckdb.connect()
    query = first.sql(f"select product, set, word_0, word_1, findings from '{pile.packed}'")
    scorer = ocop.BatchScorer(LAW)
    results = pa.RecordBatchReader.from_batches(scorer.schema, scorer(query))  # noqa: F841 - named in the query
    # A connection has one query at a time, and the first one still streams.
    counts = second.sql("select star, count(*) from results group by star").fetchall()
    stars = [row["star"] for row in pile.expected]
    assert dict(counts) == {star: stars.count(star) for star in set(stars)}
