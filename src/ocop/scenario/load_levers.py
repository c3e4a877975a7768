"""Levers in YAML files: read as strictly as reforms and the law."""

from __future__ import annotations

from pathlib import Path

from ocop._whole_file import writing_text
from ocop.errors import LawError, Problem, ProblemsError, UnknownDecisionError
from ocop.law._read import Loaded, load_one_of
from ocop.law._write import yaml_text
from ocop.law.catalogue import decision as shipped_decision
from ocop.law.decision import Decision
from ocop.scenario._lever_checks import check_levers
from ocop.scenario._levers_file import FORMATS, LeversFile, check_entries, plain_levers
from ocop.scenario.lever import Lever
from ocop.scenario.levers import Levers
from ocop.scenario.load_reform import decision_beside

__all__ = ["dump_levers", "load_levers"]


def load_levers(path: str | Path, decision: str | Decision | None = None) -> Levers:
    """Read levers from a YAML file, checked as strictly as the law.

    Parameters
    ----------
    path : str or Path
        A file of the format ``ocop-levers/1``.
    decision : str or Decision, optional
        What they are put to; by default the decision that the file names, a folder beside the
        file or a shipped one.

    Raises
    ------
    LawError
        With every problem of the file, each with line and column: those of all law files, of
        `load_reform` and of `Levers`, and ``one-dial``, ``no-decision``.
    UnknownDecisionError
        ``unknown-decision``.

    See Also
    --------
    ocop.dump_levers : Write them.
    """
    read = load_one_of(Path(path), str(path), FORMATS)
    file = Loaded(read.doc, read.value if isinstance(read.value, LeversFile) else None)
    if file.value is None:
        raise LawError(file.doc.problems)
    law = shipped_decision(decision) if isinstance(decision, str) else decision
    if law is None:
        law = _named(file, Path(path))
    problems = list(check_entries(file))
    levers = [] if problems else _levers(file, law, problems)
    if not problems:
        problems = check_levers(file, levers, law)[1]
    if problems:
        raise LawError(problems)
    return Levers(law, levers)


def _named(file: Loaded[LeversFile], path: Path) -> Decision:
    """Return the decision that a file names."""
    value = file.value
    assert value is not None
    if value.decision is None:
        message = "found no decision, allowed is one that the levers belong to"
        raise LawError([file.problem("no-decision", message, (), "add the key 'decision'")])
    try:
        return decision_beside(path, value.decision)
    except UnknownDecisionError as error:
        (found,) = error.problems
        where = ("decision",)
        raise LawError(
            [file.problem("unknown-reference", found.message, where, found.hint)]
        ) from error


def _levers(file: Loaded[LeversFile], law: Decision, problems: list[Problem]) -> list[Lever]:
    """Return the levers of a file; floors of sets that are not there are problems."""
    value = file.value
    assert value is not None
    levers = []
    for n, entry in enumerate(value.levers):
        try:
            levers.append(entry.lever(law))
        except ProblemsError as error:
            (found,) = error.problems
            path = ("levers", n, "floors_off", "sets")
            problems.append(file.problem(found.code, found.message, path, found.hint))
    return levers


def dump_levers(levers: Levers, path: str | Path) -> None:
    """Write levers as a YAML file, levels written out; `load_levers` reads them back.

    Raises
    ------
    OcopError
        Where the file cannot be written; a file before it stays as it was.

    Examples
    --------
    >>> import tempfile, ocop
    >>> levers = ocop.Levers("qd-26-2026", [ocop.Lever.of_threshold(5, [88, 90])])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ocop.dump_levers(levers, f"{folder}/levers.yaml")
    ...     ocop.load_levers(f"{folder}/levers.yaml").levers == levers.levers
    True
    """
    with writing_text(Path(path)) as stream:
        stream.write(yaml_text(plain_levers(levers.levers, levers.decision.id)))
