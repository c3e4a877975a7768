"""Tables read with a criteria set in the place of a decision."""

from __future__ import annotations

import io
from pathlib import Path

import attrs
import pytest

import ocop

LAW = "qd-26-2026"
TEA = ocop.criteria_set(LAW, "tea")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

WIDE = "product," + ",".join(TEA.codes) + "\na" + ",1" * len(TEA.codes) + "\n"
NAMED = WIDE.replace("product", "product,set").replace("\na", "\na,{}")
LONG = "product,criterion,answer\na,1.1,2\na,1.2,1\n"


def form(law: ocop.CriteriaSet) -> io.BytesIO:
    """Return a blank form for one product."""
    file = io.BytesIO()
    ocop.write_form(law, file, products=["a"])
    return io.BytesIO(file.getvalue())


@pytest.mark.parametrize("text", [WIDE, NAMED.format("tea"), NAMED.format("11"), LONG])
def test_a_table_is_read_as_with_the_decision(text: str) -> None:
    """Wide or long, with a column of sets or without: the same sheets."""
    data = text.encode()
    (alone,) = ocop.read_sheets(io.BytesIO(data), TEA)
    (usual,) = ocop.read_sheets(io.BytesIO(data), LAW, set=None if "set" in text else "tea")
    assert alone.criteria_set is TEA
    assert alone.products == usual.products
    assert alone.answers.tolist() == usual.answers.tolist()


def test_forms_and_layouts_are_read_too() -> None:
    """A form says itself what set it is made of; a layout is checked against the one set."""
    (empty,) = ocop.read_sheets(form(TEA), TEA)
    assert (empty.products, empty.criteria_set) == (("a",), TEA)
    file, layout = EXAMPLES / "district-made-up.csv", EXAMPLES / "layout-district.yaml"
    (alone,) = ocop.read_sheets(file, TEA, layout=layout)
    (usual,) = ocop.read_sheets(file, LAW, set="tea", layout=layout)
    assert alone.answers.tolist() == usual.answers.tolist()


def test_a_set_that_no_decision_holds_is_read() -> None:
    """A set that was changed in memory is what its own codes and options say."""
    own = attrs.evolve(TEA, decision="qd-1-2031")
    (sheets,) = ocop.read_sheets(io.BytesIO(WIDE.encode()), own)
    assert sheets.criteria_set is own


@pytest.mark.parametrize("which", ["honey", 12])
def test_another_set_beside_it_is_an_error(which: int | str) -> None:
    """Named twice and differently: nothing is read, whatever the source."""
    told = rf"qd-26-2026 has no set '?{which}'?; allowed are the numbers 11 to 11"
    with pytest.raises(ocop.UnknownSetError, match=told):
        ocop.read_sheets(io.BytesIO(WIDE.encode()), TEA, set=which)
    with pytest.raises(ocop.UnknownSetError, match=told):
        ocop.read_frame(None, TEA, set=which)


def test_rows_of_another_set_are_told() -> None:
    """A column of sets names one that is not the one that was given."""
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(io.BytesIO(NAMED.format("honey").encode()), TEA)
    (problem,) = caught.value.problems
    assert (problem.line, problem.code) == (2, "unknown-set")


def test_a_form_of_another_set_is_told() -> None:
    """The form of one set is not read as sheets of another."""
    coffee = ocop.criteria_set(LAW, "coffee-and-cocoa")
    with pytest.raises(ocop.SheetError) as caught:
        ocop.read_sheets(form(coffee), TEA)
    assert [problem.code for problem in caught.value.problems] == ["unknown-set"]
