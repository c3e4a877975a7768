"""Certificates: their term, their renewal, and their status on any day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.programme.deadlines import renewal_window
from ocop.text import quoted

__all__ = ["MONTHS", "Certificate", "Status", "after_months", "grace_of"]

MONTHS = 36
"""Months of a certificate where the data of its decision holds no term."""

Status = Literal[
    "not-yet", "current", "renewable", "late", "extended", "expired", "replaced", "withdrawn"
]
"""Status of a certificate on a day; it has exactly one."""

VALID: tuple[Status, ...] = ("current", "renewable", "late", "extended")

IN_ORDER = (
    ("recognised_on", "renewal_filed_on"),
    ("recognised_on", "replaced_on"),
    ("recognised_on", "withdrawn_on"),
    ("renewal_filed_on", "renewal_decided_on"),
    ("renewal_filed_on", "replaced_on"),
    ("renewal_filed_on", "withdrawn_on"),
)
"""Pairs of days of which the first is not later than the second."""

# Limits that only a slip of the keyboard crosses; the terms themselves are the decision's.
MOST_MONTHS, MOST_GRACE = 1200, 3650
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)

SAID = {
    "recognised_on": "recognised",
    "renewal_filed_on": "filed for renewal",
    "renewal_decided_on": "decided",
    "replaced_on": "replaced",
    "withdrawn_on": "withdrawn",
}


def after_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day where there is none.

    References
    ----------
    91/2015/QH13 (Civil Code, Bộ luật Dân sự), article 148: a term in months runs to the end of
    that day.

    Examples
    --------
    >>> print(after_months(date(2024, 2, 29), 36), after_months(date(2024, 2, 29), 48))
    2027-02-28 2028-02-29
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@frozen(kw_only=True)
class Certificate:
    """A certificate of an OCOP product (giấy chứng nhận) and what has happened to it.

    Parameters
    ----------
    recognised_on : date
        The first valid day.
    months : int, default 36
        Its term.
    renewal_filed_on, renewal_decided_on : date, optional
        The days on which the dossier for re-assessment was filed and its result came.
    replaced_on : date, optional
        The day from which a new certificate stands in its place, after an upgrade or renewal.
    withdrawn_on : date, optional
        The first day without recognition.
    ground : str, optional
        Id of the ground of the withdrawal.
    grace : int, default 0
        Days that it may run on past its expiry while a renewal is undecided; see `grace_of`.

    Raises
    ------
    InputError
        ``dates-out-of-order``, ``missing-date``, ``ground-without-withdrawal``,
        ``out-of-range``: all of them at once.

    References
    ----------
    26/2026/QĐ-TTg: from three stars on, 36 months; article 12.3 on running on past the expiry.

    Examples
    --------
    >>> tea = Certificate(recognised_on=date(2024, 2, 29))
    >>> print(tea.expires_on, tea.status(date(2027, 2, 28)), tea.status(date(2027, 3, 1)))
    2027-02-28 current expired
    """

    recognised_on: date
    months: int = MONTHS
    renewal_filed_on: date | None = None
    renewal_decided_on: date | None = None
    replaced_on: date | None = None
    withdrawn_on: date | None = None
    ground: str | None = None
    grace: int = 0

    def __attrs_post_init__(self) -> None:
        problems = list(_check(self))
        if problems:
            raise InputError(problems)

    @property
    def expires_on(self) -> date:
        """The last valid day of the term.

        It is the day that a certificate prints: weekends and public holidays do not move it here.
        """
        return after_months(self.recognised_on, self.months)

    @property
    def valid_until(self) -> date | None:
        """The last valid day as far as is known, None where there is no valid day at all.

        An undecided renewal that was filed by the expiry lets it run on for all days of grace.
        """
        last = self.expires_on
        if self.renewal_filed_on is not None and self.renewal_filed_on <= last:
            run_on = last + timedelta(days=self.grace)
            if self.renewal_decided_on is not None:
                run_on = min(run_on, self.renewal_decided_on - timedelta(days=1))
            last = max(last, run_on)
        ends = [day for day in (self.replaced_on, self.withdrawn_on) if day is not None]
        last = min([last, *(day - timedelta(days=1) for day in ends)])
        return last if last >= self.recognised_on else None

    def renewal_window(self, law: str | Decision) -> tuple[date, date] | None:
        """Return the first and the last day for filing the dossier for re-assessment.

        Both days are included. None where the decision's data holds no such window.

        References
        ----------
        26/2026/QĐ-TTg: not earlier than 180, not later than 120 days before the expiry.

        Examples
        --------
        >>> import ocop
        >>> tea = Certificate(recognised_on=date(2024, 2, 29))
        >>> first, last = tea.renewal_window(ocop.decision("qd-26-2026"))
        >>> print(first, last)
        2026-09-01 2026-10-31
        """
        return renewal_window(law, self.expires_on)

    def status(self, on: date, law: str | Decision | None = None) -> Status:
        """Return the one status of the certificate on a day.

        Parameters
        ----------
        on : date
        law : str or Decision, optional
            Tells ``renewable`` and ``late`` from ``current``, where its data holds a window.

        Returns
        -------
        str
            ``not-yet`` before the recognition; ``withdrawn`` and ``replaced`` from their day on,
            whichever came first; ``current``; ``renewable`` in the window for filing and ``late``
            after it, both only while no dossier is filed; ``extended`` past the expiry, while a
            dossier that was filed by then is undecided, for the days of grace; ``expired``.

        Examples
        --------
        >>> import ocop
        >>> tea = Certificate(recognised_on=date(2024, 2, 29))
        >>> tea.status(date(2026, 11, 1), ocop.decision("qd-26-2026"))
        'late'
        """
        law = None if law is None else as_decision(law)
        if on < self.recognised_on:
            return "not-yet"
        withdrawn, replaced = self.withdrawn_on, self.replaced_on
        if withdrawn is not None and on >= withdrawn and not (replaced and replaced < withdrawn):
            return "withdrawn"
        if replaced is not None and on >= replaced:
            return "replaced"
        if on > self.expires_on:
            return "extended" if self.valid(on) else "expired"
        filed = self.renewal_filed_on is not None and self.renewal_filed_on <= on
        window = None if law is None or filed else self.renewal_window(law)
        if window is None or on < window[0]:
            return "current"
        return "renewable" if on <= window[1] else "late"

    def valid(self, on: date) -> bool:
        """Say whether the product may carry its stars on the day `on`."""
        return self.valid_until is not None and self.recognised_on <= on <= self.valid_until


def grace_of(certificate: Certificate, law: str | Decision) -> int:
    """Return for how many days past its expiry a certificate may run on under a decision.

    The days are those of a transition: the certificate was given before the decision came into
    force and had not expired then, but the last day of the window for filing lay before that
    day. A window of which even one day was left could be met. Else, or where the decision's data
    holds no such rule, 0.

    References
    ----------
    26/2026/QĐ-TTg, article 12.3: until the result, at most 180 days past the expiry.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> grace_of(Certificate(recognised_on=date(2023, 9, 18)), law)
    180
    >>> grace_of(Certificate(recognised_on=date(2023, 9, 19)), law)
    0
    """
    law = as_decision(law)
    window = certificate.renewal_window(law)
    if law.process.renewal is None or window is None:
        return 0
    given = certificate.recognised_on < law.in_force_from <= certificate.expires_on
    return law.process.renewal.grace if given and window[1] < law.in_force_from else 0


def _check(certificate: Certificate) -> Iterator[Problem]:
    """Yield what is wrong with the days and numbers of a certificate."""
    for first, second in IN_ORDER:
        days = getattr(certificate, first), getattr(certificate, second)
        if None not in days and days[1] < days[0]:
            message = f"{SAID[second]} on {days[1]}, before it was {SAID[first]} on {days[0]}"
            yield Problem("dates-out-of-order", message, path=second)
    if certificate.renewal_decided_on is not None and certificate.renewal_filed_on is None:
        message = f"decided on {certificate.renewal_decided_on}, but no day of filing"
        hint = "name the day on which the dossier was filed"
        yield Problem("missing-date", message, path="renewal_filed_on", hint=hint)
    if certificate.ground is not None and certificate.withdrawn_on is None:
        message = f"found the ground {quoted(certificate.ground)} without a day of withdrawal"
        hint = "name the day in withdrawn_on, or leave the ground out"
        yield Problem("ground-without-withdrawal", message, path="ground", hint=hint)
    if not FIRST_DAY <= certificate.recognised_on <= LAST_DAY:
        message = f"found {certificate.recognised_on}, allowed are {FIRST_DAY} to {LAST_DAY}"
        yield Problem("out-of-range", message, path="recognised_on")
    if not 1 <= certificate.months <= MOST_MONTHS:
        message = f"found {certificate.months}, allowed are 1 to {MOST_MONTHS} months"
        yield Problem("out-of-range", message, path="months")
    if not 0 <= certificate.grace <= MOST_GRACE:
        message = f"found {certificate.grace}, allowed are 0 to {MOST_GRACE} days"
        yield Problem("out-of-range", message, path="grace")
