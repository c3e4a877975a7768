"""Development sessions: ``nox -s tests lint types data docs wheel notebooks engines demo bench``.

``nox -s newcomer`` types the tutorial into a new environment and times each step of it.
Works with plain pip; uses uv where it is on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "tests", "data", "wheel"]


def group(*names: str) -> list[str]:
    return nox.project.dependency_groups(PROJECT, *names)


@nox.session
def tests(session: nox.Session) -> None:
    """Tests with branch coverage; further arguments go to pytest."""
    session.install("-e", ".[cli,excel,arrow,fast,places,plot]", *group("test"))
    args = session.posargs or ["--cov", "--cov-report=term", "-n", "auto"]
    session.run("pytest", *args)


@nox.session(python=["3.11", "3.12", "3.13"])
def versions(session: nox.Session) -> None:
    """Run the tests on every supported Python."""
    session.install("-e", ".[cli,excel,arrow,fast,places,plot]", *group("test"))
    session.run("pytest", "-q", "-n", "auto", *session.posargs)


ALL = ".[cli,excel,analysis,arrow,fast,places,plot]"
# What gives and takes frames: no extra brings it, and any version from its bound on must do.
FRAMES = ("pandas", "polars", "duckdb")


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows, on the oldest Python."""
    project = PROJECT["project"]
    bounds = [
        *project["dependencies"],
        *(
            bound
            for name, extra in project["optional-dependencies"].items()
            if name != "all"
            for bound in extra
        ),
        *(bound for bound in group("test") if bound.startswith(FRAMES)),
    ]
    file = Path(session.create_tmp()) / "lowest.txt"
    file.write_text("\n".join(bound.replace(">=", "==") for bound in bounds))
    # In one step, so that versions that do not go together are refused.
    session.install("-e", ALL, *group("test"), "-c", str(file))
    run_all(session, f"lowest versions of {len(bounds)} libraries", *session.posargs)


