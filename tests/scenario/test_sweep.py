"""Sweeps equal scoring under every single scenario, with the plain scorer as judge."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ocop
from ocop import AddCriterion, AddOption, DropCriterion, DropOption, Lever, RestateCriterion
from ocop.scenario import _sweep_question, _sweep_sources

BASE = Path(__file__).parents[1] / "law" / "base_decision"
SMALL = ocop.load_decision(BASE)
TITLE = ocop.Label("Thử", "Trial")


def sheets_of(number: int, answers: list[list[int]], findings: Any = None) -> ocop.Sheets:
    source = SMALL.sets[number]
    return ocop.Sheets(
        criteria_set=source,
        products=[f"{number}-{n}" for n in range(len(answers))],
        answers=np.array(answers, dtype=np.uint8),
        findings=findings,
    )


def answer(number: int) -> st.SearchStrategy[list[int]]:
    """Return rows of answers; of village walks, guides of one case."""
    sizes = [len(item.criterion.options) for item in SMALL.sets[number].items]
    return st.tuples(*(st.sampled_from([*range(size + 1), 255]) for size in sizes)).map(list)


population = st.tuples(
    st.lists(answer(1), min_size=1, max_size=6), st.lists(answer(2), max_size=4)
).map(lambda rows: [sheets_of(n, own) for n, own in zip((1, 2), rows, strict=True) if own])

LEVERS = ocop.Levers(
    SMALL,
    [
        Lever.of_threshold(5, [85, 90, 95]),
        Lever.of_scale([30, 35, 40], part="C"),
        Lever.switch("reading", ocop.SetMarkReading(reading="full")),
        Lever.of_points("1.1", 2, [10, 12], sets="tea"),
        Lever.of_mark("5.1", 2, [None, 3, 4]),
        Lever.switch("bands", [ocop.SetThreshold(star=3, at_least=45)]),
    ],
)

EDITS = [
    [ocop.SetThreshold(star=4, at_least=60)],
    [DropOption(criterion="1.1", option=1)],
    [DropOption(criterion="1.1", option=2), ocop.SetPoints(criterion="5.1", option=2, points=12)],
    [DropCriterion(criterion="packaging")],
    [AddOption(criterion="5.1", before=2,
               option=ocop.Option(points=7, label=ocop.Label("Một phần", "In part")))],
    [AddCriterion(section="5", code="5.3", criterion=ocop.Criterion(
        id="new", title=TITLE,
        options=(ocop.Option(points=0, label=ocop.Label("Không", "No")),
                 ocop.Option(points=9, label=ocop.Label("Có", "Yes")))))],
    [RestateCriterion(criterion="story", by=ocop.Criterion(
        id="tale", title=TITLE,
        options=(ocop.Option(points=20, label=ocop.Label("Có câu chuyện", "Has a story")),
                 ocop.Option(points=1, label=ocop.Label("Khác", "Other")))))],
]  # fmt: skip
REFORMS = [ocop.Reform(id=f"r-{n}", title=TITLE, edits=edits) for n, edits in enumerate(EDITS)]


def plain_stars(plain: ModuleType, law: ocop.Decision, batches: list[ocop.Sheets]) -> list[int]:
    """Return the stars of all products; answers are read by label, as a person would."""
    stars = []
    for batch in batches:
        after = law.sets[batch.criteria_set.number]
        findings = [e.finding.id for e in batch.criteria_set.exclusions]
        for row in range(len(batch)):
            answers = {}
            for item in after.items:
                position = answer_of(batch, row, item)
                if position is not None:
                    answers[item.code] = position
            bits = 0 if batch.findings is None else int(batch.findings[row])
            stated = [name for k, name in enumerate(findings) if bits >> k & 1]
            stars.append(plain.score(after, answers, stated).star or 0)
    return stars


def answer_of(batch: ocop.Sheets, row: int, item: Any) -> int | None:
    for n, old in enumerate(batch.criteria_set.items):
        if old.code == item.code:
            position = int(batch.answers[row, n])
            if position in (0, 255):
                return {0: 0, 255: None}[position]
            label = old.criterion.options[position - 1].label
            labels = [option.label for option in item.criterion.options]
            return labels.index(label) + 1 if label in labels else None
    return None


def check(found: ocop.Sweep, expected: list[list[int]]) -> None:
    """Compare a sweep with the stars of every product in every scenario."""
    stars = np.array(expected)
    counts = [np.bincount(row, minlength=6).tolist() for row in stars]
    assert found.star_counts.tolist() == counts
    frequencies = [np.bincount(column, minlength=6).tolist() for column in stars.T]
    assert found.star_frequencies.tolist() == frequencies


@settings(max_examples=10)
@given(population, st.integers(0, 3))
def test_levers_equal_the_plain_scorer(
    plain: ModuleType, batches: list[ocop.Sheets], seed: int
) -> None:
    """Star by star, with and without rankings, over a population of two sets."""
    choices = LEVERS.sample(20, rng=seed)
    laws = [
        ocop.apply_reform(LEVERS.reform(row), SMALL).decision if LEVERS.reform(row).edits else SMALL
        for row in choices.array().tolist()
    ]
    expected = [plain_stars(plain, law, batches) for law in laws]
    check(ocop.sweep(batches, choices), expected)
    ranked = ocop.sweep(batches, choices, ranks=True)
    check(ranked, expected)
    assert ranked.ranks is not None
    for ties in ("min", "dense", "ordinal"):
        ranked = ocop.sweep(batches, choices, ranks=True, ties=ties)
        every = []
        for law in laws:
            scored = [
                ocop.score(
                    ocop.Sheets(
                        criteria_set=law.sets[batch.criteria_set.number],
                        products=batch.products,
                        answers=batch.answers,
                    )
                )
                for batch in batches
            ]
            every.append(ocop.rank(scored, ties=ties).ranks)
        assert ranked.ranks is not None
        assert ranked.ranks.lowest.tolist() == np.min(every, axis=0).tolist()
        assert ranked.ranks.highest.tolist() == np.max(every, axis=0).tolist()
        assert ranked.ranks.total.tolist() == np.sum(every, axis=0).tolist()


@settings(max_examples=10)
@given(population)
def test_reforms_equal_the_plain_scorer(plain: ModuleType, batches: list[ocop.Sheets]) -> None:
    """Also where criteria and options are others: answers stay with the option they name."""
    laws = [ocop.apply_reform(reform, SMALL).decision for reform in REFORMS]
    expected = [plain_stars(plain, law, batches) for law in laws]
    for ranks in (False, True):
        found = ocop.sweep(batches, REFORMS, law=SMALL, ranks=ranks)
        check(found, expected)
    products = sum(map(len, batches))
    for k, answer_gone in ((1, 1), (2, 2)):
        lost = sum(int((batch.answers[:, 0] == answer_gone).sum()) for batch in batches)
        assert found.open_answers[k] == lost
    assert found.open_answers[[0, 3, 4]].tolist() == [0, 0, 0]
    assert found.open_answers[5] == products
    assert [row["reform"] for row in found.rows()] == [reform.id for reform in REFORMS]


@settings(max_examples=10)
@given(population, st.integers(0, 3), st.integers(0, 3))
def test_draws_equal_the_plain_scorer(
    plain: ModuleType, batches: list[ocop.Sheets], points: int, thresholds: int
) -> None:
    """Each draw is a law of its own: scored sheet by sheet it gives the same stars."""
    draws = ocop.Draws(scenarios=20, points=points, thresholds=thresholds, rng=0)
    expected = []
    for k in range(20):
        stars: list[int] = []
        for batch in batches:
            one = draws.variants(batch.criteria_set, k, k + 1)
            law = drawn_law(batch.criteria_set, one)
            for row in batch.answers.tolist():
                given_answers = {
                    code: None if answer == 255 else answer
                    for code, answer in zip(law.codes, row, strict=True)
                }
                stars.append(plain.score(law, given_answers).star or 0)
        expected.append(stars)
    check(ocop.sweep(batches, draws), expected)


def drawn_law(source: ocop.CriteriaSet, one: ocop.Variants) -> ocop.CriteriaSet:
    """Return the law that a variant stands for, through a reform."""
    edits: list[Any] = [
        ocop.SetPoints(
            criterion=item.code,
            option=o + 1,
            points=int(one.points[0, i, o]),
            sets=source.number,
        )
        for i, item in enumerate(source.items)
        for o in range(len(item.criterion.options))
    ]
    edits += [
        ocop.SetThreshold(star=star, at_least=int(one.thresholds[0, star - 2]))  # type: ignore[arg-type]  # a star of the loop
        for star in (2, 3, 4, 5)
    ]
    reform = ocop.Reform(id="drawn", title=TITLE, edits=edits)
    return ocop.apply_reform(reform, SMALL).decision.sets[source.number]


def test_draws_stay_sensible_and_stay_the_same(law: ocop.Decision) -> None:
    """Options keep their order and stay near; scenario k is the same however many there are."""
    draws = ocop.Draws(scenarios=700, points=3, thresholds=2, rng=0)
    for number in (1, 11, 26):
        source = law.sets[number]
        own, drawn = ocop.Variants.of([source]), draws.variants(source)
        base, points = own.points[0].astype(int), drawn.points.astype(int)
        assert (abs(points - base) <= 3).all()
        assert (points.min(axis=0) < base)[base > 1].all()
        assert (points[:, base == 0] == 0).all()
        assert (points[:, base > 0] >= 1).all()
        for i in range(len(base)):
            order = np.argsort(base[i], kind="stable")
            assert (np.diff(points[:, i, order], axis=1) >= 0).all()
            same = np.diff(base[i, order]) == 0
            assert (np.diff(points[:, i, order], axis=1)[:, same] == 0).all()
        assert abs(drawn.thresholds.astype(int) - own.thresholds[0]).max() == 2
        for low, high in ((0, 1), (255, 257), (300, 700)):
            part = draws.variants(source, low, high)
            assert np.array_equal(part.points, drawn.points[low:high])
            assert np.array_equal(part.thresholds, drawn.thresholds[low:high])
        longer = ocop.Draws(scenarios=5000, points=3, thresholds=2, rng=0)
        assert np.array_equal(longer.variants(source, 0, 700).points, drawn.points)
    other = ocop.Draws(scenarios=700, points=3, thresholds=2, rng=1)
    assert not np.array_equal(other.variants(source).points, drawn.points)
    assert np.array_equal(
        draws.variants(law.sets[1]).thresholds, draws.variants(law.sets[2]).thresholds
    )


def test_one_scenario_equals_scoring(law: ocop.Decision) -> None:
    """The law as it is, as a sweep of one scenario; results say what they are."""
    made = ocop.synthesize(law, products=120, rng=0)
    levers = ocop.Levers(law, Lever.of_threshold(5, [90]))
    found = ocop.sweep(made, levers.every(), by_set=True)
    scores = [ocop.score(batch) for batch in made.sheets]
    stars = np.concatenate([batch.star for batch in scores])
    assert found.star_counts.tolist() == [np.bincount(stars, minlength=6).tolist()]
    assert found.baseline.tolist() == found.star_counts[0].tolist()
    assert found.star_counts_by_set is not None
    by_set = [[batch.star_counts()[star] for star in range(6)] for batch in scores]
    assert found.star_counts_by_set[0].tolist() == by_set
    assert (found.chance[np.arange(120), stars] == 1).all()
    assert repr(found) == "<Sweep qd-26-2026: 1 scenario x 120 products>"
    assert found.digests == {s.criteria_set.number: s.criteria_set.digest for s in made.sheets}
    assert found.seed is None
    seeded = ocop.sweep(made, levers.sample(3, rng=0))
    assert (seeded.seed, seeded.version) == (0, ocop.__version__)
    assert repr(seeded).endswith("products, seed 0>")
    for name in ("star_counts", "star_frequencies", "baseline", "open_answers"):
        assert not getattr(found, name).flags.writeable


def test_the_order_of_products_and_sheets_changes_nothing(law: ocop.Decision) -> None:
    """Counts by scenario are the same, those by product follow their product."""
    made = ocop.synthesize(law, products=150, rng=1).sheets
    levers = ocop.Levers(
        law, [Lever.of_threshold(4, [60, 70, 75]), Lever.of_scale([30, 40], part="C")]
    )
    first = ocop.sweep(made, levers.every(), ranks=True)
    turned = [
        ocop.Sheets(
            criteria_set=batch.criteria_set,
            products=batch.products[::-1],
            answers=batch.answers[::-1],
            findings=None if batch.findings is None else batch.findings[::-1],
        )
        for batch in reversed(made)
    ]
    other = ocop.sweep(turned, levers.every(), ranks=True)
    assert np.array_equal(first.star_counts, other.star_counts)
    assert first.ranks is not None
    assert other.ranks is not None
    place = {code: n for n, code in enumerate(other.products)}
    same = [place[code] for code in first.products]
    assert np.array_equal(first.star_frequencies, other.star_frequencies[same])
    for name in ("lowest", "highest", "total"):
        mine, its = getattr(first.ranks, name), getattr(other.ranks, name)
        assert np.array_equal(mine, its[same])


@pytest.mark.parametrize("size", [1, 7, 64])
def test_pieces_threads_and_doubles_change_nothing(
    law: ocop.Decision, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However the work is cut, and whether equal scenarios are scored once, results are equal."""
    made = ocop.synthesize(law, products=200, rng=2)
    levers = ocop.Levers(
        law,
        [
            Lever.of_threshold(4, [60, 70]),
            Lever.of_points("1.2", 3, [2, 3, 4], sets="tea"),
            Lever.of_scale([30, 40], part="C", sets=[1, 2, 3]),
        ],
    )
    draws = ocop.Draws(scenarios=90, points=2, thresholds=3, rng=0)
    reforms = [
        ocop.Reform(id=f"f-{n}", title=TITLE, edits=[ocop.SetThreshold(star=5, at_least=n)])
        for n in range(80, 96)
    ]
    asked: list[Any] = [levers.sample(150, rng=0), draws, reforms]
    whole = [ocop.sweep(made, one) for one in asked]
    monkeypatch.setattr(_sweep_question, "PIECE", size)
    monkeypatch.setattr(_sweep_question, "REFORMS", size)
    monkeypatch.setattr(_sweep_sources, "FEWER", 10**9 if size == 7 else 1)
    monkeypatch.setattr(_sweep_sources, "FEW", 0)
    monkeypatch.setattr(_sweep_sources, "MOST_KEYS", 3 if size == 64 else 2**62)
    for one, found in zip(asked, whole, strict=True):
        assert ocop.sweep(made, one, threads=3).equals(found)


