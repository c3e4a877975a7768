"""Sheet and Sheets: what is refused, in which words, with all problems at once."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import ocop


def answers(*rows: list[int]) -> Any:
    """Return answers for set 1 of 26/2026 (32 criteria): the given ones, then option 1."""
    return np.array([[*row, *[1] * (32 - len(row))] for row in rows], dtype=np.int64)


def problems_of(error: pytest.ExceptionInfo[ocop.ProblemsError]) -> list[str]:
    """Return the problems as their messages show them."""
    return [str(problem) for problem in error.value.problems]


def codes_of(error: pytest.ExceptionInfo[ocop.ProblemsError]) -> list[str]:
    """Return the codes of the problems."""
    return [problem.code for problem in error.value.problems]


# One sheet


def test_a_sheet_lists_all_its_problems_at_once(fresh: ocop.CriteriaSet) -> None:
    """Unknown criteria, wrong kinds of answers, options out of range and findings, in one raise."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheet(
            criteria_set=fresh,
            product="xoài-cát",
            answers={"1.1": 4, "1.8": 1, "2.1": 2.5, "3.1": True, "4.1": -1, "5.1": "ba"},  # type: ignore[dict-item]  # wrong on purpose
            findings={"forged-dosier", "outside-province"},
        )
    assert problems_of(error) == [
        "xoài-cát: 1.1: found 4, allowed are 0 to 3 or None [option-out-of-range]",
        "xoài-cát: fresh-produce has no criterion '1.8'; did you mean '1.7'? [unknown-criterion]",
        "xoài-cát: 2.1: found 2.5, allowed are whole numbers 0 to 3 or None [not-a-whole-number]",
        "xoài-cát: 3.1: found True, allowed are whole numbers 0 to 3 or None [not-a-whole-number]",
        "xoài-cát: 4.1: found -1, allowed are 0 to 4 or None [option-out-of-range]",
        "xoài-cát: 5.1: found 'ba', allowed are whole numbers 0 to 5 or None [not-a-whole-number]",
        "xoài-cát: found the finding 'forged-dosier', allowed are forged-dossier, "
        "food-safety-certificate, registration-papers, outside-province, undistinguished-staple, "
        "unsafe-impurities; did you mean 'forged-dossier'? [unknown-finding]",
    ]


@pytest.mark.parametrize("answer", [2.0, np.float64(1), float("nan"), True, np.True_, "2", b"2"])
def test_a_sheet_takes_whole_numbers_only(answer: Any, fresh: ocop.CriteriaSet) -> None:
    """Nothing is read as a number that is not one: no 2.0, no True, no text."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheet(criteria_set=fresh, answers={"1.1": answer})
    assert codes_of(error) == ["not-a-whole-number"]


@pytest.mark.parametrize("answer", [-1, 4, 44, 255, 256, 300, 2**70, np.int64(300)])
def test_a_sheet_refuses_options_that_are_not_printed(answer: Any, fresh: ocop.CriteriaSet) -> None:
    """Options count from 1 to the last printed one; 255 is no answer of a single sheet."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheet(criteria_set=fresh, answers={"1.1": answer})
    assert codes_of(error) == ["option-out-of-range"]
    assert f"found {answer}, allowed are 0 to 3" in str(error.value)


def test_a_sheet_takes_numpy_integers(fresh: ocop.CriteriaSet) -> None:
    """Whole numbers of numpy are whole numbers."""
    given: dict[str, Any] = {"1.1": np.uint8(3), "1.4": np.int64(2)}
    sheet = ocop.Sheet(criteria_set=fresh, answers=given)
    assert ocop.score(sheet)[0].total == 5


