"""Runs the edits of a reform against a decision."""

from __future__ import annotations

from collections.abc import Collection

from ocop.law._read import Loaded
from ocop.law.decision import Decision
from ocop.scenario._finish import finish
from ocop.scenario._reform_file import ReformFile
from ocop.scenario._run import Run
from ocop.scenario._steps import take_step

__all__ = ["run_reform"]


def run_reform(
    file: Loaded[ReformFile], law: Decision, unsound: Collection[int] = frozenset()
) -> Run:
    """Do every edit of a reform on drafts of the decision's sets; nothing is raised.

    Edits in `unsound` are left out. What depends on all edits is then not looked at.
    """
    value = file.value
    assert value is not None
    run = Run(law, file, f"{law.id}+{value.id}")
    wanted = value.decision
    if wanted is not None and law.id != wanted and not law.id.startswith(wanted + "+"):
        message = f"the reform is written for {wanted}, found {law.id}"
        run.refuse(("decision",), "reform-for-another-decision", message)
    for index, edit in run.edits:
        if index not in unsound:
            take_step(run, index, edit)
    if not unsound:
        finish(run)
    return run
