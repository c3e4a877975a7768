"""Places that may not, or cannot, be written: told in a line, and nothing is harmed."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ocop
from ocop._whole_file import writing
from ocop.errors import OcopError

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="rights as Linux knows them"),
    pytest.mark.usefixtures("umask"),
]

POWERS = 1 << 1 | 1 << 2 | 1 << 3
"""What root may do beyond a user: write, read and search anything, and call files its own."""


@pytest.fixture
def as_a_user() -> Iterator[None]:
    """Take away what root may do beyond the rights of files."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(head, before) == 0
    less = (ctypes.c_uint32 * 6)(*before)
    less[0] &= ~POWERS
    if libc.capset(head, less):
        pytest.skip("the rights of root cannot be laid down here")
    try:
        yield
    finally:
        assert libc.capset(head, before) == 0


@pytest.mark.usefixtures("as_a_user")
def test_a_folder_that_is_read_only(
    way: Any, whole: Any, given: Path, tmp_path: Path, check: ModuleType
) -> None:
    """Nothing can be made there; what stands there stays."""
    check.put(tmp_path, way.before)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(OcopError, match=r"Permission denied$"):
            way.write(given, tmp_path / way.target)
    finally:
        tmp_path.chmod(0o755)
    assert check.content(tmp_path) == way.before


@pytest.mark.usefixtures("as_a_user")
def test_a_file_that_is_read_only(way: Any, given: Path, tmp_path: Path, check: ModuleType) -> None:
    """Who closed a file to writers does not want it replaced, though the folder would allow it."""
    if way.fresh:
        return
    check.put(tmp_path, way.before)
    target = tmp_path / way.target
    target.chmod(0o444)
    with pytest.raises(OcopError, match=r"cannot write .*: Permission denied$"):
        way.write(given, target)
    assert check.content(tmp_path) == way.before
    assert stat.S_IMODE(target.stat().st_mode) == 0o444


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_rights_of_a_file_stay(
    way: Any, mode: int, given: Path, tmp_path: Path, whole: Any, check: ModuleType
) -> None:
    """What nobody else may read stays so when it is replaced; a new file has the usual rights."""
    target = tmp_path / way.target
    check.put(tmp_path, way.before)
    if way.target == "own":
        target.mkdir(mode)
        target.chmod(mode)
    elif not way.fresh:
        target.chmod(mode)
    way.write(given, target)
    assert check.content(tmp_path) == whole[way.name]
    usual = 0o644 if way.target != "own" else mode
    found = stat.S_IMODE(target.stat().st_mode)
    assert found == (usual if way.fresh else mode)


