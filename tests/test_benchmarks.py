"""The benchmarks compare like with like: peers are equal, differences are told, the page true."""

from __future__ import annotations

import ast
import copy
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import ocop

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS, DOCS = ROOT / "benchmarks", ROOT / "docs"
MODULES = sorted(path.relative_to(BENCHMARKS).as_posix() for path in BENCHMARKS.rglob("*.py"))
NAMES = (
    "child", "contest", "musts", "page", "page_scoring", "problem", "run", "scenarios", "wording",
    "measures.memory", "measures.noise", "measures.score_and_rank", "measures.sweep",
    "peers.own", "peers.straight_numpy", "peers.sweep_levers", "peers.sweep_own",
)  # fmt: skip


def load() -> SimpleNamespace:
    """Return modules of the benchmarks, and the contestants that need numpy and pandas at most."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        found = SimpleNamespace(
            **{name.split(".")[-1]: importlib.import_module(name) for name in NAMES}
        )
        light = [peer for peer in found.score_and_rank.PEERS if set(peer[1]) <= {"pandas"}]
        found.contestants, _ = found.contest.load(light)
        light = [peer for peer in found.sweep.PEERS if set(peer[1]) <= {"pandas"}]
        found.sweepers, _ = found.contest.load(light, "SWEEP")
    finally:
        sys.path.remove(str(BENCHMARKS))
    return found


BENCH = load()


@pytest.fixture
def figures() -> dict[str, Any]:
    """Return the published figures."""
    found: dict[str, Any] = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    return found


@pytest.fixture
def run() -> Any:
    """Return a short run that has seen nothing wrong."""
    return BENCH.contest.Run(short=True)


# Equal results.


@pytest.mark.parametrize("contestant", BENCH.contestants, ids=lambda c: c.name)
@pytest.mark.parametrize("count", [1, 2, 3_000])
def test_a_peer_scores_and_ranks_as_ocop_does(contestant: Any, count: int) -> None:
    """Parts, total, band, star, answered, excluded and rank are equal, for one sheet or many."""
    given = BENCH.problem.problem(count, seed=7)
    found = contestant.read(contestant.run(contestant.prepare(given)))
    assert BENCH.contest.differences(BENCH.score_and_rank.reference(given), found) == []
    complete = {"parts", "total", "band", "star", "answered", "excluded", "rank"}
    assert set(found) == (set() if contestant.scope else complete)


@pytest.mark.parametrize("contestant", BENCH.score_and_rank.ROWS, ids=lambda c: c.name)
def test_a_peer_takes_row_major_input(contestant: Any) -> None:
    """The layout of the matrix does not change a result."""
    given = BENCH.problem.problem(500)
    found = contestant.read(contestant.run(contestant.prepare(given)))
    assert BENCH.contest.differences(BENCH.score_and_rank.reference(given), found) == []


def test_listings_are_equal() -> None:
    """Equal products are listed by code, by ocop and by the peer that claims it."""
    given = BENCH.problem.problem(2_000)
    expected = BENCH.score_and_rank.reference(given)
    listed = [
        step.read(step.run(step.prepare(given)))["order"]
        for step in BENCH.score_and_rank.STEPS
        if "listing" in step.name or "by product code" in step.name
    ]
    assert len(listed) == 2
    assert all(np.array_equal(order, expected["order"]) for order in listed)


@pytest.mark.parametrize("contestant", BENCH.sweepers, ids=lambda c: c.name)
@pytest.mark.parametrize("ordered", [True, False])
def test_a_peer_sweeps_as_ocop_does(contestant: Any, ordered: bool) -> None:
    """Star counts by scenario and by product are equal, whatever the order of the options."""
    given = BENCH.scenarios.draws(4, 300, ordered=ordered)
    found = contestant.read(contestant.run(contestant.prepare(given)))
    ours = BENCH.sweep_own
    assert BENCH.contest.differences(ours.read(ours.run(ours.prepare(given))), found) == []
    assert found["star_counts"].sum(axis=1).tolist() == [300] * 4


def test_a_peer_sweeps_over_levers_as_ocop_does() -> None:
    """Point tables made ready count the same stars as choices of levels."""
    given = BENCH.sweep_levers.choices(5, 300)
    assert len(given.levers) == BENCH.sweep_levers.DIALS
    ours, straight = (c.read(c.run(c.prepare(given))) for c in BENCH.sweep_levers.LEVERS)
    assert BENCH.contest.differences(ours, straight) == []
    assert len({tuple(row) for row in ours["star_counts"].tolist()}) > 1


def test_the_sheets_hold_what_makes_a_difference() -> None:
    """Every star, missed floors, needs rules, answers not met or not assessed, exclusions occur."""
    given = BENCH.problem.problem(5_000)
    results = BENCH.score_and_rank.reference(given)
    assert set(results["star"].tolist()) == {0, 1, 2, 3, 4, 5}
    assert ((results["star"] < results["band"]) & ~results["excluded"]).any()
    assert (results["answered"] < len(given.columns)).any()
    assert (given.columns == 0).any()
    ((item, other),) = given.law.needs
    points = [np.array(given.law.lookup()[i])[given.columns[i]] for i in (item, other)]
    assert ((points[0] > 0) & (points[1] == 0)).any()


# What differs is told.


def broken(contestant: Any) -> Any:
    """Return a contestant that gets one star wrong."""

    def run(prepared: Any) -> Any:
        result = contestant.run(prepared)
        result["star"][-1] += 1
        return result

    return evolve(contestant, run=run)


def test_a_wrong_result_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command fails, names who differs in what, and publishes nothing."""
    straight = BENCH.straight_numpy.CONTESTANTS[0]
    monkeypatch.setattr(BENCH.straight_numpy, "CONTESTANTS", [broken(straight)])
    monkeypatch.setattr(BENCH.score_and_rank, "PEERS", [("own", ()), ("straight_numpy", ())])
    monkeypatch.setattr(BENCH.memory, "measure", lambda *_: [])
    assert BENCH.run.main(["--short", "--only", "score"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "wrong:",
        "  numpy, straightforward, 1,000 sheets: star differs",
        "  numpy, straightforward, 10,000 sheets: star differs",
    ]


def test_an_error_of_ocop_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What fails is named and counts as wrong; what was measured is written."""

    def fail(_: Any) -> Any:
        raise ocop.InputError([ocop.Problem("no-scores", "found no scores")])

    monkeypatch.setitem(BENCH.run.MEASURES, "score", fail)
    monkeypatch.setitem(BENCH.run.MEASURES, "noise", lambda _: {"measured": True})
    target = tmp_path / "figures.json"
    words = ["--short", "--only", "score", "--only", "noise", "--json", str(target)]
    assert BENCH.run.main(words) == 1
    assert "  score: found no scores" in capsys.readouterr().err
    assert json.loads(target.read_text("utf-8"))["noise"] == {"measured": True}


def test_equal_results_are_exit_code_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A short run writes the file it is told to, and leaves the published figures alone."""
    before = (DOCS / "benchmarks.json").read_bytes()
    target = tmp_path / "figures.json"
    assert BENCH.run.main(["--short", "--only", "noise", "--json", str(target)]) == 0
    written = json.loads(target.read_text("utf-8"))
    assert written["wrong"] == []
    assert written["noise"]["exact_error"] <= 1e-12
    assert "noise: exact chances of 40 small sheets" in capsys.readouterr().out
    assert (DOCS / "benchmarks.json").read_bytes() == before


def test_chances_that_are_off_are_noticed(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error above 1e-12 against enumeration counts as wrong."""
    exact = BENCH.noise.noise_own.OCOP
    off = evolve(exact, read=lambda result: {"shares": np.asarray(result) + 1e-9})
    monkeypatch.setattr(BENCH.noise.noise_own, "OCOP", off)
    BENCH.noise.enumerated(run)
    assert run.wrong == ["noise: exact chances are up to 1.0e-09 off"]


def test_a_missing_result_or_shape_differs() -> None:
    """Results of another shape are not equal, even where numpy would broadcast them."""
    expected = {"star": np.array([3, 3]), "rank": np.array([1, 1])}
    differences = BENCH.contest.differences
    assert differences(expected, {"star": np.array([3])}) == ["star"]
    assert differences(expected, {"star": np.array([3.0, 3.0]), "rank": np.array([1, 2])}) == [
        "rank"
    ]


# The machinery.


def test_contestants_run_in_turn() -> None:
    """Round after round, each once; fresh input is prepared anew; one result each is checked."""
    seen: list[str] = []

    def contestant(name: str, fresh: bool) -> Any:
        return BENCH.contest.Contestant(
            name=name,
            prepare=lambda _: seen.append(f"prepare {name}"),
            run=lambda _: seen.append(name),
            fresh=fresh,
        )

    def check(contestant: Any, _: Any) -> None:
        seen.append(f"check {contestant.name}")

    both = [contestant("a", False), contestant("b", True)]
    times = BENCH.contest.race(both, {"a": None, "b": None}, 2, check)
    assert " ".join(seen) == "prepare a a check a prepare b b check b a prepare b b"
    assert {name: len(values) for name, values in times.items()} == {"a": 2, "b": 2}


def test_what_is_not_installed_is_left_out_and_named(run: Any) -> None:
    """A missing library takes its contestants out of the run, once."""
    for _ in range(2):
        assert run.load([("with_pandas", ("no_such_library",)), ("own", ())]) == [
            *BENCH.own.CONTESTANTS
        ]
    assert run.missing == ["no_such_library"]


def test_what_would_take_too_long_is_not_run() -> None:
    """The size before says what ten times as much would take."""
    before = [
        {"name": name, "seconds": {"median": median}, **more}
        for name, median, more in (
            ("quick", 2.9, {}),
            ("slow", 3.1, {}),
            ("large", 1.0, {}),
            ("extrapolated", 99.0, {"extrapolated_from": 10_000}),
        )
    ]
    memory = {"rows": [{"name": "large", "extra_bytes": 9e8, "input_bytes": 5e8}]}

    def why(name: str, size: int = 10_000_000) -> Any:
        return BENCH.score_and_rank.too_much(name, size, before, memory)

    assert why("slow") == "would take about 31 s"
    assert why("large") == "would need about 14 GB"
    assert [why("quick"), why("extrapolated"), why("new")] == [None] * 3
    assert why("slow", 1_000_000) is None


def test_memory_is_seen(run: Any) -> None:
    """The highest point counts, also where the memory is given back before the end."""
    # In a process of its own: one that ran many tests has memory at hand, and takes no more.
    script = """
import child, numpy as np
before = child.resident()
peak, result = child.high_water(lambda: int(np.ones(50_000_000, dtype=np.uint8)[-1]))
assert result == 1
assert peak - before >= 45_000_000, (before, peak)
"""
    subprocess.run([sys.executable, "-c", script], cwd=BENCHMARKS, check=True)
    (row,) = BENCH.memory.measure(run, "score", [BENCH.own.OCOP], 20_000)
    assert row["name"] == "ocop"
    assert 0 < row["extra_bytes"] < 100_000_000


def test_summaries() -> None:
    """Median, quartiles and extremes; extrapolation multiplies them all."""
    summary = BENCH.contest.summary([4.0, 1.0, 2.0, 3.0, 5.0], 10)
    assert summary == {"median": 30, "q1": 20, "q3": 40, "min": 10, "max": 50, "rounds": 5}
    assert BENCH.contest.summary([2.0])["q1"] == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0000123, "12.3 µs"), (0.00123, "1.23 ms"), (0.5, "500 ms"), (1, "1.00 s"), (123, "123 s")],
)
def test_times_in_words(value: float, shown: str) -> None:
    """Three digits, in a unit that suits them."""
    assert BENCH.wording.seconds(value) == shown


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_benchmarks_is_a_small_room(module: str) -> None:
    """As in the package: a docstring of one finished first line, at most 250 lines."""
    text = (BENCHMARKS / module).read_text("utf-8")
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring is not None
    assert docstring.splitlines()[0].endswith(".")
    assert len(text.splitlines()) <= 250


# The page.


def test_the_page_is_made_from_the_figures(figures: dict[str, Any]) -> None:
    """docs/benchmarks.md is what benchmarks/page.py makes of docs/benchmarks.json."""
    assert BENCH.page.text(figures) == (DOCS / "benchmarks.md").read_text("utf-8")


def test_the_pictures_are_made_from_the_figures(figures: dict[str, Any]) -> None:
    """Each picture of the page is there and carries the digest of the figures."""
    names = re.findall(r"\]\((img/bench-\w+\.svg)\)", BENCH.page.text(figures))
    assert sorted(names) == sorted(f"img/{path.name}" for path in (DOCS / "img").glob("bench-*"))
    digest = BENCH.page.digest(figures)
    assert [name for name in names if digest not in (DOCS / name).read_text("utf-8")] == []


def test_the_published_run_is_whole_and_right(figures: dict[str, Any]) -> None:
    """What is published is no short run, lacks no contestant and found no difference."""
    assert (figures["short"], figures["missing"], figures["wrong"]) == (False, [], [])
    assert set(BENCH.run.MEASURES) <= set(figures)


def rows_of(figures: Any) -> Iterator[dict[str, Any]]:
    """Yield every row with a name."""
    if isinstance(figures, dict):
        if "name" in figures:
            yield figures
        figures = list(figures.values())
    if isinstance(figures, list):
        for value in figures:
            yield from rows_of(value)


def test_what_must_hold_is_computed(figures: dict[str, Any]) -> None:
    """With figures that are bad enough nothing holds any more."""
    bad = copy.deepcopy(figures)
    for row in rows_of(bad):
        if row["name"].startswith("ocop"):
            if "seconds" in row:
                row["seconds"]["median"] *= 1e8 if "fast" in row["name"] else 1e4
            row["extra_bytes"] = 10**12
    for row in bad["score"]["score_and_rank"]["10000000"]:
        if row["name"].startswith("ocop") and "seconds" in row:
            row["seconds"]["median"] *= 100
    bad["wrong"] = ["something"]
    bad["noise"]["exact_error"] = 1e-3
    bad["upgrade"]["per_plan"]["median"] *= 1e4
    bad["start"]["starts"]["import ocop"]["median"] += 1
    bad["start"]["loading"]["one set, the first"]["median"] += 1
    assert [must.text for must in BENCH.musts.musts(bad) if must.holds] == []
    assert BENCH.page.text(bad).count("| **no** |") == len(BENCH.musts.musts(figures))


@pytest.mark.parametrize(("gain", "holds"), [(1.4, False), (1.6, True)])
def test_the_verdict_on_compiled_code_is_computed(
    figures: dict[str, Any], gain: float, holds: bool
) -> None:
    """The extra needs a gain of 1.5 over the best of ocop with numpy alone."""
    rows = figures["sweep"]["times"]["10000"]
    alone = ("ocop", "ocop, 1 thread")
    ours = min(row["seconds"]["median"] for row in rows if row["name"] in alone)
    rows[:] = [row for row in rows if row["name"] in alone]
    for name in ("ocop, extra fast", "numba, all cores"):
        rows.append({"name": name, "seconds": {"median": ours / gain}})
    text = " ".join(BENCH.page_scoring.compiled(figures).split())
    assert f"| sweep of 10,000 scenarios | {gain:.2f} | {gain:.2f} |" in text
    told = "10,000 scenarios: the extra fast is at least 1.5 times as fast as numpy alone"
    assert [m.holds for m in BENCH.musts.musts(figures) if m.text == told] == [holds]


@pytest.mark.parametrize(("ours", "memory", "hold"), [(1, 10, True), (9, 10**9, False)])
def test_levers_have_their_part_of_the_page(
    figures: dict[str, Any], ours: int, memory: int, hold: bool
) -> None:
    """Both numbers of scenarios have a table, speed and memory their musts."""
    names = {"ocop": ours, "numpy, straightforward": 100}
    rows = [
        {"name": name, "seconds": BENCH.contest.summary([n]), "equal": True}
        for name, n in names.items()
    ]
    needs = [{"name": "ocop", "input_bytes": 0, "extra_bytes": memory}]
    sizes = ("1000", "10000")
    figures["sweep"]["levers"] = {
        "levers": 12,
        "times": dict.fromkeys(sizes, rows),
        "memory": dict.fromkeys(sizes, needs),
    }
    text = BENCH.page.text(figures)
    assert "#### 10,000 scenarios of levers" in text
    told = [must for must in BENCH.musts.musts(figures) if "of levers" in must.text]
    assert [must.holds for must in told] == [hold, hold]


def test_a_page_without_some_libraries(figures: dict[str, Any]) -> None:
    """A run without numba, pandas and scipy still makes a page, and the page says so."""
    for part in ("score", "sweep"):
        for tables in figures[part].values():
            for key, rows in tables.items() if isinstance(tables, dict) else ():
                if isinstance(rows, list):
                    tables[key] = [
                        row
                        for row in rows
                        if not str(row["name"]).startswith(("numba", "pandas", "ocop, extra fast"))
                    ]
    del figures["upgrade"]["per_programme"]
    figures["missing"] = ["numba", "pandas", "scipy"]
    text = BENCH.page.text(figures)
    assert "Not installed: numba, pandas, scipy" in text
    assert "numba was not installed in this run." in text
    assert "scipy was not installed, so nothing was compared." in text
    assert "| pandas |" not in text.partition("## Files")[0]
