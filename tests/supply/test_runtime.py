"""Who needs whom is read from what is installed: extras, markers, unasked guests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

NEEDS = {
    "ocop": ["attrs>=24", "Click-Plus[shell]>=8; extra == 'cli'", "ocop[cli]; extra == 'all'"],
    "attrs": ["old; python_version < '3'"],
    "Click_Plus": ["colours; extra == 'shell'", "unused; extra == 'docs'"],
    "colours": ["click.plus"],
}


@pytest.fixture
def runtime(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("runtime")


@pytest.fixture
def install(tmp_path: Path) -> Callable[[str, str, list[str]], None]:
    """Return a function that installs a package of that version with those needs."""

    def installing(name: str, version: str, needs: list[str]) -> None:
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        rows = [f"Requires-Dist: {need}\n" for need in needs]
        text = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{''.join(rows)}"
        (folder / "METADATA").write_text(text)

    for name, needs in NEEDS.items():
        installing(name, "24.1", needs)
    return installing


def test_what_comes_along(
    runtime: ModuleType, install: Callable[..., None], tmp_path: Path
) -> None:
    """Extras of packages are followed, markers decide, circles end."""
    packages = runtime.installed(tmp_path)
    found = runtime.asked(packages, "ocop", ["cli"])
    assert found == {"ocop": {"cli"}, "attrs": set(), "click-plus": {"shell"}, "colours": set()}
    assert runtime.extras_of(packages, "ocop", ["cli", "all"]) == {
        "attrs": [],
        "click-plus": ["cli", "all"],
        "colours": ["cli", "all"],
    }
    assert runtime.unmet(packages, "ocop", ["cli", "all"]) == []


def test_a_guest_and_a_gap_are_found(
    runtime: ModuleType, install: Callable[..., None], tmp_path: Path
) -> None:
    """What nothing asks for is named, and what is missing or too old."""
    install("guest", "1.0", [])
    packages = runtime.installed(tmp_path)
    assert runtime.unmet(packages, "ocop", ["cli"]) == ["nothing asks for guest"]
    assert runtime.unmet(packages, "ocop", []) == [
        "nothing asks for click-plus",
        "nothing asks for colours",
        "nothing asks for guest",
    ]
    install("picky", "1.0", ["attrs>=25", "gone"])
    found = runtime.unmet(runtime.installed(tmp_path), "picky", [])
    assert "picky asks for attrs>=25, there is 24.1" in found
    assert "picky asks for gone, there is nothing" in found
