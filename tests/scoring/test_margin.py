"""Margins of stars and stars under doubt, against enumeration with the plain scorer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random
from typing import Any

import attrs
import numpy as np
import pytest

import ocop
from ocop.law import model
from ocop.scoring.margin import Lowered, Margin, Margins, margin, robust

# Enumeration, with nothing but the law objects and the plain scorer.


def lower_answers(criterion: ocop.Criterion, answer: int | None) -> list[int]:
    """Return the answers below an answer: options of its case with fewer points, none met."""
    if not answer:
        return []
    option = criterion.options[answer - 1]
    below = [
        n
        for n, other in enumerate(criterion.options, start=1)
        if other.points < option.points and other.case == option.case
    ]
    return [0, *below]


def next_answers(criterion: ocop.Criterion, answer: int | None) -> list[int]:
    """Return the answer that one option of doubt leads to, if any; the printed one first."""
    below = lower_answers(criterion, answer)
    points = {n: criterion.options[n - 1].points if n else 0 for n in below}
    most = max(points.values(), default=0)
    return [n for n in below if points[n] == most][-1:]


def star_of(plain: Any, law: ocop.CriteriaSet, given: Any) -> int:
    """Return the star of the plain scorer, 0 for an excluded product."""
    return plain.score(law, *given).star or 0


def lowered_by(
    law: ocop.CriteriaSet, given: Any, most: int, below: Any = lower_answers
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the criteria and the answers of every way to lower up to `most` criteria."""
    can = {i.code: below(i.criterion, given.answers[i.code]) for i in law.items}
    codes = [code for code, answers in can.items() if answers]
    for count in range(1, min(most, len(codes)) + 1):
        for chosen in combinations(codes, count):
            for answers in product(*(can[code] for code in chosen)):
                yield chosen, given.answers | dict(zip(chosen, answers, strict=True))


def by_enumeration(
    plain: Any, law: ocop.CriteriaSet, given: Any, most: int
) -> tuple[tuple[int, int] | None, tuple[int, int] | None, dict[str, int]]:
    """Return least (points, criteria), least (criteria, points) and the pivotal criteria."""
    before = plain.score(law, *given)
    ways, pivotal = [], {}
    if before.star is not None and before.star > 1:
        for chosen, answers in lowered_by(law, given, most):
            after = plain.score(law, answers, given.findings)
            if (after.star or 0) < before.star:
                lost = before.total - after.total
                ways.append((lost, len(chosen)))
                if len(chosen) == 1:
                    pivotal[chosen[0]] = min(lost, pivotal.get(chosen[0], lost))
    return min(ways, default=None), min(((c, p) for p, c in ways), default=None), pivotal


def least_points(
    plain: Any, law: ocop.CriteriaSet, given: Any, alone: dict[str, int]
) -> int | None:
    """Return the fewest points that drop the star, from the sums that whole groups can lose.

    The groups are the criteria with those that need them; Python's long integers hold the sums,
    bit n for n points. `alone` are the losses of single criteria that drop the star.
    """
    before = plain.score(law, *given)
    if before.star is None or before.star < 2:
        return None
    reach = {
        i.code: {
            i.criterion.options[n - 1].points if n else 0
            for n in [given.answers[i.code], *lower_answers(i.criterion, given.answers[i.code])]
        }
        for i in law.items
    }
    sums = 1
    for first in (i.code for i in law.items if i.code not in [r.item for r in law.rules.needs]):
        needing = [r.item for r in law.rules.needs if r.other == first]
        scored = {
            points + sum(rest if points else (0,) * len(rest))
            for points in reach[first]
            for rest in product(*(reach[code] for code in needing))
        }
        sums = sum_of_shifts(sums, {max(scored) - points for points in scored})
    at_least = next(band.at_least for band in law.bands if band.star == before.star)
    need = before.total - at_least + 1
    by_total = next((n for n in range(need, before.total + 1) if sums >> n & 1), None)
    return min([n for n in (by_total, *alone.values()) if n is not None], default=None)


