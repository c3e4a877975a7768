"""``ocop pack``: from a file of sheets to its packed form."""

from __future__ import annotations

from pathlib import Path

import click

from ocop.cli._options import (
    decision_option,
    find_decision,
    keep_option,
    names_of,
    set_option,
)
from ocop.cli._output import tell
from ocop.cli.sheets import read_file
from ocop.scoring.sheet import Sheets
from ocop.tables._packed_files import ENDINGS
from ocop.tables.dump_sheets import dump_sheets
from ocop.tables.load_sheets import load_sheets
from ocop.text import number_of

__all__ = ["pack"]


@click.command(short_help="Pack the sheets of a file: small, checked, fast to read.")
@click.argument("file")
@decision_option
@set_option
@keep_option
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, .parquet or .npz, whole or not at all.",
)
def pack(
    file: str, decision_name: str | None, set_name: str | None, keep: str, output: Path
) -> None:
    """Pack the sheets of FILE into a .parquet or .npz file, two numbers a sheet.

    FILE is as for "ocop score", or a packed file. A packed file knows its decision and sets, and
    is refused where the law it was written under has changed.
    """
    if output.suffix.lower() not in ENDINGS:
        message = f"Cannot write {output.name}; allowed are {' and '.join(ENDINGS)}."
        raise click.UsageError(message)
    batches = _read(file, decision_name, set_name, names_of(keep))
    dump_sheets(batches, output)
    sheets = number_of(sum(map(len, batches)), "sheet")
    tell(f"{sheets} of {number_of(len(batches), 'set')} written to {output}")


def _read(
    file: str, decision_name: str | None, set_name: str | None, keep: tuple[str, ...]
) -> tuple[Sheets, ...]:
    if Path(file).suffix.lower() not in ENDINGS:
        return read_file(file, find_decision(decision_name), set_name, keep)
    law = None if decision_name is None else find_decision(decision_name)
    return load_sheets(file, law, set=set_name, keep=keep or None)
