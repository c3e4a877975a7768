"""What is cut out of criteria files is just what was asked for, or nothing is taken from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocop.law._few_criteria import FewCriteria
from ocop.law._folder import DecisionFolder
from ocop.law.catalogue import shared_groups

DATA = Path(__file__).resolve().parents[2] / "criteria_sets" / "qd-26-2026" / "criteria"
OPTION = '{points: 1, label: {vi: "a", en: "a"}}'
HIDDEN = f'  - {{id: "hidden", title: {{vi: "a", en: "a"}}, options: [{OPTION}]}}'


@pytest.mark.parametrize("ids", [["story-style", "story"], ["story"], ["story", "story"]])
def test_a_criterion_hidden_in_another_one_is_not_taken(base: Path, ids: list[str]) -> None:
    """A piece that holds more than its criterion is left to the reader of whole files."""
    assert FewCriteria(base / "criteria").named(ids) is not None
    path = base / "criteria" / "story.yaml"
    text = path.read_text(encoding="utf-8").replace(
        '  - id: "story-style"', f'{HIDDEN}\n  - id: "story-style"'
    )
    path.write_text(text, encoding="utf-8")
    assert FewCriteria(base / "criteria").named(ids) is None
    folder = DecisionFolder(base, "x", shared_groups(), shipped=True)
    assert folder.decision().sets[1].item("5.2").criterion.id == "story-style"
    assert "hidden" in folder.criteria


def test_a_text_that_looks_like_a_criterion_is_not_taken(base: Path) -> None:
    """A line inside a text of several lines is cut off like a criterion, and then refused."""
    path = base / "criteria" / "story.yaml"
    text = path.read_text(encoding="utf-8")
    note = 'note: {vi: "Chỉ xét khi có câu chuyện", en: \'\n  - id: "ghost"\n  \'}'
    old = 'note: {vi: "Chỉ xét khi có câu chuyện", en: "Only where there is a story"}'
    assert text.count(old) == 1
    path.write_text(text.replace(old, note), encoding="utf-8")
    few = FewCriteria(base / "criteria")
    assert few.named(["story"]) is not None
    assert few.named(["story-style"]) is None
    assert few.named(["ghost"]) is None
    assert DecisionFolder(base, "x", shared_groups()).decision().sets[1].number == 1


def test_windows_line_ends_are_read_whole(base: Path) -> None:
    """Files that an editor or a checkout gave other line ends load as before."""
    before = DecisionFolder(base, "x", shared_groups()).decision().sets[1]
    for path in base.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    folder = DecisionFolder(base, "x", shared_groups(), shipped=True)
    assert folder.decision().sets[1] == before
    assert folder.few_criteria._pieces == {}


def test_later_sets_take_what_is_there() -> None:
    """A criterion is read once: what a set before it needed is not read again."""
    few = FewCriteria(DATA)
    first = few.named(["packaging", "labelling"])
    assert first is not None
    kept = first["packaging"]
    second = few.named(["labelling", "packaging", "local-labour"])
    assert second is not None
    assert second["packaging"] is kept
    assert set(second) == {"packaging", "labelling", "local-labour"}
    assert few.named(["packaging", "no such criterion"]) is None