def sum_of_shifts(bits: int, shifts: set[int]) -> int:
    """Return the bits shifted by each number, all together."""
    result = 0
    for shift in shifts:
        result |= bits << shift
    return result


def cut(law: ocop.CriteriaSet, rng: Random, count: int) -> ocop.CriteriaSet:
    """Return the law with about `count` of its criteria, rules and bands to match."""
    codes = list(law.codes)
    kept = set(rng.sample(codes, min(count, len(codes))))
    if law.rules.needs and rng.random() < 0.7:
        other = rng.choice(law.rules.needs).other
        group = [other, *(r.item for r in law.rules.needs if r.other == other)]
        kept = {*group, *sorted(kept)[: max(0, count - len(group))]}
    parts = tuple(
        attrs.evolve(
            part,
            sections=tuple(
                attrs.evolve(section, items=tuple(i for i in section.items if i.code in kept))
                for section in part.sections
            ),
        )
        for part in law.parts
    )
    needs = tuple(r for r in law.rules.needs if {r.item, r.other} <= kept)
    draft = attrs.evolve(law, parts=parts, rules=attrs.evolve(law.rules, needs=needs))
    shares = {1: 0.0, 2: 0.3, 3: 0.45, 4: 0.6, 5: 0.8}
    return attrs.evolve(
        draft,
        bands=tuple(
            model.StarBand(star=s, at_least=max(s - 1, int(share * draft.reachable)))  # type: ignore[arg-type]  # a star of the loop
            for s, share in shares.items()
        ),
    )


def assert_as_enumerated(
    plain: Any, law: ocop.CriteriaSet, given: Any, single: Margin, most: int
) -> None:
    """Check one margin against every way to lower its answers."""
    points, criteria, pivotal = by_enumeration(plain, law, given, most)
    if most >= len(law.items):
        assert (points and points[0], criteria and criteria[0]) == (single.points, single.criteria)
        if points and criteria:
            assert (sum(x.lost for x in single.by_points), len(single.by_points)) == points
            assert (len(single.by_criteria), sum(x.lost for x in single.by_criteria)) == criteria
    elif criteria is not None:
        assert criteria[0] == single.criteria
        assert single.points is not None
        assert points is not None
        assert single.points <= points[0]
    else:
        assert single.criteria is None or single.criteria > most
    assert {x.code: x.lost for x in single.pivotal} == pivotal


def assert_witnesses(plain: Any, law: ocop.CriteriaSet, given: Any, single: Margin) -> None:
    """Check that each way drops the star by what it says, and that undoing it restores it."""
    before = plain.score(law, *given)
    assert single.star == before.star
    ways = [single.by_points, single.by_criteria, *((x,) for x in single.pivotal)]
    for way in filter(None, ways):
        answers = given.answers | {x.code: x.to for x in way}
        assert all(x.to in lower_answers(law.item(x.code).criterion, x.answer) for x in way)
        after = plain.score(law, answers, given.findings)
        assert (after.star or 0) < before.star
        assert before.total - after.total == sum(x.lost for x in way) > 0
        assert all(after.parts[part] <= before.parts[part] for part in before.parts)
        undone = answers | {x.code: x.answer for x in way}
        assert plain.score(law, undone, given.findings) == before


def test_small_sheets_of_every_set_as_enumerated(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any
) -> None:
    """With four criteria of each set, all ways can be tried: points, criteria and pivotal agree."""
    found: set[Any] = set()
    for law in every_set:
        small = cut(law, Random(law.digest), 4)
        sheets = generate.sheets(small, 3, seed=2)
        margins = margin(generate.batch(small, sheets))
        for given, single in zip(sheets, margins, strict=True):
            assert_as_enumerated(plain, small, given, single, most=len(small.items))
            assert_witnesses(plain, small, given, single)
            found.add((single.star, single.criteria))
    assert {(5, 1), (5, 2), (4, 1), (3, 1), (2, 1), (1, None)} <= found


