"""What a sweep is asked: sheets and scenarios, checked, and cut into pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from attrs import frozen

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.scenario._engine import run_reform
from ocop.scenario._levers_file import plain_levers
from ocop.scenario._matching import check_side
from ocop.scenario._sweep_run import Task
from ocop.scenario._sweep_sources import DrawSource, LeverSource, ReformSource
from ocop.scenario._sweep_work import Piece, Question, Source
from ocop.scenario.choices import Choices
from ocop.scenario.draws import Draws
from ocop.scenario.population import Population
from ocop.scenario.reform import Reform, as_file, plain_reform
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.ranking import Ties, rank
from ocop.scoring.scores import score
from ocop.scoring.sheet import Sheets

__all__ = ["Asked", "asked"]

PIECE = 2048
REFORMS = 64
RANKINGS = 32
"""A ranking takes so many times as long as counting stars; pieces are smaller by it."""

Scenarios = Choices | Draws | tuple[Reform, ...]


@frozen(eq=False, kw_only=True)
class Asked:
    """A question that is sound, and how many scenarios it has, None where nobody knows."""

    question: Question
    scenarios: Scenarios
    count: int | None

    @property
    def batches(self) -> tuple[Sheets, ...]:
        """The sheets."""
        return self.question.batches

    @property
    def seed(self) -> int | None:
        """The seed, where scenarios were drawn."""
        return None if isinstance(self.scenarios, tuple) else self.scenarios.seed

    @property
    def size(self) -> int:
        """Scenarios of a piece."""
        whole = REFORMS if isinstance(self.scenarios, tuple) else PIECE
        return whole if self.question.ties is None else whole // RANKINGS

    def digest(self, *, by_set: bool) -> str:
        """Return a digest of all that results depend on, but for scenarios read piece by piece."""
        head: dict[str, Any] = {
            "ocop": __version__,
            "ranks": [self.question.ties, self.question.order],
            "by_set": by_set,
            "size": self.size,
            "count": self.count,
        }
        if isinstance(self.scenarios, Choices):
            own = self.scenarios.levers
            head["levers"] = plain_levers(own.levers, own.decision.id)
        else:
            head["draws"] = repr(self.scenarios) if isinstance(self.scenarios, Draws) else None
        found = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
        for batch in self.batches:
            law = batch.criteria_set
            found.update(json.dumps([law.decision, law.digest, batch.products]).encode())
            found.update(batch.answers.tobytes())
            if batch.findings is not None and batch.findings.any():
                found.update(batch.findings.tobytes())
        return found.hexdigest()

    def tasks(self) -> Iterator[Task]:
        """Yield the pieces with their numbers and what each asks, as a digest."""
        first = 0
        for number, (count, given, content) in enumerate(self._pieces()):
            yield number, hashlib.sha256(content).hexdigest(), Piece(first, count, given)
            first += count

    def _pieces(self) -> Iterator[tuple[int, Any, bytes]]:
        asked, size = self.scenarios, self.size
        if isinstance(asked, Choices):
            for rows in asked.pieces(size):
                yield len(rows), rows, rows.tobytes()
        elif isinstance(asked, Draws):
            for low in range(0, len(asked), size):
                yield min(size, len(asked) - low), None, b""
        else:
            for low in range(0, len(asked), size):
                some = asked[low : low + size]
                content = json.dumps([plain_reform(reform) for reform in some], sort_keys=True)
                yield len(some), some, content.encode()


def asked(
    population: Any,
    scenarios: Any,
    decision: str | Decision | None,
    ties: Ties | None,
    order: Iterable[str] | None,
    *,
    fast: bool,
) -> Asked:
    """Return a checked question.

    Raises
    ------
    InputError
        As `sweep` says.
    """
    batches = _batches(population)
    given = _scenarios(scenarios)
    count = given.count if isinstance(given, Choices) else len(given)
    if count == 0:
        raise InputError([Problem("no-scenarios", NOTHING)])
    source = _source(given, batches, decision)
    keys: tuple[str, ...] = ()
    if ties is not None:
        wanted = None if order is None else list(order)
        keys = rank([score(batch) for batch in batches], ties=ties, order=wanted).order
    question = Question(batches=batches, source=source, ties=ties, order=keys, fast=fast)
    return Asked(question=question, scenarios=given, count=count)


NOTHING = "found no scenarios, allowed is one or more"


def _batches(population: Any) -> tuple[Sheets, ...]:
    if isinstance(population, Population):
        population = population.sheets
    batches = (population,) if isinstance(population, Sheets) else population
    batches = tuple(batches) if isinstance(batches, Iterable) else (batches,)
    if not all(isinstance(batch, Sheets) for batch in batches):
        message = "found something else, allowed are Sheets and a Population"
        raise InputError([Problem("wrong-type", message, path="population")])
    if not any(map(len, batches)):
        message = "found no sheets, allowed is one or more"
        raise InputError([Problem("no-sheets", message, path="population")])
    problems = check_side(batches, "population")
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    return batches


def _scenarios(given: Any) -> Scenarios:
    if isinstance(given, Choices | Draws):
        return given
    reforms = (given,) if isinstance(given, Reform) or not isinstance(given, Iterable) else given
    reforms = tuple(reforms)
    problems = [
        Problem(
            "wrong-type",
            "found something else, allowed are choices of levers, draws, and reforms",
            path=f"scenarios[{n}]",
        )
        for n, reform in enumerate(reforms)
        if not isinstance(reform, Reform)
    ]
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    return reforms


def _source(
    scenarios: Scenarios, batches: tuple[Sheets, ...], decision: str | Decision | None
) -> Source:
    sets = {batch.criteria_set.number: batch.criteria_set for batch in batches}
    if isinstance(scenarios, Draws):
        for source in sets.values():
            scenarios.variants(source, 0, 0)
        return DrawSource(scenarios)
    if isinstance(scenarios, Choices):
        levers = scenarios.levers
        _check_law(levers.decision, batches)
        return LeverSource({number: levers.table(number) for number in sets}, levers.sizes)
    given = batches[0].criteria_set.decision if decision is None else decision
    law = as_decision(given)
    _check_law(law, batches)
    problems = [
        replace(problem, path=f"scenarios[{n}]" + (f".{problem.path}" if problem.path else ""))
        for n, reform in enumerate(scenarios)
        for problem in run_reform(as_file(reform), law).problems
    ]
    if problems:
        raise InputError(problems[:MAX_LISTED], max(0, len(problems) - MAX_LISTED))
    return ReformSource(law)


def _check_law(law: Decision, batches: tuple[Sheets, ...]) -> None:
    """Refuse sheets whose criteria set is not one of the law that scenarios change."""
    problems = []
    for batch in batches:
        own = batch.criteria_set
        mine = law.sets.get(own.number)
        if mine is None or mine.digest != own.digest:
            where = f"set {own.number} ({own.group.slug}) of {own.decision}"
            message = f"found sheets of {where}, allowed are those of {law.id} as it is"
            problems.append(Problem("other-law", message, path="population"))
    if problems:
        raise InputError(problems)
