"""ocop through its public functions; every run starts from a batch that was never used."""

from __future__ import annotations

from typing import Any

import numpy as np

import ocop
from contest import Arrays, Contestant
from problem import Problem


def sheets(problem: Problem) -> ocop.Sheets:
    """Return the sheets as one batch, columns contiguous: shared, not copied."""
    return ocop.Sheets(
        criteria_set=problem.law.source,
        products=problem.products,
        answers=problem.columns.T,
        findings=problem.findings,
    )


def run(batch: ocop.Sheets) -> ocop.Ranking:
    """Score, then rank, on all cores."""
    ranking = ocop.rank(ocop.score(batch))
    ranking.ranks  # noqa: B018 - the result that is asked for
    return ranking


def run_single(batch: ocop.Sheets) -> ocop.Ranking:
    """Score, then rank, in one thread."""
    ranking = ocop.rank(ocop.score(batch, threads=1))
    ranking.ranks  # noqa: B018 - as above
    return ranking


def read(ranking: ocop.Ranking) -> Arrays:
    """Return the results as arrays."""
    (scores,) = ranking.scores
    names = ("parts", "total", "band", "star", "answered", "excluded")
    return {name: np.asarray(getattr(scores, name)) for name in names} | {"rank": ranking.ranks}


OCOP = Contestant(name="ocop", prepare=sheets, run=run, read=read, fresh=True)
CONTESTANTS = [
    OCOP,
    Contestant(name="ocop, 1 thread", prepare=sheets, run=run_single, read=read, fresh=True),
]


# Its steps, each alone.


def scored(problem: Problem) -> ocop.Scores:
    """Return scores that were never ranked."""
    return ocop.score(sheets(problem))


def ranked(problem: Problem) -> ocop.Ranking:
    """Return a ranking that was never listed."""
    return ocop.rank(scored(problem))


def score_only(batch: ocop.Sheets) -> ocop.Scores:
    """Score."""
    return ocop.score(batch)


def rank_only(scores: ocop.Scores) -> Any:
    """Rank."""
    return ocop.rank(scores).ranks


def listing(ranking: ocop.Ranking) -> Any:
    """Order the rows, equal products by product code."""
    return ranking.row


def read_listing(order: Any) -> Arrays:
    """Return the order."""
    return {"order": order}


def itself(problem: Problem) -> Problem:
    """Return the problem, for steps that start from it."""
    return problem


def rows_of(problem: Problem) -> Problem:
    """Return the problem with answers as they lie in a row-major matrix (sheets, criteria)."""
    return problem.by_rows()


def all_steps(problem: Problem) -> ocop.Ranking:
    """Check the sheets, score, rank."""
    return run(sheets(problem))


STEPS = [
    Contestant(name="Sheets, with all checks", prepare=itself, run=sheets),
    Contestant(name="score", prepare=sheets, run=score_only, fresh=True),
    Contestant(name="rank", prepare=scored, run=rank_only, fresh=True),
    Contestant(name="listing (row)", prepare=ranked, run=listing, read=read_listing, fresh=True),
]
ROWS = [
    Contestant(name="ocop with its Sheets, row-major", prepare=rows_of, run=all_steps, read=read),
    Contestant(name="ocop with its Sheets, column-major", prepare=itself, run=all_steps, read=read),
]
