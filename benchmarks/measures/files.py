"""CSV files: reading wide and long form, and CSV to ranked CSV by the command line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

import ocop
from contest import Contestant, Row, Run, race, summary, warm_up
from problem import UNANSWERED, Problem, problem
from wording import OWN, OWN_FAST, PANDAS, PANDAS_LONG

ROUNDS = {10_000: 5, 100_000: 5, 1_000_000: 3}
COMMAND_LINE = """
import json, re, sys
from pathlib import Path
from ocop.cli.main import cli
law = ["--decision", "qd-26-2026", "--set", "tea"]
cli(["rank", sys.argv[1], *law, "-o", sys.argv[2]], standalone_mode=False)
# The mark of this process alone; ru_maxrss would count the parent's pages too.
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else None
print(json.dumps(int(peak[1]) * 1024 if peak else None))
"""


def measure(run: Run) -> Row:
    """Measure all sizes."""
    sizes = [1_000, 10_000] if run.short else [10_000, 100_000, 1_000_000]
    long_sizes = sizes[:2]
    figures: Row = {"wide": {}, "long": {}, "command_line": {}}
    with TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            given = problem(size)
            wide = folder / "wide.csv"
            write_wide(given, wide)
            figures["wide"][str(size)] = reading(run, given, wide, wide_readers())
            figures["command_line"][str(size)] = ranking(run, wide, folder / "ranked.csv", size)
            if size in long_sizes:
                long = folder / "long.csv"
                write_long(given, long)
                figures["long"][str(size)] = reading(run, given, long, long_readers(given))
    return figures


def write_wide(given: Problem, path: Path) -> None:
    """Write one row per product, one column per criterion."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(["product", *given.law.codes]) + "\n")
        for name, row in zip(given.products, texts(given), strict=True):
            stream.write(f"{name},{','.join(row)}\n")


def write_long(given: Problem, path: Path) -> None:
    """Write one row per product and criterion."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("product,criterion,answer\n")
        for name, row in zip(given.products, texts(given), strict=True):
            pairs = zip(given.law.codes, row, strict=True)
            stream.write("".join(f"{name},{code},{answer}\n" for code, answer in pairs))


def texts(given: Problem) -> list[list[str]]:
    """Return the answers as they stand in a file: empty where not assessed."""
    cells = np.array([*map(str, range(UNANSWERED)), ""], dtype=object)
    rows: list[list[str]] = cells[given.columns.T].tolist()
    return rows


def read_own(path: Path) -> NDArray[np.uint8]:
    """Read with all checks."""
    (batch,) = ocop.read_sheets(path, "qd-26-2026", set="tea")
    return batch.answers


def read_fast(path: Path) -> NDArray[np.uint8]:
    """Read with all checks, by compiled loops."""
    (batch,) = ocop.read_sheets(path, "qd-26-2026", set="tea", fast=True)
    return batch.answers


def own_readers() -> dict[str, Callable[[Path], Any]]:
    """Return ocop's ways to read either form."""
    readers: dict[str, Callable[[Path], Any]] = {OWN: read_own}
    if find_spec("numba") is not None:
        readers[OWN_FAST] = read_fast
    return readers


def wide_readers() -> dict[str, Callable[[Path], Any]]:
    """Return what reads the wide form."""
    readers = own_readers()
    if find_spec("pandas") is not None:
        import pandas as pd

        readers[PANDAS] = lambda path: pd.read_csv(path).iloc[:, 1:]
    return readers


def long_readers(given: Problem) -> dict[str, Callable[[Path], Any]]:
    """Return what reads the long form."""
    readers = own_readers()
    if find_spec("pandas") is not None:
        import pandas as pd

        def read(path: Path) -> Any:
            return pd.read_csv(path, dtype={"criterion": str})

        def pivot(path: Path) -> Any:
            wide = read(path).pivot(index="product", columns="criterion", values="answer")
            return wide.loc[list(given.products), list(given.law.codes)]

        readers[PANDAS_LONG] = read
        readers["pandas.read_csv and pivot, no checks"] = pivot
    return readers


def reading(run: Run, given: Problem, path: Path, readers: dict[str, Callable[[Path], Any]]) -> Row:
    """Time reading one file in turn; what comes out as a matrix must be the answers."""

    def check(contestant: Contestant, found: dict[str, NDArray[Any]]) -> None:
        table = found["table"]
        if table.shape == given.columns.T.shape:
            answers = np.where(np.isnan(table), UNANSWERED, table)
            where = f"{contestant.name}, {path.name}, {len(given):,} sheets"
            run.compare(where, {"answers": given.columns.T}, {"answers": answers})

    contestants = [
        Contestant(name=name, prepare=lambda _: path, run=read, read=_as_table)
        for name, read in readers.items()
    ]
    warm_up(contestants, None)
    times = race(contestants, dict.fromkeys(readers), 3 if run.short else ROUNDS[len(given)], check)
    rows = [{"name": name, "seconds": summary(values)} for name, values in times.items()]
    for row in rows:
        run.say(f"{path.name} {len(given):,} sheets   {row['name']:<40} {_ms(row)}")
    return {"file_bytes": path.stat().st_size, "rows": rows}


def _as_table(found: Any) -> dict[str, NDArray[Any]]:
    return {"table": np.asarray(found)}


def _ms(row: Row) -> str:
    return f"{row['seconds']['median'] * 1e3:10.2f} ms"


def ranking(run: Run, source: Path, target: Path, count: int) -> Row:
    """Time the command line from a CSV file to a ranked CSV file, in a process of its own."""
    command = [sys.executable, "-c", COMMAND_LINE, str(source), str(target)]
    times = []
    peak = None
    for _ in range(1 if run.short else 3):
        start = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        times.append(time.perf_counter() - start)
        peak = json.loads(done.stdout.splitlines()[-1])
    with target.open(encoding="utf-8") as stream:
        written = sum(1 for _ in stream) - 1
    if written != count:
        run.wrong.append(f"ocop rank: {written:,} rows written, expected {count:,}")
    row = {"seconds": summary(times), "peak_bytes": peak, "file_bytes": source.stat().st_size}
    run.say(f"CSV to ranked CSV {count:,} sheets   {_ms(row)}   peak {(peak or 0) / 1e6:.0f} MB")
    return row
