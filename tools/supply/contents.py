"""What is in a wheel and in an sdist, held against the files that git knows.

Usage: python tools/supply/contents.py WHEEL SDIST
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]

Tree = Mapping[str, bytes]
"""The files of the project by their names, with slashes, as git has them."""


def read_tree(root: Path) -> dict[str, bytes]:
    """Return the files of a checkout that git knows."""
    command = ["git", "-C", str(root), "ls-files", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    names = [name for name in listed.split("\0") if name and (root / name).is_file()]
    return {name: (root / name).read_bytes() for name in names}


def version_of(tree: Tree) -> str:
    """Return the version, which stands in one place."""
    found = re.search(rb'^__version__ = "(.+)"$', tree["src/ocop/_version.py"], re.MULTILINE)
    assert found is not None
    return found.group(1).decode()


def wheel_problems(wheel: Path, tree: Tree, local: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the wheel; ``local`` are paths that must not stand in it."""
    info = f"ocop-{version_of(tree)}.dist-info"
    wanted = {
        **{name.removeprefix("src/"): name for name in tree if name.startswith("src/ocop/")},
        **{f"ocop/{name}": name for name in tree if name.startswith("criteria_sets/")},
        **{f"ocop/{name}": name for name in tree if re.fullmatch(r"examples/[^/]+\.csv", name)},
        f"{info}/licenses/LICENSE": "LICENSE",
    }
    made = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt")}
    with zipfile.ZipFile(wheel) as archive:
        found = {member.filename: archive.read(member) for member in archive.infolist()}
        problems = [
            *_twice([member.filename for member in archive.infolist()]),
            *_odd_modes({m.filename: m.external_attr >> 16 for m in archive.infolist()}),
        ]
    problems += _differences(
        found, {name: tree.get(kept, b"") for name, kept in wanted.items()}, made
    )
    if "ocop/py.typed" not in found:
        problems.append("missing: ocop/py.typed")
    problems += _local_paths(found, local)
    problems += _record_problems(found, f"{info}/RECORD")
    problems += _tag_problems(found.get(f"{info}/WHEEL", b"").decode())
    problems += _metadata_problems(found.get(f"{info}/METADATA", b""), tree)
    expected = _entry_points(tree)
    if (scripts := found.get(f"{info}/entry_points.txt", b"").decode()) != expected:
        problems.append(f"entry_points.txt is {scripts!r}, pyproject.toml says {expected!r}")
    return [f"{wheel.name}: {problem}" for problem in problems]


