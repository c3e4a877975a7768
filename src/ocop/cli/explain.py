"""``ocop explain`` and ``ocop upgrade``: why this star, and how to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ocop.cli._options import (
    as_lang,
    decision_option,
    keep_option,
    lang_option,
    names_of,
    output_option,
    set_option,
)
from ocop.cli._output import choose_format, write_json, write_rows, writing
from ocop.cli._table import Row
from ocop.cli.sheets import head_of, read_batches, sheets_of
from ocop.errors import InputError, Problem
from ocop.law.decision import Decision
from ocop.scoring.account import Account
from ocop.scoring.budget import spend
from ocop.scoring.explain import explain as explain_sheet
from ocop.scoring.holding_back import holding_back
from ocop.scoring.scores import Scores
from ocop.scoring.scores import score as score_sheets
from ocop.scoring.sheet import Sheets
from ocop.scoring.upgrade import upgrade as find_upgrades
from ocop.tables.read_costs import read_costs
from ocop.text import closest, number_of, quoted
from ocop.types import Lang

__all__ = ["explain", "upgrade"]

HELD = ("within", "code", "criterion", "star", "least", "count", "alone", "asked")


@click.command(short_help="Say why a product has its star, or what holds products back.")
@click.argument("file")
@decision_option
@set_option
@click.option("--product", metavar="CODE", help="Explain this product of the file.")
@click.option(
    "--by", metavar="COLUMN", help="Count what holds back by set, group, sector or a kept column."
)
@keep_option
@lang_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "table", "csv", "json"]),
    help="[default: text for a product; else table on a terminal, csv elsewhere]",
)
@output_option
def explain(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    product: str | None,
    by: str | None,
    keep: str,
    lang: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Say why a product of FILE has its star: points, minimums, rules, and what is in the way.

    With several products and no --product: which minimums hold back how many of them. FILE is as
    for "ocop score".
    """
    also = () if by in (None, "set", "group", "sector") else (str(by),)
    law, batches = read_batches(file, decision_name, set_name, names_of(keep), also)
    scores = [score_sheets(batch) for batch in batches]
    with_one = product is not None or sum(map(len, scores)) == 1
    if with_one and by is None:
        _one(_found(scores, product), as_lang(lang), form, output)
        return
    if product is not None:
        raise click.UsageError("--by counts over products; leave --product out.")
    if form == "text":
        raise click.UsageError("--format text explains one product; name it with --product.")
    rows = [_held(found.to_dict(), as_lang(lang)) for found in holding_back(scores, by=by)]
    chosen_form = choose_format(form, output)
    head = {**_origin(law, batches, chosen_form), "products": sum(map(len, scores)), "by": by}
    if by is None and chosen_form == "table":
        rows = [{name: row[name] for name in HELD[1:]} for row in rows]
    write_rows(rows, "held_back", head, chosen_form, output, HELD)


def _origin(law: Decision, batches: Sequence[Sheets], form: str) -> Row:
    """Return what JSON says of the law and the sheets."""
    if form != "json":
        return {}
    return {**head_of(law, [batch.criteria_set for batch in batches]), **sheets_of(batches)}


def _held(found: dict[str, Any], lang: Lang) -> Row:
    return {name: found["title"][lang] if name == "criterion" else found[name] for name in HELD}


def _found(scores: Sequence[Scores], product: str | None) -> Account:
    places = [(code, batch, row) for batch in scores for row, code in enumerate(batch.products)]
    codes = {name: (batch, row) for name, batch, row in places}
    chosen = places[0][0] if product is None else product
    count = sum(place[0] == chosen for place in places)
    if count > 1:
        message = f"the product {quoted(chosen)} has {count} sheets, allowed is one"
        advice = "ocop council joins the sheets of several assessors"
        raise InputError([Problem("duplicate-product", message, path="--product", hint=advice)])
    if chosen not in codes:
        near = closest(chosen, codes)
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"the file has no product {quoted(chosen)}"
        raise InputError([Problem("unknown-product", message, path="--product", hint=hint)])
    return explain_sheet(*codes[chosen])


def _one(account: Account, lang: Lang, form: str | None, output: Path | None) -> None:
    if form is None:
        form = "text" if output is None else choose_format(None, output)
    if form == "text":
        with writing(output) as stream:
            stream.write(account.text(lang))
        return
    if form == "json":
        write_json(account.to_dict(), output)
        return
    rows = account.rows(lang)
    if form == "table":
        shown = ("code", "criterion", "points", "best", "star3", "star4", "star5", "kept_from")
        rows = [{name: row[name] for name in shown} for row in rows]
    write_rows(rows, "criteria", {}, form, output)


@click.command(short_help="Find the cheapest raises that reach a star.")
@click.argument("file")
@decision_option
@set_option
@click.option("--star", type=click.IntRange(1, 5), help="The star to reach.  [default: the next]")
@click.option("--costs", metavar="FILE", help="Costs of raises: CSV with code, option, cost.")
@click.option("--locked", metavar="CODES", default="", help="Criteria that stay: 1.1,4.2.")
@click.option("--plans", type=click.IntRange(1), default=1, help="Several, where they are equal.")
@click.option(
    "--budget", type=click.IntRange(0), help="The most products that this sum brings to --star."
)
@keep_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]))
@output_option
def upgrade(
    file: str,
    decision_name: str | None,
    set_name: str | None,
    star: int | None,
    costs: str | None,
    locked: str,
    plans: int,
    budget: int | None,
    keep: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Find the cheapest raises of answers that bring each product of FILE to a star.

    Without --costs every raise costs 1; at equal cost the fewest points are raised. "raises" is
    written 4.1:3>4: criterion, option now and then. FILE is as for "ocop score".
    """
    if budget is not None and star is None:
        raise click.UsageError("--budget needs --star.")
    law, batches = read_batches(file, decision_name, set_name, names_of(keep))
    each = [None if costs is None else read_costs(costs, b.criteria_set) for b in batches]
    locks = names_of(locked)
    form = choose_format(form, output)
    head = _origin(law, batches, form)
    if form == "json":
        head |= {"costs": costs is not None, "locked": list(locks), "star": star}
    if budget is not None and star is not None:
        spending = spend(batches, star, budget, each, locked=locks)
        head |= {"budget": budget, "spent": spending.spent, "products": len(spending)}
        parts = [spending.columns()]
    else:
        parts = [
            find_upgrades(batch, star, costs=own, locked=locks, plans=plans).columns()
            for batch, own in zip(batches, each, strict=True)
        ]
    names = list(parts[0])
    rows = [
        dict(zip(names, row, strict=True))
        for part in parts
        for row in zip(*(part[name] for name in names), strict=True)
    ]
    if budget is None:
        places = {p: n for b in batches for p, n in zip(b.products, _rows_of(b), strict=True)}
        rows.sort(key=lambda row: places[row["product"]])
    if form == "table":
        rows = [_short_plan(row) for row in rows]
    write_rows(rows, "upgrades", head, form, output, names)
    if budget is not None:
        products = number_of(head["products"], "product")
        click.echo(f"{products}, {head['spent']:,} of {budget:,} spent", err=True)


def _rows_of(batch: Sheets) -> list[int]:
    """Return the place of each sheet in the file."""
    return [] if batch.rows is None else batch.rows.tolist()


def _short_plan(row: Row) -> Row:
    """Return a plan as a terminal has room for it."""
    names = ("product", "star_now", "target", "cost", "points", "total", "star")
    plan = row["raises"].replace(";", "; ") or row["reason"]
    return {**{name: row[name] for name in names}, "answers": plan}
