"""Long runs that are killed: what was done is kept, and the result is the same to the byte."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ocop
from ocop.scenario import _sweep_question, _sweep_work

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
    # Newer Pythons warn of forks where threads run, and the test runner has some.
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut sweeps into pieces of five scenarios."""
    monkeypatch.setattr(_sweep_question, "PIECE", 5)


@pytest.fixture(scope="module")
def made() -> ocop.Population:
    """Return some products."""
    return ocop.synthesize(ocop.criteria_set("qd-26-2026", "tea"), products=40, rng=0)


DRAWS = ocop.Draws(scenarios=60, points=1, rng=0)


def killed(name: str, packed: bytes | None, piece: Any) -> Any:
    """Do a piece as a worker does, but be killed at the fifth, as by a system without memory."""
    if piece.first == 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return _sweep_work.work_on(name, packed, piece)


class Wrapped(Executor):
    """Another executor with another function."""

    def __init__(self, inner: Executor, call: Any) -> None:
        self.inner, self.call = inner, call

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ARG002 - as an executor's
        """Submit the other function."""
        return self.inner.submit(self.call, *args)


@pytest.mark.usefixtures("small_pieces")
def test_a_worker_that_is_killed(made: ocop.Population, tmp_path: Path) -> None:
    """What it left is done in this process, that is said, and the checkpoint is that of all."""
    whole = ocop.sweep(made, DRAWS)
    path = tmp_path / "sweep.npz"
    with ProcessPoolExecutor(2) as pool, pytest.warns(RuntimeWarning, match="BrokenProcessPool"):
        found = ocop.sweep(made, DRAWS, executor=Wrapped(pool, killed), checkpoint=path)
    assert found.equals(whole)
    assert found.redone >= 5
    again = ocop.sweep(made, DRAWS, checkpoint=path, progress=lambda *_: pytest.fail("done anew"))
    assert again.equals(whole)


@pytest.mark.usefixtures("small_pieces")
def test_other_questions_of_a_pool_that_broke(made: ocop.Population) -> None:
    """Indices that count stars through an executor are the same after a worker is killed."""
    levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(4, range(51, 81))])
    alone = ocop.star_outcome(made.sheets, levers, star=4)
    rows = levers.every().array()
    with ProcessPoolExecutor(1) as pool:
        ask = ocop.star_outcome(made.sheets, levers, star=4, executor=Wrapped(pool, killed))
        with pytest.warns(RuntimeWarning, match="BrokenProcessPool"):
            found = ask(rows)
    assert (found == alone(rows)).all()


SIMULATE = (
    "simulate given/many.csv --decision qd-26-2026 --set tea --draws 40000 --points 1 --seed 1"
)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_goes_on_from_its_checkpoint(
    number: signal.Signals, given: Path, tmp_path: Path, command: ModuleType
) -> None:
    """The result after a run was stopped or killed is that of an undisturbed one, to the byte."""
    kept, found, expected = (tmp_path / name for name in ("kept.npz", "found.csv", "expected.csv"))
    with command.start(f"{SIMULATE} --checkpoint {kept} -o {found}", given) as process:
        while not kept.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    if number is signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert (process.returncode, err.decode()) == (128 + number, "stopped\n")
        assert [path.name for path in tmp_path.iterdir()] == ["kept.npz"]
    assert not found.exists()
    assert command.run(f"{SIMULATE} --checkpoint {kept} -o {found}", given).code == 0
    assert command.run(f"{SIMULATE} -o {expected}", given).code == 0
    assert found.read_bytes() == expected.read_bytes()


def test_two_runs_on_one_checkpoint(given: Path, tmp_path: Path, command: ModuleType) -> None:
    """Both give the right result, and the file is a whole checkpoint of one of them."""
    kept = tmp_path / "kept.npz"
    line = f"{SIMULATE.replace('40000', '4000')} --checkpoint {kept} -o {tmp_path}/"
    runs = [command.start(f"{line}{n}.csv", given) for n in range(3)]
    for run in runs:
        with run:
            run.communicate(timeout=120)
        assert run.returncode == 0
    assert command.run(f"{line}again.csv", given).code == 0
    results = {path.read_bytes() for path in tmp_path.glob("*.csv")}
    assert len(results) == 1
    assert not list(tmp_path.glob(".ocop-*"))


def test_what_went_wrong_first_is_told(
    made: ocop.Population, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C stays Ctrl-C though the checkpoint cannot be written any more."""
    monkeypatch.setattr(_sweep_question, "PIECE", 5)
    place = tmp_path / "place"
    place.mkdir()

    def stop(done: int, _: int | None) -> None:
        if done >= 30:
            (place / "sweep.npz").unlink(missing_ok=True)
            place.rmdir()
            monkeypatch.setattr("ocop.scenario._sweep_tally.SHARE", 0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ocop.sweep(made, DRAWS, checkpoint=place / "sweep.npz", progress=stop)
