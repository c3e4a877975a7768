"""One shipped set loads with its own criteria alone, and exactly as from whole files."""

from __future__ import annotations

from pathlib import Path

import pytest

import ocop
from ocop.law._few_criteria import FewCriteria
from ocop.law._folder import DecisionFolder
from ocop.law.catalogue import shared_groups

DATA = Path(__file__).parents[2] / "criteria_sets"
OWN = [law for law in ocop.decisions() if law.base is None]


@pytest.mark.parametrize("law", OWN, ids=lambda law: law.id)
def test_sets_read_alone_are_the_sets_of_whole_files(law: ocop.Decision) -> None:
    """Every set of every decision, read either way, has the same content."""
    folder = DecisionFolder(DATA / law.id, law.id, shared_groups())
    whole = folder.decision()
    assert dict(whole.sets) == dict(law.sets)
    alone = DecisionFolder(DATA / law.id, law.id, shared_groups(), shipped=True)
    assert dict(alone.decision().sets) == dict(whole.sets)
    assert "criteria_files" not in vars(alone)
    assert set(FewCriteria(DATA / law.id / "criteria")._pieces) == set(folder.criteria)


def test_only_the_criteria_of_the_set_are_read() -> None:
    """The tea set reads its 32 criteria out of 211."""
    folder = DecisionFolder(DATA / "qd-26-2026", "x", shared_groups(), shipped=True)
    tea = folder.decision().sets[11]
    assert set(folder.few_criteria._read) == {item.criterion.id for item in tea.items}
    assert len(folder.few_criteria._read) == 32


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('  - id: "story-style"', '  - id: "story-style" # told how'),
        ('  - id: "story-style"', "  - id: story-style"),
    ],
)
def test_another_layout_is_read_whole(base: Path, old: str, new: str) -> None:
    """A criterion that does not begin as the shipped ones do is found all the same."""
    path = base / "criteria" / "story.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    folder = DecisionFolder(base, "x", shared_groups(), shipped=True)
    assert "story-style" in {item.criterion.id for item in folder.decision().sets[1].items}
    assert "criteria_files" in vars(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("criteria/story.yaml", "points: 15", "points: fifteen", "wrong-type"),
        ("criteria/story.yaml", "points: 15", "points: 14", "points-do-not-add-up"),
        ("criteria/story.yaml", "points: 15", "points: [15", "yaml-syntax"),
        ("sets/01-tea.yaml", '"story-style"', '"story-stile"', "unknown-reference"),
        ("sets/01-tea.yaml", "number: 1", "number: one", "wrong-type"),
    ],
)
def test_problems_are_told_as_from_whole_files(
    base: Path, file: str, old: str, new: str, code: str
) -> None:
    """Anything wrong goes to the reader of whole files, which knows the places."""
    path = base / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    messages = []
    for shipped in (True, False):
        folder = DecisionFolder(base, "x", shared_groups(), shipped=shipped)
        with pytest.raises(ocop.LawError) as caught:
            folder.decision().sets[1]
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    assert f"[{code}]" in messages[0]
