"""Fixtures of the law tests: a valid decision to break, and reading code with no help."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent / "base_decision"

# Run as a script, which finds its neighbours; pytest would look into it for examples.
collect_ignore = ["check_snapshots.py"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a copy of the valid base decision that a test may change."""
    return Path(shutil.copytree(BASE, tmp_path / "qd-99-2030"))


@pytest.fixture
def edit(base: Path) -> Callable[[str, str, str], None]:
    """Return a function that replaces one text, which must stand once, in a file of `base`."""

    def replace(file: str, old: str, new: str) -> None:
        text = (base / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (base / file).write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def fresh() -> Callable[..., str]:
    """Return a function that runs code in a new interpreter and gives what it prints."""

    def run(code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
