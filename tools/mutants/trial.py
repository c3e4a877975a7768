"""Try mutants on the tests, each in a process of its own that is forked off a warm one.

Two ways. *Warm*: the tests are collected once, with the sound modules; in the child the code of
the one function that differs takes the place of the sound one, and the tests that reach the line
run until one fails. What stands outside functions, and every mutant that got through warm, is
tried *cold*: the child imports the package anew, with the mutant as the source of its module, and
collects the tests itself. So what was worked out before the change (a cached table, a decision
that a test module read) cannot hide a mutant; and a kill is always a test that fails.

A test that uses far more processor time than it did on the sound code ends the child by a signal:
that mutant is timed out, which is told apart. A test that crashes, as compiled code does that is
given an array of another type, kills where it does so twice. Whatever else goes wrong is nobody's
kill.
"""

from __future__ import annotations

import functools
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from attrs import field, frozen
from mutations import Mutant

from child import begins, in_child

__all__ = ["Suite", "Verdict", "forget", "run_sound", "try_cold", "try_warm"]

EXAMPLES = 25
"""At most so many examples of a property: hypothesis finds the first that fails, or goes on."""
TIMES = 10.0
"""How many times the processor time that it used on the sound code a test may use."""
WAITING = 10.0
"""Wall time over processor time, for a test that waits and does nothing; the machine is shared."""


@frozen(kw_only=True)
class Verdict:
    """What became of a mutant: killed, timed out, survived, or broken (the harness failed)."""

    outcome: str
    by: str = ""


@frozen(kw_only=True)
class Suite:
    """The tests that mutants are tried on."""

    root: Path
    package: str
    area: str
    """The folder of the package that is mutated."""
    paths: tuple[str, ...]
    """Files and folders for pytest, from the root."""
    left: tuple[str, ...] = ()
    """Modules that are not mutated."""
    wanted: float = 0.0
    """The share of the mutants that must be killed."""
    seconds: Mapping[str, float] = field(factory=dict)
    """What each test took on the sound code, by its id; empty while that is being found out."""
    least: float = 5.0
    """Seconds of processor time that every test may use, on top of ten times what it took."""

    def arguments(self, paths: Sequence[str]) -> list[str]:
        """Return the command line of pytest."""
        off = ["cacheprovider", "faulthandler", "xdist", "cov", "randomly"]
        plain = [f"-pno:{name}" for name in off]
        # hypothesis is there before pytest starts: a warning that tests would take for a failure.
        plain += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        return ["-q", "-x", "--capture=no", "--rootdir", str(self.root), *plain, *paths]

    def bound(self, test: str) -> float:
        """Return how much processor time a test may use; 0: as much as it wants."""
        if not self.seconds:
            return 0.0
        return self.least + TIMES * self.seconds.get(test, 0.0)


class Steady:
    """A plug-in for pytest: the same examples, a bound for each test, the first failure."""

    def __init__(self, suite: Suite, order: Sequence[str] | None = None) -> None:
        self.suite = suite
        self.order = order
        self.failed = ""
        self.ran: dict[str, float] = {}

    def pytest_collection(self) -> None:
        """After the conftest files, before the tests: the profile must not be taken back."""
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "mutants",
            settings.get_profile("default"),
            deadline=None,
            derandomize=True,
            database=None,
            print_blob=False,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        )
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests, in the order they were chosen in; fewer examples for each."""
        for item in items:
            test = getattr(item, "obj", None)
            if hasattr(test, "hypothesis"):
                _few_examples(test)
        if self.order is not None:
            found = {item.nodeid: item for item in items}
            items[:] = [found[test] for test in self.order if test in found]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Bound the processor time of a test, the whole process counted."""
        begins(item.nodeid)
        before = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self.suite.bound(item.nodeid))
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.ran[item.nodeid] = time.process_time() - before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of the first test that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of a test module that fails while it is imported."""
        if report.failed and not self.failed:
            self.failed = f"{report.nodeid} (when collected)"


def _few_examples(test: Any) -> None:
    from hypothesis import settings

    name = "_hypothesis_internal_use_settings"  # where hypothesis keeps what @settings said
    own = getattr(test, name)
    setattr(test, name, settings(own, max_examples=min(own.max_examples, EXAMPLES)))


def wall(suite: Suite, tests: Sequence[str]) -> float:
    """Return the wall time after which a child is ended from outside."""
    return 60.0 + WAITING * (suite.least + sum(suite.seconds.get(test, 0.0) for test in tests))


# Warm


def run_sound(suite: Suite, order: Sequence[str], seconds: float) -> dict[str, Any]:
    """Run tests as they run warm, but with no mutant, in a child; the answer has their times."""

    def work() -> dict[str, Any]:
        sound = _Sound(suite, order)
        code = pytest.main(suite.arguments(suite.paths), plugins=[sound, sound.steady])
        if sound.steady.failed or len(sound.steady.ran) < len(order):
            return {"outcome": "killed", "by": sound.steady.failed or repr(code)}
        return {"outcome": "survived", "by": "", "ran": sound.steady.ran}

    return in_child(work, seconds)


class _Sound:
    """A plug-in that runs the tests in an order of ours, after all caches were emptied."""

    def __init__(self, suite: Suite, order: Sequence[str]) -> None:
        self.steady = Steady(suite, order)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        forget(self.steady.suite.package)
        _run_items(session.items, self.steady)
        return True


def _run_items(items: Sequence[pytest.Item], steady: Steady) -> None:
    """Run tests up to the first that fails."""
    for n, item in enumerate(items):
        following = items[n + 1] if n + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if steady.failed:
            return


def try_warm(
    suite: Suite,
    mutants: Sequence[Mutant],
    choose: Callable[[Mutant], Sequence[str]],
    tell: Callable[[Mutant, Verdict], None],
) -> str:
    """Collect all tests once and try mutants one after the other; return what went wrong."""
    server = _Server(suite, mutants, choose, tell)
    code = pytest.main(suite.arguments(suite.paths), plugins=[server, server.steady])
    if not server.served:
        return f"the tests could not be collected ({code}): {server.steady.failed}"
    return ""


class _Server:
    """A plug-in that tries mutants instead of running the tests."""

    def __init__(
        self,
        suite: Suite,
        mutants: Sequence[Mutant],
        choose: Callable[[Mutant], Sequence[str]],
        tell: Callable[[Mutant, Verdict], None],
    ) -> None:
        self.suite, self.mutants, self.choose, self.tell = suite, mutants, choose, tell
        self.steady = Steady(suite)
        self.served = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork a child for each mutant."""
        if session.testsfailed or not session.items:
            return True
        items = {item.nodeid: item for item in session.items}
        for module in {mutant.module for mutant in self.mutants}:
            importlib.import_module(module)  # the front door imports late: it may not be there yet
        live = live_functions(self.suite)
        gc.collect()
        gc.freeze()
        self.served = True
        for mutant in self.mutants:
            tests = [test for test in self.choose(mutant) if test in items]
            chosen = [items[test] for test in tests]
            answer = in_child(
                functools.partial(self._run, mutant, live, chosen), wall(self.suite, tests)
            )
            self.tell(mutant, Verdict(**answer))
        return True

    def _run(
        self, mutant: Mutant, live: dict[Any, list[FunctionType]], chosen: Sequence[pytest.Item]
    ) -> dict[str, Any]:
        if not chosen or not _put_in(mutant, live):
            return {"outcome": "survived", "by": ""}
        forget(self.suite.package)
        _run_items(chosen, self.steady)
        if self.steady.failed:
            return {"outcome": "killed", "by": self.steady.failed}
        return {"outcome": "survived", "by": ""}


