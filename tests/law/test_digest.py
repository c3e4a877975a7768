"""Content digests: layout makes no difference, every answer and every label does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import ocop
from ocop.law._digest import digest_of, plain

Edit = Callable[[str, str, str], None]


def _turned(value: Any, key: str = "") -> Any:
    """Return the value with the keys of its maps in reverse order, but for printed codes."""
    if isinstance(value, dict):
        pairs = value.items() if key == "criteria" else reversed(value.items())
        return {name: _turned(inner, name) for name, inner in pairs}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("flow", [True, False])
def test_layout_makes_no_difference(flow: bool, base: Path) -> None:
    """Comments, quotes, line ends, flow or block style and the order of keys leave the digest."""
    before = ocop.load_decision(base)
    digests = before.digest, before.sets[1].digest, before.sets[2].digest
    for path in base.rglob("*.yaml"):
        data = _turned(yaml.safe_load(path.read_bytes()))
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=flow)
        assert text != path.read_text(encoding="utf-8")
        lines = f"# Đã sắp xếp lại\n{text}\n# hết\n".replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + lines.encode())
    after = ocop.load_decision(base)
    assert (after.digest, after.sets[1].digest, after.sets[2].digest) == digests


def test_decomposed_letters_make_no_difference(base: Path, edit: Edit) -> None:
    """Text is compared in normal form C, however an editor writes its accents."""
    before = ocop.load_decision(base).digest
    edit("sets/01-tea.yaml", "Sản xuất", "Sa\u0309n xua\u0302\u0301t")
    assert ocop.load_decision(base).digest == before


@pytest.mark.parametrize(
    ("file", "old", "new", "sets"),
    [
        ("criteria/product.yaml", "points: 10", "points: 11", {1, 2}),
        ("criteria/product.yaml", "mark: 3", "mark: 4", {1, 2}),
        ("criteria/product.yaml", "    mark: 4\n", "    mark: 5\n", {1, 2}),
        ("criteria/story.yaml", "Gripping", "Moving", {1, 2}),
        ("criteria/story.yaml", "Cuốn hút", "Cuốn hút lắm", {1, 2}),
        ("criteria/story.yaml", "Way of telling", "Ways of telling", {1, 2}),
        ("criteria/quality.yaml", "Cloudy", "Muddy", {1}),
        ("criteria/quality.yaml", "points: 33", "points: 32", {2}),
        ("sets/01-tea.yaml", 'other: "5.1"', 'other: "2"', {1}),
        ("sets/01-tea.yaml", 'where: "6.1.2"', 'where: "6.1.1"', {1}),
        ("sets/02-village-walks.yaml", "annex, set 2", "annex 1, set 2", {2}),
        ("decision.yaml", "at_least: 70", "at_least: 71", {1, 2}),
        ("decision.yaml", 'recognised_by: "district"', 'recognised_by: "province"', {1, 2}),
        ("decision.yaml", "Unsafe water", "Water unsafe", {1}),
        ("decision.yaml", 'en: "Operator"', 'en: "Organiser"', {2}),
        ("decision.yaml", '"2031-12-31"', '"2032-12-31"', set()),
        ("decision.yaml", "Department of Agriculture", "Farming department", set()),
        ("decision.yaml", 'en: "Coffee"', 'en: "Coffees"', set()),
    ],
)
def test_a_changed_answer_or_label_changes_the_digest(
    file: str, old: str, new: str, sets: set[int], base: Path, edit: Edit
) -> None:
    """The decision's digest changes, and those of the sets that the change concerns, no others."""
    before = ocop.load_decision(base)
    edit(file, old, new)
    after = ocop.load_decision(base)
    assert after.digest != before.digest
    assert {n for n in (1, 2) if before.sets[n].digest != after.sets[n].digest} == sets


def test_what_things_are_called_makes_no_difference(base: Path, edit: Edit) -> None:
    """Another id of the decision or of a criterion, or another number, is the same content."""
    before = ocop.load_decision(base)
    edit("decision.yaml", 'id: "qd-99-2030"', 'id: "qd-99-2030+trial"')
    edit("decision.yaml", "99/2030/QĐ-UBND", "99/2030/QĐ-UBND + trial")
    edit("criteria/quality.yaml", 'id: "smell"', 'id: "scent"')
    edit("sets/01-tea.yaml", '"6.1.2": "smell"', '"6.1.2": "scent"')
    after = ocop.load_decision(base)
    assert after.sets[1].decision == after.id == "qd-99-2030+trial"
    assert after.digest == before.digest
    assert {n: s.digest for n, s in after.sets.items()} == {
        n: s.digest for n, s in before.sets.items()
    }


def test_the_printed_order_of_criteria_is_content(base: Path, edit: Edit) -> None:
    """Criteria in another order are another table for every sheet."""
    before = ocop.load_decision(base)
    edit(
        "sets/01-tea.yaml",
        '{"5.1": "story", "5.2": "story-style"}',
        '{"5.2": "story-style", "5.1": "story"}',
    )
    assert ocop.load_decision(base).sets[1].digest != before.sets[1].digest


def test_a_digest_is_a_sha256() -> None:
    """The text says the algorithm and has 64 hexadecimal digits."""
    digest = ocop.criteria_set("qd-26-2026", "tea").digest
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    known = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest_of({}) == known  # printf '{}' | sha256sum


def test_plain_values_are_what_json_knows() -> None:
    """Labels, dates, tuples, numbered maps and law objects become plain values."""
    value = {2: (date(2026, 5, 22), None), 1: [ocop.Label("Chè", "Tea"), True]}
    assert plain(value) == {"1": [{"vi": "Chè", "en": "Tea"}, True], "2": ["2026-05-22", None]}
    option = ocop.Option(points=3, label=ocop.Label("Có", "Yes"), mark=4)
    assert plain(option) == {
        "points": 3,
        "label": {"vi": "Có", "en": "Yes"},
        "mark": 4,
        "case": None,
    }
