"""Results in JSON and NDJSON: read line by line as they are written, checked on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO, Any

from ocop.tables._result_file import PIECE, ResultFile, head_of, unreadable
from ocop.tables._result_findings import Piece
from ocop.tables._source import MAX_LINE
from ocop.text import quoted

__all__ = ["open_json", "open_ndjson"]

START, END = b'"results": [', b"]}"
MAX_WHOLE = 1 << 26
"""Most bytes of an object that is not laid out a row a line, for it is read as a whole."""

ORIGIN = ("ocop", "decision", "digest", "seed")
"""What a line of NDJSON says before its columns."""

Numbered = Iterator[tuple[int, bytes]]


class _WrongError(ValueError):
    """What is wrong with a text that is JSON all the same."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _WrongError(f"the key {quoted(twice)} stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise _WrongError(f"found {name}, which is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def _decoded(raw: bytes, shown: str, line: int | None) -> Any:
    """Return the value of a text."""
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except _WrongError as error:
        raise unreadable("not-json", str(error), shown, line) from error
    except UnicodeDecodeError as error:
        raise unreadable("not-utf8", "found bytes that are not UTF-8", shown, line) from error
    except (ValueError, RecursionError) as error:
        # Python refuses numbers of thousands of digits with words for programmers.
        found = "a number or a nesting without bounds"
        if isinstance(error, json.JSONDecodeError):
            found = f"{error.msg} at character {error.pos + 1}"
        message = f"the text is not JSON: {found}"
        raise unreadable("not-json", message, shown, line) from error


def _lines(stream: IO[bytes], shown: str, before: int = 0) -> Numbered:
    """Yield lines with their numbers, without line ends; blank ones are left out."""
    number = before
    while raw := stream.readline(MAX_LINE + 1):
        number += 1
        if len(raw) > MAX_LINE:
            raise unreadable("line-too-long", f"the line is over {MAX_LINE:,} bytes", shown, number)
        if raw.strip():
            yield number, raw.strip()


def open_json(stream: IO[bytes], shown: str) -> ResultFile:
    """Open a JSON object."""
    first = stream.readline(MAX_LINE + 1)
    if first.rstrip().endswith(START):
        head = _decoded(first.rstrip() + END, shown, 1)
        rows = _streamed(_lines(stream, shown, 1), shown)
        return _result(head, _rows(rows, shown), shown)
    rest = stream.read(MAX_WHOLE + 1)
    if len(rest) > MAX_WHOLE:
        message = f"found an object of over {MAX_WHOLE:,} bytes that does not hold a row a line"
        raise unreadable("absurd-size", message, shown)
    if not (first + rest).strip():
        raise unreadable("empty-file", "the file is empty", shown)
    whole = _decoded(first + rest, shown, None)
    if not isinstance(whole, dict):
        raise unreadable("not-a-result", "found no JSON object", shown)
    given = whole.get("results")
    if not isinstance(given, list):
        found = quoted(whole.get("command")) if "command" in whole else "another JSON object"
        raise unreadable("not-a-result", f"found {found}, which has no rows of results", shown)
    numbered = (
        (list(range(-low - 1, -min(low + PIECE, len(given)) - 1, -1)), given[low : low + PIECE])
        for low in range(0, len(given), PIECE)
    )
    return _result(whole, _rows(numbered, shown), shown)


def open_ndjson(stream: IO[bytes], shown: str) -> ResultFile:
    """Open JSON lines, each with decision, digest and version."""
    pieces = _rows(_parsed(_lines(stream, shown), shown), shown)
    first = next(pieces, None)
    if first is None:
        raise unreadable("empty-file", "the file is empty", shown)
    return _with_origin(first, pieces, shown)


def _result(data: dict[str, Any], pieces: Iterator[Piece], shown: str) -> ResultFile:
    head = head_of(data, shown)
    command = str(data.get("command", "rank" if "ties" in data else "score"))
    first = next(pieces, None)
    names = () if first is None else tuple(first.columns)
    if "command" not in data and "totals" in names:
        command = "council"
    if command not in ("score", "rank", "council"):
        raise unreadable("not-a-result", f"found the output of ocop {quoted(command)}", shown)
    if command != "council" and head.decision is None:
        raise unreadable("not-a-result", "found no key 'decision'", shown)
    whole = pieces if first is None else chain([first], pieces)
    return ResultFile(form="json", command=command, head=head, names=names, pieces=whole)


def _streamed(lines: Numbered, shown: str) -> Iterator[tuple[list[int], Any]]:
    """Yield the rows of an object that holds one a line, with their lines."""

    def rows() -> Numbered:
        empty, more, number = True, True, 1
        for number, raw in lines:
            if raw == END and (empty or not more):
                break
            if not more:
                raise unreadable("not-json", "found no comma before the row", shown, number)
            empty, more = False, raw.endswith(b",")
            yield number, raw[:-1] if more else raw
        else:
            raise unreadable("damaged-file", "the file ends before its rows do", shown, number)
        behind = next(lines, None)
        if behind is not None:
            raise unreadable("not-json", "found text behind the end", shown, behind[0])

    yield from _parsed(rows(), shown)


def _parsed(lines: Numbered, shown: str) -> Iterator[tuple[list[int], Any]]:
    """Yield rows, many at a time, with their lines."""
    while some := list(islice(lines, PIECE)):
        try:
            rows = _DECODER.decode((b"[%b]" % b",".join(raw for _, raw in some)).decode("utf-8"))
        except (ValueError, RecursionError):
            rows = None
        if rows is None or len(rows) != len(some):
            # One by one, to tell the line.
            rows = [_decoded(raw, shown, number) for number, raw in some]
        yield [number for number, _ in some], rows


def _rows(pieces: Iterator[tuple[list[int], Any]], shown: str) -> Iterator[Piece]:
    """Yield rows by column; all have the same keys."""
    names: tuple[str, ...] | None = None
    for lines, rows in pieces:
        for line, row in zip(lines, rows, strict=True):
            at = line if line > 0 else None
            if not isinstance(row, dict):
                raise unreadable("not-a-result", "found a row that is no object", shown, at)
            if names is None:
                names = tuple(row)
            if tuple(row) != names:
                message = f"found the keys {', '.join(map(quoted, row))}; "
                message += f"the first row has {', '.join(map(quoted, names))}"
                raise unreadable("not-a-result", message, shown, at)
        values = zip(*map(dict.values, rows), strict=True)
        yield Piece(lines, dict(zip(names or (), values, strict=True)))


def _with_origin(first: Piece, pieces: Iterator[Piece], shown: str) -> ResultFile:
    """Return lines each of which says where it comes from; the first one speaks for the file."""
    said = {name: first.columns[name][0] for name in ORIGIN if name in first.columns}
    names = tuple(name for name in first.columns if name not in ORIGIN)
    if "decision" not in said or "product" not in names or "total" not in names:
        raise unreadable("not-a-result", "found lines that are no scores", shown, 1)
    head = head_of(said, shown)
    command = "rank" if "rank" in names else "score"
    pieces = chain([first], pieces)
    return ResultFile(form="ndjson", command=command, head=head, names=names, pieces=pieces)
