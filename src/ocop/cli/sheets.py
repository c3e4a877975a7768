"""``ocop score`` and ``ocop rank``: from a file of sheets to results."""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from ocop.cli._options import (
    decision_option,
    find_decision,
    format_option,
    output_option,
    progress_bar,
    set_option,
)
from ocop.cli._output import Row, choose_format, write_rows
from ocop.law.decision import Decision
from ocop.scoring.ranking import Ranking
from ocop.scoring.ranking import rank as rank_scores
from ocop.scoring.scores import Scores
from ocop.scoring.scores import score as score_sheets
from ocop.tables.read_sheets import read_sheets

__all__ = ["rank", "score"]

CHUNK = 8192

keep_option = click.option(
    "--keep", metavar="COLUMNS", default="", help="Further columns to carry along: name,commune."
)


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def _read(
    file: str, decision_name: str | None, set_name: str | None, keep: tuple[str, ...]
) -> tuple[Decision, tuple[Scores, ...]]:
    law = find_decision(decision_name)
    with progress_bar(file) as progress:
        source: Any = sys.stdin.buffer if file == "-" else file
        sheets = read_sheets(source, law, set=set_name, keep=keep, progress=progress)
    return law, tuple(score_sheets(batch) for batch in sheets)


def _head(law: Decision, batches: tuple[Scores, ...]) -> Row:
    """Return what a result says of the law it was computed with."""
    digests = {str(b.criteria_set.number): b.digest for b in batches}
    return {"decision": law.id, "digests": digests}


def _with_extras(batch: Scores, rows: Any, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Put the kept columns and the assessor after product and set."""
    sheets = batch.sheets
    extras = {name: [values[r] for r in rows] for name, values in sheets.columns.items()}
    if sheets.assessors is not None:
        extras = {"assessor": [sheets.assessors[r] for r in rows], **extras}
    first = ("product", "set")
    return {
        **{name: columns[name] for name in first},
        **extras,
        **{name: values for name, values in columns.items() if name not in first},
    }


def _in_file_order(batches: tuple[Scores, ...]) -> Iterator[Row]:
    """Yield result rows in the order of the file's rows."""

    def rows_of(batch: Scores) -> Iterator[tuple[int, int, Row]]:
        places = batch.sheets.rows
        assert places is not None
        for low in range(0, len(batch), CHUNK):
            rows = np.arange(low, min(low + CHUNK, len(batch)))
            columns = _with_extras(batch, rows.tolist(), batch.columns(rows))
            number = batch.criteria_set.number
            for place, values in zip(
                places[rows].tolist(), zip(*columns.values(), strict=True), strict=True
            ):
                yield place, number, dict(zip(columns, values, strict=True))

    merged = heapq.merge(*(rows_of(batch) for batch in batches), key=lambda entry: entry[:2])
    return (row for _, _, row in merged)


def _in_rank_order(ranking: Ranking, top: int) -> Iterator[Row]:
    for low in range(0, top, CHUNK):
        high = min(low + CHUNK, top)
        columns = ranking.columns(low, high)
        pairs = list(
            zip(ranking.source[low:high].tolist(), ranking.row[low:high].tolist(), strict=True)
        )
        first = ("rank", "group", "product", "set")
        extras = {
            name: [ranking.scores[s].sheets.columns[name][r] for s, r in pairs]
            for name in ranking.scores[0].sheets.columns
        }
        ordered = {
            **{name: columns[name] for name in first if name in columns},
            **extras,
            **{name: values for name, values in columns.items() if name not in first},
        }
        for values in zip(*ordered.values(), strict=True):
            yield dict(zip(ordered, values, strict=True))


def _write(
    rows: Iterator[Row], count: int, head: Row, form: str | None, output: Path | None
) -> None:
    first = next(rows)

    def all_rows() -> Iterator[Row]:
        yield first
        yield from rows

    write_rows(all_rows(), list(first), head, choose_format(form, output), output, count)
    if output is not None:
        click.echo(f"{count:,} rows written to {output}", err=True)


@click.command()
@click.argument("file")
@decision_option
@set_option
@keep_option
@format_option
@output_option
def score(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    keep: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Score the sheets of FILE: points, band, star, and the floors that are missed.

    FILE is CSV (UTF-8) or .xlsx, or - for standard input. Columns: product, one per criterion
    code with the position of the option met (1, 2, ...; 0 none met; empty not assessed), and,
    where needed, set, findings (joined by ;) and assessor. "ocop template" makes one.
    """
    law, batches = _read(file, decision_name, set_name, _names(keep))
    count = sum(map(len, batches))
    _write(_in_file_order(batches), count, _head(law, batches), form, output)


@click.command()
@click.argument("file")
@decision_option
@set_option
@keep_option
@click.option("--within", metavar="COLUMN", help="Rank within set, sector or a kept column.")
@click.option(
    "--ties",
    type=click.Choice(["min", "dense", "ordinal"]),
    default="min",
    show_default=True,
    help="Ranks of equal products: 1 2 2 4, 1 2 2 3, or 1 2 3 4 by code.",
)
@click.option("--top", type=click.IntRange(1), help="Only the first places.")
@format_option
@output_option
def rank(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    keep: str,
    within: str | None,
    ties: Any,
    top: int | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Rank the sheets of FILE by star, total, then parts C, A and B.

    FILE is as for "ocop score". Excluded products come last; the order of the file does not
    matter.
    """
    law, batches = _read(file, decision_name, set_name, _names(keep))
    ranking = rank_scores(batches, ties=ties, within=within)
    count = min(top or len(ranking), len(ranking))
    head = {**_head(law, batches), "ties": ties, "within": within, "order": list(ranking.order)}
    _write(_in_rank_order(ranking, count), count, head, form, output)
