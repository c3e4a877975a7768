"""The version is the same everywhere, and a commit that cannot be released is told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
Files = dict[str, bytes]


@pytest.fixture
def release(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("release")


def test_our_own_files_agree(release: ModuleType) -> None:
    """Version, changelog and citation of this repository tell the same."""
    names = ("src/ocop/_version.py", "CHANGELOG.md", "CITATION.cff")
    assert release.version_problems({name: (ROOT / name).read_bytes() for name in names}) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("CHANGELOG.md", "## 1.2", "## 1.3", "CHANGELOG.md begins with 1.3, the version is 1.2"),
        ("CHANGELOG.md", "## ", "# ", "CHANGELOG.md begins with nothing, the version is 1.2"),
        ("CHANGELOG.md", "unreleased", "soon", "CHANGELOG.md says (soon), allowed are "),
        ("CHANGELOG.md", "unreleased", "20260522", "CHANGELOG.md says (20260522), allowed are "),
        ("CITATION.cff", "1.2", "1.1", "CITATION.cff has 1.1, the version is 1.2"),
        ("src/ocop/_version.py", "1.2", "1.3", "CHANGELOG.md begins with 1.2, the version is 1.3"),
    ],
)
def test_another_version_is_found(
    release: ModuleType, tree: Files, name: str, old: str, new: str, problem: str
) -> None:
    """A file that tells another version is named."""
    assert release.version_problems(tree) == []
    tree[name] = tree[name].replace(old.encode(), new.encode())
    assert any(line.startswith(problem) for line in release.version_problems(tree))


def test_a_release_has_its_day(release: ModuleType, tree: Files) -> None:
    """Changelog and citation tell the same day."""
    found = release.version_problems(tree, released=True)
    assert found == ["CHANGELOG.md says 1.2 (unreleased), a release needs its day"]
    tree["CHANGELOG.md"] = tree["CHANGELOG.md"].replace(b"unreleased", b"2026-05-22")
    found = release.version_problems(tree, released=True)
    assert found == ["CITATION.cff says 2026-02-01, CHANGELOG.md 2026-05-22"]
    tree["CITATION.cff"] = tree["CITATION.cff"].replace(b"2026-02-01", b"2026-05-22")
    assert release.version_problems(tree, released=True) == []


def test_a_release_is_a_tagged_commit(release: ModuleType, tmp_path: Path) -> None:
    """A change, a file that git does not know and a missing tag are told."""

    def git(*words: str) -> None:
        who = ["-c", "user.name=Mai", "-c", "user.email=mai@example.org"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "a").write_text("one")
    git("add", "a")
    git("commit", "-q", "-m", "first")
    tagless = "the commit has the tags [], a release of 1.2 needs v1.2"
    assert release.commit_problems(tmp_path, "1.2") == [tagless]
    git("tag", "v1.2")
    assert release.commit_problems(tmp_path, "1.2") == []
    (tmp_path / "b").write_text("unknown")
    found = release.commit_problems(tmp_path, "1.2")
    assert found == ["the checkout differs from its commit:\n?? b"]
