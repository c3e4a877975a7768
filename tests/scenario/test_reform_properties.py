"""What holds for every reform: nothing leaks, what is undone is as before, sums are exact."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ocop
from ocop import (
    AddCriterion,
    AddOption,
    DropCriterion,
    DropOption,
    Label,
    Option,
    RestateCriterion,
    Scale,
    SetHeading,
    SetMark,
    SetMarkReading,
    SetPoints,
    SetThreshold,
)
from ocop.law._digest import digest_of
from ocop.scenario._scaling import apportion, scaled

BASE = Path(__file__).parents[1] / "law" / "base_decision"
SMALL = ocop.load_decision(BASE)
TITLE = Label("Thử", "Trial")
PLACES = sorted(
    {
        (item.code, position)
        for chosen in SMALL.sets.values()
        for item in chosen.items
        for position in range(1, len(item.criterion.options) + 1)
    }
)
NEW = ocop.Criterion(
    id="new",
    title=Label("Mới", "New"),
    options=(
        Option(points=0, label=Label("Không", "No")),
        Option(points=4, label=Label("Có", "Yes")),
    ),
)

sets = st.sampled_from([(), (1,), ("village-walks",)])
place = st.sampled_from(PLACES)
few = st.integers(0, 30)

independent = st.one_of(
    st.builds(
        lambda where, points, names: SetPoints(
            criterion=where[0], option=where[1], points=points, sets=names
        ),
        place,
        few,
        sets,
    ),
    st.builds(
        lambda where, mark, names: SetMark(
            criterion=where[0], option=where[1], mark=mark, sets=names
        ),
        place,
        st.sampled_from([None, 3, 4, 5]),
        sets,
    ),
    st.builds(
        lambda where, mark: SetMark(criterion=where[0], mark=mark),
        place,
        st.sampled_from([None, 3, 4, 5]),
    ),
    st.builds(SetThreshold, star=st.sampled_from([2, 3, 4, 5]), at_least=st.integers(20, 95)),
    st.builds(SetMarkReading, reading=st.sampled_from(["any", "full"])),
    st.builds(SetHeading, section=st.sampled_from(["1", "2", "5", "6"]), points=few),
    st.builds(
        lambda where, names: DropOption(criterion=where[0], option=where[1], sets=names),
        place,
        sets,
    ),
    st.builds(
        lambda where, points: AddOption(
            criterion=where[0],
            option=Option(points=points, label=Label("Thêm", "More")),
            before=where[1],
        ),
        place,
        few,
    ),
    st.just(AddCriterion(section="5", code="5.3", criterion=NEW, before="5.2")),
    st.just(RestateCriterion(criterion="packaging", by=NEW)),
    st.builds(DropCriterion, criterion=st.sampled_from(["smell", "story", "packaging"])),
)
scale = st.one_of(
    st.builds(Scale, part=st.sampled_from("ABC"), points=st.integers(5, 60)),
    st.builds(Scale, section=st.sampled_from(["1", "5", "6"]), points=st.integers(5, 60)),
)


def reform_of(edits: list[Any]) -> ocop.Reform:
    return ocop.Reform(id="trial", title=TITLE, edits=edits)


def applied(edits: list[Any]) -> ocop.Reformed:
    """Apply edits to the small decision; a reform with problems is not what is looked for."""
    try:
        return ocop.apply_reform(reform_of(edits), SMALL)
    except ocop.InputError:
        assume(False)
        raise AssertionError from None


def lost_sections(done: ocop.Reformed) -> bool:
    """Say whether a section, or a heading in it, went with its last criterion."""
    pairs = ((done.before.sets[n], done.decision.sets[n]) for n in done.before.sets)
    return any(
        [(s.code, s.headings) for p in old.parts for s in p.sections]
        != [(s.code, s.headings) for p in new.parts for s in p.sections]
        for old, new in pairs
    )


relaxed = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@relaxed
@given(st.lists(st.one_of(independent, scale), max_size=4))
def test_the_old_law_stays_as_it_is(edits: list[Any]) -> None:
    """Whether it can be applied or not, a reform never touches the decision."""
    before = digest_of(SMALL)
    with suppress(ocop.InputError):
        ocop.apply_reform(reform_of(edits), SMALL)
    assert digest_of(SMALL) == before


@relaxed
@given(st.lists(independent, max_size=3), st.lists(scale, max_size=1))
def test_what_is_undone_is_as_before(edits: list[Any], scaling: list[Any]) -> None:
    """The inverse gives every digest of the start, or says that it cannot."""
    done = applied([*edits, *scaling])
    if done.consequences or lost_sections(done):
        with pytest.raises(ocop.InputError, match="not-invertible"):
            ocop.inverse_reform(done.reform, SMALL)
        return
    undo = ocop.inverse_reform(done.reform, SMALL)
    back = ocop.apply_reform(undo, done.decision)
    assert back.decision.digest == SMALL.digest
    assert back.without_effect == ()
    for number, chosen in SMALL.sets.items():
        assert back.decision.sets[number].digest == chosen.digest


@relaxed
@given(st.lists(independent, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_independent_edits_makes_no_difference(edits: list[Any], rng: Random) -> None:
    """Edits in any order give the same law, or the same kinds of problems."""
    shuffled = list(edits)
    rng.shuffle(shuffled)
    found = []
    for order in (edits, shuffled):
        try:
            found.append(ocop.apply_reform(reform_of(order), SMALL).decision.digest)
        except ocop.InputError:
            found.append("problems")
    assert found[0] == found[1]


@relaxed
@given(st.lists(independent, max_size=3), st.lists(scale, max_size=2))
def test_a_folder_holds_the_same_law(edits: list[Any], scaling: list[Any]) -> None:
    """A reformed decision is written as a folder that is valid, with the same sets."""
    new = applied([*edits, *scaling]).decision
    with tempfile.TemporaryDirectory() as folder:
        ocop.dump_decision(new, f"{folder}/new")
        assert ocop.validate(f"{folder}/new") == ()
        again = ocop.load_decision(f"{folder}/new")
    assert again.id == new.id
    assert {n: s.digest for n, s in again.sets.items()} == {
        n: s.digest for n, s in new.sets.items()
    }


@relaxed
@given(st.lists(st.one_of(independent, scale), max_size=5))
def test_a_file_holds_the_same_reform(edits: list[Any]) -> None:
    """What is written is read back as an equal reform."""
    reform = reform_of(edits)
    with tempfile.TemporaryDirectory() as folder:
        ocop.dump_reform(reform, f"{folder}/reform.yaml")
        assert ocop.load_reform(f"{folder}/reform.yaml") == reform


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 100))
def test_shares_add_up_and_are_near(weights: list[int], total: int) -> None:
    """Shares are whole, add up exactly and are less than a point from the exact share."""
    shares = apportion(weights, total)
    assert sum(shares) == total
    for weight, share in zip(weights, shares, strict=True):
        assert abs(share * sum(weights) - weight * total) < sum(weights)
    for (weight, share), (other, its_share) in pairwise(zip(weights, shares, strict=True)):
        assert weight < other or share >= its_share


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(0, 60))
def test_scaled_options_keep_their_order(points: list[int], new_best: int) -> None:
    """Inside a criterion nothing overtakes, 0 stays 0 and the best becomes the new best."""
    best = max(points)
    assume(best > 0)
    label = Label("x", "x")
    after = [scaled(Option(points=p, label=label), best, new_best).points for p in points]
    assert max(after) == new_best
    for p, q in zip(points, after, strict=True):
        assert abs(2 * q * best - 2 * p * new_best) <= best
        assert all(q <= other for o, other in zip(points, after, strict=True) if p <= o)


@relaxed
@given(st.sampled_from("ABC"), st.integers(30, 60), st.sampled_from([1, 11, 16, 22, 25, 26]))
def test_scaled_parts_of_the_law_add_up(part: str, points: int, number: int) -> None:
    """A part of a shipped set reaches its new total exactly, marks and options stay."""
    law = ocop.decision("qd-26-2026")
    reform = reform_of([Scale(part=part, points=points, sets=[number])])
    new = ocop.apply_reform(reform, law).decision.sets[number]
    (scaled_part,) = (p for p in new.parts if p.code == part)
    assert sum(item.criterion.best for item in scaled_part.items) == points
    assert sum(section.points for section in scaled_part.sections) == points
    for old, item in zip(law.sets[number].items, new.items, strict=True):
        pairs = list(zip(old.criterion.options, item.criterion.options, strict=True))
        assert all((a.label, a.mark, a.case) == (b.label, b.mark, b.case) for a, b in pairs)
        order = sorted((a.points, b.points) for a, b in pairs)
        assert [b for _, b in order] == sorted(b for _, b in order)


def _module(name: str) -> ModuleType:
    full_name = f"ocop_scoring_tests_{name}"
    if full_name not in sys.modules:
        path = Path(__file__).parents[1] / "scoring" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(full_name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[full_name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full_name])
    return sys.modules[full_name]


@relaxed
@given(st.lists(st.one_of(independent, scale), max_size=4), st.integers(0, 999))
def test_scores_are_those_of_the_plain_scorer(edits: list[Any], seed: int) -> None:
    """Sheets under the new law score as the plain scorer reads it off the new sets."""
    plain, generate = _module("plain"), _module("generate")
    new = applied(edits).decision
    for chosen in new.sets.values():
        for sheet in generate.sheets(chosen, 5, seed):
            given = {"answers": sheet.answers, "findings": sheet.findings}
            batch = ocop.Sheets.of([ocop.Sheet(criteria_set=chosen, product="p", **given)])
            (score,) = ocop.score(batch)
            expected = plain.score(chosen, sheet.answers, sheet.findings)
            found = (score.total, score.band, score.star)
            assert found == (expected.total, expected.band, expected.star)
