"""The README stays true: its commands, its Python and its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ocop

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[str]:
    """Yield the README's code blocks of one language."""
    for match in re.finditer(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        yield match.group(1)


def test_the_first_shell_block_is_two_commands() -> None:
    """One command runs the main job, one passes the tests."""
    first = next(blocks("sh")).splitlines()
    assert len(first) == 2
    assert "ocop demo" in first[0]
    assert "nox -s tests" in first[1]


def test_the_python_blocks_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five lines go from a file to a ranking, five more from a frame to a frame and a picture."""
    monkeypatch.chdir(ROOT)
    known: dict[str, Any] = {}
    first, second = blocks("python")
    exec(compile(first, "README.md", "exec"), known)
    assert capsys.readouterr().out.startswith("[{'rank': 1, 'product': ")
    exec(compile(second, "README.md", "exec"), known)
    ranked = known["ranked"]
    assert type(ranked).__module__.startswith("polars")
    assert ranked["product"].to_list() == list(known["ranking"].products)
    assert {"commune", "name"} <= set(ranked.columns)
    assert known["picture"].has_data()


def test_the_figures_of_the_example_province() -> None:
    """How many products have 70 points, and how many of them miss a floor."""
    path = ROOT / "examples" / "province-made-up.csv"
    batches = ocop.read_sheets(path, "qd-26-2026", keep=["name", "commune"])
    scores = [ocop.score(batch) for batch in batches]
    total, band, star = (
        np.concatenate([getattr(s, name) for s in scores]) for name in ("total", "band", "star")
    )
    enough = (total >= 70) & (star > 0)
    text = " ".join(README.split())
    assert f"(made up, {len(total)} products)" in text
    assert f"{enough.sum()} products that are not excluded have 70 points or more" in text
    assert f"{(enough & (star < band)).sum()} of them miss a marked minimum" in text


@pytest.mark.parametrize("name", ["qd-26-2026", "qd-148-2023", "qd-781-2020"])
def test_the_counts_of_the_decisions(name: str) -> None:
    """The table of what is modelled agrees with the data."""
    law = ocop.decision(name)
    items = [item for criteria_set in law.sets.values() for item in criteria_set.items]
    options = [option for item in items for option in item.criterion.options]
    marks = sum(option.mark is not None for option in options)
    distinct = len({item.criterion.id for item in items})
    size = f"all {len(law.sets)} sets: {len(items)} places of {distinct} distinct criteria, "
    assert size + f"{len(options):,} options" in README
    assert not marks or f"{len(options):,} options, {marks} star marks" in README
