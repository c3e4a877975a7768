"""Star probabilities: all moved answers spelled out, simulations, known answers, broken input."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from random import Random
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ocop
from ocop.law import model
from ocop.scoring import _noise_tables, _noise_tails
from ocop.scoring.noise import StarProbabilities, star_probabilities

Moves = dict["int | None", float]
"""Where an answer may move, with what chance."""


def moves(criterion: ocop.Criterion, answer: int | None, up: float, down: float) -> Moves:
    """Return where an answer may move by one option of its case, as the law's words say it."""
    if not answer:
        return {answer: 1.0}
    points = {n: option.points for n, option in enumerate(criterion.options, start=1)}
    case = criterion.options[answer - 1].case
    same = [n for n in points if criterion.options[n - 1].case == case]
    found: Moves = {answer: 1.0}
    for chance, side in (
        (up, [n for n in same if points[n] > points[answer]]),
        (down, [n for n in same if points[n] < points[answer]]),
    ):
        if side:
            nearest = min(side, key=lambda n: abs(points[n] - points[answer]))
            found[nearest] = chance
            found[answer] -= chance
    return found


def by_enumeration(
    plain: Any, law: ocop.CriteriaSet, sheet: Any, ways: Mapping[str, Moves]
) -> list[float]:
    """Return the chance of every star by scoring every combination of moved answers."""
    found = [0.0] * 6
    possible = ([way for way in ways[code].items() if way[1]] for code in law.codes)
    for combination in itertools.product(*possible):
        answers = dict(zip(law.codes, (answer for answer, _ in combination), strict=True))
        chance = math.prod(own for _, own in combination)
        found[plain.score(law, answers, sheet.findings).star or 0] += chance
    return found


def of_batch(law: ocop.CriteriaSet, sheets: list[Any], generate: Any, **noise: Any) -> Any:
    """Return the probabilities of generated sheets, (sheets, 6)."""
    return star_probabilities(generate.batch(law, sheets), **noise).probabilities


# All moved answers spelled out.


@st.composite
def small_sets(draw: st.DrawFn, generate: Any) -> ocop.CriteriaSet:
    """Draw a set of few criteria with everything that a set can have."""
    kind = model.CaseKind(
        id="kind",
        label=generate.label("kind"),
        cases=tuple(model.Case(id=case, label=generate.label(case)) for case in "xy"),
    )
    most = draw(st.sampled_from([1, 5, 60, 700]))
    marks = st.sampled_from([None, None, None, 3, 4, 5])
    option = st.builds(generate.option, st.integers(0, most), marks)
    items = []
    for n in range(1, draw(st.integers(2, 5)) + 1):
        if draw(st.integers(0, 3)):
            options = draw(st.lists(option, min_size=1, max_size=4))
            items.append(generate.item(f"{n}.1", *options, mark=draw(marks)))
        else:
            cased = [
                generate.option(draw(st.integers(0, most)), case=case)
                for case in draw(st.sampled_from(["xy", "xxy", "xyxy"]))
            ]
            items.append(generate.item(f"{n}.1", *cased, case_kind="kind"))
    codes = draw(st.permutations([item.code for item in items]))
    first = draw(st.integers(1, len(codes)))
    needs = draw(st.lists(st.sampled_from(codes[first:] or [None]), unique=True, max_size=4))
    watched = draw(st.sets(st.integers(1, len(items)), max_size=2))
    best = sum(item.criterion.best for item in items)
    bands = sorted(draw(st.lists(st.integers(1, best + 2), min_size=4, max_size=4)))
    return generate.criteria_set(
        {"A": [generate.section(str(n), item) for n, item in enumerate(items, start=1)]},
        case_kinds=(kind,),
        at_least=dict(zip((1, 2, 3, 4, 5), [0, *bands], strict=True)),
        rules=model.Rules(
            needs=tuple(model.Needs(item=i, other=draw(st.sampled_from(codes[:first])))
                        for i in needs if i),
            knock_outs=tuple(model.KnockOut(section=str(n)) for n in sorted(watched)),
        ),
        criterion_mark=draw(st.sampled_from(["any", "full"])),
        exclusions=(
            model.Exclusion(
                finding=model.Finding(id="f", label=generate.label("f")), where="dossier"
            ),
        ),
    )  # fmt: skip


