"""The process that runs inputs: it may be killed at any time. Started by `parent`."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import sys
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

MOST_KEPT = 1 << 16
"""Inputs above this size are run, but not built upon."""


def instrument() -> Any:
    """Load the library so that atheris sees which way it goes; the compiled loops are left out."""
    import atheris

    with atheris.instrument_imports(include=["ocop"], exclude=_compiled()):
        import ocop

        for module in pkgutil.walk_packages(ocop.__path__, "ocop."):
            if module.name not in (*_compiled(), "ocop.__main__"):
                importlib.import_module(module.name)
    return atheris


def _compiled() -> list[str]:
    spec = importlib.util.find_spec("ocop")
    assert spec is not None
    root = Path(str(spec.origin)).parent
    return [f"ocop.{path.parent.name}.{path.stem}" for path in root.glob("*/_compiled*.py")]


def fuzz(task: dict[str, Any]) -> None:
    """Run changed inputs of one target for some seconds; write new and broken ones down."""
    atheris = instrument() if task["engine"] == "atheris" else None
    target = importlib.import_module(task["module"]).TARGETS[task["target"]]
    from .limits import Slot, Watch

    new, broken = Path(task["new"]), Path(task["broken"])
    pool = [path.read_bytes() for path in sorted(Path(task["seeds"]).iterdir())]
    pool += [path.read_bytes() for path in sorted(new.iterdir())]
    for data in target.seeds():  # what is loaded or compiled late is so before limits hold
        target.read(data)
    watch = Watch(Slot(Path(task["slot"])))
    seen = {path.name.partition("-")[0] for path in broken.iterdir()}

    def run(data: bytes) -> None:
        twice = data[-1:] < b"\x20" or not data  # some of them, by their content
        error = watch.run(target, data, twice=twice)
        if error is None:
            return
        kind = hashlib.sha256(f"{error.what} {error.where}".encode()).hexdigest()[:8]
        if kind not in seen:
            seen.add(kind)
            name = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}"
            (broken / name).write_bytes(data)
            (broken / f"{name}.txt").write_text(str(error), encoding="utf-8", errors="replace")

    if atheris is None:
        _search(target, run, pool, Random(task["seed"]), time.monotonic() + task["seconds"], new)
        return

    def one(data: bytes) -> int:
        run(data)
        return -1 if len(data) > MOST_KEPT else 0

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = Random(seed)
        if rng.random() < 0.15:
            return bytes(atheris.Mutate(data, most))
        made = target.mutate(data, rng, pool)
        return made if len(made) <= most else data

    signals = [f"-handle_{name}=0" for name in ("segv", "bus", "abrt", "ill", "fpe", "term", "int")]
    limits = ["-max_len=1048576", "-len_control=0", "-rss_limit_mb=0", "-timeout=86400"]
    clock = [f"-max_total_time={max(1, int(task['seconds']))}", f"-seed={task['seed'] or 1}"]
    folders = [str(new), task["seeds"]]
    atheris.Setup(
        [sys.argv[0], *signals, *limits, *clock, "-verbosity=0", *folders],
        one,
        custom_mutator=mutate,
    )
    try:
        atheris.Fuzz()
    except Exception:
        # A mistake of the search itself; atheris waits for ever where Python ends with it set up.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _search(target: Any, run: Any, pool: list[bytes], rng: Random, until: float, new: Path) -> None:
    """Keep and build upon what takes a new way through the library."""
    from .coverage import steps_of

    seen = set().union(*(steps_of(lambda data=data: run(data)) for data in pool))
    while time.monotonic() < until:
        # The latest finds more often than the others.
        base = rng.choice(pool[-20:] if rng.random() < 0.3 else pool)
        data = target.mutate(base, rng, pool)
        found = steps_of(lambda data=data: run(data))
        if found <= seen or len(data) > MOST_KEPT:
            continue
        seen |= found
        pool.append(data)
        (new / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def replay(task: dict[str, Any]) -> None:
    """Run stored inputs of any targets, each once, with a line for each."""
    targets = importlib.import_module(task["module"]).TARGETS
    from .limits import Slot, Watch

    for name in dict.fromkeys(name for name, _ in task["inputs"]):
        for data in targets[name].seeds():
            targets[name].read(data)
    watch = Watch(Slot(Path(task["slot"])))
    with Path(task["told"]).open("a", encoding="utf-8") as told:
        for name, path in task["inputs"]:
            error = watch.run(targets[name], Path(path).read_bytes())
            print(json.dumps("" if error is None else str(error)), file=told, flush=True)


def condense(task: dict[str, Any]) -> None:
    """Choose the inputs of a target that are worth keeping."""
    target = importlib.import_module(task["module"]).TARGETS[task["target"]]
    from .coverage import condense, features_of

    paths = sorted(path for folder in task["folders"] for path in Path(folder).glob("*"))
    inputs = {path.read_bytes() for path in paths}
    small = sorted(data for data in inputs if len(data) <= task["most"])
    for data in small[:20]:
        target.read(data)
    kept = condense((data, features_of(target, data)) for data in small)
    out = Path(task["out"])
    for data in kept:
        (out / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


if __name__ == "__main__":
    work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    {"fuzz": fuzz, "replay": replay, "condense": condense}[work["do"]](work)
