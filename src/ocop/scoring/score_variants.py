"""Many point tables over many sheets: how many stars each gives, and how often each product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ocop._version import __version__
from ocop.errors import InputError, Problem
from ocop.scoring._comparable import Comparable
from ocop.scoring._variant_sheets import ReadySheets, exactly
from ocop.scoring.sheet import Sheets
from ocop.scoring.variants import Variants
from ocop.text import number_of

__all__ = ["VariantScores", "score_variants"]


@frozen(kw_only=True, eq=False, repr=False)
class VariantScores(Comparable):
    """Star counts of a batch of sheets under many variants; arrays are read-only.

    Attributes
    ----------
    sheets : Sheets
        What was scored.
    variants : int
        How many variants there were.
    star_counts : ndarray of int64, shape (variants, 6)
        Products with 0 (excluded), 1, ... 5 stars under each variant.
    star_frequencies : ndarray of int64, shape (products, 6)
        Variants that give each product 0 (excluded), 1, ... 5 stars.
    version : str
        Version of ocop that computed the scores.
    """

    sheets: Sheets
    variants: int
    star_counts: NDArray[np.int64]
    star_frequencies: NDArray[np.int64]
    version: str = __version__

    def __repr__(self) -> str:
        source = self.sheets.criteria_set
        where = f"{source.decision} set {source.number} {source.group.slug}"
        size = f"{number_of(len(self.sheets), 'product')} x {number_of(self.variants, 'variant')}"
        return f"<VariantScores {where}: {size}>"


def score_variants(
    sheets: Sheets,
    variants: Variants | Iterable[Variants],
    *,
    threads: int | None = None,
    fast: bool = False,
) -> VariantScores:
    """Score sheets under many point tables and count the stars.

    Memory does not grow with the number of variants, except for one row of counts for each; give
    them in pieces where the point tables themselves are too large.

    Parameters
    ----------
    sheets : Sheets
    variants : Variants or iterable of Variants
        Variants of the criteria set of the sheets.
    threads : int, optional
        How many threads share the work; by default one for each core where there is enough. The
        result does not depend on it.
    fast : bool, default False
        Count with compiled loops (extra ``fast``). They give the same result; loading them takes
        about a second, once.

    Returns
    -------
    VariantScores
        Equal to scoring the sheets once under each variant.

    Raises
    ------
    InputError
        ``mixed-sets`` where variants belong to another set, ``no-variants``.
    MissingExtraError
        ``missing-extra`` where `fast` is asked for and numba is not installed.

    Examples
    --------
    >>> import numpy as np, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> best = {i.code: len(i.criterion.options) for i in tea.items}
    >>> sheets = ocop.Sheets.of([ocop.Sheet(criteria_set=tea, answers=best)])
    >>> points = np.array(ocop.Variants.of([tea]).points)
    >>> fewer = points.copy()
    >>> fewer[0, :, :] = np.minimum(fewer, 2)
    >>> many = ocop.Variants(criteria_set=tea, points=np.concatenate([points, fewer]))
    >>> ocop.score_variants(sheets, many).star_counts.tolist()
    [[0, 0, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0]]
    """
    ready = ReadySheets(sheets)
    by_product = np.zeros((len(sheets), 5), dtype=np.int64)
    by_variant = []
    for piece in _pieces(sheets, variants):
        counts = ready.count(piece, threads, fast=fast)
        by_product += counts.by_product
        by_variant.append(counts.by_variant)
    if not by_variant:
        raise InputError([Problem("no-variants", "found no variants, allowed is one or more")])
    at_least = np.concatenate(by_variant)
    return VariantScores(
        sheets=sheets,
        variants=len(at_least),
        star_counts=exactly(at_least, len(sheets)),
        star_frequencies=exactly(by_product, len(at_least)),
    )


def _pieces(sheets: Sheets, variants: Variants | Iterable[Variants]) -> Iterator[Variants]:
    for given in [variants] if isinstance(variants, Variants) else variants:
        if given.criteria_set.digest != sheets.criteria_set.digest:
            message = f"found {given!r}, allowed are variants of the set of {sheets!r}"
            raise InputError([Problem("mixed-sets", message, path="variants")])
        if len(given):
            yield given