def test_compiled_loops_change_nothing(law: ocop.Decision) -> None:
    """The extra fast gives the same counts and ranks."""
    pytest.importorskip("numba")
    made = ocop.synthesize(law, products=80, rng=3)
    draws = ocop.Draws(scenarios=40, points=2, rng=0)
    assert ocop.sweep(made, draws, fast=True).equals(ocop.sweep(made, draws))
    ranked = ocop.sweep(made, draws, ranks=True)
    assert ocop.sweep(made, draws, ranks=True, fast=True).equals(ranked)


def test_what_a_researcher_asks_for(law: ocop.Decision) -> None:
    """Best scenarios, rows with labels, products with chances and ranks."""
    made = ocop.synthesize(law, products=60, rng=0)
    levers = ocop.Levers(law, [Lever.of_threshold(4, [75, 70, 60]), Lever.floors_off(law)])
    found = ocop.sweep(made, levers.every(), ranks=True)
    best = found.best(4, 3)
    above = found.star_counts[:, 4:].sum(axis=1)
    assert above[best].tolist() == sorted(above.tolist(), reverse=True)[:3]
    assert best[0] == 5
    (row,) = found.rows(numbers=best[:1])
    assert (row["scenario"], row["4 stars from"], row["floors"]) == (5, "60", "off")
    assert [row[name] for name in ("excluded", "1", "2", "3", "4", "5")] == found.star_counts[
        5
    ].tolist()
    assert len(found.rows()) == 6
    assert found.rows(4)[0]["scenario"] == 4
    products = found.product_rows(0, 2)
    assert [row["product"] for row in products] == list(found.products[:2])
    assert sum(products[0][name] for name in ("excluded", "1", "2", "3", "4", "5")) == 1
    assert found.ranks is not None
    assert products[1]["rank_mean"] == found.ranks.total[1] / 6
    assert repr(found.ranks) == "<RankRanges of 60 products over 6 scenarios>"
    assert [row["floors"] for row in found.rows(numbers=[5, 0, 5])] == ["off", "on", "off"]
    again = pickle.loads(pickle.dumps(found))
    assert again.equals(found)
    assert again.rows() == found.rows()
    pieces = levers.scenarios(iter([levers.every().array()]))
    once = ocop.sweep(made, pieces)
    assert once.star_counts.tolist() == found.star_counts.tolist()
    assert list(once.rows(0, 1)[0])[:2] == ["scenario", "5"]
    drawn = ocop.sweep(made, ocop.Draws(scenarios=2, points=1, rng=0))
    assert list(drawn.rows()[0])[:2] == ["scenario", "5"]
    assert not found.equals(drawn)
    with pytest.raises(ocop.InputError, match=r"star: found 6, allowed are 1 to 5"):
        found.best(6)


