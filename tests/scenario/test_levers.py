"""Levers: every combination of levels equals the reform of its edits, and is a sound law."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ocop
from ocop import (
    DropOption,
    Lever,
    Levers,
    Scale,
    SetHeading,
    SetMark,
    SetMarkReading,
    SetPoints,
    SetThreshold,
)

SMALL = ocop.load_decision(Path(__file__).parents[1] / "law" / "base_decision")
OPTIONS = sorted(
    {
        (item.code, position)
        for chosen in SMALL.sets.values()
        for item in chosen.items
        for position in range(1, len(item.criterion.options) + 1)
    }
)

place = st.sampled_from(OPTIONS)
sets = st.sampled_from([(), (1,), ("village-walks",)])
mark = st.sampled_from([None, 3, 4, 5])
edit = st.one_of(
    st.builds(
        lambda where, points, names: SetPoints(
            criterion=where[0], option=where[1], points=points, sets=names
        ),
        place,
        st.integers(0, 30),
        sets,
    ),
    st.builds(
        lambda where, star, names: SetMark(
            criterion=where[0], option=where[1], mark=star, sets=names
        ),
        place,
        mark,
        sets,
    ),
    st.builds(lambda where, star: SetMark(criterion=where[0], mark=star), place, mark),
    st.builds(SetThreshold, star=st.sampled_from([2, 3, 4, 5]), at_least=st.integers(20, 95)),
    st.builds(SetMarkReading, reading=st.sampled_from(["any", "full"])),
    st.builds(SetHeading, section=st.sampled_from(["1", "5"]), points=st.integers(5, 30)),
    st.builds(Scale, part=st.sampled_from("ABC"), points=st.integers(5, 60)),
    st.builds(Scale, section=st.sampled_from(["1", "5", "6"]), points=st.integers(5, 60)),
)
level = st.lists(edit, max_size=2)


def lever_of(name: str, levels: list[list[Any]]) -> Lever:
    return Lever(
        name=name,
        levels=[ocop.Level(label=str(m), edits=edits) for m, edits in enumerate(levels)],
    )


def joined(edits: list[Any]) -> ocop.Decision | None:
    """Return what a reform of all edits makes, None where it is refused."""
    reform = ocop.Reform(id="all", title=ocop.Label("Tất cả", "All"), edits=edits)
    try:
        return ocop.apply_reform(reform, SMALL).decision
    except ocop.InputError:
        return None


def same_tables(mine: ocop.Variants, source: ocop.CriteriaSet) -> bool:
    its = ocop.Variants.of([source])
    return all(
        np.array_equal(getattr(mine, name), getattr(its, name))
        for name in ("points", "thresholds", "floors")
    )


@settings(max_examples=150)
@given(st.lists(st.lists(level, min_size=1, max_size=3), min_size=1, max_size=3))
def test_choices_equal_the_reform_of_their_edits(given_levels: list[list[list[Any]]]) -> None:
    """Points, thresholds and floors of every combination are those that apply_reform makes."""
    levers = [lever_of(str(n), levels) for n, levels in enumerate(given_levels)]
    try:
        made = Levers(SMALL, levers)
    except ocop.InputError:
        assume(False)
    choices = made.every().array()
    assert len(choices) == np.prod(made.sizes)
    for number, source in SMALL.sets.items():
        variants = made.variants(number, choices)
        for n, choice in enumerate(choices.tolist()):
            reform = made.reform(choice)
            law = ocop.apply_reform(reform, SMALL).decision if reform.edits else SMALL
            assert same_tables(variants[n : n + 1], law.sets[number]), (number, choice)
        assert variants.criteria_set is source


@settings(max_examples=150)
@given(st.lists(level, min_size=2, max_size=2), st.lists(level, min_size=2, max_size=2))
def test_what_is_refused_is_unsound_in_some_combination(first: Any, second: Any) -> None:
    """Two levers are refused together only where edits of theirs cannot stand in one reform."""
    for levels in (first, second):
        assume(all(joined(edits) is not None for edits in levels))
    try:
        Levers(SMALL, [lever_of("a", first), lever_of("b", second)])
    except ocop.InputError as error:
        codes = {problem.code for problem in error.problems}
        assert codes <= {"levers-collide", "wrong-bands", "marks-fall", "no-points"}
        # A scaling before or behind: in one of the two orders the edits contradict each other.
        combined = [x + y for a, b in product(first, second) for x, y in ((a, b), (b, a))]
        assert any(joined(edits) is None for edits in combined)


def test_the_usual_dials(law: ocop.Decision) -> None:
    """Points, thresholds, totals, marks, switches and floors, with names and a base level."""
    levers = Levers(
        law,
        [
            Lever.of_points("1.2", 3, [2, 3], sets="tea"),
            Lever.of_threshold(5, [88, 90]),
            Lever.of_scale([30, 35, 40], part="C"),
            Lever.of_mark("5.1", 2, [None, 4], sets=[1, "tea"]),
            Lever.switch("strict", [SetThreshold(star=2, at_least=35)]),
            Lever.of_scale([20], section="1", sets="coffee-and-cocoa", name="own"),
        ],
    )
    assert levers.names == (
        "points of 1.2 option 3 in tea",
        "5 stars from",
        "total of part C",
        "mark of 5.1 option 2 in 1, tea",
        "strict",
        "own",
    )
    assert levers.sizes == (2, 2, 3, 2, 2, 1)
    assert levers.labels[3:5] == (("none", "4"), ("off", "on"))
    assert repr(levers) == "<Levers of qd-26-2026: 2 x 2 x 3 x 2 x 2 x 1 levels>"
    assert levers.base[1:3] == (1, 1)
    off = Levers(law, Lever.floors_off(law))
    assert (off.names, off.labels) == (("floors",), (("on", "off"),))
    assert not off.variants("tea", [[1]]).floors.any()
    one = Levers("qd-26-2026", [Lever.floors_off("qd-26-2026", sets="tea")])
    assert not one.variants(11, [[1]]).floors.any()
    assert one.variants(12, [[1]]).floors.any()


def codes_of(decision: ocop.Decision, *levers: Any) -> list[str]:
    with pytest.raises(ocop.InputError) as caught:
        Levers(decision, levers)
    return [str(problem) for problem in caught.value.problems]


def test_every_problem_at_once_with_its_place() -> None:
    """What each level does wrong stands at its edit, with the nearest name."""
    assert codes_of(
        SMALL,
        Lever.of_points("packagin", 1, [3]),
        Lever.of_points("1.1", 2, [-1, 101]),
        lever_of("twice", [[], []]),
        lever_of("twice", []),
        Lever(
            name="labels",
            levels=[ocop.Level(label="x"), ocop.Level(label="x")],
        ),
        Lever.switch(
            "drop", [SetMark(criterion="1.1", mark=3), DropOption(criterion="2", option=1)]
        ),
        Lever.of_threshold(5, [60]),
        Lever.of_threshold(1, [10]),
    ) == [
        "levers[7].levels[0].edits[0].set_threshold.star: found 1, allowed is one of 2, 3, 4, 5 "
        "[wrong-value]"
    ]
    assert codes_of(
        SMALL,
        Lever.of_points("packagin", 1, [3]),
        Lever.of_points("1.1", 2, [-1, 101]),
        lever_of("twice", [[], []]),
        lever_of("twice", []),
        Lever(
            name="labels",
            levels=[ocop.Level(label="x"), ocop.Level(label="x")],
        ),
        Lever.switch(
            "drop", [SetMark(criterion="1.1", mark=3), DropOption(criterion="2", option=1)]
        ),
        Lever.of_threshold(5, [60]),
    ) == [
        "levers[3].name: levers[2] has the name 'twice' already [duplicate-name]",
        "levers[3]: found no levels in 'twice', allowed is one or more [no-levels]",
        "levers[4].levels[1].label: another level of 'labels' has the label 'x' [duplicate-name]",
        "levers[0].levels[0].edits[0].set_points.criterion: there is no criterion 'packagin' in "
        "set 1 (tea), set 2 (village-walks); did you mean 'packaging'? [unknown-reference]",
        "levers[1].levels[0].edits[0].set_points.points: found -1, allowed are 0 to 100 "
        "[out-of-range]",
        "levers[1].levels[1].edits[0].set_points.points: found 101, allowed are 0 to 100 "
        "[out-of-range]",
        "levers[5].levels[1].edits[1].drop_option: a lever keeps criteria and options, so that "
        "levers can be combined; sweep over a list of reforms [lever-changes-structure]",
        "levers[6].levels[0].edits[0].set_threshold.at_least: the thresholds become 60, 70, 50, "
        "30, 0; allowed are falling numbers [wrong-bands]",
    ]
    assert codes_of(SMALL) == ["levers: found no levers, allowed is one or more [no-levers]"]
    wrong: Any = ocop.Level(label="a", edits=["no edit"])
    assert codes_of(SMALL, "no lever", Lever(name="a", levels=[wrong, "no level"])) == [
        "levers[0]: found something else, allowed is an ocop.Lever [wrong-type]",
        "levers[1].levels[0].edits[0]: found something else, allowed are edits such as "
        "ocop.SetPoints [wrong-type]",
        "levers[1].levels[1]: found something else, allowed is an ocop.Level [wrong-type]",
    ]


def test_levers_that_contradict_each_other() -> None:
    """Two levers that write one thing, or that only together break the law, are told by name."""
    four, five = Lever.of_threshold(4, [70, 85]), Lever.of_threshold(5, [80, 90])
    assert codes_of(SMALL, five, four) == [
        "levers[1]: '4 stars from' at 85 and '5 stars from' at 80 give 85 points for 4 stars and "
        "80 for 5; allowed are rising points in every combination [wrong-bands]"
    ]
    points = Lever.of_points("1.1", 2, [10, 11], sets="tea")
    assert codes_of(SMALL, points, Lever.of_points("local-material", 2, [12], name="other")) == [
        "levers[1]: levers[0] 'points of 1.1 option 2 in tea' writes the points of option 2 of 1.1 "
        "in set 1 differently; make one lever of both [levers-collide]"
    ]
    assert codes_of(SMALL, Lever.of_scale([35, 40], part="A"), points) == [
        "levers[1]: one of 'total of part A' and 'points of 1.1 option 2 in tea' scales section 1 "
        "of set 1, the other sets points in it; make one lever of both [levers-collide]"
    ]
    higher = Lever.of_points("1.1", 3, [15, 25], sets="tea", name="best")
    middle = Lever.of_points("1.1", 2, [10, 20], sets="tea", name="middle")
    assert codes_of(SMALL, higher, middle) == [
        "levers[1]: 'best' at 15 and 'middle' at 20 make 1.1 of set 1 unsound: 20 points are "
        "marked 3, fewer points are marked 5 [marks-fall]"
    ]
    first = Lever.of_points("1.1", 2, [0, 10], sets="tea", name="a")
    second = Lever.switch("b", SetPoints(criterion="1.1", option=3, points=0, sets="tea"))
    plain = joined([SetMark(criterion="1.1", option=n, mark=None) for n in (2, 3)])
    assert plain is not None
    assert codes_of(plain, first, second) == [
        "levers[1]: 'a' at 0 and 'b' at on make 1.1 of set 1 unsound: no option has points "
        "[no-points]"
    ]
    same = Lever.switch("same", SetThreshold(star=5, at_least=92))
    again = Lever.switch("again", SetThreshold(star=5, at_least=92))
    both = Levers(SMALL, [same, again]).variants(1, [[0, 0], [1, 0], [0, 1], [1, 1]])
    assert both.thresholds[:, 3].tolist() == [90, 92, 92, 92]


def test_ways_to_choose(small: ocop.Decision) -> None:
    """Every combination, few moved, one at a time, a sample: counted before they are made."""
    levers = Levers(
        small,
        [
            Lever.of_threshold(5, [88, 90, 92]),
            Lever.switch("a", SetMark(criterion="1.1", option=3, mark=None)),
            Lever.of_points("5.1", 2, [14, 15]),
        ],
    )
    assert levers.base == (1, 0, 1)
    every = [list(row) for row in product(range(3), range(2), range(2))]
    assert levers.every().array().tolist() == every
    for moved in range(4):
        choices = levers.at_most(moved)
        rows = choices.array().tolist()
        away = [sum(a != b for a, b in zip(row, levers.base, strict=True)) for row in rows]
        assert len(choices) == len(rows)
        assert away == sorted(away)
        assert sorted(rows) == [
            row
            for row in every
            if sum(a != b for a, b in zip(row, levers.base, strict=True)) <= moved
        ]
    assert levers.one_at_a_time().array().tolist() == levers.at_most(1).array().tolist()
    sample = levers.sample(600, rng=0)
    assert (len(sample), sample.seed) == (600, 0)
    assert np.array_equal(sample.array(), levers.sample(600, rng=0).array())
    assert np.array_equal(sample.array()[:300], levers.sample(300, rng=0).array())
    assert not np.array_equal(sample.array(), levers.sample(600, rng=1).array())
    assert (sample.array().max(axis=0) == [2, 1, 1]).all()
    generator = levers.sample(5, rng=np.random.default_rng(0))
    assert np.array_equal(generator.array(), levers.sample(5, rng=generator.seed).array())
    assert repr(sample) == "<Choices: 600 scenarios of 3 levers, seed 0>"
    for size in (1, 7, 256, 5000):
        pieces = list(sample.pieces(size))
        assert {len(piece) for piece in pieces[:-1]} <= {size}
        assert np.array_equal(np.concatenate(pieces), sample.array())


def test_many_switches_are_never_held_as_a_whole(law: ocop.Decision) -> None:
    """Three of 200 switches are 1.3 million scenarios; the first are there at once."""
    switches = [
        Lever.switch(f"{n} {item.code}", SetMark(criterion=item.code, option=1, mark=None, sets=n))
        for n, chosen in law.sets.items()
        for item in chosen.items
    ][:200]
    choices = Levers(law, switches).at_most(3)
    assert len(choices) == 1 + 200 + 200 * 199 // 2 + 200 * 199 * 198 // 6
    first = next(choices.pieces(1000))
    assert first.shape == (1000, 200)
    assert first.sum(axis=1).tolist() == [0] + [1] * 200 + [2] * 799


def test_rows_of_somebodys_own(small: ocop.Decision) -> None:
    """Arrays and iterators of arrays are checked, with the number of the scenario."""
    levers = Levers(small, [Lever.of_threshold(5, [88, 90, 92]), Lever.of_threshold(2, [30, 31])])
    assert levers.scenarios([[0, 1], [2, 0]]).array().tolist() == [[0, 1], [2, 0]]
    pieces = levers.scenarios(np.array(piece) for piece in ([[0, 1]], [[2, 0], [1, 1]]))
    assert repr(pieces) == "<Choices: scenarios of an iterator of 2 levers>"
    with pytest.raises(TypeError, match="does not say"):
        len(pieces)
    assert pieces.array().tolist() == [[0, 1], [2, 0], [1, 1]]
    wrong: list[tuple[Any, str]] = [
        ([0, 1], "choices: found the shape (2,), allowed is (scenarios, 2) [wrong-shape]"),
        ([[0], [1, 2]], "choices: found rows of different lengths, allowed is one level for each "
         "lever [wrong-shape]"),
        ([[0.5, 1]], "choices: found dtype float64, allowed are whole numbers [wrong-dtype]"),
        ([[0, 1], [0, 2]], "choices[1, 1]: found level 2, allowed are 0 to 1 [out-of-range]"),
        ([[-1, 1]], "choices[0, 0]: found level -1, allowed are 0 to 2 [out-of-range]"),
    ]  # fmt: skip
    for rows, message in wrong:
        with pytest.raises(ocop.InputError) as caught:
            levers.scenarios(rows)
        assert str(caught.value) == message
    late = levers.scenarios(iter([np.array([[0, 1]]), np.array([[0, 5]])]))
    with pytest.raises(ocop.InputError, match=r"choices\[1, 1\]"):
        late.array()


def test_choices_that_cannot_be_made(small: ocop.Decision) -> None:
    """No level as the law is, too many combinations, numbers out of range."""
    levers = Levers(small, [Lever.of_threshold(5, [88, 92])])
    calls: list[tuple[Any, str]] = [
        (lambda: levers.at_most(1), "levers[0]: no level of '5 stars from' leaves the law as it is"
         "; add one, such as a level without edits [no-base-level]"),
        (lambda: levers.at_most(2), "moved: found 2, allowed are 0 to 1 [out-of-range]"),
        (lambda: levers.sample(0), "scenarios: found 0, allowed are whole numbers from 1 "
         "[out-of-range]"),
        (lambda: levers.sample(1, rng=-1), "rng: found -1, allowed are numbers from 0 on "
         "[out-of-range]"),
        (lambda: levers.sample(1, rng="x"), "rng: found 'x', allowed are a generator, a whole "  # type: ignore[arg-type]  # meant
         "number or None [wrong-type]"),
    ]  # fmt: skip
    for call, message in calls:
        with pytest.raises(ocop.InputError) as caught:
            call()
        assert str(caught.value) == message
    many = Levers(small, [Lever(name=str(n), levels=[ocop.Level(label=c) for c in "ab"])
                          for n in range(60)])  # fmt: skip
    with pytest.raises(ocop.InputError, match="too-many-scenarios"):
        many.every()
    assert (
        repr(many)
        == "<Levers of qd-99-2030: 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x ... (60 levers) levels>"
    )


def test_there_may_be_only_so_many_levers_and_levels(small: ocop.Decision) -> None:
    """Every two levers are compared, so that their number is bounded."""
    many = [Lever.of_threshold(5, [90], name=f"{n}") for n in range(1001)]
    with pytest.raises(ocop.InputError) as caught:
        Levers(small, many)
    assert [str(problem) for problem in caught.value.problems] == [
        "levers: found 1,001 levers, allowed are up to 1,000 [out-of-range]"
    ]
    with pytest.raises(ocop.InputError) as caught:
        Levers(small, [Lever.of_threshold(5, range(10_001))])
    assert [str(problem) for problem in caught.value.problems] == [
        "levers: found 10,001 levels, allowed are up to 10,000 [out-of-range]"
    ]


def test_many_levers_that_write_the_same_are_checked_at_once(small: ocop.Decision) -> None:
    """Not all 2 to the power of 40 combinations are looked at: most of them write the same."""
    code, position = OPTIONS[0]
    edits = [SetMark(criterion=code, option=position, mark=3)]
    switches = [Lever.switch(f"{n}", edits) for n in range(40)]
    assert len(Levers(small, switches)) == 40


def test_levers_that_all_contradict_each_other(small: ocop.Decision) -> None:
    """Of very many contradictions not all are told."""
    levers = [Lever.of_threshold(5, [n % 9 + 88], name=f"{n}") for n in range(200)]
    with pytest.raises(ocop.InputError) as caught:
        Levers(small, levers)
    assert {problem.code for problem in caught.value.problems} == {"levers-collide"}
    assert len(caught.value.problems) == 10_000
