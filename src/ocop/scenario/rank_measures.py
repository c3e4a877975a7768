"""How far two rankings of the same products agree: Kendall's tau-b, rank-biased overlap, places."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.scenario._pairs import count_pairs
from ocop.scoring._comparable import Comparable
from ocop.text import number_of

__all__ = ["KendallTau", "RankComparison", "compare_ranks"]


@frozen(kw_only=True)
class KendallTau:
    """Kendall's tau-b (hệ số tương quan hạng Kendall): how many pairs keep their order.

    Every pair of products is counted in one of five numbers; the counts are exact.

    Attributes
    ----------
    concordant, discordant : int
        Pairs in the same order in both rankings, and in opposite orders.
    tied_before, tied_after : int
        Pairs tied in this ranking only.
    tied_both : int
        Pairs tied in both.
    """

    concordant: int
    discordant: int
    tied_before: int
    tied_after: int
    tied_both: int

    @property
    def difference(self) -> int:
        """Concordant less discordant pairs: the numerator of tau-b."""
        return self.concordant - self.discordant

    @property
    def squared_denominator(self) -> int:
        """Pairs not tied before, times pairs not tied after: tau-b divides by its root."""
        untied = self.concordant + self.discordant
        return (untied + self.tied_after) * (untied + self.tied_before)

    @property
    def outcome(self) -> Literal["computed", "no-variation", "nothing-to-compare"]:
        """Whether tau-b exists.

        ``"nothing-to-compare"`` where there are fewer than two products, ``"no-variation"`` where
        one of the rankings ties all of them.
        """
        if self.squared_denominator:
            return "computed"
        pairs = self.tied_before + self.tied_after + self.tied_both
        return "no-variation" if pairs else "nothing-to-compare"

    @property
    def value(self) -> float | None:
        """Tau-b from -1 (reversed) to 1 (the same order); None where it does not exist."""
        if not self.squared_denominator:
            return None
        return self.difference / math.sqrt(self.squared_denominator)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {
            "value": self.value,
            "outcome": self.outcome,
            "concordant": self.concordant,
            "discordant": self.discordant,
            "tied_before": self.tied_before,
            "tied_after": self.tied_after,
            "tied_both": self.tied_both,
        }


@frozen(kw_only=True, eq=False, repr=False)
class RankComparison(Comparable):
    """Two rankings (xếp hạng) of the same products compared; arrays are read-only.

    Attributes
    ----------
    before, after : ndarray of int64, shape (products,)
        Rank of each product among those compared, counted from 1; equal products share the
        first place of theirs, as in ``rank(ties="min")``.
    tau : KendallTau
        Agreement over all pairs.
    p : float
        How much of the weight of `overlap` goes on from each place to the next.
    overlap : float or None
        Rank-biased overlap, tie-aware (RBO^w), 0 to 1; None where there are no products.
    version : str
        Version of ocop that compared them.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    tau: KendallTau
    p: float
    overlap: float | None
    version: str = __version__

    def __len__(self) -> int:
        return len(self.before)

    def __repr__(self) -> str:
        tau = self.tau.outcome if self.tau.value is None else f"{self.tau.value:.4f}"
        overlap = "none" if self.overlap is None else f"{self.overlap:.4f}"
        products = number_of(len(self), "product")
        return f"<RankComparison: {products}, tau-b {tau}, overlap {overlap}>"

    @property
    def displacement(self) -> NDArray[np.int64]:
        """Places that each product climbs (above 0) or falls (below 0), shape (products,)."""
        return self.before - self.after

    @property
    def largest_displacement(self) -> int:
        """The most places that a product climbs or falls."""
        return int(np.abs(self.displacement).max(initial=0))

    @property
    def mean_displacement(self) -> Fraction | None:
        """Mean number of places that products climb or fall, exact; None without products."""
        moved = int(np.abs(self.displacement).sum())
        return Fraction(moved, len(self)) if len(self) else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the ranks as plain values for JSON."""
        mean = self.mean_displacement
        return {
            "products": len(self),
            "mean_displacement": None if mean is None else float(mean),
            "largest_displacement": self.largest_displacement,
            "tau_b": self.tau.to_dict(),
            "overlap": self.overlap,
            "p": self.p,
        }


def compare_ranks(before: ArrayLike, after: ArrayLike, *, p: float = 0.9) -> RankComparison:
    """Compare two rankings of the same products.

    Tau-b weighs all pairs alike. Rank-biased overlap weighs the top: it is the mean, over depths
    d = 1, 2, ..., of the share of products that both rankings have within depth d, with weights
    (1 - p) p^(d-1). Equal products stand at one place by law, so ties are equality here, not
    doubt: a tied product counts from the first place of its tie on (RBO^w), and a ranking
    overlaps wholly with itself, ties or not.

    Parameters
    ----------
    before, after : array_like of int, shape (products,)
        A rank for each product, the best the lowest, products in the same order in both, as
        ``Ranking.ranks`` gives them. Only their order counts.
    p : float, default 0.9
        Between 0 and 1, both left out. The top 1 / (1 - p) places carry most of the weight: with
        0.9 the first 10 places 86 hundredths of it, with 0.999 the first 1,000.

    Returns
    -------
    RankComparison

    Raises
    ------
    InputError
        ``wrong-shape``, ``wrong-dtype``, ``wrong-length``, ``out-of-range``.

    References
    ----------
    M. G. Kendall (1945), The treatment of ties in ranking problems,
    https://doi.org/10.1093/biomet/33.3.239.
    W. Webber, A. Moffat and J. Zobel (2010), A similarity measure for indefinite rankings,
    https://doi.org/10.1145/1852102.1852106.
    M. Corsi and J. Urbano (2024), The treatment of ties in rank-biased overlap,
    https://doi.org/10.1145/3626772.3657700.

    Examples
    --------
    >>> found = compare_ranks([1, 2, 2, 4], [1, 2, 3, 4])
    >>> found.tau.concordant, found.tau.tied_before
    (5, 1)
    >>> round(found.tau.value, 4), found.mean_displacement, round(found.overlap, 4)
    (0.9129, Fraction(1, 4), 0.982)
    """
    problems = [*_shape_problems(before, "before"), *_shape_problems(after, "after")]
    if not (isinstance(p, float | int) and 0 < p < 1):
        message = f"found {p}, allowed are numbers above 0 and below 1"
        problems.append(Problem("out-of-range", message, path="p"))
    if problems:
        raise InputError(problems)
    first, second = np.asarray(before), np.asarray(after)
    if len(first) != len(second):
        message = f"found {len(second)} ranks, allowed are {len(first)}, one per product"
        raise InputError([Problem("wrong-length", message, path="after")])
    ranks, classes = zip(_ranked(first), _ranked(second), strict=True)
    return RankComparison(
        before=ranks[0],
        after=ranks[1],
        tau=KendallTau(**count_pairs(*classes)),
        p=float(p),
        overlap=_overlap(*ranks, float(p)),
    )


def _shape_problems(given: ArrayLike, name: str) -> list[Problem]:
    try:
        array = np.asarray(given)
    except ValueError:
        message = "found rows of different lengths, allowed is a rank for each product"
        return [Problem("wrong-shape", message, path=name)]
    if array.ndim != 1:
        message = f"found {array.ndim} dimensions, allowed is 1: a rank for each product"
        return [Problem("wrong-shape", message, path=name)]
    if array.size and array.dtype.kind not in "iu":
        message = f"found dtype {array.dtype}, allowed are whole numbers"
        return [Problem("wrong-dtype", message, path=name)]
    return []


def _ranked(given: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return shared ranks from 1, and the number of each product's place among the places."""
    found, place, counts = np.unique(given, return_inverse=True, return_counts=True)
    classes = place.reshape(-1).astype(np.int64)
    ranks = (np.cumsum(counts) - counts + 1)[classes] if len(found) else classes
    ranks.setflags(write=False)
    return ranks, classes


def _overlap(before: NDArray[np.int64], after: NDArray[np.int64], p: float) -> float | None:
    """Return RBO^w of two rankings of the same products.

    From the last place on both hold all products, so the rest of the infinite sum is p^n.
    """
    count = len(before)
    if not count:
        return None

    def within(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.cumsum(np.bincount(ranks, minlength=count + 1)[1:])

    agreement = 2 * within(np.maximum(before, after)) / (within(before) + within(after))
    weights = (1 - p) * p ** np.arange(count)
    return min(1.0, math.fsum([*(weights * agreement).tolist(), p**count]))
