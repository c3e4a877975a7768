"""Targets: score sheets in CSV, read in several ways, layouts, costs, and data frames."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from unittest import mock

import ocop
from ocop.tables import _source
from ocop.tables.read_costs import read_costs

from .contract import MAX_INPUT, Target, lines_of, require, told
from .mutate import mutate_text
from .shared import LAW, check_scores, files, joined, key_of_sheets, scratch, split, written


def options_of(data: bytes) -> tuple[dict[str, Any], ...]:
    """Return how a file is read: by its own column of sets, and as sheets of one set."""
    keep = {"keep": ("price",)} if b"price" in data else {}
    return keep, {"set": "tea", **keep}


@cache
def loops() -> bool:
    """Say whether the compiled loops are there."""
    return not isinstance(
        told(ocop.read_sheets, io.BytesIO(b"product\n"), LAW, fast=True), ocop.MissingExtraError
    )


def _buffered(data: bytes) -> Any:
    return io.BufferedReader(io.BytesIO(data))


def _bare(result: Any) -> Any:
    """Return a result as it is compared between ways of reading."""
    if isinstance(result, ocop.ProblemsError):
        return [replace(problem, file=None) for problem in result.problems], result.more
    return key_of_sheets(result)


def _read_csv(data: bytes) -> list[Any]:
    found = []
    for options in options_of(data):
        first = told(ocop.read_sheets, io.BytesIO(data), LAW, **options)
        ways = [lambda options=options: told(ocop.read_sheets, _buffered(data), LAW, **options)]
        if loops():
            ways += [
                lambda options=options: told(
                    ocop.read_sheets, io.BytesIO(data), LAW, fast=True, **options
                ),
                lambda options=options: told(
                    ocop.read_sheets, _buffered(data), LAW, fast=True, **options
                ),
            ]
        for way in ways:
            require(_bare(way()) == _bare(first), "same", f"{options}: another way, another answer")
        if len(data) < 2000:
            # Blocks of a few bytes: every row comes to lie across the end of one.
            with mock.patch.object(_source, "STEP", 40):
                require(_bare(ways[-1]()) == _bare(first), "same", "small blocks, another answer")
        found.append(first)
    return found


def hold_sheets(batches: tuple[ocop.Sheets, ...]) -> None:
    """Require sound sheets: scores as the plain scorer's, and packed and read again the same."""
    require(batches and all(len(batch) for batch in batches), "sheets", "a batch without sheets")
    check_scores(batches)
    path = scratch() / "again.npz"
    packed = told(ocop.dump_sheets, batches, path)
    if isinstance(packed, ocop.InputError):
        # Names of columns that packed files have for themselves.
        codes = {problem.code for problem in packed.problems}
        require(codes <= {"name-taken"}, "round-trip", str(packed))
        return
    again = ocop.load_sheets(path)
    require(key_of_sheets(again) == key_of_sheets(batches), "round-trip", "packed sheets differ")


def _csv_seeds() -> Iterator[bytes]:
    yield from files("tests/bad/sheets/*.csv")
    yield from (b"".join(data.splitlines(True)[:4]) for data in files("examples/*-made-up.csv"))
    tea = ocop.criteria_set(LAW, "tea")
    head = ",".join(("product", "price", *tea.codes))
    rows = "".join(f"t{n},{n}{',1' * 16}{f',{n % 2}' * 8}{',' * 8}\n" for n in (1, 2, 3))
    yield f"{head}\n{rows}".encode()
    yield f"{head}\n{rows}".replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig")
    yield f"{head}\n{rows}".replace(",", "\t").encode()
    for quote in ("", '"'):
        rows = "".join(f"{quote}t{n}{quote},{code},1\n" for n in (1, 2) for code in tea.codes[:9])
        yield f"product,criterion,answer\n{rows}".encode()
        rows = "".join(f"t{n},11,1.{n},{n},An,\nb{n},8,1.1,0,An,\n" for n in (1, 2))
        yield f"product,set,criterion,answer,assessor,findings\n{rows}".encode()
        rows = "".join(f"t{n},tea,x,1.{n},{n}\nt{n},tea,x,1.3,\n" for n in (1, 2))
        yield f"product,set,price,criterion,answer\n{rows}".encode()
    yield b"product,set,assessor,findings,1.1\n" + "Chè,tea,An,forged-dossier,1\n".encode()


# Layouts


LAYOUT, SHEETS = "layout.yaml", "sheets.csv"


@cache
def _district() -> bytes:
    return next(files("examples/district-made-up.csv"))


def _read_layout(data: bytes) -> list[Any]:
    parts = split(data)
    layout = written(LAYOUT, parts.get(LAYOUT, data))
    sheets = parts.get(SHEETS, _district())
    return [
        told(ocop.read_sheets, io.BytesIO(sheets), LAW, layout=layout, **options)
        for options in ({"set": "tea"}, {})
    ]


