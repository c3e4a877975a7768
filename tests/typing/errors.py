"""Errors: one family, with problems that programs read."""

from __future__ import annotations

from typing import Any, assert_type

import ocop

try:
    ocop.decision("qd-1-1900")
except ocop.UnknownDecisionError as error:
    assert_type(error.problems, tuple[ocop.Problem, ...])
    assert_type(error.problems[0].code, str)
    assert_type(error.problems[0].hint, str | None)
    assert_type(error.problems[0].to_dict(), dict[str, Any])
    assert_type(error.more, int)

try:
    ocop.criteria_set("qd-26-2026", 99)
except (ocop.NotTranscribedError, ocop.UnknownSetError) as error:
    looked_up: LookupError = error

try:
    ocop.read_sheets("tea.csv", "qd-26-2026", fast=True)
except (ocop.SheetError, ocop.LawError, ocop.MissingExtraError) as error:
    bad_value: ValueError = error
except ocop.InputError as error:
    any_problems: ocop.ProblemsError = error
except ocop.OcopError as error:
    whatever: Exception = error
