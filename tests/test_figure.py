"""The figure of a session says what ran, what failed and what did not run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools/figure.py"
WORDS = "faults, left a broken file"


def figure(folder: Path, tests: str, *arguments: str, words: str = WORDS) -> tuple[int, str]:
    """Return the exit code and the last line of a run over a file with these tests."""
    # Tests that lie inside another project take nothing from it, nor their names.
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_some.py").write_text(f"import pytest\n{tests}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, TOOL, "faults", words, "--", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("tests", "code", "line"),
    [
        (
            "@pytest.mark.parametrize('n', range(1200))\ndef test_a(n): pass\n",
            0,
            "1,200 faults, 0 left a broken file",
        ),
        (
            "def test_a(record_property): record_property('cases', 12)\ndef test_b(): pass\n",
            0,
            "13 faults, 0 left a broken file",
        ),
        (
            "def test_a(): assert 0\ndef test_b(): pass\n",
            1,
            "2 faults, 1 left a broken file",
        ),
        (
            "@pytest.fixture\ndef a():\n    yield\n    assert 0\ndef test_a(a): assert 0\n",
            1,
            "1 faults, 1 left a broken file",
        ),
        (
            "@pytest.mark.parametrize('n', 'ab')\ndef test_a(n): pytest.skip('no')\n"
            "@pytest.mark.xfail\ndef test_b(): assert 0\ndef test_c(): pass\n",
            0,
            "1 faults, 0 left a broken file; "
            "3 skipped: test_some.py::test_a x2, test_some.py::test_b",
        ),
        (
            "@pytest.mark.skip\ndef test_a(): pass\n",
            5,
            "0 faults, 0 left a broken file; 1 skipped: test_some.py::test_a; "
            "did not come to its end: no_tests_collected",
        ),
        (
            "pytest.skip('no', allow_module_level=True)\n",
            5,
            "0 faults, 0 left a broken file; 1 skipped: test_some.py; "
            "did not come to its end: no_tests_collected",
        ),
        (
            "def test_a(record_property): record_property('cases', 0)\n",
            5,
            "0 faults, 0 left a broken file; did not come to its end: no_tests_collected",
        ),
        (
            "1 / 0\n",
            2,
            "0 faults, 0 left a broken file; could not be loaded: test_some.py; "
            "did not come to its end: interrupted",
        ),
    ],
)
def test_a_run_has_its_figure(tmp_path: Path, tests: str, code: int, line: str) -> None:
    """Passed, failed and skipped tests, and runs that come to nothing."""
    assert figure(tmp_path, tests) == (code, f"faults: {line}")


def test_words_and_arguments_are_taken(tmp_path: Path) -> None:
    """Without a word for what fails it is `failed`; arguments go to pytest."""
    tests = "def test_a(): pass\ndef test_b(): pass\n"
    found = figure(tmp_path, tests, "-k", "test_b", words="hostile files")
    assert found == (0, "faults: 1 hostile files, 0 failed")
    code, line = figure(tmp_path, tests, "none.py")
    assert code == 4
    assert line.endswith("did not come to its end: usage_error")


def test_wrong_usage_is_told(tmp_path: Path) -> None:
    """Without the dashes nothing runs."""
    done = subprocess.run([sys.executable, TOOL, "faults"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"python tools/figure.py NAME" in done.stderr
