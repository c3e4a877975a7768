"""Registers: each mistake that a district officer can make, found in any order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop.programme.certificate import Certificate
from ocop.programme.code import parse_code
from ocop.programme.producer import Producer
from ocop.programme.recognition import Recognition, recognise, upgrade
from ocop.programme.register import check_register

CODES = ["83-28780-3-2026", "83-28780-03-2026", "83-28780-12-2026", "66-24154-1-2026"]
OLD_CODE = "83-829-28780-3-2022"


def _entry(on: str = "2026-06-30", **values: Any) -> Recognition:
    """Return a recognition without mistakes under 26/2026, but for `values`."""
    certificate: dict[str, Any] = {
        k: date.fromisoformat(v) if k.endswith("_on") else v
        for k in ("months", "withdrawn_on", "replaced_on", "ground")
        if (v := values.pop(k, None)) is not None
    }
    fields: dict[str, Any] = {
        "name": "Trà",
        "group": "tea",
        "star": 4,
        "level": "province",
        "decision": "qd-26-2026",
        **values,
        "code": parse_code(values.pop("code", CODES[0])),
        "certificate": Certificate(recognised_on=date.fromisoformat(on), **certificate),
    }
    return Recognition(**fields)


def _old_entry(on: str, **values: Any) -> Recognition:
    """Return a recognition by the district under 148/QĐ-TTg, but for `values`."""
    district = {"code": OLD_CODE, "star": 3, "level": "district", "decision": "qd-148-2023"}
    return _entry(on, **{**district, **values})


def _codes(*entries: Recognition, producers: tuple[Producer, ...] = ()) -> list[str]:
    return [problem.code for problem in check_register(entries, producers)]


def test_a_register_without_mistakes_has_no_findings() -> None:
    """Certificates of every decision, an upgrade and a transition are all in order."""
    tea = recognise(
        code=parse_code(CODES[0]), name="Trà", group="tea", star=3, on=date(2026, 6, 30)
    )
    entries = [
        *upgrade(tea, 4, on=date(2027, 6, 30)),
        _entry("2020-01-10", code="83-829-28780-1-2019", decision="qd-1048-2019"),
        _entry("2022-12-23", code="83-829-28780-2-2022", decision="qd-781-2020"),
        _old_entry("2023-02-24"),
        _entry("2026-07-21", code=CODES[2], decision="qd-1489-2025"),
        _entry(code=CODES[3], withdrawn_on="2027-01-01", ground="production-ended"),
    ]
    assert check_register(entries) == ()
    assert check_register([]) == ()


@pytest.mark.parametrize(
    ("entry", "code", "message", "hint"),
    [
        (
            _entry(group="teas"),
            "unknown-group",
            "group: found 'teas', allowed are the slugs of product groups such as 'tea'",
            "did you mean 'tea'?",
        ),
        (
            _entry(decision="qd-26-2027"),
            "unknown-decision",
            "decision: there is no decision 'qd-26-2027'; there are ",
            "did you mean 'qd-26-2026'?",
        ),
        (
            _entry(level="centre"),
            "wrong-level",
            "level: found 'centre', under qd-26-2026 4 stars are recognised by the province",
            None,
        ),
        (
            _entry(star=2),
            "star-not-recognised",
            "star: found 2, qd-26-2026 lets recognise the stars 3, 4, 5",
            None,
        ),
        (
            _entry(months=24),
            "months-differ",
            "months: found 24 months, under qd-26-2026 they are 36",
            None,
        ),
        (
            _entry(withdrawn_on="2027-01-01", ground="bad-luck"),
            "unknown-ground",
            "ground: found 'bad-luck', qd-26-2026 allows false-documents, ",
            None,
        ),
        (
            _entry("2026-05-21"),
            "decision-not-applicable",
            "decision: recognised on 2026-05-21, qd-26-2026 is in force from 2026-05-22 to now",
            "on that day qd-1489-2025 is applied",
        ),
        (
            _entry("2026-07-22", decision="qd-1489-2025"),
            "decision-not-applicable",
            "decision: recognised on 2026-07-22, qd-1489-2025 is in force from 2025-07-06 to "
            "2026-07-21",
            "on that day qd-26-2026 is applied",
        ),
        (
            _old_entry("2025-07-01"),
            "district-ended",
            "district: found the district 829 on 2025-07-01, districts ended on 2025-06-30",
            "leave it out",
        ),
        (
            _old_entry("2025-06-30", code="83-28780-3-2025"),
            "district-missing",
            "district: found the commune 28780 without a district on 2025-06-30, before districts "
            "ended",
            "name it",
        ),
        (
            _entry(producer_type="union"),
            "producer-not-admitted",
            "type: qd-26-2026 does not admit 'union' for 'tea', allowed are co-operative, ",
            None,
        ),
    ],
)
def test_each_mistake_alone(entry: Recognition, code: str, message: str, hint: str | None) -> None:
    """One mistake gives one finding, with the product's code as its path."""
    (problem,) = check_register([entry])
    assert (problem.code, problem.path, problem.hint) == (code, str(entry.code), hint)
    assert problem.message.startswith(message)


def test_a_recognition_of_before_the_first_decision() -> None:
    """On a day with no decision in force the one that is named is what it is held against."""
    entry = _entry("2019-08-20", code=OLD_CODE, decision="qd-1048-2019", level="centre")
    assert _codes(entry) == ["no-decision-in-force", "wrong-level"]


def test_the_level_is_that_of_the_day_where_the_decision_could_not_be_applied() -> None:
    """148/QĐ-TTg ended on 2025-07-05: from then on no district recognises three stars."""
    entry = _old_entry("2025-07-06", code="83-28780-3-2025")
    problems = check_register([entry])
    assert [problem.code for problem in problems] == ["decision-not-applicable", "wrong-level"]
    assert "under qd-1489-2025 3 stars" in problems[1].message


