"""Rank measures: pairs counted one by one, overlap by its infinite sum, places by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

import ocop

NAMES = ("concordant", "discordant", "tied_before", "tied_after", "tied_both")
two_rankings = st.integers(0, 6).flatmap(
    lambda most: st.lists(st.tuples(st.integers(-most, most), st.integers(0, most)), max_size=25)
)


def split(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


def plain_pairs(before: list[int], after: list[int]) -> list[int]:
    """Count pairs one by one, in the order of NAMES."""
    counts = dict.fromkeys(NAMES, 0)
    for (a, b), (c, d) in combinations(zip(before, after, strict=True), 2):
        if a == c:
            counts["tied_both" if b == d else "tied_before"] += 1
        elif b == d:
            counts["tied_after"] += 1
        else:
            counts["concordant" if (a < c) == (b < d) else "discordant"] += 1
    return list(counts.values())


def plain_ranks(values: list[int]) -> list[int]:
    return [1 + sum(other < value for other in values) for value in values]


def plain_overlap(before: list[int], after: list[int], p: float) -> float:
    """Sum (1 - p) p^(d - 1) 2 |S_d and T_d| / (|S_d| + |T_d|) until nothing is left of it."""
    first, second = plain_ranks(before), plain_ranks(after)
    total, depth = 0.0, 1
    while p ** (depth - 1) > 1e-15:
        one, other = (
            {n for n, rank in enumerate(ranks) if rank <= depth} for ranks in (first, second)
        )
        agreement = 2 * len(one & other) / (len(one) + len(other))
        total += (1 - p) * p ** (depth - 1) * agreement
        depth += 1
    return total


def measures(found: ocop.RankComparison) -> Any:
    return found.tau, found.overlap, found.mean_displacement, found.largest_displacement


@given(two_rankings)
def test_every_pair_is_counted_as_one_by_one(pairs: list[tuple[int, int]]) -> None:
    """Concordant, discordant and tied pairs, and tau-b as scipy computes it."""
    before, after = split(pairs)
    tau = ocop.compare_ranks(np.array(before, dtype=int), np.array(after, dtype=int)).tau
    counts = [getattr(tau, name) for name in NAMES]
    assert counts == plain_pairs(before, after)
    assert sum(counts) == len(pairs) * (len(pairs) - 1) // 2
    if tau.outcome == "computed":
        assert tau.value == pytest.approx(kendalltau(before, after).statistic, abs=1e-14)
    else:
        assert tau.value is None
        assert len(pairs) < 2 or len({*before}) == 1 or len({*after}) == 1


@given(two_rankings, st.sampled_from([0.1, 0.5, 0.9]))
def test_overlap_is_its_infinite_sum(pairs: list[tuple[int, int]], p: float) -> None:
    """The closed form over finite rankings equals the definition."""
    before, after = split(pairs)
    found = ocop.compare_ranks(np.array(before, dtype=int), np.array(after, dtype=int), p=p)
    if not pairs:
        assert found.overlap is None
    else:
        assert found.overlap == pytest.approx(plain_overlap(before, after, p), abs=1e-12)
        same = ocop.compare_ranks(before, before, p=p)
        assert same.overlap == pytest.approx(1, abs=1e-12)
        assert same.overlap is not None
        assert same.overlap <= 1


@given(two_rankings, st.randoms(use_true_random=False))
def test_neither_the_order_of_products_nor_the_numbers_count(
    pairs: list[tuple[int, int]], random: Any
) -> None:
    """Shuffled products and stretched ranks give the same measures; swapping turns them round."""
    before, after = (np.array(ranks, dtype=int) for ranks in split(pairs))
    found = ocop.compare_ranks(before, after)
    order = np.array(random.sample(range(len(pairs)), len(pairs)), dtype=int)
    shuffled = ocop.compare_ranks(before[order] * 3 - 7, after[order].astype(np.uint8))
    assert measures(shuffled) == measures(found)
    assert shuffled.displacement.tolist() == found.displacement[order].tolist()
    swapped = ocop.compare_ranks(after, before)
    assert swapped.displacement.tolist() == (-found.displacement).tolist()
    assert swapped.overlap == found.overlap
    assert (swapped.tau.tied_before, swapped.tau.value) == (found.tau.tied_after, found.tau.value)


def test_small_rankings_by_hand() -> None:
    """Four products, two of them tied before: five pairs agree and one is tied."""
    found = ocop.compare_ranks([1, 2, 2, 4], [1, 2, 3, 4], p=0.5)
    assert [getattr(found.tau, name) for name in NAMES] == [5, 0, 1, 0, 0]
    assert found.tau.squared_denominator == 5 * 6
    assert found.tau.value == 5 / 30**0.5
    # Depth 2 holds {1, 2, 3} before and {1, 2} after: 2 * 2 / 5; all other depths agree wholly.
    assert found.overlap == pytest.approx(0.5 + 0.25 * 4 / 5 + 0.25)
    assert found.displacement.tolist() == [0, 0, -1, 0]
    assert (found.mean_displacement, found.largest_displacement) == (Fraction(1, 4), 1)


def test_the_reverse_order() -> None:
    """Tau-b is -1, and the overlap of three products is counted depth by depth."""
    found = ocop.compare_ranks([1, 2, 3], [3, 2, 1], p=0.5)
    assert found.tau.value == -1
    assert found.overlap == pytest.approx(0.25 * 0.5 + 0.25)
    assert found.mean_displacement == Fraction(4, 3)


def test_what_does_not_exist_has_a_name() -> None:
    """All tied is no variation, none or one product nothing to compare; nothing is NaN."""
    tied = ocop.compare_ranks([1, 1, 1], [1, 2, 3])
    assert (tied.tau.value, tied.tau.outcome) == (None, "no-variation")
    assert repr(tied) == "<RankComparison: 3 products, tau-b no-variation, overlap 0.9320>"
    one = ocop.compare_ranks([7], [9])
    assert (one.tau.outcome, one.overlap, one.mean_displacement) == ("nothing-to-compare", 1, 0)
    none = ocop.compare_ranks([], [])
    assert (none.tau.outcome, none.overlap, none.mean_displacement) == (
        "nothing-to-compare",
        None,
        None,
    )
    assert none.largest_displacement == 0
    assert "null" in json.dumps(none.to_dict())


def test_ranks_are_shared_and_read_only() -> None:
    """Any numbers become ranks as `min` counts them."""
    found = ocop.compare_ranks([30, 10, 20, 10], [1, 2, 3, 4])
    assert found.before.tolist() == [4, 1, 3, 1]
    with pytest.raises(ValueError, match="read-only"):
        found.before[0] = 1


def test_many_products_are_counted_exactly() -> None:
    """Reversed numbers of a whole bit and beyond: every pair is discordant."""
    for count in (1023, 1024, 1025, 70_000):
        ranks = np.arange(count)
        tau = ocop.compare_ranks(ranks, ranks[::-1]).tau
        assert (tau.discordant, tau.concordant) == (count * (count - 1) // 2, 0)


def test_all_problems_at_once() -> None:
    """Wrong shape, type and p are told together, then lengths."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.compare_ranks([[1, 2]], [1.0, 2.0], p=1)
    assert str(caught.value) == (
        "3 problems:\n"
        "  before: found 2 dimensions, allowed is 1: a rank for each product [wrong-shape]\n"
        "  after: found dtype float64, allowed are whole numbers [wrong-dtype]\n"
        "  p: found 1, allowed are numbers above 0 and below 1 [out-of-range]"
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.compare_ranks([1, 2], [1])
    assert str(caught.value) == (
        "after: found 1 ranks, allowed are 2, one per product [wrong-length]"
    )
    with pytest.raises(ocop.InputError, match="after: found rows of different lengths"):
        ocop.compare_ranks([1], [[1], [1, 2]])
    for p in (0, 1.5, float("nan"), "half"):
        with pytest.raises(ocop.InputError, match="out-of-range"):
            ocop.compare_ranks([1], [1], p=p)  # type: ignore[arg-type]  # meant