def test_a_sheet_that_mixes_cases_is_refused(tourism: ocop.CriteriaSet) -> None:
    """One sheet is for one provider: the message names the criteria and their cases."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheet(criteria_set=tourism, product="bản Lác", answers={"8": 2, "9": 4, "15": 3})
    assert problems_of(error) == [
        "1: bản Lác: the sheet mixes cases of tourism-provider: 8 is community, 9 is operator, "
        "15 is operator; allowed is one case [mixed-cases]"
    ]


def test_a_set_without_findings_says_so(tourism: ocop.CriteriaSet) -> None:
    """Where a set knows no findings, the message allows none."""
    with pytest.raises(
        ocop.SheetError, match="found the finding 'forged-dossier', allowed are none"
    ):
        ocop.Sheet(criteria_set=tourism, answers={}, findings=["forged-dossier"])


def test_a_sheet_stores_unanswered_as_255(fresh: ocop.CriteriaSet) -> None:
    """Absent and None are stored alike, apart from none met."""
    sheet = ocop.Sheet(criteria_set=fresh, answers={"1.1": 3, "1.2": None, "1.3": 0})
    assert sheet.to_row().tolist() == [3, 255, 0, *[255] * 29]
    assert (ocop.NONE_MET, ocop.UNANSWERED) == (0, 255)


def test_a_sheet_keeps_its_own_answers(fresh: ocop.CriteriaSet) -> None:
    """Changing the dict that was given changes no sheet."""
    given = {"1.1": 3}
    sheet = ocop.Sheet(criteria_set=fresh, answers=given)
    given["1.1"] = 1
    assert ocop.score(sheet)[0].total == 3


# Batches


def test_a_batch_lists_every_option_out_of_range(fresh: ocop.CriteriaSet) -> None:
    """Each wrong option is told with row, column, product and criterion."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh,
            products=["ổi", "mít", "na"],
            answers=answers([4], [1, 3, 9], [255, 254]),
        )
    assert problems_of(error) == [
        "1:1: ổi: 1.1: found 4, allowed are 0 to 3, or 255 unanswered [option-out-of-range]",
        "3:2: na: 1.2: found 254, allowed are 0 to 3, or 255 unanswered [option-out-of-range]",
        "2:3: mít: 1.3: found 9, allowed are 0 to 3, or 255 unanswered [option-out-of-range]",
    ]


@pytest.mark.parametrize("kind", [np.int64, np.int16, np.uint16, np.uint64])
def test_numbers_beyond_a_byte_never_wrap(kind: Any, fresh: ocop.CriteriaSet) -> None:
    """300 is refused as 300; stored in a byte it would be 44."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a"], answers=answers([1, 300]).astype(kind))
    assert problems_of(error) == [
        "1:2: found 300, allowed are 0 to 254, or 255 for unanswered [option-out-of-range]"
    ]
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column) == (None, 1, 2)


@pytest.mark.parametrize("wrong", [-1, -255, 256, 257, 258])
def test_numbers_that_would_wrap_to_an_option_are_refused(
    wrong: int, fresh: ocop.CriteriaSet
) -> None:
    """-255 and 257 are 1 in a byte, and no answer."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a", "b"], answers=answers([1], [2, 2, wrong]))
    assert problems_of(error) == [
        f"2:3: found {wrong}, allowed are 0 to 254, or 255 for unanswered [option-out-of-range]"
    ]


@pytest.mark.parametrize(
    ("wrong", "dtype"),
    [
        (np.ones((1, 32)), "float64"),
        (np.full((1, 32), np.nan), "float64"),
        (np.full((1, 32), 2.5, dtype=np.float32), "float32"),
        (np.ones((1, 32), dtype=bool), "bool"),
        ([["1"] * 32], "<U1"),
        ([[None] * 32], "object"),
        ([[1, 2.5, *[1] * 30]], "float64"),
        ([[10**30] * 32], "object"),
    ],
)
def test_a_batch_takes_whole_numbers_only(wrong: Any, dtype: str, fresh: ocop.CriteriaSet) -> None:
    """Floats, NaN, booleans, text and objects are refused, never converted."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a"], answers=wrong)
    assert problems_of(error) == [
        f"answers: found dtype {dtype}, allowed are whole numbers; use 255 for unanswered and "
        "cast to uint8 [wrong-dtype]"
    ]


@pytest.mark.parametrize("shape", [(), (32,), (1, 32, 1)])
def test_answers_have_two_dimensions(shape: tuple[int, ...], fresh: ocop.CriteriaSet) -> None:
    """One row, or a stack of matrices, is refused with the number of dimensions found."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a"], answers=np.ones(shape, dtype=np.uint8))
    assert problems_of(error) == [
        f"answers: found {len(shape)} dimensions, allowed are 2: sheets and criteria [wrong-shape]"
    ]


