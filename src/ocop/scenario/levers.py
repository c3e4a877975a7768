"""Levers put to a decision: checked together, and combined into scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import ArrayLike, NDArray

from ocop.errors import InputError
from ocop.law.catalogue import as_decision, criteria_set
from ocop.law.decision import Decision
from ocop.scenario._lever_checks import Effects, check_kinds, check_levers
from ocop.scenario._lever_tables import LeverTable
from ocop.scenario._levers_file import as_levers_file
from ocop.scenario.choices import (
    Choices,
    all_choices,
    at_most_choices,
    checked_choices,
    given_choices,
    sampled_choices,
)
from ocop.scenario.lever import Lever
from ocop.scenario.reform import Reform
from ocop.scoring.variants import Variants
from ocop.text import Label

__all__ = ["Levers"]


def _levers(given: Iterable[Lever] | Lever) -> tuple[Lever, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _checked(levers: Levers) -> Effects:
    problems = list(check_kinds(levers.levers))
    if not problems:
        file = as_levers_file(levers.levers, levers.decision.id)
        problems = file.doc.problems
        if file.value is not None:
            effects, problems = check_levers(file, levers.levers, levers.decision)
            if not problems:
                return effects
    raise InputError(problems)


@frozen(eq=False, repr=False)
class Levers:
    """Levers of one decision (bộ tham số chính sách), whose levels can be combined freely.

    A scenario is a choice of one level of each lever, as positions counted from 0. Every
    combination is a sound law: levels that contradict each other, alone or together, are an error
    here and not later. Levers keep the criteria and options of the law; for others sweep over a
    list of reforms.

    Parameters
    ----------
    decision : str or Decision
        A shipped decision's id, or a decision.
    levers : sequence of Lever
        Up to 1,000, with up to 10,000 levels altogether.

    Raises
    ------
    InputError
        Every problem at once, with places such as
        ``levers[2].levels[1].edits[0].set_points.criterion``: those of `apply_reform`, and
        ``no-levers``, ``no-levels``, ``duplicate-name``, ``levers-collide``,
        ``lever-changes-structure``, ``wrong-type``.
    UnknownDecisionError
        ``unknown-decision``.

    See Also
    --------
    ocop.sweep : Score sheets under many scenarios.
    ocop.load_levers : Read levers from YAML.

    Examples
    --------
    >>> import ocop
    >>> levers = ocop.Levers(
    ...     "qd-26-2026",
    ...     [
    ...         ocop.Lever.of_threshold(5, [88, 90, 92]),
    ...         ocop.Lever.of_points("1.2", 3, [2, 3, 4], sets="tea"),
    ...     ],
    ... )
    >>> levers
    <Levers of qd-26-2026: 3 x 3 levels>
    >>> levers.names, levers.base
    (('5 stars from', 'points of 1.2 option 3 in tea'), (1, 0))
    >>> levers.reform([2, 0]).edits[0]
    SetThreshold(star=5, at_least=92)
    """

    decision: Decision = field(converter=as_decision)
    levers: tuple[Lever, ...] = field(converter=_levers)
    _effects: Effects = field(init=False, default=Factory(_checked, takes_self=True))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the levers."""
        return tuple(lever.name for lever in self.levers)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each lever has."""
        return tuple(len(lever.levels) for lever in self.levers)

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of the levels of each lever."""
        return tuple(tuple(level.label for level in lever.levels) for lever in self.levers)

    @cached_property
    def base(self) -> tuple[int | None, ...]:
        """For each lever the first level that leaves the law as it is, None where none does."""
        return tuple(
            next((m for m, effect in enumerate(levels) if effect.empty), None)
            for levels in self._effects
        )

    def __len__(self) -> int:
        return len(self.levers)

    def __repr__(self) -> str:
        sizes = [str(size) for size in self.sizes]
        shown = sizes if len(sizes) <= SHOWN else [*sizes[:SHOWN], f"... ({len(sizes)} levers)"]
        levels = "levels" if sizes != ["1"] else "level"
        return f"<Levers of {self.decision.id}: {' x '.join(shown)} {levels}>"

    def reform(self, choice: Sequence[int]) -> Reform:
        """Return one scenario as a reform: the edits of the chosen levels, in their order.

        Raises
        ------
        InputError
            ``wrong-shape``, ``wrong-dtype``, ``out-of-range``.
        """
        (row,) = checked_choices([choice], self.sizes)
        edits = [
            edit
            for lever, m in zip(self.levers, row.tolist(), strict=True)
            for edit in lever.levels[m].edits
        ]
        name = "-".join(map(str, row.tolist()))
        if len(row) > SHOWN:
            name = sha256(row.tobytes()).hexdigest()[:12]
        title = Label(f"Kịch bản {name}", f"Scenario {name}")
        return Reform(id=f"levers-{name}", title=title, edits=edits)

    def variants(self, number: int | str, choices: ArrayLike) -> Variants:
        """Return the point tables of scenarios for one criteria set.

        Parameters
        ----------
        number : int or str
            Set number or product group.
        choices : array_like of int, shape (scenarios, levers)
            Positions of levels, from 0.

        Returns
        -------
        Variants
            Equal to those of the sets that `apply_reform` makes of `reform(choice)`.

        Raises
        ------
        InputError
            ``wrong-shape``, ``wrong-dtype``, ``out-of-range``.
        UnknownSetError
            ``unknown-set``, ``set-not-transcribed``.
        """
        source = criteria_set(self.decision, number)
        return self.table(source.number).variants(checked_choices(choices, self.sizes))

    def table(self, number: int) -> LeverTable:
        """Return what all levels write in one criteria set, as arrays."""
        return LeverTable.of(self.decision.sets[number], self._effects)

    def scenarios(self, choices: ArrayLike | Iterable[NDArray[Any]]) -> Choices:
        """Return scenarios from rows of choices, or from an iterable of arrays of rows.

        An iterator is read once, piece by piece, and never held as a whole.

        Raises
        ------
        InputError
            ``wrong-shape``, ``wrong-dtype``, ``out-of-range``; for an iterable when it is read.
        """
        return given_choices(self, choices)

    def every(self) -> Choices:
        """Return every combination, the last lever varying fastest.

        Raises
        ------
        InputError
            ``too-many-scenarios``.
        """
        return all_choices(self)

    def at_most(self, moved: int) -> Choices:
        """Return the law as it is and all scenarios that move at most `moved` levers from it.

        First none is moved, then one, then two; they are made while they are read.

        Raises
        ------
        InputError
            ``out-of-range``, ``no-base-level`` where a lever has no level that leaves the law as
            it is.
        """
        return at_most_choices(self, moved)

    def one_at_a_time(self) -> Choices:
        """Return the law as it is and each other level of each lever alone, as `at_most(1)`."""
        return self.at_most(1)

    def sample(self, scenarios: int, *, rng: np.random.Generator | int | None = None) -> Choices:
        """Return scenarios at random, each level with the same chance.

        Parameters
        ----------
        scenarios : int
        rng : Generator, int or None
            The same number gives the same scenarios; a longer sample begins with a shorter one.

        Raises
        ------
        InputError
            ``out-of-range``, ``wrong-type``.
        """
        return sampled_choices(self, scenarios, rng)


SHOWN = 8
