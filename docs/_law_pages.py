"""Writes the pages of the law from its data while the site is built; nothing is kept on disk.

`pages()` returns every page by its address; the hooks below hand them to MkDocs and to the
navigation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from _law_set_page import cell, page_of_set, row, set_name, table

import ocop
from ocop.law.crosswalk import successors

CELL = re.compile(r"<td.*?</td>", re.DOTALL)
WHOLE = re.compile(r"\b(\d{4}-\d\d-\d\d|\d+(/\d{4})?/QĐ-TTg|qd-\d+-\d{4})(?=[\s<,;.)])")
FOLDER = "law"
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"


@cache
def pages() -> dict[str, str]:
    """Return every page of the law: address below `docs` -> Markdown."""
    laws = ocop.decisions()
    found = {f"{FOLDER}/index.md": overview(laws), f"{FOLDER}/terms.md": terms(laws)}
    for law, before in zip(laws, (None, *laws), strict=False):
        found[f"{FOLDER}/{law.id}/index.md"] = page_of_decision(law, before)
        if law.base is None:
            earlier = with_own_criteria(before)
            if earlier is not None and earlier.id == law.id:
                earlier = None
            for chosen in law.sets.values():
                text = page_of_set(law, chosen, earlier)
                # The search would find every criterion once for each decision.
                head = "" if law.id == laws[-1].id else UNSEARCHED
                found[f"{FOLDER}/{law.id}/{set_name(chosen)}"] = head + text
    return found


def with_own_criteria(law: ocop.Decision | None) -> ocop.Decision | None:
    """Return the decision that holds the criteria of `law`."""
    return law if law is None or law.base is None else ocop.decision(law.base)


def overview(laws: tuple[ocop.Decision, ...]) -> str:
    """Return the page with the timeline and the list of decisions."""
    lines = [
        "# The law",
        "",
        "Pages made from the data that scoring uses: each decision, each criteria set with its "
        "options, points and star marks, and what changed from one decision to the next. Labels "
        "are short and in our own words; the binding text is the annex that each set names.",
        "",
        "## Timeline",
        "",
        timeline(laws),
        "",
        "| decision | in force | amends or replaces | criteria | source |",
        "|---|---|---|---|---|",
    ]
    for law in laws:
        until = law.in_force_until or "now"
        earlier = [f"amends {law.amends}"] if law.amends else []
        earlier += [f"replaces {', '.join(law.replaces)}"] if law.replaces else []
        held = f"those of {law.base}" if law.base else f"{len(law.sets)} sets"
        span = f"{law.in_force_from} to {until}"
        texts = [f"[{law.number}]({law.id}/index.md)", span, "; ".join(earlier), held]
        lines.append(row(*texts, law.source.confidence))
    lines += [
        "",
        "Both days of a span are included. Dossiers filed before 26/2026 came into force go on "
        "under the rules before it for some days: see [its page](qd-26-2026/index.md).",
        "",
        "Also here: [the terms of the law](terms.md), Vietnamese and English.",
    ]
    return "\n".join(lines) + "\n"


def timeline(laws: tuple[ocop.Decision, ...]) -> str:
    """Return a drawing of when each decision was in force."""
    first, last = laws[0].in_force_from.year, laws[-1].in_force_from.year + 1
    start, end = date(first, 1, 1).toordinal(), date(last + 1, 1, 1).toordinal()
    left, width, step = 130, 610, 26

    def place(day: date) -> float:
        return round(left + width * (day.toordinal() - start) / (end - start), 1)

    height = step * len(laws) + 24
    parts = [
        '<div class="scrolls">'
        f'<svg class="timeline" viewBox="0 0 {left + width + 10} {height}" role="img" '
        'aria-label="When each decision was in force">'
    ]
    for year in range(first, last + 1):
        x = place(date(year, 1, 1))
        parts.append(f'<line x1="{x}" y1="0" x2="{x}" y2="{height - 18}" class="year"/>')
        parts.append(f'<text x="{x + 4}" y="{height - 5}">{year}</text>')
    for number, law in enumerate(laws):
        y = step * number + 4
        until = law.in_force_until or date(last, 12, 31)
        x = place(law.in_force_from)
        kind = "amendment" if law.base else "own"
        parts.append(f'<text x="0" y="{y + 13}">{law.number}</text>')
        parts.append(
            f'<rect x="{x}" y="{y}" width="{round(place(until) - x, 1)}" height="18" '
            f'class="{kind}"><title>{law.in_force_from} to {law.in_force_until or "now"}</title>'
            "</rect>"
        )
    parts.append("</svg></div>")
    return "\n".join(parts)


def page_of_decision(law: ocop.Decision, before: ocop.Decision | None) -> str:
    """Return a decision's page: what it says once for all sets, its sets, and what changed."""
    lines = [f"# {law.number}", "", f"{law.title.en}. *{law.title.vi}.*", ""]
    lines += table(
        ("id", f"`{law.id}`"),
        ("signed", law.signed_on),
        ("in force", f"{law.in_force_from} to {law.in_force_until or 'now'}"),
        *([("amends", f"`{law.amends}`")] if law.amends else []),
        *([("replaces", ", ".join(f"`{name}`" for name in law.replaces))] if law.replaces else []),
        *([("criteria", f"those of [{law.base}](../{law.base}/index.md)")] if law.base else []),
        ("star marks", "printed" if law.star_marks else "none"),
        ("certificate", f"{law.certificate_months} months" if law.certificate_months else "-"),
        ("source", f"{law.source.confidence}: {cell(law.source.text.en)}"),
        ("checked", cell(law.source.checked.en)),
    )
    lines += ["", "## Parts and stars", ""]
    lines += table(
        ("part", "Vietnamese", "English", "points"),
        *((p.code, cell(p.title.vi), cell(p.title.en), p.points) for p in law.parts),
    )
    lines += [""]
    lines += table(
        ("star", "from points", "recognised by"),
        *(("★" * b.star, b.at_least, b.recognised_by or "nobody") for b in law.bands),
    )
    if law.transitions:
        lines += ["", "Dossiers filed before the first day in force go on under the rules before:"]
        lines += ["", *table(("dossier", "days"), *((t.kind, t.days) for t in law.transitions))]
    lines += ["", "## Criteria sets", "", *_list_of_sets(law)]
    if law.findings and law.base is None:
        lines += ["", "## Findings that exclude", ""]
        texts = ((f"`{f.id}`", cell(f.label.vi), cell(f.label.en)) for f in law.findings)
        lines += table(("finding", "Vietnamese", "English"), *texts)
    if law.errata:
        lines += ["", "## Where print and reading differ", ""]
        errata = ((cell(e.where), cell(e.printed), cell(e.read)) for e in law.errata)
        lines += table(("where", "printed", "read"), *errata)
    if before is not None:
        lines += ["", f"## What changed since {before.number}", "", *_changes(law, before)]
    return "\n".join(lines) + "\n"


