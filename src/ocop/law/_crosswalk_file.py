"""Reads a crosswalk file and checks it against its two decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from ocop.errors import LawError, Problem, UnknownDecisionError
from ocop.law._check_crosswalk import check_crosswalk
from ocop.law._files import CrosswalkFile
from ocop.law._read import Loaded, load
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FindDecision = Callable[[str], Decision]


@frozen
class ReadCrosswalk:
    """A crosswalk file that was read, with all its problems."""

    file: Loaded[CrosswalkFile]
    value: Crosswalk | None

    @property
    def problems(self) -> list[Problem]:
        """Every problem of the file."""
        return self.file.doc.problems

    def crosswalk(self) -> Crosswalk:
        """Return the crosswalk; LawError with every problem where there are any."""
        if self.value is None or self.problems:
            raise LawError(self.problems)
        return self.value


def read_crosswalk(source: Traversable, shown: str, find: FindDecision) -> ReadCrosswalk:
    """Read a crosswalk file with all its checks; `find` returns the decisions that it names."""
    file = load(source, shown, CrosswalkFile)
    value = file.value
    if value is None:
        return ReadCrosswalk(file, None)
    walk = Crosswalk(
        before=value.before,
        after=value.after,
        groups=value.groups,
        criteria=value.criteria,
        added=value.added,
    )
    before, after = (_decision(file, find, key) for key in ("before", "after"))
    if before is not None and after is not None:
        file.doc.problems.extend(check_crosswalk(file, walk, before, after))
    return ReadCrosswalk(file, walk)


def _decision(file: Loaded[CrosswalkFile], find: FindDecision, key: str) -> Decision | None:
    name = getattr(file.value, key)
    try:
        return find(name)
    except UnknownDecisionError as error:
        hint = error.problems[0].hint
        problem = file.problem("unknown-reference", error.problems[0].message, (key,), hint)
    except LawError as error:
        message = f"{name} is broken itself, {len(error.problems)} problem(s)"
        problem = file.problem("unknown-reference", message, (key,), "validate it first")
    file.doc.problems.append(problem)
    return None
