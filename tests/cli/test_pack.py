"""`ocop pack`: from tables to packed files and between these, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ocop

Run = Callable[..., Any]
LAW = ("--decision", "qd-26-2026")
DURIAN = ("--decision", "qd-781-2020", "--set", "1")
FORMS = [".parquet", ".npz"]

form = pytest.mark.parametrize("form", FORMS)


def content(batches: tuple[ocop.Sheets, ...]) -> list[Any]:
    """Return all that batches hold, to compare."""
    return [
        (
            batch.criteria_set.digest,
            batch.products,
            batch.answers.tolist(),
            None if batch.findings is None else batch.findings.tolist(),
            batch.assessors,
            batch.columns,
            None if batch.rows is None else batch.rows.tolist(),
        )
        for batch in batches
    ]


@form
def test_a_table_is_packed(run: Run, province: Path, form: str, tmp_path: Path) -> None:
    """All sets of a table, with findings, rows and kept columns, are in the packed file."""
    path = tmp_path / f"tỉnh{form}"
    keep = ("name", "commune")
    done = run("pack", province, *LAW, "--keep", ",".join(keep), "-o", path)
    batches = ocop.read_sheets(province, "qd-26-2026", keep=keep)
    count = sum(map(len, batches))
    message = f"{count:,} sheets of {len(batches)} sets written to {path}\n"
    assert done == (0, "", message)
    assert content(ocop.load_sheets(path)) == content(batches)


@form
def test_a_table_from_standard_input(run: Run, durian: Path, form: str, tmp_path: Path) -> None:
    """A dash is standard input, as for the other commands."""
    path = tmp_path / f"a{form}"
    done = run("pack", "-", *DURIAN, "--output", path, stdin=durian.read_bytes())
    assert done == (0, "", f"1 sheet of 1 set written to {path}\n")
    assert ocop.load_sheets(path)[0].criteria_set.decision == "qd-781-2020"


@form
def test_a_packed_file_is_packed_again(run: Run, province: Path, form: str, tmp_path: Path) -> None:
    """From either format to the other, without naming the decision; the same file may be both."""
    other = FORMS[1 - FORMS.index(form)]
    first, second = tmp_path / f"a{form}", tmp_path / f"b{other}"
    assert run("pack", province, *LAW, "--keep", "name,commune", "-o", first).code == 0
    assert run("pack", first, "-o", second).code == 0
    assert content(ocop.load_sheets(second)) == content(ocop.load_sheets(first))
    before = first.read_bytes()
    assert run("pack", second, *LAW, "-o", first).code == 0
    assert first.read_bytes() == before


@form
def test_a_part_of_a_packed_file(run: Run, province: Path, form: str, tmp_path: Path) -> None:
    """A set and kept columns can be chosen; what the file does not have is told."""
    path, part = tmp_path / f"a{form}", tmp_path / "b.npz"
    run("pack", province, *LAW, "--keep", "name,commune", "-o", path)
    number = str(ocop.load_sheets(path)[1].criteria_set.number)
    done = run("pack", path, "--set", number, "--keep", "commune", "-o", part)
    assert done.code == 0
    expected = ocop.load_sheets(path, set=number, keep=["commune"])
    assert content(ocop.load_sheets(part)) == content(expected)
    assert list(expected[0].columns) == ["commune", "synthetic"]
    done = run("pack", path, "--set", "moon", "-o", part)
    assert (done.code, done.out) == (1, "")
    assert f"{path}: found no sheets of set 'moon', the file has " in done.err
    assert done.err.endswith("[unknown-set]\n1 problem; nothing was written\n")


@form
def test_another_decision_than_that_of_the_file(
    run: Run, durian: Path, form: str, tmp_path: Path
) -> None:
    """The file says its decision; naming another one is an error, and nothing is written."""
    path, other = tmp_path / f"a{form}", tmp_path / "b.npz"
    run("pack", durian, *DURIAN, "-o", path)
    done = run("pack", path, *LAW, "-o", other)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"{path}: the file is of the decision 'qd-781-2020', found 'qd-26-2026'; name no other "
        "decision; ocop translate reads sheets under a later one [decision-differs]\n"
        "1 problem; nothing was written\n"
    )
    assert not other.exists()


def test_sheets_with_problems_are_not_packed(
    run: Run, tea_file: Callable[..., Path], tmp_path: Path
) -> None:
    """Every problem of the table is told, and the file before it stays."""
    path = tmp_path / "a.npz"
    path.write_bytes(b"before")
    done = run("pack", tea_file(["chè-1", "x"]), *LAW, "--set", "tea", "-o", path)
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith("32 problems; nothing was written\n")
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-o", "a.csv"), "Cannot write a.csv; allowed are .parquet and .npz."),
        (("-o", "a"), "Cannot write a; allowed are .parquet and .npz."),
        ((), "Missing option '--output'"),
    ],
)
def test_wrong_usage(run: Run, durian: Path, args: tuple[str, ...], said: str) -> None:
    """A name without a known ending, or no name, is wrong usage, told before anything is read."""
    done = run("pack", durian, *DURIAN, *args)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_folder_that_is_not_there(run: Run, durian: Path, tmp_path: Path) -> None:
    """Where the file cannot be written, that is told in one line."""
    path = tmp_path / "no" / "a.npz"
    done = run("pack", durian, *DURIAN, "-o", path)
    assert done == (1, "", f"error: cannot write {path}: No such file or directory\n")


def test_without_pyarrow(
    run: Run, durian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the message names it, and the format that needs none."""
    for name in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    path = tmp_path / "a.parquet"
    done = run("pack", durian, *DURIAN, "-o", path)
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"{path}: Parquet files need the extra 'arrow'; pip install \"ocop[arrow]\", or use a file "
        "that ends in .npz [missing-extra]\n1 problem; nothing was written\n"
    )
    assert run("pack", durian, *DURIAN, "-o", tmp_path / "a.npz").code == 0
