"""``ocop portfolio``: a register of recognitions, counted, checked, and what expires next."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast, get_args

import click

from ocop.cli._options import names_of
from ocop.cli._output import choose_format, say, write_rows
from ocop.cli._table import Row
from ocop.cli.certificate import DAY, form_option
from ocop.errors import InputError
from ocop.programme import Column, Portfolio, Producer, Recognition, check_register
from ocop.tables.read_records import read_records
from ocop.text import number_of

__all__ = ["portfolio"]

EXPIRING = ("code", "name", "star", "group", "expires_on")


@click.command(short_help="Count and check a register of recognitions.")
@click.argument("file")
@click.option(
    "--by",
    default="star",
    show_default=True,
    metavar="COLUMNS",
    help=f"Count by these, joined by commas: {', '.join(get_args(Column))}.",
)
@click.option("--on", type=DAY, help="What is valid on this day.  [default: today]")
@click.option("--every", is_flag=True, help="Count every recognition, valid or not.")
@click.option("--producers", metavar="FILE", help="The producers, for their types.")
@click.option(
    "--expiring", type=click.IntRange(0), metavar="DAYS", help="List what expires within DAYS."
)
@click.option("--check", is_flag=True, help="List what is wrong in the register.")
@form_option
def portfolio(
    file: str,
    by: str,
    on: datetime | None,
    every: bool,
    producers: str | None,
    expiring: int | None,
    check: bool,
    form: str | None,
) -> None:
    """Count the products of FILE that are recognised, by star or any other columns.

    FILE is a register of recognitions: CSV, .xlsx or .json with code, name, group, star, level,
    decision, recognised_on, and where known producer, producer_type, months, renewal_filed_on,
    renewal_decided_on, replaced_on, withdrawn_on, ground and grace.
    """
    if check and expiring is not None:
        raise click.UsageError("--check and --expiring are two questions; ask one.")
    register = read_records(file, Recognition)
    makers = read_records(producers, Producer) if producers else ()
    if check:
        findings = check_register(register, makers)
        if findings:
            raise InputError(findings)
        say(f"{file}: {number_of(len(register), 'recognition')}, no findings")
        return
    day = on.date() if on else date.today()
    whole = Portfolio(recognitions=register, producers=makers)
    if expiring is not None:
        rows = [_expiring_row(r) for r in whole.expiring(day, expiring)]
        head = {"on": day.isoformat(), "within_days": expiring}
        write_rows(rows, "recognitions", head, choose_format(form, None), None, EXPIRING)
        return
    # Other words than these are refused by counts, with what is allowed.
    columns = cast("tuple[Column, ...]", names_of(by))
    counts = whole.counts(*columns, on=None if every else day)
    rows = [{**dict(zip(columns, key, strict=True)), "count": n} for key, n in counts.items()]
    total = sum(counts.values())
    head = {"on": None if every else day.isoformat(), "total": total}
    write_rows(rows, "counts", head, choose_format(form, None), None, (*columns, "count"))
    if form in (None, "table"):
        valid = "in all" if every else f"valid on {day}"
        click.echo(f"{total:,} of {number_of(len(register), 'recognition')} {valid}", err=True)


def _expiring_row(found: Recognition) -> Row:
    expires_on = found.certificate.expires_on.isoformat()
    values = (str(found.code), found.name, found.star, found.group, expires_on)
    return dict(zip(EXPIRING, values, strict=True))
