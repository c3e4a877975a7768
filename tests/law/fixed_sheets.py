"""Fixed sheets for every criteria set and what they reach, one line each.

The sheets follow from the set and from a small generator of our own, never from a library's, so
that no version of anything moves them. New kinds of sheets go into a new snapshot, see
``snapshots/ledger.yaml``: a line of an old one changes only with a past answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import ocop

DRAWN = 48
A_LINE = 12
SHARES = (16, 6, 3, 1)
"""One answer in so many is drawn, the others are the best ones; for sheets in turn."""


Options = dict[str, dict[int, int]]
"""Code to the options that a sheet may use, and their points."""


class Fixed(NamedTuple):
    """A sheet with the name that its line begins with."""

    name: str
    answers: dict[str, int | None]
    findings: tuple[str, ...] = ()


class Dice:
    """Numbers that look random: a linear congruential generator with the constants of MMIX."""

    def __init__(self, text: str) -> None:
        self.state = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def below(self, limit: int) -> int:
        """Return a number from 0 to under `limit`."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        # The high bits are the better ones.
        return (self.state >> 33) % limit


def snapshot(decision: ocop.Decision) -> str:
    """Return what the fixed sheets of all sets of a decision reach.

    ``1.2 below 5 stars: 39 25 35 = 99, band 5, star 4, missed 1.2:5`` reads: with the best answers
    but for 1.2, which is just below its floor for five stars. ``87:4:2`` is total, band and star of
    a drawn sheet, ``x`` where it is excluded; the digest covers all that is told of the drawn ones.
    """
    lines = [f"fixed sheets of {decision.id}"]
    for number in decision.sets:
        law = decision.sets[number]
        lines += ["", f"set {number} {law.group.slug}", *(f"  {line}" for line in _lines(law))]
    return "\n".join(lines) + "\n"


def count(text: str) -> int:
    """Return how many sheets a snapshot tells of."""
    lines = text.splitlines()
    drawn_ones = sum(line.startswith("  drawn, ") for line in lines) * DRAWN
    return sum(line.startswith("  ") and "  drawn" not in line for line in lines) + drawn_ones


def _lines(law: ocop.CriteriaSet) -> Iterator[str]:
    fixed = [*named(law)]
    for sheet, score in zip(fixed, _scores(law, fixed), strict=True):
        yield f"{sheet.name}: {_told(score)}"
    scores = _scores(law, [*drawn(law)])
    words = [f"{s.total}:{s.band}:{s.star or 'x'}" for s in scores]
    for low in range(0, len(words), A_LINE):
        yield f"drawn {low + 1:2}: {' '.join(words[low : low + A_LINE])}"
    whole = "\n".join(map(_told, scores))
    yield f"drawn, digest: {hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _scores(law: ocop.CriteriaSet, fixed: list[Fixed]) -> list[ocop.Score]:
    answers = [[255 if (a := f.answers[code]) is None else a for code in law.codes] for f in fixed]
    known = [exclusion.finding.id for exclusion in law.exclusions]
    sheets = ocop.Sheets(
        criteria_set=law,
        products=[str(n) for n in range(len(fixed))],
        answers=answers,
        findings=[sum(1 << known.index(name) for name in f.findings) for f in fixed],
    )
    return list(ocop.score(sheets).scores())


def _told(score: ocop.Score) -> str:
    points = f"{' '.join(map(str, score.parts.values()))} = {score.total}"
    text = f"{points}, band {score.band}, star {score.star or '-'}"
    if score.answered < score.of:
        text += f", answered {score.answered}"
    if score.missing_floors:
        text += f", missed {' '.join(map(str, score.missing_floors))}"
    return text + (f", excluded {' '.join(score.excluded)}" if score.excluded else "")


