"""Tornado: linear outcomes by hand, every lever alone by definition, broken input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ocop


def linear(weights: list[float]) -> Any:
    """Return an outcome of 10 plus the weighted levels."""
    return lambda choices: 10 + choices @ np.array(weights)


def test_a_linear_outcome() -> None:
    """Swings are weight times levels less 1, sorted, with the levels at which they end."""
    found = ocop.tornado(
        linear([1, -4, 0, 2.5]),
        ["points", "threshold", "mark", "scale"],
        [3, 2, 4, 3],
        labels=[["1", "2", "3"], ["70", "71"], list("abcd"), ["35", "40", "45"]],
        base=[1, 0, 2, 0],
    )
    assert found.base_outcome == 11
    assert found.swing.tolist() == [2, 4, 0, 5]
    assert found.order.tolist() == [3, 1, 0, 2]
    assert found.rows() == [
        {"lever": "scale", "lowest": 11, "lowest_at": "35", "highest": 16, "highest_at": "45",
         "swing": 5},
        {"lever": "threshold", "lowest": 7, "lowest_at": "71", "highest": 11, "highest_at": "70",
         "swing": 4},
        {"lever": "points", "lowest": 10, "lowest_at": "1", "highest": 12, "highest_at": "3",
         "swing": 2},
        {"lever": "mark", "lowest": 11, "lowest_at": "c", "highest": 11, "highest_at": "c",
         "swing": 0},
    ]  # fmt: skip
    assert found.without_effect == ("mark",)
    assert str(found) == (
        "base outcome 11\n"
        "lever      lowest  lowest_at  highest  highest_at  swing\n"
        "scale          11  35              16  45              5\n"
        "threshold       7  71              11  70              4\n"
        "points         10  1               12  3               2\n"
        "without effect: mark\n"
    )
    assert repr(found) == "<Tornado: 4 levers, 1 without effect, base outcome 11>"
    assert (found.status, found.version) == ("computed", ocop.__version__)
    arrays = (found.base, found.lowest, found.highest, found.swing, found.order, *found.outcomes)
    assert not any(array.flags.writeable for array in arrays)


def test_nothing_changes_the_outcome() -> None:
    """No variation is named; it is no number."""
    found = ocop.tornado(lambda choices: np.full(len(choices), 3), ["a", "b"], [2, 1])
    assert found.status == "no-variation"
    assert found.without_effect == ("a", "b")
    assert str(found) == "base outcome 3\nwithout effect: a, b\n"


@given(data=st.data())
def test_each_lever_alone_by_definition(data: st.DataObject) -> None:
    """Outcomes are those of the base with one level changed, evaluated once each, in any order."""
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    base = [data.draw(st.integers(0, size - 1)) for size in sizes]
    many = math.prod(sizes)
    table = np.array(data.draw(st.lists(st.integers(0, 5), min_size=many, max_size=many))).reshape(
        sizes
    )
    seen: list[tuple[int, ...]] = []

    def evaluate(choices: Any) -> Any:
        rows = list(map(tuple, choices.tolist()))
        seen.extend(rows)
        return [table[row] for row in rows]

    names = [f"lever {n}" for n in range(len(sizes))]
    found = ocop.tornado(evaluate, names, np.array(sizes), base=np.array(base))
    assert len(seen) == len(set(seen)) == 1 + sum(size - 1 for size in sizes)
    for n, size in enumerate(sizes):
        own = [table[(*base[:n], level, *base[n + 1 :])] for level in range(size)]
        assert found.outcomes[n].tolist() == own
        assert (found.lowest[n], found.highest[n]) == (min(own), max(own))
        assert (max(own) == min(own)) == (names[n] in found.without_effect)
    assert found.base_outcome == table[tuple(base)]
    swings = [row["swing"] for row in found.rows()]
    assert swings == sorted(swings, reverse=True)


def test_a_long_name_is_cut_in_the_table_alone() -> None:
    """The table keeps to 80 columns whatever levers and levels are called."""
    names = ["a threshold of five stars for the whole decision" * 3, "b"]
    found = ocop.tornado(linear([1, 1]), names, [2, 2], labels=[["long " * 30, "x"], ["y", "z"]])
    lines = str(found).splitlines()
    assert max(map(len, lines)) == 80
    assert "…" in lines[2]
    assert found.rows()[0]["lever"] == names[0]


def problems(*args: Any, **more: Any) -> list[str]:
    """Return the problems of a call."""
    with pytest.raises(ocop.InputError) as error:
        ocop.tornado(*args, **more)
    return list(map(str, error.value.problems))


def test_every_problem_is_told_at_once() -> None:
    """Function, names, sizes, labels and base are all looked at."""
    assert problems(
        "f", ["a", "a", " ", 3], [2, 0, "2"], base=[0, 5, 0.5], labels=[["x"], ["y"], "z"]
    ) == [
        "evaluate: found 'f', allowed is a function of choices [wrong-type]",
        "names[1]: the name 'a' stands twice [duplicate-name]",
        "names[2]: found a name without text [empty-text]",
        "names[3]: found 3, allowed is text [wrong-type]",
        "sizes[1]: found 0, allowed are from 1 on [out-of-range]",
        "sizes[2]: found '2', allowed are whole numbers from 1 on [not-a-whole-number]",
        "sizes: found 3 sizes for 4 names, allowed are as many [wrong-length]",
        "labels: a: found 1 labels, allowed are 2, one for each level [wrong-length]",
        "labels:  : found 'z', allowed is a list of names [wrong-type]",
        "base: found 3 levels, allowed are 4, one per lever [wrong-length]",
        "base: a: found 5, allowed are 0 to 0 [out-of-range]",
        "base:  : found 0.5, allowed are whole numbers 0 to 0 [not-a-whole-number]",
    ]


@pytest.mark.parametrize(
    ("names", "sizes", "more", "expected"),
    [
        ([], [], {}, "names: found no names, allowed is one or more [no-levers]"),
        ("ab", [2, 2], {}, "names: found 'ab', allowed is a list of names [wrong-type]"),
        (["a"], 2, {}, "sizes: found 2, allowed is a number of levels for each lever [wrong-type]"),
        (["a"], [True], {}, "sizes[0]: found True, allowed are whole numbers from 1 on "
         "[not-a-whole-number]"),
        (["a"], [2], {"labels": 4}, "labels: found 4, allowed are the names of levels for each "
         "lever [wrong-type]"),
        (["a"], [2], {"labels": []}, "labels: found labels of 0 levers, allowed are 1 "
         "[wrong-length]"),
        (["a"], [2], {"base": 2}, "base: a: found 2, allowed are 0 to 1 [out-of-range]"),
        (["a"], [2], {"base": [-1]}, "base: a: found -1, allowed are 0 to 1 [out-of-range]"),
    ],
)  # fmt: skip
def test_broken_levers(names: Any, sizes: Any, more: Any, expected: str) -> None:
    """Each says where, what was found and what is allowed."""
    assert expected in problems(linear([1]), names, sizes, **more)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ([1, 2], "outcomes: found 2, allowed are 3, one for each row [wrong-shape]"),
        (5, "outcomes: found one value, allowed are 3, one for each row [wrong-shape]"),
        ([[1], [1], [2]], "outcomes: found 3 x 1, allowed are 3, one for each row [wrong-shape]"),
        ([[1], [1, 2], 3], "outcomes: found rows of different lengths, allowed are 3, one for each "
         "row [wrong-shape]"),
        (list("abc"), "outcomes: found dtype <U1, allowed are numbers [not-a-number]"),
        ([1, np.nan, np.inf], "outcomes: found nan in row 1 and 1 more, allowed are finite "
         "numbers [not-a-number]"),
    ],
)  # fmt: skip
def test_broken_outcomes(returned: Any, expected: str) -> None:
    """What the function returns is checked before anything is made of it."""
    assert problems(lambda _: returned, ["a"], [3]) == [expected]


def test_choices_are_read_only() -> None:
    """A function that writes into its argument is stopped."""

    def evaluate(choices: Any) -> Any:
        choices[:] = 0
        return choices[:, 0]

    with pytest.raises(ValueError, match="read-only"):
        ocop.tornado(evaluate, ["a"], [2])
