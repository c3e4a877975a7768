"""Recognitions: who recognises a star, and what an upgrade or a renewal makes of it."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import applicable, as_decision, in_force
from ocop.law.decision import Decision
from ocop.programme.certificate import MONTHS, Certificate
from ocop.programme.code import ProductCode
from ocop.programme.place import Place, check_place
from ocop.programme.producer import check_type
from ocop.programme.product import check_group
from ocop.types import DossierKind, Level, ProducerType, Star

__all__ = ["Recognition", "recognise", "recogniser", "renew", "upgrade"]


@frozen(kw_only=True)
class Recognition:
    """The recognition of a product (công nhận): its star, who gave it, and the certificate.

    `decision` is the id of the decision whose criteria were applied; `group` is the slug of the
    product group; `producer` is the producer's id. Nothing is checked here, so that a register
    can be read with its mistakes: `check_register` finds them, and `recognise` makes none.
    """

    code: ProductCode
    name: str
    group: str
    star: Star
    level: Level
    decision: str
    certificate: Certificate
    producer: str | None = None
    producer_type: ProducerType | None = None

    @property
    def place(self) -> Place:
        """The commune that the code names."""
        return self.code.place

    @property
    def recognised_on(self) -> date:
        """The first valid day of the certificate."""
        return self.certificate.recognised_on


def recogniser(law: str | Decision, star: int) -> Level | None:
    """Return the level that recognises a star under a decision, None where nobody does.

    Examples
    --------
    >>> import ocop
    >>> [recogniser(ocop.decision("qd-148-2023"), star) for star in (2, 3, 4, 5)]
    [None, 'district', 'province', 'centre']
    """
    law = as_decision(law)
    return next((band.recognised_by for band in law.bands if band.star == star), None)


def recognise(
    *,
    code: ProductCode,
    name: str,
    group: str,
    star: Star,
    on: date,
    filed_on: date | None = None,
    kind: DossierKind = "first",
    producer: str | None = None,
    producer_type: ProducerType | None = None,
) -> Recognition:
    """Return the recognition of a product on a day, by the level that the decision names.

    Parameters
    ----------
    on : date
        The day of the recognition, the first day of the certificate.
    filed_on : date, optional
        The day on which the dossier was filed: in a transition the earlier decision may apply.
        Without it the decision in force on the day of the recognition does.
    kind : {"first", "upgrade", "re-assessment"}, default "first"

    Returns
    -------
    Recognition
        Its term is that of the decision; 36 months where the data holds none, as before 2023.

    Raises
    ------
    InputError
        ``star-not-recognised``, ``unknown-group``, ``district-ended``, ``district-missing``,
        ``producer-not-admitted``: all of them at once; ``dates-out-of-order`` and
        ``unknown-kind`` as `ocop.applicable`.
    UnknownDecisionError
        ``no-decision-in-force``.

    Examples
    --------
    >>> from ocop.programme.code import parse_code
    >>> code = parse_code("83-28780-3-2026")
    >>> new = recognise(code=code, name="Trà", group="tea", star=4, on=date(2026, 6, 30))
    >>> new.level, new.decision, str(new.certificate.expires_on)
    ('province', 'qd-26-2026', '2029-06-30')
    """
    law = in_force(on) if filed_on is None else applicable(filed_on, on, kind)
    level = recogniser(law, star)
    found = [check_star(law, star), check_group(group), *check_place(code.place, on)]
    if producer_type is not None:
        found.append(check_type(law, producer_type, group))
    problems = [problem for problem in found if problem is not None]
    if problems or level is None:
        raise InputError(problems)
    months = MONTHS if law.certificate_months is None else law.certificate_months
    return Recognition(
        code=code,
        name=name,
        group=group,
        star=star,
        level=level,
        decision=law.id,
        certificate=Certificate(recognised_on=on, months=months),
        producer=producer,
        producer_type=producer_type,
    )


def check_star(law: Decision, star: int) -> Problem | None:
    """Return ``star-not-recognised`` where nobody recognises the star under a decision."""
    if recogniser(law, star) is not None:
        return None
    stars = ", ".join(str(b.star) for b in reversed(law.bands) if b.recognised_by is not None)
    message = f"found {star}, {law.id} lets recognise the stars {stars}"
    return Problem("star-not-recognised", message, path="star")


def upgrade(
    old: Recognition,
    star: Star,
    *,
    on: date,
    filed_on: date | None = None,
    code: ProductCode | None = None,
) -> tuple[Recognition, Recognition]:
    """Return the old recognition, replaced on the day `on`, and the new one with more stars.

    The old certificate is valid on that day, which is already the new one's. `code` is for codes
    that change: since mid-2025 new certificates name no district; `filed_on` is as in `recognise`.

    Raises
    ------
    InputError
        ``not-an-upgrade``, ``certificate-not-valid``; else as `recognise`.

    Examples
    --------
    >>> from ocop.programme.code import parse_code
    >>> code = parse_code("83-28780-3-2026")
    >>> three = recognise(code=code, name="Trà", group="tea", star=3, on=date(2026, 6, 30))
    >>> before, after = upgrade(three, 4, on=date(2027, 6, 30))
    >>> before.certificate.status(date(2027, 6, 30)), str(after.certificate.expires_on)
    ('replaced', '2030-06-30')
    """
    problems = _check_valid(old, on)
    if star <= old.star:
        message = f"found {star}, allowed are more than the {old.star} stars of the old certificate"
        problems.append(Problem("not-an-upgrade", message, path="star"))
    if problems:
        raise InputError(problems)
    return _replaced(old, star, on, filed_on, code or old.code, "upgrade")


def renew(
    old: Recognition, star: Star, *, on: date, filed_on: date, code: ProductCode | None = None
) -> tuple[Recognition, Recognition]:
    """Return the old recognition, renewed on the day `on`, and the new one after re-assessment.

    Parameters and errors are those of `upgrade`, but any recognised star may come of it, and the
    day of filing is needed: it says whether an extended certificate is still valid.

    Raises
    ------
    InputError
        ``dates-out-of-order`` and the rest of `Certificate`, ``certificate-not-valid``; else as
        `recognise`.
    """
    filed = evolve(old, certificate=evolve(old.certificate, renewal_filed_on=filed_on))
    if problems := _check_valid(filed, on):
        raise InputError(problems)
    decided = evolve(filed, certificate=evolve(filed.certificate, renewal_decided_on=on))
    return _replaced(decided, star, on, filed_on, code or old.code, "re-assessment")


def _check_valid(old: Recognition, on: date) -> list[Problem]:
    """Return ``certificate-not-valid`` where the certificate is not valid on the day."""
    if old.certificate.valid(on):
        return []
    message = f"the certificate of {old.code} is {old.certificate.status(on)} on {on}"
    return [Problem("certificate-not-valid", message, path="on")]


def _replaced(
    old: Recognition,
    star: Star,
    on: date,
    filed_on: date | None,
    code: ProductCode,
    kind: DossierKind,
) -> tuple[Recognition, Recognition]:
    """Return the old recognition, replaced from the day on, and the new one."""
    kept = {name: getattr(old, name) for name in ("name", "group", "producer", "producer_type")}
    new = recognise(code=code, star=star, on=on, filed_on=filed_on, kind=kind, **kept)
    return evolve(old, certificate=evolve(old.certificate, replaced_on=on)), new
