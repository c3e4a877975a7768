"""Records in and out: there and back without loss, and every wrong value named with its place."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import ocop
from ocop.programme import (
    Activity,
    Certificate,
    Dossier,
    Funding,
    Idea,
    LinkageProject,
    Place,
    Plan,
    PointOfSale,
    Portfolio,
    Producer,
    Product,
    Progress,
    Recognition,
    StarCount,
    StepDone,
    Support,
    Target,
    Total,
    TourismModel,
    dump_columns,
    dump_record,
    load_columns,
    load_record,
    load_records,
    parse_code,
)

SCHEMAS = Path(ocop.__file__).parent / "programme" / "schema"
PLACE = Place(province="83", district="829", commune="28780", name="Xã Sơn Định")
RECOGNITION = Recognition(
    code=parse_code("83-829-28780-3-2022"),
    name="Sầu riêng cấp đông",
    group="fresh-produce",
    star=5,
    level="centre",
    decision="qd-781-2020",
    certificate=Certificate(recognised_on=date(2022, 12, 1), withdrawn_on=date(2024, 1, 5)),
    producer="htx-1",
    producer_type="co-operative",
)
DAY = date(2026, 7, 1)
PRODUCER = Producer(id="htx-1", name="HTX Sầu riêng", type="co-operative", place=PLACE)
TOTAL = Total(
    where=("Sơn La",),
    as_of=DAY,
    period="2026",
    source="made up",
    products=3,
    stars=(StarCount(star=4, count=1), StarCount(star=3, count=2)),
)
NEW_PLACE = Place(province="83", commune="28780")
RECORDS = [
    PLACE,
    RECOGNITION,
    RECOGNITION.certificate,
    PRODUCER,
    Product(name="Trà", group="tea", producer="htx-1", code=parse_code("83-28780-1-2026")),
    Idea(
        id="i", name="Trà", group="tea", registered_by="htx-1", place=NEW_PLACE, registered_on=DAY
    ),
    Plan(idea="i", received_on=DAY, funds=(Funding(source="own", amount_vnd=5_000_000),)),
    Progress(idea="i", steps=(StepDone(step="information", on=DAY),)),
    Dossier(name="Trà", group="tea", kind="first", filed_on=DAY, papers=("awards",), samples=5),
    TOTAL,
    Target(id="t", label="more", measure="products", stars=(4, 5), at_least=2, place=NEW_PLACE),
    LinkageProject(
        id="l", name="Hồng không hạt", place=NEW_PLACE, from_year=2022, partners=("htx-1",)
    ),
    PointOfSale(id="p", name="Chợ", kind="supermarket", stalls=12),
    Support(funder="tỉnh", what="bao bì", year=2026),
    TourismModel(id="m", name="Bản", kind="community"),
    Activity(id="a", name="Hội chợ", kind="fair", from_on=DAY, until=DAY),
    Portfolio(recognitions=(RECOGNITION,), producers=(PRODUCER,), totals=(TOTAL,)),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_from_json_as_it_was(record: Any) -> None:
    """Dict, JSON text and back: nothing is lost."""
    data = json.loads(json.dumps(dump_record(record), ensure_ascii=False))
    assert data == dump_record(record)
    assert load_record(type(record), data) == record


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_keeps_to_its_schema(record: Any) -> None:
    """The JSON Schema of the package accepts the record, and refuses an unknown key."""
    kind = type(record)
    name = re.sub("(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    check = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    data = json.loads(json.dumps(dump_record(record)))
    assert [error.message for error in check.iter_errors(data)] == []
    assert not check.is_valid({**data, "unknown": 1})


def test_every_schema_has_its_record() -> None:
    """No schema is left over, and none is missing."""
    names = {re.sub("(?<=[a-z])(?=[A-Z])", "-", type(r).__name__).lower() for r in RECORDS}
    assert {path.name.split(".")[0] for path in SCHEMAS.iterdir()} == names


def test_plain_values() -> None:
    """Codes and days are texts, records inside are maps."""
    data = dump_record(RECOGNITION)
    assert data["code"] == "83-829-28780-3-2022"
    assert data["certificate"]["recognised_on"] == "2022-12-01"
    assert data["certificate"]["months"] == 36
    assert data["star"] == 5


def test_every_wrong_value_is_named_with_its_place() -> None:
    """Types, words, days, keys, and what the records themselves refuse, all at once."""
    data = {
        **dump_record(RECOGNITION),
        "code": "83-28780-0-2022",
        "star": "5",
        "level": "ward",
        "certificate": {"recognised_on": "2022-13-01", "month": 36},
    }
    del data["name"]
    with pytest.raises(ocop.InputError) as caught:
        load_record(Recognition, data)
    assert [str(problem) for problem in caught.value.problems] == [
        "code.serial: found '0', allowed are 1 to 999999 [wrong-code-part]",
        "code.district: found no district in a code of 2022, before districts ended; add it "
        "[district-missing]",
        "the key 'name' is missing; add it [missing-key]",
        "star: found '5', allowed is one of 1, 2, 3, 4, 5; write it without quotes [wrong-value]",
        "level: found 'ward', allowed is one of commune, district, province, centre [wrong-value]",
        "certificate.recognised_on: found '2022-13-01', allowed is a date in quotes such as "
        "'2026-05-22' [wrong-date]",
        "certificate.month: unknown key 'month'; allowed are recognised_on, months, "
        "renewal_filed_on, renewal_decided_on, replaced_on, withdrawn_on, ground, grace; did you "
        "mean 'months'? [unknown-key]",
    ]


def test_what_a_record_refuses_stands_at_its_place() -> None:
    """A certificate withdrawn before it was given is told below `certificate`."""
    data = dump_record(RECOGNITION)
    data["certificate"]["withdrawn_on"] = "2022-01-01"
    with pytest.raises(ocop.InputError) as caught:
        load_record(Recognition, data)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("dates-out-of-order", "certificate.withdrawn_on")


def test_a_code_is_text_and_a_record_is_a_map() -> None:
    """Numbers for codes and lists for records are refused."""
    with pytest.raises(ocop.InputError, match="allowed is text such as"):
        load_record(Product, {"name": "x", "group": "tea", "producer": "p", "code": 3})
    with pytest.raises(ocop.InputError, match="found a list, allowed is a map"):
        load_record(Place, [])  # type: ignore[arg-type]  # wrong on purpose


def test_many_records_name_the_row() -> None:
    """The problems of all rows come in one error."""
    with pytest.raises(ocop.InputError) as caught:
        load_records(Place, [{"province": "83"}, {"province": "8"}, {"provinces": "83"}])
    assert [problem.path for problem in caught.value.problems] == [
        "[1].province",
        "[2]",
        "[2].provinces",
    ]
    assert load_records(Place, [{"province": "83"}]) == (Place(province="83"),)


def test_columns_and_back() -> None:
    """Records inside become columns with a point; columns become the same records."""
    other = Recognition(
        code=parse_code("83-28780-1-2026"),
        name="Trà",
        group="tea",
        star=3,
        level="province",
        decision="qd-26-2026",
        certificate=Certificate(recognised_on=date(2026, 7, 1)),
    )
    columns = dump_columns([RECOGNITION, other])
    assert columns["certificate.withdrawn_on"] == ["2024-01-05", None]
    assert columns["producer"] == ["htx-1", None]
    assert load_columns(Recognition, columns) == (RECOGNITION, other)
    places = dump_columns([Producer(id="a", name="A", type="farm", place=PLACE)])
    assert load_columns(Producer, places)[0].place == PLACE
    assert dump_columns([]) == {}


def test_a_record_inside_may_be_missing() -> None:
    """Producers with and without a place stand in the same columns."""
    producers = [
        Producer(id="a", name="A", type="farm", place=PLACE),
        Producer(id="b", name="B", type="farm"),
    ]
    assert load_columns(Producer, dump_columns(producers)) == tuple(producers)


def test_columns_of_a_frame_come_back() -> None:
    """NaN is missing, 51.0 is 51, numbers of numpy are numbers; 51.5 is refused."""
    columns = {
        "id": ["a", "b"],
        "name": ["A", "B"],
        "type": ["joint-stock-company", "farm"],
        "community_capital": np.array([51.0, np.nan]),
    }
    found = load_columns(Producer, columns)  # type: ignore[arg-type]  # columns of several types
    assert [producer.community_capital for producer in found] == [51, None]
    with pytest.raises(ocop.InputError, match=r"\[0\].community_capital: found 51.5, allowed is a"):
        load_columns(Producer, {**columns, "community_capital": [51.5, None]})  # type: ignore[dict-item]  # wrong on purpose


def test_columns_of_different_lengths_are_refused() -> None:
    """A frame with a short column is told with the lengths."""
    with pytest.raises(ocop.InputError, match="province 2, commune 1"):
        load_columns(Place, {"province": ["83", "14"], "commune": ["28780"]})