def named(law: ocop.CriteriaSet) -> Iterator[Fixed]:
    """Yield the sheets with names: the ends, floors, bands, findings, knock-outs, rules."""
    every = _by_cases(law)
    for cases, options in every.items():
        of_case = f" ({' '.join(cases)})" if cases else ""
        yield Fixed(f"best{of_case}", _best(options))
        worst = {code: min(points, key=points.__getitem__) for code, points in options.items()}
        yield Fixed(f"worst option{of_case}", worst)
    yield Fixed("none met", dict.fromkeys(law.codes, 0))
    yield Fixed("unanswered", dict.fromkeys(law.codes))
    options = next(iter(every.values()))
    best = _best(options)
    for item in law.items:
        below = 0
        for star in (3, 4, 5):
            floor = item.criterion.floor(star, law.criterion_mark)
            if floor > below:
                answer = _highest(options[item.code], floor - 1)
                yield Fixed(f"{item.code} below {star} stars", best | {item.code: answer})
            below = floor
    for band in law.bands:
        for total in (band.at_least, band.at_least - 1):
            if total > 0:
                yield Fixed(f"{total} points", _exact(law, options, band.star, total))
    for exclusion in law.exclusions:
        yield Fixed(f"best, {exclusion.finding.id}", best, (exclusion.finding.id,))
    for rule in law.rules.knock_outs:
        for item in law.section_items(rule.section):
            yield Fixed(f"best, {item.code} none met", best | {item.code: 0})
            yield Fixed(f"best, {item.code} unanswered", best | {item.code: None})
    for other in dict.fromkeys(rule.other for rule in law.rules.needs):
        yield Fixed(f"best, {other} none met", best | {other: 0})


def drawn(law: ocop.CriteriaSet) -> Iterator[Fixed]:
    """Yield sheets that look random: of four in turn, the first has mostly best answers."""
    dice = Dice(f"{law.decision} {law.number} {law.group.slug}")
    every = list(_by_cases(law).values())
    known = [exclusion.finding.id for exclusion in law.exclusions]
    for n in range(DRAWN):
        options = every[dice.below(len(every))]
        answers = _best(options)
        for code in law.codes:
            if dice.below(SHARES[n % len(SHARES)]) == 0:
                allowed = [0, None, *options[code]]
                answers[code] = allowed[dice.below(len(allowed))]
        stated = known and n % 5 == 4
        yield Fixed("", answers, (known[dice.below(len(known))],) if stated else ())


def _by_cases(law: ocop.CriteriaSet) -> dict[tuple[str, ...], Options]:
    """Return, for each way to choose the cases of a sheet, the options that it may use."""
    kinds = [kind.id for kind in law.case_kinds]
    found = {}
    for cases in product(*([case.id for case in kind.cases] for kind in law.case_kinds)):
        case_of = dict(zip(kinds, cases, strict=True))
        found[cases] = {
            item.code: {
                n: option.points
                for n, option in enumerate(item.criterion.options, start=1)
                if option.case == case_of.get(item.criterion.case_kind or "")
            }
            for item in law.items
        }
    return found


def _highest(options: dict[int, int], most: int) -> int:
    """Return the first option with the most points, up to `most`; 0 where there is none."""
    allowed = [n for n, points in options.items() if points <= most]
    return max(allowed, key=options.__getitem__, default=0)


def _best(options: Options) -> dict[str, int | None]:
    return {code: max(points, key=points.__getitem__) for code, points in options.items()}


def _exact(law: ocop.CriteriaSet, options: Options, star: int, total: int) -> dict[str, int | None]:
    """Return a sheet with so many points that meets the floors of a star.

    It has the highest points in the first criteria that leave the total in reach.
    """
    needed = {rule.other for rule in law.rules.needs}
    needed |= {
        item.code for rule in law.rules.knock_outs for item in law.section_items(rule.section)
    }
    allowed = []
    for item in law.items:
        floor = item.criterion.floor(star, law.criterion_mark)
        least = max(floor, int(item.code in needed))
        points = {0: 0} | options[item.code]
        met = {n: p for n, p in points.items() if p >= least}
        # Where another case alone has the floor, the best of this one.
        allowed.append(met or {n: p for n, p in points.items() if p == max(points.values())})
    # For each criterion, the totals that those after it can have.
    after = [{0}]
    for points in reversed(allowed[1:]):
        after.append({p + rest for p in points.values() for rest in after[-1]})
    answers: dict[str, int | None] = {}
    for code, points, rests in zip(law.codes, allowed, reversed(after), strict=True):
        fit = [n for n, p in points.items() if total - p in rests]
        if not fit:
            raise ValueError(f"{law!r}: no sheet has {total} points and the floors of {star} stars")
        chosen = max(fit, key=points.__getitem__)
        answers[code] = chosen
        total -= points[chosen]
    return answers
