"""Agreement: spread, deviations, pairs apart, stars without each assessor, Krippendorff's alpha."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.scoring.agreement import (
    Alpha,
    PairApart,
    agreement,
    krippendorff_alpha,
    pairs_apart,
    spread,
    stars_without,
)
from ocop.scoring.council import Council, council, councils

Units = list[tuple["int | None", ...]]

# The worked example of Krippendorff (2011): 4 observers, 12 units, missing values.
EXAMPLE = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""


def example() -> Units:
    """Return the worked example by unit."""
    rows = [line.split() for line in EXAMPLE.strip().splitlines()]
    cells = [[None if cell == "." else int(cell) for cell in row] for row in rows]
    return list(zip(*cells, strict=True))


def plain_alpha(units: Units, metric: str) -> Fraction | None:
    """Return alpha by the definition: ordered pairs inside units against pairs of all values."""
    pairable = [[v for v in unit if v is not None] for unit in units]
    pairable = [unit for unit in pairable if len(unit) > 1]
    values = [value for unit in pairable for value in unit]

    @cache
    def difference(c: int, k: int) -> Fraction:
        if metric == "nominal":
            return Fraction(c != k)
        if metric == "interval":
            return Fraction((c - k) ** 2)
        low, high = min(c, k), max(c, k)
        between = sum(low <= value <= high for value in values)
        return (between - Fraction(values.count(low) + values.count(high), 2)) ** 2

    observed = sum(
        difference(c, k) / (len(unit) - 1) for unit in pairable for c, k in permutations(unit, 2)
    )
    expected = sum(difference(c, k) for c, k in permutations(values, 2))
    return 1 - (len(values) - 1) * observed / expected if expected else None


def test_the_worked_example_has_its_published_alpha() -> None:
    """Krippendorff (2011): nominal 0.743, ordinal 0.815, interval 0.849 for the same data."""
    published = {"nominal": "0.743", "ordinal": "0.815", "interval": "0.849"}
    for metric, alpha in published.items():
        value = plain_alpha(example(), metric)
        assert value is not None
        assert f"{float(value):.3f}" == alpha
    found = krippendorff_alpha(example())
    assert found.value == plain_alpha(example(), "ordinal")
    assert found.to_dict() == {"value": "0.8154", "outcome": "computed", "units": 11, "values": 40}


@given(st.lists(st.lists(st.none() | st.integers(-2, 6), max_size=5), max_size=8))
def test_alpha_equals_its_definition(drawn: list[list[int | None]]) -> None:
    """On any values: the definition, pair by pair, in exact fractions."""
    units = [tuple(unit) for unit in drawn]
    found = krippendorff_alpha(units)
    if found.outcome == "computed":
        assert found.value == plain_alpha(units, "ordinal")
        assert found.value is not None
        assert found.value <= 1
    else:
        assert found.value is None
        several = [unit for unit in units if sum(v is not None for v in unit) > 1]
        assert (found.outcome == "nothing-to-compare") == (not several)


def test_only_the_order_of_values_counts() -> None:
    """Stretched values, shuffled units and shuffled observers leave alpha as it is."""
    rng = Random(5)
    units = [tuple(None if v is None else v**3 - 40 for v in unit) for unit in example()]
    shuffled = [tuple(rng.sample(unit, len(unit))) for unit in units]
    rng.shuffle(shuffled)
    assert krippendorff_alpha(shuffled) == krippendorff_alpha(example())


def test_alpha_names_why_there_is_none() -> None:
    """No variation and nothing to compare are outcomes with a name, never NaN."""
    same = Alpha(value=None, outcome="no-variation", units=2, values=5)
    assert krippendorff_alpha([(3, 3), (3, 3, 3), (1, None)]) == same
    nothing = Alpha(value=None, outcome="nothing-to-compare", units=0, values=0)
    assert krippendorff_alpha([(3, None), (1,), ()]) == nothing
    assert krippendorff_alpha([]) == nothing
    assert nothing.to_dict()["value"] is None
    assert krippendorff_alpha([(1, 1), (2, 2)]).value == 1


def panel(law: ocop.CriteriaSet, product: str = "na", **lower: dict[str, int | None]) -> Council:
    """Return the council of these assessors, whose sheets are full but for what is given."""
    best = {item.code: len(item.criterion.options) for item in law.items}
    sheets = [
        ocop.Sheet(criteria_set=law, answers=best | other, product=product)
        for other in lower.values()
    ]
    return council(sheets, assessors=list(lower))


@pytest.fixture
def three(fresh: ocop.CriteriaSet) -> Council:
    """Return a council with totals 100, 97 and 87."""
    low: dict[str, int | None] = {"4.1": 2, "4.3": 1, "4.2": 1, "1.1": 1}
    return panel(fresh, An={}, Bình={"7": 1}, Chi=low)


def test_spread_deviations_and_pairs(three: Council) -> None:
    """In points: widest criterion 4.3, Chi below the mean, pairs more than 10 or 9 apart."""
    assert three.totals == {"An": 100, "Bình": 97, "Chi": 87}
    wide = {code: points for code, points in spread(three).items() if points}
    assert wide == {"1.1": 2, "4.1": 3, "4.2": 3, "4.3": 5, "7": 3}
    assert agreement(three).deviations == {
        "An": Fraction(16, 3),
        "Bình": Fraction(7, 3),
        "Chi": Fraction(-23, 3),
    }
    widest = PairApart(product="na", lower="Chi", higher="An", points=13)
    assert pairs_apart(three) == (widest,)
    second = PairApart(product="na", lower="Chi", higher="Bình", points=10)
    assert pairs_apart(three, 9) == (widest, second)
    assert pairs_apart(three, Fraction(19, 2)) == (widest, second)
    assert pairs_apart(three, 13) == ()


def test_one_assessor_may_decide_the_star(three: Council) -> None:
    """Chi's 2 points at 4.1 hold back the five-star floor: without Chi it would be 5 stars."""
    assert three.star == 4
    assert stars_without(three) == {"An": 4, "Bình": 4, "Chi": 5}


