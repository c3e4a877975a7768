"""Scores: reading single results and columns, reasons, equality, what is recorded."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import attrs
import numpy as np
import pytest

import ocop


@pytest.fixture(scope="module")
def scores(fresh: ocop.CriteriaSet) -> ocop.Scores:
    """Return four results: full marks, one floor missed, excluded by a finding, unanswered."""
    best = {item.code: len(item.criterion.options) for item in fresh.items}
    sheets = [
        ocop.Sheet(criteria_set=fresh, product="na", answers=best),
        ocop.Sheet(criteria_set=fresh, product="ổi", answers=best | {"5.3": 1, "4.1": 3}),
        ocop.Sheet(
            criteria_set=fresh,
            product="mít",
            answers=best,
            findings={"unsafe-impurities", "forged-dossier"},
        ),
        ocop.Sheet(criteria_set=fresh, product="vải", answers={}),
    ]
    return ocop.score(ocop.Sheets.of(sheets))


def test_one_result_says_everything(scores: ocop.Scores) -> None:
    """A single result holds plain numbers, floors and reasons."""
    assert scores[0] == ocop.Score(
        product="na",
        parts={"A": 40, "B": 25, "C": 35},
        total=100,
        band=5,
        star=5,
        answered=32,
        of=32,
        missing_floors=(),
        excluded=(),
    )
    assert scores[1].missing_floors == (
        ocop.MissedFloor(code="4.1", star=5, needed=5),
        ocop.MissedFloor(code="5.3", star=3, needed=1),
    )
    assert (scores[1].total, scores[1].band, scores[1].star) == (93, 5, 2)
    assert scores[2].star is None
    assert scores[2].excluded == ("forged-dossier", "unsafe-impurities")
    assert (scores[3].total, scores[3].star, scores[3].answered) == (0, 1, 0)
    assert all(type(getattr(scores[1], name)) is int for name in ("total", "band", "star"))


def test_only_one_batch_is_scored_at_a_time(scores: ocop.Scores) -> None:
    """The batches of a file, or sheets where scores are ranked, are told with what to write."""
    with pytest.raises(ocop.InputError) as error:
        ocop.score((scores.sheets,))  # type: ignore[arg-type]  # wrong on purpose
    assert str(error.value) == (
        "sheets: found tuple, allowed are Sheets and Sheet; a file gives one batch a set: "
        "[ocop.score(batch) for batch in batches] [wrong-type]"
    )
    for wrong in (scores.sheets, [scores.sheets, scores]):
        with pytest.raises(ocop.InputError) as error:
            ocop.rank(wrong)  # type: ignore[arg-type]  # wrong on purpose
        assert str(error.value) == (
            "scores: found Sheets, allowed are Scores; score them first: "
            "ocop.rank(ocop.score(sheets)) [wrong-type]"
        )


def test_results_are_found_from_both_ends(scores: ocop.Scores) -> None:
    """Rows count from 0, negative ones from the end; beyond them is an IndexError."""
    assert [scores[row].product for row in (0, 3, -1, -4)] == ["na", "vải", "vải", "na"]
    assert scores[-2] == scores[2]
    for row in (4, -5, 1000):
        with pytest.raises(IndexError):
            scores[row]


def test_results_come_one_by_one_and_in_any_order(scores: ocop.Scores) -> None:
    """All results by default, or those of the rows asked for, repeated ones too."""
    assert [s.product for s in scores.scores()] == ["na", "ổi", "mít", "vải"]
    assert list(iter(scores)) == list(scores.scores())
    rows = np.array([2, 0, 2])
    assert list(scores.scores(rows)) == [scores[2], scores[0], scores[2]]
    assert list(scores.scores(np.array([], dtype=np.int64))) == []


def test_results_are_the_same_past_the_chunks_they_are_made_in(
    fresh: ocop.CriteriaSet, generate: Any
) -> None:
    """With more sheets than one chunk, each result still belongs to its row."""
    few = ocop.score(generate.batch(fresh, generate.sheets(fresh, 7, seed=9)))
    count = 8192 + 8
    place = np.arange(count) % 7
    assert few.sheets.findings is not None
    many = ocop.Sheets(
        criteria_set=fresh,
        products=[str(n) for n in range(count)],
        answers=few.sheets.answers[place],
        findings=few.sheets.findings[place],
    )
    singles = list(few.scores())
    for n, result in enumerate(ocop.score(many).scores()):
        assert result == attrs.evolve(singles[n % 7], product=str(n))
    assert n == count - 1


def test_columns_are_what_tables_show(scores: ocop.Scores) -> None:
    """Columns in the order of the tables, excluded stars empty, floors and reasons as text."""
    assert scores.columns(np.array([1, 2, 3])) == {
        "product": ["ổi", "mít", "vải"],
        "set": [1, 1, 1],
        "A": [40, 40, 0],
        "B": [18, 25, 0],
        "C": [35, 35, 0],
        "total": [93, 100, 0],
        "band": [5, 5, 1],
        "star": [2, None, 1],
        "answered": [32, 32, 0],
        "of": [32, 32, 32],
        "missing_floors": ["4.1:5;5.3:3", "", ""],
        "excluded": ["", "forged-dossier;unsafe-impurities", ""],
    }
    assert list(scores.columns(np.array([0]))) == [
        *("product", "set", "A", "B", "C", "total", "band", "star", "answered", "of"),
        *("missing_floors", "excluded"),
    ]


def test_assessors_and_own_columns_travel_with_the_columns(fresh: ocop.CriteriaSet) -> None:
    """After product and set stand the assessor and the columns that came with the sheets."""
    sheets = ocop.Sheets(
        criteria_set=fresh,
        products=["na", "na"],
        assessors=("An", "Bình"),
        columns={"xã": ("Mộc Châu", "Vân Hồ")},
        answers=np.ones((2, 32), dtype=np.uint8),
    )
    columns = ocop.score(sheets).columns(np.array([1, 0]))
    assert list(columns)[:5] == ["product", "set", "assessor", "xã", "A"]
    assert columns["assessor"] == ["Bình", "An"]
    assert columns["xã"] == ["Vân Hồ", "Mộc Châu"]


@pytest.mark.parametrize("number", [1, 16, 26])
def test_columns_agree_with_single_results(number: int, generate: Any) -> None:
    """On many sheets the columns say the same as the results one by one."""
    law = ocop.criteria_set("qd-26-2026", number)
    scores = ocop.score(generate.batch(law, generate.sheets(law, 200, seed=10)))
    columns = scores.columns(np.arange(200))
    for n, result in enumerate(scores.scores()):
        row = {name: values[n] for name, values in columns.items()}
        assert row == {
            "product": result.product,
            "set": number,
            **result.parts,
            "total": result.total,
            "band": result.band,
            "star": result.star,
            "answered": result.answered,
            "of": result.of,
            "missing_floors": ";".join(f"{f.code}:{f.star}" for f in result.missing_floors),
            "excluded": ";".join(result.excluded),
        }


def test_reasons_are_given_for_excluded_products_only(scores: ocop.Scores) -> None:
    """Findings are listed in the order of the set's exclusions, others have none."""
    assert [scores.reasons(row) for row in range(4)] == [
        (),
        (),
        ("forged-dossier", "unsafe-impurities"),
        (),
    ]
    assert scores.reasons(-2) == scores.reasons(2)


