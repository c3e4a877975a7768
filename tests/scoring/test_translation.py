"""Translation: intervals that are exact for what the crosswalk says, and told criterion by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import yaml
from attrs import evolve

import ocop
from ocop.law.matching import CriterionMatch
from ocop.scoring.possible import extremes
from ocop.scoring.translation import OpenCriterion

Replace = Callable[[Path, str, str], None]
ROOT = Path(__file__).parents[2]
WALKS = [("qd-781-2020", "qd-148-2023"), ("qd-148-2023", "qd-26-2026")]
Possible = dict[str, "tuple[int | None, ...]"]


@cache
def crosswalk_data(before: str, after: str) -> dict[str, Any]:
    """Return a crosswalk file as plain data."""
    path = ROOT / "criteria_sets" / "crosswalks" / f"{before}--{after}.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def plainly(
    data: dict[str, Any], old: ocop.CriteriaSet, new: ocop.CriteriaSet, given: Possible
) -> Possible:
    """Translate possible answers by the words of the format, criterion by criterion."""
    answers = {item.criterion.id: given[item.code] for item in old.items}
    result: Possible = {}
    for item in new.items:
        left = {*range(len(item.criterion.options) + 1)}
        sources = [
            entry
            for entry in data["criteria"]
            if entry.get("after") == item.criterion.id and entry["before"] in answers
            if old.group.slug in entry.get("groups", [old.group.slug])
        ]
        assessed = [entry for entry in sources if answers[entry["before"]] != (None,)]
        for entry in assessed:
            options = entry.get("options")
            allowed: set[int] = set()
            for answer in answers[entry["before"]]:
                allowed |= {answer} if options is None else set(options[str(answer)])
            left &= allowed
        result[item.code] = tuple(sorted(left)) if assessed or not sources else (None,)
    return result


def draw(rng: Random, law: ocop.CriteriaSet, possible: Possible) -> Mapping[str, int | None] | None:
    """Return one of the possible sheets, None where the draw mixes cases."""
    sheet = {code: rng.choice(answers) for code, answers in possible.items()}
    used: dict[str, set[str]] = {}
    for item in law.items:
        answer = sheet[item.code]
        if item.criterion.case_kind and answer:
            case = str(item.criterion.options[answer - 1].case)
            used.setdefault(item.criterion.case_kind, set()).add(case)
    return sheet if all(len(cases) == 1 for cases in used.values()) else None


@pytest.mark.parametrize(("before", "after"), WALKS)
def test_possible_answers_are_those_of_the_file_and_bounds_hold_and_are_reached(
    before: str, after: str, plain: Any, generate: Any
) -> None:
    """Over all groups: possible answers as read plainly; drawn sheets stay inside the bounds."""
    data, walk = crosswalk_data(before, after), ocop.crosswalk(before, after)
    rng = Random(f"{before} {after}")
    for old in ocop.decision(before).sets.values():
        given = generate.sheets(old, 8, seed=3)
        batch = generate.batch(old, given)
        for slug in walk.groups_after(old.group.slug):
            new = ocop.criteria_set(after, slug)
            found = ocop.translate(batch, after, group=slug)
            assert found.criteria_set is new
            for row, (answers, findings) in enumerate(given):
                start: Possible = {code: (answers.get(code),) for code in old.codes}
                possible = plainly(data, old, new, start)
                assert found.possible(row) == possible
                known = {f for f in findings if f in {e.finding.id for e in new.exclusions}}
                check_bounds(found, row, possible, known, rng, plain)


def check_bounds(
    found: ocop.Translation,
    row: int,
    possible: Possible,
    findings: set[str],
    rng: Random,
    plain: Any,
) -> None:
    """Drawn sheets lie inside the interval; its two ends are sheets that are possible."""
    law, one = found.criteria_set, found[row]
    low, high = one.star[0] or 0, one.star[1] or 0
    for _ in range(3):
        sheet = draw(rng, law, possible)
        if sheet is not None:
            result = plain.score(law, sheet, findings)
            assert one.total[0] <= result.total <= one.total[1]
            assert one.band[0] <= result.band <= one.band[1]
            assert low <= (result.star or 0) <= high
    for scores, end in ((found.lowest, 0), (found.highest, 1)):
        answers = scores.sheets.answers[row].tolist()
        sheet = {c: None if a == 255 else a for c, a in zip(law.codes, answers, strict=True)}
        assert all(sheet[code] in possible[code] for code in law.codes)
        result = plain.score(law, sheet, findings)
        assert (result.total, result.band, result.star) == (
            one.total[end],
            one.band[end],
            one.star[end],
        )
    spread = {c for c, answers in possible.items() if len({*points(law, c, answers)}) > 1}
    assert {criterion.code for criterion in one.open} == spread
    assert one.determined == (not spread)


def points(law: ocop.CriteriaSet, code: str, answers: Sequence[int | None]) -> list[int]:
    """Return the points of answers to one criterion."""
    options = law.item(code).criterion.options
    return [options[answer - 1].points if answer else 0 for answer in answers]


def test_two_steps_are_one_step_after_the_other(plain: Any, generate: Any) -> None:
    """From 781 to 26/2026 the possible answers are carried over 148, criterion by criterion."""
    old = ocop.criteria_set("qd-781-2020", "tea")
    middle, new = (ocop.criteria_set(name, "tea") for name in ("qd-148-2023", "qd-26-2026"))
    given = generate.sheets(old, 40, seed=5)
    found = ocop.translate(generate.batch(old, given), "qd-26-2026")
    for row, (answers, _) in enumerate(given):
        start: Possible = {code: (answers.get(code),) for code in old.codes}
        between = plainly(crosswalk_data(*WALKS[0]), old, middle, start)
        assert found.possible(row) == plainly(crosswalk_data(*WALKS[1]), middle, new, between)


def durian() -> ocop.Sheets:
    """Return the real sheet of 2022: 93 points and 5 stars under 781."""
    (batch,) = ocop.read_sheets(ROOT / "examples" / "durian-2022.csv", "qd-781-2020", set=1)
    return batch


def test_the_real_sheet_of_2022_is_an_interval_that_names_its_open_criteria() -> None:
    """93 points and 5 stars in 2022: under 148 and 26/2026 the sheet reaches at most 3 stars.

    Its answer for size and shape stays below the 4-star mark that 148 introduced.
    """
    batch = durian()
    before = ocop.score(batch)[0]
    assert (before.total, before.star) == (93, 5)
    middle = ocop.translate(batch, "qd-148-2023")
    one = middle[0]
    assert (one.total, one.band, one.star) == ((53, 94), (3, 5), (2, 3))
    assert not one.determined
    assert " ".join(criterion.code for criterion in one.open) == (
        "1.1 1.4 1.5 1.6 2.1 2.2 2.3 3.2 3.3 3.4 3.6 4.1 4.3 5.2 5.3 8.1 9.1 10.1 11.1"
    )
    assert one.open[0] == OpenCriterion(code="1.1", answers=(0, 1, 2, 3), lowest=0, highest=5)
    assert [str(floor) for floor in middle.highest[0].missing_floors] == ["6.1:4", "10.1:5"]
    last = ocop.translate(batch, "qd-26-2026")[0]
    assert (last.total, last.star) == ((36, 94), (2, 3))
    assert {criterion.code for criterion in last.open} >= {"1.2", "2.4", "3.3", "11"}
    assert "6.1" not in {criterion.code for criterion in last.open}


@pytest.mark.parametrize("to", ["qd-781-2020", "qd-1048-2019"])
def test_under_the_same_criteria_a_sheet_is_determined(to: str) -> None:
    """A decision that shares the criteria gives the one answer that scoring gives."""
    batch = durian()
    found = ocop.translate(batch, to)
    assert found.criteria_set.decision == to
    assert found.determined.tolist() == [True]
    assert found[0].total == (93, 93)
    assert found[0].star == (5, 5)
    assert np.array_equal(found.lowest.sheets.answers, batch.answers)
    assert repr(found) == (
        f"<Translation qd-781-2020 fresh-produce to {to} fresh-produce: 1 product, 1 determined>"
    )


def test_what_was_not_assessed_stays_not_assessed() -> None:
    """A blank sheet gives blanks where a criterion has a source, anything where it is new."""
    old = ocop.criteria_set("qd-148-2023", "tea")
    found = ocop.translate(ocop.Sheet(criteria_set=old, answers={}), "qd-26-2026")
    possible = found.possible(0)
    new = {"1.2": (0, 1, 2, 3), "2.4": (0, 1)}
    assert {code: answers for code, answers in possible.items() if answers != (None,)} == {
        code: tuple(range(len(found.criteria_set.item(code).criterion.options) + 1)) for code in new
    }
    assert found.lowest.answered[0] == len(new)


def test_a_sheet_without_a_point_may_stay_so() -> None:
    """No points at all are a total like any other, of a set with the same criteria."""
    old = ocop.criteria_set("qd-148-2023", "tea")
    for answers in ({}, dict.fromkeys(old.codes, 0)):
        found = ocop.translate(ocop.Sheet(criteria_set=old, answers=answers), "qd-1489-2025")
        assert found[0].total == (0, 0)


def test_columns_assessors_and_places_travel_with_the_sheets() -> None:
    """What stands beside the answers is still there, and products keep their order."""
    old = ocop.criteria_set("qd-148-2023", "tea")
    answers = np.ones((3, len(old.items)), dtype=np.uint8)
    batch = ocop.Sheets(
        criteria_set=old,
        products=["b", "a", "b"],
        assessors=("x", "x", "y"),
        answers=answers,
        columns={"commune": ("Mường Và", "Nà Khoang", "Mường Và")},
        rows=np.array([4, 2, 9]),
    )
    found = ocop.translate(batch, "qd-26-2026")
    columns = found.columns()
    assert list(columns)[:4] == ["product", "set", "assessor", "commune"]
    assert columns["product"] == ["b", "a", "b"]
    assert columns["commune"] == ["Mường Và", "Nà Khoang", "Mường Và"]
    assert found.lowest.sheets.assessors == ("x", "x", "y")
    one = found[0]
    assert list(columns)[4:] == [
        *("total_low", "total_high", "band_low", "band_high", "star_low", "star_high"),
        *("open", "missing_floors"),
    ]
    assert columns["missing_floors"] == found.highest.columns()["missing_floors"]
    assert columns["open"][0] == ";".join(map(str, one.open))
    assert (columns["total_low"][0], columns["total_high"][0]) == one.total
    assert (columns["star_low"][0], columns["star_high"][0]) == one.star
    assert len(found) == len(list(found)) == 3
    assert found[-1] == list(found)[2]
    with pytest.raises(IndexError):
        found[3]


def test_minimums_that_stay_missed_are_told_by_column() -> None:
    """Full marks but for 2.1 of tea: whatever the open answers, its minimum is missed."""
    old = ocop.criteria_set("qd-148-2023", "tea")
    best = {i.code: len(i.criterion.options) for i in old.items}
    found = ocop.translate(ocop.Sheet(criteria_set=old, answers=best | {"2.1": 1}), "qd-1489-2025")
    (told,) = found.columns()["missing_floors"]
    assert told
    assert [told] == found.highest.columns()["missing_floors"]


def test_results_are_read_only() -> None:
    """Arrays of a translation cannot be changed by accident."""
    found = ocop.translate(durian(), "qd-148-2023")
    for array in (found.star_low, found.star_high, found.lowest.total, found.highest.star):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_findings_go_along_where_the_newer_set_knows_them() -> None:
    """An excluded product stays excluded; what the newer set adds is named, not assumed."""
    old = ocop.criteria_set("qd-148-2023", 1)
    stated = ocop.Sheet(criteria_set=old, answers={}, findings=["outside-province"])
    found = ocop.translate(stated, "qd-26-2026")
    assert found[0].star == (None, None)
    assert found.highest.reasons(0) == ("outside-province",)
    assert found.columns()["star_high"] == [None]
    assert found.lost_findings == ()
    assert found.new_findings == ("forged-dossier", "registration-papers")


def test_groups_without_and_with_several_counterparts() -> None:
    """Where products went to several groups one is named; a group that ended has no answer."""

    def sheet(slug: str) -> ocop.Sheet:
        return ocop.Sheet(criteria_set=ocop.criteria_set("qd-781-2020", slug), answers={"1.1": 1})

    with pytest.raises(ocop.InputError) as caught:
        ocop.translate(sheet("other-tea-products"), "qd-26-2026")
    assert str(caught.value) == (
        "products of 'other-tea-products' went to several groups: plant-teas, tea; name one of "
        "them with group [several-counterparts]"
    )
    found = ocop.translate(sheet("other-tea-products"), "qd-26-2026", group="plant-teas")
    assert found.criteria_set.group.slug == "plant-teas"
    # The group of the same name is meant where none is named.
    honey = ocop.translate(sheet("honey-and-other-farm-food"), "qd-148-2023")
    assert honey.criteria_set.group.slug == "honey-and-other-farm-food"
    fish = ocop.translate(sheet("processed-aquatic-products"), "qd-148-2023")
    assert fish.criteria_set.group.slug == "processed-animal-products"
    with pytest.raises(ocop.InputError) as caught:
        ocop.translate(sheet("medical-equipment"), "qd-148-2023")
    assert str(caught.value) == (
        "no product group stands for 'medical-equipment': 148 has no criteria for medical "
        "equipment and instruments [no-counterpart]"
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.translate(sheet("tea"), "qd-148-2023", group="plant-teas")
    assert str(caught.value) == (
        "group: 'plant-teas' does not stand for 'tea', allowed are tea [no-counterpart]"
    )


def test_backwards_and_to_sets_that_are_not_held_there_is_no_way() -> None:
    """Crosswalks lead forward; 1048's own tourism set is not held."""
    new = ocop.criteria_set("qd-26-2026", "tea")
    with pytest.raises(ocop.InputError, match="no-crosswalk"):
        ocop.translate(ocop.Sheet(criteria_set=new, answers={}), "qd-148-2023")
    tourism = ocop.criteria_set("qd-781-2020", "rural-tourism")
    with pytest.raises(ocop.NotTranscribedError):
        ocop.translate(ocop.Sheet(criteria_set=tourism, answers={}), "qd-1048-2019")


