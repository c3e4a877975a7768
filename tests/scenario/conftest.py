"""What the tests of scenarios share: a small decision, and a short way to write a reform."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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

    def reform(*edits: Edit, id: str = "trial", decision: str | None = None) -> ocop.Reform:  # noqa: A002 - as in Reform
        title = ocop.Label("Thử", "Trial")
        return ocop.Reform(id=id, title=title, edits=edits, decision=decision)

    return reform
