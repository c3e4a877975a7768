"""Councils: exact means, stars on means, who is left out, and the minutes."""

from __future__ import annotations

import json
import unicodedata
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import yaml

import ocop
from ocop.scoring.council import Council, council, councils

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "law_cases" / "council" / "council-26-2026.yaml").read_text(
        encoding="utf-8"
    )
)


def best(law: ocop.CriteriaSet) -> dict[str, int | None]:
    """Return the best option of every criterion of a set without cases."""
    return {item.code: len(item.criterion.options) for item in law.items}


def panel(law: ocop.CriteriaSet, **lower: dict[str, int | None]) -> Council:
    """Return the council of these assessors, whose sheets are full but for what is given."""
    sheets = [ocop.Sheet(criteria_set=law, answers=best(law) | other) for other in lower.values()]
    return council(sheets, assessors=list(lower))


def refusal(error: pytest.ExceptionInfo[ocop.InputError]) -> list[str]:
    """Return the problems of an error as text."""
    return [str(problem) for problem in error.value.problems]


def test_a_council_without_findings_needs_none(fresh: ocop.CriteriaSet) -> None:
    """Findings, and who was left out, are empty where they are not given."""
    one = panel(fresh, An={}, Bình={"1.1": 1})
    again = Council(product=one.product, criteria_set=fresh, answers=one.answers, points=one.points)
    assert again == one
    assert (again.findings, again.left_out, again.star) == ({}, {}, one.star)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES["cases"]])
def test_the_law_case_of_a_council_holds(case: Any) -> None:
    """The sheets of the case together have the stated result."""
    law = ocop.criteria_set(CASES["decision"], case["set"])
    assert case["start"] == "best"
    sheets = [
        ocop.Sheet(
            criteria_set=law,
            answers=best(law) | answers,
            findings=case.get("findings", {}).get(name, ()),
        )
        for name, answers in case["sheets"].items()
    ]
    result = council(sheets, assessors=list(case["sheets"]), leave_out=case.get("leave_out"))
    shown = {
        "totals": result.totals,
        "total": str(result.total),
        "band": result.band,
        "star": result.star,
        "missing": [str(floor) for floor in result.missing_floors],
        "excluded": {reason: list(names) for reason, names in result.excluded.items()},
        "unanswered": {name: list(codes) for name, codes in result.unanswered.items()},
    }
    assert shown == {"missing": [], "excluded": {}, "unanswered": {}, **case["expect"]}
    assert result.left_out == case.get("leave_out", {})


def test_law_cases_of_councils_are_well_formed() -> None:
    """Each case has its own id, a sentence in both languages and a clause."""
    cases = CASES["cases"]
    assert len({case["id"] for case in cases}) == len(cases)
    for case in cases:
        assert case["vi"].endswith("."), case["id"]
        assert case["en"].endswith("."), case["id"]
        assert unicodedata.is_normalized("NFC", case["vi"]), case["id"]
        assert "QĐ-TTg" in case["clause"], case["id"]


def test_89_95_stays_4_stars_and_90_is_5(fresh: ocop.CriteriaSet) -> None:
    """Twenty sheets that add up to 1,799 are 4 stars, to 1,800 are 5: nothing is rounded."""
    ninety: dict[str, int | None] = {"4.3": 1, "7": 1, "12": 1}
    names = [f"thành viên {n:02d}" for n in range(20)]
    lower = dict.fromkeys(names, ninety)
    result = panel(fresh, **lower | {names[7]: ninety | {"11": 1}})
    assert (result.total, result.band, result.star) == (Fraction(8995, 100), 4, 4)
    result = panel(fresh, **lower)
    assert (result.total, result.band, result.star) == (90, 5, 5)


def test_means_and_parts_are_exact_and_add_up(fresh: ocop.CriteriaSet) -> None:
    """Means of the criteria add up to the parts, those to the total, as fractions."""
    result = panel(fresh, An={"1.1": 1}, Bình={}, Chi={"4.3": 4})
    assert (result.means["1.1"], result.means["4.3"]) == (Fraction(7, 3), Fraction(13, 3))
    assert result.parts == {"A": Fraction(118, 3), "B": Fraction(73, 3), "C": 35}
    assert sum(result.means.values()) == sum(result.parts.values()) == result.total
    assert repr(result) == (
        "<Council 'product' under qd-26-2026 set 1 fresh-produce: "
        "3 assessors, 98.67 points, band 5, star 5>"
    )


