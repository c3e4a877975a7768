"""Agreement: how far the assessors of a council are apart, and whether it matters for the star."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from attrs import frozen

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.scoring.council_result import Council
from ocop.scoring.krippendorff import Alpha, krippendorff_alpha
from ocop.text import quoted

__all__ = [
    "APART",
    "Agreement",
    "Alpha",
    "PairApart",
    "agreement",
    "krippendorff_alpha",
    "pairs_apart",
    "spread",
    "stars_without",
]

APART = 10
"""Points by which two totals may differ before the pair is named, by default."""


@frozen(kw_only=True)
class PairApart:
    """Two assessors (hai thành viên) whose totals for a product are far apart, in points."""

    product: str
    lower: str
    higher: str
    points: int


@frozen(kw_only=True)
class Agreement:
    """How far assessors agree (mức độ thống nhất), over one product or many.

    Attributes
    ----------
    threshold : int or Fraction
        Points beyond which two totals are apart.
    spreads : mapping of str to mapping of str to int
        By product and criterion, highest minus lowest points.
    deviations : mapping of str to Fraction
        By assessor, the mean over the products of own total minus mean total, in points; above 0
        for who is more generous than the others.
    apart : tuple of PairApart
        Pairs whose totals differ by more than the threshold, the widest first.
    stars_without : mapping of str to mapping of str to int or None
        By product, the star without each assessor; None where the product is excluded then too.
        Empty for a product with one assessor.
    alpha : Alpha
        Over all criteria of all products.
    """

    threshold: int | Fraction
    spreads: Mapping[str, Mapping[str, int]]
    deviations: Mapping[str, Fraction]
    apart: tuple[PairApart, ...]
    stars_without: Mapping[str, Mapping[str, int | None]]
    alpha: Alpha

    __repr__ = short_repr

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON; fractions as exact text such as ``-7/3``."""
        return {
            "threshold": str(self.threshold),
            "spreads": {product: dict(found) for product, found in self.spreads.items()},
            "deviations": {name: str(value) for name, value in self.deviations.items()},
            "apart": [
                {"product": p.product, "lower": p.lower, "higher": p.higher, "points": p.points}
                for p in self.apart
            ],
            "stars_without": {
                product: dict(stars) for product, stars in self.stars_without.items()
            },
            "alpha": self.alpha.to_dict(),
        }


def agreement(
    councils: Council | Iterable[Council], *, threshold: int | Fraction = APART
) -> Agreement:
    """Return how far the assessors of one or many councils agree.

    Parameters
    ----------
    councils : Council or iterable of Council
        Results of one product each; of any sets.
    threshold : int or Fraction, default 10
        Points; pairs whose totals differ by more are named.

    Returns
    -------
    Agreement
        Alpha takes the criteria of every product as its units and the answers as ordinal values:
        0 for none met, else the position of the option, counted inside its case where options
        belong to cases. What was not assessed is a missing value.

    Raises
    ------
    InputError
        ``no-councils``, ``duplicate-product``, ``out-of-range`` for the threshold.

    References
    ----------
    K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability,
    https://repository.upenn.edu/asc_papers/43; A. F. Hayes and K. Krippendorff (2007),
    doi:10.1080/19312450709336664.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.council import council
    >>> law = ocop.criteria_set("qd-781-2020", 1)
    >>> best = {item.code: len(item.criterion.options) for item in law.items}
    >>> sheets = [ocop.Sheet(criteria_set=law, answers=best | {"8": n}) for n in (3, 2)]
    >>> found = agreement(council(sheets, assessors=["An", "Bình"]))
    >>> found.spreads["product"]["8"], found.deviations["An"], found.stars_without["product"]
    (2, Fraction(1, 1), {'An': 5, 'Bình': 5})
    """
    given = [councils] if isinstance(councils, Council) else list(councils)
    _check(given, threshold)
    given.sort(key=lambda council: council.product)
    apart = [pair for council in given for pair in pairs_apart(council, threshold)]
    return Agreement(
        threshold=threshold,
        spreads={council.product: spread(council) for council in given},
        deviations=_deviations(given),
        apart=tuple(sorted(apart, key=lambda pair: -pair.points)),
        stars_without={council.product: stars_without(council) for council in given},
        alpha=krippendorff_alpha(_units(given)),
    )


