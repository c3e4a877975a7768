"""Upgrades of many products to the next star, and one mixed-integer programme per product."""

from __future__ import annotations

import time
from importlib.util import find_spec

import numpy as np

import ocop
from contest import Row, Run, summary
from peers import own
from problem import Problem, problem


def measure(run: Run) -> Row:
    """Compare the time per plan found with the time per programme, building it included."""
    products, sample, rounds = (2_000, 20, 2) if run.short else (20_000, 300, 5)
    given = problem(products)
    batch = own.sheets(given)
    star = ocop.score(batch).star
    # As a caller would call it: for the products that have a star above them, one at a time.
    rows = np.flatnonzero((star > 0) & (star < 5))[:sample]
    ocop.upgrade(own.sheets(given.head(100)))
    if find_spec("scipy") is None:
        run.lacks("scipy")
        rows = rows[:0]
    ours: list[float] = []
    theirs: list[float] = []
    found = ocop.upgrade(batch)
    plans = int(found.reachable.sum())
    differing = 0
    for mine in np.array_split(rows, rounds):
        start = time.perf_counter()
        found = ocop.upgrade(batch)
        ours.append((time.perf_counter() - start) / plans)
        for row in mine.tolist():
            weight, seconds = programme(given, row, int(star[row]) + 1)
            theirs.append(seconds)
            plan = int(found.raised[row]) * 1000 + int(found.points[row])
            differing += weight != (plan if found.reachable[row] else None)
    if differing:
        run.wrong.append(f"upgrade: {differing} of {len(rows)} plans differ from milp")
    figures: Row = {"products": products, "plans": plans, "per_plan": summary(ours)}
    run.say(f"upgrade: {plans:,} plans, {figures['per_plan']['median'] * 1e6:.1f} us each")
    if theirs:
        figures["per_programme"] = summary(theirs)
        figures["programmes"] = len(rows)
        run.say(f"upgrade: milp {figures['per_programme']['median'] * 1e3:.2f} ms each")
    return figures


def programme(given: Problem, row: int, star: int) -> tuple[int | None, float]:
    """Return what milp finds for one product, and its seconds."""
    from peers.with_milp import by_milp

    law, answers = given.law.source, given.columns[:, row].tolist()
    start = time.perf_counter()
    weight = by_milp(law, answers, star)
    return weight, time.perf_counter() - start