CHANCES = st.sampled_from([0, 0.05, 0.25, 0.5])


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_small_sets_are_those_of_every_moved_answer(
    data: st.DataObject, plain: Any, generate: Any
) -> None:
    """Rules, floors, knock-outs, cases, ties and wide totals: equal to all answers spelled out."""
    law = data.draw(small_sets(generate))
    sheet = data.draw(generate.drawn_sheets(law))
    by_code = data.draw(st.booleans())
    up, down = (
        ({code: data.draw(CHANCES) for code in law.codes[n:]} if by_code else data.draw(CHANCES))
        for n in (0, 1)
    )
    ways = {
        item.code: moves(
            item.criterion,
            sheet.answers[item.code],
            up.get(item.code, 0) if isinstance(up, dict) else up,
            down.get(item.code, 0) if isinstance(down, dict) else down,
        )
        for item in law.items
    }
    (found,) = of_batch(law, [sheet], generate, up=up, down=down)
    np.testing.assert_allclose(found, by_enumeration(plain, law, sheet, ways), rtol=0, atol=1e-12)
    assert abs(found.sum() - 1) < 1e-12
    assert found.min() >= 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_matrix_of_moves(data: st.DataObject, plain: Any, generate: Any) -> None:
    """With moves to any answer, none met and back included: equal to all answers spelled out."""
    law = data.draw(small_sets(generate))
    sheet = data.draw(generate.drawn_sheets(law))
    noise = {
        item.code: data.draw(matrices(item.criterion)) for item in law.items[: len(law.items) - 1]
    }
    ways = {}
    for item in law.items:
        answer = sheet.answers[item.code]
        if item.code not in noise or answer is None:
            ways[item.code] = moves(item.criterion, answer, 0.25, 0.05)
        else:
            ways[item.code] = dict(enumerate(noise[item.code][answer]))
    (found,) = of_batch(law, [sheet], generate, up=0.25, noise=noise)
    np.testing.assert_allclose(found, by_enumeration(plain, law, sheet, ways), rtol=0, atol=1e-12)


@st.composite
def matrices(draw: st.DrawFn, criterion: ocop.Criterion) -> list[list[float]]:
    """Draw chances over none met and the options that keep to one case."""
    cases = [None, *(option.case for option in criterion.options)]
    rows = []
    for case in cases:
        allowed = [to == 0 or other == case for to, other in enumerate(cases)]
        weights = [draw(st.integers(0, 3)) if may else 0 for may in allowed]
        weights[0] += not any(weights)
        rows.append([weight / sum(weights) for weight in weights])
    return rows


@pytest.mark.parametrize("most_points", [4, 12, 90, 255])
def test_wild_sets_are_those_of_every_moved_answer(
    most_points: int, plain: Any, generate: Any
) -> None:
    """Sets of up to 40 criteria, some of which move, are those of all answers spelled out."""
    seen = np.zeros(6)
    for seed in range(12):
        law = generate.wild_set(seed, most_points)
        rng = Random(f"noise {seed}")
        moving = set(rng.sample(law.codes, min(3, len(law.codes))))
        moving |= {rule.other for rule in law.rules.needs[:1]}
        chances = dict.fromkeys(moving, 0.3)
        sheets = generate.sheets(law, 6, seed)
        found = of_batch(law, sheets, generate, up=chances, down=chances)
        for sheet, row in zip(sheets, found, strict=True):
            ways = {
                item.code: moves(item.criterion, sheet.answers[item.code], *2 * [
                    chances.get(item.code, 0)])
                for item in law.items
            }  # fmt: skip
            exact = by_enumeration(plain, law, sheet, ways)
            np.testing.assert_allclose(row, exact, rtol=0, atol=1e-12)
            seen += row > 0
    assert seen.min() > 0


# Simulations.


