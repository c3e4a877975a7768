"""Product codes in both layouts, with and without district."""

from __future__ import annotations

import re

from attrs import field, frozen

from ocop.errors import InputError, Problem
from ocop.programme.place import Place, code_problem
from ocop.text import quoted

__all__ = ["ProductCode", "parse_code"]

FIRST_YEAR = 2018
LAST_DISTRICT_YEAR, FIRST_WITHOUT = 2025, 2025
"""Districts ended in the middle of 2025, so codes of that year come in both layouts."""


@frozen(kw_only=True, order=True)
class ProductCode:
    """The code of an OCOP product (mã sản phẩm).

    Since mid-2025 province, commune, serial number and year; before that with the district after
    the province. Codes sort by place, then year, then serial number.

    Parameters
    ----------
    province, commune : str
        Two and five digits.
    serial : str
        One to six digits; leading zeros are kept, and do not matter in the order.
    year : int
        From 2018 on.
    district : str, optional
        Three digits; needed in codes before 2025, not allowed in codes after 2025.

    Raises
    ------
    InputError
        ``wrong-code-part``, ``district-ended``, ``district-missing``: all of them at once.

    References
    ----------
    26/2026/QĐ-TTg: T-X-STT-year, codes of units after 19/2025/QĐ-TTg.

    Examples
    --------
    >>> code = parse_code("83-829-28780-3-2022")
    >>> code.district, code.serial, str(code)
    ('829', '3', '83-829-28780-3-2022')
    """

    province: str
    district: str | None = field(default=None, order=lambda value: value or "")
    commune: str
    year: int
    serial: str = field(order=int)

    def __attrs_post_init__(self) -> None:
        problems = [
            problem
            for part in ("province", "district", "commune")
            if (value := getattr(self, part)) is not None
            if (problem := code_problem(part, value)) is not None
        ]
        if not re.fullmatch("[0-9]{1,6}", self.serial) or int(self.serial) == 0:
            message = f"found {quoted(self.serial)}, allowed are 1 to 999999"
            problems.append(Problem("wrong-code-part", message, path="serial"))
        if not FIRST_YEAR <= self.year <= 9999:
            message = f"found {self.year}, allowed are years of four digits from {FIRST_YEAR} on"
            problems.append(Problem("wrong-code-part", message, path="year"))
        elif self.district is not None and self.year > LAST_DISTRICT_YEAR:
            message = f"found the district {quoted(self.district)} in {self.year}, districts ended "
            message += "in mid-2025"
            hint = "leave it out"
            problems.append(Problem("district-ended", message, path="district", hint=hint))
        elif self.district is None and self.year < FIRST_WITHOUT:
            message = f"found no district in a code of {self.year}, before districts ended"
            problems.append(Problem("district-missing", message, path="district", hint="add it"))
        if problems:
            raise InputError(problems)

    @property
    def place(self) -> Place:
        """The commune that the code names."""
        return Place(province=self.province, district=self.district, commune=self.commune)

    def __str__(self) -> str:
        return f"{self.place.code}-{self.serial}-{self.year}"


def parse_code(text: str) -> ProductCode:
    """Read a product code.

    Raises
    ------
    InputError
        ``wrong-code`` where it has not four or five parts; else as `ProductCode`.

    Examples
    --------
    >>> sorted(["83-28780-10-2026", "83-28780-9-2026"], key=parse_code)
    ['83-28780-9-2026', '83-28780-10-2026']
    """
    parts = text.strip().split("-")
    if len(parts) not in (4, 5):
        message = (
            f"found {quoted(text)} with {len(parts)} parts, allowed are PROVINCE-COMMUNE-SERIAL-"
            "YEAR and, before mid-2025, PROVINCE-DISTRICT-COMMUNE-SERIAL-YEAR"
        )
        raise InputError([Problem("wrong-code", message)])
    province, *middle, commune, serial, year = parts
    if not re.fullmatch("[0-9]{4}", year):
        message = f"found {quoted(year)}, allowed are years of four digits from {FIRST_YEAR} on"
        others = _others(province, middle, commune)
        raise InputError([*others, Problem("wrong-code-part", message, path="year")])
    district = middle[0] if middle else None
    return ProductCode(
        province=province, district=district, commune=commune, serial=serial, year=int(year)
    )


def _others(province: str, middle: list[str], commune: str) -> list[Problem]:
    """Return what else is wrong with a code whose year is none."""
    named = [("province", province), *(("district", m) for m in middle), ("commune", commune)]
    found = (code_problem(part, text) for part, text in named)
    return [problem for problem in found if problem is not None]
