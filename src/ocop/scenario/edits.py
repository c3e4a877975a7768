"""The edits that a reform is made of: what each one changes, by printed codes.

A criterion is named by its printed code, such as ``"1.2"``, or by its id in the decision; an option
by its printed position, counted from 1. Names and positions are those of the decision before the
reform, whatever other edits do. `sets` are numbers or product groups; without any, an edit concerns
every transcribed set that has what it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from attrs import field, frozen

from ocop.law.model import Criterion, Option
from ocop.types import CriterionMarkReading, Mark

__all__ = [
    "KINDS_OF_EDITS",
    "AddCriterion",
    "AddOption",
    "DropCriterion",
    "DropOption",
    "Edit",
    "ReplaceCriterion",
    "RestateCriterion",
    "Scale",
    "SetHeading",
    "SetMark",
    "SetMarkReading",
    "SetPoints",
    "SetThreshold",
]

SetNames = int | str | Iterable[int | str]


def _names(given: SetNames) -> tuple[int | str, ...]:
    """Return names of sets; one alone may stand without brackets."""
    # What is no name at all is kept, and told when the reform is made.
    names: Any = given
    alone = isinstance(given, str) or not isinstance(given, Iterable)
    return (names,) if alone else tuple(names)


class Edit:
    """What the edits of a reform (nội dung sửa đổi) have in common: they are data, and frozen."""

    __slots__ = ()


@frozen(kw_only=True)
class SetPoints(Edit):
    """Set the points (điểm) of an option; headings stay as printed.

    Examples
    --------
    >>> import ocop
    >>> ocop.SetPoints(criterion="1.2", option=3, points=4, sets="tea").sets
    ('tea',)
    """

    criterion: str
    option: int
    points: int
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class SetMark(Edit):
    """Set the star mark of an option, or of the criterion itself where `option` is None.

    None as `mark` removes it.
    """

    criterion: str
    mark: Mark | None
    option: int | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class SetThreshold(Edit):
    """Set the least total (ngưỡng điểm), in points, of a star band; it holds for all sets."""

    star: Literal[2, 3, 4, 5]
    at_least: int


@frozen(kw_only=True)
class SetMarkReading(Edit):
    """Set how marks on whole criteria are read, ``"any"`` or ``"full"``, for all sets."""

    reading: CriterionMarkReading


@frozen(kw_only=True)
class SetHeading(Edit):
    """Set the points printed in the heading of a section, or of a part.

    Parts are the decision's: their headings hold for all sets, so `sets` stays empty, and together
    they make 100.
    """

    points: int
    section: str | None = None
    part: str | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class AddOption(Edit):
    """Add an option, in front of the option printed at position `before`, or as the last one."""

    criterion: str
    option: Option
    before: int | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class DropOption(Edit):
    """Drop an option; the positions of those behind it move up for sheets under the new law."""

    criterion: str
    option: int
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class AddCriterion(Edit):
    """Add a criterion under a new printed code, in front of the code `before` or at the end."""

    section: str
    code: str
    criterion: Criterion
    before: str | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class DropCriterion(Edit):
    """Drop a criterion; the other codes stay as they are printed.

    Rules that name it go with it. A section without criteria goes too, as do its knock-outs; what
    excluded at a place that is gone excludes at the dossier.
    """

    criterion: str
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class RestateCriterion(Edit):
    """Put a criterion that is written out in the place of one; the printed code stays."""

    criterion: str
    by: Criterion
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class ReplaceCriterion(Edit):
    """Put a criterion of another shipped decision in the place of one; the printed code stays.

    Parameters
    ----------
    criterion : str
        What is replaced.
    decision : str
        Id of the other decision.
    by : str
        Code or id of the criterion there.
    set : int or str, optional
        Set of the other decision; by default the one of the same product group.
    sets : sequence of int or str, optional
    """

    criterion: str
    decision: str
    by: str
    set: int | str | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


@frozen(kw_only=True)
class Scale(Edit):
    """Scale the criteria of a part or of a section to a total, in whole points.

    What is scaled is what earlier edits of the reform left. The best points b of the criteria,
    together B, become b * points / B, rounded down; the points still missing go one each to the
    largest remainders, ties to the criterion printed first. So the new best points n add up to
    `points` exactly. Inside a criterion, an option of p points gets p * n / b rounded to the
    nearest whole number, halves up: 0 stays 0, the best becomes n, and no option overtakes
    another, though two may become equal. The best points are those of all cases of a criterion.
    Marks stay where they are; a criterion that would be left without points is an error.

    The headings of the sections follow. The heading of a part follows where the edit concerns all
    sets and the parts still make 100; otherwise it stays as printed, and the sums are reported.
    """

    points: int
    part: str | None = None
    section: str | None = None
    sets: tuple[int | str, ...] = field(default=(), converter=_names)


KINDS_OF_EDITS: dict[str, type[Edit]] = {
    "set_points": SetPoints,
    "set_mark": SetMark,
    "set_threshold": SetThreshold,
    "set_mark_reading": SetMarkReading,
    "set_heading": SetHeading,
    "add_option": AddOption,
    "drop_option": DropOption,
    "add_criterion": AddCriterion,
    "drop_criterion": DropCriterion,
    "restate_criterion": RestateCriterion,
    "replace_criterion": ReplaceCriterion,
    "scale": Scale,
}
"""The name of each kind of edit in YAML."""
