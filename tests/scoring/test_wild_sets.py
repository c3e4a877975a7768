"""Criteria sets wilder than the law: wide totals, falling options, marked criteria, many rules."""

from __future__ import annotations

from typing import Any

import pytest

import ocop
from ocop.law import model
from ocop.scoring.table import table_of


def assert_scored_as_plain(
    law: ocop.CriteriaSet, sheets: list[Any], plain: Any, generate: Any
) -> ocop.Scores:
    """Score the sheets both ways, compare them and return the scores."""
    scores = ocop.score(generate.batch(law, sheets))
    assert [plain.of(s) for s in scores.scores()] == [plain.score(law, *s) for s in sheets]
    return scores


@pytest.mark.parametrize("most_points", [4, 12, 90, 255])
def test_random_sets_score_as_the_plain_scorer(most_points: int, plain: Any, generate: Any) -> None:
    """Random sets with every rule, in bytes and in wide numbers, score as the plain scorer says."""
    laws = [generate.wild_set(seed, most_points) for seed in range(25)]
    stars: set[int] = set()
    reasons: set[str] = set()
    for law in laws:
        scores = assert_scored_as_plain(law, generate.sheets(law, 60, seed=1), plain, generate)
        stars |= set(scores.star.tolist())
        reasons |= {r.split(":")[0] for s in scores.scores() for r in s.excluded}
    assert stars == {0, 1, 2, 3, 4, 5}
    assert reasons == {"f0", "f1", "f2", "f3", "zero"}
    assert {law.criterion_mark for law in laws} == {"any", "full"}
    limits = [table_of(law).limit for law in laws]
    if most_points == 4:
        assert min(limits) < 256
    if most_points == 255:
        assert min(limits) > 255


