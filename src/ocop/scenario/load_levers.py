"""Levers in YAML files: read as strictly as reforms and the law."""

from __future__ import annotations

from pathlib import Path

from ocop._renamed import renamed_arguments
from ocop._whole_file import writing_text
from ocop.errors import LawError, Problem, ProblemsError, UnknownDecisionError
from ocop.law._document import Document
from ocop.law._read import Loaded, load_one_of
from ocop.law._write import yaml_text
from ocop.law.catalogue import decision as shipped_decision
from ocop.law.decision import Decision
from ocop.scenario._lever_checks import check_levers
from ocop.scenario._levers_file import FORMATS, LeverEntry, LeversFile, check_entry, plain_levers
from ocop.scenario._sound_entries import by_place, sound_entries, text_of
from ocop.scenario.lever import Lever
from ocop.scenario.levers import Levers
from ocop.scenario.load_reform import decision_beside

__all__ = ["dump_levers", "load_levers"]


@renamed_arguments("0.3", decision="law")
def load_levers(path: str | Path, law: str | Decision | None = None) -> Levers:
    """Read levers from a YAML file, checked as strictly as the law.

    Parameters
    ----------
    path : str or Path
        A file of the format ``ocop-levers/1``.
    law : str or Decision, optional
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
    unsound: set[int] = set()
    value = read.value if isinstance(read.value, LeversFile) else _sound_part(read.doc, unsound)
    if value is None:
        raise LawError(read.doc.problems)
    file, problems = Loaded(read.doc, value), list(read.doc.problems)
    law = shipped_decision(law) if isinstance(law, str) else law
    law = _named(file, Path(path), problems) if law is None else law
    levers = _levers(file, law, unsound, problems)
    if law is None:
        raise LawError(by_place(problems))
    problems += check_levers(file, levers, law)[1]
    if problems:
        raise LawError(by_place(problems) if None in levers else problems)
    return Levers(law, [lever for lever in levers if lever is not None])


def _sound_part(doc: Document, unsound: set[int]) -> LeversFile | None:
    """Return what can be checked of a file of the wrong shape; levers of it join `unsound`."""
    if not isinstance(doc.data, dict) or text_of(doc, "format") not in FORMATS:
        return None
    levers, wrong = sound_entries(doc, "levers", LeverEntry, LeverEntry(name="unsound"))
    unsound |= wrong
    return LeversFile(format="ocop-levers/1", levers=levers, decision=text_of(doc, "decision"))


def _named(file: Loaded[LeversFile], path: Path, problems: list[Problem]) -> Decision | None:
    """Return the decision that a file names, where it names one that is there."""
    value = file.value
    assert value is not None
    if value.decision is None:
        if not any(problem.path == "decision" for problem in problems):
            message = "found no decision, allowed is one that the levers belong to"
            problems.append(file.problem("no-decision", message, (), "add the key 'decision'"))
        return None
    try:
        return decision_beside(path, value.decision)
    except UnknownDecisionError as error:
        (found,) = error.problems
        where = ("decision",)
        problems.append(file.problem("unknown-reference", found.message, where, found.hint))
        return None


def _levers(
    file: Loaded[LeversFile], law: Decision | None, unsound: set[int], problems: list[Problem]
) -> list[Lever | None]:
    """Return the levers of a file, None for those with problems."""
    value = file.value
    assert value is not None
    levers: list[Lever | None] = []
    for n, entry in enumerate(value.levers):
        found = [] if n in unsound else list(check_entry(file, n, entry))
        problems += found
        lever = None
        if law is not None and not found and n not in unsound:
            try:
                lever = entry.lever(law)
            except ProblemsError as error:
                # Floors of sets that are not there.
                (wrong,) = error.problems
                path = ("levers", n, "floors_off", "sets")
                problems.append(file.problem(wrong.code, wrong.message, path, wrong.hint))
        levers.append(lever)
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
