"""The result of a council: exact means, the star on them, and the minutes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from attrs import Factory, asdict, evolve, frozen

from ocop._frames import rows_frame
from ocop.errors import InputError
from ocop.law.model import CriteriaSet
from ocop.scoring._account_html import council_html
from ocop.scoring._council_checks import clean_reasons, without_problems
from ocop.scoring._council_minutes import decimal_text, minutes_table, part_sums
from ocop.scoring.floors import MissedFloor
from ocop.scoring.table import ScoreTable, table_of
from ocop.text import check_lang, quoted
from ocop.types import STARS_WITH_FLOORS, Lang

__all__ = ["Council"]


@frozen(kw_only=True, repr=False)
class Council:
    """What a council (hội đồng đánh giá) gives one product: means of its assessors' points.

    All numbers are exact: sums are compared, nothing is rounded. Assessors stand in the order of
    their names, whatever the order of the sheets.

    Attributes
    ----------
    product : str
        The product's code.
    criteria_set : CriteriaSet
        The set that every assessor used.
    answers : mapping of str to tuple of int or None
        By assessor (thành viên hội đồng), in printed order of the criteria: option position from
        1, 0 for none met, None for not assessed.
    points : mapping of str to tuple of int
        By assessor, in printed order of the criteria, rules of the set applied.
    findings : mapping of str to tuple of str
        By assessor, the findings stated; only who stated some.
    left_out : mapping of str to str
        Assessors whose sheets were set aside, and why; nothing of theirs counts.

    Notes
    -----
    A criterion that an assessor did not assess counts 0 points in that sheet, as in `score`, and
    stands in `unanswered`. A finding of one assessor excludes the product. A knock-out by zero
    excludes it where the mean is 0 points and somebody assessed the criterion: one assessor who
    gives points keeps the product in. A case, such as who provides a service, is a fact about the
    product; where assessors took different ones, the means stand and `mixed_cases` says so.
    """

    product: str
    criteria_set: CriteriaSet
    answers: Mapping[str, tuple[int | None, ...]]
    points: Mapping[str, tuple[int, ...]]
    findings: Mapping[str, tuple[str, ...]] = Factory(dict)
    left_out: Mapping[str, str] = Factory(dict)

    def __repr__(self) -> str:
        source = self.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        total = decimal_text(self.total)
        what = f"{len(self.answers)} assessors, {total} points, band {self.band}, star {self.star}"
        return f"<Council {quoted(self.product)} under {where}: {what}>"

    _repr_html_ = council_html

    @property
    def assessors(self) -> tuple[str, ...]:
        """Whose sheets count, in the order of their names."""
        return tuple(self.answers)

    @cached_property
    def sums(self) -> tuple[int, ...]:
        """Points of each criterion added up over the assessors, in printed order."""
        return tuple(map(sum, zip(*self.points.values(), strict=True)))

    @property
    def means(self) -> dict[str, Fraction]:
        """Mean points of each criterion."""
        count = len(self.answers)
        pairs = zip(self.criteria_set.codes, self.sums, strict=True)
        return {code: Fraction(total, count) for code, total in pairs}

    @property
    def parts(self) -> dict[str, Fraction]:
        """Mean points of each part."""
        count = len(self.answers)
        return {
            code: Fraction(total, count)
            for code, total in part_sums(table_of(self.criteria_set), self.sums).items()
        }

    @property
    def total(self) -> Fraction:
        """The mean of the assessors' totals, in points."""
        return Fraction(sum(self.sums), len(self.answers))

    @property
    def totals(self) -> dict[str, int]:
        """The total of each assessor, in points."""
        return {name: sum(points) for name, points in self.points.items()}

    @cached_property
    def band(self) -> int:
        """The star that the mean total alone would give."""
        total, count = sum(self.sums), len(self.answers)
        return max(b.star for b in self.criteria_set.bands if total >= b.at_least * count)

    @cached_property
    def missing_floors(self) -> tuple[MissedFloor, ...]:
        """The floors of the stars up to the band that the mean points miss, as in `Score`."""
        count, sums = len(self.answers), self.sums
        found = []
        for place, code, floors in _floors_of(table_of(self.criteria_set)):
            for star, floor in floors:
                if star <= self.band and sums[place] < floor * count:
                    found.append(MissedFloor(code, star, floor))
                    break
        return tuple(found)

    @cached_property
    def excluded(self) -> dict[str, tuple[str, ...]]:
        """Why there is no star, and which assessors say so; empty where the product is not out.

        Reasons are ids of findings, or ``zero:CODE`` for a criterion that knocks the product out.
        """
        table = table_of(self.criteria_set)
        stated = {
            finding: tuple(name for name, said in self.findings.items() if finding in said)
            for finding in table.findings
        }
        for i in table.knock_outs:
            if not self.sums[i]:
                assessed = (name for name, row in self.answers.items() if row[i] is not None)
                stated[f"zero:{table.codes[i]}"] = tuple(assessed)
        return {reason: names for reason, names in stated.items() if names}

    @property
    def star(self) -> int | None:
        """The star with floors on the mean points; None where the product is excluded."""
        if self.excluded:
            return None
        kept_from = {floor.star for floor in self.missing_floors}
        stars = [s for s in STARS_WITH_FLOORS if s <= self.band and s < min(kept_from, default=6)]
        return max(stars, default=min(self.band, 2))

    @property
    def unanswered(self) -> dict[str, tuple[str, ...]]:
        """Assessors whose sheets are incomplete, and the criteria that they did not assess."""
        codes = self.criteria_set.codes
        return {
            name: tuple(code for code, answer in zip(codes, row, strict=True) if answer is None)
            for name, row in self.answers.items()
            if None in row
        }

    @property
    def mixed_cases(self) -> dict[str, dict[str, str]]:
        """Kinds of cases of which the assessors used several: which case each of them used."""
        found: dict[str, dict[str, str]] = {}
        for kind in self.criteria_set.case_kinds:
            used = {}
            for place, item in enumerate(self.criteria_set.items):
                if item.criterion.case_kind == kind.id:
                    for name, answers in self.answers.items():
                        if answer := answers[place]:
                            used[name] = str(item.criterion.options[answer - 1].case)
            if len(set(used.values())) > 1:
                found[kind.id] = dict(sorted(used.items()))
        return found

    def without(self, leave_out: Mapping[str, str]) -> Council:
        """Return the result with further assessors left out, by name with the reason.

        Raises
        ------
        InputError
            ``unknown-assessor``, ``empty-text``, ``no-assessor-left``.

        Examples
        --------
        >>> import ocop
        >>> from ocop.scoring.council import council
        >>> tea = ocop.criteria_set("qd-26-2026", "tea")
        >>> sheets = [ocop.Sheet(criteria_set=tea, answers={"5.1": n}) for n in (4, 5)]
        >>> both = council(sheets, assessors=["An", "Bình"])
        >>> both.total, both.without({"Bình": "kin of the producer"}).total
        (Fraction(4, 1), Fraction(3, 1))
        """
        reasons = clean_reasons(leave_out)
        problems = without_problems(reasons, self.product, set(self.answers))
        if problems:
            raise InputError(problems)
        return evolve(
            self,
            answers={name: row for name, row in self.answers.items() if name not in reasons},
            points={name: row for name, row in self.points.items() if name not in reasons},
            findings={name: ids for name, ids in self.findings.items() if name not in reasons},
            left_out=dict(sorted({**self.left_out, **reasons}.items())),
        )

    def minutes(self, lang: Lang = "en") -> list[dict[str, Any]]:
        """Return the table for the record (biên bản), its headings and titles in `lang`.

        One row a criterion, a row for the sum of each part below its criteria, and the total.
        Points of an assessor are None where the criterion was not assessed. Means are text,
        rounded to two decimals, with the decimal sign of the language; `means`, `parts` and
        `total` are exact. A column is named by the assessor; one named as a heading gets a prime.

        Raises
        ------
        InputError
            ``unknown-language``.
        """
        check_lang(lang)
        missed = {floor.code: floor.star for floor in self.missing_floors}
        return minutes_table(self.criteria_set, self.answers, self.points, missed, lang)

    def to_frame(self, like: Any = None, *, lang: Lang = "en") -> Any:
        """Return the table of `minutes` as a data frame of the kind that `like` names.

        Raises
        ------
        InputError
            ``unknown-language``, ``no-frame-kind``, ``wrong-value``.
        """
        return rows_frame(self.minutes(lang), like)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON; fractions as exact text such as ``269/3``."""
        source, codes = self.criteria_set, self.criteria_set.codes
        return {
            "product": self.product,
            "decision": source.decision,
            "set": source.number,
            "group": source.group.slug,
            "digest": source.digest,
            "assessors": list(self.assessors),
            "left_out": dict(self.left_out),
            "points": {n: dict(zip(codes, row, strict=True)) for n, row in self.points.items()},
            "unanswered": {name: list(missing) for name, missing in self.unanswered.items()},
            "mixed_cases": self.mixed_cases,
            "totals": self.totals,
            "means": {code: str(value) for code, value in self.means.items()},
            "parts": {code: str(value) for code, value in self.parts.items()},
            "total": str(self.total),
            "total_rounded": decimal_text(self.total),
            "band": self.band,
            "star": self.star,
            "missing_floors": [asdict(floor) for floor in self.missing_floors],
            "excluded": {reason: list(names) for reason, names in self.excluded.items()},
        }


@lru_cache(maxsize=256)
def _floors_of(table: ScoreTable) -> tuple[tuple[int, str, tuple[tuple[int, int], ...]], ...]:
    """Return the criteria that have floors: place, code, and (star, points) where they rise."""
    found = []
    for place, code in enumerate(table.codes):
        points = table.floors[:, place].tolist()
        steps = zip(STARS_WITH_FLOORS, [0, *points[:-1]], points, strict=True)
        rising = tuple((star, floor) for star, below, floor in steps if floor > below)
        if rising:
            found.append((place, code, rising))
    return tuple(found)
