"""The least upgrade as a mixed-integer programme, one per product, solved by scipy."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

import ocop


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
