"""Transitions: counts and reasons as read off plain scores, whatever the order of the input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest
from attrs import evolve

import ocop
from ocop.cli._table import table

ROOT = Path(__file__).parents[2]


class Population(NamedTuple):
    """The same products under two laws: scores of both sides, and plain scores by product."""

    before: list[ocop.Scores]
    after: list[ocop.Scores]
    laws: tuple[list[ocop.CriteriaSet], list[ocop.CriteriaSet]]
    given: tuple[dict[str, Any], dict[str, Any]]
    """By product: number of its law, answers, plain score."""


def side(
    laws: list[ocop.CriteriaSet], products: list[str], seed: int, generate: Any, plain: Any
) -> tuple[list[ocop.Scores], dict[str, Any]]:
    """Return scores of products spread over sets, and what the plain scorer says of them."""
    batches, known = [], {}
    for n, law in enumerate(laws):
        mine = products[n :: len(laws)]
        given = generate.sheets(law, len(mine), seed)
        communes = tuple(f"xã {int(code) % 7}" for code in mine)
        batch = generate.batch(law, given, products=mine, columns={"commune": communes})
        batches.append(ocop.score(batch))
        for code, one in zip(mine, given, strict=True):
            known[code] = (n, one.answers, plain.score(law, one.answers, one.findings))
    return batches, known


def population(seed: int, generate: Any, plain: Any) -> Population:
    """Return 90 products whose sets before and after have nothing in common."""
    rng = Random(seed)
    products = [f"{n:03d}" for n in range(90)]
    sides, laws = [], []
    for name in ("first", "second"):
        numbers = (1, 2, 3) if name == "first" else (4, 5)
        # The sets of a decision have the same parts.
        drawn = (generate.wild_set(rng.randrange(10_000), 9) for _ in count())
        alike = (law for law in drawn if len(law.parts) == 3)
        some = [
            evolve(law, decision=name, number=n) for n, law in zip(numbers, alike, strict=False)
        ]
        rng.shuffle(products)
        sides.append(side(some, list(products), seed, generate, plain))
        laws.append(some)
    (before, one), (after, other) = sides
    return Population(before, after, (laws[0], laws[1]), (one, other))


def plain_reasons(
    law: ocop.CriteriaSet, answers: Any, found: Any, star: int, plain: Any
) -> set[str]:
    """Return what keeps a sheet from a star, in the words of the law model."""
    raw = {
        item.code: item.criterion.options[answer - 1].points if answer else 0
        for item in law.items
        for answer in [answers[item.code]]
    }
    points = dict(raw)
    for rule in law.rules.needs:
        if raw[rule.other] == 0:
            points[rule.item] = 0
    reasons = {
        f"floor:{item.code}"
        for item in law.items
        if star >= 3 and points[item.code] < plain.floor(law, item.criterion, star)
    }
    if found.band < star:
        reasons.add("points")
    reasons |= {one if one.startswith("zero:") else f"finding:{one}" for one in found.excluded}
    return reasons


@pytest.mark.parametrize("seed", range(12))
def test_counts_and_reasons_are_those_of_plain_scores(seed: int, generate: Any, plain: Any) -> None:
    """Sets without a common criterion, findings, rules and knock-outs, products in any order."""
    given = population(seed, generate, plain)
    found = ocop.transition(given.before, given.after)
    stars = [{p: row[2].star or 0 for p, row in side.items()} for side in given.given]
    pairs = Counter((stars[0][p], stars[1][p]) for p in stars[0])
    assert {(i, j): n for (i, j), n in np.ndenumerate(found.matrix) if n} == dict(pairs)
    assert found.counts.up == sum(n for (i, j), n in pairs.items() if j > i)
    assert found.counts.down == sum(n for (i, j), n in pairs.items() if j < i)
    assert found.counts.products == len(found) == 90

    expected, counted, alone = {}, Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for product, first in stars[0].items():
        last = stars[1][product]
        if first == last:
            continue
        lower = int(last < first)
        number, answers, plainly = given.given[lower][product]
        law = given.laws[lower][number]
        reasons = plain_reasons(law, answers, plainly, max(first, last), plain)
        assert reasons
        expected[product] = reasons
        for reason in reasons:
            counted["down" if lower else "up", reason] += 1
            alone["down" if lower else "up", reason] += len(reasons) == 1
    columns = found.columns()
    assert columns["product"] == sorted(expected)
    assert [set(text.split(";")) for text in columns["reasons"]] == [
        expected[product] for product in columns["product"]
    ]
    totals, totals_alone = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in found.reasons:
        totals[one.direction, str(one.reason)] += one.count
        totals_alone[one.direction, str(one.reason)] += one.alone
    assert totals == counted
    assert +totals_alone == +alone


def shuffled(batches: list[ocop.Scores], rng: Random) -> list[ocop.Scores]:
    """Return the same scores with batches and their rows in another order."""
    result = []
    for batch in rng.sample(batches, len(batches)):
        sheets = batch.sheets
        rows = rng.sample(range(len(sheets)), len(sheets))
        result.append(
            ocop.score(
                ocop.Sheets(
                    criteria_set=sheets.criteria_set,
                    products=[sheets.products[row] for row in rows],
                    answers=sheets.answers[rows],
                    findings=None if sheets.findings is None else sheets.findings[rows],
                    columns={k: tuple(v[row] for row in rows) for k, v in sheets.columns.items()},
                )
            )
        )
    return result


def everything(found: ocop.Transition) -> Any:
    """Return all that a transition says of the population, without the order of the input."""
    # Parts differ from set to set here, so they cannot decide.
    ranks = found.compare_ranks(order=["star", "total"])
    return (
        found.matrix.tolist(),
        found.reasons,
        found.columns(),
        [(one.to_dict(), one.matrix.tolist()) for one in found.within("commune")],
        [one.to_dict() for one in found.within("set")],
        found.text("vi"),
        ranks.to_dict(),
        sorted(zip(found.products, ranks.displacement.tolist(), strict=True)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_input_changes_nothing(seed: int, generate: Any, plain: Any) -> None:
    """Batches and rows shuffled on either side."""
    given = population(100 + seed, generate, plain)
    rng = Random(seed)
    once = everything(ocop.transition(given.before, given.after))
    again = ocop.transition(shuffled(given.before, rng), shuffled(given.after, rng))
    assert everything(again) == once


@pytest.fixture
def tea() -> ocop.CriteriaSet:
    """Return the criteria set for tea of 26/2026."""
    return ocop.criteria_set("qd-26-2026", "tea")


def scored(law: ocop.CriteriaSet, changes: dict[str, dict[str, int]], **more: Any) -> ocop.Scores:
    """Return scores of the best sheets there are, changed by product."""
    best = {item.code: len(item.criterion.options) for item in law.items}
    sheets = ocop.Sheets.of(
        [
            ocop.Sheet(criteria_set=law, product=product, answers={**best, **change})
            for product, change in changes.items()
        ]
    )
    return ocop.score(evolve(sheets, **more))


def test_reasons_by_hand(tea: ocop.CriteriaSet) -> None:
    """A floor lost and a floor gained; a finding; points below another law's band."""
    finding = tea.exclusions[0].finding.id
    higher = evolve(
        tea,
        decision="higher",
        bands=tuple(evolve(b, at_least=99) if b.star == 5 else b for b in tea.bands),
    )
    before = scored(tea, {"a": {}, "b": {"4.1": 1}, "c": {}, "d": {"3.1": 2}, "e": {}})
    bits = np.array([0, 0, 1, 0, 0], dtype=np.uint64)
    changes = {"a": {"4.1": 3}, "b": {}, "c": {}, "d": {"3.1": 1}, "e": {}}
    found = ocop.transition(before, scored(higher, changes, findings=bits))
    assert found.decisions == ("qd-26-2026", "higher")
    assert [list(row.values()) for row in found.head()] == [
        ["a", 11, 100, 98, 5, 4, 5, 4, "points;floor:4.1"],
        ["b", 11, 96, 100, 5, 5, 2, 5, "floor:4.1"],
        ["c", 11, 100, 100, 5, 5, 5, None, f"finding:{finding}"],
        ["d", 11, 99, 98, 5, 4, 5, 4, "points"],
    ]
    assert found.head(1)[0].keys() == found.columns(0, 0).keys()
    assert [item.to_dict() for item in found.reasons][:2] == [
        {
            "direction": "down",
            "reason": "points",
            "code": None,
            "criterion": None,
            "count": 2,
            "alone": 1,
        },
        {
            "direction": "down",
            "reason": "finding",
            "code": finding,
            "criterion": None,
            "count": 1,
            "alone": 1,
        },
    ]
    assert found.text() == (
        "qd-26-2026 to higher: 5 products\n"
        "1 up, 1 same, 3 down\n"
        "\n"
        "before \\ after        5        4        3        2        1 excluded\n"
        "             5        1        2        0        0        0        1\n"
        "             4        0        0        0        0        0        0\n"
        "             3        0        0        0        0        0        0\n"
        "             2        1        0        0        0        0        0\n"
        "             1        0        0        0        0        0        0\n"
        "      excluded        0        0        0        0        0        0\n"
        "\n"
        "Down because of:\n"
        "  points: 2 (1 alone)\n"
        f"  the finding {finding}: 1 (1 alone)\n"
        "  the floor of 4.1: 1 (0 alone)\n"
        "\n"
        "Up, held back before by:\n"
        "  the floor of 4.1: 1 (1 alone)\n"
    )


