"""Compiled code that is kept: a damaged file, a full disk, two processes and a kill do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

LOOPS = """
from ocop.scoring._compiled import compile_loop

@compile_loop
def add(values, more):
    total = more
    for k in range(len(values)):
        total += values[k] + FACTOR
    return total
"""
ASK = """
import sys
import numpy as np
{before}
sys.path.insert(0, sys.argv[1])
import loops
kinds = sys.argv[2].split(",")
found = [float(loops.add(np.arange(5, dtype=kind), 1)) for kind in kinds]
print(found, sum(loops.add.stats.cache_hits.values()))
"""
LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))"


def source(folder: Path, factor: int) -> None:
    """Write the module of a loop."""
    (folder / "loops.py").write_text(LOOPS.replace("FACTOR", str(factor)), encoding="utf-8")


def start(folder: Path, kinds: str = "int8,float64", before: str = "") -> subprocess.Popen[str]:
    """Start a process that runs the loop, with the folder of what is kept beside it."""
    return subprocess.Popen(
        [sys.executable, "-B", "-c", ASK.format(before=before), str(folder), kinds],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def result(process: subprocess.Popen[str]) -> tuple[list[float], int]:
    """Return what a process found, and how often it could take what was kept."""
    with process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    values, _, hits = out.strip().rpartition(" ")
    return [float(value) for value in values.strip("[]").split(",")], int(hits)


def test_kept_code_is_taken_and_damage_is_not(tmp_path: Path) -> None:
    """Cut short, empty, changed or exchanged: it is compiled again, with the same result."""
    source(tmp_path, 1)
    assert result(start(tmp_path)) == ([16, 16], 0)
    assert result(start(tmp_path)) == ([16, 16], 2)
    code = sorted((tmp_path / "kept").rglob("*.nbc"))
    (index,) = (tmp_path / "kept").rglob("*.nbi")
    assert len(code) == 2
    raw = index.read_bytes()
    for damage in (b"", raw[: len(raw) // 2], b"no index", raw[:-1]):
        index.write_bytes(damage)
        assert result(start(tmp_path))[0] == [16, 16]
    for path in code:
        path.write_bytes(path.read_bytes()[:100])
    assert result(start(tmp_path))[0] == [16, 16]


def test_code_finds_no_room(tmp_path: Path) -> None:
    """On a full disk nothing is kept, and the work is done."""
    source(tmp_path, 1)
    assert result(start(tmp_path, before=LIMIT)) == ([16, 16], 0)
    assert not list((tmp_path / "kept").rglob("*.nbc"))
    assert not list((tmp_path / "kept").rglob("*.tmp.*"))


def test_processes_that_compile_at_the_same_time(tmp_path: Path) -> None:
    """Each keeps other code of one function: none is ever taken for another's."""
    source(tmp_path, 1)
    kinds = ("int8", "float64", "int64", "float32")
    running = [start(tmp_path, kind) for kind in kinds]
    assert [result(process)[0] for process in running] == [[16]] * 4
    code = list((tmp_path / "kept").rglob("*.nbc"))
    assert len(code) == 4
    assert result(start(tmp_path, ",".join(kinds)))[0] == [16] * 4


def test_code_of_an_older_source_is_never_taken(tmp_path: Path) -> None:
    """Though a process was killed after it named its code, and before it wrote it."""
    source(tmp_path, 1)
    assert result(start(tmp_path)) == ([16, 16], 0)
    old = {path.name for path in (tmp_path / "kept").rglob("*.nbc")}
    source(tmp_path, 2)
    os.utime(tmp_path / "loops.py", (1, 1))
    assert result(start(tmp_path)) == ([21, 21], 0)
    new = {path.name for path in (tmp_path / "kept").rglob("*.nbc")} - old
    assert len(new) == 2
    for name in new:
        next((tmp_path / "kept").rglob(name)).unlink()
    assert result(start(tmp_path)) == ([21, 21], 0)