def _list_of_sets(law: ocop.Decision) -> list[str]:
    home = with_own_criteria(law)
    assert home is not None
    rows = []
    for declared in law.declared:
        label = f"{cell(declared.label.vi)} · {cell(declared.label.en)}"
        if declared.number in law.sets:
            chosen = law.sets[declared.number]
            label = f"[{label}](../{home.id}/{set_name(home.sets[declared.number])})"
            counts = (len(chosen.items), chosen.reachable)
        else:
            counts = ("-", "-")
            label += f" (not held: {cell(declared.why.en) if declared.why else 'not transcribed'})"
        rows.append((declared.number, f"`{declared.group}`", label, *counts))
    return table(("number", "slug", "criteria set", "criteria", "points"), *rows)


def _changes(law: ocop.Decision, before: ocop.Decision) -> Iterator[str]:
    """Yield what changed for all sets; what changed inside a set stands on the set's page."""
    found = [c for c in ocop.compare(before, law) if c.code is None and c.section is None]
    found = [change for change in found if not change.what.startswith(("rule", "finding"))]
    if not found:
        yield "Nothing that the data holds, apart from the dates."
        return
    texts = (
        (
            change.what,
            change.group or change.part or "",
            cell(change.before.en) if change.before else "",
            cell(change.after.en) if change.after else "",
        )
        for change in found
    )
    yield from table(("what", "where", "before", "after"), *texts)
    if law.base is None:
        yield ""
        yield "What changed inside a set stands on the set's page."
    gone = [slug for slug, went in successors(before, law).items() if not went]
    for slug in gone:
        yield ""
        yield f"Products of `{slug}` have no criteria any more."


def terms(laws: tuple[ocop.Decision, ...]) -> str:
    """Return the terms that the decisions use, Vietnamese and English."""
    found: dict[str, dict[str, str]] = {"Sectors and product groups": {}, "Sections": {}}
    found["Criteria"] = {}
    for group in ocop.product_groups():
        for label in (group.sector.label, group.label):
            found["Sectors and product groups"].setdefault(label.vi, label.en)
    for law in laws:
        for chosen in law.sets.values():
            for part in chosen.parts:
                for section in part.sections:
                    found["Sections"].setdefault(section.title.vi, section.title.en)
                    for item in section.items:
                        title = item.criterion.title
                        found["Criteria"].setdefault(title.vi, title.en)
    lines = [
        "# Terms of the law",
        "",
        "Titles of product groups, sections and criteria in all decisions. The words of the "
        "programme and of `ocop` stand in the [glossary](../glossary.md).",
    ]
    for heading, words in found.items():
        texts = sorted((cell(vi), cell(en)) for vi, en in words.items())
        lines += ["", f"## {heading}", "", *table(("Vietnamese", "English"), *texts)]
    return "\n".join(lines) + "\n"


def on_config(config: Any) -> Any:
    """Put the pages into the navigation, before the reference."""
    entries: list[Any] = [f"{FOLDER}/index.md"]
    for law in reversed(ocop.decisions()):
        names = [name for name in pages() if name.startswith(f"{FOLDER}/{law.id}/")]
        entries.append({law.number: names} if len(names) > 1 else {law.number: names[0]})
    entries.append({"Terms": f"{FOLDER}/terms.md"})
    place = next(n for n, entry in enumerate(config.nav) if "Reference" in entry)
    config.nav.insert(place, {"The law": entries})
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages to the files of the site."""
    from mkdocs.structure.files import File

    for name, text in pages().items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Keep dates and numbers of decisions whole in narrow tables: browsers break at hyphens."""
    return CELL.sub(lambda cell: WHOLE.sub(r'<span class="whole">\g<0></span>', cell[0]), html)
