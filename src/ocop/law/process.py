"""What a decision says of the process around the score: who may take part, papers, rounds, terms.

Days of a year are texts such as ``"04-30"``, month and day.
"""

from __future__ import annotations

from attrs import frozen

from ocop._repr import short_repr
from ocop.text import Label
from ocop.types import Level, ProducerType

__all__ = [
    "AdmittedType",
    "FirstLook",
    "FormAnswers",
    "Ground",
    "Paper",
    "Process",
    "Renewal",
    "Round",
]


@frozen(kw_only=True)
class AdmittedType:
    """A type of producer that may take part; with `groups` for these product groups alone."""

    type: ProducerType
    label: Label
    groups: tuple[str, ...] = ()


@frozen(kw_only=True)
class FormAnswers:
    """How the types of producers answer a criterion on the form of organisation.

    `options` maps a type to the printed positions of its options. Two positions are those of a
    company of which the local community holds less than `community_capital` percent, and that
    much or more.
    """

    criterion: str
    options: dict[ProducerType, tuple[int, ...]]
    community_capital: int = 51


@frozen(kw_only=True)
class FirstLook:
    """Who looks at a dossier first (xem xét hồ sơ), and in how many working days."""

    level: Level
    working_days: int | None = None


@frozen(kw_only=True)
class Round:
    """A round of assessment (đợt đánh giá): dossiers filed before one day, decided before another.

    Both are days of a year, such as ``"04-30"``; the day itself is too late.
    """

    level: Level
    filed_before: str
    decided_before: str


@frozen(kw_only=True)
class Paper:
    """A paper of a dossier (thành phần hồ sơ).

    `by` says who adds it. `evidence` papers prove single criteria: they are needed where the
    product claims them. With `except_groups` these product groups need none.
    """

    id: str
    label: Label
    by: Level | None = None
    evidence: bool = False
    count: int = 1
    except_groups: tuple[str, ...] = ()


@frozen(kw_only=True)
class Renewal:
    """When a certificate is renewed, in days.

    The dossier for re-assessment is filed not earlier than `not_earlier` and not later than
    `not_later` days before the expiry, and decided within `decided_within` days. Where the
    transition made that window impossible the certificate runs on for at most `grace` days.
    """

    not_earlier: int
    not_later: int
    decided_within: int
    grace: int


@frozen(kw_only=True)
class Ground:
    """A ground on which a recognition is withdrawn (thu hồi)."""

    id: str
    label: Label


@frozen(kw_only=True)
class Process:
    """The process of a decision, as far as our sources hold it.

    `withdrawn_within` is in days from the finding.
    """

    first_look: FirstLook | None = None
    producer_types: tuple[AdmittedType, ...] = ()
    form_answers: tuple[FormAnswers, ...] = ()
    rounds: tuple[Round, ...] = ()
    papers: tuple[Paper, ...] = ()
    renewal: Renewal | None = None
    withdrawal: tuple[Ground, ...] = ()
    withdrawn_within: int | None = None

    __repr__ = short_repr
