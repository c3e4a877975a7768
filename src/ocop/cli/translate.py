"""``ocop crosswalk`` and ``ocop translate``: from the criteria of one decision to another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from ocop.cli._options import (
    as_lang,
    decision_option,
    find_decision,
    format_option,
    keep_option,
    lang_option,
    names_of,
    output_option,
    set_option,
)
from ocop.cli._output import Columns, choose_format, tell, write_columns, write_rows
from ocop.cli._table import Row
from ocop.cli.sheets import head_of, read_batches, sheets_of, tell_gaps
from ocop.errors import InputError, Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.crosswalk import crosswalk as find_crosswalk
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk, Match
from ocop.scoring.sheet import Sheets
from ocop.scoring.translate import translate as translate_sheets
from ocop.scoring.translation import Translation
from ocop.text import number_of, quoted
from ocop.types import Lang

__all__ = ["crosswalk", "translate"]


@click.command(short_help="Read the sheets of a file under a later decision.")
@click.argument("file")
@click.option(
    "--to", "goal", metavar="ID|FOLDER", required=True, help="The decision to read them under."
)
@decision_option
@set_option
@click.option(
    "--group",
    "groups",
    metavar="OLD=NEW",
    multiple=True,
    help="Where products of a group went, if to several.",
)
@keep_option
@format_option
@output_option
def translate(
    file: str,
    goal: str,
    decision_name: str | None,
    set_name: str | None,
    groups: tuple[str, ...],
    keep: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Read the sheets of FILE under a later decision: lowest and highest total and star.

    FILE is as for "ocop score", filled in under --decision. "open" names the criteria whose
    points the old answers leave open, with the fewest and the most points each can get.
    """
    chosen = _pairs(groups)
    target = find_decision(goal)
    law, batches = read_batches(file, decision_name, set_name, names_of(keep))
    results = _translated(batches, target, chosen)
    sets = {t.criteria_set.number: t.criteria_set for t in results}
    tell_gaps(law, [batch.criteria_set for batch in batches])
    tell_gaps(target, sets.values())
    for result in results:
        _tell_findings(result)
    head = {**head_of(target, list(sets.values())), "before": law.id}
    count = sum(map(len, results))
    form = choose_format(form, output)
    if form == "json":
        old = head_of(law, [batch.criteria_set for batch in batches])
        head |= {"before_digests": old["digests"], **sheets_of(batches)}
    write_columns(_in_file_order(results), head, form, output, count, _short)
    if output is not None:
        tell(f"{number_of(count, 'row')} written to {output}")


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [tuple(text.split("=")) for text in texts]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise click.UsageError("--group takes two product groups, such as old-group=new-group.")
    return {pair[0]: pair[1] for pair in pairs}


def _translated(
    batches: tuple[Sheets, ...], target: Decision, groups: dict[str, str]
) -> list[Translation]:
    """Translate every batch; the problems of all of them are raised at once."""
    slugs = [batch.criteria_set.group.slug for batch in batches]
    problems = [
        Problem("unknown-group", f"found {quoted(slug)}, the file has {', '.join(slugs)}")
        for slug in groups
        if slug not in slugs
    ]
    results = []
    for batch, slug in zip(batches, slugs, strict=True):
        try:
            results.append(translate_sheets(batch, target, group=groups.get(slug)))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise InputError(dict.fromkeys(problems))
    return results


def _tell_findings(result: Translation) -> None:
    if result.new_findings:
        chosen = result.criteria_set
        names = ", ".join(result.new_findings)
        where = f"set {chosen.number} of {chosen.decision}"
        tell(f"note: {where} also knows the findings {names}; taken as not stated")


def _in_file_order(results: list[Translation]) -> Iterator[Columns]:
    """Yield the result columns in the order of the file's rows."""
    parts = [result.columns() for result in results]
    places = [result.sheets.rows for result in results if result.sheets.rows is not None]
    order = np.argsort(np.concatenate(places), kind="stable").tolist()
    joined = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    yield {name: [values[row] for row in order] for name, values in joined.items()}


def _short(row: Row) -> Row:
    """Return a result row as a terminal shows it: intervals in one column each."""

    def between(name: str) -> str:
        low, high = (
            "-" if row[key] is None else str(row[key]) for key in (f"{name}_low", f"{name}_high")
        )
        return low if low == high else f"{low} to {high}"

    ends = ("_low", "_high")
    last = ("open", "missing_floors")
    kept = {k: v for k, v in row.items() if not k.endswith(ends) and k not in last}
    opened, missing = (row[name].replace(";", "; ") for name in last)
    intervals = {"total": between("total"), "star": between("star")}
    return {**kept, **intervals, "open": opened, "missing": missing}


@click.command(short_help="Show which criteria of two decisions stand for each other.")
@click.argument("before", metavar="DECISION")
@click.argument("after", metavar="DECISION")
@click.option("--group", metavar="GROUP", help="Only this product group of the first decision.")
@lang_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]))
@output_option
def crosswalk(
    before: str, after: str, group: str | None, lang: str, form: str | None, output: Path | None
) -> None:
    """Show which criteria of a DECISION stand for which of the next DECISION.

    "answers" says what each older answer leaves possible: 2>2,3 reads, option 2 there is option
    2 or 3 here; 0 is none met.
    """
    old, new = find_decision(before), find_decision(after)
    walk = find_crosswalk(old, new)
    rows = list(_crosswalk_rows(walk, old, new, group, as_lang(lang)))
    form = choose_format(form, output)
    if form == "table":
        rows = [_short_match(row, group) for row in rows]
    head = {"before": old.id, "after": new.id}
    write_rows(rows, "matches", head, form, output, optional=("why",))


def _crosswalk_rows(
    walk: Crosswalk, old: Decision, new: Decision, group: str | None, lang: Lang
) -> Iterator[Row]:
    if group is None:
        sets = [old.sets[declared.number] for declared in old.declared if declared.transcribed]
    else:
        sets = [criteria_set(old, group)]
    why = {match.before: match.why for match in walk.groups}
    for before in sets:
        if not walk.groups_after(before.group.slug):
            nothing = Match(
                before=None, after=None, relation="none", why=why.get(before.group.slug)
            )
            yield {"group": before.group.slug, "group_after": None, **_match_row(nothing, lang)}
        for slug in walk.groups_after(before.group.slug):
            after = criteria_set(new, slug)
            for match in walk.between(before, after):
                groups = {"group": before.group.slug, "group_after": slug}
                yield {**groups, **_match_row(match, lang)}


def _short_match(row: Row, group: str | None) -> Row:
    """Return a match as a terminal has room for it."""
    kept = {"old": row["before"], "new": row["after"]}
    kept |= {name: row[name] for name in ("relation", "answers", "why")}
    return kept if group is not None else {"group": row["group"], **kept}


def _match_row(match: Match, lang: Lang) -> Row:
    row: Row = {}
    for name, item in (("before", match.before), ("after", match.after)):
        row[name] = None if item is None else item.code
        row[f"{name}_criterion"] = None if item is None else item.criterion.id
        row[f"{name}_title"] = None if item is None else item.criterion.title[lang]
    row["relation"] = match.relation
    row["answers"] = " ".join(
        f"{answer}>{','.join(map(str, newer))}" for answer, newer in enumerate(match.answers)
    )
    row["why"] = None if match.why is None else match.why[lang]
    return row
