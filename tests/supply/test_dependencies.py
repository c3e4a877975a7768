"""Every dependency is used and told, and nothing is used that is none."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
IMPORTED = {"python-calamine": "python_calamine", "pyyaml": "yaml"}
# Frames of these come in and go out; who passes one has it installed.
GUESTS = {"duckdb", "pandas", "polars"}


def declared() -> dict[str, tuple[Requirement, str]]:
    """Return the dependencies by name, each with the extra that brings it or ``always``."""
    where = {"always": PROJECT["dependencies"], **EXTRAS}
    found = {}
    for extra, texts in where.items():
        for requirement in map(Requirement, texts):
            if requirement.name != "ocop":
                found[requirement.name] = (requirement, extra)
    return found


def imported() -> Iterator[str]:
    """Yield the top names that the source imports, by statement or by ``import_module("NAME")``."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    yield from (alias.name.split(".")[0] for alias in names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module.split(".")[0]
                case ast.Call(func=ast.Name(id="import_module"), args=[first]):
                    text = first.values[0] if isinstance(first, ast.JoinedStr) else first
                    if isinstance(text, ast.Constant):
                        yield str(text.value).split(".")[0]


def test_every_dependency_is_used_and_every_import_is_one() -> None:
    """What pyproject.toml asks for is what the source imports."""
    used = set(imported()) - set(sys.stdlib_module_names) - {"ocop", "__future__"} - GUESTS
    assert used == {IMPORTED.get(name, name.replace("-", "_")) for name in declared()}


def test_the_page_tells_each_dependency() -> None:
    """Name, lower bound and extra stand in the table of the page."""
    page = (ROOT / "docs/reference/dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| ([\d.]+) \| ([^|]+) \|", page, re.MULTILINE)
    told = {name: (bound, extra.replace("alone", "").strip("` ")) for name, bound, extra in rows}
    wanted = {
        name: (str(requirement.specifier).removeprefix(">="), extra)
        for name, (requirement, extra) in declared().items()
    }
    assert told == wanted


def test_all_brings_every_extra_but_the_one_set_apart() -> None:
    """What is under the GPL is asked for by its own name."""
    (every,) = map(Requirement, EXTRAS["all"])
    assert every.extras == EXTRAS.keys() - {"all", "places"}
    assert "vietnam-provinces" in EXTRAS["places"][0]
