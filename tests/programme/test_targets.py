"""Targets of a plan and how far a portfolio has reached them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.programme.activities import (
    Activity,
    LinkageProject,
    PointOfSale,
    Support,
    TourismModel,
)
from ocop.programme.certificate import Certificate
from ocop.programme.code import parse_code
from ocop.programme.place import Place
from ocop.programme.portfolio import Portfolio
from ocop.programme.progress import TargetProgress, target_progress
from ocop.programme.recognition import Recognition
from ocop.programme.records import dump_record, load_record
from ocop.programme.targets import Target
from ocop.programme.totals import StarCount, Total
from ocop.types import Star

END = date(2025, 12, 31)
TODAY = date(2025, 6, 1)
DISTRICTS = tuple(Place(province="00", district=f"{n:03d}") for n in range(1, 5))


def target(measure: Any = "products", **fields: Any) -> Target:
    """Return a target with an id and words; at least 1 where no bound is given."""
    bounds = {} if {"at_least", "at_most"} & set(fields) else {"at_least": 1}
    return Target(id="t", label="Chỉ tiêu Giả Định", measure=measure, **bounds, **fields)


def product(code: str, star: Star = 3, on: date = date(2024, 3, 1), **fields: Any) -> Recognition:
    """Return a made-up recognition of honey."""
    return Recognition(
        code=parse_code(code),
        name="Mật ong Giả Định",
        star=star,
        level="province",
        decision="qd-148-2023",
        certificate=Certificate(recognised_on=on),
        **{"group": "honey-and-other-farm-food", **fields},
    )


def products(count: int, star: Star = 3) -> Portfolio:
    """Return a portfolio of products in one commune."""
    codes = (f"00-001-00001-{n}-2024" for n in range(1, count + 1))
    return Portfolio(recognitions=tuple(product(code, star) for code in codes))


def short(state: TargetProgress) -> tuple[int, int | None, int, int, bool, int]:
    """Return the numbers of a progress."""
    return state.reached, state.wanted, state.gap, state.over, state.met, state.undecided


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (99, (99, 100, 1, 0, False, 0)),
        (100, (100, 100, 0, 0, True, 0)),
        (300, (300, 100, 0, 0, True, 0)),
        (301, (301, 100, 0, 1, False, 0)),
    ],
)
def test_a_range_includes_both_its_ends(count: int, expected: Any) -> None:
    """100 to 300 products at 3 or 4 stars."""
    wanted = target(stars=(3, 4), at_least=100, at_most=300)
    assert short(target_progress(wanted, products(count), TODAY)) == expected


def test_only_the_stars_of_the_target_count() -> None:
    """At least 1 product at 5 stars is not reached by 4 stars."""
    state = target_progress(target(stars=(5,)), products(3, star=4), TODAY)
    assert short(state) == (0, 1, 1, 0, False, 0)


def test_so_many_more_than_before() -> None:
    """5 more than the 1 of before: 6 are needed; fewer than before is below 0."""
    wanted = target(stars=(5,), at_least=5, baseline=1)
    assert short(target_progress(wanted, products(6, star=5), TODAY)) == (5, 5, 0, 0, True, 0)
    assert short(target_progress(wanted, products(5, star=5), TODAY)) == (4, 5, 1, 0, False, 0)
    assert short(target_progress(wanted, Portfolio(), TODAY)) == (-1, 5, 6, 0, False, 0)


def test_an_upper_bound_alone() -> None:
    """At most 2: nothing is wanted, and a third is one too many."""
    wanted = target(at_most=2)
    assert short(target_progress(wanted, products(2), TODAY)) == (2, None, 0, 0, True, 0)
    assert short(target_progress(wanted, products(3), TODAY)) == (3, None, 0, 1, False, 0)


def test_a_point_of_sale_in_each_district() -> None:
    """Two districts have one, a third had one; a point without district is told apart."""
    points = (
        PointOfSale(id="a", name="a", kind="shop", place=DISTRICTS[0]),
        PointOfSale(
            id="b",
            name="b",
            kind="market",
            place=Place(province="00", district="002", commune="00002"),
        ),
        PointOfSale(id="c", name="c", kind="shop", place=DISTRICTS[2], closed_on=date(2025, 6, 1)),
        PointOfSale(id="d", name="d", kind="online"),
        PointOfSale(id="e", name="e", kind="shop", place=Place(province="00")),
    )
    wanted = target("points-of-sale", per="district")
    portfolio = Portfolio(points_of_sale=points)
    state = target_progress(wanted, portfolio, TODAY, DISTRICTS)
    assert short(state) == (2, 4, 2, 0, False, 2)
    assert state.lacking == DISTRICTS[2:]
    day_before = target_progress(wanted, portfolio, date(2025, 5, 31), DISTRICTS)
    assert day_before.lacking == DISTRICTS[3:]
    shops = target("points-of-sale", per="district", kinds=("shop",))
    assert target_progress(shops, portfolio, TODAY, DISTRICTS).lacking == DISTRICTS[1:]


def test_a_product_in_each_commune_of_a_district() -> None:
    """Communes outside the district of the target are left out."""
    communes = [Place(province="00", district="001", commune=f"0000{n}") for n in (1, 2)]
    outside = Place(province="00", district="002", commune="00003")
    wanted = target(per="commune", at_least=2, place=DISTRICTS[0])
    state = target_progress(wanted, products(2), TODAY, [*communes, outside])
    assert (state.reached, state.wanted, state.lacking) == (1, 2, (communes[1],))


def test_units_with_an_upper_bound() -> None:
    """A commune above the bound lacks too."""
    commune = Place(province="00", district="001", commune="00001")
    wanted = target(per="commune", at_least=1, at_most=2)
    assert target_progress(wanted, products(2), TODAY, [commune]).met
    state = target_progress(wanted, products(3), TODAY, [commune])
    assert (state.met, state.lacking) == (False, (commune,))


def test_codes_without_district_are_undecided_by_district() -> None:
    """Since mid-2025 a code tells no district: the product may lie in any of them."""
    portfolio = Portfolio(recognitions=(product("00-00001-1-2026", on=date(2026, 6, 1)),))
    wanted, on = target(per="district"), date(2026, 7, 1)
    state = target_progress(wanted, portfolio, on, DISTRICTS)
    assert (state.reached, len(state.lacking), state.undecided) == (0, 4, 1)
    inside = target_progress(target(place=DISTRICTS[0]), portfolio, on)
    assert short(inside) == (0, 1, 1, 0, False, 1)
    elsewhere = target_progress(target(place=Place(province="01")), portfolio, on)
    assert short(elsewhere) == (0, 1, 1, 0, False, 0)


def test_units_must_be_given_and_of_the_level() -> None:
    """No units, or communes for districts, are refused."""
    wanted = target("points-of-sale", per="district", place=Place(province="00"))
    for places in ((), (Place(province="01", district="001"),)):
        with pytest.raises(ocop.InputError) as caught:
            target_progress(wanted, Portfolio(), TODAY, places)
        assert [str(p) for p in caught.value.problems] == [
            "places: the target 't' is one per district, and no district of its place was given; "
            "name all of them in places [missing-places]"
        ]
    with pytest.raises(ocop.InputError) as caught:
        target_progress(wanted, Portfolio(), TODAY, [DISTRICTS[0], Place(province="00")])
    assert [str(p) for p in caught.value.problems] == [
        "places[1]: found the province 00, allowed is the level 'district' [wrong-level]"
    ]


def test_after_the_plan_the_state_of_its_last_day_stands() -> None:
    """A product of the last day counts, one of the day after does not."""
    late = product("00-00001-1-2026", on=date(2026, 1, 1))
    last = product("00-00001-1-2025", on=END)
    portfolio = Portfolio(recognitions=(late, last))
    state = target_progress(target(until=END), portfolio, date(2026, 6, 1))
    assert (state.on, state.reached) == (END, 1)


def test_what_happens_over_a_time_counts_from_the_first_day_of_the_plan() -> None:
    """Recognitions, projects, activities and supports of before do not count; stocks do."""
    before, first = date(2020, 12, 31), date(2021, 1, 1)
    portfolio = Portfolio(
        recognitions=tuple(
            product(f"00-001-00001-{n}-2021", on=day) for n, day in enumerate((before, first), 1)
        ),
        linkage_projects=(
            LinkageProject(id="a", name="a", approved_on=before),
            LinkageProject(id="b", name="b", from_year=2021),
        ),
        activities=(
            Activity(id="a", name="a", kind="fair", from_on=before, until=first),
            Activity(id="b", name="b", kind="fair", from_on=first),
            Activity(id="c", name="c", kind="training", from_on=first),
        ),
        supports=tuple(Support(funder="Tỉnh", what="tem", year=year) for year in (2020, 2021)),
    )
    on = date(2021, 6, 1)
    reached = {
        measure: target_progress(target(measure, from_on=first), portfolio, on).reached
        for measure in ("products", "recognitions", "linkage-projects", "activities", "supports")
    }
    assert reached == {
        "products": 2,
        "recognitions": 1,
        "linkage-projects": 1,
        "activities": 2,
        "supports": 1,
    }
    fairs = target("activities", kinds=("fair",))
    assert target_progress(fairs, portfolio, on).reached == 2
    assert target_progress(target("supports"), portfolio, on).reached == 2


def test_communes_districts_and_producers_count_once() -> None:
    """Three products of two communes in one district, of one known producer."""
    records = (
        product("00-001-00001-1-2024", producer="a"),
        product("00-001-00001-2-2024", producer="a"),
        product("00-001-00002-3-2024", group="tea"),
    )
    portfolio = Portfolio(recognitions=records)

    def state(measure: str, **fields: Any) -> tuple[int, int]:
        found = target_progress(target(measure, **fields), portfolio, TODAY)
        return found.reached, found.undecided

    assert state("communes-with-products") == (2, 0)
    assert state("communes-with-products", groups=("tea",)) == (1, 0)
    assert state("districts-with-products") == (1, 0)
    assert state("producers") == (1, 1)


def test_tourism_models_and_sites_are_two_targets() -> None:
    """5 models of communities and 5 sites, each counted alone."""
    models = tuple(
        TourismModel(id=f"{kind}{n}", name=kind, kind=kind)
        for kind, count in (("community", 5), ("site", 4))
        for n in range(count)
    )
    portfolio = Portfolio(tourism_models=models)
    states = [
        target_progress(target("tourism-models", kinds=(kind,), at_least=5), portfolio, TODAY)
        for kind in ("community", "site")
    ]
    assert [(state.met, state.gap) for state in states] == [(True, 0), (False, 1)]


def one_total(**fields: Any) -> Total:
    """Return a total of a made-up province in 2024."""
    numbers = {"since": date(2024, 1, 1), "as_of": date(2024, 12, 31), **fields}
    where = numbers.pop("where", ("Tỉnh Giả Định",))
    return Total(where=where, period="2024", source="test", **numbers)


def test_totals_are_added_only_where_asked_for() -> None:
    """By themselves recognitions count; with totals their products are added."""
    published = one_total(stars=(StarCount(star=4, count=10), StarCount(star=3, count=20)))
    portfolio = Portfolio(recognitions=products(2).recognitions, totals=(published,))
    wanted = target(stars=(3,), at_least=22)
    assert target_progress(wanted, portfolio, TODAY).reached == 2
    assert short(target_progress(wanted, portfolio, TODAY, totals=True)) == (
        22,
        22,
        0,
        0,
        True,
        0,
    )
    early = target_progress(wanted, portfolio, date(2024, 12, 30), totals=True)
    assert early.reached == 2


@pytest.mark.parametrize(
    ("fields", "reached", "undecided"),
    [
        ({}, 9, 0),
        ({"stars": (3, 4, 5)}, 9, 0),
        ({"stars": (4, 5)}, 4, 5),
        ({"stars": (5,)}, 0, 5),
        ({"groups": ("tea",)}, 0, 9),
        ({"place": Place(province="00")}, 0, 9),
    ],
)
def test_what_a_total_does_not_tell_is_undecided(fields: Any, reached: int, undecided: int) -> None:
    """4 of 9 products have 4 stars, nothing is told of the others, of groups and of places."""
    portfolio = Portfolio(totals=(one_total(products=9, stars=(StarCount(star=4, count=4),)),))
    state = target_progress(target(**fields), portfolio, TODAY, totals=True)
    assert (state.reached, state.undecided) == (reached, undecided)


def test_a_total_with_codes_counts_in_its_place() -> None:
    """A district's total counts in its province and district, not in another."""
    portfolio = Portfolio(totals=(one_total(products=9, place=DISTRICTS[0]),))

    def state(**fields: Any) -> tuple[int, int]:
        found = target_progress(target(**fields), portfolio, TODAY, DISTRICTS, totals=True)
        return found.reached, found.undecided

    assert state(place=Place(province="00")) == (9, 0)
    assert state(place=DISTRICTS[1]) == (0, 0)
    assert state(place=Place(province="00", district="001", commune="00001")) == (0, 9)
    assert state(per="district") == (1, 0)


