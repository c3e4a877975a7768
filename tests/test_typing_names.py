"""The lines that type checkers read use every public name as a user would."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ocop
from ocop import plot, programme

FILES = sorted((Path(__file__).parent / "typing").glob("*.py"))
MODULES = {"ocop": ocop, "programme": programme, "plot": plot}


def used(module: str) -> set[str]:
    """Return the names that stand after a module's own name, or its alias, in a line of code."""
    found = set()
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        aliases = {module} | {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name == module
        }
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in aliases
        }
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_used_in_the_typing_tests(module: str) -> None:
    """A new name comes with a line that mypy and pyright check."""
    assert set(MODULES[module].__all__) - used(module) == set()
