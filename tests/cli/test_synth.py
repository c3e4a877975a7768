"""``ocop synth``: files that `ocop score` reads, marked as synthetic all the way."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import ocop

LAW = ("--decision", "qd-781-2020")
MADE = ("synth", *LAW, "--products", 40, "--stars", "4=29,3=56", "--seed", 3)


def test_what_is_written_is_what_the_library_makes(run, tmp_path: Path) -> None:
    """The file reads back to the same sheets, the column synthetic with them, and scores."""
    path = tmp_path / "made.csv"
    done = run(*MADE, "--model", "incomplete=0.5", "-o", path)
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(
        "synthetic, nothing is real: 40 products in 26 groups of qd-781-2020, seed 3, written to "
    )
    assert "   asked stars 4: 34.1%, 3: 65.9%\n" in done.err
    model = ocop.PopulationModel(incomplete=0.5)
    made = ocop.synthesize("qd-781-2020", products=40, shares={4: 29, 3: 56}, model=model, rng=3)
    read = ocop.read_sheets(path, "qd-781-2020")
    assert len(read) == len(made.sheets)
    for sheets, own in zip(read, made.sheets, strict=True):
        assert sheets.products == own.products
        assert (sheets.answers == own.answers).all()
        assert dict(sheets.columns) == dict(own.columns) == {"synthetic": ("yes",) * len(own)}
    scored = run("score", path, *LAW)
    rows = list(csv.DictReader(io.StringIO(scored.out)))
    assert {row["synthetic"] for row in rows} == {"yes"}
    assert {row["star"] for row in rows} == {"3", "4"}
    long = tmp_path / "long.csv"
    long.write_text("product,criterion,answer,synthetic\nSYN-1,1.1,1,yes\n", encoding="utf-8")
    (sheets,) = ocop.read_sheets(long, "qd-781-2020", set=1)
    assert sheets.columns["synthetic"] == ("yes",)


@pytest.mark.parametrize("form", [".npz", ".parquet"])
def test_packed_files(run, tmp_path: Path, form: str) -> None:
    """Packed files hold the same, and keep the mark where other columns are left out."""
    path, places = tmp_path / f"made{form}", tmp_path / "places.csv"
    places.write_text("\ufeffprovince,commune\nA,Xã Một\n\nA,Xã Hai\n", encoding="utf-8")
    assert run(*MADE, "--places", places, "-o", path).code == 0
    batches = ocop.load_sheets(path)
    assert sum(map(len, batches)) == 40
    assert set(batches[0].columns) == {"synthetic", "province", "commune"}
    assert {c for b in batches for c in b.columns["commune"]} == {"Xã Một", "Xã Hai"}
    assert list(ocop.load_sheets(path, keep=["commune"])[0].columns) == ["synthetic", "commune"]
    done = run(*MADE, "-o", path, "--format", "csv")
    assert done.code == 2
    assert "no effect on a packed file" in done.err


def test_json_and_lines(run) -> None:
    """JSON says what it is, with seed, parameters and stars; lines have the answers by code."""
    found = json.loads(run(*MADE, "--format", "json").out)
    assert (found["synthetic"], found["seed"], found["decision"]) == (True, 3, "qd-781-2020")
    assert found["stars"][1]["asked"] == pytest.approx(29 / 85)
    assert found["parameters"]["1"]["spread"] == 1.0
    assert len(found["results"]) == 40
    lines = [json.loads(line) for line in run(*MADE, "--format", "ndjson").out.splitlines()]
    assert [line["answers"] for line in lines] == [r["answers"] for r in found["results"]]
    given = run("synth", "--products", 3, "--set", "tea", "--model", "findings=1", "--seed", 0,
                "--decision", "qd-26-2026", "--format", "ndjson")  # fmt: skip
    known = {e.finding.id for e in ocop.criteria_set("qd-26-2026", "tea").exclusions}
    assert {json.loads(line)["findings"] for line in given.out.splitlines()} <= known
    assert given.err == "synthetic, nothing is real: 3 products in 1 group of qd-26-2026, seed 0\n"


def test_the_table_shows_groups_in_80_columns(run) -> None:
    """A row a group, with the quality that was found and its stars."""
    done = run(*MADE, "--groups", "tea=0.5,functional-food-and-herbal-medicine=0.5",
               "--format", "table")  # fmt: skip
    assert max(map(len, done.out.splitlines())) <= 80
    assert done.out.splitlines()[0].split() == [
        "set", "name", "products", "mean", "spread", "★5", "★4", "★3", "★2", "★1", "excluded"
    ]  # fmt: skip
    assert [line.split()[0] for line in done.out.splitlines()[2:]] == ["12", "19"]
    done = run("synth", *LAW, "--products", 1, "--sectors", "tourism=1", "--format", "table")
    assert "1 product in 1 group of qd-781-2020, seed " in done.err
    assert "asked" not in done.err


def test_the_same_seed_gives_the_same_file(run) -> None:
    """And no seed a new one, which is told."""
    assert run(*MADE, "--format", "csv") == run(*MADE, "--format", "csv")
    fresh = [run("synth", *LAW, "--products", 1, "--format", "csv").err for _ in range(2)]
    assert fresh[0] != fresh[1]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--stars", "5"], 2, "--stars: found '5' in '5', not NAME=SHARE,..."),
        (["--stars", "5=1,5=2"], 2, "--stars: found '5' twice, not NAME=SHARE,..."),
        (["--stars", "x=1"], 1, "shares: found the star 'x', allowed are 1 to 5 [out-of-range]"),
        (["--stars", "5=x"], 1, "shares: 5: found 'x', allowed are numbers from 0 on"),
        (["--groups", "tea=x"], 1, "groups: tea: found 'x', allowed are numbers from 0 on"),
        (["--sectors", "tea=1"], 1, "sectors: found the sector 'tea', allowed are food"),
        (["--model", "lodding=1"], 1, "--model: found 'lodding', allowed are mean, spread"),
        (["--model", "loading=2"], 1, "loading: found 2, allowed are 0 to 1 [out-of-range]"),
        (["--places", "none.csv"], 1, "[cannot-read]"),
        (["--stars", "5=0.9,1=0.1", "--set", "1", "--model", "spread=0.02"], 1, "not-reached]"),
        (["--seed", "-1"], 2, "'--seed'"),
        (["-o", "made.xlsx"], 2, "Cannot write .xlsx"),
    ],
)
def test_wrong_usage(run, args: list[str], code: int, message: str) -> None:
    """Wrong options end with 2, wrong values with 1 and all problems; nothing is written."""
    done = run("synth", *LAW, "--products", 5, *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_places_that_cannot_be_read(run, tmp_path: Path) -> None:
    """Rows of another width are named by line; UTF-16, columns that stand twice, no rows."""
    path = tmp_path / "places.csv"
    given = ("synth", *LAW, "--products", 2, "--places", path)
    path.write_text("province,commune\nA,x\nB\n", encoding="utf-8")
    assert "places.csv:3: found 1 cells, allowed are 2 [wrong-width]" in run(*given).err
    path.write_text("province\nĐồng\n", encoding="utf-16")
    assert "[not-utf8]" in run(*given).err
    path.write_text("commune\n", encoding="utf-8")
    assert "places: found commune 0 values" in run(*given).err
    path.write_text("a,a\nx,y\n", encoding="utf-8")
    assert "places.csv:1:2: the column 'a' stands twice [duplicate-column]" in run(*given).err
    path.write_text("", encoding="utf-8")
    assert "[empty-file]" in run(*given).err
