"""Levers: dials of the law with discrete levels, each level some edits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from ocop._renamed import renamed_arguments
from ocop._repr import short_repr
from ocop.law.catalogue import as_decision, criteria_set
from ocop.law.decision import Decision
from ocop.scenario.edits import Edit, Scale, SetMark, SetNames, SetPoints, SetThreshold
from ocop.types import Mark, Star

__all__ = ["Level", "Lever"]


def _edits(given: Iterable[Edit] | Edit) -> tuple[Edit, ...]:
    """Return the edits; one alone may stand without brackets."""
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _levels(given: Iterable[Level] | Level) -> tuple[Level, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@frozen(kw_only=True)
class Level:
    """One setting of a lever: a label, and the edits that it stands for.

    Without edits it leaves the law as it is.
    """

    label: str
    edits: tuple[Edit, ...] = field(default=(), converter=_edits)

    __repr__ = short_repr


@frozen(kw_only=True)
class Lever:
    """A lever (tham số chính sách): a dial of the law with discrete levels.

    It is checked where it is put to a decision, by `Levers`. The class methods make the usual
    ones; `name` is made of what they change where it is not given.

    Parameters
    ----------
    name : str
    levels : sequence of Level

    See Also
    --------
    ocop.Levers : Levers of one decision, and their combinations.

    Examples
    --------
    >>> import ocop
    >>> lever = ocop.Lever.of_threshold(5, [88, 90, 92])
    >>> lever.name, [level.label for level in lever.levels]
    ('5 stars from', ['88', '90', '92'])
    >>> lever.levels[2].edits
    (SetThreshold(star=5, at_least=92),)
    """

    name: str
    levels: tuple[Level, ...] = field(converter=_levels)

    __repr__ = short_repr

    @classmethod
    def of_points(
        cls,
        criterion: str,
        option: int,
        values: Iterable[int],
        *,
        sets: SetNames = (),
        name: str | None = None,
    ) -> Lever:
        """Return a lever on the points of an option, a level for each of `values`."""
        levels = [
            _level(v, SetPoints(criterion=criterion, option=option, points=v, sets=sets))
            for v in values
        ]
        return cls(
            name=name or f"points of {criterion} option {option}{_in(levels)}", levels=levels
        )

    @classmethod
    def of_threshold(cls, star: Star, values: Iterable[int], *, name: str | None = None) -> Lever:
        """Return a lever on the least total of a star of 2 to 5, for all sets."""
        # Which stars have a threshold is checked with the law.
        which: Any = star
        levels = [_level(v, SetThreshold(star=which, at_least=v)) for v in values]
        return cls(name=name or f"{star} stars from", levels=levels)

    @classmethod
    def of_scale(
        cls,
        values: Iterable[int],
        *,
        part: str | None = None,
        section: str | None = None,
        sets: SetNames = (),
        name: str | None = None,
    ) -> Lever:
        """Return a lever that scales a part or a section to totals, in points, as `Scale` does."""
        levels = [_level(v, Scale(points=v, part=part, section=section, sets=sets)) for v in values]
        what = f"section {section}" if part is None else f"part {part}"
        return cls(name=name or f"total of {what}{_in(levels)}", levels=levels)

    @classmethod
    def of_mark(
        cls,
        criterion: str,
        option: int | None,
        values: Iterable[Mark | None],
        *,
        sets: SetNames = (),
        name: str | None = None,
    ) -> Lever:
        """Return a lever on the star mark of an option, or of a whole criterion (None).

        None among `values` removes the mark.
        """
        levels = [
            _level(
                "none" if v is None else v,
                SetMark(criterion=criterion, option=option, mark=v, sets=sets),
            )
            for v in values
        ]
        place = criterion if option is None else f"{criterion} option {option}"
        return cls(name=name or f"mark of {place}{_in(levels)}", levels=levels)

    @classmethod
    def switch(cls, name: str, edits: Iterable[Edit] | Edit) -> Lever:
        """Return a lever with the levels ``off``, the law as it is, and ``on``, the edits."""
        return cls(name=name, levels=[Level(label="off"), Level(label="on", edits=edits)])

    @classmethod
    @renamed_arguments("0.3", decision="law")
    def floors_off(
        cls, law: str | Decision, *, sets: SetNames = (), name: str | None = None
    ) -> Lever:
        """Return a switch that removes every star mark of a decision, so that points alone count.

        Levels are ``on``, the floors as they are, and ``off``.

        Raises
        ------
        UnknownDecisionError
            ``unknown-decision``.
        UnknownSetError
            ``unknown-set``, ``set-not-transcribed``.
        """
        law = as_decision(law)
        wanted = SetMark(criterion="", mark=None, sets=sets).sets
        chosen = [criteria_set(law, s) for s in wanted] if wanted else list(law.sets.values())
        marked: dict[tuple[str, int | None], list[int]] = {}
        for source in chosen:
            for item in source.items:
                if item.criterion.mark is not None:
                    marked.setdefault((item.code, None), []).append(source.number)
                for position, option in enumerate(item.criterion.options, start=1):
                    if option.mark is not None:
                        marked.setdefault((item.code, position), []).append(source.number)
        edits = [
            SetMark(criterion=code, option=option, mark=None, sets=numbers)
            for (code, option), numbers in marked.items()
        ]
        levels = [Level(label="on"), Level(label="off", edits=edits)]
        return cls(name=name or f"floors{_named(wanted)}", levels=levels)


def _level(value: object, edit: Edit) -> Level:
    return Level(label=str(value), edits=edit)


def _in(levels: list[Level]) -> str:
    """Name the sets that the edits of a lever concern, where they do not concern all."""
    return _named(getattr(levels[0].edits[0], "sets", ()) if levels else ())


def _named(sets: tuple[int | str, ...]) -> str:
    return f" in {', '.join(map(str, sets))}" if sets else ""
