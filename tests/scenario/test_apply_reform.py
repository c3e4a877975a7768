"""Each kind of edit, what is shared with the old law, what is reported, and what collides."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import ocop
from ocop import (
    AddCriterion,
    AddOption,
    DropCriterion,
    DropOption,
    Label,
    Option,
    ReplaceCriterion,
    RestateCriterion,
    Scale,
    SetHeading,
    SetMark,
    SetMarkReading,
    SetPoints,
    SetThreshold,
)

Make = Callable[..., ocop.Reform]


def criterion(source: ocop.Decision, number: int, code: str) -> ocop.Criterion:
    return source.sets[number].item(code).criterion


def codes_of(reform: ocop.Reform, law: ocop.Decision) -> list[str]:
    """Return the codes of what keeps a reform from being applied."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.apply_reform(reform, law)
    return [problem.code for problem in caught.value.problems]


def test_points_and_marks(make: Make, small: ocop.Decision) -> None:
    """Points and marks of options, and the mark of a criterion, set and removed."""
    edits = (
        SetPoints(criterion="1.1", option=2, points=12, sets="tea"),
        SetMark(criterion="local-material", option=2, mark=None, sets=1),
        SetMark(criterion="1.1", option=1, mark=3, sets=[1]),
        SetMark(criterion="packaging", mark=None),
        SetMark(criterion="story", mark=5, sets=[2]),
    )
    new = ocop.apply_reform(make(*edits), small).decision
    found = criterion(new, 1, "1.1").options
    assert [(o.points, o.mark) for o in found] == [(0, 3), (12, None), (25, 5)]
    assert criterion(new, 2, "1.1") is criterion(small, 2, "1.1")
    assert criterion(new, 1, "2").mark is None
    assert criterion(new, 2, "1.2").mark is None
    assert (criterion(new, 1, "5.1").mark, criterion(new, 2, "5.1").mark) == (None, 5)


def test_levers_of_the_decision(make: Make, small: ocop.Decision) -> None:
    """Thresholds and the reading of criterion marks reach the decision and every set."""
    edits = SetThreshold(star=4, at_least=75), SetMarkReading(reading="full")
    done = ocop.apply_reform(make(*edits), small)
    for law in (done.decision, *done.decision.sets.values()):
        assert [band.at_least for band in law.bands] == [90, 75, 50, 30, 0]
        assert law.criterion_mark == "full"
    assert done.notes == ()
    assert [c.what for c in ocop.compare(small, done.decision)] == ["band"]


def test_options_come_and_go(make: Make, small: ocop.Decision) -> None:
    """Options are named by their printed positions, whatever other edits do."""
    some = Option(points=5, label=Label("Từ 40%", "40% or more"))
    edits = (
        DropOption(criterion="1.1", option=1),
        AddOption(criterion="1.1", option=some, before=2),
        AddOption(criterion="1.1", option=Option(points=0, label=Label("Ít", "Little")), before=1),
        SetPoints(criterion="1.1", option=3, points=24),
    )
    new = ocop.apply_reform(make(*edits), small).decision
    assert [o.points for o in criterion(new, 1, "1.1").options] == [0, 5, 10, 24]
    assert criterion(new, 1, "1.1") == criterion(new, 2, "1.1")
    last = ocop.apply_reform(make(AddOption(criterion="2", option=some, sets=[1])), small)
    assert criterion(last.decision, 1, "2").options[-1] == some


def test_criteria_come_and_go(make: Make, small: ocop.Decision) -> None:
    """A criterion takes its place by code; what named a dropped one goes or moves, and is told."""
    label = ocop.Criterion(
        id="label",
        title=Label("Nhãn", "Label"),
        options=(
            Option(points=0, label=Label("Không", "No")),
            Option(points=3, label=Label("Có", "Yes")),
        ),
    )
    edits = (
        AddCriterion(section="1", code="1.0", criterion=label, before="1.1"),
        AddCriterion(section="5", code="5.3", criterion=label, sets=["tea"]),
        DropCriterion(criterion="5.1", sets=["tea"]),
        DropCriterion(criterion="smell"),
        DropCriterion(criterion="colour"),
    )
    done = ocop.apply_reform(make(*edits), small)
    tea = done.decision.sets[1]
    assert tea.codes == ("1.0", "1.1", "2", "5.2", "5.3")
    assert done.decision.sets[2].codes == ("1.0", "1.1", "1.2", "5.1", "5.2", "6")
    assert tea.rules == ocop.apply_reform(make(*edits), small).decision.sets[1].rules
    assert (tea.rules.needs, tea.rules.knock_outs) == ((), ())
    assert [e.where for e in tea.exclusions] == ["dossier", "dossier"]
    assert [p.code for p in done.consequences] == ["rule-dropped", "rule-dropped", "place-moved"]
    sums = {(m.set, m.where): (m.heading, m.before, m.reachable) for m in done.misfits}
    assert sums[1, "1"] == (25, 25, 28)
    assert sums[1, "C"] == (35, 35, 0)
    assert sums[1, "total"] == (100, 100, 56)
    assert sums[2, "total"] == (100, 99, 102)
    assert {gap.where: gap.reachable for gap in tea.gaps} == {"1": 28, "5": 13, "C": 0}


