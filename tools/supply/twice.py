"""Build wheel and sdist again and again, where everything that must not matter is different."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PYTHONS = ("3.11", "3.12", "3.13")

# Files that a working checkout has and git does not know; none may come into what is built.
LITTER = (
    ".coverage",
    ".hypothesis/unicode_data/a.json",
    ".idea/workspace.xml",
    ".nox/tests/bin/python",
    ".pytest_cache/README.md",
    ".venv/bin/activate",
    "criteria_sets/.DS_Store",
    "dist/ocop-0.0.0.tar.gz",
    "docs/.index.md.swp",
    "site/index.html",
    "src/ocop/__pycache__/errors.cpython-311.pyc",
    "src/ocop/law/model.py~",
    "tests/__pycache__/conftest.cpython-311.pyc",
)


@dataclass(frozen=True)
class Place:
    """A clone and what is around it while it is built."""

    folder: Path
    umask: int
    day: int
    around: Mapping[str, str]
    litter: Sequence[str] = ()


@dataclass(frozen=True)
class Build:
    """A wheel and an sdist, and where they were built."""

    told: str
    wheel: Path
    sdist: Path
    digests: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Sum the bytes."""
        object.__setattr__(self, "digests", (digest(self.wheel), digest(self.sdist)))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def places(work: Path) -> tuple[Place, Place]:
    """Return two places that differ in all that must not matter."""
    plain = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    other = {"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C", "PYTHONHASHSEED": "26", "PYTHONUTF8": "0"}
    return (
        Place(work / "a", 0o022, 1_000_000_000, plain),
        Place(work / "nơi khác" / "sâu" / "hơn", 0o077, 1_900_000_000, other, LITTER),
    )


def clone(source: Path, place: Place) -> None:
    """Clone the last commit; give its files other times, and litter as work leaves it."""
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    command = ["git", "clone", "-q", "--no-local", str(source), str(place.folder)]
    subprocess.run(command, check=True, umask=place.umask)
    for name in place.litter:
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"litter\n")
    for path in place.folder.rglob("*"):
        os.utime(path, (place.day, place.day), follow_symlinks=False)


def build(place: Place, out: Path, python: Path, epoch: str | None = None) -> Build:
    """Build both from the clone, with the hatchling that is installed beside ``python``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    around = {**kept, **place.around}
    if epoch is not None:
        around["SOURCE_DATE_EPOCH"] = epoch
    command = [str(python), "-m", "build", "--no-isolation", "--sdist", "--wheel"]
    command += ["--outdir", str(out), str(place.folder)]
    done = subprocess.run(command, env=around, umask=place.umask, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"the build in {place.folder} failed:\n{done.stdout}{done.stderr}")
    told = f"{place.folder.name}, umask {place.umask:03o}, {place.around['TZ']}, {python}"
    return Build(told, next(out.glob("*.whl")), next(out.glob("*.tar.gz")))


def other_pythons(work: Path) -> Iterator[tuple[str, Path]]:
    """Yield the other supported Pythons of this machine, each with hatchling and build."""
    for version in PYTHONS:
        found = shutil.which(f"python{version}")
        if found is None or version == f"{sys.version_info.major}.{sys.version_info.minor}":
            continue
        folder = work / f"python{version}"
        # A name on the path may be there without a Python behind it.
        with suppress(subprocess.CalledProcessError):
            subprocess.run([found, "-c", ""], check=True, capture_output=True)
            subprocess.run([found, "-m", "venv", "--without-pip", str(folder)], check=True)
            yield version, install(folder, *_builders())


def install(folder: Path, *what: str) -> Path:
    """Install into a venv that has no pip of its own; return its Python."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", *what]
    subprocess.run([*command, "--disable-pip-version-check"], check=True)
    return python


def _builders() -> list[str]:
    from importlib.metadata import version

    return [f"{name}=={version(name)}" for name in ("build", "hatchling")]


def unlike(builds: Sequence[Build]) -> list[str]:
    """Return which builds have other bytes than the first."""
    first = builds[0]
    problems = []
    for other in builds[1:]:
        for what, one, two in zip(("wheel", "sdist"), first.digests, other.digests, strict=True):
            if one != two:
                problems.append(f"{what} differs: {one} ({first.told}), {two} ({other.told})")
    return problems
