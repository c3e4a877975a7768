"""A disk that is full: the file of before stays, nothing is left over, one line says so."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ocop._whole_file import writing
from ocop.errors import OcopError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")

Cases = Callable[[str, object], None]


def test_a_full_disk_at_any_byte(
    way: Any, whole: Any, given: Path, tmp_path: Path, check: ModuleType, record_property: Cases
) -> None:
    """Wherever in the file the disk is full, for every way of writing."""
    tried: list[Path] = []

    def write(path: Path) -> None:
        tried.append(path)
        way.write(given, path)

    faults = check.full_disk(write, tmp_path, way.target, way.before, whole[way.name], 12)
    assert list(faults) == []
    record_property("cases", len(tried))


@pytest.mark.parametrize("name", ["fsync", "replace", "open", "mkdir"])
def test_an_error_of_any_call(
    way: Any,
    name: str,
    whole: Any,
    given: Path,
    tmp_path: Path,
    check: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system may refuse late: when the file is brought to the disk, or takes its place."""
    asked = []
    real = getattr(os, name)

    def full(path: Any, *more: Any, **how: Any) -> Any:
        if name == "open" and ".ocop-" not in str(path):
            return real(path, *more, **how)
        asked.append(path)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    check.put(tmp_path, way.before)
    with monkeypatch.context() as patch:
        patch.setattr(os, name, full)
        if (name, way.target == "own") in (("mkdir", False), ("open", True)):
            # Files need no new folder, and those of a folder are opened in another way.
            way.write(given, tmp_path / way.target)
            assert asked == []
            return
        with pytest.raises(OcopError, match=r"cannot write .*: No space left on device"):
            way.write(given, tmp_path / way.target)
    assert asked
    assert check.content(tmp_path) == way.before


def test_file_systems_that_know_no_way_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some say that they cannot be told to write at once; the file is written all the same."""

    def unknown(_: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", unknown)
    with writing(tmp_path / "a") as stream:
        stream.write(b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


def _half(path: Path) -> None:
    with writing(path) as stream:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_cannot_be_removed_hides_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where even the clearing up fails, the first error is told and the target is whole."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    (tmp_path / "a").write_bytes(b"before")
    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(OcopError, match=r"cannot write .*: No space left on device"):
        _half(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"before"


SMALL = 128 * 1024


@pytest.mark.parametrize("ending", ["csv", "json", "ndjson", "npz", "parquet"])
def test_a_disk_that_is_really_full(ending: str, tmp_path: Path, given: Path) -> None:
    """On a file system of 128 KiB a result of several times that size is no result."""
    unshare = shutil.which("unshare")
    place = tmp_path / "small"
    place.mkdir()
    script = (
        f"mount -t tmpfs -o size={SMALL} tmpfs {place} || exit 99; "
        f"printf old > {place}/a.{ending}; "
        f'"$@"; echo "exit $?"; ls -A {place}; cat {place}/a.{ending}'
    )
    order = [sys.executable, "-m", "ocop", "synth", "--decision", "qd-26-2026", "--products"]
    more = ["40000" if ending in ("npz", "parquet") else "3000", "--seed", "1"]
    target = ["-o", str(place / f"a.{ending}")]
    if unshare is None:
        pytest.skip("there is no unshare here; limits of the file's size stand in for it")
    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", script, "sh", *order, *more, *target],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    if done.returncode in (1, 99) and "exit" not in done.stdout:
        pytest.skip("no file system can be mounted here; limits of the file's size stand in")
    assert done.stdout.splitlines() == ["exit 1", f"a.{ending}", "old"]
    said = f"error: cannot write {place / f'a.{ending}'}: No space left on device"
    assert done.stderr.splitlines()[-1] == said


@pytest.mark.parametrize(
    "line",
    [
        "score given/tea.csv --set tea",
        "score given/tea.csv --set tea --format json",
        "score given/tea.csv --set tea --format table",
        "rank given/many.csv --set tea",
        "decisions",
        "show qd-26-2026 tea",
        "compare qd-148-2023 qd-26-2026",
        "template --set tea",
        "certificate 2026-05-22",
        "validate given/base",
        "demo",
        "--version",
        "--help",
        "score given/tea.csv --set tea -o FULL",
    ],
)
def test_standard_output_on_a_full_disk(
    line: str, given: Path, tmp_path: Path, command: ModuleType, check: ModuleType
) -> None:
    """What is printed may find no room either: exit code 1 and a line, whatever the command."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    place = "standard output"
    if "FULL" in line:
        place = str(check.device(tmp_path, "full"))
        line = line.replace("FULL", place)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = command.run(line, given, stdout=full)
    assert done.err == f"error: cannot write {place}: No space left on device\n"
    assert done.code == 1


def test_naive_writers_are_found_out(
    writers: ModuleType, tmp_path: Path, check: ModuleType
) -> None:
    """The check tells of a file that is broken, and of one that is left over."""
    before, after = {"a": b"old"}, {"a": b"new" * 1000}
    told = {}
    for naive in writers.NAIVE[:2]:

        def write(path: Path, naive: Any = naive) -> None:
            naive(path, after["a"])

        told[naive.__name__] = list(check.full_disk(write, tmp_path, "a", before, after, 4))
    assert any("a is broken" in fault for fault in told["in_place"])
    assert any(".ocop-beside is left over" in fault for fault in told["beside_and_left"])