def test_what_went_without_an_edit_cannot_be_brought_back(make: Make, small: ocop.Decision) -> None:
    """The inverse of a dropped section, rule or sub-heading is refused, with the set named."""
    for edit in (
        DropCriterion(criterion="packaging", sets=["tea"]),
        DropCriterion(criterion="5.1", sets=["tea"]),
    ):
        with pytest.raises(ocop.InputError, match=r"set 1 \(tea\).*not-invertible"):
            ocop.inverse_reform(make(edit), small)
    undo = ocop.inverse_reform(make(DropCriterion(criterion="5.1", sets=[2])), small)
    (back,) = undo.edits
    assert isinstance(back, AddCriterion)
    assert (back.code, back.before, back.sets) == ("5.1", "5.2", (2,))


def test_criteria_of_another_decision_or_written_out(make: Make, law: ocop.Decision) -> None:
    """A criterion is replaced by one of another decision, or by one that stands in the reform."""
    tea_148 = ocop.criteria_set("qd-148-2023", "tea")
    own = ocop.Criterion(
        id="own", title=Label("Riêng", "Own"), options=(Option(points=2, label=Label("Có", "Yes")),)
    )
    edits = (
        ReplaceCriterion(criterion="4.1", decision="qd-148-2023", by="4.1", sets=["tea"]),
        ReplaceCriterion(criterion="5.1", decision="qd-148-2023", set=12, by="5.1", sets=["tea"]),
        RestateCriterion(criterion="1.2", by=own, sets=["tea"]),
    )
    new = ocop.apply_reform(make(*edits), law).decision
    assert criterion(new, 11, "4.1") == tea_148.item("4.1").criterion
    assert criterion(new, 11, "5.1") == ocop.criteria_set("qd-148-2023", 12).item("5.1").criterion
    assert criterion(new, 11, "1.2") == own


def test_scaling_a_section_and_a_part(make: Make, law: ocop.Decision) -> None:
    """The best points add up to the total, headings of sections follow, those of parts may."""
    done = ocop.apply_reform(make(Scale(part="A", points=35), Scale(part="C", points=40)), law)
    assert [part.points for part in done.decision.parts] == [35, 25, 40]
    assert done.notes == ()
    for chosen in done.decision.sets.values():
        sums = [sum(i.criterion.best for i in part.items) for part in chosen.parts]
        assert sums == [35, 25, 40]
    alone = ocop.apply_reform(make(Scale(part="A", points=45)), law)
    assert [part.points for part in alone.decision.parts] == [40, 25, 35]
    assert {m.where for m in alone.misfits} == {"A", "total"}
    section = ocop.apply_reform(make(Scale(section="2", points=12, sets=["tea"])), law)
    tea = section.decision.sets[11]
    assert sum(i.criterion.best for i in tea.section_items("2")) == 12
    assert [s.points for p in tea.parts for s in p.sections if s.code == "2"] == [12]
    assert [m.where for m in section.misfits] == ["A", "total"]


def test_scaling_comes_after_what_stands_before_it(make: Make, small: ocop.Decision) -> None:
    """Dropping a criterion and scaling the part back leaves 100 points; marks stay free."""
    edits = (
        DropCriterion(criterion="1.1", sets=["tea"]),
        Scale(part="A", points=40, sets=["tea"]),
        SetMark(criterion="packaging", option=2, mark=5, sets=["tea"]),
    )
    done = ocop.apply_reform(make(*edits), small)
    assert [(o.points, o.mark) for o in criterion(done.decision, 1, "2").options] == [
        (0, None),
        (40, 5),
    ]
    assert done.misfits == ()
    behind = make(edits[1], edits[0])
    assert codes_of(behind, small) == ["edits-collide"]