def own(path: Path) -> tuple[ocop.Crosswalk, ocop.Decision, ocop.Decision]:
    """Load the made-up crosswalk and its two decisions."""
    home = path.parent.parent
    decisions = (ocop.load_decision(home / name) for name in ("qd-99-2030", "qd-100-2031"))
    return (ocop.load_crosswalk(path), *decisions)  # type: ignore[return-value]  # two decisions


def test_a_crosswalk_of_your_own_splits_and_merges(own_crosswalk: Path) -> None:
    """Packaging is split over two criteria, story and telling are merged into one."""
    walk, before, after = own(own_crosswalk)
    old = ocop.criteria_set(before, "tea")
    given = {"1.1": 2, "2": 2, "5.1": 2, "5.2": 2, "6.1.1": 2, "6.1.2": 1}
    sheet = ocop.Sheet(criteria_set=old, answers=given)
    found = ocop.translate(sheet, after, crosswalks=[walk])
    assert found.possible(0) == {
        "1": (1, 2),
        "2.1": (2,),
        "2.2": (2,),
        "2.3": (0, 1, 2),
        "3": (3,),
        "4.1": (2,),
        "4.2": (1,),
    }
    assert found[0].total == (55, 70)
    assert [str(criterion) for criterion in found[0].open] == ["1:0-10", "2.3:0-5"]


