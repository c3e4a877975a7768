"""The session finds faults that were planted, tells them apart, and says what it did."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("limits on time and memory are set as on Linux", allow_module_level=True)

from fuzzing.contract import BrokenContractError, examine
from fuzzing.coverage import condense, features_of, steps_of
from fuzzing.parent import replay, search
from fuzzing.planted import FAULTS, TARGETS
from fuzzing.targets import TARGETS as SHIPPED

import ocop

PLANTED = "fuzzing.planted"
RUN = Path(__file__).with_name("run.py")
IN_PLACE = sorted(set(FAULTS) - {"hang", "memory", "crash"})


def a_file(folder: Path, data: bytes) -> Path:
    """Write an input; return its path."""
    path = folder / data.decode()
    path.write_bytes(data)
    return path


def test_planted_faults_are_told_and_the_rest_still_runs(tmp_path: Path) -> None:
    """Where an input ends the process, the ones after it run in a new one."""
    fault, harmless = a_file(tmp_path, b"fault"), a_file(tmp_path, b"harmless")
    inputs = [(name, path) for name in FAULTS for path in (fault, harmless)]
    ran = replay(inputs, PLANTED)
    assert [(each.target, each.name) for each in ran.broken] == [(n, "fault") for n in FAULTS]
    for each in ran.broken:
        assert each.what.startswith(FAULTS[each.target][1])
    # Those that ended the process did not come to their end.
    assert ran.inputs == len(inputs) - 2


@pytest.mark.parametrize("name", IN_PLACE)
def test_planted_faults_break_the_contract(name: str) -> None:
    """Each fault breaks its own rule, with the words that say which."""
    with pytest.raises(BrokenContractError) as caught:
        examine(TARGETS[name], b"fault")
    assert str(caught.value).startswith(FAULTS[name][1])
    assert examine(TARGETS[name], b"harmless") == [None]


@pytest.mark.parametrize("name", ["exception", "crash", "harmless"])
def test_a_search_finds_planted_faults(name: str, tmp_path: Path) -> None:
    """An input that did harm is written down once; a search without faults tells none."""
    ran = search(
        name,
        3,
        seed=1,
        engine="plain",
        work=tmp_path,
        seeds={"a": b"harmless"},
        module=PLANTED,
    )
    assert ran.inputs > 0
    assert ran.unsure == []
    assert {each.data for each in ran.broken} == ({b"fault"} if name != "harmless" else set())
    found = {path.read_bytes() for path in (tmp_path / "broken" / name).iterdir()}
    assert (b"fault" in found) == (name != "harmless")


def test_what_only_a_long_search_dies_of_is_told_apart(tmp_path: Path) -> None:
    """An input that does no harm alone is no broken one; its process's last words are kept."""
    ran = search(
        "worn-out", 3, seed=1, engine="plain", work=tmp_path, seeds={"a": b"fault"}, module=PLANTED
    )
    assert ran.broken == []
    first = ran.unsure[0]
    assert first.what == "crash: the process died of SIGABRT, but not once more alone"
    folder = tmp_path / "broken" / "worn-out"
    assert (folder / f"{first.name}.said").read_text(encoding="utf-8").endswith("worn out\n")


def test_inputs_are_kept_for_what_only_they_do() -> None:
    """Of inputs that take the same way the smallest is kept."""
    features = {b"long one": {1, 2}, b"one": {1, 2}, b"two": {3}, b"o": set[int]()}
    assert condense(features.items()) == [b"one", b"two"]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_an_input_does_is_told_of_every_target(name: str) -> None:
    """Codes of problems, or that it is accepted, whatever form its results have."""
    target = SHIPPED[name]
    for data in islice(target.seeds(), 4):
        codes = {code for _, code in codes_of(features_of(target, data))}
        assert codes
        assert all(isinstance(code, str) for code in codes)


def codes_of(features: set[Any]) -> set[Any]:
    """Return what stands for problems and results; steps have three parts."""
    return {each for each in features if len(each) == 2}


def test_steps_are_those_of_the_library() -> None:
    """Other ways through the library are other steps; code outside it takes none."""
    one = steps_of(lambda: ocop.Problem("a", "b").to_dict())
    other = steps_of(lambda: str(ocop.Problem("a", "b", line=1)))
    assert one
    assert other
    assert one != other
    assert steps_of(lambda: re.compile("x")) == set()


def test_the_session_says_what_it_did(tmp_path: Path) -> None:
    """The figure counts what ran, and says how it ran."""
    done = subprocess.run(
        [
            sys.executable,
            RUN,
            "--minutes",
            "0.1",
            "--target",
            "code",
            "--plain",
            "--work",
            tmp_path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.splitlines()[-1]
    found = re.fullmatch(
        r"fuzz: 1 targets, ([\d,]+) inputs in 0.1 minutes \(no atheris\), (\d+) kept, 0 broken, "
        r"slowest \d\.\d s, most memory \d+ MB",
        last,
    )
    assert found, done.stdout + done.stderr
    assert int(found[1].replace(",", "")) > 10
    assert int(found[2]) > 5
    assert done.returncode == 0
