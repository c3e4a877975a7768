"""A small project with its wheel and sdist, to plant flaws in; the tools that must find them."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
INFO = "ocop-1.2.dist-info"

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "ocop"
dynamic = ["version"]
description = "Small"
readme = "README.md"
requires-python = ">=3.11"
license = "Apache-2.0"
license-files = ["LICENSE"]
keywords = ["small"]
classifiers = ["Typing :: Typed"]
dependencies = ["attrs>=24.2"]

[project.optional-dependencies]
cli = ["click>=8"]
all = ["ocop[cli]"]

[project.scripts]
ocop = "ocop:main"

[tool.hatch.version]
path = "src/ocop/_version.py"
"""

METADATA = """Metadata-Version: 2.4
Name: ocop
Version: 1.2
Summary: Small
Keywords: small
License-Expression: Apache-2.0
License-File: LICENSE
Classifier: Typing :: Typed
Requires-Python: >=3.11
Requires-Dist: attrs>=24.2
Provides-Extra: all
Requires-Dist: click>=8; extra == 'all'
Provides-Extra: cli
Requires-Dist: click>=8; extra == 'cli'
Description-Content-Type: text/markdown

# Small: thử
"""


def tool(name: str) -> ModuleType:
    """Return a module of tools/supply."""
    sys.path.insert(0, str(ROOT / "tools" / "supply"))
    try:
        return import_module(name)
    finally:
        del sys.path[0]


@pytest.fixture
def load() -> Callable[[str], ModuleType]:
    """Return the function that loads a tool."""
    return tool


@pytest.fixture
def tree() -> dict[str, bytes]:
    """Return the files of a small project."""
    texts = {
        "pyproject.toml": PYPROJECT,
        "README.md": "# Small: thử\n",
        "LICENSE": "Take it.\n",
        "CHANGELOG.md": "# Changelog\n\n## 1.2 (unreleased)\n\n## 1.1 (2026-01-31)\n",
        "CITATION.cff": 'version: "1.2"\ndate-released: "2026-02-01"\n',
        "src/ocop/__init__.py": "",
        "src/ocop/_version.py": '__version__ = "1.2"\n',
        "src/ocop/py.typed": "",
        "criteria_sets/qd/decision.yaml": "points: 5\n",
        "examples/made-up.csv": "set,1\n",
        "examples/make.py": "",
        "tests/test_small.py": "",
    }
    return {name: text.encode() for name, text in texts.items()}


@pytest.fixture
def wheel_files(tree: dict[str, bytes]) -> dict[str, bytes]:
    """Return what a right wheel of the small project holds, RECORD aside."""
    return {
        **{f"ocop/{name}": tree[f"src/ocop/{name}"] for name in ("__init__.py", "_version.py")},
        "ocop/py.typed": b"",
        "ocop/criteria_sets/qd/decision.yaml": tree["criteria_sets/qd/decision.yaml"],
        "ocop/examples/made-up.csv": tree["examples/made-up.csv"],
        f"{INFO}/METADATA": METADATA.encode(),
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{INFO}/entry_points.txt": b"[console_scripts]\nocop = ocop:main\n",
        f"{INFO}/licenses/LICENSE": tree["LICENSE"],
    }


def record(files: Mapping[str, bytes]) -> bytes:
    """Return a right RECORD."""
    rows = [f"{INFO}/RECORD,,"]
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join(rows).encode()


def write_wheel(folder: Path, files: Mapping[str, bytes], mode: int = 0o644) -> Path:
    """Write a wheel of these files; a RECORD among them stays as it is."""
    path = folder / "ocop-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {f"{INFO}/RECORD": record(files), **files}.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (0o100000 | mode) << 16
            archive.writestr(member, content)
    return path


def write_sdist(
    folder: Path,
    files: Mapping[str, bytes],
    change: Callable[[tarfile.TarInfo], None] = lambda _: None,
) -> Path:
    """Write an sdist of these files; ``change`` may turn each member into something else."""
    path = folder / "ocop-1.2.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"ocop-1.2/{name}")
            member.size = len(content)
            change(member)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Return the function that writes a wheel."""
    return lambda files, **more: write_wheel(tmp_path, files, **more)


@pytest.fixture
def pack_source(tmp_path: Path) -> Callable[..., Path]:
    """Return the function that writes an sdist."""
    return lambda files, **more: write_sdist(tmp_path, files, **more)
