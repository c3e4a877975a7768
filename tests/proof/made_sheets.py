"""Sheets for the proof: the edges of a criteria set one by one, then as many drawn ones as asked.

A sheet is a row of answers, 0 for none met and 255 for unanswered, and a row of findings. Drawn
sheets are different from each other; many have a total that was chosen beforehand, such as one
point below a band, or floors that are all met, or all but one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple
from zlib import crc32

import numpy as np
from law_files import Law, floor
from numpy.typing import NDArray

UNANSWERED = 255
BLANKS = (0, UNANSWERED)
RARE = 0.1
"""How often a total is reached with a blank, measured against an option of the same points."""


class Choice(NamedTuple):
    """The answers that one criterion may get, and their points."""

    answers: NDArray[np.uint8]
    points: NDArray[np.int64]

    def at_least(self, least: int) -> Choice:
        """Return the answers with so many points; all where there is none."""
        kept = self.points >= least
        return Choice(self.answers[kept], self.points[kept]) if kept.any() else self

    @property
    def best(self) -> int:
        """The answer with the most points."""
        return int(self.answers[self.points.argmax()])


Choices = list[Choice]
Sheets = tuple[NDArray[np.uint8], NDArray[np.bool_]]


def sheets(law: Law, count: int, seed: int) -> Sheets:
    """Return `count` different sheets, the edges first; fewer where the edges alone are more."""
    edges = _edges(law)
    rng = np.random.default_rng([seed, crc32(f"{law['decision']} {law['number']}".encode())])
    rows = _distinct(edges)
    while len(rows) < count:
        rows = _distinct(np.concatenate([rows, _drawn(law, count - len(rows) + 64, rng)]))
    criteria = len(law["criteria"])
    return np.asfortranarray(rows[:count, :criteria]), rows[:count, criteria:].astype(bool)


def choices(law: Law) -> list[Choices]:
    """Return, for each way to choose the cases of a sheet, the answers of each criterion."""
    kinds = list(law["cases"])
    chosen = [dict(zip(kinds, cases, strict=True)) for cases in product(*law["cases"].values())]
    return [
        [_choice(criterion, cases) for criterion in law["criteria"].values()] for cases in chosen
    ]


def _choice(criterion: Law, cases: dict[str, str]) -> Choice:
    case = cases.get(criterion.get("case_kind", ""))
    options = enumerate(criterion["options"], start=1)
    allowed = [(n, option["points"]) for n, option in options if option.get("case") == case]
    answers, points = zip((0, 0), (UNANSWERED, 0), *allowed, strict=True)
    return Choice(np.array(answers, dtype=np.uint8), np.array(points))


def _distinct(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rows without repetitions, in the order in which they first stand."""
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()
    first = np.unique(whole, return_index=True)[1]
    return rows[np.sort(first)]


def _edges(law: Law) -> NDArray[np.uint8]:
    """Return the sheets that nobody should leave to chance; findings stand behind the answers."""
    none = [0] * len(law["findings"])
    made: list[list[int]] = []
    codes = list(law["criteria"])
    for chosen in choices(law):
        best = [choice.best for choice in chosen]
        made += [[blank] * len(best) + none for blank in BLANKS]
        for i, choice in enumerate(chosen):
            for answer in choice.answers.tolist():
                made.append([*best[:i], answer, *best[i + 1 :], *none])
        for item, other in law["needs"].items():
            i, j = codes.index(item), codes.index(other)
            for first, then in product(chosen[j].answers.tolist(), chosen[i].answers.tolist()):
                sheet = [*best, *none]
                sheet[j], sheet[i] = first, then
                made.append(sheet)
        for n in range(len(none)):
            made.append([*best, *none[:n], 1, *none[n + 1 :]])
        made.append([*best, *[1] * len(none)])
    rng = np.random.default_rng(0)
    exact = [
        _exact(_with_floors(law, chosen, star), np.array([least, least - 1]), rng)
        for chosen in choices(law)
        for star, least in law["thresholds"].items()
        if least > 0
    ]
    return np.concatenate([np.array(made, dtype=np.uint8), *(_plus(law, rows) for rows in exact)])


