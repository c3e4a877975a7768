"""The national study: its page says what its functions count, and these count what they say."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import ocop

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "notebooks" / "national-study.md"


@pytest.fixture(scope="module")
def study() -> ModuleType:
    """Return the module beside the notebook."""
    path = ROOT / "notebooks" / "national_study.py"
    spec = importlib.util.spec_from_file_location("national_study", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def small(study: ModuleType) -> ocop.Population:
    """Return a small population under 26/2026, from producers who often forget a floor."""
    made: ocop.Population = study.population(study.AFTER, products=600, prepared=0.6)
    return made


def row_of(number: int) -> list[str]:
    """Return a row of the table by sets of the page."""
    lines = PAGE.read_text("utf-8").splitlines()
    (row,) = (line for line in lines if line.startswith(f"| {number} | ") and line.count("|") == 8)
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.parametrize(("number", "group"), [(4, None), (16, "bottled-water"), (26, None)])
def test_the_page_says_what_a_set_gives(study: ModuleType, number: int, group: str | None) -> None:
    """A set made up by itself is that of the whole population, and has the row of the page."""
    row = row_of(number)
    count = int(row[2].replace(",", ""))
    sides = []
    for decision in (study.BEFORE, study.AFTER):
        given = {"products": {group or number: count}, "shares": study.MAIN.stars}
        (sheets,) = ocop.synthesize(decision, **given, nearest=True, rng=study.SEED).sheets
        sides.append(ocop.score(sheets))
    bounds = ocop.transition_bounds(ocop.translate(sides[0].sheets, study.AFTER))
    found = study.set_answers(bounds, *sides, slice(None))
    assert study.table(["x"], [found]).splitlines()[-1] == f"| {' | '.join(row)} |"


def test_holding_counts_floors_of_four_stars(study: ModuleType, small: ocop.Population) -> None:
    """By title, products of 70 points or more that miss the floor; alone if they miss no other."""
    count: Counter[ocop.Label] = Counter()
    alone: Counter[ocop.Label] = Counter()
    stuck = 0
    scores = study.scores(small.sheets)
    for batch in scores:
        for n in range(len(batch)):
            if batch.band[n] < 4:
                continue
            missed = [floor.code for floor in batch[n].missing_floors if floor.star <= 4]
            stuck += batch.star[n] < 4
            assert bool(missed) == (batch.star[n] < 4)
            titles = {item.code: item.criterion.title for item in batch.criteria_set.items}
            count.update(titles[code] for code in missed)
            alone.update(titles[code] for code in missed if len(missed) == 1)
    assert stuck == study.held_back(scores) > 20
    found = study.holding(scores, 4)
    assert {one.title: one.count for one in found} == count
    assert {one.title: one.alone for one in found} == {title: alone[title] for title in count}
    assert [one.count for one in found] == sorted(count.values(), reverse=True)


@pytest.mark.parametrize("decision", ["qd-148-2023", "qd-26-2026"])
def test_titles_are_unique_within_a_set(decision: str) -> None:
    """So no product is counted twice for one title."""
    for source in ocop.decision(decision).sets.values():
        titles = Counter(item.criterion.title for item in source.items)
        assert max(titles.values()) == 1, source.number


def test_without_floors_points_alone_decide(study: ModuleType, small: ocop.Population) -> None:
    """The star is the band, but for products that are excluded."""
    for batch in study.scores(small.sheets, study.without_floors(study.AFTER)):
        assert np.array_equal(batch.star, np.where(batch.excluded, 0, batch.band))


def test_every_step_is_one_edit_that_keeps_the_hundred(study: ModuleType) -> None:
    """Levers of one edit each; no reform of the list leaves 100 points or lowers an option."""
    levers = study.steps(study.AFTER)
    assert levers.base == (0,) * len(levers)
    steps = levers.one_at_a_time().array()
    assert {len(levers.reform(row).edits) for row in steps[1:].tolist()} == {1}
    for number, source in levers.decision.sets.items():
        variants = levers.variants(number, steps)
        base = ocop.Variants.of([source])
        assert (variants.points >= base.points).all()
        assert (variants.points.max(axis=2) == base.points.max(axis=2)).all()
        assert (variants.thresholds <= base.thresholds).all()
    words = [study.words(one, levers) for one in _singles(levers)]
    assert {len(said) for said in words} == {1}


def _singles(levers: ocop.Levers) -> list[ocop.FoundScenario]:
    choices = levers.one_at_a_time().array()[1:].tolist()
    blank = {"rank": 1, "levers": (), "levels": (), "moved": 0, "tied": 1}
    return [ocop.FoundScenario(choice=tuple(row), **blank) for row in choices]


def test_open_points_are_those_of_every_sheet(study: ModuleType) -> None:
    """The average by title of what each sheet leaves open, criterion by criterion."""
    made = study.population(study.BEFORE, products=200)
    translations = [ocop.translate(batch, study.AFTER) for batch in made.sheets]
    width: Counter[ocop.Label] = Counter()
    for one in translations:
        titles = {item.code: item.criterion.title for item in one.criteria_set.items}
        for sheet in one:
            for criterion in sheet.open:
                width[titles[criterion.code]] += criterion.highest - criterion.lowest
    found = study.open_points(translations)
    assert dict(found) == {title: points / 200 for title, points in width.items()}
    assert [points for _, points in found] == sorted(dict(found).values(), reverse=True)


def test_producers_drawn_again_are_the_same(study: ModuleType, small: ocop.Population) -> None:
    """Under the same law the same sheets come out; an easier one has no fewer of four stars."""
    law = ocop.decision(study.AFTER)
    first, second = (study.star_counts(study.as_drawn(small, law)) for _ in range(2))
    assert first == second
    assert sum(first.values()) == len(small)
    easier = ocop.Reform(
        id="easier",
        title=ocop.Label("Dễ hơn", "Easier"),
        edits=[ocop.SetThreshold(star=4, at_least=65)],
    )
    after = study.star_counts(study.as_drawn(small, ocop.apply_reform(easier, law).decision))
    assert after[4] > first[4]


def test_tables_put_numbers_to_the_right(study: ModuleType) -> None:
    """Columns with a word stand at the left; thousands are apart."""
    assert study.table(["a", "b"], [("x", 1234), ("y", "5.0%")]) == (
        "| a | b |\n| --- | ---: |\n| x | 1,234 |\n| y | 5.0% |"
    )
    assert study.share(1, 8) == "12.5%"
