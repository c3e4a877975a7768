"""A criteria set alone, where readers of tables ask a decision."""

from __future__ import annotations

from typing import Any, cast

from attrs import frozen

from ocop.law.catalogue import criteria_set, decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet, Part
from ocop.text import Label

__all__ = ["law_and_set"]


@frozen(eq=False)
class _OneSet:
    """What reading asks of a decision, where there is a criteria set alone."""

    id: str
    sets: dict[int, CriteriaSet]
    parts: tuple[Part, ...]
    declared: tuple[Any, ...]


@frozen
class _Declared:
    number: int
    group: str
    label: Label


def law_and_set(
    law: str | Decision | CriteriaSet, which: int | str | None
) -> tuple[Decision, CriteriaSet | None]:
    """Return the decision, and the set of all rows where there is one."""
    if isinstance(law, CriteriaSet):
        declared = (_Declared(law.number, law.group.slug, law.label),)
        alone = cast("Decision", _OneSet(law.decision, {law.number: law}, law.parts, declared))
        return alone, law if which is None else criteria_set(alone, which)
    source = decision(law) if isinstance(law, str) else law
    return source, None if which is None else criteria_set(source, which)