def _plus(law: Law, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.pad(rows, ((0, 0), (0, len(law["findings"]))))


def _with_floors(law: Law, chosen: Choices, star: int) -> Choices:
    """Return only the answers that meet the floors of a star, and that let other criteria count."""
    needed = dict.fromkeys([*law["needs"].values(), *law["knock_outs"]], 1)
    return [
        choice.at_least(max(floor(law, code, star), needed.get(code, 0)))
        for code, choice in zip(law["criteria"], chosen, strict=True)
    ]


def _exact(
    chosen: Choices, targets: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return a sheet for each total, drawn from all that have it; the nearest total where none.

    ``ways[i][t]`` counts the answers to the criteria from `i` on that have `t` points together.
    """
    size = sum(int(choice.points.max()) for choice in chosen) + 1
    weights = [np.where(np.isin(choice.answers, BLANKS), RARE, 1.0) for choice in chosen]
    ways = [np.zeros(size) for _ in range(len(chosen) + 1)]
    ways[-1][0] = 1
    for i in range(len(chosen) - 1, -1, -1):
        for points, weight in zip(chosen[i].points.tolist(), weights[i].tolist(), strict=True):
            ways[i][points:] += weight * ways[i + 1][: size - points]
    there = np.flatnonzero(ways[0])
    left = there[np.abs(there[:, np.newaxis] - targets).argmin(axis=0)]
    made = np.empty((len(targets), len(chosen)), dtype=np.uint8)
    for i, choice in enumerate(chosen):
        after = left[:, np.newaxis] - choice.points
        odds = weights[i] * np.where(after < 0, 0.0, ways[i + 1][np.maximum(after, 0)])
        edges = odds.cumsum(axis=1)
        rolls = rng.random(len(targets)) * edges[:, -1]
        which = (rolls[:, np.newaxis] >= edges).sum(axis=1)
        made[:, i] = choice.answers[which]
        left = left - choice.points[which]
    return made


def _drawn(law: Law, count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return drawn sheets with findings on a tenth of them."""
    every = choices(law)
    rows = [
        piece for chosen in every for piece in _families(law, chosen, -(-count // len(every)), rng)
    ]
    answers = rng.permutation(np.concatenate(rows))[:count]
    known = len(law["findings"])
    stated = rng.random((len(answers), known)) < 1.5 / max(known, 1)
    stated &= (rng.random(len(answers)) < 0.1)[:, np.newaxis]
    return np.concatenate([answers, stated.astype(np.uint8)], axis=1)


def _families(
    law: Law, chosen: Choices, count: int, rng: np.random.Generator
) -> Iterator[NDArray[np.uint8]]:
    """Yield sheets of one way to choose the cases, of several kinds, `count` or a few more."""
    tenth = -(-count // 10)
    yield _exact(chosen, _targets(law, chosen, tenth, rng), rng)
    for star in (3, 4, 5):
        met = _with_floors(law, chosen, star)
        yield _exact(met, _targets(law, met, tenth, rng), rng)
        lowered = _exact(met, _targets(law, met, tenth, rng), rng)
        yield _spoilt(lowered, chosen, 1.0 / len(chosen), rng)
    best = np.array([choice.best for choice in chosen], dtype=np.uint8)
    for share in (0.1, 0.4, 1.0):
        yield _spoilt(np.tile(best, (tenth, 1)), chosen, share, rng)


def _targets(law: Law, chosen: Choices, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return totals: half of them at a band's edge or a point to either side, half anywhere."""
    least, most = (sum(int(pick(c.points)) for c in chosen) for pick in (np.min, np.max))
    edges = [t + d for t in law["thresholds"].values() for d in (-1, 0, 1)]
    edges = [t for t in edges if least <= t <= most]
    anywhere = rng.integers(least, most + 1, count)
    if not edges:
        return anywhere
    return np.where(rng.random(count) < 0.5, rng.choice(edges, count), anywhere)


def _spoilt(
    rows: NDArray[np.uint8], chosen: Choices, share: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return sheets with a share of the answers drawn anew, from all that are allowed."""
    for i, choice in enumerate(chosen):
        anew = rng.random(len(rows)) < share
        rows[anew, i] = rng.choice(choice.answers, int(anew.sum()))
    return rows
