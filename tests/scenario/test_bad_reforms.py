"""What is said of broken reforms: exact messages, kept in tests/bad/reforms/."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

REFRESH: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("refresh_bad.py")))
BLOCKS = REFRESH["EXPECTED"].read_text(encoding="utf-8").split("\n## ")[1:]
EXPECTED = {name: lines for name, *lines in (block.strip().splitlines() for block in BLOCKS)}


@pytest.mark.parametrize("name", REFRESH["names"]())
def test_messages_of_a_broken_reform(name: str) -> None:
    """Each broken reform is told in exactly the words that are kept, each with its place."""
    found = REFRESH["messages"](name)
    assert found == EXPECTED[name]
    assert all(re.match(rf"{name}\.yaml:\d+:\d+: ", line) for line in found)
    first = (REFRESH["FOLDER"] / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")


def test_nothing_is_left_over() -> None:
    """Every kept message belongs to a file."""
    assert list(EXPECTED) == REFRESH["names"]()
