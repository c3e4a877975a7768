"""The yearly cycle of the programme: ideas, production plans, and the steps of each product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, get_args

from attrs import evolve, frozen

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.programme.place import Place, check_place
from ocop.programme.product import check_group
from ocop.text import Label, closest, quoted

__all__ = [
    "STEP_LABELS",
    "Funding",
    "Idea",
    "Plan",
    "Progress",
    "Step",
    "StepDone",
    "advance",
    "next_steps",
]

Step = Literal[
    "information",
    "registration",
    "plan",
    "implementation",
    "assessment",
    "promotion",
    "stop",
]
"""Step of the yearly cycle (chu trình OCOP thường niên) in its order; `stop` gives an idea up."""

STEP_LABELS: Mapping[Step, Label] = {
    "information": Label("Tuyên truyền, hướng dẫn", "Telling people"),
    "registration": Label("Đăng ký ý tưởng sản phẩm", "Registration of the idea"),
    "plan": Label("Nhận phương án sản xuất, kinh doanh", "Production plan received"),
    "implementation": Label("Triển khai phương án", "Plan carried out"),
    "assessment": Label("Đánh giá, phân hạng", "Assessment and ranking"),
    "promotion": Label("Xúc tiến thương mại", "Trade promotion"),
    "stop": Label("Dừng", "Given up"),
}

# A product is improved by a new plan, or assessed again as it is; without a star there is nothing
# to promote, so a new round may follow the assessment too.
AGAIN: tuple[Step, ...] = ("plan", "assessment")
AFTER: Mapping[Step, tuple[Step, ...]] = {
    "information": ("registration", "stop"),
    "registration": ("plan", "stop"),
    "plan": ("implementation", "stop"),
    "implementation": ("assessment", "stop"),
    "assessment": ("promotion", *AGAIN),
    "promotion": AGAIN,
    "stop": (),
}


@frozen(kw_only=True)
class Idea:
    """An idea of a product (ý tưởng sản phẩm) as it was registered.

    Parameters
    ----------
    id, name : str
    group : str
        Slug of the product group.
    registered_by : str
        The producer's id, or free text such as the name of a group of households.
    place : Place
        In the layout of the day of registration.
    registered_on : date

    Raises
    ------
    InputError
        ``unknown-group``, ``district-ended``, ``district-missing``: all of them at once.

    References
    ----------
    490/QĐ-TTg: ideas are registered before production plans are received.

    Examples
    --------
    >>> from datetime import date
    >>> place = Place(province="14", commune="03721")
    >>> Idea(id="y-1", name="Trà ô long", group="tea", registered_by="htx-1", place=place,
    ...      registered_on=date(2026, 2, 3)).name
    'Trà ô long'
    """

    id: str
    name: str
    group: str
    registered_by: str
    place: Place
    registered_on: date

    def __attrs_post_init__(self) -> None:
        problem = check_group(self.group)
        problems = [] if problem is None else [problem]
        for found in check_place(self.place, self.registered_on):
            problems.append(replace(found, path=f"place.{found.path}"))
        if problems:
            raise InputError(problems)


@frozen(kw_only=True)
class Funding:
    """Money for a plan from one source (nguồn vốn), in dong.

    Raises
    ------
    InputError
        ``out-of-range`` for a negative amount.
    """

    source: str
    amount_vnd: int

    def __attrs_post_init__(self) -> None:
        if self.amount_vnd < 0:
            message = f"found {self.amount_vnd}, allowed are whole amounts in dong from 0 on"
            raise InputError([Problem("out-of-range", message, path="amount_vnd")])


@frozen(kw_only=True)
class Plan:
    """A production plan (phương án sản xuất, kinh doanh) for a registered idea.

    `idea` is the idea's id.

    Examples
    --------
    >>> from datetime import date
    >>> funds = (Funding(source="vốn tự có", amount_vnd=80_000_000),
    ...          Funding(source="nông thôn mới", amount_vnd=120_000_000))
    >>> Plan(idea="y-1", received_on=date(2026, 3, 2), funds=funds).total_vnd
    200000000
    """

    idea: str
    received_on: date
    funds: tuple[Funding, ...] = ()

    @property
    def total_vnd(self) -> int:
        """The money of all sources, in dong."""
        return sum(fund.amount_vnd for fund in self.funds)


@frozen(kw_only=True)
class StepDone:
    """A step of the cycle and the day on which it was done."""

    step: Step
    on: date


@frozen(kw_only=True)
class Progress:
    """How far an idea has come in the yearly cycle (tiến độ): the steps done, oldest first.

    Parameters
    ----------
    idea : str
        The idea's id.
    steps : tuple of StepDone
        The first is the information; a step may be done on the day of the one before.

    Raises
    ------
    InputError
        ``unknown-step``, ``step-out-of-order``, ``dates-out-of-order``, ``same-year``: those of
        all steps at once.

    References
    ----------
    490/QĐ-TTg: the six steps. That a product goes round again, from a plan or straight to an
    assessment, in a later year than that of its last assessment, is our reading of a yearly cycle.
    """

    idea: str
    steps: tuple[StepDone, ...] = ()

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        problems = [
            replace(problem, path=f"steps[{index}].{problem.path}")
            for index, done in enumerate(self.steps)
            for problem in _check(self.steps[:index], done)
        ]
        if problems:
            raise InputError(problems)

    @property
    def current(self) -> Step | None:
        """The last step done, None before the first."""
        return self.steps[-1].step if self.steps else None

    @property
    def assessments(self) -> int:
        """How often the product was assessed."""
        return sum(done.step == "assessment" for done in self.steps)


def next_steps(progress: Progress) -> tuple[Step, ...]:
    """Return the steps that may follow; none after an idea was given up.

    After an assessment or promotion a new round begins with a plan or an assessment; `advance`
    allows it in a later year.

    References
    ----------
    490/QĐ-TTg, and our reading as in `Progress`.

    Examples
    --------
    >>> next_steps(Progress(idea="y-1"))
    ('information',)
    """
    return _allowed(progress.steps)


def advance(progress: Progress, step: Step, on: date) -> Progress:
    """Return the progress with one more step done on a day.

    An idea may be given up (``"stop"``) from its information until it is assessed, and in a new
    round from its plan on.

    Raises
    ------
    InputError
        ``unknown-step``; ``step-out-of-order`` for a step that may not follow;
        ``dates-out-of-order`` for a day before the last step; ``same-year`` for a new round in
        the year of the last assessment.

    References
    ----------
    490/QĐ-TTg, and our reading as in `Progress`.

    Examples
    --------
    >>> from datetime import date
    >>> told = advance(Progress(idea="y-1"), "information", date(2026, 1, 12))
    >>> next_steps(told)
    ('registration', 'stop')
    >>> advance(told, "registration", date(2026, 2, 3)).current
    'registration'
    """
    done = StepDone(step=step, on=on)
    problems = list(_check(progress.steps, done))
    if problems:
        raise InputError(problems)
    return evolve(progress, steps=(*progress.steps, done))


def _allowed(steps: Sequence[StepDone]) -> tuple[Step, ...]:
    return AFTER.get(steps[-1].step, ()) if steps else ("information",)


def _check(past: Sequence[StepDone], done: StepDone) -> Iterator[Problem]:
    """Check one step against those before it."""
    known, allowed = get_args(Step), _allowed(past)
    last = past[-1] if past else None
    if done.step not in known:
        near = closest(done.step, known)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"found {quoted(done.step)}, allowed are {', '.join(known)}"
        yield Problem("unknown-step", message, path="step", hint=hint)
    elif done.step not in allowed and (last is None or last.step in known):
        place = "as the first step" if last is None else f"after {quoted(last.step)}"
        follow = f"allowed are {', '.join(allowed)}" if allowed else "nothing follows that"
        message = f"found {quoted(done.step)} {place}, {follow}"
        yield Problem("step-out-of-order", message, path="step")
    elif last is not None and last.step in ("assessment", "promotion") and done.step in AGAIN:
        # The round belongs to the year of its assessment, also where it is promoted in the next.
        years = [entry.on.year for entry in past if entry.step == "assessment"]
        if years and done.on.year <= (year := max(years)):
            message = f"found a new round with {quoted(done.step)} on {done.on}, allowed is "
            message += f"{year + 1} or later: the product was assessed in {year}"
            yield Problem("same-year", message, path="on")
    if last is not None and done.on < last.on:
        message = f"found {quoted(done.step)} on {done.on}, before {quoted(last.step)} on "
        yield Problem("dates-out-of-order", f"{message}{last.on}", path="on")
