"""Run tests and print, as the last line, how much was tried and what came of it.

``python tools/figure.py NAME "WHAT, WRONG" -- ARGUMENTS`` gives the arguments to pytest. The last
line is ``NAME: 41 WHAT, 0 WRONG``: ``python tools/figure.py faults "faults, left a broken file" --
tests/faults`` ends with ``faults: 41 faults, 0 left a broken file``. Without ``, WRONG`` the word
is ``failed``. What was skipped, or is expected to fail, is named behind.

A test counts once, or as often as it says with ``record_property("cases", 12)``. The exit code is
that of pytest, and 5 where nothing ran.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest

NOTHING_RAN = int(pytest.ExitCode.NO_TESTS_COLLECTED)


class Tally:
    """Counts the tests of a run as a plug-in of pytest."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.failed: set[str] = set()
        self.skipped: set[str] = set()
        self.broken: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one step of a test: its setting up, its run or its clearing up."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped.add(report.nodeid)
        if report.when == "call" and not report.skipped:
            told: list[Any] = [value for name, value in report.user_properties if name == "cases"]
            self.cases[report.nodeid] = sum(told) if told else 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of a file that was skipped as a whole, or could not be loaded."""
        if report.skipped:
            self.skipped.add(report.nodeid)
        elif report.failed:
            self.broken.add(report.nodeid)

    def figure(self, name: str, what: str, wrong: str, code: int) -> str:
        """Return the last line."""
        line = f"{name}: {sum(self.cases.values()):,} {what}, {len(self.failed):,} {wrong}"
        if self.skipped:
            names = Counter(test.split("/")[-1].split("[")[0] for test in self.skipped)
            each = (f"{test} x{count}" if count > 1 else test for test, count in names.items())
            line += f"; {len(self.skipped):,} skipped: {', '.join(sorted(each))}"
        if self.broken:
            line += f"; could not be loaded: {', '.join(sorted(self.broken))}"
        if code not in (0, 1):
            line += f"; did not come to its end: {pytest.ExitCode(code).name.lower()}"
        return line


def main(arguments: list[str]) -> int:
    """Run pytest, print the figure, and return the exit code."""
    if len(arguments) < 3 or arguments[2] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    name, words = arguments[:2]
    what, _, wrong = words.partition(", ")
    tally = Tally()
    code = int(pytest.main(arguments[3:], plugins=[tally]))
    if code == 0 and not sum(tally.cases.values()):
        code = NOTHING_RAN
    sys.stdout.flush()
    print(tally.figure(name, what, wrong or "failed", code), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