def test_shipped_sets_agree_with_simulations(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """In sets of all decisions, simulated star counts lie within what sampling allows."""
    replicates = 200
    laws = every_set[::3]
    assert {law.decision for law in laws} == {law.decision for law in every_set}
    far = []
    for law in laws:
        sheets = generate.sheets(law, 60, seed=4)
        batch = generate.batch(law, sheets)
        chances = np.asarray(star_probabilities(batch, up=0.1, down=0.15))
        counts = simulated(law, sheets, batch, replicates)
        assert not counts[chances == 0].any()
        assert (counts[chances == 1] == replicates).all()
        spread = np.sqrt((chances * (1 - chances)).sum(axis=0) * replicates)
        far += ((counts - chances * replicates).sum(axis=0) / np.maximum(spread, 1)).tolist()
    # Some 200 comparisons: nearly all within two standard deviations, none beyond four.
    assert max(map(abs, far)) < 4
    assert np.quantile(np.abs(far), 0.9) < 2


def simulated(law: ocop.CriteriaSet, sheets: list[Any], batch: Any, replicates: int) -> Any:
    """Return how often each star comes out, (sheets, 6), from a fixed seed."""
    rng = np.random.default_rng(17)
    answers = np.repeat(batch.answers, replicates, axis=0)
    for i, item in enumerate(law.items):
        for answer in range(1, len(item.criterion.options) + 1):
            ways = moves(item.criterion, answer, 0.1, 0.15)
            rows = np.flatnonzero(np.repeat(batch.answers[:, i] == answer, replicates))
            answers[rows, i] = rng.choice(list(ways), size=len(rows), p=list(ways.values()))
    scores = ocop.score(
        ocop.Sheets(
            criteria_set=law,
            products=[str(n) for n in range(len(answers))],
            answers=answers,
            findings=np.repeat(batch.findings, replicates),
        )
    )
    stars = scores.star.reshape(len(sheets), replicates)
    return np.stack([(stars == star).sum(axis=1) for star in range(6)], axis=1)


# Known answers.


def test_without_noise_the_star_is_certain(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Where nothing moves the scored star has a chance of exactly 1, and all others 0."""
    wild = [generate.wild_set(seed, most) for seed in range(12) for most in (4, 60)]
    for law in (*every_set, *wild):
        batch = generate.batch(law, generate.sheets(law, 40, seed=2))
        found = star_probabilities(batch, up=0, down=0)
        star = ocop.score(batch).star
        assert (found.probabilities == (star[:, None] == np.arange(6))).all()
        assert (found.most_likely == star).all()


def test_what_cannot_happen_has_no_chance(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Stars below that of all answers moved down, and above all moved up, are exactly 0."""
    certain = 0
    for law in every_set[::4]:
        batch = generate.batch(law, generate.sheets(law, 80, seed=5))
        found = star_probabilities(batch, up=0.3, down=0.3)
        lowest, highest = (ocop.score(moved(batch, **way)).star for way in ({"down": 1}, {"up": 1}))
        stars = np.arange(6)
        outside = (stars < lowest[:, None]) | (stars > highest[:, None])
        assert not found.probabilities[outside].any()
        assert (found.probabilities.max(axis=1)[lowest == highest] == 1).all()
        for star in range(1, 6):
            assert (found.at_least(star)[lowest >= star] == 1).all()
        certain += int((lowest == highest).sum())
    assert certain > 100


def moved(batch: ocop.Sheets, up: int = 0, down: int = 0) -> ocop.Sheets:
    """Return the sheets with every answer moved."""
    answers = batch.answers.copy()
    for i, item in enumerate(batch.criteria_set.items):
        for answer in range(1, len(item.criterion.options) + 1):
            (to,) = [to for to, chance in moves(item.criterion, answer, up, down).items() if chance]
            answers[batch.answers[:, i] == answer, i] = to
    return ocop.Sheets(
        criteria_set=batch.criteria_set,
        products=batch.products,
        answers=answers,
        findings=batch.findings,
    )


def test_one_criterion_in_doubt_is_told_by_hand(generate: Any) -> None:
    """Options out of order with ties: the neighbours are those next in points, of one step."""
    law = generate.criteria_set(
        {"A": [generate.section("1", generate.item("1", 70, 30, 50, 30, 90))]}
    )
    rows = [[n] for n in (1, 2, 3, 4, 5, 0, 255)]
    batch = ocop.Sheets(criteria_set=law, products=list("abcdefg"), answers=rows)
    found = star_probabilities(batch, up=0.25, down=0.5)
    expected = [
        [0, 0, 0, 0.5, 0.25, 0.25],
        [0, 0, 0.75, 0.25, 0, 0],
        [0, 0, 0.5, 0.25, 0.25, 0],
        [0, 0, 0.75, 0.25, 0, 0],
        [0, 0, 0, 0, 0.5, 0.5],
        [0, 1, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0],
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_a_case_is_never_left(generate: Any) -> None:
    """The next option in points belongs to the same case, wherever it is printed."""
    kind = model.CaseKind(
        id="form",
        label=generate.label("form"),
        cases=tuple(model.Case(id=case, label=generate.label(case)) for case in "xy"),
    )
    options = [generate.option(p, case=c) for p, c in ((30, "x"), (50, "y"), (70, "x"), (90, "y"))]
    item = generate.item("1", *options, case_kind="form")
    law = generate.criteria_set({"A": [generate.section("1", item)]}, case_kinds=(kind,))
    batch = ocop.Sheets(criteria_set=law, products=list("abcd"), answers=[[1], [2], [3], [4]])
    expected = [
        [0, 0, 0.75, 0, 0.25, 0],
        [0, 0, 0, 0.75, 0, 0.25],
        [0, 0, 0.5, 0, 0.5, 0],
        [0, 0, 0, 0.5, 0, 0.5],
    ]
    found = star_probabilities(batch, up=0.25, down=0.5)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("watched", "expected"), [((), [0, 0.625, 0, 0, 0, 0.375]), ("2", [0.625, 0, 0, 0, 0, 0.375])]
)
def test_a_criterion_that_falls_to_zero_takes_others_along(
    watched: Any, expected: list[float], generate: Any
) -> None:
    """The rule of another criterion holds for the moved answers, and its zero may knock out."""
    items = [generate.item("1.1", 0, 20), generate.item("2.1", 0, 70)]
    law = generate.criteria_set(
        {"A": [generate.section(str(n), item) for n, item in enumerate(items, start=1)]},
        rules=model.Rules(
            needs=(model.Needs(item="2.1", other="1.1"),),
            knock_outs=tuple(model.KnockOut(section=code) for code in watched),
        ),
    )
    sheet = ocop.Sheet(criteria_set=law, answers={"1.1": 2, "2.1": 2})
    found = star_probabilities(sheet, up=0, down={"1.1": 0.25, "2.1": 0.5})
    np.testing.assert_allclose(found, [expected], rtol=0, atol=1e-12)


def test_a_criterion_that_falls_to_zero_makes_another_miss_its_floor(generate: Any) -> None:
    """Without 1.1, 2.1 has no points: 40 are left, and its floor of three stars is missed."""
    items = [
        generate.item("1.1", 0, 30),
        generate.item("2.1", generate.option(30, mark=3)),
        generate.item("3.1", 40),
    ]
    law = generate.criteria_set(
        {"A": [generate.section(str(n), item) for n, item in enumerate(items, start=1)]},
        rules=model.Rules(needs=(model.Needs(item="2.1", other="1.1"),), knock_outs=()),
    )
    sheet = ocop.Sheet(criteria_set=law, answers={"1.1": 2, "2.1": 1, "3.1": 1})
    found = star_probabilities(sheet, up=0, down={"1.1": 0.25})
    np.testing.assert_allclose(found, [[0, 0, 0.25, 0, 0, 0.75]], rtol=0, atol=1e-12)


def test_a_finding_is_certain(fresh: ocop.CriteriaSet) -> None:
    """A stated finding excludes whatever the answers turn out to be."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    sheets = [
        ocop.Sheet(criteria_set=fresh, product="in", answers=best),
        ocop.Sheet(criteria_set=fresh, product="out", answers=best, findings=["forged-dossier"]),
    ]
    found = star_probabilities(ocop.Sheets.of(sheets), up=0.3, down=0.3)
    assert found.of(0).tolist() == [0, 1]
    assert found.probabilities[1].tolist() == [1, 0, 0, 0, 0, 0]
    assert found.most_likely[1] == 0


def test_a_knock_out_has_its_chance() -> None:
    """Under 26/2026 set 16 a zero in section 6 excludes; two answers may fall to zero."""
    law = ocop.criteria_set("qd-26-2026", 16)
    best = {item.code: len(item.criterion.options) for item in law.items}
    sheet = ocop.Sheet(criteria_set=law, answers=best)
    found = star_probabilities(sheet, up=0, down={"6.1": 0.25, "6.2": 0.125, "6.4": 0.5})
    assert found.of(0) == pytest.approx([1 - 0.75 * 0.875], abs=1e-12)
    unanswered = ocop.Sheet(criteria_set=law, answers=best | {"6.1": None})
    found = star_probabilities(unanswered, up=0, down={"6.1": 0.25, "6.2": 0.125})
    assert found.of(0) == pytest.approx([0.125], abs=1e-12)


def test_more_doubt_upwards_is_never_worse(every_set: Any, generate: Any) -> None:
    """A higher `up` never lowers the chance of a star or better, nor does a lower `down`."""
    for law in every_set[::9]:
        batch = generate.batch(law, generate.sheets(law, 60, seed=6))
        by_up = [star_probabilities(batch, up=up) for up in (0, 0.1, 0.4)]
        by_down = [star_probabilities(batch, down=down) for down in (0.4, 0.1, 0)]
        for found in (by_up, by_down):
            for star in range(1, 6):
                rising = np.array([chances.at_least(star) for chances in found])
                assert (np.diff(rising, axis=0) > -1e-12).all()


# The way of computing shows nowhere.


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (_noise_tails, "ROWS", 7),
        (_noise_tails, "BLOCK_BYTES", 1),
        (_noise_tails, "TABLE_BYTES", 1),
        (_noise_tails, "TABLE_BYTES", 1 << 20),
        (_noise_tails, "MOST_FREQUENCIES", 5),
        (_noise_tails, "ROUND_BYTES", 1 << 18),
        (_noise_tables, "MOST_ENTRIES", 0),
        (_noise_tables, "MOST_ENTRIES", 40),
    ],
)
def test_sizes_of_blocks_and_tables_change_nothing(
    module: Any, name: str, value: int, generate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks, tables and rounds of any size give the same chances."""
    laws = [
        ocop.criteria_set("qd-26-2026", "tea"),
        *(generate.wild_set(s, most) for s, most in ((1, 4), (2, 30), (3, 90))),
    ]
    batches = [generate.batch(law, generate.sheets(law, 50, seed=8)) for law in laws]
    before = [star_probabilities(batch).probabilities for batch in batches]
    monkeypatch.setattr(module, name, value)
    for batch, chances in zip(batches, before, strict=True):
        found = star_probabilities(batch).probabilities
        np.testing.assert_allclose(found, chances, rtol=0, atol=1e-12)


def test_a_rule_with_too_many_criteria_for_a_table(plain: Any, generate: Any) -> None:
    """Nine criteria that need a tenth have more combinations than a table holds."""
    items = [generate.item(f"1.{n}", 1, generate.option(6, 4), 10) for n in range(1, 10)]
    last = generate.item("1.10", 0, 10)
    law = generate.criteria_set(
        {"A": [generate.section("1", *items, last)]},
        rules=model.Rules(needs=tuple(model.Needs(item=item.code, other="1.10") for item in items)),
    )
    assert _noise_tables.MOST_ENTRIES < 4**9
    chances = {"1.1": 0.25, "1.2": 0.5, "1.3": 0.125, "1.10": 0.25}
    sheets = [s for s in generate.sheets(law, 40, seed=1) if not s.findings]
    found = of_batch(law, sheets, generate, up=chances, down=chances)
    for sheet, row in zip(sheets, found, strict=True):
        ways = {
            item.code: moves(
                item.criterion, sheet.answers[item.code], *2 * [chances.get(item.code, 0)]
            )
            for item in law.items
        }
        exact = by_enumeration(plain, law, sheet, ways)
        np.testing.assert_allclose(row, exact, rtol=0, atol=1e-12)
    assert (found > 0).any(axis=0).tolist() == [False, True, True, True, True, True]


@pytest.mark.parametrize("number", [11, 26])
def test_a_row_depends_on_its_own_sheet_alone(number: int, generate: Any) -> None:
    """Rows are the same bits in any order and company."""
    law = ocop.criteria_set("qd-26-2026", number)
    sheets = generate.sheets(law, 700, seed=9)
    whole = of_batch(law, sheets, generate)
    order = Random(1).sample(range(700), 700)
    assert (whole[order] == of_batch(law, [sheets[n] for n in order], generate)).all()
    alone = [of_batch(law, [sheet], generate)[0] for sheet in sheets[:20]]
    assert (whole[:20] == np.array(alone)).all()


# The result.


def test_the_result_is_an_array_with_its_origin(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """It converts to an array, tells one star or a star and better, and records its parameters."""
    batch = generate.batch(fresh, generate.sheets(fresh, 50, seed=3), columns={"xa": ["A"] * 50})
    noise = {"1.1": np.eye(len(fresh.items[0].criterion.options) + 1)}
    up = {"1.2": 0.2}
    found = star_probabilities(batch, up=up, down=0.1, noise=noise)
    array = np.asarray(found)
    assert array is found.probabilities
    assert np.array(found).flags.writeable
    assert np.asarray(found, dtype=np.float32).dtype == np.float32
    assert (array.shape, array.dtype, array.flags.writeable) == ((50, 6), np.float64, False)
    assert len(found) == 50
    assert (found.products, found.criteria_set) == (batch.products, fresh)
    assert (found.digest, found.version) == (fresh.digest, ocop.__version__)
    up["1.2"] = noise["1.1"][0, 0] = 0.7
    assert (found.up, found.down, list(found.noise)) == ({"1.2": 0.2}, 0.1, ["1.1"])
    assert found.noise["1.1"][0, 0] == 1
    assert not found.noise["1.1"].flags.writeable
    assert (np.sum([found.of(star) for star in range(6)], axis=0) - 1 < 1e-12).all()
    for star in range(1, 6):
        np.testing.assert_allclose(found.at_least(star), array[:, star:].sum(axis=1), atol=1e-15)
        assert found.at_least(star).max() <= 1
    assert (found.most_likely == array.argmax(axis=1)).all()
    assert found.most_likely.dtype == np.int8
    sure = int((array == 1).any(axis=1).sum())
    assert 0 < sure < 50
    assert repr(found) == (
        f"<StarProbabilities qd-26-2026 set 1 fresh-produce: 50 products, {sure} certain>"
    )


def test_columns_are_what_tables_show(generate: Any) -> None:
    """A row per sheet: what travels with it, the six chances, and None for a likely exclusion."""
    law = generate.criteria_set(
        {"A": [generate.section("1", generate.item("1", 0, 60))]},
        rules=model.Rules(knock_outs=(model.KnockOut(section="1"),)),
    )
    batch = ocop.Sheets(
        criteria_set=law,
        products=["p", "p"],
        answers=[[2], [0]],
        assessors=["An", "Bình"],
        columns={"commune": ["Tà Xùa", "Mường Khương"]},
    )
    assert star_probabilities(batch, up=0, down=0.25).columns() == {
        "product": ["p", "p"],
        "set": [1, 1],
        "assessor": ["An", "Bình"],
        "commune": ["Tà Xùa", "Mường Khương"],
        "excluded": [0.25, 1.0],
        "star_1": [0.0, 0.0],
        "star_2": [0.0, 0.0],
        "star_3": [0.75, 0.0],
        "star_4": [0.0, 0.0],
        "star_5": [0.0, 0.0],
        "most_likely": [3, None],
    }


def test_of_equal_chances_the_lower_star_is_named(generate: Any) -> None:
    """Half a chance of 3 stars and half of 5 is most likely 3."""
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1", 50, 90))]})
    found = star_probabilities(ocop.Sheet(criteria_set=law, answers={"1": 2}), up=0, down=0.5)
    assert found.most_likely.tolist() == [3]


def test_a_lower_star_within_rounding_is_named(sheet: ocop.Sheet) -> None:
    """A chance that is 1e-12 below the highest counts as equal, one of 2e-12 does not."""
    found = star_probabilities(sheet)
    for below, star in ((1e-12, 2), (2e-12, 4)):
        chances = np.array([[0, 0, 0.5 - below, 0, 0.5, 0]])
        assert attrs.evolve(found, probabilities=chances).most_likely.tolist() == [star]


def test_an_empty_batch(fresh: ocop.CriteriaSet) -> None:
    """No sheets, no chances."""
    answers = np.zeros((0, len(fresh.items)), dtype=np.uint8)
    found = star_probabilities(ocop.Sheets(criteria_set=fresh, products=[], answers=answers))
    assert found.probabilities.shape == (0, 6)
    assert found.most_likely.shape == found.at_least(3).shape == (0,)


def test_stated_rows_may_miss_one_by_rounding(generate: Any) -> None:
    """Rows that add up to 1 within 1e-9 are taken in proportion."""
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1", 50, 70, 90))]})
    sheet = ocop.Sheet(criteria_set=law, answers={"1": 3})
    found = star_probabilities(sheet, noise={"1": np.full((4, 4), 0.25 + 2e-10)})
    np.testing.assert_allclose(found, [[0, 0.25, 0, 0.25, 0.25, 0.25]], rtol=0, atol=1e-12)


def test_a_chance_at_the_edge_of_the_tolerance(generate: Any) -> None:
    """A chance of 1 + 1e-9 is in range, and its row adds up to too much; any more is neither."""
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1", 50))]})
    sheet = ocop.Sheet(criteria_set=law, answers={"1": 1})
    told = []
    for chance in (1 + 5e-10, 1 + 1e-9, 1 + 2e-9):
        try:
            star_probabilities(sheet, noise={"1": [[1, 0], [0, chance]]})
        except ocop.InputError as error:
            told.append(str(error))
    assert told == [
        "noise: 1[1]: found chances that add up to 1.000000001, allowed is 1 [wrong-sum]",
        "noise: 1[1][1]: found 1.000000002, allowed are 0 to 1 [out-of-range]",
    ]


def test_rounding_never_leaves_the_range_of_chances(generate: Any) -> None:
    """Chances far below what rounding leaves, of 1e-30 and less, come out between 0 and 1e-12."""
    items = [generate.item(f"1.{n}", 1, 2) for n in range(1, 41)]
    for top in range(65, 81):
        law = generate.criteria_set(
            {"A": [generate.section("1", *items)]},
            at_least={1: 0, 2: 41, 3: top - 2, 4: top - 1, 5: top},
        )
        sheet = ocop.Sheet(criteria_set=law, answers=dict.fromkeys(law.codes, 1))
        (found,) = star_probabilities(sheet).probabilities
        assert found.min() >= 0
        assert abs(found[2] - (1 - 0.95**40)) < 1e-12
        assert found[3:].max() < 1e-12


# Broken input.


def problems(sheet: ocop.Sheet, **noise: Any) -> list[str]:
    """Return the problems of a call."""
    with pytest.raises(ocop.InputError) as error:
        star_probabilities(sheet, **noise)
    return [str(problem) for problem in error.value.problems]


@pytest.fixture
def sheet(fresh: ocop.CriteriaSet) -> ocop.Sheet:
    """Return a sheet of 26/2026, set 1."""
    return ocop.Sheet(criteria_set=fresh, answers={"1.1": 1})


@pytest.mark.parametrize(
    ("noise", "expected"),
    [
        ({"up": 1.5}, "up: found 1.5, allowed are 0 to 1 [out-of-range]"),
        ({"down": -0.1}, "down: found -0.1, allowed are 0 to 1 [out-of-range]"),
        ({"up": float("nan")}, "up: found nan, allowed are 0 to 1 [out-of-range]"),
        ({"up": "0.1"}, "up: found '0.1', allowed are 0 to 1 [not-a-number]"),
        ({"up": True}, "up: found True, allowed are 0 to 1 [not-a-number]"),
        ({"down": None}, "down: found None, allowed are 0 to 1 [not-a-number]"),
        ({"down": {"1.1": "x"}}, "down: 1.1: found 'x', allowed are 0 to 1 [not-a-number]"),
        ({"down": {"1.1": 2}}, "down: 1.1: found 2, allowed are 0 to 1 [out-of-range]"),
        (
            {"up": {"1.11": 0.1}},
            "up: found '1.11', allowed are the codes of the set; did you mean '1.1'? "
            "[unknown-criterion]",
        ),
        (
            {"up": 0.7, "down": 0.6},
            "up, down: found 0.7 up and 0.6 down, allowed is 1 together [wrong-sum]",
        ),
        (
            {"up": {"1.2": 0.97}, "down": 0.05},
            "up, down: 1.2: found 0.97 up and 0.05 down, allowed is 1 together [wrong-sum]",
        ),
        ({"noise": [1]}, "noise: found [1], allowed is a matrix by criterion code [wrong-type]"),
        (
            {"noise": {"zz": np.eye(4)}},
            "noise: found 'zz', allowed are the codes of the set [unknown-criterion]",
        ),
        (
            {"noise": {"1.1": np.eye(3)}},
            "noise: 1.1: found 3 x 3, allowed are 4 x 4 numbers: none met, then the options "
            "[wrong-shape]",
        ),
        (
            {"noise": {"1.1": 1}},
            "noise: 1.1: found one value, allowed are 4 x 4 numbers: none met, then the options "
            "[wrong-shape]",
        ),
        (
            {"noise": {"1.1": [[1], [1, 2]]}},
            "noise: 1.1: found rows of different lengths, allowed are 4 x 4 numbers: none met, "
            "then the options [wrong-shape]",
        ),
        (
            {"noise": {"1.1": np.eye(4).astype(str)}},
            "noise: 1.1: found dtype <U32, allowed are 4 x 4 numbers: none met, then the options "
            "[not-a-number]",
        ),
    ],
)
def test_broken_noise_is_told(sheet: ocop.Sheet, noise: Any, expected: str) -> None:
    """Every problem says where, what was found and what is allowed."""
    assert problems(sheet, **noise) == [expected]


def test_every_problem_of_the_noise_is_told_at_once(sheet: ocop.Sheet) -> None:
    """Chances, codes and matrices are all looked at; an entry that is none hides its row's sum."""
    matrix = np.eye(4)
    matrix[1, 1], matrix[2, :2], matrix[3, 0] = 0.9, (-0.5, np.inf), 1e-8
    assert problems(sheet, up={"1.1": 2, "x": 0}, down="no", noise={"1.1": matrix, "y": 0}) == [
        "up: 1.1: found 2, allowed are 0 to 1 [out-of-range]",
        "up: found 'x', allowed are the codes of the set [unknown-criterion]",
        "down: found 'no', allowed are 0 to 1 [not-a-number]",
        "noise: 1.1[1]: found chances that add up to 0.9, allowed is 1 [wrong-sum]",
        "noise: 1.1[2][0]: found -0.5, allowed are 0 to 1 [out-of-range]",
        "noise: 1.1[2][1]: found inf, allowed are 0 to 1 [out-of-range]",
        "noise: 1.1[3]: found chances that add up to 1.00000001, allowed is 1 [wrong-sum]",
        "noise: found 'y', allowed are the codes of the set [unknown-criterion]",
    ]


def test_a_move_between_cases_is_told(tourism: ocop.CriteriaSet) -> None:
    """A sheet uses one case, so no answer may move to the other; to none met it may."""
    sheet = ocop.Sheet(criteria_set=tourism, answers={"9": 2})
    matrix = np.eye(5)
    matrix[1, :2] = 0.5
    assert len(star_probabilities(sheet, noise={"9": matrix})) == 1
    matrix[0, :2] = matrix[2, 2:4] = 0.5
    assert problems(sheet, noise={"9": matrix}) == [
        "noise: 9[0][1]: found a move from none met to community, allowed is one case "
        "[mixed-cases]",
        "noise: 9[2][3]: found a move from community to operator, allowed is one case "
        "[mixed-cases]",
    ]


def test_a_long_list_of_problems_is_cut(generate: Any) -> None:
    """Of 20,000 wrong entries 10,000 are listed and the rest counted."""
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1", *range(149)))]})
    with pytest.raises(ocop.InputError) as error:
        star_probabilities(
            ocop.Sheet(criteria_set=law, answers={}), noise={"1": np.full((150, 150), 2)}
        )
    assert (len(error.value.problems), error.value.more) == (10_000, 12_500)


@pytest.mark.parametrize(
    ("method", "star", "expected"),
    [
        ("of", 6, "star: found 6, allowed are 0 to 5 [out-of-range]"),
        ("of", -1, "star: found -1, allowed are 0 to 5 [out-of-range]"),
        ("at_least", 0, "star: found 0, allowed are 1 to 5 [out-of-range]"),
        ("at_least", 2.5, "star: found 2.5, allowed are 1 to 5 [not-a-whole-number]"),
        ("of", True, "star: found True, allowed are 0 to 5 [not-a-whole-number]"),
    ],
)
def test_stars_that_are_none(sheet: ocop.Sheet, method: str, star: Any, expected: str) -> None:
    """Stars are whole numbers, 0 stands for excluded."""
    found: StarProbabilities = star_probabilities(sheet)
    with pytest.raises(ocop.InputError) as error:
        getattr(found, method)(star)
    assert [str(problem) for problem in error.value.problems] == [expected]