def test_communes_of_a_total_may_be_those_of_recognitions() -> None:
    """Beside single recognitions the communes of a total may be the same ones."""
    published = one_total(products=9, communes=6, districts=2, producers=7)
    wanted = target("communes-with-products")
    alone = target_progress(wanted, Portfolio(totals=(published,)), TODAY, totals=True)
    assert (alone.reached, alone.undecided) == (6, 0)
    both = Portfolio(recognitions=products(1).recognitions, totals=(published,))
    state = target_progress(wanted, both, TODAY, totals=True)
    assert (state.reached, state.undecided) == (1, 6)
    producers = target_progress(target("producers"), both, TODAY, totals=True)
    assert (producers.reached, producers.undecided) == (0, 8)
    none = Portfolio(totals=(one_total(products=9),))
    assert target_progress(wanted, none, TODAY, totals=True).reached == 0


def test_recognitions_of_several_years_are_added_each_day_once() -> None:
    """51 and 40 in two years; a total of both years holds the same ones."""
    first = one_total(since=date(2021, 1, 1), as_of=date(2021, 12, 31), recognised=51)
    second = one_total(since=date(2022, 1, 1), as_of=date(2022, 12, 31), recognised=40)
    both_years = one_total(since=date(2021, 1, 1), as_of=date(2022, 12, 31), recognised=91)

    def state(*totals: Total, **fields: Any) -> tuple[int, int]:
        wanted = target("recognitions", **fields)
        found = target_progress(wanted, Portfolio(totals=totals), TODAY, totals=True)
        return found.reached, found.undecided

    assert state(first, second) == (91, 0)
    assert state(first, both_years) == (91, 0)
    assert state(first, second, from_on=date(2022, 1, 1)) == (40, 0)
    assert state(first, second, from_on=date(2021, 7, 1)) == (40, 51)
    assert state(first, stars=(5,)) == (0, 51)
    assert state(one_total(products=3)) == (0, 0)


