"""Bounds of transitions: exactly what some completion of the newer sheets reaches."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import ocop
from ocop.cli._table import table


def completions(found: ocop.Translation, row: int) -> list[dict[str, int | None]]:
    """Return every sheet that a translation leaves possible; no cases are mixed here."""
    possible = found.possible(row)
    return [dict(zip(possible, answers, strict=True)) for answers in product(*possible.values())]


def matrix_of(pairs: list[tuple[int, int]]) -> Any:
    matrix = np.zeros((6, 6), dtype=int)
    for before, after in pairs:
        matrix[before, after] += 1
    return matrix


def test_the_bounds_are_the_least_and_the_most_of_all_completions(
    own_crosswalk: Path, plain: Any
) -> None:
    """Every way to fill in the newer sheets of two products, each scored and counted plainly."""
    walk = ocop.load_crosswalk(own_crosswalk)
    before, after = (
        ocop.load_decision(own_crosswalk.parents[1] / name) for name in (walk.before, walk.after)
    )
    old, new = ocop.criteria_set(before, "tea"), ocop.criteria_set(after, "tea")
    best = {item.code: len(item.criterion.options) for item in old.items}
    given = [
        {"1.1": 2, "2": 2, "5.1": 2, "5.2": 2, "6.1.1": 2, "6.1.2": 1},
        {**best, "1.1": 3},
        dict.fromkeys(best, 0),
        dict.fromkeys(best, 1),
    ]
    for first, second in ((0, 1), (0, 2), (1, 3), (3, 3)):
        sheets = ocop.Sheets.of(
            [
                ocop.Sheet(criteria_set=old, product=name, answers=given[n])
                for name, n in (("a", first), ("b", second))
            ]
        )
        translation = ocop.translate(sheets, after, crosswalks=[walk])
        bounds = ocop.transition_bounds(translation)
        stars = [plain.score(old, given[n]).star or 0 for n in (first, second)]
        ends = [
            {plain.score(new, sheet).star or 0 for sheet in completions(translation, row)}
            for row in (0, 1)
        ]
        every = [matrix_of(list(zip(stars, pair, strict=True))) for pair in product(*ends)]
        assert bounds.counts.lower.tolist() == np.min(every, axis=0).tolist()
        assert bounds.counts.upper.tolist() == np.max(every, axis=0).tolist()
        for name, mask in (("up", np.triu), ("down", np.tril)):
            counts = [mask(m, 1 if name == "up" else -1).sum() for m in every]
            assert getattr(bounds.counts, name) == (min(counts), max(counts))
        same = [np.trace(m) for m in every]
        assert bounds.counts.same == (min(same), max(same))
        columns = [m.sum(axis=0) for m in every]
        assert bounds.counts.lower.sum(axis=0).tolist() == np.min(columns, axis=0).tolist()
        assert bounds.counts.upper.sum(axis=0).tolist() == np.max(columns, axis=0).tolist()


MOVES = ("up", "same", "down")


def translations(generate: Any, columns: bool = False) -> list[ocop.Translation]:
    """Return made-up sheets of 148 in three sets, read under 26/2026."""
    result = []
    for slug in ("tea", "fresh-produce", "bottled-water"):
        law = ocop.criteria_set("qd-148-2023", slug)
        given = generate.sheets(law, 40, seed=5)
        names = [f"{slug}-{n}" for n in range(len(given))]
        more = {"columns": {"commune": tuple(str(n % 3) for n in range(len(given)))}}
        batch = generate.batch(law, given, products=names, **(more if columns else {}))
        result.append(ocop.translate(batch, "qd-26-2026"))
    return result


def test_drawn_completions_stay_inside(generate: Any) -> None:
    """Transitions to sheets that the crosswalk leaves possible lie in every cell's bounds."""
    found = translations(generate)
    bounds = ocop.transition_bounds(found)
    before = [ocop.score(one.sheets) for one in found]
    rng = Random(26)
    afters = [[one.lowest for one in found], [one.highest for one in found]]
    for _ in range(5):
        afters.append(
            [
                ocop.score(
                    evolve(
                        one.lowest.sheets,
                        answers=[
                            [
                                255 if answer is None else answer
                                for possible in [one.possible(row)]
                                for answer in map(rng.choice, possible.values())
                            ]
                            for row in range(len(one))
                        ],
                    )
                )
                for one in found
            ]
        )
    for after in afters:
        moves = ocop.transition(before, after)
        counts = bounds.counts
        assert (counts.lower <= moves.matrix).all()
        assert (moves.matrix <= counts.upper).all()
        for name in ("up", "same", "down"):
            low, high = getattr(counts, name)
            assert low <= getattr(moves.counts, name) <= high
        assert bounds.possible[np.arange(len(bounds)), moves.star_after].all()


