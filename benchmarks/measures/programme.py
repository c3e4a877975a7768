"""Reading sheets of one decision under the next one, and summing up a portfolio."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

import ocop
from contest import Contestant, Row, Run, race, summary
from ocop import programme
from problem import answers, tea

ROUNDS = 5


def measure(run: Run) -> Row:
    """Measure both."""
    sizes = [1_000, 10_000] if run.short else [10_000, 100_000]
    return {
        "translating": [translating(run, size) for size in sizes],
        "counting": counting(run, 2_000 if run.short else 20_000),
    }


def translating(run: Run, count: int) -> Row:
    """Time translating sheets of 148/2023 to 26/2026 against scoring them under 148/2023."""
    old = tea("qd-148-2023")
    columns = answers(old, count, np.random.default_rng(0))
    names = [f"P{n:07d}" for n in range(count)]

    def batch(_: None) -> ocop.Sheets:
        return ocop.Sheets(criteria_set=old, products=names, answers=columns.T)

    ocop.translate(ocop.Sheet(criteria_set=old, answers={}), "qd-26-2026")
    contestants = [
        Contestant(name="score", prepare=batch, run=ocop.score, fresh=True),
        Contestant(name="translate", prepare=batch, run=_translate, fresh=True),
    ]
    row: Row = {"sheets": count} | _race(contestants)
    run.say(f"translate {count:,} sheets   {row['translate']['median'] * 1e3:.1f} ms")
    return row


def _translate(batch: ocop.Sheets) -> Any:
    return ocop.translate(batch, "qd-26-2026")


def counting(run: Run, count: int) -> Row:
    """Time summing up a portfolio of made-up recognitions by three columns."""
    groups = [group.slug for group in ocop.product_groups()]
    register = tuple(
        programme.Recognition(
            code=programme.parse_code(f"00-{n % 600 + 1:05}-{n + 1}-2026"),
            name=f"P{n}",
            group=groups[n % len(groups)],
            star=(3, 4, 5)[n * 7 % 3],
            level="province",
            decision="qd-26-2026",
            certificate=programme.Certificate(recognised_on=date(2024 + n % 3, 6, 1)),
        )
        for n in range(count)
    )

    def portfolio(_: None) -> programme.Portfolio:
        return programme.Portfolio(recognitions=register)

    def count_up(given: programme.Portfolio) -> Any:
        return given.counts("star", "group", "commune", on=date(2026, 7, 1))

    counted = [Contestant(name="counts", prepare=portfolio, run=count_up, fresh=True)]
    row: Row = {"recognitions": count} | _race(counted)
    run.say(f"count {count:,} recognitions   {row['counts']['median'] * 1e3:.1f} ms")
    return row


def _race(contestants: list[Contestant]) -> Row:
    times = race(contestants, {c.name: None for c in contestants}, ROUNDS, lambda *_: None)
    return {name: summary(values) for name, values in times.items()}
