"""A changed past answer shows in review: snapshots of points, floors and rules."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import ocop

SPEC = importlib.util.spec_from_file_location("refresh", Path(__file__).with_name("refresh.py"))
assert SPEC is not None
assert SPEC.loader is not None
refresh = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(refresh)


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_the_answers_of_a_decision_are_those_of_its_snapshot(law: ocop.Decision) -> None:
    """Points, marks, floors, rules and maxima are unchanged (``python tests/law/refresh.py``)."""
    text = (refresh.SNAPSHOTS / f"{law.id}.txt").read_text(encoding="utf-8")
    assert refresh.snapshot(law).splitlines() == text.splitlines()


def test_every_snapshot_belongs_to_a_shipped_decision() -> None:
    """A decision that is taken out of the data leaves no snapshot behind."""
    names = {path.stem for path in refresh.SNAPSHOTS.iterdir()}
    assert names == {law.id for law in ocop.decisions()}