def test_each_product_has_its_stars(generate: Any) -> None:
    """Columns: the interval of the translation, all stars between its ends that are possible."""
    found = translations(generate)
    bounds = ocop.transition_bounds(found)
    columns = bounds.columns()
    assert columns["product"] == sorted(bounds.products)
    place = {code: n for n, code in enumerate(bounds.products)}
    low = np.concatenate([one.star_low for one in found])
    high = np.concatenate([one.star_high for one in found])
    moves = {"up": 0, "down": 0, "same": 0, None: 0}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        n = place[row["product"]]
        stars = [int(star) for star in row["stars"].split(";")]
        assert (stars[0], stars[-1]) == (low[n], high[n])
        assert (row["star_low"] or 0, row["star_high"] or 0) == (low[n], high[n])
        before = row["star_before"] or 0
        assert before == bounds.star_before[n]
        ways = {"up" if s > before else "down" if s < before else "same" for s in stars}
        assert row["change"] == (ways.pop() if len(ways) == 1 else None)
        moves[row["change"]] += 1
        assert bounds.certain[n] == (len(stars) == 1)
    assert (moves["up"], moves["same"], moves["down"]) == tuple(
        getattr(bounds.counts, name)[0] for name in ("up", "same", "down")
    )
    assert {len(row) for row in bounds.columns(0, 4).values()} == {4}


def test_groups_and_order(generate: Any) -> None:
    """Groups add up; the order of the batches changes nothing."""
    found = translations(generate, columns=True)
    bounds = ocop.transition_bounds(found)
    again = ocop.transition_bounds(reversed(found))
    assert again.columns() == bounds.columns()
    assert again.rows() == bounds.rows()
    for by in ("group", "commune"):
        groups = bounds.within(by)
        assert [one.to_dict() for one in again.within(by)] == [one.to_dict() for one in groups]
        assert sum(one.lower for one in groups).tolist() == bounds.counts.lower.tolist()
        assert sum(one.upper for one in groups).tolist() == bounds.counts.upper.tolist()
        assert sum(one.products for one in groups) == len(bounds) == 120
    assert [one.within for one in bounds.within("group")] == [
        "bottled-water",
        "fresh-produce",
        "tea",
    ]


def test_it_says_what_it_is(generate: Any) -> None:
    """Reprs, laws, tables of 80 columns, read-only arrays."""
    found = translations(generate)
    bounds = ocop.transition_bounds(found[0])
    known = bounds.certain.sum()
    assert repr(bounds) == (
        f"<TransitionBounds qd-148-2023 to qd-26-2026: 40 products, {known} certain>"
    )
    low, high = bounds.counts.up
    assert repr(bounds.counts).startswith(f"<BoundCounts 40 products, {low} to {high} up, ")
    assert bounds.digests == (
        {11: found[0].sheets.criteria_set.digest},
        {11: found[0].criteria_set.digest},
    )
    for rows in (bounds.rows(), [one.to_dict() for one in bounds.within("set")]):
        assert all(len(line) <= 80 for line in table(rows).splitlines())
    for array in (bounds.possible, bounds.star_before, bounds.counts.lower, bounds.counts.upper):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_bad_input_is_told_at_once(generate: Any) -> None:
    """Nothing, the same product twice, several decisions."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.transition_bounds([])
    assert str(caught.value) == ("found no translations, allowed is one or more [no-translations]")
    law = ocop.criteria_set("qd-781-2020", "tea")
    sheet = ocop.Sheet(criteria_set=law, product="a", answers={"1.1": 1})
    with pytest.raises(ocop.InputError) as caught:
        ocop.transition_bounds(ocop.translate(sheet, to) for to in ("qd-148-2023", "qd-26-2026"))
    assert str(caught.value) == (
        "2 problems:\n"
        "  before: the product 'a' stands twice [duplicate-product]\n"
        "  after: found translations to qd-148-2023, qd-26-2026, allowed is one decision "
        "[mixed-decisions]"
    )


def test_text(generate: Any) -> None:
    """Head, intervals of the moves and the matrix, in both languages; open cells have two ends."""
    found = translations(generate)
    bounds = ocop.transition_bounds(found)
    lines = bounds.text().splitlines()
    moves = [f"{low}-{high}" for low, high in (getattr(bounds.counts, n) for n in MOVES)]
    assert lines[:3] == [
        "{} to {}: 120 products".format(*bounds.decisions),
        "{} up, {} same, {} down; {} certain".format(*moves, int(bounds.certain.sum())),
        "",
    ]
    assert [line.split() for line in lines[4:]] == [list(row.values()) for row in bounds.rows()]
    assert lines[3].split() == ["before", "\\", "after", "5", "4", "3", "2", "1", "excluded"]
    vietnamese = bounds.text("vi").splitlines()
    assert vietnamese[0].endswith(": 120 sản phẩm")
    assert vietnamese[3].split()[-2:] == ["bị", "loại"]
    for text in (bounds.text, ocop.transition(ocop.score(found[0].sheets), found[0].lowest).text):
        with pytest.raises(ocop.InputError, match=r"^lang: found 'fr', allowed are vi, en "):
            text("fr")  # type: ignore[arg-type]  # wrong on purpose


def test_text_of_what_is_certain() -> None:
    """An interval whose ends are equal is one number."""
    tea = ocop.criteria_set("qd-148-2023", "tea")
    sheet = ocop.Sheet(criteria_set=tea, product="a", answers=dict.fromkeys(tea.codes, 0))
    text = ocop.transition_bounds(ocop.translate(sheet, "qd-26-2026")).text()
    assert "\n0 up, 1 same, 0 down; 1 certain\n" in text
