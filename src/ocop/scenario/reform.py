"""A reform: an ordered list of edits of a decision, as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.law._read import Loaded, structured
from ocop.law._write import short
from ocop.scenario._reform_file import ReformFile, Unfiled, check_reform
from ocop.scenario.edits import KINDS_OF_EDITS, Edit
from ocop.text import Label

__all__ = ["Reform", "as_file", "plain_reform"]


def _edits(given: Iterable[Edit] | Edit) -> tuple[Edit, ...]:
    """Return the edits; one alone may stand without brackets."""
    return tuple(given) if isinstance(given, Iterable) else (given,)


@frozen(kw_only=True)
class Reform:
    """A reform (đề án sửa đổi): changes of a decision, as data that can be read and kept.

    Edits are done in their order, and name what they change as it stands before the reform, so the
    order of edits of different things makes no difference. Two edits that write the same thing
    differently are an error when the reform is applied. To change what another reform changed,
    apply one after the other.

    Parameters
    ----------
    id : str
        Small letters, digits and single hyphens; it becomes part of the new decision's id.
    title : Label
    edits : iterable of edits
    decision : str, optional
        Id of the decision that the reform is written for; it is then applied to no other, but to
        what other reforms made of that one.

    Raises
    ------
    InputError
        ``wrong-type``, ``wrong-value``, ``empty-text``, ``bad-id``, ``out-of-range``,
        ``part-or-section``.

    See Also
    --------
    ocop.apply_reform : The decision that comes of it.
    ocop.load_reform : Read one from YAML.

    Examples
    --------
    >>> import ocop
    >>> reform = ocop.Reform(
    ...     id="strict-five",
    ...     title=ocop.Label("Năm sao chặt hơn", "A stricter five stars"),
    ...     edits=[ocop.SetThreshold(star=5, at_least=92)],
    ... )
    >>> ocop.apply_reform(reform, "qd-26-2026").decision.id
    'qd-26-2026+strict-five'
    """

    id: str
    title: Label
    edits: tuple[Edit, ...] = field(converter=_edits)
    decision: str | None = None

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        kinds = tuple(KINDS_OF_EDITS.values())
        message = "found something else, allowed are edits such as ocop.SetPoints"
        problems = [
            Problem("wrong-type", message, path=f"edits[{n}]")
            for n, edit in enumerate(self.edits)
            if not isinstance(edit, kinds)
        ]
        if not problems:
            file = as_file(self)
            problems = file.doc.problems
            if file.value is not None:
                problems += check_reform(file)
        if problems:
            raise InputError(problems)


def plain_reform(reform: Reform) -> dict[str, Any]:
    """Return a reform as the plain values of its file."""
    names = {kind: name for name, kind in KINDS_OF_EDITS.items()}
    head: dict[str, Any] = {
        "format": "ocop-reform/1",
        "id": reform.id,
        "title": short(reform.title),
    }
    if reform.decision is not None:
        head["decision"] = reform.decision
    return {**head, "edits": [{names[type(edit)]: short(edit)} for edit in reform.edits]}


def as_file(reform: Reform) -> Loaded[ReformFile]:
    """Return a reform as if it were read from a file that nobody has."""
    doc = Unfiled("", plain_reform(reform))
    return Loaded(doc, structured(doc, ReformFile))
