"""Registers: what is wrong with a whole list of recognitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from ocop.errors import Problem, UnknownDecisionError
from ocop.law.catalogue import decision, in_force
from ocop.law.decision import Decision
from ocop.programme.place import check_place
from ocop.programme.producer import Producer, check_type
from ocop.programme.product import check_group
from ocop.programme.recognition import Recognition, check_star, recogniser
from ocop.programme.withdrawal import check_ground
from ocop.text import quoted

__all__ = ["check_register"]

Product = tuple[str, str, str, int, int]
"""Province, district, commune, year and serial number: what makes a product's code the same."""


def check_register(
    recognitions: Iterable[Recognition], producers: Iterable[Producer] = ()
) -> tuple[Problem, ...]:
    """Return everything that is wrong with a register of recognitions.

    Each recognition is held against the decision that it names, where that one's criteria could
    be applied on its day, and else against the decision in force on that day. A decision could
    also be applied in the transition of the one after it, up to the last day of the longest term,
    whatever the kind of the dossier.

    Parameters
    ----------
    recognitions : iterable of Recognition
        In any order; products are the same where their codes are, leading zeros of the serial
        number aside.
    producers : iterable of Producer, optional
        All of them, where the recognitions are to be held against them.

    Returns
    -------
    tuple of Problem
        Sorted by code and day, whatever the order of the input; `path` is the product's code.
        ``unknown-group``, ``unknown-decision``, ``no-decision-in-force``,
        ``decision-not-applicable``, ``star-not-recognised``, ``wrong-level``, ``months-differ``,
        ``unknown-ground``, ``district-ended``, ``district-missing``, ``unknown-producer``,
        ``producer-not-admitted``, ``overlapping-certificates``. Empty where nothing is wrong.

    References
    ----------
    26/2026/QĐ-TTg, article 12, on the transition; 1489/QĐ-TTg, on districts that drop out.

    Examples
    --------
    >>> from ocop.programme.code import parse_code
    >>> from ocop.programme.recognition import recognise
    >>> code = parse_code("83-28780-3-2026")
    >>> tea = recognise(code=code, name="Trà", group="tea", star=4, on=date(2026, 6, 30))
    >>> check_register([tea])
    ()
    >>> for problem in check_register([tea, tea]):
    ...     print(problem)
    83-28780-3-2026: the certificate of 2026-06-30 begins while another is valid until 2029-06-30;
    end the earlier one in replaced_on or withdrawn_on [overlapping-certificates]
    """
    entries = list(recognitions)
    # Sorted, so that of an id that stands twice the same one counts in any order.
    known = {p.id: p for p in sorted(producers, key=lambda p: (p.id, p.type))}
    found = [(entry, problem) for entry in entries for problem in _check(entry, known)]
    found += _overlaps(entries)
    found.sort(key=_order)
    return tuple(
        Problem(problem.code, _placed(problem), path=str(entry.code), hint=problem.hint)
        for entry, problem in found
    )


def _product(entry: Recognition) -> Product:
    """Return what tells the product from others; the same for serial numbers 3 and 03."""
    code = entry.code
    return code.province, code.district or "", code.commune, code.year, int(code.serial)


def _order(found: tuple[Recognition, Problem]) -> tuple[Product, date, tuple[str, ...]]:
    """Return what findings are sorted by: product, day, then the words themselves."""
    entry, problem = found
    texts = problem.code, _placed(problem), problem.hint or "", str(entry.code)
    return _product(entry), entry.recognised_on, texts


def _placed(problem: Problem) -> str:
    """Return the message with the field that it is about, since the path names the product."""
    return problem.message if problem.path is None else f"{problem.path}: {problem.message}"


