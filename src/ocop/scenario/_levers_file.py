"""The shape of a file of levers, and levers as if they were read from one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from attrs import frozen

from ocop.errors import Problem
from ocop.law._document import Document, Path
from ocop.law._read import Loaded, structured
from ocop.law._write import short
from ocop.law.decision import Decision
from ocop.scenario._reform_file import EditEntry, Unfiled
from ocop.scenario.edits import KINDS_OF_EDITS, Edit
from ocop.scenario.lever import Level, Lever
from ocop.types import Mark

__all__ = [
    "FORMATS",
    "LeverEntry",
    "LeversFile",
    "OneLevel",
    "as_levers_file",
    "check_entry",
    "label_place",
    "place_in",
    "plain_edit",
    "plain_levers",
]

SetNames = tuple[int | str, ...]


@frozen(kw_only=True, eq=False, repr=False)
class LevelEntry:
    """A level written out."""

    label: str
    edits: tuple[EditEntry, ...] = ()


@frozen(kw_only=True, eq=False, repr=False)
class PointsEntry:
    """A lever on the points of an option."""

    criterion: str
    option: int
    values: tuple[int, ...]
    sets: SetNames = ()


@frozen(kw_only=True, eq=False, repr=False)
class MarkEntry:
    """A lever on a star mark."""

    criterion: str
    values: tuple[Mark | None, ...]
    option: int | None = None
    sets: SetNames = ()


@frozen(kw_only=True, eq=False, repr=False)
class ThresholdEntry:
    """A lever on a threshold."""

    star: Literal[2, 3, 4, 5]
    values: tuple[int, ...]


@frozen(kw_only=True, eq=False, repr=False)
class ScaleEntry:
    """A lever that scales a part or a section."""

    values: tuple[int, ...]
    part: str | None = None
    section: str | None = None
    sets: SetNames = ()


@frozen(kw_only=True, eq=False, repr=False)
class FloorsEntry:
    """A switch that removes all star marks."""

    sets: SetNames = ()


@frozen(kw_only=True, eq=False, repr=False)
class LeverEntry:
    """One lever: its levels written out, or one of the usual dials."""

    name: str
    levels: tuple[LevelEntry, ...] | None = None
    points: PointsEntry | None = None
    mark: MarkEntry | None = None
    threshold: ThresholdEntry | None = None
    scale: ScaleEntry | None = None
    switch: tuple[EditEntry, ...] | None = None
    floors_off: FloorsEntry | None = None

    @property
    def kinds(self) -> list[str]:
        """The dials that stand here; one, where the file is sound."""
        return [name for name in DIALS if getattr(self, name) is not None]

    def lever(self, law: Decision) -> Lever:
        """Return the lever; the entry is sound.

        Raises
        ------
        UnknownSetError
            Where floors of a set that is not there are to be removed.
        """
        if self.points is not None:
            own: Any = self.points
            return Lever.of_points(
                own.criterion, own.option, own.values, sets=own.sets, name=self.name
            )
        if self.mark is not None:
            own = self.mark
            return Lever.of_mark(
                own.criterion, own.option, own.values, sets=own.sets, name=self.name
            )
        if self.threshold is not None:
            own = self.threshold
            return Lever.of_threshold(own.star, own.values, name=self.name)
        if self.scale is not None:
            own = self.scale
            return Lever.of_scale(
                own.values, part=own.part, section=own.section, sets=own.sets, name=self.name
            )
        if self.switch is not None:
            return Lever.switch(self.name, _given(self.switch))
        if self.floors_off is not None:
            return Lever.floors_off(law, sets=self.floors_off.sets, name=self.name)
        levels = [Level(label=e.label, edits=_given(e.edits)) for e in self.levels or ()]
        return Lever(name=self.name, levels=levels)


DIALS = ("levels", "points", "mark", "threshold", "scale", "switch", "floors_off")


def _given(entries: Sequence[EditEntry]) -> list[Edit]:
    return [edit for entry in entries for edit in entry.given]


@frozen(kw_only=True, eq=False, repr=False)
class LeversFile:
    """A file of levers, for one decision."""

    format: Literal["ocop-levers/1"]
    levers: tuple[LeverEntry, ...]
    decision: str | None = None


FORMATS: dict[str, type] = {"ocop-levers/1": LeversFile}


class OneLevel(Unfiled):
    """The edits of one level as a reform; problems stand where the level does."""

    def __init__(self, whole: Document, entry: LeverEntry, lever: int, level: int) -> None:
        super().__init__("", {})
        self._whole, self._entry, self._at = whole, entry, (lever, level)

    def problem(
        self,
        code: str,
        message: str,
        path: Path = (),
        hint: str | None = None,
        *,
        of_key: bool = False,
    ) -> Problem:
        """Return a problem placed in the file of levers."""
        place = place_in(self._entry, *self._at, path)
        return self._whole.problem(code, message, place, hint, of_key=of_key)


def place_in(entry: LeverEntry, lever: int, level: int, path: Path) -> Path:
    """Return where in its file something of a level's edits stands."""
    (dial,) = entry.kinds
    at: Path = ("levers", lever, dial)
    if dial == "levels":
        return (*at, level, *path)
    if dial in ("switch", "floors_off"):
        return (*at, *(path[1:] if dial == "switch" else ()))
    # What varies is the level's value; the rest is said once for all levels.
    inner = path[3:]
    varies = inner[:1] in ((), ("points",), ("at_least",), ("mark",))
    return (*at, "values", level) if varies else (*at, *inner)


