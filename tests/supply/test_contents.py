"""Every flaw planted in a wheel or an sdist is found and named; right ones pass."""

from __future__ import annotations

import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

INFO = "ocop-1.2.dist-info"
Files = dict[str, bytes]
Pack = Callable[..., Path]


@pytest.fixture
def contents(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("contents")


@pytest.fixture
def source_files(tree: Files, wheel_files: Files) -> Files:
    """Return what a right sdist holds."""
    return {**tree, "PKG-INFO": wheel_files[f"{INFO}/METADATA"]}


def test_a_right_wheel_passes(
    contents: ModuleType, tree: Files, wheel_files: Files, pack: Pack
) -> None:
    """Nothing is found where nothing is wrong."""
    assert contents.wheel_problems(pack(wheel_files), tree, ["/home/mai/"]) == []


def test_a_right_sdist_passes(
    contents: ModuleType, tree: Files, source_files: Files, pack_source: Pack
) -> None:
    """Nothing is found where nothing is wrong."""
    assert contents.sdist_problems(pack_source(source_files), tree, ["/home/mai/"]) == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("ocop/junk.py", b"", "too much: ocop/junk.py"),
        ("ocop/law/model.py~", b"", "too much: ocop/law/model.py~"),
        ("ocop/__pycache__/a.pyc", b"", "too much: ocop/__pycache__/a.pyc"),
        ("ocop/examples/make.py", b"", "too much: ocop/examples/make.py"),
        (f"{INFO}/sboms/x.json", b"{}", f"too much: {INFO}/sboms/x.json"),
        ("ocop/py.typed", None, "missing: ocop/py.typed"),
        ("ocop/examples/made-up.csv", None, "missing: ocop/examples/made-up.csv"),
        (f"{INFO}/licenses/LICENSE", None, f"missing: {INFO}/licenses/LICENSE"),
        (f"{INFO}/entry_points.txt", None, f"missing: {INFO}/entry_points.txt"),
        (
            "ocop/criteria_sets/qd/decision.yaml",
            b"points: 6\n",
            "not as in the tree: ocop/criteria_sets/qd/decision.yaml",
        ),
        (
            f"{INFO}/licenses/LICENSE",
            b"Leave it.\n",
            f"not as in the tree: {INFO}/licenses/LICENSE",
        ),
        ("../ocop.pth", b"", "leads out of the archive: ../ocop.pth"),
        ("/etc/ocop", b"", "leads out of the archive: /etc/ocop"),
        (f"{INFO}/WHEEL", b"Root-Is-Purelib: true\n", "WHEEL does not say 'Tag: py3-none-any'"),
        (f"{INFO}/WHEEL", b"Tag: py3-none-any\n", "WHEEL does not say 'Root-Is-Purelib: true'"),
        (f"{INFO}/METADATA", b"Name: ocop\n", "metadata: "),
        (
            f"{INFO}/entry_points.txt",
            b"[console_scripts]\nocop = other:main\n",
            "entry_points.txt is '[console_scripts]\\nocop = other:main\\n', pyproject.toml says ",
        ),
    ],
)
def test_a_planted_file_is_found(
    contents: ModuleType,
    tree: Files,
    wheel_files: Files,
    pack: Pack,
    name: str,
    content: bytes | None,
    problem: str,
) -> None:
    """One file more, less or other than it should be is named."""
    wheel_files.pop(name, None)
    if content is not None:
        wheel_files[name] = content
    found = contents.wheel_problems(pack(wheel_files), tree)
    start = f"ocop-1.2-py3-none-any.whl: {problem}"
    assert any(line.startswith(start) for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Name: ocop", "Name: other", "name is 'other', pyproject.toml says 'ocop'"),
        ("Version: 1.2", "Version: 1.3", "version is '1.3', pyproject.toml says '1.2'"),
        ("attrs>=24.2", "attrs>=23", "requires_dist is ['attrs>=23', "),
        ("Requires-Dist: attrs>=24.2\n", "", "requires_dist is ['click>=8; "),
        ("Requires-Dist: attrs", "Requires-Dist: telemetry\nRequires-Dist: attrs", "requires_dist"),
        ("click>=8; extra == 'cli'", "click>=8", "requires_dist is "),
        ("Requires-Python: >=3.11", "Requires-Python: >=3.8", "requires_python is "),
        ("Expression: Apache-2.0", "Expression: MIT", "license_expression is 'MIT', "),
        ("License-File: LICENSE\n", "", "license_files is "),
        ("Classifier: Typing :: Typed\n", "", "classifiers is "),
        ("# Small: thử", "# Other", "description is "),
        ("Metadata-Version: 2.4", "Metadata-Version: 0.3", "'0.3' is not a valid metadata version"),
    ],
)
def test_other_metadata_is_found(
    contents: ModuleType,
    tree: Files,
    wheel_files: Files,
    pack: Pack,
    old: str,
    new: str,
    problem: str,
) -> None:
    """Metadata that does not say what pyproject.toml says is named, with both."""
    text = wheel_files[f"{INFO}/METADATA"].decode()
    assert old in text
    wheel_files[f"{INFO}/METADATA"] = text.replace(old, new).encode()
    found = contents.wheel_problems(pack(wheel_files), tree)
    start = f"ocop-1.2-py3-none-any.whl: metadata: {problem}"
    assert [line for line in found if line.startswith(start)], found