@pytest.mark.parametrize("best", [254, 255, 256, 257, 511, 512, 1000])
def test_totals_around_the_end_of_a_byte_are_exact(best: int, plain: Any, generate: Any) -> None:
    """Totals at, under and over 255 points come out whole."""
    halves = (best // 2, best - best // 2)
    parts = {
        part: [generate.section(n, generate.item(f"{n}.1", 1, points), generate.item(f"{n}.2", 0))]
        for part, n, points in zip("AB", "12", halves, strict=True)
    }
    law = generate.criteria_set(parts, at_least={1: 0, 2: 100, 3: 200, 4: 255, 5: 256})
    assert law.reachable == best
    sheets = [
        generate.Given({"1.1": a, "1.2": 1, "2.1": b, "2.2": None}, frozenset())
        for a in (None, 0, 1, 2)
        for b in (None, 0, 1, 2)
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    assert int(scores.total.max()) == best


def test_options_need_not_rise(generate: Any) -> None:
    """Falling and jumping points are read option by option, whatever came before."""
    points = [40, 0, 7, 100, 7, 2]
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1", *points))]})
    rows = [[n] for n in range(7)]
    sheets = ocop.Sheets(criteria_set=law, products=list("abcdefg"), answers=rows)
    assert ocop.score(sheets).total.tolist() == [0, *points]


@pytest.mark.parametrize(
    ("reading", "stars"), [("any", [3, 3, 5, 5, 5]), ("full", [3, 3, 3, 3, 5])]
)
def test_a_mark_on_the_criterion_follows_the_reading_of_the_set(
    reading: Any, stars: list[int], plain: Any, generate: Any
) -> None:
    """Marked for 4 stars, a criterion needs any points, or all of them, as the set says."""
    parts = {
        "A": [
            generate.section(
                "1", generate.item("1.1", 95), generate.item("1.2", 0, 1, 2, 3, mark=4)
            )
        ]
    }
    law = generate.criteria_set(parts, criterion_mark=reading)
    sheets = [generate.Given({"1.1": 1, "1.2": a}, frozenset()) for a in (None, 1, 2, 3, 4)]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    assert scores.star.tolist() == stars
    needed = {floor.needed for score in scores.scores() for floor in score.missing_floors}
    assert needed == ({1} if reading == "any" else {3})


def test_floors_of_lower_stars_hold_for_higher_ones(plain: Any, generate: Any) -> None:
    """A criterion marked for 3 stars alone guards 4 and 5 stars too; it is listed once, with 3."""
    mark = generate.option
    parts = {
        "A": [
            generate.section(
                "1",
                generate.item("1.1", 95),
                generate.item("1.2", 0, mark(2, 3), 3),
                generate.item("1.3", mark(1, 3), mark(2, 5)),
            )
        ]
    }
    law = generate.criteria_set(parts)
    sheets = [
        generate.Given({"1.1": 1, "1.2": a, "1.3": b}, frozenset())
        for a, b in ((3, 2), (2, 2), (1, 2), (3, 1), (3, 0), (1, 1))
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    assert scores.star.tolist() == [5, 5, 2, 4, 2, 2]
    listed = [" ".join(map(str, score.missing_floors)) for score in scores.scores()]
    assert listed == ["", "", "1.2:3", "1.3:5", "1.3:3", "1.2:3 1.3:5"]


def test_floors_of_two_stars_may_stand_at_one_option(plain: Any, generate: Any) -> None:
    """Any points for 3 stars and 2 points for 4, where no option gives 1: both floors hold."""
    options = [0, generate.option(2, 4), 3]
    items = [generate.item("1.1", 95), generate.item("1.2", *options, mark=3)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    assert table_of(law).floors[:, 1].tolist() == [1, 2, 2]
    sheets = [generate.Given({"1.1": 1, "1.2": a}, frozenset()) for a in (None, 0, 1, 2, 3)]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    assert scores.star.tolist() == [2, 2, 2, 5, 5]


def test_more_floors_than_a_word_has_bits_are_told_apart(plain: Any, generate: Any) -> None:
    """With 130 floors in a set, each that is missed is named, and only those."""
    items = [
        generate.item(f"1.{n}", 0, generate.option(1, 3), generate.option(2, 4)) for n in range(65)
    ]
    law = generate.criteria_set(
        {"A": [generate.section("1", *items)]}, at_least=dict.fromkeys((1, 2, 3, 4, 5), 0)
    )
    full = dict.fromkeys(law.codes, 3)
    sheets = [
        generate.Given(full | {code: answer}, frozenset())
        for code in law.codes
        for answer in (1, 2)
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    listed = [" ".join(map(str, score.missing_floors)) for score in scores.scores()]
    assert listed == [f"{code}:{star}" for code in law.codes for star in (3, 4)]


def test_knock_outs_watch_every_section_named(plain: Any, generate: Any) -> None:
    """Zeros are listed from all watched sections in printed order, and from no other."""
    parts = {
        "A": [generate.section("1", generate.item("1.1", 0, 50))],
        "B": [generate.section("2", generate.item("2.1", 0, 20), generate.item("2.2", 0, 20))],
        "C": [generate.section("3", generate.item("3.1", 0, 10))],
    }
    rules = model.Rules(knock_outs=(model.KnockOut(section="3"), model.KnockOut(section="2")))
    law = generate.criteria_set(parts, rules=rules)
    sheets = [
        generate.Given(dict(zip(law.codes, answers, strict=True)), frozenset())
        for answers in ((1, 2, 2, 2), (2, 2, 1, 0), (2, None, None, 2), (2, 0, 2, 2))
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    reasons = [score.excluded for score in scores.scores()]
    assert reasons == [(), ("zero:2.2", "zero:3.1"), (), ("zero:2.1",)]


def test_a_knock_out_by_a_rule_names_its_criterion(plain: Any, generate: Any) -> None:
    """Where a watched criterion counts 0 only since another scores 0, the reason is still told."""
    parts = {
        "A": [
            generate.section("1", generate.item("1.1", 0, 60)),
            generate.section("2", generate.item("2.1", 0, 40)),
        ]
    }
    rules = model.Rules(
        needs=(model.Needs(item="2.1", other="1.1"),), knock_outs=(model.KnockOut(section="2"),)
    )
    law = generate.criteria_set(parts, rules=rules)
    sheets = [
        generate.Given({"1.1": a, "2.1": b}, frozenset())
        for a, b in ((2, 2), (1, 2), (None, 2), (1, None))
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    reasons = [score.excluded for score in scores.scores()]
    assert reasons == [(), ("zero:2.1",), ("zero:2.1",), ()]


def test_a_criterion_may_stand_before_the_one_it_needs(plain: Any, generate: Any) -> None:
    """The rule is applied whichever of the two is printed first."""
    parts = {
        "A": [generate.section("1", generate.item("1.1", 10, 20), generate.item("1.2", 0, 5))],
        "B": [generate.section("2", generate.item("2.1", 3, 4))],
    }
    rules = model.Rules(
        needs=(model.Needs(item="1.1", other="1.2"), model.Needs(item="2.1", other="1.2"))
    )
    law = generate.criteria_set(parts, rules=rules)
    sheets = [
        generate.Given({"1.1": 2, "1.2": other, "2.1": 1}, frozenset()) for other in (None, 0, 1, 2)
    ]
    scores = assert_scored_as_plain(law, sheets, plain, generate)
    assert scores.total.tolist() == [0, 0, 0, 28]
    assert scores.parts.tolist()[-1] == [25, 3]


def test_two_kinds_of_cases_are_independent(generate: Any) -> None:
    """Each kind asks for one case; choosing in one says nothing of the other."""
    option = generate.option
    kinds = tuple(
        model.CaseKind(
            id=kind,
            label=generate.label(kind),
            cases=tuple(model.Case(id=case, label=generate.label(case)) for case in cases),
        )
        for kind, cases in (("form", "ab"), ("place", "xyz"))
    )
    form = [option(1, case="a"), option(2, case="b")]
    place = [option(1, case="x"), option(2, case="y"), option(4, case="z")]
    items = [
        generate.item("1.1", *form, case_kind="form"),
        generate.item("1.2", *form, case_kind="form"),
        generate.item("1.3", *place, case_kind="place"),
        generate.item("1.4", *place, case_kind="place"),
    ]
    law = generate.criteria_set({"A": [generate.section("1", *items)]}, case_kinds=kinds)
    fine = [[1, 1, 3, 3], [2, 2, 1, 1], [2, 0, 255, 3], [255, 2, 0, 0]]
    scores = ocop.score(ocop.Sheets(criteria_set=law, products=list("abcd"), answers=fine))
    assert scores.total.tolist() == [10, 6, 6, 2]
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=law, products=["p", "q"], answers=[[1, 2, 3, 1], [1, 1, 2, 2]])
    assert [str(problem) for problem in error.value.problems] == [
        "1: p: the sheet mixes cases of form: 1.1 is a, 1.2 is b; allowed is one case "
        "[mixed-cases]",
        "1: p: the sheet mixes cases of place: 1.3 is z, 1.4 is x; allowed is one case "
        "[mixed-cases]",
    ]