def label_place(entry: LeverEntry, lever: int, level: int) -> Path:
    """Return where in its file the label of a level stands, or the value that it is made of."""
    (dial,) = entry.kinds
    inner: Path = (level, "label") if dial == "levels" else ("values", level)
    return ("levers", lever, dial, *inner)


def check_entry(file: Loaded[LeversFile], n: int, entry: LeverEntry) -> Iterator[Problem]:
    """Check that a lever is one dial, and each edit one edit."""
    if len(entry.kinds) != 1:
        found = ", ".join(entry.kinds) or "none"
        message = f"found {found}, allowed is one of {', '.join(DIALS)}"
        yield file.problem("one-dial", message, ("levers", n))
        return
    written = [("switch", entry.switch or ())]
    written += [(f"levels {m}", level.edits) for m, level in enumerate(entry.levels or ())]
    for where, edits in written:
        name, *place = where.split()
        for k, edit in enumerate(edits):
            if len(edit.given) != 1:
                kinds = [kind for kind in KINDS_OF_EDITS if getattr(edit, kind) is not None]
                message = f"found {', '.join(kinds) or 'no edit'}, allowed is one edit an entry"
                inner: Path = (int(place[0]), "edits", k) if place else (k,)
                yield file.problem("one-edit", message, ("levers", n, name, *inner))


def plain_edit(edit: Edit) -> dict[str, Any]:
    """Return an edit as it stands in a file."""
    (name,) = (name for name, kind in KINDS_OF_EDITS.items() if kind is type(edit))
    return {name: short(edit)}


def plain_levers(levers: Sequence[Lever], decision: str) -> dict[str, Any]:
    """Return levers as the plain values of their file, levels written out."""
    return {
        "format": "ocop-levers/1",
        "decision": decision,
        "levers": [
            {
                "name": lever.name,
                "levels": [
                    {"label": level.label, "edits": list(map(plain_edit, level.edits))}
                    for level in lever.levels
                ],
            }
            for lever in levers
        ],
    }


def as_levers_file(levers: Sequence[Lever], decision: str) -> Loaded[LeversFile]:
    """Return levers as if they were read from a file that nobody has."""
    doc = Unfiled("", plain_levers(levers, decision))
    return Loaded(doc, structured(doc, LeversFile))
