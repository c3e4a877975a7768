"""Krippendorff's alpha for ordinal values: how far observers agree beyond chance, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

from attrs import frozen

from ocop.scoring._council_minutes import decimal_text

__all__ = ["Alpha", "krippendorff_alpha"]


@frozen(kw_only=True)
class Alpha:
    """Krippendorff's alpha (hệ số alpha) for ordinal values.

    `value` is 1 where all agree, 0 where they agree as by chance, below 0 where less than that;
    exact. It is None where it does not exist, and `outcome` says why: ``"no-variation"`` where
    all values are the same, ``"nothing-to-compare"`` where no unit has two values. `units` are
    those with two values or more, `values` counts the values in them.
    """

    value: Fraction | None
    outcome: Literal["computed", "no-variation", "nothing-to-compare"]
    units: int
    values: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON; `value` is text with 4 decimals."""
        return {
            "value": None if self.value is None else decimal_text(self.value, 4),
            "outcome": self.outcome,
            "units": self.units,
            "values": self.values,
        }


def krippendorff_alpha(units: Iterable[Sequence[int | None]]) -> Alpha:
    """Return Krippendorff's alpha of ordinal values, exactly.

    Parameters
    ----------
    units : iterable of sequence of int or None
        The values that a unit was given, in any order; None where an observer gave none. Larger
        values stand higher; only their order counts.

    References
    ----------
    K. Krippendorff (2004), Content Analysis, 2nd edition, chapter 11; (2011), Computing
    Krippendorff's Alpha-Reliability, https://repository.upenn.edu/asc_papers/43.

    Examples
    --------
    >>> krippendorff_alpha([(1, 1), (2, 3), (3, 3), (4, None)]).value
    Fraction(7, 9)
    >>> krippendorff_alpha([(2, 2), (2, 2)])
    Alpha(value=None, outcome='no-variation', units=2, values=4)
    """
    patterns = Counter(map(tuple, units))
    counted: Counter[tuple[tuple[int, int], ...]] = Counter()
    for pattern, times in patterns.items():
        values = Counter(value for value in pattern if value is not None)
        if values.total() > 1:
            counted[tuple(sorted(values.items()))] += times
    marginals: Counter[int] = Counter()
    # Pairs of different values inside units, by how many values the unit has.
    pairs: Counter[tuple[int, int, int]] = Counter()
    for found, times in counted.items():
        size = sum(count for _, count in found)
        for value, count in found:
            marginals[value] += count * times
        for (low, few), (high, many) in combinations(found, 2):
            pairs[size, low, high] += few * many * times
    total = marginals.total()
    if len(marginals) < 2:
        outcome: Any = "no-variation" if marginals else "nothing-to-compare"
        return Alpha(value=None, outcome=outcome, units=counted.total(), values=total)
    squares = _ordinal_differences(marginals)
    terms = (
        Fraction(count * squares[low, high], size - 1) for (size, low, high), count in pairs.items()
    )
    observed = sum(terms, Fraction(0))
    expected = sum(
        marginals[low] * marginals[high] * square for (low, high), square in squares.items()
    )
    alpha = 1 - (total - 1) * observed / expected
    return Alpha(value=alpha, outcome="computed", units=counted.total(), values=total)


def _ordinal_differences(marginals: Mapping[int, int]) -> dict[tuple[int, int], int]:
    """Return the squared ordinal differences of all pairs of values, times 4 to stay whole.

    The difference of two values is how many values lie between them, half of each own counted.
    """
    rising = sorted(marginals)
    up_to = {}
    running = 0
    for value in rising:
        running += marginals[value]
        up_to[value] = 2 * running - marginals[value]
    return {(low, high): (up_to[high] - up_to[low]) ** 2 for low, high in combinations(rising, 2)}