def _layout_seeds() -> Iterator[bytes]:
    yield from files("examples/layout-*.yaml")
    layout = next(files("examples/layout-district.yaml"))
    few = b"".join(_district().splitlines(True)[:5])
    yield joined({LAYOUT: layout, SHEETS: few})
    cells = (
        'format: "ocop-layout/1"\nlayout: "cells"\nproduct: "B1"\nset: "B2"\nassessor: "C1"\n'
        'criteria:\n  "1.1": "B3"\n  "1.2": "B4:D4"\n  "1.3": "A5:A7"\nstated:\n'
        '  forged-dossier: "E1"\ncolumns:\n  xa: "E2"\n'
    )
    rows = b"Ten,Che,An,,x\nBo,tea,,,xa\n1.1,2\n,x,,\nx\n,\n,\n"
    for kind in ("positions", "points", "labels", "marks"):
        text = cells.replace('"cells"\n', f'"cells"\nanswers: "{kind}"\n').encode()
        yield joined({LAYOUT: text, SHEETS: rows})
    for kind in ("positions", "labels"):
        text = f'format: "ocop-layout/1"\nlayout: "rows"\nanswers: "{kind}"\nproduct: "A"\n'
        text += 'set: "B"\ncriteria: {"1.1": "C", "1.2": "D"}\nskip: ["x"]\nblank: ["-"]\n'
        yield joined({LAYOUT: text.encode(), SHEETS: b"p,s,c,d\nChe,tea,1,-\nChe 2,11,2,0\n"})


# Costs


def _read_costs(data: bytes) -> list[Any]:
    return [told(read_costs, written("costs.csv", data), ocop.criteria_set(LAW, "tea"))]


def _hold_costs(costs: dict[str, list[int | None]]) -> None:
    tea = ocop.criteria_set(LAW, "tea")
    for code, values in costs.items():
        require(len(values) == len(tea.item(code).criterion.options), "costs", "their number")
    sheet = ocop.Sheet(criteria_set=tea, product="t", answers=dict.fromkeys(tea.codes[:20], 1))
    told(ocop.upgrade, sheet, 4, costs=costs)


def _costs_seeds() -> Iterator[bytes]:
    tea = ocop.criteria_set(LAW, "tea")
    yield b"code,option,cost\n1.1,2,5\n1.2,3,7\n"
    yield b"set,code,option,cost\n11,1.1,2,5\ntea,1.1,3,8\n,2.1,1,0\n8,1.1,1,1\n"
    yield b"code;option;cost\n1.1;9;5\n1.1;2;-5\nx;1;1\n1.1;a;\n"
    rows = [
        f"{item.code},{n},{n * 10}\n"
        for item in tea.items
        for n in range(1, len(item.criterion.options) + 1)
    ]
    yield ("code,option,cost\n" + "".join(rows)).encode()


# Frames, made from columns in JSON


def _frame_of(data: bytes) -> Any:
    """Return a frame that a text describes, None where it describes none."""
    import pyarrow as pa

    try:
        columns = json.loads(data)
        return pa.table({str(name): pa.array(values) for name, values in columns.items()})
    except (
        ValueError,
        RecursionError,
        AttributeError,
        TypeError,
        OverflowError,
        pa.ArrowException,
    ):
        return None


def _read_frames(data: bytes) -> list[Any]:
    frame = _frame_of(data)
    if frame is None:
        return []
    return [told(ocop.read_frame, frame, LAW, **options) for options in options_of(data)]


def _frame_seeds() -> Iterator[bytes]:
    tea = ocop.criteria_set(LAW, "tea")
    wide: dict[str, Any] = {"product": ["a", "b"], "price": ["x", None]}
    wide |= {code: [1, None] for code in tea.codes}
    long = {
        "product": ["a", "a"],
        "set": ["tea", 11],
        "criterion": ["1.1", "1.2"],
        "answer": [1, 0],
    }
    yield json.dumps(wide, indent=0).encode()
    yield json.dumps(wide | {"set": ["tea", "tea"], "1.1": ["1", ""], "1.2": [1.0, 2.0]}).encode()
    yield json.dumps(long | {"set": ["tea", "11"]}, indent=0).encode()
    yield json.dumps(long | {"set": [11, 11], "findings": ["forged-dossier", None]}).encode()
    yield json.dumps({"product": [1, 2], "set": [11, 8], "1.1": [True, False]}).encode()


TARGETS = (
    Target("csv", _read_csv, _csv_seeds, mutate_text, hold_sheets, key_of_sheets),
    Target(
        "layout",
        _read_layout,
        _layout_seeds,
        mutate_text,
        hold_sheets,
        key_of_sheets,
        lambda data: lines_of(data) + lines_of(_district()),
    ),
    Target("costs", _read_costs, _costs_seeds, mutate_text, _hold_costs),
    Target(
        "frame",
        _read_frames,
        _frame_seeds,
        mutate_text,
        hold_sheets,
        key_of_sheets,
        lambda _: MAX_INPUT,  # rows of a frame are not lines of the text that describes it
    ),
)
