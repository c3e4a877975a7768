"""Places: province and commune, and the district that stood between them until mid-2025."""

from __future__ import annotations

import re
from datetime import date

from attrs import field, frozen

from ocop.errors import InputError, Problem
from ocop.text import quoted
from ocop.types import Level

__all__ = ["DISTRICTS_UNTIL", "Place", "check_place"]

DISTRICTS_UNTIL = date(2025, 6, 30)
"""The last day of districts: the country has provinces and communes alone from 2025-07-01."""

DIGITS = {"province": 2, "district": 3, "commune": 5}
"""How many digits the code of an administrative unit has."""


def code_problem(part: str, text: str) -> Problem | None:
    """Return what is wrong with the code of a province, district or commune, if anything."""
    digits = DIGITS[part]
    if re.fullmatch(f"[0-9]{{{digits}}}", text):
        return None
    message = f"found {quoted(text)}, allowed are {digits} digits"
    return Problem("wrong-code-part", message, path=part)


@frozen(kw_only=True, order=True)
class Place:
    """A place (địa bàn) by the codes of the administrative units (mã đơn vị hành chính).

    Parameters
    ----------
    province : str
        Two digits.
    district : str, optional
        Three digits; only until districts ended in mid-2025.
    commune : str, optional
        Five digits; None for a whole province or district.
    name : str, optional
        For people; it plays no part in comparisons.

    Raises
    ------
    InputError
        ``wrong-code-part`` for each part that is not of its form.

    Examples
    --------
    >>> Place(province="83", district="829", commune="28780").level
    'commune'
    """

    province: str
    district: str | None = field(default=None, order=lambda value: value or "")
    commune: str | None = field(default=None, order=lambda value: value or "")
    name: str | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        found = (
            code_problem(part, value)
            for part in DIGITS
            if (value := getattr(self, part)) is not None
        )
        problems = [problem for problem in found if problem is not None]
        if problems:
            raise InputError(problems)

    @property
    def level(self) -> Level:
        """The level of the smallest unit named: commune, district or province."""
        if self.commune is not None:
            return "commune"
        return "province" if self.district is None else "district"

    @property
    def code(self) -> str:
        """The codes joined by hyphens, such as 83-829-28780."""
        return "-".join(part for part in (self.province, self.district, self.commune) if part)

    def within(self, other: Place) -> bool:
        """Say whether the place lies in `other` or is it."""
        return all(getattr(other, part) in (None, getattr(self, part)) for part in DIGITS)

    def __str__(self) -> str:
        return self.code if self.name is None else f"{self.name} ({self.code})"


def check_place(place: Place, on: date) -> tuple[Problem, ...]:
    """Check the layout of a place on a day: districts ended on `DISTRICTS_UNTIL`.

    Returns
    -------
    tuple of Problem
        ``district-ended`` for a district after they ended, ``district-missing`` for a commune
        without one before.
    """
    found = []
    if place.district is not None and on > DISTRICTS_UNTIL:
        message = f"found the district {place.district} on {on}, districts ended on "
        message += f"{DISTRICTS_UNTIL}"
        found.append(Problem("district-ended", message, path="district", hint="leave it out"))
    if place.district is None and place.commune is not None and on <= DISTRICTS_UNTIL:
        message = f"found the commune {place.commune} without a district on {on}, before "
        message += "districts ended"
        found.append(Problem("district-missing", message, path="district", hint="name it"))
    return tuple(found)
