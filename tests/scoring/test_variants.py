"""Many point tables at once against scoring under each of them, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unittest import mock

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop.law import model
from ocop.scoring import _compiled_sweep, _variant_run, _variant_sheets, _variant_tables


def redrawn(
    law: ocop.CriteriaSet, seed: int, *, most: int = 7, marked: int = 4
) -> ocop.CriteriaSet:
    """Return the set with points, bands and star marks drawn anew; `marked` 0 takes all marks."""
    rng = np.random.default_rng(seed)

    def option(old: ocop.Option) -> ocop.Option:
        mark = [None, 3, None, 4, 5][int(rng.integers(marked + 1))]
        return attrs.evolve(old, points=int(rng.integers(most + 1)), mark=mark)

    def item(old: model.Item) -> model.Item:
        options = tuple(option(o) for o in old.criterion.options)
        mark = [None, None, None, None, 4][int(rng.integers(marked + 1))]
        return attrs.evolve(old, criterion=attrs.evolve(old.criterion, options=options, mark=mark))

    def section(old: model.Section) -> model.Section:
        return attrs.evolve(old, items=tuple(item(i) for i in old.items))

    parts = tuple(
        attrs.evolve(part, sections=tuple(section(s) for s in part.sections)) for part in law.parts
    )
    best = sum(i.criterion.best for part in parts for s in part.sections for i in s.items)
    least = [0, *sorted(rng.integers(0, best + 2, 4).tolist())]
    bands = tuple(model.StarBand(star=s, at_least=p) for s, p in enumerate(least, start=1))  # type: ignore[arg-type]  # stars of the loop
    return attrs.evolve(law, parts=parts, bands=bands)


def one_by_one(
    sheets: ocop.Sheets, sets: Sequence[ocop.CriteriaSet]
) -> tuple[list[list[int]], list[list[int]]]:
    """Score the sheets under each set; count stars by set, and by product."""
    stars = np.array([ocop.score(attrs.evolve(sheets, criteria_set=s)).star for s in sets])
    by_set = [np.bincount(row, minlength=6).tolist() for row in stars]
    by_product = [np.bincount(row, minlength=6).tolist() for row in stars.T]
    return by_set, by_product


def assert_as_one_by_one(sheets: ocop.Sheets, sets: Sequence[ocop.CriteriaSet], **how: Any) -> None:
    """Compare the counts of many sets at once with those of one after the other."""
    by_set, by_product = one_by_one(sheets, sets)
    for few, fast in ((0, False), (0, True), (len(sets), False)):
        # Few variants are scored one by one, so that joint tables are asked for here.
        with mock.patch.object(_variant_sheets, "FEW", few):
            found = ocop.score_variants(sheets, ocop.Variants.of(sets), fast=fast, **how)
        assert found.star_counts.tolist() == by_set
        assert found.star_frequencies.tolist() == by_product
        assert found.variants == len(sets)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    most_points=st.sampled_from([1, 4, 12, 90]),
    count=st.integers(0, 25),
    variants=st.integers(1, 6),
    marked=st.sampled_from([0, 1, 4]),
    rows=st.sampled_from([1, 30, _variant_tables.MOST_ROWS]),
)
def test_wild_sets_count_as_scored_one_by_one(
    generate: Any, seed: int, most_points: int, count: int, variants: int, marked: int, rows: int
) -> None:
    """With rules, knock-outs, cases, findings and any marks, the counts are those of the scores."""
    law = generate.wild_set(seed, most_points)
    sheets = generate.batch(law, generate.sheets(law, count, seed=seed))
    how = {"most": most_points, "marked": marked}
    sets = [redrawn(law, seed + n, **how) for n in range(variants)]
    with pytest.MonkeyPatch.context() as patch:
        # However many criteria are looked up together.
        patch.setattr(_variant_tables, "MOST_ROWS", rows)
        assert_as_one_by_one(attrs.evolve(sheets, criteria_set=sets[0]), sets)


@pytest.mark.parametrize("number", [1, 11, 16, 26])
@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-148-2023", "qd-781-2020"])
def test_shipped_sets_count_as_scored_one_by_one(
    generate: Any, decision: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small changes of shipped sets, over the borders of chunks, blocks and batches."""
    monkeypatch.setattr(_variant_run, "CHUNK", 3)
    monkeypatch.setattr(_variant_run, "BLOCK", 16)
    monkeypatch.setattr("ocop.scoring._variant_sheets.BATCH", 7)
    law = ocop.criteria_set(decision, number)
    sheets = generate.batch(law, generate.sheets(law, 60, seed=number))
    rng = np.random.default_rng(number)
    sets = [law]
    for _ in range(10):
        parts = list(law.parts)
        part = int(rng.integers(len(parts)))
        sections = list(parts[part].sections)
        place = int(rng.integers(len(sections)))
        items = [
            attrs.evolve(
                i,
                criterion=attrs.evolve(
                    i.criterion,
                    options=tuple(
                        attrs.evolve(o, points=max(0, o.points + int(rng.integers(-1, 2))))
                        for o in i.criterion.options
                    ),
                ),
            )
            for i in sections[place].items
        ]
        sections[place] = attrs.evolve(sections[place], items=tuple(items))
        parts[part] = attrs.evolve(parts[part], sections=tuple(sections))
        sets.append(attrs.evolve(law, parts=tuple(parts)))
    assert_as_one_by_one(sheets, sets, threads=1)
    assert_as_one_by_one(sheets, sets, threads=3)