def test_reasons_join_findings_and_zeros() -> None:
    """A product may be out for a finding and for a zero; both are told."""
    water = ocop.criteria_set("qd-26-2026", 16)
    result = ocop.score(
        ocop.Sheet(
            criteria_set=water, answers={"6.4": 1, "6.1": 0, "7": 0}, findings=["forged-dossier"]
        )
    )
    assert result.reasons(0) == ("forged-dossier", "zero:6.1", "zero:6.4")
    assert result.knocked_out.tolist() == [True]


def test_star_counts_have_a_place_for_every_star(scores: ocop.Scores) -> None:
    """Stars 5 to 1, then 0 for the excluded; absent stars count 0."""
    assert list(scores.star_counts().items()) == [(5, 1), (4, 0), (3, 0), (2, 1), (1, 1), (0, 1)]


def test_the_result_records_law_and_version(scores: ocop.Scores, fresh: ocop.CriteriaSet) -> None:
    """Whoever keeps a result can tell which law and which release made it."""
    assert scores.version == ocop.__version__
    assert scores.digest == fresh.digest
    assert scores.digest.startswith("sha256:")
    assert scores.criteria_set is fresh
    assert (len(scores), scores.of, scores.products) == (4, 32, ("na", "ổi", "mít", "vải"))


def test_the_repr_is_one_line(scores: ocop.Scores) -> None:
    """The repr names decision, set, size and stars."""
    assert repr(scores) == (
        "<Scores qd-26-2026 set 1 fresh-produce: 4 products, "
        "stars {5: 1, 4: 0, 3: 0, 2: 1, 1: 1, 0: 1}>"
    )


