"""``ocop compare`` in all its formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ocop

Run = Callable[..., Any]
PAIR = ("qd-148-2023", "qd-26-2026")


def test_the_formats_agree(run: Run, tmp_path: Path) -> None:
    """CSV, JSON and the page carry the same rows as the library."""
    changes = ocop.compare(*map(ocop.decision, PAIR), group="tea")
    rows = list(csv.DictReader(io.StringIO(run("compare", *PAIR, "--group", "tea").out)))
    found = json.loads(run("compare", *PAIR, "--group", "tea", "--format", "json").out)
    assert [r["what"] for r in rows] == [c.what for c in changes]
    assert [{k: v or "" for k, v in r.items()} for r in found["changes"]] == rows
    assert (found["before"], found["after"]) == PAIR
    assert found["after_digest"] == ocop.decision("qd-26-2026").digest
    page = tmp_path / "chè.md"
    assert run("compare", *PAIR, "--group", "tea", "--lang", "vi", "-o", page).code == 0
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# 148/QĐ-TTg → 26/2026/QĐ-TTg"
    assert sum(line.startswith("| ") for line in lines) == len(changes) + 1
    assert "| 2.4 | Nhãn hàng hóa song ngữ | criterion-added |  | 1 |" in lines


def test_on_a_terminal(run: Run) -> None:
    """The table fits 80 columns; equal decisions have no changes."""
    done = run("compare", *PAIR, "--group", "tea", "--format", "table")
    assert max(map(len, done.out.splitlines())) <= 80
    assert "criterion-added" in done.out
    assert run("compare", PAIR[0], PAIR[0], "--format", "table").out == "no changes\n"
    same = run("compare", PAIR[0], PAIR[0], "--format", "markdown").out
    assert same == "# 148/QĐ-TTg → 148/QĐ-TTg\n\nNo changes.\n"
    whole = run("compare", "qd-148-2023", "qd-1489-2025", "--format", "table").out
    assert "recognised-by" in whole


@pytest.mark.parametrize(
    ("args", "code"),
    [(("qd-148-2022", PAIR[1]), "unknown-decision"), ((*PAIR, "--group", "te"), "unknown-set")],
)
def test_what_is_not_there(run: Run, args: tuple[str, ...], code: str) -> None:
    """One clear line and exit code 1."""
    done = run("compare", *args)
    assert (done.code, done.out) == (1, "")
    assert f"[{code}]" in done.err
