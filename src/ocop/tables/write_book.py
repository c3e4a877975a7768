"""Results as a workbook: scores, a ranking, or what councils gave."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from ocop.errors import InputError, Problem
from ocop.scoring.council_result import Council
from ocop.scoring.ranking import Ranking
from ocop.scoring.scores import Scores
from ocop.tables._book_council import write_councils
from ocop.tables._book_results import write_results
from ocop.tables._excel_file import Formats, check_target, new_book
from ocop.text import check_lang, quoted
from ocop.types import Lang

__all__ = ["write_book"]


def write_book(
    result: Ranking | Scores | Iterable[Scores] | Council | Iterable[Council],
    path: str | Path | IO[bytes],
    *,
    lang: Lang = "en",
) -> None:
    """Write results as an Excel file: for those who read, file and sign them.

    Of scores or a ranking: the products with points, band, star, missed minimums, reasons of
    exclusion and the columns that travel along; a summary of each set with counts of stars; and
    decision, digests, version of ocop and how ranks were made. Of councils: the results, a
    worksheet a product with the assessors side by side, means, spreads and room for what minutes
    need, and how far the assessors agree. Numbers are numbers, exact fractions also stand as text;
    there are no formulas, and text that begins like one stays text.

    Parameters
    ----------
    result : Ranking, Scores, Council, or iterable of Scores or of Council
        Scores are written in the order of their file where they know it.
    path : str, Path or binary file
        Where the book goes, whole or not at all; a path ends in ``.xlsx``.
    lang : {"en", "vi"}, default "en"
        Language of headings and labels; columns in English have the names that CSV has. Books to be
        signed by councils in Viet Nam are ``lang="vi"``.

    Raises
    ------
    InputError
        ``unknown-ending``, ``unknown-language``, ``no-scores``, ``mixed-kinds``,
        ``too-many-rows`` and ``text-too-long`` where a worksheet or a cell has no room,
        ``bad-character``, ``duplicate-product`` in councils.
    MissingExtraError
        ``missing-extra`` where the extra ``excel`` is not installed.
    OcopError
        Where the file cannot be written.

    Examples
    --------
    >>> import io, ocop
    >>> tea = ocop.criteria_set("qd-26-2026", "tea")
    >>> sheet = ocop.Sheet(criteria_set=tea, product="Chè", answers={"5.1": 5})
    >>> file = io.BytesIO()
    >>> ocop.write_book(ocop.rank(ocop.score(sheet)), file)
    >>> file.getvalue()[:2]
    b'PK'
    """
    check_target(path)
    check_lang(lang)
    given: list[object] = [result]
    if isinstance(result, Iterable) and not isinstance(result, Ranking | Scores | Council):
        given = list(result)
    if not given:
        raise InputError([Problem("no-scores", "found nothing to write, allowed is one or more")])
    councils = [each for each in given if isinstance(each, Council)]
    scores = [each for each in given if isinstance(each, Scores)]
    ranking = given[0] if isinstance(given[0], Ranking) else None
    if len(given) not in (len(councils), len(scores)) and (ranking is None or len(given) > 1):
        message = (
            f"found {quoted(type(given[-1]).__name__)}, allowed is a ranking, scores or councils"
        )
        raise InputError([Problem("mixed-kinds", message, hint="make one book of each")])
    title = "ocop: " + ("hội đồng" if councils else "kết quả")
    with new_book(path, title if lang == "vi" else "ocop") as book:
        if councils:
            write_councils(book, Formats(book), councils, lang)
        else:
            write_results(book, Formats(book), scores if ranking is None else ranking, lang)