def test_projects_of_a_total_may_be_those_given_one_by_one() -> None:
    """16 projects of a total count alone, and are undecided beside single ones."""
    published = one_total(linkage_projects=16)
    project = LinkageProject(id="a", name="a", from_year=2024)
    wanted = target("linkage-projects")
    alone = target_progress(wanted, Portfolio(totals=(published,)), TODAY, totals=True)
    assert (alone.reached, alone.undecided) == (16, 0)
    both = Portfolio(totals=(published,), linkage_projects=(project,))
    state = target_progress(wanted, both, TODAY, totals=True)
    assert (state.reached, state.undecided) == (1, 16)


def test_wrong_targets_are_told_all_at_once() -> None:
    """Bounds, baseline, days, stars, groups and kinds."""
    with pytest.raises(ocop.InputError) as caught:
        Target(
            id="t",
            label="t",
            measure="points-of-sale",
            at_least=3,
            at_most=2,
            baseline=1,
            per="district",
            stars=(5,),
            groups=("honye",),
            kinds=("shop", "fair"),
            from_on=date(2025, 1, 2),
            until=date(2025, 1, 1),
        )
    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("out-of-range", "at_most"),
        ("dates-out-of-order", "until"),
        ("wrong-value", "baseline"),
        ("wrong-value", "stars"),
        ("wrong-value", "groups"),
        ("unknown-group", "groups"),
        ("wrong-value", "kinds"),
    ]
    assert caught.value.problems[-1].message == (
        "found 'fair', allowed for points-of-sale are shop, supermarket, market, hotel, "
        "tourist-site, online, other"
    )
    with pytest.raises(ocop.InputError) as caught:
        Target(id="t", label="t", measure="products", baseline=-1, kinds=("shop",))
    assert [str(p) for p in caught.value.problems] == [
        "at_least: the target 't' has no number; give at_least, at_most or both [missing-bound]",
        "baseline: found -1, allowed are 0 and more [out-of-range]",
        "kinds: found 'shop', allowed for products are none [wrong-value]",
    ]


