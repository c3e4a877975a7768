"""Blank forms in Excel: one worksheet a product as the annex prints it, or one row a product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Literal

from ocop.errors import InputError, Problem
from ocop.law.model import CriteriaSet
from ocop.tables._excel_file import LONGEST_TEXT, Formats, check_target, new_book, worksheet_names
from ocop.tables._form_annex import AnnexForm
from ocop.tables._form_legend import add_legend
from ocop.tables._form_rows import write_rows_form
from ocop.tables._form_text import WORDS
from ocop.text import check_lang, nfc, quoted
from ocop.types import Lang

__all__ = ["FormLayout", "write_form"]

FormLayout = Literal["annex", "rows"]
"""Layouts of blank forms."""


def write_form(
    criteria_set: CriteriaSet,
    path: str | Path | IO[bytes],
    *,
    products: Sequence[str] = ("",),
    layout: FormLayout = "annex",
    lang: Lang = "en",
    protect: bool = False,
) -> None:
    """Write a blank form (phiếu chấm điểm) of a criteria set as an Excel file.

    `read_sheets` reads what is filled in, also after LibreOffice saved it as ``.ods``. Points,
    totals and the band that the form shows are formulas for those who fill it in; they are never
    read. The form says which decision, set and content it was made of, and only sheets of the same
    are read from it. The same call writes the same bytes.

    Parameters
    ----------
    criteria_set : CriteriaSet
        The set to be filled in.
    path : str, Path or binary file
        Where the form goes, whole or not at all; a path ends in ``.xlsx``.
    products : sequence of str, default one without a name
        Products to make worksheets or rows for; an empty name is to be filled in.
    layout : {"annex", "rows"}, default "annex"
        A worksheet for each product, with parts, sections, criteria and options, points and star
        marks, and a list to choose from for every criterion; or one row a product, as
        ``ocop template`` makes it for CSV, with a column for each criterion. In both, a last
        worksheet holds the legend.
    lang : {"en", "vi"}, default "en"
        Language of the form: "vi" for councils in Viet Nam.
    protect : bool, default False
        Lock all cells but those to be filled in, without a password; has no effect on rows.

    Raises
    ------
    InputError
        ``unknown-ending``, ``unknown-layout``, ``unknown-language``, ``no-sheets`` where no product
        is named, ``duplicate-product``, ``bad-character``, ``text-too-long``.
    MissingExtraError
        ``missing-extra`` where the extra ``excel`` is not installed.
    OcopError
        Where the file cannot be written.

    Examples
    --------
    >>> import io, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> file = io.BytesIO()
    >>> ocop.write_form(tea, file, products=["Chè Shan tuyết", "Chè ướp sen"], lang="vi")
    >>> _ = file.seek(0)
    >>> (sheets,) = ocop.read_sheets(file, "qd-26-2026")
    >>> sheets.products, int(ocop.score(sheets).answered.max())
    (('Chè Shan tuyết', 'Chè ướp sen'), 0)
    """
    check_target(path)
    check_lang(lang)
    names = [nfc(name).strip() for name in ([products] if isinstance(products, str) else products)]
    problems = list(_problems(names, layout))
    if problems:
        raise InputError(problems)
    words = WORDS[lang]
    title = f"{words.title}: {criteria_set.label[lang]}"
    with new_book(path, title) as book:
        formats = Formats(book)
        if layout == "rows":
            rows = book.add_worksheet(words.sheet)
            write_rows_form(rows, formats, criteria_set, names, lang)
            add_legend(book, formats, criteria_set, lang)
            return
        called = worksheet_names(names, words.sheet, taken=[words.legend])
        worksheets = [book.add_worksheet(name) for name in called]
        lists = add_legend(book, formats, criteria_set, lang)
        for worksheet, name in zip(worksheets, names, strict=True):
            form = AnnexForm(worksheet, formats, criteria_set, lang, lists)
            form.write(name, protect=protect)


def _problems(names: Sequence[str], layout: str) -> Iterator[Problem]:
    if layout not in ("annex", "rows"):
        message = f"found {quoted(layout)}, allowed are annex and rows"
        yield Problem("unknown-layout", message, path="layout")
    if not names:
        yield Problem("no-sheets", "found no products, allowed is one or more", path="products")
    for name in names:
        if not name.isprintable():
            message = f"found control characters in {quoted(name)}"
            yield Problem("bad-character", message, path="products")
        if len(name) > LONGEST_TEXT:
            message = (
                f"found a name of {len(name):,} characters, a cell has room for {LONGEST_TEXT:,}"
            )
            yield Problem("text-too-long", message, path="products")
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        message = f"the product {quoted(name)} stands twice"
        yield Problem("duplicate-product", message, path="products")
