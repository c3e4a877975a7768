"""What the tests of the command line share: run it here, or as a process of its own."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import ocop

EXAMPLES = Path(__file__).parents[2] / "examples"


class Result(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the surroundings say of the terminal: 80 columns, and no wishes."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line in this process, to its exit code."""
    from ocop.cli.main import run as entry

    def run_here(*args: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", ["ocop", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            entry()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(int(ended.value.code or 0), out, err)

    return run_here


@pytest.fixture
def process() -> Run:
    """Return a function that runs the command line as a process of its own, from elsewhere."""

    def run_there(*args: object, stdin: bytes = b"", **env: str) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "ocop", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd="/",
            env={**os.environ, **env},
            timeout=60,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run_there


@pytest.fixture(scope="session")
def durian() -> Path:
    """Return the real sheet of 2022."""
    return EXAMPLES / "durian-2022.csv"


@pytest.fixture(scope="session")
def province() -> Path:
    """Return the made-up province."""
    return EXAMPLES / "province-made-up.csv"


@pytest.fixture(scope="session")
def province_scores(province: Path) -> tuple[ocop.Scores, ...]:
    """Return the scores of the made-up province, computed through the library."""
    batches = ocop.read_sheets(province, "qd-26-2026", keep=("name", "commune"))
    return tuple(ocop.score(batch) for batch in batches)


@pytest.fixture
def tea_file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file for tea: product, then one answer for all criteria."""
    codes = ocop.criteria_set("qd-26-2026", "tea").codes

    def write(*rows: Sequence[str], name: str = "chè.csv", head: Sequence[str] = ()) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["product", *head, *codes])
            for product, answer, *more in rows:
                writer.writerow([product, *more, *[answer] * len(codes)])
        return path

    return write
