"""Sweeps that are interrupted, spread over processes, or large: nothing lost, nothing grows."""

from __future__ import annotations

import os
import tracemalloc
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ocop
from ocop import Lever
from ocop.scenario import _sweep_question, _sweep_tally, _sweep_work

MARK = "OCOP_TEST_WORKER_DIES"


@pytest.fixture(scope="module")
def made() -> ocop.Population:
    """Return some products of two groups."""
    groups = {"tea": 0.5, "fresh-produce": 0.5}
    return ocop.synthesize("qd-26-2026", products=60, groups=groups, rng=0)


@pytest.fixture(scope="module")
def levers() -> ocop.Levers:
    """Return levers of 24 combinations."""
    return ocop.Levers(
        "qd-26-2026",
        [
            Lever.of_threshold(4, [60, 65, 70, 75]),
            Lever.of_scale([30, 35, 40], part="C"),
            Lever.floors_off("qd-26-2026"),
        ],
    )


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut sweeps into pieces of five scenarios."""
    monkeypatch.setattr(_sweep_question, "PIECE", 5)
    monkeypatch.setattr(_sweep_question, "REFORMS", 5)
    monkeypatch.setattr(_sweep_question, "RANKINGS", 1)


class StopError(Exception):
    """What a user's own function raises."""


def stop_at(most: int) -> Any:
    """Return a function that raises when so many scenarios are done."""

    def told(done: int, total: int | None) -> None:
        assert total in (None, 24, 40, 12)
        if done >= most:
            raise StopError

    return told


def asked(levers: ocop.Levers) -> dict[str, Any]:
    title = ocop.Label("Thử", "Trial")
    reforms = [
        ocop.Reform(id=f"r-{n}", title=title, edits=[ocop.SetThreshold(star=5, at_least=n)])
        for n in range(80, 92)
    ]
    draws = ocop.Draws(scenarios=40, points=1, rng=0)
    return {"choices": levers.every(), "draws": draws, "reforms": reforms}


@pytest.mark.parametrize("kind", ["choices", "draws", "reforms"])
@pytest.mark.parametrize("ranks", [False, True])
def test_an_interrupted_sweep_goes_on(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path, kind: str, ranks: bool
) -> None:
    """After an error in the middle the same call gives what a call without it gives."""
    scenarios = asked(levers)[kind]
    whole = ocop.sweep(made, scenarios, ranks=ranks, by_set=True)
    path = tmp_path / "sweep.npz"
    for most in (5, 10):
        with pytest.raises(StopError):
            ocop.sweep(made, scenarios, ranks=ranks, by_set=True, checkpoint=path,
                       progress=stop_at(most))  # fmt: skip
    told: list[int] = []
    found = ocop.sweep(
        made,
        scenarios,
        ranks=ranks,
        by_set=True,
        checkpoint=path,
        progress=lambda done, _: told.append(done),
    )
    assert found.equals(whole)
    assert told[0] == 15 if kind != "reforms" else told == [12]
    told.clear()
    again = ocop.sweep(made, scenarios, ranks=ranks, by_set=True, checkpoint=path,
                       progress=lambda done, _: told.append(done))  # fmt: skip
    assert again.equals(whole)
    assert told == []
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.npz"]


