"""Synthetic populations: valid sheets, known answers of the model, shares that hold."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import numpy as np
import pytest
from scipy.stats import binom

import ocop
from ocop import programme
from ocop.scenario._ladders import ladders_of
from ocop.scenario._population_checks import SECTORS, apportion
from ocop.scoring.table import table_of

EVERY = [(law.id, number) for law in ocop.decisions() for number in law.sets]
THANH_HOA = {5: 1, 4: 30, 3: 89}
SON_LA = {4: 29, 3: 56}
WILD = ocop.PopulationModel(
    mean=0.4, spread=1.3, none_met=0.03, incomplete=0.3, findings=0.1, prepared=0.8
)


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """Return the generator of criteria sets, tests/scoring/generate.py."""
    path = Path(__file__).parents[1] / "scoring" / "generate.py"
    spec = importlib.util.spec_from_file_location("population_tests_generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_sheets(group: Any) -> None:
    """Check what holds for the sheets of any model: valid, marked, one case, needs respected."""
    law, sheets = group.criteria_set, group.sheets
    ocop.Sheets(criteria_set=law, products=sheets.products, answers=sheets.answers)
    assert all(code.startswith(f"SYN-{law.number:02}-") for code in sheets.products)
    assert set(sheets.columns["synthetic"]) == {"yes"}
    table = table_of(law)
    answers = np.asarray(sheets.answers)
    for item, other in table.needs:
        points = table.points[other][answers[:, other] + np.uint8(1)]
        nothing = (points == 0) & (answers[:, other] != ocop.UNANSWERED)
        assert set(answers[nothing, item].tolist()) <= {0, ocop.UNANSWERED}
    assert group.star_counts == ocop.score(sheets).star_counts()
    with pytest.raises(ValueError, match="read-only"):
        group.quality[0] = 1


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_every_set_of_every_decision(law: ocop.Decision) -> None:
    """Sheets are valid in every set; with cases each of them occurs, one a sheet."""
    made = ocop.synthesize(law, products=dict.fromkeys(law.sets, 60), model=WILD, rng=3)
    assert [g.criteria_set.number for g in made.groups] == sorted(law.sets)
    for group in made.groups:
        check_sheets(group)
        for kind in table_of(group.criteria_set).cases:
            seen = [
                of[group.sheets.answers[:, i] + np.uint8(1)]
                for i, of in zip(kind.items, kind.case_of, strict=True)
            ]
            assert set(np.max(seen, axis=0).tolist()) >= set(range(1, len(kind.cases) + 1))
    # Findings are stated where a set knows any.
    known = [g for g in made.groups if g.criteria_set.exclusions]
    assert bool(known) == any((g.sheets.findings is not None) for g in made.groups)


@pytest.mark.parametrize("seed", range(12))
def test_sets_wilder_than_the_law(seed: int, generate: Any) -> None:
    """Options out of order, marks anywhere, cases without enough points: sheets stay valid."""
    law = generate.wild_set(seed, 12)
    made = ocop.synthesize(law, products=80, model=WILD, rng=seed)
    check_sheets(made.groups[0])
    most = max((5, 4, 3, 2, 1), key=lambda star: made.star_counts[star])
    again = ocop.synthesize(law, products=80, shares={most: 1}, model=WILD, rng=seed)
    assert {star for star, count in again.star_counts.items() if count} - {0} == {most}


@pytest.mark.parametrize(("law", "number"), [*EVERY[::17], ("qd-26-2026", 16), ("qd-781-2020", 26)])
def test_a_higher_mean_never_lowers_a_total(law: str, number: int) -> None:
    """On the same random numbers each product's total and star rise with the mean."""
    chosen = ocop.criteria_set(law, number)
    before, quality = None, np.zeros(0)
    for mean in (-2.0, -0.5, 0.0, 0.1, 0.8, 3.0):
        model = attrs.evolve(WILD, mean=mean)
        (group,) = ocop.synthesize(chosen, products=300, model=model, rng=11).groups
        scores = ocop.score(group.sheets)
        if before is not None:
            assert (scores.total >= before.total).all()
            assert scores.total.sum() > before.total.sum()
            assert (group.quality > quality).all()
        before, quality = scores, group.quality


