"""The yearly cycle: steps in order, new rounds in later years, ideas and plans."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.programme.cycle import (
    STEP_LABELS,
    Funding,
    Idea,
    Plan,
    Progress,
    Step,
    StepDone,
    advance,
    next_steps,
)
from ocop.programme.place import Place
from ocop.programme.records import dump_record, load_record

YEAR: tuple[tuple[Step, date], ...] = (
    ("information", date(2026, 1, 12)),
    ("registration", date(2026, 2, 3)),
    ("plan", date(2026, 3, 2)),
    ("implementation", date(2026, 4, 6)),
    ("assessment", date(2026, 11, 20)),
    ("promotion", date(2027, 1, 15)),
)


def through(count: int) -> Progress:
    """Return the progress after the first steps of a year."""
    progress = Progress(idea="y-1")
    for step, on in YEAR[:count]:
        progress = advance(progress, step, on)
    return progress


def wrong(progress: Progress, step: str, on: date) -> ocop.Problem:
    """Return the one problem that a step has."""
    with pytest.raises(ocop.InputError) as caught:
        advance(progress, step, on)  # type: ignore[arg-type]  # wrong on purpose
    (problem,) = caught.value.problems
    return problem


def test_a_year_of_the_programme() -> None:
    """Six steps, one after the other; the progress that was passed stays as it was."""
    start = Progress(idea="y-1")
    assert start.current is None
    done = through(6)
    assert [(entry.step, entry.on) for entry in done.steps] == [*YEAR]
    assert (done.current, done.assessments) == ("promotion", 1)
    assert start.steps == ()


@pytest.mark.parametrize("count", range(6))
def test_no_step_can_be_left_out(count: int) -> None:
    """After each step the one after the next is refused, and what is allowed is named."""
    progress, on = through(count), date(2028, 1, 3)
    for step in get_args(Step):
        if step in next_steps(progress):
            assert advance(progress, step, on).current == step
        else:
            problem = wrong(progress, step, on)
            assert (problem.code, problem.path) == ("step-out-of-order", "step")
            assert f"allowed are {', '.join(next_steps(progress))}" in problem.message


def test_messages_of_steps_out_of_order() -> None:
    """At the start, in the middle, after the end, and for a misspelt step."""
    on = date(2026, 12, 1)
    found = wrong(through(0), "plan", on).message
    assert found == "found 'plan' as the first step, allowed are information"
    found = wrong(through(2), "assessment", on).message
    assert found == "found 'assessment' after 'registration', allowed are plan, stop"
    stopped = advance(through(2), "stop", on)
    assert next_steps(stopped) == ()
    found = wrong(stopped, "plan", date(2030, 1, 1)).message
    assert found == "found 'plan' after 'stop', nothing follows that"
    problem = wrong(through(2), "plans", on)
    assert (problem.code, problem.hint) == ("unknown-step", "did you mean 'plan'?")


def test_dates_do_not_run_backwards() -> None:
    """The same day is allowed, the day before is not."""
    on = date(2026, 2, 3)
    assert advance(through(2), "plan", on).steps[-1].on == on
    problem = wrong(through(2), "plan", date(2026, 2, 2))
    assert (problem.code, problem.path) == ("dates-out-of-order", "on")
    assert problem.message == "found 'plan' on 2026-02-02, before 'registration' on 2026-02-03"


@pytest.mark.parametrize("count", range(7))
def test_an_idea_is_given_up_before_its_assessment_alone(count: int) -> None:
    """Stopping needs something begun and nothing assessed in this round."""
    assert ("stop" in next_steps(through(count))) == (1 <= count <= 4)


@pytest.mark.parametrize("again", ["plan", "assessment"])
def test_a_new_round_begins_in_a_later_year(again: Step) -> None:
    """The round of 2026 ends with its year, though it was promoted in January 2027."""
    assert advance(through(6), again, date(2027, 1, 15)).current == again
    assert advance(through(5), again, date(2027, 1, 1)).current == again
    problem = wrong(through(5), again, date(2026, 12, 31))
    assert (problem.code, problem.path) == ("same-year", "on")
    assert problem.message == (
        f"found a new round with '{again}' on 2026-12-31, allowed is 2027 or later: the product "
        "was assessed in 2026"
    )


def test_an_upgrade_after_a_plan() -> None:
    """The second round runs from plan to assessment, may be given up, and is counted."""
    again = advance(through(6), "plan", date(2028, 2, 1))
    assert next_steps(again) == ("implementation", "stop")
    again = advance(again, "implementation", date(2028, 3, 1))
    upgraded = advance(again, "assessment", date(2028, 6, 1))
    assert upgraded.assessments == 2
    assert wrong(upgraded, "assessment", date(2028, 12, 1)).code == "same-year"
    assert advance(again, "stop", date(2028, 6, 1)).assessments == 1


def test_a_progress_from_elsewhere_is_checked_as_a_whole() -> None:
    """All wrong steps of a record are told at once, each with its place."""
    steps = (
        StepDone(step="information", on=date(2026, 1, 12)),
        StepDone(step="plan", on=date(2026, 1, 10)),
        StepDone(step="planned", on=date(2026, 2, 1)),  # type: ignore[arg-type]  # wrong on purpose
        StepDone(step="stop", on=date(2026, 3, 1)),
        StepDone(step="promotion", on=date(2026, 4, 1)),
        StepDone(step="plan", on=date(2026, 5, 1)),
    )
    with pytest.raises(ocop.InputError) as caught:
        Progress(idea="y-1", steps=steps)
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("steps[1].step", "step-out-of-order"),
        ("steps[1].on", "dates-out-of-order"),
        ("steps[2].step", "unknown-step"),
        ("steps[4].step", "step-out-of-order"),
    ]


@given(st.data())
def test_whatever_next_steps_allows_can_be_done(data: st.DataObject) -> None:
    """Any walk along the allowed steps, a year apart, is a progress that loads again."""
    progress, on = Progress(idea="y-1"), date(2026, 1, 1)
    for _ in range(data.draw(st.integers(0, 12))):
        if not next_steps(progress):
            break
        progress = advance(progress, data.draw(st.sampled_from(next_steps(progress))), on)
        on += timedelta(days=366)
    assert load_record(Progress, dump_record(progress)) == progress
    assert sum(entry.step == "stop" for entry in progress.steps) <= 1


def test_every_step_has_its_name_in_two_languages() -> None:
    """Labels are there for all steps, in their order."""
    assert [*STEP_LABELS] == [*get_args(Step)]
    assert STEP_LABELS["promotion"]["vi"] == "Xúc tiến thương mại"


def test_an_idea_has_a_known_group_and_a_place_of_its_day() -> None:
    """A misspelt group and a district after mid-2025 are told together."""
    with pytest.raises(ocop.InputError) as caught:
        Idea(
            id="y-1",
            name="Trà ô long Thu Đan",
            group="teas",
            registered_by="nhóm hộ bản Thu Đan",
            place=Place(province="14", district="119", commune="03721"),
            registered_on=date(2025, 7, 1),
        )
    group, place = caught.value.problems
    assert (group.code, group.path, group.hint) == ("unknown-group", "group", "did you mean 'tea'?")
    assert (place.code, place.path) == ("district-ended", "place.district")


def test_an_idea_of_before_the_reform_goes_out_and_comes_back() -> None:
    """Ideas of 2021 keep their district; a record survives its way through plain data."""
    idea = Idea(
        id="y-1",
        name="Cà phê",
        group="coffee-and-cocoa",
        registered_by="htx-1",
        place=Place(province="14", district="119", commune="03721"),
        registered_on=date(2021, 3, 1),
    )
    assert load_record(Idea, dump_record(idea)) == idea


def test_a_plan_adds_up_its_money() -> None:
    """The total is that of all sources, and 0 without any; money is never negative."""
    own = Funding(source="vốn tự có", amount_vnd=80_000_000)
    state = Funding(source="chương trình nông thôn mới", amount_vnd=120_000_000)
    plan = Plan(idea="y-1", received_on=date(2021, 5, 4), funds=(own, state))
    assert plan.total_vnd == 200_000_000
    assert load_record(Plan, dump_record(plan)) == plan
    assert Plan(idea="y-1", received_on=date(2021, 5, 4)).total_vnd == 0
    with pytest.raises(ocop.InputError, match="found -1, allowed are whole amounts") as caught:
        Funding(source="vay", amount_vnd=-1)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("out-of-range", "amount_vnd")
