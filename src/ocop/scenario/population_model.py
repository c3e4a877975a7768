"""How made-up products answer: the parameters of the model behind a synthetic population."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import field, fields, frozen

from ocop.errors import InputError, Problem
from ocop.text import quoted

__all__ = ["PopulationModel"]

CHANCES = ("loading", "part_loading", "prepared", "none_met")
CHANCES_OF_SHEETS = ("incomplete", "unanswered", "findings")


def _kept(given: Any) -> Any:
    """Return a mapping of one's own, and what is none as it is."""
    return dict(given) if isinstance(given, Mapping) else given


@frozen(kw_only=True)
class PopulationModel:
    """The parameters of a synthetic population (mô hình quần thể giả định).

    A product has a latent quality, normal with `mean` and `spread`. On each criterion it shows a
    level with the same mean and spread, less the difficulty of the criterion; the level's
    correlation with the quality is `loading`. On this scale a level at mean 0, spread 1 and
    difficulty 0 meets each option of a criterion with the same chance: the option is the highest
    whose limit the level reaches, options ordered by points within the sheet's case.

    Producers know the star marks: where the points open 3 stars or more, each answer below a
    floor of that star is raised to it, with the chance `prepared`.

    The defaults are made up. They are no estimate of anything real.

    Parameters
    ----------
    mean, spread : float, default 0 and 1
        Of the latent quality; `synthesize` calibrates them where it is given shares of stars.
    difficulty : mapping of str to float, optional
        Printed criterion code to difficulty, on the scale of the quality.
    difficulty_spread : float, default 0.5
        Standard deviation of the difficulties that are not given, which are drawn around 0.
    loading : float, default 0.6
        Correlation of a level with the quality: two criteria have the correlation
        ``loading ** 2``.
    part_loading : float, default 0.3
        Correlation of a level with a factor of its part (A, B or C): two criteria of one part
        have the correlation ``loading ** 2 + part_loading ** 2``.
    prepared : float, default 0.97
        Chance that a producer sees to a floor; 0 where nobody knows the marks.
    none_met : float, default 0.005
        Chance that a criterion is answered with none met, before floors are seen to.
    incomplete : float, default 0
        Share of sheets that are incomplete. Where products are drawn again for their stars,
        fewer are left: these sheets lose points.
    unanswered : float, default 0.1
        Share of the criteria that an incomplete sheet leaves unanswered.
    findings : float, default 0
        Share of products with a finding that excludes, one of the set's with equal chances.

    Raises
    ------
    InputError
        ``not-a-number``, ``out-of-range``, ``wrong-type``: all of them at once.

    References
    ----------
    F. Samejima (1969), Estimation of latent ability using a response pattern of graded scores,
    doi:10.1007/BF03372160, for ordered answers to a latent quality.

    Examples
    --------
    >>> import ocop
    >>> ocop.PopulationModel(loading=0.8, part_loading=0.7)
    Traceback (most recent call last):
    ocop.errors.InputError: loading, part_loading: found 0.8 and 0.7, allowed are squares that add
    up to 1 or less [out-of-range]
    """

    mean: float = 0.0
    spread: float = 1.0
    difficulty: Mapping[str, float] = field(factory=dict, converter=_kept)
    difficulty_spread: float = 0.5
    loading: float = 0.6
    part_loading: float = 0.3
    prepared: float = 0.97
    none_met: float = 0.005
    incomplete: float = 0.0
    unanswered: float = 0.1
    findings: float = 0.0

    def __attrs_post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InputError(problems)

    @property
    def own_share(self) -> float:
        """Loading of what is a level's own, shared with no other."""
        return math.sqrt(max(0.0, 1 - self.loading**2 - self.part_loading**2))

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as plain values for JSON."""
        return {
            a.name: dict(self.difficulty) if a.name == "difficulty" else getattr(self, a.name)
            for a in fields(PopulationModel)
        }


def _problems(model: PopulationModel) -> Iterator[Problem]:
    found: list[Problem] = []
    for name in ("mean", "spread", "difficulty_spread", *CHANCES, *CHANCES_OF_SHEETS):
        found += _number(getattr(model, name), name)
    given: Any = model.difficulty
    if isinstance(given, Mapping):
        for code, value in given.items():
            found += _number(value, f"difficulty: {code}")
    else:
        message = f"found {quoted(given)}, allowed is a number by criterion code"
        found.append(Problem("wrong-type", message, path="difficulty"))
    yield from found
    if not found and model.loading**2 + model.part_loading**2 > 1 + 1e-9:
        message = (
            f"found {model.loading} and {model.part_loading}, "
            "allowed are squares that add up to 1 or less"
        )
        yield Problem("out-of-range", message, path="loading, part_loading")


def _number(value: Any, path: str) -> Iterator[Problem]:
    low, high = {"spread": (0.01, 100.0), "difficulty_spread": (0.0, 100.0)}.get(
        path, (0.0, 1.0) if path in (*CHANCES, *CHANCES_OF_SHEETS) else (-100.0, 100.0)
    )
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        message = f"found {quoted(value)}, allowed are {low:g} to {high:g}"
        yield Problem("not-a-number", message, path=path)
    elif not low <= value <= high:
        yield Problem("out-of-range", f"found {value}, allowed are {low:g} to {high:g}", path=path)