def test_rows_of_different_lengths_are_refused(fresh: ocop.CriteriaSet) -> None:
    """Ragged lists are our error too, with numpy's kept as the cause."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a", "b"], answers=[[1] * 32, [1] * 31])
    assert problems_of(error) == [
        "answers: found rows of different lengths, allowed is one answer per criterion in each "
        "[wrong-shape]"
    ]
    assert isinstance(error.value.__cause__, ValueError)


@pytest.mark.parametrize("criteria", [0, 31, 33])
def test_there_is_one_column_per_criterion(criteria: int, fresh: ocop.CriteriaSet) -> None:
    """Too few and too many columns are refused."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh, products=["a"], answers=np.ones((1, criteria), dtype=np.uint8)
        )
    assert problems_of(error) == [
        f"answers: found {criteria} columns, allowed are 32 [wrong-shape]"
    ]


def test_every_wrong_length_is_told_at_once(fresh: ocop.CriteriaSet) -> None:
    """Products, findings, assessors, rows and own columns: one value per sheet."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh,
            products=["a"],
            answers=np.ones((2, 31), dtype=np.uint8),
            findings=[0, 0, 0],
            assessors=("An",),
            rows=np.arange(3),
            columns={"xã": ("Mộc Châu",), "huyện": ("Vân Hồ", "Yên Châu")},
        )
    assert problems_of(error) == [
        "answers: found 31 columns, allowed are 32 [wrong-shape]",
        "products: found 1 values, allowed are 2, one per sheet [wrong-length]",
        "findings: found 3 values, allowed are 2, one per sheet [wrong-length]",
        "assessors: found 1 values, allowed are 2, one per sheet [wrong-length]",
        "rows: found 3 values, allowed are 2, one per sheet [wrong-length]",
        "xã: found 1 values, allowed are 2, one per sheet [wrong-length]",
    ]


def test_a_product_stands_once(fresh: ocop.CriteriaSet) -> None:
    """Each repetition is told with its row and the first row; other problems come along."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh,
            products=["na", "ổi", "na", "na"],
            answers=answers([1], [5], [1], [1]),
        )
    assert problems_of(error) == [
        "2:1: ổi: 1.1: found 5, allowed are 0 to 3, or 255 unanswered [option-out-of-range]",
        "3: product: the product 'na' stands twice; the first is in row 1 [duplicate-product]",
        "4: product: the product 'na' stands twice; the first is in row 1 [duplicate-product]",
    ]


def test_assessors_tell_the_sheets_of_one_product_apart(fresh: ocop.CriteriaSet) -> None:
    """One product may have a sheet of each assessor, and one of each only."""
    sheets = ocop.Sheets(
        criteria_set=fresh,
        products=["na", "na", "ổi"],
        assessors=("An", "Bình", "An"),
        answers=answers([1], [2], [3]),
    )
    assert len(sheets) == 3
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh,
            products=["na", "na", "ổi"],
            assessors=("An", "An", "An"),
            answers=answers([1], [2], [3]),
        )
    assert problems_of(error) == [
        "2: product: the product 'na' of 'An' stands twice; the first is in row 1 "
        "[duplicate-product]"
    ]


