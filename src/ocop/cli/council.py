"""``ocop council``: the sheets of several assessors into one result, and how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from ocop.cli._options import (
    as_lang,
    decision_option,
    find_decision,
    keep_option,
    lang_option,
    names_of,
    output_option,
    set_option,
)
from ocop.cli._output import choose_format, tell, write_json, write_rows
from ocop.cli._table import Row
from ocop.cli.sheets import head_of, read_batches, sheets_of
from ocop.errors import InputError, Problem
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.scoring._council_minutes import decimal_text
from ocop.scoring.agreement import Agreement, agreement
from ocop.scoring.averages import from_averages
from ocop.scoring.council import Council, councils
from ocop.tables.write_book import write_book
from ocop.text import number_of, quoted

__all__ = ["council"]


@click.command(short_help="Join the sheets of several assessors into one result.")
@click.argument("file", required=False)
@decision_option
@set_option
@click.option(
    "--leave-out",
    multiple=True,
    metavar="NAME=REASON",
    help="An assessor whose sheets do not count; may be repeated.",
)
@click.option("--minutes", metavar="PRODUCT", help="The table for the record of this product.")
@click.option("--agree", is_flag=True, help="How far the assessors agree, over all products.")
@click.option(
    "--apart", type=click.IntRange(0), default=10, show_default=True, help="Points, for --agree."
)
@click.option(
    "--averages", metavar="A=31,B=24,...", help="Instead of FILE: part averages, as published."
)
@keep_option
@lang_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]))
@output_option
def council(
    file: str | None,
    decision_name: str | None,
    set_name: str | None,
    leave_out: tuple[str, ...],
    minutes: str | None,
    agree: bool,
    apart: int,
    averages: str | None,
    keep: str,
    lang: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Join the sheets of several assessors in FILE: exact means, band and star of each product.

    FILE is as for "ocop score", with a column assessor. Means are never rounded before a star is
    given; what is shown is rounded. --output x.xlsx writes a book with minutes and agreement.
    """
    if (file is None) == (averages is None):
        raise click.UsageError("Give a FILE of sheets, or --averages alone.")
    form = choose_format(form, output, book=averages is None and not (minutes or agree))
    if averages is not None:
        _averages(find_decision(decision_name), set_name, averages, form, output)
        return
    reasons = _pairs(leave_out, "--leave-out takes NAME=REASON, such as An=absent.")
    law, batches = read_batches(str(file), decision_name, set_name, names_of(keep))
    results = councils(batches, leave_out=reasons)
    head: Row = {}
    if form == "json":
        head = {**head_of(law, [batch.criteria_set for batch in batches]), **sheets_of(batches)}
        head["left_out"] = reasons
    if form == "xlsx" and output is not None:
        write_book(results, output, lang=as_lang(lang))
        tell(f"{number_of(len(results), 'product')} written to {output}")
    elif minutes is not None:
        rows = _named(results, minutes).minutes(as_lang(lang))
        write_rows(rows, "minutes", {**head, "product": minutes}, form, output)
    elif agree:
        _agreement(agreement(results, threshold=apart), head, form, output)
    elif form == "json":
        write_rows([result.to_dict() for result in results], "results", head, form, output)
    else:
        rows = [_row(result) for result in results]
        rows = [_short(row) for row in rows] if form == "table" else rows
        write_rows(rows, "results", {}, form, output, optional=("set", "A", "B", "C", "band"))


def _pairs(texts: Sequence[str], usage: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise click.UsageError(usage)
        found[name.strip()] = value.strip()
    return found


def _named(results: Sequence[Council], product: str) -> Council:
    for result in results:
        if result.product == product:
            return result
    message = f"the file has no product {quoted(product)}"
    raise InputError([Problem("unknown-product", message, path="--minutes")])


def _row(result: Council) -> Row:
    return {
        "product": result.product,
        "set": result.criteria_set.number,
        "assessors": len(result.assessors),
        **{code: decimal_text(value) for code, value in result.parts.items()},
        "total": decimal_text(result.total),
        "exact": str(result.total),
        "band": result.band,
        "star": result.star,
        "missing_floors": ";".join(map(str, result.missing_floors)),
        "excluded": ";".join(f"{r} ({', '.join(n)})" for r, n in result.excluded.items()),
        "incomplete": ";".join(result.unanswered),
        "left_out": ";".join(f"{name}: {reason}" for name, reason in result.left_out.items()),
    }


def _short(row: Row) -> Row:
    """Return a result as a terminal has room for it."""
    hidden = ("exact", "missing_floors", "excluded", "incomplete", "left_out")
    kept = {name: value for name, value in row.items() if name not in hidden}
    kept["star"] = "-" if row["star"] is None else "★" * row["star"]
    kept["missing"] = f"excluded: {row['excluded']}" if row["excluded"] else row["missing_floors"]
    return kept


def _agreement(found: Agreement, head: Row, form: str, output: Path | None) -> None:
    if form == "json":
        write_json({**head, **found.to_dict()}, output)
        return
    rows: list[Row] = [
        {"what": "deviation", "product": None, "who": name, "value": _signed(value)}
        for name, value in found.deviations.items()
    ]
    rows += [
        {"what": "apart", "product": p.product, "who": f"{p.lower}, {p.higher}", "value": p.points}
        for p in found.apart
    ]
    rows += [
        {"what": "star-without", "product": product, "who": name, "value": star}
        for product, stars in found.stars_without.items()
        for name, star in stars.items()
    ]
    alpha = found.alpha
    text = alpha.outcome if alpha.value is None else decimal_text(alpha.value, 3)
    rows.append({"what": "alpha", "product": None, "who": None, "value": text})
    rows = [{**row, "value": str(row["value"])} for row in rows]
    write_rows(rows, "agreement", {}, form, output)


def _signed(value: Fraction) -> str:
    return f"{'' if value < 0 else '+'}{decimal_text(value)}"


def _averages(
    law: Decision, set_name: str | None, text: str, form: str, output: Path | None
) -> None:
    given = _pairs(text.split(","), "--averages takes parts, such as A=31.00,B=24.00,C=38.00.")
    chosen = law if set_name is None else criteria_set(law, set_name)
    found = from_averages(chosen, given)
    row = {code: decimal_text(value) for code, value in found.parts.items()}
    row |= {"total": decimal_text(found.total), "band": str(found.band)}
    row |= {"star": "unknown" if found.star is None else str(found.star)}
    write_rows([row], "averages", found.to_dict(), form, output)