def test_a_sheet_is_determined_where_every_answer_is(own_crosswalk: Path, replace: Replace) -> None:
    """A fully determined translation gives one answer."""
    replace(
        own_crosswalk,
        '- {after: "bilingual-label", why: {vi: "Tiêu chí mới", en: "A new criterion"}}',
        "",
    )
    replace(
        own_crosswalk,
        '  - before: "story"\n',
        '  - before: "packaging"\n    after: "bilingual-label"\n    relation: "split"\n'
        '    why: {vi: "x", en: "x"}\n    options: {"0": [0, 1], "1": [1], "2": [2]}\n'
        '  - before: "story"\n',
    )
    walk, before, after = own(own_crosswalk)
    old = ocop.criteria_set(before, "tea")
    given = {"1.1": 3, "2": 2, "5.1": 2, "5.2": 2, "6.1.1": 2, "6.1.2": 2}
    sheets = [
        ocop.Sheet(criteria_set=old, answers=given, product="known"),
        ocop.Sheet(criteria_set=old, answers={**given, "1.1": 2}, product="open"),
        # Options of 0 points and none met are two answers and no difference.
        ocop.Sheet(criteria_set=old, answers={**given, "2": 0}, product="known too"),
    ]
    found = ocop.translate(ocop.Sheets.of(sheets), after, crosswalks=[walk])
    assert found.determined.tolist() == [True, False, True]
    assert found[0].total == (100, 100)
    assert found[0].star == (5, 5)
    assert found[0].open == ()
    assert found.possible(2)["2.3"] == (0, 1)


