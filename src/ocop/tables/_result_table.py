"""Results in tables: CSV, and books, whose words are read back as what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from ocop.errors import InputError, Problem
from ocop.law.decision import Decision
from ocop.law.model import CriteriaSet
from ocop.tables._book_results import HEADINGS
from ocop.tables._book_sheet import reason_text
from ocop.tables._excel_book import Book, open_book
from ocop.tables._formulas import with_formula
from ocop.tables._result_file import PIECE, Head, ResultFile, unreadable
from ocop.tables._result_findings import Piece
from ocop.tables._rows import BrokenFileError, open_rows
from ocop.text import nfc, quoted
from ocop.types import Lang

__all__ = ["open_csv", "open_result_book", "readable"]

_LANG_OF: dict[str, Lang] = {"About": "en", "Nguồn": "vi"}
_FLOOR = re.compile(r"(\S+) \(([3-5])★\)")


def _told(problem: Problem) -> InputError:
    return InputError([problem])


@contextmanager
def open_csv(path: Path, shown: str) -> Iterator[ResultFile]:
    """Open a CSV file; it says nothing of law and version."""

    def report(problem: Problem) -> None:
        raise _told(problem)

    try:
        with open_rows(path, shown, report, None) as rows:
            names = tuple(map(with_formula, next(rows, [])))
            if not names:
                raise unreadable("empty-file", "the file is empty", shown)
            yield ResultFile(
                form="csv",
                command="rank" if names[0] == "rank" else "score",
                head=Head(),
                names=names,
                pieces=map(_as_it_was, _pieces(rows, names, shown)),
            )
    except BrokenFileError as error:
        raise _told(error.problem) from error


def _as_it_was(piece: Piece) -> Piece:
    """Return a piece with the texts in whose place CSV holds others, as they were."""
    columns = {
        name: list(map(with_formula, cells)) if "'" in "".join(cells) else cells
        for name, cells in piece.columns.items()
    }
    return Piece(piece.lines, columns, textual=True)


def _pieces(rows: Iterator[list[str]], names: tuple[str, ...], shown: str) -> Iterator[Piece]:
    numbered = ((line, row) for line, row in enumerate(rows, start=2) if any(row))
    while some := list(islice(numbered, PIECE)):
        for line, row in some:
            if len(row) != len(names):
                message = f"found {len(row)} cells, allowed are {len(names)}"
                raise unreadable("wrong-width", message, shown, line)
        columns = zip(*(row for _, row in some), strict=True)
        yield Piece(
            [line for line, _ in some], dict(zip(names, columns, strict=True)), textual=True
        )


@contextmanager
def open_result_book(path: Path, shown: str) -> Iterator[ResultFile]:
    """Open a book of results; it names its law on its last worksheet."""
    try:
        with open_book(path, shown) as book:
            yield _opened(book, shown)
    except BrokenFileError as error:
        raise _told(error.problem) from error


def _opened(book: Book, shown: str) -> ResultFile:
    lang = next((_LANG_OF[name] for name in book.names if name in _LANG_OF), None)
    if lang is None or len(book.names) != 3:
        message = f"found the worksheets {', '.join(map(quoted, book.names))}"
        raise unreadable("not-a-result", message, shown)
    about = dict(row[:2] for row in book.rows(book.names[-1]) if len(row) > 1)
    rows = iter(book.rows(book.names[0]))
    heads = {shown: name for name, shown in HEADINGS.items()} if lang == "vi" else {}
    names = tuple(heads.get(name, name) for name in next(rows, []))
    return ResultFile(
        form="xlsx",
        command="rank" if names[:1] == ("rank",) else "score",
        head=_head(about, lang),
        names=names,
        pieces=_pieces(rows, names, shown),
    )


def _head(about: dict[str, str], lang: Lang) -> Head:
    """Return what the worksheet of facts says."""
    vi = lang == "vi"
    decision, ties, order, top = (
        about.get(name)
        for name in (
            ("quyết định", "hạng bằng nhau", "thứ tự xét", "chỉ các hạng đầu")
            if vi
            else ("decision", "ties", "order", "first places only")
        )
    )
    word, sheets = ("bộ", "phiếu chấm") if vi else ("set", "sheets")

    def digests(what: str) -> dict[str, str]:
        found = ((re.fullmatch(rf"{word} (\d+): {what}", name), is_) for name, is_ in about.items())
        return {match[1]: is_ for match, is_ in found if match}

    told = {"decision", "digests", "sheets", "ocop", "ties", "order", "top"}
    return Head(
        version=about.get("ocop"),
        decision=decision,
        digests=digests("digest"),
        sheets=digests(sheets) or None,
        ties=ties,
        order=tuple(order.split(", ")) if order else None,
        top=int(top) if top and top.isdecimal() and len(top) < 9 else None,
        told=frozenset(told),
    )


def readable(pieces: Iterator[Piece], law: Decision) -> Iterator[Piece]:
    """Yield the rows of a book with missed floors and reasons as every other result has them."""
    floors = cache(_floors)

    @cache
    def reasons(number: str, text: str) -> str:
        source = law.sets.get(int(number)) if number.isdecimal() and len(number) < 4 else None
        return text if source is None else _reasons(text, source)

    for piece in pieces:
        columns: dict[str, Sequence[Any]] = dict(piece.columns)
        columns["missing_floors"] = [floors(text) for text in columns["missing_floors"]]
        pairs = zip(columns["set"], columns["excluded"], strict=True)
        columns["excluded"] = [reasons(number, text) for number, text in pairs]
        yield Piece(piece.lines, columns, textual=True)


def _floors(text: str) -> str:
    found = [_FLOOR.fullmatch(each) for each in text.split("; ")]
    return ";".join(f"{m[1]}:{m[2]}" for m in found if m) if all(found) else text


def _reasons(text: str, source: CriteriaSet) -> str:
    """Return the reasons whose words, in one of the languages, a text joins."""
    known = [exclusion.finding.id for exclusion in source.exclusions]
    known += [f"zero:{code}" for code in source.codes]
    for lang in _LANG_OF.values():
        words = {nfc(reason_text(reason, [source], lang)): reason for reason in known}
        rest, found = text, list[str]()
        while rest:
            # The longest first, for one text may begin as another does.
            fits = [each for each in words if rest == each or rest.startswith(f"{each}; ")]
            if not fits:
                break
            best = max(fits, key=len)
            found.append(words[best])
            rest = rest[len(best) + 2 :]
        if not rest:
            return ";".join(found)
    return text
