"""The mark on a whole criterion (148/2023, intellectual property, 4 stars) under both readings."""

from __future__ import annotations

import attrs
import pytest

import ocop
from ocop.law.model import Needs, Rules
from ocop.types import CriterionMarkReading


@pytest.mark.parametrize(
    ("answer", "reading", "total", "star"),
    [
        # Option 2 of item 3.6 has all its 2 points: both readings are met.
        (2, "any", 100, 5),
        (2, "full", 100, 5),
        # Option 1 has 1 point: enough where any points are, not where all are asked.
        (1, "any", 99, 5),
        (1, "full", 99, 3),
        # No option met: neither reading is met, whatever the total.
        (0, "any", 98, 3),
        (0, "full", 98, 3),
    ],
)
def test_the_mark_on_intellectual_property(
    answer: int, reading: CriterionMarkReading, total: int, star: int
) -> None:
    """Floors are cumulative: missing the 4-star mark costs five stars and four."""
    chosen = attrs.evolve(ocop.criteria_set("qd-148-2023", 1), criterion_mark=reading)
    best = {
        item.code: max(
            range(1, len(item.criterion.options) + 1),
            key=lambda n, item=item: item.criterion.options[n - 1].points,  # type: ignore[misc]  # bound now
        )
        for item in chosen.items
    }
    sheet = ocop.Sheet(criteria_set=chosen, answers={**best, "3.6": answer})
    (single,) = ocop.score(sheet).scores()
    assert (single.total, single.band, single.star) == (total, 5, star)
    assert [str(floor) for floor in single.missing_floors] == ([] if star == 5 else ["3.6:4"])


def test_the_shipped_reading_is_any() -> None:
    """148 and its amendment read the mark as: more than 0 points."""
    for name in ("qd-148-2023", "qd-1489-2025"):
        assert ocop.criteria_set(name, 1).criterion_mark == "any"


def test_the_real_sheet_scores_the_same_under_the_decision_before(durian: ocop.Sheet) -> None:
    """Set 1 reads the same in 1048 and in 781: 93 points and five stars under both."""
    for name in ("qd-1048-2019", "qd-781-2020"):
        sheet = attrs.evolve(durian, criteria_set=ocop.criteria_set(name, 1))
        (single,) = ocop.score(sheet).scores()
        assert (single.parts, single.total, single.star) == ({"A": 34, "B": 24, "C": 35}, 93, 5)


@pytest.fixture
def durian() -> ocop.Sheet:
    """Return the real sheet of 2022, as shipped with the examples."""
    import csv

    from ocop._resources import resource

    text = (resource("examples") / "durian-2022.csv").read_text(encoding="utf-8")
    (row,) = csv.DictReader(text.splitlines())
    answers = {code: int(value) for code, value in row.items() if code != "product"}
    chosen = ocop.criteria_set("qd-781-2020", 1)
    return ocop.Sheet(criteria_set=chosen, product=row["product"], answers=answers)


def test_rules_that_depend_on_each_other_are_refused() -> None:
    """Sets built by hand meet the same refusals as law files."""
    tea = ocop.criteria_set("qd-26-2026", "tea")
    rules = Rules(
        needs=(
            Needs(item="1.1", other="1.2"),
            Needs(item="1.2", other="1.3"),
            Needs(item="1.1", other="1.3"),
        )
    )
    with pytest.raises(ocop.InputError) as caught:
        ocop.score(ocop.Sheet(criteria_set=attrs.evolve(tea, rules=rules), answers={}))
    assert {(p.code, p.message) for p in caught.value.problems} == {
        ("rules-chain", "'1.2' depends on another criterion itself"),
        ("duplicate-id", "'1.1' depends on more than one criterion"),
    }
