"""The law as text for a terminal: a decision with its sets, a set with its criteria."""

from __future__ import annotations

import textwrap

from ocop.cli._table import table
from ocop.law.decision import Decision, DeclaredSet
from ocop.law.model import CriteriaSet, Criterion
from ocop.types import Lang


def decision_text(law: Decision, lang: Lang) -> str:
    """Return what a decision says for all its sets, and the list of the sets."""
    rows = [
        {
            "set": declared.number,
            "group": declared.group,
            "title": declared.label[lang] + _missing(declared),
        }
        for declared in law.declared
    ]
    bands = ", ".join(f"{'★' * band.star} from {band.at_least}" for band in law.bands)
    source = law.source
    head = [
        f"{law.number} ({law.id})",
        wrapped(law.title[lang]),
        f"In force from {law.in_force_from} to {law.in_force_until or 'now'}",
        *([f"Criteria: those of {law.base}"] if law.base else []),
        wrapped("Parts: " + ", ".join(f"{p.code} {p.points} ({p.title[lang]})" for p in law.parts)),
        f"Bands: {bands}",
        wrapped(f"Source ({source.confidence}): {source.text[lang]}. {source.checked[lang]}."),
    ]
    return "\n".join(head) + "\n" + table(rows)


def _classification(law: Decision, chosen: CriteriaSet, lang: Lang) -> list[str]:
    """Return where the annex puts the group and who leads it, as far as the decision says."""
    lines = [f"Sector: {chosen.group.sector.label[lang]}"]
    declared = next(d for d in law.declared if d.number == chosen.number)
    categories = {category.slug: category.label[lang] for category in law.categories}
    if declared.category is not None:
        lines[0] += f"; category: {categories[declared.category]}"
    names = {agency.id: agency.label[lang] for agency in law.agencies}
    if declared.agencies:
        lines.append("Led by: " + "; ".join(names[agency] for agency in declared.agencies))
    return [wrapped(line) for line in lines]


def _missing(declared: DeclaredSet) -> str:
    if declared.transcribed:
        return ""
    return " (not held)" if declared.why else " (not yet transcribed)"


def set_text(law: Decision, chosen: CriteriaSet, lang: Lang) -> str:
    """Return one criteria set as a tree with points and star marks."""
    lines = [
        wrapped(f"{law.number}, set {chosen.number}: {chosen.label[lang]} ({chosen.group.slug})"),
        wrapped(f"{chosen.clause[lang]}; {len(chosen.items)} criteria, {chosen.reachable} points"),
        *_classification(law, chosen, lang),
        "",
    ]
    for part in chosen.parts:
        lines.append(wrapped(f"{part.code}  {part.title[lang]}  ({part.points})", "", "   "))
        for section in part.sections:
            text = f"{section.code}  {section.title[lang]}  ({section.points})"
            lines.append(wrapped(text, "  ", "     "))
            headings = {heading.code: heading for heading in section.headings}
            for item in section.items:
                for code in [code for code in headings if item.code.startswith(code + ".")]:
                    text = f"{code}  {headings.pop(code).title[lang]}"
                    lines.append(wrapped(text, "    ", "         "))
                lines += _criterion_lines(item.code, item.criterion, lang)
    if chosen.exclusions:
        lines += ["", "Excluded when an assessor states (findings):"]
        for exclusion in chosen.exclusions:
            text = f"{exclusion.finding.id} ({exclusion.where}): {exclusion.finding.label[lang]}"
            lines.append(wrapped(text, "  ", "      "))
    lines += [f"Rule: {rule.label['en']}" for rule in chosen.rules.needs]
    lines += [f"Rule: {rule.label['en']}" for rule in chosen.rules.knock_outs]
    for gap in chosen.gaps:
        text = f"Gap at {gap.where}: heading {gap.heading} points, options reach {gap.reachable}"
        lines.append(wrapped(text, "", "  "))
    for erratum in chosen.errata:
        text = f"Read at {erratum.where}: printed {erratum.printed}; read {erratum.read}"
        lines.append(wrapped(text, "", "  "))
    return "\n".join(lines) + "\n"


def _criterion_lines(code: str, criterion: Criterion, lang: Lang) -> list[str]:
    mark = f"  ★{criterion.mark}" if criterion.mark else ""
    lines = [
        wrapped(f"{code}  {criterion.title[lang]}  ({criterion.best}){mark}", "    ", "         ")
    ]
    if criterion.note is not None:
        lines.append(wrapped(criterion.note[lang], "         ", "         "))
    for position, option in enumerate(criterion.options, start=1):
        star = f"★{option.mark}" if option.mark else "  "
        case = f"[{option.case}] " if option.case else ""
        start = f"      {position:>2}. {option.points:>3} {star}  "
        lines.append(wrapped(case + option.label[lang], start, " " * len(start)))
    return lines


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Return `text` in lines of at most 80 columns."""
    return textwrap.fill(
        text, 80, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