def test_a_wrong_record_is_found(
    contents: ModuleType, tree: Files, wheel_files: Files, pack: Pack, tmp_path: Path
) -> None:
    """A row less, a row more, a row twice, another digest or size are named."""
    with zipfile.ZipFile(pack(wheel_files)) as archive:
        rows = archive.read(f"{INFO}/RECORD").decode().splitlines()
    typed = next(row for row in rows if row.startswith("ocop/py.typed"))
    for changed, problem in (
        ([row for row in rows if row != typed], "RECORD has no row for ocop/py.typed"),
        ([*rows, "ocop/gone.py,sha256=AA,1"], "RECORD has a row too much: ocop/gone.py"),
        ([*rows, typed], "RECORD has two rows for ocop/py.typed"),
        ([row.replace(",0", ",1") for row in rows], "RECORD has another digest or size: "),
        ([row.replace("sha256=", "sha256=A") for row in rows], "RECORD has another digest or "),
    ):
        record = {f"{INFO}/RECORD": "\n".join(changed).encode()}
        found = contents.wheel_problems(pack({**wheel_files, **record}), tree)
        assert any(problem in line for line in found), (problem, found)


def test_odd_modes_doubles_and_local_paths_are_found(
    contents: ModuleType, tree: Files, wheel_files: Files, pack: Pack
) -> None:
    """A file that others cannot read, one that is there twice, a path of the machine."""
    found = contents.wheel_problems(pack(wheel_files, mode=0o600), tree)
    assert len(found) == len(wheel_files) + 1
    name = "ocop-1.2-py3-none-any.whl"
    assert f"{name}: has mode 600, allowed are 644 and 755: ocop/py.typed" in found

    path = pack(wheel_files)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(zipfile.ZipInfo("ocop/py.typed"), b"")
    found = contents.wheel_problems(path, tree)
    assert f"{path.name}: there twice: ocop/py.typed" in found

    # It stands in the tree as well, so that this alone is wrong with it.
    there = b"# see /home/mai/ocop\n"
    tree["src/ocop/__init__.py"] = wheel_files["ocop/__init__.py"] = there
    found = contents.wheel_problems(pack(wheel_files), tree, ["/home/mai/"])
    assert found == [f"{path.name}: holds '/home/mai/': ocop/__init__.py"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("site/index.html", b"", "too much: site/index.html"),
        (".env", b"TOKEN=1", "too much: .env"),
        ("tests/test_small.py", None, "missing: tests/test_small.py"),
        ("LICENSE", None, "missing: LICENSE"),
        ("PKG-INFO", None, "missing: PKG-INFO"),
        ("criteria_sets/qd/decision.yaml", b"", "not as in the tree: criteria_sets/qd/decision."),
    ],
)
def test_a_file_planted_in_the_sdist_is_found(
    contents: ModuleType,
    tree: Files,
    source_files: Files,
    pack_source: Pack,
    name: str,
    content: bytes | None,
    problem: str,
) -> None:
    """What git does not know is too much, what it knows is needed, byte for byte."""
    source_files.pop(name, None)
    if content is not None:
        source_files[name] = content
    found = contents.sdist_problems(pack_source(source_files), tree)
    assert any(line.startswith(f"ocop-1.2.tar.gz: {problem}") for line in found), found


def _link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_link, "not a file below ocop-1.2/: ocop-1.2/LICENSE"),
        (lambda member: setattr(member, "uname", "mai"), "names the user who built it: ocop-1.2/"),
        (lambda member: setattr(member, "uid", 1000), "names the user who built it: ocop-1.2/"),
        (lambda member: setattr(member, "mode", 0o666), "has mode 666, allowed are 644 and 755: "),
        (lambda member: setattr(member, "name", "../up"), "leads out of the archive: ../up"),
        (lambda member: setattr(member, "name", "other/a"), "not a file below ocop-1.2/: other/a"),
    ],
)
def test_an_odd_member_of_the_sdist_is_found(
    contents: ModuleType,
    tree: Files,
    source_files: Files,
    pack_source: Pack,
    change: Callable[[tarfile.TarInfo], None],
    problem: str,
) -> None:
    """Links, names of users, odd modes and names that lead out are named."""

    def only_the_licence(member: tarfile.TarInfo) -> None:
        if member.name.endswith("/LICENSE"):
            change(member)

    found = contents.sdist_problems(pack_source(source_files, change=only_the_licence), tree)
    assert any(line.startswith(f"ocop-1.2.tar.gz: {problem}") for line in found), found