def test_a_knock_out_is_a_reason() -> None:
    """A criterion of a knock-out section with no points after."""
    law = ocop.criteria_set("qd-26-2026", 16)
    section = law.rules.knock_outs[0].section
    code = law.section_items(section)[0].code
    found = ocop.transition(scored(law, {"a": {}}), scored(law, {"a": {code: 0}}))
    (row,) = found.head()
    assert row["star_after"] is None
    assert f"zero:{code}" in row["reasons"].split(";")
    assert "knock-out" in {item.reason.kind for item in found.reasons}
    assert f"no points in {code}: 1" in found.text()


def test_products_on_one_side_only_are_named_and_not_counted(tea: ocop.CriteriaSet) -> None:
    """Counts, ranks and groups are of the products that stand on both sides."""
    before = scored(tea, {"gone": {}, "b": {}, "a": {"4.1": 3}, "lost": {}})
    after = scored(tea, {"a": {}, "new": {}, "b": {}})
    found = ocop.transition(before, after)
    assert (found.only_before, found.only_after) == (("gone", "lost"), ("new",))
    assert found.products == ("b", "a")
    assert repr(found) == (
        "<Transition qd-26-2026 to qd-26-2026: 2 products, 1 up, 1 same, 0 down, "
        "3 on one side only>"
    )
    assert found.text().endswith(
        "2 products only before, not counted\n1 product only after, not counted\n"
    )
    ranks = found.compare_ranks()
    assert (ranks.before.tolist(), ranks.after.tolist()) == ([1, 2], [1, 1])
    (group,) = found.within(["x", "y", "y", "x"])
    assert (group.within, group.products) == ("y", 2)
    assert repr(group) == "<TransitionCounts y: 2 products, 1 up, 1 same, 0 down>"
    assert repr(found.counts) == "<TransitionCounts 2 products, 1 up, 1 same, 0 down>"


