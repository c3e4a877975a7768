"""What the tests of scenarios share: the plain scorer, generated sheets, a small decision."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import ocop
from ocop.scenario.edits import Edit

BASE = Path(__file__).parents[1] / "law" / "base_decision"

Make = Callable[..., ocop.Reform]


@pytest.fixture(scope="session")
def small() -> ocop.Decision:
    """Return the made-up decision of two sets."""
    return ocop.load_decision(BASE)


@pytest.fixture(scope="session")
def law() -> ocop.Decision:
    """Return the decision in force."""
    return ocop.decision("qd-26-2026")


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a function that makes a reform of some edits."""

    def reform(*edits: Edit, id: str = "trial", decision: str | None = None) -> ocop.Reform:  # noqa: A002
        title = ocop.Label("Thử", "Trial")
        return ocop.Reform(id=id, title=title, edits=edits, decision=decision)

    return reform


SCORING = Path(__file__).parents[1] / "scoring"


def _load(name: str) -> ModuleType:
    full_name = f"ocop_scoring_tests_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(full_name, SCORING / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full_name] = module
        spec.loader.exec_module(module)
    return sys.modules[full_name]


@pytest.fixture(scope="session")
def plain() -> ModuleType:
    """Return the plain scorer, tests/scoring/plain.py."""
    return _load("plain")


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """Return the generator of sheets and criteria sets, tests/scoring/generate.py."""
    return _load("generate")