def test_headings(make: Make, small: ocop.Decision) -> None:
    """Headings follow when an edit says so; the parts of a decision make 100."""
    edits = (
        SetPoints(criterion="1.1", option=3, points=27),
        SetPoints(criterion="story", option=2, points=13),
        SetHeading(section="1", points=27, sets=["tea"]),
        SetHeading(section="1", points=42, sets=[2]),
        SetHeading(section="5", points=23),
        SetHeading(part="A", points=42),
        SetHeading(part="B", points=23),
    )
    done = ocop.apply_reform(make(*edits), small)
    assert done.notes == ()
    assert [part.points for part in done.decision.parts] == [42, 23, 35]
    assert done.decision.sets[1].gaps == ()
    assert done.decision.sets[2].gaps == small.sets[2].gaps
    assert codes_of(make(SetHeading(part="A", points=42)), small) == ["points-do-not-add-up"]
    alone = make(SetHeading(part="A", points=42), SetHeading(part="B", points=23))
    misfits = ocop.apply_reform(alone, small).misfits
    assert [(m.set, m.where, m.heading, m.reachable) for m in misfits] == [
        (1, "A", 42, 40),
        (1, "B", 23, 25),
        (2, "A", 42, 40),
        (2, "B", 23, 25),
    ]


def test_what_is_shared_and_what_is_named(make: Make, law: ocop.Decision) -> None:
    """The new decision has its own id; parts and criteria that did not change are the same."""
    before = {number: law.sets[number] for number in law.sets}
    done = ocop.apply_reform(
        make(SetPoints(criterion="1.2", option=3, points=1, sets=["tea"])), law
    )
    new = done.decision
    assert (new.id, new.number) == ("qd-26-2026+trial", "26/2026/QĐ-TTg + trial")
    assert {chosen.decision for chosen in new.sets.values()} == {new.id}
    assert all(law.sets[n] is before[n] for n in before)
    for number, old in before.items():
        assert (new.sets[number].digest == old.digest) == (number != 11)
        assert (new.sets[number].parts is old.parts) == (number != 11)
    assert new.sets[11].parts[1:] == before[11].parts[1:]
    assert new.sets[11].parts[1] is before[11].parts[1]
    assert criterion(new, 11, "1.1") is criterion(law, 11, "1.1")
    assert new.digest != law.digest
    again = pickle.loads(pickle.dumps(new))
    assert again.digest == new.digest
    assert again.sets[11] == new.sets[11]


def test_sets_that_no_edit_names_are_not_loaded(make: Make) -> None:
    """A reform of one set reads one set; the others come when they are asked for."""
    asked = []
    real = ocop.decision("qd-26-2026")

    class Counting(dict[int, ocop.CriteriaSet]):
        def __getitem__(self, number: int) -> ocop.CriteriaSet:
            asked.append(number)
            return real.sets[number]

    law = attrs.evolve(real, sets=Counting.fromkeys(real.sets))
    reform = make(SetPoints(criterion="1.2", option=3, points=1, sets=["tea"]))
    new = ocop.apply_reform(reform, law).decision
    assert set(asked) == {11}
    assert len(new.sets) == 26
    assert 12 in new.sets
    assert new.sets[12].parts is real.sets[12].parts
    assert new.sets[12] is new.sets[12]


def test_an_amendment_becomes_whole(make: Make) -> None:
    """What is inherited stands in the new decision; a reform of the id's first part applies too."""
    law = ocop.decision("qd-1489-2025")
    done = ocop.apply_reform(make(SetThreshold(star=5, at_least=91), decision=law.id), law)
    assert (done.decision.base, done.decision.inherited) == (None, ())
    twice = ocop.apply_reform(
        make(SetThreshold(star=5, at_least=92), decision=law.id), done.decision
    )
    assert twice.decision.id == "qd-1489-2025+trial+trial"
    third = make(SetThreshold(star=5, at_least=93), decision=done.decision.id)
    ocop.apply_reform(third, twice.decision)
    assert codes_of(third, law) == ["reform-for-another-decision"]
    other = make(SetThreshold(star=5, at_least=91), decision="qd-26-2026")
    assert codes_of(other, law) == ["reform-for-another-decision"]


