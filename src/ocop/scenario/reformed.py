"""What applying a reform gives: the new decision, and what a reader has to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ocop._renamed import renamed_attribute
from ocop._version import __version__
from ocop.errors import Problem
from ocop.law.decision import Decision
from ocop.scenario.reform import Reform
from ocop.text import number_of

__all__ = ["Misfit", "Reformed"]


@frozen(kw_only=True)
class Misfit:
    """A sum that a reform moved away from what it should be, in points.

    `where` is ``"total"``, the code of a part or that of a section. `heading` is what is printed
    (100 for the total), `before` and `reachable` what the criteria reach before and after.
    """

    set: int
    group: str
    where: str
    heading: int
    before: int
    reachable: int


@frozen(kw_only=True, repr=False)
class Reformed:
    """A decision after a reform (quyết định sau sửa đổi), with what is to be reported.

    Attributes
    ----------
    decision : Decision
        The new law; its id is that of the old one, a plus and the reform's id.
    before : Decision
        The decision that the reform was applied to.
    reform : Reform
    without_effect : tuple of int
        Positions, counted from 0, of edits that changed nothing.
    misfits : tuple of Misfit
        Totals that are not 100 any more, parts and sections whose criteria do not reach their
        heading, or exceed it, where that was not so before.
    consequences : tuple of Problem
        What changed beside what the edits say: ``rule-dropped``, ``place-moved``,
        ``form-answers-dropped``.
    version : str
        Version of ocop that applied it.
    """

    decision: Decision
    before: Decision
    reform: Reform
    without_effect: tuple[int, ...]
    misfits: tuple[Misfit, ...]
    consequences: tuple[Problem, ...]
    version: str = __version__
    if not TYPE_CHECKING:
        ocop = renamed_attribute("version", "0.3")

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Everything to be reported as messages: none of it keeps the law from being used."""
        notes = [
            Problem("edit-without-effect", "the edit changes nothing", path=f"edits[{n}]")
            for n in self.without_effect
        ]
        notes += [_note(misfit) for misfit in self.misfits]
        return (*notes, *self.consequences)

    def __repr__(self) -> str:
        size = f"{number_of(len(self.reform.edits), 'edit')}, {number_of(len(self.notes), 'note')}"
        return f"<Reformed {self.decision.id}: {size}>"


def _note(misfit: Misfit) -> Problem:
    where = f"set {misfit.set} ({misfit.group})"
    reach = f"the criteria reach {misfit.reachable} points, before {misfit.before}"
    if misfit.where == "total":
        return Problem("total-leaves-100", f"{reach}, the law has 100", path=where)
    what = "part" if misfit.where.isalpha() else "section"
    message = f"{what} {misfit.where}: {reach}, its heading has {misfit.heading}"
    return Problem("heading-does-not-fit", message, path=where)