def plain_council(plain: Any, law: ocop.CriteriaSet, sheets: list[Any]) -> Any:
    """Return total, band, star, floors and reasons of a council, from plain scores of sheets."""
    scores = [plain.score(law, answers, findings) for answers, findings in sheets]
    count = len(sheets)
    total = Fraction(sum(score.total for score in scores), count)
    band = max(band.star for band in law.bands if total >= band.at_least)
    means = {}
    for item in law.items:
        code = item.code
        alone = [
            plain.score(law, {c: a for c, a in answers.items() if c in need(law, code)})
            for answers, _ in sheets
        ]
        others = [
            plain.score(law, {c: a for c, a in answers.items() if c in need(law, code) - {code}})
            for answers, _ in sheets
        ]
        pairs = zip(alone, others, strict=True)
        means[code] = Fraction(sum(a.total - o.total for a, o in pairs), count)
    missing = []
    for item in law.items:
        stars = [
            s for s in range(3, band + 1) if means[item.code] < plain.floor(law, item.criterion, s)
        ]
        missing += [(item.code, stars[0])] if stars else []
    reasons = {name for _, findings in sheets for name in findings}
    watched = {rule.section for rule in law.rules.knock_outs}
    for section in [section for part in law.parts for section in part.sections]:
        for item in section.items if section.code in watched else ():
            assessed = any(answers.get(item.code) is not None for answers, _ in sheets)
            if assessed and means[item.code] == 0:
                reasons.add(f"zero:{item.code}")
    star = max([s for s in (3, 4, 5) if s <= band and all(low > s for _, low in missing)] or [0])
    return total, band, None if reasons else star or min(band, 2), missing, reasons


def need(law: ocop.CriteriaSet, code: str) -> set[str]:
    """Return the criterion and the one that it counts only with."""
    return {code} | {rule.other for rule in law.rules.needs if rule.item == code}


def test_a_council_equals_one_read_off_the_plain_scorer(
    every_set: tuple[ocop.CriteriaSet, ...], plain: Any, generate: Any
) -> None:
    """Over all sets of all decisions: total, band, star, floors and reasons from plain scores."""
    for law in every_set:
        given = generate.sheets(law, 6, seed=41)
        for low, high in ((0, 2), (2, 5), (1, 6)):
            sheets = [(g.answers, g.findings) for g in given[low:high]]
            made = [ocop.Sheet(criteria_set=law, answers=a, findings=f) for a, f in sheets]
            result = council(made, assessors=[str(n) for n in range(len(made))])
            found = (
                result.total,
                result.band,
                result.star,
                [(floor.code, floor.star) for floor in result.missing_floors],
                set(result.excluded),
            )
            assert found == plain_council(plain, law, sheets)


