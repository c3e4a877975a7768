"""Random numbers of made-up products, and the answers that a mean and a spread make of them.

The numbers do not depend on mean and spread, so that the same numbers can be looked at under many
of both: a higher mean never lowers an answer's points.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet
from ocop.scenario._ladders import Ladder, Rungs, ladders_of, limits
from ocop.scenario.population_model import PopulationModel
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.kernel import run
from ocop.scoring.table import ScoreTable, table_of

__all__ = ["Draws", "Maker"]

Answers = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)


@frozen(eq=False)
class Draws:
    """The random numbers of some products, in columns.

    `shared` is the factor of a product, (products,); `levels` are standard normal, (criteria,
    products); `luck` is uniform of the same shape; `cases` holds, for each kind, the number of
    the case; `blank` says what is left unanswered, None where nothing is.
    """

    shared: NDArray[np.float64]
    levels: NDArray[np.float32]
    luck: NDArray[np.float32]
    cases: tuple[NDArray[np.uint8], ...]
    blank: Flags | None


class Maker:
    """Makes sheets for one criteria set under one model; mean and spread are arguments."""

    def __init__(
        self, criteria_set: CriteriaSet, model: PopulationModel, difficulty: NDArray[np.float64]
    ) -> None:
        self.criteria_set, self.model, self.difficulty = criteria_set, model, difficulty
        self.table: ScoreTable = table_of(criteria_set)
        self.rungs: tuple[Rungs, ...] = ladders_of(criteria_set)
        self.asked = [i for i, r in enumerate(self.rungs) if model.prepared and r.any_asked]

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        shared: NDArray[np.float64] | None = None,
    ) -> Draws:
        """Draw the numbers of `count` products; `shared` takes the place of the factor."""
        model, criteria = self.model, len(self.table.codes)
        factor = rng.standard_normal(count)
        if shared is not None:
            factor = shared
        parts = rng.standard_normal((len(self.table.part_codes), count), dtype=np.float32)
        parts *= np.float32(model.part_loading)
        parts += (model.loading * factor).astype(np.float32)
        levels = rng.standard_normal((criteria, count), dtype=np.float32)
        levels *= np.float32(model.own_share)
        for i, part in enumerate(self.table.part_of):
            levels[i] += parts[part]
        cases = tuple(
            rng.integers(len(kind.cases), size=count, dtype=np.uint8)
            for kind in self.criteria_set.case_kinds
        )
        luck = rng.random((criteria, count), dtype=np.float32)
        blank = None
        if model.incomplete:
            some = np.flatnonzero(rng.random(count) < model.incomplete)
            blank = np.zeros((criteria, count), dtype=np.bool_)
            blank[:, some] = rng.random((criteria, len(some))) < model.unanswered
        return Draws(factor, levels, luck, cases, blank)

    def answers(self, draws: Draws, mean: float, spread: float) -> Answers:
        """Return the answers, (products, criteria), columns contiguous."""
        rungs = np.empty(draws.levels.shape, dtype=np.uint8)
        none_met = np.float32(self.model.none_met)
        for i, own in enumerate(self.rungs):
            start = mean - self.difficulty[i]
            made = [_rungs(draws.levels[i], ladder, start, spread) for ladder in own.ladders]
            rungs[i] = _by_case(made, own, draws)
            if none_met:
                rungs[i] *= draws.luck[i] >= none_met
        self._keep_needs(rungs, draws)
        answers = np.empty_like(rungs)
        self._write(answers, rungs, draws, range(len(rungs)))
        if self.asked:
            self._see_to_floors(answers, rungs, draws)
        if draws.blank is not None:
            answers[draws.blank] = UNANSWERED
        return answers.T

    def stars(self, draws: Draws, mean: float, spread: float) -> tuple[Answers, NDArray[np.int8]]:
        """Return answers and stars; 0 stars where a knock-out fires."""
        answers = self.answers(draws, mean, spread)
        return answers, run(self.table, answers, threads=1).star

    def _see_to_floors(self, answers: Answers, rungs: Answers, draws: Draws) -> None:
        """Raise what stands below a floor of the star that the points open."""
        band = run(self.table, answers.T, threads=1).band
        prepared = np.float32(self.model.prepared)
        for i in self.asked:
            own = self.rungs[i]
            asked = _by_case([ladder.asked.take(band) for ladder in own.ladders], own, draws)
            np.maximum(rungs[i], asked * (draws.luck[i] < prepared), out=rungs[i])
        self._keep_needs(rungs, draws)
        self._write(answers, rungs, draws, {*self.asked, *self.table.conditional})

    def _keep_needs(self, rungs: Answers, draws: Draws) -> None:
        """Answer none met where the criterion that this one needs has no points."""
        for item, other in self.table.needs:
            own = self.rungs[other]
            some = [(ladder.points > 0).take(rungs[other], mode="clip") for ladder in own.ladders]
            rungs[item] *= _by_case(some, own, draws)

    def _write(
        self, answers: Answers, rungs: Answers, draws: Draws, which: range | set[int]
    ) -> None:
        for i in which:
            own = self.rungs[i]
            made = [ladder.positions.take(rungs[i], mode="clip") for ladder in own.ladders]
            answers[i] = _by_case(made, own, draws)


def _rungs(
    levels: NDArray[np.float32], ladder: Ladder, start: float, spread: float
) -> NDArray[np.uint8]:
    """Return the highest rung whose limit each level reaches; the worst option has none."""
    rungs = np.full(levels.shape, min(ladder.options, 1), dtype=np.uint8)
    for limit in limits(ladder.options) if ladder.options else ():
        rungs += (levels >= np.float32((limit - start) / spread)).view(np.uint8)
    return rungs


def _by_case(made: list[NDArray[Kind]], own: Rungs, draws: Draws) -> NDArray[Kind]:
    """Return, for each product, what was made for its case."""
    if own.kind is None:
        return made[0]
    result = made[0].copy()
    for number, values in enumerate(made[1:], start=1):
        np.copyto(result, values, where=draws.cases[own.kind] == number)
    return result
