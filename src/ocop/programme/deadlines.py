"""Deadlines: working days, rounds of assessment, re-assessment and renewal, by a decision's terms.

All days are inclusive: a day named ``until`` or ``due`` is the last good one. Counting begins on
the day after the one that starts a term. The terms are those of the decision that is passed;
whether it applies to a dossier is the question of `applicable`.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from typing import get_args

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.programme.code import FIRST_YEAR
from ocop.text import quoted
from ocop.types import Level

__all__ = [
    "RoundDates",
    "filing_days",
    "first_look_until",
    "reassessment_due",
    "renewal_window",
    "round_of",
    "working_days_after",
]

LAST_YEAR = date.max.year - 1
"""A round may be decided in the year after it was filed."""

DAY = timedelta(days=1)
SATURDAY = 5


@frozen(kw_only=True)
class RoundDates:
    """The days of one round of assessment (đợt đánh giá), all of them inclusive.

    Dossiers filed from `filed_from` to `filed_until` are decided by `decided_until` at the latest.
    """

    level: Level
    filed_from: date
    filed_until: date
    decided_until: date


def working_days_after(start: date, count: int, holidays: Container[date] = ()) -> date:
    """Return the day `count` working days (ngày làm việc) after `start`, which does not count.

    Working days are Monday to Friday without the holidays. A Saturday that the government makes
    a working day in exchange is not known here; the day given for it in exchange is a holiday if
    `holidays` says so.

    Parameters
    ----------
    start : date
    count : int
        From 0 on; after 0 days it is `start`, whatever day that is.
    holidays : container of date, optional
        Only ``day in holidays`` is used, so the objects of the package ``holidays`` fit.

    Raises
    ------
    InputError
        ``out-of-range`` for a negative count, or where the calendar ends before the last day.

    Examples
    --------
    >>> from datetime import date
    >>> str(working_days_after(date(2026, 8, 28), 3))
    '2026-09-02'
    >>> str(working_days_after(date(2026, 8, 28), 3, {date(2026, 9, 1), date(2026, 9, 2)}))
    '2026-09-04'
    """
    if count < 0:
        message = f"found {count}, allowed are numbers of working days from 0 on"
        raise InputError([Problem("out-of-range", message, path="count")])
    day = start
    for left in range(count, 0, -1):
        try:
            day += DAY
            while day.weekday() >= SATURDAY or day in holidays:
                day += DAY
        except OverflowError:
            message = f"the calendar ends before {count} working days after {start}, "
            message += f"{left} of them are left"
            raise InputError([Problem("out-of-range", message, path="count")]) from None
    return day


def days_after(start: date, days: int, path: str) -> date:
    """Return the day so many days of the calendar after another, or before it.

    Raises
    ------
    InputError
        ``out-of-range`` where the calendar does not hold it; `path` is the argument `start`.
    """
    try:
        return start + timedelta(days=days)
    except OverflowError:
        message = f"found {start}, the calendar does not hold the day {days:+,} days from it"
        raise InputError([Problem("out-of-range", message, path=path)]) from None


def first_look_until(
    law: str | Decision, filed_on: date, holidays: Container[date] = ()
) -> date | None:
    """Return the last day of the first look at a dossier (xem xét hồ sơ).

    Parameters
    ----------
    law : str or Decision
    filed_on : date
    holidays : container of date, optional
        As in `working_days_after`.

    Returns
    -------
    date or None
        None where our sources hold no term: they do for 26/2026 alone.

    References
    ----------
    26/2026/QĐ-TTg: the commune looks at a dossier within 15 working days.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> str(first_look_until(ocop.decision("qd-26-2026"), date(2026, 6, 1)))
    '2026-06-22'
    """
    law = as_decision(law)
    look = law.process.first_look
    if look is None or look.working_days is None:
        return None
    return working_days_after(filed_on, look.working_days, holidays)


def filing_days(law: str | Decision, level: Level, year: int) -> tuple[RoundDates, ...]:
    """Return the rounds of a level whose filing ends in a year, in the order of their days.

    The decision names a day before which a dossier is filed, and one before which it is decided:
    both days themselves are too late, and a dossier filed on the first belongs to the next round.
    A province may hold more rounds than the decision asks for; those are not known here. The days
    are given for the whole year, also where the decision came into force within it.

    Parameters
    ----------
    law : str or Decision
    level : {"province", "centre"}
        Other levels hold no rounds.
    year : int
        From 2018 to 9998.

    Returns
    -------
    tuple of RoundDates
        Empty where our sources hold no rounds: they do for 26/2026 alone.

    Raises
    ------
    InputError
        ``unknown-level``, ``out-of-range`` for the year.

    References
    ----------
    26/2026/QĐ-TTg: province, before 30 June for dossiers before 30 April, before 30 December for
    those before 30 October, at least; centre, before 30 March for those before 30 January, before
    30 September for those before 30 July.

    Examples
    --------
    >>> import ocop
    >>> for r in filing_days(ocop.decision("qd-26-2026"), "province", 2027):
    ...     print(r.filed_from, r.filed_until, r.decided_until)
    2026-10-30 2027-04-29 2027-06-29
    2027-04-30 2027-10-29 2027-12-29
    """
    law = as_decision(law)
    problems = []
    if level not in get_args(Level):
        message = f"found {quoted(level)}, allowed are {', '.join(get_args(Level))}"
        problems.append(Problem("unknown-level", message, path="level"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"found {year}, allowed are {FIRST_YEAR} to {LAST_YEAR}"
        problems.append(Problem("out-of-range", message, path="year"))
    if problems:
        raise InputError(problems)
    rounds = sorted(
        (entry.filed_before, entry.decided_before)
        for entry in law.process.rounds
        if entry.level == level
    )
    found = []
    for index, (filed, decided) in enumerate(rounds):
        # Before the first round of a year lies the last one of the year before.
        before = _day(year if index else year - 1, rounds[index - 1][0])
        dates = RoundDates(
            level=level,
            filed_from=before,
            filed_until=_day(year, filed) - DAY,
            decided_until=_day(year if decided > filed else year + 1, decided) - DAY,
        )
        found.append(dates)
    return tuple(found)


def _day(year: int, text: str) -> date:
    """Return a day of the year; 29 February is 1 March in years that have none."""
    month, day = (int(part) for part in text.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)


def round_of(law: str | Decision, filed_on: date, level: Level) -> RoundDates | None:
    """Return the round of assessment that a dossier falls into.

    Parameters
    ----------
    law : str or Decision
    filed_on : date
        When the dossier was proposed to that level: for the centre, by the province.
    level : {"province", "centre"}

    Returns
    -------
    RoundDates or None
        None where our sources hold no rounds of that level.

    Raises
    ------
    InputError
        As `filing_days`.

    References
    ----------
    26/2026/QĐ-TTg, see `filing_days`; a dossier filed on the day itself is in the next round.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> str(round_of(law, date(2027, 4, 29), "province").decided_until)
    '2027-06-29'
    >>> str(round_of(law, date(2027, 4, 30), "province").decided_until)
    '2027-12-29'
    """
    law = as_decision(law)
    for dates in filing_days(law, level, filed_on.year):
        if filed_on <= dates.filed_until:
            return dates
    if not any(entry.level == level for entry in law.process.rounds):
        return None
    return filing_days(law, level, filed_on.year + 1)[0]


def reassessment_due(law: str | Decision, filed_on: date) -> date | None:
    """Return the last day on which a dossier for re-assessment (đánh giá lại) is decided.

    Returns
    -------
    date or None
        None where our sources hold no term: they do for 26/2026 alone.

    Raises
    ------
    InputError
        ``out-of-range`` where the calendar ends before that day.

    References
    ----------
    26/2026/QĐ-TTg: within 45 days, read as days of the calendar after the day of filing.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> str(reassessment_due(ocop.decision("qd-26-2026"), date(2028, 1, 1)))
    '2028-02-15'
    """
    law = as_decision(law)
    renewal = law.process.renewal
    return None if renewal is None else days_after(filed_on, renewal.decided_within, "filed_on")


def renewal_window(law: str | Decision, expires_on: date) -> tuple[date, date] | None:
    """Return the first and the last day to file for the re-assessment of a product.

    Parameters
    ----------
    law : str or Decision
    expires_on : date
        The last day on which the certificate is valid.

    Returns
    -------
    tuple of two dates or None
        None where our sources hold no window: they do for 26/2026 alone.

    Raises
    ------
    InputError
        ``out-of-range`` where the calendar begins after the first day.

    References
    ----------
    26/2026/QĐ-TTg: not earlier than 180 and not later than 120 days before the expiry, both days
    included.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> first, last = renewal_window(ocop.decision("qd-26-2026"), date(2028, 12, 31))
    >>> str(first), str(last)
    ('2028-07-04', '2028-09-02')
    """
    law = as_decision(law)
    renewal = law.process.renewal
    if renewal is None:
        return None
    return (
        days_after(expires_on, -renewal.not_earlier, "expires_on"),
        days_after(expires_on, -renewal.not_later, "expires_on"),
    )
