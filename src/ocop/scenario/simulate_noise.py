"""Draw answers that may be one option off, and see which stars and ranks come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import evolve
from numpy.typing import ArrayLike, NDArray

from ocop.errors import InputError, Problem
from ocop.scenario._lever_space import Asked, sealed
from ocop.scenario.noise_simulation import NoiseSimulation
from ocop.scoring._noise_checks import noise_problems, step_problems
from ocop.scoring._noise_moves import Chances, moves_of
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.ranking import rank
from ocop.scoring.scores import score
from ocop.scoring.sheet import Sheet, Sheets

__all__ = ["simulate_noise"]

NEVER = 2.0
"""Above every random number."""


def simulate_noise(
    sheets: Sheet | Sheets | Iterable[Sheets],
    *,
    up: Chances = 0.05,
    down: Chances = 0.05,
    noise: Mapping[str, ArrayLike] | None = None,
    draws: int = 1000,
    rng: np.random.Generator | int | None = None,
) -> NoiseSimulation:
    """Draw the answers of all products again and again, and count their stars and ranks.

    The chance of a star is exact without any draws, see `star_probabilities`. A rank depends on
    the answers of all products at once, so it is simulated; the stars of the same draws tell how
    far the simulation can be trusted.

    Parameters
    ----------
    sheets : Sheets, Sheet or iterable of Sheets
        The products that are ranked together: of one decision, each product once.
    up, down : float or mapping of str to float, default 0.05
        As for `star_probabilities`; by criterion code where all sets have these codes.
    noise : mapping of str to array_like, optional
        As for `star_probabilities`, likewise.
    draws : int, default 1000
        How often to draw. Four bytes are kept for each product and draw.
    rng : Generator, int or None
        The same number gives the same result, in whatever order sheets and batches come.

    Returns
    -------
    NoiseSimulation
        In the order of the sheets.

    Raises
    ------
    InputError
        ``no-sheets``, ``mixed-decisions``, ``duplicate-product``, ``not-a-whole-number``,
        ``out-of-range``, ``wrong-type``, and those of `star_probabilities`.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> sheets = ocop.Sheets.of(
    ...     ocop.Sheet(criteria_set=tea, product=name, answers=answers)
    ...     for name, answers in (("best", best), ("close", best | {"1.2": 2}))
    ... )
    >>> found = ocop.simulate_noise(sheets, rng=1)
    >>> found
    <NoiseSimulation qd-26-2026: 2 products, 1,000 draws, seed 1>
    >>> found.chance_of_top(1).round(1).tolist()
    [0.6, 0.4]
    """
    if isinstance(sheets, Sheet):
        sheets = Sheets.of([sheets])
    batches = (sheets,) if isinstance(sheets, Sheets) else tuple(sheets)
    matrices = {} if noise is None else noise
    asked = Asked()
    if not batches:
        asked.problems.append(Problem("no-sheets", "found no sheets, allowed is a batch or more"))
    for batch in batches:
        source = batch.criteria_set
        own = [*step_problems(source, up, down), *noise_problems(source, matrices)]
        asked.problems += [problem for problem in own if problem not in asked.problems]
    asked.whole(draws, "draws", 1)
    seed = asked.seed(rng)
    if asked.problems:
        kept = asked.problems[:MAX_LISTED]
        raise InputError(kept, len(asked.problems) - len(kept))
    given = {code: sealed(np.array(values, np.float64)) for code, values in matrices.items()}
    stars, ranks = _drawn([_Drawer(batch, up, down, given) for batch in batches], int(draws), seed)
    return NoiseSimulation(
        sheets=batches,
        star_counts=sealed(stars),
        ranks=sealed(ranks),
        up=dict(up) if isinstance(up, Mapping) else up,
        down=dict(down) if isinstance(down, Mapping) else down,
        noise=given,
        seed=seed,
    )


class _Drawer:
    """Draws the sheets of a batch; equal random numbers go to equal products in any order."""

    def __init__(
        self, batch: Sheets, up: Chances, down: Chances, noise: Mapping[str, NDArray[np.float64]]
    ) -> None:
        self.batch = batch
        order = sorted(range(len(batch)), key=batch.products.__getitem__)
        self.key = (batch.criteria_set.number, [batch.products[n] for n in order[:1]])
        self._place = np.argsort(order)
        # Coded as the moves are: 0 = unanswered, 1 = none met, k + 1 = option k.
        codes = batch.answers + np.uint8(1)
        moves = moves_of(batch.criteria_set, up, down, noise)
        self._ends = np.full((*codes.shape, max(map(len, moves)) - 1), NEVER)
        for criterion, matrix in enumerate(moves):
            self._ends[:, criterion, : len(matrix) - 1] = _ends(matrix)[codes[:, criterion]]

    def draw(self, rng: np.random.Generator) -> Sheets:
        """Return the batch with every answer where it moved to."""
        shares = rng.random(self._ends.shape[:2])[self._place]
        codes = (shares[..., None] >= self._ends).sum(axis=2, dtype=np.uint8)
        return evolve(self.batch, answers=codes - np.uint8(1))


def _ends(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the share of each moved answer but the last ends, by given answer."""
    rest = np.cumsum(matrix[:, ::-1], axis=1)[:, ::-1][:, 1:]
    # Rounding never leads beyond the last answer that has a chance.
    ends: NDArray[np.float64] = np.where(rest > 0, np.cumsum(matrix, axis=1)[:, :-1], NEVER)
    return ends


def _drawn(
    drawers: list[_Drawer], draws: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return counts of stars, (products, 6), and ranks, (draws, products)."""
    rng = np.random.default_rng(seed)
    products = sum(len(drawer.batch) for drawer in drawers)
    stars = np.zeros((products, 6), dtype=np.int64)
    ranks = np.empty((draws, products), dtype=np.int32)
    order = sorted(range(len(drawers)), key=lambda n: drawers[n].key)
    every = np.arange(products)
    for draw in range(draws):
        moved = {n: drawers[n].draw(rng) for n in order}
        scores = [score(moved[n]) for n in range(len(drawers))]
        stars[every, np.concatenate([own.star for own in scores])] += 1
        ranks[draw] = rank(scores).ranks
    return stars, ranks
