"""Records of scoring: their fields are named, so that no two of them are mixed up."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import attrs
import pytest

import ocop
from ocop import scoring

PLACES = scoring.__path__


def records() -> Iterator[type[attrs.AttrsInstance]]:
    """Yield the classes of records that modules of scoring show."""
    for module in pkgutil.iter_modules(PLACES):
        name = f"ocop.scoring.{module.name}"
        if not module.name.startswith("_"):
            for one in vars(import_module(name)).values():
                own = isinstance(one, type) and one.__module__ == name and attrs.has(one)
                if own and not one.__name__.startswith("_"):
                    yield one


def test_records_are_made_by_name_alone() -> None:
    """Nothing can be given by its place, but to what is made for every sheet or block of sheets."""
    by_place = {
        one.__name__ for one in records() if not all(field.kw_only for field in attrs.fields(one))
    }
    assert by_place == {"CaseTable", "Extremes", "MissedFloor", "Outcome", "ScoreTable"}


def test_records_with_arrays_are_not_compared_by_themselves() -> None:
    """Arrays have no one truth: such records are alike by a method of theirs, or not at all."""
    modules = [import_module(f"ocop.scoring.{one.name}") for one in pkgutil.iter_modules(PLACES)]
    every = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    found = [
        one
        for one in every
        if attrs.has(one) and any("NDArray" in str(field.type) for field in attrs.fields(one))
    ]
    assert len(found) > 20
    assert {one.__name__ for one in found if one.__eq__ is not object.__eq__} == set()


def test_what_a_caller_need_not_say() -> None:
    """Compiled loops run where they are asked for; where sheets came from may stay unsaid."""
    asked = {
        name: signature.parameters["fast"].default
        for name in ocop.__all__
        if inspect.isfunction(value := getattr(ocop, name))
        and "fast" in (signature := inspect.signature(value)).parameters
    }
    assert {"rank", "score", "score_variants"} <= set(asked)
    assert set(asked.values()) == {False}
    origins = [
        field.default for one in records() for field in attrs.fields(one) if field.alias == "origin"
    ]
    assert origins
    assert set(origins) == {None}


def test_records_do_not_change() -> None:
    """What was scored stays as it was: no field can be set again."""
    found = list(records())
    assert len(found) > 30
    for one in found:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(object.__new__(one), attrs.fields(one)[0].name, None)
