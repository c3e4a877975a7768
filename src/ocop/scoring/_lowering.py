"""What answers can lose, what a star asks of each criterion, and the worst under doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocop.law.model import CriteriaSet, Criterion
from ocop.scoring._sheet_checks import UNANSWERED
from ocop.scoring.floors import points_of
from ocop.scoring.table import ScoreTable
from ocop.types import STARS_WITH_FLOORS

__all__ = [
    "NOT_LOWER",
    "Losses",
    "alone",
    "dependants_of",
    "guards_of",
    "losses_of",
    "matrix_of",
    "worst_stars",
]

NOT_LOWER = 255
"""In tables of lower answers: this answer cannot be lowered by so many points."""

Losses = tuple[tuple[int, NDArray[np.uint8]], ...]
"""For one criterion: points to lose, rising, and the lower answer by coded answer."""


def losses_of(criteria_set: CriteriaSet) -> tuple[Losses, ...]:
    """Return for each criterion how many points its answers can lose, and by which lower answer.

    Lower answers belong to the same case. Of several with the same points the first printed one
    is named, and none met only where no option has 0 points.
    """
    return tuple(_losses(item.criterion) for item in criteria_set.items)


def _losses(criterion: Criterion) -> Losses:
    found: dict[int, NDArray[np.uint8]] = {}
    for code, option in enumerate(criterion.options, start=2):
        targets = {
            other.points: n
            for n, other in reversed(list(enumerate(criterion.options, start=1)))
            if other.case == option.case
        }
        for points, answer in ({0: 0} | targets).items():
            if points < option.points:
                size = len(criterion.options) + 2
                empty = np.full(size, NOT_LOWER, dtype=np.uint8)
                found.setdefault(option.points - points, empty)[code] = answer
    return tuple(sorted(found.items()))


def dependants_of(table: ScoreTable) -> dict[int, list[int]]:
    """Return the criteria that count only where a criterion scores above 0, by that criterion."""
    found: dict[int, list[int]] = {}
    for item, other in sorted(table.needs):
        found.setdefault(other, []).append(item)
    return found


def matrix_of(table: ScoreTable, answers: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return points with rules applied, (criteria, sheets)."""
    return np.array(points_of(table, answers), dtype=np.int64).reshape(len(table.codes), -1)


def guards_of(
    table: ScoreTable, answers: NDArray[np.uint8], star: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Return the least points that each criterion needs for the star, (criteria, sheets).

    An assessed criterion that would exclude the product at 0 points needs 1.
    """
    floors = np.zeros((len(table.codes), 6), dtype=np.int64)
    floors[:, list(STARS_WITH_FLOORS)] = table.floors.T
    guards = floors[:, star]
    for i in table.knock_outs:
        guards[i] = np.maximum(guards[i], answers[:, i] != UNANSWERED)
    return guards


def alone(
    table: ScoreTable,
    losses: tuple[Losses, ...],
    answers: NDArray[np.uint8],
    points: NDArray[np.int64],
    need: NDArray[np.int64],
    guards: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return for each criterion the least loss that drops the star alone (or -1), and how."""
    least = np.full(answers.shape, -1, dtype=np.int64)
    to = answers.copy()
    dependants = dependants_of(table)
    for i, ways in enumerate(losses):
        others = dependants.get(i, [])
        along, guarded = points[others].sum(axis=0), (guards[others] > 0).any(axis=0)
        codes = answers[:, i] + np.uint8(1)
        for step, lower in ways:
            target = lower[codes]
            zero = points[i] == step
            lost = step + zero * along
            drops = (lost >= need) | (points[i] - step < guards[i]) | (zero & guarded)
            # The smallest step that drops the star loses least; later ones do not count. Where
            # another criterion scores 0, this one has nothing to lose.
            drops &= (target != NOT_LOWER) & (points[i] > 0) & (least[:, i] < 0)
            least[drops, i] = lost[drops]
            to[drops, i] = target[drops]
    return least, to


def _steps(
    losses: tuple[Losses, ...], answers: NDArray[np.uint8], points: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the points that one option of doubt costs each criterion, (criteria, sheets)."""
    steps = np.zeros_like(points)
    for i, ways in enumerate(losses):
        codes = answers[:, i] + np.uint8(1)
        for step, lower in ways:
            first = (lower[codes] != NOT_LOWER) & (points[i] > 0) & (steps[i] == 0)
            steps[i][first] = step
    return steps


def worst_stars(
    table: ScoreTable,
    losses: tuple[Losses, ...],
    answers: NDArray[np.uint8],
    total: NDArray[np.int16],
    star: NDArray[np.int8],
    k: int,
) -> NDArray[np.int8]:
    """Return the worst star when up to `k` criteria turn out one option lower.

    Star s holds while the total reaches its band and every floor of s is met. One criterion in
    doubt that crosses a floor breaks it, and so do the k criteria that lose most together. A
    criterion that may turn to 0 takes along all points of those that need it, as much as any
    choice within its group loses: let it stand for its group with that sum, and the others with
    nothing. Then losses add up, and the k greatest are the most that k criteria lose. What breaks
    a star breaks all above it (bands rise, floors are cumulative), so the worst star lies under
    the lowest one that can be broken.
    """
    worst = star.copy()
    if k == 0:
        return worst
    points = matrix_of(table, answers)
    lose = _steps(losses, answers, points)
    left = points - lose
    for other, items in dependants_of(table).items():
        zero = (points[other] > 0) & (left[other] == 0)
        left[items] = np.where(zero, 0, left[items])
        lose[other] += np.where(zero, points[items].sum(axis=0), 0)
        lose[items] = np.where(zero, 0, lose[items])
    lowest = total - np.sort(lose, axis=0)[::-1][:k].sum(axis=0)
    for s in (5, 4, 3, 2):
        broken = lowest < table.thresholds[s - 2]
        if s in STARS_WITH_FLOORS:
            broken |= (left < table.floors[s - 3][:, None]).any(axis=0)
        worst[broken] = np.minimum(worst[broken], s - 1)
    watched = list(table.knock_outs)
    out = (left[watched] == 0) & (answers.T[watched] != UNANSWERED)
    worst[out.any(axis=0)] = 0
    return worst
