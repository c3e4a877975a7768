"""Errors: one family with built-in parents; layout, plain form, and a way through pickle."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

import ocop
from ocop import errors
from ocop.errors import OcopError, Problem, ProblemsError

FULL = Problem(
    "not-a-number", "found 'x', allowed 0 to 4", "chè.csv", 3, 7, "4.1", "write a number"
)
PARENTS = {
    "InputError": ValueError,
    "LawError": ValueError,
    "MissingExtraError": ImportError,
    "NotTranscribedError": LookupError,
    "ProblemsError": ValueError,
    "SheetError": ValueError,
    "UnknownDecisionError": LookupError,
    "UnknownSetError": LookupError,
}
CLASSES = [getattr(errors, name) for name in PARENTS]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "wrong [a-code]"),
        ({"file": "chè.yaml"}, "chè.yaml: wrong [a-code]"),
        ({"file": "chè.yaml", "line": 3}, "chè.yaml:3: wrong [a-code]"),
        ({"file": "a.csv", "line": 3, "column": 7}, "a.csv:3:7: wrong [a-code]"),
        ({"line": 3, "path": "4.1"}, "3: 4.1: wrong [a-code]"),
        ({"path": "4.1", "hint": "do this"}, "4.1: wrong; do this [a-code]"),
        ({"hint": "do this"}, "wrong; do this [a-code]"),
    ],
)
def test_a_problem_is_laid_out_as_place_message_hint_code(
    fields: dict[str, Any], text: str
) -> None:
    """Parts that are missing leave no stray colons or semicolons."""
    assert str(Problem("a-code", "wrong", **fields)) == text


def test_a_full_problem_is_one_line() -> None:
    """File, line, column, path, message, hint and code stand in this order."""
    assert str(FULL) == (
        "chè.csv:3:7: 4.1: found 'x', allowed 0 to 4; write a number [not-a-number]"
    )


def test_a_problem_as_a_dict_has_only_what_is_known() -> None:
    """Empty fields are left out; a line of 0 is known."""
    assert FULL.to_dict() == {
        "code": "not-a-number",
        "message": "found 'x', allowed 0 to 4",
        "file": "chè.csv",
        "line": 3,
        "column": 7,
        "path": "4.1",
        "hint": "write a number",
    }
    assert Problem("a", "b", line=0).to_dict() == {"code": "a", "message": "b", "line": 0}
    assert Problem(**FULL.to_dict()) == FULL


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_goes_through_pickle_and_copy(kind: type[ProblemsError]) -> None:
    """Class, problems, count and text survive, so that errors cross process pools."""
    error = kind([FULL, Problem("b", "second")], more=3)
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):
        assert type(again) is kind
        assert (again.problems, again.more, str(again)) == (error.problems, 3, str(error))


def test_an_error_comes_back_from_another_process() -> None:
    """A worker that fails raises the same error here, not a broken pool."""
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(errors.UnknownSetError, match="no set 99") as caught,
    ):
        pool.submit(ocop.criteria_set, "qd-26-2026", 99).result(timeout=60)
    assert caught.value.problems[0].code == "unknown-set"


@pytest.mark.parametrize(("name", "parent"), PARENTS.items())
def test_an_error_has_a_built_in_parent(name: str, parent: type[Exception]) -> None:
    """Code that knows nothing of ocop catches ValueError, LookupError or ImportError."""
    kind = getattr(errors, name)
    assert issubclass(kind, parent)
    assert issubclass(kind, ProblemsError)
    with pytest.raises(OcopError):
        raise kind([FULL])


def test_every_error_class_is_in_the_family_table() -> None:
    """A new error class is tested here too."""
    found = {name for name in errors.__all__ if name.endswith("Error")}
    assert found == {*PARENTS, "OcopError"}


def test_a_sheet_error_is_an_input_error_and_a_missing_set_an_unknown_one() -> None:
    """The narrow errors are caught with the wide ones."""
    assert issubclass(errors.SheetError, errors.InputError)
    assert issubclass(errors.NotTranscribedError, errors.UnknownSetError)
    assert not issubclass(errors.LawError, errors.InputError)


def test_one_problem_is_told_without_a_count() -> None:
    """A single problem is the whole message."""
    assert str(ProblemsError([FULL])) == str(FULL)


def test_several_problems_are_told_in_order_with_the_count() -> None:
    """The first line counts all, also those that were not kept."""
    error = ProblemsError(iter([Problem("a", "first"), Problem("b", "second")]), more=40)
    assert str(error) == "42 problems:\n  first [a]\n  second [b]\n  ... and 40 more"
    assert str(ProblemsError([Problem("a", "first")], more=1)).startswith("2 problems:\n")


def test_the_text_of_an_error_shows_the_first_twenty_problems() -> None:
    """A traceback of ten thousand problems stays readable; the error keeps all of them."""
    problems = [Problem("a", f"number {n}") for n in range(21)]
    error = ProblemsError(problems)
    assert error.problems == tuple(problems)
    lines = str(error).splitlines()
    assert (lines[0], lines[20], lines[21:]) == (
        "21 problems:",
        "  number 19 [a]",
        ["  ... and 1 more"],
    )
    assert str(ProblemsError(problems[:20])).splitlines()[-1] == "  number 19 [a]"
    assert str(ProblemsError(problems, more=5000)).endswith("  ... and 5,001 more")


def test_a_problem_cannot_be_changed() -> None:
    """Problems are values: frozen, equal by content, fit for sets."""
    assert len({FULL, Problem(**FULL.to_dict())}) == 1
    with pytest.raises(AttributeError):
        FULL.code = "other"  # type: ignore[misc]  # wrong on purpose
