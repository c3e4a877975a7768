"""Reforms in YAML files: read as strictly as the law, and written."""

from __future__ import annotations

from pathlib import Path

from ocop._renamed import renamed_arguments
from ocop._whole_file import writing_text
from ocop.errors import LawError, Problem, UnknownDecisionError
from ocop.law._document import Document
from ocop.law._names import is_id
from ocop.law._read import Loaded, load_one_of
from ocop.law._write import yaml_text
from ocop.law.catalogue import decision as shipped_decision
from ocop.law.decision import Decision
from ocop.law.own import load_decision
from ocop.scenario._engine import run_reform
from ocop.scenario._reform_file import FORMATS, EditEntry, ReformFile, check_reform
from ocop.scenario._sound_entries import by_place, sound_entries, text_of
from ocop.scenario.reform import Reform, plain_reform
from ocop.text import Label

__all__ = ["decision_beside", "dump_reform", "load_reform", "reform_problems"]


@renamed_arguments("0.3", decision="law")
def load_reform(path: str | Path, law: str | Decision | None = None) -> Reform:
    """Read a reform from a YAML file, checked as strictly as the law.

    Parameters
    ----------
    path : str or Path
        A file of the format ``ocop-reform/1``.
    law : str or Decision, optional
        What the edits are checked against; by default the decision that the file names, a folder
        beside the file or a shipped one. Where it names none, the file is checked alone.

    Raises
    ------
    LawError
        With every problem of the file, each with line and column: those of all law files, and
        ``one-edit``, ``part-or-section``, ``unknown-reference``, ``unknown-set``,
        ``set-not-transcribed``, ``edits-collide``, ``reform-for-another-decision``,
        ``wrong-bands``, ``points-do-not-add-up``, ``out-of-range``, ``marks-fall`` and what else
        the law's format does not allow.

    See Also
    --------
    ocop.dump_reform : Write one.
    """
    file, problems = reform_problems(path, law)
    if problems or file.value is None:
        raise LawError(problems)
    value = file.value
    return Reform(
        id=value.id,
        title=value.title,
        decision=value.decision,
        edits=[entry.given[0] for entry in value.edits],
    )


def reform_problems(
    path: str | Path, decision: str | Decision | None = None
) -> tuple[Loaded[ReformFile], list[Problem]]:
    """Return a reform's file and everything that is wrong with it, as `load_reform` checks it."""
    read = load_one_of(Path(path), str(path), FORMATS)
    unsound: set[int] = set()
    value = read.value if isinstance(read.value, ReformFile) else _sound_part(read.doc, unsound)
    if value is None:
        return Loaded(read.doc), read.doc.problems
    file = Loaded(read.doc, value)
    problems = [*read.doc.problems, *check_reform(file, unsound)]
    law = shipped_decision(decision) if isinstance(decision, str) else decision
    if law is None and value.decision is not None:
        try:
            law = decision_beside(Path(path), value.decision)
        except UnknownDecisionError as error:
            (found,) = error.problems
            problems.append(
                file.problem("unknown-reference", found.message, ("decision",), found.hint)
            )
    if law is not None:
        problems += run_reform(file, law, unsound).problems
    return file, by_place(problems) if unsound else problems


def _sound_part(doc: Document, unsound: set[int]) -> ReformFile | None:
    """Return what can be checked of a file of the wrong shape; edits of it join `unsound`."""
    if not isinstance(doc.data, dict) or text_of(doc, "format") not in FORMATS:
        return None
    edits, wrong = sound_entries(doc, "edits", EditEntry, EditEntry())
    unsound |= wrong
    return ReformFile(
        format="ocop-reform/1",
        id=text_of(doc, "id") or "unsound",
        title=Label("-", "-"),
        edits=edits,
        decision=text_of(doc, "decision"),
    )


def decision_beside(path: Path, name: str) -> Decision:
    """Return the decision of a folder beside a file, or the shipped one of that id."""
    folder = path.absolute().parent / name
    if is_id(name) and (folder / "decision.yaml").is_file():
        return load_decision(folder)
    return shipped_decision(name)


def dump_reform(reform: Reform, path: str | Path) -> None:
    """Write a reform as a YAML file; `load_reform` reads it back as an equal one.

    Raises
    ------
    OcopError
        Where the file cannot be written; a file before it stays as it was.

    Examples
    --------
    >>> import tempfile, ocop
    >>> reform = ocop.Reform(
    ...     id="strict-five",
    ...     title=ocop.Label("Năm sao chặt hơn", "A stricter five stars"),
    ...     edits=[ocop.SetThreshold(star=5, at_least=92)],
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ocop.dump_reform(reform, f"{folder}/reform.yaml")
    ...     ocop.load_reform(f"{folder}/reform.yaml") == reform
    True
    """
    with writing_text(Path(path)) as stream:
        stream.write(yaml_text(plain_reform(reform)))
