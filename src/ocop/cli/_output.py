"""Results out: tables for people, CSV and JSON for programs; files whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from ocop._version import __version__
from ocop.errors import OcopError

TABLE_ROWS = 50

WHOLE_COLUMNS = ("id", "product", "star", "answered", "in force from", "until")
FOLDED_COLUMNS = ("missing", "title")

Row = dict[str, Any]


@contextmanager
def writing(output: Path | None) -> Iterator[IO[str]]:
    """Yield where to write: standard output, or a file that appears only when it is complete."""
    if output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - renamed below
            "w", encoding="utf-8", newline="", dir=output.parent, prefix=".ocop-", delete=False
        )
    except OSError as error:
        raise OcopError(f"cannot write {output}: {error.strerror}") from error
    beside = Path(handle.name)
    try:
        with handle:
            yield handle
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(output)
    except OSError as error:
        raise OcopError(f"cannot write {output}: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def choose_format(form: str | None, output: Path | None) -> str:
    """Return the format asked for; else by the file's ending, else by where output goes."""
    if form is not None:
        return form
    if output is not None:
        ending = output.suffix.lower().lstrip(".")
        return ending if ending in ("json", "ndjson") else "csv"
    return "table" if sys.stdout.isatty() else "csv"


def write_rows(
    rows: Iterable[Row],
    names: Sequence[str],
    head: Row,
    form: str,
    output: Path | None,
    total: int,
) -> None:
    """Write result rows in one of the formats; `head` is what JSON says above the rows."""
    with writing(output) as stream:
        if form == "csv":
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([row[name] for name in names] for row in rows)
        elif form == "ndjson":
            for row in rows:
                law = {"decision": head["decision"], "digest": head["digests"][str(row["set"])]}
                stream.write(json.dumps({**law, **row}, ensure_ascii=False) + "\n")
        elif form == "json":
            _write_json(stream, rows, head)
        else:
            stream.write(table([_short(row) for row in islice(rows, TABLE_ROWS)]))
            if total > TABLE_ROWS:
                stream.write(f"... and {total - TABLE_ROWS:,} more; --format csv shows all\n")


def _write_json(stream: IO[str], rows: Iterable[Row], head: Row) -> None:
    """Write one JSON object row by row, so that a million rows need no memory."""
    start = json.dumps({"schema": 1, "ocop": __version__, **head}, ensure_ascii=False)
    stream.write(start[:-1] + ', "results": [')
    for number, row in enumerate(rows):
        stream.write(",\n" if number else "\n")
        stream.write(json.dumps(row, ensure_ascii=False))
    stream.write("\n]}\n")


def _short(row: Row) -> Row:
    """Return a result row as a terminal shows it: fewer columns, stars as stars."""
    result = {name: value for name, value in row.items() if name not in ("of", "band", "excluded")}
    if "star" in row:
        result["star"] = "-" if row["star"] is None else "★" * row["star"]
        result["band"] = row["band"]
        result["answered"] = f"{row['answered']}/{row['of']}"
        if row["excluded"]:
            result["missing_floors"] = f"excluded: {row['excluded']}"
        result["missing"] = result.pop("missing_floors")
    return result


def table(rows: Sequence[Row]) -> str:
    """Return rows as a table that fits the terminal, or 80 columns where there is none.

    Codes, numbers and stars stay whole; text columns are cut where there is no room.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return "no rows\n"
    grid = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    for name, value in rows[0].items():
        number = isinstance(value, int)
        widest = max(len(str(row[name])) for row in rows)
        whole = number or name in WHOLE_COLUMNS
        grid.add_column(
            name,
            justify="right" if number else "left",
            overflow="fold" if name in FOLDED_COLUMNS else "ellipsis",
            no_wrap=name not in FOLDED_COLUMNS,
            min_width=max(widest, len(name)) if whole else min(widest, 8),
        )
    for row in rows:
        grid.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    text = io.StringIO()
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size((80, 24)).columns
    Console(file=text, width=width, force_terminal=colour, no_color=not colour).print(grid)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"
