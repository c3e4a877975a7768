"""What people read of results, word for word: accounts, and what notebooks show."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scoring_refresh", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


refresh = _load(Path(__file__).with_name("refresh.py"))
TOLD = {
    "accounts-vi.txt": lambda: refresh.accounts("vi"),
    "accounts-en.txt": lambda: refresh.accounts("en"),
    "accounts.json": refresh.plain_accounts,
    "pages.html": refresh.pages,
}


@pytest.mark.parametrize("name", TOLD)
def test_people_read_what_stands_in_the_golden_file(name: str) -> None:
    """A change of any word, number or sign is meant, and rewritten by refresh.py."""
    golden = (refresh.GOLDEN / name).read_text(encoding="utf-8")
    assert TOLD[name]().splitlines() == golden.splitlines()


def test_the_golden_files_are_those_that_refresh_writes() -> None:
    """None stands there that nobody compares."""
    assert sorted(path.name for path in refresh.GOLDEN.iterdir()) == sorted(refresh.golden())
    assert list(TOLD) == list(refresh.golden())
