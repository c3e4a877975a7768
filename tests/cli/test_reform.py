"""``ocop reform``: checking and applying, in all formats."""

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
QUALITY = Path(__file__).parents[2] / "examples" / "reform-quality-first.yaml"
BAD = Path(__file__).parents[1] / "bad" / "reforms"
BASE = Path(__file__).parents[1] / "law" / "base_decision"

TEA = """\
format: "ocop-reform/1"
id: "certified-tea"
title: {vi: "Chè chứng nhận", en: "Certified tea"}
edits:
  - set_points: {criterion: "1.2", option: 3, points: 4, sets: ["tea"]}
  - set_threshold: {star: 5, at_least: 90}
"""


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    path = tmp_path / "chè.yaml"
    path.write_text(TEA, encoding="utf-8")
    return path


def test_check(run: Run, tea: Path) -> None:
    """A sound reform is said to be so; each problem of another is a line, also as JSON."""
    done = run("reform", "check", QUALITY)
    assert (done.code, done.out, done.err) == (0, f"{QUALITY}: no problems\n", "")
    done = run("reform", "check", BAD / "collisions.yaml", "--decision", BASE)
    assert done.code == 1
    assert len(done.out.splitlines()) == 5
    assert "[edits-collide]" in done.out
    assert done.err == "5 problems\n"
    found = json.loads(
        run("reform", "check", BAD / "syntax.yaml", "--format", "json").out,
    )
    assert [problem["code"] for problem in found["problems"]] == ["yaml-syntax"]
    assert run("reform", "check", tea).code == 0
    assert "unknown-reference" in run("reform", "check", tea, "--decision", BASE).out


def test_apply_shows_what_compare_shows(run: Run, tea: Path) -> None:
    """The formats carry the rows of `compare`; notes stand beside them."""
    law = ocop.decision("qd-26-2026")
    new = ocop.apply_reform(ocop.load_reform(tea), law)
    rows = [change.what for change in ocop.compare(law, new.decision)]
    done = run("reform", "apply", tea, "--decision", law.id, "--format", "csv")
    assert done.code == 0
    assert [row["what"] for row in csv.DictReader(io.StringIO(done.out))] == rows
    assert "[edit-without-effect]" in done.err
    assert "[total-leaves-100]" in done.err
    assert max(map(len, done.err.splitlines())) <= 80
    found = json.loads(run("reform", "apply", tea, "--decision", law.id, "--format", "json").out)
    assert (found["before"], found["after"]) == (law.id, "qd-26-2026+certified-tea")
    assert found["after_digest"] == new.decision.digest
    assert found["reform"] == "certified-tea"
    assert [note["code"] for note in found["notes"]] == [note.code for note in new.notes]
    assert [change["what"] for change in found["changes"]] == rows
    page = run("reform", "apply", tea, "--decision", law.id, "--format", "markdown").out
    assert page.startswith("# 26/2026/QĐ-TTg → 26/2026/QĐ-TTg + certified-tea\n")
    table = run("reform", "apply", QUALITY, "--group", "tea", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    assert run("reform", "apply", tea, "--format", "csv").code == 0
    tea.write_text(TEA.replace("1.2", "1.99"), encoding="utf-8")
    assert f"{tea}:5:29: " in run("reform", "apply", tea).err


def test_apply_writes_a_folder_that_every_command_takes(
    run: Run, tea: Path, tmp_path: Path, province: Path
) -> None:
    """The folder is valid, scores, and is never written over."""
    folder = tmp_path / "new"
    options = ("--decision", "qd-26-2026", "--format", "csv", "--output", folder)
    done = run("reform", "apply", tea, *options)
    assert done.code == 0
    assert done.err.splitlines()[-1] == f"qd-26-2026+certified-tea in {folder}"
    assert run("validate", folder).code == 0
    assert run("show", folder, "tea").out.startswith("26/2026/QĐ-TTg + certified-tea, set 11")
    ranked = run("rank", province, "--decision", folder, "--keep", "name,commune")
    assert ranked.code == 0
    again = run("reform", "apply", tea, *options)
    assert (again.code, again.out) == (1, "")
    assert "[folder-not-empty]" in again.err
    nowhere = run("reform", "apply", tea, *options[:-1], tmp_path / "no" / "where")
    assert (nowhere.code, nowhere.out) == (1, "")
    assert "cannot write" in nowhere.err
    next_one = run("reform", "apply", tea, "--decision", folder, "--format", "json")
    assert json.loads(next_one.out)["notes"][0]["code"] == "edit-without-effect"


def test_wrong_usage_and_broken_reforms(run: Run, tmp_path: Path) -> None:
    """Exit code 2 for a path that is not there, 1 with every problem for a broken file."""
    assert run("reform", "check", tmp_path / "no.yaml").code == 2
    assert run("reform", "apply").code == 2
    assert run("reform", "apply", QUALITY, "--decision", "qd-27").code == 1
    broken = run("reform", "apply", BAD / "unknown-names.yaml", "--decision", BASE)
    assert (broken.code, broken.out) == (1, "")
    assert broken.err.splitlines()[-1] == "12 problems; nothing was written"
