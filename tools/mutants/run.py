"""Choose mutants, try those that were not tried yet, and say what became of them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from mutations import Mutant, mutants_of
from reach import Reach, digest, find_reach
from results import Area, Results, entry, explained, figure
from trial import Suite, Verdict, run_sound, try_cold, try_warm

__all__ = ["run", "sample"]
FOLDER = ".mutants"

WARM_SECONDS, COLD_SECONDS = 8.0, 30.0
"""How long the tests may take, on the sound code, that one mutant is tried on: the quickest go
first, so what is left out are slow tests that reach a line which many others reach too."""

THROUGH = Verdict(outcome="through")
"""No test killed it warm; it is to be tried cold."""


def run(
    suites: Sequence[Suite],
    patterns: Sequence[str],
    size: int | None,
    seed: int,
    jobs: int,
    listed: Path,
) -> int:
    """Choose mutants, try those that were not tried yet, and print the figure last."""
    root = suites[0].root
    os.chdir(root)
    sys.path.insert(0, str(root / "src"))
    os.environ["PYTHONPATH"] = str(root / "src")
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    why = explained(listed)
    told: list[Area] = []
    there: dict[str, tuple[Mutant, Results]] = {}
    for suite in suites:
        every = list(_every(suite, patterns))
        some = every if size is None else sample(every, size, seed)
        state = digest(root, ["src", *suite.paths])
        results = Results(folder / "results.jsonl", root, state)
        there |= {mutant.key: (mutant, results) for mutant in every}
        if not some:
            continue
        print(f"{suite.area}: {len(some):,} of {len(every):,} mutants", flush=True)
        fault = _try(find_reach(suite, state, folder), results, some, jobs)
        if fault:
            print(fault, "mutants: none tried: the harness failed", sep="\n")
            return 1
        verdicts = {mutant.key: _known(results, mutant) for mutant in some}
        area = Area(
            name=suite.area, of=len(every), chosen=some, verdicts=verdicts, explained=why,
            wanted=0.0 if patterns else suite.wanted,
        )  # fmt: skip
        for mutant in area.with_outcome("broken"):
            print(f"broken: {mutant.key} {mutant.module}: {area.verdicts[mutant.key].by}")
        if area.unexplained:
            print(f"survivors of {area.name} that nothing explains:")
            print(entry(area.unexplained, results.of))
        told.append(area)
    stale = _stale(why, there, patterns)
    for line in stale:
        print(line)
    print(figure(told))
    return int(not told or not all(area.fine for area in told) or bool(stale))


def sample(every: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Choose so many mutants, in their order, each by its own key.

    A change of one function leaves the others' mutants in the sample, or out of it.
    """

    def rank(mutant: Mutant) -> bytes:
        return hashlib.sha256(f"{seed} {mutant.key}".encode()).digest()

    low = {mutant.key for mutant in sorted(every, key=rank)[:size]}
    return [mutant for mutant in every if mutant.key in low]


def _every(suite: Suite, patterns: Sequence[str]) -> Iterator[Mutant]:
    home = suite.root / "src"
    for path in sorted((home / suite.package / suite.area).rglob("*.py")):
        module = ".".join(path.relative_to(home).with_suffix("").parts)
        wanted = not patterns or any(fnmatch(module, f"*{pattern}") for pattern in patterns)
        if wanted and module not in suite.left:
            yield from mutants_of(path, module)


def _known(results: Results, mutant: Mutant) -> Verdict:
    found = results.of(mutant)
    if found is None or found == THROUGH:
        return Verdict(outcome="broken", by="no verdict")
    return found


def _stale(
    why: Mapping[str, str],
    there: Mapping[str, tuple[Mutant, Results]],
    patterns: Sequence[str],
) -> list[str]:
    """Say which lines of the list speak of mutants that are killed, or that are no more."""
    said = []
    for key in why:
        if key not in there:
            if not patterns:
                said.append(f"explained, but no such mutant: {key}")
            continue
        mutant, results = there[key]
        if (verdict := results.of(mutant)) and verdict.outcome in ("killed", "timed out"):
            said.append(f"explained, but {verdict.outcome} by {verdict.by}: {key}")
    return said


