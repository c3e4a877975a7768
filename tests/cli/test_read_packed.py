"""The commands on packed files: the same results as on the tables that they were made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import ocop

Run = Callable[..., Any]
LAW = ("--decision", "qd-26-2026")
KEEP = ("--keep", "name,commune")
FORMS = [".parquet", ".npz"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "args",
    [
        ("score",),
        ("rank", "--within", "commune"),
        ("rank", "--top", "7", "--format", "json"),
        ("explain", "--by", "commune"),
        ("upgrade",),
        ("translate", "--to", "qd-148-2023"),
    ],
    ids=lambda args: args[0],
)
def test_the_same_results(
    run: Run, province: Path, form: str, args: tuple[str, ...], tmp_path: Path
) -> None:
    """A packed file needs neither --decision nor --keep, and gives what its table gives."""
    path = tmp_path / f"tỉnh{form}"
    assert run("pack", province, *LAW, *KEEP, "-o", path).code == 0
    command, *options = args
    assert run(command, path, *options) == run(command, province, *LAW, *KEEP, *options)


@pytest.mark.parametrize("form", FORMS)
def test_sheets_without_a_place_in_a_file(
    run: Run, province: Path, form: str, tmp_path: Path
) -> None:
    """Sheets that were never in a table come in the order in which they were packed."""
    batches = ocop.read_sheets(province, "qd-26-2026", keep=("name", "commune"))
    path = tmp_path / f"a{form}"
    ocop.dump_sheets([attrs.evolve(batch, rows=None) for batch in batches], path)
    done = run("score", path)
    products = [product for batch in batches for product in batch.products]
    assert [line.split(",")[0] for line in done.out.splitlines()[1:]] == products
    assert run("upgrade", path).code == 0


@pytest.mark.parametrize("form", FORMS)
def test_options_on_a_packed_file(run: Run, province: Path, form: str, tmp_path: Path) -> None:
    """A set and kept columns are chosen; a decision other than the file's is an error."""
    path = tmp_path / f"a{form}"
    run("pack", province, *LAW, *KEEP, "-o", path)
    done = run("score", path, "--set", "tea", "--keep", "commune")
    header, *rows = done.out.splitlines()
    assert header.startswith("product,set,commune,synthetic,A,")
    assert {row.split(",")[1] for row in rows} == {"11"}
    done = run("score", path, "--decision", "qd-148-2023")
    assert (done.code, done.out) == (1, "")
    assert "[decision-differs]" in done.err
