"""Builds that depend on place, time or user are found; litter does not come into them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling", reason="nox -s supply runs it")
pytest.importorskip("build", reason="nox -s supply runs it")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def twice(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("twice")


@pytest.fixture
def source(tree: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a repository with the small project in one commit."""
    root = tmp_path / "source"
    for name, content in tree.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    shutil.copy(ROOT / ".gitignore", root)
    commit(root, "first")
    return root


def commit(root: Path, message: str) -> None:
    """Commit all there is."""
    who = ["-c", "user.name=Mai", "-c", "user.email=mai@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def built(twice: ModuleType, source: Path, work: Path) -> list[str]:
    """Return what differs between two builds in two places."""
    builds = []
    for place in twice.places(work):
        twice.clone(source, place)
        out = work / f"out-{place.umask}"
        builds.append(twice.build(place, out, Path(sys.executable)))
    return list(twice.unlike(builds))


def test_place_time_user_and_litter_do_not_matter(
    twice: ModuleType, source: Path, tmp_path: Path
) -> None:
    """The same commit gives the same bytes; our own .gitignore keeps litter out."""
    assert built(twice, source, tmp_path / "work") == []


def test_a_build_that_keeps_the_time_is_found(
    twice: ModuleType, source: Path, tmp_path: Path
) -> None:
    """Wheel and sdist differ where files keep their times."""
    with (source / "pyproject.toml").open("a") as stream:
        stream.write("\n[tool.hatch.build]\nreproducible = false\n")
    commit(source, "times are kept")
    found = built(twice, source, tmp_path / "work")
    assert [line.split()[0] for line in found] == ["wheel", "sdist"]


def test_litter_that_git_does_not_ignore_is_found(
    twice: ModuleType, source: Path, tmp_path: Path
) -> None:
    """A file that is not ignored comes into one of the two, which are then not alike."""
    (source / ".gitignore").write_text("__pycache__/\n")
    commit(source, "nothing is ignored")
    found = built(twice, source, tmp_path / "work")
    assert [line.split()[0] for line in found] == ["wheel", "sdist"]
