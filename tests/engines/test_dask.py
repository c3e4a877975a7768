"""dask.distributed: workers score batches and sweep, and one that is killed loses nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ocop

distributed = pytest.importorskip("distributed")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

LAW = "qd-26-2026"

# What the engine's own clean-up says when a worker is gone is not ours to hear.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Return a client of two workers, each a process of its own."""
    with (
        distributed.LocalCluster(
            n_workers=2, processes=True, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_pieces_are_scored_by_workers(client: Any, pile: Any) -> None:
    """Each worker reads and scores its files; results come back in the order of the files."""
    scorer = ocop.BatchScorer(LAW, keep=["synthetic"])

    def score_file(path: Path) -> Any:
        with parquet.ParquetFile(path) as file:
            return pa.Table.from_batches(scorer(file.iter_batches()), scorer.schema)

    tables = client.gather(client.map(score_file, pile.pieces))
    assert pa.concat_tables(tables).to_pylist() == pile.expected


def test_a_worker_killed_in_the_middle_loses_nothing(
    client: Any, pile: Any, tmp_path: Path
) -> None:
    """The piece that a worker takes with it is scored again by another."""
    scorer = ocop.BatchScorer(LAW, keep=["synthetic"])
    started, killed = tmp_path / "started", tmp_path / "killed"

    def score_file(path: Path) -> Any:
        with parquet.ParquetFile(path) as file:
            results = list(scorer(file.iter_batches(10)))
        if path.name == "piece-2.parquet" and not killed.exists():
            started.with_suffix(".new").write_text(str(os.getpid()))
            started.with_suffix(".new").rename(started)
            while not killed.exists():
                time.sleep(0.01)
            time.sleep(600)
        return pa.Table.from_batches(results, scorer.schema)

    futures = client.map(score_file, pile.pieces)
    while not started.exists():
        time.sleep(0.01)
    victim = int(started.read_text())
    killed.touch()
    os.kill(victim, signal.SIGKILL)
    tables = client.gather(futures)
    assert pa.concat_tables(tables).to_pylist() == pile.expected
    assert victim not in client.run(os.getpid).values()


@pytest.fixture(scope="module")
def made() -> ocop.Population:
    """Return a small synthetic province."""
    groups = {"tea": 60, "coffee-and-cocoa": 50, "handicrafts": 40}
    return ocop.synthesize(LAW, products=groups, rng=3)


LEVERS = ocop.Levers(
    LAW,
    [
        ocop.Lever.of_threshold(4, range(60, 80)),
        ocop.Lever.of_threshold(5, range(85, 96)),
        ocop.Lever.of_threshold(3, range(40, 60)),
    ],
)
SWEEPS: dict[str, dict[str, Any]] = {
    "levers": {"scenarios": LEVERS.every(), "by_set": True},
    "draws": {"scenarios": ocop.Draws(scenarios=6000, points=1, thresholds=1, rng=0)},
    "ranks": {"scenarios": ocop.Draws(scenarios=1300, points=2, rng=1), "ranks": True},
}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_is_that_of_one_process(client: Any, made: ocop.Population, name: str) -> None:
    """The executor of a client takes a sweep unchanged."""
    asked = SWEEPS[name]
    found = ocop.sweep(made, executor=client.get_executor(), **asked)
    assert found.redone == 0
    assert found.equals(ocop.sweep(made, **asked))


def test_a_sweep_outlives_a_worker(client: Any, made: ocop.Population) -> None:
    """A worker is killed when the first piece is done and others are under way."""
    asked = SWEEPS["ranks"]
    killed: list[int] = []

    def kill(done: int, total: int | None) -> None:
        assert total == 1300
        if not killed:
            assert done < total
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    found = ocop.sweep(made, executor=client.get_executor(), progress=kill, **asked)
    assert len(killed) == 1
    assert found.redone == 0
    assert found.equals(ocop.sweep(made, **asked))
