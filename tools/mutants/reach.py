"""Which tests reach which line of the sound code, and what each takes; found once and kept."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import coverage
import pytest
from attrs import evolve
from mutations import Mutant
from trial import Steady, Suite, forget

from child import in_child

__all__ = ["Reach", "digest", "find_reach"]

HOURS = 3600.0


class Reach:
    """Answers which tests reach a mutant, the quickest first."""

    def __init__(self, suite: Suite, lines: Mapping[Path, Mapping[int, list[str]]]) -> None:
        self.suite = suite
        self._lines = lines

    def near(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the changed lines, or else the function around them."""
        if not mutant.inside:
            return []
        return self._tests(mutant.path, mutant.lines) or self._tests(mutant.path, mutant.around)

    def far(self, mutant: Mutant) -> list[str]:
        """Return all tests that run something of the module, then others that may depend on it."""
        known = self._lines.get(mutant.path, {})
        tests = self._tests(mutant.path, known)
        if not mutant.inside:
            # A test that only looks at what an import left, such as a class, runs no line of it.
            tests = [*self._looking, *tests]
        # What runs while tests are collected belongs to none of them, and so perhaps to any.
        early = not mutant.inside or any("" in known.get(line, ()) for line in mutant.lines)
        return tests if tests and not early else [*tests, *self._quickest(self.suite.seconds)]

    @functools.cached_property
    def _looking(self) -> list[str]:
        """The tests that reach no line at all."""
        lines = (tests for known in self._lines.values() for tests in known.values())
        return self._quickest(set(self.suite.seconds).difference(*lines))

    def _tests(self, path: Path, lines: Iterable[int]) -> list[str]:
        known = self._lines.get(path, {})
        return self._quickest({test for line in lines for test in known.get(line, ()) if test})

    def _quickest(self, tests: Iterable[str]) -> list[str]:
        seconds = self.suite.seconds
        return sorted((t for t in tests if t in seconds), key=lambda t: (seconds[t], t))


def find_reach(suite: Suite, state: str, folder: Path) -> Reach:
    """Run all tests with coverage, in an import of their own, where that is not yet known.

    Where a test fails on the sound code, nothing is tried.
    """
    known = folder / f"reach-{suite.area}.json"
    lines = folder / f"reach-{suite.area}.coverage"
    found = json.loads(known.read_text("utf-8")) if known.exists() else {}
    if found.get("state") != state:
        lines.unlink(missing_ok=True)
        print("finding out which tests reach which lines", flush=True)
        found = _must(in_child(functools.partial(_trace, suite, lines), HOURS))
        known.write_text(json.dumps({"state": state, "ran": found["ran"]}), encoding="utf-8")
    data = coverage.CoverageData(basename=str(lines))
    data.read()
    # All at once: asked in a fork, coverage would begin its file anew.
    known_lines = {Path(name): data.contexts_by_lineno(name) for name in data.measured_files()}
    if not any(known_lines.values()):
        raise SystemExit("without any mutant, no test reaches a line")
    return Reach(evolve(suite, seconds=found["ran"]), known_lines)


def digest(root: Path, paths: Iterable[str]) -> str:
    """Return one digest of all files in folders, by name and content."""
    total = hashlib.sha256()
    for path in (root / name for name in paths):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                total.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()


def _must(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["outcome"] != "survived":
        said = f"{answer['outcome']} {answer['by']}"
        raise SystemExit(f"without any mutant a test fails, or none runs: {said}")
    return answer


def _trace(suite: Suite, file: Path) -> dict[str, Any]:
    os.environ["COVERAGE_CORE"] = "ctrace"  # the newer one knows no contexts
    cover = coverage.Coverage(
        data_file=str(file),
        include=[f"{suite.root}/src/{suite.package}/{suite.area}/*"],
        config_file=False,
    )
    steady = Steady(suite)
    cover.start()
    code = pytest.main(
        suite.arguments(suite.paths),
        plugins=[steady, _Contexts(cover, f"{suite.package}.{suite.area}")],
    )
    cover.stop()
    cover.save()
    if code != pytest.ExitCode.OK:
        return {"outcome": "killed", "by": steady.failed or repr(code)}
    return {"outcome": "survived", "by": "", "ran": steady.ran}


class _Contexts:
    def __init__(self, cover: coverage.Coverage, area: str) -> None:
        self.cover, self.area = cover, area

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        # A table that an earlier test needed would be there, and its lines seem not reached.
        forget(self.area)
        self.cover.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.cover.switch_context("")
