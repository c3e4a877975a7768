"""What a program waits for before it has the law: imports and the first set, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import ocop
from ocop import _resources

ROOT = Path(ocop.__file__).resolve().parent
DATA = Path(__file__).resolve().parents[2] / "criteria_sets"

WATCH = """
import json, sys
sys.dont_write_bytecode = True
before = {{*sys.modules}}
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) if args else None)
import ocop
{code}
seen = [event for event in seen if event[0] in {events}]
print(json.dumps({{"seen": seen, "modules": sorted({{*sys.modules}} - before)}}))
"""
EVENTS = ("open", "subprocess.Popen", "os.system", "socket.connect")


def _watch(fresh: Callable[..., str], code: str) -> tuple[list[list[str]], set[str]]:
    """Return what `code` opens, starts or asks of others, and the modules that it loads."""
    found = json.loads(fresh(WATCH.format(code=code, events=EVENTS)))
    return found["seen"], set(found["modules"])


def test_import_opens_nothing_but_its_sources(fresh: Callable[..., str]) -> None:
    """``import ocop`` opens no file beyond the modules that it loads, and starts nothing."""
    seen, modules = _watch(fresh, "dir(ocop); ocop.__version__")
    assert {event for event, _ in seen} == {"open"}
    assert {Path(name).suffix for _, name in seen} <= {".py", ".pyc"}
    assert {name for name in modules if name.split(".")[0] == "ocop"} == {"ocop", "ocop._version"}
    assert not {"attrs", "cattrs", "yaml", "numpy", "dataclasses", "pathlib"} & modules


def test_the_watch_sees_data_files(fresh: Callable[..., str]) -> None:
    """The test above can fail: the first question to the catalogue opens a data file."""
    seen, _ = _watch(fresh, "ocop.product_groups()")
    assert [name for _, name in seen if Path(name).suffix == ".yaml"] == [
        str(_resources.resource("criteria_sets") / "groups.yaml")
    ]


def test_a_shipped_set_needs_no_module_that_only_problems_need(fresh: Callable[..., str]) -> None:
    """Sound files load without cattrs, and data in a folder without the reader of zip files."""
    code = "ocop.criteria_set('qd-26-2026', 'tea').digest"
    _, modules = _watch(fresh, code)
    assert "yaml" in modules
    late = {"cattrs", "difflib", "importlib.resources", "numpy", "tempfile", "zipfile"}
    assert not late & modules


def test_the_law_is_read_from_a_zip_file(tmp_path: Path) -> None:
    """The package works where it is not a folder: data is read through what stands for one."""
    archive = tmp_path / "ocop.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in sorted(ROOT.rglob("*.py")):
            zipped.write(path, f"ocop/{path.relative_to(ROOT).as_posix()}")
        for path in sorted(DATA.rglob("*.yaml")):
            zipped.write(path, f"ocop/criteria_sets/{path.relative_to(DATA).as_posix()}")
    code = (
        "import ocop\n"
        "print(ocop.__file__)\n"
        "print(ocop.criteria_set('qd-26-2026', 'tea').digest)\n"
        "print(len(ocop.decision('qd-1489-2025').sets))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(archive)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tea, amended = ocop.criteria_set("qd-26-2026", "tea"), ocop.decision("qd-1489-2025")
    assert done.stdout.splitlines() == [
        str(archive / "ocop" / "__init__.py"),
        tea.digest,
        str(len(amended.sets)),
    ]


def test_a_package_in_a_folder_is_its_folder() -> None:
    """No module for resources is needed to say where an installed package lies."""
    assert _resources.files("ocop") == ROOT
