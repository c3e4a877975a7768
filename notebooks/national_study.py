"""What the national study of the notebook of this name counts, for the notebook and for its test.

All products are synthetic. Figures of the programme are those that were published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, frozen

import ocop
from ocop.programme import published_figures

BEFORE, AFTER = "qd-148-2023", "qd-26-2026"
SEED = 26
THRESHOLD = "4 stars from"


@frozen
class Published:
    """Published shares that a population is calibrated to: products by star, and by sector."""

    name: str
    stars: dict[int, int]
    sectors: dict[str, int]


LAO_CAI = {
    "food": 479,
    "drinks": 41,
    "medicinal": 26,
    "handicrafts": 36,
    "tourism": 20,
    "ornamental": 2,
}
HA_NOI = {"food": 1071, "drinks": 35, "medicinal": 17, "handicrafts": 492 + 34}


def thanh_hoa() -> dict[int, int]:
    """Return the published stars of Thanh Hóa at the end of 2021."""
    figures = published_figures()
    (found,) = (one.portfolio.totals[0] for one in figures if one.where == ("Thanh Hóa",))
    return {row.star: row.count for row in found.stars}


MAIN = Published("nation, April 2024", {5: 14, 4: 247, 3: 739}, LAO_CAI)
OTHERS = (
    Published("nation, December 2023", {5: 12, 4: 312, 3: 673}, LAO_CAI),
    Published("Thanh Hóa, 2021", thanh_hoa(), LAO_CAI),
    Published("Lào Cai, 2025", {4: 49 + 2, 3: 553}, LAO_CAI),
    Published("sectors of Hà Nội", MAIN.stars, HA_NOI),
)


def population(
    decision: str,
    published: Published = MAIN,
    *,
    products: int = 17_000,
    prepared: float = 0.97,
    seed: int = SEED,
) -> ocop.Population:
    """Make up products whose stars under a decision have the published shares.

    Where a set cannot have them it has the nearest that were found; `Population.off` tells.
    """
    whole = sum(published.sectors.values())
    return ocop.synthesize(
        decision,
        products=products,
        shares=published.stars,
        sectors={name: count / whole for name, count in published.sectors.items()},
        model=ocop.PopulationModel(prepared=prepared),
        nearest=True,
        rng=seed,
    )


def scores(sheets: Iterable[ocop.Sheets], law: ocop.Decision | None = None) -> list[ocop.Scores]:
    """Score batches, under another law with the same criteria where one is given."""
    if law is None:
        return [ocop.score(batch) for batch in sheets]
    laws = law.sets
    return [ocop.score(evolve(b, criteria_set=laws[b.criteria_set.number])) for b in sheets]


def without_floors(decision: str) -> ocop.Decision:
    """Return a decision whose star marks are all gone, so that points alone decide."""
    levers = ocop.Levers(decision, ocop.Lever.floors_off(decision))
    return ocop.apply_reform(levers.reform([1]), decision).decision


class Holding(NamedTuple):
    """A criterion, as titled, and how many products its floors hold back from a star."""

    title: ocop.Label
    count: int
    alone: int


def holding(batches: Iterable[ocop.Scores], star: int) -> list[Holding]:
    """Count by title of the criterion which floors hold products back from a star.

    The wording of a criterion differs between groups of products; criteria with one title are
    taken together. Titles are unique within a set, and a product stands in one set.
    """
    count: Counter[ocop.Label] = Counter()
    alone: Counter[ocop.Label] = Counter()
    for floor in ocop.holding_back(batches):
        if floor.star == star:
            count[floor.title] += floor.count
            alone[floor.title] += floor.alone
    order = sorted(count, key=lambda title: (-count[title], title.en))
    return [Holding(title, count[title], alone[title]) for title in order]


def open_points(translations: Iterable[ocop.Translation]) -> list[tuple[ocop.Label, float]]:
    """Return by title how many points a product's older sheet leaves open, on average."""
    width: Counter[ocop.Label] = Counter()
    products = 0
    for one in translations:
        products += len(one)
        titles = {item.code: item.criterion.title for item in one.criteria_set.items}
        for text in one.columns()["open"]:
            for entry in filter(None, text.split(";")):
                code, _, points = entry.partition(":")
                low, _, high = points.partition("-")
                width[titles[code]] += int(high) - int(low)
    order = sorted(width, key=lambda title: (-width[title], title.en))
    return [(title, width[title] / products) for title in order]