def test_wrong_questions(law: ocop.Decision) -> None:
    """What is asked of a sweep is checked before any work, with all problems."""
    made = ocop.synthesize(law, products=30, rng=0)
    tea = ocop.criteria_set("qd-148-2023", "tea")
    old = ocop.Sheets.of([ocop.Sheet(criteria_set=tea, answers={})])
    levers = ocop.Levers(law, Lever.of_threshold(5, [90, 91]))
    bad = ocop.Reform(
        id="bad", title=TITLE, edits=[ocop.SetPoints(criterion="1.22", option=1, points=1)]
    )
    good = ocop.Reform(id="good", title=TITLE, edits=[ocop.SetThreshold(star=5, at_least=91)])
    wrong: list[tuple[Any, Any, str]] = [
        ([], levers.every(), "population: found no sheets, allowed is one or more [no-sheets]"),
        (7, levers.every(), "population: found something else, allowed are Sheets and a "
         "Population [wrong-type]"),
        (made, [], "found no scenarios, allowed is one or more [no-scenarios]"),
        (made, levers.scenarios(iter([])), "found no scenarios, allowed is one or more "
         "[no-scenarios]"),
        (made, "reforms", None),  # type: ignore[list-item]  # wrong on purpose
        (old, levers.every(), "population: found sheets of set 11 (tea) of qd-148-2023, allowed "
         "are those of qd-26-2026 as it is [other-law]"),
        ([old, *made.sheets], levers.every(), "population: found scores of qd-148-2023, "
         "qd-26-2026, allowed is one decision [mixed-decisions]"),
        (made, [good, bad], "scenarios[1].edits[0].set_points.criterion: there is no criterion "
         "'1.22' in set 1 (fresh-produce), set 2 (fresh-animal-products), set 3 (rice-and-grains) "
         "and 23 more sets; did you mean '1.2'? [unknown-reference]"),
        (made, [good, 7], "scenarios[1]: found something else, allowed are choices of levers, "
         "draws, and reforms [wrong-type]"),
        (made, ocop.Draws(scenarios=1, thresholds=10, rng=0), "thresholds: found 10, allowed are "
         "0 to 9 with the bands of the law [out-of-range]"),
    ]  # fmt: skip
    for population_, scenarios, message in wrong:
        with pytest.raises(ocop.InputError) as caught:
            ocop.sweep(population_, scenarios)
        if message is not None:
            assert str(caught.value) == message
    with pytest.raises(ocop.InputError, match="unknown-ties"):
        ocop.sweep(made, levers.every(), ranks=True, ties="x")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ocop.InputError, match=r"did you mean 'total'\? \[unknown-key\]"):
        ocop.sweep(made, levers.every(), ranks=True, order=["totl"])
    with pytest.raises(ocop.InputError) as caught:
        ocop.Draws(scenarios=0, points=-1, thresholds=True, rng=-1)
    assert [(p.path, p.code) for p in caught.value.problems] == [
        ("scenarios", "out-of-range"),
        ("points", "out-of-range"),
        ("thresholds", "out-of-range"),
        ("rng", "out-of-range"),
    ]
    with pytest.raises(ocop.UnknownDecisionError):
        ocop.sweep(sheets_of(1, [[1] * 6]), [good])
