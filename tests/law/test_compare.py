"""What changed between decisions: known facts of the annexes, and nothing where nothing did."""

from __future__ import annotations

import attrs
import pytest

import ocop

RENAMED = ("group-renamed", "group-renumbered")


def _facts(before: str, after: str, group: str) -> set[tuple[str, str | None, str | None]]:
    changes = ocop.compare(ocop.decision(before), ocop.decision(after), group=group)
    return {
        (c.what, c.criterion and c.criterion.vi, (c.after or c.before) and (c.after or c.before).en)
        for c in changes
    }


@pytest.mark.parametrize("law", ocop.decisions(), ids=lambda law: law.id)
def test_a_decision_does_not_differ_from_itself(law: ocop.Decision) -> None:
    """No change between equals."""
    assert ocop.compare(law, law) == ()


def test_from_148_to_26_2026_for_fresh_vegetables() -> None:
    """Facts a district officer can check with both annexes at hand."""
    law = ocop.decision("qd-148-2023"), ocop.decision("qd-26-2026")
    assert "part-points" not in {c.what for c in ocop.compare(*law)}
    facts = _facts("qd-148-2023", "qd-26-2026", "fresh-produce")
    # Bilingual labelling appears with 1 point; accounting disappears.
    assert ("criterion-added", "Nhãn hàng hóa song ngữ", "1") in facts
    assert ("criterion-dropped", "Kế toán", "1") in facts
    # Quality declaration: 9.1 and 9.2 with 5 points become 9 with 5 points.
    changes = ocop.compare(*law, group="fresh-produce")
    section = [c for c in changes if (c.section, c.what[:9]) == ("9", "criterion")]
    assert [(c.code, c.what) for c in section] == [
        ("9", "criterion-added"),
        ("9.1", "criterion-dropped"),
        ("9.2", "criterion-dropped"),
    ]
    # Local labour is counted in the commune instead of the district.
    labour = [c for c in changes if c.code == "3.3" and c.what == "option-reworded"]
    assert all(c.before and "district" in c.before.en for c in labour)
    assert all(c.after and "commune" in c.after.en for c in labour)
    assert len(labour) == 2
    # The mark on intellectual property as a whole goes, marks on its options come.
    assert ("criterion-mark", "Sở hữu trí tuệ", "★4") in facts
    # The need of 5.3 (now the structure of the story) stays, that of local wisdom goes.
    rules = [(c.what, c.before.en) for c in changes if c.what.startswith("rule") and c.before]
    assert rules == [("rule-dropped", "5.2 counts only where 5.1 scores above 0")]
    assert all(c.clause is not None for c in changes)


def test_groups_between_781_and_148() -> None:
    """Parts are rebalanced, groups join, split, appear and go, numbers move."""
    changes = ocop.compare(ocop.decision("qd-781-2020"), ocop.decision("qd-148-2023"))
    points = [(c.part, c.before, c.after) for c in changes if c.what == "part-points"]
    assert [(p, b and b.en, a and a.en) for p, b, a in points] == [
        ("A", "35", "40"),
        ("C", "40", "35"),
    ]
    groups = {(c.what, c.group) for c in changes if c.what.startswith("group-")}
    assert {(what, slug) for what, slug in groups if what not in RENAMED} == {
        ("group-added", "flowers"),
        ("group-added", "ornamental-plants"),
        ("group-added", "ornamental-animals"),
        ("group-dropped", "medical-equipment"),
        ("group-merged", "processed-aquatic-products"),
        ("group-merged", "decorative-handicrafts"),
        ("group-merged", "household-handicrafts"),
        ("group-split", "honey-and-other-farm-food"),
        ("group-split", "other-tea-products"),
    }
    (honey,) = (
        c for c in changes if (c.what, c.group) == ("group-split", "honey-and-other-farm-food")
    )
    assert honey.after is not None
    assert honey.after.en.startswith("Honey, other syrups and other farm food; Processed meat")
    moved = {c.group: (c.before, c.after) for c in changes if c.what == "group-renumbered"}
    assert moved["tea"] == (ocop.Label("12", "12"), ocop.Label("11", "11"))


def test_a_group_that_one_decision_has_is_compared_with_its_counterparts() -> None:
    """Smoked fish of 2020 against processed products of 2023; handicrafts against both sources."""
    old, new = ocop.decision("qd-781-2020"), ocop.decision("qd-148-2023")
    fish = ocop.compare(old, new, group="processed-aquatic-products")
    sets = (ocop.criteria_set(old, 9), ocop.criteria_set(new, 8))
    assert fish == ocop.compare(*sets)
    assert {change.group for change in fish} == {"processed-aquatic-products"}
    crafts = ocop.compare(old, new, group="handicrafts")
    assert {change.group for change in crafts} == {
        "decorative-handicrafts",
        "household-handicrafts",
    }
    with pytest.raises(ocop.UnknownSetError, match="has no set 'medical-equipment'"):
        ocop.compare(old, new, group="medical-equipment")
    # Backwards no crosswalk leads: groups stand for each other where their slugs do.
    back = {(c.what, c.group) for c in ocop.compare(new, old) if c.what == "group-dropped"}
    assert ("group-dropped", "handicrafts") in back
    with pytest.raises(ocop.UnknownSetError):
        ocop.compare(new, old, group="handicrafts")


