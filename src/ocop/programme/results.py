"""Results: what follows from the points that a product got at a level."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from ocop.errors import InputError, Problem
from ocop.law.catalogue import as_decision
from ocop.law.decision import Decision
from ocop.text import quoted
from ocop.types import Level, Star

__all__ = ["NextStep", "next_step"]


@frozen(kw_only=True)
class NextStep:
    """What follows from a result (bước tiếp theo).

    `stars` are the stars that are still possible, rising; `level` acts next, None where nobody
    does.
    """

    stars: tuple[Star, ...] = ()
    level: Level | None = None


def next_step(law: str | Decision, points: Fraction | int, at: Level) -> NextStep:
    """Return what follows from the total that a product got at a level.

    Parameters
    ----------
    law : str or Decision
    points : Fraction or int
        Exact and never rounded: 89.95 points are not 90.
    at : {"district", "province", "centre"}
        The level that gave the points; one that recognises stars under the decision.

    Returns
    -------
    NextStep
        The level itself, where it recognises the star of these points; the next level up, where
        a higher one does; a lower one, where that does. Under the least points of the centre's
        star the level below may recognise any of its own: our sources do not say which total it
        goes by then. Empty where nobody recognises the star. Stars here come from points alone:
        star marks and exclusions may lower them.

    Raises
    ------
    InputError
        ``out-of-range`` for points, ``wrong-level``.

    References
    ----------
    26/2026/QĐ-TTg: from 90 points on at the province a product goes on to the centre; with less
    at the centre the province may recognise 3 or 4 stars. Earlier decisions are read alike.

    Examples
    --------
    >>> import ocop
    >>> law = ocop.decision("qd-26-2026")
    >>> next_step(law, 90, "province")
    NextStep(stars=(5,), level='centre')
    >>> next_step(law, Fraction(8995, 100), "centre")
    NextStep(stars=(3, 4), level='province')
    """
    law = as_decision(law)
    levels: list[Level] = []
    for band in sorted(law.bands, key=lambda b: b.at_least):
        if band.recognised_by is not None and band.recognised_by not in levels:
            levels.append(band.recognised_by)
    most = sum(part.points for part in law.parts)
    problems = []
    if not 0 <= points <= most:
        message = f"found {points}, allowed are 0 to {most} points"
        problems.append(Problem("out-of-range", message, path="points"))
    if at not in levels:
        message = f"found {quoted(at)}, under {law.id} stars are recognised by {', '.join(levels)}"
        problems.append(Problem("wrong-level", message, path="at"))
    if problems:
        raise InputError(problems)
    band = max((b for b in law.bands if b.at_least <= points), key=lambda b: b.at_least)
    here = levels.index(at)
    there = -1 if band.recognised_by is None else levels.index(band.recognised_by)
    if there >= here:
        return NextStep(stars=(band.star,), level=levels[min(there, here + 1)])
    if 0 < here == len(levels) - 1:
        below = levels[here - 1]
        stars = sorted(b.star for b in law.bands if b.recognised_by == below)
        return NextStep(stars=tuple(stars), level=below)
    return NextStep() if there < 0 else NextStep(stars=(band.star,), level=levels[there])