def test_mixed_cases_are_told_for_each_sheet(tourism: ocop.CriteriaSet) -> None:
    """In a batch, every sheet that mixes cases is named; the others are not."""
    rows = np.full((3, 32), 255, dtype=np.uint8)
    rows[0, [22, 23]] = 1, 3
    rows[1, [22, 23, 29]] = 4, 3, 3
    rows[2, [23, 29]] = 4, 2
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=tourism, products=["Lác", "Sưng", "Hua Tạt"], answers=rows)
    assert problems_of(error) == [
        "1: Lác: the sheet mixes cases of tourism-provider: 8 is community, 9 is operator; "
        "allowed is one case [mixed-cases]",
        "3: Hua Tạt: the sheet mixes cases of tourism-provider: 9 is operator, 15 is community; "
        "allowed is one case [mixed-cases]",
    ]


def test_options_out_of_range_are_told_before_cases(tourism: ocop.CriteriaSet) -> None:
    """An option that is not printed belongs to no case; it is told as what it is."""
    rows = np.full((2, 32), 255, dtype=np.uint8)
    rows[0, 22] = 9
    rows[1, [22, 23]] = 1, 3
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=tourism, products=["Lác", "Sưng"], answers=rows)
    assert problems_of(error) == [
        "1:23: Lác: 8: found 9, allowed are 0 to 4, or 255 unanswered [option-out-of-range]"
    ]


@pytest.mark.parametrize("bits", [1 << 6, 1 << 40, (1 << 63) + 1])
def test_findings_that_the_set_does_not_know_are_refused(
    bits: int, fresh: ocop.CriteriaSet
) -> None:
    """A bit beyond the set's exclusions would exclude a product without a reason."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(
            criteria_set=fresh,
            products=["na", "ổi"],
            answers=answers([1], [1]),
            findings=np.array([1 << 5, bits], dtype=np.uint64),
        )
    assert codes_of(error) == ["unknown-finding"]
    assert "2: ổi: " in str(error.value)
    assert "allowed are forged-dossier, " in str(error.value)


@pytest.mark.parametrize(
    ("findings", "found"),
    [
        ([1.5], "dtype float64"),
        ([-1], "-1"),
        (["forged-dossier"], "dtype <U14"),
        ([float("nan")], "dtype float64"),
        ([True], "dtype bool"),
    ],
)
def test_findings_are_whole_numbers(findings: Any, found: str, fresh: ocop.CriteriaSet) -> None:
    """Bits are never rounded, wrapped or read from text."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["na"], answers=answers([1]), findings=findings)
    assert problems_of(error) == [
        f"findings: found {found}, allowed are whole numbers from 0, one bit per finding "
        "[wrong-dtype]"
    ]


@pytest.mark.parametrize("findings", [1, [[1]], [[0, 1]]])
def test_findings_have_one_dimension(findings: Any, fresh: ocop.CriteriaSet) -> None:
    """One number for all sheets, or a matrix, is refused."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["na"], answers=answers([1]), findings=findings)
    assert codes_of(error) == ["wrong-shape"]


def test_only_the_first_problems_are_kept_and_the_rest_counted(fresh: ocop.CriteriaSet) -> None:
    """A hopeless file gives 10 000 problems and says how many more there are."""
    rows = np.full((400, 32), 9, dtype=np.uint8)
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=[str(n) for n in range(400)], answers=rows)
    assert len(error.value.problems) == 10_000
    assert error.value.more == 2_800
    assert str(error.value).splitlines()[0] == "12,800 problems:"
    assert str(error.value).endswith("... and 12,780 more")


def test_sheet_errors_travel_between_processes(fresh: ocop.CriteriaSet) -> None:
    """A sheet error pickles with all its problems, and is a ValueError of the ocop family."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets(criteria_set=fresh, products=["a"], answers=answers([7, 7]))
    again = pickle.loads(pickle.dumps(error.value))
    assert again.problems == error.value.problems
    assert str(again) == str(error.value)
    assert isinstance(again, ocop.InputError)
    assert isinstance(again, ValueError)


