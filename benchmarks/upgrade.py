"""Time upgrades of many products to the next star, and one mixed-integer programme per product.

Usage: python benchmarks/upgrade.py [--short]

Both run in one process, one after the other, so that the ratio carries over to other machines. It
compares the time per plan found with the time per programme solved, building it included. Exit
code 1 only where results differ, never for time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

import ocop
from ocop.scoring.upgrade import upgrade

RATIO = 100


def main() -> int:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="small sizes, to see that it runs")
    options = parser.parse_args()
    count, sample, rounds = (2_000, 20, 2) if options.short else (20_000, 300, 5)
    law = ocop.criteria_set("qd-26-2026", "tea")
    batch = products(law, count)
    scores = ocop.score(batch)
    # As a caller would call it: for the products that have a star above them, one at a time.
    rows = np.flatnonzero((scores.star > 0) & (scores.star < 5))[:sample]
    ours, theirs, wrong = [], [], 0
    for _ in range(rounds):
        start = time.perf_counter()
        found = upgrade(batch)
        ours.append(time.perf_counter() - start)
    for row in rows.tolist():
        start = time.perf_counter()
        weight = by_milp(law, batch.answers[row].tolist(), int(scores.star[row]) + 1)
        theirs.append(time.perf_counter() - start)
        own = (
            int(found.raised[row]) * 1000 + int(found.points[row]) if found.reachable[row] else None
        )
        wrong += weight != own
    each, one = statistics.median(ours) / int(found.reachable.sum()), statistics.median(theirs)
    print(f"{count} products to the next star (26/2026, set {law.number}), one process")
    print(f"upgrade:  {statistics.median(ours):.3f} s for all, {each * 1e6:.1f} us per plan found")
    print(f"milp:     {one * 1e3:.2f} ms per product (median of {len(rows)})")
    print(f"ratio:    {one / each:.0f} (at least {RATIO} is wanted)")
    print(f"differ:   {wrong} of {len(rows)}")
    return 1 if wrong else 0


def products(law: ocop.CriteriaSet, count: int) -> ocop.Sheets:
    """Return made-up products, mostly good, some criteria not assessed."""
    rng = np.random.default_rng(0)
    sizes = np.array([len(item.criterion.options) for item in law.items])
    answers = ((rng.random((count, len(sizes))) ** 0.35) * (sizes + 1)).astype(np.uint8)
    answers[rng.random(answers.shape) < 0.002] = ocop.UNANSWERED
    return ocop.Sheets(
        criteria_set=law, products=[f"{n:05d}" for n in range(count)], answers=answers
    )


def by_milp(law: ocop.CriteriaSet, answers: list[int], star: int) -> int | None:
    """Return 1000 per raise and one per point raised, None where the star is out of reach.

    One binary variable per criterion and answer, and one per answer of a criterion under a needs
    rule that says whether it counts. For sets without cases and knock-outs.
    """
    needs = {rule.item: rule.other for rule in law.rules.needs}
    floor_star = star if star > 2 else 0
    weights: list[int] = []
    points: dict[str, dict[int, int]] = {}
    rows: list[tuple[dict[int, int], float, float]] = []
    for item, answer in zip(law.items, answers, strict=True):
        values = [option.points for option in item.criterion.options]
        now = values[answer - 1] if 0 < answer < ocop.UNANSWERED else 0
        mine = {len(weights): now}
        weights.append(0)
        for value in values:
            if value > now:
                mine[len(weights)] = value
                weights.append(1000 + value - now)
        points[item.code] = mine
        rows.append((dict.fromkeys(mine, 1), 1, 1))
    total: dict[int, int] = {}
    for item in law.items:
        counted = points[item.code]
        if item.code in needs:
            scores = {v: -1 for v, p in points[needs[item.code]].items() if p}
            counted = {}
            for variable, value in points[item.code].items():
                counted[len(weights)] = value
                rows.append(({len(weights): 1, variable: -1}, -np.inf, 0))
                rows.append(({len(weights): 1, **scores}, -np.inf, 0))
                weights.append(0)
        total |= counted
        if least := item.criterion.floor(floor_star, law.criterion_mark):
            rows.append((counted, least, np.inf))
    rows.append((total, next(b.at_least for b in law.bands if b.star == star), np.inf))
    matrix = np.zeros((len(rows), len(weights)))
    for number, (row, _, _) in enumerate(rows):
        matrix[number, list(row)] = list(row.values())
    result = milp(
        np.array(weights),
        integrality=np.ones(len(weights)),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows])],
        options={"mip_rel_gap": 0},
    )
    return None if result.x is None else round(result.fun)


if __name__ == "__main__":
    sys.exit(main())
