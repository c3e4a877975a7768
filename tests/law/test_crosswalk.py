"""Crosswalks: complete, sound in shape, and found between the decisions that share criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ocop
from ocop.law.crosswalk import route
from ocop.law.matching import Crosswalk

SHIPPED = [("qd-781-2020", "qd-148-2023"), ("qd-148-2023", "qd-26-2026")]
FOLDER = Path(__file__).parents[2] / "criteria_sets" / "crosswalks"


def file_of(before: str, after: str) -> dict[str, Any]:
    """Return a crosswalk file as plain data."""
    text = (FOLDER / f"{before}--{after}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def pairs_of_sets(walk: Crosswalk) -> Iterator[tuple[ocop.CriteriaSet, ocop.CriteriaSet]]:
    """Yield every older set with every newer set that its products can fall under."""
    for old in ocop.decision(walk.before).sets.values():
        for slug in walk.groups_after(old.group.slug):
            yield old, ocop.criteria_set(walk.after, slug)


@pytest.mark.parametrize(("before", "after"), SHIPPED)
def test_shipped_crosswalks_have_no_problems(before: str, after: str) -> None:
    """The files pass the checks that a user's own crosswalk passes."""
    assert ocop.validate(FOLDER / f"{before}--{after}.yaml") == ()
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        f"{a}--{b}.yaml" for a, b in SHIPPED
    )


@pytest.mark.parametrize(("before", "after"), SHIPPED)
def test_every_answer_of_every_older_set_is_mapped_or_without_counterpart(
    before: str, after: str
) -> None:
    """No option is forgotten: read from the rows, apart from the checks of the loader."""
    walk = ocop.crosswalk(before, after)
    seen = 0
    for old, new in pairs_of_sets(walk):
        rows = walk.between(old, new)
        for item in old.items:
            mine = [row for row in rows if row.before is not None and row.before.code == item.code]
            assert mine, (old.group.slug, item.code)
            for row in mine:
                if row.after is None:
                    assert row.relation == "none"
                    assert row.why is not None
                    continue
                size = len(row.after.criterion.options)
                assert len(row.answers) == len(item.criterion.options) + 1
                assert all(answers for answers in row.answers)
                assert {a for answers in row.answers for a in answers} <= {*range(size + 1)}
                seen += 1
        told = {row.after.code for row in rows if row.after is not None}
        assert told == set(new.codes), (old.group.slug, new.group.slug)
    assert seen > 600


@pytest.mark.parametrize(("before", "after"), SHIPPED)
def test_every_older_group_is_somewhere(before: str, after: str) -> None:
    """Each of the 26 older groups has its counterparts, or the data says there are none."""
    walk = ocop.crosswalk(before, after)
    there = {declared.group for declared in ocop.decision(after).declared}
    told = {match.before for match in walk.groups if match.relation == "none"}
    for declared in ocop.decision(before).declared:
        slugs = walk.groups_after(declared.group)
        assert set(slugs) <= there
        assert bool(slugs) == (declared.group not in told)


def test_groups_that_were_merged_split_and_dropped() -> None:
    """The facts of 2023: three groups joined others, two were split, one has no criteria left."""
    walk = ocop.crosswalk("qd-781-2020", "qd-148-2023")
    after = walk.groups_after
    assert after("processed-aquatic-products") == ("processed-animal-products",)
    assert after("decorative-handicrafts") == after("household-handicrafts") == ("handicrafts",)
    assert after("honey-and-other-farm-food") == (
        "honey-and-other-farm-food",
        "processed-animal-products",
    )
    assert after("other-tea-products") == ("plant-teas", "tea")
    assert after("medical-equipment") == ()
    assert after("tea") == ("tea",)
    kept = ocop.crosswalk("qd-148-2023", "qd-26-2026")
    assert all(
        kept.groups_after(declared.group) == (declared.group,)
        for declared in ocop.decision("qd-148-2023").declared
    )


