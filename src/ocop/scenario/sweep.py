"""Sweeps: sheets scored under thousands of scenarios of a law."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from ocop._renamed import renamed_arguments
from ocop.errors import InputError, Problem
from ocop.law.decision import Decision
from ocop.scenario._sweep_question import NOTHING, Asked, asked
from ocop.scenario._sweep_run import Runner
from ocop.scenario._sweep_tally import Tally
from ocop.scenario._sweep_work import RankCounts
from ocop.scenario.choices import Choices
from ocop.scenario.draws import Draws
from ocop.scenario.population import Population
from ocop.scenario.reform import Reform
from ocop.scenario.sweep_result import RankRanges, Sweep
from ocop.scoring._variant_sheets import exactly
from ocop.scoring.ranking import Ties
from ocop.scoring.scores import score
from ocop.scoring.sheet import Sheets

__all__ = ["sweep"]


@renamed_arguments("0.3", decision="law")
def sweep(
    population: Sheets | Iterable[Sheets] | Population,
    scenarios: Choices | Draws | Reform | Iterable[Reform],
    *,
    law: str | Decision | None = None,
    by_set: bool = False,
    ranks: bool = False,
    ties: Ties = "min",
    order: Iterable[str] | None = None,
    progress: Callable[[int, int | None], object] | None = None,
    checkpoint: str | Path | None = None,
    executor: Executor | None = None,
    threads: int | None = None,
    fast: bool = False,
) -> Sweep:
    """Score sheets under many scenarios of their law, and count the stars.

    Only one row of counts is kept for each scenario; all else is bounded, whatever their number.
    Sheets follow a reform that changes criteria or options: answers stay with the option of the
    same label in the criterion of the same printed code. An answer whose option is gone, and a
    criterion that is new, are not assessed and count 0 points; `open_answers` says how many.

    Parameters
    ----------
    population : Sheets, iterable of Sheets, or Population
        Sheets of one decision, one batch per criteria set.
    scenarios : Choices, Draws, or reforms
        Choices of `Levers`, random draws around the law, or reforms of any kind.
    law : str or Decision, optional
        The decision that reforms are applied to, where it is not the shipped one that the sheets
        name.
    by_set : bool, default False
        Keep star counts of each batch too.
    ranks : bool, default False
        Rank all products in every scenario, and keep the range and the sum of their ranks. This
        takes far longer.
    ties, order
        As for `rank`.
    progress : callable, optional
        Called with the scenarios that are done and how many there are, None where nobody knows.
    checkpoint : str or Path, optional
        A file that keeps what is done, written whole or not at all. The same call with the same
        file goes on where it was interrupted, with the same result.
    executor : concurrent.futures.Executor, optional
        Does the work in pieces, such as a ``ProcessPoolExecutor`` or the executor of a
        ``dask.distributed`` client. What it does not finish, because a worker is lost or it is
        shut down, is done in this process, with a ``RuntimeWarning`` and `redone` in the result.
    threads : int, optional
        How many threads share the work of this process; workers of an executor have one each.
    fast : bool, default False
        Count with compiled loops (extra ``fast``).

    Returns
    -------
    Sweep
        Equal to scoring the sheets under each scenario, whatever threads, executor and checkpoint.

    Raises
    ------
    InputError
        ``no-sheets``, ``no-scenarios``, ``mixed-decisions``, ``duplicate-product``,
        ``other-law`` where sheets belong to another law than the levers, ``wrong-type``,
        ``unknown-ties``, ``unknown-key``, ``other-checkpoint``, ``damaged-checkpoint``; for
        reforms what `apply_reform` raises, with the number of the reform.
    UnknownDecisionError
        ``unknown-decision`` where reforms are given and the sheets' decision is not a shipped one.
    MissingExtraError
        ``missing-extra`` where `fast` is asked for and numba is not installed.

    See Also
    --------
    ocop.Levers, ocop.Draws, ocop.Reform : What makes scenarios.
    ocop.score_variants : Many point tables of one's own over one batch of sheets.

    Examples
    --------
    >>> import ocop
    >>> made = ocop.synthesize("qd-26-2026", products=200, rng=0)
    >>> levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(4, [65, 70, 75])])
    >>> found = ocop.sweep(made, levers.every())
    >>> found
    <Sweep qd-26-2026: 3 scenarios x 200 products>
    >>> (found.star_counts[1] == found.baseline).all()
    np.True_
    """
    question = asked(population, scenarios, law, ties if ranks else None, order, fast=fast)
    tally = Tally(
        question=question.digest(by_set=by_set),
        products=sum(map(len, question.batches)),
        batches=len(question.batches),
        by_set=by_set,
        ranked=ranks,
        path=None if checkpoint is None else Path(checkpoint),
    )
    tally.load()
    runner = Runner(
        question=question.question,
        tally=tally,
        executor=executor,
        threads=threads,
        progress=progress,
        total=question.count,
    )
    runner.run(question.tasks())
    if not tally.digests:
        raise InputError([Problem("no-scenarios", NOTHING)])
    if runner.redone:
        message = f"{runner.redone:,} scenarios were done in this process: the executor failed"
        warnings.warn(f"{message} ({runner.why!r})", RuntimeWarning, stacklevel=2)
    return _result(question, tally, runner.redone, by_set=by_set)


def _result(question: Asked, tally: Tally, redone: int, *, by_set: bool) -> Sweep:
    counts = tally.joined(tally.stars)
    baseline = sum(np.bincount(score(b).star, minlength=6) for b in question.batches)
    arrays: dict[str, Any] = {
        "star_counts": counts.sum(axis=1) if by_set else counts,
        "star_frequencies": exactly(tally.at_least, len(counts)),
        "baseline": np.asarray(baseline, dtype=np.int64),
        "open_answers": tally.joined(tally.open_answers),
    }
    for array in (*arrays.values(), counts):
        array.setflags(write=False)
    return Sweep(
        sheets=question.batches,
        scenarios=question.scenarios,
        star_counts_by_set=counts if by_set else None,
        ranks=_ranges(question, tally.ranks, len(counts)),
        seed=question.seed,
        redone=redone,
        **arrays,
    )


def _ranges(question: Asked, ranks: RankCounts | None, scenarios: int) -> RankRanges | None:
    if ranks is None or question.question.ties is None:
        return None
    for array in (ranks.least, ranks.most, ranks.total):
        array.setflags(write=False)
    return RankRanges(
        ties=question.question.ties,
        order=question.question.order,
        lowest=ranks.least,
        highest=ranks.most,
        total=ranks.total,
        scenarios=scenarios,
    )
