"""Score sheets: one product's answers, and batches of them for one criteria set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import ArrayLike, NDArray

from ocop._frames import Origin
from ocop._front_door import public
from ocop.errors import InputError, Problem, SheetError
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._comparable import Comparable
from ocop.scoring._score_columns import sheet_frame
from ocop.scoring._sheet_checks import (
    MAX_LISTED,
    UNANSWERED,
    duplicate_products,
    row_problems,
    unknown_bits,
    unknown_finding,
)
from ocop.scoring._sheets_digest import sheets_digest
from ocop.scoring._sheets_html import sheet_html, sheets_html
from ocop.scoring.table import table_of
from ocop.text import closest, number_of, quoted

__all__ = ["Sheet", "Sheets"]


def _answers(given: Mapping[str, int | None]) -> dict[str, int | None]:
    return dict(given)


def _findings(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


@frozen(kw_only=True)
class Sheet:
    """A score sheet (phiếu chấm điểm): the answers to one criteria set for one product.

    Parameters
    ----------
    criteria_set : CriteriaSet
        The set that the answers belong to.
    answers : mapping of str to int or None
        Printed criterion code to printed option position from 1; 0 where no option is met; None
        or absent where the criterion was not assessed.
    findings : iterable of str, optional
        Ids of findings that exclude the product.
    product : str, default "product"
        The product's code.

    Raises
    ------
    SheetError
        ``unknown-criterion``, ``option-out-of-range``, ``not-a-whole-number``,
        ``unknown-finding``, ``mixed-cases``: all of them at once.

    Examples
    --------
    >>> import ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheet = ocop.Sheet(criteria_set=tea, answers={"5.1": 5, "5.2": 3})
    >>> ocop.score(sheet).total[0].item()
    7
    """

    criteria_set: CriteriaSet
    answers: Mapping[str, int | None] = field(converter=_answers)
    findings: frozenset[str] = field(default=frozenset(), converter=_findings)
    product: str = "product"

    def __attrs_post_init__(self) -> None:
        problems = list(_answer_problems(self))
        if not problems:
            problems = row_problems(self.criteria_set, self.to_row()[None, :], [self.product])
        if problems:
            raise SheetError(problems)

    def __repr__(self) -> str:
        source = self.criteria_set
        answered = sum(self.answers.get(code) is not None for code in source.codes)
        shape = f"{answered} of {number_of(len(source.items), 'criterion')} answered"
        where = f"{source.decision} set {source.number} {source.group.slug}"
        return f"<Sheet {quoted(self.product)} {where}: {shape}>"

    _repr_html_ = sheet_html

    def to_row(self) -> NDArray[np.uint8]:
        """Return the stored answers in printed order, shape (criteria,)."""
        given = (self.answers.get(code) for code in self.criteria_set.codes)
        return np.array([UNANSWERED if a is None else a for a in given], dtype=np.uint8)


def _answer_problems(sheet: Sheet) -> Iterable[Problem]:
    sizes = {i.code: len(i.criterion.options) for i in sheet.criteria_set.items}
    for code, answer in sheet.answers.items():
        if code not in sizes:
            message = f"{sheet.criteria_set.group.slug} has no criterion {quoted(code)}"
            near = closest(str(code), sizes)
            hint = f"did you mean {quoted(near)}?" if near else None
            yield Problem("unknown-criterion", message, path=sheet.product, hint=hint)
        elif answer is None:
            continue
        elif isinstance(answer, bool) or not isinstance(answer, int | np.integer):
            message = (
                f"found {quoted(answer)}, allowed are whole numbers 0 to {sizes[code]} or None"
            )
            yield Problem("not-a-whole-number", message, path=f"{sheet.product}: {code}")
        elif not 0 <= answer <= sizes[code]:
            message = f"found {quoted(answer)}, allowed are 0 to {sizes[code]} or None"
            yield Problem("option-out-of-range", message, path=f"{sheet.product}: {code}")
    known = table_of(sheet.criteria_set).findings
    for finding in sorted(sheet.findings - set(known)):
        yield unknown_finding(finding, known, path=sheet.product)


def _matrix(value: ArrayLike) -> NDArray[np.uint8]:
    """Return answers as bytes with contiguous columns; whole numbers only, never wrapped."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        message = "found rows of different lengths, allowed is one answer per criterion in each"
        raise SheetError([Problem("wrong-shape", message, path="answers")]) from error
    if array.ndim != 2:
        message = f"found {array.ndim} dimensions, allowed are 2: sheets and criteria"
        raise SheetError([Problem("wrong-shape", message, path="answers")])
    if array.dtype.kind not in "iu":
        message = f"found dtype {array.dtype}, allowed are whole numbers"
        hint = f"use {UNANSWERED} for unanswered and cast to uint8"
        raise SheetError([Problem("wrong-dtype", message, path="answers", hint=hint)])
    if array.dtype != np.uint8 and array.size and (array.min() < 0 or array.max() > 255):
        row, column = np.argwhere((array < 0) | (array > 255))[0].tolist()
        message = f"found {array[row, column]}, allowed are 0 to 254, or 255 for unanswered"
        raise SheetError([Problem("option-out-of-range", message, None, row + 1, column + 1)])
    result = np.asfortranarray(array, dtype=np.uint8)
    if result is array or result.base is not None:
        result = result.view()
    result.setflags(write=False)
    return result


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _bits(value: ArrayLike | None) -> NDArray[np.uint64] | None:
    if value is None:
        return None
    given = np.asarray(value)
    if given.ndim != 1:
        message = f"found {given.ndim} dimensions, allowed is 1: a number for each sheet"
        raise SheetError([Problem("wrong-shape", message, path="findings")])
    if given.size and (given.dtype.kind not in "iu" or given.min() < 0):
        found = given.min() if given.dtype.kind == "i" else f"dtype {given.dtype}"
        message = f"found {found}, allowed are whole numbers from 0, one bit per finding"
        raise SheetError([Problem("wrong-dtype", message, path="findings")])
    array = given.astype(np.uint64)
    array.setflags(write=False)
    return array


