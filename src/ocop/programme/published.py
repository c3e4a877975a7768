"""Published figures of the programme: what provinces and districts reported, and their targets.

Numbers are those of press and provincial pages, which tell no codes of places. Where a page gives
no day, the last day of its period is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from ocop._repr import short_repr
from ocop.programme.activities import PointOfSale, Support
from ocop.programme.portfolio import Portfolio
from ocop.programme.targets import Target
from ocop.programme.totals import StarCount, Total
from ocop.types import Star

__all__ = ["Published", "published_figures"]


@frozen(kw_only=True)
class Published:
    """What was published of one place (số liệu đã công bố).

    Parameters
    ----------
    where : tuple of str
        Names of the place, the largest unit first.
    source : str
        What kind of publication, and of when.
    portfolio : Portfolio
        Its totals and what else was told; no single recognitions.
    targets : tuple of Target
    products : tuple of str
        Names of the recognised products, where all of them were told.
    districts_without : tuple of str
        Districts named as being without products; there may be more.
    materials : tuple of str
        Some of the products that the linkage projects are for.
    """

    where: tuple[str, ...]
    source: str
    portfolio: Portfolio
    targets: tuple[Target, ...] = ()
    products: tuple[str, ...] = ()
    districts_without: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()

    __repr__ = short_repr


PAGES = "press and provincial pages"


def published_figures() -> tuple[Published, ...]:
    """Return the published figures that `ocop` holds, by name of the place.

    Examples
    --------
    >>> for figures in published_figures():
    ...     print(", ".join(figures.where), figures.portfolio.counts(totals=True)[()])
    Bắc Kạn, Chợ Đồn 0
    Sơn La 85
    Sơn La, Thuận Châu 5
    Thanh Hóa 120
    """
    return (_cho_don(), _son_la(), _thuan_chau(), _thanh_hoa())


def _stars(counts: Iterable[tuple[Star, int]]) -> tuple[StarCount, ...]:
    return tuple(StarCount(star=star, count=count) for star, count in counts)


def _cho_don() -> Published:
    where = ("Bắc Kạn", "Chợ Đồn")
    source = f"{PAGES}, 2022-2025"
    total = Total(
        where=where,
        as_of=date(2025, 12, 31),
        period="2022-2025",
        source=source,
        linkage_projects=16,
        since=date(2022, 1, 1),
    )
    return Published(
        where=where,
        source=source,
        portfolio=Portfolio(totals=(total,)),
        materials=(
            "seedless persimmon",
            "Shan Tuyết tea",
            "golden camellia",
            "cattle",
            "poultry",
            "native pigs",
        ),
    )


def _son_la() -> Published:
    where = ("Sơn La",)
    source = f"{PAGES}, about 2022"
    total = Total(
        where=where,
        as_of=date(2022, 12, 31),
        period="about 2022, after 3 years",
        source=source,
        products=85,
        stars=_stars([(4, 29), (3, 56)]),
    )
    return Published(
        where=where,
        source=source,
        portfolio=Portfolio(totals=(total,)),
        targets=(
            Target(
                id="son-la-2025-five-stars",
                label="2 to 3 more products at 5 stars",
                measure="products",
                stars=(5,),
                at_least=2,
                at_most=3,
                until=date(2025, 12, 31),
            ),
            Target(
                id="son-la-2025-three-or-four-stars",
                label="100 to 300 products at 3 or 4 stars",
                measure="products",
                stars=(3, 4),
                at_least=100,
                at_most=300,
                until=date(2025, 12, 31),
            ),
            Target(
                id="son-la-2025-points-of-sale",
                label="at least 1 point of sale in each district",
                measure="points-of-sale",
                per="district",
                at_least=1,
                until=date(2025, 12, 31),
            ),
        ),
    )


def _thuan_chau() -> Published:
    where = ("Sơn La", "Thuận Châu")
    source = f"{PAGES}, 2021"
    total = Total(
        where=where,
        as_of=date(2021, 9, 30),
        period="to September 2021",
        source=source,
        products=5,
    )
    support = Support(
        funder="national target programme for new rural development",
        what="the 5 products proposed in the plan of 2021",
        year=2021,
    )
    return Published(
        where=where,
        source=source,
        portfolio=Portfolio(totals=(total,), supports=(support,)),
        products=(
            "Pha Đin TOP tourist site",
            "Thu Đan oolong tea",
            "Trọng Nguyên tea",
            "Sông Đà tilapia fillet",
            "Chiềng La smoked grass carp",
        ),
    )


def _thanh_hoa() -> Published:
    where = ("Thanh Hóa",)
    source = f"{PAGES}, 2021"
    total = Total(
        where=where,
        as_of=date(2021, 12, 31),
        period="2021",
        source=source,
        products=120,
        stars=_stars([(5, 1), (4, 30), (3, 89)]),
        communes=63,
        districts=21,
        producers=77,
        recognised=51,
        rounds=3,
        since=date(2021, 1, 1),
    )
    first, last = date(2021, 1, 1), date(2025, 12, 31)
    points = (
        PointOfSale(id="thanh-hoa-co-opmart", name="Co.opmart", kind="supermarket", stalls=12),
        PointOfSale(id="thanh-hoa-hotel", name="Stalls at a hotel", kind="hotel", stalls=9),
        PointOfSale(id="thanh-hoa-beach", name="Sầm Sơn beach", kind="tourist-site", stalls=12),
    )
    return Published(
        where=where,
        source=source,
        portfolio=Portfolio(totals=(total,), points_of_sale=points),
        districts_without=("Mường Lát", "Quan Sơn", "Cẩm Thủy", "Bỉm Sơn", "Sầm Sơn"),
        targets=(
            Target(
                id="thanh-hoa-2025-five-stars",
                label="at least 5 more products at 5 stars",
                measure="products",
                stars=(5,),
                at_least=5,
                baseline=1,
                from_on=first,
                until=last,
            ),
            Target(
                id="thanh-hoa-2025-three-or-four-stars",
                label="over 467 products at 3 or 4 stars",
                measure="products",
                stars=(3, 4),
                at_least=468,
                from_on=first,
                until=last,
            ),
            Target(
                id="thanh-hoa-2025-community-tourism",
                label="5 community tourism models",
                measure="tourism-models",
                kinds=("community",),
                at_least=5,
                from_on=first,
                until=last,
            ),
            Target(
                id="thanh-hoa-2025-tourist-sites",
                label="5 tourist sites",
                measure="tourism-models",
                kinds=("site",),
                at_least=5,
                from_on=first,
                until=last,
            ),
            Target(
                id="thanh-hoa-2025-points-of-sale",
                label="at least 1 point of sale in each district",
                measure="points-of-sale",
                per="district",
                at_least=1,
                from_on=first,
                until=last,
            ),
        ),
    )