def test_a_council_of_one_is_the_sheet(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Over all sets and wild ones: one assessor's council is the sheet's score, as equal sheets."""
    for law in [*every_set, *(generate.wild_set(seed, 12) for seed in range(20))]:
        given = generate.sheets(law, 20, seed=42)
        scores = ocop.score(generate.batch(law, given))
        names = [f"sp-{n:04d}" for n in range(20)]
        one = generate.batch(law, given, assessors=["An"] * 20)
        three = generate.batch(
            law,
            [g for g in given for _ in "abc"],
            products=[name for name in names for _ in "abc"],
            assessors=["a", "b", "c"] * 20,
        )
        for expected, alone, same in zip(
            scores.scores(), councils(one), councils(three), strict=True
        ):
            for result in (alone, same):
                assert result.product == expected.product
                assert result.parts == expected.parts
                assert (result.total, result.band) == (expected.total, expected.band)
                assert result.star == expected.star
                assert result.missing_floors == expected.missing_floors
                assert tuple(result.excluded) == expected.excluded
            assert expected.of - expected.answered == len(alone.unanswered.get("An", ()))


def test_the_order_of_the_sheets_changes_nothing(
    every_set: tuple[ocop.CriteriaSet, ...], generate: Any
) -> None:
    """Shuffled sheets give equal results in equal order, to the last byte of the JSON."""
    rng = Random(43)
    for law in every_set[::7]:
        given = generate.sheets(law, 15, seed=44)
        places = [(f"sp-{n % 5}", f"người {n // 5}") for n in range(15)]
        order = list(range(15))
        texts = set()
        for _ in range(4):
            batch = generate.batch(
                law,
                [given[n] for n in order],
                products=[places[n][0] for n in order],
                assessors=[places[n][1] for n in order],
            )
            found = [result.to_dict() | {"rows": result.minutes()} for result in councils(batch)]
            texts.add(json.dumps(found, ensure_ascii=False))
            rng.shuffle(order)
        assert len(texts) == 1


def test_councils_equal_single_councils(fresh: ocop.CriteriaSet, generate: Any) -> None:
    """A batch gives for each product what the product gives alone; all go into one tuple."""
    given = generate.sheets(fresh, 12, seed=45)
    batch = generate.batch(
        fresh,
        given,
        products=[f"sp-{n % 4}" for n in range(12)],
        assessors=[f"a{n // 4}" for n in range(12)],
    )
    every = councils(batch, leave_out={"a1": "absent"})
    assert [result.product for result in every] == ["sp-0", "sp-1", "sp-2", "sp-3"]
    for result in every:
        assert result == council(batch, product=result.product, leave_out={"a1": "absent"})
        assert result == council(batch, product=result.product).without({"a1": "absent"})
        assert result.assessors == ("a0", "a2")


def test_batches_of_several_sets_are_taken_together(generate: Any) -> None:
    """Products of several sets come in one tuple; sheets of one product may lie in two batches."""
    tea, fresh = ocop.criteria_set("qd-26-2026", "tea"), ocop.criteria_set("qd-26-2026", 1)

    def batch(law: ocop.CriteriaSet, product: str, name: str) -> ocop.Sheets:
        sheets: ocop.Sheets = generate.batch(
            law, generate.sheets(law, 1, seed=1), products=[product], assessors=[name]
        )
        return sheets

    found = councils([batch(tea, "b", "An"), batch(fresh, "a", "An"), batch(tea, "b", "Bình")])
    assert [(c.product, c.criteria_set.number, c.assessors) for c in found] == [
        ("a", 1, ("An",)),
        ("b", 11, ("An", "Bình")),
    ]
    with pytest.raises(ocop.InputError) as error:
        councils([batch(tea, "b", "An"), batch(fresh, "b", "Bình"), batch(tea, "b", "Chi")])
    assert refusal(error) == [
        "b: 'Bình' scored under qd-26-2026 set 1 fresh-produce, 'An' under "
        "qd-26-2026 set 11 tea, allowed is one set [mixed-sets]"
    ]


def test_assessors_are_left_out_of_one_product_or_of_all(fresh: ocop.CriteriaSet) -> None:
    """Reasons stand in the result; a conflict of one product goes before the general reason."""
    batch = ocop.Sheets(
        criteria_set=fresh,
        products=["a", "a", "a", "b", "b"],
        assessors=("An", "Bình", "Chi", "An", "Chi"),
        answers=np.ones((5, 32), dtype=np.uint8),
    )
    first, second = councils(
        batch, leave_out={"Chi": "ill"}, conflicts={"a": {"Bình ": "kin", "Chi": "own firm"}}
    )
    assert (first.assessors, first.left_out) == (("An",), {"Bình": "kin", "Chi": "own firm"})
    assert (second.assessors, second.left_out) == (("An",), {"Chi": "ill"})


def test_names_are_compared_in_normal_form(fresh: ocop.CriteriaSet) -> None:
    """A name that is stored with combining accents or spaces is the same assessor."""
    sheets = [ocop.Sheet(criteria_set=fresh, answers={})] * 2
    decomposed = unicodedata.normalize("NFD", "Bình")
    result = council(sheets, assessors=["An", f" {decomposed}"], leave_out={"Bình": "kin"})
    assert (result.assessors, result.left_out) == (("An",), {"Bình": "kin"})
    with pytest.raises(ocop.InputError) as error:
        council(sheets, assessors=["Bình", decomposed])
    assert refusal(error) == [
        "product: found 2 sheets by 'Bình', allowed is one an assessor [duplicate-product]"
    ]


def test_minutes_are_a_table_for_the_record(fresh: ocop.CriteriaSet) -> None:
    """A row a criterion, part sums and the total; blanks where not assessed, means as text."""
    result = panel(fresh, Bình={"4.1": 3}, An={"1.1": None}, Chi={"1.1": 2})
    rows = result.minutes("vi")
    assert len(rows) == 32 + 3 + 1
    assert rows[0] == {
        "mã": "1.1",
        "tiêu chí": fresh.items[0].criterion.title.vi,
        "An": None,
        "Bình": 3,
        "Chi": 2,
        "trung bình": "1,67",
        "mức tối thiểu": "",
        "dưới mức của": None,
    }
    english = {row["code"]: row for row in result.minutes("en")}
    assert english["4.1"] == {
        "code": "4.1",
        "criterion": "Main distribution area",
        "An": 5,
        "Bình": 3,
        "Chi": 5,
        "mean": "4.33",
        "floors": "3 stars: 2; 4 stars: 3; 5 stars: 5",
        "below the floor of": 5,
    }
    sums = [
        (row["code"], row["An"], row["Bình"], row["Chi"], row["mean"]) for row in rows_of(english)
    ]
    assert sums == [
        ("A", 37, 40, 39, "38.67"),
        ("B", 25, 23, 25, "24.33"),
        ("C", 35, 35, 35, "35.00"),
        ("", 97, 98, 99, "98.00"),
    ]
    assert [row["tiêu chí"] for row in rows if row["mã"] in ("A", "B", "C", "")] == [
        *(part.title.vi for part in fresh.parts),
        "Tổng điểm",
    ]
    assert {(row["floors"], row["below the floor of"]) for row in rows_of(english)} == {("", None)}
    with pytest.raises(ocop.InputError) as error:
        result.minutes("fr")  # type: ignore[arg-type]  # wrong on purpose
    assert refusal(error) == ["lang: found 'fr', allowed are vi, en [unknown-language]"]


def rows_of(rows: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of sums."""
    return [rows[code] for code in ("A", "B", "C", "")]


def test_an_assessor_named_as_a_heading_keeps_a_column(fresh: ocop.CriteriaSet) -> None:
    """The column of an assessor never overwrites one of the table."""
    row = panel(fresh, mean={"1.1": 1}, An={}).minutes("en")[0]
    assert (row["An"], row["mean'"], row["mean"]) == (3, 1, "2.00")


def test_everything_goes_into_json(fresh: ocop.CriteriaSet) -> None:
    """Plain values only; fractions are exact text, with a rounded total beside."""
    sheets = [
        ocop.Sheet(criteria_set=fresh, answers=best(fresh) | {"1.1": None}, findings=found)
        for found in ([], [], ["outside-province"], [])
    ]
    result = council(sheets, assessors=["d", "c", "b", "a"], leave_out={"d": "away"})
    found = result.to_dict()
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        *("product", "decision", "set", "group", "digest", "assessors", "left_out", "points"),
        *("unanswered", "mixed_cases", "totals", "means", "parts", "total", "total_rounded"),
        *("band", "star", "missing_floors", "excluded"),
    ]
    assert found["assessors"] == ["a", "b", "c"]
    assert found["left_out"] == {"d": "away"}
    assert (found["total"], found["total_rounded"], found["star"]) == ("97", "97.00", None)
    assert found["excluded"] == {"outside-province": ["b"]}
    assert found["unanswered"] == {"a": ["1.1"], "b": ["1.1"], "c": ["1.1"]}


