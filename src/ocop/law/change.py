"""A difference between two decisions or two criteria sets, as a row a person can check."""

from __future__ import annotations

from attrs import frozen

from ocop._repr import short_repr
from ocop.text import Label

__all__ = ["Change", "as_label"]


@frozen(kw_only=True)
class Change:
    """One difference. `what` is a stable kebab-case word; `before` and `after` may be None.

    `group` is the product group's slug, None for what a decision says of all its sets; `part`,
    `section` and `code` are printed codes, of the later set where the criterion is still there.
    `clause` names the annex of the later set, of the earlier one for what was dropped.
    """

    what: str
    group: str | None = None
    part: str | None = None
    section: str | None = None
    code: str | None = None
    criterion: Label | None = None
    before: Label | None = None
    after: Label | None = None
    clause: Label | None = None

    __repr__ = short_repr


def as_label(value: object) -> Label:
    """Return a number or a word that is the same in both languages."""
    return Label(str(value), str(value))