def _try(reach: Reach, results: Results, chosen: Sequence[Mutant], jobs: int) -> str:
    """Try what has no verdict yet: warm first, then cold what got through."""
    todo = [mutant for mutant in chosen if results.of(mutant) in (None, THROUGH)]
    print(f"{len(todo):,} to try", flush=True)
    warm = [mutant for mutant in todo if mutant.inside and results.of(mutant) is None]
    if warm:
        fault = _in_jobs(jobs, lambda n: _warm(reach, results, warm[n::jobs]))
        if fault:
            return fault
        results.load()
    cold = [mutant for mutant in todo if results.of(mutant) in (None, THROUGH)]
    if cold:
        print(f"{len(cold):,} of them in an import of their own", flush=True)
        fault = _in_jobs(jobs, lambda n: _cold(reach, results, cold[n::jobs]))
        results.load()
        if fault:
            return fault
    return _prove(reach, results, todo)


def _prove(reach: Reach, results: Results, tried: Iterable[Mutant]) -> str:
    """Run every test that killed once more, as it ran then, but with no mutant: it must pass."""
    found = (results.of(mutant) for mutant in tried)
    seconds = reach.suite.seconds
    killers = {v.by for v in found if v and v.outcome == "killed" and v.by in seconds}
    if not killers:
        return ""
    order = sorted(killers, key=lambda test: (seconds[test], test))
    answer = run_sound(reach.suite, order, 3600.0)
    return "" if answer["outcome"] == "survived" else f"fails without a mutant: {answer['by']}"


def _in_jobs(jobs: int, work: Callable[[int], str]) -> str:
    """Run work in forks and wait for all; return the first fault."""
    children = []
    sys.stdout.flush()
    for n in range(jobs):
        child = os.fork()
        if child == 0:
            fault = "a process stopped"
            try:
                fault = work(n)
                if fault:
                    print(fault, flush=True)
            finally:
                os._exit(1 if fault else 0)
        children.append(child)
    ended = [os.waitpid(child, 0)[1] for child in children]
    return "the harness failed" if any(ended) else ""


class _Order:
    """The tests for a mutant: first those that killed others of the same function."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._killers: dict[tuple[str, str], list[str]] = defaultdict(list)

    def cut(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> list[str]:
        """Order tests and leave out what is too long."""
        here = set(tests)
        first = [t for t in self._killers[mutant.module, mutant.function] if t in here]
        kept, spent = [], 0.0
        for test in dict.fromkeys([*first, *tests]):
            spent += self.reach.suite.seconds[test]
            if kept and spent > seconds:
                break
            kept.append(test)
        return kept

    def killed(self, mutant: Mutant, verdict: Verdict) -> None:
        """Take note of a test that kills."""
        known = self._killers[mutant.module, mutant.function]
        if verdict.outcome == "killed" and verdict.by in self.reach.suite.seconds:
            known[:] = [verdict.by, *(test for test in known if test != verdict.by)][:8]


def _warm(reach: Reach, results: Results, mutants: Sequence[Mutant]) -> str:
    order = _Order(reach)

    def choose(mutant: Mutant) -> list[str]:
        return order.cut(mutant, reach.near(mutant), WARM_SECONDS)

    def tell(mutant: Mutant, verdict: Verdict) -> None:
        order.killed(mutant, verdict)
        if verdict.outcome == "survived":
            verdict = THROUGH
        results.keep(mutant, verdict)

    with (
        (reach.suite.root / FOLDER / "log.txt").open("a") as log,
        contextlib.redirect_stdout(log),
    ):
        return try_warm(reach.suite, mutants, choose, tell)


def _cold(reach: Reach, results: Results, mutants: Sequence[Mutant]) -> str:
    order = _Order(reach)
    for mutant in mutants:
        far = list(dict.fromkeys([*reach.near(mutant), *reach.far(mutant)]))
        tests = order.cut(mutant, far, COLD_SECONDS)
        verdict = try_cold(reach.suite, mutant, tests)
        order.killed(mutant, verdict)
        if verdict.outcome == "survived":
            verdict = Verdict(outcome="survived", by=f"{len(tests)} of {len(far)} tests passed")
        results.keep(mutant, verdict)
    return ""
