"""Spark: a scorer is the function of `mapInArrow`. Needs pyspark and Java."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ocop

pyspark = pytest.importorskip("pyspark.sql")

LAW = "qd-26-2026"

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Return a session of two local workers that take small batches."""
    with pytest.MonkeyPatch.context() as patch:
        # Workers run the Python of the tests, and nothing listens beyond this machine.
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = (
            pyspark.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
            .getOrCreate()
        )
        yield session
        session.stop()


def read(spark: Any, path: Path) -> Any:
    """Return a frame; `mapInArrow` takes dots in names for the inside of a column."""
    frame = spark.read.parquet(str(path))
    return frame.toDF(*(name.replace(".", "_") for name in frame.columns))


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a frame by product, since Spark keeps no order."""
    return sorted((row.asDict() for row in frame.collect()), key=lambda row: str(row["product"]))


@pytest.mark.parametrize("form", ["wide", "packed"])
def test_a_frame_is_scored_by_workers(spark: Any, pile: Any, form: str) -> None:
    """Columns by criterion and packed words give the results of one process."""
    frame = read(spark, getattr(pile, form)).repartition(3)
    scorer = ocop.BatchScorer(LAW, keep=["synthetic"])
    found = rows_of(frame.mapInArrow(scorer, scorer.ddl))
    assert found == sorted(pile.expected, key=lambda row: str(row["product"]))


def test_problems_reach_the_driver(spark: Any, pile: Any) -> None:
    """The error names the product, since each worker counts rows of its own."""
    frame = read(spark, pile.wide)
    wrong = frame.withColumn("1_1", (frame["1_1"] + 9).cast("tinyint"))
    scorer = ocop.BatchScorer(LAW, keep=["synthetic"])
    with pytest.raises(Exception, match=r"1\.1: found 1\d, allowed are 0 to") as caught:
        wrong.mapInArrow(scorer, scorer.ddl).collect()
    assert "'SYN-" in str(caught.value)
