"""What the tests of scoring share: the plain scorer, the generator, the shipped criteria sets."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

import ocop


def _load(name: str) -> ModuleType:
    full_name = f"ocop_scoring_tests_{name}"
    if full_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            full_name, Path(__file__).parent / f"{name}.py"
        )
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


@pytest.fixture(scope="session")
def every_set() -> tuple[ocop.CriteriaSet, ...]:
    """Return all criteria sets of all shipped decisions."""
    return tuple(law for decision in ocop.decisions() for law in decision.sets.values())


@pytest.fixture(scope="session")
def fresh() -> ocop.CriteriaSet:
    """Return the criteria set for fresh vegetables and fruit of 26/2026."""
    return ocop.criteria_set("qd-26-2026", 1)


@pytest.fixture(scope="session")
def tourism() -> ocop.CriteriaSet:
    """Return the criteria set for rural tourism of 26/2026, the one with two cases."""
    return ocop.criteria_set("qd-26-2026", 26)