@pytest.mark.parametrize(("mean", "rung"), [(-100, 0), (-0.1, None), (100, -1)])
def test_a_narrow_quality_answers_alike(mean: float, rung: int | None) -> None:
    """Nearly without spread everyone meets the worst, the middle or the best options."""
    model = ocop.PopulationModel(
        mean=mean, spread=0.01, difficulty_spread=0, none_met=0, prepared=0
    )
    law = ocop.criteria_set("qd-781-2020", 1)
    (group,) = ocop.synthesize(law, products=50, model=model, rng=0).groups
    for i, item in enumerate(law.items):
        if item.criterion.case_kind is not None:
            continue
        points = sorted(o.points for o in item.criterion.options)
        expected = points[(len(points) - 1) // 2 if rung is None else rung]
        got = {item.criterion.options[a - 1].points for a in group.sheets.answers[:, i] if a}
        # Below quality 0 the better half of an even number of options is out of reach.
        if i not in {c for pair in table_of(law).needs for c in pair}:
            assert got == {expected}
    if rung == -1:
        # One of the cases reaches fewer points than the other.
        assert ocop.score(group.sheets).total.max() == law.reachable


def upper_halves(group: Any) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Return for criteria with an even number of options who is in the upper half, and parts."""
    law, table = group.criteria_set, table_of(group.criteria_set)
    ruled = {c for pair in table.needs for c in pair}
    columns, parts = [], []
    for i, rungs in enumerate(ladders_of(law)):
        ladder = rungs.ladders[0]
        if rungs.kind is None and ladder.options % 2 == 0 and i not in ruled:
            rung = np.argsort(ladder.positions)[group.sheets.answers[:, i]]
            columns.append(rung > ladder.options // 2)
            parts.append(table.part_of[i])
    return np.array(columns), parts


@pytest.mark.parametrize(("loading", "part_loading"), [(0.0, 0.0), (0.7, 0.0), (0.5, 0.6), (1, 0)])
def test_criteria_are_correlated_as_stated(loading: float, part_loading: float) -> None:
    """Two normal levels are both above 0 with the chance 1/4 + asin(correlation) / (2 pi)."""
    count = 20_000
    model = ocop.PopulationModel(
        difficulty_spread=0, loading=loading, part_loading=part_loading, none_met=0, prepared=0
    )
    law = ocop.criteria_set("qd-781-2020", 7)
    (group,) = ocop.synthesize(law, products=count, model=model, rng=5).groups
    upper, parts = upper_halves(group)
    assert len(set(parts)) == 3
    for a in range(0, len(parts), 2):
        for b in range(a + 1, len(parts), 3):
            same = part_loading**2 if parts[a] == parts[b] else 0.0
            chance = 0.25 + math.asin(min(1.0, loading**2 + same)) / (2 * math.pi)
            low, high = binom.ppf([1e-6, 1 - 1e-6], count, chance)
            assert low <= (upper[a] & upper[b]).sum() <= high


def test_options_are_equally_likely_in_the_middle() -> None:
    """At mean 0, spread 1 and difficulty 0 each option of a criterion has the same chance."""
    model = ocop.PopulationModel(difficulty_spread=0, none_met=0, prepared=0)
    law = ocop.criteria_set("qd-781-2020", 26)
    (group,) = ocop.synthesize(law, products=6000, model=model, rng=1).groups
    for i, rungs in enumerate(ladders_of(law)):
        options = sum(ladder.options for ladder in rungs.ladders)
        low, high = binom.ppf([1e-7, 1 - 1e-7], 6000, 1 / options)
        counts = np.bincount(group.sheets.answers[:, i], minlength=options + 1)[1:]
        assert low <= counts.min() <= counts.max() <= high


def test_difficulty_is_what_is_given_and_else_drawn() -> None:
    """A given difficulty stands; a hard criterion is met less; others are drawn with the spread."""
    law = ocop.criteria_set("qd-781-2020", 12)
    model = ocop.PopulationModel(difficulty={"1.1": 5.0, "1.2": -5.0}, difficulty_spread=0.2)
    (group,) = ocop.synthesize(law, products=400, model=model, rng=2).groups
    assert group.difficulty[:2].tolist() == [5.0, -5.0]
    assert 0.1 < group.difficulty[2:].std() < 0.35
    scores = [table_of(law).points[i][group.sheets.answers[:, i] + 1].mean() for i in (0, 1)]
    assert scores[0] < 0.1 * law.items[0].criterion.best + 1
    assert scores[1] > 0.95 * law.items[1].criterion.best


def test_prepared_producers_miss_no_floor_of_the_star_they_aim_at() -> None:
    """Who sees to every floor loses no star of the first points; who sees to none loses many."""
    law = ocop.criteria_set("qd-26-2026", 11)
    stars = {}
    for prepared in (0.0, 0.6, 1.0):
        model = ocop.PopulationModel(mean=0.5, prepared=prepared, none_met=0)
        stars[prepared] = ocop.score(
            ocop.synthesize(law, products=3000, model=model, rng=4).sheets[0]
        )
    first = stars[0.0].band
    assert (stars[1.0].star >= first).all()
    lost = [int((stars[p].star < first).sum()) for p in (0.0, 0.6, 1.0)]
    assert lost[0] > lost[1] > lost[2] == 0
    assert lost[0] > 1000


def within(count: int, total: int, share: float, chance: float = 1e-6) -> bool:
    """Say whether a count is within the exact bounds of a binomial distribution."""
    low, high = binom.ppf([chance / 2, 1 - chance / 2], total, share)
    return bool(low <= count <= high)


@pytest.mark.parametrize("seed", [0, 1, 2026])
@pytest.mark.parametrize(
    ("law", "number", "shares"),
    [
        ("qd-781-2020", 12, THANH_HOA),
        ("qd-781-2020", 26, THANH_HOA),
        ("qd-1048-2019", 3, SON_LA),
        ("qd-148-2023", 16, THANH_HOA),
        ("qd-26-2026", 11, THANH_HOA),
        ("qd-26-2026", 16, SON_LA),
        ("qd-26-2026", 26, {5: 0.05, 4: 0.35, 3: 0.6}),
        ("qd-781-2020", 1, {3: 0.2, 2: 0.5, 1: 0.3}),
        ("qd-148-2023", 21, {4: 1}),
        ("qd-781-2020", 5, {5: 0.5, 3: 0.5}),
    ],
)
def test_shares_hold_within_the_sampling_error(
    law: str, number: int, shares: dict[int, float], seed: int
) -> None:
    """Each star's count lies within exact binomial bounds; other stars do not occur."""
    source = ocop.criteria_set(law, number)
    made = ocop.synthesize(source, products=900, shares=shares, rng=seed)
    whole = sum(shares.values())
    for star in (5, 4, 3, 2, 1):
        assert within(made.star_counts[star], 900, shares.get(star, 0) / whole)
    assert made.star_counts[0] == 0
    assert made.off <= 0.01
    check_sheets(made.groups[0])


def test_shares_hold_over_seeds_and_sets() -> None:
    """Sums over many seeds and sets stay within the bounds too: calibration is not biased."""
    counts = np.zeros(6, dtype=int)
    for seed in range(8):
        made = ocop.synthesize(
            "qd-781-2020",
            products=dict.fromkeys((2, 9, 15, 20), 150),
            shares=THANH_HOA,
            rng=seed,
        )
        counts += [made.star_counts[star] for star in range(6)]
    total = int(counts.sum())
    assert total == 4800
    for star, share in THANH_HOA.items():
        # The numbers of calibration add a quarter of the sampling error's variance, at most.
        low, high = binom.ppf([1e-6, 1 - 1e-6], int(total / 1.25), share / 120) * 1.25
        assert low <= counts[star] <= high


def test_the_published_figures_of_two_provinces() -> None:
    """Thanh Hóa 2021 and Sơn La about 2022 come out within the sampling error."""
    told = {f.where: f.portfolio.totals[0] for f in programme.published_figures()}
    for where in (("Thanh Hóa",), ("Sơn La",)):
        total = told[where]
        shares = {row.star: row.count for row in total.stars}
        assert shares in (THANH_HOA, SON_LA)
        assert total.products == sum(shares.values())
        sectors = {"food": 0.9, "drinks": 0.1}
        made = ocop.synthesize(
            "qd-781-2020", products=total.products, shares=shares, sectors=sectors, rng=8
        )
        assert len(made) == total.products
        for star, count in shares.items():
            assert within(made.star_counts[star], total.products, count / total.products)


def test_a_share_next_to_nothing() -> None:
    """A star asked for once in 10 ** 12 products does no harm; what is found is near."""
    law = ocop.criteria_set("qd-781-2020", 1)
    for shares in ({4: 1, 3: 10**12}, {4: 10**12, 3: 1}, {5: 0.0, 4: 1 - 1e-12, 3: 1e-12}):
        made = ocop.synthesize(law, products=50, shares=shares, nearest=True, rng=0)
        assert made.star_counts[3] + made.star_counts[4] == 50
        assert made.off < 0.1


def test_what_is_calibrated_and_what_is_not() -> None:
    """Mean and spread are found; with two stars the spread stays, and nothing else ever moves."""
    law = ocop.criteria_set("qd-26-2026", 11)
    model = ocop.PopulationModel(spread=0.8, loading=0.5, findings=0.1)
    three = ocop.synthesize(law, products=50, shares=THANH_HOA, model=model, rng=1)
    two = ocop.synthesize(law, products=50, shares=SON_LA, model=model, rng=1)
    none = ocop.synthesize(law, products=50, model=model, rng=1)
    assert none.parameters == {11: model}
    assert two.parameters[11].spread == 0.8
    assert three.parameters[11].spread != 0.8
    for made in (two, three):
        found = made.parameters[11]
        assert found.mean != 0
        assert attrs.evolve(found, mean=0.0, spread=0.8) == model == made.model
    assert [row["asked"] for row in none.stars()] == [None] * 6
    assert none.off == 0


def test_findings_come_on_top_of_the_shares() -> None:
    """A share of the products is excluded, and the others have the shares."""
    model = ocop.PopulationModel(findings=0.2)
    made = ocop.synthesize(
        ocop.criteria_set("qd-26-2026", 4), products=2000, shares=SON_LA, model=model, rng=0
    )
    (sheets,) = made.sheets
    excluded = made.star_counts[0]
    assert within(excluded, 2000, 0.2)
    assert within(made.star_counts[4], 2000 - excluded, 29 / 85)
    stated = {reason for row in range(2000) for reason in ocop.score(sheets).reasons(row)}
    assert stated == {e.finding.id for e in sheets.criteria_set.exclusions}
    assert sum(row["achieved"] or 0 for row in made.stars()) == pytest.approx(1)


def test_incomplete_sheets_leave_criteria_unanswered() -> None:
    """Shares of sheets, and of the criteria on these, within exact bounds; none met likewise."""
    law = ocop.criteria_set("qd-781-2020", 4)
    model = ocop.PopulationModel(incomplete=0.3, unanswered=0.4, none_met=0.1, prepared=0)
    (sheets,) = ocop.synthesize(law, products=2000, model=model, rng=0).sheets
    blank = (sheets.answers == ocop.UNANSWERED).sum(axis=1)
    some = int((blank > 0).sum())
    assert within(some, 2000, 0.3)
    assert within(int(blank.sum()), some * len(law.items), 0.4)
    first = sheets.answers[:, 0]
    assert within(int((first == 0).sum()), int((first != ocop.UNANSWERED).sum()), 0.1)


def test_the_same_seed_makes_the_same_population() -> None:
    """Numbers, equal generators and the seed that is told; 0 is a seed; others differ."""

    def make(rng: Any) -> ocop.Population:
        return ocop.synthesize(
            "qd-26-2026",
            products={"tea": 40, 26: 20},
            shares=SON_LA,
            places={"commune": ["Một", "Hai", "Ba"]},
            model=ocop.PopulationModel(findings=0.1, incomplete=0.2),
            rng=rng,
        )

    zero = make(0)
    assert zero.seed == 0
    assert zero.equals(make(0))
    assert zero.equals(make(np.int64(0)))
    assert not zero.equals(make(1))
    drawn = make(np.random.default_rng(0))
    assert drawn.equals(make(np.random.default_rng(0)))
    assert drawn.equals(make(drawn.seed))
    assert not drawn.equals(zero)
    generator = np.random.default_rng(0)
    assert not make(generator).equals(make(generator))
    fresh = make(None)
    assert fresh.seed != make(None).seed
    assert fresh.equals(make(fresh.seed))
    assert not zero.equals("zero")


def test_a_group_does_not_depend_on_the_others() -> None:
    """Order and company of the groups change nothing in one of them."""
    one = {"tea": 30, "rice-and-grains": 20, "rural-tourism": 10}
    other = dict(reversed(list(one.items())))
    law = "qd-26-2026"
    made = ocop.synthesize(law, products=one, shares=SON_LA, rng=6)
    assert made.equals(ocop.synthesize(law, products=other, shares=SON_LA, rng=6))
    alone = ocop.synthesize(law, products={"tea": 30}, shares=SON_LA, rng=6)
    single = ocop.synthesize(ocop.criteria_set(law, "tea"), products=30, shares=SON_LA, rng=6)
    assert single.equals(alone)
    (tea,) = [g for g in made.groups if g.criteria_set.number == 11]
    assert np.array_equal(tea.sheets.answers, alone.sheets[0].answers)
    assert np.array_equal(tea.quality, alone.quality[0])


def test_products_are_divided_by_group_and_sector() -> None:
    """Shares in whole numbers, the largest remainders first; the default is told to be made up."""
    made = ocop.synthesize("qd-26-2026", products=10, groups={"tea": 0.25, 1: 0.75}, rng=0)
    assert {g.criteria_set.number: len(g) for g in made.groups} == {1: 8, 11: 2}
    made = ocop.synthesize("qd-26-2026", products=101, sectors={"tourism": 1}, rng=0)
    assert [(g.criteria_set.number, len(g)) for g in made.groups] == [(26, 101)]
    made = ocop.synthesize("qd-26-2026", products=1000, rng=0)
    by_sector: dict[str, int] = {}
    for group in made.groups:
        slug = group.criteria_set.group.sector.slug
        by_sector[slug] = by_sector.get(slug, 0) + len(group)
    assert by_sector == pytest.approx({s: 1000 * share for s, share in SECTORS.items()}, abs=2)
    assert math.isclose(sum(SECTORS.values()), 1)
    # A decision without a sector, or without a set, divides by what it has.
    assert len(ocop.synthesize("qd-1048-2019", products=100, rng=0)) == 100
    assert sum(apportion(7, dict.fromkeys(range(26), 1 / 26)).values()) == 7


def test_places_are_rows_and_stay_together() -> None:
    """Each product gets one of the places, whole; all of them occur."""
    places = {"province": ["A", "A", "B"], "commune": ["x", "y", "z"]}
    made = ocop.synthesize("qd-26-2026", products=200, places=places, rng=0)
    columns = made.columns()
    assert set(zip(columns["province"], columns["commune"], strict=True)) == {
        ("A", "x"), ("A", "y"), ("B", "z")
    }  # fmt: skip


def test_how_it_shows_itself() -> None:
    """Short, with its shape, and never without the word synthetic."""
    made = ocop.synthesize("qd-26-2026", products={"tea": 3}, model=WILD, rng=0)
    stars = ", ".join(f"{star}: {count}" for star, count in made.star_counts.items())
    assert repr(made) == (
        f"<Population qd-26-2026: 3 synthetic products in 1 group, stars {{{stars}}}, seed 0>"
    )
    assert repr(made.groups[0]) == "<PopulationGroup set 11 tea: 3 synthetic>"
    assert made.version == ocop.__version__
    assert made.digests == {11: ocop.criteria_set("qd-26-2026", 11).digest}
    assert sum(made.star_counts.values()) == len(made) == len(made.sheets[0]) == 3
