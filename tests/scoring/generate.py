"""Sheets and criteria sets for bulk tests, drawn from a seed and always the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import ocop
from ocop.law import model

Answers = dict[str, "int | None"]


class Given(NamedTuple):
    """One sheet as an assessor fills it."""

    answers: Answers
    findings: frozenset[str]


# (share of best options, share of blanks): most sheets are good ones, where floors decide.
KINDS = ((1.0, 0.0), (0.97, 0.0), (0.95, 0.02), (0.9, 0.02), (0.8, 0.05), (0.6, 0.1))
POOR_KINDS = ((0.3, 0.2), (0.1, 0.4), (0.0, 0.6), (0.0, 0.95))


def positions(criterion: ocop.Criterion, cases: dict[str, str]) -> list[int]:
    """Return the option positions that a sheet with these cases may use."""
    kind = criterion.case_kind
    every = range(1, len(criterion.options) + 1)
    if kind is None:
        return list(every)
    return [n for n in every if criterion.options[n - 1].case == cases[kind]]


def sheets(law: ocop.CriteriaSet, count: int, seed: int) -> list[Given]:
    """Return `count` sheets, two thirds of them good, with none met, unanswered and findings."""
    rng = Random(f"{law.decision} {law.number} {seed}")
    known = [exclusion.finding.id for exclusion in law.exclusions]
    return [_sheet(rng, law, known, n) for n in range(count)]


def _sheet(rng: Random, law: ocop.CriteriaSet, known: list[str], n: int) -> Given:
    best_share, blank_share = rng.choice(POOR_KINDS if n % 3 == 2 else KINDS)
    cases = {kind.id: rng.choice(kind.cases).id for kind in law.case_kinds}
    answers: Answers = {}
    for item in law.items:
        allowed = positions(item.criterion, cases)
        roll = rng.random()
        if roll < best_share:
            best = max(allowed, key=lambda p: item.criterion.options[p - 1].points)
            answers[item.code] = best
        elif roll < best_share + blank_share:
            answers[item.code] = rng.choice([0, None])
        else:
            answers[item.code] = rng.choice(allowed)
    stated = rng.sample(known, min(len(known), 1 + rng.randrange(2))) if n % 10 == 9 else []
    return Given(answers, frozenset(stated))


def matrix(law: ocop.CriteriaSet, given: Iterable[Given]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the stored answers, one row per sheet; unanswered is 255."""
    rows = [[255 if (a := g.answers[c]) is None else a for c in law.codes] for g in given]
    return np.array(rows, dtype=np.uint8).reshape(len(rows), len(law.items))


def batch(law: ocop.CriteriaSet, given: Sequence[Given], **more: Any) -> ocop.Sheets:
    """Return the sheets as one batch; findings are bits in the order of the exclusions."""
    known = [exclusion.finding.id for exclusion in law.exclusions]
    bits = [sum(1 << n for n, name in enumerate(known) if name in g.findings) for g in given]
    more.setdefault("products", [f"sp-{n:04d}" for n in range(len(given))])
    more.setdefault("findings", np.array(bits, dtype=np.uint64))
    return ocop.Sheets(criteria_set=law, answers=matrix(law, given), **more)


@st.composite
def drawn_sheets(draw: st.DrawFn, law: ocop.CriteriaSet) -> Given:
    """Draw one valid sheet; the simplest one is left unanswered."""
    cases = {k.id: draw(st.sampled_from([c.id for c in k.cases])) for k in law.case_kinds}
    answers = {
        item.code: draw(st.sampled_from([None, 0, *positions(item.criterion, cases)]))
        for item in law.items
    }
    known = [exclusion.finding.id for exclusion in law.exclusions]
    stated = draw(st.frozensets(st.sampled_from(known), max_size=3)) if known else frozenset()
    return Given(answers, stated)


# Criteria sets of our own making, wilder than any decision.


def label(text: str) -> ocop.Label:
    """Return a label with the same text in both languages."""
    return ocop.Label(text, text)


def option(points: int, mark: Any = None, case: str | None = None) -> ocop.Option:
    """Return an option that says its points."""
    return ocop.Option(points=points, label=label(f"{points} điểm"), mark=mark, case=case)