@pytest.mark.parametrize("most_points", [4, 60, 255])
def test_small_wild_sets_as_enumerated(most_points: int, plain: Any, generate: Any) -> None:
    """Rules in many places, options out of order, cases and knock-outs: all ways are tried."""
    found: set[Any] = set()
    for seed in range(24):
        law = cut(generate.wild_set(seed, most_points), Random(seed), 5)
        sheets = generate.sheets(law, 5, seed=3)
        margins = margin(generate.batch(law, sheets))
        for given, single in zip(sheets, margins, strict=True):
            assert_as_enumerated(plain, law, given, single, most=len(law.items))
            assert_witnesses(plain, law, given, single)
            found.add(single.criteria)
        for k in range(1, 4):
            worst = [worst_star(plain, law, given, k) for given in sheets]
            assert robust(generate.batch(law, sheets), k).tolist() == worst
    assert {None, 1, 2} <= found


@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-148-2023", "qd-781-2020"])
def test_whole_sheets_of_every_set(decision: str, plain: Any, generate: Any) -> None:
    """On whole sheets the least points agree with sums of long integers; each way drops a star."""
    criteria: set[Any] = set()
    for law in ocop.decision(decision).sets.values():
        sheets = generate.sheets(law, 4, seed=4)
        margins = margin(generate.batch(law, sheets))
        for given, single in zip(sheets, margins, strict=True):
            alone = by_enumeration(plain, law, given, 1)[2]
            assert {x.code: x.lost for x in single.pivotal} == alone
            assert single.points == least_points(plain, law, given, alone)
            assert_witnesses(plain, law, given, single)
            criteria.add(single.criteria)
    assert {None, 1, 2} < criteria


@pytest.mark.parametrize("decision", ["qd-26-2026", "qd-781-2020"])
def test_no_two_criteria_do_what_the_margin_says_none_can(
    decision: str, plain: Any, generate: Any
) -> None:
    """On whole sheets, all ways to lower up to two criteria find nothing better."""
    for law in list(ocop.decision(decision).sets.values())[6::9]:
        sheets = [s for s in generate.sheets(law, 6, seed=5) if not s.findings][:2]
        margins = margin(generate.batch(law, sheets))
        for given, single in zip(sheets, margins, strict=True):
            assert_as_enumerated(plain, law, given, single, most=2)


# Doubt.


def worst_star(plain: Any, law: ocop.CriteriaSet, given: Any, k: int) -> int:
    """Return the worst star over all choices of up to k criteria, one option lower each."""
    ways = lowered_by(law, given, k, next_answers)
    return min(
        [
            star_of(plain, law, given),
            *(plain.score(law, answers, given.findings).star or 0 for _, answers in ways),
        ]
    )


def test_the_worst_star_under_doubt_as_enumerated(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any
) -> None:
    """In every set, no, one or two criteria in doubt give the worst star of all choices."""
    for law in every_set:
        sheets = generate.sheets(law, 2, seed=6)
        batch = generate.batch(law, sheets)
        for k in (0, 1, 2) if law.number % 9 == 7 else (0, 1):
            worst = robust(batch, k)
            assert worst.dtype == np.int8
            assert worst.tolist() == [worst_star(plain, law, given, k) for given in sheets]


@pytest.mark.parametrize("k", [-1, 1.0, True, "two", None])
def test_doubt_is_a_whole_number(k: Any, fresh: ocop.CriteriaSet) -> None:
    """Anything but a whole number from 0 is refused, with what was found."""
    with pytest.raises(ocop.InputError) as error:
        robust(ocop.Sheet(criteria_set=fresh, answers={}), k)
    text = {
        -1: "k: found -1, allowed are whole numbers from 0; say how many criteria are in doubt "
        "[out-of-range]",
        "two": "k: found 'two', allowed are whole numbers from 0 [not-a-whole-number]",
    }
    other = f"k: found {k}, allowed are whole numbers from 0 [not-a-whole-number]"
    assert str(error.value) == text.get(k if k is not True else None, other)


