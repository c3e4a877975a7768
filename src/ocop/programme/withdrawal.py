"""Withdrawals: who withdraws a recognition, by when, and on which grounds."""

from __future__ import annotations

from datetime import date

from ocop.errors import Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.programme.deadlines import days_after
from ocop.programme.recognition import recogniser
from ocop.text import closest, quoted
from ocop.types import Level

__all__ = ["check_ground", "withdrawal_authority", "withdrawal_deadline"]


def withdrawal_authority(law: str | Decision, star: int) -> Level | None:
    """Return the level that withdraws a star; None where our sources do not hold it.

    References
    ----------
    26/2026/QĐ-TTg: the province for 3 and 4 stars, the minister for 5: who recognises withdraws.

    Examples
    --------
    >>> import ocop
    >>> withdrawal_authority(ocop.decision("qd-26-2026"), 5)
    'centre'
    """
    law = as_decision(law)
    return recogniser(law, star) if law.process.withdrawal else None


def withdrawal_deadline(law: str | Decision, found_on: date) -> date | None:
    """Return the last day for withdrawing after a finding; None where our sources hold none.

    The day of the finding is not counted, weekends and public holidays are.

    Raises
    ------
    InputError
        ``out-of-range`` where the calendar ends before that day.

    Examples
    --------
    >>> import ocop
    >>> print(withdrawal_deadline(ocop.decision("qd-26-2026"), date(2026, 6, 1)))
    2026-06-16
    """
    law = as_decision(law)
    days = law.process.withdrawn_within
    return None if days is None else days_after(found_on, days, "found_on")


def check_ground(law: Decision, ground: str) -> Problem | None:
    """Return ``unknown-ground`` where a decision knows grounds of withdrawal, but not this one."""
    known = [entry.id for entry in law.process.withdrawal]
    if not known or ground in known:
        return None
    near = closest(ground, known)
    message = f"found {quoted(ground)}, {law.id} allows {', '.join(known)}"
    hint = f"did you mean {quoted(near)}?" if near else None
    return Problem("unknown-ground", message, path="ground", hint=hint)
