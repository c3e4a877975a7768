"""What the tests of hostile input share: a process of its own with bounds, and a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MEMORY, SECONDS = 2 << 30, 120
"""Address space and time that a process has; on a machine at rest a few seconds are enough."""

Bounded = Callable[..., str]

_START = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
sys.path.insert(0, {tables!r})
import ocop
TEA = ocop.criteria_set("qd-26-2026", "tea")
def told(function, *arguments, **options):
    try:
        function(*arguments, **options)
    except ocop.OcopError as error:
        print(error)
    else:
        print("read")
"""


@pytest.fixture
def bounded() -> Bounded:
    """Return a function that runs code in a process with little memory and time: what it prints.

    A process that is killed, runs out of memory or fails with an error that is not ours fails the
    test.
    """
    pytest.importorskip("resource", reason="bounds on memory need the resource module")

    def run(code: str, *arguments: object) -> str:
        tables = str(Path(__file__).resolve().parents[1] / "tables")
        start = _START.format(memory=MEMORY, tables=tables)
        done = subprocess.run(
            [sys.executable, "-", *map(str, arguments)],
            input=start + code,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    return run