def test_a_target_comes_back_from_a_plain_dict() -> None:
    """Targets can be written and read again."""
    wanted = target(stars=(3, 4), at_most=300, place=DISTRICTS[0], until=END)
    assert load_record(Target, dump_record(wanted)) == wanted


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8), st.integers(0, 4))
def test_gap_and_over_say_how_far_it_is(count: int, low: int, more: int, base: int) -> None:
    """Reached, plus what lacks, less what is too much, lies within the bounds."""
    wanted = target(at_least=low, at_most=low + more, baseline=base)
    state = target_progress(wanted, products(count), TODAY)
    assert state.reached == count - base
    assert low <= state.reached + state.gap - state.over <= low + more
    assert state.met == (low <= state.reached <= low + more)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=12), st.integers(1, 3))
def test_units_agree_with_counts(placed: list[tuple[int, int]], low: int) -> None:
    """A district lacks where the counts by district are below the bound."""
    records = tuple(
        product(f"00-{district:03d}-{commune:05d}-{n}-2024")
        for n, (district, commune) in enumerate(placed, 1)
    )
    portfolio = Portfolio(recognitions=records)
    counts = portfolio.counts("district", on=TODAY)
    state = target_progress(target(per="district", at_least=low), portfolio, TODAY, DISTRICTS)
    assert state.lacking == tuple(d for d in DISTRICTS if counts.get((d.code,), 0) < low)
    assert state.reached + state.gap == state.wanted == 4
