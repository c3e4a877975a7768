"""``ocop sensitivity``: what the library finds, for each method and format; what is refused."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ocop

LEVERS = """\
format: "ocop-levers/1"
decision: "qd-26-2026"
levers:
  - {name: "4 stars from", threshold: {star: 4, values: [65, 70, 75]}}
  - {name: "5 stars from", threshold: {star: 5, values: [85, 90]}}
  - {name: "floors", floors_off: {}}
"""
KEEP = ("--keep", "name,commune")


@pytest.fixture
def levers_file(tmp_path: Path) -> Path:
    """Return a file of levers."""
    path = tmp_path / "levers.yaml"
    path.write_text(LEVERS, encoding="utf-8")
    return path


@pytest.fixture
def ask(run: Any, province: Path, levers_file: Path) -> Callable[..., Any]:
    """Return a function that asks for the sensitivity of the made-up province."""
    return lambda *more: run("sensitivity", province, "--levers", levers_file, *KEEP, *more)


@pytest.fixture
def known(province_scores: Any, levers_file: Path) -> Any:
    """Return the levers, and the outcome that the library makes of them and the province."""
    levers = ocop.load_levers(levers_file)
    sheets = [scores.sheets for scores in province_scores]
    return levers, ocop.star_outcome(sheets, levers, star=3, share=True)


def test_a_tornado_from_the_law(ask: Any, province_scores: Any) -> None:
    """Without more it is a tornado of the products with 4 stars, in each format."""
    base = sum(int((scores.star >= 4).sum()) for scores in province_scores)
    done = ask()
    assert done.code == 0
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["lever"] for row in rows] == ["floors", "4 stars from", "5 stars from"]
    assert (rows[0]["lowest"], rows[0]["lowest_at"], rows[0]["highest_at"]) == (
        f"{base:.1f}", "on", "off",
    )  # fmt: skip
    told = json.loads(ask("--format", "json").out)
    assert (told["method"], told["star"], told["share"], told["products"]) == (
        "tornado", 4, False, 480,
    )  # fmt: skip
    assert (told["base_outcome"], told["status"]) == (base, "computed")
    assert [row["swing"] for row in told["levers"]] == [float(row["swing"]) for row in rows]
    assert ask("--fast", "--format", "json").out == ask("--format", "json").out
    shown = ask("--format", "table").out
    assert shown.startswith("number of 480 products with 4 stars or more\nbase outcome ")
    assert shown.endswith("without effect: 5 stars from\n")
    assert max(map(len, shown.splitlines())) <= 80


def test_sobol_indices(ask: Any, known: Any) -> None:
    """Few combinations are taken all; with samples the seed gives the library's estimates."""
    levers, outcome = known
    asked = ("--method", "sobol", "--star", 3, "--share", "--format", "json")
    exact = ocop.sobol(outcome, levers.names, levers.sizes, samples=None)
    told = json.loads(ask(*asked).out)
    assert told["levers"] == exact.rows()
    assert (told["samples"], told["seed"], told["evaluations"]) == (None, None, 12)
    estimated = ocop.sobol(outcome, levers.names, levers.sizes, samples=64, rng=0)
    told = json.loads(ask(*asked, "--samples", 64, "--seed", 0).out)
    assert told["levers"] == estimated.rows()
    assert (told["samples"], told["seed"], told["variance"]) == (64, 0, estimated.variance)


def test_pawn_indices(ask: Any, known: Any) -> None:
    """With a seed they are those of the library."""
    levers, outcome = known
    found = ocop.pawn(outcome, levers.names, levers.sizes, labels=levers.labels, samples=300, rng=0)
    asked = ("--method", "pawn", "--star", 3, "--share", "--samples", 300, "--seed", 0)
    told = json.loads(ask(*asked, "--format", "json").out)
    assert told["levers"] == found.rows()
    assert (told["samples"], told["dummies"], told["seed"]) == (300, 200, 0)
    shown = ask(*asked, "--format", "table").out
    assert shown == "share of 480 products with 3 stars or more\n" + found.text()


def test_packed_sheets_and_one_set(
    ask: Any, run: Any, province: Path, levers_file: Path, tmp_path: Path
) -> None:
    """Packed files give the same; one set counts its own products."""
    packed = tmp_path / "province.npz"
    assert run("pack", province, "--decision", "qd-26-2026", "-o", packed, *KEEP).code == 0
    assert run("sensitivity", packed, "--levers", levers_file).out == ask().out
    one = run("sensitivity", packed, "--levers", levers_file, "--set", "tea", "--format", "json")
    assert list(json.loads(one.out)["digests"]) == ["11"]


def test_wrong_usage(ask: Any, run: Any, province: Path) -> None:
    """Options that would have no effect, and a file that is not there, end with 2."""
    for option in ("--samples", "--seed"):
        done = ask(option, 8)
        assert (done.code, done.out) == (2, "")
        assert "--samples and --seed have no effect on --method tornado." in done.err
    assert ask("--star", 6).code == 2
    assert run("sensitivity", province, "--levers", "none.yaml").code == 2
    assert run("sensitivity", province).code == 2


def test_problems_of_the_input(ask: Any, levers_file: Path, replace: Any) -> None:
    """Problems of levers have places and end with 1; so do samples that are no power of 2."""
    done = ask("--method", "sobol", "--samples", 1000)
    assert (done.code, done.out) == (1, "")
    assert "samples: found 1000, allowed are powers of 2, such as 512 or 1024" in done.err
    replace(levers_file, "values: [85, 90]", "values: [85, 89]")
    done = ask()
    assert done.code == 1
    assert "no level of '5 stars from' leaves the law as it is" in done.err
    assert ask("--method", "sobol").code == 0
    replace(levers_file, "star: 4", "star: 9")
    done = ask()
    assert (done.code, done.out) == (1, "")
    assert "levers.yaml:4:" in done.err


def test_a_missing_extra_is_named(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Estimates need scipy; all combinations do not."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    assert ask("--method", "sobol").code == 0
    done = ask("--method", "sobol", "--samples", 64)
    assert (done.code, done.out) == (1, "")
    assert 'pip install "ocop[analysis]" [missing-extra]' in done.err