def newest_python() -> str:
    """Return the newest Python on the path that runs."""
    for minor in range(20, 11, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return f"3.{minor}"
    return "3.11"


@nox.session(python=newest_python())
def newest(session: nox.Session) -> None:
    """Run the tests with the newest versions, on the newest Python; ``-- --pre``: early ones."""
    early = [word for word in session.posargs if word == "--pre"]
    rest = [word for word in session.posargs if word != "--pre"]
    session.install("-e", ALL, *group("test"), "--upgrade", "--upgrade-strategy", "eager", *early)
    run_all(session, "newest versions and pre-releases" if early else "newest versions", *rest)


def run_all(session: nox.Session, versions: str, *rest: str) -> None:
    """Run all tests; the last line says how many, with what."""
    name = session.name.split("-")[0]
    words = f"tests on Python {session.python} with the {versions}"
    session.run("python", "tools/figure.py", name, words, "--", "-q", "-n", "auto", *rest)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy on src; mypy and pyright on code as a user would write it; no public type unknown."""
    session.install("-e", ".[cli,places,plot]", *group("types"))
    session.run("mypy")
    session.run("mypy", "--strict", "tests/typing")
    # basedpyright is pyright with everything inside; pyright itself fetches more when it runs.
    session.run("basedpyright", "--level", "error")
    session.run("basedpyright", "--verifytypes", "ocop", "--ignoreexternal", silent=True)


@nox.session
def data(session: nox.Session) -> None:
    """Check the law files: our checks, the JSON Schemas, and the reference where it is there."""
    session.install("-e", ".[cli]", *group("data"))
    data = Path("criteria_sets")
    for folder in sorted(data.glob("qd-*")):
        session.run("python", "-m", "ocop", "validate", str(folder))
    session.run("python", "tools/make_schemas.py", "--check")
    found = [*sorted(data.rglob("*.yaml")), *sorted(Path("examples").glob("*.yaml"))]
    texts = {path: path.read_text("utf-8") for path in found}
    for schema in sorted((data / "schema").glob("*.schema.json")):
        line = f'format: "{schema.name.split(".")[0]}/1"\n'
        files = [str(path) for path, text in texts.items() if line in text]
        session.run("check-jsonschema", "--schemafile", str(schema), *files)
    citation = ["--builtin-schema", "vendor.citation-file-format", "CITATION.cff"]
    session.run("check-jsonschema", *citation)
    # Exit code 2: the reference is not there, which is fine: the project stands alone.
    session.run("python", "tools/check_reference.py", success_codes=[0, 2])


@nox.session
def proof(session: nox.Session) -> None:
    """Compare three scorers on ten million sheets; ``-- --sheets 130000`` for fewer."""
    session.install("-e", ".[fast]", *group("test"))
    session.run("python", "tests/proof/prove.py", *session.posargs)


@nox.session
def snapshots(session: nox.Session) -> None:
    """Check that no past answer changed without a changelog entry of type law."""
    session.install("-e", ".")
    session.run("python", "tests/law/check_snapshots.py")


@nox.session
def docs(session: nox.Session) -> None:
    """Run the examples of the pages, build the site and check its links; warnings are errors."""
    session.install("-e", ".[cli,excel,plot]", *group("docs"), *group("test"))
    session.run("pytest", "-q", "-n", "auto", "tests/test_docs.py", "-k", "examples")
    session.run("mkdocs", "build", "--strict", *session.posargs, env={"NO_MKDOCS_2_WARNING": "1"})
    session.run("python", "tools/check_site.py", "site")


@nox.session
def newcomer(session: nox.Session) -> None:
    """Walk the tutorial in a new environment and time it; ``-- --cold`` without pip's cache."""
    session.run("python", "tools/walk_tutorial.py", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Read and write what was made to do harm: within bounds, or an error of ours."""
    session.install("-e", ".[cli,excel,arrow,plot]", *group("test"))
    words = "files and texts that were made to do harm, got through"
    session.run("python", "tools/figure.py", "hostile", words, "--", "-q", "tests/hostile")


@nox.session
def engines(session: nox.Session) -> None:
    """Run scoring and sweeps inside DuckDB and dask.distributed: the same as in one process."""
    session.install("-e", ".[cli,arrow]", *group("test", "engines"))
    session.run("pytest", "-q", "tests/engines", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Look for input that breaks what is promised of any; ``-- --minutes 60 --keep``."""
    session.install("-e", ".[cli,excel,arrow,fast]", *group("test", "fuzz"))
    session.run("python", "tests/fuzz/run.py", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Try mutants of law and scoring; ``-- --sample N --seed S scoring.kernel`` or ``-- --all``."""
    session.install("-e", ".[cli,excel,arrow,fast,places,plot]", *group("test", "mutation"))
    session.run("pytest", "-q", "tests/mutants")
    session.run("python", "tools/mutants", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Full disks, closed pipes, signals, read-only folders, lost workers: whole or not at all."""
    session.install("-e", ".[cli,excel,arrow,fast]", *group("test"))
    words = "faults, left a broken file"
    args = ["-q", "-n", "auto", "tests/faults", *session.posargs]
    session.run("python", "tools/figure.py", "faults", words, "--", *args)


@nox.session
def spark(session: nox.Session) -> None:
    """Run scoring inside Spark; needs Java on the path."""
    session.install("-e", ".[cli,arrow]", *group("test", "spark"))
    session.run("pytest", "-q", "-m", "spark", "tests/engines", *session.posargs)


@nox.session
def notebooks(session: nox.Session) -> None:
    """Run the notebooks and make their pages; ``-- --check`` says which pages differ."""
    session.install("-e", ".[cli,excel,analysis,plot,arrow]", *group("notebooks"))
    # Exit code 1: a cell failed. The next command says so too, and leaves no outputs behind.
    session.run("pytest", "-q", "--nbmake", "--overwrite", "notebooks", success_codes=[0, 1])
    session.run("python", "tools/make_notebook_pages.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Compare with other libraries, write figures and page; ``-- --short`` for a quick run."""
    session.install("-e", ".[cli,arrow,fast]", *group("bench"))
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it with its cli extra alone, and run the main job from /."""
    session.install("build")  # brings packaging, which the check of the contents needs
    home = Path(session.create_tmp()).resolve()
    out = home / "dist"
    session.run("python", "-m", "build", "--outdir", str(out), silent=True)
    built, source = (max(out.glob(kind), key=os.path.getmtime) for kind in ("*.whl", "*.tar.gz"))
    session.run("python", "tools/supply/contents.py", str(built), str(source))
    bare = home / "bare"
    session.run("python", "-m", "venv", "--clear", str(bare))
    python = bare / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    session.run(str(python), "-m", "pip", "install", "-q", f"{built}[cli]", external=True)
    session.chdir("/")
    session.run(str(python), "-m", "ocop", "demo", external=True)


@nox.session
def supply(session: nox.Session) -> None:
    """Build twice, look inside, list licences and parts; ``-- --dist FOLDER`` keeps the files."""
    session.install("-e", ".", *group("supply"))
    session.run("pytest", "-q", "tests/supply")
    session.run("python", "tools/supply", *session.posargs)


@nox.session
def same(session: nox.Session) -> None:
    """Run fixed jobs on every Python here, in many surroundings: the same bytes each time.

    ``-- --quick``: this Python alone, four surroundings.
    """
    extras = "cli,excel,analysis,arrow,fast,plot"
    session.install("-e", f".[{extras}]")
    pythons, missing = [str(Path(session.bin) / "python")], []
    for version in () if "--quick" in session.posargs else ("3.11", "3.12", "3.13"):
        if session.run("python", "-c", "import sys; print(*sys.version_info[:2], sep='.')",
                       silent=True).strip() == version:  # fmt: skip
            continue
        found = shutil.which(f"python{version}")
        if found is None:
            missing.append(version)
            continue
        home = Path(session.create_tmp()).resolve() / version
        session.run(found, "-m", "venv", str(home), external=True)
        pythons.append(str(home / "bin" / "python"))
        session.run(pythons[-1], "-m", "pip", "install", "-q", "-e", f".[{extras}]", external=True)
    args = [arg for python in pythons for arg in ("--python", python)]
    told = ["--missing", " ".join(missing)] if missing else []
    session.run("python", "tools/same_bytes.py", *args, *told, *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the main job."""
    session.install(".[cli]")
    session.run("python", "-m", "ocop", "demo")
