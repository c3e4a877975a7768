"""``ocop score`` and ``ocop rank``: from a file of sheets to results."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import click
import numpy as np

from ocop.cli._options import (
    as_lang,
    chosen_layout,
    decision_option,
    find_decision,
    format_option,
    keep_option,
    lang_option,
    names_of,
    output_option,
    progress_bar,
    set_option,
)
from ocop.cli._output import Columns, choose_format, tell, write_columns
from ocop.cli._table import Row
from ocop.law._digest import plain
from ocop.law.catalogue import decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring.ranking import Ranking
from ocop.scoring.ranking import rank as rank_scores
from ocop.scoring.scores import Scores, gather
from ocop.scoring.scores import score as score_sheets
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_files import ENDINGS
from ocop.tables.load_sheets import load_sheets
from ocop.tables.read_sheets import read_sheets
from ocop.tables.write_book import write_book
from ocop.text import number_of

__all__ = ["head_of", "rank", "read_batches", "read_file", "score", "sheets_of", "tell_gaps"]

CHUNK = 8192


def read_file(
    file: str, law: Decision, set_name: str | None, keep: tuple[str, ...]
) -> tuple[Sheets, ...]:
    """Read the sheets of a file, or of standard input for ``-``, with a bar where it is long."""
    with progress_bar(file) as progress:
        source: Any = sys.stdin.buffer if file == "-" else file
        told: Any = {"set": set_name, "keep": keep, "layout": chosen_layout()}
        return read_sheets(source, law, **told, progress=progress)


def read_batches(
    file: str,
    decision_name: str | Decision | None,
    set_name: str | None,
    keep: tuple[str, ...],
    also: tuple[str, ...] = (),
) -> tuple[Decision, tuple[Sheets, ...]]:
    """Read a table, or a packed file, which names its decision itself; with the decision.

    A decision may be given itself.
    Of a packed file all kept columns are read where `keep` names none; `also` are needed anyway.
    """
    wanted = tuple(dict.fromkeys(keep + also))
    packed = Path(file).suffix.lower() in ENDINGS
    if isinstance(decision_name, Decision):
        given: Decision | None = decision_name
    else:
        given = None if packed and decision_name is None else find_decision(decision_name)
    if packed and chosen_layout() is not None:
        raise click.UsageError("--layout is for tables; a packed file needs none.")
    if given is not None and not packed:
        return given, read_file(file, given, set_name, wanted)
    batches = load_sheets(file, given, set=set_name, keep=wanted if keep else None)
    return given or decision(batches[0].criteria_set.decision), _with_rows(batches)


def _with_rows(batches: tuple[Sheets, ...]) -> tuple[Sheets, ...]:
    """Return the batches; sheets that do not know their place in a file stand one by one."""
    if all(batch.rows is not None for batch in batches):
        return batches
    ends = np.cumsum([len(batch) for batch in batches]).tolist()
    return tuple(
        attrs.evolve(batch, rows=np.arange(end - len(batch), end))
        for batch, end in zip(batches, ends, strict=True)
    )


def _read(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    keep: tuple[str, ...],
    also: tuple[str, ...] = (),
) -> tuple[Decision, tuple[Scores, ...]]:
    law, sheets = read_batches(file, decision_name, set_name, keep, also)
    batches = tuple(score_sheets(batch) for batch in sheets)
    tell_gaps(law, [batch.criteria_set for batch in batches])
    return law, batches


def head_of(law: Decision, sets: Sequence[CriteriaSet]) -> Row:
    """Return what a result says of the law it was computed with."""
    head: Row = {"decision": law.id, "digests": {str(s.number): s.digest for s in sets}}
    gaps = {str(s.number): plain(s.gaps) for s in sets if s.gaps}
    if gaps:
        head["gaps"] = gaps
    return head


def sheets_of(batches: Iterable[Sheets]) -> Row:
    """Return what JSON says of the sheets that were read: the digest of those of each set."""
    return {"sheets": {str(batch.criteria_set.number): batch.digest for batch in batches}}


def tell_gaps(law: Decision, sets: Iterable[CriteriaSet]) -> None:
    """Tell people, on standard error, which sets cannot reach their points in our source."""
    for chosen in (chosen for chosen in sets if chosen.gaps):
        whole = sum(part.points for part in chosen.parts)
        where = f"in our source set {chosen.number} of {law.id}"
        tell(f"note: {where} reaches {chosen.reachable} points, not {whole}")


def _in_file_order(batches: tuple[Scores, ...]) -> Iterator[Columns]:
    """Yield result columns in the order of the file's rows, some rows at a time."""
    places = [batch.sheets.rows for batch in batches if batch.sheets.rows is not None]
    order = np.argsort(np.concatenate(places), kind="stable")
    source = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])[order]
    row = np.concatenate([np.arange(len(batch)) for batch in batches])[order]
    for low in range(0, len(order), CHUNK):
        yield gather(batches, source[low : low + CHUNK], row[low : low + CHUNK])


