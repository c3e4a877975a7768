"""Readers that leave, and streams that are closed: an exit code that tells, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams of POSIX")

SCORE = "score given/tea.csv --decision qd-26-2026 --set tea"
LONG = {
    "csv": "score given/many.csv --decision qd-26-2026 --set tea",
    "json": "rank given/many.csv --decision qd-26-2026 --set tea --format json",
    "ndjson": "score given/many.csv --decision qd-26-2026 --set tea --format ndjson",
    "synth": "synth --products 3000 --decision qd-26-2026 --seed 1",
    "upgrade": "upgrade given/many.csv --decision qd-26-2026 --set tea --star 3",
}


@pytest.mark.parametrize("name", LONG)
def test_a_reader_that_leaves(name: str, given: Path, command: ModuleType) -> None:
    """As `| head -1` does: it has what it wanted."""
    with command.start(LONG[name], given) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read().decode()
        assert process.wait(60) == 0
    assert "Traceback" not in err
    assert "Broken" not in err


@pytest.mark.parametrize(("line", "code"), [(SCORE, 0), ("score none.csv", 1), ("score", 2)])
def test_a_reader_of_messages_that_leaves(
    line: str, code: int, given: Path, command: ModuleType
) -> None:
    """The exit code is what it would have been."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = command.run(line, given, stderr=writing)
    finally:
        os.close(writing)
    assert done.code == code
    assert bool(done.out) == (code == 0)


def closing(*numbers: int) -> Callable[[], None]:
    """Return what closes streams in a process that starts."""

    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


@pytest.mark.parametrize("line", [SCORE, "decisions", "demo", "template --set tea", "--version"])
def test_standard_output_that_is_closed(line: str, given: Path, command: ModuleType) -> None:
    """Nothing can be told there: an error, not a result that is lost in silence."""
    done = command.run(line, given, preexec_fn=closing(1))
    said = "error: cannot write standard output: Bad file descriptor\n"
    assert (done.code, done.err) == (1, said)


def test_standard_input_that_is_closed(given: Path, command: ModuleType) -> None:
    """Where sheets were to come from there, the file cannot be read."""
    done = command.run("score - --set tea", given, preexec_fn=closing(0))
    assert done.code == 1
    assert "cannot read the file: Bad file descriptor [cannot-read]" in done.err
    assert command.run(SCORE, given, preexec_fn=closing(0)).code == 0


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1), (1, 2), (0, 1, 2)], ids=str)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_never_takes_the_place_of_a_closed_stream(
    closed: tuple[int, ...], ending: str, given: Path, tmp_path: Path, command: ModuleType
) -> None:
    """With an output file all is well: no message lands in it."""
    expected, found = tmp_path / f"expected.{ending}", tmp_path / f"found.{ending}"
    assert command.run(f"{SCORE} -o {expected}", given).code == 0
    done = command.run(f"{SCORE} -o {found}", given, preexec_fn=closing(*closed))
    assert done.code == 0
    assert found.read_bytes() == expected.read_bytes()


def test_devices_and_pipes_are_written_to(
    given: Path, tmp_path: Path, command: ModuleType, check: ModuleType
) -> None:
    """They are no files that could be replaced; a reader that leaves one is no error either."""
    plain = command.run(SCORE, given).out
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with command.start(f"{SCORE} -o {pipe}", given) as process:
        assert pipe.read_text(encoding="utf-8") == plain
        assert process.wait(60) == 0
    assert pipe.is_fifo()
    with command.start(f"{LONG['csv']} -o {pipe}", given) as process:
        with pipe.open(encoding="utf-8") as reader:
            reader.readline()
        assert process.wait(60) == 0
    null = check.device(tmp_path, "null")
    assert command.run(f"{SCORE} -o {null}", given).code == 0
    assert not null.is_file()


def test_a_shell_with_a_real_head(given: Path) -> None:
    """The line that users type, with the exit codes of both ends."""
    line = f'"{sys.executable}" -m ocop synth --products 3000 --seed 1 2>/dev/null | head -1; '
    line += 'echo "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""
