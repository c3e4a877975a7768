"""Sweeps over levers: choices of levels, and the point tables that they stand for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

import ocop
from contest import Arrays, Contestant
from peers import own, sweep_numpy
from problem import Problem, problem
from scenarios import PRODUCTS, Draws

DIALS = 12
"""Levers, each on the points of one option."""


@frozen(kw_only=True, eq=False)
class Choices:
    """Sheets, levers of their law, and choices of their levels."""

    sheets: Problem
    levers: ocop.Levers
    scenarios: int

    def __len__(self) -> int:
        return self.scenarios

    def head(self, scenarios: int) -> Choices:
        """Return the first scenarios."""
        return Choices(sheets=self.sheets, levers=self.levers, scenarios=scenarios)

    @property
    def choices(self) -> ocop.Choices:
        """The scenarios from a seed; a longer sample begins with a shorter one."""
        return self.levers.sample(self.scenarios, rng=1)

    @cached_property
    def draws(self) -> Draws:
        """The same scenarios as point tables."""
        number = self.sheets.law.source.number
        points: NDArray[np.uint16] = self.levers.variants(number, self.choices.array()).points
        return Draws(sheets=self.sheets, points=points.astype(np.uint8))


def choices(scenarios: int, products: int = PRODUCTS) -> Choices:
    """Return scenarios of twelve levers on best options: as it is, one point more, two more."""
    sheets = problem(products)
    source = sheets.law.source
    dials = []
    for item in source.items[:DIALS]:
        last, best = len(item.criterion.options), item.criterion.options[-1].points
        values = [best, best + 1, best + 2]
        dials.append(ocop.Lever.of_points(item.code, last, values, sets=source.number))
    return Choices(sheets=sheets, levers=ocop.Levers(source.decision, dials), scenarios=scenarios)


Prepared = tuple[ocop.Sheets, ocop.Choices]


def prepare(given: Choices) -> Prepared:
    """Return the sheets and the choices; making and scoring point tables is timed."""
    return own.sheets(given.sheets), given.choices


def run(prepared: Prepared) -> ocop.Sweep:
    """Count stars by scenario and by product."""
    return ocop.sweep(*prepared)


def read(result: ocop.Sweep) -> Arrays:
    """Return the counts."""
    return {"star_counts": result.star_counts, "star_frequencies": result.star_frequencies}


def tables(given: Choices) -> Draws:
    """Return the point tables, which straightforward numpy is given ready."""
    return given.draws


OCOP = Contestant(name="ocop", prepare=prepare, run=run, read=read, fresh=True)
LEVERS = [
    OCOP,
    Contestant(
        name=sweep_numpy.STRAIGHT.name,
        prepare=tables,
        run=sweep_numpy.run_straight,
        read=sweep_numpy.read,
        at_most=1_000,
    ),
]