def test_one_variant_is_scoring(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """The set as its own only variant gives the stars of the scores."""
    sheets = generate.batch(fresh, generate.sheets(fresh, 200, seed=1))
    found = ocop.score_variants(sheets, ocop.Variants.of([fresh]))
    scores = ocop.score(sheets)
    assert found.star_counts.tolist() == [np.bincount(scores.star, minlength=6).tolist()]
    assert found.star_frequencies.argmax(axis=1).tolist() == scores.star.tolist()


def test_pieces_and_order_of_variants_do_not_matter(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Variants given in pieces, or turned round, give the same counts."""
    sheets = generate.batch(fresh, generate.sheets(fresh, 50, seed=2))
    many = ocop.Variants.of([fresh, *(redrawn(fresh, seed) for seed in range(8))])
    whole = ocop.score_variants(sheets, many)
    pieces = ocop.score_variants(sheets, (many[n : n + 4] for n in range(0, 9, 4)))
    turned = ocop.score_variants(sheets, many[::-1])
    assert pieces.star_counts.tolist() == whole.star_counts.tolist()
    assert turned.star_counts.tolist() == whole.star_counts.tolist()[::-1]
    for other in (pieces, turned):
        assert other.star_frequencies.tolist() == whole.star_frequencies.tolist()


@pytest.mark.parametrize("fast", [False, True])
def test_more_than_a_chunk_of_products_and_variants(
    fresh: ocop.CriteriaSet, generate: Any, fast: bool
) -> None:
    """At the real sizes, sums of flags outgrow a byte and still come out whole."""
    sheets = generate.sheets(fresh, 40, seed=3)
    many = [sheets[n % 40] for n in range(2 * _variant_run.BLOCK + 77)]
    batch = generate.batch(fresh, many)
    sets = [fresh, *(redrawn(fresh, seed) for seed in range(2))]
    three = ocop.Variants.of(sets)
    times = _compiled_sweep.WIDTH // 3 + 10
    repeated = ocop.Variants(
        criteria_set=fresh,
        points=np.tile(three.points, (times, 1, 1)),
        floors=np.tile(three.floors, (times, 1, 1)),
        thresholds=np.tile(three.thresholds, (times, 1)),
    )
    found = ocop.score_variants(batch, repeated, fast=fast)
    by_set, by_product = one_by_one(batch, sets)
    assert found.star_counts.tolist() == by_set * times
    assert found.star_frequencies.tolist() == [[times * n for n in row] for row in by_product]


def test_floors_follow_the_points_of_marked_options(fresh: ocop.CriteriaSet) -> None:
    """Without floors given, the marked options of the set say them, under its own points too."""
    plain = ocop.Variants.of([fresh])
    follows = ocop.Variants(criteria_set=fresh, points=plain.points)
    assert np.array_equal(plain.floors, follows.floors)
    assert np.array_equal(plain.thresholds, follows.thresholds)
    assert (follows.floors.dtype, follows.thresholds.dtype) == (np.uint16, np.uint16)
    more = ocop.Variants(criteria_set=fresh, points=plain.points * 2)
    assert np.array_equal(more.floors, plain.floors * 2)


def test_some_of_the_variants_are_as_they_were_among_all(fresh: ocop.CriteriaSet) -> None:
    """Points, bands and floors go along; what follows from the set follows again."""
    points = np.repeat(ocop.Variants.of([fresh]).points, 3, axis=0)
    points[1] *= 2
    floors = np.arange(3 * 3 * len(fresh.codes)).reshape(3, 3, -1) % 7
    thresholds = np.arange(12).reshape(3, 4)
    own = ocop.Variants(criteria_set=fresh, points=points, thresholds=thresholds, floors=floors)
    following = ocop.Variants(criteria_set=fresh, points=points)
    for whole in (own, following):
        some = whole[1:]
        assert len(some) == 2
        for name in ("points", "thresholds", "floors"):
            assert np.array_equal(getattr(some, name), getattr(whole, name)[1:])
    assert np.array_equal(own.floors, floors)


@pytest.mark.parametrize(("reading", "floor"), [("any", 1), ("full", 6)])
def test_a_mark_on_the_criterion_follows_its_reading(
    generate: Any, reading: Any, floor: int
) -> None:
    """A marked criterion asks for any points, or for the best of each variant."""
    item = generate.item("1", 0, 1, 2, mark=4)
    law = generate.criteria_set({"A": [generate.section("1", item)]}, criterion_mark=reading)
    doubled = np.array([[[0, 3, 6]]])
    variants = ocop.Variants(criteria_set=law, points=doubled)
    assert variants.floors.tolist() == [[[0], [floor], [floor]]]


def test_joined_criteria_stay_few(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """Groups cover every criterion once, name what occurs and keep conditional ones together."""
    sheets = generate.batch(fresh, generate.sheets(fresh, 500, seed=4))
    table = ocop.scoring.table.table_of(fresh)
    groups = _variant_tables.groups_of(table, sheets.answers)
    covered = sorted(i for group in groups for i in group.criteria)
    assert covered == list(range(len(table.codes)))
    assert len(groups) < len(table.codes) / 2
    for group in groups:
        assert group.count <= _variant_tables.MOST_ROWS
        assert sorted(set(group.which.tolist())) == list(range(group.count))
    home = {i: group for group in groups for i in group.criteria}
    assert all(home[item] is home[other] for item, other in table.needs)


def test_points_given_once_stay(fresh: ocop.CriteriaSet) -> None:
    """What an array is turned into later changes no variant, and a variant cannot be changed."""
    once = ocop.Variants.of([fresh])
    mine = {name: getattr(once, name).copy() for name in ("points", "thresholds", "floors")}
    given = ocop.Variants(criteria_set=fresh, **mine)
    for name, array in mine.items():
        array[:] = 1
        assert np.array_equal(getattr(given, name), getattr(once, name)), name
        with pytest.raises(ValueError, match="read-only"):
            getattr(given, name)[:] = 1


def test_results_are_read_only_and_named(fresh: ocop.CriteriaSet) -> None:
    """Counts cannot be changed by accident; the repr says how many."""
    sheets = ocop.Sheets.of([ocop.Sheet(criteria_set=fresh, answers={})])
    found = ocop.score_variants(sheets, ocop.Variants.of([fresh]))
    where = f"qd-26-2026 set 1 {fresh.group.slug}"
    assert repr(found) == f"<VariantScores {where}: 1 product x 1 variant>"
    with pytest.raises(ValueError, match="read-only"):
        found.star_counts[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.star_frequencies[0, 0] = 1


def broken(law: ocop.CriteriaSet, **more: Any) -> str:
    """Return the message for variants that are not sound."""
    given: dict[str, Any] = {"points": np.zeros((2, len(law.items), 8), dtype=int), **more}
    with pytest.raises(ocop.InputError) as error:
        ocop.Variants(criteria_set=law, **given)
    return str(error.value)


def test_broken_tables_are_named(fresh: ocop.CriteriaSet) -> None:
    """Shape, type, range and order of the tables, each with what was found and is allowed."""

    def table(*shape: int, last: int = 0) -> Any:
        made = np.zeros(shape, dtype=int)
        made[0, 2, -1] = last
        return made

    bands = [[30, 50, 70, 90], [30, 50, 40, 90]]
    cases: list[tuple[dict[str, Any], str]] = [
        ({"points": [[1]]}, "points: found 2 dimensions, allowed are 3 [wrong-shape]"),
        ({"thresholds": [1]}, "thresholds: found 1 dimensions, allowed are 2 [wrong-shape]"),
        ({"floors": [[1]]}, "floors: found 2 dimensions, allowed are 3 [wrong-shape]"),
        (
            {"points": np.zeros((1, 32, 8))},
            "points: found dtype float64, allowed are whole numbers [wrong-dtype]",
        ),
        (
            {"points": table(1, 32, 8, last=-1)},
            "points: found -1 at [0, 2, 7], allowed are 0 to 65535 [out-of-range]",
        ),
        (
            {"points": table(1, 32, 8, last=65_536)},
            "points: found 65536 at [0, 2, 7], allowed are 0 to 65535 [out-of-range]",
        ),
        (
            {"points": table(2, 31, 8)},
            "points: found 31 criteria, allowed are 32 [wrong-shape]",
        ),
        (
            {"points": table(2, 32, 4)},
            "points: found 4 options, allowed are 5 or more [wrong-shape]",
        ),
        (
            {"points": table(2, 32, 8, last=65_535)},
            "points: 1.3 has 3 options, found points beyond them [out-of-range]",
        ),
        (
            {"thresholds": bands},
            "thresholds: found 30, 50, 40, 90 in variant 1, allowed are rising points [not-rising]",
        ),
        (
            {"thresholds": bands[:1]},
            "thresholds: found the shape (1, 4), allowed is (2, 4) [wrong-shape]",
        ),
        (
            {"floors": table(1, 3, 32)},
            "floors: found the shape (1, 3, 32), allowed is (2, 3, 32) [wrong-shape]",
        ),
    ]
    assert [broken(fresh, **given) for given, _ in cases] == [told for _, told in cases]


def test_bands_of_a_set_that_do_not_fit_are_named(fresh: ocop.CriteriaSet) -> None:
    """Bands of one's own beyond what a table holds are the thresholds that the error names."""
    bands = tuple(attrs.evolve(b, at_least=20_000 * b.star) for b in fresh.bands)
    assert broken(attrs.evolve(fresh, bands=bands)) == (
        "thresholds: found 80000 at [0, 2], allowed are 0 to 65535 [out-of-range]"
    )


def test_sets_of_other_structure_are_no_variants(fresh: ocop.CriteriaSet) -> None:
    """Other criteria, options, rules or exclusions are named; so is an empty list."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    without = attrs.evolve(fresh, rules=model.Rules(), exclusions=())
    with pytest.raises(ocop.InputError) as error:
        ocop.Variants.of([fresh, tea, without])
    allowed = "allowed are other points, star marks and bands [other-structure]"
    assert [str(problem) for problem in error.value.problems] == [
        f"variant 1 has other criteria than the first; {allowed}",
        f"variant 2 has other rules than the first; {allowed}",
        f"variant 2 has other exclusions than the first; {allowed}",
    ]
    with pytest.raises(ocop.InputError) as error:
        ocop.Variants.of([])
    assert str(error.value) == "found no sets, allowed is one or more [no-variants]"


def test_variants_belong_to_the_set_of_the_sheets(fresh: ocop.CriteriaSet) -> None:
    """Variants of another set, and no variants at all, are refused."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    sheets = ocop.Sheets.of([ocop.Sheet(criteria_set=fresh, answers={})])
    with pytest.raises(ocop.InputError) as error:
        ocop.score_variants(sheets, ocop.Variants.of([tea]))
    assert str(error.value) == (
        "variants: found <Variants of qd-26-2026 set 11 tea: 1 x 32 criteria>, allowed are "
        "variants of the set of <Sheets qd-26-2026 set 1 fresh-produce: 1 sheet x 32 criteria> "
        "[mixed-sets]"
    )
    with pytest.raises(ocop.InputError) as error:
        ocop.score_variants(sheets, [])
    assert str(error.value) == "found no variants, allowed is one or more [no-variants]"
