"""``ocop decisions``, ``show``, ``template`` and ``validate``: the law as data."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import click

from ocop._version import __version__
from ocop.cli._law_text import decision_text, set_text, wrapped
from ocop.cli._options import as_lang, decision_option, find_decision, lang_option, set_option
from ocop.cli._output import (
    Columns,
    choose_format,
    columns_of,
    say,
    show_problems,
    tell,
    write_csv,
    writing,
)
from ocop.cli._table import Row, table
from ocop.errors import InputError, Problem
from ocop.law._digest import plain
from ocop.law.catalogue import criteria_set, in_force
from ocop.law.catalogue import decisions as all_decisions
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.law.own import validate as validate_path
from ocop.tables.write_form import write_form
from ocop.types import Lang

__all__ = ["decisions", "show", "template", "validate"]


@click.command()
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Only the decision in force on this day."
)
@lang_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]))
def decisions(on: datetime | None, lang: str, form: str | None) -> None:
    """List the decisions in the data, and how sure their source is."""
    found = all_decisions() if on is None else (in_force(on.date()),)
    rows = [
        {
            "id": d.id,
            "number": d.number,
            "in_force_from": d.in_force_from.isoformat(),
            "in_force_until": d.in_force_until.isoformat() if d.in_force_until else None,
            "sets": len(d.sets),
            "declared": len(d.declared),
            "source": d.source.confidence,
        }
        for d in found
    ]
    form = choose_format(form, None)
    if form == "json":
        click.echo(
            json.dumps({"schema": 1, "ocop": __version__, "decisions": rows}, ensure_ascii=False)
        )
    elif form == "csv":
        say(_csv(columns_of(rows)), nl=False)
    else:
        short = {"in_force_from": "from", "in_force_until": "until"}
        click.echo(table([{short.get(k, k): v for k, v in row.items()} for row in rows]), nl=False)
        for d in found:
            click.echo(
                wrapped(f"{d.id}: {d.title[as_lang(lang)]}. {d.source.text[as_lang(lang)]}.")
            )


@click.command(short_help="Show a decision, or a set with its criteria.")
@click.argument("decision_name", metavar="DECISION")
@click.argument("set_name", metavar="[SET]", required=False)
@lang_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def show(decision_name: str, set_name: str | None, lang: str, form: str) -> None:
    """Show a DECISION's sets, or the criteria of one SET with points and stars.

    DECISION is an id such as qd-26-2026 or a folder of your own; SET is a number or a product
    group such as tea.
    """
    law = find_decision(decision_name)
    if set_name is None:
        if form == "json":
            header = {k: v for k, v in plain(_without_sets(law)).items() if k != "sets"}
            say(json.dumps({"schema": 1, "ocop": __version__, **header}, ensure_ascii=False))
        else:
            click.echo(decision_text(law, as_lang(lang)), nl=False)
        return
    chosen = criteria_set(law, set_name)
    if form == "json":
        content = {"schema": 1, "ocop": __version__, "digest": chosen.digest, **plain(chosen)}
        say(json.dumps(content, ensure_ascii=False))
    else:
        say(set_text(law, chosen, as_lang(lang)), nl=False)


def _without_sets(law: Decision) -> Decision:
    import attrs

    return attrs.evolve(law, sets={})


@click.command(short_help="Make a blank form with a legend.")
@decision_option
@set_option
@lang_option
@click.option("--legend", is_flag=True, help="Print the legend instead of the form.")
@click.option(
    "--layout",
    type=click.Choice(["annex", "rows"]),
    help="Of .xlsx: a worksheet a product, or a row a product.  [default: annex]",
)
@click.option(
    "--product", "products", multiple=True, metavar="NAME", help="Of .xlsx; may be repeated."
)
@click.option("--protect", is_flag=True, help="Of .xlsx: lock what is not to be filled in.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the form here: .xlsx, or CSV with FILE-legend.csv beside it. A file that is there "
    "stays as it is.",
)
def template(
    decision_name: str | None,
    set_name: str | None,
    lang: str,
    legend: bool,
    layout: str | None,
    products: tuple[str, ...],
    protect: bool,
    output: Path | None,
) -> None:
    """Make a blank form for one criteria set, with a legend of the options.

    In CSV fill one row per product: under each criterion code the position of the option met, 0
    where none is, nothing where it was not assessed; under findings what excludes the product. In
    .xlsx choose the options from lists.
    """
    if set_name is None:
        raise click.UsageError("Missing option '--set'.")
    if legend and output is not None:
        raise click.UsageError("--legend prints; with --output the legend is written anyway.")
    is_book = output is not None and output.suffix.lower() == ".xlsx"
    if (layout or products or protect) and not is_book:
        told = "--layout, --product and --protect are for forms in Excel: --output FORM.xlsx."
        raise click.UsageError(told)
    chosen = criteria_set(find_decision(decision_name), set_name)
    if output is not None and output.is_file():
        # It may be this very form, filled in since.
        hint = "name another file, or delete this one"
        problem = Problem("file-exists", "the file is there already", str(output), hint=hint)
        raise InputError([problem])
    if is_book and output is not None:
        write_form(
            chosen,
            output,
            products=products or ("",),
            layout="rows" if layout == "rows" else "annex",
            lang=as_lang(lang),
            protect=protect,
        )
        tell(f"form in {output}")
        return
    form = _csv(columns_of([], ["product", "findings", *chosen.codes]))
    key = _csv(columns_of(_legend(chosen, as_lang(lang))))
    if output is None:
        say(key if legend else form, nl=False)
        return
    beside = output.with_name(f"{output.stem}-legend.csv")
    for path, text in ((beside, key), (output, form)):
        with writing(path) as stream:
            stream.write("\ufeff" + text)
    tell(f"form in {output}, legend in {beside}")


def _legend(chosen: CriteriaSet, lang: Lang) -> list[Row]:
    names = ("column", "title", "write", "points", "star_mark", "case", "meaning")
    rows: list[tuple[object, ...]] = []
    for item in chosen.items:
        for position, option in enumerate(item.criterion.options, start=1):
            title = item.criterion.title[lang]
            facts = [option.points, option.mark or "", option.case or ""]
            rows.append((item.code, title, position, *facts, option.label[lang]))
    for exclusion in chosen.exclusions:
        finding = exclusion.finding
        rows.append(("findings", exclusion.where, finding.id, "", "", "", finding.label[lang]))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _csv(columns: Columns) -> str:
    text = io.StringIO()
    write_csv(text, [columns])
    return text.getvalue()


@click.command(short_help="Check a decision or a crosswalk of your own.")
@click.argument("path", type=click.Path(exists=True))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def validate(context: click.Context, path: str, form: str) -> None:
    """Check a decision of your own: a FOLDER with decision.yaml, one FILE of it, or a crosswalk.

    Every problem is listed with file, line and column; exit code 1 where there are any.
    """
    show_problems(context, path, validate_path(path), form)