@frozen(kw_only=True, eq=False, repr=False)
class Sheets(Comparable):
    """A batch of score sheets for one criteria set.

    Parameters
    ----------
    criteria_set : CriteriaSet
        The set that all sheets belong to.
    products : sequence of str
        Product codes, one per sheet; unique unless `assessors` tells the sheets apart.
    answers : array_like of int, shape (sheets, criteria)
        Option positions from 1 in printed order of the criteria; 0 for none met, 255 for
        unanswered. Kept as uint8 with contiguous columns, read-only; copied, except where the
        array already is such: then it is shared, and the caller must not change it any more.
    findings : array_like of uint64, shape (sheets,), optional
        One bit per finding, in the order of ``criteria_set.exclusions``.
    assessors : sequence of str, optional
        Who filled each sheet.
    columns : mapping of str to sequence of str, optional
        Further columns that travel with the sheets, such as a commune.
    rows : array_like of int, shape (sheets,), optional
        Row of each sheet in its input, as problems name it.
    origin : optional
        The frame that the sheets came from, as `read_frame` notes it for ``to_frame``.

    Raises
    ------
    SheetError
        ``wrong-shape``, ``wrong-dtype``, ``option-out-of-range``, ``duplicate-product``,
        ``mixed-cases``, ``unknown-finding``, ``wrong-length``.

    Examples
    --------
    >>> import numpy as np, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> ocop.Sheets(criteria_set=tea, products=["a"], answers=np.ones((1, 32), dtype=np.uint8))
    <Sheets qd-26-2026 set 11 tea: 1 sheet x 32 criteria>
    """

    criteria_set: CriteriaSet
    products: tuple[str, ...] = field(converter=_names)
    answers: NDArray[np.uint8] = field(converter=_matrix)
    findings: NDArray[np.uint64] | None = field(default=None, converter=_bits)
    assessors: tuple[str, ...] | None = None
    columns: Mapping[str, tuple[str, ...]] = Factory(dict)
    rows: NDArray[np.int64] | None = None
    origin: Origin | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        problems = list(self._length_problems())
        if not problems:
            problems = row_problems(self.criteria_set, self.answers, self.products)
            problems += unknown_bits(self.criteria_set, self.findings, self.products)
            problems += duplicate_products(self.products, self.assessors)
        if problems:
            kept = problems[:MAX_LISTED]
            raise SheetError(kept, len(problems) - len(kept))

    @classmethod
    def _as_checked(cls, **fields: Any) -> Sheets:
        """Return a batch of all fields, which a reader checked cell by cell; as unpickling does."""
        made = cls.__new__(cls)
        fields["answers"] = _matrix(fields["answers"])
        fields["findings"] = _bits(fields["findings"])
        made.__setstate__(fields)  # type: ignore[attr-defined]  # attrs makes it
        return made

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> Sheets:
        """Return a batch of single sheets, all for the same criteria set."""
        given = list(sheets)
        if not given:
            raise SheetError([Problem("no-sheets", "found no sheets, allowed is one or more")])
        first = given[0].criteria_set
        law = first.decision, first.digest
        if any((s.criteria_set.decision, s.criteria_set.digest) != law for s in given):
            message = "the sheets belong to different criteria sets, allowed is one"
            raise InputError([Problem("mixed-sets", message, hint="make one batch per set")])
        known = table_of(first).findings
        bits = [sum(1 << known.index(f) for f in sheet.findings) for sheet in given]
        return cls(
            criteria_set=first,
            products=[sheet.product for sheet in given],
            answers=np.stack([sheet.to_row() for sheet in given]),
            findings=bits,
        )

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        law: str | Decision | CriteriaSet,
        *,
        set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
        keep: Sequence[str] | None = None,
        answers: Literal["positions", "labels", "points"] = "positions",
    ) -> Sheets:
        """Return the sheets of a data frame, all for one criteria set; as `ocop.read_frame`.

        Parameters
        ----------
        frame : frame of pandas, polars, pyarrow or duckdb, or any Arrow stream
        law : str, Decision or CriteriaSet
            The decision or its id, or the criteria set itself.
        set : int or str, optional
            Number or product group of the set, where neither `law` nor a column ``set`` tells.
        keep : sequence of str, optional
            Which further columns to carry along; by default all.
        answers : {"positions", "labels", "points"}, default "positions"

        Raises
        ------
        SheetError
            As `ocop.read_frame`.
        InputError
            ``mixed-sets`` where the frame has sheets of several sets.

        Examples
        --------
        >>> import ocop
        >>> import pyarrow as pa
        >>> tea = ocop.criteria_set("qd-26-2026", "tea")
        >>> frame = pa.table({"product": ["T-01"]} | {code: [2] for code in tea.codes})
        >>> ocop.Sheets.from_frame(frame, tea)
        <Sheets qd-26-2026 set 11 tea: 1 sheet x 32 criteria>
        """
        found: tuple[Sheets, ...] = public("read_frame")(
            frame, law, set=set, keep=keep, answers=answers
        )
        if len(found) > 1:
            numbers = ", ".join(str(sheets.criteria_set.number) for sheets in found)
            message = f"the frame has sheets of the sets {numbers}, allowed is one"
            hint = "use read_frame, which returns a batch for each set"
            raise InputError([Problem("mixed-sets", message, path="frame", hint=hint)])
        return found[0]

    def to_frame(self, like: Any = None) -> Any:
        """Return the sheets as a data frame in the wide form, as `ocop.read_frame` reads it.

        Unanswered criteria are null. `like`, the columns that travel with the sheets and errors
        are as in `Scores.to_frame`.
        """
        return sheet_frame(self, like)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_frame("pyarrow").__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self.products)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of products, assessors, answers and findings, in whatever order they stand."""
        return sheets_digest(self)

    def __repr__(self) -> str:
        source = self.criteria_set
        shape = f"{number_of(len(self), 'sheet')} x {number_of(len(source.items), 'criterion')}"
        return f"<Sheets {source.decision} set {source.number} {source.group.slug}: {shape}>"

    _repr_html_ = sheets_html

    def _length_problems(self) -> Iterable[Problem]:
        count, criteria = self.answers.shape
        if criteria != len(self.criteria_set.items):
            message = f"found {criteria} columns, allowed are {len(self.criteria_set.items)}"
            yield Problem("wrong-shape", message, path="answers")
        lengths: dict[str, Any] = {
            "products": self.products,
            "findings": self.findings,
            "assessors": self.assessors,
            "rows": self.rows,
            **self.columns,
        }
        for name, value in lengths.items():
            if value is not None and len(value) != count:
                message = f"found {len(value)} values, allowed are {count}, one per sheet"
                yield Problem("wrong-length", message, path=name)
