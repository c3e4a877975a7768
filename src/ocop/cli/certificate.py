"""``ocop code`` and ``ocop certificate``: product codes, and the days of a certificate."""

from __future__ import annotations

import sys
from datetime import date, datetime

import click

from ocop.cli._law_text import wrapped
from ocop.cli._options import AnyOption, find_decision
from ocop.cli._output import choose_format, write_rows
from ocop.cli._table import Row
from ocop.errors import InputError, MissingExtraError, Problem
from ocop.programme import Certificate, ProductCode, grace_of, named, parse_code

__all__ = ["certificate", "code"]

DAY = click.DateTime(["%Y-%m-%d"])
form_option: AnyOption = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    help="[default: table on a terminal, csv elsewhere]",
)


@click.command(short_help="Take product codes apart and check them.")
@click.argument("codes", nargs=-1, required=True)
@click.option("--names", is_flag=True, help="With the names of places; needs the extra places.")
@click.option("--sort", is_flag=True, help="By place, year and number; else as given.")
@form_option
def code(codes: tuple[str, ...], names: bool, sort: bool, form: str | None) -> None:
    """Take product CODES apart: province, district (until mid-2025), commune, number, year.

    - reads codes from standard input, one a line.
    """
    texts = [line.strip() for line in sys.stdin] if codes == ("-",) else list(codes)
    found: list[ProductCode] = []
    problems: list[Problem] = []
    for text in filter(None, texts):
        try:
            found.append(parse_code(text))
        except InputError as error:
            problems += [_of(text, problem) for problem in error.problems]
    if problems:
        raise InputError(problems)
    rows = [_code_row(c, names=names) for c in (sorted(found) if sort else found)]
    write_rows(rows, "codes", {}, choose_format(form, None), None)


def _of(text: str, problem: Problem) -> Problem:
    path = f"{text}: {problem.path}" if problem.path else text
    return Problem(problem.code, problem.message, path=path, hint=problem.hint)


def _code_row(found: ProductCode, *, names: bool) -> Row:
    row: Row = {
        "code": str(found),
        "province": found.province,
        "district": found.district,
        "commune": found.commune,
        "serial": found.serial,
        "year": str(found.year),
    }
    if names:
        row["name"] = _name(found)
    return row


def _name(found: ProductCode) -> str | None:
    """Return the names of the places; None for old ones where the list has today's alone."""
    try:
        return named(found.place).name
    except MissingExtraError:
        if found.district is None:
            raise
        return None


@click.command(short_help="Say when a certificate ends and is renewed.")
@click.argument("recognised_on", metavar="DAY", type=DAY)
@click.option("--months", type=click.IntRange(1, 1200), help="Its term.  [default: the decision's]")
@click.option(
    "--decision", "name", metavar="ID|FOLDER", help="Terms of renewal.  [default: in force today]"
)
@click.option("--filed", type=DAY, help="The dossier for re-assessment was filed on this day.")
@click.option("--decided", type=DAY, help="Its result came on this day.")
@click.option("--on", type=DAY, help="Status on this day.  [default: today]")
@form_option
def certificate(
    recognised_on: datetime,
    months: int | None,
    name: str | None,
    filed: datetime | None,
    decided: datetime | None,
    on: datetime | None,
    form: str | None,
) -> None:
    """Say when a certificate of a product recognised on DAY ends, and when to renew it.

    DAY and other days are written 2026-05-22. The days of the window are the first and the last
    for filing the dossier.
    """
    law = find_decision(name)
    found = Certificate(
        recognised_on=recognised_on.date(),
        months=months or law.certificate_months or 36,
        renewal_filed_on=filed and filed.date(),
        renewal_decided_on=decided and decided.date(),
    )
    grace = grace_of(found, law)
    if grace:
        import attrs

        found = attrs.evolve(found, grace=grace)
    day = on.date() if on else date.today()
    window = found.renewal_window(law)
    row: Row = {
        "recognised_on": found.recognised_on.isoformat(),
        "expires_on": found.expires_on.isoformat(),
        "renew_from": window[0].isoformat() if window else None,
        "renew_until": window[1].isoformat() if window else None,
        "on": day.isoformat(),
        "status": found.status(day, law),
    }
    write_rows([row], "certificates", {"decision": law.id}, choose_format(form, None), None)
    if window is None and choose_format(form, None) == "table":
        click.echo(wrapped(f"note: our data of {law.id} holds no window for renewal"), err=True)
    if grace:
        text = f"note: the transition of {law.id} lets it run on up to {grace} days past its end"
        click.echo(wrapped(f"{text}, while a dossier filed by then is undecided"), err=True)