def test_sheets_of_assessors_are_matched_by_assessor(tea: ocop.CriteriaSet) -> None:
    """Each sheet counts; a ranking needs one sheet of each product."""
    best = np.array([[len(item.criterion.options) for item in tea.items]] * 3)
    lower = best.copy()
    lower[0, tea.codes.index("4.1")] = 3
    before = ocop.Sheets(
        criteria_set=tea, products=["a", "a", "b"], answers=best, assessors=("An", "Chi", "An")
    )
    after = ocop.Sheets(
        criteria_set=tea, products=["a", "b", "a"], answers=lower, assessors=("Chi", "An", "Tâm")
    )
    found = ocop.transition(ocop.score(before), ocop.score(after))
    assert (found.only_before, found.only_after) == (("a (An)",), ("a (Tâm)",))
    assert [(row["product"], row["assessor"], row["reasons"]) for row in found.head()] == [
        ("a", "Chi", "floor:4.1")
    ]
    with pytest.raises(ocop.InputError, match="duplicate-product"):
        found.compare_ranks()
    more = scored(evolve(tea, number=12), {"c": {}, "0": {}})
    less = scored(evolve(tea, number=12), {"0": {"4.1": 3}, "c": {"4.1": 3}})
    both = ocop.transition([ocop.score(before), more], [less, ocop.score(after)])
    assert [(row["product"], row["assessor"]) for row in both.head()] == [
        ("0", None),
        ("a", "Chi"),
        ("c", None),
    ]


def test_groups_add_up_to_the_whole(generate: Any, plain: Any) -> None:
    """Every way to group has each product once, and names in order."""
    given = population(7, generate, plain)
    found = ocop.transition(given.before, given.after)
    values = [str(int(code) % 3) for batch in given.before for code in batch.products]
    for by in ("set", "group", "sector", "commune", values):
        groups = found.within(by)
        assert sum(group.matrix for group in groups).tolist() == found.matrix.tolist()
        names = [group.within for group in groups]
        assert names == sorted(set(names))
        assert all(g.up + g.same + g.down == g.products for g in groups)
    communes = {group.within: group.products for group in found.within("commune")}
    assert communes == Counter(f"xã {int(code) % 7}" for code in given.given[0])
    assert [group.within for group in found.within("set")] == ["01 thu", "02 thu", "03 thu"]


