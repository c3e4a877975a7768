"""Packed files: writing and reading sheets, and a pandas frame of the same answers as Parquet."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import field, frozen

import ocop
from contest import Row, Run, rounded, summary
from peers import own
from problem import Problem, problem


@frozen(kw_only=True)
class Form:
    """A way to keep sheets in a file, and the seconds that it took."""

    name: str
    file: str
    write: Callable[[Path], Any]
    read: Callable[[Path], Any]
    dumped: list[float] = field(factory=list)
    loaded: list[float] = field(factory=list)


def measure(run: Run) -> Row:
    """Measure all sizes."""
    sizes = [1_000, 10_000] if run.short else [10_000, 1_000_000]
    return {str(size): packing(run, problem(size), 3 if run.short else 5) for size in sizes}


def packing(run: Run, given: Problem, rounds: int) -> list[Row]:
    """Time writing and reading in turn; what comes back must be what was written."""
    forms = ways(run, given)
    with TemporaryDirectory() as name:
        for _ in range(rounds):
            for form in forms:
                path = Path(name) / form.file
                start = time.perf_counter()
                form.write(path)
                middle = time.perf_counter()
                back = form.read(path)
                form.loaded.append(time.perf_counter() - middle)
                form.dumped.append(middle - start)
                compare(run, form.name, given, back)
        sizes = [(Path(name) / form.file).stat().st_size for form in forms]
    rows = []
    for form, size in zip(forms, sizes, strict=True):
        row = {"name": form.name, "dump": summary(form.dumped), "load": summary(form.loaded)}
        rows.append(row | {"file_bytes": size, "bytes_per_sheet": rounded(size / len(given))})
        words = " ".join(f"{name} {row[name]['median'] * 1e3:.1f} ms" for name in ("dump", "load"))
        run.say(f"packed {len(given):,} sheets   {form.name:<20} {words}, {size / 1e6:.1f} MB")
    return rows


def ways(run: Run, given: Problem) -> list[Form]:
    """Return what can be compared with the libraries that are installed."""
    batch = own.sheets(given)

    def dump(path: Path) -> None:
        ocop.dump_sheets(batch, path)

    def load(path: Path) -> ocop.Sheets:
        (back,) = ocop.load_sheets(path)
        return back

    forms = [Form(name="ocop, .npz", file="a.npz", write=dump, read=load)]
    if find_spec("pyarrow") is None:
        run.lacks("pyarrow")
        return forms
    forms.append(Form(name="ocop, .parquet", file="a.parquet", write=dump, read=load))
    if find_spec("pandas") is not None:
        import pandas as pd

        columns = dict(zip(given.law.codes, given.columns, strict=True))
        frame = pd.DataFrame({"product": given.products, **columns, "findings": given.findings})
        plain = Form(
            name="pandas, .parquet", file="b.parquet", write=frame.to_parquet, read=pd.read_parquet
        )
        forms.append(plain)
    return forms


def compare(run: Run, name: str, given: Problem, back: Any) -> None:
    """Compare sheets that came back."""
    if isinstance(back, ocop.Sheets):
        expected = {"answers": given.columns.T, "findings": given.findings}
        found = {"answers": back.answers, "findings": back.findings}
        run.compare(f"{name}, {len(given):,} sheets", expected, found)
        if back.products != given.products:
            run.wrong.append(f"{name}, {len(given):,} sheets: products differ")
