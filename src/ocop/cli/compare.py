"""``ocop compare``: what changed between two decisions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import IO, Any

import click

from ocop._version import __version__
from ocop._visible import visible
from ocop.cli._options import AnyOption, as_lang, find_decision, lang_option, output_option
from ocop.cli._output import choose_format, columns_of, write_csv, writing
from ocop.cli._table import Row, table
from ocop.law.change import Change
from ocop.law.compare import compare as compare_law
from ocop.law.decision import Decision
from ocop.text import Label
from ocop.types import Lang

__all__ = ["changes_format", "compare", "write_changes"]


changes_format: AnyOption = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "markdown"]),
    help="[default: table on a terminal, csv elsewhere]",
)


@click.command(short_help="Show what changed between two decisions.")
@click.argument("before", metavar="DECISION")
@click.argument("after", metavar="DECISION")
@click.option("--group", metavar="GROUP", help="Only this product group, such as tea.")
@lang_option
@changes_format
@output_option
def compare(
    before: str, after: str, group: str | None, lang: str, form: str | None, output: Path | None
) -> None:
    """Show what changed from one DECISION to another.

    Criteria added and dropped, points moved, marks, words, rules, findings, groups.

    A DECISION is an id such as qd-148-2023, or a folder of your own.
    """
    if form is None:
        markdown = output is not None and output.suffix == ".md"
        form = "markdown" if markdown else choose_format(None, output)
    old, new = find_decision(before), find_decision(after)
    with writing(output, drawn=form == "table") as stream:
        write_changes(stream, old, new, form, as_lang(lang), group=group)


def write_changes(
    stream: IO[str],
    old: Decision,
    new: Decision,
    form: str,
    lang: Lang,
    *,
    group: str | None = None,
    more: Row | None = None,
) -> None:
    """Write what changed between two decisions; `more` is what JSON says besides."""
    rows = [_row(change, lang) for change in compare_law(old, new, group=group)]
    if form == "json":
        head = {"schema": 1, "ocop": __version__, "before": old.id, "after": new.id}
        digests = {"before_digest": old.digest, "after_digest": new.digest}
        whole = {**head, **digests, **(more or {}), "changes": rows}
        stream.write(json.dumps(whole, ensure_ascii=False) + "\n")
    elif form == "csv":
        write_csv(stream, [columns_of(rows, _row(Change(what=""), "en"))])
    elif form == "markdown":
        stream.write(_markdown(f"{old.number} → {new.number}", rows))
    else:
        stream.write(_short(rows, one_group=group is not None))


def _row(change: Change, lang: Lang) -> Row:
    def words(label: Label | None) -> str | None:
        return None if label is None else label[lang]

    return {
        "group": change.group,
        "part": change.part,
        "section": change.section,
        "code": change.code,
        "criterion": words(change.criterion),
        "what": change.what,
        "before": words(change.before),
        "after": words(change.after),
        "clause": words(change.clause),
    }


def _short(rows: list[Row], *, one_group: bool) -> str:
    """Return the changes as a terminal has room for them."""
    if not rows:
        return "no changes\n"
    names = ["code", "what", "criterion", "before", "after"]
    if not one_group:
        names.insert(0, "group")
    return table([{name: row[name] for name in names} for row in rows])


def _markdown(title: str, rows: list[Row]) -> str:
    """Return the changes as a page, one table a product group."""
    lines = [f"# {_cell(title)}", ""]
    groups: dict[str | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    for group, members in groups.items():
        lines += [f"## {_cell(group) or 'All groups'}", ""]
        lines += ["| code | criterion | what | before | after |", "|---|---|---|---|---|"]
        for row in members:
            names = ("code", "criterion", "what", "before", "after")
            lines.append("| " + " | ".join(_cell(row[name]) for name in names) + " |")
        lines.append("")
    if not rows:
        lines += ["No changes.", ""]
    return "\n".join(lines[:-1]) + "\n"


_STEERS = re.compile(r"[\\`\[\]<>|]")
"""What Markdown or HTML in it would obey."""


def _cell(value: Any) -> str:
    """Return a text as it is read on a page."""
    return "" if value is None else _STEERS.sub(r"\\\g<0>", visible(str(value)))
