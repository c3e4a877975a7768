"""Inputs that change, shrink or end while they are read, and memory that is used up."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ocop
from ocop.scoring.kernel import in_shares
from ocop.tables import _excel_book, _source

Cases = Callable[[str, object], None]
TEA = ocop.criteria_set("qd-26-2026", "tea")
SAID = "the file was changed while it was read; read it again when it is complete [file-changed]"


def rows(count: int) -> str:
    """Return a file of sheets."""
    head = ",".join(["product", *TEA.codes])
    cells = ",".join(["1"] * len(TEA.codes))
    return "\n".join([head, *(f"chè-{n},{cells}" for n in range(count))]) + "\n"


def overwritten(path: Path) -> None:
    text = path.read_bytes().replace(b",1,", b",2,")
    with path.open("r+b") as stream:
        stream.write(text)


def grown(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more\n")


def shrunk(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("change", [overwritten, grown, shrunk, emptied])
def test_a_file_that_changes_while_it_is_read(
    change: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the one and half of the other is nobody's file: it is refused."""
    monkeypatch.setattr(_source, "STEP", 4096)
    path = tmp_path / "a.csv"
    path.write_text(rows(500), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    told: list[int] = []

    def progress(size: int) -> None:
        told.append(size)
        if len(told) == 3:
            change(path)

    with pytest.raises(ocop.SheetError) as error:
        ocop.read_sheets(path, "qd-26-2026", set="tea", progress=progress)
    assert f"{path}: {SAID}" in [str(problem) for problem in error.value.problems]


def test_a_book_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for Excel."""
    path = tmp_path / "a.xlsx"
    ocop.write_form(TEA, path, products=["chè"])
    os.utime(path, ns=(1, 1))

    class Changing(io.BytesIO):
        def write(self, block: Any) -> int:
            if not self.tell():
                grown(path)
            return super().write(block)

    monkeypatch.setattr(_excel_book, "BytesIO", Changing)
    monkeypatch.setattr(_excel_book, "_STEP", 1000)
    with pytest.raises(ocop.SheetError) as error:
        ocop.read_sheets(path, "qd-26-2026")
    assert str(error.value) == f"{path}: {SAID}"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_is_no_file_that_changes(tmp_path: Path, given: Path, command: ModuleType) -> None:
    """What comes through a pipe has no size and no time."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with command.start(f"score {pipe} --decision qd-26-2026 --set tea", given) as process:
        pipe.write_text(rows(5), encoding="utf-8")
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(out.splitlines()) == 6


def test_input_that_ends_early(record_property: Cases) -> None:
    """At whatever byte a stream ends: an error, or just the whole rows of what came.

    The one thing that nobody can see is an end within the last cell of a row, or right before it.
    """
    raw = rows(3).encode()
    (whole,) = ocop.read_sheets(io.BytesIO(raw), "qd-26-2026", set="tea")
    refused = 0
    for end in range(len(raw)):
        try:
            (found,) = ocop.read_sheets(io.BytesIO(raw[:end]), "qd-26-2026", set="tea")
        except ocop.SheetError:
            refused += 1
            continue
        count = len(found)
        assert found.products == whole.products[:count]
        assert (found.answers[:-1] == whole.answers[: count - 1]).all()
        assert (found.answers[-1, :-1] == whole.answers[count - 1, :-1]).all()
        assert raw[:end].split(b"\n")[count].count(b",") == len(TEA.codes)
    assert refused > len(raw) * 0.9
    record_property("cases", len(raw))


def test_a_file_that_cannot_be_read_on() -> None:
    """An error of the system in the middle is a problem of the file."""
    if not Path("/proc/self/mem").exists():
        pytest.skip("there is no file here that fails when it is read")
    with pytest.raises(ocop.SheetError, match="cannot read the file: Input/output error"):
        ocop.read_sheets("/proc/self/mem", "qd-26-2026", set="tea")


SCARCE = """
import resource, sys
from ocop.cli import main
from ocop.cli.main import cli, run
more, line = int(sys.argv[1]), sys.argv[2:]
try:
    cli(["demo"], standalone_mode=False)
    few = ["600" if word == "60000" else word for word in line[:-1]]
    cli([*few, line[-1] + ".warm" + line[-1][line[-1].rindex("."):]], standalone_mode=False)
except SystemExit:
    pass
with open("/proc/self/statm") as stream:
    now = int(stream.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))
sys.argv = ["ocop", *line]
run()
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="sizes as Linux tells them")
@pytest.mark.parametrize("ending", ["csv", "npz"])
def test_memory_that_is_used_up(
    ending: str, given: Path, tmp_path: Path, command: ModuleType, check: ModuleType,
    record_property: Cases,
) -> None:  # fmt: skip
    """With less and less memory: done, or a line that says so and the file of before."""
    target = tmp_path / f"a.{ending}"
    asked = f"synth --products 60000 --decision qd-26-2026 --seed 1 -o {target}"
    assert command.run(asked, given).code == 0
    line = command.words(asked, given)
    after, codes = target.read_bytes(), []
    for more in (0, 1 << 18, 1 << 20, 1 << 23, 1 << 25):
        check.put(tmp_path, {target.name: b"old"})
        done = subprocess.run(
            [sys.executable, "-c", SCARCE, str(more), *line],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", check=False,
            timeout=120,
        )  # fmt: skip
        found = check.content(tmp_path)
        found.pop(f"a.{ending}.warm.{ending}")
        assert "Traceback" not in done.stderr
        assert found == {target.name: b"old" if done.returncode else after}
        if done.returncode:
            assert done.stderr.splitlines()[-1] == "error: there is not enough memory"
            assert done.returncode == 1
        codes.append(done.returncode)
    assert 1 in codes
    record_property("cases", len(codes))


@pytest.mark.parametrize("given", [0, 1, 2])
def test_threads_that_the_system_does_not_give(monkeypatch: pytest.MonkeyPatch, given: int) -> None:
    """Then those that are there do the work, all of it and nothing twice."""
    start, asked = threading.Thread.start, []

    def limited(thread: threading.Thread) -> None:
        asked.append(thread)
        if len(asked) > given:
            raise RuntimeError("can't start new thread")
        start(thread)

    done: list[tuple[int, int]] = []
    monkeypatch.setattr("threading.Thread.start", limited)
    in_shares(lambda low, high: done.append((low, high)), 100, 4, least=10)
    assert sorted(done) == [(0, 25), (25, 50), (50, 75), (75, 100)]
    assert len(asked) == 3