def live_functions(suite: Suite) -> dict[Any, list[FunctionType]]:
    """Return the functions of the package that are there, by file, name and first line."""
    home = str(suite.root / "src" / suite.package)
    found: dict[Any, list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(home):
            found.setdefault(_place(thing.__code__), []).append(thing)
    return found


def _place(code: CodeType) -> tuple[str, str, int]:
    return os.path.realpath(code.co_filename), code.co_qualname, code.co_firstlineno


def _put_in(mutant: Mutant, live: dict[Any, list[FunctionType]]) -> bool:
    """Give the live functions their changed code; False where there is none or it does not fit."""
    path = str(mutant.path)
    sound = compile(mutant.path.read_text("utf-8"), path, "exec", dont_inherit=True)
    changed = compile(mutant.source(), path, "exec", dont_inherit=True)
    before = dict(_functions(sound, mutant.function))
    done = False
    for place, code in _functions(changed, mutant.function):
        if before.get(place) == code:
            continue
        for function in live.get(place, []):
            if len(function.__code__.co_freevars) != len(code.co_freevars):
                return False
            function.__code__ = code
            done = True
    return done


def _functions(code: CodeType, name: str) -> Iterator[tuple[Any, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_qualname == name:
                yield _place(inner), inner
            elif name.startswith(f"{inner.co_qualname}."):
                yield from _functions(inner, name)


def forget(area: str) -> None:
    """Empty the caches of functions and files: what they hold was worked out by the sound code."""
    for name, module in list(sys.modules.items()):
        if name.startswith(area):
            for thing in list(vars(module).values()):
                if isinstance(thing, functools._lru_cache_wrapper):
                    thing.cache_clear()
                elif (type(thing).__module__, type(thing).__name__) == ("ocop.law._kept", "Kept"):
                    thing.__init__(thing.most)


# Cold


def try_cold(suite: Suite, mutant: Mutant | None, tests: Sequence[str]) -> Verdict:
    """Try a mutant on tests in a process that has not yet imported the package; None: no mutant."""
    steady = Steady(suite, tests)
    answer = in_child(functools.partial(_import_and_run, steady, mutant), wall(suite, tests))
    return Verdict(**answer)


def _import_and_run(steady: Steady, mutant: Mutant | None) -> dict[str, Any]:
    suite = steady.suite
    if suite.package in sys.modules:
        raise RuntimeError(f"{suite.package} was imported before the mutant was")
    if mutant is not None:
        sys.meta_path.insert(0, _InPlace(mutant))
        try:
            importlib.import_module(mutant.module)
        except Exception as error:
            return {"outcome": "killed", "by": f"import: {type(error).__name__}"}
    package = importlib.import_module(suite.package)
    if not str(package.__file__).startswith(str(suite.root)):
        raise RuntimeError(f"{suite.package} comes from {package.__file__}")
    order = steady.order
    paths = suite.paths if order is None else sorted({test.split("::")[0] for test in order})
    code = pytest.main(suite.arguments(paths), plugins=[steady])
    if steady.failed:
        return {"outcome": "killed", "by": steady.failed}
    if code != pytest.ExitCode.OK:
        return {"outcome": "broken", "by": f"pytest ended with {code!r}"}
    return {"outcome": "survived", "by": ""}


class _InPlace(importlib.abc.MetaPathFinder):
    """Finds one module, and gives it the mutant's source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        loader = _Loader(fullname, str(self.mutant.path))
        loader.text = self.mutant.source()
        return importlib.util.spec_from_file_location(fullname, self.mutant.path, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    text = ""

    def get_code(self, *_: Any) -> CodeType:
        return compile(self.text, self.path, "exec", dont_inherit=True)
