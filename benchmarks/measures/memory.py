"""Extra memory of each contestant: a child process each, the mark of its highest point."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from contest import Contestant, Row, Run

CHILD = Path(__file__).parents[1] / "child.py"


def measure(run: Run, kind: str, contestants: Iterable[Contestant], size: int) -> list[Row]:
    """Return bytes of the input and extra bytes of each contestant."""
    rows = []
    for contestant in contestants:
        if contestant.at_most and contestant.at_most < size:
            continue
        command = [sys.executable, str(CHILD), kind, contestant.name, str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append({"name": contestant.name, **json.loads(done.stdout.splitlines()[-1])})
        extra = rows[-1]["extra_bytes"] / 1e6
        run.say(f"memory, {kind} {size:,}   {contestant.name:<36} {extra:10.1f} MB")
    return rows