def item(code: str, *options: Any, mark: Any = None, case_kind: str | None = None) -> model.Item:
    """Return an item; options are points or options."""
    made = tuple(o if isinstance(o, ocop.Option) else option(o) for o in options)
    criterion = ocop.Criterion(
        id=f"c-{code}", title=label(code), options=made, mark=mark, case_kind=case_kind
    )
    return model.Item(code=code, criterion=criterion)


def section(code: str, *items: model.Item) -> model.Section:
    """Return a section of these items."""
    best = sum(i.criterion.best for i in items)
    return model.Section(code=code, title=label(code), points=best, items=items)


def criteria_set(parts: Mapping[str, Sequence[model.Section]], **more: Any) -> ocop.CriteriaSet:
    """Return a criteria set with these sections by part; bands at 30, 50, 70 and 90 by default."""
    at_least = more.pop("at_least", {1: 0, 2: 30, 3: 50, 4: 70, 5: 90})
    sector = model.Sector(slug="thử", label=label("Thử nghiệm"))
    made = tuple(
        model.Part(code=code, title=label(code), points=sum(s.points for s in s_), sections=(*s_,))
        for code, s_ in parts.items()
    )
    return ocop.CriteriaSet(
        decision=more.pop("decision", "qd-thu"),
        number=more.pop("number", 1),
        group=model.ProductGroup(slug="thu", label=label("Thử"), sector=sector),
        label=label("Thử"),
        clause=label("Không có trong luật"),
        parts=made,
        bands=tuple(model.StarBand(star=s, at_least=p) for s, p in at_least.items()),
        **more,
    )


def wild_set(seed: int, most_points: int) -> ocop.CriteriaSet:
    """Return a random criteria set: options out of order, marks anywhere, rules in many sections.

    The bands lie at fixed shares of the points that can be reached, so that all of them occur.
    """
    rng = Random(f"wild {seed} {most_points}")
    kinds = tuple(
        model.CaseKind(
            id=kind,
            label=label(kind),
            cases=tuple(model.Case(id=f"{kind}-{n}", label=label(str(n))) for n in range(count)),
        )
        for kind, count in (("form", 2), ("place", 3))
    )
    numbers: Iterator[int] = iter(range(1, 100))
    parts = {
        code: [_wild_section(rng, str(next(numbers)), most_points, kinds) for _ in range(3)]
        for code in "ABCD"[: rng.randint(1, 4)]
    }
    every = [section for sections in parts.values() for section in sections]
    codes = [item.code for section in every for item in section.items]
    rng.shuffle(codes)
    cut = max(1, len(codes) // 4)
    needs = tuple(model.Needs(item=i, other=rng.choice(codes[cut:])) for i in codes[:cut])
    watched = rng.sample([section.code for section in every], rng.randint(0, 2))
    draft = criteria_set(parts, case_kinds=kinds)
    shares = {1: 0, 2: 0.2, 3: 0.35, 4: 0.5, 5: 0.7}
    return criteria_set(
        parts,
        case_kinds=kinds,
        at_least={star: int(share * draft.reachable) for star, share in shares.items()},
        rules=model.Rules(
            needs=needs, knock_outs=tuple(model.KnockOut(section=code) for code in watched)
        ),
        criterion_mark=rng.choice(["any", "full"]),
        exclusions=tuple(
            model.Exclusion(finding=model.Finding(id=f"f{n}", label=label("f")), where="dossier")
            for n in range(rng.randint(0, 4))
        ),
    )


def _wild_section(
    rng: Random, code: str, most_points: int, kinds: tuple[model.CaseKind, ...]
) -> model.Section:
    items = []
    for n in range(1, rng.randint(1, 4) + 1):
        kind = rng.choice(kinds) if rng.random() < 0.3 else None
        cases: list[str | None] = (
            [case.id for case in kind.cases for _ in range(rng.randint(1, 3))]
            if kind
            else [None] * rng.randint(1, 6)
        )
        options = [option(rng.randint(0, most_points), _wild_mark(rng), case) for case in cases]
        items.append(
            item(
                f"{code}.{n}",
                *options,
                mark=_wild_mark(rng),
                case_kind=kind.id if kind else None,
            )
        )
    return section(code, *items)


def _wild_mark(rng: Random) -> int | None:
    return rng.choice([3, 4, 5]) if rng.random() < 0.05 else None
