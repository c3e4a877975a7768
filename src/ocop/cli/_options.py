"""Options and arguments that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from ocop.law.catalogue import decision as shipped_decision
from ocop.law.catalogue import in_force
from ocop.law.decision import Decision
from ocop.law.own import load_decision
from ocop.types import Lang

AnyOption = Callable[[Callable[..., None]], Callable[..., None]]
"""An option that several commands share, as a decorator of theirs."""

_LAYOUT = "ocop.layout"
_Command = TypeVar("_Command", bound=Callable[..., Any])

FORMATS = ("table", "csv", "json", "ndjson")

decision_option = click.option(
    "--decision",
    "decision_name",
    metavar="ID|FOLDER",
    help="Decision, such as qd-26-2026, or a folder of your own.  [default: in force today]",
)
set_option = click.option(
    "--set", "set_name", metavar="NUMBER|GROUP", help="Criteria set, such as 11 or tea."
)
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, whole or not at all.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="[default: table on a terminal, csv elsewhere]",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default="en",
    show_default=True,
    help="Language of labels.",
)


def _remember_layout(context: click.Context, _: click.Parameter, value: str | None) -> None:
    context.meta[_LAYOUT] = value


def keep_option(command: _Command) -> _Command:
    """Add the options of commands that read a file of sheets: --keep and --layout."""
    keep = click.option(
        "--keep",
        metavar="COLUMNS",
        default="",
        help="Further columns to carry along: name,commune.",
    )
    layout = click.option(
        "--layout",
        type=click.Path(exists=True, dir_okay=False),
        expose_value=False,
        callback=_remember_layout,
        help="YAML file that says where FILE holds what.",
    )
    return keep(layout(command))


def chosen_layout() -> str | None:
    """Return the layout that the running command was given, None where it was not."""
    found: str | None = click.get_current_context().meta.get(_LAYOUT)
    return found


def names_of(text: str) -> tuple[str, ...]:
    """Return the column names that an option joins by commas."""
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def find_decision(name: str | None) -> Decision:
    """Return the decision that an option names; without a name the one in force today."""
    if name is None:
        return in_force(date.today())
    if Path(name).is_dir():
        return load_decision(name)
    return shipped_decision(name)


def as_lang(value: str) -> Lang:
    """Narrow a checked choice to its type."""
    return "vi" if value == "vi" else "en"


@contextmanager
def progress_bar(source: str) -> Iterator[Callable[[int], None] | None]:
    """Show a bar over the bytes of a long file, on a terminal only."""
    path = Path(source)
    size = path.stat().st_size if path.is_file() else 0
    if size < 4_000_000 or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=size, label="reading", file=sys.stderr) as bar:
        yield bar.update
