"""How sure a star is where answers may be one option off: exact chances of every star."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ocop._frames import Nullable, kind_of, make_frame
from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.scoring._comparable import Comparable
from ocop.scoring._noise_checks import noise_problems, step_problems
from ocop.scoring._noise_moves import Chances, moves_of
from ocop.scoring._noise_tails import tails
from ocop.scoring._score_columns import kept_columns, origin_kind
from ocop.scoring._sheet_checks import MAX_LISTED
from ocop.scoring.sheet import Sheet, Sheets
from ocop.scoring.table import table_of
from ocop.text import number_of, quoted

__all__ = ["StarProbabilities", "star_probabilities"]


@frozen(kw_only=True, eq=False, repr=False)
class StarProbabilities(Comparable):
    """The chance of every star (xác suất đạt sao), one row per sheet; arrays are read-only.

    ``numpy.asarray`` of the result is `probabilities`.

    Attributes
    ----------
    sheets : Sheets
        What was answered.
    probabilities : ndarray of float64, shape (sheets, 6)
        The chance of each star 0 to 5, where 0 is excluded; rows add up to 1.
    up, down : float or mapping of str to float
        As given.
    noise : mapping of str to ndarray of float64
        As given; criterion code to chances, (answers, answers).
    version : str
        Version of ocop that computed the chances.
    """

    sheets: Sheets
    probabilities: NDArray[np.float64]
    up: Chances
    down: Chances
    noise: Mapping[str, NDArray[np.float64]]
    version: str = __version__

    @property
    def criteria_set(self) -> CriteriaSet:
        """The criteria set of the sheets."""
        return self.sheets.criteria_set

    @property
    def digest(self) -> str:
        """Content digest of the criteria set."""
        return self.criteria_set.digest

    @property
    def products(self) -> tuple[str, ...]:
        """The product codes, one per row."""
        return self.sheets.products

    def __len__(self) -> int:
        return len(self.probabilities)

    def __repr__(self) -> str:
        source = self.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        sure = int((self.probabilities == 1).any(axis=1).sum())
        return f"<StarProbabilities {where}: {number_of(len(self), 'product')}, {sure:,} certain>"

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.probabilities, dtype=dtype, copy=copy)

    def of(self, star: int) -> NDArray[np.float64]:
        """Return the chance of exactly this star, 0 (excluded) to 5, shape (sheets,)."""
        _check_star(star, 0)
        return self.probabilities[:, star]

    def at_least(self, star: int) -> NDArray[np.float64]:
        """Return the chance of this star, 1 to 5, or a higher one, shape (sheets,)."""
        _check_star(star, 1)
        result: NDArray[np.float64] = np.minimum(self.probabilities[:, star:].sum(axis=1), 1)
        result[~self.probabilities[:, :star].any(axis=1)] = 1
        return result

    @property
    def most_likely(self) -> NDArray[np.int8]:
        """The star with the highest chance, the lowest of equals within 1e-12; 0 is excluded."""
        highest = self.probabilities.max(axis=1, keepdims=True)
        result: NDArray[np.int8] = (
            (self.probabilities >= highest - 1e-12).argmax(axis=1).astype(np.int8)
        )
        return result

    def to_frame(self, like: Any = None) -> Any:
        """Return the chances as a data frame, as `Scores.to_frame` does."""
        columns, kept = kept_columns([self.sheets])
        columns["excluded"] = self.of(0)
        columns |= {f"star_{star}": self.of(star) for star in range(1, 6)}
        likely = self.most_likely
        columns["most_likely"] = Nullable(likely, likely == 0)
        return make_frame(columns, kind_of(like, origin_kind([self.sheets])), kept)

    def columns(self) -> dict[str, list[Any]]:
        """Return the chances by column, as tables show them.

        `excluded` and `star_1` to `star_5` are the chances; `most_likely` is None where that is
        to be excluded.
        """
        assessors = self.sheets.assessors
        chances = self.probabilities.T.tolist()
        return {
            "product": list(self.products),
            "set": [self.criteria_set.number] * len(self),
            **({} if assessors is None else {"assessor": list(assessors)}),
            **{name: list(values) for name, values in self.sheets.columns.items()},
            "excluded": chances[0],
            **{f"star_{star}": chances[star] for star in range(1, 6)},
            "most_likely": [star or None for star in self.most_likely.tolist()],
        }


def _check_star(star: Any, least: int) -> None:
    if isinstance(star, bool) or not isinstance(star, int | np.integer):
        message = f"found {quoted(star)}, allowed are {least} to 5"
        raise InputError([Problem("not-a-whole-number", message, path="star")])
    if not least <= star <= 5:
        message = f"found {star}, allowed are {least} to 5"
        raise InputError([Problem("out-of-range", message, path="star")])


def star_probabilities(
    sheets: Sheet | Sheets,
    *,
    up: Chances = 0.05,
    down: Chances = 0.05,
    noise: Mapping[str, ArrayLike] | None = None,
) -> StarProbabilities:
    """Return the exact chance of every star where each answer may be one option off.

    Each answered criterion moves, independently of the others, to the option of the same case
    with the next more points with chance `up`, to the one with the next fewer points with chance
    `down`, and stays otherwise; options with equal points are one step. Where there is no such
    option the answer stays. None met and unanswered stay. Points, floors, knock-outs and the
    rules of the set are then those of the moved answers. A stated finding is certain.

    Parameters
    ----------
    sheets : Sheets or Sheet
        One batch, or one single sheet.
    up, down : float or mapping of str to float, default 0.05
        The chances of moving up and down, 0 to 1, together 1 at most; one for all criteria, or
        by criterion code, and then 0 for codes that are left out.
    noise : mapping of str to array_like, optional
        Criterion code to the chances of any moves: a matrix (answers, answers) over none met and
        the options in printed order, given answers in rows and moved ones in columns. Rows add up
        to 1 within 1e-9. An option can move to others of its case and to none met; where options
        belong to cases, none met stays. These criteria ignore `up` and `down`.

    Returns
    -------
    StarProbabilities
        In the order of the sheets. No simulation: chances are off by rounding only, less than
        1e-12. What is certain or impossible since the total cannot leave its band, or no answer
        can cross a floor, is exactly 1 or 0. A row does not depend on the rest of the batch.

    Raises
    ------
    InputError
        ``not-a-number`` and ``out-of-range`` for chances, ``wrong-sum`` where chances do not add
        up, ``unknown-criterion``, ``wrong-type``, ``wrong-shape``, and ``mixed-cases`` for a move
        between cases: all of them at once.

    Notes
    -----
    Star s or higher means that the total reaches a threshold and every criterion its floor. The
    answers that fail are left out of the distribution of each criterion; the characteristic
    function of the total is the product of theirs, and the tail of the total a weighted sum of
    it, as for the Poisson binomial distribution.

    References
    ----------
    M. Fernandez and S. Williams (2010), Closed-form expression for the Poisson-binomial
    probability density function, doi:10.1109/TAES.2010.5461658; Y. Hong (2013), On computing the
    distribution function for the Poisson binomial distribution, doi:10.1016/j.csda.2012.10.006.

    Examples
    --------
    The maximum everywhere. Nine criteria have a floor for 4 or 5 stars that the next lower option
    misses, and a total below 90 is rare: five stars have a chance of nearly 0.95 ** 9.

    >>> import ocop
    >>> from ocop.scoring.noise import star_probabilities
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> chances = star_probabilities(ocop.Sheet(criteria_set=tea, answers=best))
    >>> chances.probabilities.round(4).tolist()
    [[0.0, 0.0, 0.0, 0.2649, 0.1048, 0.6302]]
    >>> chances.at_least(3).tolist(), chances.most_likely.tolist()
    ([1.0], [5])

    In doubt is nothing but one criterion with a floor for 5 stars.

    >>> star_probabilities(
    ...     ocop.Sheet(criteria_set=tea, answers=best), up=0, down={"4.1": 0.25}
    ... ).probabilities.tolist()
    [[0.0, 0.0, 0.0, 0.0, 0.25, 0.75]]
    """
    matrices = {} if noise is None else noise
    batch = Sheets.of([sheets]) if isinstance(sheets, Sheet) else sheets
    source = batch.criteria_set
    problems = [*step_problems(source, up, down), *noise_problems(source, matrices)]
    if problems:
        kept = problems[:MAX_LISTED]
        raise InputError(kept, len(problems) - len(kept))
    given = {code: _sealed(np.array(values, np.float64)) for code, values in matrices.items()}
    result = tails(table_of(source), moves_of(source, up, down, given), batch.answers)
    # Rounding can leave a chance outside 0 to 1, or that of a star above that of a lower one.
    np.clip(result, 0, 1, out=result)
    for star in range(1, 6):
        np.minimum(result[:, star], result[:, star - 1], out=result[:, star])
    for star in range(5):
        result[:, star] -= result[:, star + 1]
    if batch.findings is not None:
        result[batch.findings != 0] = (1, 0, 0, 0, 0, 0)
    return StarProbabilities(
        sheets=batch,
        probabilities=_sealed(result),
        up=dict(up) if isinstance(up, Mapping) else up,
        down=dict(down) if isinstance(down, Mapping) else down,
        noise=given,
    )


def _sealed(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array.setflags(write=False)
    return array
