"""The portfolio: counts, expiries, places without products, concentration, columns, totals."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.programme.certificate import Certificate, after_months
from ocop.programme.code import ProductCode
from ocop.programme.place import Place
from ocop.programme.portfolio import Column, Portfolio
from ocop.programme.producer import Producer
from ocop.programme.recognition import Recognition
from ocop.programme.records import dump_record, load_record
from ocop.programme.totals import StarCount, Total
from ocop.types import Star

COLUMNS: tuple[Column, ...] = (
    "star",
    "group",
    "sector",
    "province",
    "district",
    "commune",
    "producer",
    "producer_type",
    "year",
    "level",
    "decision",
    "status",
)


def product(
    serial: int = 1,
    *,
    commune: str = "00001",
    district: str | None = "001",
    on: date = date(2024, 3, 1),
    star: Star = 3,
    group: str = "tea",
    producer: str | None = None,
    **certificate: Any,
) -> Recognition:
    """Return a made-up recognition in the province 00, recognised on a day."""
    return Recognition(
        code=ProductCode(
            province="00", district=district, commune=commune, serial=str(serial), year=on.year
        ),
        name=f"Sản phẩm Giả Định {serial}",
        group=group,
        star=star,
        level="province" if star < 5 else "centre",
        decision="qd-148-2023",
        producer=producer,
        certificate=Certificate(recognised_on=on, **certificate),
    )


def total(where: str = "Sơn La", as_of: date = date(2022, 12, 31), **fields: Any) -> Total:
    """Return a made-up total of a place."""
    return Total(where=(where,), as_of=as_of, period=str(as_of.year), source="test", **fields)


def stars(**counts: int) -> tuple[StarCount, ...]:
    """Return counts by star from s5=1, s4=30."""
    known: dict[str, Star] = {"s3": 3, "s4": 4, "s5": 5}
    return tuple(StarCount(star=known[name], count=count) for name, count in counts.items())


recognitions = st.lists(
    st.builds(
        product,
        st.integers(1, 9),
        commune=st.sampled_from(["00001", "00002", "00003"]),
        district=st.sampled_from(["001", "002"]),
        on=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
        star=st.sampled_from([3, 4, 5]),
        group=st.sampled_from(["tea", "rural-tourism", "honey-and-other-farm-food"]),
        producer=st.sampled_from([None, "a", "b"]),
    ),
    max_size=12,
)
days = st.dates(date(2019, 12, 1), date(2028, 3, 1))
some_columns = st.lists(st.sampled_from(COLUMNS), unique=True, max_size=4)


@given(recognitions, days, some_columns, st.randoms())
def test_counts_add_up_whatever_the_columns_and_the_order(
    records: list[Recognition], on: date, by: list[Any], rng: Any
) -> None:
    """The counts add up to what is valid on the day, and the input order changes nothing."""
    portfolio = Portfolio(recognitions=tuple(records))
    counts = portfolio.counts(*by, on=on)
    every = "status" in by
    assert sum(counts.values()) == (len(records) if every else len(portfolio.current(on)))
    mixed = list(records)
    rng.shuffle(mixed)
    again = Portfolio(recognitions=tuple(mixed)).counts(*by, on=on)
    assert list(again.items()) == list(counts.items())


@given(recognitions, days)
def test_counts_are_those_of_plain_counting(records: list[Recognition], on: date) -> None:
    """Star and commune, against a loop over the recognitions."""
    expected = Counter(
        (r.star, f"00-{r.code.district}-{r.code.commune}")
        for r in records
        if r.recognised_on <= on <= after_months(r.recognised_on, 36)
    )
    assert Portfolio(recognitions=tuple(records)).counts("star", "commune", on=on) == expected


@given(recognitions, days)
def test_columns_are_of_one_length_and_agree_with_the_counts(
    records: list[Recognition], on: date
) -> None:
    """Every column has one value a recognition; counting the columns gives the counts."""
    portfolio = Portfolio(recognitions=tuple(records))
    columns = portfolio.columns(on)
    assert {len(values) for values in columns.values()} == {len(records)}
    counted = Counter(zip(columns["district"], columns["status"], strict=True))
    assert counted == portfolio.counts("district", "status", on=on)
    assert "status" not in portfolio.columns()


@given(recognitions, days, st.integers(0, 800))
def test_expiring_is_sorted_and_complete(records: list[Recognition], on: date, within: int) -> None:
    """All that is valid and expires by the last day, the soonest first."""
    portfolio = Portfolio(recognitions=tuple(records))
    found = portfolio.expiring(on, within)
    ends = [r.certificate.expires_on for r in found]
    assert ends == sorted(ends)
    assert len(found) == sum(
        r.certificate.expires_on <= on + timedelta(within) for r in portfolio.current(on)
    )


@given(recognitions, days)
def test_a_place_has_a_product_or_is_without(records: list[Recognition], on: date) -> None:
    """Communes and districts without products are those that `within` finds none for."""
    places = [Place(province="00", district=d) for d in ("001", "002", "003")]
    places += [Place(province="00", district="001", commune=c) for c in ("00001", "00004")]
    places += [Place(province="00", commune="00002"), Place(province="00"), Place(province="01")]
    portfolio = Portfolio(recognitions=tuple(records))
    current = portfolio.current(on)
    assert portfolio.places_without(places, on) == tuple(
        place for place in places if not any(r.place.within(place) for r in current)
    )


@given(recognitions)
def test_the_index_lies_between_equal_shares_and_one_holder(records: list[Recognition]) -> None:
    """The index is at least 1 over the number of holders, at most 1; shares rise to 1."""
    held = Portfolio(recognitions=tuple(records)).concentration("commune")
    assert sum(count for _, count in held.holders) == len(records)
    if not records:
        assert held.index is held.share() is None
        return
    assert held.index is not None
    assert Fraction(1, len(held.holders)) <= held.index <= 1
    assert held.share(len(held.holders)) == 1


def test_current_on_the_first_and_the_last_day() -> None:
    """36 months, both days included."""
    portfolio = Portfolio(recognitions=(product(on=date(2022, 3, 1)),))
    asked = [date(2022, 2, 28), date(2022, 3, 1), date(2025, 3, 1), date(2025, 3, 2)]
    assert [len(portfolio.current(on)) for on in asked] == [0, 1, 1, 0]


def test_every_column_of_one_recognition() -> None:
    """Places are codes from the province down, the type comes from the producer."""
    producer = Producer(id="htx", name="HTX Giả Định", type="co-operative")
    portfolio = Portfolio(recognitions=(product(producer="htx"),), producers=(producer,))
    assert list(portfolio.counts(*COLUMNS, on=date(2024, 3, 1))) == [
        (
            3,
            "tea",
            "food",
            "00",
            "00-001",
            "00-001-00001",
            "htx",
            "co-operative",
            2024,
            "province",
            "qd-148-2023",
            "current",
        )
    ]


def test_the_type_of_a_recognition_goes_before_that_of_its_producer() -> None:
    """A producer may have changed its type since; without either it is None, which comes last."""
    producer = Producer(id="htx", name="HTX Giả Định", type="co-operative")
    earlier = evolve(product(1, producer="htx"), producer_type="household")
    records = (product(3), product(2, producer="htx"), earlier)
    counts = Portfolio(recognitions=records, producers=(producer,)).counts("producer_type")
    assert list(counts.items()) == [(("co-operative",), 1), (("household",), 1), ((None,), 1)]


def test_codes_since_mid_2025_have_no_district() -> None:
    """They count under None, after the districts."""
    records = (product(district=None, on=date(2026, 6, 30)), product())
    counts = Portfolio(recognitions=records).counts("district")
    assert list(counts.items()) == [(("00-001",), 1), ((None,), 1)]
    assert Portfolio(recognitions=records[:1]).counts("commune") == {("00-00001",): 1}


def test_counting_without_columns() -> None:
    """One count of all, also of nothing."""
    assert Portfolio().counts() == {(): 0}
    assert Portfolio(recognitions=(product(), product(2))).counts() == {(): 2}
    assert repr(Portfolio(recognitions=(product(),))) == ("<Portfolio of 1 recognitions, 0 totals>")


def test_all_wrong_columns_are_told_at_once() -> None:
    """Unknown and double columns, with the nearest name."""
    with pytest.raises(ocop.InputError) as caught:
        Portfolio().counts("stars", "year", "year")  # type: ignore[arg-type]  # wrong on purpose
    unknown, double = caught.value.problems
    assert (unknown.code, unknown.path, unknown.hint) == (
        "unknown-column",
        "by",
        "did you mean 'star'?",
    )
    assert unknown.message == f"found 'stars', allowed are {', '.join(COLUMNS)}"
    assert str(double) == "by: the column 'year' stands 2 times [duplicate-column]"


def test_a_status_needs_a_day() -> None:
    """Without a day there is no status to count by; with one, every recognition counts."""
    old = product(2, on=date(2020, 3, 1))
    portfolio = Portfolio(recognitions=(product(), old))
    with pytest.raises(ocop.InputError) as caught:
        portfolio.counts("status")
    assert [p.code for p in caught.value.problems] == ["missing-date"]
    expected = {("current",): 1, ("expired",): 1}
    assert portfolio.counts("status", on=date(2024, 6, 1)) == expected


def test_expiring_includes_the_last_day_and_what_runs_on() -> None:
    """A certificate that runs on past its expiry comes first; one day too late is not there."""
    on = date(2026, 6, 1)
    runs_on = product(1, on=date(2023, 5, 1), renewal_filed_on=date(2026, 4, 1), grace=180)
    soon, later = product(2, on=date(2023, 7, 1)), product(3, on=date(2023, 7, 2))
    portfolio = Portfolio(recognitions=(later, soon, runs_on))
    assert portfolio.expiring(on, 30) == (runs_on, soon)
    assert portfolio.expiring(on, 31) == (runs_on, soon, later)
    assert portfolio.expiring(on, 10**12) == (runs_on, soon, later)
    assert portfolio.expiring(date.max, 1) == ()
    with pytest.raises(ocop.InputError) as caught:
        portfolio.expiring(on, -1)
    assert [str(p) for p in caught.value.problems] == [
        "within_days: found -1, allowed are 0 days and more [out-of-range]"
    ]


def test_places_are_asked_once_and_a_product_must_be_valid() -> None:
    """An expired product leaves its commune without one."""
    portfolio = Portfolio(recognitions=(product(on=date(2020, 3, 1)),))
    commune = Place(province="00", district="001", commune="00001", name="Xã Giả Định 01")
    assert portfolio.places_without([commune], date(2023, 3, 1)) == ()
    found = portfolio.places_without([commune, commune], date(2023, 3, 2))
    assert [place.name for place in found] == ["Xã Giả Định 01"]


def test_concentration_by_hand() -> None:
    """Shares 3/6, 2/6, 1/6: the index is 14/36; a product of no known producer is left out."""
    holders = ["b", "a", "a", "c", "a", "b", None]
    records = tuple(product(n, producer=p) for n, p in enumerate(holders, 1))
    held = Portfolio(recognitions=records).concentration()
    assert (held.holders, held.unknown) == ((("a", 3), ("b", 2), ("c", 1)), 1)
    assert (held.share(), held.share(2), held.index) == (
        Fraction(1, 2),
        Fraction(5, 6),
        Fraction(7, 18),
    )
    assert held.share(-1) == 0


def test_a_concentration_on_a_day_counts_what_is_valid() -> None:
    """The expired product of another producer is gone."""
    records = (product(1, producer="a"), product(2, producer="b", on=date(2020, 1, 1)))
    held = Portfolio(recognitions=records).concentration("producer", date(2024, 6, 1))
    assert (held.holders, held.index) == ((("a", 1),), Fraction(1))


def test_totals_count_only_where_they_are_asked_for() -> None:
    """By themselves recognitions count alone; what a total does not tell is None."""
    published = total(products=90, stars=stars(s4=29, s3=56), place=Place(province="14"))
    portfolio = Portfolio(recognitions=(product(star=4),), totals=(published,))
    assert portfolio.counts("star") == {(4,): 1}
    assert list(portfolio.counts("star", totals=True).items()) == [
        ((3,), 56),
        ((4,), 30),
        ((None,), 5),
    ]
    by_place = portfolio.counts("province", "group", totals=True)
    assert by_place == {("00", "tea"): 1, ("14", None): 90}
    assert Portfolio(totals=(total(products=3),)).counts("province", totals=True) == {(None,): 3}


def test_the_latest_total_of_a_place_on_a_day_counts() -> None:
    """Before its last day a total is not known yet; a later one takes its place."""
    earlier = total(as_of=date(2021, 12, 31), products=50)
    later = total(as_of=date(2022, 12, 31), products=85)
    portfolio = Portfolio(totals=(later, earlier))
    asked = [date(2021, 12, 30), date(2021, 12, 31), date(2022, 12, 30), date(2022, 12, 31)]
    assert [portfolio.counts(on=on, totals=True)[()] for on in asked] == [0, 50, 50, 85]
    assert portfolio.latest_totals() == (later,)


def test_a_total_within_another_is_counted_twice() -> None:
    """By its names, or by the codes of the places; places apart are added."""
    whole = total(products=85)
    part = evolve(total(products=5), where=("Sơn La", "Thuận Châu"))
    with pytest.raises(ocop.InputError) as caught:
        Portfolio(totals=(part, whole)).counts("star", totals=True)
    assert [str(p) for p in caught.value.problems] == [
        "totals: the total of Sơn La (2022) and the total of Sơn La, Thuận Châu (2022) hold the "
        "same products; keep one of them [counted-twice]"
    ]
    coded = [
        evolve(total("Tỉnh", products=2), place=Place(province="14")),
        evolve(total("Huyện", products=1), place=Place(province="14", district="119")),
    ]
    with pytest.raises(ocop.InputError):
        Portfolio(totals=tuple(coded)).latest_totals()
    other = total("Thanh Hóa", products=120)
    assert Portfolio(totals=(whole, other)).counts(totals=True) == {(): 205}


def test_a_recognition_that_a_total_holds_is_counted_twice() -> None:
    """Up to the day of the total it is in it; a day later it is new."""
    published = total(as_of=date(2024, 2, 29), products=7, place=Place(province="00"))
    new = product(on=date(2024, 3, 1))
    assert Portfolio(recognitions=(new,), totals=(published,)).counts(totals=True) == {(): 8}
    held = product(2, on=date(2024, 2, 29))
    portfolio = Portfolio(recognitions=(new, held), totals=(published,))
    assert portfolio.counts() == {(): 2}
    with pytest.raises(ocop.InputError) as caught:
        portfolio.counts(totals=True)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("counted-twice", "totals")
    assert problem.message == (
        "the total of Sơn La (2024) holds 1 recognitions that are given one by one too"
    )


def test_wrong_totals_are_told_all_at_once() -> None:
    """Names, numbers, stars and days."""
    with pytest.raises(ocop.InputError) as caught:
        Total(
            where=(" ",),
            as_of=date(2021, 1, 1),
            since=date(2021, 1, 2),
            period="2021",
            source="test",
            products=2,
            communes=-1,
            stars=(*stars(s3=3), *stars(s3=-1)),
        )
    assert [(p.code, p.path) for p in caught.value.problems] == [
        ("empty-text", "where"),
        ("out-of-range", "communes"),
        ("out-of-range", "stars[1].count"),
        ("duplicate-id", "stars[1].star"),
        ("dates-out-of-order", "as_of"),
    ]
    with pytest.raises(ocop.InputError) as caught:
        total(products=84, stars=stars(s4=29, s3=56), recognised=51)
    assert [str(p) for p in caught.value.problems] == [
        "products: the stars add up to 85 products, more than all 84 [wrong-total]",
        "since: recognised are those of a time, and its first day was not given [missing-date]",
    ]


def test_a_portfolio_comes_back_from_a_plain_dict() -> None:
    """Recognitions, producers and totals can be written and read again."""
    portfolio = Portfolio(
        recognitions=(product(producer="htx"),),
        producers=(Producer(id="htx", name="HTX Giả Định", type="co-operative"),),
        totals=(total(stars=stars(s5=1)),),
    )
    assert load_record(Portfolio, dump_record(portfolio)) == portfolio