def sdist_problems(sdist: Path, tree: Tree, local: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the sdist: it holds what git knows, and PKG-INFO."""
    top = f"ocop-{version_of(tree)}/"
    problems = []
    found: dict[str, bytes] = {}
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
        problems += _twice([member.name for member in members])
        problems += _odd_modes({member.name: member.mode for member in members})
        for member in members:
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is None or not member.name.startswith(top):
                problems.append(f"not a file below {top}: {member.name}")
                continue
            if (member.uid, member.gid, member.uname, member.gname) != (0, 0, "", ""):
                problems.append(f"names the user who built it: {member.name}")
            found[member.name.removeprefix(top)] = stream.read()
    problems += _differences(found, tree, {"PKG-INFO"})
    problems += _local_paths(found, local)
    problems += _metadata_problems(found.get("PKG-INFO", b""), tree)
    return [f"{sdist.name}: {problem}" for problem in problems]


def _twice(names: Sequence[str]) -> Iterator[str]:
    yield from (f"there twice: {name}" for name in sorted({n for n in names if names.count(n) > 1}))
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name:
            yield f"leads out of the archive: {name}"


def _odd_modes(modes: Mapping[str, int]) -> Iterator[str]:
    for name, mode in modes.items():
        if mode & 0o7777 not in (0o644, 0o755):
            yield f"has mode {mode & 0o7777:o}, allowed are 644 and 755: {name}"


def _differences(found: Tree, wanted: Tree, made: set[str]) -> Iterator[str]:
    """Yield what is missing, too much or changed; ``made`` comes from the build."""
    yield from (f"missing: {name}" for name in sorted((wanted.keys() | made) - found.keys()))
    yield from (f"too much: {name}" for name in sorted(found.keys() - wanted.keys() - made))
    for name in sorted(found.keys() & wanted.keys()):
        if found[name] != wanted[name]:
            yield f"not as in the tree: {name}"


def _local_paths(found: Tree, local: Sequence[str]) -> Iterator[str]:
    for name, content in found.items():
        yield from (f"holds {path!r}: {name}" for path in local if path.encode() in content)


def _record_problems(found: Tree, record: str) -> Iterator[str]:
    """Yield where RECORD does not tell each file once, with its digest and size."""
    rows = list(csv.reader(io.StringIO(found.get(record, b"").decode())))
    names = [row[0] for row in rows]
    yield from (f"RECORD has no row for {name}" for name in sorted(found.keys() - set(names)))
    yield from (f"RECORD has a row too much: {n}" for n in sorted(set(names) - found.keys()))
    yield from (
        f"RECORD has two rows for {n}" for n in sorted(n for n in set(names) if names.count(n) > 1)
    )
    for name, digest, size in rows:
        if name in found:
            summed = base64.urlsafe_b64encode(hashlib.sha256(found[name]).digest())
            right = f"sha256={summed.decode().rstrip('=')}", str(len(found[name]))
            if (digest, size) != (("", "") if name == record else right):
                yield f"RECORD has another digest or size: {name}"


def _tag_problems(wheel: str) -> Iterator[str]:
    for line in ("Root-Is-Purelib: true", "Tag: py3-none-any"):
        if line not in wheel.splitlines():
            yield f"WHEEL does not say {line!r}"


def _entry_points(tree: Tree) -> str:
    scripts = _project(tree)["scripts"]
    return "[console_scripts]\n" + "".join(f"{name} = {where}\n" for name, where in scripts.items())


def _project(tree: Tree) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads(tree["pyproject.toml"].decode())["project"]
    return project


def _metadata_problems(text: bytes, tree: Tree) -> Iterator[str]:
    """Yield where the metadata is not valid, or does not say what pyproject.toml says."""
    try:
        metadata = Metadata.from_email(text, validate=True)
    except ExceptionGroup as group:
        yield from (f"metadata: {error}" for error in group.exceptions)
        return
    project = _project(tree)
    extras = project["optional-dependencies"]
    requirements = list(project["dependencies"])
    for extra in extras:
        requirements += [f'{needed}; extra == "{extra}"' for needed in _needed(extras, extra)]
    said = {
        "name": project["name"],
        "version": version_of(tree),
        "summary": project["description"],
        "requires_python": SpecifierSet(project["requires-python"]),
        "license_expression": project["license"],
        "license_files": project["license-files"],
        "classifiers": sorted(project["classifiers"]),
        "keywords": sorted(project["keywords"]),
        "provides_extra": sorted(extras),
        "requires_dist": sorted(str(Requirement(requirement)) for requirement in requirements),
        "description": tree[project["readme"]].decode(),
        "description_content_type": "text/markdown",
    }
    for name, value in said.items():
        there = getattr(metadata, name)
        if isinstance(there, list):
            there = sorted(map(str, there))
        elif name == "version":
            there = str(there)
        if there != value:
            yield f"metadata: {name} is {there!r}, pyproject.toml says {value!r}"


def _needed(extras: Mapping[str, Sequence[str]], extra: str) -> Iterator[str]:
    """Yield what an extra asks for; another extra of ours stands for what that one asks for."""
    for text in extras[extra]:
        requirement = Requirement(text)
        if requirement.name != "ocop":
            yield text
        for other in requirement.extras if requirement.name == "ocop" else ():
            yield from _needed(extras, other)


def main(wheel: Path, sdist: Path) -> int:
    """Print what is wrong with the two."""
    tree = read_tree(ROOT)
    local = [str(ROOT), str(Path.home())]
    problems = [*wheel_problems(wheel, tree, local), *sdist_problems(sdist, tree, local)]
    print(*problems, f"{wheel.name} and {sdist.name}: {len(problems)} problems", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
