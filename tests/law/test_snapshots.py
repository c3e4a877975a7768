"""A changed past answer shows in review: snapshots of the law and of fixed sheets, locked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import ocop

HERE = Path(__file__).resolve().parent
OWN = {"qd-1.txt": "a\nb\n"}
NUMBERS = {"qd-1.txt": "1/QĐ-TTg"}
CHANGELOG = """# Changelog

- **law** 1/QĐ-TTg, in force from 2030-01-01: the
  first sets.
- **new** 1/QĐ-TTg is shown.
- **law** 1/QĐ-TTg, from 2030-02-01: set 1 reads anew.
- **law** 2/QĐ-TTg, from 2030-03-01: other sets.
"""
FIRST = "1/QĐ-TTg, in force from 2030-01-01: the first sets."
SECOND = "1/QĐ-TTg, from 2030-02-01: set 1 reads anew."


@pytest.fixture(scope="module", autouse=True)
def modules() -> Iterator[None]:
    """Let the tools of this folder find each other."""
    sys.path.insert(0, str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture
def ledger() -> Any:
    """Return the ledger's reader."""
    return import_module("ledger")


@pytest.fixture
def fixed_sheets() -> Any:
    """Return the maker of fixed sheets."""
    return import_module("fixed_sheets")


@pytest.fixture
def check() -> Any:
    """Return the tool that compares and counts."""
    return import_module("check_snapshots")


def step(ledger: Any, text: str, entry: str) -> dict[str, str]:
    return {"sha256": ledger.digest(text), "entry": entry}


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_the_law_of_a_decision_is_that_of_its_snapshot(law: ocop.Decision) -> None:
    """Points, marks, floors, rules and maxima are unchanged (``python tests/law/refresh.py``)."""
    refresh = import_module("refresh")
    text = (refresh.SNAPSHOTS / f"{law.id}.txt").read_text(encoding="utf-8")
    assert refresh.snapshot(law).splitlines() == text.splitlines()


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_fixed_sheets_reach_what_their_snapshot_says(law: ocop.Decision, fixed_sheets: Any) -> None:
    """Points, bands, stars, missed floors and reasons of the fixed sheets are unchanged."""
    text = (HERE / "snapshots" / f"{law.id}-sheets.txt").read_text(encoding="utf-8")
    assert fixed_sheets.snapshot(law).splitlines() == text.splitlines()


def test_every_snapshot_belongs_to_a_shipped_decision(ledger: Any, check: Any) -> None:
    """A decision that is taken out of the data leaves no snapshot behind."""
    assert set(ledger.texts()) == set(check.numbers())


def test_every_snapshot_is_explained_in_the_changelog(ledger: Any, check: Any) -> None:
    """Each snapshot has its text's digest in the ledger, with a law entry of its own."""
    changelog = ledger.CHANGELOG.read_text(encoding="utf-8")
    lacking = ledger.problems(ledger.read(), ledger.texts(), check.numbers(), changelog)
    assert [*lacking] == []


def test_the_ledger_only_grows(ledger: Any) -> None:
    """No step of any version in the history of the repository was taken back or reworded."""
    versions = ledger.earlier()
    if versions is None:
        pytest.skip("no history here: the ledger's earlier versions are in git alone")
    for commit, version in versions.items():
        assert [*ledger.forgotten(version, ledger.read())] == [], commit


def test_the_sheets_of_a_set_are_fixed_and_reach_its_edges(fixed_sheets: Any) -> None:
    """Under 26/2026 all bands, floors, findings, knock-outs and rules are met by named sheets."""
    for law in ocop.decision("qd-26-2026").sets.values():
        names = [sheet.name for sheet in fixed_sheets.named(law)]
        assert len(set(names)) == len(names)
        assert {f"{t} points" for t in (90, 89, 70, 69, 50, 49, 30, 29)} < set(names)
        scores = fixed_sheets._scores(law, [*fixed_sheets.named(law)])
        by_name = dict(zip(names, scores, strict=True))
        for name, score in by_name.items():
            if name.endswith(" points"):
                assert score.total == int(name.split()[0])
            if " below " in name:
                code, _, star, _ = name.split()
                assert (code, int(star)) in {(f.code, f.star) for f in score.missing_floors}
        told = {reason for score in scores for reason in score.excluded}
        watched = {rule.section for rule in law.rules.knock_outs}
        zeros = {f"zero:{item.code}" for code in watched for item in law.section_items(code)}
        assert told >= zeros | {exclusion.finding.id for exclusion in law.exclusions}
        assert {score.star for score in scores} >= {1, 2, 3, 4, 5}


def test_the_dice_of_drawn_sheets_are_our_own(fixed_sheets: Any) -> None:
    """The first numbers of a name are these for ever, on every version of everything."""
    dice = fixed_sheets.Dice("qd-26-2026 1 fresh-produce")
    assert [dice.below(100) for _ in range(8)] == [90, 11, 62, 1, 54, 26, 21, 76]