def _check(entry: Recognition, producers: Mapping[str, Producer]) -> Iterator[Problem]:
    """Yield what is wrong with one recognition by itself."""
    day = entry.recognised_on
    group = _group_problem(entry.group)
    if group is not None:
        yield group
    yield from check_place(entry.place, day)
    named, current = _named(entry.decision), _current(day)
    if isinstance(named, Problem):
        yield named
    if isinstance(current, Problem):
        yield current
    elif isinstance(named, Decision) and not _applies(named, current, day):
        span = f"from {named.in_force_from} to {named.in_force_until or 'now'}"
        message = f"recognised on {day}, {named.id} is in force {span}"
        hint = f"on that day {current.id} is applied"
        yield Problem("decision-not-applicable", message, path="decision", hint=hint)
        named = current
    law = current if isinstance(named, Problem) else named
    if isinstance(law, Decision):
        yield from _check_law(entry, law)
    producer = None
    if entry.producer is not None and producers:
        producer = producers.get(entry.producer)
        if producer is None:
            hint = "correct the id, or add the producer"
            message = f"found {quoted(entry.producer)}, the producers have no such id"
            yield Problem("unknown-producer", message, path="producer", hint=hint)
    kind = producer.type if entry.producer_type is None and producer else entry.producer_type
    if isinstance(law, Decision) and kind is not None and group is None:
        refused = check_type(law, kind, entry.group)
        if refused is not None:
            yield refused


def _check_law(entry: Recognition, law: Decision) -> Iterator[Problem]:
    """Yield where star, level, term and ground are not those of the decision."""
    star = check_star(law, entry.star)
    level = recogniser(law, entry.star)
    if star is not None:
        yield star
    elif entry.level != level:
        message = f"found {quoted(entry.level)}, under {law.id} {entry.star} stars are recognised "
        yield Problem("wrong-level", f"{message}by the {level}", path="level")
    months = entry.certificate.months
    if law.certificate_months is not None and months != law.certificate_months:
        message = f"found {months} months, under {law.id} they are {law.certificate_months}"
        yield Problem("months-differ", message, path="months")
    ground, withdrawn = entry.certificate.ground, entry.certificate.withdrawn_on
    then = None if withdrawn is None else _current(withdrawn)
    if ground is not None and isinstance(then, Decision):
        unknown = check_ground(then, ground)
        if unknown is not None:
            yield unknown


def _applies(law: Decision, current: Decision, on: date) -> bool:
    """Say whether a decision's criteria may be applied on a day on which `current` is in force."""
    if law.id == current.id:
        return True
    before = _current(current.in_force_from - timedelta(days=1))
    days = max((transition.days for transition in current.transitions), default=-1)
    in_time = on <= current.in_force_from + timedelta(days=days)
    return isinstance(before, Decision) and before.id == law.id and days >= 0 and in_time


def _overlaps(entries: Iterable[Recognition]) -> Iterator[tuple[Recognition, Problem]]:
    """Yield each certificate that begins while an earlier one of its product is valid."""
    spans = [(e, until) for e in entries if (until := e.certificate.valid_until) is not None]
    spans.sort(key=lambda s: (_product(s[0]), s[0].recognised_on, s[1], str(s[0].code)))
    product: Product | None = None
    valid_until = date.min
    for entry, until in spans:
        if _product(entry) != product:
            product, valid_until = _product(entry), date.min
        elif entry.recognised_on <= valid_until:
            message = f"the certificate of {entry.recognised_on} begins while another is valid "
            message += f"until {valid_until}"
            hint = "end the earlier one in replaced_on or withdrawn_on"
            yield entry, Problem("overlapping-certificates", message, hint=hint)
        valid_until = max(valid_until, until)


@cache
def _group_problem(slug: str) -> Problem | None:
    return check_group(slug)


@cache
def _named(decision_id: str) -> Decision | Problem:
    """Return the shipped decision, or the problem where there is none."""
    try:
        return decision(decision_id)
    except UnknownDecisionError as error:
        (problem,) = error.problems
        return Problem(problem.code, problem.message, path="decision", hint=problem.hint)


@cache
def _current(on: date) -> Decision | Problem:
    """Return the shipped decision in force on a day, or the problem where there is none."""
    try:
        return in_force(on)
    except UnknownDecisionError as error:
        return error.problems[0]
