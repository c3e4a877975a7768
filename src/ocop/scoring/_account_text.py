"""Accounts as plain text of at most 80 columns, in Vietnamese or English."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ocop._visible import visible
from ocop.text import Label
from ocop.types import STARS_WITH_FLOORS, Lang

if TYPE_CHECKING:
    # The records print themselves, so at run time they import this module.
    from ocop.scoring.account import Account, CriterionAccount, LackingFloor

__all__ = ["account_text"]

WIDTH = 80
WORDS = {
    "head": Label("{product}: {star}", "{product}: {star}"),
    "no-star": Label("bị loại, không có sao", "excluded, no star"),
    "total": Label(
        "Tổng {total} điểm, khung điểm {band}. Các phần: {parts}.",
        "Total {total}, the band of {band}. Parts: {parts}.",
    ),
    "reachable": Label(
        "Các mức của bộ tiêu chí này chỉ đạt tối đa {points}.",
        "The options of this set reach {points} at most.",
    ),
    "complete": Label(
        "Đã chấm đủ {of} tiêu chí.",
        "All {of} criteria were assessed.",
    ),
    "incomplete": Label(
        "Phiếu chưa đủ: đã chấm {answered} trên {of} tiêu chí, phần còn lại tính 0 điểm: {codes}.",
        "Incomplete: {answered} of {of} criteria were assessed, the others count 0: {codes}.",
    ),
    "clause": Label(
        "Căn cứ: {clause}: {label}. Mã tiêu chí dưới đây là số mục trong đó.",
        "Clause: {clause}: {label}. The codes below are its items.",
    ),
    "first": Label("Vướng trước hết để lên {star}: {what}", "First in the way to {star}: {what}"),
    "first-out": Label(
        "Vướng trước hết: bị loại ({what}). Nếu không bị loại, điểm và mức sàn cho {star}.",
        "First in the way: the product is excluded ({what}). Were it not, points and minimums "
        "would give {star}.",
    ),
    "highest": Label("Đã đạt hạng sao cao nhất.", "This is the highest star."),
    "band-lacks": Label(
        "thiếu {lacking} để đủ {least}.", "{lacking} short of the {least} it starts from."
    ),
    "floor": Label(
        "{code} {title}: được {points}, cần ít nhất {least}, thiếu {lacking}",
        "{code} {title}: has {points}, needs at least {least}, lacks {lacking}",
    ),
    "excluded": Label("Bị loại vì:", "Excluded because of:"),
    "dossier": Label("dòng trên bảng tiêu chí", "the line above the table"),
    "where": Label("{label} (mục {where})", "{label} (item {where})"),
    "where-dossier": Label("{label} ({where})", "{label} ({where})"),
    "rules": Label("Quy tắc đã áp dụng:", "Rules that changed the result:"),
    "needs": Label("{label}: mất {lost}", "{label}: {lost} lost"),
    "knock-out": Label("{label}: {codes}", "{label}: {codes}"),
    "stars": Label(
        "Còn thiếu gì cho từng hạng sao, ngoài những gì đã nêu ở hạng trước:",
        "What each star still lacks, beside what stands before it:",
    ),
    "from": Label("{star} (từ {least}): ", "{star} (from {least}): "),
    "points-there": Label("đủ điểm", "the points are there"),
    "points-lack": Label("thiếu {lacking}", "lacks {lacking}"),
    "floors-there": Label("đủ mức sàn", "no minimum missed"),
    "floors-lack": Label("mức sàn chưa đạt:", "minimums missed:"),
    "floors-same": Label("không thêm mức sàn nào", "no further minimum"),
    "no-floors": Label(
        "Bộ tiêu chí này không có mức sàn: chỉ tính điểm.",
        "This set asks for no minimums: points alone decide.",
    ),
    "legend": Label(
        "Từng tiêu chí: điểm/cao nhất; ★ là điểm ít nhất của hạng sao đó, ! là chưa đạt.",
        "Each criterion: points/best; ★ is the least that star asks for, ! where it is missed.",
    ),
    "legend-plain": Label("Từng tiêu chí: điểm/cao nhất.", "Each criterion: points/best."),
    "code": Label("Mã", "Code"),
    "points": Label("Điểm", "Points"),
    "criterion": Label("Tiêu chí và mức đạt", "Criterion and answer"),
    "blank": Label("chưa chấm", "not assessed"),
    "none": Label("không đạt mức nào", "no option met"),
    "idle": Label("không được tính: {rule}", "does not count: {rule}"),
    "case": Label("trường hợp: {case}", "case: {case}"),
}


def account_text(account: Account, lang: Lang) -> str:
    """Return the account in words; lines end with a line feed."""
    lines = [
        *_head(account, lang),
        "",
        *_first(account, lang),
        *_listed("excluded", _exclusions(account, lang), lang),
        *_listed("rules", _rules(account, lang), lang),
        "",
        *_stars(account, lang),
        "",
        *_criteria(account, lang),
    ]
    return "\n".join(map(visible, lines)) + "\n"


def _say(key: str, lang: Lang, **values: object) -> str:
    return WORDS[key][lang].format(**values)


def _star(star: int, lang: Lang) -> str:
    return f"{star} sao" if lang == "vi" else f"{star} star{'s' if star > 1 else ''}"


def _points(points: int, lang: Lang) -> str:
    return f"{points} điểm" if lang == "vi" else f"{points} point{'' if points == 1 else 's'}"


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _head(account: Account, lang: Lang) -> Iterator[str]:
    law = account.criteria_set
    star = _say("no-star", lang) if account.star is None else _star(account.star, lang)
    yield from _wrapped(_say("head", lang, product=account.product, star=star))
    parts = ", ".join(f"{code} {points}" for code, points in account.parts.items())
    total = _points(account.total, lang) if lang == "en" else account.total
    band = _star(account.band, lang)
    yield from _wrapped(_say("total", lang, total=total, band=band, parts=parts))
    if account.answered == account.of:
        yield _say("complete", lang, of=account.of)
    else:
        codes = ", ".join(line.code for line in account.criteria if line.answer is None)
        counts = {"answered": account.answered, "of": account.of}
        yield from _wrapped(_say("incomplete", lang, codes=codes, **counts))
    if law.gaps:
        yield from _wrapped(_say("reachable", lang, points=_points(law.reachable, lang)))
    texts = {"clause": law.clause[lang], "label": law.label[lang]}
    yield from _wrapped(_say("clause", lang, **texts))


def _first(account: Account, lang: Lang) -> list[str]:
    first = account.first
    if first is None:
        return [_say("highest", lang)]
    star = _star(first.star, lang)
    if first.kind == "exclusion" and first.label is not None:
        return _wrapped(_say("first-out", lang, star=star, what=first.label[lang]))
    if first.kind == "points":
        lacking, least = _points(first.lacking or 0, lang), _points(first.least or 0, lang)
        what = _say("band-lacks", lang, lacking=lacking, least=least)
    else:
        floors = account.missing_for(first.star)
        what = _floor(next(floor for floor in floors if floor.code == first.code), lang) + "."
    return _wrapped(_say("first", lang, star=star, what=what))


def _floor(floor: LackingFloor, lang: Lang) -> str:
    numbers = {"points": floor.points, "least": floor.least, "lacking": floor.lacking}
    text = _say("floor", lang, code=floor.code, title=floor.title[lang], **numbers)
    return text if floor.rule is None else f"{text} ({floor.rule[lang]})"


def _listed(key: str, texts: list[str], lang: Lang) -> Iterator[str]:
    if texts:
        yield ""
        yield _say(key, lang)
    for text in texts:
        yield from _wrapped(text, "  - ", "    ")


def _exclusions(account: Account, lang: Lang) -> list[str]:
    found = []
    for one in account.excluded:
        if one.where == "dossier":
            where = _say("dossier", lang)
            found.append(_say("where-dossier", lang, label=one.label[lang], where=where))
        else:
            found.append(_say("where", lang, label=one.label[lang], where=one.where))
    return found


def _rules(account: Account, lang: Lang) -> list[str]:
    return [
        _say(
            rule.kind,
            lang,
            label=rule.label[lang],
            lost=_points(rule.lost, lang),
            codes=", ".join(rule.codes),
        )
        for rule in account.rules
    ]


def _has_floors(account: Account) -> bool:
    return any(line.floors for line in account.criteria)


def _stars(account: Account, lang: Lang) -> Iterator[str]:
    yield _say("stars", lang)
    asks = _has_floors(account)
    told: set[tuple[str, int]] = set()
    for band in account.bands:
        if band.star == 1:
            continue
        missed = account.missing_for(band.star)
        new = [floor for floor in missed if (floor.code, floor.least) not in told]
        told |= {(floor.code, floor.least) for floor in missed}
        lacking = _points(band.lacking, lang)
        said = _say("points-lack" if band.lacking else "points-there", lang, lacking=lacking)
        if asks and band.star in STARS_WITH_FLOORS:
            key = "floors-lack" if new else "floors-same" if missed else "floors-there"
            said += f"; {_say(key, lang)}"
        star, least = _star(band.star, lang), _points(band.at_least, lang)
        yield from _wrapped(_say("from", lang, star=star, least=least) + said, "  ", "    ")
        for floor in new:
            yield from _wrapped(_floor(floor, lang), "    - ", "      ")
    if not asks:
        yield _say("no-floors", lang)


def _criteria(account: Account, lang: Lang) -> Iterator[str]:
    asks = _has_floors(account)
    yield from _wrapped(_say("legend" if asks else "legend-plain", lang))
    stars = "".join(f" ★{star} " for star in STARS_WITH_FLOORS) if asks else ""
    yield f"{_say('code', lang):<7}{_say('points', lang):>6}  {stars} {_say('criterion', lang)}"
    for part in account.criteria_set.parts:
        yield ""
        reached = f"{account.parts[part.code]}/{part.points}"
        yield from _wrapped(f"{part.code}  {part.title[lang]}: {reached}", "", "   ")
        for line in account.criteria:
            if line.part == part.code:
                yield from _criterion(line, asks, lang)


def _criterion(line: CriterionAccount, asks: bool, lang: Lang) -> Iterator[str]:
    cells = ""
    for star in STARS_WITH_FLOORS if asks else ():
        floor = line.floor(star)
        cells += "  - " if floor is None else f"{floor.least:>3}{' ' if floor.met else '!'}"
    start = f"{line.code:<7}{f'{line.points}/{line.best}':>6}  {cells} "
    rest = " " * len(start)
    yield from _wrapped(line.title[lang], start, rest)
    yield from _wrapped(_answer(line, lang), rest + "> ", rest + "  ")


def _answer(line: CriterionAccount, lang: Lang) -> str:
    if line.answer_label is not None:
        text = f"{line.answer}. {line.answer_label[lang]}"
    else:
        text = _say("blank" if line.answer is None else "none", lang)
    notes = []
    if line.case is not None:
        notes.append(_say("case", lang, case=line.case.label[lang]))
    if line.rule is not None:
        notes.append(_say("idle", lang, rule=line.rule[lang]))
    return f"{text} ({'; '.join(notes)})" if notes else text