def test_the_known_facts_of_2026_are_in_the_crosswalk() -> None:
    """Accounting went, bilingual labels came, labour is counted in the commune."""
    walk = ocop.crosswalk("qd-148-2023", "qd-26-2026")
    fresh = [ocop.criteria_set(name, 1) for name in (walk.before, walk.after)]
    rows = walk.between(*fresh)
    by_old = {row.before.criterion.id: row for row in rows if row.before is not None}
    assert by_old["accounting"].after is None
    assert by_old["product-standard-declaration"].relation != "same"
    labour = by_old["local-labour"]
    assert labour.after is not None
    assert labour.relation != "same"
    assert labour.why is not None
    assert "commune" in labour.why.en
    new = {row.after.criterion.id for row in rows if row.before is None and row.after is not None}
    assert "bilingual-label" in new


@pytest.mark.parametrize(("before", "after"), SHIPPED)
def test_reasons_are_one_short_line_in_both_languages(before: str, after: str) -> None:
    """A reason is there wherever the criteria do not read alike, and fits a line."""
    data = file_of(before, after)
    entries = [e for key in ("groups", "criteria", "added") for e in data[key]]
    reasons = [entry["why"] for entry in entries if "why" in entry]
    assert len(reasons) > 60
    for why in reasons:
        assert len(why["vi"]) <= 110
        assert len(why["en"]) <= 120
        assert "\n" not in why["vi"] + why["en"]
    alike = [e for e in data["criteria"] if "why" not in e]
    assert {entry["relation"] for entry in alike} == {"same"}


def test_amendments_share_the_crosswalks_of_the_decision_they_share_criteria_with() -> None:
    """1048 goes by 781 and 1489 by 148; between the two of a pair there is nothing to cross."""
    assert ocop.crosswalk("qd-1048-2019", "qd-1489-2025") is ocop.crosswalk(*SHIPPED[0])
    old, new = ocop.decision("qd-1048-2019"), ocop.decision("qd-26-2026")
    assert route(old, new) == tuple(ocop.crosswalk(*pair) for pair in SHIPPED)
    assert route("qd-1048-2019", "qd-781-2020") == ()
    assert route("qd-26-2026", "qd-26-2026") == ()


def test_where_no_crosswalk_leads_is_an_error_that_lists_those_there_are() -> None:
    """Crosswalks lead forward: nothing leads back, and no single one over two steps."""
    with pytest.raises(ocop.InputError) as caught:
        ocop.crosswalk("qd-781-2020", "qd-26-2026")
    assert str(caught.value) == (
        "there is no crosswalk from qd-781-2020 to qd-26-2026; there are qd-148-2023 to "
        "qd-26-2026, qd-781-2020 to qd-148-2023 [no-crosswalk]"
    )
    with pytest.raises(ocop.InputError, match="no-crosswalk"):
        route("qd-26-2026", "qd-148-2023")
    with pytest.raises(ocop.UnknownDecisionError, match="unknown-decision"):
        ocop.crosswalk("qd-782-2020", "qd-148-2023")


def test_a_crosswalk_of_your_own_loads_with_its_decisions_beside_it(
    own_crosswalk: Path, replace: Callable[[Path, str, str], None]
) -> None:
    """`load_crosswalk` finds decisions beside its folder; problems are raised all at once."""
    walk = ocop.load_crosswalk(own_crosswalk)
    assert (walk.before, walk.after) == ("qd-99-2030", "qd-100-2031")
    assert ocop.validate(own_crosswalk) == ()
    replace(own_crosswalk, 'after: "look"', 'after: "looks"')
    replace(own_crosswalk, '"2": [1, 2], "3": [3]}', '"2": [1, 2]}')
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_crosswalk(own_crosswalk)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["option-not-mapped", "unknown-reference"]