def test_without_the_only_one_who_states_a_finding(fresh: ocop.CriteriaSet) -> None:
    """Stars are None while somebody else still excludes; a single assessor has no other."""
    sheets = [
        ocop.Sheet(criteria_set=fresh, answers={}, findings=found)
        for found in (["forged-dossier"], [])
    ]
    result = council(sheets, assessors=["An", "Bình"])
    assert stars_without(result) == {"An": 1, "Bình": None}
    assert stars_without(result.without({"An": "away"})) == {}


def test_leave_one_out_is_the_council_of_the_others(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Over all sets: the star without an assessor is that of a council that never had the sheet."""
    for law in every_set:
        given = generate.sheets(law, 4, seed=51)
        sheets = [
            ocop.Sheet(criteria_set=law, answers=g.answers, findings=g.findings) for g in given
        ]
        found = stars_without(council(sheets, assessors=["a", "b", "c", "d"]))
        for n, name in enumerate("abcd"):
            names = [other for other in "abcd" if other != name]
            others = council(sheets[:n] + sheets[n + 1 :], assessors=names)
            assert found[name] == others.star


def test_agreement_over_many_products(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Deviations are means over products, alpha takes all criteria; the order changes nothing."""
    given = generate.sheets(fresh, 12, seed=52)
    products, names = [f"sp-{n // 3}" for n in range(12)], ["An", "Bình", "Chi"] * 4
    results = councils(generate.batch(fresh, given, products=products, assessors=names))
    found = agreement(reversed(results), threshold=15)
    assert found == agreement(results, threshold=15)
    assert list(found.spreads) == list(found.stars_without) == ["sp-0", "sp-1", "sp-2", "sp-3"]
    assert sum(found.deviations.values()) == 0
    own = [result.totals["An"] - result.total for result in results]
    assert found.deviations["An"] == sum(own) / 4
    assert [pair.points for pair in found.apart] == sorted(
        (pair.points for result in results for pair in pairs_apart(result, 15)), reverse=True
    )
    units = [
        tuple(given[p * 3 + n].answers[code] for n in range(3))
        for p in range(4)
        for code in fresh.codes
    ]
    assert found.alpha.value == plain_alpha(units, "ordinal")
    shown = found.to_dict()
    assert json.loads(json.dumps(shown)) == shown
    assert shown["threshold"] == "15"


def test_answers_count_inside_their_case(tourism: ocop.CriteriaSet) -> None:
    """The better option of one case is level with the better option of the other."""
    sheets = [
        ocop.Sheet(criteria_set=tourism, answers={"8": answer, "1.1": 1}) for answer in (2, 4)
    ]
    alpha = agreement(council(sheets, assessors=["An", "Bình"])).alpha
    assert alpha == Alpha(value=Fraction(1), outcome="computed", units=2, values=4)


def test_one_assessor_has_nobody_to_agree_with(fresh: ocop.CriteriaSet) -> None:
    """One sheet: no spread, no pair, no star without, and alpha says that nothing compares."""
    found = agreement(panel(fresh, An={}))
    assert set(found.spreads["na"].values()) == {0}
    assert (found.deviations, found.apart) == ({"An": 0}, ())
    assert found.stars_without == {"na": {}}
    assert found.alpha.outcome == "nothing-to-compare"


def test_everything_goes_into_a_dict(generate: Any) -> None:
    """Two products of three assessors: every name and number, fractions as exact text."""
    items = [generate.item("1.1", 30, 60), generate.item("1.2", 20, 40)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    names = ["An", "Bình", "Chi"]
    given = [
        council(
            [
                ocop.Sheet(criteria_set=law, product=product, answers={"1.1": a, "1.2": b})
                for a, b in ((2, 2), (2, 1), (1, last))
            ],
            assessors=names,
        )
        for product, last in (("chè", 1), ("cam", None))
    ]
    # Totals of 100, 80 and 50 for chè, of 100, 80 and 30 for cam.
    assert agreement(given, threshold=30).to_dict() == {
        "threshold": "30",
        "spreads": {"cam": {"1.1": 30, "1.2": 40}, "chè": {"1.1": 30, "1.2": 20}},
        "deviations": {"An": "80/3", "Bình": "20/3", "Chi": "-100/3"},
        "apart": [
            {"product": "cam", "lower": "Chi", "higher": "An", "points": 70},
            {"product": "cam", "lower": "Chi", "higher": "Bình", "points": 50},
            {"product": "chè", "lower": "Chi", "higher": "An", "points": 50},
        ],
        "stars_without": {
            "cam": {"An": 3, "Bình": 3, "Chi": 5},
            "chè": {"An": 3, "Bình": 4, "Chi": 5},
        },
        "alpha": {"value": "-0.3333", "outcome": "computed", "units": 4, "values": 11},
    }


def test_bad_calls_are_refused(three: Council) -> None:
    """No councils, a product twice and a negative threshold are refused, all at once."""
    with pytest.raises(ocop.InputError) as error:
        agreement([], threshold=-1)
    assert [str(problem) for problem in error.value.problems] == [
        "found no councils, allowed is one or more [no-councils]",
        "threshold: found -1, allowed are 0 points or more [out-of-range]",
    ]
    with pytest.raises(ocop.InputError) as error:
        agreement([three, three])
    assert [str(problem) for problem in error.value.problems] == [
        "product: the product 'na' stands 2 times, allowed is once [duplicate-product]"
    ]