def test_options_of_one_case_stay_together(own_crosswalk: Path) -> None:
    """A sheet that leaves the case open gets bounds over both cases, never a mixed sheet."""
    walk, before, after = own(own_crosswalk)
    old = ocop.criteria_set(before, "village-walks")
    sheets = [
        ocop.Sheet(criteria_set=old, answers={"6": answer}, product=str(answer))
        for answer in (0, 1, 2, 3, 4)
    ]
    batch = ocop.Sheets.of(sheets)
    found = ocop.translate(batch, after, group="village-tours", crosswalks=[walk])
    assert [one.total for one in found] == [(0, 5), (0, 5), (0, 40), (0, 5), (35, 40)]
    meals = ocop.translate(batch, after, group="village-meals", crosswalks=[walk])
    assert [one.total for one in meals] == [(0, 40)] * 5


def test_bounds_are_over_all_cases_that_fit() -> None:
    """Where everything is possible, the two ends of each case are sheets of that case alone."""
    law = ocop.criteria_set("qd-26-2026", "rural-tourism")
    possible = []
    for item in law.items:
        answers = np.zeros((len(item.criterion.options) + 2, 1), dtype=np.bool_)
        # The last row says not assessed; criteria without cases have no option met.
        answers[: -1 if item.criterion.case_kind else 1] = True
        possible.append(answers)
    totals = []
    for ends in extremes(possible, law):
        assert ends.fits.tolist() == [True]
        for matrix in (ends.lowest, ends.highest):
            batch = ocop.Sheets(criteria_set=law, products=["x"], answers=matrix)
            totals.append(int(ocop.score(batch).total[0]))
    kinds = [item.criterion for item in law.items if item.criterion.case_kind]
    best = [sum(c.best_of(case) for c in kinds) for case in ("community", "operator")]
    assert totals == [0, best[0], 0, best[1]]