def test_edits_without_effect_are_reported(make: Make, small: ocop.Decision) -> None:
    """Whatever kind an edit is, one that changes nothing is told by its position."""
    story = criterion(small, 1, "5.1")
    dead: list[Any] = [
        SetPoints(criterion="1.1", option=2, points=10),
        SetMark(criterion="1.1", option=2, mark=3),
        SetMark(criterion="packaging", mark=4),
        SetThreshold(star=5, at_least=90),
        SetMarkReading(reading="any"),
        SetHeading(section="1", points=25, sets=["tea"]),
        SetHeading(part="B", points=25),
        RestateCriterion(criterion="story", by=story),
        Scale(section="5", points=25),
    ]
    done = ocop.apply_reform(make(*dead), small)
    assert done.without_effect == tuple(range(len(dead)))
    assert done.decision.digest == small.digest
    assert [note.path for note in done.notes] == [f"edits[{n}]" for n in range(len(dead))]
    assert repr(done) == "<Reformed qd-99-2030+trial: 9 edits, 9 notes>"
    twice = make(*[SetPoints(criterion="5.1", option=2, points=14)] * 2)
    assert ocop.apply_reform(twice, small).without_effect == (1,)


A = SetPoints(criterion="1.1", option=2, points=11)
NEW = ocop.Criterion(
    id="new", title=Label("Mới", "New"), options=(Option(points=1, label=Label("Có", "Yes")),)
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (A, SetPoints(criterion="local-material", option=2, points=12, sets=["tea"])),
        (A, DropOption(criterion="1.1", option=2)),
        (A, DropCriterion(criterion="1.1", sets=[2])),
        (A, RestateCriterion(criterion="1.1", by=NEW)),
        (SetMark(criterion="1.1", mark=3), SetMark(criterion="1.1", mark=4)),
        (SetMark(criterion="1.1", option=2, mark=4), DropOption(criterion="1.1", option=2)),
        (SetThreshold(star=5, at_least=91), SetThreshold(star=5, at_least=92)),
        (SetMarkReading(reading="any"), SetMarkReading(reading="full")),
        (SetHeading(section="5", points=24), SetHeading(section="5", points=23, sets=[1])),
        (SetHeading(section="5", points=24), Scale(part="B", points=25)),
        (Scale(section="5", points=24), Scale(part="B", points=25)),
        (Scale(part="A", points=41), Scale(part="A", points=42)),
        (
            AddCriterion(section="5", code="5.3", criterion=NEW),
            AddCriterion(section="5", code="5.3", criterion=NEW, before="5.1"),
        ),
        (
            AddOption(criterion="1.1", option=Option(points=1, label=Label("Có", "Yes"))),
            AddOption(criterion="1.1", option=Option(points=2, label=Label("Có", "Yes"))),
        ),
    ],
)
def test_edits_that_collide(make: Make, small: ocop.Decision, first: Any, second: Any) -> None:
    """Two edits that write the same thing differently are an error that names both, either way."""
    for edits in ((first, second), (second, first)):
        with pytest.raises(ocop.InputError) as caught:
            ocop.apply_reform(make(*edits), small)
        (problem,) = caught.value.problems
        assert problem.code == "edits-collide"
        assert (problem.path or "").startswith("edits[1].")
        assert problem.message.startswith("edits[0] writes ")


def test_after_scaling_points_are_left_alone(make: Make, small: ocop.Decision) -> None:
    """Points, options and criteria of what was scaled are written before the scaling."""
    scale = Scale(section="5", points=25)
    option = Option(points=1, label=Label("Ít", "Little"))
    for edit in (
        SetPoints(criterion="5.1", option=2, points=11),
        AddOption(criterion="5.1", option=option),
        AddCriterion(section="5", code="5.3", criterion=NEW),
        DropCriterion(criterion="5.1"),
    ):
        assert codes_of(make(scale, edit), small) == ["edits-collide"]
        assert sum_of(ocop.apply_reform(make(edit, scale), small).decision) == 25


