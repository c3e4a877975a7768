"""``ocop verify``: check a result file again, and against the sheets it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocop.cli._options import as_lang, find_decision, lang_option, set_option
from ocop.cli._output import write_json
from ocop.tables.verify import verify as verify_result

__all__ = ["verify"]


@click.command(short_help="Check a result file again, with its sheets if given.")
@click.argument("result", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheets", metavar="FILE", help="The sheets that were scored, to score them again.")
@click.option(
    "--decision",
    "decision_name",
    metavar="ID|FOLDER",
    help="Decision, such as qd-26-2026, or a folder; needed for CSV.  [default: that of RESULT]",
)
@set_option
@click.option(
    "--layout",
    type=click.Path(exists=True, dir_okay=False),
    help="YAML file that says where the file of --sheets holds what.",
)
@click.option(
    "--ties",
    type=click.Choice(["min", "dense", "ordinal"]),
    help="How a ranking in CSV numbers equal products.  [default: as its rows show]",
)
@lang_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def verify(
    context: click.Context,
    result: Path,
    sheets: str | None,
    decision_name: str | None,
    set_name: str | None,
    layout: str | None,
    ties: Any,
    lang: str,
    form: str,
) -> None:
    """Check RESULT again, a file that "ocop score", "rank", "council" or "pack" wrote.

    Its rows are checked against each other and against the law; with --sheets the sheets are
    scored again and every row is compared. Exit code 0: verified; 1: something differs, all of it
    is listed.
    """
    if sheets is None and (layout is not None or set_name is not None):
        raise click.UsageError("--set and --layout have no effect without --sheets.")
    law = None if decision_name is None else find_decision(decision_name)
    found = verify_result(result, law, sheets=sheets, set=set_name, layout=layout, ties=ties)
    if form == "json":
        write_json(found.to_dict(), None)
    else:
        for problem in found.problems:
            click.echo(str(problem), err=True)
        if found.more:
            click.echo(f"... and {found.more:,} more", err=True)
        click.echo(found.text(as_lang(lang)), nl=False)
    if not found.ok:
        context.exit(1)
