"""What is checked when all edits are done: the new law keeps to the law's own format."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from attrs import evolve

from ocop.law._checks import MAX_POINTS, check_criteria
from ocop.law._document import Path
from ocop.law._files import CriteriaFile
from ocop.law._read import Loaded
from ocop.law.model import Criterion
from ocop.scenario._reform_file import Unfiled, path_of
from ocop.scenario._run import Run
from ocop.scenario.edits import SetThreshold

__all__ = ["finish"]


def finish(run: Run) -> None:
    """Take over the headings of parts, and note what the law's format does not allow."""
    _headings(run)
    _bands(run)
    _criteria(run)
    if not all(draft.criteria for draft in run.drafts.values()):
        for draft in run.drafts.values():
            if not draft.criteria:
                run.refuse(("edits",), "no-criteria", "no criterion is left", draft.name)


def _place(run: Run, index: int) -> Path:
    return path_of(index, dict(run.edits)[index])


def _headings(run: Run) -> None:
    """Set the headings of parts: scaled ones only where the parts still make 100."""
    stated = {part: new for part, (new, _, is_stated) in run.headings.items() if is_stated}
    wished = {part: new for part, (new, _, _) in run.headings.items()}
    for candidate in (wished, stated):
        parts = {**run.levers.parts, **candidate}
        if sum(parts.values()) == MAX_POINTS:
            for part, (_, index, _) in run.headings.items():
                if parts[part] != run.levers.parts[part]:
                    run.effect.add(index)
            if parts != run.levers.parts:
                run.levers.parts = parts
                for number in run.law.sets:
                    run.draft(number)  # the sums of every set are to be looked at
            return
    total = sum({**run.levers.parts, **stated}.values())
    last = max(index for _, index, is_stated in run.headings.values() if is_stated)
    message = f"the parts add up to {total} points, allowed is {MAX_POINTS}"
    hint = "set the heading of another part too"
    run.refuse(_place(run, last), "points-do-not-add-up", message, hint=hint)


def _bands(run: Run) -> None:
    bands = [band.at_least for band in run.levers.bands]
    if any(a <= b for a, b in pairwise(bands)):
        last = max(index for index, edit in run.edits if isinstance(edit, SetThreshold))
        message = f"the thresholds become {', '.join(map(str, bands))}; allowed are falling numbers"
        run.refuse((*_place(run, last), "at_least"), "wrong-bands", message)


def _criteria(run: Run) -> None:
    told: dict[Criterion, tuple[tuple[str, str, str | None], ...]] = {}
    for (number, code), index in run.touched.items():
        draft = run.drafts[number]
        held = draft.criteria.get(code)
        if held is None:
            continue
        criterion = evolve(held.now, id="x")
        if criterion not in told:
            told[criterion] = tuple(_told(run, criterion))
        for problem, message, hint in told[criterion]:
            text = f"{code} would not keep to the law's format: {message}"
            run.refuse(_place(run, index), problem, text + ",", draft.name, hint)


def _told(run: Run, criterion: Criterion) -> Iterator[tuple[str, str, str | None]]:
    file = CriteriaFile(format="ocop-criteria/1", theme="x", criteria=(criterion,))
    for problem in check_criteria(Loaded(Unfiled(""), file), run.law):
        place = (problem.path or "").partition(".")[2]
        yield (
            problem.code,
            f"{place}: {problem.message}" if place else problem.message,
            problem.hint,
        )
