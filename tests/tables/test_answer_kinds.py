"""Answers as labels and points: every option is found again, what fits two options is told."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

import ocop
from ocop.tables._answer_kinds import list_entry, lookup

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
                assert labels.value(text) == position
                assert labels.value(f"  {unicodedata.normalize('NFD', text).upper()} ") == position
                assert labels.value(f"{position} - {text}") == position
            assert labels.value(list_entry(criterion, position, "vi")) == position
            assert labels.value(list_entry(criterion, position, "en")) == position
            assert labels.value(f" {position} ") == positions.value(f" {position} ") == position
            assert labels.value(f"0{position}.0") == position
        assert labels.value(list_entry(criterion, 0, "vi")) == labels.value("0") == 0
        assert labels.value("") == positions.value("  ") == 255
        assert lookup(criterion, "points").value("") == 255


def test_points_find_the_one_option_that_has_them() -> None:
    """Points of one option are its position, those of several are ambiguous, others unknown."""
    for criterion in every_criterion():
        points = lookup(criterion, "points")
        for number in range(60):
            fits = [n for n, o in enumerate(criterion.options, start=1) if o.points == number]
            found = points.value(str(number))
            if len(fits) == 1 or (not fits and not number):
                assert found == (fits or [0])[0]
            else:
                assert found == 254
                problem = points.fault(str(number))
                assert problem.code == ("ambiguous-answer" if fits else "unknown-option")


def test_a_list_entry_begins_with_the_position() -> None:
    """None met has an entry too."""
    assert list_entry(FIVE, 0, "vi") == "0 - Không đạt mức nào"
    assert list_entry(FIVE, 5, "en") == f"5 - {FIVE.options[4].label.en}"


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("positions", "9", "found '9', allowed are 0 to 5 or empty [option-out-of-range]"),
        ("positions", "-1", "found '-1', allowed are 0 to 5 or empty [option-out-of-range]"),
        ("positions", "2.5", "found '2.5', allowed are 0 to 5 or empty [not-a-whole-number]"),
        ("positions", "x", "found 'x', allowed are 0 to 5 or empty [not-a-whole-number]"),
        ("positions", "2.0", "found '2.0', allowed are 0 to 5 or empty [not-a-whole-number]"),
        (
            "positions",
            "02",
            "found '02', allowed are 0 to 5 or empty; write '2' [not-a-whole-number]",
        ),
        ("positions", "1/3", "found '1/3', allowed is one answer; keep one [several-answers]"),
        ("positions", "1,3", "found '1,3', allowed are 0 to 5 or empty [not-a-whole-number]"),
        ("points", "1, 3", "found '1, 3', allowed is one answer; keep one [several-answers]"),
        ("labels", "1; 3", "found '1; 3', allowed is one answer; keep one [several-answers]"),
        ("labels", "9", "found '9', allowed are 0 to 5 or empty [option-out-of-range]"),
        (
            "labels",
            "3 - khác",
            f"found '3 - khác', but option 3 is '{FIVE.options[2].label.vi}'; copy the "
            "label, or write its position [unknown-option]",
        ),
        (
            "labels",
            "zzz",
            "found 'zzz', allowed are 0 to 5, a label of an option, or empty; copy the label, or "
            "write its position [unknown-option]",
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
    assert lookup(FIVE, kind).value(text) == 254
    problem = lookup(FIVE, kind).fault(text)
    assert str(problem) == message
    assert str(replace(problem, file="a.xlsx")).startswith("a.xlsx: ")


def test_a_label_that_is_nearly_right_is_suggested() -> None:
    """A slip of the pen brings the label that was meant."""
    label = FIVE.options[4].label.vi
    problem = lookup(FIVE, "labels").fault(label[:-1])
    assert problem.hint == f"did you mean {label!r}?"
