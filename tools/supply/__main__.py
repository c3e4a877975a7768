"""Build what a release would ship, check it, and list what it brings along.

Usage: python tools/supply [--dist FOLDER] [--release]

What is checked is the last commit. ``--dist`` keeps wheel, sdist, bill of materials and their
digests; ``--release`` demands a tagged commit, an unchanged checkout and the day in the changelog.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from pathlib import Path

import contents
import licences
import release
import runtime
import sbom
import twice
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
EPOCH = "1700000000"
"""A time of build that a packager could set."""


class Supply:
    """One run: where it works, what it found wrong."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.problems: list[str] = []
        self.local = [str(ROOT), str(work), f"{Path.home()}/"]
        here = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.pythons = [(here, Path(sys.executable))]

    def note(self, what: str, found: list[str]) -> None:
        """Print the outcome of one check."""
        self.problems += found
        print(f"{what}: {len(found) or 'no'} problem{'s' * (len(found) != 1)}")
        print(*(f"  {problem}\n" for problem in found), sep="", end="", flush=True)

    def build(self) -> tuple[twice.Build, contents.Tree, int]:
        """Build in all places and with all Pythons; return the first, the tree, how many."""
        here = Path(sys.executable)
        plain, other = twice.places(self.work)
        for place in (plain, other):
            twice.clone(ROOT, place)
        tree = contents.read_tree(plain.folder)
        builds = [
            twice.build(plain, self.work / "one", here),
            twice.build(other, self.work / "two", here),
        ]
        for name, python in twice.other_pythons(self.work):
            builds.append(twice.build(other, self.work / f"with-{name}", python))
            self.pythons.append((name, python))
        with tarfile.open(builds[0].sdist) as archive:
            archive.extractall(self.work / "unpacked", filter="data")
        top = self.work / "unpacked" / f"ocop-{contents.version_of(tree)}"
        again = twice.Place(top, other.umask, other.day, other.around)
        builds.append(twice.build(again, self.work / "from-sdist", here))
        self.note("tests from the unpacked sdist", tests_failed(top))
        self.note(f"the same bytes, {len(builds)} builds", twice.unlike(builds))
        dated = [
            twice.build(place, self.work / f"dated-{place.umask}", here, EPOCH)
            for place in (plain, other)
        ]
        self.note("the same bytes with SOURCE_DATE_EPOCH, 2 builds", twice.unlike(dated))
        return builds[0], tree, len(builds) + len(dated)

    def check_contents(self, built: twice.Build, tree: contents.Tree) -> None:
        """Check what is inside, with our own check and with those of others."""
        self.note("versions", release.version_problems(tree))
        self.note("wheel", contents.wheel_problems(built.wheel, tree, self.local))
        self.note("sdist", contents.sdist_problems(built.sdist, tree, self.local))
        scripts = Path(sysconfig.get_path("scripts"))
        pyproject = str(self.work / "a" / "pyproject.toml")
        for tool, *words in (
            ("validate-pyproject", pyproject),
            ("check-wheel-contents", "--config", pyproject, str(built.wheel)),
            ("twine", "check", "--strict", str(built.wheel), str(built.sdist)),
        ):
            command = [str(scripts / tool), *words]
            done = subprocess.run(command, capture_output=True, text=True, cwd=self.work)
            said = (done.stdout + done.stderr).strip()
            self.note(tool, [said or f"exit code {done.returncode}"] if done.returncode else [])

    def check_runtime(self, built: twice.Build, tree: contents.Tree) -> sbom.Bom:
        """Install the wheel with all its extras; check what comes along, make the bill of it."""
        project = tomllib.loads(tree["pyproject.toml"].decode())["project"]
        extras = [extra for extra in project["optional-dependencies"] if extra != "all"]
        folder = self.work / "runtime"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        wheel = f"{built.wheel}[{','.join(extras)}]"
        python = twice.install(folder, "--only-binary", ":all:", wheel)
        packages = runtime.installed(
            Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        )
        self.note("requirements", runtime.unmet(packages, "ocop", extras))

        by = runtime.extras_of(packages, "ocop", [*extras, "all"])
        declared = licences.declared(python)
        for name, extra in by.items():
            shown = declared[name] or "none declared"
            print(f"  {name} {packages[name].version}: {shown} ({', '.join(extra) or 'always'})")
        self.note("licences", licences.problems({name: declared[name] for name in by}, by))

        more = runtime.asked(packages, "ocop", extras)
        needed = {
            name: [canonicalize_name(r.name) for r in runtime.needs(packages, name, more[name])]
            for name in more
        }
        bills = []
        for _ in range(2):
            bill = sbom.listed(python, release.git(self.work / "a", "log", "-1", "--format=%ct"))
            sbom.complete(bill, needed, by, built.digests[0])
            bills.append(bill)
        self.note("bill of materials", sbom.problems(bills[0], project, self.local))
        same = sbom.text(bills[0]) == sbom.text(bills[1])
        self.note("the same bill twice", [] if same else ["the second one differs"])
        for name, other in self.pythons[1:]:
            self.note(f"wheels for Python {name}", wheels_missing(other, wheel))
        return bills[0]


