"""Published averages: what the part averages of a council say of band and star."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._council_minutes import decimal_text
from ocop.scoring.table import table_of
from ocop.text import closest, quoted
from ocop.types import STARS_WITH_FLOORS

__all__ = ["Averages", "from_averages"]

MAX_DIGITS = 30
"""Longest number accepted, in digits: those of councils have a few."""

NUMBER = re.compile(r"-?\d+(?:[.,]\d+|/0*[1-9]\d*)?", re.ASCII)


@frozen(kw_only=True)
class Averages:
    """What part averages (điểm trung bình từng phần) say of a product; all numbers are exact.

    Attributes
    ----------
    decision : str
        Id of the decision.
    set_number : int, optional
        Number of the criteria set; None where only the decision was given.
    parts : mapping of str to Fraction
        Mean points of each part.
    total : Fraction
        Their sum, in points.
    band : int
        The star that the total alone gives.
    star_low : int
        The least star that is possible: the averages do not show which floors are met.
    """

    decision: str
    set_number: int | None
    parts: Mapping[str, Fraction]
    total: Fraction
    band: int
    star_low: int

    @property
    def star_known(self) -> bool:
        """Whether the averages alone give the star: no floor stands up to the band."""
        return self.star_low == self.band

    @property
    def star(self) -> int | None:
        """The star, of a product that is not excluded; None where it is not known."""
        return self.band if self.star_known else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON; fractions as exact text such as ``187/2``."""
        return {
            "decision": self.decision,
            "set": self.set_number,
            "parts": {code: str(value) for code, value in self.parts.items()},
            "total": str(self.total),
            "total_rounded": decimal_text(self.total),
            "band": self.band,
            "star": self.star,
            "star_known": self.star_known,
            "star_low": self.star_low,
            "star_high": self.band,
        }


def from_averages(
    law: str | Decision | CriteriaSet, averages: Mapping[str, str | Decimal | Fraction | int]
) -> Averages:
    """Return band and star from part averages alone, as councils publish them.

    Parameters
    ----------
    law : str, Decision or CriteriaSet
        The set that the product was scored under; or the decision, or a shipped one's id, whose
        parts and bands all its sets share.
    averages : mapping of str to str, Decimal, Fraction or int
        Part code to mean points, all parts. Text such as ``"31.25"``, ``"31,25"`` or ``"125/4"``.
        The total is exactly their sum: averages that were rounded before they were published
        may hide a total on the other side of a band's limit.

    Returns
    -------
    Averages
        The star is known where no floor stands up to the band. Under a decision with star marks
        and no set named, floors are taken to stand from 3 stars on. Findings and knock-outs do
        not show in averages: the product is taken as not excluded.

    Raises
    ------
    InputError
        ``unknown-part``, ``missing-part``, ``inexact-number``, ``not-a-number``,
        ``out-of-range``: all of them at once.
    UnknownDecisionError
        ``unknown-decision``.

    References
    ----------
    26/2026/QĐ-TTg, Annex II, and the decisions before it: points of the parts and star bands.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.criteria_set("qd-781-2020", 1)
    >>> durian = from_averages(law, {"A": "31.00", "B": "24.00", "C": "38.00"})
    >>> durian.total, durian.band, durian.star
    (Fraction(93, 1), 5, 5)
    >>> today = from_averages(ocop.criteria_set("qd-26-2026", 1), {"A": "40", "B": "24", "C": "29"})
    >>> today.band, today.star_known, today.star_low
    (5, False, 2)
    """
    law = decision(law) if isinstance(law, str) else law
    most = {part.code: part.points for part in law.parts}
    problems = []
    values: dict[str, Fraction] = {}
    for code, given in averages.items():
        if code not in most:
            near = closest(str(code), most)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"found the part {quoted(code)}, allowed are {', '.join(most)}"
            problems.append(Problem("unknown-part", message, path="averages", hint=hint))
            continue
        found = _exact(given, code, most[code])
        if isinstance(found, Problem):
            problems.append(found)
        else:
            values[code] = found
    for code in most:
        if code not in averages:
            message = f"the average of part {code} is missing, allowed are 0 to {most[code]} points"
            problems.append(Problem("missing-part", message, path="averages"))
    if problems:
        raise InputError(problems)
    total = sum(values.values(), Fraction(0))
    band = max(band.star for band in law.bands if total >= band.at_least)
    free = [s for s in STARS_WITH_FLOORS if s <= band and not _has_floors(law, s)]
    return Averages(
        decision=law.id if isinstance(law, Decision) else law.decision,
        set_number=None if isinstance(law, Decision) else law.number,
        parts={code: values[code] for code in most},
        total=total,
        band=band,
        star_low=max(free, default=min(band, 2)),
    )


def _has_floors(law: CriteriaSet | Decision, star: int) -> bool:
    """Say whether a star asks for more than a total; floors are cumulative."""
    if isinstance(law, Decision):
        return law.star_marks
    return bool(table_of(law).floors[star - STARS_WITH_FLOORS[0]].any())


def _exact(given: Any, code: str, most: int) -> Fraction | Problem:
    """Return an average as a fraction, or what is wrong with it."""
    path = f"averages: {code}"
    if isinstance(given, float):
        message = f"found the binary fraction {given!r}, allowed are exact numbers 0 to {most}"
        hint = f'pass it as text: "{given!r}"'
        return Problem("inexact-number", message, path=path, hint=hint)
    value = _fraction(given)
    if value is None:
        message = f"found {quoted(given)}, allowed are numbers 0 to {most}, such as 31.25"
        return Problem("not-a-number", message, path=path)
    if not 0 <= value <= most:
        message = f"found {given}, allowed are 0 to {most} points"
        return Problem("out-of-range", message, path=path)
    return value


def _fraction(given: Any) -> Fraction | None:
    """Return a number as it stands, None where it is none or has too many digits."""
    if isinstance(given, str):
        text = given.strip()
        short = len(text) <= MAX_DIGITS and NUMBER.fullmatch(text)
        return Fraction(text.replace(",", ".")) if short else None
    if isinstance(given, Decimal):
        # Past this size the fraction of a short number such as 1E-999999 would fill the memory.
        small = given.is_finite() and abs(given.adjusted()) <= MAX_DIGITS
        return Fraction(given) if small and len(given.as_tuple().digits) <= MAX_DIGITS else None
    if isinstance(given, Fraction):
        return given
    whole = isinstance(given, Integral) and not isinstance(given, bool)
    return Fraction(int(given)) if whole else None