def test_what_was_added_stands_in_rows_of_its_own() -> None:
    """Nothing was before it, nothing is mapped to it, and the reason is told."""
    walk = ocop.crosswalk("qd-148-2023", "qd-26-2026")
    rows = walk.between(*(ocop.criteria_set(law, "tea") for law in (walk.before, walk.after)))
    added = [row for row in rows if row.before is None]
    reasons = {one.after: one.why for one in walk.added}
    assert len(added) >= 2
    for row in added:
        assert row.after is not None
        assert (row.relation, row.answers) == ("none", ())
        assert row.why == reasons[row.after.criterion.id]


def test_a_name_too_long_for_any_folder_is_an_unknown_decision(
    own_crosswalk: Path, replace: Callable[[Path, str, str], None]
) -> None:
    """Names up to 200 characters are looked for in folders; a longer one is not asked about."""
    for length in (200, 201, 100_000):
        path = own_crosswalk.with_name(f"{length}.yaml")
        path.write_text(own_crosswalk.read_text("utf-8"), "utf-8")
        replace(path, 'before: "qd-99-2030"', f'before: "{"q" * length}"')
        with pytest.raises(ocop.LawError, match="there is no decision") as caught:
            ocop.load_crosswalk(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.line) == ("unknown-reference", 3)


def test_a_crosswalk_between_shipped_decisions_may_lie_anywhere(tmp_path: Path) -> None:
    """A copy of a shipped file, changed by a user, finds the shipped decisions."""
    text = (FOLDER / "qd-148-2023--qd-26-2026.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    assert ocop.load_crosswalk(path) == ocop.crosswalk("qd-148-2023", "qd-26-2026")


def test_a_crosswalk_of_another_shape_is_told_whole(
    own_crosswalk: Path, replace: Callable[[Path, str, str], None]
) -> None:
    """A file that is no crosswalk yet gives all problems of its shape, however it is read."""
    replace(own_crosswalk, "added:", "new:")
    replace(own_crosswalk, 'after: "qd-100-2031"', "after: 100")
    with pytest.raises(ocop.LawError) as caught:
        ocop.load_crosswalk(own_crosswalk)
    assert caught.value.problems == ocop.validate(own_crosswalk)
    assert [str(p).removeprefix(f"{own_crosswalk}:") for p in caught.value.problems] == [
        "4:8: after: found 100, allowed is text; put it in quotes [wrong-type]",
        "50:1: new: unknown key 'new'; allowed are format, before, after, criteria, groups, added; "
        "remove it [unknown-key]",
    ]


def test_relations_that_fit_where_products_and_criteria_meet(
    own_crosswalk: Path, replace: Callable[[Path, str, str], None]
) -> None:
    """A group may join one that was there before; sources of one criterion may overlap."""
    replace(
        own_crosswalk, 'after: []\n    relation: "none"', 'after: ["tea"]\n    relation: "merged"'
    )
    told = 'why: {vi: "Câu chuyện và cách kể nay là một"'
    replace(
        own_crosswalk, f'relation: "merged"\n    {told}', f'relation: "overlapping"\n    {told}'
    )
    assert ocop.validate(own_crosswalk) == ()
    walk = ocop.load_crosswalk(own_crosswalk)
    assert walk.groups_after("coffee-and-cocoa") == ("tea",)
    # Split too: the story stands for two newer criteria, one of which has another source.
    entry = """  - before: "story"
    after: "bilingual-label"
    relation: "split"
    why: {vi: "Nhãn kể chuyện", en: "The label tells the story"}
    options: {"0": [0, 1, 2], "1": [0, 1, 2], "2": [0, 1, 2]}
"""
    replace(own_crosswalk, '  - before: "story-style"', entry + '  - before: "story-style"')
    replace(own_crosswalk, f'relation: "overlapping"\n    {told}', f'relation: "split"\n    {told}')
    label = '  - {after: "bilingual-label", why: {vi: "Tiêu chí mới", en: "A new criterion"}}\n'
    replace(own_crosswalk, label, "")
    assert ocop.validate(own_crosswalk) == ()
