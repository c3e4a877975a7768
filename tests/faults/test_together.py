"""Several processes on one file: the last one stays whole, and never a mixture."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

WRITER = """
import importlib.util, sys
from pathlib import Path
path, letter, kind, home = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
content = letter.encode() * (200_000 if letter == "a" else 300_000)
if kind == "writing":
    from ocop._whole_file import writing
    def write():
        with writing(path) as stream:
            for low in range(0, len(content), 10_000):
                stream.write(content[low : low + 10_000])
else:
    spec = importlib.util.spec_from_file_location("writers", home)
    writers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writers)
    def write():
        getattr(writers, kind)(path, content)
sys.stdin.readline()
for _ in range(40):
    try:
        write()
    except Exception as error:
        print(repr(error))
print("done")
"""


def mixtures(path: Path, kind: str, writers: ModuleType) -> Iterator[str]:
    """Let two processes write a file many times, read it all the while, and yield what is wrong."""
    allowed = (b"a" * 200_000, b"b" * 300_000)
    path.write_bytes(allowed[0])
    order = [sys.executable, "-c", WRITER, str(path)]
    both = [
        subprocess.Popen(
            [*order, letter, kind, str(writers.__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for letter in "ab"
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    while any(process.poll() is None for process in both):
        raw = path.read_bytes() if path.exists() else b"gone"
        if raw not in allowed:
            yield f"a reader found {len(raw)} bytes of {set(raw)}"
    for process in both:
        out, _ = process.communicate(timeout=60)
        if out.split() != [b"done"]:
            yield out.decode()
    if path.read_bytes() not in allowed:
        yield "a mixture stayed"
    yield from (f"{left.name} is left over" for left in path.parent.glob(".ocop-*"))


def test_two_processes_write_one_file(tmp_path: Path, writers: ModuleType) -> None:
    """Whoever reads finds one of the files, whole, at any time."""
    assert list(mixtures(tmp_path / "a", "writing", writers)) == []


def test_a_naive_writer_is_found_out(tmp_path: Path, writers: ModuleType) -> None:
    """Writing in place gives mixtures."""
    assert list(mixtures(tmp_path / "a", "in_place", writers))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "npz"])
def test_two_commands_write_one_file(
    ending: str, given: Path, tmp_path: Path, command: ModuleType
) -> None:
    """Two runs at once over other sheets: the file is the result of one of them."""
    target = tmp_path / "both" / f"a.{ending}"
    target.parent.mkdir()
    verb = "pack" if ending == "npz" else "score"
    files = ("tea.csv", "many.csv")
    results = set()
    for number, name in enumerate(files):
        alone = tmp_path / f"{number}.{ending}"
        line = f"{verb} given/{name} --decision qd-26-2026 --set tea -o"
        assert command.run(f"{line} {alone}", given).code == 0
        results.add(alone.read_bytes())
    for _ in range(2):
        runs = [
            command.start(f"{verb} given/{name} --decision qd-26-2026 --set tea -o {target}", given)
            for name in files
        ]
        for run in runs:
            with run:
                run.communicate(timeout=60)
            assert run.returncode == 0
        assert target.read_bytes() in results
        assert [path.name for path in target.parent.iterdir()] == [target.name]


OPENED = """
import os, sys
import ocop
written = []
def told(event, given):
    if event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR):
        written.append(str(given[0]))
sys.dont_write_bytecode = True
sys.addaudithook(told)
ocop.load_decision(sys.argv[1])
ocop.load_decision(sys.argv[1])
ocop.decision("qd-26-2026").digest
assert ocop.validate(sys.argv[1]) == ()
print(written)
"""


def test_what_was_read_is_kept_in_memory_alone(given: Path) -> None:
    """Decisions are kept by their content, in no file: two processes have nothing to share."""
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(given / "base")],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