def sum_of(law: ocop.Decision) -> int:
    return sum(item.criterion.best for item in law.sets[1].section_items("5"))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (SetPoints(criterion="9.9", option=1, points=1), "unknown-reference"),
        (SetPoints(criterion="2", option=1, points=1, sets=["village-walks"]), "unknown-reference"),
        (SetPoints(criterion="1.1", option=4, points=1), "unknown-reference"),
        (SetPoints(criterion="1.1", option=1, points=1, sets=["te"]), "unknown-set"),
        (SetPoints(criterion="1.1", option=1, points=1, sets=[3]), "set-not-transcribed"),
        (SetPoints(criterion="story", option=2, points=0), "no-points"),
        (SetPoints(criterion="1.1", option=2, points=26), "marks-fall"),
        (SetMark(criterion="1.1", option=1, mark=4), "marks-fall"),
        (SetThreshold(star=5, at_least=70), "wrong-bands"),
        (DropOption(criterion="story", option=2), "no-points"),
        (AddOption(criterion="1.1", option=NEW.options[0], before=9), "unknown-reference"),
        (
            AddOption(criterion="story", option=Option(points=1, label=Label("Không có", "x"))),
            "labels-alike",
        ),
        (
            AddOption(criterion="story", option=Option(points=101, label=Label("x", "x"))),
            "out-of-range",
        ),
        (
            AddOption(criterion="guides", option=Option(points=1, label=Label("x", "x"))),
            "wrong-case",
        ),
        (AddCriterion(section="9", code="9.1", criterion=NEW), "unknown-reference"),
        (AddCriterion(section="5", code="6.9", criterion=NEW), "code-outside-section"),
        (AddCriterion(section="5", code="5.1", criterion=NEW), "duplicate-id"),
        (AddCriterion(section="5", code="5.9", criterion=NEW, before="5.7"), "unknown-reference"),
        (ReplaceCriterion(criterion="5.1", decision="qd-1", by="5.1"), "unknown-decision"),
        (ReplaceCriterion(criterion="2", decision="qd-26-2026", by="99"), "unknown-reference"),
        (
            ReplaceCriterion(criterion="2", decision="qd-26-2026", set="te", by="5.1"),
            "unknown-set",
        ),
        (Scale(part="D", points=10), "unknown-reference"),
        (Scale(section="9", points=10), "unknown-reference"),
        (Scale(section="5", points=1), "no-points"),
        (SetHeading(part="D", points=10), "unknown-reference"),
    ],
)
def test_what_the_law_does_not_have_or_allow(
    make: Make, small: ocop.Decision, edit: Any, code: str
) -> None:
    """A name that is not there and a lever outside the law's range are errors at the edit."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.apply_reform(make(edit), small)
    assert [p.code for p in caught.value.problems] == [code]
    assert (caught.value.problems[0].path or "").startswith("edits[0].")


def test_a_decision_without_marks_gets_none(make: Make) -> None:
    """Where the decision prints no star marks, an edit cannot add one."""
    edit = SetMark(criterion="1.1", option=1, mark=3, sets=["tea"])
    assert codes_of(make(edit), ocop.decision("qd-781-2020")) == ["mark-not-allowed"]


def test_dropping_everything_is_refused(make: Make, small: ocop.Decision) -> None:
    """A set without criteria is none."""
    edits = [DropCriterion(criterion=code, sets=["tea"]) for code in small.sets[1].codes]
    assert codes_of(make(*edits), small) == ["no-criteria"]


def test_python_values_are_checked_as_strictly_as_a_file(make: Make) -> None:
    """Wrong types and values outside the format's range are told together, by path."""
    bad: list[Any] = [
        SetPoints(criterion="1.1", option="2", points=-1),  # type: ignore[arg-type]  # meant
        SetMark(criterion="1.1", option=1, mark=2),  # type: ignore[arg-type]  # meant
        SetThreshold(star=1, at_least=5),  # type: ignore[arg-type]  # meant
    ]
    with pytest.raises(ocop.InputError) as caught:
        make(*bad)
    assert [(p.path, p.code, p.file) for p in caught.value.problems] == [
        ("edits[0].set_points.option", "wrong-type", None),
        ("edits[1].set_mark.mark", "wrong-value", None),
        ("edits[2].set_threshold.star", "wrong-value", None),
    ]
    ranges: list[Any] = [
        SetPoints(criterion="1.1", option=0, points=101),
        Scale(points=5),
        Scale(part="A", section="1", points=0),
        SetHeading(part="A", points=5, sets=[1]),
    ]
    with pytest.raises(ocop.InputError) as caught:
        make(*ranges, id="Bad Id")
    assert [p.code for p in caught.value.problems] == [
        "bad-id",
        "out-of-range",
        "out-of-range",
        "part-or-section",
        "part-or-section",
        "out-of-range",
        "part-or-section",
    ]
    with pytest.raises(ocop.InputError, match=r"edits\[0\].*wrong-type"):
        make("x")
    title: Any = None
    alone: Any = SetPoints(criterion="1.1", option=1, points=1, sets=None)  # type: ignore[arg-type]  # meant
    with pytest.raises(ocop.InputError) as caught:
        ocop.Reform(id="x", title=title, edits=alone)
    assert [p.path for p in caught.value.problems] == ["title", "edits[0].set_points.sets[0]"]
    with pytest.raises(ocop.InputError, match=r"edits\[0\].*wrong-type"):
        ocop.Reform(id="x", title=Label("x", "x"), edits=title)