def test_a_snapshot_that_nobody_explained_is_told_with_what_to_do(ledger: Any) -> None:
    """A text whose digest is not in the ledger: the message holds the lines to write."""
    known = {"qd-1.txt": [step(ledger, "a\n", FIRST)]}
    (problem,) = ledger.problems(known, OWN, NUMBERS, CHANGELOG)
    assert (
        problem
        == f"""\
qd-1.txt: the snapshot changed, so a past answer changes.
  1. Read the change: git diff tests/law/snapshots. If it is not meant, mend what caused it.
  2. If it is, write an entry of type **law** in CHANGELOG.md that names 1/QĐ-TTg, the day, and what
     it does to results.
  3. Add below qd-1.txt in tests/law/snapshots/ledger.yaml, behind what stands there:
       - sha256: "{ledger.digest(OWN["qd-1.txt"])}"
         entry: "the text of that entry\""""
    )
    explained = {"qd-1.txt": [*known["qd-1.txt"], step(ledger, "a\nb\n", SECOND)]}
    assert [*ledger.problems(explained, OWN, NUMBERS, CHANGELOG)] == []
    # An older digest does not do: going back is a change too.
    assert len([*ledger.problems(explained, {"qd-1.txt": "a\n"}, NUMBERS, CHANGELOG)]) == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FIRST, "one changelog entry explains two changes"),
        ("1/QĐ-TTg is shown.", "CHANGELOG.md has no entry of type **law** that reads"),
        ("1/QĐ-TTg: something else.", "CHANGELOG.md has no entry of type **law** that reads"),
        ("2/QĐ-TTg, from 2030-03-01: other sets.", "the entry does not name 1/QĐ-TTg"),
    ],
)
def test_a_reason_that_is_none_is_told(ledger: Any, entry: str, said: str) -> None:
    """An entry used twice, of another type, not in the changelog, or of another decision."""
    known = {"qd-1.txt": [step(ledger, "a\n", FIRST), step(ledger, "a\nb\n", entry)]}
    (problem,) = ledger.problems(known, OWN, NUMBERS, CHANGELOG)
    assert said in problem
    assert entry in problem


def test_a_snapshot_that_went_is_told(ledger: Any) -> None:
    """A past answer cannot be taken out of sight."""
    known = {name: [step(ledger, "a\nb\n", FIRST)] for name in ("qd-1.txt", "qd-0.txt")}
    (problem,) = ledger.problems(known, OWN, NUMBERS, CHANGELOG)
    assert problem.startswith("qd-0.txt: the ledger names a snapshot that is not there")
    (problem,) = ledger.problems(known, OWN | {"qd-0.txt": "a\nb\n"}, NUMBERS, CHANGELOG)
    assert problem.startswith("qd-0.txt: no shipped decision has this snapshot")


def test_a_ledger_that_forgets_is_told(ledger: Any) -> None:
    """A step that was changed or removed is named; further steps are fine."""
    one, two = step(ledger, "a\n", FIRST), step(ledger, "a\nb\n", SECOND)
    assert [*ledger.forgotten({"qd-1.txt": [one]}, {"qd-1.txt": [one, two]})] == []
    for now in ({}, {"qd-1.txt": []}, {"qd-1.txt": [two]}, {"qd-1.txt": [one | {"entry": SECOND}]}):
        (problem,) = ledger.forgotten({"qd-1.txt": [one]}, now)
        assert one["sha256"][:12] in problem


def test_line_ends_do_not_change_a_digest(ledger: Any) -> None:
    """A checkout with Windows line ends has the same snapshots."""
    assert ledger.digest("a\r\nb\r\n") == ledger.digest("a\nb\n")
    assert ledger.digest("a\nb\n") != ledger.digest("a\nc\n")


def test_a_changed_answer_is_counted_and_named(check: Any) -> None:
    """Each changed line counts once, with its file and its set."""
    kept = {"q.txt": "fixed\n\nset 1 tea\n  best: 5\n  worst: 1\n\nset 2 rice\n  best: 5\n"}
    now = {"q.txt": "fixed\n\nset 1 tea\n  best: 4\n  worst: 1\n\nset 2 rice\n  best: 5\n"}
    assert [*check.changes(kept, now)] == ["q.txt, set 1 tea:\n  - best: 5\n  + best: 4"]
    assert [*check.changes(kept, kept)] == []
    assert len([*check.changes(kept, {})]) == 8


def test_a_changed_answer_fails_the_session(
    check: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line of one set that reads anew: it is shown, counted, and nobody explained it."""
    now = check.current()
    name = "qd-26-2026-sheets.txt"
    now[name] = now[name].replace(
        "89 points: 40 25 24 = 89, band 4", "89 points: 40 25 24 = 89, band 5", 1
    )
    monkeypatch.setattr(check, "current", lambda: now)
    assert check.main() == 1
    printed = capsys.readouterr().out
    assert "qd-26-2026-sheets.txt, set " in printed
    assert "  + 89 points: 40 25 24 = 89, band 5, star 4" in printed
    assert "qd-26-2026-sheets.txt: the snapshot changed, so a past answer changes." in printed
    assert printed.splitlines()[-1].endswith(" fixed sheets, 1 answers changed, 1 not explained")


def test_the_session_says_what_it_compared() -> None:
    """The tool's last line is its figure, with all sets and no change."""
    run = [sys.executable, str(HERE / "check_snapshots.py")]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", check=False)
    sets = sum(len(law.sets) for law in ocop.decisions())
    last = done.stdout.splitlines()[-1]
    assert last.startswith(f"snapshots: {sets} sets, "), done.stdout + done.stderr
    assert last.endswith(" fixed sheets, 0 answers changed")
    assert done.returncode == 0