def _write(
    result: Ranking | tuple[Scores, ...],
    chunks: Iterator[Columns],
    count: int,
    head: Row,
    form: str | None,
    output: Path | None,
    lang: str,
) -> None:
    form = choose_format(form, output, book=True)
    if form == "json":
        scores = result.scores if isinstance(result, Ranking) else result
        head = {**head, **sheets_of(batch.sheets for batch in scores)}
    if form == "xlsx" and output is not None:
        write_book(result, output, lang=as_lang(lang))
    else:
        write_columns(chunks, head, form, output, count)
    if output is not None:
        tell(f"{number_of(count, 'row')} written to {output}")


@click.command(short_help="Score the sheets of a file: points, band, star.")
@click.argument("file")
@decision_option
@set_option
@keep_option
@lang_option
@format_option
@output_option
def score(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    keep: str,
    lang: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Score the sheets of FILE: points, band, star, and the floors that are missed.

    FILE is CSV (UTF-8), .xlsx or .ods, - for standard input, or what "ocop pack" made. Columns:
    product, one per criterion code with the position of the option met (1, 2, ...; 0 none met;
    empty not assessed), and, where needed, set, findings (joined by ;) and assessor. "ocop
    template" makes one, or a form as the annex prints it; --layout reads others. --output x.xlsx
    writes a book.
    """
    law, batches = _read(file, decision_name, set_name, names_of(keep))
    count = sum(map(len, batches))
    head = head_of(law, [batch.criteria_set for batch in batches])
    _write(batches, _in_file_order(batches), count, head, form, output, lang)


@click.command(short_help="Rank the sheets of a file, within groups if asked.")
@click.argument("file")
@decision_option
@set_option
@keep_option
@click.option("--within", metavar="COLUMN", help="Rank within set, sector or a column of the file.")
@click.option(
    "--ties",
    type=click.Choice(["min", "dense", "ordinal"]),
    default="min",
    show_default=True,
    help="Ranks of equal products: 1 2 2 4, 1 2 2 3, or 1 2 3 4 by code.",
)
@click.option("--top", type=click.IntRange(1), help="Only the first places (of each group).")
@lang_option
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
    lang: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Rank the sheets of FILE by star, total, then parts C, A and B.

    FILE is as for "ocop score". Excluded products come last; the order of the file does not
    matter.
    """
    also = () if within in (None, "set", "sector") else (str(within),)
    law, batches = _read(file, decision_name, set_name, names_of(keep), also)
    ranking = rank_scores(batches, ties=ties, within=within)
    if top is not None:
        ranking = ranking.top(top)
    count = len(ranking)
    head = {
        **head_of(law, [batch.criteria_set for batch in batches]),
        "ties": ties,
        "within": within,
        "order": list(ranking.order),
        "top": top,
    }
    steps = range(0, count, CHUNK)
    chunks = (ranking.columns(low, min(low + CHUNK, count)) for low in steps)
    _write(ranking, chunks, count, head, form, output, lang)
