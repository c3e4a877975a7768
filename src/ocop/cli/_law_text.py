"""The law as text for a terminal: a decision with its sets, a set with its criteria."""

from __future__ import annotations

import textwrap

from ocop._visible import visible
from ocop.cli._table import table
from ocop.law.decision import Decision, DeclaredSet
from ocop.law.model import CriteriaSet, Criterion
from ocop.text import Label
from ocop.types import Lang

WORDS = {
    "in-force": Label("Hiệu lực từ {start} đến {end}", "In force from {start} to {end}"),
    "now": Label("nay", "now"),
    "parts": Label("Các phần: {parts}", "Parts: {parts}"),
    "bands": Label("Khung điểm: {bands}", "Bands: {bands}"),
    "from": Label("{stars} từ {points}", "{stars} from {points}"),
    "recognised": Label("Công nhận: {levels}", "Recognised by: {levels}"),
    "district": Label("huyện", "district"),
    "province": Label("tỉnh", "province"),
    "centre": Label("trung ương", "centre"),
    "nobody": Label("không nêu", "nobody named"),
    "own": Label(" (quyết định này nêu riêng)", " (stated by this decision)"),
    "base": Label(" (theo {base})", " (from {base})"),
    "sets": Label("Bộ tiêu chí: theo {base}", "Criteria sets: those of {base}"),
    "source": Label("Nguồn ({sure}): {text}. {checked}.", "Source ({sure}): {text}. {checked}."),
    "primary": Label("văn bản gốc", "primary"),
    "secondary": Label("bản nhập liệu", "secondary"),
    "not-held": Label(" (chưa có nguồn)", " (not held)"),
    "not-yet": Label(" (chưa nhập)", " (not yet transcribed)"),
    "set": Label("{law}, bộ {number}: {title} ({slug})", "{law}, set {number}: {title} ({slug})"),
    "counts": Label(
        "{clause}; {count} tiêu chí, {points} điểm", "{clause}; {count} criteria, {points} points"
    ),
    "sector": Label("Ngành: {sector}", "Sector: {sector}"),
    "category": Label("; nhóm: {category}", "; category: {category}"),
    "led": Label("Chủ trì: {agencies}", "Led by: {agencies}"),
    "findings": Label(
        "Bị loại khi người chấm xác nhận (findings):",
        "Excluded when an assessor states (findings):",
    ),
    "rule": Label("Quy tắc: {rule}", "Rule: {rule}"),
    "gap": Label(
        "Hụt điểm ở {where}: tiêu đề {heading} điểm, các mức chỉ đạt {reachable}",
        "Gap at {where}: heading {heading} points, options reach {reachable}",
    ),
    "erratum": Label(
        "Cách đọc ở {where}: bản in {printed}; đọc là {read}",
        "Read at {where}: printed {printed}; read {read}",
    ),
}


def _say(key: str, lang: Lang, **values: object) -> str:
    return WORDS[key][lang].format(**values)


def decision_text(law: Decision, lang: Lang) -> str:
    """Return what a decision says for all its sets, and the list of the sets."""
    rows = [
        {
            "set": declared.number,
            "group": declared.group,
            "title": declared.label[lang] + _missing(declared, lang),
        }
        for declared in law.declared
    ]
    source, end = law.source, law.in_force_until or _say("now", lang)
    texts = {"text": source.text[lang], "checked": source.checked[lang]}
    parts = ", ".join(f"{p.code} {p.points} ({p.title[lang]})" for p in law.parts)
    bands = ", ".join(
        _say("from", lang, stars="★" * band.star, points=band.at_least) for band in law.bands
    )
    head = [
        f"{law.number} ({law.id})",
        law.title[lang],
        _say("in-force", lang, start=law.in_force_from, end=end),
        _say("parts", lang, parts=parts) + _origin(law, "parts", lang),
        _say("bands", lang, bands=bands) + _origin(law, "bands", lang),
        _say("recognised", lang, levels=_levels(law, lang)) + _origin(law, "bands", lang),
        *([_say("sets", lang, base=law.base)] if law.base else []),
        _say("source", lang, sure=_say(source.confidence, lang), **texts),
    ]
    return "\n".join(map(wrapped, head)) + "\n" + table(rows)


def _origin(law: Decision, name: str, lang: Lang) -> str:
    """Return a remark that says whether this part of an amendment is that of its base."""
    if law.base is None:
        return ""
    return _say("base" if name in law.inherited else "own", lang, base=law.base)


def _levels(law: Decision, lang: Lang) -> str:
    """Return which level recognises which stars."""
    levels: dict[str, str] = {}
    for band in reversed(law.bands):
        if band.recognised_by is not None:
            levels[band.recognised_by] = f"{levels.get(band.recognised_by, '')} {'★' * band.star}"
    named = (f"{_say(level, lang)}{stars}" for level, stars in levels.items())
    return ", ".join(named) or _say("nobody", lang)


def _missing(declared: DeclaredSet, lang: Lang) -> str:
    if declared.transcribed:
        return ""
    return _say("not-held" if declared.why else "not-yet", lang)


def set_text(law: Decision, chosen: CriteriaSet, lang: Lang) -> str:
    """Return one criteria set as a tree with points and star marks."""
    title = {"number": chosen.number, "title": chosen.label[lang], "slug": chosen.group.slug}
    counts = {"count": len(chosen.items), "points": chosen.reachable}
    lines = [
        wrapped(_say("set", lang, law=law.number, **title)),
        wrapped(_say("counts", lang, clause=chosen.clause[lang], **counts)),
        *([_say("sets", lang, base=law.base)] if law.base else []),
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
        lines += ["", _say("findings", lang)]
        for exclusion in chosen.exclusions:
            text = f"{exclusion.finding.id} ({exclusion.where}): {exclusion.finding.label[lang]}"
            lines.append(wrapped(text, "  ", "      "))
    rules = [rule.label for rule in chosen.rules.needs]
    rules += [rule.label for rule in chosen.rules.knock_outs]
    lines += [wrapped(_say("rule", lang, rule=rule[lang]), "", "  ") for rule in rules]
    for gap in chosen.gaps:
        facts = {"heading": gap.heading, "reachable": gap.reachable}
        lines.append(wrapped(_say("gap", lang, where=gap.where, **facts), "", "  "))
    for erratum in chosen.errata:
        texts = {"printed": erratum.printed, "read": erratum.read}
        lines.append(wrapped(_say("erratum", lang, where=erratum.where, **texts), "", "  "))
    return "\n".join(lines) + "\n"


def _classification(law: Decision, chosen: CriteriaSet, lang: Lang) -> list[str]:
    """Return where the annex puts the group and who leads it, as far as the decision says."""
    lines = [_say("sector", lang, sector=chosen.group.sector.label[lang])]
    declared = next(d for d in law.declared if d.number == chosen.number)
    categories = {category.slug: category.label[lang] for category in law.categories}
    if declared.category is not None:
        lines[0] += _say("category", lang, category=categories[declared.category])
    names = {agency.id: agency.label[lang] for agency in law.agencies}
    if declared.agencies:
        led = "; ".join(names[agency] for agency in declared.agencies)
        lines.append(_say("led", lang, agencies=led))
    return [wrapped(line) for line in lines]


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
        visible(text), 80, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
