"""Starts the processes that run inputs, watches them, and says what broke."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .limits import Slot
from .shared import SCRATCH

HERE = Path(__file__).resolve().parents[1]
SOURCE = HERE.parents[1] / "src"

WALL = 60.0
"""Seconds by the clock after which an input hangs, though it does not compute."""

RUN = 4.0
"""Times its own seconds after which a whole search that does not end is an error of ours."""


@dataclass(frozen=True)
class Broken:
    """An input that broke the contract."""

    target: str
    what: str
    data: bytes
    name: str = ""


@dataclass
class Ran:
    """What some runs came to; seconds are those of computing, memory is in kilobytes."""

    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    most: int = 0
    broken: list[Broken] = field(default_factory=list)
    unsure: list[Broken] = field(default_factory=list)

    def add(self, slot: Slot) -> None:
        """Take the numbers of a child that ended."""
        self.inputs += slot.inputs
        self.slowest = max(self.slowest, slot.slowest)
        self.most = max(self.most, slot.most)

    def join(self, other: Ran) -> None:
        """Take all of another's."""
        self.inputs += other.inputs
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.most = max(self.most, other.most)
        self.broken += other.broken
        self.unsure += other.unsure


def used() -> float:
    """Return the seconds of computing of all children so far."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


@contextmanager
def working_folder() -> Iterator[Path]:
    """Yield a folder for the files of children, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="ocop-fuzz-", dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def child(task: Mapping[str, Any], folder: Path, slot: Slot | None, most: float) -> tuple[int, str]:
    """Run a task in a process; return its exit code, negative for a signal, and what it said."""
    path = folder / "task.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    paths = [str(HERE), str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    # One arena: threads reserve no room that the limit on memory would count.
    more = {"MALLOC_ARENA_MAX": "1", "PYTHONFAULTHANDLER": "", SCRATCH: str(folder)}
    environ = {**os.environ, **more, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzzing.child", str(path)],
            env=environ,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        end = time.monotonic() + most
        while process.poll() is None:
            time.sleep(0.05)
            if (slot is not None and slot.busy > WALL) or time.monotonic() > end:
                process.kill()
                process.wait()
        said.seek(0)
        return process.returncode, said.read().decode("utf-8", "replace")[-3000:]


def how(code: int) -> str:
    """Return what the exit code of a child says of the input that it died of."""
    if code in (-signal.SIGPROF, -signal.SIGKILL):
        return "hang: it took longer than allowed"
    return f"crash: the process died of {signal.Signals(-code).name}"


def replay(inputs: list[tuple[str, Path]], module: str = "fuzzing.targets") -> Ran:
    """Run stored inputs, each a target's name and a file, and return what they came to."""
    ran, left, before = Ran(), inputs, used()
    while left:
        with working_folder() as folder:
            slot, told = Slot(folder / "slot", new=True), folder / "told"
            task = {"do": "replay", "module": module, "slot": str(folder / "slot")}
            task |= {
                "told": str(told),
                "inputs": [(name, str(path.resolve())) for name, path in left],
            }
            code, said = child(task, folder, slot, 600 + len(left))
            lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
            ran.add(slot)
            for (name, path), line in zip(left, lines, strict=False):
                if line != '""':
                    ran.broken.append(Broken(name, json.loads(line), path.read_bytes(), path.name))
            if code == 0:
                break
            if code > 0 or len(lines) == len(left):
                raise RuntimeError(f"the process that runs inputs failed: {said}")
            name, path = left[len(lines)]
            ran.broken.append(Broken(name, how(code), path.read_bytes(), path.name))
            left = left[len(lines) + 1 :]
    ran.seconds = used() - before
    return ran


def search(
    target: str,
    seconds: float,
    *,
    seed: int,
    engine: str,
    work: Path,
    seeds: Mapping[str, bytes],
    module: str = "fuzzing.targets",
) -> Ran:
    """Look for inputs that break a target, for some seconds by the clock on the wall.

    New inputs that took a new way are written to ``work/new/<target>``, those that broke the
    contract to ``work/broken/<target>``.
    """
    ran, before, end = Ran(), used(), time.monotonic() + seconds
    new, broken = work / "new" / target, work / "broken" / target
    for folder in (new, broken):
        folder.mkdir(parents=True, exist_ok=True)
    old = {path.name for path in broken.iterdir()}
    while (left := end - time.monotonic()) > 0.2:
        with working_folder() as folder:
            (folder / "seeds").mkdir()
            for name, data in seeds.items():
                (folder / "seeds" / name.replace("/", "-")).write_bytes(data)
            slot = Slot(folder / "slot", new=True)
            task = {"do": "fuzz", "module": module, "target": target, "engine": engine}
            task |= {"seconds": left, "seed": seed, "new": str(new), "broken": str(broken)}
            task |= {"slot": str(folder / "slot"), "seeds": str(folder / "seeds")}
            code, said = child(task, folder, slot, RUN * left + 300)
            ran.add(slot)
            if code > 0:
                raise RuntimeError(f"the process that runs inputs failed: {said}")
            if code < 0:
                _died(target, code, said, slot.data, ran, broken, module)
            seed += 1
    for path in sorted(broken.iterdir()):
        if path.suffix == ".txt" and path.name not in old:
            data = path.with_suffix("").read_bytes()
            what = path.read_text(encoding="utf-8")
            if not any(each.data == data for each in ran.broken):
                ran.broken.append(Broken(target, what, data, path.stem))
    ran.seconds = used() - before
    return ran


def _died(
    target: str, code: int, said: str, data: bytes, ran: Ran, broken: Path, module: str
) -> None:
    """Run the input that a child died of once more, alone: only then is it the input's fault."""
    path = broken / f"death{-code}-{len(ran.broken) + len(ran.unsure)}"
    path.write_bytes(data)
    again = replay([(target, path)], module)
    if again.broken:
        ran.broken.append(Broken(target, again.broken[0].what, data, path.name))
        path.with_name(f"{path.name}.txt").write_text(again.broken[0].what, encoding="utf-8")
    else:
        what = f"{how(code)}, but not once more alone"
        path.with_name(f"{path.name}.said").write_text(said, encoding="utf-8")
        ran.unsure.append(Broken(target, what, data, path.name))


def condensed(target: str, folders: list[Path], out: Path, most: int) -> int:
    """Write the inputs of some folders that are worth keeping; return how many there are."""
    out.mkdir(parents=True, exist_ok=True)
    with working_folder() as folder:
        task = {"do": "condense", "module": "fuzzing.targets", "target": target, "most": most}
        task |= {"folders": [str(each) for each in folders], "out": str(out)}
        code, said = child(task, folder, None, 3600)
    if code:
        raise RuntimeError(f"the process that condenses inputs failed: {said}")
    return sum(1 for _ in out.iterdir())
