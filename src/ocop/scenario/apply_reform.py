"""A reform applied: a new decision beside the old one, and a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from ocop._renamed import renamed_arguments
from ocop.errors import InputError, Problem
from ocop.law._checks import MAX_POINTS
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.law.model import CaseKind, CriteriaSet
from ocop.scenario._draft import Levers, SetDraft
from ocop.scenario._engine import run_reform
from ocop.scenario._run import Run
from ocop.scenario.reform import Reform, as_file
from ocop.scenario.reformed import Misfit, Reformed
from ocop.text import Label

__all__ = ["apply_reform"]


@renamed_arguments("0.3", decision="law")
def apply_reform(reform: Reform, law: str | Decision) -> Reformed:
    """Return the decision that a reform makes of another one, which stays as it is.

    The new decision works wherever one does. Its sets name it, so they rank together; parts and
    criteria that the reform does not change are the same objects as before. Sets that no edit
    names are loaded when they are asked for. Headings stay as printed unless an edit moves them,
    and nothing is rescaled silently: what does not add up any more is reported, and stated among
    the `gaps` of the set. An amendment becomes a whole decision.

    Parameters
    ----------
    reform : Reform
    law : str or Decision
        A shipped decision's id, or a decision, such as the result of an earlier reform.

    Returns
    -------
    Reformed
        The new decision, edits without effect, sums that leave 100, headings that no longer fit.

    Raises
    ------
    InputError
        Every problem, each at its edit: ``unknown-reference``, ``unknown-set``,
        ``set-not-transcribed``, ``edits-collide``, ``reform-for-another-decision``,
        ``wrong-bands``, ``points-do-not-add-up``, ``code-outside-section``, ``duplicate-id``,
        ``out-of-range``, ``no-points``, ``marks-fall``, ``mark-not-allowed``, ``labels-alike``,
        ``wrong-case``, ``cases-incomplete``, ``no-criteria``.
    UnknownDecisionError
        ``unknown-decision``.

    Examples
    --------
    >>> import ocop
    >>> reform = ocop.Reform(
    ...     id="more-capacity",
    ...     title=ocop.Label("Thêm điểm năng lực", "More points for capacity"),
    ...     edits=[ocop.SetPoints(criterion="1.4", option=3, points=5, sets="tea")],
    ... )
    >>> done = ocop.apply_reform(reform, "qd-26-2026")
    >>> done
    <Reformed qd-26-2026+more-capacity: 1 edit, 3 notes>
    >>> [misfit.where for misfit in done.misfits]
    ['1', 'A', 'total']
    """
    law = as_decision(law)
    run = run_reform(as_file(reform), law)
    if run.problems:
        raise InputError(run.problems)
    kinds = {kind.id: kind for kind in law.case_kinds}
    made = {number: draft.build(run.levers, kinds) for number, draft in sorted(run.drafts.items())}
    moved = _moved(run)
    answers = tuple(entry for entry in law.process.form_answers if entry.criterion not in moved)
    process = law.process
    if answers != process.form_answers:
        process = evolve(process, form_answers=answers)
    new = evolve(
        law,
        id=run.levers.decision,
        number=f"{law.number} + {reform.id}",
        parts=tuple(evolve(part, points=run.levers.parts[part.code]) for part in law.parts),
        bands=run.levers.bands,
        criterion_mark=run.levers.reading,
        process=process,
        base=None,
        inherited=(),
        sets=ReformedSets(law, run.levers, made),
    )
    return Reformed(
        decision=new,
        before=law,
        reform=reform,
        without_effect=tuple(n for n, _ in run.edits if n not in run.effect),
        misfits=tuple(m for n, made_set in made.items() for m in _misfits(law.sets[n], made_set)),
        consequences=tuple(_consequences(run, made)),
    )


class ReformedSets(Mapping[int, CriteriaSet]):
    """The sets of a reformed decision; those that no edit looked at load when asked for."""

    def __init__(self, law: Decision, levers: Levers, made: dict[int, CriteriaSet]) -> None:
        self._law, self._levers, self._made = law, levers, made

    def __getitem__(self, number: int) -> CriteriaSet:
        if number not in self._made:
            kinds: dict[str, CaseKind] = {kind.id: kind for kind in self._law.case_kinds}
            made = SetDraft(self._law.sets[number]).build(self._levers, kinds)
            # Of two threads that load a set at once, the first gives it to both.
            self._made.setdefault(number, made)
        return self._made[number]

    def __contains__(self, number: object) -> bool:
        return number in self._law.sets

    def __iter__(self) -> Iterator[int]:
        return iter(self._law.sets)

    def __len__(self) -> int:
        return len(self._law.sets)

    def __reduce__(self) -> tuple[type[dict[int, CriteriaSet]], tuple[dict[int, CriteriaSet]]]:
        return dict, (dict(self),)


def _sums(source: CriteriaSet) -> dict[str, tuple[int, int]]:
    """Return what is printed, and what the criteria reach, of sections, parts and the total."""
    found = {}
    for part in source.parts:
        for section in part.sections:
            reach = sum(item.criterion.best for item in section.items)
            found[section.code] = section.points, reach
        found[part.code] = part.points, sum(item.criterion.best for item in part.items)
    return {**found, "total": (MAX_POINTS, source.reachable)}


def _misfits(before: CriteriaSet, after: CriteriaSet) -> Iterator[Misfit]:
    old = _sums(before)
    for where, (heading, reach) in _sums(after).items():
        was = old.get(where, (0, 0))
        if heading != reach and was != (heading, reach):
            yield Misfit(
                set=after.number,
                group=after.group.slug,
                where=where,
                heading=heading,
                before=was[1],
                reachable=reach,
            )


def _moved(run: Run) -> set[str]:
    """Return the ids of criteria whose options are others, or in another order, in some set."""
    found = set()
    for draft in run.drafts.values():
        for item in draft.before.items:
            held = draft.criteria.get(item.code)
            if held is not None and held.base.id == item.criterion.id:
                labels = [[o.label for o in c.options] for c in (item.criterion, held.now)]
                if labels[0] != labels[1]:
                    found.add(item.criterion.id)
    return found


def _rules(source: CriteriaSet) -> list[Label]:
    needs = [rule.label for rule in source.rules.needs]
    return needs + [rule.label for rule in source.rules.knock_outs]


def _consequences(run: Run, made: Mapping[int, CriteriaSet]) -> Iterator[Problem]:
    for number, after in made.items():
        draft = run.drafts[number]
        before = draft.before
        for label in _rules(before):
            if label not in _rules(after):
                message = f"the rule goes with what it names: {label.en}"
                yield Problem("rule-dropped", message, path=draft.name)
        for old, new in zip(before.exclusions, after.exclusions, strict=True):
            if old.where != new.where:
                message = f"{old.finding.id} stood at {old.where}, which is gone; it now stands "
                yield Problem("place-moved", f"{message}at the {new.where}", path=draft.name)
    moved = _moved(run)
    for entry in run.law.process.form_answers:
        if entry.criterion in moved:
            message = f"how producers answer {entry.criterion} is left out: it has other options"
            yield Problem("form-answers-dropped", message, path="process")
