"""Decisions and crosswalks of your own: loaded and checked as strictly as the shipped ones."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ocop.errors import LawError, Problem
from ocop.law._checks import check_decision, check_groups
from ocop.law._crosswalk_file import ReadCrosswalk, read_crosswalk
from ocop.law._files import CrosswalkFile, DecisionFile, GroupsFile
from ocop.law._folder import DecisionFolder
from ocop.law._names import is_id
from ocop.law._read import Loaded, load_one_of
from ocop.law.catalogue import decision, shared_groups, shipped_folder
from ocop.law.decision import Decision
from ocop.law.matching import Crosswalk

__all__ = ["load_crosswalk", "load_decision", "validate"]


def _own_folder(root: Path, shown: str) -> DecisionFolder:
    """Return a user's folder; an amendment finds its base beside it, or among the shipped."""

    def find(decision_id: str) -> DecisionFolder | None:
        beside = root.absolute().parent / decision_id
        if is_id(decision_id) and (beside / "decision.yaml").is_file() and not _strays(beside):
            return _own_folder(beside, str(beside))
        return shipped_folder(decision_id)

    return DecisionFolder(root, shown, shared_groups(), find)


def _strays(root: Path, shown: str = "") -> list[Problem]:
    """Return a problem for each file of a folder that stands elsewhere, or is no file.

    A folder may come from anyone: its links would read any file of this machine, and a pipe in it
    would be waited for.
    """
    home, found = root.resolve(), []
    inner: list[Path] = []
    for folder in (root / "criteria", root / "sets"):
        with suppress(OSError):  # told where the files are read
            inner += sorted(path for path in folder.iterdir() if _is_yaml(path))
    for path in (root / "decision.yaml", *inner):
        name = f"{shown}/{path.relative_to(root).as_posix()}"
        with suppress(OSError):  # as above
            if not path.resolve().is_relative_to(home):
                message = "the file is a link to a file outside of the folder"
                found.append(Problem("link-outside", message, name, hint="copy the file here"))
            elif path.exists() and not (path.is_file() or path.is_dir()):
                found.append(Problem("cannot-read", "cannot read the file: it is no file", name))
    return found


def _is_yaml(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def load_decision(folder: str | Path) -> Decision:
    """Load a decision from a folder of your own, checked as strictly as the shipped ones.

    Parameters
    ----------
    folder : str or Path
        Holds ``decision.yaml``, ``criteria/*.yaml`` and ``sets/*.yaml``.

    Raises
    ------
    LawError
        With every problem of every file.
    """
    root = Path(folder)
    shown = str(folder).rstrip("/")
    own = _own_folder(root, shown)
    problems = list(_strays(root, shown)) or own.problems()
    if problems:
        raise LawError(problems)
    law = own.decision()
    # Own files may change while the program runs; what was checked is what is kept.
    for number in law.sets:
        law.sets[number]
    return law


def load_crosswalk(path: str | Path) -> Crosswalk:
    """Load a crosswalk file of your own, checked as strictly as the shipped ones.

    The two decisions that it names are looked for beside the file's folder, then among the
    shipped ones.

    Parameters
    ----------
    path : str or Path
        A file of the format ``ocop-crosswalk/1``.

    Raises
    ------
    LawError
        With every problem of the file.
    """
    return _own_crosswalk(Path(path), str(path)).crosswalk()


def _own_crosswalk(path: Path, shown: str) -> ReadCrosswalk:
    def find(decision_id: str) -> Decision:
        beside = path.absolute().parent.parent / decision_id
        if is_id(decision_id) and (beside / "decision.yaml").is_file():
            return load_decision(beside)
        return decision(decision_id)

    return read_crosswalk(path, shown, find)


def validate(path: str | Path) -> tuple[Problem, ...]:
    """Check a decision's folder, or one file of it, and return every problem found.

    A folder is checked as a whole. A criteria or set file inside a decision's folder is checked
    against that decision, a crosswalk against its two decisions; any other file is checked alone.

    Parameters
    ----------
    path : str or Path
        A folder with ``decision.yaml``, or a ``.yaml`` file of any kind.

    Returns
    -------
    tuple of Problem
        Empty where all is well.
    """
    root = Path(path)
    shown = str(path).rstrip("/")
    try:
        is_folder = root.is_dir()
    except OSError:  # told where the file is read
        is_folder = False
    if is_folder:
        return tuple(_strays(root, shown) or _own_folder(root, shown).problems())
    file = load_one_of(root, shown)
    if isinstance(file.value, GroupsFile):
        file.doc.problems.extend(check_groups(Loaded(file.doc, file.value)))
    elif isinstance(file.value, DecisionFile):
        slugs = [group.slug for group in shared_groups().groups]
        sectors = [sector.slug for sector in shared_groups().sectors]
        whole = Loaded(file.doc, file.value)
        file.doc.problems.extend(check_decision(whole, slugs, sectors))
    elif isinstance(file.value, CrosswalkFile):
        return tuple(_own_crosswalk(root, shown).problems)
    elif file.value is not None:
        return _inside_decision(root, shown)
    return tuple(file.doc.problems)


def _inside_decision(path: Path, shown: str) -> tuple[Problem, ...]:
    """Check a criteria or set file against the decision in whose folder it lies, if any."""
    # Made absolute, so that "11-tea.yaml" given inside the folder finds its decision too.
    folder, home = path.absolute().parent, path.absolute().parent.parent
    if folder.name not in ("criteria", "sets") or not (home / "decision.yaml").is_file():
        return ()
    found = _own_folder(home, str(home)).problems()
    own = [p for p in found if p.file == f"{home}/{folder.name}/{path.name}"]
    if own:
        return tuple(replace(problem, file=shown) for problem in own)
    return tuple(p for p in found if p.file == f"{home}/decision.yaml")
