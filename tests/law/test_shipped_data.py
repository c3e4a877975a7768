"""The shipped law: every file is valid, and known facts of the annexes are in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

import ocop
from ocop._resources import resource
from ocop.law._read import load_one_of
from ocop.text import nfc

DATA = Path(str(resource("criteria_sets")))
FILES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.y*ml"))
IDS = ["qd-781-2020", "qd-148-2023", "qd-26-2026"]
AMENDMENTS = ["qd-1048-2019", "qd-1489-2025"]
# Parts and sections whose options do not add up in the sources, in points.
GAPS = {
    ("qd-148-2023", 7): ("6", 16, 15),
    ("qd-148-2023", 11): ("C", 35, 32),
    ("qd-148-2023", 12): ("C", 35, 32),
    ("qd-148-2023", 13): ("C", 35, 33),
    ("qd-781-2020", 19): ("C", 40, 38),
}
SETS = [(name, number) for name in IDS for number in ocop.decision(name).sets]


@cache
def _problems(folder: str) -> tuple[ocop.Problem, ...]:
    return ocop.validate(DATA / folder)


@cache
def _set(name: str, number: int) -> ocop.CriteriaSet:
    return ocop.criteria_set(name, number)


def _labels(value: Any, path: str = "") -> Iterator[tuple[str, ocop.Label]]:
    """Yield every label inside law objects, with the names that lead to it."""
    if isinstance(value, ocop.Label):
        yield path, value
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            yield from _labels(getattr(value, attribute.name), f"{path}.{attribute.name}")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _labels(inner, f"{path}[{key}]")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _labels(inner, f"{path}[{index}]")


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_is_valid(name: str) -> None:
    """The file has no problem, alone and against the other files of its decision."""
    path = DATA / name
    assert load_one_of(path, name).doc.problems == []
    folder = name.partition("/")[0]
    if (DATA / folder / "decision.yaml").is_file():
        assert [p for p in _problems(folder) if p.file == str(path)] == []
    else:
        assert ocop.validate(path) == ()


def test_there_is_a_file_for_every_set_and_no_stray_one() -> None:
    """78 sets, headers, groups, criteria and crosswalks: every YAML file has its place."""
    assert [_problems(name) for name in (*IDS, *AMENDMENTS)] == [()] * 5
    places = [name.split("/") for name in FILES]
    assert sum(place[1:2] == ["sets"] for place in places) == 78
    assert {tuple(place[:2]) for place in places} == {
        ("groups.yaml",),
        *((name, inside) for name in IDS for inside in ("decision.yaml", "criteria", "sets")),
        *((name, "decision.yaml") for name in AMENDMENTS),
        *(("crosswalks", path.name) for path in (DATA / "crosswalks").iterdir()),
    }


@pytest.mark.parametrize(("name", "number"), SETS)
def test_a_set_reaches_exactly_100_points_or_names_its_gap(name: str, number: int) -> None:
    """The best options add up to the headings and to 100, but for the known gaps."""
    chosen = _set(name, number)
    where, heading, reachable = GAPS.get((name, number), ("", 0, 0))
    assert chosen.reachable == 100 - heading + reachable
    found = [(gap.where, gap.heading, gap.reachable) for gap in chosen.gaps]
    assert found == ([(where, heading, reachable)] if where else [])
    assert sum(part.points for part in chosen.parts) == 100


def test_26_2026_has_its_known_size() -> None:
    """26 sets with 787 criteria, 2,579 options and 574 star marks, none on a whole criterion."""
    items = [item for number in range(1, 27) for item in _set("qd-26-2026", number).items]
    options = [option for item in items for option in item.criterion.options]
    assert list(ocop.decision("qd-26-2026").sets) == list(range(1, 27))
    assert (len(items), len(options)) == (787, 2_579)
    assert sum(option.mark is not None for option in options) == 574
    assert [item.code for item in items if item.criterion.mark is not None] == []
    assert {len(_set("qd-26-2026", number).items) for number in range(1, 27)} <= set(range(25, 37))
    assert {len(item.criterion.options) for item in items} <= set(range(2, 7))


def _size(name: str) -> tuple[int, int, int, int]:
    """Return how many sets, places, options and option marks a decision has."""
    items = [item for chosen in ocop.decision(name).sets.values() for item in chosen.items]
    options = [option for item in items for option in item.criterion.options]
    marks = sum(option.mark is not None for option in options)
    return len(ocop.decision(name).sets), len(items), len(options), marks


def test_the_older_decisions_have_their_known_size() -> None:
    """781: 782 places and 2,806 options, no marks; 148: 795 places, 2,632 options."""
    assert _size("qd-781-2020") == (26, 782, 2806, 0)
    assert _size("qd-148-2023")[:3] == (26, 795, 2632)
    assert all(
        item.criterion.floor(5) == 0
        for chosen in ocop.decision("qd-781-2020").sets.values()
        for item in chosen.items
    )


def test_148_marks_intellectual_property_as_a_whole() -> None:
    """Intellectual property has a 4-star mark on the criterion itself; any points are enough."""
    law = ocop.decision("qd-148-2023")
    marked = {
        (number, item.code)
        for number, chosen in law.sets.items()
        for item in chosen.items
        if item.criterion.mark is not None
    }
    assert marked == {(number, "3.6") for number in range(1, 27)}
    item = law.sets[1].item("3.6")
    assert [item.criterion.floor(star, "any") for star in (3, 4, 5)] == [0, 1, 1]
    assert [item.criterion.floor(star, "full") for star in (3, 4, 5)] == [0, 2, 2]


def test_an_amendment_shares_the_criteria_of_its_base() -> None:
    """1489 has the criteria of 148 and other authorities; 1048 has 25 sets of 781."""
    base, amended = ocop.decision("qd-148-2023"), ocop.decision("qd-1489-2025")
    assert amended.base == base.id
    for number, chosen in amended.sets.items():
        assert chosen.decision == amended.id
        assert chosen.parts == base.sets[number].parts
    assert [band.recognised_by for band in base.bands[:3]] == ["centre", "province", "district"]
    assert [band.recognised_by for band in amended.bands[:3]] == ["centre", "province", "province"]
    assert list(ocop.decision("qd-1048-2019").sets) == list(range(1, 26))


@pytest.mark.parametrize("name", IDS)
def test_every_label_is_short_in_both_languages(name: str) -> None:
    """Labels have at most 120 characters (notes 140), one line, normal form C, no outer spaces."""
    labels = dict(_labels(ocop.decision(name)))
    assert len(labels) > 200
    for path, label in labels.items():
        for text in (label.vi, label.en):
            assert text == " ".join(text.split()) == nfc(text) != "", path
            assert len(text) <= (140 if path.endswith(".note") else 120), path


@pytest.mark.parametrize("name", IDS)
def test_vietnamese_labels_are_vietnamese(name: str) -> None:
    """Most Vietnamese labels carry accents, and English ones hardly any: none were swapped."""
    labels = [label for _, label in _labels(ocop.decision(name))]
    accented = sum(not label.vi.isascii() for label in labels) / len(labels)
    foreign = sum(any("\u1e00" <= c <= "\u1eff" for c in label.en) for label in labels)
    assert accented > 0.9
    assert foreign / len(labels) < 0.02


@pytest.mark.parametrize(("name", "number"), SETS)
def test_options_of_a_criterion_can_be_told_apart(name: str, number: int) -> None:
    """No two options of a criterion share a label in either language."""
    for item in _set(name, number).items:
        options = item.criterion.options
        assert len({option.label.vi for option in options}) == len(options), item.code
        assert len({option.label.en for option in options}) == len(options), item.code


@pytest.mark.parametrize(
    ("name", "number", "code", "points"),
    [
        ("qd-26-2026", 23, "6.2", [1, 1, 3, 5]),
        ("qd-26-2026", 7, "3.1", [1, 1, 3]),
        ("qd-26-2026", 11, "5.1", [0, 1, 2, 3, 5]),
        ("qd-26-2026", 11, "5.3", [0, 1, 3, 5]),
        ("qd-26-2026", 16, "2.4", [0, 1]),
        ("qd-26-2026", 26, "8", [1, 3, 1, 3]),
        ("qd-781-2020", 1, "6.2", [0, 1, 3, 5, 8]),
        ("qd-781-2020", 1, "3.2", [1, 2, 0, 1]),
    ],
)
def test_known_options_are_as_printed(name: str, number: int, code: str, points: list[int]) -> None:
    """Points of options in printed order, also where two options have the same points."""
    options = _set(name, number).item(code).criterion.options
    assert [option.points for option in options] == points


@pytest.mark.parametrize(
    ("number", "code", "floors"),
    [
        (11, "5.1", (0, 5, 5)),
        (11, "5.3", (1, 1, 1)),
        (11, "4.1", (2, 3, 5)),
        (1, "1.5", (0, 2, 3)),
        (1, "1.6", (0, 1, 1)),
        (26, "3.5", (1, 2, 2)),
        (11, "1.1", (2, 2, 2)),
        (11, "1.7", (0, 0, 0)),
    ],
)
def test_known_floors_are_as_marked(number: int, code: str, floors: tuple[int, int, int]) -> None:
    """The least points for 3, 4 and 5 stars; a higher star keeps the floors of the lower ones."""
    criterion = _set("qd-26-2026", number).item(code).criterion
    assert tuple(criterion.floor(star) for star in (3, 4, 5)) == floors


@pytest.mark.parametrize(("name", "number"), SETS)
def test_floors_rise_with_the_star_and_can_be_met(name: str, number: int) -> None:
    """No floor asks for more than the best option, and the floor is one option's points."""
    for item in _set(name, number).items:
        floors = [item.criterion.floor(star) for star in (1, 2, 3, 4, 5)]
        assert floors == sorted(floors)
        assert floors[:2] == [0, 0]
        assert {*floors} <= {0, *(option.points for option in item.criterion.options)}


