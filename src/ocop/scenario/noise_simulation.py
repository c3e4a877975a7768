"""What simulated noise gives: how often each star, and between which ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._frames import columns_frame
from ocop._version import __version__
from ocop.scenario._lever_space import Asked, sealed
from ocop.scoring._comparable import Comparable
from ocop.scoring._noise_moves import Chances
from ocop.scoring._score_columns import origin_kind
from ocop.scoring.sheet import Sheets
from ocop.text import number_of

__all__ = ["NoiseSimulation"]


@frozen(kw_only=True, eq=False, repr=False)
class NoiseSimulation(Comparable):
    """Stars and ranks of products whose answers were drawn (mô phỏng); arrays are read-only.

    Attributes
    ----------
    sheets : tuple of Sheets
        What was answered; products below stand in their order, batch after batch.
    star_counts : ndarray of int64, shape (products, 6)
        Draws that gave each product 0 (excluded), 1, ... 5 stars.
    ranks : ndarray of int32, shape (draws, products)
        The rank of each product in each draw, from 1; equal products share the first place of
        theirs.
    up, down : float or mapping of str to float
        As given.
    noise : mapping of str to ndarray of float64
        As given; criterion code to chances, (answers, answers).
    seed : int
        Gives the same result again.
    version : str
        Version of ocop that drew them.
    """

    sheets: tuple[Sheets, ...]
    star_counts: NDArray[np.int64]
    ranks: NDArray[np.int32]
    up: Chances
    down: Chances
    noise: Mapping[str, NDArray[np.float64]]
    seed: int
    version: str = __version__

    @property
    def draws(self) -> int:
        """How often the answers were drawn."""
        return len(self.ranks)

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, in the order of the sheets."""
        return tuple(product for batch in self.sheets for product in batch.products)

    @property
    def digests(self) -> dict[int, str]:
        """Set number to the content digest of the criteria set."""
        return {b.criteria_set.number: b.criteria_set.digest for b in self.sheets}

    @property
    def frequencies(self) -> NDArray[np.float64]:
        """The share of draws with each star, (products, 6): estimates of `star_probabilities`."""
        return sealed(self.star_counts / self.draws)

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """The standard errors of `frequencies`, (products, 6), estimated from themselves."""
        share = self.frequencies
        return sealed(np.sqrt(share * (1 - share) / self.draws))

    def chance_of_top(self, places: int) -> NDArray[np.float64]:
        """Return the share of draws in which each product stands at one of the first places.

        Raises
        ------
        InputError
            ``not-a-whole-number``, ``out-of-range``.
        """
        asked = Asked()
        asked.whole(places, "places", 1)
        asked.stop()
        return sealed((self.ranks <= places).mean(axis=0))

    def rank_intervals(self, chance: float = 0.9) -> NDArray[np.int32]:
        """Return the ranks between which each product stands with this chance, (products, 2).

        Outside lie as many draws as the chance leaves over, or fewer, half of them on either side.

        Raises
        ------
        InputError
            ``not-a-number``, ``out-of-range``.
        """
        asked = Asked()
        asked.share(chance, "chance")
        asked.stop()
        ends = (
            np.quantile(self.ranks, [0.5 - chance / 2], axis=0, method="lower"),
            np.quantile(self.ranks, [0.5 + chance / 2], axis=0, method="higher"),
        )
        return sealed(np.concatenate(ends).T.astype(np.int32))

    def to_frame(self, like: Any = None) -> Any:
        """Return the columns of `columns` as a data frame, as `Scores.to_frame` does."""
        return columns_frame(self.columns(), like, origin_kind(self.sheets))

    def columns(self) -> dict[str, list[Any]]:
        """Return the products by column: what travels with them, star frequencies, ranks.

        `rank_low` and `rank_high` are the ends of the interval of 0.9, `rank_median` the rank
        between them.
        """
        frequencies = self.frequencies.T.tolist()
        low, high = self.rank_intervals().T.tolist()
        return {
            "product": list(self.products),
            "set": [b.criteria_set.number for b in self.sheets for _ in b.products],
            "excluded": frequencies[0],
            **{f"star_{star}": frequencies[star] for star in range(1, 6)},
            "rank_low": low,
            "rank_median": np.median(self.ranks, axis=0).tolist(),
            "rank_high": high,
        }

    def __len__(self) -> int:
        return len(self.star_counts)

    def __repr__(self) -> str:
        law = self.sheets[0].criteria_set.decision
        size = f"{number_of(len(self), 'product')}, {number_of(self.draws, 'draw')}"
        return f"<NoiseSimulation {law}: {size}, seed {self.seed}>"
