"""Results out: CSV and JSON for programs, tables for people; files whole or not at all."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from ocop._version import __version__
from ocop._visible import visible, visible_lines
from ocop._whole_file import cannot_write, writing_text
from ocop.cli._csv_text import CsvText
from ocop.cli._table import Row, table
from ocop.errors import OcopError, Problem
from ocop.text import number_of

TABLE_ROWS = 50

Columns = dict[str, list[Any]]


class _Shown(io.StringIO):
    """Text for a terminal, which obeys none of it."""

    def write(self, text: str) -> int:
        return sys.stdout.write(visible_lines(text))


@contextmanager
def writing(output: Path | None, *, drawn: bool = False) -> Iterator[IO[str]]:
    """Yield where to write: standard output, or a file that appears only when it is complete.

    What is `drawn` is a table, whose cells are safe and whose colours a terminal is to obey.
    """
    if output is None:
        with _told("standard output"):
            yield _Shown() if sys.stdout.isatty() and not drawn else sys.stdout
            sys.stdout.flush()
        return
    with _told(output):
        if output.exists() and not output.is_file():
            # A device or a pipe is written to; only a file can be replaced.
            with output.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        with writing_text(output) as stream:
            yield stream


@contextmanager
def _told(where: object) -> Iterator[None]:
    """Turn an error of the system into ours, but not that the reader of a pipe has gone."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write(where, error) from error
    except UnicodeEncodeError as error:
        message = f"cannot write {where}: found half a character, which no file can hold"
        raise OcopError(message) from error


def say(text: str, *, nl: bool = True) -> None:
    """Print text, as it is but on a terminal, which obeys none of it."""
    click.echo(visible_lines(text) if sys.stdout.isatty() else text, nl=nl)


def tell(text: str) -> None:
    """Tell people something in a line on standard error."""
    click.echo(visible(text), err=True)


def write_csv(stream: IO[str], chunks: Iterable[Columns]) -> None:
    """Write CSV with a header, given by column some rows at a time.

    People are told of cells that are not written as they were.
    """
    text = CsvText()
    for number, columns in enumerate(chunks):
        if not number:
            stream.write(text.head(columns))
        stream.write(text.rows(columns))
    if note := text.note():
        tell(note)


def columns_of(rows: Sequence[Row], names: Iterable[str] = ()) -> Columns:
    """Return rows by column; `names` are the columns where there are no rows."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else names)}


def choose_format(form: str | None, output: Path | None, *, book: bool = False) -> str:
    """Return the format asked for; else by the file's ending, else by where output goes.

    Where a command writes a `book`, the ending .xlsx asks for it.
    """
    ending = "" if output is None else output.suffix.lower().lstrip(".")
    if book and ending == "xlsx":
        if form is not None:
            raise click.UsageError(f"Cannot write --format {form} to a file that ends in .xlsx.")
        return "xlsx"
    if form is not None:
        return form
    if output is not None:
        if ending in ("xlsx", "xls", "ods", "parquet"):
            allowed = ".csv, .json, .ndjson and .xlsx" if book else ".csv, .json and .ndjson"
            raise click.UsageError(f"Cannot write .{ending}; allowed are {allowed}.")
        return ending if ending in ("json", "ndjson") else "csv"
    return "table" if sys.stdout.isatty() else "csv"


def write_columns(
    chunks: Iterator[Columns],
    head: Row,
    form: str,
    output: Path | None,
    total: int,
    short: Callable[[Row], Row] | None = None,
) -> None:
    """Write results, given by column some rows at a time, in one of the formats.

    `head` is what JSON says above the rows: the decision and the digests of its sets. `short`
    makes of a row what a terminal shows.
    """
    with writing(output, drawn=form == "table") as stream:
        if form == "csv":
            write_csv(stream, chunks)
            return
        rows = _rows(chunks)
        if form == "ndjson":
            for row in rows:
                stream.write(json.dumps({**_origin(head, row), **row}, ensure_ascii=False) + "\n")
        elif form == "json":
            _write_json(stream, rows, head)
        else:
            shown = [(short or _short)(row) for row in islice(rows, TABLE_ROWS)]
            stream.write(table(shown, ("answered", "A", "B", "C", "set", "group", "band")))
            if total > TABLE_ROWS:
                stream.write(f"... and {total - TABLE_ROWS:,} more; --format csv shows all\n")


def write_rows(
    rows: Sequence[Row],
    name: str,
    head: Row,
    form: str,
    output: Path | None,
    names: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> None:
    """Write rows that fit in memory; JSON says `head` and then the rows under `name`.

    `names` are the columns of a CSV without rows, `optional` those that a table may leave out.
    """
    if form == "json":
        write_json({**head, name: rows}, output)
        return
    with writing(output, drawn=form == "table") as stream:
        if form == "csv":
            write_csv(stream, [columns_of(rows, names)])
        else:
            stream.write(table(rows, optional))


def write_json(content: Row, output: Path | None) -> None:
    """Write one JSON object, with the version of its layout and of ocop."""
    with writing(output) as stream:
        stream.write(json.dumps({**_start(), **content}, ensure_ascii=False) + "\n")


def show_problems(
    context: click.Context, path: str, problems: Sequence[Problem], form: str
) -> None:
    """Print what is wrong with a file that was checked; exit code 1 where anything is."""
    if form == "json":
        found = [problem.to_dict() for problem in problems]
        say(json.dumps({**_start(), "problems": found}, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(str(problem))
        count = len(problems)
        click.echo(
            number_of(count, "problem") if count else visible(f"{path}: no problems"),
            err=bool(count),
        )
    if problems:
        context.exit(1)


def _start() -> Row:
    """Return what every JSON object of the command line begins with."""
    context, names = click.get_current_context(silent=True), list[str]()
    while context is not None and context.parent is not None:
        names.insert(0, str(context.command.name))
        context = context.parent
    return {"schema": 1, "ocop": __version__, "command": " ".join(names)}


def _origin(head: Row, row: Row) -> Row:
    """Return what a line of NDJSON, which stands alone, says of where it comes from."""
    found = {"ocop": __version__, "decision": head["decision"]}
    if "set" in row:
        found["digest"] = head["digests"][str(row["set"])]
    if head.get("seed") is not None:
        found["seed"] = head["seed"]
    return found


def _rows(chunks: Iterator[Columns]) -> Iterator[Row]:
    for columns in chunks:
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True))


def _write_json(stream: IO[str], rows: Iterable[Row], head: Row) -> None:
    """Write one JSON object row by row, so that a million rows need no memory."""
    start = json.dumps({**_start(), **head}, ensure_ascii=False)
    stream.write(start[:-1] + ', "results": [')
    for number, row in enumerate(rows):
        stream.write(",\n" if number else "\n")
        stream.write(json.dumps(row, ensure_ascii=False))
    stream.write("\n]}\n")


def _short(row: Row) -> Row:
    """Return a result row as a terminal shows it: fewer columns, stars as stars."""
    result = {name: value for name, value in row.items() if name not in ("of", "band", "excluded")}
    result["star"] = "-" if row["star"] is None else "★" * row["star"]
    result["band"] = row["band"]
    result["answered"] = f"{row['answered']}/{row['of']}"
    if row["excluded"]:
        result["missing_floors"] = f"excluded: {row['excluded']}"
    result["missing"] = result.pop("missing_floors")
    return result
