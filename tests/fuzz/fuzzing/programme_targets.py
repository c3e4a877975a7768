"""Targets: product codes and places, records of the programme in CSV and JSON, the portfolio."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from ocop import programme
from ocop.programme import Place, ProductCode, Recognition, parse_code
from ocop.tables.read_records import read_records

from .contract import Target, lines_of, require, told
from .mutate import mutate_text
from .shared import LAW, files

DAYS = (date.min, date(2018, 1, 1), date(2025, 6, 30), date(2026, 7, 1), date.max)


# Codes


def _texts(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").split("\n")[:200]


def _read_codes(data: bytes) -> list[Any]:
    return [told(parse_code, text) for text in _texts(data)]


def _hold_code(code: ProductCode) -> None:
    require(parse_code(str(code)) == code, "round-trip", f"{code} reads otherwise")
    require(not code < code, "codes", f"{code} comes before itself")
    for day in DAYS:
        programme.check_place(code.place, day)
    require(code.place.within(code.place), "codes", f"{code.place} is outside itself")


def _code_seeds() -> Iterator[bytes]:
    yield b"83-829-28780-3-2022\n83-28780-3-2026\n 01-00001-000012-2025 "
    yield b"83-28780-3-2024\n83-829-28780-3-2026\n8-2-3-4\n83-829-28780-0-20222\n1-2-3-4-5-6"
    yield "８３-28780-3-2026\n83–28780–3–2026\n83-28780-1e3-2026\n".encode()


# Records

KINDS: tuple[type[Any], ...] = (
    Recognition,
    programme.Producer,
    programme.Product,
    Place,
    programme.Total,
    programme.Dossier,
    programme.Target,
    programme.LinkageProject,
    programme.Support,
    programme.PointOfSale,
    programme.TourismModel,
    programme.Activity,
    programme.Idea,
    programme.Plan,
    programme.Progress,
)


def _read_table(data: bytes) -> list[Any]:
    return [told(read_records, io.BytesIO(data), kind) for kind in KINDS]


def _read_json(data: bytes) -> list[Any]:
    found = []
    for kind in KINDS:
        file = io.BytesIO(data)
        file.name = "records.json"  # type: ignore[misc]  # as an open file has one
        found.append(told(read_records, file, kind))
    return found


def _hold_records(records: tuple[Any, ...]) -> None:
    if not records:
        return
    kind = type(records[0])
    rows = [programme.dump_record(record) for record in records]
    require(programme.load_records(kind, rows) == records, "round-trip", "records differ")
    again = programme.load_records(kind, json.loads(json.dumps(rows)))
    require(again == records, "round-trip", "records differ after JSON")
    columns = programme.dump_columns(records)
    again = programme.load_columns(kind, columns)
    require(again == records, "round-trip", "records differ after columns")
    repr(records)
    if kind in _USES:
        _USES[kind](records)


def _hold_recognitions(records: tuple[Recognition, ...]) -> None:
    portfolio = programme.Portfolio(recognitions=records)
    programme.check_register(records)
    total = sum(portfolio.counts("star", "group", "commune").values())
    require(total == len(records), "portfolio", "the counts do not add up")
    own = [record.certificate.recognised_on for record in records[:3]]
    for day in (*DAYS, *own):
        by_status = portfolio.counts("status", on=day)
        require(sum(by_status.values()) == len(records), "portfolio", "a record without status")
        valid = len(portfolio.current(day))
        require(sum(portfolio.counts(on=day).values()) == valid, "portfolio", "who is valid")
        told(portfolio.expiring, day, 90)
        portfolio.concentration("producer", day)
        portfolio.columns(day)
        for record in records[:3]:
            told(record.certificate.status, day, LAW)
            told(programme.grace_of, record.certificate, LAW)


def _hold_dossiers(records: tuple[programme.Dossier, ...]) -> None:
    for dossier in records[:3]:
        told(programme.check_dossier, LAW, dossier)
        told(programme.missing_papers, LAW, dossier)
        told(programme.applicable_law, dossier, dossier.filed_on)
        told(programme.round_of, LAW, dossier.filed_on, "province")
        told(programme.reassessment_due, LAW, dossier.filed_on)
        told(programme.first_look_until, LAW, dossier.filed_on)
        told(programme.withdrawal_deadline, LAW, dossier.filed_on)
        told(programme.renewal_window, LAW, dossier.filed_on)


def _hold_targets(records: tuple[programme.Target, ...]) -> None:
    places = (Place(province="00", district="001"), Place(province="00", commune="00001"))
    for target in records[:3]:
        for day in DAYS:
            told(programme.target_progress, target, programme.Portfolio(), day, places)


def _hold_totals(records: tuple[programme.Total, ...]) -> None:
    portfolio = programme.Portfolio(totals=records)
    for day in (None, *DAYS):
        told(portfolio.latest_totals, day)
        told(portfolio.counts, "star", "province", on=day, totals=True)


def _hold_progress(records: tuple[programme.Progress, ...]) -> None:
    for progress in records[:3]:
        for step in programme.next_steps(progress):
            told(programme.advance, progress, step, date(2026, 7, 1))


_USES: dict[type, Callable[[Any], None]] = {
    Recognition: _hold_recognitions,
    programme.Dossier: _hold_dossiers,
    programme.Target: _hold_targets,
    programme.Total: _hold_totals,
    programme.Progress: _hold_progress,
}


def _table_seeds() -> Iterator[bytes]:
    yield from (b"".join(data.splitlines(True)[:6]) for data in files("examples/register*.csv"))
    yield b"province;district;commune;name\n83;829;28780;X\n83;;;\n"
    yield b'id,name,type,place.province\n"a","b","co-operative",83\n'
    yield b"name,group,kind,filed_on,papers,claims,samples\nx,tea,first,2026-06-01,a;b,,5\n"
    yield b"id,label,measure,at_least,at_most,stars,groups,per\nt,T,products,1,2,3;4,tea,all\n"
    yield b"where,as_of,period,source,products,communes\nSon La;X,2022-12-31,p,s,85,3\n"
    yield b"id,name,approved_on,from_year,until_year,materials\nl,L,2022-01-01,2022,2023,tea;x\n"


def _json_seeds() -> Iterator[bytes]:
    days = {"recognised_on": "2026-06-30", "renewal_filed_on": "2029-01-05", "grace": 180}
    recognition = {"code": "83-28780-3-2026", "name": "Trà", "group": "tea", "star": 4}
    recognition |= {"level": "province", "decision": LAW, "certificate": days}
    where = {"province": "83", "commune": "28780"}
    total = {"where": ["Sơn La"], "as_of": "2022-12-31", "period": "2022", "source": "s"}
    step = [{"step": s, "on": f"2026-0{n}-01"} for n, s in enumerate(("information", "idea"), 1)]
    records: tuple[dict[str, Any], ...] = (
        recognition,
        recognition
        | {"producer": "a", "producer_type": "company", "certificate": days | {"months": 12}},
        {"id": "a", "name": "b", "type": "co-operative", "place": where, "community_capital": 50},
        where | {"name": "x"},
        total | {"stars": [{"star": 4, "count": 29}], "place": where, "products": 30},
        {"name": "x", "group": "tea", "kind": "first", "filed_on": "2026-06-01", "samples": 2},
        {"id": "t", "label": "T", "measure": "products", "at_least": 1, "per": "commune"},
        {"id": "i", "steps": step, "idea": "i"},
        {"idea": "i", "steps": step},
    )
    for record in records:
        yield json.dumps([record, record], ensure_ascii=False, indent=0).encode()
    yield b'[{"province": "83", "name": "\\ud800"}]'


TARGETS = (
    Target("code", _read_codes, _code_seeds, mutate_text, _hold_code),
    Target("records", _read_table, _table_seeds, mutate_text, _hold_records),
    Target(
        "records-json",
        _read_json,
        _json_seeds,
        mutate_text,
        _hold_records,
        lines=lambda data: max(lines_of(data), data.count(b"{") + data.count(b",") + 2),
    ),
)
