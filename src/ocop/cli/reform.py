"""``ocop reform``: check a reform, and apply it to a decision."""

from __future__ import annotations

from pathlib import Path

import click

from ocop.cli._law_text import wrapped
from ocop.cli._options import AnyOption, as_lang, find_decision, lang_option
from ocop.cli._output import choose_format, show_problems, tell, writing
from ocop.cli.compare import changes_format, write_changes
from ocop.law.dump_decision import dump_decision
from ocop.scenario.apply_reform import apply_reform
from ocop.scenario.load_reform import decision_beside, load_reform, reform_problems

__all__ = ["reform"]

against_option: AnyOption = click.option(
    "--decision",
    "decision_name",
    metavar="ID|FOLDER",
    help="Decision, such as qd-26-2026, or a folder.  [default: the one that FILE names]",
)


@click.group(short_help="Change a decision as data, and see what changes.")
def reform() -> None:
    """Check a reform, or apply it: an ordered list of edits of a decision, in a YAML file."""


@reform.command(short_help="Check a reform.")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@against_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def check(context: click.Context, path: str, decision_name: str | None, form: str) -> None:
    """Check the reform in FILE against the decision that it names, or another one.

    Every problem is listed with file, line and column; exit code 1 where there are any. Where
    neither FILE nor --decision names a decision, the file is checked alone.
    """
    law = None if decision_name is None else find_decision(decision_name)
    _, problems = reform_problems(path, law)
    show_problems(context, path, problems, form)


@reform.command("apply", short_help="Apply a reform, and show what changes.")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@against_option
@click.option("--group", metavar="GROUP", help="Show only this product group, such as tea.")
@lang_option
@changes_format
@click.option(
    "--output",
    "-o",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write the new decision as a folder, new or empty, that every command takes.",
)
def apply_(
    path: str,
    decision_name: str | None,
    group: str | None,
    lang: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Apply the reform in FILE, and show what changes as "ocop compare" does.

    Edits without effect, sums that leave 100 and headings that no longer fit are notes on
    standard error; with --format json they stand in the result.
    """
    named = None if decision_name is not None else load_reform(path).decision
    law = find_decision(decision_name) if named is None else decision_beside(Path(path), named)
    changes = load_reform(path, law)
    done = apply_reform(changes, law)
    form = choose_format(form, None)
    if output is not None:
        dump_decision(done.decision, output)
    notes = [note.to_dict() for note in done.notes]
    with writing(None, drawn=form == "table") as stream:
        write_changes(
            stream,
            law,
            done.decision,
            form,
            as_lang(lang),
            group=group,
            more={"reform": changes.id, "notes": notes},
        )
    for note in done.notes if form != "json" else ():
        click.echo(wrapped(f"note: {note}", "", "  "), err=True)
    if output is not None:
        tell(f"{done.decision.id} in {output}")