@pytest.mark.parametrize("name", IDS)
def test_bands_are_half_open_from_the_printed_thresholds(name: str) -> None:
    """90, 70, 50 and 30 points open the stars; nobody recognises two stars and one."""
    bands = ocop.decision(name).bands
    assert [(band.star, band.at_least) for band in bands] == [
        (5, 90),
        (4, 70),
        (3, 50),
        (2, 30),
        (1, 0),
    ]
    level = "district" if name == "qd-148-2023" else "province"
    assert [band.recognised_by for band in bands] == ["centre", "province", level, None, None]


def test_rules_stand_where_the_annexes_print_them() -> None:
    """5.2 needs a story in 26/2026, 5.2 and 5.3 in 781; water is knocked out by section 6."""
    sets = [_set("qd-26-2026", number) for number in range(1, 27)]
    needs = [[(need.item, need.other) for need in chosen.rules.needs] for chosen in sets]
    assert needs == [[("5.2", "5.1")]] * 25 + [[]]
    knocked = {s.number: [k.section for k in s.rules.knock_outs] for s in sets}
    assert {number: codes for number, codes in knocked.items() if codes} == {16: ["6"]}
    old = _set("qd-781-2020", 1).rules.needs
    assert [(need.item, need.other) for need in old] == [("5.2", "5.1"), ("5.3", "5.1")]


def test_cases_stand_where_the_annexes_print_them() -> None:
    """Tourism services have two providers; 781 has two forms of producer in item 3.2."""
    found = {
        (name, number, item.code): item.criterion.case_kind
        for name, number in SETS
        for item in _set(name, number).items
        if item.criterion.case_kind
    }
    tourism = {
        "qd-26-2026": ("8", "9", "15"),
        "qd-148-2023": ("8", "9", "15"),
        "qd-781-2020": ("9", "10", "16"),
    }
    forms = {key for key, kind in found.items() if kind == "producer-form"}
    assert forms == {("qd-781-2020", number, "3.2") for number in range(1, 27)}
    assert set(found) - forms == {(n, 26, code) for n, codes in tourism.items() for code in codes}


def test_every_set_names_its_clause_and_group() -> None:
    """The annex and the set's number stand in the clause of every set."""
    for name, number in SETS:
        chosen = _set(name, number)
        assert chosen.clause.vi.endswith(f"bộ {number}")
        assert chosen.clause.en.endswith(f"set {number}")
        assert chosen.decision == name
        assert chosen.group == ocop.decision(name).groups[number - 1]
        assert chosen.confidence == ocop.decision(name).source.confidence
