"""What a population is asked to be: shares, groups, places and seed, with all their problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ocop.errors import Problem, ProblemsError
from ocop.law.catalogue import criteria_set
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scenario._seeds import noted_seed
from ocop.text import closest, nfc, quoted
from ocop.types import SYNTHETIC

__all__ = ["SECTORS", "TAKEN", "Asked", "apportion"]

SECTORS = {
    "food": 0.70,
    "drinks": 0.10,
    "medicinal": 0.06,
    "handicrafts": 0.08,
    "ornamental": 0.03,
    "tourism": 0.03,
}
"""Share of products by sector where nothing is said; made up, no estimate of anything real."""

TAKEN = (
    *("product", "set", "findings", "assessor", "criterion", "answer", SYNTHETIC),
    *("rank", "group", "total", "band", "star", "answered", "of", "missing_floors", "excluded"),
)
"""Names that a column of places cannot have, beside codes of parts and criteria."""

TOLERANCE = 1e-6
"""How far from 1 shares may add up."""


class Asked:
    """Reads the arguments; `problems` holds what is wrong with any of them."""

    def __init__(self, law: Decision | CriteriaSet) -> None:
        self.problems: list[Problem] = []
        self._law = law
        if isinstance(law, CriteriaSet):
            self._sets: Mapping[int, CriteriaSet] = {law.number: law}
            self._sectors = {law.number: law.group.sector.slug}
        else:
            sector = {group.slug: group.sector.slug for group in law.groups}
            self._sets = law.sets
            self._sectors = {d.number: sector[d.group] for d in law.declared if d.transcribed}

    def shares(self, given: Any) -> dict[int, float] | None:
        """Return star to share; whole numbers are counts, others add up to 1."""
        if given is None:
            return None
        if not isinstance(given, Mapping):
            self._wrong_type(given, "a share by star", "shares")
            return {}
        found = len(self.problems)
        for star, share in given.items():
            if star not in (1, 2, 3, 4, 5) or isinstance(star, bool | float):
                message = f"found the star {quoted(star)}, allowed are 1 to 5"
                self.problems.append(Problem("out-of-range", message, path="shares"))
            self._check_number(share, f"shares: {star}")
        if len(self.problems) > found:
            return {}
        whole = all(_is_whole(share) for share in given.values())
        total = float(sum(given.values()))
        if total <= 0 or not (whole or abs(total - 1) <= TOLERANCE):
            message = f"found shares that add up to {total:.6g}, allowed is 1, or whole counts"
            self.problems.append(Problem("wrong-sum", message, path="shares"))
            return {}
        return {int(star): float(share) / total for star, share in sorted(given.items())[::-1]}

    def counts(self, products: Any, groups: Any, sectors: Any) -> list[tuple[CriteriaSet, int]]:
        """Return how many products each set gets, in order of set numbers."""
        given = [n for n, v in (("groups", groups), ("sectors", sectors)) if v is not None]
        by_group = isinstance(products, Mapping)
        if len(given) + by_group > 1:
            names = " and ".join([*(["products by group"] if by_group else []), *given])
            message = f"found {names}, allowed is one way to say how many of which"
            self.problems.append(Problem("several-ways", message, path=given[0]))
            return []
        if by_group:
            found: Mapping[int, Any] = self._by_group(products, "products", whole=True)
        else:
            fine = self._check_whole(products, "products", 1)
            weights = self._weights(groups, sectors)
            found = apportion(products, weights) if fine and weights else {}
        return [(self._sets[n], int(count)) for n, count in sorted(found.items()) if count]

    def _weights(self, groups: Any, sectors: Any) -> dict[int, float]:
        if groups is not None:
            found = self._by_group(groups, "groups", whole=False)
            return found if self._add_up(groups, found, "groups") else {}
        known: dict[str, list[int]] = {}
        for number, slug in self._sectors.items():
            known.setdefault(slug, []).append(number)
        if sectors is None:
            shares = {slug: SECTORS.get(slug, 0.0) for slug in known}
            if not sum(shares.values()):
                shares = dict.fromkeys(known, 1.0)
        else:
            shares = self._by_sector(sectors, known)
            if not self._add_up(sectors, shares, "sectors"):
                return {}
        return {n: share / len(known[slug]) for slug, share in shares.items() for n in known[slug]}

    def _by_sector(self, given: Any, known: Mapping[str, Any]) -> dict[str, float]:
        if not isinstance(given, Mapping):
            self._wrong_type(given, "a share by sector", "sectors")
            return {}
        result = {}
        for slug, share in given.items():
            if slug not in known:
                near = closest(str(slug), known)
                hint = f"did you mean {quoted(near)}?" if near else None
                message = f"found the sector {quoted(slug)}, allowed are {', '.join(known)}"
                self.problems.append(Problem("unknown-sector", message, path="sectors", hint=hint))
            elif self._check_number(share, f"sectors: {slug}"):
                result[str(slug)] = float(share)
        return result

    def _by_group(self, given: Any, name: str, *, whole: bool) -> dict[int, float]:
        if not isinstance(given, Mapping):
            self._wrong_type(given, "a share by group", name)
            return {}
        result: dict[int, float] = {}
        for which, value in given.items():
            fine = (
                self._check_whole(value, f"{name}: {which}", 0)
                if whole
                else self._check_number(value, f"{name}: {which}")
            )
            number = self._number(which, name)
            if number in result:
                message = f"set {number} is named twice, the second time as {quoted(which)}"
                self.problems.append(Problem("duplicate-id", message, path=name))
            elif fine and number is not None:
                result[number] = value
        if whole and not self.problems and not sum(result.values()):
            message = "found no products, allowed is 1 or more"
            self.problems.append(Problem("out-of-range", message, path=name))
        return result

    def _number(self, which: Any, name: str) -> int | None:
        """Return the number of the set that a number or a slug names."""
        if isinstance(self._law, CriteriaSet):
            if str(which) in (str(self._law.number), self._law.group.slug):
                return self._law.number
            mine = f"{self._law.number} or {quoted(self._law.group.slug)}"
            message = f"found {quoted(which)}, allowed is {mine}, the set given"
            self.problems.append(Problem("unknown-set", message, path=name))
            return None
        try:
            return criteria_set(self._law, which).number
        except ProblemsError as error:
            for problem in error.problems:
                place = problem.path or name
                self.problems.append(
                    Problem(problem.code, problem.message, path=place, hint=problem.hint)
                )
            return None

    def places(self, given: Any) -> dict[str, tuple[str, ...]]:
        """Return columns of places, all of one length; a row is a place."""
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self._wrong_type(given, "a list of names by column", "places")
            return {}
        parts = {part.code for part in self._law.parts}
        result: dict[str, tuple[str, ...]] = {}
        for name, values in given.items():
            column = nfc(str(name)).strip()
            if column in TAKEN or column in parts or re.fullmatch(r"[0-9.]*", column):
                message = f"the name {quoted(column)} is taken and cannot be a column of places"
                hint = "give the column another name"
                self.problems.append(Problem("name-taken", message, path="places", hint=hint))
            texts = [] if isinstance(values, str) else [nfc(str(value)).strip() for value in values]
            if any(not text.isprintable() for text in texts):
                message = "found control characters, allowed is text of one line"
                self.problems.append(Problem("bad-character", message, path=f"places: {name}"))
            result[column] = tuple(texts)
        lengths = {name: len(texts) for name, texts in result.items()}
        if len(set(lengths.values())) > 1 or 0 in lengths.values():
            found = ", ".join(f"{name} {length}" for name, length in lengths.items())
            message = f"found {found} values, allowed is the same number in all, 1 or more"
            self.problems.append(Problem("wrong-length", message, path="places"))
        return result

    def codes(self, difficulty: Mapping[str, float], sets: Iterable[CriteriaSet]) -> None:
        """Check that each criterion with a difficulty stands in some set."""
        known = {code for chosen in sets for code in chosen.codes}
        for code in difficulty if known else ():
            if code not in known:
                near = closest(str(code), known)
                hint = f"did you mean {quoted(near)}?" if near else None
                message = f"found {quoted(code)}, allowed are printed codes of criteria"
                place = "model: difficulty"
                self.problems.append(Problem("unknown-criterion", message, path=place, hint=hint))

    def seed(self, rng: Any) -> int:
        """Return the seed of a generator or number: it gives the same population again."""
        return noted_seed(rng, self.problems)

    def _add_up(self, given: Any, found: Mapping[Any, float], name: str) -> bool:
        """Say whether shares were read whole and add up to 1."""
        if not isinstance(given, Mapping) or len(found) < len(given):
            return False
        total = sum(found.values())
        if abs(total - 1) <= TOLERANCE:
            return True
        message = f"found shares that add up to {total:.6g}, allowed is 1"
        self.problems.append(Problem("wrong-sum", message, path=name))
        return False

    def _check_number(self, value: Any, path: str) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            message = f"found {quoted(value)}, allowed are numbers from 0 on"
            self.problems.append(Problem("not-a-number", message, path=path))
        elif not 0 <= value < float("inf"):
            message = f"found {value}, allowed are numbers from 0 on"
            self.problems.append(Problem("out-of-range", message, path=path))
        else:
            return True
        return False

    def _check_whole(self, value: Any, path: str, least: int) -> bool:
        allowed = f"allowed are whole numbers from {least} on"
        if not _is_whole(value):
            message = f"found {quoted(value)}, {allowed}"
            self.problems.append(Problem("not-a-whole-number", message, path=path))
        elif value < least:
            self.problems.append(Problem("out-of-range", f"found {value}, {allowed}", path=path))
        else:
            return True
        return False

    def _wrong_type(self, given: Any, allowed: str, path: str) -> None:
        message = f"found {quoted(given)}, allowed is {allowed}"
        self.problems.append(Problem("wrong-type", message, path=path))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def apportion(total: int, weights: Mapping[int, float]) -> dict[int, int]:
    """Divide `total` by weights in whole numbers: largest remainders first, ties by number.

    Examples
    --------
    >>> apportion(10, {1: 0.25, 2: 0.25, 3: 0.5})
    {1: 3, 2: 2, 3: 5}
    """
    numbers = sorted(weights)
    whole = sum(weights.values())
    exact = {n: total * weights[n] / whole for n in numbers}
    result = {n: int(exact[n]) for n in numbers}
    rest = sorted(numbers, key=lambda n: (result[n] - exact[n], n))
    for n in rest[: total - sum(result.values())]:
        result[n] += 1
    return result