def tests_failed(folder: Path) -> list[str]:
    """Return what pytest says where tests of the law and its cases fail in an unpacked sdist."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/law/test_load.py", "tests/law/test_shipped_data.py"]
    command += ["tests/law/test_snapshots.py", "tests/scoring/test_law_cases.py"]
    around = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True)
    return [done.stdout.strip()] if done.returncode else []


def wheels_missing(python: Path, wheel: str) -> list[str]:
    """Return what pip says where it cannot install the wheel and its extras from wheels alone."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--dry-run"]
    command += ["--only-binary", ":all:", wheel]
    done = subprocess.run(command, capture_output=True, text=True)
    return [done.stderr.strip()] if done.returncode else []


def main(arguments: list[str]) -> int:
    """Run all checks, keep the files where that is asked for, print the figure."""
    parser = argparse.ArgumentParser(prog="supply", description=__doc__)
    parser.add_argument("--dist", type=Path, help="folder for what was checked")
    parser.add_argument("--release", action="store_true", help="demand what a release needs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ocop-supply-") as folder:
        run = Supply(Path(folder).resolve())
        built, tree, times = run.build()
        run.check_contents(built, tree)
        bill = run.check_runtime(built, tree)
        if options.release:
            released = contents.version_of(tree)
            found = release.version_problems(tree, released=True)
            run.note("release", [*found, *release.commit_problems(ROOT, released)])
        if options.dist and not run.problems:
            keep(options.dist, built, bill)
        parts = bill["components"]
        licensed = len(parts) - len(licences.APART.keys() & {part["name"] for part in parts})
        pythons = ", ".join(name for name, _ in run.pythons)
        print(
            f"supply: wheel {built.digests[0][:12]} and sdist {built.digests[1][:12]}, "
            f"{times} builds on Python {pythons}; {len(tree)} files; {len(parts)} runtime "
            f"dependencies, {licensed} under permissive licences, {len(parts) - licensed} apart; "
            f"bill of materials with {len(parts) + 1} parts; {len(run.problems)} problems"
        )
    return 1 if run.problems else 0


def keep(folder: Path, built: twice.Build, bill: sbom.Bom) -> None:
    """Put what was checked into a folder, with its digests."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [shutil.copy2(path, folder) for path in (built.wheel, built.sdist)]
    made = folder / f"ocop-{bill['metadata']['component']['version']}.cdx.json"
    made.write_text(sbom.text(bill), encoding="utf-8")
    lines = [f"{twice.digest(Path(path))}  {Path(path).name}\n" for path in (*names, made)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    print("".join(lines), end="")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
