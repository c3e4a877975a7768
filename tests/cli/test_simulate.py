"""``ocop simulate``: scenarios of levers, reforms and draws, in all formats."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import ocop

EXAMPLES = Path(__file__).parents[2] / "examples"
LEVERS, QUALITY = EXAMPLES / "levers.yaml", EXAMPLES / "reform-quality-first.yaml"
BASE = Path(__file__).parents[1] / "law" / "base_decision"
STARS = ("5", "4", "3", "2", "1", "excluded")
KEEP = ("--keep", "name,commune")


def rows_of(done: Any) -> list[dict[str, str]]:
    assert done.code == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


def counts(row: dict[str, Any]) -> list[int]:
    return [int(row[name]) for name in STARS]


@pytest.fixture(scope="session")
def sheets(province: Path) -> tuple[ocop.Sheets, ...]:
    """Return the sheets of the made-up province."""
    return ocop.read_sheets(province, "qd-26-2026", keep=["name", "commune"])


def test_levers(run: Any, province: Path, sheets: tuple[ocop.Sheets, ...]) -> None:
    """Every combination, few moved, a sample, the best: as the library counts them."""
    levers = ocop.load_levers(LEVERS)
    cases: list[tuple[tuple[Any, ...], ocop.Choices]] = [
        ((), levers.every()),
        (("--all",), levers.every()),
        (("--most", 1), levers.at_most(1)),
        (("--sample", 7, "--seed", 0), levers.sample(7, rng=0)),
    ]
    for options, choices in cases:
        found = ocop.sweep(sheets, choices)
        done = run("simulate", province, *KEEP, "--levers", LEVERS, *options)
        rows = rows_of(done)
        assert [counts(row) for row in rows] == found.star_counts[:, ::-1].tolist()
        assert [row["quality"] for row in rows] == [r["quality"] for r in found.rows()]
        assert list(rows[0]) == ["scenario", *levers.names, *STARS]
        seed = ", seed 0" if "--seed" in options else ""
        assert done.err == (
            f"{len(found)} scenarios, 480 products{seed}\n"
            "the law as it is: 5: 16, 4: 91, 3: 251, 2: 107, 1: 6, excluded: 9\n"
        )
    every = ocop.sweep(sheets, levers.every())
    best = rows_of(run("simulate", province, *KEEP, "--levers", LEVERS, "--best", 3, "--star", 5))
    assert [int(row["scenario"]) for row in best] == every.best(5, 3).tolist()


def test_draws_by_product(run: Any, province: Path, sheets: tuple[ocop.Sheets, ...]) -> None:
    """Chances and ranges of ranks, with the columns of the file; the same for the same seed."""
    options = ("--draws", 20, "--points", 1, "--thresholds", 2, "--seed", 0)
    done = run("simulate", province, *KEEP, *options, "--by-product", "--ranks")
    rows = rows_of(done)
    draws = ocop.Draws(scenarios=20, points=1, thresholds=2, rng=0)
    found = ocop.sweep(sheets, draws, ranks=True)
    assert [row["product"] for row in rows] == list(found.products)
    assert found.ranks is not None
    for row, chance, rank in zip(rows, found.chance, found.ranks.lowest, strict=True):
        assert [float(row[name]) for name in STARS] == chance[::-1].tolist()
        assert int(row["rank_lowest"]) == rank
    assert list(rows[0])[:4] == ["product", "set", "name", "commune"]
    assert done == run("simulate", province, *KEEP, *options, "--by-product", "--ranks")
    counted = rows_of(run("simulate", province, *KEEP, *options))
    assert [counts(row) for row in counted] == found.star_counts[:, ::-1].tolist()
    fresh = [run("simulate", province, *KEEP, "--draws", 1, "--points", 1).err for _ in range(2)]
    assert fresh[0] != fresh[1]


def test_reforms(run: Any, province: Path, tmp_path: Path) -> None:
    """A row a reform, named by its id; what sheets cannot say is told."""
    gone = tmp_path / "gone.yaml"
    gone.write_text(
        'format: "ocop-reform/1"\nid: "gone"\ntitle: {vi: "Bỏ", en: "Gone"}\n'
        'edits: [{drop_option: {criterion: "1.2", option: 1}}]\n',
        encoding="utf-8",
    )
    done = run("simulate", province, *KEEP, "--reform", QUALITY, "--reform", gone)
    rows = rows_of(done)
    assert [row["reform"] for row in rows] == ["quality-first", "gone"]
    assert counts(rows[0]) == [13, 94, 249, 108, 7, 9]
    assert ", counted as not assessed" in done.err
    alone = run("simulate", province, *KEEP, "--reform", gone, "--decision", "qd-26-2026")
    assert counts(rows_of(alone)[0]) == counts(rows[1])
    assert alone.err.startswith("1 scenario, 480 products\n")
    bad = Path(__file__).parents[1] / "bad" / "reforms"
    done = run("simulate", province, "--reform", bad / "collisions.yaml", "--reform",
               bad / "unknown-names.yaml", "--decision", BASE)  # fmt: skip
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "17 problems; nothing was written"


def test_formats(run: Any, province: Path, tmp_path: Path) -> None:
    """JSON says law, seed and baseline above the rows; tables fit; files are written whole."""
    given = ("simulate", province, *KEEP, "--levers", LEVERS, "--sample", 60, "--seed", 0)
    found = json.loads(run(*given, "--format", "json").out)
    assert (found["schema"], found["decision"], found["seed"]) == (1, "qd-26-2026", 0)
    assert (found["scenarios"], found["products"]) == (60, 480)
    assert found["baseline"] == dict(zip(STARS, (16, 91, 251, 107, 6, 9), strict=True))
    assert len(found["results"]) == 60
    lines = [json.loads(line) for line in run(*given, "--format", "ndjson").out.splitlines()]
    assert [line.pop("decision") for line in lines] == ["qd-26-2026"] * 60
    assert {(line.pop("ocop"), line.pop("seed")) for line in lines} == {(ocop.__version__, 0)}
    assert lines == found["results"]
    by_product = run(*given, "--format", "ndjson", "--by-product").out.splitlines()
    assert json.loads(by_product[0])["digest"].startswith("sha256:")
    table = run(*given, "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    assert table.splitlines()[0].split() == ["scenario", "levels", *STARS]
    assert table.splitlines()[-1].startswith("... and 10 more")
    table = run(*given, "--format", "table", "--by-product", "--ranks").out
    assert max(map(len, table.splitlines())) <= 80
    assert "%" in table
    assert " to " in table
    path = tmp_path / "found.csv"
    done = run(*given, "-o", path)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"60 scenarios, 480 products, seed 0, written to {path}\n")
    assert path.read_text("utf-8") == run(*given, "--format", "csv").out


def test_packed_sheets_and_own_decisions(run: Any, province: Path, tmp_path: Path) -> None:
    """A packed file is as good as its source; levers find the decision beside their file."""
    packed = tmp_path / "sheets.npz"
    assert run("pack", province, *KEEP, "-o", packed, "--decision", "qd-26-2026").code == 0
    options = ("--draws", 5, "--points", 1, "--seed", 0)
    first = run("simulate", packed, *options)
    assert first.out == run("simulate", province, *KEEP, *options, "--decision", "qd-26-2026").out
    (tmp_path / "qd-99-2030").symlink_to(BASE)
    levers = tmp_path / "levers.yaml"
    levers.write_text(
        'format: "ocop-levers/1"\ndecision: "qd-99-2030"\n'
        "levers: [{name: five, threshold: {star: 5, values: [85, 90]}}]\n",
        encoding="utf-8",
    )
    sheets = tmp_path / "sheets.csv"
    sheets.write_text("product,1.1,2,5.1,5.2,6.1.1,6.1.2\na,3,2,2,2,2,2\n", encoding="utf-8")
    rows = rows_of(run("simulate", sheets, "--set", "tea", "--levers", levers))
    assert [counts(row)[0] for row in rows] == [1, 1]
    other = run("simulate", packed, "--levers", levers)
    assert (other.code, other.out) == (1, "")


def test_a_checkpoint(run: Any, province: Path, tmp_path: Path) -> None:
    """The same call goes on from its file; another one is refused, and nothing is written."""
    path, output = tmp_path / "kept.npz", tmp_path / "found.csv"
    given = ("simulate", province, *KEEP, "--levers", LEVERS, "--checkpoint", path)
    first = run(*given)
    assert path.exists()
    assert run(*given) == first
    other = run(*given, "--most", 1, "-o", output)
    assert (other.code, other.out) == (1, "")
    assert "[other-checkpoint]" in other.err
    assert not output.exists()


def test_progress_on_a_terminal_only(
    run: Any, province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bar where people look at it."""
    given = ("simulate", province, *KEEP, "--draws", 3, "--points", 1, "--seed", 0)
    plain = run(*given)
    assert "scenarios  [" not in plain.err
    monkeypatch.setattr(sys.stderr.__class__, "isatty", lambda _: True, raising=False)
    shown = run(*given, "--format", "csv")
    assert "scenarios" in shown.err
    assert shown.out == plain.out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "scenarios: give one of --levers, --reform, --draws."),
        (["--draws", "2", "--reform", QUALITY], "scenarios: give one of"),
        (["--draws", "2", "--sample", "3"], "--sample has no effect without --levers."),
        (["--reform", QUALITY, "--points", "1"], "--points has no effect without --draws."),
        (["--levers", LEVERS, "--seed", "0"], "--seed has no effect without --sample or --draws."),
        (["--levers", LEVERS, "--most", "1", "--sample", "3"], "choose one of --all, --sample"),
        (["--draws", "2", "--ranks"], "--ranks has no effect without --by-product."),
        (["--draws", "2", "--best", "1", "--by-product"], "--best lists scenarios; leave out"),
        (["--draws", "0"], "'--draws'"),
        (["--levers", "none.yaml"], "'--levers'"),
        (["--draws", "1", "-o", "made.xlsx"], "Cannot write .xlsx"),
    ],
)
def test_wrong_usage(run: Any, province: Path, args: list[Any], message: str) -> None:
    """Options that do not fit together end with 2."""
    done = run("simulate", province, *KEEP, *args)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_broken_input(run: Any, province: Path, tmp_path: Path) -> None:
    """Problems of any file end with 1 and are all listed."""
    levers = tmp_path / "levers.yaml"
    levers.write_text(
        'format: "ocop-levers/1"\ndecision: "qd-26-2026"\nlevers:\n'
        "  - {name: a, points: {criterion: '1.22', option: 3, values: [2, 300]}}\n"
        "  - {name: a, threshold: {star: 5, values: [60]}}\n",
        encoding="utf-8",
    )
    done = run("simulate", province, *KEEP, "--levers", levers)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "4 problems; nothing was written"
    assert f"{levers}:4:66: levers[0].points.values[1]: found 300" in done.err
    done = run("simulate", province, *KEEP, "--draws", 1, "--thresholds", 40)
    assert (done.code, done.out) == (1, "")
    assert "thresholds: found 40, allowed are 0 to 9" in done.err
    assert run("simulate", tmp_path / "none.csv", "--draws", 1).code == 1