# Cases to check by hand.


def best_of(law: ocop.CriteriaSet, **changed: int) -> dict[str, int | None]:
    """Return the best answers of the first case of each kind, some of them changed."""
    first = {kind.id: kind.cases[0].id for kind in law.case_kinds}
    answers: dict[str, int | None] = {}
    for item in law.items:
        kind, options = item.criterion.case_kind, item.criterion.options
        allowed = [n for n, o in enumerate(options, 1) if kind is None or o.case == first[kind]]
        answers[item.code] = max(allowed, key=lambda n: options[n - 1].points)
    return answers | {code.replace("_", "."): n for code, n in changed.items()}


def single(law: ocop.CriteriaSet, answers: dict[str, int | None]) -> Margin:
    """Return the margin of one sheet."""
    return margin(ocop.Sheet(criteria_set=law, answers=answers))[0]


def test_at_exactly_90_points_one_point_is_the_margin(generate: Any) -> None:
    """90 points and no floors in the way: any one point lost is a star lost."""
    items = [generate.item(f"1.{n}", *range(11)) for n in range(1, 11)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    answers = dict.fromkeys(law.codes, 10)
    found = single(law, answers)
    assert (found.star, found.points, found.criteria) == (5, 1, 1)
    assert found.by_points == (Lowered(code="1.1", answer=10, to=9, lost=1),)
    assert found.by_criteria == found.by_points
    assert [x.code for x in found.pivotal] == list(law.codes)
    # At 100 points 11 are to lose: no criterion has as many, two have.
    found = single(law, dict.fromkeys(law.codes, 11))
    assert (found.points, found.criteria, found.pivotal) == (11, 2, ())
    assert [(x.code, x.to, x.lost) for x in found.by_points] == [("1.1", 1, 10), ("1.2", 10, 1)]


def test_one_point_that_others_hang_on(generate: Any) -> None:
    """A criterion of 1 point that comes to nothing takes those that need it along."""
    items = [generate.item("1.1", 0, 1), generate.item("1.2", 0, 10)]
    items += [generate.item(f"1.{n}", 0, 59, 60) for n in (3, 4)]
    rules = model.Rules(needs=(model.Needs(item="1.2", other="1.1"),))
    bands = {1: 0, 2: 30, 3: 50, 4: 70}
    answers = {"1.1": 2, "1.2": 2, "1.3": 3, "1.4": 3}

    def lowest(five: int) -> Margin:
        sections = {"A": [generate.section("1", *items)]}
        law = generate.criteria_set(sections, rules=rules, at_least=bands | {5: five})
        return single(law, answers)

    # 131 points, 11 to lose: that is what both have together. 10 + 1 would be two criteria.
    both = Lowered(code="1.1", answer=2, to=1, lost=11)
    found = lowest(121)
    assert (found.star, found.points, found.criteria, found.by_points) == (5, 11, 1, (both,))
    # 12 to lose: one more elsewhere. By one criterion alone it takes 60.
    found = lowest(120)
    assert (found.points, found.criteria) == (12, 1)
    assert found.by_points == (both, Lowered(code="1.3", answer=3, to=2, lost=1))
    assert [x.lost for x in found.by_criteria] == [60]


def test_steps_that_do_not_fit_cost_more_than_the_distance(generate: Any) -> None:
    """With options of 10 points only, 91 points lose ten at once; one of 3 does not help."""
    items = [generate.item(f"1.{n}", 0, 10) for n in range(1, 10)]
    items += [generate.item("1.10", 0, 3), generate.item("1.11", 0, 5)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    found = single(law, dict.fromkeys(law.codes, 2))
    # 98 points: 9 to lose. Not 3 + 5 = 8, but 10.
    assert (found.points, found.criteria) == (10, 1)
    found = single(law, dict.fromkeys(law.codes, 2) | {"1.11": 1})
    # 93 points: 4 to lose. Not 3, but 10.
    assert (found.points, found.criteria) == (10, 1)


def test_a_product_on_a_floor_exactly(fresh: ocop.CriteriaSet) -> None:
    """26/2026 set 1: item 5.1 needs its 5 points for 4 stars; with 3 points, 98 give 3 stars."""
    answers = best_of(fresh)
    found = single(fresh, answers)
    assert (found.star, found.points) == (5, 1)
    assert Lowered(code="5.1", answer=5, to=4, lost=2) in found.pivotal
    sheet = ocop.Sheet(criteria_set=fresh, answers=answers | {"5.1": 4})
    assert (ocop.score(sheet).total.item(), ocop.score(sheet).star.item()) == (98, 3)
    # In doubt by one option each, all criteria tried one by one: 5.1 is the worst that can be.
    stars = {code: ocop.score(lower(fresh, answers, code)).star.item() for code in fresh.codes}
    assert min(stars.values()) == stars["5.1"] == 3
    assert robust(ocop.Sheet(criteria_set=fresh, answers=answers), 1).tolist() == [3]


def lower(law: ocop.CriteriaSet, answers: dict[str, Any], code: str) -> ocop.Sheet:
    """Return the sheet with one criterion an option lower."""
    (below,) = next_answers(law.item(code).criterion, answers[code])
    return ocop.Sheet(criteria_set=law, answers=answers | {code: below})


def test_a_criterion_at_0_takes_along_those_that_need_it(generate: Any) -> None:
    """781 set 1: 5.1 at none met loses its own 5 points, 3 of 5.2 and 2 of 5.3: ten at once."""
    law = ocop.criteria_set("qd-781-2020", 1)
    answers = best_of(law)
    points = {i.code: i.criterion.best for i in law.items}
    lost = points["5.1"] + points["5.2"] + points["5.3"]
    assert (law.reachable, lost) == (100, 10)
    found = single(law, answers)
    assert (found.star, found.points, found.criteria, found.pivotal) == (5, 11, 2, ())
    # Without the point of 1.6 it is 99: ten to lose, which 5.1 alone does, and nothing else.
    found = single(law, answers | {"1.6": 1})
    assert (found.points, found.criteria) == (10, 1)
    assert found.pivotal == (Lowered(code="5.1", answer=6, to=1, lost=10),)


def test_the_knock_out_of_bottled_water() -> None:
    """26/2026 set 16, section 6: none met in a criterion excludes, so each is pivotal."""
    law = ocop.criteria_set("qd-26-2026", 16)
    answers = best_of(law)
    assert {"6.1", "6.2", "6.3", "6.4"} <= {x.code for x in single(law, answers).pivotal}
    # A product of two stars has no floors, but still the knock-out.
    poor = {c: n if c.startswith(("1.", "2.", "3.", "6.")) else 0 for c, n in answers.items()}
    found = single(law, poor)
    assert found.star == 2
    assert [x.code for x in found.pivotal] == ["6.1", "6.2", "6.3", "6.4"]
    # With one option of doubt, a criterion of section 6 at its lowest points may come to 0.
    lowest = {
        item.code: min(
            (n for n, o in enumerate(item.criterion.options, 1) if o.points),
            key=lambda n: item.criterion.options[n - 1].points,
        )
        for item in law.section_items("6")
    }
    batch = ocop.Sheets.of(
        [
            ocop.Sheet(criteria_set=law, answers=lowest, product="one star"),
            ocop.Sheet(criteria_set=law, answers=dict.fromkeys(lowest), product="unanswered"),
        ]
    )
    assert ocop.score(batch).star.tolist() == [1, 1]
    assert robust(batch, 0).tolist() == [1, 1]
    assert robust(batch, 1).tolist() == [0, 1]
    assert margin(batch).points.tolist() == [-1, -1]


def test_a_decision_without_marks_knows_points_only() -> None:
    """781, the real total of 93: four points, and any criterion with as many, drop five stars."""
    law = ocop.criteria_set("qd-781-2020", 1)
    answers = best_of(law)
    found = single(law, answers)
    assert (found.star, found.points, found.pivotal) == (5, 11, ())
    rest = 7
    for item in law.items:
        if item.code not in ("5.1", "5.2", "5.3") and item.criterion.best <= rest:
            answers[item.code] = 0
            rest -= item.criterion.best
    sheet = ocop.Sheet(criteria_set=law, answers=answers)
    assert ocop.score(sheet).total.tolist() == [93]
    found = margin(sheet)[0]
    assert (found.points, found.criteria) == (4, 1)
    points = {i.code: i.criterion.best for i in law.items}
    able = [c for c in law.codes if answers[c] and (points[c] >= 4 or c == "5.1")]
    assert [x.code for x in found.pivotal] == able
    assert {x.lost for x in found.pivotal} >= {4}


def test_cases_stay_as_they_are(tourism: ocop.CriteriaSet) -> None:
    """26/2026 set 26 at 90 points: an operator falls to the operator's option, then to none met."""
    operator = best_of(tourism) | {"8": 4, "9": 4, "15": 4}
    found = single(tourism, operator | {"2.1": 0, "4.1": 0})
    assert (found.star, found.points) == (5, 1)
    # Item 8: options 1 and 2 are the community's (1 and 3 points), 3 and 4 the operator's.
    assert Lowered(code="8", answer=4, to=3, lost=2) in found.pivotal
    found = single(tourism, operator | {"1.3": 1, "4.1": 0, "8": 3})
    assert (found.star, found.points) == (5, 1)
    assert Lowered(code="8", answer=3, to=0, lost=1) in found.pivotal


def test_products_without_a_margin(fresh: ocop.CriteriaSet) -> None:
    """One star, and an excluded product, have none: -1 in arrays, None in records."""
    finding = fresh.exclusions[0].finding.id
    sheets = [
        ocop.Sheet(criteria_set=fresh, answers={}, product="blank"),
        ocop.Sheet(criteria_set=fresh, answers=best_of(fresh), findings=[finding], product="out"),
        ocop.Sheet(criteria_set=fresh, answers=best_of(fresh), product="best"),
    ]
    margins = margin(ocop.Sheets.of(sheets))
    assert (
        repr(margins)
        == "<Margins qd-26-2026 set 1 fresh-produce: 3 products, 1 with a star to lose>"
    )
    assert margins.points.tolist()[:2] == margins.criteria.tolist()[:2] == [-1, -1]
    assert margins.points[2] == 1
    assert (margins.pivotal[:2] == -1).all()
    assert [(m.product, m.star, m.points, m.criteria, m.by_points, m.pivotal) for m in margins][
        :2
    ] == [("blank", 1, None, None, (), ()), ("out", None, None, None, (), ())]
    assert margins[-1].product == "best"
    with pytest.raises(IndexError):
        margins[3]
    assert robust(ocop.Sheets.of(sheets), 30).tolist()[:2] == [1, 0]


def test_a_star_that_nothing_can_drop(generate: Any) -> None:
    """Where two stars ask for no points, a product of two stars cannot fall."""
    items = [generate.item("1.1", 0, 40), generate.item("1.2", 0, 60)]
    law = generate.criteria_set(
        {"A": [generate.section("1", *items)]}, at_least={1: 0, 2: 0, 3: 50, 4: 70, 5: 90}
    )
    found = single(law, {"1.1": 2, "1.2": 1})
    assert (found.star, found.points, found.criteria, found.by_points) == (2, None, None, ())


def test_a_batch_is_its_sheets(generate: Any) -> None:
    """Rows depend on their own sheet alone, in whatever order and company; arrays are sealed."""
    law = ocop.criteria_set("qd-148-2023", "tea")
    sheets = generate.sheets(law, 300, seed=7)
    whole: Margins = margin(generate.batch(law, sheets))
    order = Random(1).sample(range(300), 300)
    turned = margin(generate.batch(law, [sheets[n] for n in order]))
    names = ("points", "criteria", "by_points", "by_criteria", "pivotal", "pivotal_to")
    for name in names:
        values = getattr(whole, name)
        assert (values[order] == getattr(turned, name)).all()
        assert not values.flags.writeable
        alone = [getattr(margin(generate.batch(law, [s])), name)[0] for s in sheets[:20]]
        assert (values[:20] == np.array(alone)).all()
    kinds = [getattr(whole, name).dtype for name in names]
    assert kinds == [np.int16, np.int16, np.uint8, np.uint8, np.int16, np.uint8]
    assert not (whole.points == 0).any()
    assert ((whole.points > 0) == (whole.scores.star > 1)).all()
    assert ((whole.pivotal >= 0).any(axis=1) == (whole.criteria == 1)).all()


def test_an_empty_batch(fresh: ocop.CriteriaSet) -> None:
    """No sheets, no margins, no stars."""
    empty = ocop.Sheets(
        criteria_set=fresh, products=[], answers=np.zeros((0, len(fresh.items)), dtype=np.uint8)
    )
    assert len(margin(empty)) == len(robust(empty, 2)) == 0


def test_more_doubt_is_never_better(generate: Any, fresh: ocop.CriteriaSet) -> None:
    """The worst star falls as k rises, from the star itself; past all criteria nothing changes."""
    batch = generate.batch(fresh, generate.sheets(fresh, 200, seed=8))
    worst = np.array([robust(batch, k) for k in range(len(fresh.items) + 2)])
    assert (worst[0] == ocop.score(batch).star).all()
    assert (np.diff(worst, axis=0) <= 0).all()
    assert (worst[-1] == worst[-2]).all()


def test_more_criteria_than_a_byte_counts(generate: Any) -> None:
    """With 130 criteria of one point, 66 are to lose where five stars ask for 65."""
    items = [generate.item(f"1.{n}", 1) for n in range(1, 131)]
    law = generate.criteria_set(
        {"A": [generate.section("1", *items)]}, at_least={1: 0, 2: 10, 3: 30, 4: 50, 5: 65}
    )
    found = single(law, dict.fromkeys(law.codes, 1))
    assert (found.points, found.criteria) == (66, 66)
    assert [x.code for x in found.by_points] == list(law.codes[:66])
    sheet = ocop.Sheet(criteria_set=law, answers=dict.fromkeys(law.codes, 1))
    assert [robust(sheet, k).item() for k in (65, 66, 80, 81, 130)] == [5, 4, 4, 3, 1]


def test_columns(generate: Any, fresh: ocop.CriteriaSet) -> None:
    """A row a product with what travels with the sheets; nothing where there is no margin."""
    batch = attrs.evolve(
        generate.batch(fresh, generate.sheets(fresh, 60, seed=5)),
        columns={"commune": [f"c{n}" for n in range(60)]},
        assessors=["x"] * 60,
    )
    found = margin(batch)
    columns = found.columns()
    names = ["product", "set", "assessor", "commune", "star", "points", "criteria", "pivotal"]
    assert list(columns) == names
    assert columns["product"] == list(found.products) == list(batch.products)
    assert columns["commune"] == [f"c{n}" for n in range(60)]
    for n, one in enumerate(found[n] for n in range(60)):
        told = [columns[name][n] for name in ("star", "points", "criteria")]
        assert told == [one.star, one.points, one.criteria]
        assert columns["pivotal"][n] == ";".join(x.code for x in one.pivotal)
    assert None in columns["points"]
    assert any(";" in text for text in columns["pivotal"])