def test_a_crosswalk_that_contradicts_itself_is_refused(own_crosswalk: Path) -> None:
    """Sources that leave a criterion no answer, made in Python past the checks of the file."""
    walk, before, after = own(own_crosswalk)
    one, other = (
        CriterionMatch(
            before=source,
            after="guides",
            relation="merged",
            why=ocop.Label("x", "x"),
            options={str(answer): (option,) for answer in range(5)},
        )
        for source, option in (("packaging", 1), ("local-material", 3))
    )
    kept = [match for match in walk.criteria if match.before != "guides"]
    wrong = evolve(walk, criteria=(*kept, one, other, evolve(one, before="guides")))
    sheet = ocop.Sheet(
        criteria_set=ocop.criteria_set(before, "village-walks"),
        answers={"1.1": 1, "1.2": 1},
        product="walk",
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.translate(sheet, after, group="village-tours", crosswalks=[wrong])
    assert str(caught.value) == (
        "1: walk: no answers to qd-100-2031 village-tours fit the sheet; mend the crosswalk: its "
        "answers contradict each other [answers-contradict]"
    )


def test_a_crosswalk_that_was_not_made_for_the_sets_is_refused(own_crosswalk: Path) -> None:
    """Every criterion that the crosswalk says nothing of is named."""
    walk, before, after = own(own_crosswalk)
    wrong = evolve(walk, criteria=walk.criteria[1:], added=())
    sheet = ocop.Sheet(criteria_set=ocop.criteria_set(before, "tea"), answers={})
    with pytest.raises(ocop.InputError) as caught:
        ocop.translate(sheet, after, crosswalks=[wrong])
    assert [problem.message for problem in caught.value.problems] == [
        "the crosswalk qd-99-2030 to qd-100-2031 says nothing of '1.1' (local-material) of "
        "qd-99-2030 tea",
        "the crosswalk qd-99-2030 to qd-100-2031 says nothing of '1' (local-material) of "
        "qd-100-2031 tea",
        "the crosswalk qd-99-2030 to qd-100-2031 says nothing of '2.3' (bilingual-label) of "
        "qd-100-2031 tea",
    ]
