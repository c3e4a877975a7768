"""Runs the command line as a process of its own, with whatever streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Result(NamedTuple):
    """How a command ended, and what it wrote where that was taken up."""

    code: int
    out: str
    err: str


def words(line: str, given: Path) -> list[str]:
    """Return the words of a command; ``given/`` stands for the folder of what is given."""
    return [str(given / word[6:]) if word.startswith("given/") else word for word in line.split()]


def start(line: str, given: Path, **how: Any) -> subprocess.Popen[bytes]:
    """Start a command."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    options["env"] = {**os.environ, **options.get("env", {})}
    return subprocess.Popen([sys.executable, "-m", "ocop", *words(line, given)], **options)


def run(line: str, given: Path, **how: Any) -> Result:
    """Run a command to its end."""
    with start(line, given, **how) as process:
        out, err = process.communicate(timeout=120)
    return Result(process.returncode, (out or b"").decode(), (err or b"").decode())
