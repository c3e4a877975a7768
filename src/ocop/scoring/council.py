"""Councils: the sheets of several assessors into one exact result a product."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ocop.scoring._council_checks import (
    FilledSheet,
    by_product,
    filled_sheets,
    left_out_of,
    of_product,
)
from ocop.scoring.council_result import Council
from ocop.scoring.sheet import Sheet, Sheets

__all__ = ["Council", "council", "councils"]


def council(
    sheets: Sheets | Iterable[Sheet],
    *,
    assessors: Sequence[str] | None = None,
    product: str | None = None,
    leave_out: Mapping[str, str] | None = None,
) -> Council:
    """Return the result of a council for one product.

    Parameters
    ----------
    sheets : Sheets or iterable of Sheet
        One sheet an assessor, all for the same criteria set.
    assessors : sequence of str, optional
        Who filled each sheet; what the batch says by default.
    product : str, optional
        Which product of the sheets; needed where there are several.
    leave_out : mapping of str to str, optional
        Assessors whose sheets do not count, by name with the reason, such as a conflict of
        interest.

    Returns
    -------
    Council

    Raises
    ------
    InputError
        ``no-sheets``, ``no-assessors``, ``wrong-length``, ``empty-text``, ``mixed-sets``,
        ``duplicate-product``, ``several-products``, ``unknown-product``, ``unknown-assessor``,
        ``no-assessor-left``: all that apply at once.

    References
    ----------
    The total of a council is the mean of its assessors' totals; bands and floors are those of
    26/2026/QĐ-TTg, Annex II, and of the decisions before it.

    Examples
    --------
    >>> import ocop
    >>> fresh = ocop.criteria_set("qd-781-2020", 1)
    >>> best = {item.code: len(item.criterion.options) for item in fresh.items}
    >>> sheets = [
    ...     ocop.Sheet(criteria_set=fresh, answers=best | lower)
    ...     for lower in ({"5.1": 1, "7": 1, "8": 1}, {"1.1": 2}, {"1.2": 1, "5.3": 1})
    ... ]
    >>> result = council(sheets, assessors=["Bình", "An", "Chi"])
    >>> result.total, result.totals
    (Fraction(275, 3), {'An': 98, 'Bình': 82, 'Chi': 95})
    """
    chosen = of_product(filled_sheets(sheets, assessors), product)
    return _results(chosen, leave_out or {}, {})[0]


def councils(
    sheets: Sheets | Iterable[Sheets],
    *,
    leave_out: Mapping[str, str] | None = None,
    conflicts: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Council, ...]:
    """Return the results of a council for every product, in the order of the product codes.

    Parameters
    ----------
    sheets : Sheets or iterable of Sheets
        Batches whose `assessors` say who filled each sheet, such as those of `read_sheets`.
    leave_out : mapping of str to str, optional
        Assessors whose sheets do not count for any product, by name with the reason.
    conflicts : mapping of str to mapping of str to str, optional
        By product, the assessors whose sheets do not count for this one, with the reason.

    Raises
    ------
    InputError
        As `council`, for all products at once.

    Examples
    --------
    >>> import numpy as np, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> batch = ocop.Sheets(
    ...     criteria_set=tea, products=["b", "a", "b"], assessors=["An", "An", "Bình"],
    ...     answers=np.ones((3, 32), dtype=np.uint8),
    ... )
    >>> [(c.product, c.assessors) for c in councils(batch, conflicts={"b": {"An": "own firm"}})]
    [('a', ('An',)), ('b', ('Bình',))]
    """
    return _results(filled_sheets(sheets, None), leave_out or {}, conflicts or {})


def _results(
    filled: Iterable[FilledSheet],
    leave_out: Mapping[str, str],
    conflicts: Mapping[str, Mapping[str, str]],
) -> tuple[Council, ...]:
    products = by_product(filled)
    left_out = left_out_of(products, leave_out, conflicts)
    found = []
    for product, sheets in products.items():
        counted = [sheet for sheet in sheets if sheet.assessor not in left_out[product]]
        found.append(
            Council(
                product=product,
                criteria_set=counted[0].criteria_set,
                answers={sheet.assessor: sheet.answers for sheet in counted},
                points={sheet.assessor: sheet.points for sheet in counted},
                findings={sheet.assessor: sheet.findings for sheet in counted if sheet.findings},
                left_out=left_out[product],
            )
        )
    return tuple(found)
