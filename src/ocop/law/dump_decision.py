"""Writes a decision as a folder that the strict loader reads back as the same law."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from attrs import evolve

from ocop._whole_file import bring_to_disk, cannot_write, place_beside, real_path, take_over
from ocop.errors import InputError, Problem
from ocop.law._folder import set_file_name
from ocop.law._names import MOST_OF_ID, is_id
from ocop.law._write import short, yaml_text
from ocop.law.catalogue import product_groups
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet, Criterion
from ocop.text import quoted

__all__ = ["dump_decision"]


def dump_decision(decision: Decision, folder: str | Path) -> None:
    """Write a decision as a folder of its own: ``decision.yaml``, ``criteria`` and ``sets``.

    An amendment is written whole. A criterion that says the same under two ids is written once;
    one that says something else in some of the sets, as after a reform, gets an id of its own
    there. Both are names only: the sets that are read back have the same digests. Findings that no
    set knows, and answers of producers to criteria that no set has, are left out.

    Parameters
    ----------
    decision : Decision
    folder : str or Path
        New, or empty; it appears when it is complete.

    Raises
    ------
    InputError
        ``folder-not-empty``, ``bad-id`` where a group is named so that no file can be.
    OcopError
        Where the folder cannot be written.

    See Also
    --------
    ocop.load_decision : Read it back.

    Examples
    --------
    >>> import tempfile, ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ocop.dump_decision(law, f"{folder}/copy")
    ...     ocop.load_decision(f"{folder}/copy").digest == law.digest
    True
    """
    allowed = f"allowed are up to {MOST_OF_ID} small letters, digits and hyphens"
    problems = [
        Problem("bad-id", f"found {quoted(slug)}, {allowed}")
        for slug in (declared.group for declared in decision.declared)
        if not is_id(slug)
    ]
    if problems:
        # Files of the folder are called after groups.
        raise InputError(problems)
    files = _files(decision)
    try:
        target = real_path(folder)
        before = target.stat() if target.exists() else None
        if before is not None and (not target.is_dir() or any(target.iterdir())):
            message = f"{quoted(str(folder))} is there already, "
            message += "allowed is a new or an empty folder"
            raise InputError([Problem("folder-not-empty", message, path="folder")])
        beside = place_beside(target)
        try:
            beside.mkdir()
            for name, value in files.items():
                _write(beside / name, yaml_text(value))
            if before is not None:
                take_over(beside, before)
                target.rmdir()  # not every system renames onto an empty folder
            beside.replace(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        bring_to_disk(stream)


def _files(law: Decision) -> dict[str, Any]:
    """Return the plain content of every file by its name in the folder."""
    numbers = [declared.number for declared in law.declared if declared.number in law.sets]
    sets = {number: law.sets[number] for number in numbers}
    names = _Names(sets)
    files = {"decision.yaml": _header(law, sets, names)}
    criteria = [short(evolve(c, id=name)) for c, name in names.criteria.items()]
    if criteria:
        files["criteria/all.yaml"] = {
            "format": "ocop-criteria/1",
            "theme": "all",
            "criteria": criteria,
        }
    for declared in law.declared:
        if declared.number in sets:
            name = f"sets/{set_file_name(declared)}"
            files[name] = _set(sets[declared.number], names)
    return files


class _Names:
    """Ids by which no two criteria that differ are the same, and no two are alike.

    `criteria` maps each distinct criterion, without its id, to the id that it is written under;
    `instead` maps an id to those that stand for it too.
    """

    def __init__(self, sets: dict[int, CriteriaSet]) -> None:
        self.criteria: dict[Criterion, str] = {}
        self.instead: dict[str, list[str]] = {}
        used = {item.criterion.id for chosen in sets.values() for item in chosen.items}
        owner: set[str] = set()
        for chosen in sets.values():
            for item in chosen.items:
                own = item.criterion.id
                content = evolve(item.criterion, id="")
                if content not in self.criteria:
                    name, count = own, 1
                    while name in owner or (count > 1 and name in used):
                        count += 1
                        name = f"{own}-{count}"
                    owner.add(name)
                    self.criteria[content] = name
                names = self.instead.setdefault(own, [])
                if self.criteria[content] not in names:
                    names.append(self.criteria[content])

    def of(self, criterion: Criterion) -> str:
        """Return the id that a criterion is written under."""
        return self.criteria[evolve(criterion, id="")]


def _header(law: Decision, sets: dict[int, CriteriaSet], names: _Names) -> dict[str, Any]:
    shared = {group.slug for group in product_groups()}
    stated = {e.finding.id for chosen in sets.values() for e in chosen.exclusions}
    answers = tuple(
        evolve(entry, criterion=name)
        for entry in law.process.form_answers
        for name in names.instead.get(entry.criterion, ())
    )
    process = short(evolve(law.process, form_answers=answers))
    content = short(evolve(law, sets={}, base=None, inherited=()))
    for name in ("declared", "groups", "findings", "process"):
        content.pop(name, None)
    groups = [
        {"slug": group.slug, "label": short(group.label), "sector": group.sector.slug}
        for group in law.groups
        if group.slug not in shared
    ]
    optional = {
        "findings": [short(f) for f in law.findings if f.id in stated],
        "groups": groups,
        "process": process,
    }
    return {
        "format": "ocop-decision/1",
        **content,
        **{key: value for key, value in optional.items() if value},
        "sets": short(law.declared),
    }


def _set(chosen: CriteriaSet, names: _Names) -> dict[str, Any]:
    parts = [
        {
            "code": part.code,
            "points": part.points,
            "sections": [
                {
                    "code": section.code,
                    "title": short(section.title),
                    "points": section.points,
                    "criteria": {item.code: names.of(item.criterion) for item in section.items},
                    **({"headings": short(section.headings)} if section.headings else {}),
                }
                for section in part.sections
            ],
        }
        for part in chosen.parts
    ]
    content = {
        "format": "ocop-set/1",
        "number": chosen.number,
        "group": chosen.group.slug,
        "clause": short(chosen.clause),
        "parts": parts,
    }
    exclusions = [{"finding": e.finding.id, "where": e.where} for e in chosen.exclusions]
    optional = {
        "exclusions": exclusions,
        "rules": short(chosen.rules),
        "errata": short(chosen.errata),
        "gaps": short(chosen.gaps),
    }
    return {**content, **{key: value for key, value in optional.items() if value}}
