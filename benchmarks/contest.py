"""What a contestant is, how contestants are timed in turn, and how their results are compared."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Row = dict[str, Any]


def _nothing(_: Any) -> Arrays:
    return {}


@frozen(kw_only=True)
class Contestant:
    """One way to do the work.

    `prepare` turns the problem into the input that is natural for the library, outside the clock;
    `run` is what is timed; `read` turns its result into arrays for the check, outside the clock.
    `at_most` is the size up to which it is measured; beyond, its time is extrapolated. `scope`
    says in words where it does less than the others. With `fresh` the input is prepared anew
    before every run, so that nothing that an object remembers is reused.
    """

    name: str
    prepare: Callable[[Any], Any]
    run: Callable[[Any], Any]
    read: Callable[[Any], Arrays] = _nothing
    at_most: int | None = None
    scope: str = ""
    fresh: bool = False


def load(
    modules: Iterable[tuple[str, Sequence[str]]], kind: str = "CONTESTANTS"
) -> tuple[list[Contestant], list[str]]:
    """Return the contestants of (module, libraries it needs), and the libraries not installed."""
    found: list[Contestant] = []
    missing: list[str] = []
    for module, libraries in modules:
        absent = [library for library in libraries if find_spec(library) is None]
        missing += absent
        if not absent:
            found += getattr(import_module(f"peers.{module}"), kind)
    return found, missing


def race(
    contestants: Sequence[Contestant],
    problems: Mapping[str, Any],
    rounds: int,
    check: Callable[[Contestant, Arrays], None],
) -> dict[str, list[float]]:
    """Time all contestants round after round, each in turn; return the seconds of each.

    `problems` holds the problem of each contestant by name. The result of the first round goes to
    `check`. Libraries have started and compiled before: see `warm_up`.
    """
    inputs = {c.name: None if c.fresh else c.prepare(problems[c.name]) for c in contestants}
    times: dict[str, list[float]] = {c.name: [] for c in contestants}
    # Objects that stay are no longer looked at: collecting garbage before each run is quick.
    gc.freeze()
    for number in range(rounds):
        for contestant in contestants:
            name = contestant.name
            given = contestant.prepare(problems[name]) if contestant.fresh else inputs[name]
            gc.collect()
            start = time.perf_counter()
            result = contestant.run(given)
            times[name].append(time.perf_counter() - start)
            if number == 0:
                check(contestant, contestant.read(result))
            del given, result
    gc.unfreeze()
    return times


def warm_up(contestants: Iterable[Contestant], problem: Any) -> None:
    """Run every contestant once on a small problem: imports, compilation, pools of threads."""
    for contestant in contestants:
        contestant.read(contestant.run(contestant.prepare(problem)))


def summary(times: Sequence[float], factor: float = 1) -> Row:
    """Return median, quartiles and extremes in seconds, each times `factor`."""
    every = list(times) if len(times) > 1 else [*times, *times]
    low, middle, high = statistics.quantiles(every, n=4, method="inclusive")
    figures = {"median": middle, "q1": low, "q3": high, "min": min(times), "max": max(times)}
    return {name: rounded(value * factor) for name, value in figures.items()} | {
        "rounds": len(times)
    }


def rounded(value: float) -> float:
    """Return a number with four significant digits: more is noise."""
    return float(f"{value:.4g}")


@frozen(kw_only=True)
class Run:
    """One run of the benchmarks: how large, what came out different, which libraries lack."""

    short: bool
    wrong: list[str] = field(factory=list)
    missing: list[str] = field(factory=list)

    def load(
        self, modules: Iterable[tuple[str, Sequence[str]]], kind: str = "CONTESTANTS"
    ) -> list[Contestant]:
        """Return the contestants whose libraries are installed; note the others."""
        found, missing = load(modules, kind)
        self.lacks(*missing)
        return found

    def lacks(self, *libraries: str) -> None:
        """Note libraries that are not installed, each once."""
        self.missing.extend(name for name in libraries if name not in self.missing)

    def compare(self, where: str, expected: Mapping[str, NDArray[Any]], found: Arrays) -> bool:
        """Note every result that is not as expected, and say whether all are."""
        wrong = differences(expected, found)
        self.wrong.extend(f"{where}: {name} differs" for name in wrong)
        return not wrong

    def say(self, text: str) -> None:
        """Print one line."""
        print(text, flush=True)


def differences(expected: Mapping[str, NDArray[Any]], found: Arrays) -> list[str]:
    """Return the names of the results that are not equal; `expected` may hold more of them."""
    return [
        name
        for name, values in found.items()
        if values.shape != expected[name].shape or not np.array_equal(values, expected[name])
    ]


def min_ranks(worse: NDArray[Any]) -> NDArray[np.int64]:
    """Return ranks counted 1 2 2 4 for numbers that rise as a row gets worse."""
    _, place, counts = np.unique(worse, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts + 1)[place]
