"""Ctrl-C and other signals at any point: whole or not at all, and one line that says so."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ocop._whole_file import writing, writing_text

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
    # An interrupt between opening a file and holding it leaves the closing to Python.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

Cases = Callable[[str, object], None]
SELF = Path(__file__).with_name("stopping.py")


@pytest.mark.parametrize("kind", ["bytes", "text"])
@pytest.mark.parametrize("old", [True, False])
def test_interrupted_at_any_instruction(
    kind: str, old: bool, tmp_path: Path, check: ModuleType, record_property: Cases
) -> None:
    """At every single instruction of the writing itself."""
    tried: list[Path] = []

    def write(path: Path) -> None:
        tried.append(path)
        if kind == "bytes":
            with writing(path) as stream:
                stream.write(b"new")
        else:
            with writing_text(path) as text:
                text.write("new")

    before = {"a": b"old"} if old else {}
    faults = check.interrupted(write, tmp_path, "a", before, {"a": b"new"}, most=10_000)
    assert list(faults) == []
    record_property("cases", len(tried))
    assert len(tried) > 100


def test_any_way_interrupted(
    way: Any, whole: Any, given: Path, tmp_path: Path, check: ModuleType, record_property: Cases
) -> None:
    """At lines of ocop from the first to the last, and at instructions of the writing."""
    tried: list[Path] = []

    def write(path: Path) -> None:
        tried.append(path)
        way.write(given, path)

    for files, lines in ((("/ocop/",), True), (("_whole_file.py", "dump_decision.py"), False)):
        faults = check.interrupted(
            write, tmp_path, way.target, way.before, whole[way.name],
            files=files, most=5, lines=lines,
        )  # fmt: skip
        assert list(faults) == []
    record_property("cases", len(tried))


def driven(line: str, given: Path, command: ModuleType, number: int, at: int) -> Any:
    """Run a command that sends itself a signal at a call of a function; 0 counts the calls."""
    order = [sys.executable, str(SELF), str(number), str(at), *command.words(line, given)]
    with subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, err = process.communicate(timeout=120)
    return command.Result(process.returncode, out.decode(), err.decode())


LINES = {
    "score": "score given/tea.csv --decision qd-26-2026 --set tea -o {}/a.csv",
    "pack": "pack given/tea.csv --decision qd-26-2026 --set tea -o {}/a.npz",
    "reform": "reform apply given/reform.yaml --decision given/base -o {}/own",
}


@pytest.mark.parametrize("name", LINES)
def test_signals_at_any_time(
    name: str, tmp_path: Path, given: Path, command: ModuleType, check: ModuleType,
    record_property: Cases,
) -> None:  # fmt: skip
    """From its first imports to its end a command that is told to stop says one word."""
    line = LINES[name].format(tmp_path)
    undisturbed = driven(line, given, command, 0, 0)
    assert undisturbed.code == 0
    calls, after = int(undisturbed.err.splitlines()[-1]), check.content(tmp_path)
    before = {} if name == "reform" else {next(iter(after)): b"old"}
    places = check.points(calls, 9)
    for n, at in enumerate(places):
        number = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[n % 3]
        check.put(tmp_path, before)
        done = driven(line, given, command, number, at + 1)
        assert (done.code, done.err.splitlines()[-1]) == (128 + number, "stopped"), at
        assert "Traceback" not in done.err
        assert "Exception ignored" not in done.err
        assert check.wrong(check.content(tmp_path), before, after) is None, at
    record_property("cases", len(places))


@pytest.mark.parametrize("name", LINES)
def test_killed_at_any_time(
    name: str, tmp_path: Path, given: Path, command: ModuleType, check: ModuleType,
    record_property: Cases,
) -> None:  # fmt: skip
    """Nothing can be cleared up then; the target is as before or as after all the same."""
    line = LINES[name].format(tmp_path)
    calls = int(driven(line, given, command, 0, 0).err.splitlines()[-1])
    after = check.content(tmp_path)
    before = {} if name == "reform" else {next(iter(after)): b"old"}
    # The last calls are those of the writing.
    places = [calls - back for back in (1, 20, 60, 120, 200, 400, 1600)]
    for at in places:
        check.put(tmp_path, before)
        assert driven(line, given, command, signal.SIGKILL, at).code == -signal.SIGKILL
        found = check.content(tmp_path)
        found = {where: raw for where, raw in found.items() if not where.startswith(".ocop-")}
        assert check.wrong(found, before, after) is None, at
    record_property("cases", len(places))


def test_a_request_that_python_drops(given: Path, command: ModuleType) -> None:
    """What is raised while an object is cleared is dropped by Python: it is asked again."""
    done = driven("demo", given, command, signal.SIGTERM, -1)
    assert (done.code, done.out, done.err) == (128 + signal.SIGTERM, "", "stopped\n")


def test_a_reader_that_takes_nothing_more(given: Path, command: ModuleType) -> None:
    """A command that waits for it can be stopped all the same."""
    line = "synth --products 3000 --decision qd-26-2026 --seed 1"
    with command.start(line, given) as process:
        assert process.stdout.readline()
        time.sleep(1)  # the pipe is full then
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
        assert process.stderr.read() == b"stopped\n"


def test_signals_that_were_turned_off_stay_off(given: Path, command: ModuleType) -> None:
    """As nohup does with a terminal that is closed."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    order = [sys.executable, str(SELF), str(int(signal.SIGHUP)), "100"]
    done = subprocess.run(
        [*order, *command.words("code 832-00001-2026", given)],
        preexec_fn=ignore,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, 1)
    assert b"stopped" not in done.stderr