def test_ranks_are_those_of_ranking_both_sides(generate: Any, plain: Any) -> None:
    """`rank(ties="min")` of each side, matched by product."""
    given = population(3, generate, plain)
    found = ocop.transition(given.before, given.after)
    order = ["total", "star"]
    ranks = []
    for scores in (given.before, given.after):
        codes = [code for batch in scores for code in batch.products]
        by_code = dict(zip(codes, ocop.rank(scores, order=order).ranks.tolist(), strict=True))
        ranks.append([by_code[product] for product in found.products])
    mine = found.compare_ranks(order=order, p=0.5)
    assert [mine.before.tolist(), mine.after.tolist()] == ranks
    assert mine.p == 0.5


def test_nobody_moves(tea: ocop.CriteriaSet) -> None:
    """The same scores on both sides: an empty list, no reasons, no variation in the ranks."""
    scores = scored(tea, {"a": {}, "b": {}})
    found = ocop.transition(scores, scores)
    assert (found.counts.same, found.reasons, found.head()) == (2, (), [])
    assert found.compare_ranks().tau.outcome == "no-variation"
    assert found.digests == ({11: tea.digest}, {11: tea.digest})
    assert found.version == ocop.__version__


def test_arrays_are_read_only(tea: ocop.CriteriaSet) -> None:
    """Nobody changes a result."""
    scores = scored(tea, {"a": {}, "b": {}})
    found = ocop.transition(scores, scored(tea, {"b": {}, "a": {"4.1": 3}}))
    for array in (found.matrix, found.star_before, found.star_after, found.movers):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_rows_are_what_tables_take(generate: Any, plain: Any) -> None:
    """The matrix, the groups and the movers go through the table writer and into JSON."""
    given = population(5, generate, plain)
    found = ocop.transition(given.before, given.after)
    rows = found.rows()
    assert list(rows[0]) == ["before", "5", "4", "3", "2", "1", "excluded"]
    assert [row["before"] for row in rows] == ["5", "4", "3", "2", "1", "excluded"]
    assert [[row[name] for name in list(row)[1:]] for row in rows] == (
        found.matrix[::-1, ::-1].tolist()
    )
    groups = [group.to_dict() for group in found.within("commune")]
    for part in (rows, groups, found.head(), [one.to_dict() for one in found.reasons]):
        assert all(len(line) <= 80 for line in table(part).splitlines())
        json.dumps(part)
    for lang in ("vi", "en"):
        assert all(len(line) <= 80 for line in found.text(lang).splitlines())


def test_the_hash_seed_changes_nothing() -> None:
    """Two processes with other hash seeds print the same."""
    script = (
        "import ocop; from attrs import evolve\n"
        "b = ocop.read_sheets('examples/province-made-up.csv', 'qd-26-2026',"
        " keep=['name', 'commune'])\n"
        "f = lambda s: evolve(s, bands=tuple(evolve(x, at_least=x.at_least * 9 // 10)"
        " for x in s.bands))\n"
        "a = [evolve(x, criteria_set=f(x.criteria_set)) for x in b]\n"
        "t = ocop.transition(map(ocop.score, b), map(ocop.score, a))\n"
        "print(t.text(), t.columns(), t.reasons, t.within('commune'))\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]
    assert b"points" in printed[0]


def test_bad_input_is_told_at_once(tea: ocop.CriteriaSet) -> None:
    """Empty sides, several decisions on one side, a product twice."""
    one = scored(tea, {"a": {}, "b": {}})
    other = scored(evolve(tea, decision="other"), {"c": {}, "a": {}})
    with pytest.raises(ocop.InputError) as caught:
        ocop.transition([], [one, other])
    assert str(caught.value) == (
        "3 problems:\n"
        "  before: found no scores, allowed is one or more [no-scores]\n"
        "  after: found scores of other, qd-26-2026, allowed is one decision [mixed-decisions]\n"
        "  after: the product 'a' stands twice [duplicate-product]"
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.transition(one, scored(tea, {"x": {}}))
    assert str(caught.value) == (
        "none of 2 products before is among 1 after; score the same sheets twice; products are "
        "matched by their code [no-common-product]"
    )


def test_bad_groups_are_told(tea: ocop.CriteriaSet) -> None:
    """A column that nobody carries, and values that are too few."""
    found = ocop.transition(*(scored(tea, {"a": {}}, columns={"commune": ("x",)}),) * 2)
    with pytest.raises(ocop.InputError) as caught:
        found.within("comune")
    assert str(caught.value) == (
        "by: found 'comune', allowed are set, group, sector, commune; did you mean 'commune'? "
        "[unknown-key]"
    )
    with pytest.raises(ocop.InputError) as caught:
        found.within([])
    assert str(caught.value) == "by: found 0 values, allowed are 1, one per product [wrong-length]"