def steps(decision: str, *, shared: int = 2, further: int = 1) -> ocop.Levers:
    """Return the edits that the search for the best reform may use, a lever for each dial.

    - The 4-star threshold down by one or two points.
    - A 4-star mark becomes a 5-star mark: the floor then holds for five stars only.
    - An option below the best one gets one point more (`further` points at most), not beyond the
      next better option of its case, so that every set still adds up to the same total.

    An edit changes its criterion wherever it is printed; criteria of fewer than `shared` sets are
    left out.
    """
    law = ocop.decision(decision)
    criteria, printed = {}, Counter[str]()
    for source in law.sets.values():
        for item in source.items:
            criteria[item.criterion.id] = item.criterion
            printed[item.criterion.id] += 1
    down = [ocop.SetThreshold(star=4, at_least=points) for points in (69, 68)]
    levels = [ocop.Level(label=str(edit.at_least), edits=edit) for edit in down]
    levers = [ocop.Lever(name=THRESHOLD, levels=[ocop.Level(label="70"), *levels])]
    for name, criterion in criteria.items():
        if printed[name] < shared:
            continue
        for place, option in enumerate(criterion.options, start=1):
            better = [
                other.points
                for other in criterion.options
                if other.points > option.points and other.case == option.case
            ]
            room = min(further, min(better) - option.points) if better else 0
            more = [
                ocop.SetPoints(criterion=name, option=place, points=option.points + step)
                for step in range(1, room + 1)
            ]
            if more:
                levels = [ocop.Level(label=f"+{n}", edits=edit) for n, edit in enumerate(more, 1)]
                levels.insert(0, ocop.Level(label="+0"))
                levers.append(ocop.Lever(name=f"{name} {place} points", levels=levels))
            if option.mark == 4:
                edit = ocop.SetMark(criterion=name, option=place, mark=5)
                levers.append(ocop.Lever.switch(f"{name} {place} mark", edit))
        if criterion.mark == 4:
            levers.append(ocop.Lever.switch(f"{name} mark", ocop.SetMark(criterion=name, mark=5)))
    return ocop.Levers(decision, levers)


def star_counts(batches: Iterable[ocop.Scores]) -> dict[int, int]:
    """Return how many products have 5, 4, 3, 2, 1 stars, and 0 for excluded."""
    counts: Counter[int] = Counter()
    for batch in batches:
        counts.update(batch.star_counts())
    return {star: counts[star] for star in (5, 4, 3, 2, 1, 0)}


def words(scenario: ocop.FoundScenario, levers: ocop.Levers) -> list[str]:
    """Say in words what a scenario edits, with the titles of the criteria."""
    titles = {
        item.criterion.id: item.criterion.title.en
        for source in levers.decision.sets.values()
        for item in source.items
    }
    found = []
    for edit in levers.reform(scenario.choice).edits:
        match edit:
            case ocop.SetThreshold():
                found.append(f"4 stars from {edit.at_least}")
            case ocop.SetMark():
                where = "" if edit.option is None else f", option {edit.option}"
                found.append(f"{titles[edit.criterion]}{where}: 4-star mark to 5")
            case ocop.SetPoints():
                place = f"{titles[edit.criterion]}, option {edit.option}"
                found.append(f"{place}: {edit.points} points")
    return found


def as_drawn(population: ocop.Population, law: ocop.Decision) -> list[ocop.Scores]:
    """Draw the products of a population once more, for producers who prepare for another law.

    Quality and difficulty are those of the population; nobody is drawn again for a star, so all
    stars occur. The same numbers are drawn for every law.
    """
    return [
        ocop.score(made)
        for group in population.groups
        for made in ocop.synthesize(
            law.sets[group.criteria_set.number],
            products=len(group),
            model=group.parameters,
            rng=population.seed,
        ).sheets
    ]


class SetAnswers(NamedTuple):
    """The main counts of one criteria set, as a row of the table by sets."""

    number: int
    group: str
    products: int
    down: int
    below: int
    held_before: int
    held_after: int


def set_answers(
    bounds: ocop.TransitionBounds, old: ocop.Scores, new: ocop.Scores, rows: slice
) -> SetAnswers:
    """Count one set: certainly fewer stars, certainly below three, held back from four."""
    possible, star = bounds.possible[rows], bounds.star_before[rows]
    keeps = (possible & (np.arange(6) >= star[:, None])).any(axis=1)
    group = old.criteria_set.group
    return SetAnswers(
        number=old.criteria_set.number,
        group=group.label.en,
        products=len(old),
        down=int((~keeps).sum()),
        below=int((~possible[:, 3:].any(axis=1)).sum()),
        held_before=held_back([old]),
        held_after=held_back([new]),
    )


def held_back(batches: Iterable[ocop.Scores]) -> int:
    """Count products whose points open four stars and that have fewer."""
    return sum(int(((one.band >= 4) & (one.star < 4)).sum()) for one in batches)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in Markdown; columns of numbers stand at the right."""
    lines = [[f"{v:,}" if isinstance(v, int) else str(v) for v in row] for row in rows]
    words = [any(not cell[:1].isdigit() for cell in column) for column in zip(*lines, strict=True)]
    marks = ["---" if word else "---:" for word in words]
    return "\n".join(f"| {' | '.join(line)} |" for line in [list(header), marks, *lines])


def share(part: int | np.integer[Any], whole: int) -> str:
    """Return a share in per cent, rounded to a tenth."""
    return f"{100 * int(part) / whole:.1f}%"