def test_a_piece_that_is_half_added_is_not_kept(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt in the middle of adding leaves the file as it was before."""
    path = tmp_path / "sweep.npz"

    class Half:
        """Ranks that are interrupted at the third piece."""

        calls = 0

        def minimum(self, *given: Any, **how: Any) -> Any:
            """Count the calls, and interrupt one."""
            Half.calls += 1
            if Half.calls == 3:
                raise KeyboardInterrupt
            return np.minimum(*given, **how)

        def __getattr__(self, name: str) -> Any:
            return getattr(np, name)

    with monkeypatch.context() as patch:
        patch.setattr(_sweep_tally, "SHARE", 0)  # written at the end alone
        patch.setattr(_sweep_tally, "np", Half())
        with pytest.raises(KeyboardInterrupt):
            ocop.sweep(made, levers.every(), ranks=True, checkpoint=path)
    found = ocop.sweep(made, levers.every(), ranks=True, checkpoint=path)
    assert found.equals(ocop.sweep(made, levers.every(), ranks=True))


def test_pieces_of_an_iterator_go_on_too(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path
) -> None:
    """Nobody knows how many there are; other pieces than before are refused."""
    rows = levers.every().array()
    path = tmp_path / "sweep.npz"

    def ask(given: Any, **how: Any) -> ocop.Sweep:
        return ocop.sweep(made, levers.scenarios(iter([given])), checkpoint=path, **how)

    with pytest.raises(StopError):
        ask(rows, progress=stop_at(10))
    assert ask(rows).equals(ocop.sweep(made, levers.every()))
    for other, words in ((rows[::-1], "over other scenarios"), (rows[:10], "over more scenarios")):
        with pytest.raises(ocop.InputError, match=words):
            ask(other)


def test_a_checkpoint_of_another_question_is_refused(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path
) -> None:
    """Other sheets, scenarios, levers, seeds or wishes: the file is not touched."""
    path = tmp_path / "sweep.npz"
    ocop.sweep(made, levers.sample(12, rng=0), checkpoint=path)
    before = path.read_bytes()
    fewer = ocop.Levers("qd-26-2026", levers.levers[:2])
    questions: list[tuple[Any, Any, dict[str, Any]]] = [
        (made, levers.sample(12, rng=1), {}),
        (made, levers.sample(13, rng=0), {}),
        (made, fewer.sample(12, rng=0), {}),
        (made.sheets[1:], levers.sample(12, rng=0), {}),
        (made, levers.sample(12, rng=0), {"ranks": True}),
        (made, levers.sample(12, rng=0), {"by_set": True}),
        (made, ocop.Draws(scenarios=12, points=1, rng=0), {}),
    ]
    for population, scenarios, how in questions:
        with pytest.raises(ocop.InputError) as caught:
            ocop.sweep(population, scenarios, checkpoint=path, **how)
        (problem,) = caught.value.problems
        assert problem.code == "other-checkpoint"
        assert str(problem).startswith(f"{path}: the file belongs to ")
        assert path.read_bytes() == before


def test_damaged_checkpoints_are_told(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path
) -> None:
    """A file cut short or changed anywhere is refused, or says the same as before."""
    path = tmp_path / "sweep.npz"
    whole = ocop.sweep(made, levers.every(), checkpoint=path)
    raw = path.read_bytes()
    rng = np.random.default_rng(0)
    places = rng.integers(0, len(raw), 60).tolist()
    damaged = [raw[:place] for place in places[:20]]
    damaged += [raw[:n] + bytes([raw[n] ^ 0x41]) + raw[n + 1 :] for n in places]
    refused = 0
    for content in [b"", b"no such file", *damaged]:
        path.write_bytes(content)
        try:
            assert ocop.sweep(made, levers.every(), checkpoint=path).equals(whole)
        except ocop.InputError as error:
            (problem,) = error.problems
            assert problem.code in ("damaged-checkpoint", "other-checkpoint")
            assert problem.hint is not None
            refused += 1
    assert refused > 40
    with pytest.raises(ocop.InputError, match="cannot-read"):
        ocop.sweep(made, levers.every(), checkpoint=tmp_path)
    with pytest.raises(ocop.OcopError, match="cannot write"):
        ocop.sweep(made, levers.every(), checkpoint=tmp_path / "none" / "sweep.npz")


# From 3.12 on Python warns where it forks beside threads, and other tests leave threads behind.
# Workers that are spawned could not import the functions of this file.
forking = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@forking
def test_executors_change_nothing(made: ocop.Population, levers: ocop.Levers) -> None:
    """Threads and processes give the same, in whatever order pieces come back."""
    for kind, scenarios in asked(levers).items():
        whole = ocop.sweep(made, scenarios, ranks=kind == "choices")
        for executor in (ThreadPoolExecutor(3), ProcessPoolExecutor(2)):
            with executor:
                found = ocop.sweep(made, scenarios, ranks=kind == "choices", executor=executor)
            assert found.equals(whole)
            assert found.redone == 0


class Reversed(Executor):
    """Finishes the last piece first, and forgets what it was told before."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.sent: list[int] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ARG002 - as an executor's
        """Take a task; do all that wait when there are four."""
        future: Future[Any] = Future()
        self.sent.append(len(args[1] or b""))
        self.waiting.append((future, fn, args))
        if args[1] is not None or len(self.waiting) == 4 or args[2].first >= 20:
            for own, call, given in reversed(self.waiting):
                own.set_result(call(*given))
            self.waiting.clear()
        return future


def test_the_question_is_sent_once(
    made: ocop.Population, levers: ocop.Levers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has the question is asked by pieces alone."""
    monkeypatch.setattr(_sweep_work, "_KEPT", _sweep_work._Kept())
    executor = Reversed()
    found = ocop.sweep(made, levers.every(), executor=executor)
    assert found.equals(ocop.sweep(made, levers.every()))
    assert sum(size > 0 for size in executor.sent) < len(executor.sent)


def dying(name: str, packed: bytes | None, piece: Any) -> Any:
    """Do a piece as a worker does, but die at the third."""
    if piece.first == 10:
        os._exit(1)
    return _sweep_work.work_on(name, packed, piece)


def failing(name: str, packed: bytes | None, piece: Any) -> Any:
    """Do a piece as a worker does, but fail at the third."""
    if piece.first == 10:
        raise RuntimeError("no memory here")
    return _sweep_work.work_on(name, packed, piece)


class Wrapped(Executor):
    """Another executor with another function."""

    def __init__(self, inner: Executor, call: Any) -> None:
        self.inner, self.call = inner, call

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ARG002 - as an executor's
        """Submit the other function."""
        return self.inner.submit(self.call, *args)


@forking
def test_a_lost_worker_loses_nothing(made: ocop.Population, levers: ocop.Levers) -> None:
    """A process that dies in the middle: what it left is done here, and that is said."""
    whole = ocop.sweep(made, levers.every())
    with ProcessPoolExecutor(2) as pool, pytest.warns(RuntimeWarning, match="were done in this"):
        found = ocop.sweep(made, levers.every(), executor=Wrapped(pool, dying))
    assert found.equals(whole)
    assert found.redone >= 5
    with (
        ThreadPoolExecutor(2) as threads,
        pytest.warns(RuntimeWarning, match=r"^5 scenarios .*no memory here"),
    ):
        found = ocop.sweep(made, levers.every(), executor=Wrapped(threads, failing))
    assert found.equals(whole)
    assert found.redone == 5
    with pytest.warns(RuntimeWarning, match="after shutdown"):
        found = ocop.sweep(made, levers.every(), executor=threads)
    assert found.equals(whole)


def test_an_interrupted_executor_keeps_what_is_done(
    made: ocop.Population, levers: ocop.Levers, tmp_path: Path
) -> None:
    """An error in the calling process leaves a checkpoint that goes on without the executor."""
    path = tmp_path / "sweep.npz"
    with ThreadPoolExecutor(2) as threads, pytest.raises(StopError):
        ocop.sweep(made, levers.every(), executor=threads, checkpoint=path, progress=stop_at(10))
    told: list[int] = []
    found = ocop.sweep(made, levers.every(), checkpoint=path,
                       progress=lambda done, _: told.append(done))  # fmt: skip
    assert told[0] > 10
    assert found.equals(ocop.sweep(made, levers.every()))


def test_memory_does_not_grow_with_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the scenarios take their rows of counts more, and hardly anything else."""
    monkeypatch.setattr(_sweep_question, "PIECE", 500)
    tea = ocop.synthesize(ocop.criteria_set("qd-26-2026", "tea"), products=3000, rng=0)
    options = [(code, n) for code in ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1") for n in (1, 2)]
    levers = ocop.Levers(
        "qd-26-2026",
        [
            Lever.switch(f"{code} {n}", ocop.SetMark(criterion=code, option=n, mark=None))
            for code, n in options
        ],
    )
    ocop.sweep(tea, levers.sample(10, rng=0))
    peaks = []
    for count in (1_000, 10_000):
        tracemalloc.start()
        ocop.sweep(tea, levers.sample(count, rng=0), threads=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # A row of six whole numbers, and its copy while the result is made.
    assert peaks[1] - peaks[0] < 9_000 * 6 * 8 * 4
    assert peaks[1] < 1.2 * peaks[0]
