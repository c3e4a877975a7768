"""What must hold, computed from the figures: nothing on the page claims more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from wording import FLOOR, PANDAS, PANDAS_LONG, STRAIGHT, median, number, of, size, times

Row = dict[str, Any]
MILLION, TEN_MILLION = "1000000", "10000000"
ALONE, FAST = ("ocop", "ocop, 1 thread"), "ocop, extra fast"
WORTH = 1.5


def _as_times(value: float) -> str:
    return f"{number(value)} times"


@frozen(kw_only=True)
class Must:
    """A sentence, the figure that it is about, and the bound that must hold; None: not measured."""

    text: str
    value: float | None
    least: float = float("-inf")
    most: float = float("inf")
    show: Callable[[float], str] = _as_times

    @property
    def holds(self) -> bool:
        """Say whether it was measured and lies within its bounds."""
        return self.value is not None and self.least <= self.value <= self.most

    @property
    def measured(self) -> str:
        """Return the figure in words."""
        return "not measured" if self.value is None else self.show(self.value)


def musts(figures: Row) -> list[Must]:
    """Return every aim, with what was measured."""
    return [
        Must(
            text="All contestants that compute the same results are equal to ocop",
            value=len(figures["wrong"]),
            most=0,
            show=lambda value: f"{value:.0f} differences",
        ),
        *_scoring(figures["score"]),
        *_sweeps(figures["sweep"]),
        *(_levers(figures["sweep"]["levers"]) if "levers" in figures["sweep"] else []),
        Must(
            text="Exact chances of stars are off by at most 1e-12 from enumeration",
            value=figures["noise"]["exact_error"],
            most=1e-12,
            show=lambda value: f"{value:.1e}",
        ),
        Must(
            text="Exact chances are at least 100 times as fast as 1,000 simulated replicates",
            value=times(figures["noise"]["rows"], "numpy, simulated", "ocop, exact"),
            least=100,
        ),
        Must(
            text="A plan to the next star is found at least 100 times as fast as by milp",
            value=upgrade_ratio(figures["upgrade"]),
            least=100,
        ),
        *_files(figures["files"]),
        Must(
            text="`import ocop` takes at most 60 ms more than Python's own start",
            value=import_cost(figures["start"]),
            most=0.06,
            show=lambda value: f"{value * 1e3:.0f} ms",
        ),
        Must(
            text="One criteria set is ready from disk within 25 ms, modules loaded",
            value=figures["start"]["loading"]["one set, the first"]["median"],
            most=0.025,
            show=lambda value: f"{value * 1e3:.0f} ms",
        ),
    ]


def _scoring(figures: Row) -> list[Must]:
    rows, large = (figures["score_and_rank"][count] for count in (MILLION, TEN_MILLION))
    sheets, extra = figures["memory"]["sheets"], of(figures["memory"]["rows"], "ocop")
    ours = best_of_ocop(rows)
    before, after = median(rows, ours), median(large, ours)
    faster = {
        STRAIGHT: 30,
        "numpy, careful: packed key": 12,
        "pandas": 60,
        "scikit-criteria": 100,
    }
    return [
        *(
            Must(
                text=f"1,000,000 sheets: at least {least} times as fast as {name}",
                value=times(rows, name, ours),
                least=least,
            )
            for name, least in faster.items()
        ),
        Must(
            text="1,000,000 sheets: at most 2.5 times the memory floor",
            value=times(rows, ours, FLOOR),
            most=2.5,
        ),
        Must(
            text="1,000,000 sheets: under 50 bytes of extra memory a sheet, results included",
            value=extra["extra_bytes"] / sheets if extra else None,
            most=50,
            show=lambda value: f"{number(value)} bytes",
        ),
        _worth("1,000,000 sheets", rows),
        Must(
            text="10,000,000 sheets take at most ten times as long as 1,000,000",
            value=after / before if after and before else None,
            most=10,
        ),
        Must(
            text="10,000,000 sheets: at most 5 times the memory floor",
            value=times(large, best_of_ocop(large), FLOOR),
            most=5,
        ),
    ]


def _sweeps(figures: Row) -> list[Must]:
    extra = of(figures["memory"]["100000"], "ocop")
    rows = figures["times"]["10000"]
    return [
        Must(
            text="10,000 scenarios: at least 30 times as fast as straightforward numpy",
            value=times(rows, STRAIGHT, best_of_ocop(rows)),
            least=30,
        ),
        _worth("10,000 scenarios", rows),
        Must(
            text="100,000 scenarios: under 100 MB of extra memory",
            value=extra["extra_bytes"] if extra else None,
            most=100e6,
            show=size,
        ),
    ]


def _levers(figures: Row) -> list[Must]:
    extra = of(figures["memory"]["10000"], "ocop")
    return [
        Must(
            text="1,000 scenarios of levers: at least 20 times as fast as straightforward numpy",
            value=times(figures["times"]["1000"], STRAIGHT, "ocop"),
            least=20,
        ),
        Must(
            text="10,000 scenarios of levers: under 60 MB of extra memory",
            value=extra["extra_bytes"] if extra else None,
            most=60e6,
            show=size,
        ),
    ]


def _files(figures: Row) -> list[Must]:
    forms = [("wide", MILLION, PANDAS), ("long", "100000", PANDAS_LONG)]
    found = []
    for form, count, name in forms:
        rows = figures[form][count]["rows"]
        found.append(
            Must(
                text=f"A CSV file in the {form} form is read at least as fast as by pandas",
                value=times(rows, name, best_of_ocop(rows)),
                least=1,
            )
        )
    return found


def _worth(task: str, rows: list[Row]) -> Must:
    text = f"{task}: the extra fast is at least {WORTH} times as fast as numpy alone"
    return Must(text=text, value=gain(rows, FAST), least=WORTH)


def best_of_ocop(rows: list[Row]) -> str:
    """Return the name of ocop's fastest line."""
    ours = [row for row in rows if row["name"].startswith("ocop") and "seconds" in row]
    return str(min(ours, key=lambda row: row["seconds"]["median"])["name"])


def import_cost(figures: Row) -> float:
    """Return what ocop's import adds to Python's start, in seconds."""
    starts = figures["starts"]
    return float(starts["import ocop"]["median"] - starts["python"]["median"])


def upgrade_ratio(figures: Row) -> float | None:
    """Return the time of one programme over that of one plan."""
    if "per_programme" not in figures:
        return None
    return float(figures["per_programme"]["median"] / figures["per_plan"]["median"])


def import_ratio(figures: Row) -> float:
    """Return how many times as long as numpy's ocop's import takes, up to the first score."""
    starts = figures["starts"]
    ours, base = starts["import ocop; ocop.score"], starts["import numpy"]
    return float(ours["median"] / base["median"])


def gain(rows: list[Row], compiled: str) -> float | None:
    """Return how many times as fast compiled lines are as ocop with numpy alone, best with best."""
    alone, theirs = (
        [row["seconds"]["median"] for row in rows if test(row["name"]) and "seconds" in row]
        for test in (ALONE.__contains__, lambda name: name.startswith(compiled))
    )
    return min(alone) / min(theirs) if theirs else None
