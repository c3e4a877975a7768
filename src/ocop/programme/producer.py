"""Producers: who makes a product, and what the law says of their types."""

from __future__ import annotations

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.programme.place import Place
from ocop.text import quoted
from ocop.types import ProducerType

__all__ = ["Producer", "admits", "form_answers"]


@frozen(kw_only=True)
class Producer:
    """A producer (chủ thể): a co-operative, firm, farm or household that makes products.

    `community_capital` is the percentage of a company's capital that the local community holds;
    the criterion on the form of organisation asks it of joint-stock companies.
    """

    id: str
    name: str
    type: ProducerType
    place: Place | None = None
    community_capital: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.community_capital is not None and not 0 <= self.community_capital <= 100:
            message = f"found {self.community_capital}, allowed are 0 to 100 percent"
            raise InputError([Problem("out-of-range", message, path="community_capital")])


def admits(law: str | Decision, kind: ProducerType, group: str) -> bool | None:
    """Say whether a decision lets a type of producer take part with a product of a group.

    Returns
    -------
    bool or None
        None where our sources do not hold whom the decision admits.

    References
    ----------
    26/2026/QĐ-TTg, on who takes part; the tourism set admits further types.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> admits(law, "association", "rural-tourism"), admits(law, "association", "tea")
    (True, False)
    """
    law = as_decision(law)
    if not law.process.producer_types:
        return None
    return any(
        admitted.type == kind and (not admitted.groups or group in admitted.groups)
        for admitted in law.process.producer_types
    )


def form_answers(
    law: str | Decision,
    chosen: CriteriaSet,
    kind: ProducerType,
    community_capital: int | None = None,
) -> dict[str, tuple[int, ...]]:
    """Return how a type of producer answers the criterion on the form of organisation.

    Parameters
    ----------
    law : str or Decision
    chosen : CriteriaSet
        One of its sets.
    kind : ProducerType
    community_capital : int, optional
        Percentage of the capital that the local community holds.

    Returns
    -------
    dict
        Printed code to option positions; several where it depends on the community's capital and
        that is not known; (0,) where the type is none of those that the options name. Empty where
        the set has no such criterion.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> tea = ocop.criteria_set(law, "tea")
    >>> form_answers(law, tea, "co-operative")
    {'3.1': (3,)}
    >>> form_answers(law, tea, "joint-stock-company", community_capital=51)
    {'3.1': (3,)}
    """
    law = as_decision(law)
    entries = {entry.criterion: entry for entry in law.process.form_answers}
    found = {}
    for item in chosen.items:
        entry = entries.get(item.criterion.id)
        if entry is None:
            continue
        positions = entry.options.get(kind, (0,))
        if len(positions) == 2 and community_capital is not None:
            enough = community_capital >= entry.community_capital
            positions = (positions[1] if enough else positions[0],)
        found[item.code] = positions
    return found


def check_type(law: Decision, kind: ProducerType, group: str) -> Problem | None:
    """Return ``producer-not-admitted`` where a decision does not let the type take part."""
    if admits(law, kind, group) is not False:
        return None
    allowed = [t.type for t in law.process.producer_types if not t.groups or group in t.groups]
    message = f"{law.id} does not admit {quoted(kind)} for {quoted(group)}, allowed are "
    return Problem("producer-not-admitted", message + ", ".join(allowed), path="type")
