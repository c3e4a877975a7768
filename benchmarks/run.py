"""Measure scoring and the road from a CSV file to a ranked CSV file; print times and ratios.

Usage: python benchmarks/run.py [--short] [--json FILE]

Everything is compared within one run, in turn, and reported as medians: machines differ, ratios
carry over. Exit code 1 only where results differ, never for time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
from numpy.typing import NDArray

import ocop
from ocop import programme

CHILD = """
import re, sys
from pathlib import Path
from ocop.cli.main import cli
law = ["--decision", "qd-26-2026", "--set", "tea"]
cli(["rank", sys.argv[1], *law, "-o", sys.argv[2]], standalone_mode=False)
# The high-water mark of this process alone; ru_maxrss would count the parent's pages too.
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else None
print(int(peak[1]) * 1024 if peak else 0)
"""


def main() -> int:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    tea = ocop.criteria_set("qd-26-2026", "tea")
    sizes = [1_000, 10_000] if options.short else [10_000, 100_000, 1_000_000]
    print(f"{len(tea.items)} criteria (26/2026, set {tea.number}); medians of interleaved rounds\n")
    figures = {
        "scoring": [scoring(tea, size, 3 if options.short else 7) for size in sizes],
        "files": [csv_to_ranked_csv(tea, size) for size in sizes],
        "translating": [translating(size, 3) for size in sizes[:2]],
        "counting": counting(20_000),
        "loading": loading(),
        "import": import_time(),
        "machine": {"python": sys.version.split()[0], "numpy": np.__version__,
                    "pandas": pd.__version__, "cores": psutil.cpu_count()},
    }  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    wrong = [row for row in figures["scoring"] if not row["equal"]]
    return 1 if wrong else 0


def sheets(tea: ocop.CriteriaSet, count: int) -> NDArray[np.uint8]:
    """Return made-up answers, mostly good, some none, some unanswered."""
    rng = np.random.default_rng(0)
    columns = []
    for item in tea.items:
        options = len(item.criterion.options)
        answer = ((rng.random(count) ** 0.35) * (options + 1)).astype(np.uint8)
        answer[rng.random(count) < 0.002] = ocop.UNANSWERED
        columns.append(answer)
    return np.array(columns).T


def scoring(tea: ocop.CriteriaSet, count: int, rounds: int) -> dict[str, Any]:
    """Compare scoring in memory with pandas doing the same work."""
    answers = sheets(tea, count)
    names = [f"P{n:07d}" for n in range(count)]
    batch = ocop.Sheets(criteria_set=tea, products=names, answers=answers)
    frame = pd.DataFrame({code: answers[:, i] for i, code in enumerate(tea.codes)})
    times: dict[str, list[float]] = {"ocop": [], "pandas": []}
    for _ in range(rounds):
        ours = timed(lambda: ocop.score(batch), times["ocop"])
        theirs = timed(lambda: with_pandas(tea, frame), times["pandas"])
    equal = bool((ours.total == theirs["total"]).all() and (ours.star == theirs["star"]).all())
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["pandas"] / medians["ocop"]
    print(
        f"score {count:>9,} sheets   ocop {medians['ocop'] * 1e3:9.2f} ms   "
        f"pandas {medians['pandas'] * 1e3:9.2f} ms   ratio {ratio:5.1f}   "
        f"{'equal' if equal else 'DIFFERENT'}"
    )
    spread = {name: [min(values), max(values)] for name, values in times.items()}
    return {"sheets": count, "seconds": medians, "spread": spread, "ratio": ratio, "equal": equal}


def timed(work: Callable[[], Any], into: list[float]) -> Any:
    """Run `work`, append its seconds, return its result."""
    start = time.perf_counter()
    result = work()
    into.append(time.perf_counter() - start)
    return result


def with_pandas(tea: ocop.CriteriaSet, frame: pd.DataFrame) -> pd.DataFrame:
    """Score as one would with pandas: map options to points, sum by part, band, floors, star."""
    points = pd.DataFrame(
        {
            item.code: frame[item.code].map(
                {ocop.UNANSWERED: 0, 0: 0}
                | {n: o.points for n, o in enumerate(item.criterion.options, 1)}
            )
            for item in tea.items
        }
    )
    for need in tea.rules.needs:
        points.loc[points[need.other] == 0, need.item] = 0
    result = pd.DataFrame(
        {part.code: points[[item.code for item in part.items]].sum(axis=1) for part in tea.parts}
    )
    result["total"] = result.sum(axis=1)
    result["band"] = np.select([result["total"] >= b.at_least for b in tea.bands], [5, 4, 3, 2, 1])
    star = result["band"].clip(upper=2)
    for level in (3, 4, 5):
        met = result["band"] >= level
        for item in tea.items:
            if item.criterion.floor(level):
                met &= points[item.code] >= item.criterion.floor(level)
        star = star.mask(met, level)
    result["star"] = star
    return result


def csv_to_ranked_csv(tea: ocop.CriteriaSet, count: int) -> dict[str, Any]:
    """Time the command line from a CSV file to a ranked CSV file, in a process of its own."""
    answers = sheets(tea, count)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "sheets.csv", Path(folder) / "ranked.csv"
        table = pd.DataFrame(answers.astype(object), columns=list(tea.codes))
        table = table.mask(table == ocop.UNANSWERED, "")
        table.insert(0, "product", [f"P{n:07d}" for n in range(count)])
        table.to_csv(source, index=False)
        size = source.stat().st_size
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(source), str(target)],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - start
        peak = int(done.stdout.split()[-1])
        with target.open(encoding="utf-8") as stream:
            written = sum(1 for _ in stream) - 1
    assert written == count, f"{written} rows written, expected {count}"
    print(
        f"CSV to ranked CSV {count:>9,} sheets ({size / 1e6:6.1f} MB)   {seconds:6.2f} s   "
        f"{seconds / count * 1e6:6.1f} us a sheet   peak {peak / 1e6:6.0f} MB"
    )
    return {"sheets": count, "seconds": seconds, "peak_bytes": peak, "file_bytes": size}


def translating(count: int, rounds: int) -> dict[str, Any]:
    """Time reading sheets of 148/2023 under 26/2026 against scoring them under 148/2023."""
    old = ocop.criteria_set("qd-148-2023", "tea")
    names = [f"P{n:07d}" for n in range(count)]
    batch = ocop.Sheets(criteria_set=old, products=names, answers=sheets(old, count))
    ocop.translate(ocop.Sheet(criteria_set=old, answers={}), "qd-26-2026")
    times: dict[str, list[float]] = {"translate": [], "score": []}
    for _ in range(rounds):
        timed(lambda: ocop.translate(batch, "qd-26-2026"), times["translate"])
        timed(lambda: ocop.score(batch), times["score"])
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratio = medians["translate"] / medians["score"]
    print(
        f"translate {count:>9,} sheets   {medians['translate'] * 1e3:9.2f} ms   "
        f"{ratio:5.1f} times scoring them"
    )
    return {"sheets": count, "seconds": medians, "ratio": ratio}


def counting(count: int) -> dict[str, Any]:
    """Time summing up a portfolio of made-up recognitions by three columns."""
    groups = [group.slug for group in ocop.product_groups()]
    register = tuple(
        programme.Recognition(
            code=programme.parse_code(f"00-{n % 600 + 1:05}-{n + 1}-2026"),
            name=f"P{n}",
            group=groups[n % len(groups)],
            star=(3, 4, 5)[n * 7 % 3],
            level="province",
            decision="qd-26-2026",
            certificate=programme.Certificate(recognised_on=date(2024 + n % 3, 6, 1)),
        )
        for n in range(count)
    )
    portfolio = programme.Portfolio(recognitions=register)
    times: list[float] = []
    for _ in range(5):
        timed(lambda: portfolio.counts("star", "group", "commune", on=date(2026, 7, 1)), times)
    median = statistics.median(times)
    print(f"count {count:>9,} recognitions by star, group and commune   {median * 1e3:7.1f} ms")
    return {"recognitions": count, "seconds": median}


LOADING = """
import time, ocop, ocop.law.catalogue, ocop.law.crosswalk
start = time.perf_counter()
def lap(name, work):
    global start
    work()
    now = time.perf_counter()
    print(name, now - start, sep="\t")
    start = now
