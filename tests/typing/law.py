"""The law as data: decisions, sets, what changed, and decisions of one's own."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal, assert_type

import ocop

# Which law applies, and what it says.
law = ocop.in_force(date(2026, 6, 1))
assert_type(law, ocop.Decision)
assert_type(ocop.applicable(date(2026, 5, 21), date(2026, 7, 22), "re-assessment"), ocop.Decision)
assert_type(ocop.decision("qd-26-2026").in_force_until, date | None)
assert_type(ocop.decisions(), tuple[ocop.Decision, ...])
assert_type(ocop.product_groups()[0].sector.label, ocop.Label)

tea = ocop.criteria_set(law, "tea")
assert_type(tea, ocop.CriteriaSet)
assert_type(ocop.criteria_set("qd-26-2026", 11).group, ocop.ProductGroup)
assert_type(tea.items[0].criterion, ocop.Criterion)
assert_type(tea.items[0].criterion.options[0], ocop.Option)
assert_type(tea.items[0].criterion.options[0].points, int)
assert_type(tea.items[0].criterion.mark, Literal[3, 4, 5] | None)
assert_type(tea.label["vi"], str)
assert_type(tea.codes, tuple[str, ...])
assert_type(tea.digest, str)
assert_type(law.sets[11], ocop.CriteriaSet)

# What a newer decision changed.
changes = ocop.compare("qd-148-2023", law, group="tea")
assert_type(changes, tuple[ocop.Change, ...])
assert_type(changes[0].criterion, ocop.Label | None)
walk = ocop.crosswalk("qd-148-2023", law)
assert_type(walk, ocop.Crosswalk)
assert_type(walk.groups_after("tea"), tuple[str, ...])
assert_type(ocop.load_crosswalk("mine.yaml"), ocop.Crosswalk)

# A decision of one's own.
problems = ocop.validate("my-decision")
assert_type(problems, tuple[ocop.Problem, ...])
assert_type(problems[0].line, int | None)
own = ocop.load_decision("my-decision")
assert_type(own, ocop.Decision)
ocop.dump_decision(own, "copy")

# Averages as councils publish them.
published = ocop.from_averages("qd-781-2020", {"A": "31,25", "B": 24, "C": Fraction(75, 2)})
assert_type(published, ocop.Averages)
assert_type(published.total, Fraction)
assert_type(published.star, int | None)
