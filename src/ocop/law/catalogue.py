"""The catalogue: which decisions there are, and their criteria sets, read when asked for.

Nothing is read at import. One set loads alone; what was read once is kept, since the data of an
installed version never changes.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, get_args

from ocop._resources import resource
from ocop.errors import (
    InputError,
    LawError,
    NotTranscribedError,
    Problem,
    UnknownDecisionError,
    UnknownSetError,
)
from ocop.law._build import build_groups
from ocop.law._checks import check_groups
from ocop.law._files import GroupsFile
from ocop.law._folder import DecisionFolder
from ocop.law._near_sets import near_sets
from ocop.law._read import load
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet, ProductGroup
from ocop.text import closest, quoted
from ocop.types import DossierKind

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = [
    "applicable",
    "as_decision",
    "criteria_set",
    "decision",
    "decisions",
    "in_force",
    "product_groups",
]


def _data() -> Traversable:
    return resource("criteria_sets")


@cache
def shared_groups() -> GroupsFile:
    file = load(_data() / "groups.yaml", "criteria_sets/groups.yaml", GroupsFile)
    if file.value is not None:
        file.doc.problems.extend(check_groups(file))
    if file.value is None or file.doc.problems:
        raise LawError(file.doc.problems)
    return file.value


@cache
def _ids() -> tuple[str, ...]:
    folders = [f.name for f in _data().iterdir() if f.is_dir() and f.name.startswith("qd-")]
    return tuple(sorted(folders, key=lambda name: (name.rsplit("-", 1)[-1], name)))


@cache
def shipped_folder(decision_id: str) -> DecisionFolder | None:
    """Return the shipped folder of a decision, None where there is none."""
    if decision_id not in _ids():
        return None
    shown = f"criteria_sets/{decision_id}"
    root = _data() / decision_id
    return DecisionFolder(root, shown, shared_groups(), shipped_folder, shipped=True)


@cache
def _shipped(decision_id: str) -> Decision:
    folder = shipped_folder(decision_id)
    assert folder is not None
    return folder.decision()


def decisions() -> tuple[Decision, ...]:
    """Return the shipped decisions in the order in which they came into force.

    Examples
    --------
    >>> import ocop
    >>> [d.id for d in ocop.decisions()]
    ['qd-1048-2019', 'qd-781-2020', 'qd-148-2023', 'qd-1489-2025', 'qd-26-2026']
    """
    return tuple(sorted((_shipped(name) for name in _ids()), key=lambda d: (d.in_force_from, d.id)))


def decision(decision_id: str) -> Decision:
    """Return the shipped decision with this id.

    Raises
    ------
    UnknownDecisionError
        ``unknown-decision`` where no shipped decision has the id.

    Examples
    --------
    >>> import ocop
    >>> ocop.decision("qd-26-2026").number
    '26/2026/QĐ-TTg'
    """
    if decision_id not in _ids():
        near = closest(decision_id, _ids())
        hint = f"did you mean {quoted(near)}?" if near else None
        message = f"there is no decision {quoted(decision_id)}; there are {', '.join(_ids())}"
        raise UnknownDecisionError([Problem("unknown-decision", message, hint=hint)])
    return _shipped(decision_id)


def as_decision(law: str | Decision) -> Decision:
    """Return the decision that an argument `law` means: itself, or the shipped one of an id."""
    return decision(law) if isinstance(law, str) else law


def in_force(on: date) -> Decision:
    """Return the shipped decision whose criteria are in force on the day `on`.

    Raises
    ------
    UnknownDecisionError
        ``no-decision-in-force`` where the data holds none for that day.

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ocop
    >>> ocop.in_force(date(2026, 6, 1)).id
    'qd-26-2026'
    """
    for candidate in reversed(decisions()):
        if candidate.in_force(on):
            return candidate
    spans = ", ".join(
        f"{d.id} from {d.in_force_from} to {d.in_force_until or 'now'}" for d in decisions()
    )
    message = f"no decision in the data is in force on {on}; there are {spans}"
    raise UnknownDecisionError([Problem("no-decision-in-force", message)])


def applicable(filed_on: date, assessed_on: date, kind: DossierKind = "first") -> Decision:
    """Return the shipped decision that a dossier is assessed under.

    That is the decision in force on the day of assessment, unless its transition lets dossiers
    filed before it came into force go on under the rules before it.

    Parameters
    ----------
    filed_on, assessed_on : date
        The days on which the dossier was filed and is assessed.
    kind : {"first", "upgrade", "re-assessment"}, default "first"

    Raises
    ------
    InputError
        ``dates-out-of-order`` where the dossier is assessed before it was filed;
        ``unknown-kind``.
    UnknownDecisionError
        ``no-decision-in-force`` before 2019-08-21.

    References
    ----------
    26/2026/QĐ-TTg, article 12: 60 days for first assessments and upgrades, 30 days for
    re-assessments, counted from 2026-05-22, the last day included.

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ocop
    >>> ocop.applicable(date(2026, 5, 21), date(2026, 7, 21)).id
    'qd-1489-2025'
    >>> ocop.applicable(date(2026, 5, 21), date(2026, 7, 22)).id
    'qd-26-2026'
    """
    kinds = get_args(DossierKind)
    if kind not in kinds:
        message = f"found {quoted(kind)}, allowed are {', '.join(kinds)}"
        raise InputError([Problem("unknown-kind", message, path="kind")])
    if assessed_on < filed_on:
        message = f"assessed on {assessed_on}, before it was filed on {filed_on}"
        raise InputError([Problem("dates-out-of-order", message, path="assessed_on")])
    current = in_force(assessed_on)
    if filed_on < current.in_force_from:
        for transition in current.transitions:
            last = current.in_force_from + timedelta(days=transition.days)
            if transition.kind == kind and assessed_on <= last:
                return in_force(current.in_force_from - timedelta(days=1))
    return current


def criteria_set(law: str | Decision, which: int | str) -> CriteriaSet:
    """Return one criteria set of a decision.

    Parameters
    ----------
    law : str or Decision
        A shipped decision's id, or a decision.
    which : int or str
        The set's number in that decision, or the slug of its product group.

    Raises
    ------
    UnknownDecisionError
        ``unknown-decision``.
    UnknownSetError
        ``unknown-set`` where the decision has no such set.
    NotTranscribedError
        ``set-not-transcribed`` where it has, but the criteria are not in the data.

    Examples
    --------
    >>> import ocop
    >>> ocop.criteria_set("qd-26-2026", 11).group.slug
    'tea'
    """
    source = as_decision(law)
    for declared in source.declared:
        if str(which) not in (str(declared.number), declared.group):
            continue
        if declared.number not in source.sets:
            message = f"set {declared.number} ({declared.label.en}) of {source.id} is not "
            message += f"transcribed: {declared.why.en}" if declared.why else "yet transcribed"
            raise NotTranscribedError([Problem("set-not-transcribed", message)])
        return source.sets[declared.number]
    slugs = [declared.group for declared in source.declared]
    near = [quoted(slug) for slug in near_sets(str(which), source.declared)]
    meant = " or ".join([", ".join(near[:-1])] * (len(near) > 1) + near[-1:])
    hint = f"did you mean {meant}?" if near else "ocop show lists them"
    message = f"{source.id} has no set {quoted(which)}; it declares no sets"
    if slugs:
        numbers = [declared.number for declared in source.declared]
        message = (
            f"{source.id} has no set {quoted(which)}; allowed are the numbers {min(numbers)} to "
            f"{max(numbers)} or a product group such as {quoted(slugs[0])}"
        )
    raise UnknownSetError([Problem("unknown-set", message, hint=hint)])


def product_groups() -> tuple[ProductGroup, ...]:
    """Return the product groups that all decisions share, in the order of groups.yaml.

    Examples
    --------
    >>> import ocop
    >>> ocop.product_groups()[10].label.vi
    'Chè tươi, chè chế biến'
    """
    shared = shared_groups()
    return tuple(build_groups(shared.groups, {s.slug: s for s in shared.sectors}).values())