lap("one set, the first", lambda: ocop.criteria_set("qd-26-2026", 11))
lap("one set of another decision", lambda: ocop.criteria_set("qd-148-2023", 11))
lap("another set of it", lambda: ocop.criteria_set("qd-148-2023", 12))
lap("every other set of all decisions", lambda: [dict(d.sets) for d in ocop.decisions()])
lap("both crosswalks, checked", lambda: ocop.law.crosswalk.route("qd-781-2020", "qd-26-2026"))
"""


def loading() -> dict[str, float]:
    """Time reading and checking the law inside a process, after its imports."""
    times: dict[str, list[float]] = {}
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", LOADING], check=True, capture_output=True, text=True
        )
        for line in done.stdout.splitlines():
            name, seconds = line.split("\t")
            times.setdefault(name, []).append(float(seconds))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"load: {name:<33} {seconds * 1e3:7.1f} ms")
    return medians


def import_time() -> dict[str, float]:
    """Time `import ocop`, one criteria set, and every set of every decision, each on its own."""
    codes = {
        "python": "pass",
        "import ocop": "import ocop",
        "one criteria set": "import ocop; ocop.criteria_set('qd-26-2026', 11)",
        "every set": "import ocop; [dict(d.sets) for d in ocop.decisions()]",
    }
    medians = {}
    for name, code in codes.items():
        times: list[float] = []
        for _ in range(5):
            timed(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True), times)
        medians[name] = statistics.median(times)
        print(f"start: {name:<18} {medians[name] * 1e3:7.1f} ms")
    return medians


if __name__ == "__main__":
    sys.exit(main())