def test_there_is_no_transition_where_the_decision_has_none() -> None:
    """The day before 148/QĐ-TTg came into force is the last of 781/QĐ-TTg."""
    inside = _entry("2023-02-23", code=OLD_CODE, decision="qd-781-2020")
    outside = _entry("2023-02-24", code=OLD_CODE, decision="qd-781-2020")
    assert _codes(inside) == []
    assert _codes(outside) == ["decision-not-applicable"]


def test_a_transition_is_for_the_decision_just_before() -> None:
    """In the 60 days after 2026-05-22 148/QĐ-TTg as it was before its amendment is not applied."""
    entry = _entry("2026-06-01", decision="qd-148-2023")
    assert _codes(entry) == ["decision-not-applicable"]


def test_terms_are_not_held_against_a_decision_that_has_none_in_the_data() -> None:
    """Of 781/QĐ-TTg our sources hold no term of certificates."""
    assert _codes(_entry("2022-12-23", code=OLD_CODE, decision="qd-781-2020", months=24)) == []


def test_two_certificates_of_one_product_on_the_same_day() -> None:
    """The last day of one and the first of the other collide; the day after is fine."""
    first = _entry("2026-06-30")
    again = _entry("2029-06-30")
    (problem,) = check_register([again, first])
    assert str(problem) == (
        "83-28780-3-2026: the certificate of 2029-06-30 begins while another is valid until "
        "2029-06-30; end the earlier one in replaced_on or withdrawn_on [overlapping-certificates]"
    )
    assert _codes(first, _entry("2029-07-01")) == []
    assert _codes(_entry(replaced_on="2027-01-01"), _entry("2027-01-01")) == []
    assert _codes(_entry(withdrawn_on="2027-01-02"), _entry("2027-01-01")) == [
        "overlapping-certificates"
    ]


def test_leading_zeros_do_not_make_another_product() -> None:
    """Serial numbers 3 and 03 of one commune and year are one product; 12 is another."""
    overlap = check_register([_entry(code=CODES[0]), _entry("2026-07-30", code=CODES[1])])
    assert [(p.code, p.path) for p in overlap] == [("overlapping-certificates", CODES[1])]
    assert _codes(_entry(code=CODES[0]), _entry(code=CODES[2])) == []


def test_a_certificate_that_never_was_valid_overlaps_nothing() -> None:
    """Withdrawn on its first day, it leaves the whole term to another."""
    assert _codes(_entry(withdrawn_on="2026-06-30"), _entry()) == []


def test_producers_are_held_against_the_list_that_is_given() -> None:
    """An unknown id is found, and the type of a known one; without a list neither is."""
    union = Producer(id="p-1", name="Hiệp hội chè", type="union")
    known, unknown = _entry(producer="p-1"), _entry(code=CODES[2], producer="p-2")
    assert _codes(known, unknown) == []
    problems = check_register([unknown, known], [union])
    assert [(p.code, p.path) for p in problems] == [
        ("producer-not-admitted", CODES[0]),
        ("unknown-producer", CODES[2]),
    ]
    assert problems[1].message == "producer: found 'p-2', the producers have no such id"
    # The type at the time of the recognition comes before that of today.
    assert _codes(evolve(known, producer_type="farm"), producers=(union,)) == []


def test_findings_are_sorted_by_code_and_day() -> None:
    """Serial number 12 comes after 3, and the province 66 before 83."""
    entries = [
        _entry(code=CODES[2], star=2),
        _entry("2030-01-01", star=2),
        _entry(star=2),
        _entry(code=CODES[3], star=1),
    ]
    assert [p.path for p in check_register(entries)] == [CODES[3], CODES[0], CODES[0], CODES[2]]


entries_with_mistakes = st.builds(
    _entry,
    st.sampled_from(["2019-01-01", "2024-05-01", "2026-06-01", "2026-07-22", "2027-01-01"]),
    code=st.sampled_from(CODES),
    group=st.sampled_from(["tea", "teas"]),
    star=st.integers(1, 5),
    level=st.sampled_from(["district", "province", "centre"]),
    decision=st.sampled_from(["qd-26-2026", "qd-1489-2025", "qd-148-2023", "qd-0"]),
    months=st.sampled_from([12, 36]),
    producer=st.sampled_from([None, "p-1", "p-2"]),
    withdrawn_on=st.sampled_from([None, "2028-01-01"]),
)


@settings(max_examples=60)
@given(st.lists(entries_with_mistakes, max_size=8), st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order(entries: list[Recognition], random: Any) -> None:
    """A register read in any order gives the same findings in the same order."""
    producers = [
        Producer(id="p-1", name="A", type="union"),
        Producer(id="p-1", name="B", type="farm"),
    ]
    found = check_register(entries, producers)
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert check_register(shuffled, producers[::-1]) == found
    assert {p.path for p in found} <= {str(entry.code) for entry in entries}


@settings(max_examples=60)
@given(st.lists(entries_with_mistakes, max_size=6))
def test_overlaps_are_found_if_and_only_if_a_day_has_two_valid_certificates(
    entries: list[Recognition],
) -> None:
    """The sweep agrees with looking at every first day of a certificate."""
    clashes = any(
        one.certificate.valid(other.recognised_on) and other.certificate.valid_until is not None
        for i, one in enumerate(entries)
        for k, other in enumerate(entries)
        if i != k and (one.place, int(one.code.serial)) == (other.place, int(other.code.serial))
    )
    assert ("overlapping-certificates" in _codes(*entries)) == clashes
