"""Dossiers: the papers that a decision asks for, what is lacking, which decision applies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from attrs import frozen

from ocop._repr import short_repr
from ocop.errors import InputError, Problem
from ocop.law.catalogue import applicable, as_decision, decisions
from ocop.law.decision import Decision
from ocop.law.process import Paper
from ocop.programme.deadlines import renewal_window
from ocop.programme.product import check_group
from ocop.text import closest, quoted
from ocop.types import DossierKind

__all__ = [
    "Dossier",
    "MissingPaper",
    "PaperFrom",
    "applicable_law",
    "check_dossier",
    "missing_papers",
    "required_papers",
]

PaperFrom = Literal["producer", "commune", "district", "province", "centre"]
"""Who adds a paper to a dossier."""

SAMPLES = "samples"
"""The paper that is no paper: its pieces are counted in `Dossier.samples`."""


@frozen(kw_only=True)
class Dossier:
    """A dossier of a product (hồ sơ sản phẩm), as it was filed.

    Parameters
    ----------
    name : str
        Name of the product.
    group : str
        Slug of the product group.
    kind : {"first", "upgrade", "re-assessment"}
    filed_on : date
    decision : str, optional
        Id of the decision that the dossier was written for.
    papers : tuple of str
        Ids of the papers that are there, without the samples.
    claims : tuple of str
        Ids of the evidence papers whose criteria the product claims.
    samples : int, default 0
        Sample products (sản phẩm mẫu) that are there.
    expires_on : date, optional
        For a re-assessment, the last day of the present certificate.

    Raises
    ------
    InputError
        ``out-of-range`` for a negative number of samples. What a decision says of the dossier is
        the question of `check_dossier` and `missing_papers`.
    """

    name: str
    group: str
    kind: DossierKind
    filed_on: date
    decision: str | None = None
    papers: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    samples: int = 0
    expires_on: date | None = None

    __repr__ = short_repr

    def __attrs_post_init__(self) -> None:
        if self.samples < 0:
            message = f"found {self.samples}, allowed are numbers of samples from 0 on"
            raise InputError([Problem("out-of-range", message, path="samples")])


@frozen(kw_only=True)
class MissingPaper:
    """A paper that a dossier lacks (thành phần hồ sơ còn thiếu), by its id in the decision.

    `by` is who adds it; `claimed` says that it is evidence which the product claims; `needed` and
    `found` count copies, or sample products.
    """

    paper: str
    by: PaperFrom
    claimed: bool
    needed: int
    found: int


def applicable_law(dossier: Dossier, assessed_on: date) -> Decision:
    """Return the shipped decision that a dossier is assessed under on a day.

    The days and the kind of the dossier decide, not the decision that it was written for.

    Raises
    ------
    InputError
        ``dates-out-of-order``, ``unknown-kind``.
    UnknownDecisionError
        ``no-decision-in-force``.

    References
    ----------
    26/2026/QĐ-TTg, article 12; see `applicable`.

    Examples
    --------
    >>> from datetime import date
    >>> tea = Dossier(name="Trà", group="tea", kind="re-assessment", filed_on=date(2026, 5, 21))
    >>> applicable_law(tea, date(2026, 6, 21)).id, applicable_law(tea, date(2026, 6, 22)).id
    ('qd-1489-2025', 'qd-26-2026')
    """
    return applicable(dossier.filed_on, assessed_on, dossier.kind)


def required_papers(law: str | Decision, kind: DossierKind, group: str) -> tuple[Paper, ...]:
    """Return the papers that every dossier of a product group needs (thành phần hồ sơ bắt buộc).

    Our sources list the papers of 26/2026 without telling the kinds of dossiers apart, so all
    three kinds need the same. Evidence for single criteria is not among them: it is needed where
    the product claims it, see `missing_papers`.

    Returns
    -------
    tuple of Paper
        In the order of the decision; empty for the decisions before 26/2026, whose papers our
        sources do not hold.

    Raises
    ------
    InputError
        ``unknown-kind``, ``unknown-group``, ``group-not-in-decision``: all of them at once.

    References
    ----------
    26/2026/QĐ-TTg, on the dossier; 5 sample products for all groups but tourism.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> [paper.id for paper in required_papers(law, "first", "rural-tourism")]
    ['registration-form', 'self-assessment', 'business-registration', 'commune-report',
     'commune-proposal']
    >>> required_papers(ocop.decision("qd-148-2023"), "first", "tea")
    ()
    """
    law = as_decision(law)
    problems = [*_check_kind(kind), *_check_group(law, group)]
    if problems:
        raise InputError(problems)
    return tuple(p for p in law.process.papers if not p.evidence and _asked(p, group))


def missing_papers(law: str | Decision, dossier: Dossier) -> tuple[MissingPaper, ...]:
    """Return what a dossier lacks: required papers, claimed evidence, sample products.

    Returns
    -------
    tuple of MissingPaper
        In the order of the decision; empty for the decisions before 26/2026, whose papers our
        sources do not hold.

    Raises
    ------
    InputError
        ``unknown-kind``, ``unknown-group``, ``group-not-in-decision``, ``unknown-paper``: all of
        them at once, since a misspelt claim would pass as nothing missing.

    References
    ----------
    26/2026/QĐ-TTg, on the dossier.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> tea = Dossier(name="Trà", group="tea", kind="first", filed_on=date(2026, 8, 3), samples=3,
    ...     papers=("registration-form", "self-assessment", "business-registration"),
    ...     claims=("test-results",))
    >>> for lack in missing_papers(ocop.decision("qd-26-2026"), tea):
    ...     print(lack.by, lack.paper, lack.found, "of", lack.needed)
    producer test-results 0 of 1
    producer samples 3 of 5
    commune commune-report 0 of 1
    commune commune-proposal 0 of 1
    """
    law = as_decision(law)
    problems = [
        *_check_kind(dossier.kind),
        *_check_group(law, dossier.group),
        *_unknown_papers(law, dossier),
    ]
    if problems:
        raise InputError(problems)
    missing = []
    for paper in law.process.papers:
        if not _asked(paper, dossier.group) or (paper.evidence and paper.id not in dossier.claims):
            continue
        found = dossier.samples if paper.id == SAMPLES else dossier.papers.count(paper.id)
        if found < paper.count:
            lack = MissingPaper(
                paper=paper.id,
                by=paper.by or "producer",
                claimed=paper.evidence,
                needed=paper.count,
                found=found,
            )
            missing.append(lack)
    return tuple(missing)


def check_dossier(law: str | Decision, dossier: Dossier) -> tuple[Problem, ...]:
    """Check what a dossier says against a decision; `missing_papers` tells what it lacks.

    Of the kinds of dossiers our sources hold one rule: under 26/2026 a re-assessment is filed
    within the window before the expiry of the certificate. It is checked where the dossier tells
    the expiry. A dossier filed before that decision is not checked, and one is not late where the
    window had closed before it came into force while the certificate was valid: it runs on.

    Returns
    -------
    tuple of Problem
        ``unknown-kind``, ``unknown-group``, ``group-not-in-decision``; ``unknown-paper``,
        ``not-evidence`` for a claim that proves no criterion, ``samples-not-counted`` for samples
        listed without their number (none of these three where the decision's papers are not
        held); ``other-decision`` where the dossier was written for another one;
        ``filed-after-end`` where a newer decision was in force when it was filed;
        ``filed-too-early``, ``filed-too-late`` for a re-assessment outside its window.

    References
    ----------
    26/2026/QĐ-TTg, on the dossier and on re-assessment; article 12.

    Examples
    --------
    >>> from datetime import date
    >>> import ocop
    >>> tea = Dossier(name="Trà", group="tea", kind="first", filed_on=date(2026, 8, 3),
    ...     papers=("self-asessment",))
    >>> [problem.hint for problem in check_dossier(ocop.decision("qd-26-2026"), tea)]
    ["did you mean 'self-assessment'?"]
    """
    law = as_decision(law)
    return (
        *_check_kind(dossier.kind),
        *_check_group(law, dossier.group),
        *_unknown_papers(law, dossier),
        *_check_papers(law, dossier),
        *_check_decision(law, dossier),
        *_check_window(law, dossier),
    )


def _asked(paper: Paper, group: str) -> bool:
    return group not in paper.except_groups


def _check_kind(kind: str) -> Iterator[Problem]:
    kinds = get_args(DossierKind)
    if kind not in kinds:
        message = f"found {quoted(kind)}, allowed are {', '.join(kinds)}"
        yield Problem("unknown-kind", message, path="kind")


def _check_group(law: Decision, slug: str) -> Iterator[Problem]:
    # A decision of one's own may have groups that are not shared.
    if any(declared.group == slug for declared in law.declared):
        return
    unknown = check_group(slug)
    if unknown is not None:
        yield unknown
    else:
        message = f"{law.id} has no criteria set for {quoted(slug)}"
        hint = "name the product group that the decision puts the product in"
        yield Problem("group-not-in-decision", message, path="group", hint=hint)


def _unknown_papers(law: Decision, dossier: Dossier) -> Iterator[Problem]:
    papers = {paper.id: paper for paper in law.process.papers}
    if not papers:
        return
    for field in ("papers", "claims"):
        known = [p.id for p in papers.values() if p.evidence or field == "papers"]
        for index, name in enumerate(getattr(dossier, field)):
            if name in papers:
                continue
            near = closest(name, known)
            hint = f"did you mean {quoted(near)}?" if near else None
            message = f"found {quoted(name)}, {law.id} asks for {', '.join(known)}"
            yield Problem("unknown-paper", message, path=f"{field}[{index}]", hint=hint)


def _check_papers(law: Decision, dossier: Dossier) -> Iterator[Problem]:
    papers = {paper.id: paper for paper in law.process.papers}
    for index, name in enumerate(dossier.claims):
        if name in papers and not papers[name].evidence:
            message = f"found {quoted(name)}, which proves no single criterion"
            hint = "leave it out of the claims"
            yield Problem("not-evidence", message, path=f"claims[{index}]", hint=hint)
    if SAMPLES in papers and SAMPLES in dossier.papers and dossier.samples == 0:
        message = f"found {quoted(SAMPLES)} among the papers, and no number of samples"
        hint = "give their number in samples"
        yield Problem("samples-not-counted", message, path="samples", hint=hint)


def _check_decision(law: Decision, dossier: Dossier) -> Iterator[Problem]:
    if dossier.decision not in (None, law.id):
        message = f"found {quoted(dossier.decision)}, the dossier is checked under {law.id}"
        hint = "applicable_law tells the decision that it is assessed under"
        yield Problem("other-decision", message, path="decision", hint=hint)
    # A later decision may judge an earlier dossier, an earlier decision never a later one.
    replaced = any(
        law.id in newer.replaces and newer.in_force_from <= dossier.filed_on
        for newer in decisions()
    )
    ended = law.in_force_until is not None and law.in_force_until < dossier.filed_on
    if ended or replaced:
        message = f"filed on {dossier.filed_on}, when a newer decision had taken the place of "
        hint = "applicable_law tells the decision that it is assessed under"
        yield Problem("filed-after-end", message + law.id, path="filed_on", hint=hint)


def _check_window(law: Decision, dossier: Dossier) -> Iterator[Problem]:
    if dossier.kind != "re-assessment" or dossier.expires_on is None:
        return
    window = renewal_window(law, dossier.expires_on)
    if window is None or dossier.filed_on < law.in_force_from:
        return
    first, last = window
    message = f"filed on {dossier.filed_on}, allowed are {first} to {last} for a certificate that "
    message += f"expires on {dossier.expires_on}"
    if dossier.filed_on < first:
        yield Problem("filed-too-early", message, path="filed_on")
    elif dossier.filed_on > last and not last < law.in_force_from <= dossier.expires_on:
        yield Problem("filed-too-late", message, path="filed_on")