def test_a_group_with_one_counterpart_of_another_name_was_renamed() -> None:
    """Where no other group went to the same, it is a new name and no merger."""
    old, new = ocop.decision("qd-781-2020"), ocop.decision("qd-148-2023")
    fewer = attrs.evolve(
        old, declared=tuple(d for d in old.declared if d.group != "decorative-handicrafts")
    )
    found = [c for c in ocop.compare(fewer, new) if c.group == "household-handicrafts"]
    assert [change.what for change in found] == ["group-renamed"]


def test_an_amendment_changes_who_recognises_alone() -> None:
    """1489 leaves the criteria of 148 as they are."""
    (change,) = ocop.compare(ocop.decision("qd-148-2023"), ocop.decision("qd-1489-2025"))
    assert (change.what, change.before, change.after) == (
        "recognised-by",
        ocop.Label("★★★ district", "★★★ district"),
        ocop.Label("★★★ province", "★★★ province"),
    )


def test_every_kind_of_change_of_a_set() -> None:
    """Edits of a set show up as what they are."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    part = tea.parts[0]
    section = part.sections[0]
    first, second, *rest = section.items
    options = first.criterion.options
    edited = attrs.evolve(
        first.criterion,
        mark=5,
        options=(
            attrs.evolve(options[0], points=0),
            attrs.evolve(options[1], mark=None),
            attrs.evolve(options[2], label=ocop.Label("Khác", "Other"), points=4),
            attrs.evolve(options[2], label=ocop.Label("Thêm", "More"), points=5),
        ),
    )
    sections = (
        attrs.evolve(section, items=(attrs.evolve(first, criterion=edited), *rest), points=99),
        *part.sections[1:],
    )
    parts = (attrs.evolve(part, sections=sections), *tea.parts[1:])
    other = attrs.evolve(tea, parts=parts, exclusions=tea.exclusions[1:])
    assert [c.what for c in ocop.compare(tea, other)] == [
        "section-points",
        "criterion-points",
        "criterion-mark",
        "option-points",
        "option-mark",
        "option-reworded",
        "option-added",
        "criterion-dropped",
        "finding-dropped",
    ]
    back = [c.what for c in ocop.compare(other, tea)]
    assert ("criterion-added" in back, "option-dropped" in back, "finding-added" in back) == (
        True,
        True,
        True,
    )
    assert second.code == "1.2"


def test_a_knock_out_that_comes_and_goes() -> None:
    """Set 16 against itself without its rule."""
    water = ocop.criteria_set("qd-26-2026", "bottled-water")
    free = attrs.evolve(water, rules=attrs.evolve(water.rules, knock_outs=()))
    for pair, what in (((water, free), "rule-dropped"), ((free, water), "rule-added")):
        (change,) = ocop.compare(*pair)
        assert change.what == what
        text = change.before or change.after
        assert text is not None
        assert text.en == "0 points in a criterion of section 6 excludes"


def test_bands_and_parts_of_decisions() -> None:
    """A threshold and a part that change are told once for all sets."""
    law = ocop.decision("qd-26-2026")
    bands = (attrs.evolve(law.bands[0], at_least=92), *law.bands[1:])
    other = attrs.evolve(law, bands=bands, parts=law.parts[:2])
    changes = ocop.compare(law, other)
    assert [
        (c.what, c.part, c.before and c.before.en, c.after and c.after.en) for c in changes
    ] == [
        ("part-points", "C", "35", None),
        ("band", None, "★★★★★ 90", "★★★★★ 92"),
    ]
    assert ("part-points", "C", None) in {
        (c.what, c.part, c.before) for c in ocop.compare(other, law)
    }


def test_what_cannot_be_compared() -> None:
    """A decision with a set, and a group that one decision does not have."""
    law, tea = ocop.decision("qd-26-2026"), ocop.criteria_set("qd-26-2026", "tea")
    with pytest.raises(ocop.InputError, match=r"allowed are two of a kind \[mixed-kinds\]"):
        ocop.compare(law, tea)
    with pytest.raises(ocop.UnknownSetError, match="qd-781-2020 has no set 'flowers'"):
        ocop.compare(ocop.decision("qd-781-2020"), law, group="flowers")


def test_ids_stand_for_shipped_decisions() -> None:
    """An id gives what its decision gives, on either side; an unknown one is named."""
    old, new = ocop.decision("qd-148-2023"), ocop.decision("qd-26-2026")
    changes = ocop.compare(old, new, group="tea")
    assert ocop.compare("qd-148-2023", new, group="tea") == changes
    assert ocop.compare(old, "qd-26-2026", group="tea") == changes
    with pytest.raises(ocop.UnknownDecisionError, match="there is no decision 'qd-26-2027'"):
        ocop.compare(old, "qd-26-2027")
    with pytest.raises(ocop.InputError, match="mixed-kinds"):
        ocop.compare("qd-26-2026", ocop.criteria_set(new, "tea"))