def test_an_empty_batch_is_a_batch(fresh: ocop.CriteriaSet) -> None:
    """No sheets are no problem: the scores are empty."""
    sheets = ocop.Sheets(
        criteria_set=fresh, products=[], answers=np.empty((0, 32), dtype=np.uint8), findings=[]
    )
    scores = ocop.score(sheets)
    assert (len(sheets), len(scores), list(scores.scores())) == (0, 0, [])
    assert scores.star_counts() == {5: 0, 4: 0, 3: 0, 2: 0, 1: 0, 0: 0}


def test_arrays_of_a_batch_are_read_only(fresh: ocop.CriteriaSet) -> None:
    """Answers and findings cannot be changed after the checks; the given findings are copied."""
    findings = np.array([1], dtype=np.uint64)
    sheets = ocop.Sheets(
        criteria_set=fresh, products=["a"], answers=answers([1]), findings=findings
    )
    findings[0] = 0
    assert sheets.findings is not None
    assert sheets.findings.tolist() == [1]
    with pytest.raises(ValueError, match="read-only"):
        sheets.answers[0, 0] = 3
    with pytest.raises(ValueError, match="read-only"):
        sheets.findings[0] = 0


def test_a_batch_of_single_sheets_needs_a_sheet() -> None:
    """Without a sheet there is no criteria set to make a batch for."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets.of([])
    assert problems_of(error) == ["found no sheets, allowed is one or more [no-sheets]"]


def test_a_batch_of_single_sheets_has_one_criteria_set(
    fresh: ocop.CriteriaSet, tourism: ocop.CriteriaSet
) -> None:
    """Sheets of two sets are no batch."""
    sheets = [ocop.Sheet(criteria_set=law, answers={}) for law in (fresh, tourism)]
    with pytest.raises(ocop.InputError) as error:
        ocop.Sheets.of(sheets)
    assert problems_of(error) == [
        "the sheets belong to different criteria sets, allowed is one; make one batch per set "
        "[mixed-sets]"
    ]


def test_a_batch_of_single_sheets_keeps_findings_and_products(fresh: ocop.CriteriaSet) -> None:
    """Findings become bits in the order of the exclusions, products stay in order."""
    sheets = ocop.Sheets.of(
        ocop.Sheet(criteria_set=fresh, product=name, answers={}, findings=findings)
        for name, findings in (
            ("ổi", ["unsafe-impurities", "forged-dossier"]),
            ("na", []),
            ("mít", ["outside-province"]),
        )
    )
    assert sheets.products == ("ổi", "na", "mít")
    assert sheets.findings is not None
    assert sheets.findings.tolist() == [0b100001, 0, 0b001000]


def test_a_batch_of_single_sheets_refuses_a_product_twice(fresh: ocop.CriteriaSet) -> None:
    """Sheets that nobody named are all called "product", and refused together."""
    with pytest.raises(ocop.SheetError) as error:
        ocop.Sheets.of([ocop.Sheet(criteria_set=fresh, answers={}) for _ in range(2)])
    assert codes_of(error) == ["duplicate-product"]


def test_the_repr_of_a_batch_is_short(fresh: ocop.CriteriaSet) -> None:
    """A batch shows decision, set and shape on one line, not its answers."""
    sheets = ocop.Sheets(criteria_set=fresh, products=["a", "b"], answers=answers([1], [2]))
    assert repr(sheets) == "<Sheets qd-26-2026 set 1 fresh-produce: 2 sheets x 32 criteria>"


def test_the_repr_of_a_sheet_says_how_much_is_answered(fresh: ocop.CriteriaSet) -> None:
    """None met is an answer; what is None, or not there, is none."""
    sheet = ocop.Sheet(
        criteria_set=fresh, product="chè", answers={"1.1": 0, "1.2": None, "1.3": 2, "1.4": 1}
    )
    assert repr(sheet) == (
        "<Sheet 'chè' qd-26-2026 set 1 fresh-produce: 3 of 32 criteria answered>"
    )
