"""Published averages: exact totals and bands, and when the star is known."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import ocop
from ocop.scoring.averages import from_averages
from ocop.scoring.council import council

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "law_cases" / "council" / "averages.yaml").read_text(
        encoding="utf-8"
    )
)["cases"]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_the_law_case_of_averages_holds(case: Any) -> None:
    """The averages of the case have the stated total, band and star; the set is not needed."""
    found = from_averages(ocop.criteria_set(case["decision"], case["set"]), case["averages"])
    names = ("band", "star_known", "star", "star_low")
    shown = {"total": str(found.total), **{name: getattr(found, name) for name in names}}
    assert shown == case["expect"]
    whole = from_averages(ocop.decision(case["decision"]), case["averages"])
    assert (whole.total, whole.band, whole.star) == (found.total, found.band, found.star)
    assert unicodedata.is_normalized("NFC", case["vi"])
    assert case["vi"].endswith(".")
    assert case["en"].endswith(".")
    assert "QĐ-TTg" in case["clause"]


def test_all_exact_ways_to_write_a_number_mean_the_same(fresh: ocop.CriteriaSet) -> None:
    """Text with point, comma or fraction stroke, Decimal, Fraction and whole numbers."""
    same: list[Any] = ["31.25", "31,25", " 31.250 ", "125/4", Decimal("31.25"), Fraction(125, 4)]
    for value in same:
        found = from_averages(fresh, {"A": value, "B": 20, "C": np.int64(30)})
        assert found.parts == {"A": Fraction(125, 4), "B": 20, "C": 30}
        assert found.total == Fraction(325, 4)


def test_the_parts_of_a_council_have_its_total_and_band(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Over all sets: the averages of a council give its total and band; its star lies inside."""
    for law in every_set:
        given = generate.sheets(law, 3, seed=61)
        sheets = [ocop.Sheet(criteria_set=law, answers=g.answers) for g in given]
        result = council(sheets, assessors=["a", "b", "c"])
        for source in (law, ocop.decision(law.decision)):
            found = from_averages(source, dict(reversed(result.parts.items())))
            assert list(found.parts) == [part.code for part in law.parts]
            assert (found.total, found.band) == (result.total, result.band)
            if result.star is not None:
                assert found.star_low <= result.star <= found.band
            if found.star_known and not result.excluded:
                assert found.star == result.star


def test_a_set_whose_floors_begin_high_keeps_lower_stars(generate: Any) -> None:
    """Where the lowest mark is for 5 stars, the star is known up to 4 and at least 4 above."""
    items = [generate.item("1.1", 40, generate.option(60, 5)), generate.item("1.2", 20, 40)]
    law = generate.criteria_set({"A": [generate.section("1", *items)]})
    found = [from_averages(law, {"A": points}) for points in (89, 90)]
    assert [(f.band, f.star_known, f.star, f.star_low) for f in found] == [
        (4, True, 4, 4),
        (5, False, None, 4),
    ]


def test_everything_goes_into_json(fresh: ocop.CriteriaSet) -> None:
    """Plain values only; fractions are exact text, with a rounded total beside."""
    shown = from_averages(fresh, {"A": "100/3", "B": "20", "C": "30"}).to_dict()
    assert json.loads(json.dumps(shown)) == shown
    assert shown == {
        "decision": "qd-26-2026",
        "set": 1,
        "parts": {"A": "100/3", "B": "20", "C": "30"},
        "total": "250/3",
        "total_rounded": "83.33",
        "band": 4,
        "star": None,
        "star_known": False,
        "star_low": 2,
        "star_high": 4,
    }
    whole = from_averages(ocop.decision("qd-781-2020"), {"A": 0, "B": 0, "C": 0}).to_dict()
    assert (whole["decision"], whole["set"], whole["star"]) == ("qd-781-2020", None, 1)


def test_every_problem_is_told_at_once(fresh: ocop.CriteriaSet) -> None:
    """Unknown and missing parts, binary fractions and averages beyond the part's points."""
    with pytest.raises(ocop.InputError) as error:
        from_averages(fresh, {"A": "40.01", "D": "3", "C": 29.95})  # type: ignore[dict-item]  # wrong on purpose
    assert [str(problem) for problem in error.value.problems] == [
        "averages: A: found 40.01, allowed are 0 to 40 points [out-of-range]",
        "averages: found the part 'D', allowed are A, B, C [unknown-part]",
        "averages: C: found the binary fraction 29.95, allowed are exact numbers 0 to 35; "
        'pass it as text: "29.95" [inexact-number]',
        "averages: the average of part B is missing, allowed are 0 to 25 points [missing-part]",
    ]


@pytest.mark.parametrize(
    "value",
    [
        *("", "abc", "1e2", "1,234.5", "1/0", "１２", "+3", ".5", "1" * 31, "nan"),
        *(True, None, Decimal("nan"), Decimal("inf"), Decimal("1e999999"), Decimal("1e-999999")),
        *([31], 1j),
    ],
)
def test_what_is_not_a_number_is_refused(fresh: ocop.CriteriaSet, value: Any) -> None:
    """Other text, truth values and numbers beyond all measure, without filling the memory."""
    with pytest.raises(ocop.InputError) as error:
        from_averages(fresh, {"A": value, "B": 1, "C": 1})
    (problem,) = error.value.problems
    assert (problem.code, problem.path) == ("not-a-number", "averages: A")
    assert problem.message.endswith(", allowed are numbers 0 to 40, such as 31.25")


@pytest.mark.parametrize("value", ["-0.01", -1, Decimal(41), "40,001", Fraction(121, 3), 10**30])
def test_averages_beyond_the_part_are_refused(fresh: ocop.CriteriaSet, value: Any) -> None:
    """Below 0 and above the points of the part, whatever the kind of number."""
    with pytest.raises(ocop.InputError) as error:
        from_averages(fresh, {"A": value, "B": 1, "C": 1})
    assert [str(problem) for problem in error.value.problems] == [
        f"averages: A: found {value}, allowed are 0 to 40 points [out-of-range]"
    ]


def test_an_id_stands_for_a_shipped_decision() -> None:
    """It gives what the decision gives; an unknown one is named."""
    averages = {"A": 40, "B": 20, "C": 30}
    law = ocop.decision("qd-26-2026")
    assert from_averages("qd-26-2026", averages) == from_averages(law, averages)
    with pytest.raises(ocop.UnknownDecisionError, match="there is no decision 'qd-26'"):
        from_averages("qd-26", averages)