def spread(council: Council) -> dict[str, int]:
    """Return the highest minus the lowest points of each criterion.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.council import council
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheets = [ocop.Sheet(criteria_set=tea, answers={"5.1": n}) for n in (2, 5)]
    >>> spread(council(sheets, assessors=["An", "Bình"]))["5.1"]
    4
    """
    columns = zip(*council.points.values(), strict=True)
    pairs = zip(council.criteria_set.codes, columns, strict=True)
    return {code: max(points) - min(points) for code, points in pairs}


def pairs_apart(council: Council, threshold: int | Fraction = APART) -> tuple[PairApart, ...]:
    """Return the pairs of assessors whose totals differ by more than `threshold` points.

    The widest pair comes first, equal ones in the order of names.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.council import council
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheets = [ocop.Sheet(criteria_set=tea, answers={"5.1": n}) for n in (2, 5)]
    >>> pairs_apart(council(sheets, assessors=["An", "Bình"]), 3)
    (PairApart(product='product', lower='An', higher='Bình', points=4),)
    """
    rising = sorted(council.totals.items(), key=lambda pair: pair[1])
    found = [
        PairApart(product=council.product, lower=low, higher=high, points=most - least)
        for (low, least), (high, most) in combinations(rising, 2)
        if most - least > threshold
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.points, pair.lower, pair.higher)))


def stars_without(council: Council) -> dict[str, int | None]:
    """Return the star that the council would give without each of its assessors.

    None where the product is excluded; empty where there is one assessor.

    Examples
    --------
    >>> import ocop
    >>> from ocop.scoring.council import council
    >>> law = ocop.criteria_set("qd-781-2020", 1)
    >>> best = {item.code: len(item.criterion.options) for item in law.items}
    >>> sheets = [ocop.Sheet(criteria_set=law, answers=given) for given in (best, {})]
    >>> stars_without(council(sheets, assessors=["An", "Bình"]))
    {'An': 1, 'Bình': 5}
    """
    if len(council.assessors) == 1:
        return {}
    return {name: council.without({name: "leave one out"}).star for name in council.assessors}


def _deviations(councils: Iterable[Council]) -> dict[str, Fraction]:
    found: dict[str, list[Fraction]] = {}
    for council in councils:
        mean = council.total
        for name, total in council.totals.items():
            found.setdefault(name, []).append(total - mean)
    return {name: sum(found[name], Fraction(0)) / len(found[name]) for name in sorted(found)}


def _units(councils: Iterable[Council]) -> Iterator[tuple[int | None, ...]]:
    """Yield the answers to each criterion of each product, as positions inside their case."""
    known: dict[str, dict[int, list[int]]] = {}
    for council in councils:
        source = council.criteria_set
        if source.digest not in known:
            known[source.digest] = _positions_in_case(source)
        positions = known[source.digest]
        for place, answers in enumerate(zip(*council.answers.values(), strict=True)):
            if place in positions:
                inside = positions[place]
                yield tuple(None if answer is None else inside[answer] for answer in answers)
            else:
                yield answers


def _positions_in_case(source: CriteriaSet) -> dict[int, list[int]]:
    """Return, for criteria with cases, the position of each answer among those of its case."""
    found = {}
    for place, item in enumerate(source.items):
        if item.criterion.case_kind is not None:
            seen: Counter[str | None] = Counter()
            found[place] = [0]
            for option in item.criterion.options:
                seen[option.case] += 1
                found[place].append(seen[option.case])
    return found


def _check(councils: Sequence[Council], threshold: int | Fraction) -> None:
    problems = []
    if not councils:
        problems.append(Problem("no-councils", "found no councils, allowed is one or more"))
    if threshold < 0:
        message = f"found {threshold}, allowed are 0 points or more"
        problems.append(Problem("out-of-range", message, path="threshold"))
    for product, count in Counter(council.product for council in councils).items():
        if count > 1:
            message = f"the product {quoted(product)} stands {count} times, allowed is once"
            problems.append(Problem("duplicate-product", message, path="product"))
    if problems:
        raise InputError(problems)
