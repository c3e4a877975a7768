"""The page of one criteria set: tree, points, marks, rules, errata, and what changed."""

from __future__ import annotations

import html
from collections.abc import Iterator

import ocop
from ocop.law.crosswalk import route, successors
from ocop.law.matching import Match

# What repeats the tree above, or the page of the decision before, is not found by the search.
UNSEARCHED = " { data-search-exclude }"


def cell(text: str) -> str:
    """Return text that neither Markdown nor HTML reads as markup."""
    safe = html.escape(text, quote=False)
    for sign in "\\`*_[]|":
        safe = safe.replace(sign, f"&#{ord(sign)};")
    return safe


def row(*values: object) -> str:
    """Return a row of a table; texts are escaped by the caller, so that links can stand there."""
    return "| " + " | ".join(str(value) for value in values) + " |"


def table(head: tuple[str, ...], *rows: tuple[object, ...]) -> list[str]:
    """Return a table with its head."""
    return [row(*head), "|" + "---|" * len(head), *(row(*values) for values in rows)]


def set_name(chosen: ocop.CriteriaSet) -> str:
    """Return the file name of a set's page."""
    return f"{chosen.number:02}-{chosen.group.slug}.md"


def page_of_set(law: ocop.Decision, chosen: ocop.CriteriaSet, before: ocop.Decision | None) -> str:
    """Return the page of a criteria set; `before` is the earlier decision with criteria."""
    lines = [
        f"# {chosen.number}. {cell(chosen.label.en)}",
        "",
        f"*{cell(chosen.label.vi)}*, [{law.number}](index.md)",
        "",
        *table(
            ("product group", f"`{chosen.group.slug}`"),
            (
                "sector",
                f"{cell(chosen.group.sector.label.en)} · {cell(chosen.group.sector.label.vi)}",
            ),
            ("criteria", f"{len(chosen.items)}, together {chosen.reachable} points"),
            ("binding text", f"{cell(chosen.clause.en)} · {cell(chosen.clause.vi)}"),
            ("source", f"{law.source.confidence}: {cell(law.source.text.en)}"),
        ),
    ]
    for part in chosen.parts:
        lines += [
            "",
            f"## {part.code}. {cell(part.title.en)} · {cell(part.title.vi)} ({part.points})",
        ]
        for section in part.sections:
            title = f"{section.code}. {cell(section.title.en)} · {cell(section.title.vi)}"
            lines += ["", f"### {title} ({section.points})"]
            for item in section.items:
                lines += _criterion(item.code, item.criterion)
    lines += _floors(chosen)
    lines += _rules(chosen)
    lines += _readings(chosen)
    if before is not None:
        lines += _since(law, chosen, before)
    return "\n".join(lines) + "\n"


def _criterion(code: str, criterion: ocop.Criterion) -> Iterator[str]:
    mark = f", ★{criterion.mark}" if criterion.mark else ""
    title = f"{cell(criterion.title.en)} · {cell(criterion.title.vi)}"
    yield ""
    yield f"**{code}** {title} ({criterion.best}{mark})"
    if criterion.note is not None:
        yield ""
        yield f"{cell(criterion.note.en)}. *{cell(criterion.note.vi)}.*"
    yield ""
    yield from table(
        ("", "points", "English", "Vietnamese"),
        *(
            (
                position,
                f"{option.points} ★{option.mark}" if option.mark else option.points,
                (f"[{option.case}] " if option.case else "") + cell(option.label.en),
                cell(option.label.vi),
            )
            for position, option in enumerate(criterion.options, start=1)
        ),
    )


def _floors(chosen: ocop.CriteriaSet) -> list[str]:
    """Return the least points that each star asks for."""
    rows = []
    for item in chosen.items:
        floors = [item.criterion.floor(star, chosen.criterion_mark) for star in (3, 4, 5)]
        if any(floors):
            rows.append((item.code, cell(item.criterion.title.en), *(f or "" for f in floors)))
    if not rows:
        return []
    head = ("criterion", "", "★★★", "★★★★", "★★★★★")
    text = "The least points that a star accepts, whatever the total."
    return ["", f"## Minimums{UNSEARCHED}", "", text, "", *table(head, *rows)]


def _rules(chosen: ocop.CriteriaSet) -> list[str]:
    labels = [rule.label for rule in chosen.rules.needs]
    labels += [rule.label for rule in chosen.rules.knock_outs]
    lines = []
    if labels:
        lines += ["", "## Rules", ""]
        lines += [f"- {cell(label.en)} · {cell(label.vi)}" for label in labels]
    if chosen.exclusions:
        texts = (
            (e.where, f"`{e.finding.id}`", cell(e.finding.label.en), cell(e.finding.label.vi))
            for e in chosen.exclusions
        )
        lines += ["", "## Findings that exclude", ""]
        lines += table(("where", "finding", "English", "Vietnamese"), *texts)
    return lines


def _readings(chosen: ocop.CriteriaSet) -> list[str]:
    lines = []
    if chosen.errata:
        texts = ((cell(e.where), cell(e.printed), cell(e.read)) for e in chosen.errata)
        lines += ["", "## Where print and reading differ", ""]
        lines += table(("where", "printed", "read"), *texts)
    if chosen.gaps:
        lines += [
            "",
            "## Gaps",
            "",
            "Headings whose points the options do not reach in our source.",
        ]
        texts = ((gap.where, gap.heading, gap.reachable) for gap in chosen.gaps)
        lines += ["", *table(("where", "heading", "reachable"), *texts)]
    return lines


def _since(law: ocop.Decision, chosen: ocop.CriteriaSet, before: ocop.Decision) -> Iterator[str]:
    """Yield what changed since the earlier decision, for each set whose products came here."""
    slug = chosen.group.slug
    sources = [old for old, went in successors(before, law).items() if slug in went]
    if not sources:
        yield from ("", f"## Since {before.number}", "", "The set is new.")
        return
    for name in sources:
        old = ocop.criteria_set(before, name)
        other = "" if name == slug else f", from {cell(old.label.en)}"
        link = f"[{before.number}](../{before.id}/{set_name(old)})"
        since = f"## Since {before.number}{other}{UNSEARCHED}"
        yield from ("", since, "", f"Compared with {link}.", "")
        changes = ocop.compare(old, chosen)
        texts = (
            (
                change.code or change.section or "",
                cell(change.criterion.en) if change.criterion else "",
                change.what,
                cell(change.before.en) if change.before else "",
                cell(change.after.en) if change.after else "",
            )
            for change in changes
        )
        yield from table(("code", "criterion", "what", "before", "after"), *texts)
        how = f"### How a sheet of {before.number} reads here{other}{UNSEARCHED}"
        yield from ("", how, "")
        yield "What each older answer leaves possible; 0 is no option met. Our reading."
        yield ""
        (walk,) = route(before, law)
        yield from table(
            ("older", "newer", "relation", "older answer > possible answers", "why"),
            *(_match(match) for match in walk.between(old, chosen)),
        )


def _match(match: Match) -> tuple[object, ...]:
    answers = ", ".join(
        f"{answer} > {' or '.join(map(str, newer))}" for answer, newer in enumerate(match.answers)
    )
    codes = ("-" if item is None else item.code for item in (match.before, match.after))
    return (*codes, match.relation, cell(answers), cell(match.why.en) if match.why else "")