def test_different_cases_are_told(tourism: ocop.CriteriaSet) -> None:
    """Where assessors took different cases the means stand, and the result says who took which."""
    sheets = [
        ocop.Sheet(criteria_set=tourism, answers={"8": answer, "9": None, "15": 0})
        for answer in (2, 4, None)
    ]
    result = council(sheets, assessors=["An", "Bình", "Chi"])
    assert result.mixed_cases == {"tourism-provider": {"An": "community", "Bình": "operator"}}
    assert result.without({"Bình": "wrong case"}).mixed_cases == {}


def test_sheets_of_another_set_or_twice_or_nobody_left_are_told_together(
    fresh: ocop.CriteriaSet, tourism: ocop.CriteriaSet
) -> None:
    """Every problem of the call stands in one error, and nothing is returned."""
    laws = [fresh, tourism, fresh, fresh]
    sheets = [ocop.Sheet(criteria_set=law, answers={}) for law in laws]
    with pytest.raises(ocop.InputError) as error:
        council(
            sheets, assessors=["An", "Bình", "Chi", "Chi"], leave_out={"Lan": "away", "An": " "}
        )
    assert refusal(error) == [
        "leave_out: found no sheet by 'Lan', known are An, Bình, Chi [unknown-assessor]",
        "leave_out: 'An' is left out without a reason, allowed is a text [empty-text]",
        "product: found 2 sheets by 'Chi', allowed is one an assessor [duplicate-product]",
        "product: 'Bình' scored under qd-26-2026 set 26 rural-tourism, 'Chi' under qd-26-2026 "
        "set 1 fresh-produce, allowed is one set [mixed-sets]",
    ]
    # Whoever used the wrong set can be left out.
    result = council(sheets[:3], assessors=["An", "Bình", "Chi"], leave_out={"Bình": "wrong set"})
    assert result.assessors == ("An", "Chi")