def test_arrays_of_a_result_are_read_only(scores: ocop.Scores) -> None:
    """A result cannot be changed after it was computed."""
    for name in ("parts", "total", "band", "star", "answered", "excluded", "knocked_out"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(scores, name)[0] = 1


def test_equal_results_are_equal_however_they_were_made(
    scores: ocop.Scores, fresh: ocop.CriteriaSet
) -> None:
    """The same law, products and numbers are equal; each difference alone is one."""
    again = ocop.score(scores.sheets)
    assert scores.equals(again)
    assert scores.equals(ocop.score(attrs.evolve(scores.sheets, rows=np.arange(4))))
    assert not scores.equals("scores")
    renamed = attrs.evolve(scores.sheets, products=("na", "ổi", "mít", "nhãn"))
    assert not scores.equals(ocop.score(renamed))
    other_law = attrs.evolve(fresh, number=99)
    assert not scores.equals(ocop.score(attrs.evolve(scores.sheets, criteria_set=other_law)))
    for name in ("parts", "total", "band", "star", "answered", "excluded"):
        changed = getattr(scores, name).copy()
        changed.flat[0] = not changed.flat[0]
        assert not scores.equals(attrs.evolve(again, **{name: changed})), name


def test_scoring_a_single_sheet_gives_one_row(fresh: ocop.CriteriaSet) -> None:
    """`score` takes a sheet as a batch of one."""
    result = ocop.score(ocop.Sheet(criteria_set=fresh, product="bưởi", answers={"4.1": 4}))
    assert len(result) == 1
    assert result[0].product == "bưởi"
    assert result[0].parts == {"A": 0, "B": 5, "C": 0}


PROGRAM = """
import hashlib, json, random
import numpy as np
import ocop

digest = hashlib.sha256()
batches = []
for number in (1, 16, 26):
    law = ocop.criteria_set("qd-26-2026", number)
    rng = random.Random(number)
    best = {i.code: len(i.criterion.options) for i in law.items}
    known = [e.finding.id for e in law.exclusions]
    sheets = [
        ocop.Sheet(
            criteria_set=law,
            product=f"{number}-{n}",
            answers={c: o for c, o in best.items() if rng.random() < 0.9},
            findings=set(known) if n % 5 == 0 else (),
        )
        for n in range(20)
    ]
    scores = ocop.score(ocop.Sheets.of(sheets))
    for name in ("parts", "total", "band", "star", "answered", "excluded", "knocked_out"):
        digest.update(getattr(scores, name).tobytes())
    batches.append(scores)
ranking = ocop.rank(batches, within="sector")
digest.update(json.dumps([ranking.columns(), scores.digest], ensure_ascii=False).encode())
print(digest.hexdigest())
"""


def test_the_hash_seed_changes_no_byte() -> None:
    """Scores, reasons and rankings have the same bytes whatever PYTHONHASHSEED is."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("0", "1", "4711")
    ]
    assert len(runs[0]) == hashlib.sha256().digest_size * 2
    assert runs == runs[:1] * 3
