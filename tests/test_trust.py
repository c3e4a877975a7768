"""The page of guarantees names sessions that exist, and figures that they print."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "explanation" / "trust.md").read_text(encoding="utf-8")
SESSIONS = {
    node.name
    for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.decorator_list
}


def test_every_guarantee_has_its_session() -> None:
    """The last cell of each row of the table names sessions of nox."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(\w+)`", row.rsplit("|", 2)[1]) for row in rows]
    assert len(rows) == 9
    assert all(named)
    assert {name for names in named for name in names} <= SESSIONS


def test_the_fixed_sheets_are_as_many_as_the_page_says() -> None:
    """The figure is the one of ``nox -s snapshots``."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "law" / "check_snapshots.py")],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found = re.search(r"snapshots: (\S+) sets, (\S+) fixed sheets, 0 answers", run.stdout)
    assert found is not None
    assert f"{found[2]} fixed sheets" in PAGE
    assert f"all {found[1]} sets" in PAGE


def test_the_tests_that_the_security_page_names_are_there() -> None:
    """A row without a folder names a file of ``tests/hostile``."""
    page = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests/\w+/)?test_\w+\.py)`", page)
    homes = [ROOT / (name if "/" in name else f"tests/hostile/{name}") for name in named]
    assert len(named) > 30
    assert [path.name for path in homes if not path.is_file()] == []