def test_what_replaces_a_secret_is_secret_at_once(tmp_path: Path) -> None:
    """No other user can open the file while it is written."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o600)
    with writing(target) as stream:
        beside = Path(str(stream.name))
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    with writing(tmp_path / "b") as stream:
        assert stat.S_IMODE(Path(str(stream.name)).stat().st_mode) == 0o644


def test_the_owner_stays(tmp_path: Path) -> None:
    """One who may give files away, as root, does not make them his own."""
    if os.geteuid():
        pytest.skip("only root may give files away")
    target = tmp_path / "a"
    target.write_bytes(b"old")
    os.chown(target, 12345, 23456)
    target.chmod(0o640)
    with writing(target) as stream:
        stream.write(b"new")
    found = target.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 23456, 0o640)


def test_a_link_stays_a_link(
    way: Any, whole: Any, given: Path, tmp_path: Path, check: ModuleType
) -> None:
    """What it leads to is replaced, in its own folder, or made there."""
    there = tmp_path / "there"
    there.mkdir()
    check.put(there, way.before)
    link = tmp_path / way.target
    link.symlink_to(there / way.target)
    way.write(given, link)
    assert link.is_symlink()
    assert check.content(there).items() <= whole[way.name].items()
    assert (there / way.target).exists()
    assert not list(tmp_path.rglob(".ocop-*"))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.mkdir, "Is a directory"),
        (os.mkfifo, "it is a device or a pipe, allowed is a file"),
        ("null", "it is a device or a pipe, allowed is a file"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    ],
    ids=["folder", "pipe", "device", "loop"],
)
def test_what_is_no_file_is_not_replaced(
    make: Any, said: str, tmp_path: Path, check: ModuleType
) -> None:
    """A folder, a device, a pipe and a link to itself stay as they are."""
    target = tmp_path / "a.npz"
    if make == "null":
        (tmp_path / "devices").mkdir()
        target.symlink_to(check.device(tmp_path / "devices", "null"))
    else:
        make(target)
    before = target.lstat()
    made = ocop.synthesize(ocop.criteria_set("qd-26-2026", "tea"), products=3, rng=0)
    with pytest.raises(OcopError) as error:
        ocop.dump_sheets(made.sheets, target)
    assert str(error.value) == f"cannot write {target}: {said}"
    assert (target.lstat().st_ino, target.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert not target.is_file()
    assert not list(tmp_path.rglob(".ocop-*"))


NAMES = {
    "long": "a" * 300,
    "no folder": "none/a",
    "no folder either": "file/a",
    "null": "a\0b",
    "half a pair": "a\ud800b",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_cannot_be(way: Any, name: str, given: Path, tmp_path: Path) -> None:
    """Told before anything is written."""
    if way.command is not None and name in ("null", "half a pair"):
        return  # no command line can hold them
    (tmp_path / "file").write_bytes(b"")
    ending = Path(way.target).suffix
    # What a command meets before it writes is told by the command line as it is.
    with pytest.raises(OcopError if way.command is None else (OcopError, OSError)):
        way.write(given, Path(f"{tmp_path}/{NAMES[name]}{ending}"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_longest_name_is_no_problem(given: Path, tmp_path: Path) -> None:
    """The name beside is short, however long that of the file is."""
    target = tmp_path / ("a" * 255)
    with writing(target) as stream:
        stream.write(b"whole")
    assert target.read_bytes() == b"whole"


def test_a_folder_that_vanishes(tmp_path: Path) -> None:
    """While the file is written: told, and nothing is left anywhere."""
    place = tmp_path / "place"
    place.mkdir()

    def vanish() -> None:
        with writing(place / "a") as stream:
            stream.write(b"new")
            place.rename(tmp_path / "elsewhere")

    with pytest.raises(OcopError, match=r"cannot write .*: No such file or directory"):
        vanish()
    # Only what was begun lies where the folder is now: nobody can know where that is.
    assert [path.name[:6] for path in tmp_path.rglob("*")] == ["elsewh", ".ocop-"]


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.npz", "a.parquet"])
def test_a_file_that_may_not_be_read(name: str, tmp_path: Path) -> None:
    """Told as a problem of the file; so is a folder that may not be searched."""
    path = tmp_path / name
    path.write_bytes(b"")
    path.chmod(0)
    load = ocop.load_sheets if name.endswith(("npz", "parquet")) else ocop.read_sheets
    tmp_path.chmod(0)
    try:
        with pytest.raises(ocop.SheetError, match="Permission denied"):
            load(path, "qd-26-2026")
    finally:
        tmp_path.chmod(0o755)
    with pytest.raises(ocop.SheetError, match="Permission denied"):
        load(path, "qd-26-2026")


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("name", ["base", "base/sets", "base/decision.yaml", "base/criteria"])
def test_a_decision_that_may_not_be_read(name: str, given: Path, tmp_path: Path, ways: Any) -> None:
    """A folder of one's own, or a part of it: a problem of the folder, from whichever door."""
    ways.prepare(tmp_path)
    closed = tmp_path / name
    closed.chmod(0)
    try:
        with pytest.raises(OcopError, match="Permission denied"):
            ocop.load_decision(tmp_path / "base")
        assert ocop.validate(tmp_path / "base")
    finally:
        closed.chmod(0o755)


@pytest.mark.usefixtures("as_a_user")
@pytest.mark.parametrize("name", ["reform.yaml", "levers.yaml"])
def test_a_reform_that_may_not_be_read(name: str, tmp_path: Path, ways: Any) -> None:
    """Told as a problem of the file."""
    ways.prepare(tmp_path)
    (tmp_path / name).chmod(0)
    load: Any = ocop.load_reform if name == "reform.yaml" else ocop.load_levers
    with pytest.raises(OcopError, match="Permission denied"):
        load(tmp_path / name)


def test_the_first_naive_writer_replaces_what_is_closed(
    writers: ModuleType, tmp_path: Path
) -> None:
    """The checks above tell: rights of its own, and a file that was read only, gone."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o400)
    writers.with_its_own_rights(target, b"new")
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
