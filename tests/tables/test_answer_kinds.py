"""Answers as labels and points: every option is found again, what fits two options is told."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

import ocop
from ocop.tables._answer_kinds import AMBIGUOUS, NO_OPTION, list_entry, lookup

TEA = ocop.criteria_set("qd-26-2026", "tea")
FIVE = TEA.item("5.1").criterion


def every_criterion() -> list[ocop.Criterion]:
    """Return the distinct criteria of all decisions."""
    found = {
        id(item.criterion): item.criterion
        for law in ocop.decisions()
        for chosen in law.sets.values()
        for item in chosen.items
    }
    return list(found.values())


def test_every_option_is_found_by_label_list_entry_and_position() -> None:
    """In both languages, whatever the case, the spaces and the form of the letters."""
    for criterion in every_criterion():
        labels, positions = lookup(criterion, "labels"), lookup(criterion, "positions")
        for position, option in enumerate(criterion.options, start=1):
            for text in (option.label.vi, option.label.en):
                assert labels.find(text) == position
                assert labels.find(f"  {unicodedata.normalize('NFD', text).upper()} ") == position
                assert labels.find(f"{position} - {text}") == position
            assert labels.find(list_entry(criterion, position, "vi")) == position
            assert labels.find(list_entry(criterion, position, "en")) == position
            for text in (f"{position}", f" {position}.0 "):
                assert labels.find(text) == positions.find(text) == position
        assert labels.find(list_entry(criterion, 0, "vi")) == labels.find("0") == 0
        assert (
            labels.find("") == positions.find("  ") == lookup(criterion, "points").find("") == 255
        )


def test_points_find_the_one_option_that_has_them() -> None:
    """Points of one option are its position, those of several are ambiguous, others unknown."""
    for criterion in every_criterion():
        points = lookup(criterion, "points")
        table = points.by_number()
        for number in range(60):
            fits = [n for n, o in enumerate(criterion.options, start=1) if o.points == number]
            found = points.find(str(number))
            if len(fits) == 1 or (not fits and not number):
                assert found == table[number] == (fits or [0])[0]
            else:
                assert isinstance(found, ocop.Problem)
                assert found.code == ("ambiguous-answer" if fits else "unknown-option")
                assert table[number] == (AMBIGUOUS if fits else NO_OPTION)
        assert table[255] == 255


def test_a_list_entry_begins_with_the_position() -> None:
    """None met has an entry too."""
    assert list_entry(FIVE, 0, "vi") == "0 - Không đạt mức nào"
    assert list_entry(FIVE, 5, "en") == f"5 - {FIVE.options[4].label.en}"


def test_positions_as_a_table() -> None:
    """Whole numbers are looked up at once."""
    assert lookup(FIVE, "positions").by_number()[:7].tolist() == [0, 1, 2, 3, 4, 5, NO_OPTION]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("positions", "9", "found '9', allowed are 0 to 5 or empty [option-out-of-range]"),
        ("positions", "-1", "found '-1', allowed are 0 to 5 or empty [option-out-of-range]"),
        ("positions", "2.5", "found '2.5', allowed are 0 to 5 or empty [not-a-whole-number]"),
        ("positions", "x", "found 'x', allowed are 0 to 5 or empty [not-a-whole-number]"),
        ("labels", "1; 3", "found '1; 3', allowed is one answer; keep one [several-answers]"),
        ("labels", "9", "found '9', allowed are 0 to 5 or empty [option-out-of-range]"),
        (
            "labels",
            "3 - khác",
            f"found '3 - khác', but option 3 is '{FIVE.options[2].label.vi}'; choose it from the "
            "list again [unknown-option]",
        ),
        (
            "labels",
            "zzz",
            "found 'zzz', allowed are 0 to 5, a label of an option, or empty; choose one from the "
            "list [unknown-option]",
        ),
        (
            "points",
            "17",
            f"found '17', allowed are the points "
            f"{', '.join(map(str, sorted({0, *(o.points for o in FIVE.options)})))}, or empty "
            "[unknown-option]",
        ),
    ],
)
def test_what_is_wrong_is_told(kind: Any, text: str, message: str) -> None:
    """A problem says what was found and what is allowed; its place is the caller's."""
    problem = lookup(FIVE, kind).find(text)
    assert isinstance(problem, ocop.Problem)
    assert str(problem) == message
    assert str(replace(problem, file="a.xlsx")).startswith("a.xlsx: ")


def test_a_label_that_is_nearly_right_is_suggested() -> None:
    """A slip of the pen brings the label that was meant."""
    label = FIVE.options[4].label.vi
    problem = lookup(FIVE, "labels").find(label[:-1])
    assert isinstance(problem, ocop.Problem)
    assert problem.hint == f"did you mean {label!r}?"