def test_somebody_must_stay(fresh: ocop.CriteriaSet) -> None:
    """Leaving everybody out is refused, at once or one after the other."""
    two = panel(fresh, An={}, Bình={})
    expected = [
        "product: all assessors (An, Bình) are left out, allowed is at least one who stays "
        "[no-assessor-left]"
    ]
    sheets = [ocop.Sheet(criteria_set=fresh, answers={})] * 2
    with pytest.raises(ocop.InputError) as error:
        council(sheets, assessors=["An", "Bình"], leave_out={"An": "away", "Bình": "away"})
    assert refusal(error) == expected
    with pytest.raises(ocop.InputError) as error:
        two.without({"An": "away", "Bình": "away"})
    assert refusal(error) == expected
    with pytest.raises(ocop.InputError) as error:
        two.without({"An": "away"}).without({"An": "away"})
    assert refusal(error) == [
        "leave_out: found no sheet by 'An', known are Bình [unknown-assessor]"
    ]


@pytest.mark.parametrize(
    ("count", "listed"), [(8, "A, B, C, D, E, F, G, H"), (9, "A, B, C, D, E, F, G, H and 1 more")]
)
def test_eight_names_are_listed_and_more_are_counted(
    fresh: ocop.CriteriaSet, count: int, listed: str
) -> None:
    """Of nine assessors the ninth is counted, not named."""
    names = list("ABCDEFGHI")[:count]
    with pytest.raises(ocop.InputError) as error:
        panel(fresh, **{name: {} for name in names}).without(dict.fromkeys(names, "away"))
    assert refusal(error) == [
        f"product: all assessors ({listed}) are left out, allowed is at least one who stays "
        "[no-assessor-left]"
    ]


def test_unknown_products_and_names_are_refused(fresh: ocop.CriteriaSet) -> None:
    """Several products need a choice; unknown ones and unknown names are told with near ones."""
    batch = ocop.Sheets(
        criteria_set=fresh,
        products=["chè-1", "chè-2"],
        assessors=("An", "Bình"),
        answers=np.ones((2, 32), dtype=np.uint8),
    )
    with pytest.raises(ocop.InputError) as error:
        council(batch)
    assert refusal(error) == [
        "product: found sheets of 2 products ('chè-1', 'chè-2'), allowed is one; name it with "
        "product=, or use councils for all [several-products]"
    ]
    with pytest.raises(ocop.InputError) as error:
        council(batch, product="chè-3")
    assert refusal(error) == [
        "product: found no sheet of 'chè-3', known are chè-1, chè-2; did you mean 'chè-2'? "
        "[unknown-product]"
    ]
    with pytest.raises(ocop.InputError) as error:
        council(batch, product="chè-1", leave_out={"Bình": "kin"})
    assert [problem.code for problem in error.value.problems] == ["unknown-assessor"]
    with pytest.raises(ocop.InputError) as error:
        councils(batch, conflicts={"chè-1": {"Bình": "kin"}, "ché-2": {"Bình": "kin"}})
    assert refusal(error) == [
        "conflicts: chè-1: found no sheet by 'Bình', known are An [unknown-assessor]",
        "conflicts: ché-2: found no sheet of 'ché-2', known are chè-1, chè-2; did you mean "
        "'chè-2'? [unknown-product]",
    ]


def test_sheets_without_assessors_are_refused(fresh: ocop.CriteriaSet) -> None:
    """No sheets, no names, too few names and empty names are refused."""
    sheet = ocop.Sheet(criteria_set=fresh, answers={})
    with pytest.raises(ocop.InputError) as error:
        council([])
    assert refusal(error) == ["found no sheets, allowed is one or more [no-sheets]"]
    with pytest.raises(ocop.InputError) as error:
        council([sheet])
    assert refusal(error) == [
        "assessors: the sheets do not say who filled them, allowed is one assessor a sheet; "
        "pass assessors=, or read a file with a column 'assessor' [no-assessors]"
    ]
    with pytest.raises(ocop.InputError) as error:
        council([sheet, sheet], assessors=["An"])
    assert refusal(error) == [
        "assessors: found 1 values, allowed are 2, one per sheet [wrong-length]"
    ]
    with pytest.raises(ocop.InputError) as error:
        council([sheet, sheet], assessors=["An", " "])
    assert refusal(error) == ["product: a sheet has no assessor [empty-text]"]
