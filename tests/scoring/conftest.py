"""What the tests of scoring share: the shipped criteria sets."""

from __future__ import annotations

import pytest

import ocop


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
