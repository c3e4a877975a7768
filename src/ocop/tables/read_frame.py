"""Score sheets from data frames: pandas, polars, pyarrow, duckdb and any Arrow stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
from attrs import evolve

from ocop._frames import Origin
from ocop.errors import InputError, Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring.sheet import Sheets
from ocop.tables._answer_kinds import AnswerKind
from ocop.tables._batch_columns import clean_names
from ocop.tables._frame_columns import can_go_out, texts_of
from ocop.tables._frame_header import frame_header
from ocop.tables._frame_kept import KeptTexts
from ocop.tables._frame_long import read_long
from ocop.tables._frame_source import SHOWN, OpenedFrame, open_frame
from ocop.tables._frame_wide import WideFrame
from ocop.tables._gathered import Gathered, report_mixed_cases
from ocop.tables._header import Header
from ocop.tables._one_set import law_and_set
from ocop.tables._problems import Problems
from ocop.text import quoted

__all__ = ["read_frame"]


def read_frame(
    frame: Any,
    law: str | Decision | CriteriaSet,
    *,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    keep: Sequence[str] | None = None,
    answers: AnswerKind = "positions",
) -> tuple[Sheets, ...]:
    """Read score sheets from a data frame.

    Parameters
    ----------
    frame : frame of pandas, polars, pyarrow or duckdb, or any Arrow stream
        Lazy frames and relations are computed, streams are read to their end. In one of two forms,
        as for `read_sheets`:

        Wide, one row a product: the column ``product`` names it, columns named by printed criterion
        codes hold its answers. ``1_1`` may stand for ``1.1``, the number 7 for ``7``.

        Long, one row an answer: the columns ``product``, ``criterion`` (printed code, as text) and
        ``answer``, in any order of the rows.

        In both, optional: ``set``, ``findings`` (ids joined by ``;``), ``assessor``. Answers are of
        any type of whole numbers, floats without places, text or categories; null, NaN and empty
        text stand for what was not assessed.
    law : str, Decision or CriteriaSet
        The decision or its id; or the criteria set of all rows.
    set : int or str, optional
        Number or product group of the criteria set, where the frame has no column ``set``.
    keep : sequence of str, optional
        Which further columns to carry along; by default all. A column that looks like a criterion
        and is none is an error unless it is named here. In the long form the rows of a sheet must
        agree in them. A column ``synthetic`` is always carried along.
    answers : {"positions", "labels", "points"}, default "positions"
        What answers are: positions of options from 1, 0 for none met; printed labels, Vietnamese or
        English, without regard to case and spaces, alone or as the lists of forms show them
        (``2 - ...``), and positions among them; or the points of an option. Options of equal points
        cannot be told by points. 0 points are the option that has them, or none met where no
        option has.

    Returns
    -------
    tuple of Sheets
        One batch per criteria set that occurs, in order of set numbers; `rows` holds the (first)
        row of each sheet in the frame, counted from 1. `columns` holds what was carried along as
        text; ``to_frame`` of results gives it back with its types.

    Raises
    ------
    SheetError
        With every problem of the frame; `line` is the row, counted from 1, `path` the column. Codes
        are those of `read_sheets`, and ``wrong-type``, ``wrong-dtype``, ``unknown-option``,
        ``ambiguous-answer``, ``several-answers``, ``name-taken``.
    InputError
        ``wrong-type`` where `frame` is none, or has names of columns in several levels;
        ``cannot-read`` where it cannot be computed; ``wrong-value``.
    MissingExtraError
        ``missing-extra`` where an Arrow stream is read without pyarrow and polars.
    UnknownDecisionError, UnknownSetError, NotTranscribedError
        Where `law` or `set` does not exist.

    Examples
    --------
    >>> import ocop
    >>> import pyarrow as pa
    >>> codes = ocop.criteria_set("qd-26-2026", "tea").codes
    >>> frame = pa.table(
    ...     {"product": ["T-01", "T-02"], "commune": ["Xã Một", "Xã Hai"]}
    ...     | {code: [2, None] for code in codes}
    ... )
    >>> (sheets,) = ocop.read_frame(frame, "qd-26-2026", set="tea")
    >>> ocop.score(sheets).to_frame().select(["product", "commune", "total"]).to_pylist()[0]
    {'product': 'T-01', 'commune': 'Xã Một', 'total': 48}
    """
    source, fixed = law_and_set(law, set)
    if answers not in get_args(AnswerKind):
        message = f"found {quoted(answers)}, allowed are {', '.join(get_args(AnswerKind))}"
        raise InputError([Problem("wrong-value", message, path="answers")])
    opened = open_frame(frame)
    problems = Problems(SHOWN)
    header, kept = frame_header(opened.names, source, fixed, keep)
    for problem in header.problems:
        problems.add(problem)
    problems.at = header.at
    if not header.sound or opened.frame is None:
        raise problems.error()
    if not len(opened.frame):
        message = "the frame has no rows"
        hint = "a stream can be read once; add sheets"
        problems.add(Problem("no-sheets", message, SHOWN, hint=hint))
        raise problems.error()
    if header.is_long:
        batches = read_long(opened.frame, source, fixed, kept, header, problems, answers)
        as_given: list[str] = [
            name
            for name in ("product", "assessor")
            if name in header.at and _is_as_given(opened.frame[:, header.at[name]])
        ]
    else:
        wide = WideFrame(opened.frame, source, fixed, header, problems, answers)
        batches = wide.read()
        as_given = wide.as_given
    report_mixed_cases(batches, problems)
    if len(problems):
        raise problems.error()
    return tuple(_with_origin(batch, opened, header, kept, as_given) for batch in batches)


def _is_as_given(column: Any) -> bool:
    found = texts_of(column)
    return found is not None and clean_names(found[1]) is found[1] and can_go_out(column)


def _with_origin(
    batch: Gathered,
    opened: OpenedFrame,
    header: Header,
    kept: tuple[str, ...],
    as_given: list[str],
) -> Sheets:
    """Return the sheets of a frame without problems, with what goes out again as it came."""
    import narwhals.stable.v2 as nw

    frame = opened.frame
    # Product is there in any case: without columns a frame of pandas has no index.
    names = dict.fromkeys(("product", *kept, *as_given))
    chosen = frame.select(
        nw.col(frame.columns[header.at[name]]).alias(name) for name in names
    ).to_native()
    rows = batch.rows - 1
    whole = len(rows) == len(frame) and bool((rows == np.arange(len(frame))).all())
    origin = Origin(opened.kind, chosen, (*as_given, *kept), None if whole else rows)
    return evolve(batch, columns=KeptTexts(origin, kept), origin=origin).sheets()
