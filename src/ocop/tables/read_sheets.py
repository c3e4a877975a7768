"""Score sheets from CSV files and workbooks, in tables and forms, checked.

A CSV file is read block by block; what stays in memory is one byte per answer and the product
codes. Every problem of the file is reported in one error.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.scoring._fast import compiled
from ocop.scoring.sheet import Sheets
from ocop.tables._excel_book import is_excel, open_book
from ocop.tables._excel_sheets import gather_book
from ocop.tables._formulas import is_guarded
from ocop.tables._gathered import Gathered
from ocop.tables._layout_file import load_layout
from ocop.tables._layout_reader import gather_layout
from ocop.tables._one_set import law_and_set
from ocop.tables._problems import Problems
from ocop.tables._rows import clean_header, describe
from ocop.tables._sheet_reader import gather_sheets
from ocop.tables._source import BrokenFileError, Progress
from ocop.tables._table import open_table

__all__ = ["read_sheets"]


def read_sheets(
    source: str | Path | IO[bytes],
    law: str | Decision | CriteriaSet,
    *,
    set: int | str | None = None,  # noqa: A002 - the field's word, as on the command line
    keep: Sequence[str] = (),
    layout: str | Path | None = None,
    progress: Progress | None = None,
    fast: bool = False,
) -> tuple[Sheets, ...]:
    r"""Read score sheets from a CSV file or a workbook.

    Parameters
    ----------
    source : str, Path or binary file
        CSV in UTF-8, with comma, semicolon or tab, or a workbook (``.xlsx``, ``.ods``). Where one
        of its worksheets is a form of `write_form`, all are read, a product each; totals in them
        never are. Else the first worksheet is a table, as CSV is, in one of two forms. An answer
        is the position of the option from 1, 0 for none met, empty for unanswered.

        Wide, one row a product: the column ``product`` names it, columns named by printed criterion
        codes hold its answers.

        Long, one row an answer: the columns ``product``, ``criterion`` (printed code) and
        ``answer``. The rows of a product may stand anywhere; a criterion without a row is
        unanswered. What else the rows of a sheet say must be the same in each, but for
        ``findings``, which are put together.

        In both, optional: ``set``, ``findings`` (ids joined by ``;``), ``assessor``.
    law : str, Decision or CriteriaSet
        The decision or its id; or the criteria set of all rows.
    set : int or str, optional
        Number or product group of the criteria set, where the file has no column ``set``.
    keep : sequence of str, optional
        Further columns to carry along; any other column is an error. A column ``synthetic``, the
        mark of made-up sheets, is always carried along.
    layout : str or Path, optional
        A YAML file of the format ``ocop-layout/1``, which says where the file holds what: other
        headings, columns, worksheets or cells, answers as labels or points.
    progress : callable, optional
        Called with the number of bytes read.
    fast : bool, default False
        Read with compiled loops (extra ``fast``), which pays for large files, most of all in the
        long form. They give the same result; loading them takes about a second, once.

    Returns
    -------
    tuple of Sheets
        One batch per criteria set that occurs, in order of set numbers; `rows` holds the (first)
        row of each sheet in the file, the header being row 1; of one product a worksheet, the
        worksheet's number.

    Raises
    ------
    SheetError
        With every problem of the file: ``unknown-column``, ``missing-column``,
        ``duplicate-column``, ``not-a-whole-number``, ``option-out-of-range``, ``several-answers``,
        ``duplicate-product``, ``mixed-cases``, ``unknown-finding``, ``not-utf8`` and more; in the
        long form also ``unknown-criterion``, ``criterion-not-in-set``, ``duplicate-criterion``,
        ``set-differs``, ``column-differs``; of forms and layouts also ``unknown-option``,
        ``ambiguous-answer``, ``stray-answer``, ``not-yes-or-no``, ``decision-differs``,
        ``digest-differs``, ``broken-form``, ``not-a-form``, ``missing-worksheet``; of workbooks
        ``absurd-size``.
    LawError
        With every problem of the layout.
    MissingExtraError
        ``missing-extra`` where `fast` is asked for and numba is not installed, or a workbook is
        read without the extra ``excel``.
    UnknownDecisionError, UnknownSetError, NotTranscribedError
        Where `law` or `set` does not exist.

    Examples
    --------
    >>> import io, ocop
    >>> text = b"product,1.1\ntea-1,9"
    >>> ocop.read_sheets(io.BytesIO(text), "qd-26-2026", set="tea")
    Traceback (most recent call last):
    ocop.errors.SheetError: 2 problems:
      input:1: set 11 tea needs the columns 1.2, 1.3, 1.4, 1.5, 1.6, ...
      input:2:2: 1.1: found '9', allowed are 0 to 3 or empty [option-out-of-range]
    >>> text = b"product,criterion,answer\ntea-1,1.1,2\ntea-2,1.1,0\ntea-1,1.2,3"
    >>> (sheets,) = ocop.read_sheets(io.BytesIO(text), "qd-26-2026", set="tea")
    >>> sheets.products, sheets.answers[:, :3].tolist()
    (('tea-1', 'tea-2'), [[2, 3, 255], [0, 255, 255]])
    """
    found, fixed = law_and_set(law, set)
    shown = str(source) if isinstance(source, str | Path) else getattr(source, "name", "input")
    kept = tuple(dict.fromkeys(clean_header([keep] if isinstance(keep, str) else list(keep))))
    problems = Problems(shown if isinstance(shown, str) else "input")
    loops = compiled("ocop.tables._compiled") if fast else None
    try:
        if layout is not None:
            described = load_layout(layout, found, fixed)
            batches = gather_layout(source, described, found, fixed, kept, problems, progress)
        elif is_excel(source):
            with open_book(source, problems.shown) as book:
                batches = gather_book(book, found, fixed, kept, problems, loops)
        else:
            with open_table(source, problems.shown, problems.add, progress, loops) as table:
                batches = gather_sheets(table, found, fixed, kept, problems, loops)
        if not is_excel(source):
            _refuse_guarded(batches, problems)
    except BrokenFileError as error:
        problems.add(error.problem)
    if len(problems):
        raise problems.error()
    return tuple(batch.sheets() for batch in batches)


def _refuse_guarded(batches: Sequence[Gathered], problems: Problems) -> None:
    """Refuse products that the command line wrote under another name, with an apostrophe."""
    for batch in batches:
        if "\n'" not in "\n" + "\n".join(batch.products):
            continue
        for row, name in zip(batch.rows.tolist(), batch.products, strict=True):
            if is_guarded(name):
                message = f"found {describe(name)}, which stands for a name without the apostrophe"
                hint = "read the .json, .xlsx or packed file, or give the product another name"
                problems.cell("guarded-text", message, row, "product", hint)
