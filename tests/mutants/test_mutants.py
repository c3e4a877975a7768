"""The tool that tries mutants: on a small project, where it is known what becomes of each."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/mutants"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mutmut") is None or sys.platform == "win32",
    reason="needs mutmut and processes that fork; nox -s mutants runs it",
)

RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from run import run
from trial import Suite
root = Path(sys.argv[2]).resolve()
suite = Suite(root=root, package="toy", area="part", paths=("tests",), wanted=0.5, least=0.5)
size = int(sys.argv[3]) or None
sys.exit(run([suite], sys.argv[4:], size, 1, 1, root / "survivors.toml"))
"""

SUMS = '''
"""Sums."""

from functools import cache
from attrs import frozen

LIMIT = 3


def above(n: int) -> bool:
    """Say whether a number is above three."""
    return n > LIMIT


def count_down(n: int) -> int:
    """Count down to nothing."""
    while n > 0:
        n -= 1
    return n


@cache
def table() -> tuple[int, ...]:
    """Worked out once."""
    return (7,)


@frozen
class Pair:
    """Two numbers."""

    left: int
    right: int = 5

    @property
    def total(self) -> int:
        return self.left + self.right


def untested() -> int:
    return 1
'''

TESTS = """
from toy.part import sums

KNOWN = sums.table()  # worked out while the tests are collected


def test_table():
    assert KNOWN == (7,)


def test_above():
    assert sums.above(5)
    assert not sums.above(2)


def test_count_down():
    assert sums.count_down(3) == 0


def test_late():
    from toy.part.late import double  # not imported while the tests are collected

    assert double(3) == 6


def test_pair():
    assert sums.Pair(1, 2).total == 3
    assert sums.Pair(1).total == 6
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Return the root of a small project."""
    part = tmp_path / "src/toy/part"
    part.mkdir(parents=True)
    (part.parent / "__init__.py").touch()
    (part / "__init__.py").touch()
    (part / "sums.py").write_text(SUMS, encoding="utf-8")
    (part / "late.py").write_text("def double(n):\n    return n * 2\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_sums.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    return tmp_path


@pytest.fixture
def try_all(toy: Path) -> Callable[..., tuple[int, list[str]]]:
    """Return a function that tries mutants of the project: exit code, and what it prints."""

    def run(*patterns: str, size: int = 0) -> tuple[int, list[str]]:
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(TOOL), str(toy), str(size), *patterns],
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).splitlines()

    return run


def printed(code: str, *arguments: str) -> str:
    """Return what code prints in a process of its own, which finds the tool's modules."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(TOOL), *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    return done.stdout


def verdicts(toy: Path) -> dict[str, tuple[str, str]]:
    """Return outcome and cause of each mutant, by the key."""
    rows = map(json.loads, (toy / ".mutants/results.jsonl").read_text("utf-8").splitlines())
    return {row["key"]: (row["outcome"], row["by"]) for row in rows}


def survivors(said: list[str]) -> dict[str, str]:
    """Return the survivors that a run printed: change by key."""
    rows = [json.loads(line.rstrip(",")) for line in said if line.startswith("  ")]
    return dict(row.split(" ", 1) for row in rows)


def test_every_kind_of_end(toy: Path, try_all: Callable[..., tuple[int, list[str]]]) -> None:
    """Boundaries that no test holds and code that none reaches survive; a loop is timed out."""
    code, said = try_all()
    assert code == 1
    left = set(survivors(said).values())
    assert left == {
        "toy.part.sums:above: return n > LIMIT -> return n >= LIMIT",
        "toy.part.sums: LIMIT = 3 -> LIMIT = 4",
        "toy.part.sums:untested: return 1 -> return 2",
    }
    rows = (toy / ".mutants/results.jsonl").read_text("utf-8").splitlines()
    through = [json.loads(row)["key"] for row in rows if '"through"' in row]
    found = verdicts(toy)
    # Warm, a table that the tests read while they were collected hides its mutant; cold it dies.
    hidden = [found[key] for key in through if found[key][0] == "killed"]
    assert hidden == [("killed", "tests/test_sums.py::test_table")]
    assert len(through) == 3  # with the two survivors in functions
    late = [by for outcome, by in found.values() if outcome == "timed out"]
    assert late == ["processor time"] * 2  # n = 1 and n += 1
    assert said[-1] == (
        "mutants: part 15 of 15 tried, 12 killed (2 of them by time-out; 80.0 %), "
        "3 survivors, 3 not explained"
    )


def test_what_was_kept_is_not_tried_again(
    toy: Path, try_all: Callable[..., tuple[int, list[str]]]
) -> None:
    """A second run tries nothing; after a better test it tries the survivors alone."""
    first = try_all()[1]
    assert "0 to try" in try_all()[1]
    more = TESTS + "\n\ndef test_edge():\n    assert not sums.above(3)\n    assert sums.above(4)\n"
    (toy / "tests/test_sums.py").write_text(more, encoding="utf-8")
    second = try_all()[1]
    assert len(survivors(second)) == len(survivors(first)) - 2


def test_what_no_line_runs_of_is_looked_at(
    toy: Path, try_all: Callable[..., tuple[int, list[str]]]
) -> None:
    """A test that reads a name of the module and calls nothing kills what changes that name."""
    first = set(survivors(try_all()[1]).values())
    more = TESTS + "\n\ndef test_limit():\n    assert sums.LIMIT == 3\n"
    (toy / "tests/test_sums.py").write_text(more, encoding="utf-8")
    assert set(survivors(try_all()[1]).values()) == first - {
        "toy.part.sums: LIMIT = 3 -> LIMIT = 4"
    }


def test_explained_survivors(toy: Path, try_all: Callable[..., tuple[int, list[str]]]) -> None:
    """With a reason for each the run is content; a reason for a killed mutant is told."""
    said = try_all()[1]
    rows = [f"{key} {change}" for key, change in survivors(said).items()]
    entry = "[[survivor]]\nkind = {!r}\nwhy = 'x'\nmutants = {}\n"
    listed = toy / "survivors.toml"
    listed.write_text(entry.format("equivalent", json.dumps(rows)), encoding="utf-8")
    code, said = try_all()
    assert code == 0
    assert said[-1].endswith(", 3 survivors all explained")
    killed = next(key for key, (outcome, _) in verdicts(toy).items() if outcome == "killed")
    listed.write_text(
        entry.format("equivalent", json.dumps([*rows, killed, "feedfeed00"])), encoding="utf-8"
    )
    code, said = try_all()
    assert code == 1
    assert any(line.startswith("explained, but killed by tests/test_sums.py") for line in said)
    assert "explained, but no such mutant: feedfeed00" in said
    listed.write_text(entry.format("whim", json.dumps(rows)), encoding="utf-8")
    assert "'whim' is no kind" in "\n".join(try_all()[1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from toy.part import sums", "import no_such_module\nfrom toy.part import sums"),
        ("assert sums.above(5)", "assert sums.above(1)"),
    ],
)
def test_tests_that_fail_anyway_kill_nothing(
    toy: Path, try_all: Callable[..., tuple[int, list[str]]], old: str, new: str
) -> None:
    """Where the tests fail on the sound code, nothing is tried and the run fails."""
    file = toy / "tests/test_sums.py"
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")
    code, said = try_all()
    assert code == 1
    assert said[-1].startswith("without any mutant a test fails, or none runs: killed tests/test_s")
    assert not (toy / ".mutants/results.jsonl").exists()


def test_nothing_to_try_fails(try_all: Callable[..., tuple[int, list[str]]]) -> None:
    """A pattern that fits no module is no success."""
    assert try_all("no.such") == (1, ["mutants: none tried"])


ENDS = """
import json, os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from child import begins, in_child

