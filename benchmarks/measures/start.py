"""Starting: Python with imports in fresh processes, and reading the law inside one."""

from __future__ import annotations

import subprocess
import sys
import time

from contest import Row, Run, summary

STARTS = {
    "python": "pass",
    "import numpy": "import numpy",
    "import ocop": "import ocop",
    "import ocop; ocop.score": "import ocop; ocop.score",
    "one criteria set": "import ocop; ocop.criteria_set('qd-26-2026', 11)",
    "every set of every decision": "import ocop; [dict(d.sets) for d in ocop.decisions()]",
}
LAPS = """
import time, ocop, ocop.law.catalogue, ocop.law.crosswalk
start = time.perf_counter()
def lap(name, work):
    global start
    work()
    now = time.perf_counter()
    print(name, now - start, sep="\\t")
    start = time.perf_counter()
lap("one set, the first", lambda: ocop.criteria_set("qd-26-2026", 11))
lap("one set of another decision", lambda: ocop.criteria_set("qd-148-2023", 11))
lap("another set of it", lambda: ocop.criteria_set("qd-148-2023", 12))
lap("every other set of all decisions", lambda: [dict(d.sets) for d in ocop.decisions()])
lap("both crosswalks, checked", lambda: ocop.law.crosswalk.route("qd-781-2020", "qd-26-2026"))
"""


def measure(run: Run) -> Row:
    """Measure starts in turn, then laps inside a process."""
    rounds = 3 if run.short else 11
    starts: dict[str, list[float]] = {name: [] for name in STARTS}
    laps: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, code in STARTS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            starts[name].append(time.perf_counter() - start)
        done = subprocess.run(
            [sys.executable, "-c", LAPS], check=True, capture_output=True, text=True
        )
        for line in done.stdout.splitlines():
            name, seconds = line.split("\t")
            laps.setdefault(name, []).append(float(seconds))
    figures = {
        "starts": {name: summary(times) for name, times in starts.items()},
        "loading": {name: summary(times) for name, times in laps.items()},
    }
    for kind, rows in figures.items():
        for name, row in rows.items():
            run.say(f"{kind}: {name:<34} {row['median'] * 1e3:7.1f} ms")
    return figures
