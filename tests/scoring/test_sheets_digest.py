"""The digest of sheets: of answers alone, whatever held them and in whatever order."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import ocop

TEA = ocop.criteria_set("qd-26-2026", "tea")
PROVINCE = Path(__file__).parents[2] / "examples" / "province-made-up.csv"


@pytest.fixture
def sheets() -> ocop.Sheets:
    """Return three sheets, not in order, with a finding."""
    answers = np.arange(3 * 32, dtype=np.uint8).reshape(3, 32) % 2 + 1
    answers[1, 4] = ocop.UNANSWERED
    return ocop.Sheets(
        criteria_set=TEA, products=["b", "ă", "a"], answers=answers, findings=[0, 1, 0]
    )


def plain_digest(sheets: ocop.Sheets) -> str:
    """Return the digest as the definition says, in plain Python."""
    findings = sheets.findings if sheets.findings is not None else [0] * len(sheets)
    who = sheets.assessors or ("",) * len(sheets)
    rows = sorted(
        zip(sheets.products, who, sheets.answers.tolist(), map(int, findings), strict=True)
    )
    names = ["product"] + ["assessor"] * (sheets.assessors is not None)
    head = {
        "criteria": list(sheets.criteria_set.codes),
        "findings": [e.finding.id for e in sheets.criteria_set.exclusions],
        "format": "ocop-sheets-digest/1",
        "sheets": len(rows),
        "texts": names,
    }
    data = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    for column in range(len(names)):
        texts = [row[column] for row in rows]
        data += b"".join(len(text).to_bytes(4, "little") for text in texts)
        data += "".join(texts).encode()
    for criterion in range(len(sheets.criteria_set.codes)):
        data += bytes(row[2][criterion] for row in rows)
    data += b"".join(row[3].to_bytes(8, "little") for row in rows)
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_codes_of_own_sets_are_taken_as_they_are(generate: Any) -> None:
    """Letters beyond ASCII stand in it as themselves."""
    law = generate.criteria_set({"A": [generate.section("1", generate.item("1.đ", 0, 1))]})
    sheet = ocop.Sheet(criteria_set=law, product="sp", answers={"1.đ": 2})
    assert ocop.Sheets.of([sheet]).digest == plain_digest(ocop.Sheets.of([sheet]))


def test_half_a_character_is_hashed_too(sheets: ocop.Sheets) -> None:
    """Python keeps halves of characters that files may hold; they tell products apart as well."""
    first, second = (
        attrs.evolve(sheets, products=["b", name, "a"]).digest for name in ("\ud800", "\ud801")
    )
    assert first != second


def test_it_is_what_its_definition_says(sheets: ocop.Sheets) -> None:
    """A digest computed from the definition alone is the same."""
    assert sheets.digest == plain_digest(sheets)
    assessed = attrs.evolve(sheets, products=["a", "a", "a"], assessors=("An", "Chi", "Bình"))
    assert assessed.digest == plain_digest(assessed)


def test_order_and_what_travels_along_are_no_content(sheets: ocop.Sheets) -> None:
    """Other order, kept columns, rows of a file: the same digest."""
    order = [2, 0, 1]
    other = ocop.Sheets(
        criteria_set=TEA,
        products=[sheets.products[n] for n in order],
        answers=sheets.answers[order],
        findings=np.array([0, 0, 1]),
        columns={"commune": ("x", "y", "z")},
        rows=np.array([4, 5, 6]),
    )
    assert other.digest == sheets.digest
    empty = attrs.evolve(sheets, findings=[0, 0, 0])
    assert empty.digest == attrs.evolve(sheets, findings=None).digest


def test_every_answer_counts(sheets: ocop.Sheets) -> None:
    """Another answer, product, finding or assessor gives another digest."""
    answers = sheets.answers.copy()
    answers[2, 31] = 0
    others = [
        attrs.evolve(sheets, answers=answers),
        attrs.evolve(sheets, products=["b", "ă", "aa"]),
        attrs.evolve(sheets, findings=None),
        attrs.evolve(sheets, assessors=("", "", "")),
    ]
    assert len({each.digest for each in (sheets, *others)}) == 5


def test_the_format_of_the_file_is_no_content(tmp_path: Path) -> None:
    """CSV and its packed form have the same digests."""
    batches = ocop.read_sheets(PROVINCE, "qd-26-2026", keep=("name", "commune"))
    ocop.dump_sheets(batches, tmp_path / "p.npz")
    again = ocop.load_sheets(tmp_path / "p.npz")
    assert [batch.digest for batch in again] == [batch.digest for batch in batches]