SCORING = """
import ocop
made = ocop.synthesize(ocop.criteria_set("qd-26-2026", "tea"), products=200_000, rng=0)
(sheets,) = made.sheets
try:
    print("ready", flush=True)
    while True:
        ocop.score(sheets, threads=4)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def test_threads_stop_too() -> None:
    """Ctrl-C while threads share the work ends them all, and the interpreter with them."""
    with subprocess.Popen(
        [sys.executable, "-c", SCORING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "stopped\n")


POOL = """
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
import ocop
if __name__ == "__main__":
    made = ocop.synthesize(ocop.criteria_set("qd-26-2026", "tea"), products=400, rng=0)
    draws = ocop.Draws(scenarios=200_000, points=1, rng=0)
    # A worker that is interrupted while it holds a lock of the pool would leave the others waiting.
    ignore = signal.SIGINT, signal.SIG_IGN
    with ProcessPoolExecutor(2, initializer=signal.signal, initargs=ignore) as pool:
        try:
            ocop.sweep(made, draws, executor=pool, checkpoint=sys.argv[1],
                       progress=lambda done, total: print(done, flush=True))
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            print("stopped", flush=True)
"""


def test_pools_stop_too(tmp_path: Path) -> None:
    """Ctrl-C at a terminal reaches every process: none goes on, and the checkpoint is whole."""
    path = tmp_path / "sweep.npz"
    with subprocess.Popen(
        [sys.executable, "-c", POOL, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "stopped"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert [file.name for file in tmp_path.iterdir()] == ["sweep.npz"]
    assert path.read_bytes()[:2] == b"PK"


def test_naive_writers_are_found_out(
    writers: ModuleType, tmp_path: Path, check: ModuleType
) -> None:
    """The check tells of a file that is broken, and of one that is left over."""
    before, after = {"a": b"old"}, {"a": b"new" * 100}
    told = {}
    for naive in writers.NAIVE:

        def write(path: Path, naive: Any = naive) -> None:
            naive(path, after["a"])

        how = {"files": ("writers.py",), "most": 40}
        told[naive.__name__] = list(check.interrupted(write, tmp_path, "a", before, after, **how))
        gc.collect()
    assert any("a is broken" in fault for fault in told["in_place"])
    assert any("is left over" in fault for fault in told["beside_and_left"])
    assert any("is left over" in fault for fault in told["with_its_own_rights"])
