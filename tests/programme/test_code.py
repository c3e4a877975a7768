"""Product codes: both layouts there and back, and which part of a wrong code is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop
from ocop.programme.code import ProductCode, parse_code
from ocop.programme.place import Place


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


serials = st.integers(1, 999_999).flatmap(
    lambda n: st.integers(len(str(n)), 6).map(lambda width: f"{n:0{width}}")
)
old = st.tuples(digits(2), digits(3), digits(5), serials, st.integers(2018, 2025).map(str))
new = st.tuples(digits(2), digits(5), serials, st.integers(2025, 2099).map(str))


@given((old | new).map("-".join))
def test_a_code_formats_back_to_what_was_parsed(text: str) -> None:
    """Nothing is lost, leading zeros of the serial number included."""
    code = parse_code(text)
    assert str(code) == text
    assert parse_code(str(code)) == code
    assert code.place.code == text.rsplit("-", 2)[0]


def test_the_real_codes() -> None:
    """The codes of 2022 name province, district and commune."""
    code = parse_code(" 83-829-28780-3-2022 ")
    assert (code.province, code.district, code.commune) == ("83", "829", "28780")
    assert (code.serial, code.year) == ("3", 2022)
    assert code.place == Place(province="83", district="829", commune="28780")
    later = parse_code("83-28780-12-2026")
    assert (later.district, later.serial, later.year) == (None, "12", 2026)


def test_codes_sort_by_place_year_and_number() -> None:
    """Serial numbers are numbers: 9 stands before 10, in either layout."""
    texts = ["83-28780-10-2026", "83-28780-9-2026", "14-00001-1-2026", "83-829-28780-2-2022"]
    assert sorted(texts, key=parse_code) == [
        "14-00001-1-2026",
        "83-28780-9-2026",
        "83-28780-10-2026",
        "83-829-28780-2-2022",
    ]
    assert parse_code("83-28780-9-2026") < parse_code("83-28780-1-2027")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("83-2026", ["found '83-2026' with 2 parts, allowed are PROVINCE-COMMUNE-SERIAL-YEAR and"]),
        ("", ["found '' with 1 parts"]),
        (
            "8-29-2878-0-22",
            [
                "province: found '8', allowed are 2 digits [wrong-code-part]",
                "district: found '29', allowed are 3 digits [wrong-code-part]",
                "commune: found '2878', allowed are 5 digits [wrong-code-part]",
                "year: found '22', allowed are years of four digits from 2018 on",
            ],
        ),
        (
            "8x-28780-0-2026",
            [
                "province: found '8x', allowed are 2 digits [wrong-code-part]",
                "serial: found '0', allowed are 1 to 999999 [wrong-code-part]",
            ],
        ),
        ("83-28780-1234567-2026", ["serial: found '1234567', allowed are 1 to 999999"]),
        ("83-28780-٣-2026", ["serial: found '٣', allowed are 1 to 999999"]),
        ("83-829-28780-1-2017", ["year: found 2017, allowed are years of four digits from 2018"]),
        (
            "83-829-28780-1-2026",
            ["district: found the district '829' in 2026, districts ended in mid-2025; leave it"],
        ),
        (
            "83-28780-1-2024",
            ["district: found no district in a code of 2024, before districts ended; add it"],
        ),
    ],
)
def test_a_wrong_code_says_which_part_is_wrong(text: str, problems: list[str]) -> None:
    """All parts that are wrong are named at once, with what is allowed."""
    with pytest.raises(ocop.InputError) as caught:
        parse_code(text)
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems)
    assert all(line.startswith(start) for line, start in zip(found, problems, strict=True))


def test_in_2025_both_layouts_are_right() -> None:
    """Districts ended in the middle of that year."""
    assert parse_code("83-829-28780-1-2025").district == "829"
    assert parse_code("83-28780-1-2025").district is None


def test_a_code_made_in_python_is_checked_as_strictly() -> None:
    """`ProductCode` refuses what `parse_code` refuses."""
    with pytest.raises(ocop.InputError) as caught:
        ProductCode(province="083", commune="28780", serial="", year=26)
    assert [problem.path for problem in caught.value.problems] == ["province", "serial", "year"]
