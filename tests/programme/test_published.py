"""The published figures add up, and the targets of provinces can be followed with them."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from ocop.programme.activities import PointOfSale, TourismModel
from ocop.programme.place import Place
from ocop.programme.portfolio import Portfolio
from ocop.programme.progress import target_progress
from ocop.programme.published import Published, published_figures
from ocop.programme.records import dump_record, load_record
from ocop.programme.targets import Target

SON_LA_DAY = date(2022, 12, 31)
THANH_HOA_DAY = date(2021, 12, 31)


def figures(*where: str) -> Published:
    """Return the figures of a place."""
    (found,) = (entry for entry in published_figures() if entry.where == where)
    return found


def gaps(entry: Published, on: date, *, without: str = "points-of-sale") -> dict[str, int]:
    """Return how many are lacking to each target of a place, but for one measure."""
    return {
        target.id: target_progress(target, entry.portfolio, on, totals=True).gap
        for target in entry.targets
        if target.measure != without
    }


def test_every_figure_names_its_source() -> None:
    """Each place once, each total of the place itself and with a source and a time."""
    assert len({entry.where for entry in published_figures()}) == len(published_figures()) == 4
    for entry in published_figures():
        assert entry.source.startswith("press and provincial pages, ")
        for total in entry.portfolio.totals:
            assert (total.where, total.source) == (entry.where, entry.source)
            assert total.period


def test_thuan_chau_to_september_2021() -> None:
    """5 products at 3 stars or more, all named; how many at which star was not told."""
    entry = figures("Sơn La", "Thuận Châu")
    on = date(2021, 9, 30)
    assert entry.portfolio.counts("star", on=on, totals=True) == {(None,): 5}
    assert len(entry.products) == 5
    assert "Thu Đan oolong tea" in entry.products
    wanted = Target(id="t", label="5 at 3 stars", measure="products", stars=(3, 4, 5), at_least=5)
    assert target_progress(wanted, entry.portfolio, on, totals=True).met
    five = evolve(wanted, stars=(5,))
    state = target_progress(five, entry.portfolio, on, totals=True)
    assert (state.reached, state.undecided) == (0, 5)
    (support,) = entry.portfolio.supports
    assert (support.year, support.amount) == (2021, None)


def test_son_la_adds_up() -> None:
    """85 are 29 at 4 stars and 56 at 3."""
    counts = figures("Sơn La").portfolio.counts("star", on=SON_LA_DAY, totals=True)
    assert list(counts.items()) == [((3,), 56), ((4,), 29)]
    assert sum(counts.values()) == 85
    assert figures("Sơn La").portfolio.counts("star") == {}


def test_the_targets_of_son_la_for_2025() -> None:
    """With the 85 of about 2022: 2 at 5 stars and 15 at 3 or 4 stars are lacking."""
    assert gaps(figures("Sơn La"), SON_LA_DAY) == {
        "son-la-2025-five-stars": 2,
        "son-la-2025-three-or-four-stars": 15,
    }
    five = figures("Sơn La").targets[0]
    assert (five.at_least, five.at_most, five.until) == (2, 3, date(2025, 12, 31))


def test_a_point_of_sale_in_each_district_of_son_la() -> None:
    """With made-up districts: the one without a point of sale is named."""
    districts = [Place(province="00", district=f"00{n}") for n in (1, 2)]
    point = PointOfSale(id="p", name="p", kind="shop", place=districts[0])
    target = figures("Sơn La").targets[2]
    portfolio = Portfolio(points_of_sale=(point,))
    state = target_progress(target, portfolio, SON_LA_DAY, districts)
    assert (state.met, state.gap, state.lacking) == (False, 1, (districts[1],))


def test_son_la_and_its_district_are_not_added() -> None:
    """The 5 products of Thuận Châu would count twice."""
    totals = (
        *figures("Sơn La").portfolio.totals,
        *figures("Sơn La", "Thuận Châu").portfolio.totals,
    )
    with pytest.raises(ValueError, match="counted-twice"):
        Portfolio(totals=totals).counts("star", totals=True)
    apart = (*figures("Sơn La").portfolio.totals, *figures("Thanh Hóa").portfolio.totals)
    counts = Portfolio(totals=apart).counts("star", totals=True)
    assert counts == {(3,): 56 + 89, (4,): 29 + 30, (5,): 1}


def test_thanh_hoa_adds_up() -> None:
    """120 are 1 at 5 stars, 30 at 4 and 89 at 3."""
    entry = figures("Thanh Hóa")
    counts = entry.portfolio.counts("star", on=THANH_HOA_DAY, totals=True)
    assert list(counts.items()) == [((3,), 89), ((4,), 30), ((5,), 1)]
    assert sum(counts.values()) == 120
    (total,) = entry.portfolio.totals
    assert (total.communes, total.districts, total.producers) == (63, 21, 77)
    assert "Mường Lát" in entry.districts_without
    assert sum(point.stalls for point in entry.portfolio.points_of_sale) == 12 + 9 + 12


def test_thanh_hoa_recognised_51_products_in_2021() -> None:
    """In three rounds; they are told of the year 2021 alone."""
    entry = figures("Thanh Hóa")
    (total,) = entry.portfolio.totals
    assert (total.recognised, total.rounds) == (51, 3)
    wanted = Target(
        id="t", label="t", measure="recognitions", at_least=50, from_on=date(2021, 1, 1)
    )
    state = target_progress(wanted, entry.portfolio, THANH_HOA_DAY, totals=True)
    assert (state.reached, state.met) == (51, True)
    later = evolve(wanted, from_on=date(2022, 1, 1))
    on = date(2022, 12, 31)
    assert target_progress(later, entry.portfolio, on, totals=True).reached == 0


def test_places_with_products_in_thanh_hoa() -> None:
    """63 communes, 21 districts, 77 producers, as targets see them."""
    portfolio = figures("Thanh Hóa").portfolio
    reached = [
        target_progress(
            Target(id="t", label="t", measure=measure, at_least=1),
            portfolio,
            THANH_HOA_DAY,
            totals=True,
        ).reached
        for measure in ("communes-with-products", "districts-with-products", "producers")
    ]
    assert reached == [63, 21, 77]


def test_the_targets_of_thanh_hoa_for_2025() -> None:
    """5 more at 5 stars, 468 at 3 or 4 where 119 are, 5 tourism models and 5 sites."""
    assert gaps(figures("Thanh Hóa"), THANH_HOA_DAY) == {
        "thanh-hoa-2025-five-stars": 5,
        "thanh-hoa-2025-three-or-four-stars": 468 - 119,
        "thanh-hoa-2025-community-tourism": 5,
        "thanh-hoa-2025-tourist-sites": 5,
    }


def test_over_467_means_468() -> None:
    """467 products are not over 467."""
    target = figures("Thanh Hóa").targets[1]
    (total,) = figures("Thanh Hóa").portfolio.totals
    for count, met in ((467, False), (468, True)):
        entry = evolve(total.stars[2], count=count)
        state = target_progress(
            target,
            Portfolio(totals=(evolve(total, products=None, stars=(entry,)),)),
            THANH_HOA_DAY,
            totals=True,
        )
        assert state.met is met


def test_a_tourism_model_closes_a_gap() -> None:
    """A model of a community counts for the models, not for the sites."""
    model = TourismModel(id="m", name="m", kind="community", opened_on=THANH_HOA_DAY)
    entry = figures("Thanh Hóa")
    more = evolve(entry, portfolio=evolve(entry.portfolio, tourism_models=(model,)))
    found = gaps(more, THANH_HOA_DAY)
    assert found["thanh-hoa-2025-community-tourism"] == 4
    assert found["thanh-hoa-2025-tourist-sites"] == 5


def test_cho_don_has_16_linkage_projects() -> None:
    """Approved from 2022 to 2025; six of their products are named."""
    entry = figures("Bắc Kạn", "Chợ Đồn")
    wanted = Target(
        id="t",
        label="16 linkage projects",
        measure="linkage-projects",
        at_least=16,
        from_on=date(2022, 1, 1),
    )
    on = date(2025, 12, 31)
    state = target_progress(wanted, entry.portfolio, on, totals=True)
    assert (state.reached, state.met) == (16, True)
    assert not target_progress(wanted, entry.portfolio, on).met
    assert len(entry.materials) == 6


def test_published_figures_come_back_from_plain_dicts() -> None:
    """Every figure can be written and read again."""
    for entry in published_figures():
        assert load_record(Published, dump_record(entry)) == entry