def spin():
    signal.setitimer(signal.ITIMER_PROF, 0.2)
    while True:
        pass

def wait():
    time.sleep(60)

def crash(test=""):
    if test:
        begins("test_before")
        begins(test)
    os.kill(os.getpid(), signal.SIGSEGV)

def crash_once():
    begins("test_often")
    os.rmdir(sys.argv[2])
    crash()

ends = [lambda: 1 / 0, lambda: os._exit(3), os.abort, lambda: open("/no/such"), crash, crash_once]
ends += [spin, wait, lambda: crash("test_it")]
print(json.dumps([in_child(end, 20.0 if end is not wait else 0.5)["outcome"] for end in ends]))
print(in_child(ends[-1], 20.0))
"""


def test_only_a_test_that_fails_kills(tmp_path: Path) -> None:
    """A test that crashes twice does; else a process is broken, or its time was used up."""
    (tmp_path / "once").mkdir()
    outcomes, crashed = printed(ENDS, str(tmp_path / "once")).splitlines()
    assert json.loads(outcomes) == ["broken"] * 6 + ["timed out"] * 2 + ["killed"]
    assert crashed == "{'outcome': 'killed', 'by': 'test_it'}"


SAMPLES = """
import json, sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from run import sample

every = [SimpleNamespace(key=f"{n:04d}") for n in range(1000)]
fewer = [mutant for mutant in every if mutant.key not in ("0003", "0500")]
drawn = [sample(every, 100, 1), sample(every, 50, 1), sample(fewer, 100, 1), sample(every, 100, 2)]
drawn += [sample(every[:20], 100, 1)]
print(json.dumps([[mutant.key for mutant in some] for some in drawn]))
"""


def test_a_sample_stays_when_other_functions_change() -> None:
    """Each mutant is drawn by its own key: what others come or go moves few in or out."""
    said = printed(SAMPLES)
    some, half, fewer, other, few = json.loads(said)
    assert some == sorted(some)
    assert len(set(some)) == 100
    assert len(set(half)) == 50
    assert set(half) < set(some)
    assert len(set(some) - set(fewer)) == len({"0003", "0500"} & set(some))
    assert len(set(other) & set(some)) < 30
    assert few == [f"{n:04d}" for n in range(20)]


WORDS = """
import sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from results import Area, figure
from trial import Verdict

def area(**ends):
    outcomes = [o.replace("_", " ") for o, n in ends.items() for _ in range(n)]
    mutants = [SimpleNamespace(key=str(n)) for n in range(len(outcomes))]
    verdicts = {str(n): Verdict(outcome=o) for n, o in enumerate(outcomes)}
    return Area(name="law", of=1200, chosen=mutants, verdicts=verdicts, wanted=0.9)

for one in (area(killed=899, survived=101), area(killed=890, timed_out=10), area(broken=1)):
    print(one.fine, figure([one]))
print(figure([]))
"""


def test_the_figure_says_what_ran() -> None:
    """Kills and time-outs are told apart, shares are cut and never rounded up, faults are told."""
    said = printed(WORDS)
    assert said.splitlines() == [
        "False mutants: law 1,000 of 1,200 tried, 899 killed (89.9 %, at least 88.1 % with 95 % "
        "confidence), 101 survivors, 101 not explained",
        "True mutants: law 900 of 1,200 tried, 900 killed (10 of them by time-out; 100.0 %, "
        "at least 99.6 % with 95 % confidence), 0 survivors",
        "False mutants: law 1 of 1,200 tried, 0 killed (0.0 %, at least 0.0 % with 95 % "
        "confidence), 0 survivors, 1 NOT TRIED for a fault of the harness",
        "mutants: none tried",
    ]
